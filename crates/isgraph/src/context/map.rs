//! A whole project at a glance, within a budget of tokens.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::declare::declaration;
use super::rank::Bond;
use super::relations::{children, is_function, is_inherent, is_type};
use super::render::{code, declarations, order};
use super::select::select;
use super::units::Unit;
use super::{ContextItem, Level, MIN_UNITS, Tokenizer, UNITS_PER_TOKEN, item};
use crate::error::{Error, ErrorCode, Result};
use crate::graph::Graph;
use crate::model::{SymbolId, SymbolKind};
use crate::query::{SymbolRef, ranks};

/// A crate of a map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapCrate {
    /// The crate.
    pub symbol: SymbolRef,
    /// How many modules it has, its root and tests left out.
    pub modules: usize,
    /// How many items it has, those of impls and traits among them, tests left out.
    pub items: usize,
    /// Its `main`, if it has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub entry_point: Option<SymbolRef>,
}

/// A project at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Map {
    /// The map as Markdown.
    pub text: String,
    /// Tokens of the text; never more than `budget`.
    pub tokens: usize,
    /// The most tokens that it was allowed.
    pub budget: usize,
    /// Who counted.
    pub tokenizer: String,
    /// The crates.
    pub crates: Vec<MapCrate>,
    /// The declarations, in the order in which they were chosen.
    pub items: Vec<ContextItem>,
    /// How many declarations did not fit.
    pub left_out: usize,
}

/// What is private counts so much of what is public.
const PRIVATE: f32 = 0.25;
/// How often a text that leaves room is made again with more.
const RETRIES: usize = 3;
/// The share of the budget, one part of so many, that the list of modules may take.
const MODULES: usize = 5;

/// The map of a project: its crates and entry points, its modules, and the declarations that most of the code leans on.
///
/// # Errors
/// `INVALID_ARGUMENT` when the budget is too small for the list of crates; then the message says what is needed.
pub fn map(graph: &Graph, budget: usize, tokenizer: &dyn Tokenizer) -> Result<Map> {
    let ranks = ranks(graph);
    let crates: Vec<MapCrate> =
        graph.symbol_ids().filter(|&id| graph.kind(id) == SymbolKind::Crate).map(|id| map_crate(graph, id)).collect();
    let head = head(graph, &crates);
    let base = tokenizer.count(&head);
    if base > budget {
        let message =
            format!("{budget} tokens are too few for the list of crates: {base} are needed ({})", tokenizer.name());
        return Err(Error::new(ErrorCode::InvalidArgument, message));
    }
    let units = units(graph, &ranks, MIN_UNITS.max(budget / UNITS_PER_TOKEN), tokenizer);
    let mut modules = modules(graph, &ranks, (budget - base) / MODULES, tokenizer);
    let listed: usize = modules.iter().map(|module| module.1).sum();
    let mut room = (budget - base).saturating_sub(listed);
    let mut chosen = select(graph, &units, room, tokenizer);
    let mut retries = RETRIES;
    loop {
        let text = render(graph, &head, &modules, &units, &chosen);
        let tokens = tokenizer.count(&text);
        // Headings that are shared make room for more than was estimated.
        if tokens + budget / 20 < budget && chosen.len() < units.len() && retries > 0 {
            retries -= 1;
            room += budget - tokens;
            chosen = select(graph, &units, room, tokenizer);
            continue;
        }
        if tokens <= budget || (chosen.is_empty() && modules.is_empty()) {
            return Ok(Map {
                text,
                tokens,
                budget,
                tokenizer: tokenizer.name().to_owned(),
                crates,
                items: chosen.iter().map(|&at| item(graph, &units[at])).collect(),
                left_out: units.len() - chosen.len(),
            });
        }
        if chosen.pop().is_none() {
            modules.pop();
        }
    }
}

fn map_crate(graph: &Graph, id: SymbolId) -> MapCrate {
    let (mut modules, mut items) = (0, 0);
    let mut open = vec![id];
    while let Some(at) = open.pop() {
        for child in children(graph, at).filter(|&child| !graph.is_test(child)) {
            match graph.kind(child) {
                SymbolKind::Module => modules += 1,
                SymbolKind::Impl | SymbolKind::Field | SymbolKind::Variant => {}
                _ => items += 1,
            }
            open.push(child);
        }
    }
    let main =
        children(graph, id).find(|&child| graph.kind(child) == SymbolKind::Function && graph.name(child) == "main");
    MapCrate {
        symbol: SymbolRef::new(graph, id),
        modules,
        items,
        entry_point: main.map(|main| SymbolRef::new(graph, main)),
    }
}

