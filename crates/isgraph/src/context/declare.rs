//! How a symbol is declared, without bodies: from the graph alone.

use super::Level;
use super::relations::children;
use crate::graph::Graph;
use crate::model::{SymbolId, SymbolKind};

/// Longer declarations are broken into lines.
const MAX_LINE: usize = 100;

/// The declaration: a signature, and at level [`Level::Types`] the fields or variants of a type.
pub(super) fn declaration(graph: &Graph, id: SymbolId, level: Level) -> String {
    let signature = graph.signature(id);
    let whole = level >= Level::Types;
    match graph.kind(id) {
        SymbolKind::Struct | SymbolKind::Union if whole => fields(graph, id, signature),
        SymbolKind::Enum if whole => {
            let variants = children(graph, id).filter(|&part| graph.kind(part) == SymbolKind::Variant);
            braced(signature, variants.map(|variant| graph.signature(variant).to_owned()).collect())
        }
        SymbolKind::Enum | SymbolKind::Union | SymbolKind::Trait | SymbolKind::Macro => format!("{signature} {{ … }}"),
        SymbolKind::Struct if children(graph, id).any(|part| graph.kind(part) == SymbolKind::Field) => {
            format!("{signature} {{ … }}")
        }
        _ => format!("{signature};"),
    }
}

fn fields(graph: &Graph, id: SymbolId, signature: &str) -> String {
    let fields: Vec<SymbolId> = children(graph, id).filter(|&part| graph.kind(part) == SymbolKind::Field).collect();
    let Some(&first) = fields.first() else { return format!("{signature};") };
    let is_tuple = graph.name(first).bytes().all(|byte| byte.is_ascii_digit());
    let shown = |&field: &SymbolId| {
        let text = graph.signature(field);
        let text = if is_tuple { text.split_once(": ").map_or(text, |(_, ty)| ty) } else { text };
        match graph.visibility(field) {
            "" => text.to_owned(),
            visibility if text.starts_with(visibility) => text.to_owned(),
            visibility => format!("{visibility} {text}"),
        }
    };
    let fields: Vec<String> = fields.iter().map(shown).collect();
    if !is_tuple {
        return braced(signature, fields);
    }
    // The predicates of a tuple struct stand behind its fields.
    let (head, predicates) = signature.split_at(signature.find(" where ").unwrap_or(signature.len()));
    format!("{head}({}){predicates};", fields.join(", "))
}

fn braced(signature: &str, parts: Vec<String>) -> String {
    if parts.is_empty() {
        return format!("{signature} {{}}");
    }
    let line = format!("{signature} {{ {} }}", parts.join(", "));
    if line.len() <= MAX_LINE { line } else { format!("{signature} {{\n    {},\n}}", parts.join(",\n    ")) }
}
