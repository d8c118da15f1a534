//! The JSON export: one line per symbol, edge, site and diagnostic, so that two exports diff well.
//!
//! Equal graphs give equal bytes, on every surface.

use std::io::{self, Write};

use serde::Serialize;

use crate::graph::Graph;

/// Version of the format; raised when a field changes its meaning.
pub const VERSION: u32 = 1;

/// Bytes that are collected before they go to the writer.
const CHUNK: usize = 1 << 16;

/// Writes the graph; buffers by itself.
///
/// # Errors
/// What the writer answers.
pub fn write(graph: &Graph, out: &mut impl Write) -> io::Result<()> {
    let mut lines = Lines { out, buffer: Vec::with_capacity(CHUNK + CHUNK / 4) };
    lines.buffer.extend_from_slice(format!("{{\"format\": \"isgraph\", \"version\": {VERSION}").as_bytes());
    lines.list("symbols", graph.symbol_ids().map(|id| graph.symbol(id)))?;
    lines.list("edges", graph.edges().map(|edge| graph.edge(edge)))?;
    lines.list("unresolved", graph.unresolved().map(|site| graph.unresolved_site(site)))?;
    lines.list("diagnostics", graph.diagnostics().iter())?;
    lines.buffer.extend_from_slice(b"\n}\n");
    lines.flush()
}

/// The export as a text.
#[must_use]
pub fn to_string(graph: &Graph) -> String {
    let mut bytes = Vec::new();
    // Neither a Vec as a writer nor the serialisation of the model's types fails, and JSON is UTF-8.
    let written = write(graph, &mut bytes);
    debug_assert!(written.is_ok());
    String::from_utf8(bytes).unwrap_or_default()
}

struct Lines<'w, W> {
    out: &'w mut W,
    buffer: Vec<u8>,
}

impl<W: Write> Lines<'_, W> {
    fn list<T: Serialize>(&mut self, name: &str, rows: impl Iterator<Item = T>) -> io::Result<()> {
        self.buffer.extend_from_slice(format!(",\n\"{name}\": [").as_bytes());
        let mut separator = "\n";
        for row in rows {
            self.buffer.extend_from_slice(separator.as_bytes());
            serde_json::to_writer(&mut self.buffer, &row)?;
            separator = ",\n";
            if self.buffer.len() >= CHUNK {
                self.flush()?;
            }
        }
        self.buffer.push(b']');
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::graph::arbitrary::graph;
    use crate::model::{Diagnostic, Edge, Symbol, UnresolvedSite};

    #[derive(Deserialize)]
    struct Document {
        format: String,
        version: u32,
        symbols: Vec<Symbol>,
        edges: Vec<Edge>,
        unresolved: Vec<UnresolvedSite>,
        diagnostics: Vec<Diagnostic>,
    }

    proptest! {
        #[test]
        fn an_export_reads_back_line_by_line(graph in graph(0..12)) {
            let text = to_string(&graph);
            let document: Document = serde_json::from_str(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!((document.format.as_str(), document.version), ("isgraph", VERSION));
            prop_assert_eq!(document.symbols, graph.symbol_ids().map(|id| graph.symbol(id)).collect::<Vec<_>>());
            prop_assert_eq!(document.edges, graph.edges().map(|edge| graph.edge(edge)).collect::<Vec<_>>());
            prop_assert_eq!(document.unresolved, graph.unresolved().map(|site| graph.unresolved_site(site)).collect::<Vec<_>>());
            prop_assert_eq!(&document.diagnostics[..], graph.diagnostics());
            let rows = graph.symbol_count() + graph.edge_count() + graph.unresolved_count() + graph.diagnostics().len();
            prop_assert_eq!(text.lines().count(), rows + 6);
        }
    }

    #[test]
    fn an_empty_graph_is_written_too() {
        assert_eq!(
            to_string(&Graph::default()),
            "{\"format\": \"isgraph\", \"version\": 1,\n\"symbols\": [],\n\"edges\": [],\n\"unresolved\": [],\n\"diagnostics\": []\n}\n"
        );
    }
}
