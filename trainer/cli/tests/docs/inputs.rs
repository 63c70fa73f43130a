//! The files that the examples read and their pages do not show: binary ones and long ones.

use std::fs::{self, File};
use std::path::Path;
use std::sync::LazyLock;

use tempfile::TempDir;

use super::shell::shell;
use super::tree::root;

/// Copies all files into a folder. They are made once.
pub fn copy(folder: &Path) {
    static MADE: LazyLock<TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path());
        folder
    });
    done(folder, &format!("cp -R {}/. .", MADE.path().display()));
}

fn write(folder: &Path) {
    for (name, text) in tables() {
        put(folder, name, text);
    }
    for (name, channels) in [("machine.wav", 1), ("stereo.wav", 2)] {
        put(folder, name, wav(channels));
    }
    put(
        folder,
        "messung.txt",
        b"Ort;T \xb0C\nK\xf6ln;21\nBonn;22\nK\xf6ln;24\n",
    );
    for start in ["train", "t10k"] {
        put(
            folder,
            &format!("{start}-images-idx3-ubyte"),
            idx(&[40, 8, 8]),
        );
        put(folder, &format!("{start}-labels-idx1-ubyte"), idx(&[40]));
    }
    let photos = root().join("trainer/cli/tests/cli/files/photos");
    for number in 0..6 {
        for (class, jpeg) in [("left", "plain.jpg"), ("right", "grey.JPG")] {
            png(
                folder,
                &format!("signs/{class}/{number}.png"),
                [16, 8],
                number,
            );
            let photo = fs::read(photos.join(jpeg)).expect("a photo");
            put(folder, &format!("signs/{class}/a{number}.jpg"), &photo);
            put(folder, &format!("photos/{class}-{number}.jpg"), &photo);
        }
        png(folder, &format!("photos/{number}.png"), [48, 32], number);
        png(folder, &format!("icons/{number}.png"), [6, 6], number);
    }
    let datasets = root().join("trainer/datasets");
    for name in ["weather", "digits"] {
        let packed = datasets.join(format!("{name}/{name}.csv.gz"));
        let head = format!("gunzip -c {} | head -200 > {name}.csv", packed.display());
        done(folder, &head);
    }
    done(folder, "gzip -k rows.csv *-ubyte");
    done(
        folder,
        "flowlet train rows.csv --label kind -o made.flow -q",
    );
    for name in ["rows.npy", "rows.npz", "rows.parquet"] {
        done(
            folder,
            &format!("flowlet sample made.flow -n 40 -o {name} -q"),
        );
    }
}

fn done(folder: &Path, line: &str) {
    let ended = shell(line, folder);
    assert!(ended.status.success(), "{line}: {ended:?}");
}

fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, bytes).expect("written");
}

/// Returns rows of a header and `count` moments, each of which `row` writes.
fn table(header: &str, count: usize, row: impl Fn(usize, f64) -> String) -> String {
    let rows = (0..count).map(|at| row(at, (at as f64 * 0.3).sin()) + "\n");
    format!("{header}\n{}", rows.collect::<String>())
}

