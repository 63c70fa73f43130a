//! Comments of sources and scripts, and the strings of sources, which messages are made of.

use std::fs;

use super::tree::{assert_none, files, shown};
use super::words;

/// Columns of a line with a comment.
const WIDTH: usize = 100;

/// A part of a source that people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Comment,
    /// A literal of a string or a character.
    Literal,
}

/// Returns the comments and literals of Rust or C, each with the number of its first line.
///
/// A comment of several lines is several comments.
fn parts(source: &str) -> Vec<(usize, Part, String)> {
    let bytes = source.as_bytes();
    let (mut at, mut line) = (0, 1);
    let mut found = Vec::new();
    while at < bytes.len() {
        let rest = &source[at..];
        let length = if rest.starts_with("//") {
            let end = rest.find('\n').unwrap_or(rest.len());
            found.push((line, Part::Comment, rest[..end].to_owned()));
            end
        } else if rest.starts_with("/*") {
            let end = rest.find("*/").map_or(rest.len(), |end| end + 2);
            for (index, text) in rest[..end].lines().enumerate() {
                found.push((line + index, Part::Comment, text.to_owned()));
            }
            end
        } else if let Some(end) = literal(rest) {
            found.push((line, Part::Literal, rest[..end].to_owned()));
            end
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
        line += rest[..length].matches('\n').count();
        at += length;
    }
    found
}

/// Returns the comments of Rust or C.
fn comments(source: &str) -> Vec<(usize, String)> {
    let comments = parts(source).into_iter();
    comments
        .filter(|&(_, part, _)| part == Part::Comment)
        .map(|(line, _, text)| (line, text))
        .collect()
}

/// Returns the length of the string or character literal that `rest` starts with.
fn literal(rest: &str) -> Option<usize> {
    if let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let body = raw[hashes..].strip_prefix('"')?;
        let close = format!("\"{}", "#".repeat(hashes));
        let end = body.find(&close)?;
        return Some(1 + hashes + 1 + end + close.len());
    }
    let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let mut escaped = false;
    for (index, c) in rest.char_indices().skip(1) {
        // A lifetime is not a literal, nor is an apostrophe.
        if quote == '\'' && !escaped && index > 1 && c != '\'' && !rest[1..].starts_with('\\') {
            return None;
        }
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(index + 1),
            _ => {}
        }
    }
    None
}

/// Returns the comments of a script or a recipe.
fn hash_comments(source: &str) -> Vec<(usize, String)> {
    let lines = source.lines().enumerate();
    lines
        .filter(|(_, line)| line.trim_start().starts_with('#'))
        .map(|(index, line)| (index + 1, line.trim_start().to_owned()))
        .collect()
}

type Find = fn(&str) -> Vec<(usize, String)>;

/// Joins comments on adjacent lines, so that a phrase is found across lines.
fn paragraphs(comments: &[(usize, String)]) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut last = 0;
    for (line, text) in comments {
        match all.last_mut().filter(|_| last + 1 == *line) {
            Some((_, paragraph)) => *paragraph += &format!("\n{text}"),
            None => all.push((*line, text.clone())),
        }
        last = *line;
    }
    all
}

fn faults() -> Vec<String> {
    let languages: [(&[&str], Find); 2] = [
        (&["rs", "c", "h", "ino"], comments),
        (&["sh", "toml", "py", "yml"], hash_comments),
    ];
    let mut faults = Vec::new();
    for (extensions, find) in languages {
        for file in files(extensions) {
            let source = fs::read_to_string(&file).expect("UTF-8");
            let found = find(&source);
            for (line, text) in paragraphs(&found) {
                for fault in words::faults(&text) {
                    faults.push(format!("{}:{line}: {fault}", shown(&file)));
                }
            }
            let lines: Vec<&str> = source.lines().collect();
            for (number, _) in found {
                let length = lines[number - 1].chars().count();
                if length > WIDTH && !lines[number - 1].contains("://") {
                    let name = shown(&file);
                    faults.push(format!(
                        "{name}:{number}: {length} columns, at most {WIDTH}"
                    ));
                }
            }
        }
    }
    faults
}

#[test]
fn comments_are_plain_and_short() {
    assert_none(&faults());
}

/// Tests are not checked.
#[test]
fn messages_are_plain() {
    let mut faults = Vec::new();
    for file in files(&["rs"]) {
        let name = shown(&file);
        let product = [
            "src/",
            "trainer/src/",
            "trainer/cli/src/",
            "firmware-examples/",
        ];
        if name.contains("tests") || !product.iter().any(|folder| name.starts_with(folder)) {
            continue;
        }
        let source = fs::read_to_string(&file).expect("UTF-8");
        for (line, part, text) in parts(&source) {
            if part == Part::Literal {
                let found = words::faults(&text).into_iter();
                faults.extend(found.map(|fault| format!("{name}:{line}: {fault}")));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn comments_are_told_from_literals() {
    let source =
        "a('/', \"// no\", r#\"/* \"no\" */\"#, '\\'', 'é'); // yes\nb::<'a>('\"') /* one\ntwo */";
    let found = comments(source);
    let texts: Vec<(usize, &str)> = found
        .iter()
        .map(|(line, text)| (*line, text.as_str()))
        .collect();
    assert_eq!(texts, [(1, "// yes"), (2, "/* one"), (3, "two */")]);
}
