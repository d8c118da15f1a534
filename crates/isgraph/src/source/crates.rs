//! Which crates a source set holds: from its manifests, else inferred.

mod features;
mod infer;
mod link;
mod mentions;
mod order;
mod package;
mod target;
#[cfg(test)]
mod tests;

use crate::facts::Edition;
use crate::model::{Diagnostic, Severity};
use crate::name::Name;
use crate::source::SourceSet;

/// What a crate is to cargo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// A library.
    Lib,
    /// A procedural macro library.
    ProcMacro,
    /// A binary.
    Bin,
    /// An example.
    Example,
    /// An integration test.
    Test,
    /// A benchmark.
    Bench,
    /// `build.rs`.
    BuildScript,
}

/// One crate: a root file, and the names that lead to other crates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrateSpec {
    /// Its name as in paths (`-` as `_`).
    pub name: Name,
    /// The package's name as in its manifest; empty when there is no manifest.
    pub package: String,
    /// What it is.
    pub kind: TargetKind,
    /// Path of the root file in the source set.
    pub root: String,
    /// Its edition.
    pub edition: Edition,
    /// Names of `extern` crates in paths → index of the crate in the list when it is in the source
    /// set, `None` when it is external (a registry dependency). A library target is known to its own
    /// package's other targets; std, core and alloc are not listed.
    pub dependencies: Vec<(Name, Option<usize>)>,
    /// Features that are on, sorted: by default, in the crate's documentation, or because another
    /// package of the set asks for them; transitively.
    pub features: Vec<String>,
}

/// The crates of a source set: libraries before what depends on them, then in path order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CrateList {
    /// The crates. A crate's in-set dependencies have smaller indices.
    pub crates: Vec<CrateSpec>,
    /// Unreadable manifests and the like.
    pub diagnostics: Vec<Diagnostic>,
}

/// The crates of a source set.
///
/// Every `Cargo.toml` with a `[package]` is a package of its own, workspace member or not; what no
/// package covers is inferred from the file names. Nothing fails: an unreadable manifest is a
/// `MANIFEST` diagnostic and its directory is inferred.
#[must_use]
pub fn crates_of(sources: &SourceSet) -> CrateList {
    let mut diagnostics = Vec::new();
    let mut packages = package::packages_of(sources, &mut diagnostics);
    packages.extend(infer::packages_of(sources, &packages));
    packages.sort_by(|a, b| a.directory.cmp(&b.directory));
    let crates = order::ordered(link::linked(&packages), &mut diagnostics);
    diagnostics.sort();
    diagnostics.dedup();
    CrateList { crates, diagnostics }
}

/// A `MANIFEST` diagnostic.
fn manifest_diagnostic(file: &str, line: u32, severity: Severity, message: String) -> Diagnostic {
    Diagnostic { file: file.to_owned(), line, severity, code: "MANIFEST".to_owned(), message }
}

/// A package or target name as it stands in paths.
fn crate_name(name: &str) -> String {
    let mut text: String = name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if text.starts_with(|c: char| c.is_numeric()) {
        text.insert(0, '_');
    }
    if text.is_empty() { "main".to_owned() } else { text }
}
