//! srcscan ROOT.rs CRATE_DIR CFG.json > facts.json
//!
//! Syntactic facts about one crate target, for the truth:
//!   * every file reachable through enabled `mod` declarations;
//!   * every item with its name token, range, parent and qualified path;
//!   * every identifier in a path / method call / field access / ... with its
//!     syntactic form, also inside macro invocations;
//!   * impl headers and derives;
//!   * regions compiled out by cfg, macro_rules! bodies and macro invocations.
//!
//! Positions: 1-based lines, 0-based UTF-8 byte columns.

#![allow(clippy::disallowed_methods, reason = "a program that reads files; the project's core does not")]

mod cfg;
mod scan;
#[cfg(test)]
mod tests;

use serde::Serialize;
use std::{collections::HashSet, path::PathBuf};

pub type Pos = (u32, u32);
pub type Range = (u32, u32, u32, u32);

#[derive(Serialize, Default)]
pub struct Facts {
    pub files: Vec<FileFact>,
    pub items: Vec<ItemFact>,
    pub sites: Vec<SiteFact>,
    pub impls: Vec<ImplFact>,
    pub derives: Vec<DeriveFact>,
    pub macro_calls: Vec<MacroCallFact>,
    /// (file, range, reason): compiled out, or a macro_rules! body
    pub blind: Vec<(usize, Range, &'static str)>,
    pub errors: Vec<String>,
}

#[derive(Serialize)]
pub struct FileFact {
    pub path: String,
    pub module: String,
    pub lines: usize,
    /// lines that are neither blank nor only a `//` comment
    pub code_lines: usize,
}

#[derive(Serialize)]
pub struct ItemFact {
    pub kind: &'static str,
    pub name: String,
    pub path: String,
    pub file: usize,
    pub pos: Pos,
    pub range: Range,
    pub parent: Option<usize>,
    /// innermost macro invocation the item is written in
    pub mac: Option<usize>,
    /// method with a receiver
    pub has_self: bool,
}

#[derive(Serialize)]
pub struct SiteFact {
    pub file: usize,
    pub pos: Pos,
    pub name: String,
    pub form: &'static str,
    /// innermost macro invocation the token is written in
    pub mac: Option<usize>,
    /// call-path: the qualifying segment; call-method: shape of the receiver;
    /// def-token (a name after `struct`, `fn`, .. in unparsed macro input): that keyword
    pub hint: String,
}

#[derive(Serialize)]
pub struct ImplFact {
    pub item: usize,
    pub self_text: String,
    /// head of the self type after stripping references: (pos, name)
    pub self_head: Option<(Pos, String)>,
    pub self_ref: bool,
    /// self type is a generic parameter of the impl
    pub blanket: bool,
    pub trait_text: String,
    pub trait_pos: Option<(Pos, String)>,
    pub negative: bool,
}

#[derive(Serialize)]
pub struct DeriveFact {
    pub item: usize,
    pub name: String,
    pub path: String,
    pub pos: Pos,
}

#[derive(Serialize)]
pub struct MacroCallFact {
    pub file: usize,
    pub name: String,
    pub range: Range,
    /// item | impl | trait | expr | pat | type
    pub place: &'static str,
    /// how its input was read: exprs | stmts | items | matches | tokens | ...
    pub parsed: &'static str,
    pub parent: Option<usize>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, root, dir, cfgs] = &args[..] else { return Err("usage: srcscan ROOT.rs CRATE_DIR CFG.json".into()) };
    let cfgs: HashSet<String> = serde_json::from_slice(&std::fs::read(cfgs)?)?;
    let facts = scan::scan_crate(&PathBuf::from(root), &PathBuf::from(dir), &cfg::Cfg(cfgs));
    serde_json::to_writer(std::io::BufWriter::new(std::io::stdout()), &facts)?;
    Ok(())
}
