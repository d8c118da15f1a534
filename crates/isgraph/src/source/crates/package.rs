//! Manifests → packages: workspaces found, inherited values filled in, targets listed.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

use super::features::Features;
use super::manifest_diagnostic;
use super::target::{self, Target};
use crate::facts::Edition;
use crate::model::{Diagnostic, Severity};
use crate::source::SourceSet;
use crate::source::manifest::{self, Dependency, Inheritable, Manifest};
use crate::source::paths;

/// Longer member globs are not matched: the matcher recurses once per wildcard.
const MAX_GLOB: usize = 512;

/// A directory that cargo would call a package, or that looks like one.
#[derive(Debug)]
pub(super) struct Package {
    /// Its directory; empty at the root.
    pub(super) directory: String,
    /// Path of its manifest; `None` when it is inferred.
    pub(super) manifest: Option<String>,
    /// Its name.
    pub(super) name: String,
    /// Its version, where one can be read.
    pub(super) version: Option<Version>,
    /// Directory of its workspace's root.
    pub(super) workspace: Option<String>,
    /// Its dependencies, with what the workspace gives.
    pub(super) dependencies: Vec<ResolvedDependency>,
    /// Its crates.
    pub(super) targets: Vec<Target>,
    /// Its features.
    pub(super) features: Features,
    /// Of a package without a manifest: libraries of the set that its code names.
    pub(super) named_crates: BTreeSet<String>,
}

impl Package {
    /// The name of its library in paths.
    pub(super) fn library_name(&self) -> Option<String> {
        self.targets.iter().find(|target| target.is_library()).map(|target| target.name.clone())
    }
}

/// A dependency whose inheritance is settled.
#[derive(Debug)]
pub(super) struct ResolvedDependency {
    /// The dependency, `path` relative to `base`.
    pub(super) dependency: Dependency,
    /// The directory that its `path` starts from.
    pub(super) base: String,
}

/// The packages that have a manifest.
pub(super) fn packages_of(sources: &SourceSet, diagnostics: &mut Vec<Diagnostic>) -> Vec<Package> {
    let manifests = read_all(sources, diagnostics);
    let workspaces = Workspaces::of(&manifests);
    let mut packages = Vec::new();
    for (path, manifest) in &manifests {
        if let Some(package) = &manifest.package {
            let mut builder = Builder { sources, workspaces: &workspaces, path, manifest, package, diagnostics };
            packages.push(builder.build());
        }
        workspaces.report_missing_members(path, manifest, &manifests, diagnostics);
    }
    packages
}

type Manifests<'s> = BTreeMap<&'s str, Manifest>;

fn read_all<'s>(sources: &'s SourceSet, diagnostics: &mut Vec<Diagnostic>) -> Manifests<'s> {
    let texts = sources.files.iter().filter(|(path, _)| paths::file_name(path) == "Cargo.toml");
    let manifests: Manifests<'s> = texts.map(|(path, text)| (path.as_str(), Manifest::read(text))).collect();
    for (path, manifest) in &manifests {
        for problem in &manifest.problems {
            let message = problem.message.clone();
            diagnostics.push(manifest_diagnostic(path, problem.line, Severity::Error, message));
        }
        if manifest.package.is_none() && manifest.workspace.is_none() {
            let message = "neither [package] nor [workspace] here; crates are inferred from the file names".to_owned();
            diagnostics.push(manifest_diagnostic(path, 0, Severity::Warning, message));
        }
    }
    manifests
}

/// The `[workspace]` tables by their directory.
struct Workspaces<'m> {
    roots: BTreeMap<&'m str, &'m manifest::Workspace>,
}

impl<'m> Workspaces<'m> {
    fn of(manifests: &'m Manifests<'_>) -> Self {
        let roots = manifests.iter().filter_map(|(path, manifest)| {
            manifest.workspace.as_ref().map(|workspace| (paths::parent(path), workspace))
        });
        Self { roots: roots.collect() }
    }

    /// The workspace of the package in `directory`: the one it names, the one that lists it, or
    /// else the nearest above it. Cargo refuses an unlisted package below a workspace; it is read
    /// here all the same, as a fixture or a dump without the whole truth.
    fn root_of(&self, directory: &str, package: &manifest::Package) -> Option<&'m str> {
        if let Some(named) = package.workspace.as_deref().and_then(|path| paths::join(directory, path)) {
            return self.roots.get_key_value(named.as_str()).map(|(root, _)| *root);
        }
        let above = || paths::ancestors(directory).filter_map(|root| self.roots.get_key_value(root));
        let lists = |(root, workspace): &(&&'m str, &&'m manifest::Workspace)| lists(workspace, root, directory);
        let excludes = |(root, workspace): &(&&'m str, &&'m manifest::Workspace)| excludes(workspace, root, directory);
        above()
            .find(|entry| *entry.0 == directory || lists(entry))
            .or_else(|| above().find(|entry| !excludes(entry)))
            .or_else(|| self.roots.iter().find(lists))
            .map(|(root, _)| *root)
    }

    fn report_missing_members(
        &self,
        path: &str,
        manifest: &Manifest,
        manifests: &Manifests<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some(workspace) = &manifest.workspace else { return };
        let base = paths::parent(path);
        for (member, line) in workspace.members.iter().filter(|(member, _)| !member.contains(['*', '?', '['])) {
            let directory = paths::join(base, member);
            let found = directory.is_some_and(|d| manifests.contains_key(paths::child(&d, "Cargo.toml").as_str()));
            if !found {
                let message = format!("workspace member `{member}` has no Cargo.toml in the source set");
                diagnostics.push(manifest_diagnostic(path, *line, Severity::Warning, message));
            }
        }
    }
}

