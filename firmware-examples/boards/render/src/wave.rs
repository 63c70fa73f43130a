//! A heartbeat as the voltage of a 12-bit converter.
//!
//! A beat has 90 values per second. The converter is set four times as often, on the straight lines
//! between the values.

/// Values per beat.
pub const SAMPLES: usize = 64;
/// Voltages per value.
pub const BETWEEN: u16 = 4;
/// Voltages per second.
pub const RATE: u64 = 90 * BETWEEN as u64;

/// Largest code; the codes go from 0 V to 3.3 V.
const FULL_SCALE: i32 = 4095;
const FULL_MILLIVOLTS: i32 = 3300;
/// Output while the heart is silent.
const BASELINE_MILLIVOLTS: i32 = 1200;

/// A beat as codes of the converter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wave([u16; SAMPLES]);

impl Wave {
    /// Silence.
    pub const SILENT: Self = Self([code(0); SAMPLES]);

    /// Converts a sample's values in microvolts. A millivolt of the heart becomes 0.5 V.
    pub fn from_microvolts(values: &[i32; SAMPLES]) -> Self {
        Self(values.map(code))
    }

    /// Returns the last code of the beat.
    pub fn last(&self) -> u16 {
        self.0[SAMPLES - 1]
    }

    /// Returns all codes in order. The first ones lead from the code `before` the beat to its first
    /// value.
    pub fn codes(&self, before: u16) -> impl Iterator<Item = u16> + '_ {
        let starts = core::iter::once(before).chain(self.0.iter().copied());
        starts
            .zip(&self.0)
            .flat_map(|(from, &to)| (1..=BETWEEN).map(move |part| mix(from, to, part)))
    }
}

/// Returns the code of the heart's microvolts, limited to the converter's range.
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

/// Interpolates: `part` quarters of the way from one code to the other.
fn mix(from: u16, to: u16, part: u16) -> u16 {
    (from * (BETWEEN - part) + to * part) / BETWEEN // 12-bit codes do not overflow
}
