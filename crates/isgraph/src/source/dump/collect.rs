//! The files of one or more dumps → a source set and a report.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::report::{DumpPart, DumpReport, FileNote, FileStatus, Origin};
use super::step::{DumpedFile, State};
use super::tree::Tree;
use crate::model::{Diagnostic, Severity};
use crate::source::{SourceSet, paths};

/// Collects files.
#[derive(Debug, Default)]
pub(super) struct Collector {
    sources: SourceSet,
    report: DumpReport,
    copies: BTreeMap<String, u32>,
    /// What trees show and their dumps do not hold: number of the dump, and path.
    missing: Vec<(u32, String)>,
    part: Part,
}

/// The dump that is being read.
#[derive(Debug, Default)]
struct Part {
    label: String,
    files: usize,
    /// Whether a reason holds for all files and was said.
    altered: bool,
    /// Places of this dump's files in the source set, where an empty line may have to be taken off.
    gapped: Vec<String>,
    gaps: usize,
    last_has_gap: bool,
}

impl Collector {
    /// Begins with the next dump.
    pub(super) fn start(&mut self, label: &str) {
        self.part = Part { label: label.to_owned(), ..Part::default() };
    }

    /// Whether a file of this path is kept.
    pub(super) fn keeps(path: &str) -> bool {
        let name = paths::file_name(path);
        let name = name.rsplit('\\').next().unwrap_or(name);
        path.ends_with(".rs") || name == "Cargo.toml"
    }

    /// Counts a file that is not kept.
    pub(super) fn other(&mut self, text: &str, shows_gaps: bool) {
        self.part.files += 1;
        self.report.other += 1;
        if shows_gaps {
            self.note_gap(text);
        }
    }

    /// Keeps a file whose text starts at this line of the dump; 0 for an archive's.
    pub(super) fn add(&mut self, file: DumpedFile<'_>, line: u32, shows_gaps: bool, altered: Option<&'static str>) {
        let path = normalised(&file.path);
        self.part.files += 1;
        let (status, reason) = match file.state {
            State::Absent(reason) => {
                self.warn(line.saturating_sub(1), format!("`{path}` is left out: {reason}"));
                self.report.count(FileStatus::Skipped, || (path, line, reason.into_owned()));
                return;
            }
            State::Partial(reason) => (FileStatus::Partial, Some(reason)),
            State::Ambiguous(reason) => (FileStatus::Ambiguous, Some(reason)),
            State::Whole => (FileStatus::Complete, None),
        };
        let (status, reason) = match (altered, reason) {
            (Some(altered), _) => (FileStatus::Partial, Some(altered.into())),
            (None, reason) => (status, reason),
        };
        if let Some(reason) = &reason
            && !std::mem::replace(&mut self.part.altered, altered.is_some())
        {
            let of = if altered.is_some() { "every file of the dump".to_owned() } else { format!("`{path}`") };
            self.warn(line.saturating_sub(1), format!("{of} is {}: {reason}", status.as_str()));
        }
        if shows_gaps {
            self.note_gap(&file.text);
        }
        let place = self.place(&path, &file.text);
        if place != path || self.sources.files.contains_key(&place) {
            let message = if self.sources.files.contains_key(&place) {
                format!("`{path}` is in the dump twice with the same text; one is kept")
            } else {
                format!("`{path}` is in the dump twice with different texts; this one is kept as `{place}`")
            };
            self.warn(line.saturating_sub(1), message);
        }
        self.report.count(status, || (place.clone(), line, reason.unwrap_or_default().into_owned()));
        if shows_gaps {
            self.part.gapped.push(place.clone());
        }
        if line > 0 {
            let dump = u32::try_from(self.report.dumps.len()).unwrap_or(u32::MAX);
            self.sources.origins.entry(place.clone()).or_insert(Origin { dump, line, one_line: file.one_line });
        }
        self.sources.files.entry(place).or_insert_with(|| Arc::from(file.text));
    }

    /// Where a text of this path is kept: another text of the same path has it already.
    fn place(&mut self, path: &str, text: &str) -> String {
        let mut place = path.to_owned();
        while let Some(first) = self.sources.files.get(&place) {
            if **first == *text {
                break;
            }
            let copy = self.copies.entry(path.to_owned()).or_insert(1);
            *copy += 1;
            place = copy_name(path, *copy);
        }
        place
    }

