//! Dependencies by name → crates of the same source set.

use std::collections::{BTreeMap, BTreeSet};

use semver::VersionReq;

use super::features::Features;
use super::order::Draft;
use super::package::{Package, ResolvedDependency};
use super::{CrateSpec, TargetKind, crate_name};
use crate::name::Name;
use crate::source::manifest::DependencyKind;
use crate::source::paths;

/// One draft per target, in path order, with its dependencies settled but not yet numbered.
pub(super) fn linked(packages: &[Package]) -> Vec<Draft> {
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (index, package) in packages.iter().enumerate() {
        places.extend((0..package.targets.len()).map(|target| (index, target)));
    }
    let key = |&(package, target): &(usize, usize)| {
        let target = &packages[package].targets[target];
        (&target.root, target.kind, &target.name, package)
    };
    places.sort_by(|a, b| key(a).cmp(&key(b)));
    places.dedup_by(|a, b| {
        let (a, b) = (key(a), key(b));
        (a.0, a.1, a.2) == (b.0, b.1, b.2)
    });

    let mut library_of: Vec<Option<usize>> = vec![None; packages.len()];
    for (draft, &(package, target)) in places.iter().enumerate() {
        if packages[package].targets[target].is_library() {
            library_of[package] = Some(draft);
        }
    }
    let linker = Linker { packages, places: &places, library_of: &library_of, directory: Directory::of(packages) };
    let externs: Vec<Externs> = (0..packages.len()).map(|package| linker.externs(package)).collect();
    let features = linker.features();
    places.iter().map(|&(package, target)| linker.draft(package, target, &externs[package], &features)).collect()
}

/// Extern names of a package by the kind of dependency, each with the draft that it leads to.
#[derive(Default)]
struct Externs {
    normal: BTreeMap<String, Option<usize>>,
    dev: BTreeMap<String, Option<usize>>,
    build: BTreeMap<String, Option<usize>>,
}

/// Packages by directory, by name, and by the name of their library.
struct Directory<'p> {
    by_place: BTreeMap<&'p str, usize>,
    by_name: BTreeMap<&'p str, Vec<usize>>,
    by_library: BTreeMap<String, Vec<usize>>,
}

impl<'p> Directory<'p> {
    fn of(packages: &'p [Package]) -> Self {
        let mut directory = Self { by_place: BTreeMap::new(), by_name: BTreeMap::new(), by_library: BTreeMap::new() };
        for (index, package) in packages.iter().enumerate() {
            directory.by_place.insert(&package.directory, index);
            directory.by_name.entry(&package.name).or_default().push(index);
            if let Some(library) = package.library_name() {
                directory.by_library.entry(library).or_default().push(index);
            }
        }
        directory
    }
}

struct Linker<'p> {
    packages: &'p [Package],
    places: &'p [(usize, usize)],
    library_of: &'p [Option<usize>],
    directory: Directory<'p>,
}

