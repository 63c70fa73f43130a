//! Builds and runs the benchmark's firmware with the scripts that users call.

use std::path::Path;
use std::process::Command;

use object::{Object, ObjectSection};

use super::figures::Figures;
use crate::{Failure, checkout};

/// Measures a board; returns the compiler and the figures.
///
/// `bench`, `costs`, `score` and `fill` count instructions and stack. `runtime` without `empty` is
/// what the runtime takes of flash and RAM. `runtime_score` and `runtime_fill` are what it takes to
/// score and to fill in rows, and `runtime_all` what all three take. All are built without the
/// feature `latent`, and `runtime` also with it.
pub fn measure(board: &str) -> Result<(String, Figures), Failure> {
    let build = checkout::run(script("build.sh").arg(board).env("PLAIN", "1"))?;
    let linked = Path::new(build.trim_end());
    let with_latent = checkout::run(script("build.sh").arg(board).env("PROGRAMS", "runtime"))?;
    let with_latent = Sizes::read(&Path::new(with_latent.trim_end()).join("runtime"))?;
    let run = |program| checkout::run(script("run.sh").arg(board).arg(linked.join(program)));
    let (compiler, mut figures) =
        parse(&(run("bench")? + &run("costs")? + &run("score")? + &run("fill")?))?;
    let (runtime, empty) = (
        Sizes::read(&linked.join("runtime"))?,
        Sizes::read(&linked.join("empty"))?,
    );
    for (name, program) in [
        ("text that scores", "runtime_score"),
        ("text that fills in", "runtime_fill"),
        ("text of all", "runtime_all"),
    ] {
        let text = Sizes::read(&linked.join(program))?.text;
        figures.insert(name.into(), text.saturating_sub(empty.text));
    }
    let model = std::fs::metadata(checkout::path("firmware-examples/models/digits.flow"))?.len();
    let constants = runtime.constants.saturating_sub(empty.constants + model);
    figures.insert("text".into(), runtime.text.saturating_sub(empty.text));
    let with_latent = with_latent.text.saturating_sub(empty.text);
    figures.insert("text with latent".into(), with_latent);
    figures.insert("constants".into(), constants);
    figures.insert("static".into(), runtime.ram.saturating_sub(empty.ram));
    Ok((compiler, figures))
}

fn script(name: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .arg(checkout::path("firmware-examples").join(name))
        .env(
            "PROGRAMS",
            "bench costs score fill runtime runtime_score runtime_fill runtime_all empty",
        );
    command
}

/// Reads the compiler, in a line of its own, and lines of `figure=NAME value=N`.
fn parse(report: &str) -> Result<(String, Figures), Failure> {
    let figure = |line: &str| {
        let (name, value) = line.strip_prefix("figure=")?.split_once(" value=")?;
        Some((name.to_owned(), value.trim().parse().ok()?))
    };
    let figures: Figures = report.lines().filter_map(figure).collect();
    let compiler = report
        .lines()
        .find_map(|line| line.strip_prefix("compiler="));
    match compiler {
        Some(compiler) if !figures.is_empty() => Ok((compiler.to_owned(), figures)),
        _ => Err("the benchmark printed no figure".into()),
    }
}

/// Bytes of a linked file.
struct Sizes {
    text: u64,
    constants: u64,
    ram: u64,
}

impl Sizes {
    fn read(elf: &Path) -> Result<Self, Failure> {
        let bytes = std::fs::read(elf).map_err(|error| format!("{}: {error}", elf.display()))?;
        let file = object::File::parse(&*bytes)?;
        let size = |names: &[&str]| {
            let sections = file.sections();
            let named =
                sections.filter(|section| section.name().is_ok_and(|name| names.contains(&name)));
            named.map(|section| section.size()).sum()
        };
        Ok(Self {
            text: size(&[".text"]),
            constants: size(&[".rodata"]),
            ram: size(&[".data", ".bss"]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_report_is_read_line_by_line() {
        let report = "compiler=rustc 1.95.0\nfigure=64-64/1 value=1696\nfigure=stack value=12\n";
        let (compiler, figures) = parse(report).unwrap();
        assert_eq!(compiler, "rustc 1.95.0");
        assert_eq!(figures["64-64/1"], 1696);
        assert_eq!(figures["stack"], 12);
        assert!(parse("compiler=rustc\n").is_err());
    }
}
