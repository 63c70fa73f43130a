//! The section of the score: its calibration on rows that were not trained on.

use super::limits::SCORE_LEN;

/// Start of [`Section::Score`](super::Section::Score).
///
/// The page `trainer/docs/format-score.md` of the repository specifies what follows this record,
/// and how a row is scored.
///
/// ```
/// use flowlet::format::{SCORE_LEN, ScoreRecord};
/// let record = ScoreRecord::from_bytes(&[1; SCORE_LEN]);
/// assert_eq!((record.rows, record.times), (257, [257; 2]));
/// assert_eq!(record.residual.shift, 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ScoreRecord {
    /// Number of rows n, at least 1.
    pub rows: u16,
    /// Times of the residuals, Q0.15, at most 1.
    pub times: [u16; 2],
    /// Gauge of the residuals.
    pub residual: Gauge,
    /// Gauge of the distance from the latent; [`Gauge::NONE`] without one.
    pub outside: Gauge,
    /// Weight of the squared deviation of a column of the latent in its contribution, like those of
    /// the residuals; 0 without a latent.
    pub deviation: u8,
}

/// How a sum of squares is standardised: (sum − median) · multiplier · 2^−shift, in Q15.16.
///
/// ```
/// use flowlet::format::Gauge;
/// let gauge = Gauge { median: 2048, multiplier: 32_768, shift: 10 };
/// assert_eq!(gauge.of(4096), 1 << 16);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Gauge {
    /// Median of the sums, Q20.11.
    pub median: u32,
    /// Multiplier: with the shift, 1 divided by the distance from the median to the 90th
    /// percentile.
    pub multiplier: u16,
    /// Shift, 0..=47.
    pub shift: u8,
}

/// Bytes of a [`Gauge`].
const GAUGE_LEN: usize = 7;

impl Gauge {
    /// Gauge of sums that do not count.
    pub const NONE: Self = Self {
        median: 0,
        multiplier: 0,
        shift: 0,
    };

    /// Standardises a sum, Q20.11. The result is in Q15.16, rounded down and limited to an i32.
    pub const fn of(self, sum: u32) -> i32 {
        let difference = (sum as i64).wrapping_sub(self.median as i64);
        let scaled = difference.wrapping_mul(self.multiplier as i64) >> (self.shift & 63);
        if scaled > i32::MAX as i64 {
            i32::MAX
        } else if scaled < i32::MIN as i64 {
            i32::MIN
        } else {
            scaled as i32
        }
    }

    const fn from_bytes([m0, m1, m2, m3, f0, f1, shift]: [u8; GAUGE_LEN]) -> Self {
        Self {
            median: u32::from_le_bytes([m0, m1, m2, m3]),
            multiplier: u16::from_le_bytes([f0, f1]),
            shift,
        }
    }

    const fn to_bytes(self) -> [u8; GAUGE_LEN] {
        let [m0, m1, m2, m3] = self.median.to_le_bytes();
        let [f0, f1] = self.multiplier.to_le_bytes();
        [m0, m1, m2, m3, f0, f1, self.shift]
    }
}

impl ScoreRecord {
    /// Reads a record: the fields in order, little-endian.
    ///
    /// ```
    /// use flowlet::format::{SCORE_LEN, ScoreRecord};
    /// assert_eq!(ScoreRecord::from_bytes(&[0; SCORE_LEN]).rows, 0);
    /// ```
    pub const fn from_bytes(bytes: &[u8; SCORE_LEN]) -> Self {
        #[rustfmt::skip]
        let [r0, r1, t0, t1, u0, u1, a0, a1, a2, a3, a4, a5, a6,
            b0, b1, b2, b3, b4, b5, b6, deviation] = *bytes;
        Self {
            rows: u16::from_le_bytes([r0, r1]),
            times: [u16::from_le_bytes([t0, t1]), u16::from_le_bytes([u0, u1])],
            residual: Gauge::from_bytes([a0, a1, a2, a3, a4, a5, a6]),
            outside: Gauge::from_bytes([b0, b1, b2, b3, b4, b5, b6]),
            deviation,
        }
    }

    /// Returns the bytes of the record.
    pub const fn to_bytes(self) -> [u8; SCORE_LEN] {
        let [first, second] = self.times;
        let ([r0, r1], [t0, t1]) = (self.rows.to_le_bytes(), first.to_le_bytes());
        let [u0, u1] = second.to_le_bytes();
        let [a0, a1, a2, a3, a4, a5, a6] = self.residual.to_bytes();
        let [b0, b1, b2, b3, b4, b5, b6] = self.outside.to_bytes();
        #[rustfmt::skip]
        let record = [r0, r1, t0, t1, u0, u1, a0, a1, a2, a3, a4, a5, a6,
            b0, b1, b2, b3, b4, b5, b6, self.deviation];
        record
    }
}
