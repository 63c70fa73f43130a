//! The option that says whether a model has a latent.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What comes before the number of components of each class.
const PER_CLASS: &str = "class:";

/// Whether the flow runs in principal components.
///
/// ```
/// use flowlet_trainer::LatentRank;
///
/// assert_eq!("auto".parse(), Ok(LatentRank::Auto));
/// assert_eq!("20".parse(), Ok(LatentRank::Components(20)));
/// assert_eq!("class:20".parse(), Ok(LatentRank::PerClass(20)));
/// assert_eq!(LatentRank::Off.to_string(), "off");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum LatentRank {
    /// If the columns of a series or of an image have half as many components or fewer that hold
    /// 99 % of their variance.
    #[default]
    Auto,
    /// Never.
    Off,
    /// In this many components, at least 1.
    Components(usize),
    /// In this many components of each class, at least 1.
    PerClass(usize),
}

impl LatentRank {
    /// Returns the number of components that is asked for.
    pub(crate) fn asked(self) -> Option<usize> {
        match self {
            Self::Components(rank) | Self::PerClass(rank) => Some(rank),
            Self::Auto | Self::Off => None,
        }
    }
}

impl fmt::Display for LatentRank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Off => f.write_str("off"),
            Self::Components(rank) => rank.fmt(f),
            Self::PerClass(rank) => write!(f, "{PER_CLASS}{rank}"),
        }
    }
}

impl FromStr for LatentRank {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let of_class = text.strip_prefix(PER_CLASS);
        match (text, of_class.unwrap_or(text).parse()) {
            ("auto", _) => Ok(Self::Auto),
            ("off", _) => Ok(Self::Off),
            (_, Ok(rank @ 1..=1024)) if of_class.is_some() => Ok(Self::PerClass(rank)),
            (_, Ok(rank @ 1..=1024)) => Ok(Self::Components(rank)),
            _ => Err(
                "`auto`, `off`, a number from 1 to 1024, or `class:` and a number is needed"
                    .to_owned(),
            ),
        }
    }
}

impl From<LatentRank> for String {
    fn from(rank: LatentRank) -> Self {
        rank.to_string()
    }
}

impl TryFrom<String> for LatentRank {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}
