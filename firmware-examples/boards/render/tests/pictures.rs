//! Compares what samples look like on the displays with the committed pictures, pixel by pixel.
//! `cargo xtask record pictures` draws them anew.

use std::convert::Infallible;
use std::path::Path;

use embedded_graphics::pixelcolor::{BinaryColor, Rgb888};
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Line, PrimitiveStyle, Rectangle, StyledDrawable};
use embedded_graphics_simulator::{BinaryColorTheme, OutputSettingsBuilder, SimulatorDisplay};
use flowlet::Fixed;
use render::csv::{Header, Row};
use render::digit::{Digit, from_values};
use render::models;
use render::wave::{BETWEEN, SAMPLES, Wave};
use render::{leds, oled, sampling};

fn digits() -> Vec<Digit> {
    let model = models::digits::model();
    let mut sampler = models::digits::sampler();
    let mut rng = sampling::rng(1);
    let mut digit =
        |class| from_values(&sampling::sample(&mut sampler, Some(class), &mut rng).unwrap());
    (0..model.classes()).map(&mut digit).collect()
}

/// Compares a display with the committed picture, or records it if FLOWLET_RECORD is set.
fn check<C: PixelColor + Into<Rgb888>>(
    name: &str,
    display: &SimulatorDisplay<C>,
    settings: OutputSettingsBuilder,
) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("pictures")
        .join(name);
    let drawn = display.to_rgb_output_image(&settings.build());
    if std::env::var_os("FLOWLET_RECORD").is_some() {
        drawn.save_png(&path).unwrap();
    }
    let kept = SimulatorDisplay::<Rgb888>::load_png(&path).unwrap();
    let kept = kept.to_rgb_output_image(&OutputSettingsBuilder::new().build());
    assert!(
        kept.as_image_buffer() == drawn.as_image_buffer(),
        "{name} differs; `cargo xtask record pictures` records it"
    );
}

fn ok<T>(result: Result<T, Infallible>) -> T {
    let Ok(value) = result;
    value
}

#[test]
fn leds_show_digits() {
    let mut display = SimulatorDisplay::<Rgb888>::new(Size::new(5 * 44, 2 * 44));
    for (index, digit) in digits().iter().enumerate() {
        let corner = Point::new(44 * (index as i32 % 5) + 4, 44 * (index as i32 / 5) + 4);
        for (row, line) in leds::brightness(digit).iter().enumerate() {
            for (column, &level) in line.iter().enumerate() {
                let at = corner + Point::new(8 * column as i32, 8 * row as i32);
                let red = 30 + 25 * level;
                let style = PrimitiveStyle::with_fill(Rgb888::new(red, red / 8, red / 8));
                ok(Rectangle::new(at, Size::new(4, 6)).draw_styled(&style, &mut display));
            }
        }
    }
    let settings = OutputSettingsBuilder::new().scale(2);
    check("leds.png", &display, settings);
}

#[test]
fn an_oled_shows_a_digit() {
    let mut display = SimulatorDisplay::<BinaryColor>::new(Size::new(128, 64));
    ok(oled::draw(&mut display, &digits()[3], 3, 4));
    let settings = OutputSettingsBuilder::new()
        .scale(2)
        .theme(BinaryColorTheme::OledBlue);
    check("oled.png", &display, settings);
}

#[test]
fn a_converter_plays_heartbeats() {
    let mut sampler = models::heartbeat::sampler();
    let mut rng = sampling::rng(1);
    let (mut codes, mut before) = (Vec::new(), Wave::SILENT.last());
    for _ in 0..3 {
        let wave = Wave::from_millivolts(&sampling::sample(&mut sampler, None, &mut rng).unwrap());
        codes.extend(wave.codes(before));
        before = wave.last();
    }
    assert_eq!(codes.len(), 3 * SAMPLES * usize::from(BETWEEN));
    let mut display = SimulatorDisplay::<Rgb888>::new(Size::new(codes.len() as u32, 256));
    let point = |(time, &code): (usize, &u16)| Point::new(time as i32, 255 - i32::from(code) / 16);
    let points: Vec<Point> = codes.iter().enumerate().map(point).collect();
    for pair in points.windows(2) {
        let style = PrimitiveStyle::with_stroke(Rgb888::new(90, 255, 120), 2);
        ok(Line::new(pair[0], pair[1]).draw_styled(&style, &mut display));
    }
    check("heartbeats.png", &display, OutputSettingsBuilder::new());
}

#[test]
fn a_serial_port_sends_movements() {
    let model = models::motion::model();
    let mut sampler = models::motion::sampler();
    let mut rng = sampling::rng(1);
    let mut sent = format!("{}\n", Header(&model));
    for (class, name) in (0..).zip(model.class_names()) {
        let values = sampling::sample(&mut sampler, Some(class), &mut rng).unwrap();
        sent += &format!("{}\n", Row(&values, name));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures/movements.csv");
    if std::env::var_os("FLOWLET_RECORD").is_some() {
        std::fs::write(&path, &sent).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), sent);
}

#[test]
fn thousandths_are_written_with_their_sign() {
    let values = [(0, 60), (-1, 8), (79, 6), (i32::MIN, 15), (i32::MIN, 0)];
    let values = values.map(|(raw, frac)| Fixed { raw, frac });
    let row = Row(&values, "row");
    assert_eq!(
        row.to_string(),
        "0.000,-0.004,1.234,-32768.000,-32768.000,row"
    );
}

/// Taking single steps gives the same sample.
#[test]
fn single_steps_give_the_same_sample() {
    let model = models::heartbeat::model();
    let mut sampler = models::heartbeat::sampler();
    let whole = sampling::sample(&mut sampler, None, &mut sampling::rng(1)).unwrap();
    sampling::begin(&mut sampler, None, &mut sampling::rng(1)).unwrap();
    let ticks = SAMPLES * usize::from(BETWEEN);
    assert!(
        ticks > model.steps().into(),
        "a beat is drawn while another one is played"
    );
    let beat = (0..ticks).find_map(|_| sampling::step(&mut sampler));
    assert_eq!(beat, Some(whole));
}
