//! Rows that are filled in. A fifth of the rows are test rows, which neither the training nor the
//! choice of masks and gains has seen. The label of windows is left out. That of days is a column
//! like the others.
//!
//! CRPS is in standard deviations of the columns. It is compared with the better of a Gaussian,
//! given the known values, and of the ten nearest of as many training rows as fit in the bytes of
//! the model.

use ndarray::{Array2, Axis, concatenate};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus;

use super::{Case, Figure, Row, mean};
use crate::Failure;
use flowlet_trainer::data::category::value_name;
use flowlet_trainer::data::split::Split;
use flowlet_trainer::datasets::{ecg, motion, weather};
use flowlet_trainer::fill::{FillScores, FillTask, FloatSource, evaluate};
use flowlet_trainer::{Seed, Table, Trainer};

/// Share of the test rows.
const TEST: f64 = 0.2;
const ITERATIONS: usize = 12_000;
/// Hidden layers for heartbeats, which are few and long. Others have those of the defaults.
const WIDE: [usize; 3] = [128; 3];
/// Share of the columns that are missing in the first query of series.
const MISSING: f32 = 0.3;

/// Measures of a task: CRPS, CRPS over that of the baselines, coverage, and the RMSE of the mean of
/// the draws, of a prediction and of a Gaussian.
type Names = [&'static str; 6];

/// Returns the measures of a task.
macro_rules! names {
    ($task:literal) => {
        [
            concat!("CRPS, ", $task),
            concat!("CRPS over baselines, ", $task),
            concat!("coverage, ", $task),
            concat!("RMSE, ", $task),
            concat!("RMSE of a prediction, ", $task),
            concat!("RMSE of a Gaussian, ", $task),
        ]
    };
}

const SERIES: [(&str, Names); 3] = [
    ("30 % missing", names!("30 % missing")),
    ("half", names!("second half missing")),
    ("gap", names!("gap")),
];
const TABLE: [(&str, Names); 3] = [
    SERIES[0],
    ("70 % missing", names!("70 % missing")),
    ("one column", names!("one column missing")),
];
/// Measure of the summary.
const MEAN: &str = "CRPS over baselines, mean";

pub(super) fn measure(
    case: Case,
    seed: u64,
    iterations: Option<usize>,
) -> Result<Vec<Figure>, Failure> {
    let table = match case {
        Case::FillMotion => motion(),
        Case::FillEcg => ecg(),
        _ => weather(),
    };
    let table = match case {
        Case::FillWeather => with_category(table),
        _ => Table {
            labels: None,
            ..table
        },
    };
    let [rest, test] = Split::new(&table, TEST, !seed)?.tables(&table);
    let trainer = Trainer::new(&rest)
        .iterations(iterations.unwrap_or(ITERATIONS))
        .seed(Seed(seed));
    let (trainer, tasks) = match case {
        Case::FillWeather => (trainer.fill(), &TABLE),
        Case::FillEcg => {
            let trainer = trainer.hidden(WIDE);
            (trainer.queries(queries(&rest, seed)), &SERIES)
        }
        _ => (trainer.queries(queries(&rest, seed)), &SERIES),
    };
    let trained = trainer.fit()?;
    let float = FloatSource {
        float: trained.float(),
        transform: trained.reference().transform(),
        plan: trained.fill_plan().ok_or("no plan")?,
    };
    let [training, _] = trained.split().tables(&rest);
    let found = evaluate(&trained.model(), Some(float), &training, &test, seed)?;
    let named = |name: &str| found.iter().find(|task| task.name == name);
    let mut figures = Vec::new();
    for (name, measures) in tasks {
        let task = named(name).ok_or_else(|| format!("no task {name}"))?;
        figures.extend(figures_of(task, *measures));
    }
    figures.push(Figure {
        measure: "bytes of flash",
        float: None,
        int8: trained.bytes().len() as f64,
        real_baseline: None,
    });
    Ok(figures)
}

/// Returns a table whose label is a category column.
fn with_category(mut table: Table) -> Table {
    let Some(labels) = table.labels.take() else {
        return table;
    };
    let first = table.columns.len();
    let values = labels
        .classes
        .iter()
        .map(|class| value_name(&labels.column, class));
    table.columns.extend(values);
    table.categories.push(first..table.columns.len());
    let shape = (table.values.nrows(), labels.classes.len());
    let one_hot = Array2::from_shape_fn(shape, |(row, class)| {
        f64::from(u8::from(usize::from(labels.of_row[row]) == class))
    });
    table.values =
        concatenate(Axis(1), &[table.values.view(), one_hot.view()]).expect("as many rows");
    table
}

/// Returns queries of all series of a table: 30 % of the moments missing at random, the second half
/// missing, and the middle quarter missing.
fn queries(table: &Table, seed: u64) -> Vec<String> {
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let number = |name: &str| -> f32 {
        let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
        digits.parse().unwrap_or(0.0)
    };
    let names = &table.columns;
    let last = names.iter().map(|name| number(name)).fold(0.0, f32::max) + 1.0;
    let query = |name: &str, is_known: &mut dyn FnMut(f32) -> bool| {
        let known = names.iter().filter(|name| is_known(number(name) / last));
        let known: Vec<&str> = known.map(String::as_str).collect();
        format!("{name}: {}", known.join(","))
    };
    vec![
        query(SERIES[0].0, &mut |_| rng.random::<f32>() >= MISSING),
        query(SERIES[1].0, &mut |at| at < 0.5),
        query(SERIES[2].0, &mut |at| !(0.375..0.625).contains(&at)),
    ]
}

fn figures_of(task: &FillTask, names: Names) -> Vec<Figure> {
    let baseline = task.gaussian.crps.min(task.nearest_in_flash.crps);
    let of = |measure: fn(&FillScores) -> f64| {
        [
            task.float.map(|of| measure(&of)),
            Some(measure(&task.model)),
        ]
    };
    let figures = [
        of(|scores| scores.crps),
        of(|scores| scores.crps).map(|crps| Some(crps? / baseline)),
        of(|scores| scores.coverage),
        of(|scores| scores.rmse),
        [None, task.predicted.map(|of| of.rmse)],
        [None, Some(task.gaussian.rmse)],
    ];
    let figure = |(measure, [float, int8]): (&'static str, [Option<f64>; 2])| {
        Some(Figure {
            measure,
            float,
            int8: int8?,
            real_baseline: None,
        })
    };
    names.into_iter().zip(figures).filter_map(figure).collect()
}

/// Summarises the cases, if all were measured.
pub(super) fn summary(rows: &[Row]) -> Vec<Row> {
    let is_ratio = |row: &&Row| row.measure.starts_with("CRPS over baselines");
    let ratios: Vec<f64> = rows.iter().filter(is_ratio).map(|row| row.int8).collect();
    match ratios.len() == Case::FILLS.len() * SERIES.len() {
        true => vec![Row::new(Case::Fill, MEAN, mean(&ratios))],
        false => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, Row, SERIES, motion, queries, summary};

    #[test]
    fn queries_have_the_channels_in_common() {
        let all = queries(&motion(), 1);
        assert!(all[1].starts_with("half: x00,x01,"));
        assert_eq!(all[1].matches(',').count(), 3 * 8 - 1);
        assert_eq!(all[2].matches(',').count(), 3 * 12 - 1);
    }

    #[test]
    fn the_summary_needs_all_cases() {
        let rows = Case::FILLS
            .into_iter()
            .flat_map(|case| SERIES.map(|(_, names)| Row::new(case, names[1], 0.5)));
        let mut rows: Vec<Row> = rows.collect();
        assert_eq!(summary(&rows)[0].int8, 0.5);
        rows.pop();
        assert!(summary(&rows).is_empty());
    }
}