    /// Refuses a file.
    #[cfg(feature = "archives")]
    pub(super) fn refuse(&mut self, path: &str, reason: &str) {
        self.part.files += 1;
        self.warn(0, format!("`{path}` is left out: {reason}"));
        self.report.count(FileStatus::Skipped, || (path.to_owned(), 0, reason.to_owned()));
    }

    /// Says what is doubtful.
    pub(super) fn doubt(&mut self, line: u32, severity: Severity, code: &str, message: String) {
        let file = self.part.label.clone();
        self.sources.diagnostics.push(Diagnostic { file, line, severity, code: code.to_owned(), message });
    }

    fn warn(&mut self, line: u32, message: String) {
        self.doubt(line, Severity::Warning, "DUMP", message);
    }

    /// Ends the dump: its format's word, and what its tree still shows.
    pub(super) fn end(&mut self, format: &str, tree: Option<&Tree>) {
        self.strip_gaps();
        let dump = u32::try_from(self.report.dumps.len()).unwrap_or(u32::MAX);
        self.missing.extend(tree.into_iter().flat_map(Tree::rust_files).map(|path| (dump, path.to_owned())));
        let part = std::mem::take(&mut self.part);
        self.report.dumps.push(DumpPart { label: part.label, format: format.to_owned(), files: part.files });
    }

    /// All that was read.
    pub(super) fn finish(mut self) -> SourceSet {
        self.report_missing();
        if self.report.other > 0 {
            let message =
                format!("{} of the dump's files are neither Rust nor Cargo.toml and were left out", self.report.other);
            let file = match self.report.dumps.as_slice() {
                [part] => part.label.clone(),
                _ => String::new(),
            };
            let code = "DUMP".to_owned();
            self.sources.diagnostics.push(Diagnostic { file, line: 0, severity: Severity::Info, code, message });
        }
        self.sources.diagnostics.sort();
        self.sources.dump = Some(self.report);
        self.sources
    }

    /// Says what the trees show and no dump holds.
    fn report_missing(&mut self) {
        let mut missing = std::mem::take(&mut self.missing);
        missing.retain(|(_, path)| !self.sources.files.contains_key(path));
        for (dump, path) in &missing {
            self.report.skipped += 1;
            self.report.notes.push(FileNote {
                path: path.clone(),
                status: FileStatus::Skipped,
                dump: *dump,
                line: 0,
                reason: "the dump's tree shows it, and its text is not there; some tools leave empty files out"
                    .to_owned(),
            });
        }
        let Some((dump, first)) = missing.first() else { return };
        let message = match missing.len() {
            1 => format!("`{first}` is in the dump's tree, but its text is not there"),
            n => format!("`{first}` and {} more are in the dump's tree, but their texts are not there", n - 1),
        };
        self.part.label = self.report.dumps.get(*dump as usize).map(|part| part.label.clone()).unwrap_or_default();
        self.warn(0, message);
    }

    fn note_gap(&mut self, text: &str) {
        self.part.last_has_gap = gap(text).is_some();
        self.part.gaps += usize::from(self.part.last_has_gap);
    }

    /// Tools that put an empty line after every file do so after each one: it is taken off again
    /// when all files but the last have it. One file alone shows nothing.
    fn strip_gaps(&mut self) {
        let before_last = self.part.gaps - usize::from(self.part.last_has_gap);
        if before_last + 1 != self.part.files || self.part.gaps < 2 {
            return;
        }
        for place in std::mem::take(&mut self.part.gapped) {
            if let Some(text) = self.sources.files.get_mut(&place)
                && let Some(len) = gap(text)
            {
                *text = Arc::from(&text[..len]);
            }
        }
    }
}

/// The length of `text` without an empty line at its end.
fn gap(text: &str) -> Option<usize> {
    let without = text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n'))?;
    (without.is_empty() || without.ends_with('\n')).then_some(without.len())
}

/// `path` with `/` and without a leading `./`.
fn normalised(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut rest = path.as_str();
    while let Some(shorter) = rest.strip_prefix("./") {
        rest = shorter.trim_start_matches('/');
    }
    rest.to_owned()
}

/// The label of another file of the same path: `src/lib.rs` → `src/lib#2.rs`.
fn copy_name(path: &str, number: u32) -> String {
    match path.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => format!("{stem}#{number}.{extension}"),
        _ => format!("{path}#{number}"),
    }
}
