//! The report as one HTML file that needs no network: text, tables, and plots as SVG.

mod sections;
mod summary;
mod tables;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::stats::Comparison;
use super::stats::anomalies::Anomalies;
use super::stats::columns::ColumnCheck;
use super::stats::cost::Cost;
use super::stats::losses::PhaseLosses;
use super::stats::nearest::Nearest;
use super::stats::steps::StepDistances;
use crate::draw::palette::dark_rules;
use crate::draw::{KEY_SIZE, Picture, Scene, svg};
use flowlet_trainer::Card;
use flowlet_trainer::evaluate::Protocol;
use flowlet_trainer::fill::FillExample;

/// The contents of a report.
#[derive(Clone, Debug)]
pub struct Report<'m> {
    /// Name of the model's file.
    pub model: String,
    /// Name of the data.
    pub data: String,
    /// The model and the rows that it is compared with.
    pub comparison: Comparison<'m>,
    /// The quality card.
    pub card: Card,
    /// Checks of the columns.
    pub columns: Vec<ColumnCheck>,
    /// Nearest real rows of the samples.
    pub nearest: Nearest,
    /// Rows that are filled in, if the model does so.
    pub fill: Vec<FillExample>,
    /// Scores of anomalies, if there are any.
    pub anomalies: Option<Anomalies>,
    /// Distances by number of steps.
    pub steps: StepDistances,
    /// Losses of the training, or why they are missing.
    pub losses: Result<Vec<PhaseLosses>, String>,
    /// Costs on the boards.
    pub costs: Vec<Cost>,
}

impl Report<'_> {
    /// Returns the bytes of the HTML file.
    #[must_use]
    pub fn html(&self) -> Vec<u8> {
        let style = format!(
            "{}@media (prefers-color-scheme:dark){{{}}}",
            include_str!("style.css"),
            dark_rules()
        );
        let title = format!("{} and {}", self.model, self.data);
        let sections = sections::all(self);
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    // Forbids any loading, whatever the names of columns are.
                    meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                    title { (title) }
                    style { (PreEscaped(style)) }
                }
                body {
                    header {
                        h1 { (title) }
                        p { (sentence(&self.card.protocol)) }
                        (summary::summary(self))
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
                        "Written by flowlet " (env!("CARGO_PKG_VERSION")) " report, seed " (self.comparison.sampling.seed)
                        ". Distances are in standard deviations of the columns (sd)."
                    } }
                }
            }
        };
        page.into_string().into_bytes()
    }
}

/// Returns how the model was judged, as a sentence.
fn sentence(protocol: &Protocol) -> String {
    let text = protocol
        .to_string()
        .replacen('\n', ": ", 1)
        .replace('\n', "; ");
    let (first, rest) = text.split_at(1);
    format!("{}{rest}.", first.to_uppercase())
}

/// Returns a picture as figures, side by side if there is room.
fn picture(picture: &Picture) -> Markup {
    html! {
        @if !picture.keys.is_empty() {
            ul.keys {
                @for key in &picture.keys {
                    li { (drawing(&key.sample(), None, Some(KEY_SIZE))) (key.meaning) }
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

/// Returns a scene as SVG. Without a description it is hidden from screen readers.
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
