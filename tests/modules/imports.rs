//! The modules of a crate and the paths that each of them names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path as FilePath;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A module or an item, by its names from the crate's root.
pub type Path = Vec<String>;

/// One module.
#[derive(Default)]
pub struct Module {
    /// Every path into the crate that the module names.
    pub imports: Vec<Path>,
    /// What the module re-exports: name and path.
    reexports: Vec<(String, Path)>,
    /// Paths as they are written.
    written: Vec<Written>,
}

/// A path as it is written in a module.
struct Written {
    segments: Path,
    /// The path is part of a `use`, in which a first name may be a child module.
    is_use: bool,
    /// The name under which a `pub use` re-exports it.
    reexport: Option<String>,
}

/// The modules of a crate.
#[derive(Default)]
pub struct Crate {
    pub modules: BTreeMap<Path, Module>,
}

impl Crate {
    /// Returns the module that holds what `path` names, re-exports followed.
    pub fn resolve(&self, path: &Path) -> Path {
        let mut path = path.clone();
        for _ in 0..8 {
            let depth = (0..=path.len())
                .rev()
                .find(|&n| self.modules.contains_key(&path[..n]));
            let (module, rest) = path.split_at(depth.unwrap_or(0));
            let reexports = &self.modules[module].reexports;
            let target = rest
                .first()
                .and_then(|name| reexports.iter().find(|(of, _)| of == name));
            match target {
                Some((_, target)) if *target != path => path = target.clone(),
                _ => return module.to_vec(),
            }
        }
        path
    }
}

/// Reads the crate whose root file is `root`.
pub fn read_crate(root: &FilePath) -> Crate {
    let mut modules = Crate::default();
    let folder = root.parent().expect("a file is in a folder");
    read_module(root, folder, Vec::new(), &mut modules);
    // Only now are all modules known.
    for path in modules.modules.keys().cloned().collect::<Vec<_>>() {
        let written = std::mem::take(&mut modules.modules.get_mut(&path).expect("a key").written);
        for Written {
            segments,
            is_use,
            reexport,
        } in written
        {
            if let Some(target) = absolute(&segments, &path, &modules, is_use) {
                let module = modules.modules.get_mut(&path).expect("a key");
                module
                    .reexports
                    .extend(reexport.map(|name| (name, target.clone())));
                module.imports.push(target);
            }
        }
    }
    modules
}

/// Reads a file; modules that it declares are below `folder`.
fn read_module(file: &FilePath, folder: &FilePath, path: Path, modules: &mut Crate) {
    let Ok(text) = fs::read_to_string(file) else {
        return; // made at build time
    };
    let tokens: TokenStream = text
        .parse()
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    modules.modules.insert(path.clone(), Module::default());
    walk(tokens, folder, &path, modules);
}

