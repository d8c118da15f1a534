//! The edges: packed columns, sorted, with adjacency both ways.

use super::draft::FileId;
use super::files::GlobalLine;
use super::narrow::{ESCAPE, Narrow, Slot};
use crate::model::{Confidence, EdgeKind, Reason, SymbolId};

/// A set of edge kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct EdgeKinds(u16);

impl EdgeKinds {
    /// No kind.
    pub const NONE: Self = Self(0);
    /// Every kind.
    pub const ALL: Self = Self((1 << EdgeKind::ALL.len()) - 1);
    /// `calls` and `async_calls`.
    pub const CALLS: Self = Self::of(&[EdgeKind::Calls, EdgeKind::AsyncCalls]);

    /// The set of these kinds.
    #[must_use]
    pub const fn of(kinds: &[EdgeKind]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < kinds.len() {
            bits |= 1 << kinds[at] as u16;
            at += 1;
        }
        Self(bits)
    }

    /// Whether the kind is in the set.
    #[must_use]
    pub const fn contains(self, kind: EdgeKind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set without the other's kinds.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The kinds, in the order of [`EdgeKind::ALL`].
    pub fn iter(self) -> impl Iterator<Item = EdgeKind> {
        EdgeKind::ALL.iter().copied().filter(move |&kind| self.contains(kind))
    }
}

impl FromIterator<EdgeKind> for EdgeKinds {
    fn from_iter<I: IntoIterator<Item = EdgeKind>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::NONE, |set, kind| set.union(Self::of(&[kind])))
    }
}

/// Number of an edge in one snapshot: `0..graph.edge_count()`, in the order of the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(pub u32);

/// An edge, by value and without its file's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EdgeRef {
    /// Its number.
    pub index: EdgeId,
    /// The symbol that has the relation.
    pub from: SymbolId,
    /// The symbol that it is about.
    pub to: SymbolId,
    /// Which relation.
    pub kind: EdgeKind,
    /// File of the use; `None` when the edge has no place.
    pub file: Option<FileId>,
    /// 1-based line of the name at the use; 0 without a place.
    pub line: u32,
    /// 1-based column in bytes; 0 without a place.
    pub column: u32,
    /// How sure it is.
    pub confidence: Confidence,
    /// The rule that drew it.
    pub reason: Reason,
}

/// Kind, confidence and reason in two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct EdgeLabel(u16);

const KIND_BITS: u32 = 4;
const CONFIDENCE_BITS: u32 = 2;
const _: () = assert!(EdgeKind::ALL.len() <= 1 << KIND_BITS && Confidence::ALL.len() <= 1 << CONFIDENCE_BITS);

impl EdgeLabel {
    pub(super) const fn new(kind: EdgeKind, confidence: Confidence, reason: Reason) -> Self {
        Self(kind as u16 | (confidence as u16) << KIND_BITS | (reason as u16) << (KIND_BITS + CONFIDENCE_BITS))
    }

    pub(super) fn kind(self) -> EdgeKind {
        pick(EdgeKind::ALL, self.0 & ((1 << KIND_BITS) - 1))
    }

    pub(super) fn confidence(self) -> Confidence {
        pick(Confidence::ALL, self.0 >> KIND_BITS & ((1 << CONFIDENCE_BITS) - 1))
    }

    pub(super) fn reason(self) -> Reason {
        pick(Reason::ALL, self.0 >> (KIND_BITS + CONFIDENCE_BITS))
    }

    pub(super) fn raw(self) -> u16 {
        self.0
    }

    /// A label that [`Self::raw`] gave; `None` when no label has these bits.
    pub(super) fn from_raw(bits: u16) -> Option<Self> {
        let label = Self(bits);
        (Self::new(label.kind(), label.confidence(), label.reason()) == label).then_some(label)
    }

    pub(crate) fn is_of(self, kinds: EdgeKinds) -> bool {
        kinds.0 >> (self.0 & ((1 << KIND_BITS) - 1)) & 1 != 0
    }
}

/// Labels are made by `new` or checked by `from_raw`, so the fallback is never taken for one of a graph.
fn pick<T: Copy>(all: &[T], index: u16) -> T {
    all.get(index as usize).copied().unwrap_or(all[0])
}

/// One edge on its way into the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EdgeRow {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) label: EdgeLabel,
    pub(super) line: GlobalLine,
    pub(super) column: u32,
}

impl EdgeRow {
    /// The order of the export; an edge without a place comes before those with one.
    pub(super) fn key(&self) -> (u32, EdgeKind, u32, Option<(GlobalLine, u32)>) {
        let place = (self.line != GlobalLine::NONE).then_some((self.line, self.column));
        (self.from, self.label.kind(), self.to, place)
    }
}

