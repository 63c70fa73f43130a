//! Circular columns on the device: two dimensions, whose angle it decodes without floats.

use flowlet::{Column, ColumnKind, Model};

use super::{fixed, real};
use crate::data::circular::Circular;
use crate::data::scaling::{Scaling, frac};

/// Fractional bits of the cosine and the sine of a circular column.
pub(super) const POINT_FRAC: i8 = 26;

/// Returns the two columns of a circular column, and their positions.
pub(super) fn columns(of: &Circular, scaling: &Scaling) -> [(usize, Column); 2] {
    let end = of.start + of.period;
    // Integers are rounded by the device if they have no fractional bits.
    let frac = match of.decimals {
        Some(0) => 0,
        _ => frac(of.start.abs().max(end.abs()), 0.0),
    };
    let column = |at: usize, kind| Column {
        offset: fixed(scaling.mean[at], POINT_FRAC),
        multiplier: fixed(scaling.scale[at], POINT_FRAC),
        frac,
        kind,
        ..Column::real(0, 0, 0)
    };
    let value = Column {
        min: fixed(of.start, frac),
        max: fixed(end, frac),
        decimals: of.decimals,
        ..column(of.first, ColumnKind::Circular)
    };
    let next = column(of.first + 1, ColumnKind::NextCircular);
    [(of.first, value), (of.first + 1, next)]
}

/// Returns the circular columns of a model.
pub fn circular(model: &Model<'_>) -> Vec<Circular> {
    let columns = (0..model.dim()).filter_map(|at| Some((at, model.column(at)?)));
    let circular = columns.filter(|(_, column)| column.kind == ColumnKind::Circular);
    let of = |(first, column): (usize, Column)| {
        let start = real(column.min, column.frac);
        Circular {
            first,
            start,
            period: real(column.max, column.frac) - start,
            decimals: column.decimals,
        }
    };
    circular.map(of).collect()
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use flowlet::Model;
    use ndarray::Array2;

    use super::{Circular, circular};
    use crate::data::Table;
    use crate::data::range::ValueRange;
    use crate::data::transform::Transform;
    use crate::device_columns::{columns, file_columns, range, transform};
    use crate::generate::{Request, generate};
    use crate::standard_normal::standard_normal;

    /// Returns 240 rows of a number and of a circular column.
    fn table(start: f64, period: f64, decimals: Option<u8>) -> Table {
        let value = |row: usize| start + period * (0.1 + 0.8 * row as f64 / 240.0);
        let [cosine, sine] = Circular::value_names("hour");
        Table {
            columns: vec!["x".to_owned(), cosine, sine],
            circular: vec![Circular {
                first: 1,
                start,
                period,
                decimals,
            }],
            values: Array2::from_shape_fn((240, 3), |(row, column)| match column {
                0 => row as f64,
                1 => value(row),
                _ => 0.0,
            }),
            ..Table::default()
        }
    }

    /// Returns a model of these columns.
    fn model(transform: &Transform) -> Vec<u8> {
        let mut quantised = standard_normal(&["x", "hour=cos", "hour=sin"], false);
        quantised.columns = columns(transform);
        quantised.encode().expect("a model")
    }

    #[test]
    fn a_device_decodes_what_the_host_encodes() {
        for (start, period, decimals) in [
            (0.0, 24.0, Some(0)),
            (-180.0, 360.0, Some(1)),
            (1.0, 365.25, None),
            (-0.5, 1e-3, None),
        ] {
            let table = table(start, period, decimals);
            let ranges = ValueRange::of_each(table.values.view());
            let (transform, standardised) = Transform::fit(&table, ranges, 1);
            let bytes = model(&transform);
            let model = Model::parse(&bytes).expect("a model");
            let [cosine, sine] = [1, 2].map(|at| model.column(at).expect("a column"));
            let decoded = transform.decode(standardised.view());
            for (row, known) in table.values.column(1).iter().enumerate() {
                let state =
                    [1, 2].map(|at| (f64::from(standardised[[row, at]]) * 2f64.powi(26)) as i32);
                let raw = cosine.decode_circular(cosine.decode(state[0]), sine.decode(state[1]));
                let value = f64::from(raw) * 2f64.powi(-i32::from(cosine.frac));
                let rounding = match decimals {
                    Some(0) => 0.5 / period,
                    Some(_) => 0.05 / period,
                    None => 0.0,
                };
                for found in [value, decoded[[row, 1]]] {
                    let error = (found - known) / period;
                    assert!(
                        (error - error.round()).abs() < 1e-4 + rounding,
                        "{found} {known}"
                    );
                }
                assert_eq!(decoded[[row, 2]], 0.0);
            }
        }
    }

    #[test]
    fn a_model_has_the_transform_of_its_circular_columns() {
        let table = table(0.0, 24.0, Some(1));
        let ranges = ValueRange::of_each(table.values.view());
        let (expected, standardised) = Transform::fit(&table, ranges, 1);
        let bytes = model(&expected);
        let model = Model::parse(&bytes).expect("a model");
        let found = transform(&model);
        assert_eq!(found.circular, expected.circular);
        assert_eq!(found.circular, circular(&model));
        assert_eq!(found.ranges[1..], expected.ranges[1..]);
        let again = found.standardise(table.values.clone(), 1);
        for (one, other) in standardised.iter().zip(&again) {
            assert!((one - other).abs() < 1e-5, "{one} {other}");
        }
        let [first, second] = [1, 2].map(|at| expected.scaling.scale[at]);
        assert_eq!(first, second, "cosine and sine share a scale");
        assert!(first < TAU);
    }

    #[test]
    fn samples_have_one_column() {
        let table = table(0.0, 24.0, Some(1));
        let ranges = ValueRange::of_each(table.values.view());
        let bytes = model(&Transform::fit(&table, ranges, 1).0);
        let model = Model::parse(&bytes).expect("a model");
        let request = Request {
            count: 50,
            ..Request::default()
        };
        let generated = generate(&model, &request).expect("samples");
        let columns = file_columns(&model);
        assert!(columns.iter().map(|of| of.name).eq(["x", "hour"]));
        let range = range(model.column(1).expect("a column"));
        for &hour in generated.values.column(1) {
            let text = range.text(hour);
            let (_, places) = text.split_once('.').expect("decimal places");
            assert_eq!(places.len(), 1, "{text}");
            assert!((0.0..24.0).contains(&text.parse::<f64>().expect("a number")));
        }
        let aligned = table
            .clone()
            .align_to_model(&model)
            .expect("the columns of the model");
        assert_eq!(
            (aligned.circular, aligned.values),
            (table.circular, table.values)
        );
    }
}
