//! A scene as SVG. Text stays text, and consecutive shapes of one style become one path.

use std::fmt::Write;

use super::palette::{PAPER, dark_rules, hex};
use super::scene::{Colour, Point, Scene, Shape, Side, Text, UNIT};

/// Length of a dash and of the gap after it, units.
pub(super) const DASHES: [i32; 2] = [7 * UNIT, 4 * UNIT];

/// Returns the shapes, for an `<svg>` with the view box of [`view_box`].
#[must_use]
pub fn shapes(scene: &Scene) -> String {
    let alike = |a: &Shape, b: &Shape| style(a).is_some() && style(a) == style(b);
    scene.shapes.chunk_by(alike).map(element).collect()
}

/// Returns the view box of a scene.
#[must_use]
pub fn view_box(scene: &Scene) -> String {
    format!("0 0 {} {}", scene.size.0, scene.size.1)
}

/// Returns an SVG file of a natural width in pixels.
#[must_use]
pub fn file(scene: &Scene, title: &str, width: u32) -> Vec<u8> {
    let height = f64::from(width) * f64::from(scene.size.1) / f64::from(scene.size.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height:.0}\" viewBox=\"{}\" \
         role=\"img\" font-family=\"sans-serif\">\n<title>{}</title>\n\
         <style>@media (prefers-color-scheme: dark) {{{}}}</style>\n<path d=\"M0 0H{}V{}H0Z\" fill=\"{}\"/>\n",
        view_box(scene),
        escaped(title),
        dark_rules(),
        scene.size.0,
        scene.size.1,
        hex(PAPER.light),
    );
    out.push_str(&shapes(scene));
    out.push_str("</svg>\n");
    out.into_bytes()
}

/// Returns what shapes of one path share; `None` for shapes that are not merged.
fn style(shape: &Shape) -> Option<(u8, u32, bool, Colour)> {
    match *shape {
        Shape::Line {
            width,
            dashed,
            colour,
            ..
        } => Some((0, width, dashed, colour)),
        Shape::Area { .. } | Shape::Text(_) => None,
        Shape::Rectangle { colour, .. } => Some((1, 0, false, colour)),
        Shape::Dot { radius, colour, .. } => Some((2, radius, false, colour)),
    }
}

/// Returns one element for shapes of one style.
fn element(shapes: &[Shape]) -> String {
    let path: String = shapes.iter().map(outline).collect();
    let stroke = |width: u32, colour| {
        format!(
            "fill=\"none\" {} stroke-width=\"{width}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"",
            paint("stroke", colour)
        )
    };
    let attributes = match &shapes[0] {
        Shape::Line {
            width,
            dashed,
            colour,
            ..
        } => {
            let [dash, gap] = DASHES;
            let dashes = match dashed {
                true => format!(" stroke-dasharray=\"{dash} {gap}\""),
                false => String::new(),
            };
            stroke(*width, *colour) + &dashes
        }
        // A line of no length with round ends is a dot.
        Shape::Dot { radius, colour, .. } => stroke(2 * radius, *colour),
        Shape::Rectangle { colour, .. } => {
            paint("fill", *colour) + " shape-rendering=\"crispEdges\""
        }
        Shape::Area { colour, .. } => paint("fill", *colour),
        Shape::Text(text) => return text_element(text),
    };
    format!("<path {attributes} d=\"{path}\"/>\n")
}

fn paint(name: &str, colour: Colour) -> String {
    let opacity = match colour.alpha < 1.0 {
        true => format!(" {name}-opacity=\"{}\"", colour.alpha),
        false => String::new(),
    };
    format!("{name}=\"{}\"{opacity}", hex(colour.rgb))
}

fn text_element(text: &Text) -> String {
    let (x, y) = text.at;
    let anchor = match text.across {
        Side::Start => "",
        Side::Middle => " text-anchor=\"middle\"",
        Side::End => " text-anchor=\"end\"",
    };
    let rotation = match text.rotated {
        true => format!(" transform=\"rotate(270 {x} {y})\""),
        false => String::new(),
    };
    format!(
        "<text x=\"{x}\" y=\"{y}\" dy=\"{:.0}\" font-size=\"{}\"{anchor}{rotation} {}>{}</text>\n",
        text.baseline(),
        text.size,
        paint("fill", text.colour),
        escaped(&text.text)
    )
}

/// Returns a shape as the data of a path, with relative steps.
fn outline(shape: &Shape) -> String {
    match shape {
        Shape::Line { points, .. } => through(points),
        Shape::Area { points, .. } => through(points) + "z",
        Shape::Rectangle { from, to, .. } => {
            let (width, height) = (to.0 - from.0, to.1 - from.1);
            format!("M{} {}h{width}v{height}h{}z", from.0, from.1, -width)
        }
        Shape::Dot { at, .. } => format!("M{} {}h0", at.0, at.1),
        Shape::Text(_) => String::new(),
    }
}

fn through(points: &[Point]) -> String {
    let mut out = String::new();
    let mut last = None;
    for &(x, y) in points {
        let _ = match last {
            None => write!(out, "M{x} {y}"),
            Some((from_x, from_y)) => write!(out, "l{} {}", x - from_x, y - from_y),
        };
        last = Some((x, y));
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{file, shapes};
    use crate::draw::Scene;
    use crate::draw::palette::{REAL, TEXT};

    #[test]
    fn shapes_of_a_style_are_one_path() {
        let mut scene = Scene::new((10, 10));
        scene.dot((1, 2), REAL.full(), 3);
        scene.dot((3, 4), REAL.full(), 3);
        scene.rectangle((0, 0), (4, 5), REAL.over(0.5));
        scene.dot((5, 6), REAL.full(), 3);
        let lines: Vec<String> = shapes(&scene).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 3);
        assert!(
            lines[0].contains("d=\"M1 2h0M3 4h0\"") && lines[0].contains("stroke-width=\"12\"")
        );
        assert!(lines[1].contains("fill-opacity=\"0.5\"") && lines[1].contains("M0 0h4v5h-4z"));
    }

    #[test]
    fn text_stays_text_and_is_escaped() {
        let mut scene = Scene::new((10, 5));
        scene.text("a<b & c", (8, 9), 12, TEXT.full());
        let text = String::from_utf8(file(&scene, "x < y", 20)).expect("UTF-8");
        let tree = roxmltree::Document::parse(&text).expect("well-formed");
        let of = |name| {
            tree.descendants()
                .find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)))
        };
        let words = of("text").expect("a text");
        assert_eq!(words.text(), Some("a<b & c"));
        assert_eq!(words.attribute("font-size"), Some("48"));
        assert_eq!(of("title").and_then(|title| title.text()), Some("x < y"));
        let root = tree.root_element();
        assert_eq!(
            (root.attribute("height"), root.attribute("viewBox")),
            (Some("10"), Some("0 0 40 20"))
        );
    }
}
