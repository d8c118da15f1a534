//! Crates without a manifest, from the file names alone.

use std::collections::{BTreeMap, BTreeSet};

use super::features::Features;
use super::package::Package;
use super::target::{self, Target};
use super::{TargetKind, crate_name, mentions};
use crate::facts::Edition;
use crate::source::SourceSet;
use crate::source::manifest::Manifest;
use crate::source::paths;

/// Directories of a package that hold its own files.
const OWN: [&str; 4] = ["src", "tests", "examples", "benches"];

/// Packages inferred for the files that no package with a manifest covers.
pub(super) fn packages_of(sources: &SourceSet, known: &[Package]) -> Vec<Package> {
    // A manifest whose targets are all missing covers nothing: its files are better inferred than lost.
    let with_targets = known.iter().filter(|package| !package.targets.is_empty());
    let covered: BTreeSet<&str> = with_targets.map(|package| package.directory.as_str()).collect();
    let is_covered = |path: &str| paths::ancestors(paths::parent(path)).any(|directory| covered.contains(directory));
    let files: Vec<&str> =
        sources.files.keys().map(String::as_str).filter(|path| path.ends_with(".rs") && !is_covered(path)).collect();
    let mut packages = standard(sources, &files);
    packages.extend(flat(&files, &packages));
    if packages.is_empty() && known.iter().all(|package| package.targets.is_empty()) {
        packages = loose(sources, &files);
    }
    find_named_crates(sources, &files, known, &mut packages);
    packages
}

/// Without a manifest, only the code says which other crates of the set a package depends on.
fn find_named_crates(sources: &SourceSet, files: &[&str], known: &[Package], packages: &mut [Package]) {
    let libraries: BTreeSet<String> = known.iter().chain(&*packages).filter_map(Package::library_name).collect();
    let libraries: BTreeSet<&str> = libraries.iter().map(String::as_str).collect();
    let by_place: BTreeMap<String, usize> =
        packages.iter().enumerate().map(|(index, package)| (package.directory.clone(), index)).collect();
    for path in files {
        let owner = paths::ancestors(path).find_map(|place| by_place.get(place));
        if let (Some(&owner), Some(text)) = (owner, sources.files.get(*path)) {
            let named = mentions::crates_named(text, &libraries);
            packages[owner].named_crates.extend(named.into_iter().map(str::to_owned));
        }
    }
}

/// The name that a directory gives to what is in it.
pub(super) fn directory_name(directory: &str) -> String {
    let name = paths::file_name(directory);
    if name.is_empty() { "main".to_owned() } else { name.to_owned() }
}

/// Packages of cargo's layout: `src/lib.rs`, `src/main.rs`, `src/bin/…`, `tests/…` and so on.
fn standard(sources: &SourceSet, files: &[&str]) -> Vec<Package> {
    // Whether a directory is surely a package (it has a library or a binary), or only looks like one.
    let mut candidates: BTreeMap<&str, bool> = BTreeMap::new();
    for path in files {
        if let Some((base, sure)) = base_of(path) {
            *candidates.entry(base).or_default() |= sure;
        }
    }
    // In order of text, so that a directory comes before what is below it.
    let mut accepted = BTreeSet::new();
    for (base, sure) in candidates {
        if sure || !is_owned(base, &accepted) {
            accepted.insert(base);
        }
    }
    let package = |base: &&str| {
        let name = directory_name(base);
        let manifest = Manifest::default();
        inferred(base, target::targets_of(sources, base, &name, Edition::E2021, &manifest, &mut Vec::new()))
    };
    accepted.iter().filter_map(package).collect()
}

/// The directory that `path` makes a package by cargo's layout, and whether it surely does.
fn base_of(path: &str) -> Option<(&str, bool)> {
    let directory = paths::parent(path);
    match (paths::file_name(directory), paths::file_name(path)) {
        ("src", "lib.rs" | "main.rs") => return Some((paths::parent(directory), true)),
        (_, "build.rs") => return Some((directory, false)),
        _ => {}
    }
    let home = if paths::file_name(path) == "main.rs" { [directory, paths::parent(directory)] } else { [directory; 2] };
    home.into_iter().find_map(|home| match (paths::file_name(paths::parent(home)), paths::file_name(home)) {
        ("src", "bin") => Some((paths::parent(paths::parent(home)), true)),
        (_, "tests" | "examples" | "benches") => Some((paths::parent(home), false)),
        _ => None,
    })
}

/// Whether `directory` lies in `src`, `tests` … of a package: `src/tests/a.rs` is a module of the
/// package above, not a test of a package `src`.
fn is_owned(directory: &str, packages: &BTreeSet<&str>) -> bool {
    paths::ancestors(directory)
        .any(|below| OWN.contains(&paths::file_name(below)) && packages.contains(paths::parent(below)))
}

