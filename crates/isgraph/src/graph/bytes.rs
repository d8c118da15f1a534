//! The graph as bytes and back.
//!
//! A plain layout: magic, version, then each column as its length and its numbers, little-endian.
//! Adjacency is rebuilt on reading. Reading trusts nothing: every number is checked against the
//! table that it points into, so that bytes of any origin give a sound graph or an error.

use super::Graph;
use super::edges::{EdgeLabel, EdgeRow, EdgeTable};
use super::files::{FileTable, GlobalLine};
use super::names::NameIndex;
use super::sites::SiteTable;
use super::strings::{StrId, Strings};
use super::symbols::{Guard, NO_SYMBOL, SymbolTable, cut_parent_cycles};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Diagnostic, Missing, Severity, SiteForm, SymbolKind};

const MAGIC: [u8; 4] = *b"isgG";
/// Raised by every change of the layout.
const VERSION: u32 = 4;

impl Graph {
    /// The graph as bytes, for a store. Equal graphs give equal bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(Vec::with_capacity(self.heap_bytes() + 64));
        out.0.extend_from_slice(&MAGIC);
        out.u32(VERSION);
        let (blob, ends) = self.strings.raw();
        out.bytes(blob.as_bytes());
        out.column(ends.iter().copied());
        out.column(self.files.path.iter().map(|text| text.0));
        out.column(self.files.first_line.iter().copied());
        let symbols = &self.symbols;
        out.bytes_of(symbols.kind.iter().map(|&kind| kind as u8));
        out.column(symbols.name.iter().map(|text| text.0));
        out.column(symbols.path.iter().map(|text| text.0));
        out.column(symbols.parent.iter().copied());
        out.column(symbols.line.iter().map(|line| line.0));
        out.column(symbols.column.iter());
        out.column(symbols.height.iter());
        out.column(symbols.lead.iter());
        out.column(symbols.length.iter());
        out.column(symbols.signature.iter().map(|text| text.0));
        out.column(symbols.docs.iter().map(|text| text.0));
        out.column(symbols.guard.iter().copied());
        out.bytes(symbols.sig_hash.as_flattened());
        out.bytes(symbols.content_hash.as_flattened());
        out.column(symbols.guards.iter().map(|guard| guard.visibility.0));
        out.column(symbols.guards.iter().map(|guard| guard.cfg.0));
        out.bytes_of(symbols.guards.iter().map(|guard| u8::from(guard.is_test) | u8::from(guard.is_blanket) << 1));
        let rows = || (0..self.edges.len()).filter_map(|edge| self.edges.row(edge, &symbols.line));
        out.column(rows().map(|row| row.from));
        out.column(rows().map(|row| row.to));
        out.column(rows().map(|row| u32::from(row.label.raw())));
        out.column(rows().map(|row| row.line.0));
        out.column(rows().map(|row| row.column));
        let sites = &self.sites;
        out.column(sites.from.iter().copied());
        out.column(sites.name.iter().map(|text| text.0));
        out.bytes_of(sites.form.iter().map(|&form| form as u8));
        out.bytes_of(sites.missing.iter().map(|&missing| missing as u8));
        out.column(sites.line.iter().map(|line| line.0));
        out.column(sites.column.iter());
        out.column(sites.list.iter().copied());
        out.column(sites.list_start.iter().copied());
        out.column(sites.list_count.iter().copied());
        out.column(sites.candidates.iter().copied());
        out.column(sites.by_name.iter().copied());
        out.column(self.names.order.iter().copied());
        out.u32(self.diagnostics.len() as u32);
        for diagnostic in &self.diagnostics {
            out.bytes(diagnostic.file.as_bytes());
            out.u32(diagnostic.line);
            out.u32(u32::from(diagnostic.severity as u8));
            out.bytes(diagnostic.code.as_bytes());
            out.bytes(diagnostic.message.as_bytes());
        }
        out.0
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// `STORE_VERSION` when another version of isgraph wrote it, `STORE_CORRUPT` when it is no graph.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut input = Reader(bytes);
        if input.take(MAGIC.len()) != Some(&MAGIC[..]) {
            return Err(corrupt());
        }
        match input.u32() {
            Some(VERSION) => {}
            Some(other) => {
                let message = format!(
                    "the stored graph has layout {other}, this version reads {VERSION}: index again to replace it"
                );
                return Err(Error::new(ErrorCode::StoreVersion, message));
            }
            None => return Err(corrupt()),
        }
        read(input).ok_or_else(corrupt)
    }
}

fn corrupt() -> Error {
    Error::new(ErrorCode::StoreCorrupt, "the stored graph cannot be decoded: index again to replace it")
}

