//! What resolution hands to the graph: plain rows, in a deterministic order.

use crate::facts::Offset;
use crate::model::{Confidence, Diagnostic, EdgeKind, Missing, Reason, SiteForm, SymbolId, SymbolKind};

/// Number of a file in [`GraphDraft::files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A place in a file: absolute byte offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Absolute byte offset in it.
    pub offset: Offset,
}

/// A file of the source set.
#[derive(Debug, Clone)]
pub struct FileDraft {
    /// Its path.
    pub path: String,
    /// Start offset of every line.
    pub lines: std::sync::Arc<[u32]>,
}

/// A symbol, before it is frozen. Its id is its index in [`GraphDraft::symbols`].
#[derive(Debug, Clone)]
pub struct SymbolDraft {
    /// What it is.
    pub kind: SymbolKind,
    /// Its own name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// The symbol that contains it.
    pub parent: Option<SymbolId>,
    /// Where its name stands; `None` for externals.
    pub place: Option<Place>,
    /// Where its text starts, attributes and docs included (absolute offset, same file), if it is an
    /// item that stands there as it is hashed: no external, no field, nothing that a macro makes.
    pub start: Option<Offset>,
    /// Where its text ends (absolute offset, same file).
    pub end: Offset,
    /// Its signature.
    pub signature: String,
    /// Its visibility as written.
    pub visibility: String,
    /// Its cfg predicate, parents' included.
    pub cfg: String,
    /// First paragraph of its docs.
    pub docs: String,
    /// Whether it is a test or under `cfg(test)`.
    pub is_test: bool,
    /// Hash of the whole item's text; 0 for externals.
    pub content_hash: u128,
}

/// An edge, before it is frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeDraft {
    /// Source.
    pub from: SymbolId,
    /// Target.
    pub to: SymbolId,
    /// Relation.
    pub kind: EdgeKind,
    /// Where the name stands at the use.
    pub place: Option<Place>,
    /// How sure.
    pub confidence: Confidence,
    /// Why.
    pub reason: Reason,
}

/// An unresolved site, before it is frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnresolvedDraft {
    /// The symbol whose code holds it.
    pub from: SymbolId,
    /// The name.
    pub name: crate::name::Name,
    /// How it is written.
    pub form: SiteForm,
    /// What was missing.
    pub missing: Missing,
    /// Where.
    pub place: Place,
    /// Candidates, at most [`MAX_CANDIDATES`](crate::model::MAX_CANDIDATES), in id order.
    pub candidates: Vec<SymbolId>,
    /// How many there are in all.
    pub candidate_count: u32,
}

/// Everything resolution found out.
#[derive(Debug, Clone, Default)]
pub struct GraphDraft {
    /// Files in path order.
    pub files: Vec<FileDraft>,
    /// Symbols; an index is an id.
    pub symbols: Vec<SymbolDraft>,
    /// Edges in any order; duplicates are dropped when frozen. `contains` edges are included.
    pub edges: Vec<EdgeDraft>,
    /// Unresolved sites in any order.
    pub unresolved: Vec<UnresolvedDraft>,
    /// Diagnostics in any order.
    pub diagnostics: Vec<Diagnostic>,
}