/// `lib.rs` and `main.rs` that stand beside their modules, without a `src`.
fn flat(files: &[&str], standard: &[Package]) -> Vec<Package> {
    let standard: BTreeSet<&str> = standard.iter().map(|package| package.directory.as_str()).collect();
    let mut roots: Vec<(&str, TargetKind, &str)> = Vec::new();
    for path in files {
        let kind = match paths::file_name(path) {
            "lib.rs" => TargetKind::Lib,
            "main.rs" => TargetKind::Bin,
            _ => continue,
        };
        roots.push((paths::parent(path), kind, path));
    }
    roots.sort_unstable();
    let mut found: BTreeMap<&str, Vec<Target>> = BTreeMap::new();
    for (directory, kind, path) in roots {
        let below_another = paths::ancestors(directory).skip(1).any(|above| found.contains_key(above));
        if !below_another && !standard.contains(directory) && !is_owned(directory, &standard) {
            let name = crate_name(&directory_name(directory));
            found.entry(directory).or_default().push(Target {
                kind,
                name,
                root: path.to_owned(),
                edition: Edition::E2021,
            });
        }
    }
    found.into_iter().filter_map(|(directory, targets)| inferred(directory, targets)).collect()
}

/// Files in no layout at all: each is a crate, unless another one declares it as a module or its
/// place makes it one.
fn loose(sources: &SourceSet, files: &[&str]) -> Vec<Package> {
    let all: BTreeSet<&str> = files.iter().copied().collect();
    let has_sources: BTreeSet<&str> = files.iter().map(|path| paths::parent(path)).collect();
    let is_module_by_place = |path: &str| {
        let directory = paths::parent(path);
        if paths::file_name(path) == "mod.rs" {
            return !directory.is_empty() && has_sources.contains(paths::parent(directory));
        }
        paths::ancestors(directory).filter(|above| !above.is_empty()).any(|above| {
            all.contains(format!("{above}.rs").as_str()) || all.contains(format!("{above}/mod.rs").as_str())
        })
    };
    let mut roots: Vec<&str> = Vec::new();
    let mut declared: BTreeSet<String> = BTreeSet::new();
    let free: Vec<&str> = files.iter().copied().filter(|path| !is_module_by_place(path)).collect();
    let declares: Vec<Vec<String>> = free.iter().map(|path| declared_files(sources, path)).collect();
    for (path, files) in free.iter().zip(&declares) {
        declared.extend(files.iter().filter(|file| file != path).cloned());
    }
    roots.extend(free.iter().filter(|path| !declared.contains(**path)));
    // Files that only declare each other in a circle have no root among them; the first one is.
    let index: BTreeMap<&str, usize> = free.iter().enumerate().map(|(index, path)| (*path, index)).collect();
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut pending = roots.clone();
    for path in &free {
        while let Some(next) = pending.pop() {
            if let Some((&next, &at)) = index.get_key_value(next)
                && reached.insert(next)
            {
                pending.extend(declares[at].iter().map(String::as_str));
            }
        }
        if !reached.contains(path) {
            roots.push(path);
            pending.push(path);
        }
    }
    roots.sort_unstable();
    roots.into_iter().filter_map(|path| inferred(path, vec![loose_target(path)])).collect()
}

fn loose_target(path: &str) -> Target {
    let stem = paths::file_name(path).trim_end_matches(".rs");
    let name = if stem == "mod" { directory_name(paths::parent(path)) } else { stem.to_owned() };
    Target { kind: TargetKind::Lib, name: crate_name(&name), root: path.to_owned(), edition: Edition::E2021 }
}

/// The files of the set that the `mod name;` of a file may mean.
fn declared_files(sources: &SourceSet, path: &str) -> Vec<String> {
    let Some(text) = sources.files.get(path) else { return Vec::new() };
    let stem = path.trim_end_matches(".rs");
    let homes = [paths::parent(path), stem];
    let names = mentions::modules_declared(text);
    let candidates = names.into_iter().flat_map(|name| {
        homes.into_iter().flat_map(move |home| {
            [paths::child(home, &format!("{name}.rs")), paths::child(home, &format!("{name}/mod.rs"))]
        })
    });
    candidates.filter(|candidate| sources.files.contains_key(candidate)).collect()
}

fn inferred(directory: &str, targets: Vec<Target>) -> Option<Package> {
    (!targets.is_empty()).then(|| Package {
        directory: directory.to_owned(),
        manifest: None,
        name: directory_name(directory),
        version: None,
        workspace: None,
        dependencies: Vec::new(),
        targets,
        features: Features::default(),
        named_crates: BTreeSet::new(),
    })
}
