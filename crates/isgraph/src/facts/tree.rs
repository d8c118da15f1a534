//! The facts of one file: a tree of items, each a pure function of its own text.
//!
//! Positions are byte offsets relative to the item they stand in ([`Offset`]); an item's own place
//! is held by the [`ItemNode`] around it. So an item's facts can be keyed by the hash of its text
//! and shared by every file, branch and version that holds the same text.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::body::{Arena, Body, BoundList, ExprId, PatId, PathId, TypeId};
use crate::name::Name;

/// A byte offset relative to the start of the item's text.
pub type Offset = u32;

/// An edition of Rust.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Edition {
    /// Rust 2015: paths in `use` start at the crate root.
    E2015,
    /// Rust 2018.
    E2018,
    /// Rust 2021.
    #[default]
    E2021,
    /// Rust 2024.
    E2024,
}

/// What one file says by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Inner attributes of the file (`#![…]`) and its `//!` docs.
    pub attrs: Attrs,
    /// Top-level items in source order; `offset`s are absolute in the file.
    pub items: Vec<ItemNode>,
    /// Start offset of every line; `lines[0] == 0`.
    pub lines: Arc<[u32]>,
    /// Length of the text in bytes.
    pub len: u32,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A part of a file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where, absolute in the file.
    pub offset: Offset,
    /// Stable code: `PARSE`, `TOO_DEEP`, `TOO_LARGE`.
    pub code: ProblemCode,
    /// One sentence.
    pub message: String,
}

/// Why a part of a file could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ProblemCode {
    /// It is not Rust (or half-typed Rust).
    Parse,
    /// Nested deeper than the limit.
    TooDeep,
    /// Larger than the limit.
    TooLarge,
}

impl ProblemCode {
    /// The diagnostic's code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Parse => "PARSE",
            Self::TooDeep => "TOO_DEEP",
            Self::TooLarge => "TOO_LARGE",
        }
    }
}

/// An item in its place.
///
/// `children` are the members of an inline module, impl, trait or extern block (offsets relative
/// to *this node's* start). Items nested in a function's body are in [`Body::items`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemNode {
    /// Start of the item's text (its first attribute or token), relative to the parent node or file.
    pub offset: Offset,
    /// Length of the whole text, members included.
    pub len: u32,
    /// The item, without its members.
    pub facts: Arc<ItemFacts>,
    /// Members, in source order.
    pub children: Vec<ItemNode>,
}

/// One item, a pure function of its text (of a container: of its header's text).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFacts {
    /// 128-bit BLAKE3 of the whole item's text (of a container, its members included).
    pub content_hash: u128,
    /// Attributes that matter.
    pub attrs: OwnAttrs,
    /// Visibility as written.
    pub visibility: Visibility,
    /// Its name; `_` for `const _` and for items without one (impl, use, extern block, macro call).
    pub name: Name,
    /// Where the name stands; of an impl, its `impl` keyword; else the item's first keyword.
    pub name_offset: Offset,
    /// The header as written, without attributes, body, or a trailing `;`/`,`, white space and
    /// comments normalised to one canonical spacing, so that it depends on tokens only.
    pub signature: Box<str>,
    /// Types, paths and patterns of the header.
    pub arena: Arena,
    /// What it is.
    pub kind: ItemKind,
}

/// The attributes of an item that matter to the graph.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attrs {
    /// All `#[cfg(…)]` of the item, and-ed.
    pub cfg: Option<Cfg>,
    /// First paragraph of the docs, lines joined by a space.
    pub docs: Option<Box<str>>,
    /// `#[path = "…"]`.
    pub path: Option<Box<str>>,
    /// `#[cfg_attr(predicate, path = "…")]`: each with its predicate, in source order.
    pub conditional_paths: Vec<(Cfg, Box<str>)>,
    /// `#[derive(…)]`, also inside `cfg_attr`: the path's names and the offset of its last name.
    pub derives: Vec<AttrPath>,
    /// Any other attribute that is not built into the language (`tokio::main`, `async_trait` …).
    pub macros: Vec<AttrPath>,
    /// Flags of built-in attributes.
    pub flags: AttrFlags,
    /// `#[macro_use(a, b)]`: the listed names (empty: all).
    pub macro_use: Vec<Name>,
}