impl Linker<'_> {
    fn externs(&self, package: usize) -> Externs {
        let mut externs = Externs::default();
        for resolved in &self.packages[package].dependencies {
            let library = self.package_of(package, resolved).and_then(|target| self.library_of[target]);
            let table = match resolved.dependency.kind {
                DependencyKind::Normal => &mut externs.normal,
                DependencyKind::Dev => &mut externs.dev,
                DependencyKind::Build => &mut externs.build,
            };
            let entry = table.entry(self.extern_name(resolved, library)).or_insert(None);
            *entry = entry.or(library);
        }
        // Only guessed, so like a dev-dependency it must not close a cycle.
        for name in &self.packages[package].named_crates {
            let others = self.directory.by_library.get(name).into_iter().flatten().copied();
            if let Some(other) = self.nearest(package, others.filter(|other| *other != package)) {
                externs.dev.insert(name.clone(), self.library_of[other]);
            }
        }
        externs
    }

    /// The features of every package once all packages of the set have asked for theirs, as cargo
    /// has it when it builds a whole workspace.
    fn features(&self) -> Vec<Features> {
        let mut features: Vec<Features> = self.packages.iter().map(|package| package.features.clone()).collect();
        let mut links: Vec<Vec<(&str, usize)>> = vec![Vec::new(); self.packages.len()];
        for (from, package) in self.packages.iter().enumerate() {
            for resolved in &package.dependencies {
                if let Some(to) = self.package_of(from, resolved) {
                    links[from].push((&resolved.dependency.key, to));
                    for feature in &resolved.dependency.features {
                        features[to].switch_on(feature);
                    }
                }
            }
        }
        let mut pending: BTreeSet<usize> = (0..self.packages.len()).collect();
        while let Some(from) = pending.pop_first() {
            for &(key, to) in &links[from] {
                let asked: Vec<String> = features[from].asked_of(key).map(str::to_owned).collect();
                let mut changed = false;
                for feature in &asked {
                    changed |= features[to].switch_on(feature);
                }
                if changed {
                    pending.insert(to);
                }
            }
        }
        features
    }

    /// The name in paths: the key when it renames, else the library's own name.
    fn extern_name(&self, resolved: &ResolvedDependency, library: Option<usize>) -> String {
        let renames = resolved.dependency.package.as_ref().is_some_and(|package| *package != resolved.dependency.key);
        match library {
            Some(library) if !renames => {
                let (package, target) = self.places[library];
                self.packages[package].targets[target].name.clone()
            }
            _ => crate_name(&resolved.dependency.key),
        }
    }

    /// The package that a dependency leads to: by its path, else by its name where the version fits.
    ///
    /// Cargo strips paths when it publishes, so in a directory of published packages only names and
    /// versions are left. A git dependency of the same name is another package.
    fn package_of(&self, from: usize, resolved: &ResolvedDependency) -> Option<usize> {
        let dependency = &resolved.dependency;
        if let Some(path) = &dependency.path
            && let Some(place) = paths::join(&resolved.base, path)
            && let Some(&package) = self.directory.by_place.get(place.as_str())
        {
            return Some(package);
        }
        if dependency.foreign {
            return None;
        }
        let name = dependency.package.as_deref().unwrap_or(&dependency.key);
        let required = dependency.version.as_deref().and_then(|version| VersionReq::parse(version).ok());
        let fits = |index: &usize| match (&required, &self.packages[*index].version) {
            (Some(required), Some(version)) => required.matches(version),
            _ => true,
        };
        self.nearest(from, self.directory.by_name.get(name)?.iter().copied().filter(fits))
    }

    /// The candidate of the same workspace, then with the most directories in common.
    fn nearest(&self, from: usize, candidates: impl Iterator<Item = usize>) -> Option<usize> {
        let home = &self.packages[from];
        candidates.min_by_key(|&index| {
            let package = &self.packages[index];
            let other_workspace = package.workspace != home.workspace;
            let distance = usize::MAX - common_directories(&package.directory, &home.directory);
            (other_workspace, distance, index)
        })
    }

    fn draft(&self, package: usize, target: usize, externs: &Externs, features: &[Features]) -> Draft {
        let (owner, target) = (&self.packages[package], &self.packages[package].targets[target]);
        let library = target.is_library();
        let mut hard: BTreeMap<String, Option<usize>> = BTreeMap::new();
        let mut soft: BTreeMap<String, Option<usize>> = BTreeMap::new();
        let merge = |into: &mut BTreeMap<String, Option<usize>>, from: &BTreeMap<String, Option<usize>>| {
            for (name, library) in from {
                let entry = into.entry(name.clone()).or_insert(None);
                *entry = entry.or(*library);
            }
        };
        if target.kind == TargetKind::BuildScript {
            merge(&mut hard, &externs.build);
        } else {
            merge(&mut hard, &externs.normal);
            merge(if library { &mut soft } else { &mut hard }, &externs.dev);
        }
        soft.retain(|name, _| !hard.contains_key(name));
        if !library
            && target.kind != TargetKind::BuildScript
            && let Some(own) = self.library_of[package]
        {
            let (package, target) = self.places[own];
            hard.insert(self.packages[package].targets[target].name.clone(), Some(own));
        }
        let name = |(name, library): (String, Option<usize>)| (Name::new(&name), library);
        Draft {
            spec: CrateSpec {
                name: Name::new(&target.name),
                package: if owner.manifest.is_some() { owner.name.clone() } else { String::new() },
                kind: target.kind,
                root: target.root.clone(),
                edition: target.edition,
                dependencies: Vec::new(),
                features: features[package].on(),
            },
            manifest: owner.manifest.clone(),
            hard: hard.into_iter().map(name).collect(),
            soft: soft.into_iter().map(name).collect(),
        }
    }
}

fn common_directories(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}
