//! The board's report to the host: a line of `key=value` pairs per sample, and pictures of digits.

use flowlet::Guidance;
use semihosting::{print, println};

use crate::sampling::Measured;

/// Characters from blank paper to full ink.
const SHADES: &[u8; 9] = b" .:-=+*#@";

unsafe extern "C" {
    #[link_name = "__sdata"]
    static DATA_START: u32;
    #[link_name = "__ebss"]
    static BSS_END: u32;
}

/// Prints the board's name and its static RAM in bytes.
pub fn board(name: &str) {
    let bounds = (
        core::ptr::addr_of!(DATA_START),
        core::ptr::addr_of!(BSS_END),
    );
    println!(
        "board={name} static={}",
        bounds.1 as usize - bounds.0 as usize
    );
}

/// Prints a digit: its figures and its 8×8 pixels.
pub fn digit<const DIM: usize>(measured: &Measured<DIM>) {
    figures(measured);
    let Some(drawn) = &measured.drawn else { return };
    for row in drawn.thousandths.chunks(8) {
        for &ink in row {
            let shade = SHADES[(ink / 2000).clamp(0, 8) as usize];
            print!("{}{}", char::from(shade), char::from(shade));
        }
        println!("|");
    }
}

/// Prints a point: its figures and coordinates.
pub fn point<const DIM: usize>(measured: &Measured<DIM>) {
    figures(measured);
    let Some(drawn) = &measured.drawn else { return };
    print!("values");
    for &value in &drawn.thousandths {
        let sign = if value < 0 { "-" } else { "" };
        print!(
            " {sign}{}.{:03}",
            value.unsigned_abs() / 1000,
            value.unsigned_abs() % 1000
        );
    }
    println!();
}

/// Prints the figures of a sample; ends the emulation if the sampler refused.
pub fn figures<const DIM: usize>(measured: &Measured<DIM>) {
    let run = measured.run;
    let Some(drawn) = &measured.drawn else {
        println!("model={} refused", run.name);
        semihosting::process::exit(1);
    };
    print!("model={}", run.name);
    if let Some(class) = run.class {
        print!(" class={class}");
    }
    match run.uniform {
        Some((steps, solver)) => print!(" steps={steps} solver={}", solver as u8),
        None => print!(" steps=file solver=file"),
    }
    println!(
        " guidance={} seed={} crc32={:#010x} instructions={} stack={}",
        run.guidance.map_or(0, Guidance::bits),
        run.seed,
        drawn.crc32,
        measured.instructions,
        measured.stack
    );
}
