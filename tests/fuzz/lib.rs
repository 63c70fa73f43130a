//! Checks for malformed files, used by the fuzz targets and by the tests that repeat their
//! findings. They panic if the runtime breaks its documented behaviour. The build also checks
//! arithmetic and memory. The values of a model are not checked: any are allowed.

use core::convert::Infallible;

use flowlet::format::{CRC_AT, HEADER_LEN, MAGIC, MAX_CARD, MAX_STEPS, VERSION, checksum};
use flowlet::rand_core::TryRng;
use flowlet::{
    Column, Filler, Fixed, Guidance, Model, Sample, Sampler, SamplerError, Score, Scorer, Solver,
};

/// Bytes before the model that encode the settings of the sampler.
pub const SETTINGS_LEN: usize = 16;
/// Multiply-accumulates from which a run takes too long.
const MAX_MACS: u64 = 1 << 22;

/// Returns `bytes` with the magic, version, length and checksum of a complete file.
pub fn repaired(bytes: &[u8]) -> Vec<u8> {
    let mut file = bytes.to_vec();
    file.resize(file.len().max(HEADER_LEN), 0);
    let length = file.len() as u32;
    file[..4].copy_from_slice(&MAGIC);
    file[8..10].copy_from_slice(&VERSION.to_le_bytes());
    file[16..20].copy_from_slice(&length.to_le_bytes());
    let crc = checksum(&file);
    file[CRC_AT].copy_from_slice(&crc.to_le_bytes());
    file
}

/// Returns the model if `parse` accepts it, after calling its functions.
pub fn read(bytes: &[u8]) -> Option<Model<'_>> {
    let model = Model::parse(bytes)
        .map_err(|error| assert!(!error.to_string().is_empty()))
        .ok()?;
    let header = model.header();
    assert_eq!(header.length as usize, bytes.len());
    assert!((1..=8).contains(&model.hidden().len()));
    assert!(
        model
            .hidden()
            .all(|layer| usize::from(layer.width) <= model.width())
    );
    assert!(model.multiply_accumulates() > 0);
    assert!((1..=8).contains(&model.variances().len()));
    let (times, steps) = (model.time_grid().len(), usize::from(model.steps()));
    assert!(times == 0 || times == steps + 1);
    assert_eq!(model.column_names().count(), model.dim());
    assert_eq!(model.class_names().count(), usize::from(model.classes()));
    assert!(model.card().len() <= MAX_CARD);
    assert_eq!(model.label().is_some(), model.classes() > 0);
    assert_eq!(model.proportions().count(), usize::from(model.classes()));
    assert!((0..model.dim()).all(|index| model.column(index).is_some()));
    assert!(model.column(model.dim()).is_none());
    Some(model)
}

/// Random source that repeats the words of the input and counts them.
struct Words<'a> {
    bytes: &'a [u8],
    drawn: usize,
}

impl Words<'_> {
    /// Returns whether equal words follow each other.
    fn repeats(&self) -> bool {
        let (words, _) = self.bytes.as_chunks::<4>();
        words.windows(2).any(|pair| pair[0] == pair[1]) || words.first() == words.last()
    }
}

impl TryRng for Words<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let word = self.bytes.as_chunks().0;
        let at = self.drawn % word.len().max(1);
        self.drawn += 1;
        Ok(word.get(at).map_or(0, |&word| u32::from_le_bytes(word)))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("a sampler draws words of 32 bits")
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Infallible> {
        unreachable!("a sampler draws words of 32 bits")
    }
}

