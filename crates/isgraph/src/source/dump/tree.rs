//! The directory tree that many dumps draw before their files.

use std::collections::BTreeSet;

/// Columns per level of a drawn tree.
const INDENT: usize = 4;

/// Paths of a drawn tree.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tree {
    paths: BTreeSet<String>,
}

impl Tree {
    /// Reads the branches (`├── name`, `└── name`) of a preamble.
    pub(super) fn read(preamble: &str) -> Self {
        let mut tree = Self::default();
        let mut above: Vec<&str> = Vec::new();
        for line in preamble.lines() {
            let Some((indent, name)) = line.split_once("── ") else { continue };
            // The branch sign itself is the last character before the dashes.
            let depth = indent.chars().count().saturating_sub(1) / INDENT;
            let name = name.trim_end().trim_end_matches('/');
            above.truncate(depth);
            above.push(name);
            tree.paths.insert(above.join("/"));
            // Tools differ in whether the root's own name is the first branch.
            if above.len() > 1 {
                tree.paths.insert(above[1..].join("/"));
            }
        }
        tree
    }

    pub(super) fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Whether the tree shows this path, by `/`.
    pub(super) fn shows(&self, path: &str) -> bool {
        self.paths.contains(path.trim_start_matches("./"))
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
    fn a_hostile_tree_is_read() {
        let _ = Tree::read("── \n────── x\n                                        └── deep\n");
    }
}
