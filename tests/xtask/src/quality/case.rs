//! The cases, and groups of them.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A data set, and how it is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Case {
    /// Two moons, as in the tutorial of torchcfm.
    Moons,
    /// Eight Gaussians on a circle, as in the tutorial of torchcfm.
    Gaussians,
    /// Handwritten digits of 8×8 pixels, with classes.
    Digits,
    /// Handwritten digits of 28×28 pixels, with classes.
    Mnist28,
    /// Heartbeats.
    Ecg,
    /// Heartbeats in half of the flash.
    EcgSmall,
    /// Windows of an accelerometer, with the exercise as class.
    Motion,
    /// The same, in principal components of each class.
    MotionClasses,
    /// Days, with the weather as class.
    Weather,
    /// Hours of sunlight, which are 0 at night, with the season as class.
    SunSeries,
    /// A series that is 0 except for rare spikes.
    Spikes,
    /// A lognormal column.
    Income,
    /// A column with one value that is very far from the others.
    Outlier,
    /// Flowers.
    Iris,
    /// Wines.
    Wine,
    /// Cell nuclei.
    Wdbc,
    /// Radar returns.
    Ionosphere,
    /// Echoes of rocks and mines.
    Sonar,
    /// Vowels.
    Vowel,
    /// A summary of the group `tables`.
    #[value(skip)]
    Tables,
    /// Windows of an accelerometer with missing values, without classes.
    FillMotion,
    /// Heartbeats with missing values.
    FillEcg,
    /// Days with missing values, without classes.
    FillWeather,
    /// A summary of the group `fill`.
    #[value(skip)]
    Fill,
}

/// Several cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Group {
    /// Points in the plane: moons, gaussians.
    Points,
    /// Images: digits, mnist28.
    Images,
    /// Series: ecg, ecg-small, motion, motion-classes, sun-series, spikes.
    Series,
    /// Columns of difficult distributions: weather, income, outlier.
    Columns,
    /// Small tables by the protocol of `ForestDiffusion`: iris to vowel.
    Tables,
    /// Rows that are filled in: fill-motion, fill-ecg, fill-weather.
    Fill,
}

impl Case {
    /// The cases of the group `fill`.
    pub(super) const FILLS: [Self; 3] = [Self::FillMotion, Self::FillEcg, Self::FillWeather];

    /// The tables that are summarised. Iris has only a bound of copying.
    pub(super) const SUMMARISED: [Self; 5] = [
        Self::Wine,
        Self::Wdbc,
        Self::Ionosphere,
        Self::Sonar,
        Self::Vowel,
    ];

    /// Returns whether this is the summary of a group.
    pub(super) fn is_summary(self) -> bool {
        matches!(self, Self::Tables | Self::Fill)
    }

    pub(super) fn name(self) -> String {
        match self.to_possible_value() {
            Some(value) => value.get_name().to_owned(),
            None if self == Self::Fill => "fill".to_owned(),
            None => "tables".to_owned(),
        }
    }

    /// Returns the number of seeds. Figures of few rows depend much on the split, so three seeds
    /// are too few. Points and images take long to train, and tables have three published splits.
    pub(super) fn seeds(self) -> u32 {
        match self.group() {
            Group::Points | Group::Images | Group::Tables => 3,
            Group::Series | Group::Columns | Group::Fill => 12,
        }
    }

    pub(super) fn group(self) -> Group {
        match self {
            Self::Moons | Self::Gaussians => Group::Points,
            Self::Digits | Self::Mnist28 => Group::Images,
            Self::Ecg
            | Self::EcgSmall
            | Self::Motion
            | Self::MotionClasses
            | Self::SunSeries
            | Self::Spikes => Group::Series,
            Self::Weather | Self::Income | Self::Outlier => Group::Columns,
            Self::Iris
            | Self::Wine
            | Self::Wdbc
            | Self::Ionosphere
            | Self::Sonar
            | Self::Vowel
            | Self::Tables => Group::Tables,
            Self::FillMotion | Self::FillEcg | Self::FillWeather | Self::Fill => Group::Fill,
        }
    }
}
