//! Documents in Markdown, line by line.

use std::fs;
use std::path::PathBuf;

use super::tree;

/// A document.
pub struct Document {
    pub path: PathBuf,
    pub text: String,
}

/// What a line of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Prose,
    Table,
    /// A line within a fenced block, or a fence.
    Code,
}

/// A fenced block. It may be the content of a file, whose name is after the language.
pub struct Block {
    pub language: String,
    pub file: Option<String>,
    pub lines: Vec<String>,
}

/// Returns all documents of the checkout.
pub fn documents() -> Vec<Document> {
    let read = |path: PathBuf| Document {
        text: fs::read_to_string(&path).expect("UTF-8"),
        path,
    };
    let documents: Vec<Document> = tree::files(&["md"]).into_iter().map(read).collect();
    assert!(documents.len() > 15);
    documents
}

impl Document {
    /// Returns the path within the checkout.
    pub fn name(&self) -> String {
        tree::shown(&self.path)
    }

    /// Returns the lines, with their numbers from 1 on.
    pub fn lines(&self) -> Vec<(usize, Kind, &str)> {
        let mut within = false;
        let mut lines = Vec::new();
        for (index, line) in self.text.lines().enumerate() {
            let fence = line.trim_start().starts_with("```");
            let kind = match (within || fence, line.starts_with('|')) {
                (true, _) => Kind::Code,
                (false, true) => Kind::Table,
                (false, false) => Kind::Prose,
            };
            within ^= fence;
            lines.push((index + 1, kind, line));
        }
        assert!(!within, "{}: a block is not closed", self.name());
        lines
    }

    /// Returns the fenced blocks.
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut within = false;
        for line in self.text.lines() {
            match (line.trim_start().strip_prefix("```"), within) {
                (Some(info), false) => {
                    let mut words = info.split_whitespace().map(str::to_owned);
                    blocks.push(Block {
                        language: words.next().unwrap_or_default(),
                        file: words.next(),
                        lines: Vec::new(),
                    });
                }
                (None, true) => {
                    let block = blocks.last_mut().expect("a block has begun");
                    block.lines.push(line.to_owned());
                }
                _ => {}
            }
            within ^= line.trim_start().starts_with("```");
        }
        blocks
    }

    /// Returns the text without fenced blocks.
    pub fn prose(&self) -> String {
        let lines = self.lines().into_iter();
        lines
            .filter(|&(_, kind, _)| kind != Kind::Code)
            .map(|(_, _, line)| format!("{line}\n"))
            .collect()
    }

    /// Returns the code spans of the text outside of fenced blocks.
    pub fn spans(&self) -> Vec<String> {
        let prose = self.prose();
        prose
            .split("\n\n")
            .flat_map(|paragraph| paragraph.split('`').skip(1).step_by(2))
            .map(|span| span.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }
}