/// The attributes of an item, field or variant in one word: most have none.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OwnAttrs(Option<Box<Attrs>>);

impl From<Attrs> for OwnAttrs {
    fn from(attrs: Attrs) -> Self {
        Self((attrs != Attrs::default()).then(|| Box::new(attrs)))
    }
}

impl std::ops::Deref for OwnAttrs {
    type Target = Attrs;

    fn deref(&self) -> &Attrs {
        static NONE: Attrs = Attrs {
            cfg: None,
            docs: None,
            path: None,
            conditional_paths: Vec::new(),
            derives: Vec::new(),
            macros: Vec::new(),
            flags: AttrFlags::NONE,
            macro_use: Vec::new(),
        };
        self.0.as_deref().unwrap_or(&NONE)
    }
}

impl std::fmt::Debug for OwnAttrs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

/// A path in an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttrPath {
    /// Its names, `::`-separated; a leading `::` is an empty first name.
    pub segments: Vec<Name>,
    /// Offset of the last name.
    pub offset: Offset,
    /// What is given to it: the text between its delimiters or after its `=`, and where that starts.
    pub args: Option<(Box<str>, Offset)>,
}

/// Flags of built-in attributes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent attributes, each present or absent")]
pub struct AttrFlags {
    /// `#[test]`, `#[bench]`, or an attribute whose last name is `test` (`tokio::test`, `rstest` …).
    pub test: bool,
    /// `#[macro_export]`.
    pub macro_export: bool,
    /// `#[macro_use]`.
    pub macro_use: bool,
    /// `#![no_std]` / `#![no_core]`.
    pub no_std: bool,
    /// `#![no_implicit_prelude]`.
    pub no_implicit_prelude: bool,
    /// `#[proc_macro]`, `#[proc_macro_derive]`, `#[proc_macro_attribute]`.
    pub proc_macro: bool,
    /// `#[fundamental]`-free marker: `#[non_exhaustive]`.
    pub non_exhaustive: bool,
    /// `#[deprecated]`.
    pub deprecated: bool,
    /// `#[rustc_builtin_macro]`: the compiler itself expands the macro; its rules only say what it takes.
    pub builtin_macro: bool,
    /// `#[prelude_import]`: what a glob import brings is the crate's prelude.
    pub prelude_import: bool,
    /// `#[unstable]`: of the standard library, and not for stable code.
    pub unstable: bool,
}

impl AttrFlags {
    const NONE: Self = Self {
        test: false,
        macro_export: false,
        macro_use: false,
        no_std: false,
        no_implicit_prelude: false,
        proc_macro: false,
        non_exhaustive: false,
        deprecated: false,
        builtin_macro: false,
        prelude_import: false,
        unstable: false,
    };
}

/// A `cfg` predicate.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Cfg {
    /// `all(…)`.
    All(Vec<Cfg>),
    /// `any(…)`.
    Any(Vec<Cfg>),
    /// `not(…)`.
    Not(Box<Cfg>),
    /// `unix`, `test` …
    Flag(Name),
    /// `feature = "…"` …
    KeyValue(Name, Box<str>),
    /// `true` or `false`.
    Literal(bool),
}

