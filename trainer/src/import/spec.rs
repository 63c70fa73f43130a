//! What a file of weights does not say of its network: `spec.toml`.
//!
//! ```toml
//! input = ["x", "t"]        # what the first Linear takes, in this order; "class" is a one-hot class
//! activation = "selu"       # silu, selu, relu, gelu, gelu-tanh or tanh
//! steps = 8                 # optional, as all that follows: solver steps to recommend
//! solver = "euler"          # euler, midpoint or heun
//! noise-at = 0              # the t at which x is noise, 0 or 1; the velocity is dx/dt
//! layers = ["0", "2", "4"]  # what comes before .weight and .bias; else all, by their numbers
//!
//! [time]                    # without it, or of kind "concat", "t" is t itself
//! kind = "sinusoidal"
//! dim = 16                  # ω_k = scale·max-period^(−2k/dim), or frequencies = [1.0, 2.0]
//! max-period = 10000
//! scale = 1
//! order = "cos-sin"         # sin-cos, cos-sin or interleaved (sin, cos, sin, …)
//!
//! [class]
//! column = "label"          # of the calibration data
//! names = ["up", "down"]    # in the order of the one-hot columns
//!
//! [scaling]                 # of a network trained on (value − mean)/scale, a number a column
//! mean = [0.5, 0.2]
//! scale = [0.9, 0.5]
//! ```

use flowlet::Solver;
use flowlet::format::{MAX_CLASSES, MAX_STEPS};
use serde::Deserialize;

use super::activation::Activation;
use super::time::Time;

/// What `spec.toml` says.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Spec {
    /// What the first layer takes, in its order.
    pub input: Vec<Part>,
    /// What follows every layer but the last.
    pub activation: Activation,
    /// Names of the layers, first to last.
    pub layers: Option<Vec<String>>,
    /// How t is shown.
    #[serde(default)]
    pub time: Time,
    /// The t at which x is noise: 0 or 1.
    #[serde(default)]
    pub noise_at: u8,
    /// Recommended steps.
    #[serde(default = "eight")]
    pub steps: u16,
    /// Recommended solver.
    #[serde(default)]
    pub solver: SolverName,
    /// The classes, where the input has one.
    pub class: Option<Classes>,
    /// What the training rows were standardised by.
    pub scaling: Option<Standardised>,
}

/// A part of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The state, a column a value.
    X,
    /// The time.
    T,
    /// 1 in the column of the class, 0 in the others.
    Class,
}

/// A solver by name. There is no drift, so an exponential step would be Euler's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SolverName {
    /// One evaluation a step.
    #[default]
    Euler,
    /// Two.
    Midpoint,
    /// Two.
    Heun,
}

impl From<SolverName> for Solver {
    fn from(name: SolverName) -> Self {
        match name {
            SolverName::Euler => Self::Euler,
            SolverName::Midpoint => Self::Midpoint,
            SolverName::Heun => Self::Heun,
        }
    }
}

/// The classes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    /// The column of the data that has them.
    pub column: String,
    /// Their names, in the order of the input's columns.
    pub names: Vec<String>,
}

/// What values were before the network saw them: value = mean + scale · x.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standardised {
    /// One a column.
    pub mean: Vec<f64>,
    /// One a column, above 0.
    pub scale: Vec<f64>,
}

fn eight() -> u16 {
    8
}

impl Spec {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// What is wrong with it, and in which line or field.
    pub fn parse(text: &str) -> Result<Self, String> {
        let spec: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or_else(String::new, |before| {
                format!("line {}: ", before.matches('\n').count() + 1)
            });
            format!("{line}{}", error.message().replace('\n', " "))
        })?;
        spec.check()?;
        Ok(spec)
    }

    fn check(&self) -> Result<(), String> {
        let count = |part| self.input.iter().filter(|&&of| of == part).count();
        if count(Part::X) != 1 || count(Part::T) != 1 || count(Part::Class) > 1 {
            return Err(
                r#"input: name "x" and "t" once each, and "class" at most once"#.to_owned(),
            );
        }
        match (&self.class, count(Part::Class)) {
            (None, 1) => {
                return Err(r#"input has "class"; name the classes in a table [class]"#.to_owned());
            }
            (Some(_), 0) => {
                return Err(r#"[class] is there, but input has no "class""#.to_owned());
            }
            _ => {}
        }
        if let Some(Classes { names, .. }) = &self.class {
            let repeated = (1..names.len()).find(|&k| names[..k].contains(&names[k]));
            if let Some(repeated) = repeated {
                return Err(format!("class: `{}` is named twice", names[repeated]));
            }
            if names.is_empty() || names.len() > MAX_CLASSES.into() {
                let most = MAX_CLASSES;
                return Err(format!(
                    "class: {} names; a model has 1 to {most}",
                    names.len()
                ));
            }
        }
        if !(1..=MAX_STEPS).contains(&self.steps) {
            return Err(format!("steps is {}; it is 1 to {MAX_STEPS}", self.steps));
        }
        if self.noise_at > 1 {
            return Err(format!("noise-at is {}; it is 0 or 1", self.noise_at));
        }
        self.time.check()
    }

    /// Classes of the input.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.class.as_ref().map_or(0, |class| class.names.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Spec;

    fn error(text: &str) -> String {
        Spec::parse(text).expect_err(text)
    }

    #[test]
    fn the_documented_spec_is_read() {
        let text: String = include_str!("spec.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("//! "))
            .skip_while(|line| !line.starts_with("input"))
            .take_while(|line| !line.starts_with("```"))
            .map(|line| format!("{line}\n"))
            .collect();
        let text = text.replace(r#"["x", "t"]"#, r#"["x", "t", "class"]"#);
        let spec = Spec::parse(&text).expect("the documentation is right");
        assert_eq!((spec.classes(), spec.time.columns()), (2, 16));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let start = "input = [\"x\", \"t\"]\nactivation = \"relu\"\n";
        assert!(Spec::parse(start).is_ok());
        for (text, expected) in [
            ("activation = \"relu\"", "line 1: missing field `input`"),
            ("input = [\"x\"]\nactivation = \"relu\"", "input: name"),
            (
                "input = [\"x\", \"t\"]\nactivation = \"elu\"",
                "line 2: unknown variant `elu`, expected one of `silu`, `selu`",
            ),
        ] {
            assert!(error(text).starts_with(expected), "{}", error(text));
        }
        for (text, expected) in [
            ("stps = 4", "line 3: unknown field `stps`"),
            ("steps = 0", "steps is 0; it is 1 to 256"),
            ("noise-at = 2", "noise-at is 2"),
            (
                "[class]\ncolumn = \"a\"\nnames = [\"b\"]",
                "[class] is there",
            ),
            (
                "[time]\nkind = \"sinusoidal\"\norder = \"sin-cos\"\ndim = 3",
                "time: dim is 3",
            ),
            (
                "[time]\nkind = \"sinusoidal\"\norder = \"sin-cos\"",
                "time: say either",
            ),
            (
                "[time]\nkind = \"fourier\"",
                "line 4: unknown variant `fourier`",
            ),
        ] {
            let got = error(&format!("{start}{text}"));
            assert!(got.starts_with(expected), "{got}");
        }
    }
}
