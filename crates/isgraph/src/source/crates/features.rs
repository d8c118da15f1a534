//! The features that are on: a package's default and documented ones.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::manifest::{Dependency, Manifest};

/// What `default` and `[package.metadata.docs.rs]` switch on, transitively and sorted; `default`
/// itself when it is declared.
///
/// A crate that has nothing on by default still says by its documentation's features which of its
/// twins are the real ones.
///
/// An optional dependency is a feature of its own name, unless some feature names it by `dep:`.
/// `dep:x` and `x?/y` switch on no feature of this package, `x/y` switches on `x`.
pub(super) fn features_on(manifest: &Manifest) -> Vec<String> {
    let features = &manifest.features;
    let implicit = implicit_features(&manifest.dependencies, features);
    let mut on = BTreeSet::new();
    let mut pending = vec!["default"];
    pending.extend(manifest.documented.features.iter().filter_map(|entry| enabled_feature(entry)));
    if manifest.documented.all {
        pending.extend(features.keys().map(String::as_str));
        pending.extend(implicit.iter().copied());
    }
    while let Some(feature) = pending.pop() {
        let enables = features.get(feature);
        if (enables.is_none() && !implicit.contains(feature)) || !on.insert(feature) {
            continue;
        }
        pending.extend(enables.into_iter().flatten().filter_map(|entry| enabled_feature(entry)));
    }
    on.into_iter().map(str::to_owned).collect()
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
        features_on(&Manifest::read(text))
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
}
