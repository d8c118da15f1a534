//! Symbols by the ends of their paths.

use std::cmp::Ordering;

use super::segments::{key, split_last};
use super::strings::Strings;
use super::symbols::SymbolTable;

/// Symbol numbers in the order of (key of the last path segment, key of the one before, number).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NameIndex {
    pub(super) order: Box<[u32]>,
}

impl NameIndex {
    pub(super) fn new(symbols: &SymbolTable, strings: &Strings) -> Self {
        let mut keyed: Vec<((&str, &str), u32)> =
            (0..symbols.len() as u32).map(|id| (ends(strings.get(symbols.path[id as usize])), id)).collect();
        keyed.sort_unstable();
        Self { order: keyed.into_iter().map(|(_, id)| id).collect() }
    }

    /// The symbols whose keys compare equal; `compare` must agree with the order of the index.
    pub(super) fn range<'g>(
        &self,
        keys: impl Fn(u32) -> (&'g str, &'g str),
        compare: impl Fn((&'g str, &'g str)) -> Ordering,
    ) -> &[u32] {
        let start = self.order.partition_point(|&id| compare(keys(id)) == Ordering::Less);
        let rest = &self.order[start..];
        &rest[..rest.partition_point(|&id| compare(keys(id)) == Ordering::Equal)]
    }

    /// Whether this is the index of these symbols. Strictly rising keys over as many numbers as
    /// there are symbols make it a permutation.
    pub(super) fn is_valid(&self, symbols: &SymbolTable, strings: &Strings) -> bool {
        if self.order.len() != symbols.len() {
            return false;
        }
        let mut last = None;
        for &id in &self.order {
            let Some(&path) = symbols.path.get(id as usize) else { return false };
            let next = Some((ends(strings.get(path)), id));
            if last >= next {
                return false;
            }
            last = next;
        }
        true
    }
}

/// Keys of the last segment and of the one before it.
pub(super) fn ends(path: &str) -> (&str, &str) {
    let (head, last) = split_last(path);
    (key(last), key(split_last(head).1))
}
