//! Compares plans with brute force and closed forms.

use ndarray::{Array2, array};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Coupling, Precision, assignment, squared_distances};

fn normal(rows: usize, columns: usize, seed: u64) -> Array2<f32> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    Array2::from_shape_simple_fn((rows, columns), || StandardNormal.sample(&mut rng))
}

fn pair(coupling: Coupling, a: &Array2<f32>, b: &Array2<f32>, class: Option<&[u16]>) -> Vec<usize> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
    coupling.pair(a.view(), b.view(), class, &mut rng)
}

/// Returns the least sum over all orders of the columns from `row` on.
fn least(costs: &Array2<f32>, row: usize, taken: &mut Vec<bool>) -> f32 {
    if row == costs.nrows() {
        return 0.0;
    }
    let mut best = f32::INFINITY;
    for column in 0..costs.ncols() {
        if !taken[column] {
            taken[column] = true;
            best = best.min(costs[[row, column]] + least(costs, row + 1, taken));
            taken[column] = false;
        }
    }
    best
}

#[test]
fn a_large_batch_has_several_plans() {
    let (a, b) = (normal(1100, 2, 1), normal(1100, 2, 2));
    let paired = pair(Coupling::OptimalTransport, &a, &b, None);
    assert!(paired[..1024].iter().all(|&row| row < 1024));
    assert!(paired[1024..].iter().all(|&row| row >= 1024));
}

#[test]
fn the_assignment_is_the_best_of_all() {
    for seed in 0..20 {
        let (a, b) = (normal(6, 3, seed), normal(6, 3, seed + 100));
        let costs = squared_distances(a.view(), b.view());
        let plan = assignment(costs.view(), Precision::Full);
        let sum: f32 = plan.iter().enumerate().map(|(i, &j)| costs[[i, j]]).sum();
        let best = least(&costs, 0, &mut vec![false; 6]);
        assert!((sum - best).abs() < 1e-4, "{sum}, {best}");
    }
}

#[test]
fn in_one_dimension_the_plan_sorts() {
    let (a, b) = (normal(300, 1, 1), normal(300, 1, 2));
    let costs = squared_distances(a.view(), b.view());
    let plan = assignment(costs.view(), Precision::Full);
    let cost = |pairs: &mut dyn Iterator<Item = (f32, f32)>| -> f32 {
        pairs.map(|(x, y)| (x - y).powi(2)).sum()
    };
    let sorted = |x: &Array2<f32>| {
        let mut x = x.iter().copied().collect::<Vec<f32>>();
        x.sort_by(f32::total_cmp);
        x
    };
    let best = cost(&mut sorted(&a).into_iter().zip(sorted(&b)));
    let got = cost(&mut (0..300).map(|i| (a[[i, 0]], b[[plan[i], 0]])));
    assert!((got / best - 1.0).abs() < 1e-4, "{got}, {best}");
}

#[test]
fn ties_and_repeats_end() {
    let same = Array2::from_elem((64, 2), 0.3);
    let mut plan = pair(Coupling::OptimalTransport, &same, &same, None);
    plan.sort_unstable();
    assert!(plan.into_iter().eq(0..64));
}

#[test]
fn classes_keep_to_themselves() {
    let (a, b) = (normal(90, 2, 5), normal(90, 2, 6));
    let class: Vec<u16> = (0..90).map(|row| [0, 1, 1, 4][row % 4]).collect();
    for coupling in [
        Coupling::OptimalTransport,
        Coupling::Schrodinger { sigma: 0.3 },
    ] {
        let plan = pair(coupling, &a, &b, Some(&class));
        assert!(plan.iter().enumerate().all(|(i, &j)| class[i] == class[j]));
    }
}

/// The entropic plan of N(0, 1) with itself is Gaussian with the correlation
/// √(1 + σ⁴/4) − σ²/2 (Janati and others 2020, arXiv:2006.02572, theorem 1, with ε = 2σ²).
#[test]
fn the_entropic_plan_has_its_closed_form() {
    let (a, b) = (normal(800, 1, 7), normal(800, 1, 8));
    let sigma = 1f32;
    let plan = pair(Coupling::Schrodinger { sigma }, &a, &b, None);
    let correlation = (0..800).map(|i| a[[i, 0]] * b[[plan[i], 0]]).sum::<f32>() / 800.0;
    let exact = (1.0 + sigma.powi(4) / 4.0).sqrt() - sigma * sigma / 2.0;
    assert!((correlation - exact).abs() < 0.08, "{correlation}, {exact}");
}

#[test]
fn distances_are_squared_lengths() {
    let distances = squared_distances(array![[0.0, 0.0]].view(), array![[3.0, 4.0]].view());
    assert_eq!(distances, array![[25.0]]);
}

#[test]
fn names_are_read_and_written() {
    for name in ["independent", "ot", "schrodinger:0.25"] {
        assert_eq!(name.parse::<Coupling>().unwrap().to_string(), name);
    }
    for wrong in ["", "OT", "ot:1", "schrodinger:x", "schrodinger:9"] {
        assert!(wrong.parse::<Coupling>().is_err(), "{wrong}");
    }
}
