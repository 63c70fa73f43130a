//! The front door: defaults, choices, and an error instead of a panic for every bad input.

use std::ops::ControlFlow;
use std::time::Duration;

use flowlet::Solver;
use flowlet_trainer::data::Labels;
use flowlet_trainer::{Checkpoint, Coupling, Error, Observer, Path, Progress, Seed, Stop, Table};
use flowlet_trainer::{TimeDensity, Trained, Trainer};

fn table() -> Table {
    let rows: String = (0..40)
        .map(|row| format!("{row},{},{}\n", row % 7, ["a", "b"][row % 2]))
        .collect();
    Table::parse_csv(format!("x,y,kind\n{rows}").as_bytes(), "rows.csv").expect("a table")
}

fn small(table: &Table) -> Trainer<'_> {
    Trainer::new(table).hidden([8; 2]).iterations(20).batch(16)
}

#[test]
fn a_label_taken_by_the_trainer_gives_the_bits_of_one_that_is_read() {
    let plain = table();
    let labelled = plain.with_label("kind").expect("a column");
    let taken = small(&plain).label("kind").fit().expect("a model");
    let read = small(&labelled).fit().expect("a model");
    assert_eq!(taken.bytes(), read.bytes());
    assert_eq!(taken.model().classes(), 2);
    let rows = taken.model().sample(10, Seed(1)).expect("samples");
    assert_eq!(rows.values.dim(), (10, 2));
    assert!(
        taken
            .evaluate()
            .expect("a card")
            .to_string()
            .contains("TSTR")
    );
}

#[test]
fn open_choices_are_made() {
    let table = table();
    let plan = small(&table).steps(4).plan().expect("a plan");
    let chosen = (plan.coupling(), plan.solver());
    assert_eq!(chosen, (Coupling::OptimalTransport, Some(Solver::Euler)));
    let plan = small(&table).steps(9).plan().expect("a plan");
    let chosen = (plan.coupling(), plan.solver());
    assert_eq!(
        chosen,
        (Coupling::Independent, Some(Solver::ExponentialEuler))
    );
    let plan = small(&table).fill().plan().expect("a plan");
    assert_eq!(plan.solver(), None, "it is measured after the training");
    assert_eq!((plan.hidden(), plan.is_chosen()), (&[8, 8][..], false));
    let plan = small(&table).max_size(3000).plan().expect("a plan");
    assert!(plan.is_chosen() && plan.next_exceeds().is_some());
    let second = Duration::from_secs(1);
    let plan = small(&table).budget(second).plan().expect("a plan");
    assert_eq!((plan.iterations(), plan.steps_per_second()), (20, None));
    let open = Trainer::new(&table).hidden([8; 2]).budget(second).plan();
    assert!(open.expect("a plan").steps_per_second().is_some());
}

#[test]
fn bad_settings_are_errors() {
    let table = table();
    let nan = f32::NAN;
    let trainers = [
        small(&table).hidden([]),
        small(&table).hidden([0]),
        small(&table).hidden([1025]),
        small(&table).hidden([8; 9]),
        small(&table).steps(0),
        small(&table).steps(257),
        small(&table).iterations(0),
        small(&table).batch(3),
        small(&table).learning_rate(nan),
        small(&table).ema(1.0),
        small(&table).augment(-1.0),
        small(&table).label_dropout(nan),
        small(&table).validation(0.0),
        small(&table).validation(f64::NAN),
        small(&table).path(Path::Bridge { sigma: nan }),
        small(&table).coupling(Coupling::Schrodinger { sigma: 0.0 }),
        small(&table).time_density(TimeDensity::LogitNormal { scale: nan }),
        small(&table).solver(Solver::Heun).distil(),
        small(&table).label("none"),
        small(&table).max_size(10),
        small(&table).fit_device(|_| Some("it is too large".to_owned())),
    ];
    for (number, trainer) in trainers.into_iter().enumerate() {
        let error = trainer.fit().map(|_| number).expect_err("refused");
        assert!(!error.to_string().contains("--"), "{error}");
    }
}

#[test]
fn bad_tables_are_errors() {
    let good = table().with_label("kind").expect("a column");
    let labels = |change: fn(&mut Labels)| {
        let mut table = good.clone();
        table.labels.as_mut().map(change).expect("a label");
        table
    };
    let with = |change: fn(&mut Table)| {
        let mut table = good.clone();
        change(&mut table);
        table
    };
    let tables = [
        Table::default(),
        good.select(&[0]),
        with(|table| table.columns.truncate(1)),
        with(|table| table.values[[3, 1]] = f64::INFINITY),
        with(|table| table.values.fill(1e38)),
        with(|table| table.categories = vec![1..9; 1]),
        with(|table| table.categories = vec![0..1; 2]),
        labels(|labels| labels.of_row.truncate(3)),
        labels(|labels| labels.of_row[0] = 9),
        labels(|labels| labels.classes[0] = "b".to_owned()),
    ];
    for table in &tables {
        assert!(small(table).fit().is_err(), "{table:?}");
    }
}

/// Interrupts a fit at step 7, or the training of the model without a fold.
#[derive(Default)]
struct Interrupt {
    fold: Option<u32>,
    checkpoint: Option<Checkpoint>,
}

