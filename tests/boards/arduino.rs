//! The Arduino library: it keeps the rules of `arduino-lint --compliance strict`, and its sketch
//! compiles and links as Arduino's builder does it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::c::{FOLDER, MADE, panics, symbols};
use crate::firmware::printed;

/// A library as Arduino Lint sees it.
#[derive(Clone, Default)]
struct Library {
    /// Name of its folder.
    folder: String,
    /// Paths in the folder, and texts; empty for files that are no text.
    files: BTreeMap<String, String>,
    symlinks: usize,
}

impl Library {
    fn read(folder: &Path) -> Self {
        let name = folder.file_name().expect("a name").to_string_lossy();
        let mut library = Self {
            folder: name.into_owned(),
            ..Self::default()
        };
        library.collect(folder, "");
        library
    }

    fn collect(&mut self, folder: &Path, inside: &str) {
        for entry in std::fs::read_dir(folder).expect("a listing") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            let name = format!("{inside}{name}");
            self.symlinks += usize::from(path.is_symlink());
            if path.is_dir() {
                self.collect(&path, &format!("{name}/"));
            } else {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                self.files.insert(name, text);
            }
        }
    }

    /// Returns the fields of library.properties.
    fn properties(&self) -> BTreeMap<&str, &str> {
        let text = self.files.get("library.properties");
        let lines = text.map_or("", String::as_str).lines();
        lines.filter_map(|line| line.split_once('=')).collect()
    }

    /// Returns the paths of the sketches.
    fn sketches(&self) -> impl Iterator<Item = &str> {
        let paths = self.files.keys().map(String::as_str);
        paths.filter(|path| path.ends_with(".ino"))
    }

    /// Returns the numbers of the rules that the library breaks. Rules are left out that need a
    /// network (the address answers, the name is free) and those for official libraries.
    fn broken(&self) -> Vec<&'static str> {
        let rules = [
            self.structure(),
            self.names(),
            self.fields(),
            self.sketch_rules(),
        ];
        let broken = rules.into_iter().flatten().filter(|(_, kept)| !kept);
        broken.map(|(rule, _)| rule).collect()
    }

    fn structure(&self) -> Vec<(&'static str, bool)> {
        let has = |path: &str| self.files.contains_key(path);
        let ends = |end: &str| self.files.keys().any(|path| path.ends_with(end));
        let name = self.properties().get("name").copied().unwrap_or("");
        let first = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
        let known = |entry: &str| match entry {
            "library.properties" | "keywords.txt" | "src" | "examples" | "extras" => true,
            file => file == "README.md" || file.starts_with("LICENSE"),
        };
        let includes = |text: &String| {
            let lower = text.to_ascii_lowercase().matches("<arduino.h>").count();
            lower == text.matches("<Arduino.h>").count()
        };
        vec![
            (
                "LS001",
                self.files
                    .keys()
                    .any(|path| path.starts_with("src/") && path.ends_with(".h")),
            ),
            ("LS002", self.folder.len() <= 63),
            ("LS003", plain(&self.folder)),
            ("LS005", self.symlinks == 0),
            ("LS006", !has(".development")),
            ("LS007", !ends(".exe")),
            (
                "LS008",
                has(&format!("src/{name}.h")) && self.folder == name,
            ),
            // Also LS011, LS012, LD005, LD006, LP002 and LP003: names that are nearly these.
            ("LS009", self.files.keys().all(|path| known(&first(path)))),
            (
                "LS010",
                !self
                    .files
                    .keys()
                    .any(|path| path.starts_with("src/utility/")),
            ),
            ("LP001", has("library.properties")),
            ("LP004", !ends("/library.properties")),
            ("LC001", self.files.values().all(includes)),
            ("LD001", has("README.md")),
            (
                "LD002",
                has("LICENSE") || has("LICENSE.txt") || has("LICENSE.md"),
            ),
        ]
    }

    /// Rules about the fields that name something.
    fn names(&self) -> Vec<(&'static str, bool)> {
        let properties = self.properties();
        let field = |key: &str| properties.get(key).copied().unwrap_or("");
        let name = field("name").to_ascii_lowercase();
        let version: Vec<_> = field("version").split('.').map(str::parse::<u32>).collect();
        let maintainer = field("maintainer").to_ascii_lowercase();
        vec![
            ("LP008", !name.is_empty()),
            ("LP010", name.len() <= 16),
            ("LP011", plain(&name)),
            ("LP014", !name.contains("arduino")),
            ("LP016", !name.contains("library")),
            (
                "LP021",
                version.len() == 3 && version.iter().all(Result::is_ok),
            ),
            ("LP024", !field("author").is_empty()),
            ("LP026", !maintainer.is_empty()),
            ("LP057", !maintainer.contains("arduino")),
            ("LP028", !properties.contains_key("email")),
        ]
    }

    fn fields(&self) -> Vec<(&'static str, bool)> {
        const KNOWN: [&str; 15] = [
            "name",
            "version",
            "author",
            "maintainer",
            "sentence",
            "paragraph",
            "category",
            "url",
            "architectures",
            "depends",
            "dot_a_linkage",
            "includes",
            "precompiled",
            "ldflags",
            "license",
        ];
        const CATEGORIES: [&str; 9] = [
            "Display",
            "Communication",
            "Signal Input/Output",
            "Sensors",
            "Device Control",
            "Timing",
            "Data Storage",
            "Data Processing",
            "Other",
        ];
        let properties = self.properties();
        let field = |key: &str| properties.get(key).copied().unwrap_or("");
        let lines = self
            .files
            .get("library.properties")
            .map_or(0, |text| text.lines().count());
        let sentence = field("sentence");
        let source = |header: &str| self.files.contains_key(&format!("src/{header}"));
        vec![
            ("LP005", lines == properties.len()),
            ("LP006", properties.keys().all(|key| KNOWN.contains(key))),
            ("LP032", !sentence.is_empty()),
            ("LP034", properties.contains_key("paragraph")),
            (
                "LP036",
                sentence.is_empty() || !field("paragraph").contains(sentence),
            ),
            ("LP038", CATEGORIES.contains(&field("category"))),
            (
                "LP041",
                field("url").starts_with("https://") && !field("url").contains(' '),
            ),
            ("LP044", !field("architectures").is_empty()),
            (
                "LP046",
                field("architectures") == field("architectures").to_ascii_lowercase(),
            ),
            ("LP048", !properties.contains_key("depends")),
            (
                "LP049",
                ["", "true", "false"].contains(&field("dot_a_linkage")),
            ),
            ("LP052", field("includes").split(',').all(source)),
            ("LP053", ["true", "full"].contains(&field("precompiled"))),
            ("LP055", field("ldflags").starts_with("-l")),
        ]
    }

    fn sketch_rules(&self) -> Vec<(&'static str, bool)> {
        // examples/NAME/NAME.ino
        let matches = |path: &str| {
            let parts: Vec<_> = path.split('/').collect();
            parts.len() == 3 && parts[2] == format!("{}.ino", parts[1])
        };
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        vec![
            (
                "LD003",
                self.sketches().all(|path| path.starts_with("examples/")),
            ),
            ("LD004", self.sketches().next().is_some()),
            ("SS001", self.sketches().all(matches)),
            ("SS002", self.sketches().all(|path| plain(&name(path)))),
            ("SS003", self.sketches().all(|path| name(path).len() <= 63)),
            (
                "SS004",
                !self.files.keys().any(|path| path.ends_with(".pde")),
            ),
        ]
    }
}

