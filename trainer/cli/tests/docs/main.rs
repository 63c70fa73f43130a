//! Checks documents, help texts and comments: words, widths, links, command lines and snippets.

mod commands;
mod comments;
mod links;
mod markdown;
mod prose;
mod snippets;
mod timing;
mod tree;
mod words;
