//! Links between documents.

use std::fs;
use std::path::Path;

use super::markdown::{Kind, documents};
use super::tree::assert_none;

/// The targets of the links and pictures in a line.
fn targets(line: &str) -> Vec<&str> {
    let after = line.split("](").skip(1);
    after.filter_map(|rest| rest.split(')').next()).collect()
}

/// The anchors that GitHub gives to the headings of a document.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|heading| {
            let title = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = title
                .chars()
                .filter(|&c| c.is_alphanumeric() || c == ' ' || c == '-' || c == '_');
            kept.collect::<String>().replace(' ', "-")
        })
        .collect()
}

#[test]
fn links_resolve() {
    let (mut faults, mut links) = (Vec::new(), 0);
    for document in documents() {
        let folder = document.path.parent().expect("a folder");
        for (number, kind, line) in document.lines() {
            if kind == Kind::Code {
                continue;
            }
            for target in targets(line)
                .into_iter()
                .filter(|target| !target.contains("://"))
            {
                links += 1;
                if let Err(fault) = resolve(folder, &document.path, target) {
                    faults.push(format!("{}:{number}: {target}: {fault}", document.name()));
                }
            }
        }
    }
    assert!(links > 60, "{links}");
    assert_none(&faults);
}

fn resolve(folder: &Path, document: &Path, target: &str) -> Result<(), &'static str> {
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = match path {
        "" => document.to_owned(),
        path => folder.join(path),
    };
    if !file.exists() {
        return Err("no such file");
    }
    if anchor.is_empty() {
        return Ok(());
    }
    let text = fs::read_to_string(&file).map_err(|_| "an anchor of a file that is no text")?;
    match anchors(&text).iter().any(|known| known == anchor) {
        true => Ok(()),
        false => Err("no such heading"),
    }
}

/// Pictures take space, so each must be shown somewhere.
#[test]
fn every_picture_is_used() {
    let all: String = documents().iter().map(|one| one.text.clone()).collect();
    let unused: Vec<String> = super::tree::files(&["png", "svg"])
        .iter()
        .filter(|path| path.components().any(|part| part.as_os_str() == "pictures"))
        .map(|path| {
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| !all.contains(name.as_str()))
        .collect();
    assert_none(&unused);
}
