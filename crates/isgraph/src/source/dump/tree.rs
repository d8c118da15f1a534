//! The directory tree that many dumps draw before their files.

use std::collections::BTreeSet;

/// Columns per level of a tree drawn with branches.
const BRANCH_INDENT: usize = 4;
/// Columns per level of a tree that is only indented.
const PLAIN_INDENT: usize = 2;

/// The files of a drawn tree that were not read yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tree {
    paths: BTreeSet<String>,
    /// Tools differ in whether the root's own name starts the dump's paths: the paths without it,
    /// until the first file shows which of them hold.
    below_root: BTreeSet<String>,
}

impl Tree {
    /// Reads the branches (`├── name`, `└── name`) of a preamble; a tree that is only indented, as
    /// repomix draws it, stands in its own element or section.
    pub(super) fn read(preamble: &str) -> Self {
        let branches = Self::of_branches(preamble);
        if branches.is_empty() { Self::indented(preamble) } else { branches }
    }

    fn of_branches(preamble: &str) -> Self {
        let mut tree = Self::default();
        let mut above: Vec<&str> = Vec::new();
        for line in preamble.lines() {
            let Some((indent, name)) = line.split_once("── ") else { continue };
            // The branch sign itself is the last character before the dashes.
            let depth = indent.chars().count().saturating_sub(1) / BRANCH_INDENT;
            let name = name.split_once(" -> ").map_or(name, |(link, _)| link);
            let name = name.trim_end().trim_end_matches('/');
            above.truncate(depth);
            above.push(name);
            tree.paths.insert(above.join("/"));
            if above.len() > 1 {
                tree.below_root.insert(above[1..].join("/"));
            }
        }
        tree
    }

    fn indented(preamble: &str) -> Self {
        let mut tree = Self::default();
        let starts =
            ["<directory_structure>", "<repository_structure>", "Directory Structure\n=", "# Directory Structure\n"];
        let Some(start) = starts.iter().find_map(|start| preamble.find(start).map(|at| at + start.len())) else {
            return tree;
        };
        let mut above: Vec<&str> = Vec::new();
        // A tag may share the line of the first name.
        for (number, line) in preamble[start..].lines().enumerate() {
            let name = line.trim_start_matches(' ');
            let is_frame = name.starts_with("```") || (name.starts_with('=') && name.ends_with("==="));
            if name.is_empty() || (is_frame && number <= 1) {
                if tree.paths.is_empty() {
                    continue;
                }
                break;
            }
            if is_frame || name.starts_with("</") {
                break;
            }
            let name = name.split_once('<').map_or(name, |(name, _)| name);
            above.truncate((line.len() - line.trim_start_matches(' ').len()) / PLAIN_INDENT);
            above.push(name.trim_end().trim_end_matches('/'));
            if !name.trim_end().ends_with('/') {
                tree.paths.insert(above.join("/"));
            }
        }
        tree
    }

    pub(super) fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.below_root.is_empty()
    }

    /// Whether the tree shows this path among those that were not taken.
    pub(super) fn shows(&self, path: &str) -> bool {
        let path = path.trim_start_matches("./");
        self.paths.contains(path) || self.below_root.contains(path)
    }

    /// Takes the first file's path off. A tree that does not show it is of no use and is emptied;
    /// one that does decides whether paths start with the root's name.
    pub(super) fn take_first(&mut self, path: &str) {
        let path = path.trim_start_matches("./");
        if self.paths.remove(path) {
            self.below_root.clear();
        } else if self.below_root.remove(path) {
            self.paths = std::mem::take(&mut self.below_root);
        } else {
            *self = Self::default();
        }
    }

    /// Takes a file's path off: it is shown once.
    pub(super) fn take(&mut self, path: &str) {
        let path = path.trim_start_matches("./");
        self.paths.remove(path);
        self.below_root.remove(path);
    }

    /// The Rust files that are left, in order.
    pub(super) fn rust_files(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str).filter(|path| path.ends_with(".rs"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_joined_to_paths() {
        let tree = Tree::read(
            "Directory structure:\n└── app/\n    ├── src/\n    │   ├── lib.rs\n    │   └── a/\n    │       └── b.rs\n    └── Cargo.toml\n",
        );
        for path in ["app/src/lib.rs", "src/lib.rs", "src/a/b.rs", "Cargo.toml", "./src/a/b.rs"] {
            assert!(tree.shows(path), "{path} in {tree:?}");
        }
        assert!(!tree.shows("src/b.rs"));
        assert!(Tree::read("no tree").is_empty());
    }

    #[test]
    fn indents_are_joined_to_paths() {
        for (start, end) in [
            ("<directory_structure>\n", "</directory_structure>\n"),
            ("<repomix><directory_structure>", "</directory_structure><files>"),
            ("================\nDirectory Structure\n================\n", "\n=======\nFiles\n"),
            ("# Directory Structure\n```\n", "```\n\n# Files\n"),
        ] {
            let tree = Tree::read(&format!("x\n{start}src/\n  a b/\n    c.rs\n  lib.rs\nCargo.toml\n{end}"));
            assert_eq!(tree.paths.iter().collect::<Vec<_>>(), ["Cargo.toml", "src/a b/c.rs", "src/lib.rs"], "{start}");
        }
    }

    #[test]
    fn the_first_file_decides_about_the_root() {
        let drawn = "└── app\n    ├── a.rs\n    └── b.rs\n";
        for (first, second) in [("app/a.rs", "app/b.rs"), ("a.rs", "b.rs")] {
            let mut tree = Tree::read(drawn);
            tree.take_first(first);
            assert!(!tree.shows(first) && tree.shows(second), "{tree:?}");
            assert_eq!(tree.rust_files().collect::<Vec<_>>(), [second]);
        }
        let mut tree = Tree::read(drawn);
        tree.take_first("elsewhere/a.rs");
        assert!(tree.is_empty());
    }

    #[test]
    fn a_hostile_tree_is_read() {
        let _ = Tree::read("── \n────── x\n                                        └── deep\n");
        let _ = Tree::read("<directory_structure>\n          deep\n</");
        let _ = Tree::read("# Directory Structure\n\n\n```\n```\n");
    }
}
