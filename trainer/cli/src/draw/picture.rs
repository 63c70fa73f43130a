//! Pictures: panels side by side and below each other, with a title and a legend.

use super::palette::{FAINT, Role, TEXT};
use super::scene::{LETTER, Point, Scene, UNIT, fitted};

/// One drawing, small enough for a phone.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Title of a few words.
    pub title: String,
    /// Description for readers who cannot see the drawing.
    pub description: String,
    /// The drawing, without the title.
    pub scene: Scene,
}

/// Form in which a colour appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A filled area.
    Fill,
    /// A line.
    Line,
    /// A dashed line.
    Dashes,
    /// A dot.
    Dot,
}

/// An entry of the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The colour.
    pub role: Role,
    /// Form in which the colour appears.
    pub mark: Mark,
    /// Meaning of the colour.
    pub meaning: &'static str,
}

/// Panels that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Title of the panels.
    pub title: String,
    /// The legend.
    pub keys: Vec<Key>,
    /// The panels in reading order; not empty.
    pub panels: Vec<Panel>,
}

/// Pixels around panels, height of a line of text, and font sizes.
const GAP: i32 = 16;
const LINE: i32 = 24;
const FONT: i32 = 13;
const TITLE_FONT: i32 = 16;

/// Width and height of a legend's sample, pixels.
pub const KEY_SIZE: (i32, i32) = (26, 14);

/// Opacity of filled areas.
pub const FILL: f64 = 0.35;

impl Panel {
    /// Creates a panel of a size in pixels, filled by `draw`.
    pub fn new(
        size: (i32, i32),
        title: impl Into<String>,
        description: impl Into<String>,
        draw: impl FnOnce(&mut Scene),
    ) -> Self {
        let mut scene = Scene::new(size);
        draw(&mut scene);
        Self {
            title: title.into(),
            description: description.into(),
            scene,
        }
    }
}

impl Key {
    /// Creates an entry.
    #[must_use]
    pub const fn new(role: Role, mark: Mark, meaning: &'static str) -> Self {
        Self {
            role,
            mark,
            meaning,
        }
    }

    /// Draws a sample of the colour as it is used, [`KEY_SIZE`] large.
    #[must_use]
    pub fn sample(&self) -> Scene {
        let (width, height) = KEY_SIZE;
        let mut scene = Scene::new(KEY_SIZE);
        let (right, middle) = (width * UNIT, height * UNIT / 2);
        let line = vec![(UNIT, middle), (right - UNIT, middle)];
        match self.mark {
            Mark::Fill => scene.rectangle(
                (0, UNIT),
                (right, (height - 1) * UNIT),
                self.role.over(FILL),
            ),
            Mark::Line => scene.line(line, self.role.full(), 4),
            Mark::Dashes => scene.dashes(line, self.role.full(), 4),
            Mark::Dot => scene.dot((right / 2, middle), self.role.full(), 6),
        }
        scene
    }
}

impl Picture {
    /// Returns the default width, pixels. A single panel gets less, or its letters would fill a
    /// screen.
    #[must_use]
    pub fn width(&self) -> u32 {
        if self.panels.len() > 1 { 1200 } else { 600 }
    }

    /// Arranges the panels in as many columns as fit a width in pixels.
    ///
    /// # Panics
    /// If there is no panel.
    #[must_use]
    pub fn arranged(&self, width: u32) -> Scene {
        let panel = |panel: &Panel| panel.scene.size.0 / UNIT;
        let widest = self.panels.iter().map(panel).max().expect("a panel") + GAP;
        let fit = (f64::from(width as i32 - GAP) / f64::from(widest)).round() as usize;
        let columns = fit.clamp(1, self.panels.len());
        let across = columns as i32 * widest + GAP;
        let mut scene = Scene::new((across, 0));
        let mut down = self.header(&mut scene, across);
        for row in self.panels.chunks(columns) {
            let height = row.iter().map(|panel| panel.scene.size.1).max();
            for (column, panel) in row.iter().enumerate() {
                let left = (GAP + column as i32 * widest) * UNIT;
                let at = (left, down + LINE * UNIT / 2);
                let title = fitted(&panel.title, FONT, panel.scene.size.0 / UNIT);
                scene.text(&title, at, FONT, TEXT.full());
                scene.place(&panel.scene, (left, down + LINE * UNIT));
            }
            down += height.unwrap_or(0) + (LINE + GAP) * UNIT;
        }
        scene.size.1 = down;
        scene
    }

    /// Adds the title and the legend, and returns where the panels begin.
    fn header(&self, scene: &mut Scene, across: i32) -> i32 {
        let mut at: Point = (GAP * UNIT, (GAP / 2 + LINE / 2) * UNIT);
        scene.text(&self.title, at, TITLE_FONT, TEXT.full());
        at.1 += (LINE + 4) * UNIT;
        for key in &self.keys {
            let words = f64::from(FONT) * LETTER * key.meaning.chars().count() as f64;
            let takes = (KEY_SIZE.0 + 6 + words as i32 + GAP) * UNIT;
            if at.0 + takes > across * UNIT && at.0 > GAP * UNIT {
                at = (GAP * UNIT, at.1 + LINE * UNIT);
            }
            scene.place(&key.sample(), (at.0, at.1 - KEY_SIZE.1 * UNIT / 2));
            let words = (at.0 + (KEY_SIZE.0 + 6) * UNIT, at.1);
            scene.text(key.meaning, words, FONT, FAINT.full());
            at.0 += takes;
        }
        match self.keys.is_empty() {
            true => at.1 - LINE * UNIT / 2,
            false => at.1 + LINE * UNIT * 3 / 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Mark, Panel, Picture, UNIT};
    use crate::draw::Shape;
    use crate::draw::palette::REAL;

    fn picture(keys: usize) -> Picture {
        let key = Key::new(REAL, Mark::Line, "exactly so lengthy");
        Picture {
            title: "Panels".to_owned(),
            keys: vec![key; keys],
            panels: vec![Panel::new((380, 240), "a panel", "", |_| {}); 5],
        }
    }

    #[test]
    fn a_wider_picture_has_more_columns() {
        let across = |width| picture(1).arranged(width).size.0 / UNIT;
        let one = 16 + 380 + 16;
        assert_eq!(across(360), one);
        assert_eq!(across(800), one + 396);
        assert_eq!(across(2400), one + 4 * 396);
    }

    #[test]
    fn a_long_title_stays_in_its_panel() {
        let long = "a very long name ".repeat(9);
        let panels = vec![Panel::new((380, 240), long, "", |_| {}); 2];
        let scene = Picture {
            panels,
            ..picture(0)
        };
        let texts: Vec<String> = (scene.arranged(800).shapes.iter())
            .filter_map(|shape| match shape {
                Shape::Text(text) => Some(text.text.clone()),
                _ => None,
            })
            .collect();
        let cut = "a very long name a very long name a very long name a very…";
        assert_eq!(texts, ["Panels", cut, cut]);
    }

    #[test]
    fn a_long_legend_takes_another_line() {
        let down = |keys| picture(keys).arranged(360).size.1 / UNIT;
        assert_eq!(down(2), down(1));
        assert_eq!(down(3), down(2) + 24);
        assert!(down(1) > down(0));
    }
}
