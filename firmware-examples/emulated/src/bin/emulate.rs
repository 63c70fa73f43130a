//! Samples of any model, for `flowlet emulate`. The emulator puts the file into the board's memory;
//! the command line says where it is and what to draw.
//!
//! The sampler's size is compiled in (`FLOWLET_DIM`, `FLOWLET_WIDTH`, `FLOWLET_BATCH`), so that the
//! stack is that of a user's firmware.
#![no_std]
#![no_main]

use core::fmt::Arguments;
use core::str::FromStr;

use flowlet::{Guidance, Model, Sample, Sampler, Solver};
use harness::counter::Counter;
use harness::stack;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use semihosting::experimental::env;
use semihosting::io::{self, Stdout, Write};
use semihosting::process;

const DIM: usize = size(option_env!("FLOWLET_DIM"));
const WIDTH: usize = size(option_env!("FLOWLET_WIDTH"));
const BATCH: usize = size(option_env!("FLOWLET_BATCH"));

/// Reads a size. Without one the program compiles but cannot sample.
const fn size(text: Option<&str>) -> usize {
    let Some(text) = text else { return 1 };
    match usize::from_str_radix(text, 10) {
        Ok(size) => size,
        Err(_) => panic!("a size is a number"),
    }
}

/// Model and settings.
struct Job {
    model: &'static [u8],
    count: u32,
    seed: u64,
    class: Option<u16>,
    steps: Option<u16>,
    solver: Option<Solver>,
    guidance: Option<Guidance>,
}

/// The host's terminal.
struct Terminal(Stdout);

impl Terminal {
    fn say(&mut self, text: Arguments<'_>) {
        // There is nowhere to report that the terminal fails.
        let _ = self.0.write_fmt(text);
    }
}

#[harness::entry]
fn main() -> ! {
    let Ok(stdout) = io::stdout() else {
        process::exit(1)
    };
    let mut terminal = Terminal(stdout);
    let Some(job) = job() else {
        terminal.say(format_args!("error=command line\n"));
        process::exit(1)
    };
    let mut counter = Counter::start();
    stack::paint();
    let top = stack::pointer();
    if let Err(what) = run(&job, &mut counter, &mut terminal, top) {
        terminal.say(format_args!("error={what}\n"));
        process::exit(1)
    }
    terminal.say(format_args!("done\n"));
    process::exit(0)
}

/// Reads the command line: a name, the model's address and length, the number of samples, the
/// seed, then class, steps, solver and guidance. `-` means what the model recommends.
#[inline(never)]
fn job() -> Option<Job> {
    let words = env::args::<192>().ok()?;
    let mut words = (&words).skip(1).map_while(Result::ok);
    let (address, length): (usize, usize) = (number(words.next())?, number(words.next())?);
    // SAFETY: the emulator has put so many bytes there, apart from the program's own, and nothing
    // writes them.
    let model =
        unsafe { core::slice::from_raw_parts(core::ptr::with_exposed_provenance(address), length) };
    Some(Job {
        model,
        count: number(words.next())?,
        seed: number(words.next())?,
        class: number(words.next()),
        steps: number(words.next()),
        solver: number(words.next()).and_then(|solver: usize| Solver::ALL.get(solver).copied()),
        guidance: number(words.next()).and_then(Guidance::from_bits),
    })
}

fn number<T: FromStr>(word: Option<&str>) -> Option<T> {
    word?.parse().ok()
}

/// Parses the model and draws. [`draw`] is a function of its own, so that `parse` has left the
/// stack before the sampler takes it.
#[inline(never)]
fn run(
    job: &Job,
    counter: &mut Counter,
    terminal: &mut Terminal,
    top: usize,
) -> Result<(), &'static str> {
    let model = Model::parse(job.model).map_err(|_| "model")?;
    draw(model, job, counter, terminal, top)
}

/// Draws the samples from one stream of random numbers.
#[inline(never)]
fn draw(
    model: Model<'_>,
    job: &Job,
    counter: &mut Counter,
    terminal: &mut Terminal,
    top: usize,
) -> Result<(), &'static str> {
    let mut sampler = Sampler::<DIM, WIDTH, BATCH>::new(model).map_err(|_| "size")?;
    sampler.set_class(job.class).map_err(|_| "class")?;
    if let Some(steps) = job.steps {
        sampler.set_steps(steps).map_err(|_| "steps")?;
    }
    if let Some(solver) = job.solver {
        sampler.set_solver(solver);
    }
    sampler.set_guidance(job.guidance).map_err(|_| "guidance")?;
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(job.seed);
    for index in 0..job.count {
        counter.reset();
        sampler.begin(&mut rng).map_err(|_| "generator")?;
        let mut instructions = u64::from(counter.elapsed());
        loop {
            counter.reset();
            let left = sampler.step();
            instructions += u64::from(counter.elapsed());
            if left == 0 {
                break;
            }
        }
        let sample = sampler.finished().ok_or("unfinished")?;
        if index == 0 {
            let used = top - stack::deepest();
            terminal.say(format_args!("stack={used} free={}\n", stack::free()));
        }
        report(&sample, instructions, terminal);
    }
    Ok(())
}

/// Prints a line of a sample's figures and the bits of its values as f32.
#[inline(never)]
fn report(sample: &Sample<'_>, instructions: u64, terminal: &mut Terminal) {
    terminal.say(format_args!(
        "class={} crc32={:08x} instructions={instructions} values=",
        sample.class().unwrap_or(0),
        sample.crc32(),
    ));
    for value in sample.values() {
        terminal.say(format_args!("{:08x}", value.to_bits()));
    }
    terminal.say(format_args!("\n"));
}
