//! The files of a graph, and places in them.
//!
//! A place is one number: the lines of all files are numbered through, file after file, so that
//! "file and line" takes four bytes. The file is found again by bisection.

use super::draft::{FileDraft, FileId, Place};
use super::strings::{StrId, StringsBuilder};

/// A line of a file, numbered through over all files; [`GlobalLine::NONE`] for "no place".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GlobalLine(pub(super) u32);

impl GlobalLine {
    pub(super) const NONE: Self = Self(u32::MAX);
}

/// Paths, and the number of the first line of each file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileTable {
    pub(super) path: Box<[StrId]>,
    /// One more than there are files: the last is the number of lines in all.
    pub(super) first_line: Box<[u32]>,
}

impl Default for FileTable {
    fn default() -> Self {
        Self { path: Box::default(), first_line: Box::new([0]) }
    }
}

impl FileTable {
    pub(super) fn new(files: &[FileDraft], strings: &mut StringsBuilder) -> Self {
        let mut total = 0_u32;
        let mut first_line = Vec::with_capacity(files.len() + 1);
        first_line.push(0);
        for file in files {
            let lines = u32::try_from(file.lines.len().max(1)).unwrap_or(u32::MAX);
            total = total.saturating_add(lines);
            first_line.push(total);
        }
        Self { path: files.iter().map(|file| strings.intern(&file.path)).collect(), first_line: first_line.into() }
    }

    pub(super) fn len(&self) -> usize {
        self.path.len()
    }

    pub(super) fn line_count(&self) -> u32 {
        self.first_line.last().copied().unwrap_or(0)
    }

    /// The file and 1-based line of a numbered line.
    pub(super) fn locate(&self, line: GlobalLine) -> Option<(FileId, u32)> {
        let file = self.first_line.partition_point(|&first| first <= line.0).checked_sub(1)?;
        (file < self.path.len()).then(|| (FileId(file as u32), line.0 - self.first_line[file] + 1))
    }

    /// The numbered line and 1-based byte column of a place, by the files' line tables.
    pub(super) fn number(&self, files: &[FileDraft], place: Option<Place>) -> (GlobalLine, u32) {
        let none = (GlobalLine::NONE, 0);
        let Some(place) = place else { return none };
        let Some(file) = files.get(place.file.0 as usize) else { return none };
        let line = file.lines.partition_point(|&start| start <= place.offset).saturating_sub(1);
        let start = file.lines.get(line).copied().unwrap_or(0);
        let number = self.first_line[place.file.0 as usize].saturating_add(line as u32);
        (GlobalLine(number), place.offset.saturating_sub(start).saturating_add(1))
    }

    pub(super) fn heap_bytes(&self) -> usize {
        size_of_val(&*self.path) + size_of_val(&*self.first_line)
    }
}
