//! The files that a bench reads.
#![expect(clippy::disallowed_methods, reason = "benches read files and their arguments")]

use std::path::{Path, PathBuf};

/// Every Rust file below the directories that are named on the command line, in path order.
#[must_use]
pub fn rust_files_of_arguments() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for root in std::env::args().skip(1) {
        collect(Path::new(&root), &mut files);
    }
    files.sort();
    files
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            collect(&entry.path(), files);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        files.push(path.to_owned());
    }
}
