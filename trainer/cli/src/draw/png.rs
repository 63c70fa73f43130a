//! A scene as PNG. It is drawn larger and averaged, so that rectangles of an
//! image meet without seams.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use epaint_default_fonts::UBUNTU_LIGHT;
use ttf_parser::{Face, GlyphId, OutlineBuilder};

use super::palette::{PAPER, darkened};
use super::scene::{Colour, Scene, Shape, Side, Text};
use super::svg::DASHES;

/// Scale at which pictures are drawn.
const SUPERSAMPLING: u32 = 2;

/// Returns a PNG file of a width in pixels.
///
/// # Panics
/// Never: memory takes every pixel, and the font is part of the program.
#[must_use]
pub fn file(scene: &Scene, width: u32, dark: bool) -> Vec<u8> {
    let scale = f64::from(width) / f64::from(scene.size.0);
    let height = ((f64::from(scene.size.1) * scale).round() as u32).max(1);
    let mut canvas = Canvas::new(SUPERSAMPLING * width, SUPERSAMPLING * height, dark);
    canvas.scale = (scale * f64::from(SUPERSAMPLING)) as f32;
    for shape in &scene.shapes {
        canvas.draw(shape);
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&canvas.averaged()));
    written.expect("writing to memory cannot fail");
    file
}

/// Pixels that shapes are drawn on.
struct Canvas {
    /// Pixels per unit.
    scale: f32,
    dark: bool,
    width: usize,
    pixels: Vec<[u8; 3]>,
}

impl Canvas {
    fn new(width: u32, height: u32, dark: bool) -> Self {
        let mut canvas = Self {
            scale: 1.0,
            dark,
            width: width as usize,
            pixels: vec![[0; 3]; width as usize * height as usize],
        };
        let paper = canvas.rgb(PAPER.full());
        canvas.pixels.fill(paper);
        canvas
    }

    fn rgb(&self, colour: Colour) -> [u8; 3] {
        let (r, g, b) = if self.dark { darkened(colour) } else { colour }.rgb;
        [r, g, b]
    }

    fn at(&self, (x, y): (i32, i32)) -> Point {
        point(x as f32 * self.scale, y as f32 * self.scale)
    }

    fn draw(&mut self, shape: &Shape) {
        let all = |points: &[(i32, i32)]| -> Vec<Point> {
            points.iter().map(|&point| self.at(point)).collect()
        };
        let mut outline = Outline::default();
        let colour = match shape {
            Shape::Line {
                points,
                width,
                dashed,
                colour,
            } => {
                let width = (*width as f32 * self.scale).max(1.0);
                match dashed {
                    true => {
                        outline.dashes(&all(points), width, DASHES.map(|d| d as f32 * self.scale))
                    }
                    false => outline.stroke(&all(points), width),
                }
                *colour
            }
            Shape::Area { points, colour } => {
                outline.polygon(&all(points));
                *colour
            }
            Shape::Rectangle { from, to, colour } => {
                // Edges between pixels, as `crispEdges` of SVG.
                let (from, to) = (self.at(*from), self.at(*to));
                let [left, top, right, bottom] = [from.x, from.y, to.x, to.y].map(f32::round);
                let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
                outline.polygon(&corners.map(|(x, y)| point(x, y)));
                *colour
            }
            Shape::Dot { at, radius, colour } => {
                outline.circle(self.at(*at), (*radius as f32 * self.scale).max(1.0));
                *colour
            }
            Shape::Text(text) => {
                outline.text(text, self.at(text.at), self.scale);
                text.colour
            }
        };
        self.fill(&outline, colour);
    }

    /// Fills the inside of an outline.
    fn fill(&mut self, outline: &Outline, colour: Colour) {
        let Some((low, high)) = outline.bounds() else {
            return;
        };
        let (left, top) = (low.x.floor(), low.y.floor());
        let size = [high.x - left, high.y - top].map(|length| length.ceil() as usize + 1);
        let mut raster = Rasterizer::new(size[0], size[1]);
        let local = |at: Point| point(at.x - left, at.y - top);
        for &[from, to] in &outline.0 {
            raster.draw_line(local(from), local(to));
        }
        let rgb = self.rgb(colour);
        raster.for_each_pixel_2d(|x, y, coverage| {
            let (x, y) = (left as i64 + i64::from(x), top as i64 + i64::from(y));
            if coverage <= 0.0 || !(0..self.width as i64).contains(&x) || y < 0 {
                return;
            }
            if let Some(pixel) = self.pixels.get_mut(y as usize * self.width + x as usize) {
                let opacity = coverage.min(1.0) * colour.alpha as f32;
                for (below, above) in pixel.iter_mut().zip(rgb) {
                    let (from, to) = (f32::from(*below), f32::from(above));
                    *below = (from + (to - from) * opacity).round() as u8;
                }
            }
        });
    }

