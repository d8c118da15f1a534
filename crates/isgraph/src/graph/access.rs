//! Looking at a graph: accessors that allocate nothing, and the model's types on demand.

use super::draft::FileId;
use super::edges::{EdgeId, EdgeRef};
use super::strings::StrId;
use super::symbols::NO_SYMBOL;
use super::{EdgeLabel, Graph};
use crate::facts::signature_parts;
use crate::model::{Diagnostic, Edge, Missing, SiteForm, Symbol, SymbolId, SymbolKind, UnresolvedSite};

/// An unresolved site, by value and borrowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteRef<'g> {
    /// The symbol whose code holds the site.
    pub from: SymbolId,
    /// The name that was looked up.
    pub name: &'g str,
    /// How it is written.
    pub form: SiteForm,
    /// What was missing.
    pub missing: Missing,
    /// File of the site.
    pub file: FileId,
    /// 1-based line of the name.
    pub line: u32,
    /// 1-based column of the name, in bytes.
    pub column: u32,
    /// Numbers of the symbols that it may mean, rising, at most [`MAX_CANDIDATES`](crate::model::MAX_CANDIDATES).
    pub candidates: &'g [u32],
    /// How many there are in all.
    pub candidate_count: u32,
}

impl SiteRef<'_> {
    /// Whether the site may mean the symbol: it is among the candidates, or not all candidates were kept.
    #[must_use]
    pub fn may_mean(&self, symbol: SymbolId) -> bool {
        self.candidate_count as usize > self.candidates.len() || self.candidates.contains(&symbol.0)
    }
}

/// Counts.
impl Graph {
    /// How many symbols there are.
    #[must_use]
    pub fn symbol_count(&self) -> usize {
        self.symbols.len()
    }

    /// How many edges there are.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// How many unresolved sites there are.
    #[must_use]
    pub fn unresolved_count(&self) -> usize {
        self.sites.len()
    }

    /// How many files there are.
    #[must_use]
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// How many lines the files have together.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.files.line_count() as usize
    }
}

/// Symbols.
impl Graph {
    /// The symbol with this number, if the graph has it.
    #[must_use]
    pub fn symbol_id(&self, number: u32) -> Option<SymbolId> {
        ((number as usize) < self.symbols.len()).then_some(SymbolId(number))
    }

    /// All symbols, in the order of their numbers.
    pub fn symbol_ids(&self) -> impl ExactSizeIterator<Item = SymbolId> + Clone + use<> {
        (0..self.symbols.len() as u32).map(SymbolId)
    }

    /// What the symbol is.
    #[must_use]
    #[inline]
    pub fn kind(&self, id: SymbolId) -> SymbolKind {
        self.symbols.kind.get(id.index()).copied().unwrap_or(SymbolKind::External)
    }

    /// Its own name; of an impl, its header without generics.
    #[must_use]
    pub fn name(&self, id: SymbolId) -> &str {
        self.text(&self.symbols.name, id)
    }

    /// Its path: `crate::module::Type::method`.
    #[must_use]
    pub fn path(&self, id: SymbolId) -> &str {
        self.text(&self.symbols.path, id)
    }

    /// Its header as written, without attributes and body.
    #[must_use]
    pub fn signature(&self, id: SymbolId) -> &str {
        self.text(&self.symbols.signature, id)
    }

    /// First paragraph of its documentation.
    #[must_use]
    pub fn docs(&self, id: SymbolId) -> &str {
        self.text(&self.symbols.docs, id)
    }

    /// Its visibility as written; empty when private or not applicable.
    #[must_use]
    pub fn visibility(&self, id: SymbolId) -> &str {
        self.guard(id).map_or("", |guard| self.strings.get(guard.visibility))
    }

    /// The `cfg` predicate that guards it, its parents' included; empty when none.
    #[must_use]
    pub fn cfg(&self, id: SymbolId) -> &str {
        self.guard(id).map_or("", |guard| self.strings.get(guard.cfg))
    }

