#![no_std]
#![no_main]
use core::hint::black_box;
use flowlet::kernel::{self, Activation, Dense};
use semihosting::{println, process};

#[repr(align(8))]
struct Aligned<T: ?Sized>(T);
static W: &Aligned<[u8]> = &Aligned(*include_bytes!("/tmp/blob.bin"));
static SCALES: Aligned<[u8; 1024]> = Aligned({
    let mut s = [0; 1024];
    let mut i = 0;
    while i < 1024 {
        s[i] = 4;
        s[i + 2] = 0x80;
        s[i + 3] = 1;
        i += 4
    }
    s
});
static BIASES: Aligned<[u8; 512]> = Aligned([3; 512]);

#[derive(Clone, Copy)]
#[repr(align(4))]
struct Buf([i16; 256]);

fn run<const L: usize>(
    c: &mut harness::counter::Counter,
    name: &str,
    shapes: &[(usize, usize)],
    seg: usize,
    net: bool,
) {
    let mut a = [Buf([0; 256]); L];
    let mut b = [Buf([0; 256]); L];
    for l in 0..L {
        for (i, x) in a[l].0.iter_mut().enumerate() {
            *x = (i as i16 * 37 + l as i16) % 401 - 200;
        }
    }
    let mut total = 0;
    let mut macs = 0;
    for (i, &(cols, rows)) in shapes.iter().enumerate() {
        let layer = black_box(Dense {
            rows,
            columns: cols,
            segment: seg,
            weights: &W.0[..rows.next_multiple_of(4) * cols.next_multiple_of(2)],
            scales: &SCALES.0[..4 * rows.next_multiple_of(4)],
            biases: Some(&BIASES.0[..2 * rows]),
            activation: if net && i + 1 == shapes.len() {
                Activation::Linear
            } else {
                Activation::Silu {
                    pre_frac: 12,
                    act_frac: 8,
                }
            },
        });
        c.reset();
        kernel::dense::<L>(
            &layer,
            a.each_ref().map(|x| &x.0[..cols]),
            b.each_mut().map(|x| &mut x.0[..rows]),
        );
        total += c.elapsed();
        macs += rows * cols * L;
        core::mem::swap(&mut a, &mut b);
    }
    println!(
        "{name} L={L} seg={seg} instr={total} per mac={}.{:04}",
        total / macs as u32,
        (total as u64 * 10000 / macs as u64) % 10000
    );
}

#[harness::entry]
fn main() -> ! {
    let mut c = harness::counter::Counter::start();
    let m66: &[(usize, usize)] = &[(66, 128), (128, 128), (128, 64)];
    let m16: &[(usize, usize)] = &[(16, 64), (64, 64), (64, 64), (64, 2)];
    run::<1>(&mut c, "16x64", &[(16, 64)], 1024, false);
    run::<1>(&mut c, "64x64", &[(64, 64)], 1024, false);
    run::<1>(&mut c, "128x128", &[(128, 128)], 1024, false);
    run::<1>(&mut c, "256x256", &[(256, 256)], 128, false);
    run::<1>(&mut c, "256x256", &[(256, 256)], 64, false);
    run::<1>(&mut c, "mlp16", m16, 1024, true);
    run::<1>(&mut c, "mlp66", m66, 1024, true);
    #[cfg(not(target_cpu_small))]
    {
        run::<3>(&mut c, "64x64", &[(64, 64)], 1024, false);
        run::<3>(&mut c, "256x256", &[(256, 256)], 128, false);
        run::<3>(&mut c, "mlp66", m66, 1024, true);
        run::<2>(&mut c, "64x64", &[(64, 64)], 1024, false);
        run::<2>(&mut c, "mlp66", m66, 1024, true);
    }
    process::exit(0)
}
