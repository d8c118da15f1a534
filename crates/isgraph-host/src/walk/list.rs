//! Which files of a directory are read.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder};
use isgraph::Result;
use isgraph::model::{Diagnostic, Severity};

use super::problem::{self, diagnostic};
use super::{Links, WalkOptions};

/// A file to read.
#[derive(Debug)]
pub(super) struct Found {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its path in the source set.
    pub(super) label: String,
}

impl Found {
    /// A file that is the whole source set.
    pub(super) fn file(path: &Path) -> Self {
        let label = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { path: path.to_owned(), label }
    }
}

/// The files to read, by label, and what could not be listed.
pub(super) fn directory(root: &Path, options: &WalkOptions) -> Result<(Vec<Found>, Vec<Diagnostic>)> {
    std::fs::read_dir(root).map_err(|error| problem::unusable_root(root, error))?;
    let outside = Arc::new(Mutex::new(Vec::new()));
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut diagnostics = Vec::new();
    for entry in walker(root, options, Arc::clone(&outside)).build() {
        match entry {
            Ok(entry) => take(root, entry, &mut found, &mut diagnostics),
            Err(error) => diagnostics.extend(problem::of_walk(root, &error)),
        }
    }
    for path in outside.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let message = "the symbolic link leads out of the root; it was not followed".to_owned();
        diagnostics.push(diagnostic(&label(root, path).0, 0, Severity::Info, "SYMLINK_OUTSIDE", message));
    }
    Ok((found.into_iter().map(|(label, path)| Found { path, label }).collect(), diagnostics))
}

fn take(root: &Path, entry: DirEntry, found: &mut BTreeMap<String, PathBuf>, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.extend(entry.error().and_then(|error| problem::of_walk(root, error)));
    let Some(kind) = entry.file_type().filter(|kind| !kind.is_dir()) else { return };
    if !is_wanted(entry.path()) {
        return;
    }
    let (label, lossless) = label(root, entry.path());
    // Opening a pipe or a device could wait for ever.
    if !kind.is_file() {
        let message = "neither a file nor a directory; it was not read".to_owned();
        diagnostics.push(diagnostic(&label, 0, Severity::Error, "UNREADABLE", message));
        return;
    }
    if !lossless {
        let message = "the file's name is not UTF-8; its bad bytes are shown as \u{fffd}".to_owned();
        diagnostics.push(diagnostic(&label, 0, Severity::Warning, "NOT_UTF8", message));
    }
    if found.contains_key(&label) {
        let message = "another file has the same name once bad bytes are replaced; only one was read".to_owned();
        diagnostics.push(diagnostic(&label, 0, Severity::Error, "UNREADABLE", message));
        return;
    }
    found.insert(label, entry.into_path());
}

fn walker(root: &Path, options: &WalkOptions, outside: Arc<Mutex<Vec<PathBuf>>>) -> WalkBuilder {
    let mut builder = WalkBuilder::new(root);
    builder
        .follow_links(true)
        .hidden(!options.hidden)
        .ignore(options.ignore_files)
        .git_ignore(options.ignore_files)
        .git_exclude(options.ignore_files)
        .git_global(false)
        .require_git(false)
        // Without a repository around it, a `.gitignore` above the root has no say.
        .parents(options.ignore_files && is_in_repository(root))
        .sort_by_file_name(Ord::cmp);
    let inside = (options.links == Links::Inside).then(|| root.canonicalize().ok()).flatten();
    builder.filter_entry(move |entry| {
        if entry.depth() == 0 {
            return true;
        }
        let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
        if is_directory && is_never_read(entry.path()) {
            return false;
        }
        if let Some(inside) = &inside
            && entry.path_is_symlink()
            && (is_directory || is_wanted(entry.path()))
            && entry.path().canonicalize().is_ok_and(|target| !target.starts_with(inside))
        {
            outside.lock().unwrap_or_else(PoisonError::into_inner).push(entry.path().to_owned());
            return false;
        }
        true
    });
    builder
}

/// Whether a directory holds nothing that a person wrote: the store, git's files, cargo's output.
///
/// A directory `target` is cargo's when cargo marked it, or when it stands beside a manifest: a
/// module may be called `target` too.
fn is_never_read(directory: &Path) -> bool {
    match directory.file_name().and_then(|name| name.to_str()) {
        Some(".isgraph" | ".git") => true,
        Some("target") => {
            directory.join("CACHEDIR.TAG").exists()
                || directory.parent().is_some_and(|parent| parent.join("Cargo.toml").exists())
        }
        _ => false,
    }
}

/// Whether a file is one that a source set holds.
pub(super) fn is_wanted(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
        || path.file_name().is_some_and(|name| name == "Cargo.toml")
}

/// A path as it stands in the source set, and whether no byte of it was lost.
pub(super) fn label(root: &Path, path: &Path) -> (String, bool) {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let mut lossless = true;
    let mut parts = Vec::new();
    for component in relative.components() {
        if let Component::Normal(name) = component {
            lossless &= name.to_str().is_some();
            parts.push(name.to_string_lossy());
        }
    }
    (parts.join("/"), lossless)
}

fn is_in_repository(root: &Path) -> bool {
    let root = root.canonicalize();
    root.is_ok_and(|root| root.ancestors().any(|directory| directory.join(".git").exists()))
}
