//! An isolation forest: random splits isolate an anomaly soon (Liu and others 2008, *ICDM*).

use ndarray::ArrayView2;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus;

use crate::metrics::draw;

/// Number of trees, and most rows of each, as in the paper.
const TREES: u64 = 100;
const MAX_ROWS: usize = 256;
/// Euler's constant, in the mean depth of an unsuccessful search.
const EULER: f64 = 0.577_215_664_901_532_9;

/// Trees of random splits.
#[derive(Clone, Debug)]
pub(super) struct Forest {
    trees: Vec<Node>,
}

#[derive(Clone, Debug)]
enum Node {
    /// Number of rows that were not isolated.
    Leaf(usize),
    Split {
        column: usize,
        value: f32,
        sides: Box<[Node; 2]>,
    },
}

impl Forest {
    pub fn fit(rows: ArrayView2<'_, f32>, seed: u64) -> Self {
        let tree = |number: u64| {
            let seed = seed.wrapping_mul(TREES).wrapping_add(number);
            let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
            let chosen = draw(rows.nrows(), MAX_ROWS, seed);
            let depth = chosen.len().next_power_of_two().ilog2();
            Node::grow(rows, chosen, depth, &mut rng)
        };
        Self {
            trees: (0..TREES).map(tree).collect(),
        }
    }

    /// Returns the negative mean depth of each row.
    pub fn score(&self, rows: ArrayView2<'_, f32>) -> Vec<f64> {
        let depth = |row: ndarray::ArrayView1<'_, f32>| -> f64 {
            let depths = self.trees.iter().map(|tree| tree.depth(&row));
            -depths.sum::<f64>() / self.trees.len() as f64
        };
        rows.outer_iter().map(depth).collect()
    }
}

impl Node {
    /// Splits the chosen rows at random until each is alone, at most `depth` times.
    fn grow(
        rows: ArrayView2<'_, f32>,
        chosen: Vec<usize>,
        depth: u32,
        rng: &mut Xoshiro128PlusPlus,
    ) -> Self {
        let range = |column: usize| {
            let values = chosen.iter().map(|&row| rows[[row, column]]);
            let least = values.clone().fold(f32::INFINITY, f32::min);
            (least, values.fold(f32::NEG_INFINITY, f32::max))
        };
        let varies = |&column: &usize| matches!(range(column), (least, most) if least < most);
        let varied: Vec<usize> = (0..rows.ncols()).filter(varies).collect();
        if depth == 0 || varied.is_empty() {
            return Self::Leaf(chosen.len());
        }
        let column = varied[rng.random_range(0..varied.len())];
        let (least, most) = range(column);
        let value = rng.random_range(least..most);
        let (below, above) = chosen
            .iter()
            .partition(|&&row| rows[[row, column]] <= value);
        let mut side = |chosen| Self::grow(rows, chosen, depth - 1, rng);
        let sides = Box::new([side(below), side(above)]);
        Self::Split {
            column,
            value,
            sides,
        }
    }

    fn depth(&self, row: &ndarray::ArrayView1<'_, f32>) -> f64 {
        match self {
            Self::Leaf(rows) => mean_depth(*rows),
            Self::Split {
                column,
                value,
                sides,
            } => 1.0 + sides[usize::from(row[*column] > *value)].depth(row),
        }
    }
}

/// Returns the mean depth of a tree that isolates so many rows.
fn mean_depth(rows: usize) -> f64 {
    match rows {
        0 | 1 => 0.0,
        2 => 1.0,
        _ => {
            let rows = rows as f64;
            2.0 * ((rows - 1.0).ln() + EULER) - 2.0 * (rows - 1.0) / rows
        }
    }
}
