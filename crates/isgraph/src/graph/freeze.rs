//! From a draft to the snapshot.

use std::cmp::Ordering;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::Graph;
use super::draft::{EdgeDraft, GraphDraft, Place, SymbolDraft, UnresolvedDraft};
use super::edges::{EdgeLabel, EdgeRow, EdgeTable};
use super::files::{FileTable, GlobalLine};
use super::names::NameIndex;
use super::sites::SiteTable;
use super::strings::{StrId, Strings, StringsBuilder};
use super::symbols::{Guard, NO_SYMBOL, SymbolTable, cut_parent_cycles};
use crate::facts::signature_parts;
use crate::model::SymbolKind;
use crate::parallel;

/// Freezes a draft. What points at a symbol or file that is not there is left out: resolution
/// does not write such rows.
pub(super) fn freeze(draft: GraphDraft) -> Graph {
    let GraphDraft { files, symbols, edges, mut unresolved, mut diagnostics } = draft;
    let count = symbols.len();
    let mut strings = StringsBuilder::with_capacity(count * 3 + files.len());
    let file_table = FileTable::new(&files, &mut strings);
    let places: Vec<(GlobalLine, u32)> = symbols.iter().map(|symbol| file_table.number(&files, symbol.place)).collect();

    let freeze_edges = || {
        let rows = edge_rows(edges, count, |place| file_table.number(&files, place));
        let lines: Vec<GlobalLine> = places.iter().map(|&(line, _)| line).collect();
        EdgeTable::new(&lines, &rows)
    };
    let freeze_texts = || {
        // Order first: texts are numbered in the order of the rows, so equal drafts give equal bytes
        // whatever order their rows came in.
        let known = |id: crate::model::SymbolId| id.index() < count;
        unresolved.retain(|site| known(site.from) && (site.place.file.0 as usize) < files.len());
        for site in &mut unresolved {
            site.candidates.retain(|&candidate| known(candidate));
        }
        unresolved.sort_unstable_by(site_order);
        unresolved.dedup();
        let symbols = freeze_symbols(symbols, &places, &file_table, &files, &mut strings);
        let sites = freeze_sites(&unresolved, &file_table, &files, &mut strings);
        (symbols, sites, strings.finish())
    };
    let (edges, (symbols, mut sites, strings)) = parallel::join(freeze_edges, freeze_texts);
    let (by_name, names) = parallel::join(|| sites_by_name(&sites, &strings), || NameIndex::new(&symbols, &strings));
    sites.by_name = by_name;
    diagnostics.sort_unstable();
    diagnostics.dedup();
    Graph { strings, files: file_table, symbols, edges, sites, diagnostics: diagnostics.into(), names }
}

/// The edges in the order of their keys, once each, the surest. Most of the order is in `from`,
/// which is dense: they are dealt out by it, then each symbol's few are sorted.
fn edge_rows(
    mut edges: Vec<EdgeDraft>,
    symbols: usize,
    number: impl Fn(Option<Place>) -> (GlobalLine, u32),
) -> Vec<EdgeRow> {
    edges.retain(|edge| edge.from.index() < symbols && edge.to.index() < symbols);
    let mut next = vec![0_u32; symbols + 1];
    for edge in &edges {
        next[edge.from.index() + 1] += 1;
    }
    for at in 1..next.len() {
        next[at] += next[at - 1];
    }
    let filler = EdgeRow { from: 0, to: 0, label: EdgeLabel::default(), line: GlobalLine::NONE, column: 0 };
    let mut rows = vec![filler; edges.len()];
    for edge in edges {
        let slot = &mut next[edge.from.index()];
        let (line, column) = number(edge.place);
        let label = EdgeLabel::new(edge.kind, edge.confidence, edge.reason);
        rows[*slot as usize] = EdgeRow { from: edge.from.0, to: edge.to.0, label, line, column };
        *slot += 1;
    }
    for own in rows.chunk_by_mut(|a, b| a.from == b.from) {
        own.sort_unstable_by_key(|row| (row.key(), row.label.confidence(), row.label.reason()));
    }
    rows.dedup_by_key(|row| row.key());
    rows
}

