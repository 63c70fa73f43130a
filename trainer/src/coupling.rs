//! Couplings: how the noise of a batch is paired with its data rows.
//!
//! Paths of independent pairs cross, so the velocity bends. Paths of an optimal-transport plan do
//! not cross, so few solver steps suffice (Tong and others 2023, *Improving and Generalizing
//! Flow-Based Generative Models with Minibatch Optimal Transport*, arXiv:2302.00482, section 3.2).
//! If there are classes, noise is paired within each class. A plan across classes would tie noise
//! to labels and bias conditional samples (Cheng and Schwing 2025, arXiv:2503.10636).

mod plan;
mod sinkhorn;

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use ndarray::{ArrayView2, Axis};
use rand::Rng;

pub use plan::{Precision, assignment, squared_distances};

/// Pairing of noise and data rows.
///
/// ```
/// use flowlet_trainer::Coupling;
///
/// assert_eq!("ot".parse(), Ok(Coupling::OptimalTransport));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Coupling {
    /// Random pairs.
    Independent,
    /// Exact optimal-transport plan of each batch: OT-CFM (arXiv:2302.00482, section 3.2.4).
    OptimalTransport,
    /// Draws from the entropic plan of each batch. With a bridge of the same σ it approaches the
    /// Schrödinger bridge: SB-CFM (arXiv:2302.00482, section 3.2.5).
    Schrodinger {
        /// Diffusion of the bridge, in standard deviations. The plan's regularisation is 2σ².
        sigma: f32,
    },
}

/// Widths of the entropic coupling, in standard deviations of the data.
const SIGMAS: RangeInclusive<f32> = 0.01..=8.0;

/// Number of columns up to which a batch has one plan per class, of up to [`MAX_PART`] rows.
const MAX_FULL_COLUMNS: usize = 8;
/// Rows per plan of more columns. Larger plans take far longer and are hardly better.
const PART: usize = 64;
/// Most rows per plan. Its memory grows with their square, and its time with their cube.
const MAX_PART: usize = 1024;

impl Coupling {
    /// Returns whether the width is in the range that the name accepts.
    pub(crate) fn is_valid(&self) -> bool {
        match self {
            Coupling::Schrodinger { sigma } => SIGMAS.contains(sigma),
            Coupling::Independent | Coupling::OptimalTransport => true,
        }
    }

    /// Returns the row of `data` for each row of `noise`, both `n × D`, within each class. Every
    /// data row is used once, except with the entropic plan.
    pub fn pair(
        &self,
        noise: ArrayView2<'_, f32>,
        data: ArrayView2<'_, f32>,
        class: Option<&[u16]>,
        rng: &mut impl Rng,
    ) -> Vec<usize> {
        let mut paired: Vec<usize> = (0..noise.nrows()).collect();
        if *self == Coupling::Independent {
            return paired;
        }
        let most = match noise.ncols() > MAX_FULL_COLUMNS {
            true => PART,
            false => MAX_PART,
        };
        let groups = groups(noise.nrows(), class);
        for rows in groups.iter().flat_map(|rows| rows.chunks(most)) {
            let (noise, data) = (noise.select(Axis(0), rows), data.select(Axis(0), rows));
            let costs = squared_distances(noise.view(), data.view());
            let plan = match *self {
                Coupling::Schrodinger { sigma } => sinkhorn::draw(costs.view(), sigma, rng),
                _ => assignment(costs.view(), Precision::Coarse),
            };
            for (&row, to) in rows.iter().zip(plan) {
                paired[row] = rows[to];
            }
        }
        paired
    }
}

/// Returns the rows of each class.
fn groups(rows: usize, class: Option<&[u16]>) -> Vec<Vec<usize>> {
    let Some(class) = class else {
        return vec![(0..rows).collect()];
    };
    let classes = class.iter().max().map_or(0, |&most| usize::from(most) + 1);
    let mut groups = vec![Vec::new(); classes];
    for (row, &class) in class.iter().enumerate() {
        groups[usize::from(class)].push(row);
    }
    groups.retain(|rows| rows.len() > 1);
    groups
}

impl fmt::Display for Coupling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Coupling::Independent => write!(f, "independent"),
            Coupling::OptimalTransport => write!(f, "ot"),
            Coupling::Schrodinger { sigma } => write!(f, "schrodinger:{sigma}"),
        }
    }
}

impl FromStr for Coupling {
    type Err = String;

    /// Reads `independent`, `ot`, or `schrodinger[:SIGMA]`, whose default width is 0.5.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, sigma) = text.split_once(':').unwrap_or((text, "0.5"));
        match (name, sigma.parse()) {
            ("independent", _) if name == text => Ok(Coupling::Independent),
            ("ot", _) if name == text => Ok(Coupling::OptimalTransport),
            ("schrodinger", Ok(sigma)) if SIGMAS.contains(&sigma) => {
                Ok(Coupling::Schrodinger { sigma })
            }
            ("schrodinger", _) => Err(format!(
                "`{sigma}` is not a width; write a number from 0.01 to 8 after the colon"
            )),
            _ => Err("choose independent, ot or schrodinger[:SIGMA]".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests;
