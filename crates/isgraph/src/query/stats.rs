//! A graph in numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::graph::Graph;
use crate::model::{Confidence, EdgeKind, Missing, Reason, Severity, SiteForm, SymbolKind};

/// A graph in numbers. Words that count nothing are left out of the maps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Files.
    pub files: usize,
    /// Lines of these.
    pub lines: usize,
    /// Symbols.
    pub symbols: usize,
    /// Symbols by kind.
    pub symbols_by_kind: BTreeMap<SymbolKind, usize>,
    /// Edges.
    pub edges: usize,
    /// Edges by kind.
    pub edges_by_kind: BTreeMap<EdgeKind, usize>,
    /// Edges by confidence.
    pub edges_by_confidence: BTreeMap<Confidence, usize>,
    /// Edges by kind, then by the rule that drew them.
    pub edges_by_reason: BTreeMap<EdgeKind, BTreeMap<Reason, usize>>,
    /// Unresolved sites.
    pub unresolved: usize,
    /// Unresolved sites by form, then by what was missing.
    pub unresolved_by_form: BTreeMap<SiteForm, BTreeMap<Missing, usize>>,
    /// Diagnostics.
    pub diagnostics: usize,
    /// Diagnostics by severity.
    pub diagnostics_by_severity: BTreeMap<Severity, usize>,
    /// Diagnostics by code.
    pub diagnostics_by_code: BTreeMap<String, usize>,
    /// Bytes that the graph holds on the heap.
    pub heap_bytes: usize,
}

/// The graph in numbers.
#[must_use]
pub fn stats(graph: &Graph) -> Stats {
    let mut stats = Stats {
        files: graph.file_count(),
        lines: graph.line_count(),
        symbols: graph.symbol_count(),
        edges: graph.edge_count(),
        unresolved: graph.unresolved_count(),
        diagnostics: graph.diagnostics().len(),
        heap_bytes: graph.heap_bytes(),
        ..Stats::default()
    };
    for id in graph.symbol_ids() {
        *stats.symbols_by_kind.entry(graph.kind(id)).or_default() += 1;
    }
    for edge in graph.edges() {
        *stats.edges_by_kind.entry(edge.kind).or_default() += 1;
        *stats.edges_by_confidence.entry(edge.confidence).or_default() += 1;
        *stats.edges_by_reason.entry(edge.kind).or_default().entry(edge.reason).or_default() += 1;
    }
    for site in graph.unresolved() {
        *stats.unresolved_by_form.entry(site.form).or_default().entry(site.missing).or_default() += 1;
    }
    for diagnostic in graph.diagnostics() {
        *stats.diagnostics_by_severity.entry(diagnostic.severity).or_default() += 1;
        *stats.diagnostics_by_code.entry(diagnostic.code.clone()).or_default() += 1;
    }
    stats
}
