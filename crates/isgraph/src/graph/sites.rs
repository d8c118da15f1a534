//! The unresolved sites.

use super::files::GlobalLine;
use super::narrow::Narrow;
use super::strings::StrId;
use crate::model::{Missing, SiteForm};

/// The sites' columns, sorted by (file, line, column, from, name …).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SiteTable {
    pub(super) from: Box<[u32]>,
    pub(super) name: Box<[StrId]>,
    pub(super) form: Box<[SiteForm]>,
    pub(super) missing: Box<[Missing]>,
    pub(super) line: Box<[GlobalLine]>,
    pub(super) column: Narrow,
    /// Which list of candidates. Sites of one name mostly share one, so each is kept once.
    pub(super) list: Box<[u32]>,
    /// Candidates of list `l` are `candidates[list_start[l]..list_start[l + 1]]`.
    pub(super) list_start: Box<[u32]>,
    pub(super) candidates: Box<[u32]>,
    /// How many candidates a site of the list has in all, those included that were not kept.
    pub(super) list_count: Box<[u32]>,
    /// The sites by (text of the name, list, number).
    pub(super) by_name: Box<[u32]>,
}

impl Default for SiteTable {
    fn default() -> Self {
        Self {
            from: Box::default(),
            name: Box::default(),
            form: Box::default(),
            missing: Box::default(),
            line: Box::default(),
            column: Narrow::default(),
            list: Box::default(),
            list_count: Box::default(),
            list_start: Box::new([0]),
            candidates: Box::default(),
            by_name: Box::default(),
        }
    }
}

impl SiteTable {
    pub(super) fn len(&self) -> usize {
        self.from.len()
    }

    pub(super) fn list(&self, list: u32) -> &[u32] {
        match self.list_start.get(list as usize..) {
            Some(&[start, end, ..]) => &self.candidates[start as usize..end as usize],
            _ => &[],
        }
    }

    pub(super) fn candidate_count(&self, list: u32) -> u32 {
        self.list_count.get(list as usize).copied().unwrap_or(0)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let numbers = [&self.from, &self.list, &self.list_start, &self.list_count, &self.candidates, &self.by_name];
        numbers.iter().map(|column| size_of_val(&***column)).sum::<usize>()
            + self.column.heap_bytes()
            + size_of_val(&*self.name)
            + size_of_val(&*self.form)
            + size_of_val(&*self.missing)
            + size_of_val(&*self.line)
    }
}
