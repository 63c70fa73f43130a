//! A scene as SVG. Text stays text, and shapes of one colour that follow one another become one path.

use std::fmt::Write;

use super::palette::{PAPER, dark_rules, hex};
use super::{Colour, Point, Scene, Shape, Side};

/// Part of a text's size that its font's em is: what the plotting library counts with.
const EM: f64 = 1.24;

/// The shapes, for an `<svg>` with the view box of [`view_box`].
#[must_use]
pub fn shapes(scene: &Scene) -> String {
    let mut out = String::new();
    let mut rest = &scene.shapes[..];
    while let Some(first) = rest.first() {
        let alike = rest.iter().take_while(|shape| style(shape) == style(first));
        let count = match style(first) {
            Some(_) => alike.count(),
            None => 1,
        };
        write(&mut out, &rest[..count]);
        rest = &rest[count..];
    }
    out
}

/// The view box of a scene.
#[must_use]
pub fn view_box(scene: &Scene) -> String {
    format!("0 0 {} {}", scene.size.0, scene.size.1)
}

/// A whole file, as wide as so many pixels where it is shown at its own size.
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

/// What shapes share that can be one path; `None` of those that stay alone.
fn style(shape: &Shape) -> Option<(u8, u32, Colour)> {
    match *shape {
        Shape::Line { width, colour, .. } => Some((0, width, colour)),
        Shape::Area { .. } | Shape::Text { .. } => None,
        Shape::Rectangle { colour, .. } => Some((1, 0, colour)),
        Shape::Dot { radius, colour, .. } => Some((2, radius, colour)),
    }
}

/// Writes shapes of one style.
fn write(out: &mut String, shapes: &[Shape]) {
    let paint = |name: &str, colour: Colour| {
        let opacity = match colour.alpha < 1.0 {
            true => format!(" {name}-opacity=\"{}\"", colour.alpha),
            false => String::new(),
        };
        format!("{name}=\"{}\"{opacity}", hex(colour.rgb))
    };
    let stroke = |width: u32, colour| {
        format!(
            "fill=\"none\" {} stroke-width=\"{width}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"",
            paint("stroke", colour)
        )
    };
    let path: String = shapes.iter().map(outline).collect();
    let _ = match &shapes[0] {
        Shape::Line { width, colour, .. } => {
            writeln!(out, "<path {} d=\"{path}\"/>", stroke(*width, *colour))
        }
        // A line of no length with round ends is a dot.
        Shape::Dot { radius, colour, .. } => {
            writeln!(out, "<path {} d=\"{path}\"/>", stroke(2 * radius, *colour))
        }
        Shape::Rectangle { colour, .. } => writeln!(
            out,
            "<path {} shape-rendering=\"crispEdges\" d=\"{path}\"/>",
            paint("fill", *colour)
        ),
        Shape::Area { colour, .. } => {
            writeln!(out, "<path {} d=\"{path}\"/>", paint("fill", *colour))
        }
        Shape::Text { text, .. } => writeln!(
            out,
            "<text {}>{}</text>",
            lettering(&shapes[0], paint),
            escaped(text)
        ),
    };
}

/// The attributes of a text.
fn lettering(shape: &Shape, paint: impl Fn(&str, Colour) -> String) -> String {
    let Shape::Text {
        at: (x, y),
        size,
        across,
        down,
        turned,
        colour,
        ..
    } = shape
    else {
        return String::new();
    };
    let anchor = match across {
        Side::Start => "",
        Side::Middle => " text-anchor=\"middle\"",
        Side::End => " text-anchor=\"end\"",
    };
    let em = f64::from(*size) / EM;
    let below = match down {
        Side::Start => 0.76,
        Side::Middle => 0.35,
        Side::End => -0.25,
    };
    let turn = match turned {
        true => format!(" transform=\"rotate(270 {x} {y})\""),
        false => String::new(),
    };
    format!(
        "x=\"{x}\" y=\"{y}\" dy=\"{:.0}\" font-size=\"{em:.0}\"{anchor}{turn} {}",
        below * em,
        paint("fill", *colour)
    )
}

/// A shape in the language of paths, steps relative.
fn outline(shape: &Shape) -> String {
    match shape {
        Shape::Line { points, .. } => through(points),
        Shape::Area { points, .. } => through(points) + "z",
        Shape::Rectangle { from, to, .. } => {
            let (width, height) = (to.0 - from.0, to.1 - from.1);
            format!("M{} {}h{width}v{height}h{}z", from.0, from.1, -width)
        }
        Shape::Dot { at, .. } => format!("M{} {}h0", at.0, at.1),
        Shape::Text { .. } => String::new(),
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
    use crate::report::scene::palette::{REAL, TEXT};
    use crate::report::scene::{Scene, Shape, Side};

    fn dot(at: (i32, i32)) -> Shape {
        Shape::Dot {
            at,
            radius: 6,
            colour: REAL.full(),
        }
    }

    #[test]
    fn shapes_of_a_style_are_one_path() {
        let mut scene = Scene::new(10, 10);
        scene.shapes = vec![dot((1, 2)), dot((3, 4))];
        scene.rectangle((0, 0), (4, 5), REAL.over(0.5));
        scene.shapes.push(dot((5, 6)));
        let lines: Vec<String> = shapes(&scene).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 3);
        assert!(
            lines[0].contains("d=\"M1 2h0M3 4h0\"") && lines[0].contains("stroke-width=\"12\"")
        );
        assert!(lines[1].contains("fill-opacity=\"0.5\"") && lines[1].contains("M0 0h4v5h-4z"));
    }

    #[test]
    fn text_stays_text_and_cannot_break_out() {
        let mut scene = Scene::new(10, 5);
        scene.text("a<b & c", (8, 9), 62, Side::End, TEXT.full());
        let text = String::from_utf8(file(&scene, "x < y", 20)).expect("UTF-8");
        let tree = roxmltree::Document::parse(&text).expect("well-formed");
        let of = |name| {
            tree.descendants()
                .find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)))
        };
        let words = of("text").expect("a text");
        assert_eq!(words.text(), Some("a<b & c"));
        assert_eq!(
            (words.attribute("font-size"), words.attribute("text-anchor")),
            (Some("50"), Some("end"))
        );
        assert_eq!(of("title").and_then(|title| title.text()), Some("x < y"));
        let root = tree.root_element();
        assert_eq!(
            (root.attribute("height"), root.attribute("viewBox")),
            (Some("10"), Some("0 0 40 20"))
        );
    }
}
