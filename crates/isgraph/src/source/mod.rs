//! Source sets: all files of one index, in memory.

pub mod crates;
pub mod dump;
mod manifest;
pub(crate) mod paths;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::Diagnostic;

/// All files of one index: path → text, `Cargo.toml` files among them.
///
/// Paths are relative to the root, with `/`. What a host could not read is in `diagnostics`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceSet {
    /// Texts by path.
    pub files: BTreeMap<String, Arc<str>>,
    /// What could not be read on the way in.
    pub diagnostics: Vec<Diagnostic>,
    /// Of dumps: where each file stands in them.
    pub origins: BTreeMap<String, dump::Origin>,
    /// Of dumps and archives: what was read and what could not be.
    pub dump: Option<dump::DumpReport>,
}

impl SourceSet {
    /// A source set of these texts.
    pub fn from_files<P: Into<String>, T: Into<Arc<str>>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        Self { files: files.into_iter().map(|(path, text)| (path.into(), text.into())).collect(), ..Self::default() }
    }
}
