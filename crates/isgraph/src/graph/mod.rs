//! The graph: an immutable, compact snapshot.
//!
//! Symbols, edges and unresolved sites are columns of small numbers, texts stand once in one blob.
//! Numbers are dense and follow the order of the draft; everything else is sorted, so equal source
//! sets give equal graphs, byte for byte.

mod access;
#[cfg(test)]
pub(crate) mod arbitrary;
mod bytes;
pub mod draft;
mod edges;
mod files;
mod find;
mod freeze;
mod impls;
mod names;
mod narrow;
mod petgraph;
pub(crate) mod segments;
mod sites;
mod strings;
mod symbols;
#[cfg(test)]
mod tests;
mod text;

pub use access::SiteRef;
pub use draft::*;
pub(crate) use edges::EdgeLabel;
pub use edges::{EdgeId, EdgeKinds, EdgeRef};
pub use petgraph::VisitMap;

use crate::model::Diagnostic;

/// An immutable snapshot: symbols, edges both ways, unresolved sites, diagnostics.
///
/// A symbol is named by its [`SymbolId`](crate::model::SymbolId), an edge by its [`EdgeId`]; both
/// are dense. An accessor that is given a number of another graph answers with nothing (an empty
/// text, [`SymbolKind::External`](crate::model::SymbolKind::External), no edge): check numbers that
/// come from outside with [`Graph::symbol_id`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    strings: strings::Strings,
    files: files::FileTable,
    symbols: symbols::SymbolTable,
    edges: edges::EdgeTable,
    sites: sites::SiteTable,
    diagnostics: Box<[Diagnostic]>,
    names: names::NameIndex,
}

impl Graph {
    /// Freezes what resolution found out: sorts and deduplicates the edges (same ends, kind and
    /// place; the surest stays), turns offsets into lines and columns, hashes the signatures.
    #[must_use]
    pub fn freeze(draft: GraphDraft) -> Self {
        freeze::freeze(draft)
    }

    /// How many bytes the graph holds on the heap.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.heap_parts().iter().map(|(_, bytes)| bytes).sum()
    }

    /// [`Self::heap_bytes`] by part of the graph.
    #[must_use]
    pub fn heap_parts(&self) -> [(&'static str, usize); 6] {
        let diagnostics = self
            .diagnostics
            .iter()
            .map(|d| size_of_val(d) + d.file.capacity() + d.code.capacity() + d.message.capacity())
            .sum();
        [
            ("texts", self.strings.heap_bytes()),
            ("files", self.files.heap_bytes()),
            ("symbols", self.symbols.heap_bytes() + size_of_val(&*self.names.order)),
            ("edges", self.edges.heap_bytes()),
            ("unresolved", self.sites.heap_bytes()),
            ("diagnostics", diagnostics),
        ]
    }
}
