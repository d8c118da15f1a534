//! Archives: zip, tar, and what gzip packs. A `.crate` is a gzipped tar.
//!
//! An archive of source files is a source set; one that holds a dump and no Rust file is that dump.
//! Nothing is unpacked to anywhere, so a path is only a label; one that leads out of the archive is
//! refused all the same, because no honest tool writes it.

use std::borrow::Cow;
use std::io::{self, Cursor, Read, Seek};

use super::collect::Collector;
use super::step::DumpedFile;
use super::{Dumps, stream};
use crate::error::{Error, ErrorCode, Result};
use crate::model::Severity;

/// So much is looked at to tell what an input is: a tar's mark stands near the end of its first block.
pub(super) const HEAD: usize = 512;
/// What is unpacked at most, in bytes.
const MAX_BYTES: u64 = if cfg!(target_pointer_width = "32") { 1 << 30 } else { 16 << 30 };
/// How many times larger than the archive what is unpacked may be, once it is larger than
/// [`FREE_BYTES`]. Code shrinks to a tenth, bombs to a thousandth.
const MAX_RATIO: u64 = 200;
const FREE_BYTES: u64 = 64 << 20;
/// How many entries are read at most.
const MAX_ENTRIES: usize = 8_000_000;

/// What an input is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gzip,
    Zip,
    Tar,
    Text,
}

impl Kind {
    /// Tells by the first [`HEAD`] bytes.
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, 8, ..] => Self::Gzip,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            _ if head.get(257..262) == Some(b"ustar") => Self::Tar,
            _ => Self::Text,
        }
    }
}

/// Reads up to [`HEAD`] bytes.
pub(super) fn head(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    input.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Reads any input from its start.
pub(super) fn add(dumps: &mut Dumps, mut input: impl Read, label: &str) -> Result<()> {
    let head = head(&mut input).map_err(|error| unreadable(label, error))?;
    let kind = Kind::of(&head);
    let input = Cursor::new(head).chain(input);
    match kind {
        Kind::Text => stream::add(dumps, input, label),
        Kind::Tar => add_tar(dumps, input, label, "tar"),
        Kind::Gzip => add_gzip(dumps, input, label),
        Kind::Zip => {
            let mut bytes = Vec::new();
            Limited::new(input, None).read_to_end(&mut bytes).map_err(|error| unreadable(label, error))?;
            add_zip(dumps, Cursor::new(bytes), label)
        }
    }
}

fn add_gzip(dumps: &mut Dumps, input: impl Read, label: &str) -> Result<()> {
    let packed = Counted::new(input);
    let count = packed.count.clone();
    let mut unpacked = Limited::new(flate2::read::MultiGzDecoder::new(packed), Some(count));
    let head = head(&mut unpacked).map_err(|error| unreadable(label, error))?;
    match Kind::of(&head) {
        Kind::Tar => add_tar(dumps, Cursor::new(head).chain(unpacked), label, "tar.gz"),
        Kind::Text => stream::add(dumps, Cursor::new(head).chain(unpacked), label),
        Kind::Zip | Kind::Gzip => {
            let message = format!("{label} is an archive inside gzip; unpack it once and give what was inside");
            Err(Error::new(ErrorCode::DumpFormat, message))
        }
    }
}

fn add_tar(dumps: &mut Dumps, input: impl Read, label: &str, format: &str) -> Result<()> {
    let mut files = Files::default();
    // A tar by itself cannot grow, but it may be endless.
    let mut archive = tar::Archive::new(Limited::new(input, None));
    for entry in archive.entries().map_err(|error| unreadable(label, error))? {
        let mut entry = entry.map_err(|error| unreadable(label, error))?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        }
        files.note(&path, label)?;
        if !Collector::keeps(&path) || is_hidden(&path) {
            files.others += 1;
        } else if !kind.is_file() {
            files.refused.push((path, "a link or device, which archives only name"));
        } else {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(|error| unreadable(label, error))?;
            files.add(path, bytes);
        }
    }
    files.into_set(dumps, label, format)
}

