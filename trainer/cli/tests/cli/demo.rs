//! `flowlet demo`: what it writes to its folder.

use crate::place::{Ended, Place};

#[test]
fn the_folder_is_made_and_filled() {
    let place = Place::new();
    // Without a PATH there is no emulator, which the command reports in one line.
    let mut command = place.command("demo --iterations 20 --output new/folder");
    let ended: Ended = command.env("PATH", "").output().expect("it runs").into();
    let said = String::from_utf8(ended.stdout).expect("UTF-8");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{said}");
    let last = said.lines().last().expect("a line");
    assert!(
        last.starts_with("skipped: ") && last.contains("`sh tests/setup.sh`"),
        "{last}"
    );
    let model = place.get("new/folder/digits.flow");
    assert!(flowlet::Model::parse(&model).is_ok_and(|model| model.classes() == 10));
    assert!(model.len() <= 48 * 1024, "{} bytes", model.len());
    assert!(place.get("new/folder/digits.png").starts_with(b"\x89PNG"));
    assert!(
        said.contains("label accuracy") && said.contains("@@"),
        "{said}"
    );
    assert!(!said.contains('\u{1b}'), "colours are for terminals");
}

#[test]
fn a_file_in_the_place_of_the_folder_is_refused() {
    let place = Place::new();
    place.put("demo", "a file");
    for (folder, reason) in [
        ("demo", "this is a file, not a folder; choose another place"),
        (
            "demo/within",
            "demo is a file, not a folder; choose another place",
        ),
    ] {
        let words = place.refused(&format!("demo --iterations 1000000000 -o {folder}"));
        assert_eq!(words, format!("{folder}: {reason}"));
    }
}
