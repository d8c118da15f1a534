//! What every module sees without an import: std's prelude, its macros, its crates.

use rustc_hash::{FxHashMap, FxHashSet};

use super::interface::Interfaces;
use super::world::{ExternalTable, Ns, Prim, Res};
use crate::facts::Edition;
use crate::model::SymbolKind;
use crate::name::Name;

/// Names of std's prelude modules by edition, oldest first.
const MODULES: [(Edition, &str); 4] = [
    (Edition::E2015, "std::prelude::rust_2015"),
    (Edition::E2018, "std::prelude::rust_2018"),
    (Edition::E2021, "std::prelude::rust_2021"),
    (Edition::E2024, "std::prelude::rust_2024"),
];

/// Macros of std that need no import, and built-in attributes and derives that expand like them.
const MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "cfg_select",
    "column",
    "compile_error",
    "concat",
    "concat_bytes",
    "concat_idents",
    "const_format_args",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "global_asm",
    "include",
    "include_bytes",
    "include_str",
    "is_x86_feature_detected",
    "line",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "thread_local",
    "todo",
    "trace_macros",
    "try",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
    "asm",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
];

/// Where a derive of std's implements its trait; `Debug` and `Hash` are no prelude traits.
const DERIVES: &[(&str, &str)] = &[
    ("Clone", "std::clone::Clone"),
    ("Copy", "std::marker::Copy"),
    ("Debug", "std::fmt::Debug"),
    ("Default", "std::default::Default"),
    ("Eq", "std::cmp::Eq"),
    ("Hash", "std::hash::Hash"),
    ("Ord", "std::cmp::Ord"),
    ("PartialEq", "std::cmp::PartialEq"),
    ("PartialOrd", "std::cmp::PartialOrd"),
];

/// Crates that every crate sees, and where their items live: `core` and `alloc` are facets of `std`, so that there is one
/// path per item.
const SYSROOT: &[(&str, &str)] =
    &[("std", "std"), ("core", "std"), ("alloc", "std"), ("proc_macro", "proc_macro"), ("test", "test")];

/// The tables by interned name: every name that no scope declares is looked up here.
#[derive(Debug, Default)]
pub(crate) struct Prelude {
    /// By edition, in the order of [`MODULES`].
    names: [FxHashMap<(Name, Ns), Res>; 4],
    traits: [FxHashSet<Res>; 4],
    macros: FxHashMap<Name, Res>,
    derives: FxHashMap<Name, Res>,
    prims: FxHashMap<Name, Prim>,
    sysroot: FxHashMap<Name, Res>,
}

impl Prelude {
    pub(crate) fn new(interfaces: &Interfaces, externals: &ExternalTable) -> Self {
        let mut this =
            Self { prims: Prim::ALL.iter().map(|prim| (Name::new(prim.as_str()), *prim)).collect(), ..Self::default() };
        for (name, target) in SYSROOT {
            let target = Name::new(target);
            let root = interfaces.root(target).map_or_else(|| Res::Ext(externals.child(None, target)), Res::Def);
            this.sysroot.insert(Name::new(name), root);
        }
        let std = externals.path("std");
        for name in MACROS.iter().map(|name| Name::new(name)) {
            this.macros.insert(name, Res::Ext(externals.child(Some(std), name)));
        }
        let known = |path: &str| interfaces.at_path(path, Ns::Type).unwrap_or_else(|| Res::Ext(externals.path(path)));
        this.derives = DERIVES.iter().map(|row| (Name::new(row.0), known(row.1))).collect();
        for (index, (_, path)) in MODULES.iter().enumerate() {
            let Res::Def(module) = known(path) else { continue };
            for (name, ns, res) in interfaces.children(module) {
                if *ns == Ns::Macro {
                    this.macros.entry(*name).or_insert_with(|| Res::Ext(externals.child(Some(std), *name)));
                    continue;
                }
                this.names[index].insert((*name, *ns), *res);
                if let Res::Def(id) = res
                    && interfaces.kind(*id) == SymbolKind::Trait
                {
                    this.traits[index].insert(*res);
                }
            }
        }
        this
    }

    fn at(edition: Edition) -> usize {
        MODULES.iter().rposition(|row| row.0 <= edition).unwrap_or(0)
    }

    /// The meaning of `name` when nothing else gives it one.
    pub(crate) fn get(&self, edition: Edition, name: Name, ns: Ns) -> Option<Res> {
        let found = self.names[Self::at(edition)].get(&(name, ns));
        found.or_else(|| if ns == Ns::Macro { self.macros.get(&name) } else { None }).copied()
    }

    /// Whether a trait is in scope without an import.
    pub(crate) fn has_trait(&self, edition: Edition, of: Res) -> bool {
        self.traits[Self::at(edition)].contains(&of)
    }

    /// The trait that a derive of the language implements.
    pub(crate) fn derive(&self, name: Name) -> Option<Res> {
        self.derives.get(&name).copied()
    }

    /// The primitive type of that name.
    pub(crate) fn prim(&self, name: Name) -> Option<Prim> {
        self.prims.get(&name).copied()
    }

    /// The crate of that name that every crate sees.
    pub(crate) fn sysroot_crate(&self, name: Name) -> Option<Res> {
        self.sysroot.get(&name).copied()
    }
}

/// Names of the language's derives.
pub(crate) fn derives() -> impl Iterator<Item = &'static str> {
    DERIVES.iter().map(|row| row.0)
}
