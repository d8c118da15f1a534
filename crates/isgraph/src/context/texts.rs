//! Where the texts of files come from.

use std::sync::Arc;

use crate::SourceSet;

/// Texts of the files of a graph. The graph holds none: a host that has them hands them in.
pub trait Texts {
    /// The text of the file with this path of the graph, if it can be had.
    fn text(&self, file: &str) -> Option<Arc<str>>;
}

impl Texts for SourceSet {
    fn text(&self, file: &str) -> Option<Arc<str>> {
        self.files.get(file).cloned()
    }
}

/// No texts: bodies are left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTexts;

impl Texts for NoTexts {
    fn text(&self, _: &str) -> Option<Arc<str>> {
        None
    }
}
