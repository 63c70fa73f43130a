//! The host's compilers of C and C++, with their strictest warnings as errors. A compiler that is
//! not installed is left out.
#![allow(dead_code, reason = "each test program that includes it uses a part")]

use std::path::Path;
use std::process::Command;

/// Warnings of both compilers in both languages.
const COMMON: &[&str] = &[
    "-Werror",
    "-Wall",
    "-Wextra",
    "-pedantic",
    "-Wconversion",
    "-Wsign-conversion",
    "-Wcast-align",
    "-Wcast-qual",
    "-Wshadow",
    "-Wundef",
    "-Wdouble-promotion",
];
const GCC_C: &[&str] = &["-Wstrict-prototypes", "-Wmissing-prototypes"];
const GCC_CPP: &[&str] = &[
    "-Wold-style-cast",
    "-Wuseless-cast",
    "-Wzero-as-null-pointer-constant",
    "-Wextra-semi",
];
/// All warnings, except those about words that older standards do not have, and about every use of
/// a pointer as an array.
const CLANG: &[&str] = &[
    "-Weverything",
    "-Wno-c++98-compat",
    "-Wno-c++98-compat-pedantic",
    "-Wno-declaration-after-statement",
    "-Wno-unknown-warning-option",
    "-Wno-unsafe-buffer-usage",
];

/// A compiler with a standard of its language.
#[derive(Clone, Copy, Debug)]
pub struct Compiler {
    name: &'static str,
    standard: &'static str,
    warnings: &'static [&'static str],
}

/// Returns the compilers that are installed, with each standard.
pub fn all() -> Vec<Compiler> {
    let c = &["c99", "c11", "c2x"][..]; // c2x is C23
    let cpp = &["c++11", "c++14", "c++17", "c++20"][..];
    let kinds = [
        ("gcc", c, GCC_C),
        ("g++", cpp, GCC_CPP),
        ("clang", c, CLANG),
        ("clang++", cpp, CLANG),
    ];
    let mut compilers = Vec::new();
    for (name, standards, warnings) in kinds {
        if Command::new(name).arg("--version").output().is_err() {
            eprintln!("NOT RUN: there is no {name}");
            continue;
        }
        compilers.extend(standards.iter().map(|standard| Compiler {
            name,
            standard,
            warnings,
        }));
    }
    compilers
}

impl Compiler {
    /// Whether it compiles C++.
    pub fn is_cpp(self) -> bool {
        self.standard.starts_with("c++")
    }

    /// Whether it compiles for other processors too.
    pub fn is_clang(self) -> bool {
        self.name.starts_with("clang")
    }

    /// Returns the standard, such as "c11".
    pub fn standard(self) -> &'static str {
        self.standard
    }

    /// Compiles a program in a folder, where its headers may be, and returns what it prints.
    pub fn printed(self, folder: &Path, program: &str, options: &[&str]) -> String {
        self.compile(folder, program, options);
        let ran = Command::new(folder.join("program")).output();
        String::from_utf8(ran.expect("the program runs").stdout).expect("text")
    }

    /// Returns the text after the preprocessor.
    pub fn preprocessed(self, folder: &Path, program: &str, options: &[&str]) -> String {
        let options = [options, &["-E"]].concat();
        self.compile(folder, program, &options);
        std::fs::read_to_string(folder.join("program")).expect("text")
    }

    /// Returns the compiler's command, without the files.
    pub fn command(self) -> Command {
        let mut command = Command::new(self.name);
        command
            .arg(format!("-std={}", self.standard))
            .args(COMMON)
            .args(self.warnings);
        command
    }

    /// Compiles a program in a folder to the file `program`.
    pub fn compile(self, folder: &Path, program: &str, options: &[&str]) {
        let source = folder.join(if self.is_cpp() {
            "source.cpp"
        } else {
            "source.c"
        });
        std::fs::write(&source, program).expect("the source can be written");
        let built = self
            .command()
            .args(options)
            .arg("-o")
            .args([folder.join("program"), source])
            .output()
            .expect("the compiler runs");
        let errors = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{self:?}: {errors}");
    }
}