fn read(mut input: Reader<'_>) -> Option<Graph> {
    let blob = input.text()?.into();
    let strings = Strings::from_raw(blob, input.column()?.into())?;
    let files = read_files(&mut input, &strings)?;
    let symbols = read_symbols(&mut input, &strings, &files)?;
    let acyclic = {
        let mut parent = symbols.parent.to_vec();
        cut_parent_cycles(&mut parent);
        *parent == *symbols.parent
    };
    if !acyclic {
        return None;
    }
    let edges = read_edges(&mut input, &symbols.line, &files)?;
    let sites = read_sites(&mut input, symbols.len(), &files, &strings)?;
    let names = NameIndex { order: input.column()?.into() };
    let diagnostics = read_diagnostics(&mut input)?;
    let sound = names.is_valid(&symbols, &strings) && input.0.is_empty();
    sound.then_some(Graph { strings, files, symbols, edges, sites, diagnostics, names })
}

fn read_files(input: &mut Reader<'_>, strings: &Strings) -> Option<FileTable> {
    let path = input.texts(strings)?;
    let first_line: Box<[u32]> = input.column()?.into();
    let rising = first_line.first() == Some(&0) && first_line.is_sorted_by(|a, b| a < b);
    (rising && first_line.len() == path.len() + 1).then_some(FileTable { path, first_line })
}

fn read_symbols(input: &mut Reader<'_>, strings: &Strings, files: &FileTable) -> Option<SymbolTable> {
    let kind = input.enums(SymbolKind::ALL)?;
    let name = input.texts(strings)?;
    let path = input.texts(strings)?;
    let parent: Box<[u32]> = input.column()?.into();
    let line = input.lines(files)?;
    let column = input.column()?;
    let height = input.column()?;
    let lead = input.column()?;
    let length = input.column()?;
    let signature = input.texts(strings)?;
    let docs = input.texts(strings)?;
    let guard: Box<[u32]> = input.column()?.into();
    let sig_hash = input.hashes()?;
    let content_hash = input.hashes()?;
    let visibility = input.texts(strings)?;
    let cfg = input.texts(strings)?;
    let flags = input.bytes()?;
    let count = kind.len();
    let same_length = [name.len(), path.len(), parent.len(), line.len(), column.len(), height.len(), signature.len()]
        .into_iter()
        .chain([lead.len(), length.len(), docs.len(), guard.len(), sig_hash.len(), content_hash.len()])
        .all(|len| len == count);
    let guards_match =
        visibility.len() == cfg.len() && cfg.len() == flags.len() && flags.iter().all(|&flags| flags <= 3);
    let parents = parent.iter().all(|&parent| parent == NO_SYMBOL || (parent as usize) < count);
    let guarded = guard.iter().all(|&guard| (guard as usize) < cfg.len());
    if !(same_length && guards_match && parents && guarded && placed(&line, &column)) {
        return None;
    }
    let guards = (0..cfg.len())
        .map(|at| Guard {
            visibility: visibility[at],
            cfg: cfg[at],
            is_test: flags[at] & 1 != 0,
            is_blanket: flags[at] & 2 != 0,
        })
        .collect();
    Some(SymbolTable {
        kind,
        name,
        path,
        parent,
        line,
        column: column.into_iter().collect(),
        height: height.into_iter().collect(),
        lead: lead.into_iter().collect(),
        length: length.into_iter().collect(),
        signature,
        docs,
        guard,
        sig_hash,
        content_hash,
        guards,
    })
}

/// Whether exactly what has a line has a column.
fn placed(line: &[GlobalLine], column: &[u32]) -> bool {
    line.len() == column.len()
        && line.iter().zip(column).all(|(&line, &column)| (line == GlobalLine::NONE) == (column == 0))
}

fn read_edges(input: &mut Reader<'_>, symbol_lines: &[GlobalLine], files: &FileTable) -> Option<EdgeTable> {
    let from = input.column()?;
    let to = input.column()?;
    let label = input.column()?;
    let line = input.lines(files)?;
    let column = input.column()?;
    if [to.len(), label.len(), line.len()].iter().any(|&len| len != from.len()) || !placed(&line, &column) {
        return None;
    }
    let mut rows = Vec::with_capacity(from.len());
    let mut last = None;
    for at in 0..from.len() {
        let label = EdgeLabel::from_raw(u16::try_from(label[at]).ok()?)?;
        let row = EdgeRow { from: from[at], to: to[at], label, line: line[at], column: column[at] };
        let known = (row.from as usize) < symbol_lines.len() && (row.to as usize) < symbol_lines.len();
        let key = Some(row.key());
        if !known || last >= key {
            return None;
        }
        last = key;
        rows.push(row);
    }
    Some(EdgeTable::new(symbol_lines, &rows))
}

