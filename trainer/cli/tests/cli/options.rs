//! Options for reading data, from the command line to the values of a model.

use std::fs;

use crate::place::{Place, TINY};

/// Trains on data, and returns the lines of columns that `inspect` prints, with single spaces.
fn inspected(place: &Place, data: &str, options: &str) -> Vec<String> {
    place.done(&format!("train {data} {options} -q -o m.flow {TINY}"));
    let shown = place.says("inspect m.flow");
    let lines = shown
        .lines()
        .skip_while(|line| !line.starts_with("column "));
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    lines.skip(1).map(words).collect()
}

/// Returns the name and the values of each column, without its mean and scale.
fn columns(place: &Place, data: &str, options: &str) -> Vec<String> {
    let lines = inspected(place, data, options).into_iter();
    let lines = lines.take_while(|line| !line.is_empty());
    let column = |line: String| {
        let words: Vec<&str> = line.split(' ').collect();
        let is_word = |word: &&&str| word.parse::<f64>().is_err();
        match words[1..].iter().position(|word| is_word(&word)) {
            Some(2) => format!("{} {}", words[0], words[3..].join(" ")),
            _ => line.clone(),
        }
    };
    lines.map(column).collect()
}

/// Repeats the rows of a table ten times: those below the first `head` lines and above the last
/// `foot` lines.
fn repeated(text: &str, head: usize, foot: usize) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let end = lines.len() - foot;
    let rows = lines[head..end].concat().repeat(10);
    [lines[..head].concat(), rows, lines[end..].concat()].concat()
}

#[test]
fn lines_that_are_no_rows_are_declared() {
    let place = Place::new();
    let check = |text: &str, (head, foot), options: &str, expected: [&str; 2]| {
        place.put("data.csv", repeated(text, head, foot));
        assert_eq!(columns(&place, "data.csv", options), expected, "{options}");
    };
    let both = ["a integer, 1 to 3", "b integer, 7 to 9"];
    let text = "x,y\n0,0\na,b\n5,5\n1,7\n2,8\n3,9\n";
    check(text, (4, 0), "--header-line 3 --skip-after-header 1", both);
    check(
        "a,b\n5,5\n6,6\n1,7\n2,8\n3,9\n",
        (3, 0),
        "--skip-after-header 2",
        both,
    );
    check(
        "a,b\n1,7\n2,8\n3,9\n60,80\n20,30\n",
        (1, 2),
        "--skip-footer 2",
        both,
    );
    let text = "a,b\n0,0\n1,7\n3,9\n";
    check(text, (1, 0), "--comment 0", both);
    check(
        "5,70\n6,90\n7,80\n",
        (0, 0),
        "--no-header",
        ["c0 integer, 5 to 7", "c1 integer, 70 to 90"],
    );
}

#[test]
fn cells_are_declared() {
    let place = Place::new();
    let check = |text: &str, options: &str, expected: &[&str]| {
        place.put("data.csv", repeated(text, 1, 0));
        assert_eq!(columns(&place, "data.csv", options), expected, "{options}");
    };
    let text = "a;b\n1.100;2,5\n2.200;3,5\n";
    let options = "--decimal , --thousands . --delimiter ;";
    check(
        text,
        options,
        &["a integer, 1100 to 2200", "b real, 1 decimal, 2.5 to 3.5"],
    );
    let text = "a,b\n1,4\n-99,5\n2,gone\n3,9\n";
    let options = "--missing-value -99 --missing-value gone --missing drop";
    check(text, options, &["a integer, 1 to 3", "b integer, 4 to 9"]);
    check(
        "a,b\n1,4\n,5\n5,9\n",
        "--missing mean",
        &["a integer, 1 to 5", "b integer, 4 to 9"],
    );
    check(
        "zip,b\n10115,4\n20095,5\n10115,6\n",
        "--category zip",
        &[
            "zip 2 categories from value 0: 10115, 20095",
            "b integer, 4 to 6",
        ],
    );
    let text = "v,w,x,y,z\n1,10,100,7,0\n2,20,200,8,0\n3,30,300,9,0\n";
    let chosen = ["x integer, 100 to 300", "y integer, 7 to 9"];
    check(text, "--columns :3-4", &chosen);
    check(text, "--drop :1-2,z", &chosen);
    check(
        text,
        "--columns y,:1",
        &["y integer, 7 to 9", "v integer, 1 to 3"],
    );
    // A name with a comma.
    let text = "\"t, s\",\"p, bar\",q\n1,4,7\n2,5,8\n";
    place.put("data.csv", repeated(text, 1, 0));
    let mut command = place.command(&format!("train data.csv -q -o n.flow {TINY} --drop"));
    let ended = command.arg("\"t, s\",q").output().expect("it runs");
    assert!(ended.status.success());
    let shown = place.says("inspect n.flow");
    assert!(
        shown.contains("p, bar") && !shown.contains("t, s"),
        "{shown}"
    );
}

