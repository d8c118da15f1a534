//! What a reader of dumps gave back, and what it could not.

use serde::Serialize;

/// Where a file stands in its dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
pub struct Origin {
    /// Number of the dump in [`DumpReport::dumps`].
    pub dump: u32,
    /// 1-based line of the dump where the file's first line stands.
    pub line: u32,
    /// Whether the whole file stands in that line, as in JSON; otherwise its line `n` is the
    /// dump's `line + n - 1`.
    pub one_line: bool,
}

impl Origin {
    /// The dump's line where a file's line stands, both 1-based.
    #[must_use]
    pub fn dump_line(self, line: u32) -> u32 {
        if self.one_line { self.line } else { self.line.saturating_add(line.saturating_sub(1)) }
    }
}

/// How far a file is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FileStatus {
    /// As it was, by the rules of its format.
    Complete,
    /// Where it ends could be decided otherwise.
    Ambiguous,
    /// Some of it is missing or was changed.
    Partial,
    /// It is not in the index: its text is not there, or it was refused.
    Skipped,
}

impl FileStatus {
    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Ambiguous => "ambiguous",
            Self::Partial => "partial",
            Self::Skipped => "skipped",
        }
    }
}

/// A file that is not complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileNote {
    /// Its path in the source set, or as the dump says it.
    pub path: String,
    /// What it is.
    pub status: FileStatus,
    /// Number of the dump in [`DumpReport::dumps`].
    pub dump: u32,
    /// 1-based line of the dump where it starts; 0 for none.
    pub line: u32,
    /// Why, in one sentence.
    pub reason: String,
}

/// One of the dumps that were read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DumpPart {
    /// Its name.
    pub label: String,
    /// Its format's word ([`super::DumpFormat::as_str`]), or that of its archive.
    pub format: String,
    /// How many files it holds, those that are not read included.
    pub files: usize,
}

/// What was read from dumps and archives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DumpReport {
    /// The dumps, in the order in which they were read.
    pub dumps: Vec<DumpPart>,
    /// Number of Rust files and manifests that are as they were.
    pub complete: usize,
    /// Number of those whose end could be decided otherwise.
    pub ambiguous: usize,
    /// Number of those of which something is missing or was changed.
    pub partial: usize,
    /// Number of Rust files and manifests that are not in the index.
    pub skipped: usize,
    /// Number of other files, which are never read.
    pub other: usize,
    /// Every file that is not complete, in the order of the dumps.
    pub notes: Vec<FileNote>,
}

impl DumpReport {
    /// Counts a file, and keeps the reason unless it is complete.
    pub(super) fn count(&mut self, status: FileStatus, note: impl FnOnce() -> (String, u32, String)) {
        let counter = match status {
            FileStatus::Complete => {
                self.complete += 1;
                return;
            }
            FileStatus::Ambiguous => &mut self.ambiguous,
            FileStatus::Partial => &mut self.partial,
            FileStatus::Skipped => &mut self.skipped,
        };
        *counter += 1;
        let (path, line, reason) = note();
        let dump = u32::try_from(self.dumps.len()).unwrap_or(u32::MAX);
        self.notes.push(FileNote { path, status, dump, line, reason });
    }
}
