//! Checks documents, help texts and comments: words, widths, links, command lines and snippets.
//! The examples of the pages about data are run.

mod commands;
mod comments;
#[cfg(unix)]
mod examples;
#[cfg(unix)]
mod inputs;
mod links;
mod markdown;
mod prose;
mod shell;
mod snippets;
mod timing;
mod tree;
mod words;
