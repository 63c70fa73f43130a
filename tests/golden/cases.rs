//! Recorded models and the settings with which they are sampled, score rows and fill in rows, the
//! same on the host and on every board. The results are printed as lines, which must be those of
//! `samples.txt`.

use core::fmt;

use flowlet::{Filler, Fixed, Given, Guidance, Model, Sample, Sampler, SamplerError};
use flowlet::{Scorer, Solver};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// Recorded file.
pub struct File {
    pub name: &'static str,
    pub bytes: &'static [u8],
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(File { name: $name, bytes: flowlet::include_model!(concat!($name, ".flow")) }),*]
    };
}

/// All recorded files.
pub static FILES: [File; 22] = files![
    "v1/linear",
    "v1/trigonometric",
    "v1/constant-sigma",
    "v1/bridge",
    "v1/smooth",
    "v1/lipman",
    "v1/silu",
    "v1/selu",
    "v1/relu",
    "v1/gelu",
    "v1/gelu-tanh",
    "v1/tanh",
    "v1/random-classes",
    "v1/random-guided",
    "v1/random-deep",
    "v1/largest-sum",
    "v1/smallest-sum",
    "v1/circular",
    "v1/latent",
    "v1/score",
    "v1/score-latent",
    "v1/fill",
];

/// Settings of a sampler.
#[derive(Clone, Copy)]
struct Settings {
    /// Number of steps and solver; `None` for the recommended ones.
    uniform: Option<(u16, Solver)>,
    class: Option<u16>,
    /// Strength, Q3.12.
    guidance: Option<u16>,
    seed: u64,
}

/// Checksums of a batch of samples.
struct Line {
    name: &'static str,
    settings: Settings,
    samples: usize,
    /// Combined checksums of the states.
    states: u32,
    /// FNV-1a over the values in physical units, in binary and decimal, and the categories.
    values: u32,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        match self.settings.uniform {
            Some((steps, solver)) => write!(f, " steps={steps} solver={}", solver as u8)?,
            None => f.write_str(" steps=file solver=file")?,
        }
        if let Some(class) = self.settings.class {
            write!(f, " class={class}")?;
        }
        if let Some(guidance) = self.settings.guidance {
            write!(f, " guidance={guidance}")?;
        }
        let Self {
            samples,
            states,
            values,
            ..
        } = self;
        write!(
            f,
            " seed={} samples={samples} states={states:08x} values={values:08x}",
            self.settings.seed
        )
    }
}

/// Checksum of the scores of rows.
struct Scores {
    name: &'static str,
    seed: u64,
    /// FNV-1a over scores, tails, classes and contributions.
    scores: u32,
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, seed, scores } = self;
        write!(f, "{name} seed={seed} scores={scores:08x}")
    }
}

/// Checksum of rows that were filled in.
struct Rows {
    name: &'static str,
    seed: u64,
    /// Number of rows.
    rows: u32,
    /// FNV-1a over the states, values and categories.
    values: u32,
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            seed,
            rows,
            values,
        } = self;
        write!(f, "{name} seed={seed} rows={rows} values={values:08x}")
    }
}

/// Draws from every file with every solver, with and without guidance, scores rows, and passes each
/// line to `print`. Returns `false` if a file is rejected.
pub fn run(mut print: impl FnMut(&dyn fmt::Display)) -> bool {
    FILES
        .iter()
        .enumerate()
        .all(|(number, file)| each(file, number as u64, &mut print))
}

/// Draws with the recommended settings and with each solver; if the model can be guided, also with
/// each strength. A model with conditions scores no rows.
fn each(file: &'static File, number: u64, print: &mut dyn FnMut(&dyn fmt::Display)) -> bool {
    let Ok(model) = Model::parse(file.bytes) else {
        return false;
    };
    let strengths = [None, Some(0), Some(7000), Some(32_767)];
    let strengths = if model.header().null_class == 1 {
        &strengths[..]
    } else {
        &strengths[..1]
    };
    let mut seed = 100 * number;
    for &guidance in strengths {
        let solvers = Solver::ALL.map(|solver| Some((5, solver)));
        for uniform in [None].into_iter().chain(solvers) {
            seed += 1;
            // Every fourth time the class is drawn.
            let class = (model.classes() > 0 && !seed.is_multiple_of(4))
                .then(|| seed as u16 % model.classes());
            let settings = Settings {
                uniform,
                class,
                guidance,
                seed,
            };
            // A batch of three, or one sample of a wide model, because the smallest board has
            // little memory.
            let line = if model.width() <= 40 {
                line::<20, 40, 3>(file.name, &model, settings)
            } else {
                line::<2, 520, 1>(file.name, &model, settings)
            };
            match line {
                Some(line) => print(&line),
                None => return false,
            }
        }
    }
    if !model.has_conditions() {
        let scores = if model.width() <= 40 {
            scores::<20, 40>(file.name, &model, seed)
        } else {
            scores::<2, 520>(file.name, &model, seed)
        };
        match scores {
            Some(scores) => print(&scores),
            None => return false,
        }
    }
    match model.fill() {
        Ok(None) => true,
        Ok(Some(_)) => match rows(file.name, &model, seed) {
            Some(rows) => {
                print(&rows);
                true
            }
            None => false,
        },
        Err(_) => false,
    }
}