    /// Returns the bytes of a picture whose pixels are means of [`SUPERSAMPLING`]² pixels.
    fn averaged(&self) -> Vec<u8> {
        let (finer, width) = (SUPERSAMPLING as usize, self.width / SUPERSAMPLING as usize);
        let lines = self.pixels.chunks_exact(finer * self.width);
        let mean = |block: &[[u8; 3]], at: usize, channel: usize| {
            let inside =
                (0..finer * finer).map(|n| (n / finer) * self.width + at * finer + n % finer);
            let sum: usize = inside.map(|place| usize::from(block[place][channel])).sum();
            ((sum + finer * finer / 2) / (finer * finer)) as u8
        };
        lines
            .flat_map(|block| (0..3 * width).map(move |byte| mean(block, byte / 3, byte % 3)))
            .collect()
    }
}

/// Edges of closed outlines that have the same direction; overlaps count once.
#[derive(Default)]
struct Outline(Vec<[Point; 2]>);

impl Outline {
    fn bounds(&self) -> Option<(Point, Point)> {
        let mut points = self.0.iter().flatten().copied();
        let first = points.next()?;
        Some(points.fold((first, first), |(low, high), at| {
            let low = point(low.x.min(at.x), low.y.min(at.y));
            (low, point(high.x.max(at.x), high.y.max(at.y)))
        }))
    }

    fn polygon(&mut self, corners: &[Point]) {
        let next = corners.iter().cycle().skip(1);
        let edges = corners.iter().zip(next).map(|(&from, &to)| [from, to]);
        self.0.extend(edges);
    }

    fn circle(&mut self, centre: Point, radius: f32) {
        let corners = 12 + radius as usize;
        let corner = |n: usize| {
            let (sin, cos) = (-std::f32::consts::TAU * n as f32 / corners as f32).sin_cos();
            point(centre.x + radius * cos, centre.y + radius * sin)
        };
        self.polygon(&(0..corners).map(corner).collect::<Vec<_>>());
    }

    /// A line with round ends and corners.
    fn stroke(&mut self, points: &[Point], width: f32) {
        for pair in points.windows(2) {
            let (along, length) = (pair[1] - pair[0], distance(pair[0], pair[1]));
            if length > 0.0 {
                let half = width / 2.0 / length;
                let aside = point(-along.y * half, along.x * half);
                let corners = [
                    pair[0] + aside,
                    pair[1] + aside,
                    pair[1] - aside,
                    pair[0] - aside,
                ];
                self.polygon(&corners);
            }
        }
        // A hairline's corners are too small to see.
        if width > 1.5 {
            points.iter().for_each(|&at| self.circle(at, width / 2.0));
        }
    }

    fn dashes(&mut self, points: &[Point], width: f32, lengths: [f32; 2]) {
        let (mut drawn, mut left) = (true, lengths[0]);
        let mut dash: Vec<Point> = points.first().copied().into_iter().collect();
        for pair in points.windows(2) {
            let (mut from, to) = (pair[0], pair[1]);
            while distance(from, to) > left {
                let share = left / distance(from, to);
                from = point(
                    from.x + (to.x - from.x) * share,
                    from.y + (to.y - from.y) * share,
                );
                dash.push(from);
                if drawn {
                    self.stroke(&dash, width);
                }
                dash = vec![from];
                drawn = !drawn;
                left = lengths[usize::from(!drawn)];
            }
            left -= distance(from, to);
            dash.push(to);
        }
        if drawn {
            self.stroke(&dash, width);
        }
    }

