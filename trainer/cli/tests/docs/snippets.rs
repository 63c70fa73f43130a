//! The Rust snippets of the documents, compiled: a function below contains the lines of each.

use std::error::Error;

use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::markdown::documents;
use super::tree::assert_none;

/// Documents whose Rust blocks are repeated here.
const PAGES: [&str; 5] = [
    "README.md",
    "trainer/docs/first.md",
    "trainer/docs/firmware.md",
    "trainer/docs/update.md",
    "trainer/docs/time.md",
];

#[rustfmt::skip]
static BEATS: &[u8] = flowlet::include_model!("../../../../firmware-examples/models/heartbeat.flow");
const SIZE: flowlet::ModelSize = flowlet::ModelSize::of(BEATS).expect("a flowlet model");

type Done = Result<(), Box<dyn Error>>;

fn generator() -> Xoshiro128PlusPlus {
    Xoshiro128PlusPlus::seed_from_u64(1)
}

#[test]
fn a_sampler() -> Done {
    let mut rng = generator();
    let model = flowlet::Model::parse(BEATS)?;
    let mut sampler = flowlet::Sampler::<{ SIZE.dim }, { SIZE.width }>::new(model)?;
    let beat = sampler.sample(&mut rng)?;
    for millivolts in beat.values() {
        assert!(millivolts.is_finite());
    }

    let beat = sampler.sample(&mut rng)?;
    let first = beat.values().next();
    let fixed = beat.fixed(0);
    assert_eq!(first, fixed.map(flowlet::Fixed::to_f32));

    sampler.begin(&mut rng)?;
    while sampler.step() > 0 {
        // other work
    }
    if let Some(beat) = sampler.finished() {
        assert_eq!(beat.values().count(), SIZE.dim);
    }

    sampler.set_steps(8)?;
    sampler.set_time_grid(&[0, 8192, 16384, 32768])?;
    sampler.set_solver(flowlet::Solver::Heun);
    Ok(())
}

#[test]
fn an_older_generator() -> Done {
    struct Trng(u32);
    impl Trng {
        fn next_u32(&mut self) -> u32 {
            self.0 += 1;
            self.0
        }
    }
    let mut trng = Trng(0);
    let model = flowlet::Model::parse(BEATS)?;
    let mut sampler = flowlet::Sampler::<{ SIZE.dim }, { SIZE.width }>::new(model)?;
    let mut noise = flowlet::noise::from_fn(|| trng.next_u32());
    let beat = sampler.sample(&mut noise)?;
    assert_eq!(beat.values().count(), SIZE.dim);
    Ok(())
}

#[test]
fn a_batch() -> Done {
    let mut rng = generator();
    let model = flowlet::Model::parse(BEATS)?;
    let mut sampler = flowlet::Sampler::<{ SIZE.dim }, { SIZE.width }, 3>::new(model)?;
    let batch = sampler.sample_batch(&mut rng)?;
    assert_eq!(batch.len(), 3);
    Ok(())
}

#[test]
fn a_slot() -> Done {
    let slot: &'static [u8] = [BEATS, &[0xff; 64]].concat().leak();
    let model = flowlet::Model::from_slot(slot)?;
    let mut sampler = flowlet::Sampler::<{ SIZE.dim }, { SIZE.width }>::new(model)?;
    assert!(sampler.sample(&mut generator()).is_ok());
    Ok(())
}

/// Heartbeats have neither classes nor guidance.
#[test]
fn classes() {
    fn class(model: &flowlet::Model<'_>) -> Done {
        let mut sampler = flowlet::Sampler::<{ SIZE.dim }, { SIZE.width }>::new(*model)?;
        sampler.set_class(Some(3))?;
        Ok(())
    }
    fn guided(model: flowlet::Model<'_>) -> Done {
        let mut sampler = flowlet::Sampler::<{ SIZE.dim }, { SIZE.width }, 2>::new(model)?;
        sampler.set_class(Some(3))?;
        sampler.set_guidance(Some(2 * 4096))?;
        Ok(())
    }
    let model = flowlet::Model::parse(BEATS).expect("a model");
    assert!(class(&model).is_err());
    assert!(guided(model).is_err());
}

#[test]
#[expect(unsafe_code, reason = "the section of a static")]
fn weights_in_ram() -> Done {
    #[repr(C, align(16))]
    struct Aligned<B>(B);
    #[unsafe(link_section = ".data.model")]
    #[rustfmt::skip]
    static IN_RAM: Aligned<[u8; BEATS.len()]> = Aligned(*include_bytes!("../../../../firmware-examples/models/heartbeat.flow"));
    let model = flowlet::Model::parse(&IN_RAM.0)?;
    assert_eq!(model.dim(), SIZE.dim);
    Ok(())
}

/// Training takes too long for a test.
#[expect(dead_code, unused_variables)]
fn training() -> Done {
    use flowlet_trainer::{Seed, Table, Trainer};

    let table = Table::from_csv("beats.csv")?;
    #[rustfmt::skip]
    let trained = Trainer::new(&table).hidden([64; 3]).steps(4).distil().fit()?;
    trained.save("beats.flow")?;
    let rows = trained.model().sample(100, Seed(1))?;
    let evaluation = trained.evaluate()?;
    Ok(())
}

/// Returns a line without comments, spaces, and the path of a model.
fn plain(line: &str) -> String {
    let code = line.split("//").next().unwrap_or_default();
    let code = code.split("/*").next().unwrap_or_default();
    let included = ["include_model!(", "include_bytes!("];
    let path = included.into_iter().find_map(|name| code.split_once(name));
    path.map_or(code, |(before, _)| before)
        .split_whitespace()
        .collect()
}

#[test]
fn snippets_are_compiled() {
    let source = include_str!("snippets.rs");
    let compiled: Vec<String> = source
        .lines()
        .map(plain)
        .filter(|line| !line.is_empty())
        .collect();
    let (mut faults, mut count) = (Vec::new(), 0);
    for document in documents() {
        if !PAGES.contains(&document.name().as_str()) {
            continue;
        }
        for block in document
            .blocks()
            .iter()
            .filter(|block| block.language == "rust")
        {
            count += 1;
            for line in block.lines.iter().filter(|line| !plain(line).is_empty()) {
                if !compiled.contains(&plain(line)) {
                    faults.push(format!("{}: not compiled: {line}", document.name()));
                }
            }
        }
    }
    assert!(count > 6, "{count}");
    assert_none(&faults);
}
