//! The targets of a package: declared in its manifest, else discovered by cargo's file names.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::{TargetKind, crate_name};
use crate::facts::Edition;
use crate::source::SourceSet;
use crate::source::manifest::{self, Build, Manifest};
use crate::source::paths;

/// One crate of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// What it is.
    pub(super) kind: TargetKind,
    /// Its name as in paths.
    pub(super) name: String,
    /// Path of the root file in the source set.
    pub(super) root: String,
    /// Its edition.
    pub(super) edition: Edition,
}

impl Target {
    /// Whether other crates can name it.
    pub(super) fn is_library(&self) -> bool {
        matches!(self.kind, TargetKind::Lib | TargetKind::ProcMacro)
    }
}

/// A line of the manifest and what is wrong there.
type Problems = Vec<(u32, String)>;

/// The targets of the package in `directory`.
pub(super) fn targets_of(
    sources: &SourceSet,
    directory: &str,
    package: &str,
    edition: Edition,
    manifest: &Manifest,
    problems: &mut Problems,
) -> Vec<Target> {
    let settings = manifest.package.as_ref();
    let mut finder = Finder { sources, directory, package, edition, problems, targets: Vec::new() };
    finder.library(manifest.lib.as_ref(), settings.and_then(|s| s.auto_lib));
    finder.family(TargetKind::Bin, "src/bin", &manifest.bins, settings.and_then(|s| s.auto_bins));
    finder.family(TargetKind::Example, "examples", &manifest.examples, settings.and_then(|s| s.auto_examples));
    finder.family(TargetKind::Test, "tests", &manifest.tests, settings.and_then(|s| s.auto_tests));
    finder.family(TargetKind::Bench, "benches", &manifest.benches, settings.and_then(|s| s.auto_benches));
    finder.build_script(settings.map_or(&Build::Auto, |s| &s.build));
    finder.targets
}

/// Names and roots in `directory` that cargo discovers: `*.rs` and `*/main.rs`. A subdirectory with
/// a manifest is a package of its own and left to it.
pub(super) fn discovered(sources: &SourceSet, directory: &str) -> Vec<(String, String)> {
    let prefix = format!("{directory}/");
    let mut found = Vec::new();
    let below = sources.files.range::<str, _>((Bound::Excluded(prefix.as_str()), Bound::Unbounded));
    for (path, _) in below.take_while(|(path, _)| path.starts_with(&prefix)) {
        let relative = &path[prefix.len()..];
        if relative.starts_with('.') {
            continue;
        }
        match relative.split_once('/') {
            None => {
                if let Some(name) = relative.strip_suffix(".rs") {
                    found.push((name.to_owned(), path.clone()));
                }
            }
            Some((name, "main.rs")) if !sources.files.contains_key(&format!("{prefix}{name}/Cargo.toml")) => {
                found.push((name.to_owned(), path.clone()));
            }
            Some(_) => {}
        }
    }
    found
}

struct Finder<'a> {
    sources: &'a SourceSet,
    directory: &'a str,
    package: &'a str,
    edition: Edition,
    problems: &'a mut Problems,
    targets: Vec<Target>,
}

impl Finder<'_> {
    fn library(&mut self, declared: Option<&manifest::Target>, auto: Option<bool>) {
        if declared.is_none() && auto == Some(false) {
            return;
        }
        let named = declared.and_then(|target| target.name.as_deref());
        let name = crate_name(named.unwrap_or(self.package));
        let root = match declared.and_then(|target| target.path.as_deref()) {
            Some(path) => self.declared_root(path, declared),
            // 2015's other place for a library is `src/<name>.rs`.
            None => match self.first_of(
                &["src/lib.rs".to_owned(), format!("src/{name}.rs")][..if declared.is_some() { 2 } else { 1 }],
            ) {
                None if declared.is_some() => self.missing("[lib]", declared),
                root => root,
            },
        };
        let kind =
            if declared.is_some_and(|target| target.proc_macro) { TargetKind::ProcMacro } else { TargetKind::Lib };
        self.add(kind, name, root, declared);
    }

    fn family(&mut self, kind: TargetKind, place: &str, declared: &[manifest::Target], auto: Option<bool>) {
        let mut found = discovered(self.sources, &paths::child(self.directory, place));
        if kind == TargetKind::Bin
            && let Some(main) = self.first_of(&["src/main.rs".to_owned()])
        {
            found.push((self.package.to_owned(), main));
        }
        let mut names = BTreeSet::new();
        let mut roots = BTreeSet::new();
        for target in declared {
            let name = match (&target.name, &target.path) {
                (Some(name), _) => name.clone(),
                (None, Some(path)) => stem(path).to_owned(),
                (None, None) => {
                    self.problems.push((target.line, "the target has neither name nor path".to_owned()));
                    continue;
                }
            };
            let root = match &target.path {
                Some(path) => self.declared_root(path, Some(target)),
                None => match found.iter().find(|(discovered, _)| *discovered == name) {
                    Some((_, root)) => Some(root.clone()),
                    None => self.missing(&name, Some(target)),
                },
            };
            names.insert(name.clone());
            roots.extend(root.clone());
            self.add(kind, crate_name(&name), root, Some(target));
        }
        // Before 2018, declaring one target of a kind turned discovery of that kind off.
        if !auto.unwrap_or(self.edition != Edition::E2015 || declared.is_empty()) {
            return;
        }
        for (name, root) in found {
            if !names.contains(&name) && !roots.contains(&root) {
                self.add(kind, crate_name(&name), Some(root), None);
            }
        }
    }

    fn build_script(&mut self, build: &Build) {
        let roots: Vec<String> = match build {
            Build::Off => Vec::new(),
            Build::Auto => self.first_of(&["build.rs".to_owned()]).into_iter().collect(),
            Build::Paths(paths) => paths.iter().filter_map(|path| self.declared_root(path, None)).collect(),
        };
        for root in roots {
            self.add(TargetKind::BuildScript, "build_script_build".to_owned(), Some(root), None);
        }
    }

    fn add(&mut self, kind: TargetKind, name: String, root: Option<String>, declared: Option<&manifest::Target>) {
        let Some(root) = root else { return };
        let edition = declared.and_then(|target| target.edition).unwrap_or(self.edition);
        self.targets.push(Target { kind, name, root, edition });
    }

    fn first_of(&self, relative: &[String]) -> Option<String> {
        let mut candidates = relative.iter().map(|path| paths::child(self.directory, path));
        candidates.find(|path| self.sources.files.contains_key(path))
    }

    fn declared_root(&mut self, path: &str, declared: Option<&manifest::Target>) -> Option<String> {
        let root = paths::join(self.directory, path).filter(|root| self.sources.files.contains_key(root));
        if root.is_none() {
            self.missing(path, declared);
        }
        root
    }

    fn missing(&mut self, what: &str, declared: Option<&manifest::Target>) -> Option<String> {
        let line = declared.map_or(0, |target| target.line);
        self.problems.push((line, format!("the root file of `{what}` is not in the source set")));
        None
    }
}

fn stem(path: &str) -> &str {
    let name = paths::file_name(path);
    name.strip_suffix(".rs").unwrap_or(name)
}
