//! The contents of a model file as text.

use std::fmt;

use super::{
    CategoryInfo, CircularInfo, ClassInfo, ColumnInfo, Contents, LatentInfo, LayerInfo, NumberInfo,
    is_close,
};
use crate::text::counted;

impl Contents<'_> {
    /// Returns the lines of the table of columns, the first one with the heads.
    fn column_table(&self) -> Vec<[String; 4]> {
        let head = ["column", "mean", "scale", "values"].map(str::to_owned);
        let row = |column: &ColumnInfo<'_>| match column {
            ColumnInfo::Number(NumberInfo {
                name,
                mean,
                scale,
                range,
            }) => [
                (*name).to_owned(),
                near(*mean, *scale),
                significant(*scale),
                range.to_string(),
            ],
            ColumnInfo::Circular(CircularInfo { name, circular }) => [
                (*name).to_owned(),
                String::new(),
                String::new(),
                circular.to_string(),
            ],
            ColumnInfo::Category(CategoryInfo {
                name,
                first_value,
                categories,
            }) => {
                let count = counted(categories.len(), "category", "categories");
                let names = categories.join(", ");
                let what = format!("{count} from value {first_value}: {names}");
                [(*name).to_owned(), String::new(), String::new(), what]
            }
        };
        [head]
            .into_iter()
            .chain(self.columns.iter().map(row))
            .collect()
    }
}

/// Writes lines as a table: the first and the last column to the left, the others to the right.
fn table(f: &mut fmt::Formatter<'_>, lines: &[[String; 4]]) -> fmt::Result {
    let width = |column: usize| {
        let widths = lines.iter().map(|line| line[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let [first, second, third] = [0, 1, 2].map(width);
    for [name, mean, scale, values] in lines {
        let line = format!("{name:first$}  {mean:>second$}  {scale:>third$}  {values}");
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Writes the mean of a column with enough digits to tell values that are close together.
fn near(mean: f64, scale: f64) -> String {
    let places = 2.0 - scale.log10().floor();
    match is_close(mean, scale) && (1.0..=12.0).contains(&places) {
        true => format!("{mean:.*}", places as usize),
        false => significant(mean),
    }
}

/// Writes a number with at most six significant digits, and integers with all digits.
fn significant(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return value.to_string();
    }
    let text = format!("{value:.5e}");
    match text.parse::<f64>() {
        Ok(rounded) if (1e-8..1e6).contains(&rounded.abs()) => rounded.to_string(),
        _ => text,
    }
}

impl fmt::Display for LatentInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_class = if self.per_class { " of each class" } else { "" };
        let (columns, rank, frac) = (self.columns, self.rank, self.frac);
        let components = counted(rank.into(), "component", "components");
        write!(
            f,
            "{components}{per_class}, Q{}.{frac}, to {columns} columns",
            15 - frac
        )
    }
}

impl fmt::Display for Contents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "format       version {}, {} bytes, crc {:#010x}",
            self.format_version, self.file_bytes, self.crc32
        )?;
        writeln!(
            f,
            "sample       {} in {}, solver {}",
            counted(self.dim, "value", "values"),
            counted(self.steps.into(), "step", "steps"),
            self.solver
        )?;
        if !self.time_grid.is_empty() {
            let times = self.time_grid.iter().map(|t| format!("{t:.3}"));
            writeln!(f, "time grid    {}", times.collect::<Vec<_>>().join(" "))?;
        }
        writeln!(
            f,
            "cost         {} multiply-accumulates per step",
            self.multiply_accumulates_per_step
        )?;
        writeln!(
            f,
            "memory       {} bytes of sampler, at most {} of stack",
            self.sampler_bytes, self.stack_bytes
        )?;
        writeln!(
            f,
            "input        Q{}.{}",
            15 - self.input_frac,
            self.input_frac
        )?;
        for (index, layer) in self.hidden.iter().enumerate() {
            let LayerInfo {
                width,
                pre_frac,
                act_frac,
                conditioned,
                table,
                ..
            } = layer;
            let curve = if *table { "table" } else { "SiLU" };
            let conditioned = match (conditioned, &self.label) {
                (true, Some(_)) => ", conditioned on time and class",
                (true, None) => ", conditioned on time",
                (false, _) => "",
            };
            writeln!(
                f,
                "layer {index}      {}, pre-activation Q{}.{pre_frac}, {curve} to Q{}.{act_frac}{conditioned}",
                counted((*width).into(), "unit", "units"),
                15 - pre_frac,
                15 - act_frac
            )?;
        }
        if let Some(latent) = &self.latent {
            writeln!(f, "latent       {latent}")?;
        }
        match self.drift_components {
            0 => writeln!(f, "drift        none")?,
            1 => writeln!(f, "drift        1 Gaussian component")?,
            count => writeln!(f, "drift        {count} Gaussian components")?,
        }
        if let Some(training) = &self.training {
            writeln!(f, "training     {training}")?;
        }
        self.uses.fmt(f)?;
        writeln!(f)?;
        table(f, &self.column_table())?;
        if let Some(label) = &self.label {
            if self.guidable {
                writeln!(
                    f,
                    "\ntrained with label dropout: `sample --guidance` is possible"
                )?;
            }
            let class = |of: &ClassInfo<'_>| {
                let share = format!("{:.2} %", 100.0 * of.share);
                [of.name.to_owned(), share, String::new(), String::new()]
            };
            let head = [label.column, "share", "", ""].map(str::to_owned);
            let classes = label.classes.iter().map(class);
            writeln!(f)?;
            table(f, &[head].into_iter().chain(classes).collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{near, significant};

    #[test]
    fn a_mean_has_digits_for_values_close_together() {
        assert_eq!(near(51.500_047_123, 0.000_024_1), "51.5000471");
        assert_eq!(near(101_325.001, 0.02), "101325.0010");
        assert_eq!(near(51.500_047, 3.0), "51.5");
        assert_eq!(near(3.7, 0.0), "3.7");
    }

    #[test]
    fn numbers_have_at_most_six_significant_digits() {
        let texts = [
            (3.145_678_9, "3.14568"),
            (-0.001_25, "-0.00125"),
            (123_456.7, "123457"),
            (1.7e9, "1700000000"),
            (0.1 + 0.2, "0.3"),
            (1.5e-20, "1.50000e-20"),
            (f64::NEG_INFINITY, "-inf"),
        ];
        for (value, text) in texts {
            assert_eq!(significant(value), text);
        }
    }
}
