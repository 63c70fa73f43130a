//! The filler compared with a naive oracle, which follows the text of the format in i128.

use flowlet::encode::{QuantisedFill, QuantisedModel, QuantisedQuery};
use flowlet::{Filler, Fixed, Model, Sampler, SamplerError, Solver, noise};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::fills::random_filled;
use crate::models::Draw;
use crate::oracle::{dense, moved, saturate, shift_rounded, velocity_of};

/// A row to fill in: standardised values of known dimensions, then of conditions.
struct Row<'a> {
    model: &'a QuantisedModel,
    fill: &'a QuantisedFill,
    known: Vec<Option<i128>>,
    conditions: Vec<i128>,
    class: usize,
    solver: Solver,
}

impl Row<'_> {
    fn dim(&self) -> usize {
        self.model.columns.len()
    }

    /// Returns the query with the known dimensions.
    fn query(&self) -> Option<&QuantisedQuery> {
        let known: Vec<bool> = self.known.iter().map(Option::is_some).collect();
        self.fill.queries.iter().find(|query| query.known == known)
    }

    /// Returns the times of all steps, and the end.
    fn times(&self) -> Vec<i128> {
        let of_query = self.query().map(|query| &query.times);
        match of_query.filter(|times| !times.is_empty()) {
            Some(times) => times.iter().map(|&t| t.into()).chain([32_768]).collect(),
            None => {
                let steps = i128::from(self.model.steps);
                (0..=steps).map(|k| (k << 15) / steps).collect()
            }
        }
    }

    /// Returns the extra biases of the first layer.
    fn extra(&self) -> Vec<i128> {
        let Some(layer) = &self.fill.layer else {
            return Vec::new();
        };
        let gain = self.query().is_some_and(|query| !query.gains.is_empty());
        let mask = |x: &Option<i128>| i128::from(x.is_some() && !gain) << self.fill.frac;
        let masks = self.known.iter().map(mask).filter(|_| self.fill.masked);
        let input = |&x: &i128| shift_rounded(x, 26 - u32::from(self.fill.frac));
        let inputs: Vec<i128> = masks.chain(self.conditions.iter().map(input)).collect();
        dense(layer, &inputs, |_| 0)
    }

    fn velocity(&self, state: &[i128], time: i128, end: Option<i128>) -> Vec<i128> {
        velocity_of(self.model, state, time, end, self.class, &self.extra())
    }

    /// Returns the state with known values in their places.
    fn held(&self, mut state: Vec<i128>) -> Vec<i128> {
        for (x, known) in state.iter_mut().zip(&self.known) {
            *x = known.unwrap_or(*x);
        }
        state
    }

    /// Returns the state at t = 1 for this noise.
    fn filled(&self, noise: &[i128]) -> Vec<i128> {
        let query = self.query();
        let is_given = self.known.iter().any(Option::is_some) || !self.fill.conditions.is_empty();
        let spread = match query {
            Some(query) => query.spread,
            None if is_given => self.fill.spread,
            None => 1 << 14,
        };
        let scaled = |&z: &i128| limited(shift_rounded(z * i128::from(spread), 14));
        let mut state: Vec<i128> = noise.iter().map(scaled).collect();
        let gains = query.filter(|query| !query.gains.is_empty());
        if gains.is_none() {
            state = self.held(state);
        }
        for (step, pair) in self.times().windows(2).enumerate() {
            state = match gains {
                Some(query) => self.steered(query, step, &state, pair[0], pair[1]),
                None => self.moved(&state, pair[0], pair[1]),
            };
        }
        state
    }

    /// Returns the state after a step with the model's solver.
    fn moved(&self, state: &[i128], time: i128, end: i128) -> Vec<i128> {
        let dt = end - time;
        let over = (self.solver == Solver::ExponentialEuler).then_some(end);
        let first = self.velocity(state, time, over);
        self.held(match self.solver {
            Solver::Euler | Solver::ExponentialEuler => moved(state, &[(&first, dt)]),
            Solver::Midpoint => {
                let there = self.held(moved(state, &[(&first, dt / 2)]));
                let second = self.velocity(&there, time + dt / 2, None);
                moved(&there, &[(&first, -(dt / 2)), (&second, dt)])
            }
            Solver::Heun => {
                let there = self.held(moved(state, &[(&first, dt)]));
                let second = self.velocity(&there, end, None);
                moved(&there, &[(&first, -(dt / 2)), (&second, dt / 2)])
            }
        })
    }

    /// Returns the state after a step with a gain.
    fn steered(
        &self,
        query: &QuantisedQuery,
        step: usize,
        state: &[i128],
        time: i128,
        end: i128,
    ) -> Vec<i128> {
        let (dt, rest) = (end - time, 32_768 - time);
        let v = self.velocity(state, time, None);
        let share = (dt << 15) / rest;
        let known = (0..self.dim()).filter_map(|j| Some((j, self.known[j]?)));
        let residual = |(j, y): (usize, i128)| {
            let exact = (y - state[j]) - rest * v[j];
            shift_rounded(limited(exact), 26 - u32::from(query.frac))
        };
        let residuals: Vec<i128> = known.map(residual).collect();
        let unknown: Vec<usize> = (0..self.dim())
            .filter(|&j| self.known[j].is_none())
            .collect();
        let corrected = dense(&query.gains[step], &residuals, |row| v[unknown[row]]);
        let mut velocity = v.clone();
        for (&j, &v) in unknown.iter().zip(&corrected) {
            velocity[j] = saturate(v);
        }
        let mut next = moved(state, &[(&velocity, dt)]);
        for (j, x) in next.iter_mut().enumerate() {
            if let Some(y) = self.known[j] {
                let part = |x: i128, share: i128| shift_rounded(x * (share << 11), 26);
                *x = limited(part(state[j], 32_768 - share) + part(y, share));
            }
        }
        next
    }

    /// Returns the prediction.
    fn predicted(&self) -> Vec<i128> {
        let state = vec![0; self.dim()];
        match self.query().filter(|query| !query.gains.is_empty()) {
            Some(query) => self.steered(query, 0, &state, 0, 32_768),
            None => {
                let state = self.held(state);
                let v = self.velocity(&state, 0, None);
                self.held(moved(&state, &[(&v, 32_768)]))
            }
        }
    }
}

