//! How the files of a graph look from the current directory.

use std::path::{Component, Path, PathBuf};

use isgraph_host::store::DumpPlaces;
use serde_json::Value;

use super::table::printable;

/// Beyond so many `..` an absolute path is shorter to read.
const MOST_UPWARDS: usize = 3;

/// What stands before the paths of a graph, so that `file:line` can be opened from here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Places {
    prefix: String,
    /// Of dumps: where the files stand in them.
    dump: Option<DumpPlaces>,
    /// Whether to show places in the dump.
    in_dump: bool,
}

impl Places {
    /// Paths that lead nowhere: those of a dump.
    pub(crate) fn labels(dump: Option<DumpPlaces>) -> Self {
        Self { dump, ..Self::default() }
    }

    /// Shows places in the dump from now on; false when the files come from no dump.
    pub(crate) fn show_in_dump(&mut self) -> bool {
        self.in_dump = self.dump.is_some();
        self.in_dump
    }

    /// Adds `dump` and `dump_line` to every object of an answer that has `file` and `line`, when
    /// places in the dump are to be shown.
    pub(crate) fn add_to(&self, answer: &mut Value) {
        match answer {
            Value::Array(values) => values.iter_mut().for_each(|value| self.add_to(value)),
            Value::Object(fields) => {
                fields.values_mut().for_each(|value| self.add_to(value));
                let place = match (fields.get("file"), fields.get("line")) {
                    (Some(Value::String(file)), Some(Value::Number(line))) => {
                        let line = line.as_u64().and_then(|line| u32::try_from(line).ok()).unwrap_or(0);
                        self.dump.as_ref().and_then(|dump| dump.locate(file, line))
                    }
                    _ => None,
                };
                if let Some((dump, line)) = place.map(|(dump, line)| (dump.to_owned(), line)) {
                    fields.insert("dump".to_owned(), dump.into());
                    fields.insert("dump_line".to_owned(), line.into());
                }
            }
            _ => {}
        }
    }

    /// Whether places in the dump are shown.
    pub(crate) fn are_in_dump(&self) -> bool {
        self.in_dump
    }

    /// Paths below `root`.
    pub(crate) fn below(root: &Path) -> Self {
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        let (Ok(here), Ok(root)) = (here, root.canonicalize()) else { return Self::default() };
        let relative = relative(&here, &root);
        let prefix = if relative.as_os_str().is_empty() { String::new() } else { format!("{}/", relative.display()) };
        Self { prefix, ..Self::default() }
    }

    /// `src/lib.rs:12`.
    pub(crate) fn place(&self, file: &str, line: u32) -> String {
        if self.in_dump
            && let Some((dump, line)) = self.dump.as_ref().and_then(|dump| dump.locate(file, line))
        {
            return printable(&format!("{dump}:{line}"));
        }
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
