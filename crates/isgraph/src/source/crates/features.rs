//! The features that are on: default and documented ones, and those that others in the set ask for.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::manifest::{Dependency, Manifest};

/// A package's features, and which of them are on.
#[derive(Debug, Clone, Default)]
pub(super) struct Features {
    /// `[features]`, and optional dependencies that are features of their own name.
    table: BTreeMap<String, Vec<String>>,
    on: BTreeSet<String>,
}

impl Features {
    /// The features of a package, with what `default` and `[package.metadata.docs.rs]` switch on.
    ///
    /// A crate that has nothing on by default still says by its documentation's features which of
    /// its twins are the real ones. An optional dependency is a feature of its own name, unless
    /// some feature names it by `dep:`.
    pub(super) fn of(manifest: &Manifest) -> Self {
        let mut table = manifest.features.clone();
        for implicit in implicit_features(&manifest.dependencies, &manifest.features) {
            table.entry(implicit.to_owned()).or_default();
        }
        let mut features = Self { table, on: BTreeSet::new() };
        features.switch_on("default");
        for entry in &manifest.documented.features {
            features.switch_on(entry);
        }
        if manifest.documented.all {
            features.on.extend(features.table.keys().cloned());
        }
        features
    }

    /// Switches on what an entry such as `a`, `dep:a`, `a/b` or `a?/b` stands for, transitively,
    /// and says whether anything changed. A feature that is not declared is passed over.
    ///
    /// `dep:x` and `x?/y` switch on no feature of this package, `x/y` switches on `x`.
    pub(super) fn switch_on(&mut self, entry: &str) -> bool {
        let mut pending: Vec<&str> = enabled_feature(entry).into_iter().collect();
        let before = self.on.len();
        while let Some(feature) = pending.pop() {
            if let Some(enables) = self.table.get(feature)
                && !self.on.contains(feature)
            {
                self.on.insert(feature.to_owned());
                pending.extend(enables.iter().filter_map(|entry| enabled_feature(entry)));
            }
        }
        self.on.len() != before
    }

    /// The features of a dependency that this package's features ask for: `y` of `key/y`, `key?/y`.
    pub(super) fn asked_of<'f>(&'f self, key: &'f str) -> impl Iterator<Item = &'f str> {
        let entries = self.on.iter().filter_map(|feature| self.table.get(feature)).flatten();
        entries.filter_map(move |entry| {
            let (dependency, feature) = entry.split_once('/')?;
            (dependency.trim_end_matches('?') == key).then_some(feature)
        })
    }

    /// The features that are on, sorted.
    pub(super) fn on(&self) -> Vec<String> {
        self.on.iter().cloned().collect()
    }
}

/// The feature of this package that an entry such as `a`, `dep:a`, `a/b` or `a?/b` switches on.
fn enabled_feature(entry: &str) -> Option<&str> {
    if entry.starts_with("dep:") {
        return None;
    }
    match entry.split_once('/') {
        None => Some(entry),
        Some((dependency, _)) => (!dependency.ends_with('?')).then_some(dependency),
    }
}

fn implicit_features<'m>(
    dependencies: &'m [Dependency],
    features: &BTreeMap<String, Vec<String>>,
) -> BTreeSet<&'m str> {
    let explicit: BTreeSet<&str> = features
        .values()
        .flatten()
        .filter_map(|entry| entry.strip_prefix("dep:"))
        .map(|entry| entry.split_once('/').map_or(entry, |(dependency, _)| dependency))
        .collect();
    let optional = dependencies.iter().filter(|dependency| dependency.optional);
    optional.map(|dependency| dependency.key.as_str()).filter(|key| !explicit.contains(key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Vec<String> {
        Features::of(&Manifest::read(text)).on()
    }

    #[test]
    fn defaults_are_closed_transitively() {
        let text = "[features]\ndefault = ['a']\na = ['b', 'dep:x', 'y?/z', 'w/z']\nb = ['a']\nc = []\n\
                    [dependencies]\nx = { version = '1', optional = true }\ny = { version = '1', optional = true }\n\
                    w = { version = '1', optional = true }";
        assert_eq!(on(text), ["a", "b", "default", "w"]);
    }

    #[test]
    fn optional_dependencies_are_features_unless_named_by_dep() {
        assert_eq!(
            on("[features]\ndefault = ['x']\n[dependencies]\nx = { version = '1', optional = true }"),
            ["default", "x"]
        );
        let hidden =
            "[features]\ndefault = ['x']\nf = ['dep:x']\n[dependencies]\nx = { version = '1', optional = true }";
        assert_eq!(on(hidden), ["default"]);
        assert!(on("[features]\na = []").is_empty());
    }

    #[test]
    fn features_that_are_asked_for_are_switched_on_with_theirs() {
        let text = "[features]\na = ['b', 'x/fast', 'y?/slow']\nb = []\n\
                    [dependencies]\nx = { version = '1', optional = true }\ny = '1'";
        let mut features = Features::of(&Manifest::read(text));
        assert_eq!(features.asked_of("x").count(), 0);
        assert!(features.switch_on("a") && !features.switch_on("a") && !features.switch_on("unknown"));
        assert_eq!(features.on(), ["a", "b", "x"]);
        assert_eq!(features.asked_of("x").collect::<Vec<_>>(), ["fast"]);
        assert_eq!(features.asked_of("y").collect::<Vec<_>>(), ["slow"]);
    }
}
