//! What was decided on the columns of a table.

use super::few_values::few_values;
use super::{Decision, DecisionKind};
use crate::column_roles::together;
use crate::data::Table;
use crate::data::category::FileColumn;
use crate::data::curve::Curve;
use crate::data::cycle::{Cycle, look_circular};
use crate::data::latent::Latent;
use crate::data::latent_rank::LatentRank;
use crate::data::layout::Layout;
use crate::data::range::ValueRange;
use crate::data::schema::Schema;
use crate::data::transform::Transform;
use crate::text::{MAX_LISTED, counted, listed};

/// Returns what was decided on the columns of a table, for which `asked` asks for a latent.
pub(crate) fn on_columns(table: &Table, transform: &Transform, asked: LatentRank) -> Vec<Decision> {
    let layout = Layout::of(&table.columns, &table.categories);
    let (series, _) = together(&table.columns, layout);
    let series = series.iter().map(ToString::to_string).collect::<Vec<_>>();
    let columns = table.file_columns();
    let name = |column: &FileColumn<'_>| column.name.to_owned();
    let named = columns.iter().filter(|column| column.categories.is_some());
    let numbers = || columns.iter().filter(|column| column.categories.is_none());
    let range = |column: &FileColumn<'_>| transform.ranges[column.values.start];
    let integers = numbers().filter(|column| range(column).integer);
    let decimals = numbers().filter_map(|column| {
        let decimals = range(column).decimals?;
        Some(format!("{} ({decimals})", column.name))
    });
    let limits = numbers().filter_map(|column| {
        let (range, values) = (range(column), table.values.column(column.values.start));
        let is_beyond = |value: &&f64| !(range.min..=range.max).contains(*value);
        let limits = limits(column.name, range)?;
        Some(match values.iter().filter(is_beyond).count() {
            0 => limits,
            count => format!("{limits} ({} beyond)", counted(count, "value", "values")),
        })
    });
    let latent = transform.latent.iter().map(|of| latent(of, asked));
    let curves = numbers().filter_map(|column| {
        let at = column.values.start;
        let curve = transform.curves[at].as_ref()?;
        Some(format!(
            "{} ({})",
            column.name,
            reasons(curve, transform.ranges[at])
        ))
    });
    let few = few_values(table, transform);
    let decision = |kind, names: Vec<String>| Decision::new(kind, listed(&names, MAX_LISTED));
    let mut all = vec![
        decision(DecisionKind::Series, series),
        decision(DecisionKind::Latent, latent.collect()),
        decision(DecisionKind::Categories, named.map(name).collect()),
        decision(DecisionKind::Integers, integers.map(name).collect()),
        decision(DecisionKind::Decimals, decimals.collect()),
        decision(DecisionKind::Limits, limits.collect()),
        decision(DecisionKind::Curves, curves.collect()),
    ];
    all.retain(|decision| !decision.message.is_empty());
    if !few.is_empty() {
        let columns = listed(&few, MAX_LISTED);
        let message = format!("{columns}; samples may have values between them");
        all.push(Decision::new(DecisionKind::FewValues, message));
    }
    all
}

/// Returns the decisions on the columns of `table`, as it was read, that `schema` declares to be
/// circular, and on those that look so.
pub(crate) fn on_cycles(table: &Table, schema: &Schema, cycles: &[Cycle]) -> Vec<Decision> {
    let declared = cycles.iter().map(|cycle| {
        let outside = match cycle.outside(table) {
            0 => String::new(),
            count => format!(", {} wrapped", counted(count, "value", "values")),
        };
        format!("{} (period {}{outside})", cycle.column, cycle.period)
    });
    let declared: Vec<String> = declared.collect();
    let mut looks = look_circular(table);
    looks.retain(|cycle| !schema.has(&cycle.column));
    let names: Vec<&str> = looks.iter().map(|cycle| cycle.column.as_str()).collect();
    let mut all = Vec::new();
    if !declared.is_empty() {
        let message = listed(&declared, MAX_LISTED);
        all.push(Decision::new(DecisionKind::Circular, message));
    }
    if let Some(Cycle {
        column,
        start,
        period,
        ..
    }) = looks.first()
    {
        let start = match start {
            0.0 => String::new(),
            start => format!(", min = {start}"),
        };
        let message = format!(
            "{}; a model takes the largest values as far from the smallest, unless a schema has \
             {column} = {{ period = {period}{start} }}",
            listed(&names, MAX_LISTED)
        );
        all.push(Decision::new(DecisionKind::LooksCircular, message));
    }
    all
}

/// Describes a latent, and why it has fewer components than were asked for.
fn latent(latent: &Latent, asked: LatentRank) -> String {
    let (count, rank) = (latent.columns.len(), latent.rank());
    let share = 100.0 * latent.share.unwrap_or(1.0);
    let per_class = if latent.bases.len() > 1 {
        " per class"
    } else {
        ""
    };
    let fewer = match asked.asked() {
        Some(asked) if asked > rank => {
            format!("; {asked} were asked for, but the others hold too little variance")
        }
        _ => String::new(),
    };
    let components = counted(rank, "component", "components");
    format!("{components}{per_class} of {count} columns, {share:.1} % of their variance{fewer}")
}

/// Describes the limits of a column of reals. Those of integers are the ends of the data.
fn limits(name: &str, range: ValueRange) -> Option<String> {
    match (range.min.is_finite(), range.max.is_finite()) {
        _ if range.integer => None,
        (false, false) => None,
        (true, false) => Some(format!("{name} from {}", range.min)),
        (false, true) => Some(format!("{name} to {}", range.max)),
        // A constant column needs no limits.
        (true, true) if range.min == range.max => None,
        (true, true) => Some(format!("{name} from {} to {}", range.min, range.max)),
    }
}

/// Describes why a column has a curve.
fn reasons(curve: &Curve, range: ValueRange) -> String {
    let is_inside = |value: &f64| ![range.min, range.max].contains(value);
    let recurring = curve.recurring().into_iter().filter(is_inside);
    let recurring = recurring.map(|value| format!("{} recurs", range.text(value)));
    let far = curve.is_far().then(|| "far values".to_owned());
    far.into_iter()
        .chain(recurring)
        .collect::<Vec<_>>()
        .join(", ")
}
