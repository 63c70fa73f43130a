//! The stack that functions of a sampler take, for models with narrow and wide layers and for each
//! number of slots that the board has memory for, and that of `parse` as a batch of 0. It prints a
//! line for each; tests compare them with `ModelSize::stack_bytes`.
#![no_std]
#![no_main]

use core::hint::black_box;

use flowlet::{Guidance, Kernel, Model, ModelSize, Sampler};
use harness::stack;
use semihosting::{println, process};

macro_rules! models {
    ($($name:ident = $file:literal;)*) => {
        $(mod $name {
            pub static BYTES: &[u8] =
                flowlet::include_model!(concat!("../../../models/", $file, ".flow"));
            pub const SIZE: flowlet::ModelSize = flowlet::ModelSize::of(BYTES).unwrap();
        })*

        /// Measures all models.
        fn all() {
            $(batches::<{ $name::SIZE.dim }, { $name::SIZE.width }>($file, $name::BYTES, $name::SIZE);)*
        }
    };
}

models! {
    odd = "odd";
    wide_512 = "wide-512";
    wide_1024 = "wide-1024";
}

/// Bytes that the program itself may take below a measurement.
const RESERVE: usize = 800;

/// Measures a model with one to three slots.
#[inline(never)]
fn batches<const DIM: usize, const WIDTH: usize>(
    name: &str,
    bytes: &'static [u8],
    size: ModelSize,
) {
    stack::paint();
    let parsed = parse(black_box(bytes));
    let used = stack::depth();
    println!(
        "model={name} batch=0 stack={used} stated={}",
        size.stack_bytes(1)
    );
    let Some(model) = parsed else {
        process::exit(1)
    };
    measure::<DIM, WIDTH, 1>(name, model, size);
    measure::<DIM, WIDTH, 2>(name, model, size);
    measure::<DIM, WIDTH, 3>(name, model, size);
}

#[inline(never)]
fn parse(bytes: &'static [u8]) -> Option<Model<'static>> {
    Model::parse(bytes).ok()
}

/// Prints the stack of a batch, without guidance and with it, if the memory suffices. The program
/// of the Cortex-M0 is optimised for size, and such compilers build a sampler twice.
fn measure<const DIM: usize, const WIDTH: usize, const BATCH: usize>(
    name: &str,
    model: Model<'static>,
    size: ModelSize,
) {
    let stated = size.stack_bytes(BATCH);
    let copies = match Kernel::CURRENT {
        Kernel::Armv6m => 2,
        _ => 1,
    };
    if stack::free() < copies * size.sampler_bytes(BATCH) + stated + RESERVE {
        return;
    }
    let guidable = model.header().null_class != 0 && BATCH > 1;
    for guided in [false, true] {
        if guided && !guidable {
            continue;
        }
        let Some(used) = depth::<DIM, WIDTH, BATCH>(black_box(model), guided) else {
            process::exit(1)
        };
        println!("model={name} batch={BATCH} guided={guided} stack={used} stated={stated}");
    }
}

/// Returns the stack of a batch below this function, whose frame has the sampler.
#[inline(never)]
fn depth<const DIM: usize, const WIDTH: usize, const BATCH: usize>(
    model: Model<'static>,
    guided: bool,
) -> Option<usize> {
    let mut sampler = Sampler::<DIM, WIDTH, BATCH>::new(model).ok()?;
    sampler.set_steps(2).ok()?;
    let strength = Guidance::new(3, 2).filter(|_| guided);
    sampler.set_guidance(strength).ok()?;
    stack::paint();
    let crc32 = batch(black_box(&mut sampler));
    black_box(crc32?);
    Some(stack::depth())
}

/// Draws a batch and reads its values.
#[inline(never)]
fn batch<const DIM: usize, const WIDTH: usize, const BATCH: usize>(
    sampler: &mut Sampler<'static, DIM, WIDTH, BATCH>,
) -> Option<u32> {
    let mut rng = emulated::generator();
    let samples = sampler.sample_batch(&mut rng).ok()?;
    let mut sum = 0;
    for sample in samples {
        sum ^= sample.crc32();
        for index in 0..DIM {
            sum ^= sample.fixed(index)?.raw as u32;
        }
    }
    Some(sum)
}

#[harness::entry]
fn main() -> ! {
    println!("kernel={}", Kernel::CURRENT.name());
    all();
    process::exit(0)
}
