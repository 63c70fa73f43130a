//! Findings: what a careful reader of the samples would notice, in words.
//!
//! Each finding compares samples with real rows, and is reported only if the difference is larger
//! than chance explains. The limit of chance holds for all columns, classes and pairs together: a
//! check gives a finding on a second set of real rows in about one of a thousand cases.

mod baseline;
mod classes;
mod columns;
mod copying;
mod correlation;
mod data;
mod evidence;
mod examine;
mod joint;
mod order;
mod pairs;
mod recurring;
mod roughness;
mod statistics;
mod training;
mod words;

use std::fmt;

use serde::Serialize;

pub use crate::train::ValidationLosses;
pub use baseline::baseline;
pub use data::data;
pub use evidence::{Evidence, RowSet};
pub use examine::RealRows;
pub use training::overtraining;

/// What the samples or the training are found to be, with figures. `Display` of the
/// [card](crate::Card) prints findings first.
///
/// ```
/// use flowlet_trainer::findings::{FindingKind, ValidationLosses, overtraining};
///
/// let points = vec![(100, 0.5), (200, 0.4), (300, 0.6)];
/// let losses = ValidationLosses { points, keeps_best: false };
/// let finding = overtraining(&losses).expect("the loss rises");
/// assert_eq!(finding.kind, FindingKind::Overtrained);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Kind of finding.
    pub kind: FindingKind,
    /// Weight of the finding.
    pub severity: Severity,
    /// Names of the columns it is about, the worst first. Empty if it is about none.
    pub columns: Vec<String>,
    /// Description with figures: one or two sentences.
    pub message: String,
    /// What to do about it. Empty if there is nothing to do.
    pub advice: String,
}

/// A line of text, and a line of advice if there is some.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.severity {
            Severity::Problem => "problem: ",
            Severity::Caution => "caution: ",
            Severity::Info => "",
        };
        write!(f, "{mark}{}", self.message)?;
        match self.advice.as_str() {
            "" => Ok(()),
            advice => write!(f, "\n  Advice: {advice}."),
        }
    }
}

/// Weight of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The samples are wrong in a way that matters to most uses.
    Problem,
    /// The samples are wrong in a way that matters to some uses.
    Caution,
    /// Nothing is wrong.
    Info,
}

/// Kinds of finding, in the order of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingKind {
    /// A few extreme values set the scale of a column.
    Outlier,
    /// Samples leave a value that (almost) all real rows of a class have.
    Leak,
    /// Samples combine categories or integers that no real row combines.
    Combination,
    /// Samples break an order of two columns that real rows keep.
    Order,
    /// Samples have values beyond those of real rows, or stop before them.
    Range,
    /// The share of rows at a limit differs.
    LimitShare,
    /// The share of a category differs.
    CategoryShare,
    /// The mean differs.
    Mean,
    /// The standard deviation differs.
    Spread,
    /// The distribution differs in another way.
    Shape,
    /// The correlation of two columns differs.
    Correlation,
    /// Samples of a series are rougher or smoother than real rows.
    Roughness,
    /// A value recurs in real rows but not in samples.
    Recurring,
    /// Samples of a class do not look like real rows of it.
    Class,
    /// Samples are copies of training rows.
    Copies,
    /// The validation loss rose before the training ended.
    Overtrained,
    /// A simpler generator in the same bytes gives better samples.
    Baseline,
    /// There are too few rows to judge the samples.
    FewRows,
    /// All values of a column are equal.
    Constant,
    /// The column that differs most.
    WorstColumn,
}

impl FindingKind {
    /// Returns what to do about a finding of this kind.
    fn advice(self) -> &'static str {
        match self {
            Self::Leak | Self::Combination | Self::Order => {
                "correct or reject such samples after sampling, or try a wider network"
            }
            Self::Range => "set limits of the column, and train longer",
            Self::LimitShare | Self::Shape | Self::Recurring => {
                "train longer, or with a wider network"
            }
            Self::CategoryShare => "train longer, or make the column the label",
            Self::Mean | Self::Spread | Self::Correlation | Self::Roughness => {
                "train longer, with a wider network, or take more solver steps"
            }
            Self::Class => "train longer, or with guidance; check the labels",
            Self::Copies => "train for a shorter time, with added noise or a smaller network",
            Self::Baseline => "train longer, or with a wider network, or use the simpler generator",
            Self::Overtrained => "stop early, or train for a shorter time",
            Self::Outlier => "correct the row, or limit the column",
            Self::FewRows => "add rows, and judge by the plots of the report",
            Self::Constant => "leave the column out",
            Self::WorstColumn => "",
        }
    }
}

impl Finding {
    pub(crate) fn new(
        kind: FindingKind,
        severity: Severity,
        columns: Vec<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            severity,
            columns,
            message: message.into(),
            advice: kind.advice().to_owned(),
        }
    }
}

/// Compares samples with real rows, column by column and jointly. The gravest finding comes first.
#[must_use]
pub fn find(evidence: &Evidence<'_>) -> Vec<Finding> {
    let joint = [
        joint::find,
        pairs::find,
        order::find,
        correlation::find,
        recurring::find,
        roughness::find,
        classes::find,
        copying::find,
    ];
    let mut findings = columns::find(evidence);
    findings.extend(joint.iter().filter_map(|check| check(evidence)));
    sort(&mut findings);
    findings
}

/// Sorts findings by weight, then by kind.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by_key(|finding| (finding.severity, finding.kind));
}

#[cfg(test)]
mod tests;