/// The edges, sorted by (from, kind, to, place), and both adjacencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EdgeTable {
    from: Box<[u32]>,
    to: Box<[u32]>,
    label: Box<[EdgeLabel]>,
    /// Lines as seen from the line of the source, see [`line_slot`].
    line: Narrow,
    column: Narrow,
    /// Edges of symbol `s` are `out_start[s]..out_start[s + 1]`.
    out_start: Box<[u32]>,
    /// Edges into symbol `s` are `incoming[in_start[s]..in_start[s + 1]]`, rising.
    in_start: Box<[u32]>,
    incoming: Box<[u32]>,
}

impl Default for EdgeTable {
    fn default() -> Self {
        Self::new(&[], &[])
    }
}

impl EdgeTable {
    /// Builds the table from sorted rows whose ends are symbols; `lines` are those of the symbols.
    pub(super) fn new(lines: &[GlobalLine], rows: &[EdgeRow]) -> Self {
        let symbols = lines.len();
        let out_start = starts(symbols, rows.iter().map(|row| row.from));
        let in_start = starts(symbols, rows.iter().map(|row| row.to));
        let mut next = in_start.to_vec();
        let mut incoming = vec![0_u32; rows.len()];
        for (index, row) in rows.iter().enumerate() {
            let slot = &mut next[row.to as usize];
            incoming[*slot as usize] = index as u32;
            *slot += 1;
        }
        Self {
            from: rows.iter().map(|row| row.from).collect(),
            to: rows.iter().map(|row| row.to).collect(),
            label: rows.iter().map(|row| row.label).collect(),
            line: rows.iter().map(|row| line_slot(row.line, lines[row.from as usize])).collect(),
            column: rows.iter().map(|row| row.column).collect(),
            out_start,
            in_start,
            incoming: incoming.into(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.to.len()
    }

    /// The row of an edge; `lines` are those of the symbols, as in [`Self::new`].
    pub(super) fn row(&self, index: usize, lines: &[GlobalLine]) -> Option<EdgeRow> {
        let from = *self.from.get(index)?;
        Some(EdgeRow {
            from,
            to: self.to[index],
            label: self.label[index],
            line: slot_line(self.line.slot(index)?, *lines.get(from as usize)?),
            column: self.column.get(index)?,
        })
    }

    /// Numbers of the edges of a symbol; none for a number that is not of this graph.
    #[inline]
    pub(super) fn outgoing(&self, symbol: u32) -> std::ops::Range<u32> {
        span(&self.out_start, symbol)
    }

    /// Numbers of the edges into a symbol, rising.
    #[inline]
    pub(super) fn incoming(&self, symbol: u32) -> &[u32] {
        let span = span(&self.in_start, symbol);
        &self.incoming[span.start as usize..span.end as usize]
    }

    #[inline]
    pub(super) fn from(&self, edge: u32) -> u32 {
        self.from[edge as usize]
    }

    #[inline]
    pub(super) fn to(&self, edge: u32) -> u32 {
        self.to[edge as usize]
    }

    #[inline]
    pub(super) fn label(&self, edge: u32) -> EdgeLabel {
        self.label[edge as usize]
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let columns = size_of_val(&*self.from) + size_of_val(&*self.to) + size_of_val(&*self.label);
        let places = self.line.heap_bytes() + self.column.heap_bytes();
        columns + places + size_of_val(&*self.out_start) + size_of_val(&*self.in_start) + size_of_val(&*self.incoming)
    }
}

/// How many lines before its source an edge may lie to be kept in two bytes: attributes and docs
/// stand before the name.
const LINES_BEFORE: u32 = 1 << 10;

/// A use lies near the name of the symbol that makes it, so its line is kept as the distance from
/// there: low values from 1 on. Zero is "no place", anything else the line itself, aside.
fn line_slot(line: GlobalLine, base: GlobalLine) -> Slot {
    if line == GlobalLine::NONE {
        return Slot::Low(0);
    }
    match u16::try_from(line.0.wrapping_sub(base.0).wrapping_add(LINES_BEFORE)) {
        Ok(near) if near != 0 && near != ESCAPE => Slot::Low(near),
        _ => Slot::Wide(line.0),
    }
}

fn slot_line(slot: Slot, base: GlobalLine) -> GlobalLine {
    match slot {
        Slot::Low(0) => GlobalLine::NONE,
        Slot::Low(near) => GlobalLine(u32::from(near).wrapping_sub(LINES_BEFORE).wrapping_add(base.0)),
        Slot::Wide(line) => GlobalLine(line),
    }
}

fn span(starts: &[u32], symbol: u32) -> std::ops::Range<u32> {
    match starts.get(symbol as usize..) {
        Some(&[start, end, ..]) => start..end,
        _ => 0..0,
    }
}

/// Prefix sums of how often each symbol occurs.
fn starts(symbols: usize, ends: impl Iterator<Item = u32>) -> Box<[u32]> {
    let mut starts = vec![0_u32; symbols + 1];
    for symbol in ends {
        starts[symbol as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    starts.into()
}
