//! What went wrong, in words: errors about the root, diagnostics about what is under it.

use std::io;
use std::path::{Path, PathBuf};

use isgraph::model::{Diagnostic, Severity};
use isgraph::{Error, ErrorCode};

use super::list::{is_wanted, label};

pub(super) fn diagnostic(file: &str, line: u32, severity: Severity, code: &str, message: String) -> Diagnostic {
    Diagnostic { file: file.to_owned(), line, severity, code: code.to_owned(), message }
}

/// The root cannot be read.
pub(super) fn unusable_root(root: &Path, error: io::Error) -> Error {
    if error.kind() != io::ErrorKind::NotFound {
        let message = format!("cannot read {}: {error}", root.display());
        return Error::new(ErrorCode::Io, message).with_source(error);
    }
    let near = nearest_entries(root);
    let mut message = format!("there is no {}", root.display());
    if let Some(first) = near.first() {
        message.push_str(&format!("; did you mean {}?", first.display()));
    } else if let Some(parent) = nearest_directory(root) {
        message.push_str(&format!("; the nearest directory that exists is {}", parent.display()));
    }
    let suggestions = near.iter().map(|path| path.display().to_string()).collect();
    Error::new(ErrorCode::Io, message).with_suggestions(suggestions).with_source(error)
}

/// The root is a file.
pub(super) fn not_a_directory(root: &Path) -> Error {
    let shown = root.display();
    let message = if root.file_name().is_some_and(|name| name == "Cargo.toml") {
        let directory = root.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        format!("{shown} is a manifest; give its directory: {}", directory.display())
    } else {
        format!("{shown} is not a directory; if it is a code dump, read it with `isgraph ingest {shown}`")
    };
    Error::new(ErrorCode::Io, message)
}

/// Entries of the root's parent whose names are near to its own, nearest first.
fn nearest_entries(root: &Path) -> Vec<PathBuf> {
    const MOST: usize = 3;
    let Some(wanted) = root.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let parent = root.parent().unwrap_or(Path::new(""));
    let listed = std::fs::read_dir(if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
    let names = listed.into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut near: Vec<(usize, String)> = names
        .map(|name| (strsim::damerau_levenshtein(wanted, &name), name))
        .filter(|(distance, name)| *distance <= wanted.chars().count().max(name.chars().count()) / 3)
        .collect();
    near.sort();
    near.into_iter().take(MOST).map(|(_, name)| parent.join(name)).collect()
}

fn nearest_directory(root: &Path) -> Option<&Path> {
    root.ancestors().skip(1).find(|path| !path.as_os_str().is_empty() && path.is_dir())
}

/// What the walk could not do. `None` when it concerns nothing that would have been read.
pub(super) fn of_walk(root: &Path, error: &ignore::Error) -> Option<Diagnostic> {
    let (path, line, cause) = unwrapped(error);
    let (severity, code, message) = match cause {
        ignore::Error::Loop { ancestor, child } => {
            let message = format!("the symbolic link leads back to its parent {}", shown(root, ancestor));
            return Some(diagnostic(&shown(root, child), 0, Severity::Warning, "SYMLINK_LOOP", message));
        }
        ignore::Error::Io(_) if !path.is_some_and(concerns_sources) => return None,
        ignore::Error::Io(io) => match path.and_then(reason) {
            Some(reason) if reason.raw_os_error().is_some_and(is_link_loop) => {
                (Severity::Warning, "SYMLINK_LOOP", "the symbolic link leads back to itself".to_owned())
            }
            Some(reason) => (Severity::Error, "UNREADABLE", reason.to_string()),
            None => (Severity::Error, "UNREADABLE", io.to_string()),
        },
        ignore::Error::Glob { .. } => (Severity::Warning, "UNREADABLE", format!("ignored pattern: {cause}")),
        _ => (Severity::Error, "UNREADABLE", cause.to_string()),
    };
    Some(diagnostic(&path.map_or_else(String::new, |path| shown(root, path)), line, severity, code, message))
}

/// The path and line that an error is about, and its innermost cause.
fn unwrapped(error: &ignore::Error) -> (Option<&Path>, u32, &ignore::Error) {
    let (mut path, mut line, mut cause) = (None, 0, error);
    loop {
        match cause {
            ignore::Error::WithPath { path: inner, err } => {
                path = Some(inner.as_path());
                cause = err;
            }
            ignore::Error::WithDepth { err, .. } => cause = err,
            ignore::Error::WithLineNumber { line: inner, err } => {
                line = u32::try_from(*inner).unwrap_or(u32::MAX);
                cause = err;
            }
            ignore::Error::Partial(errors) => match errors.first() {
                Some(first) => cause = first,
                None => return (path, line, cause),
            },
            _ => return (path, line, cause),
        }
    }
}

/// A link that leads nowhere matters only when its name says that it is a source.
fn concerns_sources(path: &Path) -> bool {
    is_wanted(path) || !path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink())
}

/// The system's own error about a path: the walk's holds an absolute path in its text.
fn reason(path: &Path) -> Option<io::Error> {
    let listed = std::fs::metadata(path).and_then(|metadata| {
        if metadata.is_dir() { std::fs::read_dir(path).map(drop) } else { std::fs::File::open(path).map(drop) }
    });
    listed.err()
}

fn shown(root: &Path, path: &Path) -> String {
    let label = label(root, path).0;
    if label.is_empty() { ".".to_owned() } else { label }
}

/// `ELOOP`, whose [`io::ErrorKind`] is not stable yet.
fn is_link_loop(code: i32) -> bool {
    const LINUX: i32 = 40;
    const BSD: i32 = 62;
    code == if cfg!(any(target_os = "linux", target_os = "android")) { LINUX } else { BSD }
}
