//! The command line: defaults, limits and errors.

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use super::{Cli, Command, TrainArgs};
use flowlet_trainer::Path;

fn parse(line: &str) -> Result<Command, clap::Error> {
    Cli::try_parse_from(line.split(' ')).map(|cli| cli.command)
}

fn train(options: &str) -> Result<TrainArgs, clap::Error> {
    match parse(&format!("flowlet train a.csv -o a.flow{options}"))? {
        Command::Train(args) => Ok(*args),
        other => panic!("not train: {other:?}"),
    }
}

#[test]
fn the_definitions_are_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn train_has_its_defaults() {
    let args = train("").expect("valid");
    assert_eq!(
        (args.hidden.as_slice(), args.iterations, args.batch),
        ([64; 3].as_slice(), None, 256)
    );
    assert_eq!(
        (args.seed, args.path, args.validation, args.steps),
        (0, Path::Linear, 0.2, None)
    );
    assert_eq!((args.read.label, args.json), (None, false));
}

#[test]
fn values_at_their_limits_are_accepted() {
    let args = train(
        " --hidden 1,2,3,4,5,6,7,1024 --steps 256 --batch 4 --validation 0.999 --path bridge:0.3",
    );
    let args = args.expect("valid");
    assert_eq!(args.hidden.as_slice(), [1, 2, 3, 4, 5, 6, 7, 1024]);
    assert_eq!(
        (args.steps, args.batch, args.validation, args.path),
        (Some(256), 4, 0.999, Path::Bridge { sigma: 0.3 })
    );
}

#[test]
fn values_beyond_their_limits_are_refused() {
    let beyond = [
        ("--steps", ["0", "257", "x"]),
        ("--batch", ["3", "-1", "4294967296"]),
        ("--iterations", ["0", "-1", "1.5"]),
        ("--validation", ["0", "1", "nan"]),
        ("--hidden", ["0", "1025", "1,1,1,1,1,1,1,1,1"]),
        ("--hidden", ["64,,64", "64x64", ","]),
        ("--path", ["straight", "linear:1", "bridge:x"]),
        ("--seed", ["-1", "1.5", "x"]),
    ];
    for (option, values) in beyond {
        for value in values {
            let error = train(&format!(" {option}={value}")).expect_err(value);
            assert!(
                matches!(
                    error.kind(),
                    ErrorKind::ValueValidation | ErrorKind::InvalidValue
                ),
                "{error}"
            );
            assert_eq!(error.exit_code(), 2);
        }
    }
}

#[test]
fn errors_say_what_is_expected() {
    let message = |options| train(options).expect_err("refused").to_string();
    assert!(
        message(" --hidden=64,x")
            .contains("`x` is not a width from 1 to 1024; write widths like 64,64")
    );
    assert!(message(" --hidden=1,1,1,1,1,1,1,1,1").contains("9 layers; a model has 1 to 8"));
    assert!(message(" --iterations 0").contains("': choose 1 or more"));
    assert!(message(" --iterations 4294967296").contains("': choose 4294967295 or less"));
    assert!(message(" --steps 257").contains("': choose 1 to 256"));
    assert!(message(" --seed -1").contains("': choose 0 or more"));
    assert!(message(" --batch 65537").contains("': choose 4 to 65536"));
    assert!(message(" --reflow x").contains("': write an integer"));
    assert!(message(" --label-dropout -1").contains("': a share is at least 0"));
    assert!(message(" --validation=2").contains("a share is above 0 and below 1, like 0.2"));
}

#[test]
fn the_other_subcommands_parse() {
    let Command::Sample(args) = parse("flowlet sample a.flow -n 5 --class 3 -o -").expect("valid")
    else {
        panic!("not sample");
    };
    let sampling = &args.sampling;
    assert_eq!(
        (
            args.count,
            sampling.class.as_deref(),
            sampling.steps,
            sampling.seed
        ),
        (5, Some("3"), None, 0)
    );
    let Command::Eval(args) = parse("flowlet eval a.flow a.csv --steps 4").expect("valid") else {
        panic!("not eval");
    };
    assert_eq!(args.comparison.steps, Some(4));
    assert!(
        matches!(parse("flowlet inspect a.flow --json"), Ok(Command::Inspect(args)) if args.json)
    );
    assert!(matches!(parse("flowlet demo --seed 3"), Ok(Command::Demo(args)) if args.seed == 3));
    assert_eq!(
        parse("flowlet sample a.flow -n 0 -o -")
            .expect_err("refused")
            .kind(),
        ErrorKind::ValueValidation
    );
}

#[test]
fn a_clock_has_a_unit() {
    let clock = |text: &str| {
        let line = format!("flowlet emulate a.flow --board microbit --clock {text}");
        match parse(&line) {
            Ok(Command::Emulate(args)) => args.clock,
            _ => None,
        }
    };
    assert_eq!(clock("64MHz"), Some(64.0));
    assert_eq!(clock("1.5GHz"), Some(1500.0));
    assert_eq!(clock("500khz"), Some(0.5));
    assert_eq!(clock("48"), Some(48.0));
    for wrong in ["0", "MHz", "fast", "64Hz", "NaN"] {
        assert_eq!(clock(wrong), None, "{wrong}");
    }
}

/// Terminals and `man` would break longer lines.
#[test]
fn texts_after_a_help_fit_a_terminal() {
    for command in Cli::command().get_subcommands() {
        let after = command.get_after_help().map(ToString::to_string);
        for line in after.unwrap_or_default().lines() {
            let letters = line.chars().count();
            assert!(letters <= 80, "{}: {letters}: {line}", command.get_name());
        }
    }
}
