//! Makes the runtime's tables and chooses its kernel.
//!
//! - `tables.rs` in `OUT_DIR`: SiLU and the inverse of the normal distribution function, computed
//!   with `libm` in f64, so that every host makes the same bytes. `src/tables.rs` includes it.
//! - `cfg(flowlet_kernel = "…")`: the kernel in `src/kernel` for the target.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    choose_kernel();
    write_tables();
}

/// Writes the tables as Rust source.
fn write_tables() {
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    let silu = format!("pub(crate) static SILU: Curve = Curve({:?});\n", silu());
    let normal = format!("pub(crate) static NORMAL: [u16; 385] = {:?};\n", normal());
    fs::write(Path::new(&out).join("tables.rs"), silu + &normal).expect("OUT_DIR is writable");
}

/// Chooses the kernel by the target's instructions.
///
/// On stable Rust `cfg` does not show the DSP extension, so the name of the target decides. If the
/// extension is optional, the processor in the compiler flags (`target-cpu`) decides. Without a
/// known processor the portable kernel is used.
fn choose_kernel() {
    let kernels = ["portable", "armv6m", "armv7m", "armv7em", "mve", "rv32im"];
    println!(
        "cargo::rustc-check-cfg=cfg(flowlet_kernel, values({}))",
        kernels.map(|kernel| format!("{kernel:?}")).join(",")
    );
    let target = env::var("TARGET").unwrap_or_default();
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let cpu = |names: &[&str]| {
        let mut names = names.iter();
        names.any(|cpu| flags.contains(&format!("target-cpu={cpu}")))
    };
    let mainline = target.starts_with("thumbv8m.main");
    let kernel = if env::var_os("CARGO_FEATURE_PORTABLE").is_some() {
        "portable"
    } else if target.starts_with("thumbv6m") {
        "armv6m"
    } else if target.starts_with("thumbv7m") {
        "armv7m"
    } else if target.starts_with("thumbv7em") || mainline && cpu(&["cortex-m33", "cortex-m35p"]) {
        "armv7em"
    } else if mainline && cpu(&["cortex-m52", "cortex-m55", "cortex-m85"]) {
        "mve"
    } else if has_multiplication(&target) {
        "rv32im"
    } else {
        "portable"
    };
    // The assembler of naked functions knows the name of the target only. A processor may be set
    // for all that follows because it is the compiler's own.
    let processor = flags.split("target-cpu=").last().unwrap_or_default();
    let processor = processor.split('\x1f').next().unwrap_or_default();
    let assembler = match kernel {
        "armv7em" | "mve" if mainline => format!(".cpu {processor}"),
        _ => String::new(),
    };
    println!("cargo::rustc-env=FLOWLET_ASSEMBLER={assembler}");
    println!("cargo::rustc-check-cfg=cfg(flowlet_strict_align)");
    if flags.contains("+strict-align") {
        println!("cargo::rustc-cfg=flowlet_strict_align");
    }
    println!("cargo::rustc-cfg=flowlet_kernel={kernel:?}");
    println!("cargo::rustc-env=FLOWLET_KERNEL={kernel}");
}

/// Returns whether the target is RV32 with 31 registers and the M extension. Its name has the
/// extensions in their order: riscv32imc, riscv32imafc, riscv32gc.
fn has_multiplication(target: &str) -> bool {
    let name = target.strip_prefix("riscv32").unwrap_or_default();
    name.starts_with("im") || name.starts_with('g')
}

/// Returns SiLU(x) = x / (1 + e^−x) in Q4.11 at x = i/16 − 16, i = 0..=512, little-endian as in a
/// file. The last node is repeated, so that a kernel may always read two.
///
/// A chord is above a convex curve by up to h²/8·f″. Nodes lowered by half of that minimise the
/// error of the interpolation (±h²/16·f″).
fn silu() -> Vec<[u8; 2]> {
    let h = 0.0625;
    (0..514)
        .map(|i| {
            let x = f64::from(i.min(512)) * h - 16.0;
            let s = 1.0 / (1.0 + libm::exp(-x));
            let second = s * (1.0 - s) * (2.0 + x * (1.0 - 2.0 * s));
            let lowered = if i == 256 { 0.0 } else { h * h / 16.0 }; // SiLU(0) = 0 stays exact
            let node = libm::round((x * s - lowered * second) * 2048.0).min(32767.0);
            (node as i16).to_le_bytes()
        })
        .collect()
}

/// Returns the normal quantile −Φ⁻¹(p) in Q3.13, by octaves of p with 16 intervals each. Node
/// s + 16·o is at p = 2^−(o+1) · (1 − s/32), so p goes from 1/2 down to 2^−25 (z = 5.42).
fn normal() -> Vec<u16> {
    let node = |i: i32| libm::ldexp(1.0 - f64::from(i % 16) / 32.0, -(i / 16) - 1);
    let z: Vec<f64> = (0..386).map(|i| upper_quantile(node(i))).collect();
    (0..385)
        .map(|i| {
            // As in SiLU: lowered by half of the error of the chord in the next interval.
            let p = (node(i as i32) + node(i as i32 + 1)) / 2.0;
            let h = node(i as i32) - node(i as i32 + 1);
            let mid = upper_quantile(p);
            let density = libm::exp(-mid * mid / 2.0) / libm::sqrt(2.0 * std::f64::consts::PI);
            let lowered = if i == 0 {
                0.0
            } else {
                h * h / 16.0 * mid / (density * density)
            };
            libm::round((z[i] - lowered) * 8192.0) as u16
        })
        .collect()
}

/// Returns z with P(Z > z) = p, 0 < p ≤ 1/2. Newton's method on log p converges from 0, because log
/// p is convex.
fn upper_quantile(p: f64) -> f64 {
    let mut z = 0.0;
    for _ in 0..60 {
        let tail = 0.5 * libm::erfc(z / std::f64::consts::SQRT_2);
        let density = libm::exp(-z * z / 2.0) / libm::sqrt(2.0 * std::f64::consts::PI);
        z += (libm::log(tail) - libm::log(p)) * tail / density;
    }
    z
}
