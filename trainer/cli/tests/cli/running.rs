//! A command while it runs.

use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::place::Place;

/// A process that is killed at the end of its test.
pub struct Running(Child);

impl Running {
    pub fn start(place: &Place, line: &str) -> Self {
        Self::spawn(&mut place.command(line))
    }

    pub fn spawn(command: &mut Command) -> Self {
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        Self(child.expect("it runs"))
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("its state")
    }

    /// Waits at most ten seconds for the end.
    pub fn end(&mut self) -> ExitStatus {
        let ended = (0..1000).find_map(|_| {
            sleep(Duration::from_millis(10));
            self.ended()
        });
        ended.expect("it ends")
    }

    pub fn kill(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("ended");
    }

    /// Returns all that the command prints on standard error.
    pub fn stderr(&mut self) -> String {
        io::read_to_string(self.0.stderr.take().expect("piped")).expect("text")
    }

    /// Returns the next line on standard error.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        let stderr = self.0.stderr.as_mut().expect("piped");
        BufReader::new(stderr).read_line(&mut line).expect("text");
        line
    }

    /// Waits for a file in the folder. Returns false if the command ends before.
    pub fn makes(&mut self, place: &Place, file: &str) -> bool {
        while self.ended().is_none() {
            if place.path(file).is_file() {
                return true;
            }
            sleep(Duration::from_millis(1));
        }
        false
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error means that the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
