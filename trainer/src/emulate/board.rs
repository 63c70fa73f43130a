//! The emulated board: where its script is, and how it is run.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// QEMU's model of a board with a Cortex-M4 and an FPU.
const MACHINE: &str = "netduinoplus2";
const QEMU: &str = "qemu-system-arm";

/// An emulated board and the script that runs firmware on it.
#[derive(Clone, Debug)]
pub struct Board {
    script: PathBuf,
    emulator: &'static str,
}

/// Why there is no emulated board here. `Display` is one line that says how to get it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// Not in a checkout of the sources.
    #[error("no firmware examples here; `sh tests/setup.sh` in a checkout readies them")]
    NoScript,
    /// No such command.
    #[error("no `{0}` here; `sh tests/setup.sh` in a checkout installs it")]
    NoEmulator(&'static str),
    /// The script failed, as it does where the compiler's target is missing.
    #[error("`sh tests/setup.sh` in a checkout may mend this: {0}")]
    Failed(String),
}

impl Board {
    /// The board of the checkout that this program was built in.
    #[must_use]
    pub fn of_checkout() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../firmware-examples/run.sh");
        Self::new(script, QEMU)
    }

    /// A board that `script` runs with the command `emulator`: a shell script that takes the
    /// machine's name, finds the digits model in the environment variable `FLOWLET_DIGITS`, and
    /// prints what [`parse`](super::parse) reads.
    #[must_use]
    pub fn new(script: PathBuf, emulator: &'static str) -> Self {
        Self { script, emulator }
    }

    /// Builds the firmware with the digits model at `digits`, an absolute path, runs it, and gives
    /// what it printed.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn run(&self, digits: &Path) -> Result<String, Unavailable> {
        if !self.script.is_file() {
            return Err(Unavailable::NoScript);
        }
        self.find_emulator()?;
        let output = Command::new("sh")
            .arg(&self.script)
            .arg(MACHINE)
            .env("FLOWLET_DIGITS", digits)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| Unavailable::Failed(error.to_string()))?;
        if !output.status.success() {
            return Err(Unavailable::Failed(last_words(&output)));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Looks for the emulator first: a build of the firmware without it would be in vain.
    fn find_emulator(&self) -> Result<(), Unavailable> {
        let mut version = Command::new(self.emulator);
        version.arg("--version").stdin(Stdio::null());
        match version.output() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(Unavailable::NoEmulator(self.emulator))
            }
            Err(error) => Err(Unavailable::Failed(error.to_string())),
            Ok(_) => Ok(()),
        }
    }
}

/// The last line that the script wrote to its standard error, or its exit status.
fn last_words(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    let line = errors.lines().map(str::trim).rfind(|line| !line.is_empty());
    line.map_or_else(|| output.status.to_string(), str::to_owned)
}
