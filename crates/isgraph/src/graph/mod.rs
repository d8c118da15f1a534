//! The graph: an immutable, compact snapshot.

pub mod draft;

pub use draft::*;

/// An immutable snapshot: symbols, edges both ways, unresolved sites, diagnostics.
#[derive(Debug, Clone, Default)]
pub struct Graph {}

impl Graph {
    /// Freezes what resolution found out.
    #[must_use]
    pub fn freeze(draft: GraphDraft) -> Self {
        let _ = draft;
        Self {}
    }
}
