//! A heartbeat as the voltage of a 12-bit converter.
//!
//! A beat has 90 values per second. The converter is set four times as often, on the straight lines
//! between the values.

use core::ops::RangeInclusive;

use flowlet::Fixed;

/// Values per beat.
pub const SAMPLES: usize = 64;
/// Voltages per value.
pub const BETWEEN: u16 = 4;
/// Voltages per second.
pub const RATE: u64 = 90 * BETWEEN as u64;

/// Codes of the converter, from 0 V to 3.3 V.
const CODES: RangeInclusive<i32> = 0..=4095;
/// Millivolts of the heart at these voltages: 0 is 1.2 V, and a millivolt is 0.5 V.
const LOW: Fixed = tenths(-24);
const HIGH: Fixed = tenths(42);
/// Code of the voltage while the heart is silent.
const BASELINE: u16 = (4095_u32 * 24 / (24 + 42)) as u16;

/// Returns tenths of a unit.
const fn tenths(tenths: i32) -> Fixed {
    Fixed {
        raw: (tenths << 20) / 10,
        frac: 20,
    }
}

/// A beat as codes of the converter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wave([u16; SAMPLES]);

impl Wave {
    /// Silence.
    pub const SILENT: Self = Self([BASELINE; SAMPLES]);

    /// Converts a sample's values in millivolts.
    pub fn from_millivolts(values: &[Fixed; SAMPLES]) -> Self {
        Self(values.map(|value| value.to_range(LOW, HIGH, CODES) as u16))
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

/// Interpolates: `part` quarters of the way from one code to the other.
fn mix(from: u16, to: u16, part: u16) -> u16 {
    (from * (BETWEEN - part) + to * part) / BETWEEN // 12-bit codes do not overflow
}