fn lists(workspace: &manifest::Workspace, root: &str, directory: &str) -> bool {
    let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
    !excludes(workspace, root, directory)
        && workspace.members.iter().filter(|(member, _)| member.len() <= MAX_GLOB).any(|(member, _)| {
            let Some(pattern) = paths::join(root, member) else { return false };
            pattern == directory
                || glob::Pattern::new(&pattern).is_ok_and(|pattern| pattern.matches_with(directory, options))
        })
}

fn excludes(workspace: &manifest::Workspace, root: &str, directory: &str) -> bool {
    let excluded = workspace.exclude.iter().filter_map(|path| paths::join(root, path));
    excluded.into_iter().any(|path| directory == path || paths::strip(directory, &path).is_some())
}

/// Builds one package.
struct Builder<'a> {
    sources: &'a SourceSet,
    workspaces: &'a Workspaces<'a>,
    path: &'a str,
    manifest: &'a Manifest,
    package: &'a manifest::Package,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Builder<'_> {
    fn build(&mut self) -> Package {
        let directory = paths::parent(self.path);
        let root = self.workspaces.root_of(directory, self.package);
        let workspace = root.and_then(|root| self.workspaces.roots.get(root).copied());
        let name = self.package.name.clone().unwrap_or_else(|| {
            self.report(0, "[package] has no name; the directory's is taken".to_owned());
            super::infer::directory_name(directory)
        });
        let edition = self.edition(workspace);
        let version = match &self.package.version {
            Some(Inheritable::Set(version)) => Some(version.as_str()),
            Some(Inheritable::Inherited) => workspace.and_then(|workspace| workspace.version.as_deref()),
            None => None,
        };
        let mut problems = Vec::new();
        let targets = target::targets_of(self.sources, directory, &name, edition, self.manifest, &mut problems);
        for (line, message) in problems {
            self.report(line, message);
        }
        if targets.is_empty() {
            self.report(
                0,
                "the package has no target in the source set; crates are inferred from the file names".to_owned(),
            );
        }
        Package {
            directory: directory.to_owned(),
            manifest: Some(self.path.to_owned()),
            version: version.and_then(|version| Version::parse(version).ok()),
            workspace: root.map(str::to_owned),
            dependencies: self.dependencies(directory, root, workspace),
            targets,
            features: Features::of(self.manifest),
            named_crates: BTreeSet::new(),
            name,
        }
    }

    /// The package's edition; absent means 2015, as cargo has it.
    fn edition(&mut self, workspace: Option<&manifest::Workspace>) -> Edition {
        match self.package.edition {
            Some(Inheritable::Set(edition)) => edition,
            None => Edition::E2015,
            Some(Inheritable::Inherited) => workspace.and_then(|workspace| workspace.edition).unwrap_or_else(|| {
                self.report(
                    0,
                    "the edition is inherited, and no workspace here gives it; reading it as 2021".to_owned(),
                );
                Edition::E2021
            }),
        }
    }

    fn dependencies(
        &mut self,
        directory: &str,
        root: Option<&str>,
        workspace: Option<&manifest::Workspace>,
    ) -> Vec<ResolvedDependency> {
        let templates: BTreeMap<&str, &Dependency> = workspace
            .map(|workspace| workspace.dependencies.iter().map(|template| (template.key.as_str(), template)).collect())
            .unwrap_or_default();
        let mut resolved = Vec::with_capacity(self.manifest.dependencies.len());
        for dependency in &self.manifest.dependencies {
            if !dependency.inherited {
                resolved.push(ResolvedDependency { dependency: dependency.clone(), base: directory.to_owned() });
                continue;
            }
            let mut inherited = dependency.clone();
            match templates.get(dependency.key.as_str()) {
                Some(template) => {
                    inherited.package.clone_from(&template.package);
                    inherited.path.clone_from(&template.path);
                    inherited.version.clone_from(&template.version);
                    inherited.foreign = template.foreign;
                    inherited.features.extend(template.features.iter().cloned());
                }
                None => {
                    let message = format!("no workspace here gives the inherited dependency `{}`", dependency.key);
                    self.report(dependency.line, message);
                }
            }
            resolved.push(ResolvedDependency { dependency: inherited, base: root.unwrap_or(directory).to_owned() });
        }
        resolved
    }

    fn report(&mut self, line: u32, message: String) {
        self.diagnostics.push(manifest_diagnostic(self.path, line, Severity::Warning, message));
    }
}
