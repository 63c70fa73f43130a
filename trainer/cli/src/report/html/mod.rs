//! The report as one HTML file, which needs no network: words, tables, and pictures as SVG.

mod sections;
mod short;
mod tables;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::scene::arrange::SAMPLE;
use super::scene::palette::dark_rules;
use super::scene::{Picture, Scene, svg};
use super::stats::Comparison;
use super::stats::columns::Column;
use super::stats::cost::Cost;
use super::stats::losses::Phase;
use super::stats::nearest::Nearest;
use super::stats::steps::Steps;
use crate::report::card::Card;

/// All that a report says.
#[derive(Clone, Debug)]
pub struct Report<'m> {
    /// What the model's file is called.
    pub model: String,
    /// What the data are called.
    pub data: String,
    /// The model and the rows.
    pub comparison: Comparison<'m>,
    /// What `flowlet eval` says.
    pub card: Card,
    /// Each column.
    pub columns: Vec<Column>,
    /// Samples and real rows.
    pub nearest: Nearest,
    /// Few and many steps.
    pub steps: Steps,
    /// The training's losses, or why they are not there.
    pub losses: Result<Vec<Phase>, String>,
    /// The boards.
    pub costs: Vec<Cost>,
}

impl Report<'_> {
    /// The bytes of the HTML file.
    #[must_use]
    pub fn html(&self) -> Vec<u8> {
        let style = format!(
            "{}@media (prefers-color-scheme:dark){{{}}}",
            include_str!("style.css"),
            dark_rules()
        );
        let title = format!("{} beside {}", self.model, self.data);
        let sections = sections::all(self);
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    // Nothing is loaded, whatever a column is called.
                    meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                    title { (title) }
                    style { (PreEscaped(style)) }
                }
                body {
                    header {
                        h1 { (title) }
                        (short::short(self))
                        nav aria-label="Sections" { ul {
                            @for section in &sections {
                                li { a href={ "#" (section.id) } { (section.title) } }
                            }
                        } }
                    }
                    main {
                        @for section in &sections {
                            section id=(section.id) {
                                h2 { (section.title) }
                                (section.body)
                            }
                        }
                    }
                    footer { p {
                        "Made by flowlet " (env!("CARGO_PKG_VERSION")) " report, seed " (self.comparison.seed)
                        ". Distances are in standard deviations of the columns (sd)."
                    } }
                }
            }
        };
        page.into_string().into_bytes()
    }
}

/// A picture as figures that stand side by side where there is room.
fn picture(picture: &Picture) -> Markup {
    html! {
        @if !picture.keys.is_empty() {
            ul.keys {
                @for key in &picture.keys {
                    li { (drawing(&key.sample(), None, Some(SAMPLE))) (key.meaning) }
                }
            }
        }
        div.panels {
            @for panel in &picture.panels {
                figure {
                    figcaption { (panel.title) }
                    (drawing(&panel.scene, Some(&panel.description), None))
                }
            }
        }
    }
}

/// A scene in place; hidden from those who hear the page where the words beside it say all.
fn drawing(scene: &Scene, description: Option<&str>, size: Option<(i32, i32)>) -> Markup {
    let view_box = svg::view_box(scene);
    let (width, height) = size.unzip();
    html! {
        svg viewBox=(view_box) width=[width] height=[height] role=[description.map(|_| "img")]
            aria-hidden=[description.is_none().then_some("true")] {
            @if let Some(description) = description { title { (description) } }
            (PreEscaped(svg::shapes(scene)))
        }
    }
}
