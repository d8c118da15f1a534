//! From offsets in an expansion back to the texts that it was made of.

/// Where a token of an expansion comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Offset in the call's text.
    Call(u32),
    /// Offset in the definition's text.
    Definition(u32),
}

impl Origin {
    fn after(self, bytes: u32) -> Self {
        match self {
            Self::Call(at) => Self::Call(at.saturating_add(bytes)),
            Self::Definition(at) => Self::Definition(at.saturating_add(bytes)),
        }
    }
}

/// The origin of every token of an expansion.
///
/// An identifier from the call and one of the same name from the definition are different local
/// variables; the origin tells them apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// Start of each run of bytes with its origin, sorted.
    runs: Vec<(u32, Origin)>,
}

impl SourceMap {
    /// The map of a text that is the call's own.
    pub(crate) fn verbatim() -> Self {
        Self { runs: vec![(0, Origin::Call(0))] }
    }

    /// The origin of the byte at `offset`; the space after a token counts as that token's. Of an
    /// empty expansion, the definition's start.
    #[must_use]
    pub fn origin(&self, offset: u32) -> Origin {
        let next = self.runs.partition_point(|&(start, _)| start <= offset);
        let Some(&(start, origin)) = next.checked_sub(1).and_then(|at| self.runs.get(at)) else {
            return Origin::Definition(0);
        };
        origin.after(offset - start)
    }

    /// Gives back what growing took too much: the map of an item's expansion lives long.
    pub(super) fn finish(&mut self) {
        self.runs.shrink_to_fit();
    }

    /// Adds a token's origin; `offset` is not below the last one.
    pub(crate) fn push(&mut self, offset: u32, origin: Origin) {
        let goes_on = self.runs.last().is_some_and(|&(start, last)| last.after(offset - start) == origin);
        if !goes_on {
            self.runs.push((offset, origin));
        }
    }
}