/// Visibility as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visibility {
    /// Nothing written.
    #[default]
    Inherited,
    /// `pub`.
    Public,
    /// `pub(crate)`.
    Crate,
    /// `pub(super)`, `pub(self)`, `pub(in path)`: the path in the item's arena.
    Restricted(PathId),
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemKind {
    /// A function, or a method of an impl or trait.
    Fn(FnFacts),
    /// A struct.
    Struct(Generics, Fields),
    /// A union.
    Union(Generics, Fields),
    /// An enum.
    Enum(Generics, Vec<VariantFacts>),
    /// A trait; members are the node's children.
    Trait(TraitFacts),
    /// `trait A = B + C;`
    TraitAlias(Generics, BoundList),
    /// An impl; members are the node's children.
    Impl(ImplFacts),
    /// A type alias, or an associated type (then `bounds` may be given and `ty` missing).
    TypeAlias {
        /// Its generics.
        generics: Generics,
        /// Bounds of an associated type.
        bounds: BoundList,
        /// What it stands for; of a trait's associated type, its default.
        ty: Option<TypeId>,
    },
    /// A constant, free or associated.
    Const {
        /// Its type.
        ty: TypeId,
        /// Its value.
        body: Option<Arc<Body>>,
        /// Its generics (unstable, but parsed).
        generics: Generics,
    },
    /// A static.
    Static {
        /// Its type.
        ty: TypeId,
        /// Its value.
        body: Option<Arc<Body>>,
        /// `static mut`.
        mutable: bool,
    },
    /// A module; `inline` ones have children.
    Mod {
        /// `mod m { … }` as against `mod m;`.
        inline: bool,
    },
    /// A `use` declaration, flattened to its leaves.
    Use(Vec<UseLeaf>),
    /// `extern crate name as rename;`: [`ItemFacts::name`] is the crate's name.
    ExternCrate {
        /// `as rename`, `_` included.
        rename: Option<Name>,
    },
    /// `extern "C" { … }`; members are the node's children.
    ExternBlock,
    /// A `macro_rules!` definition or a `macro` 2.0 item.
    MacroDef(MacroDef),
    /// A macro invocation in item position.
    MacroCall(MacroCall),
    /// `global_asm!` and what only the compiler knows.
    Other,
}

/// A function's header and body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FnFacts {
    /// Its generics.
    pub generics: Generics,
    /// The `self` parameter.
    pub receiver: Option<Receiver>,
    /// Parameters after `self`.
    pub params: Vec<Param>,
    /// Return type; `None` for `()` left out.
    pub ret: Option<TypeId>,
    /// `async`, `const` …
    pub qualifiers: FnQualifiers,
    /// The body; `None` for a declaration.
    pub body: Option<Arc<Body>>,
}

/// Qualifiers of a function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent keywords, each present or absent")]
pub struct FnQualifiers {
    /// `const`.
    pub is_const: bool,
    /// `async`.
    pub is_async: bool,
    /// `unsafe`.
    pub is_unsafe: bool,
    /// `extern "abi"`; the string is empty for a bare `extern`.
    pub abi: Option<Box<str>>,
    /// `...`.
    pub is_variadic: bool,
    /// `default fn`.
    pub is_default: bool,
}

/// A `self` parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Receiver {
    /// `self`, `mut self`.
    Value,
    /// `&self`.
    Ref,
    /// `&mut self`.
    RefMut,
    /// `self: T`.
    Typed(TypeId),
}

/// A parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Param {
    /// Its pattern, in the item's arena.
    pub pat: PatId,
    /// Its type.
    pub ty: TypeId,
}

/// Generic parameters and where clause.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generics {
    /// Parameters in order.
    pub params: Vec<GenericParamFacts>,
    /// Where predicates in order.
    pub predicates: Vec<WherePredicateFacts>,
}

/// A generic parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenericParamFacts {
    /// Its name; a lifetime's without the quote.
    pub name: Name,
    /// Where the name stands.
    pub offset: Offset,
    /// What it is.
    pub kind: GenericParamKind,
}

/// What a generic parameter is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum GenericParamKind {
    /// `'a: 'b`.
    Lifetime,
    /// `T: Bound = Default`.
    Type {
        /// Inline bounds.
        bounds: BoundList,
        /// Default.
        default: Option<TypeId>,
    },
    /// `const N: usize = 3`.
    Const {
        /// Its type.
        ty: TypeId,
        /// Default.
        default: Option<ExprId>,
    },
}

/// A where predicate on a type. Predicates on lifetimes are in the printed signature only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WherePredicateFacts {
    /// The bounded type.
    pub ty: TypeId,
    /// The bounds.
    pub bounds: BoundList,
}

/// A trait's header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraitFacts {
    /// Its generics.
    pub generics: Generics,
    /// Supertraits.
    pub supertraits: BoundList,
    /// `unsafe trait`.
    pub is_unsafe: bool,
    /// `auto trait`.
    pub is_auto: bool,
}

/// An impl's header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImplFacts {
    /// Its generics.
    pub generics: Generics,
    /// The trait of a trait impl.
    pub of_trait: Option<PathId>,
    /// `impl !Trait for T`.
    pub negative: bool,
    /// The self type.
    pub self_ty: TypeId,
    /// `unsafe impl`.
    pub is_unsafe: bool,
}