    /// Whether it is a test or declared under `cfg(test)`.
    #[must_use]
    pub fn is_test(&self, id: SymbolId) -> bool {
        self.guard(id).is_some_and(|guard| guard.is_test)
    }

    /// The symbol that contains it. Following parents always ends.
    #[must_use]
    #[inline]
    pub fn parent(&self, id: SymbolId) -> Option<SymbolId> {
        let parent = self.symbols.parent.get(id.index()).copied().unwrap_or(NO_SYMBOL);
        (parent != NO_SYMBOL).then_some(SymbolId(parent))
    }

    /// The innermost module or crate around it: itself, when it is one. `None` for externals.
    #[must_use]
    pub fn module_of(&self, id: SymbolId) -> Option<SymbolId> {
        self.enclosing(id, |kind| matches!(kind, SymbolKind::Module | SymbolKind::Crate))
    }

    /// The crate around it: itself, when it is one. `None` for externals.
    #[must_use]
    pub fn crate_of(&self, id: SymbolId) -> Option<SymbolId> {
        self.enclosing(id, |kind| kind == SymbolKind::Crate)
    }

    fn enclosing(&self, id: SymbolId, wanted: impl Fn(SymbolKind) -> bool) -> Option<SymbolId> {
        std::iter::successors(Some(id), |&at| self.parent(at)).find(|&at| wanted(self.kind(at)))
    }

    /// File of its name; `None` for externals.
    #[must_use]
    pub fn file(&self, id: SymbolId) -> Option<FileId> {
        self.place_of(id).map(|(file, _)| file)
    }

    /// 1-based line of its name; `None` for externals.
    #[must_use]
    pub fn line(&self, id: SymbolId) -> Option<u32> {
        self.place_of(id).map(|(_, line)| line)
    }

    /// File and 1-based line of its name; `None` for externals.
    #[must_use]
    pub fn place_of(&self, id: SymbolId) -> Option<(FileId, u32)> {
        self.symbols.line.get(id.index()).and_then(|&line| self.files.locate(line))
    }

    /// 1-based column of its name in bytes; `None` for externals.
    #[must_use]
    pub fn column(&self, id: SymbolId) -> Option<u32> {
        self.symbols.column.get(id.index()).filter(|&column| column > 0)
    }

    /// 1-based last line of the item; `None` for externals.
    #[must_use]
    pub fn end_line(&self, id: SymbolId) -> Option<u32> {
        self.line(id).zip(self.symbols.height.get(id.index())).map(|(line, height)| line.saturating_add(height))
    }

    /// 128-bit BLAKE3 of kind, path and signature: the identity that survives across snapshots.
    #[must_use]
    pub fn sig_hash(&self, id: SymbolId) -> [u8; 16] {
        self.symbols.sig_hash.get(id.index()).copied().unwrap_or_default()
    }

    /// 128-bit BLAKE3 of the whole item's text; zeros for externals.
    #[must_use]
    pub fn content_hash(&self, id: SymbolId) -> [u8; 16] {
        self.symbols.content_hash.get(id.index()).copied().unwrap_or_default()
    }

    /// Everything about a symbol.
    #[must_use]
    pub fn symbol(&self, id: SymbolId) -> Symbol {
        let place = self.place_of(id);
        let content_hash = self.content_hash(id);
        let (kind, signature) = (self.kind(id), self.signature(id));
        Symbol {
            id,
            kind,
            name: self.name(id).to_owned(),
            path: self.path(id).to_owned(),
            file: place.map(|(file, _)| self.file_path(file).to_owned()),
            line: place.map(|(_, line)| line),
            column: self.column(id),
            end_line: self.end_line(id),
            signature: signature.to_owned(),
            parts: signature_parts(kind, signature),
            visibility: self.visibility(id).to_owned(),
            cfg: self.cfg(id).to_owned(),
            docs: self.docs(id).to_owned(),
            is_test: self.is_test(id),
            sig_hash: hex(&self.sig_hash(id)),
            content_hash: if content_hash == [0; 16] { String::new() } else { hex(&content_hash) },
        }
    }

