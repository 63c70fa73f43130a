//! Firmware built and run by the scripts that users call, and the figures out of it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use object::{Object, ObjectSection};

use super::Failure;
use super::figures::Figures;
use crate::commands::readme::checkout;

/// A board, as `firmware-examples/boards.csv` names it.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) name: &'static str,
    pub(super) core: &'static str,
}

const fn board(name: &'static str, core: &'static str) -> Board {
    Board { name, core }
}

pub(super) const BOARDS: [Board; 7] = [
    board("microbit", "M0"),
    board("stm32vldiscovery", "M3"),
    board("netduinoplus2", "M4"),
    board("mps2-an500", "M7"),
    board("mps2-an505", "M33"),
    board("mps3-an547", "M55"),
    board("riscv-virt", "RV32IMAC"),
];

/// Steps of progress per board: the build and the run.
pub(super) const PROGRAMS: usize = 2;

impl Board {
    /// Runs the benchmark, and links the runtime alone and nothing at all; `done` after each.
    pub(super) fn measure(&self, done: impl Fn()) -> Result<(String, Figures), Failure> {
        let linked = self.build()?;
        done();
        let program = linked.join("bench").display().to_string();
        let report = self.script("run.sh", &[self.name, &program])?;
        let (compiler, mut figures) = parse(&report)?;
        done();
        let runtime = Sizes::of(&linked.join("runtime"))?;
        let empty = Sizes::of(&linked.join("empty"))?;
        let model = std::fs::metadata(checkout().join("firmware-examples/models/digits.flow"));
        let model = model.map_or(0, |file| file.len());
        figures.insert("text".into(), runtime.text.saturating_sub(empty.text));
        let constants = runtime.constants.saturating_sub(empty.constants);
        figures.insert("constants".into(), constants.saturating_sub(model));
        figures.insert("static".into(), runtime.ram.saturating_sub(empty.ram));
        Ok((compiler, figures))
    }

    fn build(&self) -> Result<PathBuf, Failure> {
        let printed = self.script("build.sh", &[self.name])?;
        Ok(printed.lines().last().unwrap_or_default().into())
    }

    /// What a script of the examples prints for this board.
    fn script(&self, name: &str, arguments: &[&str]) -> Result<String, Failure> {
        let script = checkout().join("firmware-examples").join(name);
        let output = Command::new("sh")
            .arg(&script)
            .args(arguments)
            .env("PROGRAMS", "bench runtime empty")
            .stdin(Stdio::null())
            .output();
        let output = output.map_err(|error| Failure::Input(format!("{name}: {error}")))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let errors = String::from_utf8_lossy(&output.stderr);
        let last = errors.lines().rfind(|line| !line.trim().is_empty());
        Err(Failure::Input(format!(
            "{name} {}: {}; `sh tests/setup.sh` in a checkout readies the boards",
            self.name,
            last.unwrap_or("no word")
        )))
    }
}

/// The compiler, in a line of its own, and lines of `figure=NAME value=N`.
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
        _ => Err(Failure::Internal("the benchmark printed no figure".into())),
    }
}

/// Bytes of a linked file.
struct Sizes {
    text: u64,
    constants: u64,
    ram: u64,
}

impl Sizes {
    fn of(elf: &Path) -> Result<Self, Failure> {
        let fault = |error: &dyn std::fmt::Display| {
            Failure::Internal(format!("{}: {error}", elf.display()))
        };
        let bytes = std::fs::read(elf).map_err(|error| fault(&error))?;
        let file = object::File::parse(&*bytes).map_err(|error| fault(&error))?;
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