/// Fields of a struct, union or variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fields {
    /// No fields and no braces.
    Unit,
    /// `(A, B)`; names are `0`, `1` …
    Tuple(Vec<FieldFacts>),
    /// `{ a: A }`.
    Named(Vec<FieldFacts>),
}

impl Fields {
    /// The fields, whatever their form.
    #[must_use]
    pub fn as_slice(&self) -> &[FieldFacts] {
        match self {
            Self::Unit => &[],
            Self::Tuple(fields) | Self::Named(fields) => fields,
        }
    }
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFacts {
    /// Its name, or its number in a tuple.
    pub name: Name,
    /// Where the name stands (of a tuple field, its type's first token).
    pub offset: Offset,
    /// Its type.
    pub ty: TypeId,
    /// Its type as written, in canonical spacing.
    pub ty_text: Box<str>,
    /// Its visibility.
    pub visibility: Visibility,
    /// Its visibility as written, in canonical spacing.
    pub visibility_text: Box<str>,
    /// Its attributes.
    pub attrs: OwnAttrs,
}

/// A variant of an enum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantFacts {
    /// Its name.
    pub name: Name,
    /// Where the name stands.
    pub offset: Offset,
    /// End of the variant's text.
    pub end: Offset,
    /// Its fields.
    pub fields: Fields,
    /// Its discriminant.
    pub discriminant: Option<Arc<Body>>,
    /// Its attributes.
    pub attrs: OwnAttrs,
}

/// One leaf of a `use` tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseLeaf {
    /// Where the path starts.
    pub anchor: PathAnchor,
    /// Names after the anchor, each with its offset. `self` at the end of a group is dropped and
    /// sets `kind` to [`UseKind::SelfModule`].
    pub segments: Vec<(Name, Offset)>,
    /// What it brings in.
    pub kind: UseKind,
}

/// What a `use` leaf brings in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UseKind {
    /// The last name, in every namespace, under its own name or another.
    Name {
        /// `as other`; `_` included.
        rename: Option<Name>,
    },
    /// `path::{self}`: the last name in the type namespace only.
    SelfModule {
        /// `self as other`.
        rename: Option<Name>,
    },
    /// `path::*`.
    Glob,
}

/// How a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PathAnchor {
    /// Nothing special: the first segment is looked up.
    Plain,
    /// A leading `::`.
    Global,
    /// `crate`.
    Crate,
    /// `self`, then that many `super`s (0 for `self` alone).
    Super(u8),
    /// `Self` (in types and expressions); the remaining segments follow.
    SelfType,
    /// `$crate` of a macro: the number of the defining crate, given by the expander.
    DollarCrate(u32),
}

/// A definition of a macro by rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacroDef {
    /// The text between the outer delimiters (of `macro m(…) {…}`: the whole text after the name).
    pub text: Arc<str>,
    /// Where that text starts.
    pub offset: Offset,
    /// `macro` as against `macro_rules!`.
    pub is_macro2: bool,
}

/// A macro invocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacroCall {
    /// The macro's path.
    pub path: PathId,
    /// The text between the delimiters.
    pub text: Arc<str>,
    /// Where that text starts.
    pub offset: Offset,
    /// The delimiter that was used.
    pub delimiter: Delimiter,
    /// In item position `m! name {…}` (old style): the name.
    pub ident: Option<(Name, Offset)>,
    /// In expression, statement and pattern position: the arguments read as expressions, in the
    /// way of the well-known macros, else by commas and semicolons; `None` when that fails.
    pub args: Option<MacroArgs>,
}

/// A macro's arguments, read as expressions without expanding it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacroArgs {
    /// Expressions, `{captures}` of a format string included.
    pub exprs: Vec<ExprId>,
    /// `matches!(scrutinee, pattern if guard)`: read as a match; then `exprs` holds that match.
    pub is_match: bool,
}

/// A delimiter of a macro invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delimiter {
    /// `( )`.
    Parenthesis,
    /// `[ ]`.
    Bracket,
    /// `{ }`.
    Brace,
}
