//! The Rust snippets of the documents, compiled: a function below contains the lines of each. The
//! programs that a page shows parts of are compiled by the tests of boards.

use std::cell::RefCell;
use std::error::Error;
use std::sync::Mutex; // firmware takes that of `critical_section`

use flowlet::Value;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::markdown::documents;
use super::tree::assert_none;

#[rustfmt::skip]
flowlet::model!(mod beats = "../../../../firmware-examples/models/heartbeat.flow");
#[rustfmt::skip]
flowlet::model!(mod digits = "../../../../firmware-examples/models/digits.flow");
#[rustfmt::skip]
flowlet::model!(mod room = "../../../../firmware-examples/models/moons-fill.flow");
#[rustfmt::skip]
flowlet::model!(mod cart = "../../../../firmware-examples/models/policy.flow");
#[rustfmt::skip]
flowlet::model!(mod motion = "../../../../tests/golden/v1/random-guided.flow"); // has a null class

const HALF: flowlet::Time = flowlet::Time::new(1, 2).unwrap();
static TIMES: [flowlet::Time; 3] = [flowlet::Time::ZERO, HALF, flowlet::Time::ONE];
const STRENGTH: flowlet::Guidance = flowlet::Guidance::new(3, 2).unwrap();

type Done = Result<(), Box<dyn Error>>;

fn generator() -> Xoshiro128PlusPlus {
    Xoshiro128PlusPlus::seed_from_u64(1)
}

/// README's function.
fn draw(rng: &mut impl flowlet::rand_core::Rng) -> Result<(), flowlet::Error> {
    let mut sampler = beats::sampler();
    let beat = sampler.sample(rng)?;
    for millivolts in beat.values() {
        assert!(millivolts.is_finite());
    }
    Ok(())
}

#[test]
fn a_sampler() -> Done {
    draw(&mut generator())?;
    let mut rng = generator();
    let mut sampler = beats::sampler();

    let beat = sampler.sample(&mut rng)?;
    let first = beat.values().next();
    let fixed = beat.fixed(0);
    let text = beat.decimal(0);
    assert_eq!(first, fixed.map(flowlet::Fixed::to_f32));
    assert_eq!(text.map(|text| text.decimals), Some(4));

    let fixed = fixed.ok_or("a value")?;
    let millionths = fixed.rescale(20);
    let nearest = fixed.rescale_saturating(20);
    assert_eq!(millionths, Some(nearest));
    assert!(play(&beat).is_some());
    assert!(beat.to_range(0, 0..=4095).is_some());

    sampler.begin(&mut rng)?;
    while sampler.step() > 0 {
        // other work
    }
    let beat = sampler.finished();
    assert!(beat.is_some());

    sampler.set_steps(8)?;
    sampler.set_time_grid(&TIMES)?;
    sampler.set_solver(flowlet::Solver::Heun);
    Ok(())
}

#[test]
fn a_scorer() -> Done {
    fn show_place(largest: Option<(usize, u16)>) {
        assert!(largest.is_some_and(|(dimension, _)| dimension < 64));
    }
    let measured = [0.5f32; 64];
    let mut scorer = beats::scorer()?;
    let score = scorer.score(&measured);
    show_place(score.contributions().next());
    if score.p_value().is_some_and(|p| p < 656) {
        show_place(score.contributions().next());
    }
    Ok(())
}

#[test]
fn a_filler() -> Done {
    let mut rng = generator();
    let mut filler = room::filler()?;
    filler.know(0, 7)?;
    let row = filler.sample(&mut rng)?;
    assert_eq!(row.fixed(0).map(flowlet::Fixed::to_f32), Some(7.0));
    let mean = filler.predict()?.fixed(1);
    assert!(mean.is_some());
    filler.forget();

    let observed = [0.5, -1.0, 2.0, -4.0, 0.25, 0.5];
    let mut policy = cart::filler()?;
    for (index, value) in observed.into_iter().enumerate() {
        policy.know(cart::SIZE.dim + index, value)?;
    }
    let pushes = policy.sample(&mut rng)?;
    assert_eq!(pushes.values().count(), cart::SIZE.dim);
    Ok(())
}

fn play(beat: &flowlet::Sample<'_>) -> Option<()> {
    fn set_dac(code: i32) {
        assert!((0..=4095).contains(&code));
    }
    let (low, high) = beats::model().limits(0..64)?;
    for index in 0..64 {
        set_dac(beat.fixed(index)?.to_range(low, high, 0..=4095));
    }
    Some(())
}

#[test]
fn columns() -> Done {
    fn show_number(name: &str, fixed: flowlet::Fixed) {
        assert!(!name.is_empty() && fixed.to_f32().is_finite());
    }
    fn show_decimal(name: &str, decimal: flowlet::Decimal) {
        assert!(!name.is_empty() && decimal.to_f32().is_finite());
    }
    fn show_count(name: &str, count: i64) {
        assert!(!name.is_empty() && count < 1 << 40);
    }
    fn show_text(name: &str, text: &str) {
        assert!(!name.is_empty() && !text.is_empty());
    }
    let mut sampler = beats::sampler();
    let row = sampler.sample(&mut generator())?;
    if let Some(price) = row.decimal(0) {
        show_text("price", price.text(&mut [0; 12]));
        let cents: i32 = price.digits;
        assert_ne!(cents, i32::MIN);
    }
    for column in row.columns() {
        match column.value {
            Value::Real(fixed) => show_number(column.name, fixed),
            Value::Decimal(decimal) => show_decimal(column.name, decimal),
            Value::Integer(count) => show_count(column.name, count),
            Value::Category { name, .. } => show_text(column.name, name),
        }
    }
    Ok(())
}

