//! A contact sheet: real images on the left, generated ones on the right, one class a line, as a PNG file.

use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{Point, Size};
use embedded_graphics::mono_font::MonoFont;
use embedded_graphics::mono_font::iso_8859_1::{FONT_9X15_BOLD, FONT_9X18};
use embedded_graphics::primitives::Rectangle;
use embedded_graphics::text::Alignment;

use super::canvas::{Canvas, FAINT, GENERATED, PAPER, REAL, mix};
use super::{Shape, Tiles};

/// Picture pixels a side of an image pixel.
const ZOOM: usize = 4;
const MARGIN: usize = 24;
const CAPTION: usize = 32;
const BETWEEN_TILES: usize = 6;
const BETWEEN_BLOCKS: usize = 32;
const AFTER_NAMES: usize = 12;
const CAPTION_FONT: &MonoFont<'_> = &FONT_9X15_BOLD;
const NAME_FONT: &MonoFont<'_> = &FONT_9X18;

/// One line of the sheet.
#[derive(Clone, Debug)]
pub struct Line {
    /// Written before the line, such as the class; may be empty.
    pub name: String,
    /// Real images.
    pub real: Tiles,
    /// Generated images, of the same shape.
    pub generated: Tiles,
}

/// Draws the lines under one another: the bytes of a PNG file.
///
/// # Panics
/// When there is no line or the images are not all of one shape.
#[must_use]
pub fn png(lines: &[Line]) -> Vec<u8> {
    let layout = Layout::of(lines);
    let mut canvas = Canvas::new(layout.size());
    let captions = [
        ("real", layout.real, REAL),
        ("generated", layout.generated, GENERATED),
    ];
    for (caption, left, colour) in captions {
        canvas.text(
            caption,
            point(
                left,
                MARGIN + CAPTION_FONT.character_size.height as usize / 2,
            ),
            Alignment::Left,
            CAPTION_FONT,
            colour,
        );
    }
    for (row, line) in lines.iter().enumerate() {
        let top = layout.top(row);
        let middle = point(
            layout.real - AFTER_NAMES,
            top + layout.tile().height as usize / 2,
        );
        canvas.text(&line.name, middle, Alignment::Right, NAME_FONT, FAINT);
        for (tiles, left) in [
            (&line.real, layout.real),
            (&line.generated, layout.generated),
        ] {
            for image in 0..tiles.len() {
                let corner = point(
                    left + image * (layout.tile().width as usize + BETWEEN_TILES),
                    top,
                );
                draw_tile(&mut canvas, tiles, image, corner);
            }
        }
    }
    canvas.png()
}

/// Where things stand, in picture pixels.
struct Layout {
    shape: Shape,
    lines: usize,
    /// Left edges of the blocks, and the right edge of the last.
    real: usize,
    generated: usize,
    right: usize,
}

impl Layout {
    fn of(lines: &[Line]) -> Self {
        let shape = lines.first().expect("a sheet has lines").real.shape();
        let same = |line: &Line| line.real.shape() == shape && line.generated.shape() == shape;
        assert!(lines.iter().all(same), "images of one shape");
        let longest = lines
            .iter()
            .map(|line| line.name.chars().count())
            .max()
            .unwrap_or(0);
        let names = if longest == 0 {
            0
        } else {
            longest * NAME_FONT.character_size.width as usize + AFTER_NAMES
        };
        let widest = |tiles: fn(&Line) -> &Tiles| {
            lines
                .iter()
                .map(|line| tiles(line).len())
                .max()
                .unwrap_or(0)
        };
        // A block is at least as wide as its caption.
        let block = |tiles: usize, caption: &str| {
            let tiles =
                (tiles * (shape.width * ZOOM + BETWEEN_TILES)).saturating_sub(BETWEEN_TILES);
            tiles.max(caption.len() * CAPTION_FONT.character_size.width as usize)
        };
        let real = MARGIN + names;
        let generated = real + block(widest(|line| &line.real), "real") + BETWEEN_BLOCKS;
        let right = generated + block(widest(|line| &line.generated), "generated");
        Self {
            shape,
            lines: lines.len(),
            real,
            generated,
            right,
        }
    }

    fn tile(&self) -> Size {
        Size::new(
            (self.shape.width * ZOOM) as u32,
            (self.shape.height * ZOOM) as u32,
        )
    }

    fn top(&self, line: usize) -> usize {
        MARGIN + CAPTION + line * (self.shape.height * ZOOM + BETWEEN_TILES)
    }

    fn size(&self) -> Size {
        let bottom = self.top(self.lines) - BETWEEN_TILES;
        Size::new((self.right + MARGIN) as u32, (bottom + MARGIN) as u32)
    }
}

/// The same ink for real and generated images, or a paler one would look like a worse one.
fn draw_tile(canvas: &mut Canvas, tiles: &Tiles, image: usize, corner: Point) {
    let Shape { width, height } = tiles.shape();
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let area = Rectangle::new(
            corner + point(x * ZOOM, y * ZOOM),
            Size::new_equal(ZOOM as u32),
        );
        let Ok(()) = canvas.fill_solid(&area, mix(PAPER, REAL, tiles.intensity(image, x, y)));
    }
}

fn point(x: usize, y: usize) -> Point {
    Point::new(x as i32, y as i32)
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::{Line, png};
    use crate::draw::canvas::tests::decode;
    use crate::draw::{Shape, Tiles};

    fn tiles(count: usize, value: f32) -> Tiles {
        let rows = Array2::from_elem((count, 15), value);
        Tiles::new(
            rows.view(),
            Shape {
                width: 5,
                height: 3,
            },
            &(0.0..=1.0),
        )
    }

    #[test]
    fn tiles_stand_where_the_layout_says() {
        let line = |real, generated| Line {
            name: String::new(),
            real,
            generated,
        };
        let file = png(&[
            line(tiles(4, 1.0), tiles(6, 0.0)),
            line(tiles(2, 0.0), tiles(6, 1.0)),
        ]);
        let (width, height, bytes) = decode(file);
        assert_eq!(
            (width, height),
            (
                24 + (4 * 26 - 6) + 32 + (6 * 26 - 6) + 24,
                24 + 32 + 2 * 12 + 6 + 24
            )
        );
        let pixel = |x: usize, y: usize| {
            let at = 3 * (y * width + x);
            [bytes[at], bytes[at + 1], bytes[at + 2]]
        };
        let (ink, page) = ([38, 42, 51], [245, 246, 248]);
        let (left, right, top) = (24, 24 + 98 + 32, 24 + 32);
        assert_eq!(
            [pixel(left, top), pixel(left - 1, top), pixel(left, top - 1)],
            [ink, page, page]
        );
        assert_eq!(
            [pixel(left + 19, top + 11), pixel(left + 20, top)],
            [ink, page]
        );
        assert_eq!([pixel(right, top), pixel(right, top + 18)], [[255; 3], ink]);
        assert_eq!(pixel(left + 3 * 26, top + 18), page);
    }

    #[test]
    fn names_widen_the_sheet() {
        let line = |name: &str| Line {
            name: name.into(),
            real: tiles(9, 0.0),
            generated: tiles(9, 0.0),
        };
        let width = |name| decode(png(&[line(name), line("")])).0;
        assert_eq!(width("run") - width(""), 3 * 9 + 12);
    }
}
