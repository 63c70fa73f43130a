//! Random models with extreme integers that keep every bound of the format.

use flowlet::encode::{
    ClassNames, QuantisedDrift, QuantisedLatent, QuantisedLayer, QuantisedModel, QuantisedNet,
};
use flowlet::fixed::Scale;
use flowlet::format::{Hidden, Latent, MAX_LEVELS, SEGMENTS};
use flowlet::{Column, ColumnKind, Knot, Solver};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// Source of uniform integers.
pub struct Draw(Xoshiro128PlusPlus);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(Xoshiro128PlusPlus::seed_from_u64(seed))
    }

    /// Returns an integer in `low..=high`.
    pub fn within(&mut self, low: i64, high: i64) -> i64 {
        let span = (high - low + 1) as u64;
        low + ((u64::from(self.0.next_u32()) * span) >> 32) as i64
    }
}

/// Shape of a random model.
#[derive(Clone, Debug)]
pub struct Shape {
    pub dim: usize,
    pub hidden: Vec<usize>,
    pub classes: usize,
    pub null_class: bool,
    pub per_class_drift: bool,
    /// Whether some layers use a table as their activation.
    pub table: bool,
}

impl Shape {
    pub fn random(draw: &mut Draw) -> Self {
        let layers = draw.within(1, 4);
        let classes = (draw.within(0, 3) * draw.within(0, 2)) as usize;
        Self {
            dim: draw.within(1, 19) as usize,
            hidden: (0..layers).map(|_| draw.within(1, 23) as usize).collect(),
            classes,
            null_class: classes > 0 && draw.within(0, 1) == 1,
            per_class_drift: classes > 0 && draw.within(0, 1) == 1,
            table: draw.within(0, 1) == 1,
        }
    }
}

impl Shape {
    /// Returns the number of classes, the null class included.
    fn conditions(&self) -> usize {
        self.classes + usize::from(self.null_class)
    }
}

/// Returns a model of this shape whose integers use their complete ranges.
pub fn random_model(shape: &Shape, draw: &mut Draw) -> QuantisedModel {
    let components = if shape.per_class_drift {
        shape.conditions()
    } else {
        1
    };
    let cells = components * shape.dim;
    QuantisedModel {
        column_names: (0..shape.dim).map(|i| format!("c{i}")).collect(),
        classes: (shape.classes > 0).then(|| ClassNames {
            column: "label".into(),
            position: draw.within(0, shape.dim as i64) as u16,
            names: (0..shape.classes).map(|i| format!("k{i}")).collect(),
            counts: (0..shape.classes)
                .map(|_| draw.within(0, 50) as usize)
                .collect(),
            null_class: shape.null_class,
        }),
        steps: draw.within(1, 12) as u16,
        time_grid: Vec::new(),
        solver: Solver::Euler,
        net: random_net(shape, draw),
        drift: QuantisedDrift {
            components: components as u16,
            variances: (0..MAX_LEVELS)
                .map(|_| match draw.within(0, 7) {
                    0 => 0, // no drift
                    _ => draw.within(64, 65_535) as u16,
                })
                .collect(),
            means: (0..cells)
                .map(|_| draw.within(-16_384, 16_384) as i16)
                .collect(),
            levels: (0..cells)
                .map(|_| draw.within(0, MAX_LEVELS as i64 - 1) as u8)
                .collect(),
        },
        latent: None,
        columns: (0..shape.dim).map(|_| random_column(draw)).collect(),
        curves: Vec::new(),
        sections: Vec::new(),
        card: String::new(),
    }
}

/// Makes some values of the state those of a latent, which has `more` columns more than values. If
/// there are classes, each may have its own layer.
pub fn add_latent(model: &mut QuantisedModel, more: usize, draw: &mut Draw) {
    let state = model.columns.len();
    let first = draw.within(0, state as i64 - 1) as usize;
    let rank = draw.within(1, (state - first) as i64) as usize;
    let columns = rank + more;
    let segment = SEGMENTS[draw.within(0, 3) as usize];
    let frac = draw.within(4, 10) as u8;
    let layers = match &model.classes {
        Some(classes) if draw.within(0, 1) == 1 => classes.names.len(),
        _ => 1,
    };
    model.latent = Some(QuantisedLatent {
        latent: Latent {
            first: first as u16,
            columns: columns as u16,
            rank: rank as u16,
            segment,
            layers: layers as u16,
            frac,
        },
        layers: (0..layers)
            .map(|_| random_layer((columns, rank, 1, 0), segment, 1 << (4 + frac), draw))
            .collect(),
    });
    let added = || (0..more).map(|index| format!("u{index}"));
    model.column_names.splice(first..first, added());
    let added: Vec<Column> = (0..more).map(|_| random_column(draw)).collect();
    model.columns.splice(first..first, added);
}