/// Whether a name has only the characters that are allowed for folders, files and libraries.
fn plain(name: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_.-".contains(letter);
    name.starts_with(|letter: char| letter.is_ascii_alphanumeric()) && name.chars().all(allowed)
}

/// Each change breaks one rule, so the rules are looked at.
fn assert_rules_are_seen(library: &Library) {
    type Change = fn(&mut Library);
    fn set(library: &mut Library, from: &str, to: &str) {
        let text = library
            .files
            .get_mut("library.properties")
            .expect("the properties");
        assert!(text.contains(from), "{from}");
        *text = text.replace(from, to);
    }
    fn add(library: &mut Library, path: &str) {
        library.files.insert(path.to_owned(), String::new());
    }
    let changes: [(&str, Change); 14] = [
        ("LS005", |library| library.symlinks = 1),
        ("LS007", |library| add(library, "extras/tool.exe")),
        ("LS008", |library| library.folder = "flowlet".into()),
        ("LS009", |library| add(library, "example/a.txt")),
        ("LP004", |library| add(library, "src/library.properties")),
        ("LP006", |library| {
            set(library, "ldflags=", "ldflag=-lm\nldflags=")
        }),
        ("LP021", |library| set(library, "version=", "version=1.")),
        ("LP036", |library| {
            set(
                library,
                "paragraph=",
                "paragraph=Generative models on microcontrollers. ",
            )
        }),
        ("LP038", |library| {
            set(
                library,
                "category=Data Processing",
                "category=Data processing",
            )
        }),
        ("LP046", |library| {
            set(library, "architectures=", "architectures=AVR,")
        }),
        ("LP052", |library| {
            set(library, "includes=", "includes=Arduino.h,")
        }),
        ("LD001", |library| drop(library.files.remove("README.md"))),
        ("LD002", |library| drop(library.files.remove("LICENSE.txt"))),
        ("SS001", |library| add(library, "examples/Digits/More.ino")),
    ];
    for (rule, change) in changes {
        let mut changed = library.clone();
        change(&mut changed);
        assert_eq!(changed.broken(), [rule]);
    }
}

