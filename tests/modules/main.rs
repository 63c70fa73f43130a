//! Checks that modules import each other in one direction only.
//!
//! Each folder level of a crate is checked by itself. If anything below module `a` imports anything
//! below its sibling `b`, that is an arrow from `a` to `b`. A cycle of arrows fails the test. Test
//! modules are left out.

mod graph;
mod imports;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders without sources of ours.
const SKIPPED: [&str; 3] = ["target", ".git", "datasets"];

/// Returns the roots (`lib.rs`, `main.rs` and the files of `bin`) of every crate below `folder`.
fn crate_roots(folder: &Path, roots: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !SKIPPED.contains(&name.as_ref()) {
            crate_roots(&path, roots);
        } else if ["lib.rs", "main.rs"].contains(&name.as_ref()) {
            roots.push(path);
        }
    }
}

#[test]
fn no_crate_has_a_cycle_of_modules() {
    let mut roots = Vec::new();
    crate_roots(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
        &mut roots,
    );
    let mut cycles = Vec::new();
    let mut arrows = 0;
    for root in &roots {
        let modules = imports::read_crate(root);
        for (parent, edges) in graph::sibling_edges(&modules) {
            arrows += edges.len();
            if let Some(cycle) = graph::cycle(&edges) {
                let place = if parent.is_empty() {
                    "the root".to_owned()
                } else {
                    parent.join("::")
                };
                let examples: Vec<String> = cycle
                    .windows(2)
                    .map(|pair| edges[&(pair[0].clone(), pair[1].clone())].clone())
                    .collect();
                cycles.push(format!(
                    "{}: below {place}: {}\n    {}",
                    root.display(),
                    cycle.join(" -> "),
                    examples.join("\n    ")
                ));
            }
        }
    }
    assert!(
        arrows > 100,
        "only {arrows} imports were found in {} crates",
        roots.len()
    );
    assert!(
        cycles.is_empty(),
        "cycles of modules:\n{}",
        cycles.join("\n")
    );
}

/// A crate with two modules that import each other, one of them through a name of the root.
#[test]
fn a_cycle_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let write =
        |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("lib.rs", "mod a; mod b; pub use b::B;");
    write("a.rs", "pub struct A; fn f() { let _ = crate::B; }");
    write("b.rs", "use super::{a::A as C}; pub struct B(C);");
    let modules = imports::read_crate(&folder.path().join("lib.rs"));
    let edges: BTreeMap<_, _> = graph::sibling_edges(&modules)
        .remove(&Vec::new())
        .expect("arrows");
    let pairs: Vec<_> = edges
        .keys()
        .map(|(from, to)| format!("{from} {to}"))
        .collect();
    assert_eq!(pairs, ["a b", "b a"]);
    assert_eq!(graph::cycle(&edges).map(|cycle| cycle.len()), Some(3));
}
