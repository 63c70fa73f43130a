//! Recorded models and every way to sample from them, the same on the host and on every board: what
//! is drawn is said in lines of text, which are to be those of `samples.txt`.

use core::fmt;

use flowlet::{Model, Sample, Sampler, Solver};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// A recorded file.
pub struct File {
    pub name: &'static str,
    pub bytes: &'static [u8],
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(File { name: $name, bytes: flowlet::include_model!(concat!($name, ".flow")) }),*]
    };
}

/// Every file of every version.
pub static FILES: [File; 17] = files![
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
];

/// How samples are drawn.
#[derive(Clone, Copy)]
struct How {
    /// Equal steps and their solver; `None` for the file's own.
    equal: Option<(u16, Solver)>,
    class: Option<u16>,
    /// Q3.12.
    guidance: Option<u16>,
    seed: u64,
}

/// Samples that were drawn.
pub struct Line {
    name: &'static str,
    how: How,
    samples: usize,
    /// Checksums of the states, one after the other.
    states: u32,
    /// Of the values in physical units and of the categories: FNV-1a over words.
    values: u32,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        match self.how.equal {
            Some((steps, solver)) => write!(f, " steps={steps} solver={}", solver as u8)?,
            None => f.write_str(" steps=file solver=file")?,
        }
        if let Some(class) = self.how.class {
            write!(f, " class={class}")?;
        }
        if let Some(guidance) = self.how.guidance {
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
            self.how.seed
        )
    }
}

/// Draws from every file by every solver, guided where it can be; says a line for each. `false`
/// where one is refused.
pub fn run(mut say: impl FnMut(&Line)) -> bool {
    FILES
        .iter()
        .enumerate()
        .all(|(number, file)| each(file, number as u64, &mut say))
}

/// A file's own way, the four solvers, and where it can be guided all that again.
fn each(file: &'static File, number: u64, say: &mut dyn FnMut(&Line)) -> bool {
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
        for equal in [None].into_iter().chain(solvers) {
            seed += 1;
            // Every fourth time it is drawn.
            let class = (model.classes() > 0 && !seed.is_multiple_of(4))
                .then(|| seed as u16 % model.classes());
            let how = How {
                equal,
                class,
                guidance,
                seed,
            };
            // Three at once, or where they are wide one, for that is the memory of the smallest
            // board.
            let line = if model.width() <= 40 {
                line::<20, 40, 3>(file.name, &model, how)
            } else {
                line::<2, 520, 1>(file.name, &model, how)
            };
            match line {
                Some(line) => say(&line),
                None => return false,
            }
        }
    }
    true
}

#[inline(never)]
fn line<const DIM: usize, const WIDTH: usize, const LANES: usize>(
    name: &'static str,
    model: &Model<'_>,
    how: How,
) -> Option<Line> {
    let mut sampler = Sampler::<DIM, WIDTH, LANES>::new(model).ok()?;
    if let Some((steps, solver)) = how.equal {
        sampler.set_steps(steps).ok()?;
        sampler.set_solver(solver);
    }
    sampler.set_class(how.class).ok()?;
    sampler.set_guidance(how.guidance).ok()?;
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(how.seed);
    let mut line = Line {
        name,
        how,
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

/// `hash`, and what the sample has in physical units.
fn values(hash: u32, sample: &Sample<'_>) -> Option<u32> {
    let add = |hash: u32, word: u32| (hash ^ word).wrapping_mul(0x0100_0193);
    let mut hash = add(hash, sample.class().map_or(0, |class| 1 + u32::from(class)));
    for index in 0..sample.standardised().len() {
        let fixed = sample.fixed(index)?;
        hash = add(add(hash, fixed.raw as u32), fixed.frac as u32);
        hash = add(
            hash,
            sample
                .category(index)
                .map_or(0, |category| 1 + u32::from(category)),
        );
    }
    Some(hash)
}
