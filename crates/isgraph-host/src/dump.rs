//! A code dump from a file or from standard input.

use std::io::Read;
use std::path::Path;

use isgraph::model::{Diagnostic, Severity};
use isgraph::source::dump::{DumpFormat, read_dump};
use isgraph::{Error, ErrorCode, Result, SourceSet};

/// Reads a dump from `path`, or from standard input when it is `-`.
///
/// `format` is found out from the text when it is `None`. Bytes that are not UTF-8 are replaced,
/// with a `NOT_UTF8` diagnostic.
///
/// # Errors
/// [`ErrorCode::Io`] when it cannot be read, [`ErrorCode::DumpFormat`] when it is no dump.
pub fn read(path: &Path, format: Option<DumpFormat>) -> Result<SourceSet> {
    let (label, bytes) = if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|error| unreadable("standard input", error))?;
        ("<stdin>".to_owned(), bytes)
    } else {
        let label = path.display().to_string();
        if path.is_dir() {
            let message = format!("{label} is a directory, not a dump; index it with `isgraph index {label}`");
            return Err(Error::new(ErrorCode::Io, message));
        }
        let bytes = std::fs::read(path).map_err(|error| unreadable(&label, error))?;
        (label, bytes)
    };
    from_bytes(bytes, &label, format)
}

fn from_bytes(bytes: Vec<u8>, label: &str, format: Option<DumpFormat>) -> Result<SourceSet> {
    match String::from_utf8(bytes) {
        Ok(text) => read_dump(&text, label, format),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..valid].iter().filter(|&&byte| byte == b'\n').count();
            let text = String::from_utf8_lossy(error.as_bytes());
            let mut sources = read_dump(&text, label, format)?;
            sources.diagnostics.push(Diagnostic {
                file: label.to_owned(),
                line: u32::try_from(line).unwrap_or(u32::MAX),
                severity: Severity::Warning,
                code: "NOT_UTF8".to_owned(),
                message: "the dump is not UTF-8; bad bytes were replaced by \u{fffd}".to_owned(),
            });
            sources.diagnostics.sort();
            Ok(sources)
        }
    }
}

fn unreadable(label: &str, error: std::io::Error) -> Error {
    let hint = match error.kind() {
        std::io::ErrorKind::NotFound => "; check the path, or pipe the dump in and give `-`",
        _ => "",
    };
    Error::new(ErrorCode::Io, format!("cannot read {label}: {error}{hint}")).with_source(error)
}
