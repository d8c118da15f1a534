//! The symbols: one column per property.

use super::files::GlobalLine;
use super::narrow::Narrow;
use super::strings::StrId;
use crate::model::SymbolKind;

/// Says "no symbol" in a column of symbol numbers.
pub(super) const NO_SYMBOL: u32 = u32::MAX;

/// What many symbols have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Guard {
    pub(super) visibility: StrId,
    pub(super) cfg: StrId,
    pub(super) is_test: bool,
    /// An impl for one of its own type parameters.
    pub(super) is_blanket: bool,
}

/// The symbols' columns, all of one length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SymbolTable {
    pub(super) kind: Box<[SymbolKind]>,
    pub(super) name: Box<[StrId]>,
    pub(super) path: Box<[StrId]>,
    /// The containing symbol, or [`NO_SYMBOL`]. Following it always ends.
    pub(super) parent: Box<[u32]>,
    pub(super) line: Box<[GlobalLine]>,
    /// 1-based; 0 without a place.
    pub(super) column: Narrow,
    /// How many lines there are from that of the name to the last of the item.
    pub(super) height: Narrow,
    /// Bytes from the start of the item to its name.
    pub(super) lead: Narrow,
    /// Bytes of the item; 0 when its text does not stand in its file.
    pub(super) length: Narrow,
    pub(super) signature: Box<[StrId]>,
    pub(super) docs: Box<[StrId]>,
    /// Index in `guards`.
    pub(super) guard: Box<[u32]>,
    pub(super) sig_hash: Box<[[u8; 16]]>,
    pub(super) content_hash: Box<[[u8; 16]]>,
    /// Distinct guards.
    pub(super) guards: Box<[Guard]>,
}

impl SymbolTable {
    pub(super) fn len(&self) -> usize {
        self.kind.len()
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let texts = [&self.name, &self.path, &self.signature, &self.docs]
            .iter()
            .map(|column| size_of_val(&***column))
            .sum::<usize>();
        let numbers = size_of_val(&*self.parent) + size_of_val(&*self.guard);
        let hashes = size_of_val(&*self.sig_hash) + size_of_val(&*self.content_hash);
        texts
            + self.column.heap_bytes()
            + self.height.heap_bytes()
            + self.lead.heap_bytes()
            + self.length.heap_bytes()
            + numbers
            + hashes
            + size_of_val(&*self.kind)
            + size_of_val(&*self.line)
            + size_of_val(&*self.guards)
    }
}

/// Cuts every cycle of a column of parents, so that following it always ends.
pub(super) fn cut_parent_cycles(parent: &mut [u32]) {
    let mut state = vec![Walk::New; parent.len()];
    let mut trail = Vec::new();
    for start in 0..parent.len() {
        let mut at = start;
        while state[at] == Walk::New {
            state[at] = Walk::Open;
            trail.push(at);
            let up = parent[at] as usize;
            if up >= parent.len() {
                break;
            }
            if state[up] == Walk::Open {
                parent[at] = NO_SYMBOL;
                break;
            }
            at = up;
        }
        for done in trail.drain(..) {
            state[done] = Walk::Done;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Walk {
    New,
    Open,
    Done,
}
