//! The program `update` in QEMU: updates over its serial port, cut connections and resets. The test
//! `update` of the host cuts the same code everywhere.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use flowlet::Solver;

use crate::firmware::{Build, emulated};

/// Bytes after which the board asks for more.
const CHUNK: usize = 256;

/// A board that runs, with its serial port and QEMU's monitor.
struct Board {
    qemu: Child,
    serial: BufReader<UnixStream>,
    monitor: UnixStream,
}

impl Board {
    fn start() -> Self {
        let board = emulated().find(|board| board.name == "netduinoplus2");
        let elf = board.expect("the board").linked(Build::Release, "update");
        let folder = tempfile::tempdir().expect("a folder");
        let listen = |name: &str| UnixListener::bind(folder.path().join(name)).expect("a socket");
        let listeners = ["serial", "monitor"].map(listen);
        let chardev = |name: &str| format!("unix:{}", folder.path().join(name).display());
        let qemu = Command::new("qemu-system-arm")
            .args(["-M", "netduinoplus2", "-display", "none", "-kernel"])
            .arg(elf)
            .args([
                "-serial",
                &chardev("serial"),
                "-monitor",
                &chardev("monitor"),
            ])
            .stdin(Stdio::null())
            .spawn()
            .expect("QEMU runs");
        let [serial, monitor] = listeners.map(|listener| listener.accept().expect("QEMU").0);
        let limit = Some(Duration::from_secs(60));
        serial.set_read_timeout(limit).expect("a limit");
        let serial = BufReader::new(serial);
        Self {
            qemu,
            serial,
            monitor,
        }
    }

    /// Returns the next line from the board.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.serial
            .read_line(&mut line)
            .expect("a line from the board");
        line.trim_end().to_owned()
    }

    /// Sends bytes, chunk by chunk, of a file of `length` bytes.
    fn send(&mut self, bytes: &[u8], length: usize) {
        let mut sent = 0;
        for chunk in bytes.chunks(CHUNK) {
            self.serial.get_mut().write_all(chunk).expect("sent");
            sent += chunk.len();
            if chunk.len() == CHUNK && sent < length {
                let mut asked = [0];
                self.serial.read_exact(&mut asked).expect("an answer");
                assert_eq!(&asked, b".", "after {sent} bytes");
            }
        }
    }

    /// Cuts the power. RAM keeps its contents in QEMU, as flash does.
    fn reset(&mut self) {
        self.monitor
            .write_all(b"system_reset\n")
            .expect("a monitor");
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
    }
}

/// Returns the moons with another recommended solver, so that other points are drawn.
fn with_solver(solver: Solver) -> Vec<u8> {
    let mut bytes = std::fs::read("../firmware-examples/models/moons.flow").expect("the model");
    bytes[31] = solver as u8;
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&bytes[8..]);
    bytes[4..8].copy_from_slice(&crc.to_le_bytes());
    bytes
}

mod quick {
    use super::*;

    #[test]
    #[ignore = "needs targets and QEMU: sh tests/run.sh"]
    fn the_model_is_updated_over_the_serial_port() {
        let mut board = Board::start();
        let built_in = board.line();
        assert!(built_in.starts_with("slot=None crc32="), "{built_in}");

        let (first, second) = (with_solver(Solver::Midpoint), with_solver(Solver::Heun));
        board.send(&first, first.len());
        let used = board.line();
        assert!(used.starts_with("slot=Some(A)"), "{used}");
        assert_ne!(used.split_once(' '), built_in.split_once(' '));

        // The connection is cut, in the first, in a middle and in the last chunk.
        for cut in [1, 5000, second.len() - 1] {
            board.send(&second[..cut], second.len());
            assert_eq!(board.line(), format!("cut after {cut} bytes"));
            board.reset();
            assert_eq!(board.line(), used, "{cut}");
        }
        // The power is cut.
        for cut in [CHUNK, 20 * CHUNK] {
            board.send(&second[..cut], second.len());
            board.reset();
            assert_eq!(board.line(), used, "{cut}");
        }
        // A bit flips.
        let mut damaged = second.clone();
        damaged[8000] ^= 1;
        board.send(&damaged, damaged.len());
        let refused = board.line();
        assert!(refused.starts_with("refused: Model(Checksum"), "{refused}");
        board.reset();
        assert_eq!(board.line(), used);

        board.send(&second, second.len());
        let newest = board.line();
        assert!(newest.starts_with("slot=Some(B)"), "{newest}");
        board.reset();
        assert_eq!(board.line(), newest);
    }
}
