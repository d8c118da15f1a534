//! A context as Markdown.

use std::fmt::Write as _;

use super::Level;
use super::rank::Bond;
use super::relations::is_module;
use super::select::section;
use super::units::Unit;
use crate::graph::Graph;
use crate::model::{SymbolId, SymbolKind};

/// A target and what is shown of it.
#[derive(Debug, Clone)]
pub(super) struct TargetText {
    pub(super) symbol: SymbolId,
    /// Its text as written; `None` shows its signature.
    pub(super) body: Option<String>,
    /// Why there is no body where one was asked for.
    pub(super) note: Option<&'static str>,
}

/// What did not fit, as far as the text says it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Footer<'a> {
    pub(super) left_out: &'a [usize],
    pub(super) named: usize,
}

/// The whole text. Writing to a `String` cannot fail.
pub(super) fn render(
    graph: &Graph,
    targets: &[TargetText],
    units: &[Unit],
    chosen: &[usize],
    level: Level,
    footer: Footer<'_>,
) -> String {
    let mut out = String::new();
    for target in targets {
        target_block(graph, target, &mut out);
    }
    for (bond, title) in [(Bond::Near, "Context"), (Bond::Caller, "Callers"), (Bond::Test, "Tests")] {
        let mut shown: Vec<&Unit> =
            chosen.iter().map(|&at| &units[at]).filter(|unit| section(unit.bond) == bond).collect();
        if shown.is_empty() {
            continue;
        }
        shown.sort_by_cached_key(|unit| order(graph, unit));
        let _ = write!(out, "## {title}\n\n");
        if level == Level::Edges || bond == Bond::Test {
            for unit in shown {
                let _ = writeln!(out, "{}", unit.text);
            }
            out.push('\n');
        } else {
            code(&mut out, &declarations(graph, &shown));
        }
    }
    left_out(graph, units, footer, &mut out);
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

/// Where a unit stands: by module, then as in the source; the items of an impl or trait at their header.
pub(super) fn order<'g>(graph: &'g Graph, unit: &Unit) -> (&'g str, &'g str, u32, SymbolId, SymbolId) {
    let module = unit.module.map_or("", |module| graph.path(module));
    let head = unit.group.unwrap_or(unit.symbol);
    let (file, line) = graph.place_of(head).map_or(("", 0), |(file, line)| (graph.file_path(file), line));
    (module, file, line, head, unit.symbol)
}

fn target_block(graph: &Graph, target: &TargetText, out: &mut String) {
    let id = target.symbol;
    let _ = write!(out, "# {}\n\n{}", graph.path(id), graph.kind(id));
    if let Some((file, line)) = graph.place_of(id) {
        let _ = write!(out, ", {}:{line}", graph.file_path(file));
    }
    if let Some(note) = target.note {
        let _ = write!(out, ", {note}");
    }
    out.push_str("\n\n");
    if is_module(graph.kind(id)) {
        return;
    }
    let group = graph.parent(id).filter(|&parent| matches!(graph.kind(parent), SymbolKind::Impl | SymbolKind::Trait));
    let mut text = String::new();
    if let Some(group) = group {
        let _ = writeln!(text, "{} {{", graph.signature(group));
    }
    match &target.body {
        Some(body) => text.push_str(body),
        None => {
            let indent = if group.is_some() { "    " } else { "" };
            let _ = write!(text, "{indent}{};", graph.signature(id));
        }
    }
    text.push('\n');
    if group.is_some() {
        text.push_str("}\n");
    }
    code(out, &text);
}

/// A fenced block of Rust; the fence is longer than any that the text begins a line with.
pub(super) fn code(out: &mut String, text: &str) {
    let longest = text.lines().map(|line| line.trim_start().bytes().take_while(|&byte| byte == b'`').count()).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    let _ = write!(out, "{fence}rust\n{text}{fence}\n\n");
}

pub(super) fn declarations(graph: &Graph, units: &[&Unit]) -> String {
    let mut text = String::new();
    let (mut module, mut group) = (None, None);
    for (at, unit) in units.iter().enumerate() {
        if units.get(at + 1).is_some_and(|next| next.group == Some(unit.symbol)) {
            // A trait's own declaration: the heading of its items says the same.
            continue;
        }
        if group.is_some() && unit.group != group {
            text.push_str("}\n");
        }
        if unit.module != module
            && let Some(id) = unit.module
        {
            text.push_str(&heading(graph, id));
        }
        if unit.group != group
            && let Some(id) = unit.group
        {
            text.push_str(&heading(graph, id));
        }
        (module, group) = (unit.module, unit.group);
        for line in unit.text.lines() {
            let _ = writeln!(text, "{}{line}", if group.is_some() { "    " } else { "" });
        }
    }
    if group.is_some() {
        text.push_str("}\n");
    }
    text
}

/// The line that a module, impl or trait begins with.
pub(super) fn heading(graph: &Graph, id: SymbolId) -> String {
    if is_module(graph.kind(id)) { format!("// {}\n", graph.path(id)) } else { format!("{} {{\n", graph.signature(id)) }
}

fn left_out(graph: &Graph, units: &[Unit], footer: Footer<'_>, out: &mut String) {
    let Footer { left_out, named } = footer;
    if left_out.is_empty() {
        return;
    }
    let tokens: usize = left_out.iter().map(|&at| units[at].tokens).sum();
    let _ = write!(out, "Left out: {} items, {tokens} tokens", left_out.len());
    for (at, &unit) in left_out.iter().take(named).enumerate() {
        let _ = write!(out, "{} {}", if at == 0 { ":" } else { "," }, name_with_cost(graph, &units[unit]));
    }
    out.push_str(if named > 0 && named < left_out.len() { ", …\n" } else { "\n" });
}

/// How a unit is named that was left out.
pub(super) fn name_with_cost(graph: &Graph, unit: &Unit) -> String {
    format!("{} ({})", graph.path(unit.symbol), unit.tokens)
}