impl Observer for Interrupt {
    fn step(&mut self, now: &Progress, checkpoint: &dyn Fn() -> Checkpoint) -> ControlFlow<Stop> {
        if now.step < 7 || now.fold != self.fold {
            return ControlFlow::Continue(());
        }
        self.checkpoint = Some(checkpoint());
        ControlFlow::Break(Stop::Fit)
    }
}

#[test]
fn a_fit_that_ran_out_of_time_can_be_repeated() {
    let table = table();
    let trainer = || small(&table).reflow(1);
    let hurried = trainer().budget(Duration::from_nanos(1)).fit();
    let hurried = hurried.expect("a model");
    assert_eq!(hurried.stopped_after(), [1, 1]);
    let draws = |trained: &Trained| trained.scores().expect("scores").protocol.draws;
    assert_eq!(draws(&hurried), 1);
    let repeated = trainer().stop_after([1, 1]).fit().expect("a model");
    assert_eq!(repeated.bytes(), hurried.bytes());
    assert_eq!(repeated.stopped_after(), [1, 1]);
    let unhurried = trainer().budget(Duration::from_secs(3600)).fit();
    let unhurried = unhurried.expect("a model");
    assert!(unhurried.stopped_after().is_empty());
    assert_eq!(draws(&unhurried), draws(&repeated));
    assert!(draws(&repeated) > 1);
}

#[test]
fn a_budget_includes_the_time_before_an_interruption() {
    let table = table();
    let hour = Duration::from_secs(3600);
    let mut interrupt = Interrupt::default();
    let plan = small(&table).budget(hour).plan().expect("a plan");
    assert!(plan.fit_observed(&mut interrupt).is_err());
    let checkpoint = interrupt.checkpoint.expect("a checkpoint");
    let resumed = |total| {
        let plan = small(&table).budget(total).plan().expect("a plan");
        let plan = plan.resume(checkpoint.clone()).expect("the same fit");
        plan.fit().expect("a model")
    };
    assert!(resumed(hour).stopped_after().is_empty());
    assert_eq!(resumed(checkpoint.spent()).stopped_after(), [8]);
}

#[test]
fn a_fit_resumes_with_the_same_result_and_only_with_its_own_settings() {
    let table = table();
    let mut interrupt = Interrupt::default();
    let stopped = small(&table)
        .plan()
        .expect("a plan")
        .fit_observed(&mut interrupt);
    assert!(matches!(stopped, Err(Error::Stopped)));
    let bytes = interrupt.checkpoint.expect("a checkpoint").bytes();
    let checkpoint = Checkpoint::from_bytes(&bytes).expect("a checkpoint");
    assert_eq!(checkpoint.step(), 7);
    let plan = small(&table).plan().expect("a plan");
    let resumed = plan.resume(checkpoint.clone()).expect("the same fit");
    let resumed = resumed.fit().expect("a model");
    assert_eq!(
        resumed.bytes(),
        small(&table).fit().expect("a model").bytes()
    );
    let refused = |trainer: Trainer<'_>| {
        let resumed = trainer.plan().expect("a plan").resume(checkpoint.clone());
        resumed.err().expect("another fit").to_string()
    };
    let mut other = table.clone();
    other.values[[0, 0]] += 1.0;
    for (trainer, what) in [
        (small(&table).seed(Seed(5)), "settings"),
        (small(&other), "data"),
        (small(&other).seed(Seed(5)), "data and settings"),
    ] {
        assert_eq!(
            refused(trainer),
            format!(
                "the checkpoint was made with other {what}; restore them, or start the training \
                 again"
            )
        );
    }
}

#[test]
fn a_fit_resumes_in_each_training_of_a_calibration() {
    let table = table();
    let plan = || {
        let trainer = small(&table).reflow(1).calibrate(0.2);
        trainer.plan().expect("a plan")
    };
    let whole = plan().fit().expect("a model");
    for fold in [Some(1), Some(4), None] {
        let mut interrupt = Interrupt {
            fold,
            checkpoint: None,
        };
        let stopped = plan().fit_observed(&mut interrupt);
        assert!(matches!(stopped, Err(Error::Stopped)));
        let bytes = interrupt.checkpoint.expect("a checkpoint").bytes();
        let checkpoint = Checkpoint::from_bytes(&bytes).expect("a checkpoint");
        let of_fold = fold.map_or_else(String::new, |fold| format!(" for calibration {fold}/5"));
        assert_eq!(checkpoint.stage(), format!("training{of_fold}"));
        let mut folds = Vec::new();
        let mut watch = |now: &Progress| folds.push(now.fold);
        let resumed = plan().resume(checkpoint).expect("the same fit");
        let resumed = resumed.fit_observed(&mut watch);
        assert_eq!(resumed.expect("a model").bytes(), whole.bytes(), "{fold:?}");
        assert_eq!(folds.first(), Some(&fold));
        folds.dedup();
        let left = fold.map_or(0, |fold| 6 - fold as usize);
        assert_eq!(folds.len(), left + 1, "{folds:?}");
    }
}

#[test]
fn progress_is_reported() {
    let table = table();
    let mut lines = Vec::new();
    small(&table)
        .distil()
        .on_progress(|progress| lines.push(progress.to_string()))
        .fit()
        .expect("a model");
    assert!(
        lines[0].starts_with("training, step 1 of 20: loss "),
        "{}",
        lines[0]
    );
    assert!(
        lines[29].starts_with("distillation, step 10 of 10: loss "),
        "{}",
        lines[29]
    );
}