/// By place; what else could differ is compared only at the same place, as a name's text is slow to get at.
fn site_order(a: &UnresolvedDraft, b: &UnresolvedDraft) -> Ordering {
    let place = |site: &UnresolvedDraft| (site.place, site.from);
    let rest = |site: &UnresolvedDraft| (site.form, site.missing, site.candidate_count);
    (place(a).cmp(&place(b)))
        .then_with(|| a.name.as_str().cmp(b.name.as_str()))
        .then_with(|| rest(a).cmp(&rest(b)))
        .then_with(|| a.candidates.cmp(&b.candidates))
}

/// Each draft is dropped as it is frozen: its texts are in the table then.
fn freeze_symbols(
    symbols: Vec<SymbolDraft>,
    places: &[(GlobalLine, u32)],
    file_table: &FileTable,
    files: &[super::draft::FileDraft],
    strings: &mut StringsBuilder,
) -> SymbolTable {
    let count = symbols.len();
    let mut guards = Vec::new();
    let mut guard_ids: FxHashMap<Guard, u32> = FxHashMap::default();
    let mut table = Columns::with_capacity(count);
    let mut buffer = Vec::new();
    for (symbol, &(line, column)) in symbols.into_iter().zip(places) {
        let guard = Guard {
            visibility: strings.intern(&symbol.visibility),
            cfg: strings.intern(&symbol.cfg),
            is_test: symbol.is_test,
            is_blanket: is_blanket(&symbol),
        };
        let guard = *guard_ids.entry(guard).or_insert_with(|| {
            guards.push(guard);
            (guards.len() - 1) as u32
        });
        table.kind.push(symbol.kind);
        table.name.push(strings.intern(&symbol.name));
        table.path.push(strings.intern(&symbol.path));
        table.parent.push(symbol.parent.filter(|parent| parent.index() < count).map_or(NO_SYMBOL, |parent| parent.0));
        table.line.push(line);
        table.column.push(column);
        table.height.push(height(&symbol, files, line, file_table));
        let (lead, length) = span(&symbol);
        table.lead.push(lead);
        table.length.push(length);
        table.signature.push(strings.intern(&symbol.signature));
        table.docs.push(strings.intern(&symbol.docs));
        table.guard.push(guard);
        table.sig_hash.push(sig_hash(&symbol, &mut buffer));
        table.content_hash.push(symbol.content_hash.to_be_bytes());
    }
    cut_parent_cycles(&mut table.parent);
    table.freeze(guards)
}

/// The symbols' columns while they grow.
#[derive(Default)]
struct Columns {
    kind: Vec<SymbolKind>,
    name: Vec<StrId>,
    path: Vec<StrId>,
    parent: Vec<u32>,
    line: Vec<GlobalLine>,
    column: Vec<u32>,
    height: Vec<u32>,
    lead: Vec<u32>,
    length: Vec<u32>,
    signature: Vec<StrId>,
    docs: Vec<StrId>,
    guard: Vec<u32>,
    sig_hash: Vec<[u8; 16]>,
    content_hash: Vec<[u8; 16]>,
}

impl Columns {
    fn with_capacity(count: usize) -> Self {
        Self {
            kind: Vec::with_capacity(count),
            name: Vec::with_capacity(count),
            path: Vec::with_capacity(count),
            parent: Vec::with_capacity(count),
            line: Vec::with_capacity(count),
            column: Vec::with_capacity(count),
            height: Vec::with_capacity(count),
            lead: Vec::with_capacity(count),
            length: Vec::with_capacity(count),
            signature: Vec::with_capacity(count),
            docs: Vec::with_capacity(count),
            guard: Vec::with_capacity(count),
            sig_hash: Vec::with_capacity(count),
            content_hash: Vec::with_capacity(count),
        }
    }

    fn freeze(self, guards: Vec<Guard>) -> SymbolTable {
        SymbolTable {
            kind: self.kind.into(),
            name: self.name.into(),
            path: self.path.into(),
            parent: self.parent.into(),
            line: self.line.into(),
            column: self.column.into_iter().collect(),
            height: self.height.into_iter().collect(),
            lead: self.lead.into_iter().collect(),
            length: self.length.into_iter().collect(),
            signature: self.signature.into(),
            docs: self.docs.into(),
            guard: self.guard.into(),
            sig_hash: self.sig_hash.into(),
            content_hash: self.content_hash.into(),
            guards: guards.into(),
        }
    }
}