fn tables() -> Vec<(&'static str, String)> {
    let kind = |at: usize| ["red", "blue"][at / 20 % 2];
    let wave = |scale: f64| {
        move |at: usize, value: f64| format!("{:.3},{:.3}", scale * value, scale + at as f64 % 7.0)
    };
    let mut tables = vec![
        (
            "greenhouse.csv",
            table("timestamp,temperature", 1000, |at, value| {
                // A gap of a day each 200 moments.
                let minutes = at * 10 + at / 200 * 1440;
                let (day, hour, minute) = (1 + minutes / 1440, minutes / 60 % 24, minutes % 60);
                format!(
                    "2024-06-{day:02} {hour:02}:{minute:02}:00,{:.1}",
                    20.0 + 5.0 * value
                )
            }),
        ),
        ("site7.dat", {
            let head = "\"TOA5\",\"site7\",\"CR1000\"\nTIMESTAMP,RECORD,Temp\nTS,RN,Deg C\n,,Avg";
            table(head, 40, |at, value| {
                format!("\"2024-05-31 12:{at:02}:00\",{at},{value:.2}")
            })
        }),
        (
            "iris.data",
            table("5.1,3.5,1.4,0.2,setosa", 40, |at, value| {
                format!("{:.1},3.5,{}.5,0.2,setosa", 5.0 + value, at % 3)
            }),
        ),
        (
            "population.csv",
            table("town;people", 40, |at, _| {
                format!("t{};{} {:03}", at % 5, at + 1, at * 7)
            }),
        ),
        (
            "stations.csv",
            table(
                "rain,day,station,price,h0,h1,h2,h3,h4,h5,h6,h7",
                40,
                |at, value| {
                    let hours: Vec<String> =
                        (0..8).map(|hour| (at * hour % 7).to_string()).collect();
                    format!(
                        "{:.1},{},{},{}.30,{}",
                        value.max(0.0),
                        at + 1,
                        at % 3,
                        at % 9,
                        hours.join(",")
                    )
                },
            ),
        ),
        (
            "rows.csv",
            table("a,b,kind", 80, |at, value| {
                format!("{value:.3},{},{}", at % 9, kind(at))
            }),
        ),
        (
            "watch.csv",
            table("time,ax,ay,az,activity", 2000, |at, value| {
                let activity = ["walk", "rest"][at / 500 % 2];
                format!("{at},{value:.3},{:.3},{},{activity}", value / 2.0, at % 5)
            }),
        ),
        (
            "pumps.csv",
            table("pump,flow,pressure", 1000, |at, value| {
                format!("p{},{value:.3},{}", at / 100, at % 6)
            }),
        ),
    ];
    let names = [
        "monday.csv",
        "tuesday.csv",
        "wednesday.csv",
        "logs/a.csv",
        "logs/b.csv",
        "gestures/left/01.csv",
        "gestures/left/02.csv",
        "gestures/right/01.csv",
        "gestures/right/02.csv",
    ];
    tables.extend(names.map(|name| {
        let text = table("x,y", 200, wave(name.len() as f64));
        (name, text)
    }));
    tables
}

/// Returns a WAV file of 16 bits: a tone of 8000 Hz and 4000 moments in each channel.
fn wav(channels: u16) -> Vec<u8> {
    let moments = (0..4000).flat_map(|at| (0..channels).map(move |channel| (at, channel)));
    let samples: Vec<u8> = moments
        .flat_map(|(at, channel)| {
            let phase = f64::from(at) * 0.3 + f64::from(channel);
            ((9000.0 * phase.sin()) as i16).to_le_bytes()
        })
        .collect();
    let align = 2 * channels;
    [
        &b"RIFF"[..],
        &(36 + samples.len() as u32).to_le_bytes(),
        b"WAVEfmt \x10\0\0\0\x01\0",
        &channels.to_le_bytes(),
        &8000_u32.to_le_bytes(),
        &(8000 * u32::from(align)).to_le_bytes(),
        &align.to_le_bytes(),
        b"\x10\0data",
        &(samples.len() as u32).to_le_bytes(),
        &samples,
    ]
    .concat()
}

/// Returns an IDX file of bytes. Those of a single axis are digits.
fn idx(axes: &[u32]) -> Vec<u8> {
    let count: u32 = axes.iter().product();
    let values = (0..count).map(|at| match axes.len() {
        1 => at % 10,
        _ => at * 7919 / 64 % 256,
    });
    let mut bytes = vec![0, 0, 8, axes.len() as u8];
    bytes.extend(axes.iter().flat_map(|axis| axis.to_be_bytes()));
    bytes.extend(values.map(|value| value as u8));
    bytes
}

/// Writes a PNG image in colour, with a transparent corner.
fn png(folder: &Path, name: &str, [width, height]: [u32; 2], seed: u32) {
    put(folder, name, []);
    let file = File::create(folder.join(name)).expect("created");
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let pixel = |at: u32| {
        let alpha = if at < 2 { 0 } else { 255 };
        [at * 5 % 256, (at + 9 * seed) % 256, at * seed % 256, alpha].map(|value| value as u8)
    };
    let pixels: Vec<u8> = (0..width * height).flat_map(pixel).collect();
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&pixels).expect("pixels");
}
