//! Code dumps: one text that holds many source files. One file here per family of formats.
//!
//! The format is found out once, from the first header that only it has (`detect`). Its
//! `step::Reader` then gives one file at a time from a window of the dump, so that memory holds
//! the kept files and one window, never the dump twice.

mod arbiter;
#[cfg(feature = "archives")]
mod archive;
mod collect;
mod cut;
mod detect;
mod escaped;
mod fenced;
mod format;
mod json;
mod marked;
mod polish;
mod report;
mod ruled_paths;
mod rust_text;
mod scan;
mod step;
mod stream;
mod tagged;
mod tree;

pub use format::DumpFormat;
pub use report::{DumpPart, DumpReport, FileNote, FileStatus, Origin};

use std::io::Read;

use super::SourceSet;
use crate::error::Result;
use collect::Collector;
use cut::Cutter;

/// Reads a dump. `label` names it in diagnostics; `format` is found out from the text when it is
/// `None`.
///
/// Paths are labels: they are never opened, so absolute ones and `..` are kept. `.rs` files and
/// `Cargo.toml`s are kept, others counted. What is ambiguous or missing is a `DUMP` diagnostic and
/// in the result's report.
///
/// ```
/// let dump = "FILE: src/lib.rs\npub mod a;\nFILE: src/a.rs\npub fn f() {}\n";
/// let sources = isgraph::source::dump::read_dump(dump, "dump.txt", None)?;
/// assert_eq!(&*sources.files["src/a.rs"], "pub fn f() {}\n");
/// assert_eq!(sources.origins["src/a.rs"].line, 4);
/// # Ok::<(), isgraph::Error>(())
/// ```
///
/// # Errors
/// [`ErrorCode::DumpFormat`](crate::ErrorCode::DumpFormat) when the text is not a dump of that
/// format (of any, for `None`).
pub fn read_dump(text: &str, label: &str, format: Option<DumpFormat>) -> Result<SourceSet> {
    let mut dumps = Dumps::new(format);
    dumps.add_text(text, label)?;
    Ok(dumps.finish())
}

/// Reads one or more dumps into one source set.
///
/// ```
/// use isgraph::source::dump::Dumps;
///
/// let mut dumps = Dumps::new(None);
/// dumps.add(&b"FILE: src/lib.rs\npub mod a;\n"[..], "part.1.txt")?;
/// dumps.add(&b"FILE: src/a.rs\npub fn f() {}\n"[..], "part.2.txt")?;
/// let sources = dumps.finish();
/// assert_eq!(sources.files.len(), 2);
/// assert_eq!(sources.dump.unwrap().complete, 2);
/// # Ok::<(), isgraph::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Dumps {
    format: Option<DumpFormat>,
    collector: Collector,
}

impl Dumps {
    /// Dumps of this format; `None` finds it out for each one.
    #[must_use]
    pub fn new(format: Option<DumpFormat>) -> Self {
        Self { format, collector: Collector::default() }
    }

    /// Reads a dump that is in memory.
    ///
    /// # Errors
    /// As [`read_dump`].
    pub fn add_text(&mut self, text: &str, label: &str) -> Result<()> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        self.collector.start(label);
        let mut cutter = Cutter::new(self.format);
        cutter.advance(text, true, &mut self.collector);
        cutter.finish(label, text.trim().is_empty(), &mut self.collector)
    }

    /// Reads a dump piece by piece: besides the files that are kept, no more than a window of some
    /// megabytes, or the longest file, is in memory. JSON of code2prompt is held whole.
    ///
    /// A byte order mark is taken off; UTF-16 is converted; other bytes that are not UTF-8 are
    /// replaced, with a `NOT_UTF8` diagnostic. With the feature `archives` (on by default) a zip, a
    /// tar and what gzip packs are read, too, told by their first bytes; a zip is held whole.
    ///
    /// # Errors
    /// As [`read_dump`], also for an archive that is damaged, holds no Rust code, or grows beyond
    /// all reason; [`ErrorCode::Io`](crate::ErrorCode::Io) when `input` fails.
    pub fn add(&mut self, input: impl Read, label: &str) -> Result<()> {
        #[cfg(feature = "archives")]
        return archive::add(self, input, label);
        #[cfg(not(feature = "archives"))]
        return stream::add(self, input, label);
    }

    /// As [`Self::add`], and a zip is read where it is.
    ///
    /// # Errors
    /// As [`Self::add`].
    #[cfg(feature = "archives")]
    pub fn add_seekable(&mut self, mut input: impl Read + std::io::Seek, label: &str) -> Result<()> {
        let unreadable = |error| archive::unreadable(label, error);
        let head = archive::head(&mut input).map_err(unreadable)?;
        input.rewind().map_err(unreadable)?;
        match archive::Kind::of(&head) {
            archive::Kind::Zip => archive::add_zip(self, input, label),
            _ => archive::add(self, input, label),
        }
    }

    /// The source set of all dumps that were added, with its report.
    #[must_use]
    pub fn finish(self) -> SourceSet {
        self.collector.finish()
    }
}

#[cfg(test)]
mod tests;
