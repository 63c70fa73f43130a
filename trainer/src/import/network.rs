//! An imported network: its velocity as PyTorch computes it, in f64, and the same for the device.

use ndarray::{Array1, Array2, ArrayView2, s};

use super::spec::{Part, Spec};
use super::weights::Linear;

/// A velocity network trained in PyTorch.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    pub(super) spec: Spec,
    pub(super) layers: Vec<Linear>,
}

impl Network {
    /// Joins layers to a network.
    ///
    /// # Errors
    /// Which layer does not fit the others, the spec, or a device.
    pub fn new(spec: Spec, layers: Vec<Linear>) -> Result<Self, String> {
        use flowlet::format::{MAX_HIDDEN, MAX_WIDTH};
        let hidden = layers.len().wrapping_sub(1);
        if !(1..=MAX_HIDDEN).contains(&hidden) {
            let count = layers.len();
            let most = MAX_HIDDEN + 1;
            return Err(format!(
                "{count} layers; a model has 2 to {most}, including the output layer"
            ));
        }
        for pair in layers.windows(2) {
            let ((rows, columns), before) = (pair[1].weights.dim(), pair[0].weights.nrows());
            if columns != before {
                return Err(format!(
                    "`{}.weight` has shape [{rows}, {columns}], but layer `{}` before it has {before} outputs",
                    pair[1].name, pair[0].name
                ));
            }
        }
        let most = usize::from(MAX_WIDTH);
        let widest = layers
            .iter()
            .find(|layer| !(1..=most).contains(&layer.weights.nrows()));
        if let Some(layer) = widest {
            let rows = layer.weights.nrows();
            return Err(format!(
                "layer `{}` has {rows} outputs; a layer on a device has 1 to {most}",
                layer.name
            ));
        }
        let network = Self { spec, layers };
        let (x, t, class) = (
            network.dim(),
            network.spec.time.columns(),
            network.spec.classes(),
        );
        let (rows, columns) = network.layers[0].weights.dim();
        if columns != x + t + class {
            return Err(format!(
                "`{}.weight` has shape [{rows}, {columns}], but the spec has {} inputs: x {x} (the outputs of \
                 the last layer), t {t}, class {class}",
                network.layers[0].name,
                x + t + class
            ));
        }
        Ok(network)
    }

    /// Returns the spec.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Returns the values per sample.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.layers[self.layers.len() - 1].weights.nrows()
    }

    /// Returns the velocity as PyTorch computes it: `x` is n × D, with one time of the network and
    /// one class per row.
    ///
    /// # Panics
    /// If lengths differ, or if the network has classes and `class` is `None`.
    #[must_use]
    pub fn velocity(
        &self,
        x: ArrayView2<'_, f64>,
        t: &[f64],
        class: Option<&[u16]>,
    ) -> Array2<f64> {
        self.forward(&self.input(x, t, class), |_, _| {})
    }

    /// Applies the layers to an input, n × inputs. `visit` sees the pre-activations of each hidden
    /// layer.
    fn forward(
        &self,
        input: &Array2<f64>,
        mut visit: impl FnMut(usize, &Array2<f64>),
    ) -> Array2<f64> {
        let mut h = input.clone();
        for (index, layer) in self.layers.iter().enumerate() {
            h = h.dot(&layer.weights.t()) + &layer.bias;
            if index + 1 < self.layers.len() {
                visit(index, &h);
                h.mapv_inplace(|z| self.spec.activation.of(z));
            }
        }
        h
    }

    fn input(&self, x: ArrayView2<'_, f64>, t: &[f64], class: Option<&[u16]>) -> Array2<f64> {
        assert_eq!(t.len(), x.nrows(), "one time for each row");
        let mut input = Array2::zeros((x.nrows(), self.layers[0].weights.ncols()));
        input.slice_mut(s![.., self.columns(Part::X)]).assign(&x);
        let (times, classes) = (self.columns(Part::T), self.columns(Part::Class));
        for (row, (&t, mut input)) in t.iter().zip(input.rows_mut()).enumerate() {
            let features = Array1::from(self.spec.time.features(t));
            input.slice_mut(s![times.clone()]).assign(&features);
            if !classes.is_empty() {
                let class = class.expect("a network with classes needs a class")[row];
                input[classes.start + usize::from(class)] = 1.0;
            }
        }
        input
    }

    /// Returns the columns of the first layer that take an input; empty if none do.
    pub(super) fn columns(&self, part: Part) -> std::ops::Range<usize> {
        let width = |of: &Part| match of {
            Part::X => self.dim(),
            Part::T => self.spec.time.columns(),
            Part::Class => self.spec.classes(),
        };
        let mut start = 0;
        for of in &self.spec.input {
            if *of == part {
                return start..start + width(of);
            }
            start += width(of);
        }
        0..0
    }

    /// Converts a time of the device, which runs from noise to data, to the network's.
    pub(super) fn own_time(&self, t: f64) -> f64 {
        if self.spec.noise_at == 1 { 1.0 - t } else { t }
    }

    /// Returns the sign of the device's velocity: −1 if the network's time runs the other way.
    pub(super) fn sign(&self) -> f64 {
        if self.spec.noise_at == 1 { -1.0 } else { 1.0 }
    }

    /// Returns the velocity at the device's time `t`, with `visit` as in `forward`.
    pub(super) fn field(
        &self,
        x: &Array2<f32>,
        t: f32,
        class: Option<&[u16]>,
        visit: impl FnMut(usize, &Array2<f64>),
    ) -> Array2<f32> {
        let times = vec![self.own_time(t.into()); x.nrows()];
        let input = self.input(x.mapv(f64::from).view(), &times, class);
        self.forward(&input, visit)
            .mapv(|v| (self.sign() * v) as f32)
    }
}