/// Fills in rows of which the known columns are those of each query, or some of a masked model, and
/// predicts each if it can.
#[inline(never)]
fn rows(name: &'static str, model: &Model<'_>, seed: u64) -> Option<Rows> {
    let mut filler = Filler::<20, 40>::new(*model).ok()?;
    let (fill, dim) = (*filler.fill(), model.dim());
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let (mut rows, mut hash) = (0, 0x811c_9dc5);
    let masked = if fill.record().masked { 3 } else { 0 };
    for set in 0..masked + usize::from(fill.record().queries) {
        let query = set
            .checked_sub(masked)
            .and_then(|at| fill.queries().nth(at));
        filler.forget();
        for index in 0..fill.dims() {
            let is_known = match query {
                _ if index >= dim => true,
                Some(query) => query.knows(index),
                None => set >> (index & 1) & 1 == 1,
            };
            // A category column has at least two categories. Dimensions within columns are skipped.
            if is_known {
                match filler.know(index, (set & 1) as i32) {
                    Ok(()) | Err(SamplerError::Column(_)) => {}
                    // A 1 does not fit every column.
                    Err(SamplerError::Value(_)) => filler.know(index, 0).ok()?,
                    Err(_) => return None,
                }
            }
        }
        // The first time the class is drawn.
        let class = (model.classes() > 0 && set > 0).then(|| set as u16 % model.classes());
        filler.set_class(class).ok()?;
        let row = filler.sample(&mut rng).ok()?;
        hash = add(values(hash, &row)?, row.crc32());
        if fill.record().predicts && class.is_some() == (model.classes() > 0) {
            let row = filler.predict().ok()?;
            hash = add(values(hash, &row)?, row.crc32());
        }
        rows += 1;
    }
    let values = hash;
    Some(Rows {
        name,
        seed,
        rows,
        values,
    })
}

/// Scores a sample, and twice the row of a sample with one value changed, with a class and without.
#[inline(never)]
fn scores<const DIM: usize, const WIDTH: usize>(
    name: &'static str,
    model: &Model<'_>,
    seed: u64,
) -> Option<Scores> {
    let mut row = [Fixed { raw: 0, frac: 0 }; DIM];
    let mut sampler = Sampler::<DIM, WIDTH>::new(*model).ok()?;
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let sample = sampler.sample(&mut rng).ok()?;
    for (index, value) in row.iter_mut().enumerate().take(model.dim()) {
        *value = sample.fixed(index)?;
    }
    let mut scorer = Scorer::<DIM, WIDTH>::new(*model).ok()?;
    let mut hash = 0x811c_9dc5;
    for change in 0..3u16 {
        if let Some(value) = row.get_mut(usize::from(change) % model.dim().max(1)) {
            value.raw = value.raw.wrapping_add(i32::from(change) << 20);
        }
        let class = (model.classes() > 0 && change < 2).then(|| change % model.classes());
        scorer.set_class(class).ok()?;
        let score = scorer.score(&row);
        let words = [
            score.value() as u32,
            score.p_value().map_or(1 << 16, u32::from),
            score.lower_tail().map_or(1 << 16, u32::from),
            score.class().map_or(1 << 16, u32::from),
            score.out_of_range().into(),
        ];
        hash = words.into_iter().fold(hash, add);
        for (index, size) in score.contributions() {
            hash = add(add(hash, index as u32), size.into());
        }
    }
    Some(Scores {
        name,
        seed,
        scores: hash,
    })
}

/// Adds a word to a hash, FNV-1a.
fn add(hash: u32, word: u32) -> u32 {
    (hash ^ word).wrapping_mul(0x0100_0193)
}

#[inline(never)]
fn line<const DIM: usize, const WIDTH: usize, const BATCH: usize>(
    name: &'static str,
    model: &Model<'_>,
    settings: Settings,
) -> Option<Line> {
    let mut sampler = Sampler::<DIM, WIDTH, BATCH>::new(*model).ok()?;
    if let Some((steps, solver)) = settings.uniform {
        sampler.set_steps(steps).ok()?;
        sampler.set_solver(solver);
    }
    sampler.set_class(settings.class).ok()?;
    let strength = settings.guidance.and_then(Guidance::from_bits);
    sampler.set_guidance(strength).ok()?;
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(settings.seed);
    let mut line = Line {
        name,
        settings,
        samples: 0,
        states: 0,
        values: 0x811c_9dc5,
    };
    for sample in sampler.sample_batch(&mut rng).ok()? {
        line.samples += 1;
        line.states = line.states.rotate_left(1) ^ sample.crc32();
        line.values = values(line.values, &sample)?;
    }
    Some(line)
}

/// Adds the values and categories of a sample to `hash`.
fn values<G: Given>(hash: u32, sample: &Sample<'_, G>) -> Option<u32> {
    let mut hash = add(hash, sample.class().map_or(0, |class| 1 + u32::from(class)));
    for index in 0..sample.standardised().len() {
        let fixed = sample.fixed(index)?;
        hash = add(add(hash, fixed.raw as u32), fixed.frac as u32);
        if let Some(decimal) = sample.decimal(index) {
            hash = add(add(hash, decimal.digits as u32), decimal.decimals.into());
        }
        hash = add(
            hash,
            sample
                .category(index)
                .map_or(0, |category| 1 + u32::from(category)),
        );
    }
    Some(hash)
}
