//! Ranks of the quantiles that a calibration holds.

/// Ranks, counted from the highest score: 1, 2, 3, 4, 6, 8, 12, 16, … up to the middle of the rows,
/// then the mirrored ranks down to the lowest. So the tails are finer than the middle.
///
/// ```
/// use flowlet::Ranks;
/// assert!(Ranks::of(20).eq([1, 2, 3, 4, 6, 8, 13, 15, 17, 18, 19, 20]));
/// assert!(Ranks::of(1).eq([1]));
/// assert!(Ranks::of(3).eq([1, 2, 3]));
/// ```
#[derive(Clone, Debug)]
pub struct Ranks {
    rows: u16,
    /// Number of the next rank in its half.
    next: u16,
    /// Whether the ranks are mirrored.
    is_mirrored: bool,
    is_done: bool,
}

impl Ranks {
    /// Returns the ranks of this number of rows.
    #[must_use]
    pub const fn of(rows: u16) -> Self {
        Self {
            rows,
            next: 0,
            is_mirrored: false,
            is_done: rows == 0,
        }
    }
}

/// Returns rank `number`: 1, 2, 3, 4, 6, 8, 12, …
const fn rank(number: u16) -> u32 {
    let half = (number as u32 >> 1) & 15;
    match number & 1 {
        1 => 2 << half,
        _ if number == 0 => 1,
        _ => 3 << (half - 1),
    }
}

impl Iterator for Ranks {
    type Item = u16;

    #[inline(never)] // otherwise compilers unroll the loops around it
    fn next(&mut self) -> Option<u16> {
        if self.is_done {
            return None;
        }
        let rows = u32::from(self.rows) + 1;
        let found = rank(self.next);
        let found = if self.is_mirrored {
            rows - found
        } else {
            found
        };
        if self.is_mirrored {
            match self.next.checked_sub(1) {
                Some(next) => self.next = next,
                None => self.is_done = true,
            }
        } else if 2 * rank(self.next + 1) <= rows {
            self.next += 1;
        } else {
            self.is_mirrored = true;
            // The rank in the middle is its own mirror image.
            if 2 * found == rows {
                match self.next.checked_sub(1) {
                    Some(next) => self.next = next,
                    None => self.is_done = true,
                }
            }
        }
        Some(found as u16)
    }
}
