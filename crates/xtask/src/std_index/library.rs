//! Where the standard library's source is, and what of it is indexed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use isgraph::SourceSet;

use crate::process::{program, read};
use crate::project::Project;
use crate::setup::packages;

/// The crates that are indexed, the lowest first.
const CRATES: [&str; 3] = ["core", "alloc", "std"];

/// Debian's package with the source of its newest compiler.
const PACKAGE: &str = "rust-web-src";

/// What gives rustup's toolchains the source.
const COMPONENT: &str = "rustup component add rust-src";

/// The source of one version.
pub(crate) struct Library {
    /// The directory that holds a directory per crate.
    pub(crate) directory: PathBuf,
    /// The version of the compiler that it belongs to.
    pub(crate) version: String,
}

impl Library {
    /// The source in `directory`, else the toolchain's, else Debian's, installed when it is missing.
    pub(crate) fn find(project: &Project, directory: Option<&Path>) -> Result<Self> {
        if let Some(directory) = directory {
            return Self::at(project, directory).with_context(|| {
                format!("{} holds no core/src/lib.rs, alloc/src/lib.rs and std/src/lib.rs", directory.display())
            });
        }
        if let Some(library) = Self::at(project, &Self::of_toolchain(project)?).or_else(|| Self::of_debian(project)) {
            return Ok(library);
        }
        if !packages::is_debian() {
            bail!("the standard library's source is missing; run `{COMPONENT}`, or name its `--source`");
        }
        packages::install(project, &[PACKAGE], COMPONENT)?;
        Self::of_debian(project).context("the package holds no source of the standard library")
    }

    /// The library at a directory, if it is one.
    fn at(project: &Project, directory: &Path) -> Option<Self> {
        let has = |name: &&str| directory.join(name).join("src/lib.rs").is_file();
        if !CRATES.iter().all(has) {
            return None;
        }
        let version = version_beside(directory).or_else(|| version_of_toolchain(project, directory))?;
        Some(Self { directory: directory.to_owned(), version })
    }

    fn of_toolchain(project: &Project) -> Result<PathBuf> {
        let sysroot = read(program(project, "rustc").args(["--print", "sysroot"]))?;
        Ok(Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library"))
    }

    /// The newest of `/usr/src/rustc-*`.
    fn of_debian(project: &Project) -> Option<Self> {
        let mut found: Vec<(Vec<u32>, PathBuf)> = Vec::new();
        for entry in std::fs::read_dir("/usr/src").ok()?.flatten() {
            let name = entry.file_name();
            if let Some(version) = name.to_str().and_then(|name| name.strip_prefix("rustc-")) {
                let numbers = version.split('.').filter_map(|part| part.parse().ok()).collect();
                found.push((numbers, entry.path().join("library")));
            }
        }
        found.sort();
        found.iter().rev().find_map(|(_, directory)| Self::at(project, directory))
    }

    /// The texts: manifests and sources of the crates, without tests.
    pub(crate) fn sources(&self) -> Result<SourceSet> {
        let mut files = Vec::new();
        for name in CRATES {
            let directory = self.directory.join(name);
            self.add(&directory.join("Cargo.toml"), &mut files)?;
            self.add_directory(&directory.join("src"), &mut files)?;
        }
        Ok(SourceSet::from_files(files))
    }

    fn add_directory(&self, directory: &Path, files: &mut Vec<(String, String)>) -> Result<()> {
        let entries = std::fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                if !matches!(name, "tests" | "benches") {
                    self.add_directory(&path, files)?;
                }
            } else if name.ends_with(".rs") && !is_left_out(name) {
                self.add(&path, files)?;
            }
        }
        Ok(())
    }

    fn add(&self, path: &Path, files: &mut Vec<(String, String)>) -> Result<()> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let relative: Vec<_> = path.strip_prefix(&self.directory)?.iter().map(|part| part.to_string_lossy()).collect();
        files.push((relative.join("/"), text));
        Ok(())
    }
}

/// Tests, what only Miri reads, and files that hold nothing but documentation.
fn is_left_out(name: &str) -> bool {
    matches!(name, "tests.rs" | "lib.miri.rs" | "primitive_docs.rs" | "keyword_docs.rs") || name.ends_with("_tests.rs")
}

/// The file `version` of the sources that a compiler is built from, else the name of their directory.
fn version_beside(library: &Path) -> Option<String> {
    let root = library.parent()?;
    let written = std::fs::read_to_string(root.join("src/version")).ok();
    written.map(|version| version.trim().to_owned()).or_else(|| {
        let name = root.file_name()?.to_str()?;
        name.strip_prefix("rustc-").map(str::to_owned)
    })
}

/// The version of the compiler in whose sysroot the library is: `rustc 1.95.0 (hash date)`.
fn version_of_toolchain(project: &Project, library: &Path) -> Option<String> {
    let bin = library.ancestors().map(|directory| directory.join("bin/rustc")).find(|rustc| rustc.is_file())?;
    let said = read(program(project, bin).arg("--version")).ok()?;
    said.split(' ').nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_documentation_are_left_out() {
        assert!(is_left_out("tests.rs"));
        assert!(is_left_out("dynamic_tests.rs"));
        assert!(is_left_out("lib.miri.rs"));
        assert!(!is_left_out("lib.rs"));
        assert!(!is_left_out("latest.rs"));
    }

    #[test]
    fn a_source_tree_says_its_version() {
        assert_eq!(version_beside(Path::new("/nowhere/rustc-1.85.0/library")).as_deref(), Some("1.85.0"));
        assert_eq!(version_beside(Path::new("/nowhere/rust/library")), None);
    }
}
