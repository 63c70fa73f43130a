//! Made rows of machines that run well. There are as many as needed, so that the share of false
//! alarms can be measured.

use flowlet_trainer::Table;
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro128PlusPlus;

use crate::Failure;

/// A machine whose rows are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Machine {
    /// Hour, temperatures, valve and humidity of a heated room.
    Thermostat,
    /// Speed, load, temperature, vibration and current of a motor.
    Motor,
}

impl Machine {
    pub(super) const ALL: [Self; 2] = [Self::Thermostat, Self::Motor];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Thermostat => "thermostat",
            Self::Motor => "motor",
        }
    }

    /// Makes rows, which are independent of each other.
    pub(super) fn rows(self, count: usize, seed: u64) -> Result<Table, Failure> {
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed << 8 | self as u64);
        let (header, row): (_, fn(&mut Xoshiro128PlusPlus) -> String) = match self {
            Self::Thermostat => ("hour,outside,target,room,valve,humidity", thermostat),
            Self::Motor => ("speed,load,temp,vib,current", motor),
        };
        let rows: String = (0..count).map(|_| row(&mut rng)).collect();
        Ok(Table::parse_csv(
            format!("{header}\n{rows}").as_bytes(),
            self.name(),
        )?)
    }
}

fn normal(rng: &mut impl Rng) -> f64 {
    StandardNormal.sample(rng)
}

fn thermostat(rng: &mut Xoshiro128PlusPlus) -> String {
    let hour: u32 = rng.random_range(0..24);
    let day = (f64::from(hour) - 15.0) / 24.0 * std::f64::consts::TAU;
    let outside = 6.0 + 4.0 * day.cos() + 3.0 * normal(rng);
    let target = if (6..22).contains(&hour) { 21.0 } else { 17.5 };
    let room = target + 0.02 * (outside - 6.0) + 0.3 * normal(rng);
    let valve = 12.0 + 2.5 * (target - outside) + 25.0 * (target - room) + 3.0 * normal(rng);
    let valve = valve.clamp(0.0, 100.0);
    let humidity = 52.0 + 0.6 * outside - 0.1 * valve + 3.0 * normal(rng);
    format!("{hour},{outside:.1},{target},{room:.2},{valve:.0},{humidity:.0}\n")
}

fn motor(rng: &mut Xoshiro128PlusPlus) -> String {
    let speed = [900.0, 1500.0, 2800.0][rng.random_range(0..3)] + 15.0 * normal(rng);
    let load: f64 = rng.random_range(0.1..1.0);
    let temp = 30.0 + 25.0 * load + 0.006 * speed + 1.5 * normal(rng);
    let vib = (0.1 + 0.0003 * speed) * (0.2 * normal(rng)).exp();
    let current = 0.4 + 4.0 * load * (1.0 + 0.1 * speed / 2800.0) + 0.1 * normal(rng);
    format!("{speed:.0},{load:.3},{temp:.1},{vib:.3},{current:.2}\n")
}
