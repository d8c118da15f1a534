//! Inputs that are hard on a small stack, for the tests in `tests/core.rs`.
//!
//! A WebAssembly module has 1 MiB of stack and aborts where a native program would unwind, so what
//! only slows a native build down can take a page down.

use isgraph::{Graph, IndexConfig, SourceSet, index};

/// Indexes one file.
#[must_use]
pub fn index_text(text: impl Into<std::sync::Arc<str>>) -> Graph {
    index(&SourceSet::from_files([("src/lib.rs", text)]), &IndexConfig::default())
}

/// A function that is fine, beside `hostile`: what is wrong with one item must not cost the other.
#[must_use]
pub fn beside_a_good_item(hostile: &str) -> String {
    format!("pub fn good() {{}}\n{hostile}\npub fn also_good() {{ good() }}\n")
}

/// `depth` pairs of `open` and `close` around `inner`.
#[must_use]
pub fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    [&open.repeat(depth), inner, &close.repeat(depth)].concat()
}