fn limited(x: i128) -> i128 {
    x.clamp(-(1 << 30), (1 << 30) - 1)
}

/// Returns values for some dimensions: those of a query, or any if the model is masked.
fn random_known(fill: &QuantisedFill, dim: usize, draw: &mut Draw) -> Vec<bool> {
    let queries = &fill.queries;
    match draw.within(0, 3) {
        0 => vec![false; dim],
        1 if fill.masked => (0..dim).map(|_| draw.within(0, 1) == 1).collect(),
        _ if queries.is_empty() => vec![false; dim],
        _ => queries[draw.within(0, queries.len() as i64 - 1) as usize]
            .known
            .clone(),
    }
}

#[test]
fn fillers_give_the_bits_of_the_oracle() {
    let mut draw = Draw::new(11);
    let (mut steered, mut masked, mut conditioned, mut predicted, mut free) = (0, 0, 0, 0, 0);
    for seed in 0..500 {
        let (mut quantised, fill) = random_filled(&mut draw);
        quantised.solver = Solver::ALL[draw.within(0, 3) as usize];
        let bytes = quantised.encode().expect("the section keeps the bounds");
        let model = Model::parse(&bytes).expect("a valid file");
        let mut filler = Filler::<32, 32>::new(model).expect("a valid section");
        let dim = quantised.columns.len();
        let known = random_known(&fill, dim, &mut draw);
        // Without a class, a row given something is one of all data if there is a null class.
        let is_given = known.contains(&true) || !fill.conditions.is_empty();
        let is_free = is_given && model.header().null_class != 0 && draw.within(0, 1) == 0;
        let class = match model.classes() {
            classes if classes > 0 && !is_free => {
                Some(draw.within(0, i64::from(classes) - 1) as u16)
            }
            _ => None,
        };
        filler.set_class(class).expect("the class exists");
        let conditions = fill.conditions.iter().map(|condition| condition.column);
        let columns: Vec<_> = quantised
            .columns
            .iter()
            .copied()
            .chain(conditions)
            .collect();
        // Some rows have values beyond 8 standard deviations, which count as those.
        let reach = 1 << if draw.within(0, 3) == 0 { 30 } else { 28 };
        let row: Vec<Fixed> = columns
            .iter()
            .map(|column| Fixed {
                raw: column.decode(draw.within(-reach, reach) as i32),
                frac: column.frac,
            })
            .collect();
        for index in (0..dim)
            .filter(|&index| known[index])
            .chain(dim..columns.len())
        {
            filler
                .know(index, row[index])
                .expect("a number starts there");
        }
        // Conditions are standardised like the columns of a model.
        let wide = flowlet::encode::QuantisedModel {
            columns: columns.clone(),
            ..quantised.clone()
        };
        let x = |index: usize| standardised(&wide, index, &row);
        let row_of = Row {
            model: &quantised,
            fill: &fill,
            known: (0..dim)
                .map(|index| known[index].then(|| x(index)))
                .collect(),
            conditions: (dim..columns.len()).map(x).collect(),
            class: class.unwrap_or(model.classes()).into(),
            solver: quantised.solver,
        };
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        let mut same = rng.clone();
        if is_free {
            same.next_u32(); // a class, which is not used
        }
        let sample = filler.sample(&mut rng).expect("a query or masks");
        assert_eq!(sample.class(), class, "seed {seed}");
        let noise: Vec<i128> = (0..dim)
            .map(|_| noise::normal(same.next_u32()).into())
            .collect();
        let expected: Vec<i32> = row_of.filled(&noise).iter().map(|&x| x as i32).collect();
        assert_eq!(sample.standardised(), expected, "seed {seed}: {fill:?}");
        for index in (0..dim).filter(|&index| known[index]) {
            assert_eq!(sample.fixed(index), Some(row[index]), "seed {seed}");
        }
        match row_of.query().is_some_and(|query| !query.gains.is_empty()) {
            true => steered += 1,
            false => masked += usize::from(known.contains(&true)),
        }
        conditioned += usize::from(!fill.conditions.is_empty());
        free += usize::from(is_free && !known.contains(&true));
        match filler.predict() {
            Ok(sample) => {
                let expected: Vec<i32> = row_of.predicted().iter().map(|&x| x as i32).collect();
                assert_eq!(sample.standardised(), expected, "seed {seed}: prediction");
                predicted += 1;
            }
            Err(error) => assert_eq!((error, fill.predicts), (SamplerError::NotPredicting, false)),
        }
    }
    let all = [steered, masked, conditioned, predicted];
    assert!(all.iter().all(|&cases| cases > 50), "{all:?}");
    assert!(free > 5, "{free} rows given only conditions");
}