fn read_sites(input: &mut Reader<'_>, symbols: usize, files: &FileTable, strings: &Strings) -> Option<SiteTable> {
    let sites = SiteTable {
        from: input.column()?.into(),
        name: input.texts(strings)?,
        form: input.enums(SiteForm::ALL)?,
        missing: input.enums(Missing::ALL)?,
        line: input.lines(files)?,
        column: input.column()?.into_iter().collect(),
        list: input.column()?.into(),
        list_start: input.column()?.into(),
        list_count: input.column()?.into(),
        candidates: input.column()?.into(),
        by_name: input.column()?.into(),
    };
    let count = sites.from.len();
    let same_length = [sites.name.len(), sites.form.len(), sites.missing.len(), sites.line.len(), sites.column.len()]
        .into_iter()
        .chain([sites.list.len(), sites.by_name.len()])
        .all(|len| len == count);
    let lists = sites.list_start.len().checked_sub(1)?;
    let known = |&symbol: &u32| (symbol as usize) < symbols;
    let sound = same_length
        && sites.from.iter().all(known)
        && sites.candidates.iter().all(known)
        && sites.list_start.first() == Some(&0)
        && sites.list_start.is_sorted()
        && sites.list_start.last().copied() == u32::try_from(sites.candidates.len()).ok()
        && sites.line.is_sorted()
        && sites.line.iter().all(|&line| line != GlobalLine::NONE)
        && sites.column.iter().all(|column| column > 0)
        && sites.list_count.len() == lists
        && (0..lists as u32).all(|list| sites.candidate_count(list) as usize >= sites.list(list).len())
        && sites.list.iter().all(|&list| (list as usize) < lists)
        && rises_by_name(&sites, strings);
    sound.then_some(sites)
}

/// Whether the index by name is in its order; strictly rising, it is a permutation.
fn rises_by_name(sites: &SiteTable, strings: &Strings) -> bool {
    let mut last = None;
    sites.by_name.iter().all(|&site| {
        let at = site as usize;
        let Some(&name) = sites.name.get(at) else { return false };
        let next = Some((strings.get(name), sites.list[at], site));
        let rises = last < next;
        last = next;
        rises
    })
}

fn read_diagnostics(input: &mut Reader<'_>) -> Option<Box<[Diagnostic]>> {
    let count = input.u32()?;
    // Each takes at least the 20 bytes of its lengths and numbers.
    if count as usize > input.0.len() / 20 {
        return None;
    }
    (0..count)
        .map(|_| {
            Some(Diagnostic {
                file: input.text()?.to_owned(),
                line: input.u32()?,
                severity: *Severity::ALL.get(input.u32()? as usize)?,
                code: input.text()?.to_owned(),
                message: input.text()?.to_owned(),
            })
        })
        .collect()
}

struct Writer(Vec<u8>);

impl Writer {
    fn u32(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.u32(bytes.len() as u32);
        self.0.extend_from_slice(bytes);
    }

    fn bytes_of(&mut self, bytes: impl ExactSizeIterator<Item = u8>) {
        self.u32(bytes.len() as u32);
        self.0.extend(bytes);
    }

    fn column(&mut self, numbers: impl Iterator<Item = u32>) {
        let start = self.0.len();
        self.u32(0);
        for number in numbers {
            self.u32(number);
        }
        let count = (self.0.len() - start) / 4 - 1;
        self.0[start..start + 4].copy_from_slice(&(count as u32).to_le_bytes());
    }
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        let &bytes = self.take(4)?.first_chunk()?;
        Some(u32::from_le_bytes(bytes))
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let count = self.u32()?;
        self.take(count as usize)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    fn column(&mut self) -> Option<Vec<u32>> {
        let count = self.u32()? as usize;
        let bytes = self.take(count.checked_mul(4)?)?;
        Some(bytes.as_chunks().0.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect())
    }

    fn texts(&mut self, strings: &Strings) -> Option<Box<[StrId]>> {
        let column = self.column()?;
        let known = column.iter().all(|&id| (id as usize) < strings.len());
        known.then(|| column.into_iter().map(StrId).collect())
    }

    fn lines(&mut self, files: &FileTable) -> Option<Box<[GlobalLine]>> {
        let column = self.column()?;
        let known = column.iter().all(|&line| line < files.line_count() || line == GlobalLine::NONE.0);
        known.then(|| column.into_iter().map(GlobalLine).collect())
    }

    fn enums<T: Copy>(&mut self, all: &[T]) -> Option<Box<[T]>> {
        self.bytes()?.iter().map(|&byte| all.get(byte as usize).copied()).collect()
    }

    fn hashes(&mut self) -> Option<Box<[[u8; 16]]>> {
        let (hashes, rest) = self.bytes()?.as_chunks();
        rest.is_empty().then(|| hashes.into())
    }
}
