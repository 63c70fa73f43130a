//! Images in a terminal. A half block shows two pixels: one as its colour, one as the background of
//! its cell.

use std::env;
use std::fmt::Write;
use std::io::{self, IsTerminal};

use super::{ImageSize, Tiles};

/// Colours that the output can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shades {
    /// 24-bit colour.
    True,
    /// The 24 greys of the 256-colour palette.
    Palette,
    /// Plain characters, for files, pipes and `NO_COLOR`.
    Ascii,
}

impl Shades {
    /// Returns what standard output can show, by `NO_COLOR` (no-color.org), `TERM` and `COLORTERM`.
    #[must_use]
    pub fn of_stdout() -> Self {
        Self::of(io::stdout().is_terminal(), |name| env::var(name).ok())
    }

    fn of(terminal: bool, variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| variable(name).is_some_and(|value| !value.is_empty());
        let is = |name, values: &[&str]| {
            variable(name).is_some_and(|value| values.contains(&value.as_str()))
        };
        match () {
            () if !terminal || set("NO_COLOR") || is("TERM", &["dumb"]) => Self::Ascii,
            () if is("COLORTERM", &["truecolor", "24bit"]) => Self::True,
            () => Self::Palette,
        }
    }
}

/// Returns the columns and lines of a terminal that an image takes.
#[must_use]
pub fn cells(size: ImageSize, shades: Shades) -> (usize, usize) {
    match shades {
        Shades::Ascii => (2 * size.width, size.height),
        Shades::True | Shades::Palette => (size.width, size.height.div_ceil(2)),
    }
}

/// Draws the images of each row side by side and the rows below each other, one cell apart.
#[must_use]
pub fn draw(rows: &[Tiles], shades: Shades) -> String {
    let mut out = String::new();
    for (index, tiles) in rows.iter().filter(|tiles| !tiles.is_empty()).enumerate() {
        if index > 0 {
            out.push('\n');
        }
        // A half block shows two lines of pixels. A plain character is as high as two are wide.
        let step = if shades == Shades::Ascii { 1 } else { 2 };
        for y in (0..tiles.size().height).step_by(step) {
            line(&mut out, tiles, y, shades);
        }
    }
    out
}

fn line(out: &mut String, tiles: &Tiles, y: usize, shades: Shades) {
    let start = out.len();
    for image in 0..tiles.len() {
        if image > 0 {
            out.push(' ');
        }
        for x in 0..tiles.size().width {
            let (upper, lower) = (tiles.ink(image, x, y), tiles.ink(image, x, y + 1));
            cell(out, upper, lower, shades);
        }
        if shades != Shades::Ascii {
            out.push_str("\u{1b}[0m");
        }
    }
    if shades == Shades::Ascii {
        let end = start + out[start..].trim_end().len();
        out.truncate(end);
    }
    out.push('\n');
}

fn cell(out: &mut String, upper: u8, lower: u8, shades: Shades) {
    let written = match shades {
        Shades::True => {
            write!(
                out,
                "\u{1b}[38;2;{upper};{upper};{upper};48;2;{lower};{lower};{lower}m▀"
            )
        }
        Shades::Palette => write!(
            out,
            "\u{1b}[38;5;{};48;5;{}m▀",
            palette(upper),
            palette(lower)
        ),
        Shades::Ascii => write!(out, "{0}{0}", character(upper)),
    };
    written.expect("writing to a string cannot fail");
}

/// Returns the nearest grey of the palette, 232 to 255.
fn palette(intensity: u8) -> u8 {
    232 + (u16::from(intensity) * 23 / 255) as u8
}

fn character(intensity: u8) -> char {
    const RAMP: [char; 10] = [' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'];
    RAMP[usize::from(intensity) * (RAMP.len() - 1) / 255]
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::{Shades, cells, draw};
    use crate::draw::{ImageSize, Tiles};

    fn tiles() -> Tiles {
        let rows = array![
            [0.0, 255.0, 128.0, 0.0, 255.0, 255.0],
            [255.0, 0.0, 0.0, 0.0, 0.0, 30.0]
        ];
        Tiles::new(
            rows.view(),
            ImageSize {
                width: 2,
                height: 3,
            },
            &(0.0..=255.0),
        )
    }

    #[test]
    fn plain_text_has_two_characters_per_pixel() {
        assert_eq!(
            draw(&[tiles(), tiles()], Shades::Ascii)
                .lines()
                .collect::<Vec<_>>(),
            [
                "  @@ @@",
                "==",
                "@@@@   ..",
                "",
                "  @@ @@",
                "==",
                "@@@@   ..",
            ]
        );
    }

    #[test]
    fn half_blocks_show_two_lines_and_reset_colours() {
        let drawn = draw(&[tiles()], Shades::Palette);
        assert_eq!(drawn.lines().count(), 2);
        let first = "\u{1b}[38;5;232;48;5;243m▀\u{1b}[38;5;255;48;5;232m▀\u{1b}[0m ";
        assert!(drawn.starts_with(first), "{drawn:?}");
        let drawn = draw(&[tiles()], Shades::True);
        assert!(
            drawn.starts_with("\u{1b}[38;2;0;0;0;48;2;128;128;128m▀"),
            "{drawn:?}"
        );
    }

    #[test]
    fn an_image_takes_as_many_cells_as_promised() {
        for shades in [Shades::Ascii, Shades::Palette, Shades::True] {
            let (columns, lines) = cells(tiles().size(), shades);
            let drawn = draw(&[tiles()], shades);
            assert_eq!(drawn.lines().count(), lines);
            // Two images with a column between them. In plain text, the last line is the widest.
            let last = drawn.lines().last().expect("a line");
            let blocks = last.matches('▀').count();
            let widest = if blocks > 0 { blocks } else { last.len() - 1 };
            assert_eq!(widest, 2 * columns);
        }
    }

    #[test]
    fn the_environment_decides() {
        let of = |terminal, name: &'static str, value: &'static str| {
            Shades::of(terminal, |asked| (asked == name).then(|| value.to_owned()))
        };
        assert_eq!(of(true, "COLORTERM", "truecolor"), Shades::True);
        assert_eq!(of(true, "COLORTERM", ""), Shades::Palette);
        assert_eq!(of(true, "NO_COLOR", "1"), Shades::Ascii);
        assert_eq!(of(true, "NO_COLOR", ""), Shades::Palette);
        assert_eq!(of(true, "TERM", "dumb"), Shades::Ascii);
        assert_eq!(of(false, "COLORTERM", "truecolor"), Shades::Ascii);
    }
}
