//! What a context is asked about: symbols, files, or what a diff changed.

use super::Texts;
use super::diff::ChangedLines;
use super::relations::{is_function, is_module, is_type};
use crate::error::{Error, ErrorCode, Result};
use crate::graph::{FileId, Graph};
use crate::model::{SymbolId, SymbolKind};

/// The symbols that a name means: a file's path means the modules of the file, anything else the one symbol that
/// [`Graph::find`] finds.
///
/// # Errors
/// As [`Graph::find`].
pub fn find_targets(graph: &Graph, name: &str) -> Result<Vec<SymbolId>> {
    if name.ends_with(".rs") && !name.contains('@') {
        let files: Vec<FileId> = graph.file_ids().filter(|&file| is_same_file(graph.file_path(file), name)).collect();
        return match files[..] {
            [file] => Ok(modules_of(graph, file)),
            [] => Err(Error::new(ErrorCode::SymbolNotFound, format!("no file of the index is named `{name}`"))),
            _ => {
                let paths = files.iter().map(|&file| graph.file_path(file).to_owned()).collect();
                let message = format!("`{name}` names {} files: give more of the path", files.len());
                Err(Error::new(ErrorCode::AmbiguousSymbol, message).with_suggestions(paths))
            }
        };
    }
    graph.find(name).map(|id| vec![id])
}

/// The innermost items that hold changed lines, in the order of their numbers, and the files of the diff that the graph
/// does not have.
#[must_use]
pub fn changed_symbols<'d>(
    graph: &Graph,
    changes: &'d [ChangedLines],
    texts: &dyn Texts,
) -> (Vec<SymbolId>, Vec<&'d str>) {
    let mut symbols = Vec::new();
    let mut unknown = Vec::new();
    for change in changes {
        let Some(file) = graph.file_ids().find(|&file| is_same_file(graph.file_path(file), &change.file)) else {
            unknown.push(change.file.as_str());
            continue;
        };
        let items = items_of(graph, file, texts);
        for &line in &change.lines {
            // The last one that begins at or before the line and ends at or behind it is the innermost.
            symbols.extend(items.iter().rev().find(|item| item.0 <= line && line <= item.1).map(|item| item.2));
        }
    }
    symbols.sort_unstable();
    symbols.dedup();
    (symbols, unknown)
}

/// First line, last line and symbol of what can be a target by itself, outer items before inner ones.
fn items_of(graph: &Graph, file: FileId, texts: &dyn Texts) -> Vec<(u32, u32, SymbolId)> {
    let text = texts.text(graph.file_path(file));
    // Attributes and docs stand before the line of the name; where they begin only the text tells.
    let first_line = |id| text.as_ref().and_then(|text| graph.item_first_line(id, text)).or_else(|| graph.line(id));
    let mut items: Vec<(u32, u32, SymbolId)> = graph
        .symbol_ids()
        .filter(|&id| is_item(graph.kind(id)) && graph.file(id) == Some(file))
        .filter_map(|id| Some((first_line(id)?, graph.end_line(id)?, id)))
        .collect();
    items.sort_unstable_by_key(|&(first, last, id)| (first, std::cmp::Reverse(last), id));
    items
}

fn is_item(kind: SymbolKind) -> bool {
    is_function(kind)
        || is_type(kind)
        || matches!(
            kind,
            SymbolKind::Trait
                | SymbolKind::Impl
                | SymbolKind::Const
                | SymbolKind::Static
                | SymbolKind::Macro
                | SymbolKind::AssociatedType
        )
}

/// The modules whose items stand in the file, without those that are declared in it.
fn modules_of(graph: &Graph, file: FileId) -> Vec<SymbolId> {
    let mut modules: Vec<SymbolId> = graph
        .symbol_ids()
        .filter(|&id| graph.file(id) == Some(file))
        .filter_map(|id| graph.module_of(graph.parent(id).unwrap_or(id)))
        .filter(|&module| graph.kind(module) == SymbolKind::Crate || graph.file(module) != Some(file))
        .filter(|&module| is_module(graph.kind(module)))
        .collect();
    modules.sort_unstable();
    modules.dedup();
    modules
}

/// Whether one path is the other, or its end: a diff and an index may start at different directories.
fn is_same_file(ours: &str, theirs: &str) -> bool {
    let theirs = theirs.strip_prefix("./").unwrap_or(theirs);
    let ends =
        |long: &str, short: &str| long.strip_suffix(short).is_some_and(|head| head.is_empty() || head.ends_with('/'));
    ends(ours, theirs) || ends(theirs, ours)
}