/// Gives the model a latent, and curves to every third column.
pub fn with_latent(model: &mut QuantisedModel) {
    let mut draw = Draw::new(66);
    add_latent(model, 5, &mut draw);
    add_curves(model, &mut draw);
}

/// Gives every third column a curve.
pub fn add_curves(model: &mut QuantisedModel, draw: &mut Draw) {
    let curve = |index: usize| match index % 3 {
        0 => random_curve(draw),
        _ => Vec::new(),
    };
    model.curves = (0..model.columns.len()).map(curve).collect();
}

/// Returns a curve whose knots are near to each other or far apart.
fn random_curve(draw: &mut Draw) -> Vec<Knot> {
    let mut knots = vec![Knot {
        x: draw.within(-32_768, -30_000) as i16,
        value: draw.within(i64::from(i32::MIN), 0) as i32,
    }];
    for _ in 0..draw.within(1, 31) {
        let last = knots[knots.len() - 1];
        let far = [1, 100, 2000][draw.within(0, 2) as usize];
        let high = [0, 1000, i64::from(i32::MAX)][draw.within(0, 2) as usize];
        let rise = (i64::from(i32::MAX) - i64::from(last.value)).min(high);
        knots.push(Knot {
            x: last.x + draw.within(1, far) as i16,
            value: last.value + draw.within(0, rise) as i32,
        });
    }
    knots
}

/// Makes the last two dimensions a column of two categories.
pub fn end_in_category(model: &mut QuantisedModel) {
    let last = model.columns.len() - 1;
    model.columns[last] = model.columns[last - 1];
    model.columns[last - 1].kind = ColumnKind::Category;
    model.columns[last].kind = ColumnKind::NextCategory;
}

/// Makes the last two dimensions a circular column from −12 to 12, and gives the others decimals.
pub fn end_in_circle(model: &mut QuantisedModel) {
    let last = model.columns.len() - 1;
    for (at, column) in model.columns.iter_mut().enumerate() {
        column.decimals = Some((at % 10) as u8);
    }
    let circular = |offset, kind| Column {
        kind,
        frac: 20,
        min: -12 << 20,
        max: 12 << 20,
        decimals: Some(3),
        ..Column::real(offset, 1 << 26, 0)
    };
    model.columns[last - 1] = circular(1 << 24, ColumnKind::Circular);
    model.columns[last] = circular(-1 << 23, ColumnKind::NextCircular);
    model.column_names[last - 1] = "angle=cos".to_owned();
    model.column_names[last] = "angle=sin".to_owned();
    model.card = "a circular column".to_owned();
}

pub fn random_column(draw: &mut Draw) -> Column {
    let real = Column::real(
        draw.within(-(1 << 30), 1 << 30) as i32,
        draw.within(-(1 << 25), 1 << 25) as i32,
        draw.within(-96, 126) as i8,
    );
    let limit = i64::from(i32::MAX);
    let low = draw.within(-limit - 1, limit);
    match draw.within(0, 1) {
        0 => real,
        _ => Column {
            min: low as i32,
            max: draw.within(low, limit) as i32,
            kind: [ColumnKind::Real, ColumnKind::Integer][draw.within(0, 1) as usize],
            ..real
        },
    }
}