    /// Whether it is an impl for every type that fits: `impl<T: Bound> Trait for T`.
    #[must_use]
    pub fn is_blanket_impl(&self, id: SymbolId) -> bool {
        self.guard(id).is_some_and(|guard| guard.is_blanket)
    }

    fn text(&self, column: &[StrId], id: SymbolId) -> &str {
        column.get(id.index()).map_or("", |&text| self.strings.get(text))
    }

    fn guard(&self, id: SymbolId) -> Option<&super::symbols::Guard> {
        self.symbols.guards.get(*self.symbols.guard.get(id.index())? as usize)
    }
}

/// Files.
impl Graph {
    /// The file's path; empty when it is not of this graph.
    #[must_use]
    pub fn file_path(&self, file: FileId) -> &str {
        self.files.path.get(file.0 as usize).map_or("", |&path| self.strings.get(path))
    }

    /// All files, in path order.
    pub fn file_ids(&self) -> impl ExactSizeIterator<Item = FileId> + Clone + use<> {
        (0..self.files.len() as u32).map(FileId)
    }

    /// How many lines the file has.
    #[must_use]
    pub fn file_line_count(&self, file: FileId) -> u32 {
        match self.files.first_line.get(file.0 as usize..) {
            Some(&[first, next, ..]) => next - first,
            _ => 0,
        }
    }
}

/// Edges.
impl Graph {
    /// The edges of a symbol, by kind, then target, then place.
    pub fn edges_from(&self, id: SymbolId) -> impl ExactSizeIterator<Item = EdgeRef> + Clone + '_ {
        self.edges.outgoing(id.0).map(|edge| self.edge_at(edge))
    }

    /// The edges into a symbol, by source, then kind, then place.
    pub fn edges_to(&self, id: SymbolId) -> impl ExactSizeIterator<Item = EdgeRef> + Clone + '_ {
        self.edges.incoming(id.0).iter().map(|&edge| self.edge_at(edge))
    }

    /// All edges, in the order of their numbers: by source, kind, target, place.
    pub fn edges(&self) -> impl ExactSizeIterator<Item = EdgeRef> + Clone + '_ {
        (0..self.edges.len() as u32).map(|edge| self.edge_at(edge))
    }

    /// The edge with this number, if the graph has it.
    #[must_use]
    pub fn edge_ref(&self, edge: EdgeId) -> Option<EdgeRef> {
        ((edge.0 as usize) < self.edges.len()).then(|| self.edge_at(edge.0))
    }

    /// The edge in the model's form.
    #[must_use]
    pub fn edge(&self, edge: EdgeRef) -> Edge {
        Edge {
            from: edge.from,
            to: edge.to,
            kind: edge.kind,
            file: edge.file.map(|file| self.file_path(file).to_owned()),
            line: edge.file.map(|_| edge.line),
            column: edge.file.map(|_| edge.column),
            confidence: edge.confidence,
            reason: edge.reason,
        }
    }

    /// Numbers of a symbol's edges: with [`Self::edge_label`] and [`Self::edge_target`] the fast
    /// way through the graph, without looking the places up.
    #[inline]
    pub(crate) fn outgoing(&self, symbol: u32) -> std::ops::Range<u32> {
        self.edges.outgoing(symbol)
    }

    #[inline]
    pub(crate) fn incoming(&self, symbol: u32) -> &[u32] {
        self.edges.incoming(symbol)
    }

    #[inline]
    pub(crate) fn edge_label(&self, edge: u32) -> EdgeLabel {
        self.edges.label(edge)
    }

    #[inline]
    pub(crate) fn edge_source(&self, edge: u32) -> u32 {
        self.edges.from(edge)
    }

    #[inline]
    pub(crate) fn edge_target(&self, edge: u32) -> u32 {
        self.edges.to(edge)
    }

    /// The edge with a number that this graph gave.
    pub(crate) fn edge_at(&self, edge: u32) -> EdgeRef {
        let row = self.edges.row(edge as usize, &self.symbols.line);
        let place = row.and_then(|row| self.files.locate(row.line));
        let label = row.map_or(EdgeLabel::default(), |row| row.label);
        EdgeRef {
            index: EdgeId(edge),
            from: SymbolId(row.map_or(NO_SYMBOL, |row| row.from)),
            to: SymbolId(row.map_or(NO_SYMBOL, |row| row.to)),
            kind: label.kind(),
            file: place.map(|(file, _)| file),
            line: place.map_or(0, |(_, line)| line),
            column: row.map_or(0, |row| row.column),
            confidence: label.confidence(),
            reason: label.reason(),
        }
    }
}