/// What a map begins with; writing to a `String` cannot fail.
fn head(graph: &Graph, crates: &[MapCrate]) -> String {
    let mut out = format!(
        "# Map\n\n{} files, {} lines, {} symbols\n\n## Crates\n\n",
        graph.file_count(),
        graph.line_count(),
        graph.symbol_count()
    );
    for MapCrate { symbol, modules, items, entry_point } in crates {
        let file = symbol.file.as_deref().unwrap_or_default();
        let (modules, items) = (counted(*modules, "module"), counted(*items, "item"));
        let _ = write!(out, "- {} ({file}): {modules}, {items}", symbol.path);
        if let Some(SymbolRef { line: Some(line), .. }) = entry_point {
            let _ = write!(out, ", main at line {line}");
        }
        out.push('\n');
    }
    out
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Modules by what leans on their items, with the tokens of their lines, in at most `room` tokens.
fn modules(graph: &Graph, ranks: &[f32], room: usize, tokenizer: &dyn Tokenizer) -> Vec<(SymbolId, usize)> {
    let mut weights = vec![0.0_f32; graph.symbol_count()];
    for id in graph.symbol_ids() {
        if let Some(module) = graph.module_of(id) {
            weights[module.index()] += ranks.get(id.index()).copied().unwrap_or(0.0);
        }
    }
    let mut modules: Vec<SymbolId> =
        graph.symbol_ids().filter(|&id| graph.kind(id) == SymbolKind::Module && !graph.is_test(id)).collect();
    modules.sort_by(|&a, &b| weights[b.index()].total_cmp(&weights[a.index()]).then(a.cmp(&b)));
    let mut used = 0;
    modules
        .into_iter()
        .map(|id| (id, tokenizer.count(&module_line(graph, id))))
        .take_while(|&(_, tokens)| {
            used += tokens;
            used <= room
        })
        .collect()
}

fn module_line(graph: &Graph, id: SymbolId) -> String {
    match graph.docs(id).split(['\n', '.']).next() {
        Some(docs) if !docs.is_empty() => format!("- {}: {docs}\n", graph.path(id)),
        _ => format!("- {}\n", graph.path(id)),
    }
}

/// Declarations that may be shown, the most valuable first, at most `limit`.
fn units(graph: &Graph, ranks: &[f32], limit: usize, tokenizer: &dyn Tokenizer) -> Vec<Unit> {
    let mut valued: Vec<(f32, SymbolId)> = graph
        .symbol_ids()
        .filter(|&id| is_shown(graph, id))
        .map(|id| {
            let rank = ranks.get(id.index()).copied().unwrap_or(0.0);
            let of_trait = graph.parent(id).is_some_and(|parent| graph.kind(parent) == SymbolKind::Trait);
            let is_public = graph.visibility(id) == "pub" || of_trait;
            (if is_public { rank } else { rank * PRIVATE }, id)
        })
        .collect();
    valued.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    valued.truncate(limit);
    let unit = |(value, symbol)| {
        let text = declaration(graph, symbol, Level::Signatures);
        let group =
            graph.parent(symbol).filter(|&parent| matches!(graph.kind(parent), SymbolKind::Impl | SymbolKind::Trait));
        let tokens = tokenizer.count(&text) + 1 + usize::from(group.is_some());
        Unit { symbol, bond: Bond::Near, group, module: graph.module_of(symbol), value, text, tokens, hops: 0 }
    };
    valued.into_iter().map(unit).collect()
}

/// Types, traits, functions and macros; of methods, those of types and traits themselves.
fn is_shown(graph: &Graph, id: SymbolId) -> bool {
    let kind = graph.kind(id);
    let parent = graph.parent(id);
    let is_own = kind != SymbolKind::Method
        || parent.is_some_and(|parent| graph.kind(parent) == SymbolKind::Trait || is_inherent(graph, parent));
    let is_nested = parent.is_some_and(|parent| is_function(graph.kind(parent)));
    (is_type(kind) || is_function(kind) || matches!(kind, SymbolKind::Trait | SymbolKind::Macro))
        && is_own
        && !is_nested
        && !graph.is_test(id)
}

fn render(graph: &Graph, head: &str, modules: &[(SymbolId, usize)], units: &[Unit], chosen: &[usize]) -> String {
    let mut out = head.to_owned();
    if !modules.is_empty() {
        out.push_str("\n## Modules\n\n");
        let mut modules: Vec<SymbolId> = modules.iter().map(|&(id, _)| id).collect();
        modules.sort_by_key(|&id| (graph.path(id), id));
        for id in modules {
            out.push_str(&module_line(graph, id));
        }
    }
    if !chosen.is_empty() {
        out.push_str("\n## Most used\n\n");
        let mut shown: Vec<&Unit> = chosen.iter().map(|&at| &units[at]).collect();
        shown.sort_by_cached_key(|unit| order(graph, unit));
        code(&mut out, &declarations(graph, &shown));
        out.pop();
    }
    out
}
