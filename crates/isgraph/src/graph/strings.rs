//! All texts of a graph in one blob, each distinct text once.

use rustc_hash::FxHashMap;

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

/// Collects texts; borrows them while it does.
pub(super) struct StringsBuilder<'a> {
    ids: FxHashMap<&'a str, StrId>,
    blob: String,
    ends: Vec<u32>,
}

impl<'a> StringsBuilder<'a> {
    pub(super) fn with_capacity(texts: usize) -> Self {
        let mut ids = FxHashMap::default();
        ids.reserve(texts);
        ids.insert("", StrId::EMPTY);
        Self { ids, blob: String::with_capacity(texts * 16), ends: vec![0] }
    }

    /// The number of this text. Texts beyond 4 GiB in all become empty.
    pub(super) fn intern(&mut self, text: &'a str) -> StrId {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        let (Ok(end), Ok(id)) = (u32::try_from(self.blob.len() + text.len()), u32::try_from(self.ends.len())) else {
            return StrId::EMPTY;
        };
        self.blob.push_str(text);
        self.ends.push(end);
        self.ids.insert(text, StrId(id));
        StrId(id)
    }

    pub(super) fn finish(self) -> Strings {
        Strings { blob: self.blob.into_boxed_str(), ends: self.ends.into_boxed_slice() }
    }
}
