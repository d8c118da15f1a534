//! Code dumps: one text that holds many source files. One file here per format.

mod file_marker;
mod rust_text;
mod tree;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{SourceSet, paths};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Diagnostic, Severity};

/// How a dump separates its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DumpFormat {
    /// A line `FILE: path` before each file, with or without rulers of `=` around it.
    FileMarker,
}

impl DumpFormat {
    /// Every format, in the order in which they are tried.
    pub const ALL: &'static [Self] = &[Self::FileMarker];

    /// The word used on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FileMarker => "file-marker",
        }
    }

    /// Reads the word written by [`Self::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.as_str() == word)
    }

    /// Splits a dump; `None` when the text is not of this format.
    fn split<'t>(self, text: &'t str) -> Option<Split<'t>> {
        match self {
            Self::FileMarker => file_marker::split(text),
        }
    }
}

/// Reads a dump. `label` names it in diagnostics; `format` is found out from the text when it is
/// `None`.
///
/// Paths are labels: they are never opened, so absolute ones and `..` are kept. `.rs` files and
/// `Cargo.toml`s are kept, others counted. What stays ambiguous is a `DUMP` diagnostic.
///
/// ```
/// let dump = "FILE: src/lib.rs\npub mod a;\nFILE: src/a.rs\npub fn f() {}\n";
/// let sources = isgraph::source::dump::read_dump(dump, "dump.txt", None)?;
/// assert_eq!(&*sources.files["src/a.rs"], "pub fn f() {}\n");
/// assert_eq!(sources.origins["src/a.rs"], 4);
/// # Ok::<(), isgraph::Error>(())
/// ```
///
/// # Errors
/// [`ErrorCode::DumpFormat`] when the text is not a dump of that format (of any, for `None`).
pub fn read_dump(text: &str, label: &str, format: Option<DumpFormat>) -> Result<SourceSet> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let formats = format.as_ref().map_or(DumpFormat::ALL, std::slice::from_ref);
    let split = formats.iter().find_map(|format| format.split(text)).ok_or_else(|| not_a_dump(text, label))?;
    Ok(collect(split, label))
}

/// A dump cut into files.
struct Split<'t> {
    /// The files in the order of the dump.
    files: Vec<DumpedFile<'t>>,
    /// What is doubtful: line of the dump, severity and one sentence.
    doubts: Vec<(u32, Severity, String)>,
}

/// One file of a dump.
struct DumpedFile<'t> {
    /// Its path as written.
    path: &'t str,
    /// Its text.
    text: &'t str,
    /// 1-based line of the dump where its text starts.
    line: u32,
}

fn collect(split: Split<'_>, label: &str) -> SourceSet {
    let mut sources = SourceSet::default();
    let mut others = 0_usize;
    let diagnostic = |line, severity, message| Diagnostic {
        file: label.to_owned(),
        line,
        severity,
        code: "DUMP".to_owned(),
        message,
    };
    let mut copies: BTreeMap<String, u32> = BTreeMap::new();
    for file in split.files {
        let path = normalised(file.path);
        if !path.ends_with(".rs") && paths::file_name(&path) != "Cargo.toml" {
            others += 1;
            continue;
        }
        let mut place = path.clone();
        while let Some(first) = sources.files.get(&place) {
            if **first == *file.text {
                break;
            }
            let copy = copies.entry(path.clone()).or_insert(1);
            *copy += 1;
            place = copy_name(&path, *copy);
        }
        if place != path || sources.files.contains_key(&place) {
            let message = if sources.files.contains_key(&place) {
                format!("`{path}` is in the dump twice with the same text; one is kept")
            } else {
                format!("`{path}` is in the dump twice with different texts; this one is kept as `{place}`")
            };
            sources.diagnostics.push(diagnostic(file.line.saturating_sub(1), Severity::Warning, message));
        }
        sources.origins.entry(place.clone()).or_insert(file.line);
        sources.files.entry(place).or_insert_with(|| Arc::from(file.text));
    }
    for (line, severity, message) in split.doubts {
        sources.diagnostics.push(diagnostic(line, severity, message));
    }
    if others > 0 {
        let message = format!("{others} of the dump's files are neither Rust nor Cargo.toml and were left out");
        sources.diagnostics.push(diagnostic(0, Severity::Info, message));
    }
    sources.diagnostics.sort();
    sources
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

fn not_a_dump(text: &str, label: &str) -> Error {
    let message = if text.trim().is_empty() {
        format!("{label} is empty; a dump has a line `FILE: path` before each of its files")
    } else {
        format!(
            "{label} has no line that starts with `FILE: `, so it is not a dump that isgraph reads; \
             write a line `FILE: path` before each file, or index the directory itself"
        )
    };
    Error::new(ErrorCode::DumpFormat, message)
}
