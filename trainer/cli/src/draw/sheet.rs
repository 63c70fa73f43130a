//! Sheets of images: one line per class.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::palette::{FAINT, TEXT};
use super::scene::{Colour, Point, Scene, UNIT, fitted};
use super::{ImageSize, Panel, Tiles};

/// Width of a sheet, pixels, and number of images in a full line.
const WIDTH: i32 = 380;
const ACROSS: usize = 10;
/// Pixels between images.
const GAP: i32 = 3;
/// Font size of the names, pixels, and width of a letter.
const FONT: i32 = 13;
const LETTER: i32 = 8;
const MAX_NAME_WIDTH: i32 = 100;
/// Shades of grey or of a colour, white included.
const SHADES: u8 = 16;
/// What is behind a grey image.
const PAPER: [u8; 3] = [254; 3];

/// One line of a sheet.
#[derive(Clone, Debug)]
pub struct SheetRow {
    /// Name before the line, such as the class; may be empty.
    pub name: String,
    /// The images.
    pub tiles: Tiles,
}

/// Draws lines of images of one size below each other.
#[must_use]
pub fn sheet(title: &str, rows: &[SheetRow]) -> Panel {
    let longest = rows.iter().map(|row| row.name.chars().count()).max();
    let names = match longest.unwrap_or(0) {
        0 => 0,
        letters => (letters as i32 * LETTER + LETTER).min(MAX_NAME_WIDTH),
    };
    let side = ((WIDTH - names) / ACROSS as i32 - GAP) * UNIT;
    let height = rows.first().map_or(0, |row| {
        let size = row.tiles.size();
        size.height as i32 * pixel(size, side) / UNIT + GAP
    });
    let count: usize = rows.iter().map(|row| row.tiles.len()).sum();
    let description = format!("{title}: {count} images");
    let size = (WIDTH, rows.len() as i32 * height);
    Panel::new(size, title, description, |scene| {
        for (line, row) in rows.iter().enumerate() {
            let top = line as i32 * height * UNIT;
            let middle = top + (height - GAP) * UNIT / 2;
            scene.text(
                &fitted(&row.name, FONT, names),
                (0, middle),
                FONT,
                FAINT.full(),
            );
            let step = row.tiles.size().width as i32 * pixel(row.tiles.size(), side) + GAP * UNIT;
            for image in 0..row.tiles.len() {
                let left = names * UNIT + image as i32 * step;
                draw_tile(scene, &row.tiles, image, (left, top), side);
            }
        }
        if count == 0 {
            scene.text("none", (0, 10 * UNIT), FONT, TEXT.full());
        }
    })
}

/// Draws an image at most `side` units wide and high, and returns its width and height.
pub fn draw_tile(
    scene: &mut Scene,
    tiles: &Tiles,
    image: usize,
    (left, top): Point,
    side: i32,
) -> (i32, i32) {
    let ImageSize { width, height } = tiles.size();
    let pixel = pixel(tiles.size(), side);
    let corner = |x: usize, y: usize| (left + x as i32 * pixel, top + y as i32 * pixel);
    let shade = |value: u8| ((u16::from(value) * u16::from(SHADES - 1) + 127) / 255) as u8;
    let light = |x: usize, y: usize| match tiles.colour(image, x, y) {
        Some(colour) => colour.map(|value| 17 * shade(value)),
        None => [254 - 15 * shade(tiles.ink(image, x, y)); 3],
    };
    // Rectangles of one colour become one path of SVG.
    let mut runs: BTreeMap<Reverse<[u8; 3]>, Vec<(Point, Point)>> = BTreeMap::new();
    for y in 0..height {
        let mut from = 0;
        while from < width {
            let colour = light(from, y);
            let run = (from..width).take_while(|&x| light(x, y) == colour).count();
            if colour != PAPER {
                let corners = (corner(from, y), corner(from + run, y + 1));
                runs.entry(Reverse(colour)).or_default().push(corners);
            }
            from += run;
        }
    }
    let mut fill = |[red, green, blue]: [u8; 3], (from, to): (Point, Point)| {
        let colour = Colour {
            rgb: (red, green, blue),
            alpha: 1.0,
        };
        scene.rectangle(from, to, colour);
    };
    fill(PAPER, (corner(0, 0), corner(width, height)));
    for (Reverse(colour), runs) in runs {
        runs.into_iter().for_each(|run| fill(colour, run));
    }
    (width as i32 * pixel, height as i32 * pixel)
}

/// Returns the units of a pixel of an image at most `side` units wide and high.
fn pixel(size: ImageSize, side: i32) -> i32 {
    (side / size.width.max(size.height) as i32).max(1)
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::{SheetRow, sheet};
    use crate::draw::{ImageSize, Shape, Tiles};

    #[test]
    fn each_image_has_its_place() {
        let size = ImageSize {
            width: 5,
            height: 3,
        };
        let row = |name: &str, count| SheetRow {
            name: name.to_owned(),
            tiles: Tiles::new(Array2::zeros((count, 15)).view(), size, &(0.0..=1.0)),
        };
        let panel = sheet("Real", &[row("run", 3), row("", 2)]);
        let corner = |shape: &Shape| match shape {
            Shape::Rectangle { from, .. } => Some(*from),
            _ => None,
        };
        let corners: Vec<_> = panel.scene.shapes.iter().filter_map(corner).collect();
        // 32 pixels of names; 31 per image, of which a pixel takes 24 units; a gap of 3 pixels.
        let (step, down) = (5 * 24 + 12, 3 * 24 + 12);
        let expected = [0, 1, 2].map(|image| (128 + image * step, 0));
        assert_eq!(corners[..3], expected);
        assert_eq!(corners[3..], [(128, down), (128 + step, down)]);
    }
}