/// A sampler in a `static`.
#[test]
fn statics() -> Done {
    static SHARED: Mutex<RefCell<beats::Sampler>> = Mutex::new(RefCell::new(beats::sampler()));

    fn assert_send_and_sync<T: Send + Sync>(_: &T) {}
    assert_send_and_sync(&beats::sampler());
    assert_send_and_sync(&beats::model());
    assert_send_and_sync(&SHARED);
    Ok(())
}

#[test]
fn a_slot() -> Done {
    let mut slot = beats::BYTES.to_vec();
    slot.resize(32768, 0xff);
    let slot: &[u8] = &slot;
    let model = flowlet::Model::from_slot(slot)?;
    let mut sampler = flowlet::Sampler::<64, 96>::new(model)?;
    sampler.sample(&mut generator())?;

    const SIZE: flowlet::ModelSize = beats::SIZE;
    let mut sampler = flowlet::Sampler::<{ SIZE.dim }, { SIZE.width }>::new(model)?;
    sampler.sample(&mut generator())?;
    Ok(())
}

#[test]
fn a_batch() -> Done {
    let mut rng = generator();
    let mut sampler: beats::Sampler<3> = beats::Sampler::new(beats::model())?;
    let batch = sampler.sample_batch(&mut rng)?;
    assert_eq!(batch.len(), 3);
    Ok(())
}

#[test]
fn classes() -> Done {
    let mut sampler = digits::sampler();
    sampler.set_class(Some(3))?;

    let mut sampler: motion::Sampler<2> = motion::Sampler::new(motion::model())?;
    sampler.set_guidance(Some(STRENGTH))?;
    sampler.sample(&mut generator())?;
    Ok(())
}

#[test]
fn random_numbers() -> Done {
    let mut sampler = beats::sampler();
    let (seed, unique_id, starts) = ([1; 16], 1, 2_u32);

    let mut rng = Xoshiro128PlusPlus::from_seed(seed);
    let beat = sampler.sample(&mut rng)?;
    assert_eq!(beat.values().count(), beats::SIZE.dim);

    let mut rng = Xoshiro128PlusPlus::seed_from_u64(unique_id ^ u64::from(starts) << 32);
    let mut opposite = flowlet::noise::Antithetic(rng.clone());
    let beat = sampler.sample(&mut rng)?.values().next();
    let mirrored = sampler.sample(&mut opposite)?.values().next();
    assert_ne!(beat, mirrored);
    Ok(())
}

/// The trait of rand_core 0.6 and 0.9, and a HAL's generator that implements it.
mod rand_core_06 {
    use flowlet::rand_core::Rng;
    use rand_xoshiro::Xoshiro128PlusPlus;

    pub trait RngCore {
        fn next_u32(&mut self) -> u32;
    }

    pub struct HalRng(pub Xoshiro128PlusPlus);

    impl RngCore for HalRng {
        fn next_u32(&mut self) -> u32 {
            self.0.next_u32()
        }
    }
}

#[test]
fn a_generator_of_a_hal() -> Done {
    use rand_core_06::RngCore;
    let mut sampler = beats::sampler();
    let mut hal_rng = rand_core_06::HalRng(generator());
    let beat = sampler.sample(&mut flowlet::noise::from_fn(|| hal_rng.next_u32()))?;
    assert_eq!(beat.values().count(), beats::SIZE.dim);
    Ok(())
}

#[test]
#[expect(unsafe_code, reason = "the section of a static")]
fn weights_in_ram() -> Done {
    #[repr(C, align(16))]
    struct Aligned<B>(B);
    #[rustfmt::skip]
    const FILE: &[u8] = include_bytes!("../../../../firmware-examples/models/heartbeat.flow");
    #[unsafe(link_section = ".data.model")]
    #[rustfmt::skip]
    static IN_RAM: Aligned<[u8; FILE.len()]> = Aligned(*include_bytes!("../../../../firmware-examples/models/heartbeat.flow"));
    let model = flowlet::Model::parse(&IN_RAM.0)?;
    assert_eq!(model.dim(), beats::SIZE.dim);
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
    let path = code
        .split_once(".flow\"")
        .and_then(|_| code.split_once('"'));
    path.map_or(code, |(before, _)| before)
        .split_whitespace()
        .collect()
}

#[test]
fn snippets_are_compiled() {
    let sources = [
        include_str!("snippets.rs"),
        include_str!("../../../../firmware-examples/boards/interrupts/src/bin/embassy.rs"),
        include_str!("../../../../firmware-examples/boards/interrupts/src/bin/interrupt.rs"),
        include_str!("../../../../firmware-examples/boards/interrupts/src/bin/rtic.rs"),
    ];
    let compiled: Vec<String> = sources
        .iter()
        .flat_map(|source| source.lines())
        .map(plain)
        .filter(|line| !line.is_empty())
        .collect();
    let (mut faults, mut count) = (Vec::new(), 0);
    for document in documents() {
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
    assert!(count > 20, "{count}");
    assert_none(&faults);
}
