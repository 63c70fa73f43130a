//! What a model can do besides drawing rows: its sections.

use std::fmt;

use flowlet::Model;
use flowlet::format::{ScoreRecord, Section};
use serde::Serialize;

use crate::text::counted;

/// Sections of a model file.
#[derive(Serialize)]
pub(super) struct Uses<'a> {
    /// Calibration of scores; null without one.
    score: Option<Calibrated>,
    /// What fills in rows; null if the model only draws complete ones.
    fill: Option<FillsIn<'a>>,
}

#[derive(Serialize)]
struct Calibrated {
    /// Rows that were scored.
    rows: u16,
    bytes: usize,
}

#[derive(Serialize)]
struct FillsIn<'a> {
    /// Any columns may be known.
    any_columns: bool,
    /// One evaluation of the network gives the mean of the unknown columns.
    predicts: bool,
    conditions: Vec<&'a str>,
    queries: Vec<&'a str>,
    bytes: usize,
}

impl<'a> Uses<'a> {
    pub(super) fn of(model: &Model<'a>) -> Self {
        let score = model.section(Section::Score).and_then(|content| {
            let record = ScoreRecord::from_bytes(content.first_chunk()?);
            Some(Calibrated {
                rows: record.rows,
                bytes: content.len(),
            })
        });
        let fill = model.fill().ok().flatten().map(|fill| FillsIn {
            any_columns: fill.record().masked,
            predicts: fill.record().predicts,
            conditions: fill.condition_names().collect(),
            queries: fill.query_names().collect(),
            bytes: model.section(Section::Fill).map_or(0, <[u8]>::len),
        });
        Self { score, fill }
    }
}

impl fmt::Display for Uses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Calibrated { rows, bytes }) = self.score {
            let rows = counted(rows.into(), "row", "rows");
            writeln!(f, "scores       calibrated on {rows}, {bytes} bytes")?;
        }
        if let Some(fill) = &self.fill {
            let mut known = Vec::new();
            if !fill.conditions.is_empty() {
                known.push(format!("always {}", fill.conditions.join(", ")));
            }
            known.extend(fill.queries.iter().map(|name| format!("query {name}")));
            if fill.any_columns {
                known.push("any columns".to_owned());
            }
            let known = known.join("; ");
            writeln!(f, "known        {known}; {} bytes", fill.bytes)?;
        }
        Ok(())
    }
}
