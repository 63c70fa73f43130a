//! Arrows between sibling modules, and cycles of them.

use std::collections::BTreeMap;

use crate::imports::{Crate, Path};

/// Arrows between siblings, each with one import as its example.
pub type Edges = BTreeMap<(String, String), String>;

/// Returns the arrows between the modules below each parent.
pub fn sibling_edges(modules: &Crate) -> BTreeMap<Path, Edges> {
    let mut levels: BTreeMap<Path, Edges> = BTreeMap::new();
    for (from, module) in &modules.modules {
        for import in &module.imports {
            let to = modules.resolve(import);
            let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            let (Some(source), Some(target)) = (from.get(common), to.get(common)) else {
                continue; // a parent and its child
            };
            levels
                .entry(from[..common].to_vec())
                .or_default()
                .entry((source.clone(), target.clone()))
                .or_insert_with(|| format!("{} imports {}", from.join("::"), import.join("::")));
        }
    }
    levels
}

/// Returns a cycle, its first module repeated at the end.
pub fn cycle(edges: &Edges) -> Option<Vec<String>> {
    let mut finished = Vec::new();
    for (start, _) in edges.keys() {
        if let Some(found) = search(edges, &mut vec![start.clone()], &mut finished) {
            return Some(found);
        }
    }
    None
}

fn search(
    edges: &Edges,
    path: &mut Vec<String>,
    finished: &mut Vec<String>,
) -> Option<Vec<String>> {
    let last = path.last().cloned()?;
    if finished.contains(&last) {
        return None;
    }
    for (_, next) in edges.keys().filter(|(from, _)| *from == last) {
        if let Some(at) = path.iter().position(|module| module == next) {
            let mut found = path[at..].to_vec();
            found.push(next.clone());
            return Some(found);
        }
        path.push(next.clone());
        if let Some(found) = search(edges, path, finished) {
            return Some(found);
        }
        path.pop();
    }
    finished.push(last);
    None
}
