//! A directory → a source set.

mod list;
mod problem;
mod read;

use std::path::Path;

use isgraph::{Result, SourceSet};

/// What [`read_directory`] reads.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WalkOptions {
    /// Larger files are left out with a `TOO_LARGE` diagnostic, in bytes. 2 MiB by default.
    pub max_file_bytes: u64,
    /// Whether `.gitignore`, `.ignore` and `.git/info/exclude` are honoured. True by default; the
    /// user's global ignore file never is, so that an index does not depend on who makes it.
    pub ignore_files: bool,
    /// Whether files and directories whose names start with a dot are read. False by default.
    pub hidden: bool,
    /// Which symbolic links are followed.
    pub links: Links,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self { max_file_bytes: 2 << 20, ignore_files: true, hidden: false, links: Links::Inside }
    }
}

/// Which symbolic links are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Links {
    /// Those that stay inside the root; the others are `SYMLINK_OUTSIDE` diagnostics.
    #[default]
    Inside,
    /// All of them.
    Everywhere,
}

/// How far [`read_directory`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// The directory was walked; so many files will be read.
    Listed {
        /// Number of files.
        files: usize,
    },
    /// Files were read.
    Read {
        /// Number of files read so far.
        done: usize,
        /// Number of files to read.
        total: usize,
    },
}

/// Reads every `.rs` and `Cargo.toml` under `root` (or `root` itself, when it is a `.rs` file).
///
/// Ignored and hidden files, cargo's `target` directories and `.isgraph` are skipped. What should
/// have been read and could not be is a diagnostic of the result: `UNREADABLE`, `NOT_UTF8`,
/// `TOO_LARGE`, `SYMLINK_LOOP` or `SYMLINK_OUTSIDE`. Paths are relative to `root`, with `/`. The
/// result does not depend on the order or the threads of reading; `progress` may be called from
/// any thread.
///
/// # Errors
/// [`ErrorCode::Io`](isgraph::ErrorCode::Io) when `root` is not there, cannot be listed, or is some other file.
pub fn read_directory(root: &Path, options: &WalkOptions, progress: &(dyn Fn(Progress) + Sync)) -> Result<SourceSet> {
    let metadata = std::fs::metadata(root).map_err(|error| problem::unusable_root(root, error))?;
    let (found, mut diagnostics) = if metadata.is_dir() {
        list::directory(root, options)?
    } else if metadata.is_file() && root.extension().is_some_and(|extension| extension == "rs") {
        (vec![list::Found::file(root)], Vec::new())
    } else {
        return Err(problem::not_a_directory(root));
    };
    progress(Progress::Listed { files: found.len() });
    let (files, unread) = read::read_all(&found, options, progress);
    diagnostics.extend(unread);
    diagnostics.sort();
    Ok(SourceSet { files, diagnostics, ..SourceSet::default() })
}
