//! Which crates a source set holds: from its manifests, else inferred.

use crate::facts::Edition;
use crate::name::Name;

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
    /// Features that are on by default, transitively.
    pub default_features: Vec<String>,
}

/// The crates of a source set: libraries before what depends on them, then in path order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CrateList {
    /// The crates. A crate's in-set dependencies have smaller indices.
    pub crates: Vec<CrateSpec>,
    /// Unreadable manifests and the like.
    pub diagnostics: Vec<crate::model::Diagnostic>,
}