    fn text(&mut self, text: &Text, anchor: Point, scale: f32) {
        let face = Face::parse(UBUNTU_LIGHT, 0).expect("the font is part of the program");
        let size = text.size as f32 * scale / f32::from(face.units_per_em());
        let glyphs: Vec<GlyphId> = text
            .text
            .chars()
            .map(|letter| face.glyph_index(letter).unwrap_or(GlyphId(0)))
            .collect();
        let advance =
            |&glyph: &GlyphId| size * f32::from(face.glyph_hor_advance(glyph).unwrap_or(0));
        let length: f32 = glyphs.iter().map(advance).sum();
        let before = match text.across {
            Side::Start => 0.0,
            Side::Middle => 0.5,
            Side::End => 1.0,
        };
        let mut pen = Pen {
            outline: self,
            anchor,
            origin: point(-before * length, text.baseline() as f32 * scale),
            size,
            rotated: text.rotated,
            start: anchor,
            last: anchor,
        };
        for glyph in &glyphs {
            face.outline_glyph(*glyph, &mut pen);
            pen.origin.x += advance(glyph);
        }
    }
}

fn distance(from: Point, to: Point) -> f32 {
    (to.x - from.x).hypot(to.y - from.y)
}

/// Takes a glyph's outline in units of the font.
struct Pen<'o> {
    outline: &'o mut Outline,
    anchor: Point,
    /// Origin of the glyph, from the anchor, before any rotation.
    origin: Point,
    size: f32,
    rotated: bool,
    start: Point,
    last: Point,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> Point {
        let (x, y) = (self.origin.x + x * self.size, self.origin.y - y * self.size);
        let (x, y) = if self.rotated { (y, -x) } else { (x, y) };
        point(self.anchor.x + x, self.anchor.y + y)
    }

    fn to(&mut self, next: Point) {
        self.outline.0.push([self.last, next]);
        self.last = next;
    }
}

impl OutlineBuilder for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.last = self.at(x, y);
        self.start = self.last;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.to(self.at(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        const PARTS: usize = 5;
        let (from, control, to) = (self.last, self.at(x1, y1), self.at(x, y));
        for part in 1..=PARTS {
            let t = part as f32 / PARTS as f32;
            let on = |a: f32, b: f32, c: f32| {
                (1.0 - t) * (1.0 - t) * a + 2.0 * t * (1.0 - t) * b + t * t * c
            };
            self.to(point(
                on(from.x, control.x, to.x),
                on(from.y, control.y, to.y),
            ));
        }
    }

    /// TrueType outlines, as the font's, have no cubic curves.
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, x: f32, y: f32) {
        self.line_to(x, y);
    }

    fn close(&mut self) {
        self.to(self.start);
    }
}

#[cfg(test)]
mod tests {
    use super::file;
    use crate::draw::Scene;
    use crate::draw::palette::{REAL, TEXT};

    /// The RGB bytes of a scene of this width in pixels.
    fn pixels(scene: &Scene, width: u32, dark: bool) -> Vec<u8> {
        let file = std::io::Cursor::new(file(scene, width, dark));
        let mut reader = png::Decoder::new(file).read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut bytes).expect("a frame");
        assert_eq!(info.width, width);
        bytes
    }

    #[test]
    fn edges_are_soft_and_dark_pictures_dark() {
        let mut scene = Scene::new((8, 4));
        // To the middle of the fourth pixel.
        scene.rectangle((0, 0), (14, 16), REAL.full());
        let light = pixels(&scene, 8, false);
        assert_eq!(light.len(), 3 * 8 * 4);
        let at = |x: usize| [light[3 * x], light[3 * x + 1], light[3 * x + 2]];
        assert_eq!((at(0), at(7)), ([0, 114, 178], [255; 3]));
        assert_eq!(at(3)[0], 128);
        assert_eq!(pixels(&scene, 8, true)[..3], [86, 180, 233]);
    }

    #[test]
    fn shapes_beyond_the_picture_are_cut_off() {
        let mut scene = Scene::new((8, 4));
        scene.dot((0, 0), REAL.full(), 100);
        scene.line(vec![(-50, -20), (100, 90)], REAL.over(0.5), 4);
        scene.text("A longer line than eight pixels", (20, 8), 12, TEXT.full());
        assert_eq!(pixels(&scene, 8, false)[..3], [0, 114, 178]);
    }
}
