//! The files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the folder of the checkout.
pub fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the checkout")
}

/// Returns all files whose name has one of the `extensions`, except those of builds.
pub fn files(extensions: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&root(), extensions, &mut files);
    files.sort();
    files
}

fn collect(folder: &Path, extensions: &[&str], files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a listing") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            let built = name.starts_with("target") || name.starts_with("flowlet-demo");
            if !built && (!name.starts_with('.') || [".github", ".cargo"].contains(&&*name)) {
                collect(&path, extensions, files);
            }
        } else if extensions.contains(&&*extension) {
            files.push(path);
        }
    }
}

/// Returns the path of `file` within the checkout.
pub fn shown(file: &Path) -> String {
    let inside = file.strip_prefix(root()).unwrap_or(file);
    inside.display().to_string()
}

/// Fails with all `faults`, unless there are none.
pub fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}
