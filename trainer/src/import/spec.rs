//! The spec of a network, `spec.toml`: what a file of weights does not say.
//!
//! ```toml
//! input = ["x", "t"]        # inputs in order; "class" is a one-hot class
//! activation = "selu"       # silu, selu, relu, gelu, gelu-tanh or tanh
//! steps = 8                 # solver steps; optional like everything below
//! solver = "euler"          # euler, midpoint or heun
//! noise-at = 0              # t of the noise, 0 or 1; the velocity is dx/dt
//! layers = ["0", "2", "4"]  # names before .weight; default: by number
//!
//! [time]                    # without it, or with kind = "concat", "t" is t
//! kind = "sinusoidal"
//! dim = 16                  # ω_k = scale·max-period^(−2k/dim), or frequencies = [1.0, 2.0]
//! max-period = 10000
//! scale = 1
//! order = "cos-sin"         # sin-cos, cos-sin or interleaved (sin, cos, sin, …)
//!
//! [class]
//! column = "label"          # in the calibration data
//! names = ["up", "down"]    # in the order of the one-hot columns
//!
//! [scaling]                 # if trained on (value − mean)/scale, one number per column
//! mean = [0.5, 0.2]
//! scale = [0.9, 0.5]
//! ```

use flowlet::Solver;
use flowlet::format::{MAX_CLASSES, MAX_STEPS};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::activation::Activation;
use super::time::TimeInput;

/// The content of `spec.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Spec {
    /// Inputs of the first layer, in order.
    pub input: Vec<Part>,
    /// Activation of every layer except the last.
    pub activation: Activation,
    /// Names of the layers, first to last.
    pub layers: Option<Vec<String>>,
    /// How t enters.
    #[serde(default)]
    pub time: TimeInput,
    /// The t of the noise, 0 or 1.
    #[serde(default)]
    pub noise_at: u8,
    /// Recommended solver steps.
    #[serde(default = "eight")]
    pub steps: u16,
    /// Recommended solver.
    #[serde(default, deserialize_with = "solver")]
    pub solver: Solver,
    /// The classes, if there is a class input.
    pub class: Option<Classes>,
    /// Scaling of the training rows.
    pub scaling: Option<Standardised>,
}

/// An input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The state, one column per value.
    X,
    /// The time.
    T,
    /// The class, 1 in its column and 0 in the others.
    Class,
}

/// The classes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    /// Label column of the data.
    pub column: String,
    /// Class names, in the order of the input's columns.
    pub names: Vec<String>,
}

/// Scaling of the training rows: value = mean + scale · x.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standardised {
    /// One mean per column.
    pub mean: Vec<f64>,
    /// One scale per column, above 0.
    pub scale: Vec<f64>,
}

fn eight() -> u16 {
    8
}

/// Reads the name of a solver. There is no drift, so an exponential step would be Euler's.
fn solver<'de, D: Deserializer<'de>>(text: D) -> Result<Solver, D::Error> {
    match String::deserialize(text)?.as_str() {
        "euler" => Ok(Solver::Euler),
        "midpoint" => Ok(Solver::Midpoint),
        "heun" => Ok(Solver::Heun),
        other => Err(D::Error::custom(format!(
            "unknown solver `{other}`; choose euler, midpoint or heun"
        ))),
    }
}

impl Spec {
    /// Reads the text of a spec.
    ///
    /// # Errors
    /// What is wrong, and in which line or field.
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
                return Err(
                    r#"there is a table [class], but input has no "class"; add it"#.to_owned(),
                );
            }
            _ => {}
        }
        if let Some(Classes { names, .. }) = &self.class {
            let repeated = (1..names.len()).find(|&k| names[..k].contains(&names[k]));
            if let Some(repeated) = repeated {
                return Err(format!(
                    "class: `{}` occurs twice; remove one",
                    names[repeated]
                ));
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
            return Err(format!("steps is {}; choose 1 to {MAX_STEPS}", self.steps));
        }
        if self.noise_at > 1 {
            return Err(format!("noise-at is {}; choose 0 or 1", self.noise_at));
        }
        self.time.check()
    }

    /// Returns the number of classes.
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
    fn errors_say_what_is_wrong() {
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
            ("steps = 0", "steps is 0; choose 1 to 256"),
            ("noise-at = 2", "noise-at is 2"),
            (
                "[class]\ncolumn = \"a\"\nnames = [\"b\"]",
                "there is a table [class]",
            ),
            (
                "[time]\nkind = \"sinusoidal\"\norder = \"sin-cos\"\ndim = 3",
                "time: dim is 3",
            ),
            (
                "[time]\nkind = \"sinusoidal\"\norder = \"sin-cos\"",
                "time: give either",
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
