//! Which of several twins under different `cfg`s a use means.
//!
//! Nothing is dropped because of its `cfg`: every twin is a symbol. The configuration only decides
//! which one a name leads to: the one that is on in the crate's documented configuration.

use crate::CfgOption;
use crate::facts::Cfg;
use crate::name::Name;

/// Keys that have exactly one value.
const SINGLE: &[&str] =
    &["target_os", "target_arch", "target_pointer_width", "target_endian", "target_env", "target_vendor", "panic"];

/// The configuration of one crate: host-like target, tests off, default and documented features, and
/// what the host says besides.
#[derive(Debug, Default)]
pub(crate) struct CfgSet {
    features: Vec<String>,
    given: Vec<CfgOption>,
}

impl CfgSet {
    pub(crate) fn new(features: Vec<String>, given: Vec<CfgOption>) -> Self {
        Self { features, given }
    }

    /// Whether a predicate holds, given predicates that hold at the place that asks.
    pub(crate) fn holds(&self, cfg: &Cfg, assumed: &[&Cfg]) -> bool {
        if assumed.iter().any(|known| implies(known, cfg)) {
            return true;
        }
        if assumed.iter().any(|known| excludes(known, cfg)) {
            return false;
        }
        match cfg {
            Cfg::All(parts) => parts.iter().all(|part| self.holds(part, assumed)),
            Cfg::Any(parts) => parts.iter().any(|part| self.holds(part, assumed)),
            Cfg::Not(part) => !self.holds(part, assumed),
            Cfg::Flag(flag) => self.flag(*flag),
            Cfg::KeyValue(key, value) => self.key_value(*key, value),
            Cfg::Literal(value) => *value,
        }
    }

    fn flag(&self, flag: Name) -> bool {
        let is_given = |name: &str| self.given.iter().any(|option| option.value.is_none() && option.name == name);
        match flag.as_str() {
            "unix" => !is_given("windows"),
            name => matches!(name, "debug_assertions" | "panic_unwind" | "overflow_checks") || is_given(name),
        }
    }

    fn key_value(&self, key: Name, value: &str) -> bool {
        let mut given = self.given.iter().filter(|option| key == *option.name && option.value.is_some());
        if given.clone().any(|option| option.value.as_deref() == Some(value)) {
            return true;
        }
        if SINGLE.contains(&key.as_str()) && given.next().is_some() {
            return false;
        }
        match key.as_str() {
            "feature" => self.features.iter().any(|feature| feature == value),
            "target_os" => value == "linux",
            "target_family" => value == "unix",
            "target_arch" => value == "x86_64",
            "target_pointer_width" => value == "64",
            "target_endian" => value == "little",
            "target_env" => value == "gnu",
            "target_vendor" => value == "unknown",
            "target_has_atomic" => matches!(value, "8" | "16" | "32" | "64" | "ptr"),
            "target_feature" => matches!(value, "sse" | "sse2" | "fxsr"),
            "panic" => value == "unwind",
            _ => false,
        }
    }
}

/// Whether `known` being true makes `cfg` true (by structure).
fn implies(known: &Cfg, cfg: &Cfg) -> bool {
    known == cfg || matches!(known, Cfg::All(parts) if parts.iter().any(|part| implies(part, cfg)))
}

/// Whether `known` being true makes `cfg` false (by structure, and because a target is one target).
fn excludes(known: &Cfg, cfg: &Cfg) -> bool {
    match (known, cfg) {
        (Cfg::All(parts), _) => parts.iter().any(|part| excludes(part, cfg)),
        (Cfg::Not(negated), _) => **negated == *cfg,
        (Cfg::Flag(a), Cfg::Flag(b)) => {
            matches!((a.as_str(), b.as_str()), ("unix", "windows") | ("windows", "unix"))
        }
        (Cfg::KeyValue(a, x), Cfg::KeyValue(b, y)) => a == b && x != y && SINGLE.contains(&a.as_str()),
        (Cfg::KeyValue(key, value), Cfg::Flag(flag)) if *key == *"target_os" => match flag.as_str() {
            "unix" => &**value == "windows",
            "windows" => &**value != "windows",
            _ => false,
        },
        (Cfg::Flag(flag), Cfg::KeyValue(key, value)) if *key == *"target_os" => match flag.as_str() {
            "windows" => &**value != "windows",
            "unix" => &**value == "windows",
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(name: &str) -> Cfg {
        Cfg::KeyValue(Name::new("feature"), name.into())
    }

    #[test]
    fn default_features_and_target_decide() {
        let set = CfgSet::new(vec!["std".into()], Vec::new());
        assert!(set.holds(&feature("std"), &[]));
        assert!(!set.holds(&feature("rt"), &[]));
        assert!(set.holds(&Cfg::Not(Box::new(Cfg::Flag(Name::new("windows")))), &[]));
        assert!(set.holds(&Cfg::Any(vec![feature("rt"), Cfg::Flag(Name::new("unix"))]), &[]));
    }

    #[test]
    fn what_the_host_says_holds_and_replaces_what_can_have_one_value() {
        let given = ["loom", "windows", "target_os=\"windows\"", "target_has_atomic=\"128\""];
        let given = given.iter().filter_map(|text| text.parse().ok()).collect();
        let set = CfgSet::new(Vec::new(), given);
        let flag = |name: &str| Cfg::Flag(Name::new(name));
        let pair = |key: &str, value: &str| Cfg::KeyValue(Name::new(key), value.into());
        assert!(set.holds(&flag("loom"), &[]));
        assert!(set.holds(&flag("windows"), &[]));
        assert!(!set.holds(&flag("unix"), &[]));
        assert!(set.holds(&pair("target_os", "windows"), &[]));
        assert!(!set.holds(&pair("target_os", "linux"), &[]));
        assert!(set.holds(&pair("target_has_atomic", "128"), &[]));
        assert!(set.holds(&pair("target_has_atomic", "64"), &[]));
    }

    #[test]
    fn what_guards_the_user_is_taken_as_true() {
        let set = CfgSet::new(Vec::new(), Vec::new());
        let guard = Cfg::All(vec![feature("rt"), Cfg::Flag(Name::new("loom"))]);
        assert!(set.holds(&feature("rt"), &[&guard]));
        assert!(!set.holds(&Cfg::Not(Box::new(feature("rt"))), &[&guard]));
    }

    #[test]
    fn what_guards_the_user_shuts_its_opposite_out() {
        let set = CfgSet::new(vec!["a".into()], Vec::new());
        let (unix, windows) = (Cfg::Flag(Name::new("unix")), Cfg::Flag(Name::new("windows")));
        assert!(!set.holds(&unix, &[&windows]));
        assert!(set.holds(&Cfg::Not(Box::new(unix)), &[&windows]));
        assert!(!set.holds(&feature("a"), &[&Cfg::Not(Box::new(feature("a")))]));
        let os = |os: &str| Cfg::KeyValue(Name::new("target_os"), os.into());
        assert!(!set.holds(&os("linux"), &[&os("macos")]));
        assert!(!set.holds(&os("linux"), &[&windows]));
    }
}
