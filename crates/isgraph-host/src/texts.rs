//! The texts of files that were indexed earlier, read again when they are asked for.

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

use isgraph::SourceSet;
use isgraph::context::Texts;
use isgraph::source::dump::DumpFormat;

/// Files below a directory.
#[derive(Debug)]
pub struct DirectoryTexts {
    root: PathBuf,
}

impl DirectoryTexts {
    /// The files below `root`.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }
}

impl Texts for DirectoryTexts {
    /// Nothing for a path that leads out of the directory: an index may come from elsewhere.
    fn text(&self, file: &str) -> Option<Arc<str>> {
        let inside = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
        inside.then(|| std::fs::read_to_string(self.root.join(file)).ok().map(Arc::from)).flatten()
    }
}

/// Files of dumps, which are read when the first of them is asked for.
#[derive(Debug)]
pub struct DumpTexts {
    dumps: Vec<PathBuf>,
    format: Option<DumpFormat>,
    sources: OnceLock<SourceSet>,
}

impl DumpTexts {
    /// The files of the dumps at these paths. Standard input, `-`, has none any more.
    #[must_use]
    pub fn new(mut dumps: Vec<PathBuf>, format: Option<DumpFormat>) -> Self {
        dumps.retain(|dump| dump != Path::new("-"));
        Self { dumps, format, sources: OnceLock::new() }
    }
}

impl Texts for DumpTexts {
    fn text(&self, file: &str) -> Option<Arc<str>> {
        self.sources.get_or_init(|| crate::dump::read(&self.dumps, self.format).unwrap_or_default()).text(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_below_the_directory_only() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let root = directory.path().join("root");
        std::fs::create_dir(&root).expect("it is writable");
        std::fs::write(root.join("a.rs"), "fn a() {}").expect("it is writable");
        std::fs::write(directory.path().join("secret.rs"), "x").expect("it is writable");
        let texts = DirectoryTexts::new(root);
        assert_eq!(texts.text("a.rs").as_deref(), Some("fn a() {}"));
        assert_eq!(texts.text("../secret.rs"), None);
        assert_eq!(texts.text(&directory.path().join("secret.rs").display().to_string()), None);
        assert_eq!(texts.text("b.rs"), None);
    }

    #[test]
    fn a_dump_is_read_again() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("dump.txt");
        std::fs::write(&path, "FILE: src/lib.rs\nfn a() {}\n").expect("it is writable");
        assert!(DumpTexts::new(vec![path], None).text("src/lib.rs").is_some_and(|text| text.contains("fn a() {}")));
        assert_eq!(DumpTexts::new(vec!["-".into()], None).text("src/lib.rs"), None);
    }
}
