//! Panels beside and under one another, with what their colours mean: one picture of a width.

use super::palette::{FAINT, Role, TEXT};
use super::{Point, Scene, Shape, Side, UNIT};

/// One drawing, small enough for a telephone.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// What it shows, in a few words.
    pub title: String,
    /// What a person who cannot see it should know.
    pub description: String,
    /// The drawing, without the title.
    pub scene: Scene,
}

/// How a colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A filled area.
    Fill,
    /// A line.
    Line,
    /// A broken line.
    Dashes,
    /// A dot.
    Dot,
}

/// What a colour means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The colour.
    pub role: Role,
    /// How it is used.
    pub mark: Mark,
    /// What it stands for.
    pub meaning: &'static str,
}

/// Panels that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// What they show.
    pub title: String,
    /// What their colours mean.
    pub keys: Vec<Key>,
    /// In the order of reading; not empty.
    pub panels: Vec<Panel>,
}

/// Pixels around panels, of a title's line, and of the letters.
const GAP: i32 = 16;
const LINE: i32 = 24;
const LETTERS: i32 = 16;
const TITLE: i32 = 20;
/// Width of a letter beside its height, at most on the whole.
const LETTER: f64 = 0.45;

/// The pixels that a key's sample takes.
pub const SAMPLE: (i32, i32) = (26, 14);

impl Key {
    /// One of them.
    #[must_use]
    pub const fn new(role: Role, mark: Mark, meaning: &'static str) -> Self {
        Self {
            role,
            mark,
            meaning,
        }
    }

    /// A sample of the colour as it is used, [`SAMPLE`] large.
    #[must_use]
    pub fn sample(&self) -> Scene {
        let (width, height) = SAMPLE;
        let mut scene = Scene::new(width, height);
        let (right, middle) = (width * UNIT, height * UNIT / 2);
        let line = |from: i32, to: i32| Shape::Line {
            points: vec![(from, middle), (to, middle)],
            width: 2 * UNIT as u32,
            colour: self.role.full(),
        };
        match self.mark {
            Mark::Fill => scene.rectangle(
                (0, UNIT),
                (right, (height - 1) * UNIT),
                self.role.over(FILL),
            ),
            Mark::Line => scene.shapes.push(line(UNIT, right - UNIT)),
            Mark::Dashes => {
                let dash = right / 3;
                let dashes = (0..3).map(|n| line(n * dash + UNIT, n * dash + dash - 2 * UNIT));
                scene.shapes.extend(dashes);
            }
            Mark::Dot => scene.shapes.push(Shape::Dot {
                at: (right / 2, middle),
                radius: 3 * UNIT as u32,
                colour: self.role.full(),
            }),
        }
        scene
    }
}

/// How much a filled area covers of what lies below.
pub const FILL: f64 = 0.35;

impl Picture {
    /// The width that the panels want, in pixels: the letters of a single one should not fill a screen.
    #[must_use]
    pub fn width(&self) -> u32 {
        if self.panels.len() > 1 { 1200 } else { 600 }
    }

    /// The panels in as many columns as a width of so many pixels has room for.
    ///
    /// # Panics
    /// When there is no panel.
    #[must_use]
    pub fn arranged(&self, width: u32) -> Scene {
        let panel = |panel: &Panel| panel.scene.size.0 / UNIT;
        let widest = self.panels.iter().map(panel).max().expect("a panel") + GAP;
        let fit = (f64::from(width as i32 - GAP) / f64::from(widest)).round() as usize;
        let columns = fit.clamp(1, self.panels.len());
        let across = columns as i32 * widest + GAP;
        let mut scene = Scene::new(across, 0);
        let mut down = self.header(&mut scene, across);
        for row in self.panels.chunks(columns) {
            let height = row.iter().map(|panel| panel.scene.size.1).max();
            for (column, panel) in row.iter().enumerate() {
                let left = (GAP + column as i32 * widest) * UNIT;
                let at = (left, down + LINE * UNIT / 2);
                scene.text(&panel.title, at, LETTERS * UNIT, Side::Start, TEXT.full());
                scene.place(&panel.scene, (left, down + LINE * UNIT));
            }
            down += height.unwrap_or(0) + (LINE + GAP) * UNIT;
        }
        scene.size.1 = down;
        scene
    }

    /// The title and the keys, in as many lines as they take; where the panels begin.
    fn header(&self, scene: &mut Scene, across: i32) -> i32 {
        let mut at: Point = (GAP * UNIT, (GAP / 2 + LINE / 2) * UNIT);
        scene.text(&self.title, at, TITLE * UNIT, Side::Start, TEXT.full());
        at.1 += (LINE + 4) * UNIT;
        for key in &self.keys {
            let words = f64::from(LETTERS) * LETTER * key.meaning.chars().count() as f64;
            let takes = (SAMPLE.0 + 6 + words as i32 + GAP) * UNIT;
            if at.0 + takes > across * UNIT && at.0 > GAP * UNIT {
                at = (GAP * UNIT, at.1 + LINE * UNIT);
            }
            scene.place(&key.sample(), (at.0, at.1 - SAMPLE.1 * UNIT / 2));
            let words = (at.0 + (SAMPLE.0 + 6) * UNIT, at.1);
            scene.text(
                key.meaning,
                words,
                LETTERS * UNIT,
                Side::Start,
                FAINT.full(),
            );
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
    use super::super::palette::REAL;
    use super::{Key, Mark, Panel, Picture, Scene, UNIT};

    fn picture(keys: usize) -> Picture {
        let panel = Panel {
            title: "a panel".to_owned(),
            description: String::new(),
            scene: Scene::new(380, 240),
        };
        let key = Key {
            role: REAL,
            mark: Mark::Line,
            meaning: "exactly so lengthy",
        };
        Picture {
            title: "Panels".to_owned(),
            keys: vec![key; keys],
            panels: vec![panel; 5],
        }
    }

    #[test]
    fn panels_stand_side_by_side_where_there_is_room() {
        let across = |width| picture(1).arranged(width).size.0 / UNIT;
        let one = 16 + 380 + 16;
        assert_eq!(across(360), one);
        assert_eq!(across(800), one + 396);
        assert_eq!(across(2400), one + 4 * 396);
    }

    #[test]
    fn keys_go_to_the_next_line_and_panels_below_them() {
        let down = |keys| picture(keys).arranged(360).size.1 / UNIT;
        assert_eq!(down(2), down(1));
        assert_eq!(down(3), down(2) + 24);
        assert!(down(1) > down(0));
    }
}