/// Unresolved sites and diagnostics.
impl Graph {
    /// All unresolved sites, by file, line and column.
    pub fn unresolved(&self) -> impl ExactSizeIterator<Item = SiteRef<'_>> + Clone {
        (0..self.sites.len()).map(|site| self.site_at(site))
    }

    /// The unresolved sites of a name, by file, line and column.
    #[must_use]
    pub fn unresolved_named(&self, name: &str) -> Vec<SiteRef<'_>> {
        let mut numbers = self.site_numbers(name).to_vec();
        numbers.sort_unstable();
        numbers.into_iter().map(|site| self.site_at(site as usize)).collect()
    }

    /// How many unresolved sites have this name, and how many of those may mean this symbol.
    #[must_use]
    pub fn unresolved_counts(&self, name: &str, symbol: SymbolId) -> (usize, usize) {
        let sites = self.site_numbers(name);
        // Sites that share their candidates stand together: a list is searched once.
        let runs = sites.chunk_by(|&a, &b| self.sites.list[a as usize] == self.sites.list[b as usize]);
        let meant = runs.filter(|run| self.site_at(run[0] as usize).may_mean(symbol)).map(<[u32]>::len).sum();
        (sites.len(), meant)
    }

    /// How many unresolved sites the symbol's own code has.
    #[must_use]
    pub fn unresolved_in(&self, symbol: SymbolId) -> usize {
        self.sites.from.iter().filter(|&&from| from == symbol.0).count()
    }

    fn site_numbers(&self, name: &str) -> &[u32] {
        let text = |site: u32| self.strings.get(self.sites.name[site as usize]);
        let start = self.sites.by_name.partition_point(|&site| text(site) < name);
        let rest = &self.sites.by_name[start..];
        &rest[..rest.partition_point(|&site| text(site) == name)]
    }

    fn site_at(&self, site: usize) -> SiteRef<'_> {
        let sites = &self.sites;
        let (file, line) = self.files.locate(sites.line[site]).unwrap_or((FileId(u32::MAX), 0));
        SiteRef {
            from: SymbolId(sites.from[site]),
            name: self.strings.get(sites.name[site]),
            form: sites.form[site],
            missing: sites.missing[site],
            file,
            line,
            column: sites.column.get(site).unwrap_or(0),
            candidates: sites.list(sites.list[site]),
            candidate_count: sites.candidate_count(sites.list[site]),
        }
    }

    /// The site in the model's form.
    #[must_use]
    pub fn unresolved_site(&self, site: SiteRef<'_>) -> UnresolvedSite {
        UnresolvedSite {
            from: site.from,
            name: site.name.to_owned(),
            form: site.form,
            missing: site.missing,
            file: self.file_path(site.file).to_owned(),
            line: site.line,
            column: site.column,
            candidates: site.candidates.iter().map(|&candidate| SymbolId(candidate)).collect(),
            candidate_count: site.candidate_count,
        }
    }

    /// What the reader should know about the input, by file and line.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

/// Lower-case hexadecimal digits.
fn hex(bytes: &[u8; 16]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|&byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[digit as usize])).collect()
}
