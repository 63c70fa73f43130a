//! A heartbeat as the voltage of a 12-bit converter.
//!
//! A beat has 90 samples a second; the converter is set four times as often, on the straight lines between them.

/// Samples of a beat.
pub const SAMPLES: usize = 64;
/// Voltages set for each sample.
pub const BETWEEN: u16 = 4;
/// Voltages a second.
pub const RATE: u64 = 90 * BETWEEN as u64;

/// A converter's codes go from 0 V to 3.3 V in 4095 steps.
const FULL_SCALE: i32 = 4095;
const FULL_MILLIVOLTS: i32 = 3300;
/// The output where the heart is silent.
const BASELINE_MILLIVOLTS: i32 = 1200;

/// A beat in the converter's codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wave([u16; SAMPLES]);

impl Wave {
    /// Silence.
    pub const SILENT: Self = Self([code(0); SAMPLES]);

    /// From a sample's values in microvolts; a millivolt of the heart is 0.5 V.
    pub fn from_microvolts(values: &[i32; SAMPLES]) -> Self {
        Self(values.map(code))
    }

    /// The code that the beat ends with.
    pub fn last(&self) -> u16 {
        self.0[SAMPLES - 1]
    }

    /// All codes in order, the first ones between what came before the beat and its first sample.
    pub fn codes(&self, before: u16) -> impl Iterator<Item = u16> + '_ {
        let starts = core::iter::once(before).chain(self.0.iter().copied());
        starts
            .zip(&self.0)
            .flat_map(|(from, &to)| (1..=BETWEEN).map(move |part| mix(from, to, part)))
    }
}

/// The code of a heart's microvolts; what is beyond the converter's range is at its end.
const fn code(microvolts: i32) -> u16 {
    let output = 1000 * BASELINE_MILLIVOLTS as i64 + 500 * microvolts as i64;
    let code = output * FULL_SCALE as i64 / (1000 * FULL_MILLIVOLTS as i64);
    if code < 0 {
        0
    } else if code > FULL_SCALE as i64 {
        FULL_SCALE as u16
    } else {
        code as u16
    }
}

/// `part` quarters of the way.
fn mix(from: u16, to: u16, part: u16) -> u16 {
    (from * (BETWEEN - part) + to * part) / BETWEEN // codes have 12 bits
}