mod deep {
    use super::*;

    #[test]
    #[ignore = "needs targets and arm-none-eabi-gcc: sh tests/deep.sh"]
    fn the_arduino_library_keeps_the_strict_rules_and_its_sketch_links() {
        let text = printed(Command::new("sh").arg(format!("{FOLDER}/arduino.sh")));
        let folder = PathBuf::from(text.lines().last().expect("arduino.sh prints a path"));
        let library = Library::read(&folder);
        assert_eq!(library.broken(), Vec::<&str>::new());
        assert_rules_are_seen(&library);
        assert_sketch_links(&folder);
    }
}

/// Compiles and links the sketch for each kind of library. `Arduino.h` replaces the header of an
/// Arduino core.
fn assert_sketch_links(library: &Path) {
    let boards: [(&str, &[&str]); 4] = [
        ("cortex-m0plus", &["-mcpu=cortex-m0plus"]),
        ("cortex-m3", &["-mcpu=cortex-m3"]),
        (
            "cortex-m4/fpv4-sp-d16-hard",
            &["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"],
        ),
        (
            "cortex-m4/fpv4-sp-d16-softfp",
            &["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=softfp"],
        ),
    ];
    for (folder, flags) in boards {
        let sketch = library.join("examples/Digits/Digits.ino");
        let elf = PathBuf::from(format!("{MADE}/sketch.elf"));
        printed(
            Command::new("arm-none-eabi-g++")
                .args(flags)
                .args([
                    "-mthumb",
                    "-Os",
                    "-std=gnu++11",
                    "-fno-exceptions",
                    "-fno-rtti",
                    "-ffreestanding",
                ])
                .args([
                    "-ffunction-sections",
                    "-fdata-sections",
                    "-Wall",
                    "-Wextra",
                    "-Werror",
                ])
                .args([
                    "-nostdlib",
                    "-Wl,--gc-sections",
                    "-Wl,--entry=main",
                    "-include",
                    "boards/Arduino.h",
                ])
                .arg("-I")
                .arg(library.join("src"))
                .args(["-x", "c++"])
                .arg(sketch)
                .args(["-x", "none", "-L"])
                .arg(library.join("src").join(folder))
                .args(["-lflowlet", "-lgcc", "-o"])
                .arg(&elf),
        );
        let linked = symbols(&elf);
        assert!(
            linked.iter().any(|name| name == "flowlet_sample"),
            "{folder}"
        );
        assert!(panics(&linked).is_empty(), "{folder}");
    }
}
