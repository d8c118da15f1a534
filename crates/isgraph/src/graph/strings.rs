//! All texts of a graph in one blob, each distinct text once.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxBuildHasher;

/// Number of a text in [`Strings`]. Numbers say nothing about order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct StrId(pub(super) u32);

impl StrId {
    /// The empty text: always the first.
    pub(super) const EMPTY: Self = Self(0);
}

/// Texts laid end to end; text `i` ends at `ends[i]` and starts where its predecessor ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Strings {
    blob: Box<str>,
    ends: Box<[u32]>,
}

impl Default for Strings {
    fn default() -> Self {
        Self { blob: "".into(), ends: Box::new([0]) }
    }
}

impl Strings {
    /// The text; empty when the number is not of this table.
    pub(super) fn get(&self, id: StrId) -> &str {
        let index = id.0 as usize;
        let Some(&end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        self.blob.get(start as usize..end as usize).unwrap_or("")
    }

    /// How many distinct texts there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.blob.len() + size_of_val(&*self.ends)
    }

    pub(super) fn raw(&self) -> (&str, &[u32]) {
        (&self.blob, &self.ends)
    }

    /// Rebuilds a table from its parts; `None` unless every text is a valid slice of the blob and
    /// the first is empty.
    pub(super) fn from_raw(blob: Box<str>, ends: Box<[u32]>) -> Option<Self> {
        let rising =
            ends.is_sorted() && ends.first() == Some(&0) && ends.last().copied() == u32::try_from(blob.len()).ok();
        let whole = rising && ends.iter().all(|&end| blob.is_char_boundary(end as usize));
        whole.then_some(Self { blob, ends })
    }
}

/// Collects texts. Keeps none but the table's own copy, so that a text may go once it is in.
pub(super) struct StringsBuilder {
    ids: HashTable<StrId>,
    blob: String,
    ends: Vec<u32>,
}

impl StringsBuilder {
    pub(super) fn with_capacity(texts: usize) -> Self {
        let blob = String::with_capacity(texts * 16);
        let mut builder = Self { ids: HashTable::with_capacity(texts), blob, ends: Vec::new() };
        builder.intern("");
        builder
    }

    /// The number of this text. Texts beyond 4 GiB in all become empty.
    pub(super) fn intern(&mut self, text: &str) -> StrId {
        let Self { ids, blob, ends } = self;
        let known = |&StrId(id): &StrId| {
            let start = (id as usize).checked_sub(1).map_or(0, |before| ends[before]);
            &blob[start as usize..ends[id as usize] as usize]
        };
        let hash = |text: &str| FxBuildHasher.hash_one(text);
        let vacant = match ids.entry(hash(text), |id| known(id) == text, |id| hash(known(id))) {
            Entry::Occupied(entry) => return *entry.get(),
            Entry::Vacant(entry) => entry,
        };
        let (Ok(end), Ok(id)) = (u32::try_from(blob.len() + text.len()), u32::try_from(ends.len())) else {
            return StrId::EMPTY;
        };
        vacant.insert(StrId(id));
        blob.push_str(text);
        ends.push(end);
        StrId(id)
    }

    pub(super) fn finish(self) -> Strings {
        Strings { blob: self.blob.into_boxed_str(), ends: self.ends.into_boxed_slice() }
    }
}
