//! Inputs that are hard on a small stack, for the tests in `tests/core.rs`.
//!
//! A WebAssembly module has 1 MiB of stack and aborts where a native program would unwind: what
//! only slows a native build down can take a page down.

use isgraph::facts::{Edition, FileFacts, ItemNode, read_file};
use isgraph::{Graph, IndexConfig, SourceSet, index};

/// Two functions with `hostile` between them: what is wrong with one item must not cost the others.
#[must_use]
pub fn beside_good_items(hostile: &str) -> String {
    format!("pub fn good() {{}}\n{hostile}\npub fn also_good() {{ good() }}\n")
}

/// `depth` pairs of `open` and `close` around `inner`.
#[must_use]
pub fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    [&open.repeat(depth), inner, &close.repeat(depth)].concat()
}

/// The facts of a file.
#[must_use]
pub fn facts(text: &str) -> FileFacts {
    read_file(text, Edition::E2024)
}

/// Whether a file has an item of this name at its top.
#[must_use]
pub fn has_item(facts: &FileFacts, name: &str) -> bool {
    facts.items.iter().any(|ItemNode { facts, .. }| facts.name.as_str() == name)
}

/// The graph of a small project.
#[must_use]
pub fn graph<const N: usize>(files: [(&str, &str); N]) -> Graph {
    index(&SourceSet::from_files(files), &IndexConfig::default())
}