/// Reads a zip from where it can be read in any order.
pub(super) fn add_zip(dumps: &mut Dumps, input: impl Read + Seek, label: &str) -> Result<()> {
    let mut archive = zip::ZipArchive::new(input).map_err(|error| broken_zip(label, &error))?;
    let packed = (0..archive.len()).map(|at| archive.by_index_raw(at).map_or(0, |entry| entry.compressed_size()));
    let packed = packed.fold(0_u64, u64::saturating_add);
    let mut files = Files::default();
    let mut left = allowance(packed);
    let mut dumped = None;
    for at in 0..archive.len() {
        let name = archive.name_for_index(at).and_then(Result::ok).map(Cow::into_owned);
        let mut entry = match archive.by_index(at) {
            Ok(entry) => entry,
            Err(zip::result::ZipError::UnsupportedArchive(reason)) => {
                let name = name.unwrap_or_default();
                files.note(&name, label)?;
                files.unsupported.push((name, reason));
                continue;
            }
            Err(error) => return Err(broken_zip(label, &error)),
        };
        // A name that is not text is no path of a Rust file.
        let path = name.unwrap_or_default();
        if entry.is_dir() {
            continue;
        }
        files.note(&path, label)?;
        if !Collector::keeps(&path) || is_hidden(&path) {
            files.others += 1;
            dumped = Some(at);
            continue;
        }
        if entry.is_symlink() {
            files.refused.push((path, "a link or device, which archives only name"));
            continue;
        }
        let mut bytes = Vec::new();
        let read = entry.by_ref().take(left.saturating_add(1)).read_to_end(&mut bytes);
        let read = read.map_err(|error| unreadable(label, error))? as u64;
        left = left.checked_sub(read).ok_or_else(|| unreadable(label, too_large()))?;
        files.add(path, bytes);
    }
    if files.is_empty()
        && files.others == 1
        && let Some(at) = dumped
    {
        let entry = archive.by_index(at).map_err(|error| broken_zip(label, &error))?;
        let label = format!("{label}/{}", entry.name().unwrap_or_default());
        return stream::add(dumps, Limited { left, ..Limited::new(entry, None) }, &label);
    }
    files.into_set(dumps, label, "zip")
}

/// What an archive holds.
#[derive(Debug, Default)]
struct Files {
    kept: Vec<(String, Vec<u8>)>,
    refused: Vec<(String, &'static str)>,
    unsupported: Vec<(String, &'static str)>,
    others: usize,
    entries: usize,
    /// The directory that holds everything; `None` before the first entry.
    top: Option<String>,
}

impl Files {
    /// Takes note of an entry, whether it is read or not.
    fn note(&mut self, path: &str, label: &str) -> Result<()> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            let message = format!("{label} has more than {MAX_ENTRIES} entries; unpack it and index the directory");
            return Err(Error::new(ErrorCode::DumpFormat, message));
        }
        let top = path.split_once('/').map_or("", |(top, _)| top);
        match &self.top {
            None => self.top = Some(top.to_owned()),
            Some(same) if same == top => {}
            Some(_) => self.top = Some(String::new()),
        }
        Ok(())
    }

    fn add(&mut self, path: String, bytes: Vec<u8>) {
        if leads_out(&path) {
            self.refused.push((path, "its path leads out of the archive"));
        } else {
            self.kept.push((path, bytes));
        }
    }

    fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.refused.is_empty() && self.unsupported.is_empty()
    }

    fn into_set(self, dumps: &mut Dumps, label: &str, format: &str) -> Result<()> {
        if self.is_empty() {
            let message = format!(
                "{label} is an archive of {} files without a Rust file or Cargo.toml; give one that holds Rust code, \
                 or a dump of it",
                self.entries
            );
            return Err(Error::new(ErrorCode::DumpFormat, message));
        }
        let into = &mut dumps.collector;
        into.start(label);
        // A package's archive holds one directory, named after it and its version.
        let top = self.top.filter(|top| !top.is_empty()).map(|top| format!("{top}/")).unwrap_or_default();
        for (path, bytes) in self.kept {
            let path = path.strip_prefix(top.as_str()).unwrap_or(&path).to_owned();
            match String::from_utf8(bytes) {
                Ok(text) => {
                    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
                    into.add(DumpedFile::new(path, text, 0), 0, false, None);
                }
                Err(_) => {
                    into.refuse(&path, "it is not UTF-8");
                    into.doubt(
                        0,
                        Severity::Error,
                        "NOT_UTF8",
                        format!("`{path}` is not UTF-8; convert it, then pack it again"),
                    );
                }
            }
        }
        for (path, reason) in self.refused.into_iter().chain(self.unsupported) {
            into.refuse(&path, reason);
        }
        for _ in 0..self.others {
            into.other("", false);
        }
        into.end(format, None);
        Ok(())
    }
}

/// Names that start with a dot are left out, as in a directory.
fn is_hidden(path: &str) -> bool {
    path.split(['/', '\\']).any(|part| part.starts_with('.') && part != "." && part != "..")
}

fn leads_out(path: &str) -> bool {
    let has_drive = path.as_bytes().get(1) == Some(&b':');
    path.starts_with(['/', '\\'])
        || has_drive
        || path.contains('\0')
        || path.split(['/', '\\']).any(|part| part == "..")
}

/// What may come out of so many packed bytes.
fn allowance(packed: u64) -> u64 {
    packed.saturating_mul(MAX_RATIO).clamp(FREE_BYTES, MAX_BYTES)
}

/// An input that ends in an error when it grows beyond its limit.
#[derive(Debug)]
struct Limited<R> {
    input: R,
    left: u64,
    read: u64,
    packed: Option<std::rc::Rc<std::cell::Cell<u64>>>,
}

impl<R: Read> Limited<R> {
    fn new(input: R, packed: Option<std::rc::Rc<std::cell::Cell<u64>>>) -> Self {
        Self { input, left: MAX_BYTES, read: 0, packed }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.read += read as u64;
        let allowed = self.packed.as_ref().map_or(self.left, |packed| allowance(packed.get()).min(self.left));
        if self.read > allowed { Err(too_large()) } else { Ok(read) }
    }
}

/// An input that counts its bytes.
struct Counted<R> {
    input: R,
    count: std::rc::Rc<std::cell::Cell<u64>>,
}

impl<R> Counted<R> {
    fn new(input: R) -> Self {
        Self { input, count: std::rc::Rc::default() }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

fn too_large() -> io::Error {
    io::Error::other(format!(
        "it unpacks to more than {MAX_RATIO} times its size (or {} GiB), as an archive made to fill memory does; if it is \
         sound, unpack it and index the directory",
        MAX_BYTES >> 30
    ))
}

/// An input that cannot be read: broken or too large inside, or unreadable outside.
pub(super) fn unreadable(label: &str, error: io::Error) -> Error {
    let is_inside = error.get_ref().is_some()
        || matches!(
            error.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof
        );
    let (code, advice) = match error.get_ref() {
        Some(inner) if inner.to_string().contains("unpack it") => (ErrorCode::DumpFormat, ""),
        _ if is_inside => (ErrorCode::DumpFormat, "; the archive is damaged or cut: fetch or pack it again"),
        _ => (ErrorCode::Io, ""),
    };
    Error::new(code, format!("cannot read {label}: {error}{advice}")).with_source(error)
}

fn broken_zip(label: &str, error: &zip::result::ZipError) -> Error {
    let message = format!("cannot read {label}: {error}; the archive is damaged or cut: fetch or pack it again");
    Error::new(ErrorCode::DumpFormat, message)
}
