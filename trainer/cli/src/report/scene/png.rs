//! A scene as PNG: drawn three times as large, then averaged, since the library's pixels have hard edges.

use plotters::prelude::BitMapBackend;
use plotters::style::{Color, IntoFont, RGBColor, TextStyle};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendStyle, DrawingBackend, DrawingErrorKind, FontTransform,
};

use super::palette::{PAPER, darkened};
use super::{Colour, Point, Scene, Shape, Side, font};

/// Times that a side is drawn larger.
const FINER: u32 = 3;

type Done = Result<(), DrawingErrorKind<<BitMapBackend<'static> as DrawingBackend>::ErrorType>>;

/// The bytes of a PNG file so many pixels wide, light on dark or dark on light.
///
/// # Panics
/// Never: memory takes every pixel, and the font is part of the program.
#[must_use]
pub fn file(scene: &Scene, width: u32, dark: bool) -> Vec<u8> {
    font();
    let scale = f64::from(width) / f64::from(scene.size.0);
    let height = ((f64::from(scene.size.1) * scale).round() as u32).max(1);
    let size = (FINER * width, FINER * height);
    let mut pixels = vec![0; 3 * size.0 as usize * size.1 as usize];
    let mut pencil = Pencil {
        scale: scale * f64::from(FINER),
        dark,
        on: BitMapBackend::with_buffer(&mut pixels, size),
    };
    pencil.draw(scene).expect("memory takes every pixel");
    drop(pencil);
    encoded(&averaged(&pixels, width, height), width, height)
}

/// Draws shapes on pixels, larger.
struct Pencil<'p> {
    scale: f64,
    dark: bool,
    on: BitMapBackend<'p>,
}

/// A colour and a width.
struct Ink(Colour, u32);

impl BackendStyle for Ink {
    fn color(&self) -> BackendColor {
        BackendColor {
            alpha: self.0.alpha,
            rgb: self.0.rgb,
        }
    }

    fn stroke_width(&self) -> u32 {
        self.1
    }
}

impl Pencil<'_> {
    fn at(&self, (x, y): Point) -> Point {
        let scaled = |at: i32| (f64::from(at) * self.scale).round() as i32;
        (scaled(x), scaled(y))
    }

    fn length(&self, length: u32) -> u32 {
        ((f64::from(length) * self.scale).round() as u32).max(1)
    }

    fn ink(&self, colour: Colour, width: u32) -> Ink {
        let colour = if self.dark { darkened(colour) } else { colour };
        Ink(colour, self.length(width))
    }

    fn draw(&mut self, scene: &Scene) -> Done {
        // The whole picture, whose height is a scene's rounded.
        let (width, height) = self.on.get_size();
        let paper = self.ink(PAPER.full(), 1);
        let end = (width as i32, height as i32);
        self.on.draw_rect((0, 0), end, &paper, true)?;
        scene.shapes.iter().try_for_each(|shape| self.shape(shape))
    }

    fn shape(&mut self, shape: &Shape) -> Done {
        let all = |points: &[Point]| points.iter().map(|&point| self.at(point)).collect();
        match shape {
            Shape::Line {
                points,
                width,
                colour,
            } => {
                let points: Vec<Point> = all(points);
                self.on.draw_path(points, &self.ink(*colour, *width))
            }
            Shape::Area { points, colour } => {
                let points: Vec<Point> = all(points);
                self.on.fill_polygon(points, &self.ink(*colour, 1))
            }
            Shape::Rectangle { from, to, colour } => {
                // The backend leaves the last line and column out, as the scene does.
                let (from, to) = (self.at(*from), self.at(*to));
                self.on.draw_rect(from, to, &self.ink(*colour, 1), true)
            }
            Shape::Dot { at, radius, colour } => {
                let (at, radius) = (self.at(*at), self.length(*radius));
                self.on.draw_circle(at, radius, &self.ink(*colour, 1), true)
            }
            Shape::Text { .. } => self.text(shape),
        }
    }

    fn text(&mut self, shape: &Shape) -> Done {
        let Shape::Text {
            text,
            at,
            size,
            across,
            down,
            turned,
            colour,
        } = shape
        else {
            return Ok(());
        };
        let (r, g, b) = self.ink(*colour, 1).0.rgb;
        let h_pos = match across {
            Side::Start => HPos::Left,
            Side::Middle => HPos::Center,
            Side::End => HPos::Right,
        };
        let v_pos = match down {
            Side::Start => VPos::Top,
            Side::Middle => VPos::Center,
            Side::End => VPos::Bottom,
        };
        let turn = match turned {
            true => FontTransform::Rotate270,
            false => FontTransform::None,
        };
        let font = ("sans-serif", f64::from(*size) * self.scale).into_font();
        let ink = RGBColor(r, g, b).mix(colour.alpha);
        let style = TextStyle::from(font.transform(turn))
            .color(&ink)
            .pos(Pos { h_pos, v_pos });
        self.on.draw_text(text, &style, self.at(*at))
    }
}

/// Every pixel the mean of those that it was drawn as.
fn averaged(pixels: &[u8], width: u32, height: u32) -> Vec<u8> {
    let (width, height, finer) = (width as usize, height as usize, FINER as usize);
    let line = 3 * finer * width;
    let mut sums = vec![0u16; 3 * width];
    let mut out = Vec::with_capacity(3 * width * height);
    for block in pixels.chunks_exact(finer * line) {
        sums.fill(0);
        for (at, &value) in block.iter().enumerate() {
            let x = at % line;
            sums[3 * (x / (3 * finer)) + x % 3] += u16::from(value);
        }
        let count = FINER as u16 * FINER as u16;
        out.extend(sums.iter().map(|sum| ((sum + count / 2) / count) as u8));
    }
    out
}

fn encoded(pixels: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(pixels));
    written.expect("writing to memory cannot fail");
    file
}

#[cfg(test)]
mod tests {
    use super::file;
    use crate::report::scene::Scene;
    use crate::report::scene::palette::REAL;

    #[test]
    fn edges_are_soft_and_dark_pictures_dark() {
        let mut scene = Scene::new(8, 4);
        // Less than a whole pixel at the end.
        scene.size.1 = 15;
        // To the middle of the fourth pixel.
        scene.rectangle((0, 0), (14, 16), REAL.full());
        let pixels = |dark| {
            let file = file(&scene, 8, dark);
            let mut reader = png::Decoder::new(std::io::Cursor::new(file))
                .read_info()
                .expect("a PNG");
            let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
            let info = reader.next_frame(&mut bytes).expect("a frame");
            assert_eq!((info.width, info.height), (8, 4));
            bytes
        };
        let light = pixels(false);
        let at = |x: usize| [light[3 * x], light[3 * x + 1], light[3 * x + 2]];
        assert_eq!((at(0), at(7)), ([0, 114, 178], [255; 3]));
        assert!(at(3)[0] > 50 && at(3)[0] < 200, "{:?}", at(3));
        assert_eq!(
            light[light.len() - 3..],
            [255; 3],
            "paper to the last corner"
        );
        assert_eq!(pixels(true)[..3], [86, 180, 233]);
    }
}
