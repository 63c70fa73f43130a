//! Rows that are normal, and with faults of sensors: what `heartbeat` and `movement` score.
//!
//! The values are in fixed point with 13 fractional bits, such as a driver delivers. Tests include
//! this file and expect the same lines from the host.

use core::fmt;

use flowlet::{Error, Fixed, Model, Scorer};

/// Fractional bits of the values.
const FRAC: i8 = 13;
/// 1.0 in the unit of the data: a millivolt, or the acceleration of gravity.
const ONE: i16 = 1 << FRAC;

/// Two heartbeats: rows 9 and 12 of `trainer/datasets/ecg`, in millivolts.
#[rustfmt::skip]
pub static BEATS: [[i16; 64]; 2] = [
    [
        484, -66, -1092, -1289, -1136, -799, -639, -543, -139, 464, 564, 290, -503, -1339, -1564, -1298,
        -1413, -1854, -1785, -1519, 229, 5785, 10830, 4804, -643, -654, -507, -225, 152, 120, 113, -76,
        -308, -512, -1097, -885, -276, -100, 192, 596, 881, 884, 1053, 1750, 2496, 1955, 1258, 547,
        -106, -694, -716, -621, -1198, -868, -179, -68, 10, -127, -451, -1063, -1112, -1149, -952, -809,
    ],
    [
        -338, -1018, -1405, -1294, -1021, -1074, -1057, -495, 33, 445, 547, 668, 439, -93, -446, -474,
        -586, -866, -992, -1082, -466, 4605, 10935, 6766, -204, -945, -828, -1205, -1380, -1106, -948, -787,
        -603, -391, -97, 420, 1046, 1161, 1083, 1139, 1912, 2246, 2245, 2059, 1466, 702, -282, -1005,
        -1128, -1256, -1098, -1143, -1195, -1074, -542, -53, 333, 193, -419, -1059, -1797, -2405, -2409, -2330,
    ],
];

/// Two movements of an arm: rows 112 and 151 of `trainer/datasets/motion`, in multiples of g.
#[rustfmt::skip]
pub static MOVEMENTS: [[i16; 48]; 2] = [
    [
        -3465, 565, 3908, 5202, 5218, 3465, 508, -2548, -5235, -7315, -7569, -7848, -8372, -9495, -7209, -3318,
        336, 188, 213, -270, -90, 1319, 2785, 2941, 2990, 2851, 2834, 2220, 754, 369, 811, -295,
        -7111, -5685, -4702, -4694, -2523, -3564, -7135, -8282, -6939, -6701, -5005, -4874, -6185, -7021, -6488, -7332,
    ],
    [
        -3056, -4129, -4276, 2351, 1130, -4071, -3310, -3572, -3981, 418, 1655, -2523, -4768, -3015, -4268, -147,
        7651, 8135, 8978, 6971, 8544, 8430, 8372, 7487, 8839, 8552, 8126, 8864, 7430, 8872, 8077, 8208,
        -5374, -6406, 3154, 6144, 4063, 1098, -5341, -4801, 393, 3736, 5505, 1810, -3752, -5038, -1311, 3490,
    ],
];

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    Normal,
    /// One value is off by 1.5.
    Spike,
    /// A quarter of the values repeats the one before.
    Stuck,
    /// Every second value is too high by 0.3, the others too low.
    Noise,
    /// The values rise by 1 from the first to the last.
    Drift,
    /// The values are twice as large.
    Gain,
    /// The values are too high by 0.5.
    Shift,
    /// The second half is of another row, a quarter later.
    Splice,
}

impl Fault {
    pub const ALL: [Self; 8] = [
        Self::Normal,
        Self::Spike,
        Self::Stuck,
        Self::Noise,
        Self::Drift,
        Self::Gain,
        Self::Shift,
        Self::Splice,
    ];

    /// Returns value `index` of a row with this fault. `other` is another normal row.
    fn value(self, row: &[i16], other: &[i16], index: usize) -> i16 {
        let len = row.len();
        let at = |row: &[i16], index: usize| row.get(index).copied().unwrap_or_default();
        let value = at(row, index);
        let quarter = len / 4;
        match self {
            Self::Normal => value,
            Self::Spike if index == len * 3 / 4 => value.saturating_add(ONE + ONE / 2),
            Self::Spike => value,
            Self::Stuck if (quarter..2 * quarter).contains(&index) => at(row, quarter),
            Self::Stuck => value,
            Self::Noise if index.is_multiple_of(2) => value.saturating_add(ONE * 3 / 10),
            Self::Noise => value.saturating_sub(ONE * 3 / 10),
            Self::Drift => {
                value.saturating_add((index * usize::from(ONE.unsigned_abs()) / len) as i16)
            }
            Self::Gain => value.saturating_mul(2),
            Self::Shift => value.saturating_add(ONE / 2),
            Self::Splice if index < len / 2 => value,
            Self::Splice => at(other, (index + quarter) % len),
        }
    }
}

/// Score of a row, as it is printed.
pub struct Line<'m> {
    fault: Fault,
    /// p-value in thousandths.
    p: u32,
    /// Name of the class that was found; empty without classes.
    class: &'m str,
    /// Name of the column that contributes most.
    column: &'m str,
}

impl Line<'_> {
    /// Returns whether the row raises an alarm at 5 %.
    pub fn is_alarm(&self) -> bool {
        self.p <= 50
    }

    /// Returns what is wrong with the row.
    pub fn fault(&self) -> Fault {
        self.fault
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            fault,
            p,
            class,
            column,
        } = self;
        let alarm = if self.is_alarm() { "alarm" } else { "normal" };
        write!(f, "fault={fault:?} p=0.{p:03} {alarm}")?;
        if !class.is_empty() {
            write!(f, " class={class}")?;
        }
        write!(f, " most={column}")
    }
}

/// Scores the first of two rows with every fault, and passes each line to `print`.
///
/// # Errors
/// That of the model or of the scorer.
pub fn run<const DIM: usize, const WIDTH: usize>(
    bytes: &'static [u8],
    [row, other]: &[[i16; DIM]; 2],
    mut print: impl FnMut(Line<'_>),
) -> Result<(), Error> {
    let model = Model::parse(bytes)?;
    let mut scorer = Scorer::<DIM, WIDTH>::new(model)?;
    for fault in Fault::ALL {
        scorer.begin_with(|index| Fixed {
            raw: fault.value(row, other, index).into(),
            frac: FRAC,
        });
        while scorer.step() {}
        let Some(score) = scorer.finished() else {
            continue; // all steps were taken
        };
        let most = score.contributions().next().map_or(0, |(index, _)| index);
        let class = score
            .class()
            .and_then(|class| model.class_names().nth(class.into()));
        print(Line {
            fault,
            p: (u32::from(score.p_value().unwrap_or(u16::MAX)) * 1000) >> 16,
            class: class.unwrap_or_default(),
            column: model.column_names().nth(most).unwrap_or_default(),
        });
    }
    Ok(())
}
