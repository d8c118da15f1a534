//! How the files of a graph look from the current directory.

use std::path::{Component, Path, PathBuf};

use super::table::printable;

/// Beyond so many `..` an absolute path is shorter to read.
const MOST_UPWARDS: usize = 3;

/// What stands before the paths of a graph, so that `file:line` can be opened from here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Places {
    prefix: String,
}

impl Places {
    /// Paths that lead nowhere: those of a dump.
    pub(crate) fn labels() -> Self {
        Self::default()
    }

    /// Paths below `root`.
    pub(crate) fn below(root: &Path) -> Self {
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        let (Ok(here), Ok(root)) = (here, root.canonicalize()) else { return Self::labels() };
        let relative = relative(&here, &root);
        let prefix = if relative.as_os_str().is_empty() { String::new() } else { format!("{}/", relative.display()) };
        Self { prefix }
    }

    /// `src/lib.rs:12`.
    pub(crate) fn place(&self, file: &str, line: u32) -> String {
        let line = if line == 0 { String::new() } else { format!(":{line}") };
        printable(&format!("{}{file}{line}", self.prefix))
    }

    /// The place of something that may have none.
    pub(crate) fn maybe(&self, file: Option<&str>, line: Option<u32>) -> String {
        file.map_or_else(String::new, |file| self.place(file, line.unwrap_or(0)))
    }
}

/// The way from one absolute directory to another.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let upwards = from.components().count() - shared;
    if upwards > MOST_UPWARDS || shared <= 1 {
        // Through the root of the file system is no way to show.
        if upwards > 0 {
            return to.to_owned();
        }
    }
    std::iter::repeat_n(Component::ParentDir, upwards).chain(to.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_short() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to)).display().to_string();
        assert_eq!(way("/a/b", "/a/b"), "");
        assert_eq!(way("/a/b", "/a/b/c"), "c");
        assert_eq!(way("/a/b/c", "/a/b"), "..");
        assert_eq!(way("/a/b/c", "/a/d"), "../../d");
        assert_eq!(way("/a/b/c/d/e", "/a"), "/a");
        assert_eq!(way("/a/b", "/c/d"), "/c/d");
    }
}