/// Samples a model. The first bytes are the settings and the random source, the others are the
/// model. Returns whether `parse` accepted it.
pub fn sample(bytes: &[u8]) -> bool {
    let Some((settings, file)) = bytes.split_first_chunk::<SETTINGS_LEN>() else {
        return false;
    };
    let file = repaired(file);
    let Some(model) = read(&file) else {
        return false;
    };
    match Sampler::<48, 48, 3>::new(model) {
        Ok(sampler) => run(sampler, &model, settings),
        Err(error) => assert!(match error {
            SamplerError::Dim { .. } => model.dim() > 48,
            SamplerError::Width { .. } => model.width() > 48,
            _ => false,
        }),
    }
    if let Ok(filler) = Filler::<48, 48>::new(model) {
        fill(filler, settings);
    }
    if let Ok(scorer) = Scorer::<48, 48>::new(model) {
        score(scorer, settings);
    }
    true
}

/// Scores rows of the settings' bytes as floats and as integers.
pub fn score(mut scorer: Scorer<'_, 48, 48>, settings: &[u8; SETTINGS_LEN]) {
    let model = *scorer.model();
    if u64::from(model.multiply_accumulates()) * (u64::from(model.classes()) + 1) >= MAX_MACS {
        return;
    }
    let word = |at: usize| {
        let byte = |next: usize| settings[(at + next) % SETTINGS_LEN];
        u32::from_le_bytes([byte(0), byte(1), byte(2), byte(3)])
    };
    let floats: Vec<f32> = (0..model.dim())
        .map(|at| f32::from_bits(word(at)))
        .collect();
    let integers: Vec<i32> = (0..model.dim())
        .map(|at| word(at) as i32 >> (at % 32))
        .collect();
    let check = |scored: Score<'_>| {
        assert_eq!(scored.p_value().is_some(), scored.lower_tail().is_some());
        assert_eq!(scored.class().is_some(), model.classes() > 0);
        assert_eq!(scored.contributions().count(), model.dim());
    };
    check(scorer.score(&floats));
    check(scorer.score(&integers));
    let class = word(0) as u16;
    assert_eq!(
        scorer.set_class(Some(class)).is_ok(),
        class < model.classes()
    );
    check(scorer.score(&floats));
}

/// Fills in rows with the known columns of each query, with random ones, and with none.
pub fn fill(mut filler: Filler<'_, 48, 48>, settings: &[u8; SETTINGS_LEN]) {
    let (model, section) = (*filler.model(), *filler.fill());
    if u64::from(MAX_STEPS) * u64::from(model.multiply_accumulates()) >= MAX_MACS {
        return;
    }
    let dim = model.dim();
    assert_eq!(section.condition_names().count(), section.dims() - dim);
    let queries = section
        .queries()
        .map(|query| (0..dim).map(|at| query.knows(at)).collect());
    let any = |at: usize| settings[at / 8 % SETTINGS_LEN] >> (at % 8) & 1 == 1;
    let others = [vec![false; dim], (0..dim).map(any).collect()];
    for known in queries.chain(others).collect::<Vec<Vec<bool>>>() {
        filler.forget();
        for index in 0..section.dims() {
            let word = settings[index % SETTINGS_LEN];
            let value = Fixed {
                raw: i32::from(word).wrapping_shl(word.into()),
                frac: word as i8,
            };
            if (index >= dim || known[index])
                && let Err(error) = filler.know(index, value)
            {
                let expected = [
                    SamplerError::Column(index),
                    SamplerError::Category(index),
                    SamplerError::Value(index),
                ];
                assert!(expected.contains(&error), "{error}");
            }
        }
        let mut rng = Words {
            bytes: settings,
            drawn: 0,
        };
        for _ in 0..2 {
            let row = match filler.sample(&mut rng) {
                Ok(row) => row,
                Err(SamplerError::StuckGenerator) => break,
                Err(error) => {
                    let mut expected = [SamplerError::Query, SamplerError::NotPredicting].to_vec();
                    expected.extend((dim..section.dims()).map(SamplerError::Condition));
                    assert!(expected.contains(&error), "{error}");
                    break;
                }
            };
            assert!(
                row.standardised()
                    .iter()
                    .all(|x| x.unsigned_abs() <= 1 << 30)
            );
            assert!(row.values().all(f32::is_finite));
            assert_eq!(row.values().count(), dim);
            assert!((1..=dim).contains(&row.columns().count()));
        }
        if let Ok(row) = filler.predict() {
            assert!(
                row.standardised()
                    .iter()
                    .all(|x| x.unsigned_abs() <= 1 << 30)
            );
        }
    }
}

