//! `flowlet::model!`: the compiler accepts a model and says what is wrong with a damaged file.

use std::path::{Path, PathBuf};
use std::process::Command;

const MODEL: &str = "../firmware-examples/models/moons.flow";

/// Returns the library that this test was linked with: the newest in the folder of the test.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("the path of the test");
    let folder = test.parent().expect("a folder");
    let files = std::fs::read_dir(folder).expect("the folder of the test");
    let libraries = files.map(|file| file.expect("a file")).filter(|file| {
        let name = file.file_name().into_string().unwrap_or_default();
        name.starts_with("libflowlet-") && name.ends_with(".rlib")
    });
    let newest = libraries.max_by_key(|file| {
        let metadata = file.metadata().expect("metadata");
        metadata.modified().expect("a time")
    });
    newest.expect("the library of the runtime").path()
}

/// Compiles a program that includes the file `bytes`; returns the compiler's messages if it
/// refuses.
fn compile(bytes: &[u8]) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("model.flow"), bytes).expect("a model");
    let program = r#"
        #![deny(warnings)]
        flowlet::model!(
            /// Points.
            pub mod points = "model.flow"
        );
        static SAMPLER: points::Sampler = points::sampler();
        pub fn dim() -> usize {
            let two = points::Sampler::<2>::new(points::model()).ok();
            two.map_or(0, |two| two.model().dim() + SAMPLER.model().dim())
        }
    "#;
    std::fs::write(path("program.rs"), program).expect("a program");
    let library = library();
    let output = Command::new("rustc")
        .args([
            "--edition",
            "2021",
            "--crate-type",
            "lib",
            "--emit",
            "metadata",
        ])
        .arg("--out-dir")
        .arg(folder.path())
        .arg("--extern")
        .arg(format!("flowlet={}", library.display()))
        .arg("-L")
        .arg(library.parent().unwrap_or(Path::new(".")))
        .arg(path("program.rs"))
        .output()
        .expect("rustc runs");
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

#[test]
fn the_compiler_checks_an_included_model() {
    let bytes = std::fs::read(MODEL).expect(MODEL);
    assert_eq!(compile(&bytes), Ok(()));
    let changed = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        bytes
    };
    let steps = crate::fuzz_checks::repaired(&changed(21, 9));
    for (file, expected) in [
        (
            &bytes[..bytes.len() - 1],
            "truncated: the file is shorter than its header says",
        ),
        (
            &changed(0, b'f'),
            "not a flowlet model: it does not begin with FLOW",
        ),
        (
            &changed(8, 99),
            "another version of the format than this runtime reads",
        ),
        (&changed(3000, 77), "damaged: the checksum does not match"),
        (&steps, "invalid field: number of steps"),
    ] {
        let messages = compile(file).expect_err("an error of the compiler");
        assert!(messages.contains(expected), "{expected}: {messages}");
    }
}

#[test]
fn included_models_are_aligned_and_complete() {
    flowlet::model!(mod moons = "../../firmware-examples/models/moons.flow");
    assert!(moons::model().is_aligned());
    assert_eq!(moons::SIZE, flowlet::ModelSize::of(moons::BYTES).unwrap());
    let parsed = flowlet::Model::parse(moons::BYTES).unwrap();
    assert_eq!(format!("{parsed:?}"), format!("{:?}", moons::model()));
}
