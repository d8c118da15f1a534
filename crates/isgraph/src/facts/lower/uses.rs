//! `use` trees, flattened to their leaves.

use syn::UseTree;

use super::Lower;
use super::paths::split_anchor;
use crate::facts::{Offset, UseKind, UseLeaf};
use crate::name::Name;

impl Lower<'_> {
    /// The leaves of a `use` declaration.
    pub(super) fn use_leaves(&mut self, item: &syn::ItemUse) -> Vec<UseLeaf> {
        let mut leaves = Vec::new();
        self.use_tree(item.leading_colon.is_some(), &mut Vec::new(), &item.tree, &mut leaves);
        leaves
    }

    fn use_tree(&self, global: bool, prefix: &mut Vec<(Name, Offset)>, tree: &UseTree, leaves: &mut Vec<UseLeaf>) {
        match tree {
            UseTree::Path(tree) => {
                prefix.push(self.ident(&tree.ident));
                self.use_tree(global, prefix, &tree.tree, leaves);
                prefix.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(global, prefix, tree, leaves);
                }
            }
            UseTree::Glob(_) => leaves.push(leaf(global, prefix, UseKind::Glob)),
            UseTree::Name(tree) => self.use_name(global, prefix, &tree.ident, None, leaves),
            UseTree::Rename(tree) => {
                let rename = self.ident(&tree.rename).0;
                self.use_name(global, prefix, &tree.ident, Some(rename), leaves);
            }
        }
    }

    fn use_name(
        &self,
        global: bool,
        prefix: &mut Vec<(Name, Offset)>,
        ident: &syn::Ident,
        rename: Option<Name>,
        leaves: &mut Vec<UseLeaf>,
    ) {
        let (name, offset) = self.ident(ident);
        if name == "self" && !prefix.is_empty() {
            leaves.push(leaf(global, prefix, UseKind::SelfModule { rename }));
            return;
        }
        prefix.push((name, offset));
        leaves.push(leaf(global, prefix, UseKind::Name { rename }));
        prefix.pop();
    }
}

fn leaf(global: bool, names: &[(Name, Offset)], kind: UseKind) -> UseLeaf {
    let (anchor, taken) = split_anchor(global, names.iter().map(|&(name, _)| name));
    UseLeaf { anchor, segments: names[taken.min(names.len())..].to_vec(), kind }
}