fn run(mut sampler: Sampler<'_, 48, 48, 3>, model: &Model<'_>, settings: &[u8; SETTINGS_LEN]) {
    let [steps, more, solver, class, guided, strength, ..] = *settings;
    let steps = 1 + u16::from(steps) % MAX_STEPS;
    let is_long = |steps| u64::from(steps) * u64::from(model.multiply_accumulates()) >= MAX_MACS;
    if more & 1 == 1 && !is_long(steps) {
        sampler.set_steps(steps).expect("1 to 256 steps");
        sampler.set_solver(Solver::ALL[usize::from(solver) % Solver::ALL.len()]);
    } else if is_long(model.steps()) {
        sampler.set_steps(1).expect("one step");
    }
    let wanted = (more & 2 == 2).then_some(class.into());
    let has = wanted.is_none_or(|class| class < model.classes());
    assert_eq!(sampler.set_class(wanted).is_ok(), has);
    let strength = u16::from_le_bytes([guided, strength & 0x7f]);
    let strength = Guidance::from_bits(strength).filter(|_| guided & 1 == 1);
    let may = strength.is_none() || model.header().null_class == 1;
    assert_eq!(sampler.set_guidance(strength).is_ok(), may);

    let mut rng = Words {
        bytes: settings,
        drawn: 0,
    };
    if let Err(error) = sampler.begin(&mut rng) {
        assert_eq!(error, SamplerError::StuckGenerator);
        assert!(rng.repeats(), "{error}");
        assert!(sampler.finished().is_none());
        return;
    }
    assert!((1..=MAX_STEPS).contains(&sampler.steps_left()));
    while sampler.steps_left() > 0 {
        assert!(sampler.finished().is_none());
        let before = sampler.steps_left();
        assert_eq!(sampler.step(), before - 1);
        assert_eq!(sampler.steps_left(), before - 1);
    }
    let one = sampler.finished().expect("no step is left");
    assert!(
        one.standardised()
            .iter()
            .all(|x| x.unsigned_abs() <= 1 << 30),
        "a state beyond ±16"
    );
    assert!(one.values().all(f32::is_finite));
    assert_eq!(one.values().count(), model.dim());
    assert!((1..=model.dim()).contains(&one.columns().count()));
    for index in 0..model.dim() {
        check_value(&one, model.column(index).expect("a column"), index);
    }
    let crc = one.crc32();
    let least = model.state_dim();
    let most = least + usize::from(model.classes() > 0);
    assert!(
        rng.drawn >= least && rng.drawn <= most,
        "{} words",
        rng.drawn
    );

    let mut rng = Words {
        bytes: settings,
        drawn: 0,
    };
    let mut batch = match sampler.sample_batch(&mut rng) {
        Ok(batch) => batch,
        Err(error) => return assert!(rng.repeats(), "{error}"),
    };
    assert_eq!(
        batch.next().expect("three samples").crc32(),
        crc,
        "one sample and a batch have the same bits"
    );
    assert!(batch.all(|sample| sample.values().all(f32::is_finite)));
}

/// Checks the value of a dimension.
fn check_value(sample: &Sample<'_>, column: Column, index: usize) {
    let fixed = sample.fixed(index).expect("a value");
    let (low, high) = column.limits();
    assert_eq!(low.frac == fixed.frac, high.frac == fixed.frac);
    if low.frac == fixed.frac {
        assert!((low.raw..=high.raw).contains(&fixed.raw), "{column:?}");
    }
    if let Some(decimal) = sample.decimal(index) {
        let text = decimal.to_string();
        assert_eq!(text, decimal.text(&mut [0; 12]));
        assert_eq!(text.parse(), Ok(decimal.to_f64()));
    }
}