fn height(symbol: &SymbolDraft, files: &[super::draft::FileDraft], line: GlobalLine, file_table: &FileTable) -> u32 {
    let (Some(place), Some((_, first))) = (symbol.place, file_table.locate(line)) else { return 0 };
    // The end is exclusive: the last byte of the text decides.
    let last = symbol.end.saturating_sub(1).max(place.offset);
    let lines = files.get(place.file.0 as usize).map_or(&[][..], |file| &file.lines);
    (lines.partition_point(|&start| start <= last) as u32).saturating_sub(first)
}

/// Bytes from the item's start to its name, and of the whole item; zeros when it has no text of its own.
fn span(symbol: &SymbolDraft) -> (u32, u32) {
    let span = symbol.start.zip(symbol.place).and_then(|(start, place)| {
        let length = symbol.end.checked_sub(start)?;
        Some((place.offset.checked_sub(start)?, length))
    });
    span.filter(|&(lead, length)| lead < length).unwrap_or_default()
}

fn is_blanket(symbol: &SymbolDraft) -> bool {
    let is_own_parameter = || {
        let parts = signature_parts(symbol.kind, &symbol.signature);
        parts.generics.iter().any(|param| Some(&param.name) == parts.ty.as_ref())
    };
    symbol.kind == SymbolKind::Impl && is_own_parameter()
}

/// 128-bit BLAKE3 of kind, path and signature, each ended by a zero byte. The buffer is only to be reused.
fn sig_hash(symbol: &SymbolDraft, buffer: &mut Vec<u8>) -> [u8; 16] {
    buffer.clear();
    for text in [symbol.kind.as_str(), &symbol.path, &symbol.signature] {
        buffer.extend_from_slice(text.as_bytes());
        buffer.push(0);
    }
    let mut hash = [0; 16];
    hash.copy_from_slice(&blake3::hash(buffer).as_bytes()[..16]);
    hash
}

fn freeze_sites(
    unresolved: &[UnresolvedDraft],
    file_table: &FileTable,
    files: &[super::draft::FileDraft],
    strings: &mut StringsBuilder,
) -> SiteTable {
    let mut list_ids: FxHashMap<(&[crate::model::SymbolId], u32), u32> = FxHashMap::default();
    let mut list_start = vec![0_u32];
    let mut list_count = Vec::new();
    let mut candidates = Vec::new();
    let mut list = Vec::with_capacity(unresolved.len());
    let mut line = Vec::with_capacity(unresolved.len());
    let mut column: Vec<u32> = Vec::with_capacity(unresolved.len());
    for site in unresolved {
        let (site_line, site_column) = file_table.number(files, Some(site.place));
        line.push(site_line);
        column.push(site_column);
        let count = site.candidate_count.max(site.candidates.len() as u32);
        list.push(match list_ids.entry((&site.candidates, count)) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                candidates.extend(site.candidates.iter().map(|candidate| candidate.0));
                list_start.push(candidates.len() as u32);
                list_count.push(count);
                *entry.insert(list_count.len() as u32 - 1)
            }
        });
    }
    SiteTable {
        from: unresolved.iter().map(|site| site.from.0).collect(),
        name: unresolved.iter().map(|site| strings.intern(site.name.as_str())).collect(),
        form: unresolved.iter().map(|site| site.form).collect(),
        missing: unresolved.iter().map(|site| site.missing).collect(),
        line: line.into(),
        column: column.into_iter().collect(),
        list: list.into(),
        list_start: list_start.into(),
        list_count: list_count.into(),
        candidates: candidates.into(),
        by_name: Box::default(),
    }
}

/// The sites by (text of the name, list, number). Names are few: they are ranked first, so that
/// sorting the sites compares numbers only.
fn sites_by_name(sites: &SiteTable, strings: &Strings) -> Box<[u32]> {
    let mut names = sites.name.to_vec();
    names.sort_unstable_by_key(|name| name.0);
    names.dedup();
    names.sort_unstable_by_key(|&name| strings.get(name));
    let ranks: FxHashMap<StrId, u32> = names.iter().copied().zip(0..).collect();
    let rank = |site: u32| ranks.get(&sites.name[site as usize]).copied();
    let mut keyed: Vec<_> = (0..sites.len() as u32).map(|site| (rank(site), sites.list[site as usize], site)).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(.., site)| site).collect()
}
