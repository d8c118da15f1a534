//! Rules for macros of std and of crates that are seldom in the source set, but on whose expansion the
//! interface of many projects rests. They make the items and types that the macro documents; what
//! only its implementation needs is left out.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;

use super::macros::MacroRules;
use crate::name::Name;

/// What `$crate` is in these rules: a path that starts with it is that of an external macro.
pub(crate) const KNOWN_CRATE: u32 = u32::MAX;

/// The rules of an external macro, by the names of its path.
pub(crate) fn rules(path: &[Name]) -> Option<Arc<MacroRules>> {
    static RULES: LazyLock<FxHashMap<&str, Arc<MacroRules>>> = LazyLock::new(|| {
        let serde = forward_to_deserialize_any();
        let rows = TEXTS.iter().copied().chain([("serde::forward_to_deserialize_any", serde.as_str())]);
        rows.filter_map(|(path, text)| Some((path, Arc::new(MacroRules::compile(text).ok()?)))).collect()
    });
    let path: Vec<&str> = path.iter().map(|name| name.as_str()).collect();
    let path = match path.as_slice() {
        ["serde" | "serde_core", "forward_to_deserialize_any"]
        | ["serde" | "serde_core", "de", "forward_to_deserialize_any"] => {
            "serde::forward_to_deserialize_any".to_owned()
        }
        other => other.join("::"),
    };
    RULES.get(path.as_str()).cloned()
}

const TEXTS: &[(&str, &str)] = &[
    ("std::thread_local", THREAD_LOCAL),
    ("cfg_if::cfg_if", CFG_IF),
    ("lazy_static::lazy_static", LAZY_STATIC),
    ("bitflags::bitflags", BITFLAGS),
];