/// Returns the standardised value of a column of `model`, whose columns may be more than its state,
/// as a known value.
fn standardised(model: &QuantisedModel, index: usize, row: &[Fixed]) -> i128 {
    let mut one = crate::models::random_model(&one_column(), &mut Draw::new(1));
    one.columns = vec![model.columns[index]];
    let bytes = one.encode().expect("a column of a valid model");
    let model = Model::parse(&bytes).expect("a valid file");
    let x = model.standardise(&row[index..=index], 0);
    let x: i128 = x.expect("the column exists").x.into();
    x.clamp(-8 << 26, 8 << 26)
}

fn one_column() -> crate::models::Shape {
    crate::models::Shape {
        dim: 1,
        hidden: vec![1],
        classes: 0,
        null_class: false,
        per_class_drift: false,
        table: false,
    }
}

/// Without known columns, a row is a sample of the model.
#[test]
fn rows_without_known_columns_are_samples() {
    let mut draw = Draw::new(12);
    for seed in 0..60 {
        let (mut quantised, mut fill) = random_filled(&mut draw);
        fill.conditions.clear();
        if !fill.masked {
            fill.layer = None;
        } else if let Some(layer) = &mut fill.layer {
            let (rows, dim) = (layer.scales.len(), quantised.columns.len());
            let inputs = layer.weights.len() / rows;
            let rows = layer.weights.chunks(inputs);
            layer.weights = rows.flat_map(|row| row[..dim].to_vec()).collect();
        }
        crate::fills::set(&mut quantised, &fill);
        let bytes = quantised.encode().expect("the section keeps the bounds");
        let model = Model::parse(&bytes).expect("a valid file");
        let mut filler = Filler::<32, 32>::new(model).expect("a valid section");
        let mut sampler = Sampler::<32, 32>::new(model).expect("it is large enough");
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        let crc = sampler
            .sample(&mut rng.clone())
            .expect("good words")
            .crc32();
        assert_eq!(filler.sample(&mut rng).expect("good words").crc32(), crc);
    }
}
