//! Couplings: which noise goes to which data row of a batch.
//!
//! Independent pairs make paths that cross, and a velocity that bends; the pairs of an optimal-transport
//! plan do not cross, so that few steps suffice (Tong and others 2023, *Improving and Generalizing
//! Flow-Based Generative Models with Minibatch Optimal Transport*, arXiv:2302.00482, section 3.2). With
//! classes each is matched within its own: a plan across classes would tie noise to labels, and
//! conditional samples would be biased (Cheng and Schwing 2025, arXiv:2503.10636).

mod plan;
mod sinkhorn;

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use ndarray::{ArrayView2, Axis};
use rand::Rng;

pub use plan::{Precision, assignment, squared_distances};

/// How noise and data rows are paired.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Coupling {
    /// At random.
    Independent,
    /// By the exact optimal-transport plan of each batch: OT-CFM (arXiv:2302.00482, section 3.2.4).
    OptimalTransport,
    /// Drawn from the entropic plan of each batch, which with a bridge of the same σ approaches the
    /// Schrödinger bridge: SB-CFM (arXiv:2302.00482, section 3.2.5).
    Schrodinger {
        /// Diffusion of the bridge, in units of the standardised data; the plan's regularisation is
        /// 2σ².
        sigma: f32,
    },
}

/// Widths of the entropic coupling, in standard deviations of the data.
const SIGMAS: RangeInclusive<f32> = 0.01..=8.0;

impl Coupling {
    /// Returns whether the width is in the range that the name accepts.
    pub(crate) fn is_valid(&self) -> bool {
        match self {
            Coupling::Schrodinger { sigma } => SIGMAS.contains(sigma),
            Coupling::Independent | Coupling::OptimalTransport => true,
        }
    }

    /// The row of `data` for each row of `noise`, both `n × D`: rows of one class are matched among
    /// themselves. Without replacement, but for the entropic plan, which is drawn from.
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
        for rows in groups(noise.nrows(), class) {
            let (noise, data) = (noise.select(Axis(0), &rows), data.select(Axis(0), &rows));
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

/// The rows of each class.
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

    /// Reads `independent`, `ot`, or `schrodinger[:SIGMA]`, whose width is 0.5 without one.
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
            _ => Err("the couplings are independent, ot and schrodinger[:SIGMA]".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests;