/// Collects modules and paths from `tokens`, which are inside module `path`.
fn walk(tokens: TokenStream, folder: &FilePath, path: &Path, modules: &mut Crate) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut at, mut test, mut file_attribute) = (0, false, None);
    let mut public = false;
    while at < tokens.len() {
        let rest = &tokens[at..];
        at += 1;
        match &rest[0] {
            TokenTree::Punct(hash) if hash.as_char() == '#' => {
                if let Some(TokenTree::Group(group)) = rest.get(1) {
                    let words = group.stream().to_string().replace(' ', "");
                    test |= words.starts_with("cfg(test") || words.starts_with("cfg(all(test");
                    file_attribute = words
                        .strip_prefix("path=")
                        .map(|name| name.trim_matches('"').to_owned())
                        .or(file_attribute);
                    at += 1;
                }
            }
            TokenTree::Ident(word) if word == "mod" => {
                let Some(TokenTree::Ident(name)) = rest.get(1) else {
                    continue;
                };
                let name = name.to_string();
                let child: Path = path.iter().cloned().chain([name.clone()]).collect();
                let below = folder.join(&name);
                match rest.get(2) {
                    _ if test => at += 2,
                    Some(TokenTree::Group(body)) => {
                        modules.modules.insert(child.clone(), Module::default());
                        walk(body.stream(), &below, &child, modules);
                        at += 2;
                    }
                    _ => {
                        let file = match file_attribute.take() {
                            Some(file) => folder.join(file),
                            None if below.join("mod.rs").is_file() => below.join("mod.rs"),
                            None => folder.join(format!("{name}.rs")),
                        };
                        read_module(&file, &below, child, modules);
                        at += 1;
                    }
                }
                (test, public) = (false, false);
            }
            TokenTree::Ident(word) if word == "pub" => {
                public = true;
                if let Some(TokenTree::Group(group)) = rest.get(1)
                    && group.delimiter() == Delimiter::Parenthesis
                {
                    at += 1;
                }
            }
            TokenTree::Ident(word) if word == "use" => {
                let end = rest
                    .iter()
                    .position(|token| is_punct(token, ';'))
                    .unwrap_or(rest.len());
                let mut leaves = Vec::new();
                use_tree(&rest[1..end], &[], &mut leaves);
                if !test {
                    let module = modules.modules.get_mut(path).expect("inserted");
                    module
                        .written
                        .extend(leaves.into_iter().map(|(name, segments)| Written {
                            segments,
                            is_use: true,
                            reexport: public.then_some(name),
                        }));
                }
                at += end;
                (test, public) = (false, false);
            }
            TokenTree::Ident(word) if word == "crate" || word == "super" => {
                let (segments, length) = plain_path(rest);
                if !test {
                    let written = Written {
                        segments,
                        is_use: false,
                        reexport: None,
                    };
                    modules
                        .modules
                        .get_mut(path)
                        .expect("inserted")
                        .written
                        .push(written);
                }
                at += length - 1;
            }
            TokenTree::Group(group) => {
                if !test {
                    walk(group.stream(), folder, path, modules);
                }
                if group.delimiter() == Delimiter::Brace {
                    (test, public) = (false, false);
                }
            }
            token => {
                if is_punct(token, ';') {
                    (test, public) = (false, false);
                }
            }
        }
    }
}

/// Returns the path from the root that `segments` mean inside module `path`.
///
/// A path of a `use` that starts with neither `crate`, `super` nor `self` is a child module or
/// another crate.
fn absolute(segments: &[String], path: &Path, modules: &Crate, is_use: bool) -> Option<Path> {
    let mut base = path.clone();
    let mut rest = segments;
    match rest.first()?.as_str() {
        "crate" => {
            base.clear();
            rest = &rest[1..];
        }
        "self" => rest = &rest[1..],
        "super" => {
            while rest.first().is_some_and(|word| word == "super") {
                base.pop()?;
                rest = &rest[1..];
            }
        }
        _ if !is_use => return None,
        name => {
            let child: Path = path.iter().cloned().chain([name.to_owned()]).collect();
            modules.modules.get(&child)?;
        }
    }
    base.extend(rest.iter().cloned());
    Some(base)
}

/// Flattens a `use` tree into the names that it brings and their paths.
fn use_tree(tokens: &[TokenTree], prefix: &[String], leaves: &mut Vec<(String, Path)>) {
    for branch in tokens.split(|token| is_punct(token, ',')) {
        let mut path = prefix.to_vec();
        let mut name = None;
        let mut grouped = false;
        let mut renamed = false;
        for token in branch {
            match token {
                TokenTree::Ident(word) if word == "as" => renamed = true,
                TokenTree::Ident(word) if renamed => name = Some(word.to_string()),
                TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Group(group) => {
                    grouped = true;
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    use_tree(&inner, &path, leaves);
                }
                _ => {}
            }
        }
        if !grouped && !path.is_empty() {
            leaves.push((name.unwrap_or_else(|| path[path.len() - 1].clone()), path));
        }
    }
}

/// Reads `a::b::c` from the front of `tokens`; returns its segments and its length in tokens.
fn plain_path(tokens: &[TokenTree]) -> (Vec<String>, usize) {
    let (mut segments, mut at) = (Vec::new(), 0);
    while let Some(TokenTree::Ident(word)) = tokens.get(at) {
        segments.push(word.to_string());
        at += 1;
        let colons = tokens
            .get(at..at + 2)
            .is_some_and(|two| two.iter().all(|token| is_punct(token, ':')));
        if !colons {
            break;
        }
        at += 2;
    }
    (segments, at.max(1))
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}