fn random_net(shape: &Shape, draw: &mut Draw) -> QuantisedNet {
    let input_frac = draw.within(4, 10) as u8;
    let time_log2 = draw.within(1, 6) as u8;
    let mut bound = 1i64 << (4 + input_frac);
    let mut columns = shape.dim;
    let (mut hidden, mut layers) = (Vec::<Hidden>::new(), Vec::new());
    let nodes = shape.table.then(|| random_table(draw));
    for &rows in &shape.hidden {
        let pre_frac = draw.within(11, 13) as u8;
        let act_frac = draw.within(1, i64::from(pre_frac) - 1) as u8;
        let conditioned = draw.within(0, 1) == 1;
        let (times, classes) = if conditioned {
            ((1 << time_log2) + 1, shape.conditions())
        } else {
            (1, 0)
        };
        let segment = SEGMENTS[draw.within(0, 3) as usize];
        let shape = (rows, columns, times, classes);
        layers.push(random_layer(shape, segment, bound, draw));
        hidden.push(Hidden {
            width: rows as u16,
            segment,
            pre_frac,
            act_frac,
            conditioned,
            table: nodes.is_some() && draw.within(0, 2) > 0,
        });
        bound = match &nodes {
            Some(nodes) if hidden.last().is_some_and(|layer| layer.table) => {
                largest(nodes, pre_frac, act_frac)
            }
            _ => i64::from(flowlet::fixed::silu(i16::MAX, pre_frac, act_frac)),
        };
        columns = rows;
    }
    let output_segment = SEGMENTS[draw.within(0, 3) as usize];
    layers.push(random_layer(
        (shape.dim, columns, 1, 0),
        output_segment,
        bound,
        draw,
    ));
    QuantisedNet {
        input_frac,
        output_segment,
        time_log2,
        table: nodes.filter(|_| hidden.iter().any(|layer| layer.table)),
        hidden,
        layers,
    }
}

/// Returns a table whose neighbours differ as much as allowed, over the range that all formats can
/// hold.
pub fn random_table(draw: &mut Draw) -> Vec<i16> {
    let mut node = draw.within(-16_383, 16_383);
    let next = |_| {
        let low = (node - 8191).max(-16_383);
        node = match draw.within(0, 2) {
            0 => (node + 8191).min(16_383),
            1 => low,
            _ => draw.within(low, (node + 8191).min(16_383)),
        };
        node as i16
    };
    (0..513).map(next).collect()
}

/// Returns the largest activation of a table at the nodes that pre-activations in this format
/// reach.
fn largest(nodes: &[i16], pre_frac: u8, act_frac: u8) -> i64 {
    let reach = 16 << (15 - pre_frac);
    let nodes = nodes[256 - reach..=256 + reach].iter();
    let most = nodes.map(|node| i64::from(node.unsigned_abs())).max();
    ((most.unwrap_or(0) << act_frac) + 1024) >> 11
}

/// Returns a layer. Weights, shift and multiplier are often the largest that the bounds allow.
pub fn random_layer(
    (rows, columns, times, classes): (usize, usize, usize, usize),
    segment: u16,
    bound: i64,
    draw: &mut Draw,
) -> QuantisedLayer {
    let mut layer = QuantisedLayer::default();
    let widest = columns.min(segment.into()) as i64;
    for row in 0..rows {
        let paired = ((1 << 23) - 1) / (bound * widest).max(1);
        let largest = if row % 2 == 0 { paired.min(127) } else { 127 };
        let extreme = draw.within(0, 3) == 0;
        let weight = |draw: &mut Draw| match extreme {
            true => largest * (2 * draw.within(0, 1) - 1),
            false => draw.within(-largest, largest),
        };
        let row: Vec<i8> = (0..columns).map(|_| weight(draw) as i8).collect();
        let norm: i64 = row.iter().map(|w| i64::from(w.unsigned_abs())).sum();
        // A shifted sum is at most 2^22.
        let least = (norm * bound + 1).ilog2().saturating_sub(21);
        let shift = draw.within(0, 24).max(least.into());
        let most = ((1i64 << 31) - (1 << 27) - 1) / (((norm * bound) >> shift) + 1);
        let multiplier = draw.within(1, most.min(32_767)) as i16;
        layer.scales.push(Scale {
            multiplier,
            shift: shift as u8,
        });
        layer.weights.extend(row);
    }
    let mut bias = |count: usize| {
        (0..count)
            .map(|_| draw.within(-32_768, 32_767) as i16)
            .collect()
    };
    layer.biases = bias(rows * times);
    layer.class_biases = bias(rows * classes);
    layer
}
