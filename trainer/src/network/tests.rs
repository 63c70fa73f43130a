use ndarray::Array2;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;

/// Returns a network of unusual shape with non-zero parameters, and a batch for it.
struct Case {
    net: VelocityNet,
    x: Array2<f32>,
    target: Array2<f32>,
    t: Vec<f32>,
    class: Option<Vec<u16>>,
    query: Option<Array2<f32>>,
}

impl Case {
    fn new(
        dim: usize,
        hidden: &[usize],
        (classes, query): (usize, usize),
        conditioning: Conditioning,
    ) -> Self {
        let rows = 5;
        let rng = &mut Xoshiro256PlusPlus::seed_from_u64(7);
        let shape = NetShape {
            dim,
            hidden: hidden.to_vec(),
            classes,
            query,
            conditioning,
        };
        let mut net = VelocityNet::random(shape, rng);
        for p in net.parameters_mut() {
            let normal: f32 = StandardNormal.sample(rng);
            *p += 0.3 * normal;
        }
        let mut normals =
            |columns| Array2::from_shape_simple_fn((rows, columns), || StandardNormal.sample(rng));
        Self {
            x: normals(dim),
            target: normals(dim),
            query: (query > 0).then(|| normals(query)),
            t: (0..rows).map(|k| (k as f32 + 0.3) / rows as f32).collect(),
            class: (classes > 0).then(|| (0..rows).map(|k| (k % classes) as u16).collect()),
            net,
        }
    }

    fn all() -> Vec<Self> {
        vec![
            Self::new(1, &[1], (0, 0), Conditioning::First),
            Self::new(3, &[7], (2, 0), Conditioning::All),
            Self::new(2, &[5, 3, 9], (0, 4), Conditioning::First),
            Self::new(5, &[9, 4, 6], (3, 5), Conditioning::First),
            Self::new(4, &[3, 11], (4, 2), Conditioning::All),
        ]
    }

    fn inputs(&self) -> Inputs<'_> {
        Inputs {
            x: self.x.view(),
            t: &self.t,
            class: self.class.as_deref(),
            query: self.query.as_ref().map(|query| query.view()),
        }
    }

    fn half_loss(&self, net: &VelocityNet) -> f64 {
        let out = net.forward(&self.inputs());
        let error = |(a, b): (&f32, &f32)| f64::from(a - b).powi(2);
        0.5 * out.iter().zip(&self.target).map(error).sum::<f64>()
    }
}

/// Returns the loss of two passes, and the gradient of both.
fn twice(case: &Case, factor: f32) -> (f64, Vec<f32>) {
    let mut pass = Pass::new(case.net.shape(), case.x.nrows());
    let targets = Targets {
        target: case.target.view(),
        weights: None,
    };
    let loss = pass.squared_error(&case.net, &case.inputs(), targets);
    pass.backward(&case.net, factor);
    let mut gradient = vec![f32::NAN; case.net.parameters().len()];
    write_gradient(&case.net, &[&pass, &pass], &mut gradient);
    (2.0 * loss, gradient)
}

#[test]
fn gradient_matches_finite_differences() {
    for case in Case::all() {
        let (_, gradient) = twice(&case, 0.5);
        let step = 5e-3;
        for (k, &gradient) in gradient.iter().enumerate() {
            let shifted = |by: f32| {
                let mut net = case.net.clone();
                net.parameters_mut()[k] += by;
                case.half_loss(&net)
            };
            let slope = ((shifted(step) - shifted(-step)) / f64::from(2.0 * step)) as f32;
            assert!(
                (slope - gradient).abs() < 3e-3 * (1.0 + slope.abs()),
                "{:?}, parameter {k}: {gradient}, {slope}",
                case.net.shape()
            );
        }
    }
}

#[test]
fn loss_and_factor() {
    for case in Case::all() {
        let (loss, gradient) = twice(&case, 1.0);
        let (_, halved) = twice(&case, 0.5);
        assert!((loss - 4.0 * case.half_loss(&case.net)).abs() < 1e-4 * loss);
        for (g, h) in gradient.iter().zip(halved) {
            assert!((g * 0.5 - h).abs() < 1e-5 * (1.0 + g.abs()));
        }
    }
}

/// Computes the network from weights and folded biases, as the export does.
#[test]
fn folded_biases_reproduce_the_network() {
    for case in Case::all() {
        let class = case.class.as_deref();
        let forward = case.net.forward(&case.inputs());
        let z = case.net.hidden_preactivations(&case.inputs());
        let layers = case.net.layers();
        let weights = case.net.query_weights();
        for row in 0..case.x.nrows() {
            let mut h = case.x.row(row).to_vec();
            for (l, layer) in layers.iter().enumerate() {
                let bias = case
                    .net
                    .condition_bias(l, case.t[row], class.map(|c| c[row]));
                let weighted = layer.weights.dot(&ArrayView1::from(&h));
                h = weighted.iter().zip(bias).map(|(w, b)| w + b).collect();
                if let (0, Some(query)) = (l, &case.query) {
                    let known = weights.dot(&query.row(row));
                    h.iter_mut().zip(known).for_each(|(h, known)| *h += known);
                }
                if l + 1 < layers.len() {
                    for (a, b) in h.iter().zip(z[l].row(row)) {
                        assert!((a - b).abs() < 1e-4);
                    }
                    silu(&mut h);
                }
            }
            for (a, b) in h.iter().zip(forward.row(row)) {
                assert!((a - b).abs() < 1e-4);
            }
        }
    }
}

#[test]
fn biases_alone_do_not_decay() {
    let case = Case::new(5, &[9, 4], (3, 0), Conditioning::First);
    let kept = case.net.decays().iter().filter(|decays| !**decays).count();
    assert_eq!(kept, 9 + 4 + 5);
}
