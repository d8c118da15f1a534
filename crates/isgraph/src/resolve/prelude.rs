//! What every module sees without an import: std's prelude, its macros, its crates.

use rustc_hash::FxHashMap;

use super::world::{ExtId, ExternalTable, Ns, Prim};
use crate::name::Name;

/// Types and traits of the 2024 prelude (the newest holds the older ones), and where they live.
const TYPES: &[(&str, &str)] = &[
    ("AsMut", "std::convert::AsMut"),
    ("AsRef", "std::convert::AsRef"),
    ("AsyncFn", "std::ops::AsyncFn"),
    ("AsyncFnMut", "std::ops::AsyncFnMut"),
    ("AsyncFnOnce", "std::ops::AsyncFnOnce"),
    ("Box", "std::boxed::Box"),
    ("Clone", "std::clone::Clone"),
    ("Copy", "std::marker::Copy"),
    ("Default", "std::default::Default"),
    ("DoubleEndedIterator", "std::iter::DoubleEndedIterator"),
    ("Drop", "std::ops::Drop"),
    ("Eq", "std::cmp::Eq"),
    ("ExactSizeIterator", "std::iter::ExactSizeIterator"),
    ("Extend", "std::iter::Extend"),
    ("Fn", "std::ops::Fn"),
    ("FnMut", "std::ops::FnMut"),
    ("FnOnce", "std::ops::FnOnce"),
    ("From", "std::convert::From"),
    ("FromIterator", "std::iter::FromIterator"),
    ("Future", "std::future::Future"),
    ("Into", "std::convert::Into"),
    ("IntoFuture", "std::future::IntoFuture"),
    ("IntoIterator", "std::iter::IntoIterator"),
    ("Iterator", "std::iter::Iterator"),
    ("Option", "std::option::Option"),
    ("Ord", "std::cmp::Ord"),
    ("PartialEq", "std::cmp::PartialEq"),
    ("PartialOrd", "std::cmp::PartialOrd"),
    ("Result", "std::result::Result"),
    ("Send", "std::marker::Send"),
    ("Sized", "std::marker::Sized"),
    ("String", "std::string::String"),
    ("Sync", "std::marker::Sync"),
    ("ToOwned", "std::borrow::ToOwned"),
    ("ToString", "std::string::ToString"),
    ("TryFrom", "std::convert::TryFrom"),
    ("TryInto", "std::convert::TryInto"),
    ("Unpin", "std::marker::Unpin"),
    ("Vec", "std::vec::Vec"),
];

const VALUES: &[(&str, &str)] = &[
    ("Err", "std::result::Result::Err"),
    ("None", "std::option::Option::None"),
    ("Ok", "std::result::Result::Ok"),
    ("Some", "std::option::Option::Some"),
    ("drop", "std::mem::drop"),
    ("align_of", "std::mem::align_of"),
    ("align_of_val", "std::mem::align_of_val"),
    ("size_of", "std::mem::size_of"),
    ("size_of_val", "std::mem::size_of_val"),
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
#[derive(Debug)]
pub(crate) struct Prelude {
    names: [FxHashMap<Name, ExtId>; 3],
    prims: FxHashMap<Name, Prim>,
    sysroot: FxHashMap<Name, ExtId>,
}

impl Prelude {
    pub(crate) fn new(externals: &ExternalTable) -> Self {
        let table = |rows: &[(&str, &str)]| -> FxHashMap<_, _> {
            rows.iter().map(|row| (Name::new(row.0), externals.path(row.1))).collect()
        };
        let std = externals.path("std");
        let macros = MACROS.iter().map(|name| Name::new(name)).map(|name| (name, externals.child(Some(std), name)));
        Self {
            names: [table(TYPES), table(VALUES), macros.collect()],
            prims: Prim::ALL.iter().map(|prim| (Name::new(prim.as_str()), *prim)).collect(),
            sysroot: table(SYSROOT),
        }
    }

    /// The meaning of `name` when nothing else gives it one.
    pub(crate) fn get(&self, name: Name, ns: Ns) -> Option<ExtId> {
        self.names[ns as usize].get(&name).copied()
    }

    /// The primitive type of that name.
    pub(crate) fn prim(&self, name: Name) -> Option<Prim> {
        self.prims.get(&name).copied()
    }

    /// The crate of that name that every crate sees.
    pub(crate) fn sysroot_crate(&self, name: Name) -> Option<ExtId> {
        self.sysroot.get(&name).copied()
    }
}

/// Names of the language's derives.
pub(crate) fn derives() -> impl Iterator<Item = &'static str> {
    DERIVES.iter().map(|row| row.0)
}

/// The trait that a derive of the language implements.
pub(crate) fn derive(externals: &ExternalTable, name: Name) -> Option<ExtId> {
    let text = name.as_str();
    DERIVES.iter().find(|row| row.0 == text).map(|row| externals.path(row.1))
}