#[test]
fn an_encoding_is_declared() {
    let place = Place::new();
    // Cyrillic letters, which Windows-1252 has as others.
    let text = [b"\xf2,x\n".as_slice(), b"1,4\n2,5\n".repeat(10).as_slice()].concat();
    place.put("data.csv", text);
    let found = |options| columns(&place, "data.csv", options)[0].clone();
    assert_eq!(found("--encoding windows-1251"), "т integer, 1 to 2");
    assert_eq!(found("--encoding koi8-r"), "Р integer, 1 to 2");
}

#[test]
fn groups_and_gaps_bound_windows() {
    let place = Place::new();
    // Two values apart only within a group: windows that cross groups would have others.
    let rows: String = (0..60)
        .map(|row| format!("g{},{},{}\n", row / 6, row / 3 * 100 + row % 3, row % 3))
        .collect();
    place.put("data.csv", format!("id,t,x\n{rows}"));
    let moments = [
        "x0 integer, 0 to 0",
        "x1 integer, 1 to 1",
        "x2 integer, 2 to 2",
    ];
    let found = |options: &str| columns(&place, "data.csv", options);
    assert_eq!(found("--window 3 --time t --drop id"), moments);
    assert_eq!(found("--window 3 --stride 3 --group id --drop t"), moments);
    // A longer gap lets windows cross.
    let crossing = found("--window 3 --stride 1 --time t --gap 200 --drop id");
    assert_eq!(crossing[0], "x0 integer, 0 to 2");
}

/// Writes a PNG file of 2 × 2 pixels of red, green, blue and opacity.
fn put_image(place: &Place, name: &str, pixel: [u8; 4]) {
    let file = fs::File::create(place.path(name)).expect("created");
    let mut encoder = png::Encoder::new(file, 2, 2);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&pixel.repeat(4)).expect("written");
}

#[test]
fn images_are_read_as_options_say() {
    let place = Place::new();
    fs::create_dir(place.path("images")).expect("made");
    for at in 0..60 {
        let opacity = if at % 2 == 0 { 0 } else { 255 };
        put_image(
            &place,
            &format!("images/{at:02}.png"),
            [60, 60, at % 10, opacity],
        );
    }
    let found = |options: &str| columns(&place, "images", options);
    let colours = found("--colour --size 1x1");
    assert_eq!(
        colours,
        [
            "r0 integer, 0 to 60",
            "g0 integer, 0 to 60",
            "b0 integer, 0 to 9"
        ]
    );
    let white = found("--background white --size 1x2");
    assert_eq!(white, ["p0 integer, 53 to 255", "p1 integer, 53 to 255"]);
}

#[test]
fn sound_is_read_and_written_as_options_say() {
    let place = Place::new();
    // Two channels of 16 bits, which repeat after four samples.
    let samples: Vec<u8> = (0..400i16)
        .flat_map(|at| [at % 4 * 4096, at % 4 * -8192])
        .flat_map(i16::to_le_bytes)
        .collect();
    let mut wav =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x40\x1f\0\0\0\x7d\0\0\x04\0\x10\0data"
            .to_vec();
    wav.extend((samples.len() as u32).to_le_bytes());
    wav.extend(samples);
    place.put("tone.wav", wav);
    let mean_of = |options: &str, column: &str| {
        let lines = inspected(&place, "tone.wav", options);
        let mut words = lines.iter().map(|line| line.split(' '));
        let found = words.find_map(|mut words| (words.next() == Some(column)).then_some(words));
        found.and_then(|mut words| words.next().map(str::to_owned))
    };
    let split = |column| mean_of("--window 8 --split-channels", column);
    assert_eq!(split("s0_3").as_deref(), Some("0.375"));
    assert_eq!(split("s1_3").as_deref(), Some("-0.75"));
    assert_eq!(mean_of("--window 8", "s3").as_deref(), Some("-0.1875"));
    place.done("sample m.flow -n 2 -o clips/ --rate 11025");
    let clip = fs::read_dir(place.path("clips")).expect("a listing").next();
    let clip = fs::read(clip.expect("a clip").expect("an entry").path()).expect("read");
    assert_eq!(clip[24..28], 11025u32.to_le_bytes());
}
