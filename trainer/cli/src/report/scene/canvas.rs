//! The side of a scene that the plotting library draws on: its calls become shapes.

use std::convert::Infallible;
use std::sync::Once;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::style::register_font;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, FontTransform,
};

use super::{Colour, Panel, Scene, Shape, Side};

/// What pictures draw on.
pub type Area<'s> = DrawingArea<Canvas<'s>, Shift>;

/// How drawing on it ends: memory does not fail.
pub(in crate::report) type Drawn = Result<(), DrawingAreaErrorKind<Infallible>>;

type Done = Result<(), DrawingErrorKind<Infallible>>;

/// A panel of a size in pixels that `draw` fills.
///
/// # Panics
/// Never: the font is part of the program, and a scene takes every shape.
pub(in crate::report) fn panel(
    (width, height): (i32, i32),
    title: impl Into<String>,
    description: impl Into<String>,
    draw: impl FnOnce(&Area<'_>) -> Drawn,
) -> Panel {
    font();
    let mut scene = Scene::new(width, height);
    let area = Canvas(&mut scene).into_drawing_area();
    draw(&area).expect("a scene takes every shape");
    drop(area);
    Panel {
        title: title.into(),
        description: description.into(),
        scene,
    }
}

/// Makes the font known to the plotting library.
pub(in crate::report) fn font() {
    static KNOWN: Once = Once::new();
    KNOWN.call_once(|| {
        let font = epaint_default_fonts::UBUNTU_LIGHT;
        let known = register_font("sans-serif", FontStyle::Normal, font);
        assert!(known.is_ok(), "the font is part of the program");
    });
}

/// A scene that is being drawn on.
#[derive(Debug)]
pub struct Canvas<'s>(&'s mut Scene);

impl Canvas<'_> {
    fn push(&mut self, shape: Shape) -> Done {
        self.0.shapes.push(shape);
        Ok(())
    }
}

fn colour(of: BackendColor) -> Colour {
    Colour {
        rgb: of.rgb,
        alpha: of.alpha,
    }
}

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.0.size.0 as u32, self.0.size.1 as u32)
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, of: BackendColor) -> Done {
        self.push(Shape::Rectangle {
            from: (x, y),
            to: (x + 1, y + 1),
            colour: colour(of),
        })
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Done {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Done {
        if fill {
            return self.push(Shape::Rectangle {
                from,
                to,
                colour: colour(style.color()),
            });
        }
        let corners = [from, (to.0, from.1), to, (from.0, to.1), from];
        self.draw_path(corners, style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        if style.color().alpha == 0.0 {
            return Ok(());
        }
        self.push(Shape::Line {
            points: path.into_iter().collect(),
            width: style.stroke_width(),
            colour: colour(style.color()),
        })
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        at: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Done {
        self.push(Shape::Dot {
            at,
            radius,
            colour: colour(style.color()),
        })
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Done {
        self.push(Shape::Area {
            points: corners.into_iter().collect(),
            colour: colour(style.color()),
        })
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Done {
        let turned = matches!(style.transform(), FontTransform::Rotate270);
        let across = match style.anchor().h_pos {
            HPos::Left => Side::Start,
            HPos::Center => Side::Middle,
            HPos::Right => Side::End,
        };
        let down = match style.anchor().v_pos {
            VPos::Top => Side::Start,
            VPos::Center => Side::Middle,
            VPos::Bottom => Side::End,
        };
        self.push(Shape::Text {
            text: text.to_owned(),
            at,
            size: style.size() as i32,
            across,
            down,
            turned,
            colour: colour(style.color()),
        })
    }
}