const THREAD_LOCAL: &str = "
    ($($(#[$attr:meta])* $vis:vis static $name:ident : $ty:ty = $value:expr);* $(;)?) => {
        $($(#[$attr])* $vis static $name: ::std::thread::LocalKey<$ty> = { let _: $ty = $value; loop {} };)*
    }
";

const CFG_IF: &str = "
    ($(if #[cfg($meta:meta)] { $($then:tt)* }) else * else { $($last:tt)* }) => {
        $crate::cfg_if::cfg_if! { @items () ; $((($meta) ($($then)*)),)* (() ($($last)*)), }
    };
    (if #[cfg($first:meta)] { $($then:tt)* } $(else if #[cfg($meta:meta)] { $($more:tt)* })*) => {
        $crate::cfg_if::cfg_if! { @items () ; (($first) ($($then)*)), $((($meta) ($($more)*)),)* (() ()), }
    };
    (@items ($($not:meta,)*) ;) => {};
    (@items ($($not:meta,)*) ; (($($meta:meta),*) ($($items:tt)*)), $($rest:tt)*) => {
        #[cfg(all($($meta,)* not(any($($not),*))))]
        $crate::cfg_if::cfg_if! { @identity $($items)* }
        $crate::cfg_if::cfg_if! { @items ($($not,)* $($meta,)*) ; $($rest)* }
    };
    (@identity $($items:tt)*) => { $($items)* };
";

const LAZY_STATIC: &str = "
    ($($(#[$attr:meta])* $vis:vis static ref $name:ident : $ty:ty = $value:expr);* $(;)?) => {
        $(
            $(#[$attr])* $vis struct $name { __private_field: () }
            $(#[$attr])* $vis static $name: $name = $name { __private_field: () };
            impl ::std::ops::Deref for $name {
                type Target = $ty;
                fn deref(&self) -> &$ty { let _: $ty = $value; loop {} }
            }
        )*
    }
";

const BITFLAGS: &str = "
    ($(
        $(#[$outer:meta])* $vis:vis struct $name:ident : $bits:ty {
            $($(#[$inner:meta])* const $flag:tt = $value:expr);* $(;)?
        }
    )*) => { $(
        $(#[$outer])* $vis struct $name { bits: $bits }
        impl $name {
            $($(#[$inner])* pub const $flag: Self = { let _: $bits = $value; loop {} };)*
            pub const fn empty() -> Self { loop {} }
            pub const fn all() -> Self { loop {} }
            pub const fn bits(&self) -> $bits { loop {} }
            pub const fn from_bits(bits: $bits) -> ::std::option::Option<Self> { loop {} }
            pub const fn from_bits_truncate(bits: $bits) -> Self { loop {} }
            pub const fn from_bits_retain(bits: $bits) -> Self { loop {} }
            pub const fn is_empty(&self) -> bool { loop {} }
            pub const fn is_all(&self) -> bool { loop {} }
            pub const fn intersects(&self, other: Self) -> bool { loop {} }
            pub const fn contains(&self, other: Self) -> bool { loop {} }
            pub fn insert(&mut self, other: Self) { loop {} }
            pub fn remove(&mut self, other: Self) { loop {} }
            pub fn toggle(&mut self, other: Self) { loop {} }
            pub fn set(&mut self, other: Self, value: bool) { loop {} }
            pub const fn intersection(self, other: Self) -> Self { loop {} }
            pub const fn union(self, other: Self) -> Self { loop {} }
            pub const fn difference(self, other: Self) -> Self { loop {} }
            pub const fn symmetric_difference(self, other: Self) -> Self { loop {} }
            pub const fn complement(self) -> Self { loop {} }
        }
        impl ::std::ops::BitOr for $name { type Output = Self; fn bitor(self, other: Self) -> Self { loop {} } }
        impl ::std::ops::BitOrAssign for $name { fn bitor_assign(&mut self, other: Self) { loop {} } }
        impl ::std::ops::BitAnd for $name { type Output = Self; fn bitand(self, other: Self) -> Self { loop {} } }
        impl ::std::ops::BitAndAssign for $name { fn bitand_assign(&mut self, other: Self) { loop {} } }
        impl ::std::ops::BitXor for $name { type Output = Self; fn bitxor(self, other: Self) -> Self { loop {} } }
        impl ::std::ops::BitXorAssign for $name { fn bitxor_assign(&mut self, other: Self) { loop {} } }
        impl ::std::ops::Sub for $name { type Output = Self; fn sub(self, other: Self) -> Self { loop {} } }
        impl ::std::ops::SubAssign for $name { fn sub_assign(&mut self, other: Self) { loop {} } }
        impl ::std::ops::Not for $name { type Output = Self; fn not(self) -> Self { loop {} } }
    )* }
";

/// One rule per method of serde's `Deserializer` that hands its visitor to `deserialize_any`.
fn forward_to_deserialize_any() -> String {
    const PLAIN: &[&str] = &[
        "bool",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "f32",
        "f64",
        "char",
        "str",
        "string",
        "bytes",
        "byte_buf",
        "option",
        "unit",
        "seq",
        "map",
        "identifier",
        "ignored_any",
    ];
    const WITH: &[(&str, &str)] = &[
        ("unit_struct", "name: &'static str,"),
        ("newtype_struct", "name: &'static str,"),
        ("tuple", "len: usize,"),
        ("tuple_struct", "name: &'static str, len: usize,"),
        ("struct", "name: &'static str, fields: &'static [&'static str],"),
        ("enum", "name: &'static str, variants: &'static [&'static str],"),
    ];
    let mut text = String::new();
    for (name, params) in PLAIN.iter().map(|name| (*name, "")).chain(WITH.iter().copied()) {
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "(@ {name} <$de:lifetime, $v:ident>) => {{
                fn deserialize_{name}<$v>(self, {params} visitor: $v) -> ::core::result::Result<$v::Value, Self::Error>
                where $v: ::serde::de::Visitor<$de> {{ self.deserialize_any(visitor) }}
            }};"
        );
    }
    text.push_str(
        "(<$v:ident: Visitor<$de:lifetime>> $($name:ident)*) => {
            $($crate::serde::forward_to_deserialize_any! { @ $name <$de, $v> })*
        };
        ($($name:ident)*) => { $($crate::serde::forward_to_deserialize_any! { @ $name <'de, V> })* };",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rules_compile() {
        for (path, text) in TEXTS {
            assert!(MacroRules::compile(text).is_ok(), "{path}");
        }
        assert!(MacroRules::compile(&forward_to_deserialize_any()).is_ok());
    }
}
