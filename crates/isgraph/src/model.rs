//! The plain types that every surface shows: nothing of syn, petgraph or the resolver leaks here.
//!
//! JSON and Python use these names in snake_case as they stand, JavaScript in camelCase.

use serde::{Deserialize, Serialize};

/// Dense number of a symbol in one snapshot: `0..graph.symbol_count()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SymbolId(pub u32);

impl SymbolId {
    /// The number as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[repr(u8)]
        pub enum $name { $($(#[$vmeta])* $variant),* }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word used in exports and on the command line.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// Reads the word written by [`Self::as_str`].
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

text_enum! {
    /// What a symbol is.
    SymbolKind {
        /// A crate (one cargo target) and its root module.
        Crate = "crate",
        /// A module, inline or in its own file.
        Module = "module",
        /// A free function.
        Function = "function",
        /// A function of an impl or a trait, with or without a receiver.
        Method = "method",
        /// A struct.
        Struct = "struct",
        /// An enum.
        Enum = "enum",
        /// A union.
        Union = "union",
        /// A variant of an enum.
        Variant = "variant",
        /// A named or tuple field of a struct, union or variant.
        Field = "field",
        /// A trait.
        Trait = "trait",
        /// An impl block.
        Impl = "impl",
        /// A free type alias.
        TypeAlias = "type_alias",
        /// A type declared in a trait or given by an impl.
        AssociatedType = "associated_type",
        /// A constant, free or associated.
        Const = "const",
        /// A static.
        Static = "static",
        /// A macro of this source set.
        Macro = "macro",
        /// Something of std, of a dependency, or of unknown origin.
        External = "external",
    }
}

text_enum! {
    /// What an edge says about `from` and `to`.
    EdgeKind {
        /// `from`'s body calls `to`.
        Calls = "calls",
        /// `from`'s body calls `to` and awaits the result.
        AsyncCalls = "async_calls",
        /// The type (or, for a blanket impl, the impl) `from` implements the trait `to`.
        Implements = "implements",
        /// `from` names the type or value `to`.
        Uses = "uses",
        /// `to` is declared inside `from`.
        Contains = "contains",
        /// A generic bound of `from` names the trait `to`.
        Constrains = "constrains",
        /// The trait `from` has `to` as a supertrait.
        Inherits = "inherits",
        /// `to` is an associated type or constant of the trait or impl `from`.
        Associates = "associates",
        /// The impl's item `from` stands for the trait's item `to`.
        Overrides = "overrides",
        /// The module `from` imports or re-exports `to`.
        Imports = "imports",
        /// `from` invokes the macro `to`.
        Expands = "expands",
    }
}

text_enum! {
    /// How sure an edge is.
    Confidence {
        /// Follows from the language's rules on code that was fully read.
        High = "high",
        /// Rests on something that was not read (an external type, an unexpanded macro).
        Medium = "medium",
        /// A heuristic.
        Low = "low",
    }
}

text_enum! {
    /// The rule that drew an edge.
    Reason {
        /// Lexical nesting of declarations.
        Nesting = "nesting",
        /// A path was resolved through modules and imports.
        Path = "path",
        /// A path into a type: `Type::function`, inherent.
        AssociatedFunction = "associated_function",
        /// A path into a trait or its impl: `Trait::function`, `<T as Trait>::function`, `Type::function` of a trait impl.
        TraitFunction = "trait_function",
        /// A method call on a receiver of known type, bound to an inherent method.
        InherentMethod = "inherent_method",
        /// A method call on a receiver of known type, bound to the method of that type's trait impl.
        TraitMethod = "trait_method",
        /// A method call bound to a default method of a trait that the receiver's type implements.
        DefaultMethod = "default_method",
        /// A method call bound through a generic bound or `impl Trait`.
        BoundMethod = "bound_method",
        /// A method call bound through a `dyn Trait` receiver.
        DynMethod = "dyn_method",
        /// An operator, resolved to the method of its trait's impl.
        Operator = "operator",
        /// A field access or struct literal on a known type.
        Field = "field",
        /// The header of an impl.
        ImplHeader = "impl_header",
        /// A `#[derive]`.
        Derive = "derive",
        /// A bound or supertrait as written.
        Bound = "bound",
        /// An impl item and the trait item of the same name.
        ImplItem = "impl_item",
        /// A `use` or `extern crate` declaration.
        Import = "import",
        /// A macro invocation.
        MacroCall = "macro_call",
        /// Seen only in the expansion of a macro.
        MacroExpansion = "macro_expansion",
    }
}

text_enum! {
    /// How an unresolved site is written.
    SiteForm {
        /// `path::to::name(…)`.
        Path = "path",
        /// `receiver.name(…)`.
        Method = "method",
        /// `name!(…)`.
        Macro = "macro",
    }
}

text_enum! {
    /// Why a site could not be resolved.
    Missing {
        /// The type of the receiver is not known.
        UnknownReceiver = "unknown_receiver",
        /// The receiver's type is known to be external, its interface is not.
        ExternalReceiver = "external_receiver",
        /// The receiver's type is known and has no such method in the source set.
        NoSuchMethod = "no_such_method",
        /// Several candidates fit.
        Ambiguous = "ambiguous",
        /// The path does not lead anywhere in the source set.
        UnresolvedPath = "unresolved_path",
        /// The macro's rules do not match the call, or a limit stopped its expansion.
        MacroUnexpanded = "macro_unexpanded",
        /// The path does not lead to a macro.
        UnknownMacro = "unknown_macro",
        /// The budget of the body was spent: it is too large, or built to be.
        Budget = "budget",
    }
}

impl Missing {
    /// One sentence for people.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::UnknownReceiver => "the receiver's type is not known",
            Self::ExternalReceiver => "the receiver's type is not of the source set, and what it offers is not known",
            Self::NoSuchMethod => "the receiver's type is known, and has no such method in the source set",
            Self::Ambiguous => "several fit, and nothing decides between them",
            Self::UnresolvedPath => "the path leads nowhere in the source set",
            Self::MacroUnexpanded => "the macro could not be expanded: its rules do not match, or a limit was reached",
            Self::UnknownMacro => "no macro of that name is known here",
            Self::Budget => "the work that one body may cost was spent before",
        }
    }
}

text_enum! {
    /// How bad a diagnostic is.
    Severity {
        /// Something was not read.
        Error = "error",
        /// Something was read, with a doubt.
        Warning = "warning",
        /// Worth knowing.
        Info = "info",
    }
}

/// One generic parameter, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenericParam {
    /// `'a`, `T` or `N`.
    pub name: String,
    /// `lifetime`, `type` or `const`.
    pub kind: String,
    /// Its inline bounds; of a const parameter, its type.
    pub bounds: Vec<String>,
    /// Its default, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub default: Option<String>,
}

/// One predicate of a where clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WherePredicate {
    /// The bounded type or lifetime, with its `for<'a>` if written.
    pub target: String,
    /// The bounds.
    pub bounds: Vec<String>,
}

/// One parameter of a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// The pattern, or `self`.
    pub name: String,
    /// The type as written; for a `self` shorthand its full type (`&Self`).
    pub ty: String,
}

/// The structured parts of a symbol's signature; empty parts are left out of JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureParts {
    /// Generic parameters in order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub generics: Vec<GenericParam>,
    /// Where clause predicates in order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub where_clauses: Vec<WherePredicate>,
    /// Function parameters in order, `self` included.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub parameters: Vec<Parameter>,
    /// Return type; absent for `()` left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub return_type: Option<String>,
    /// Type of a field, const, static or alias; self type of an impl.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ty: Option<String>,
    /// The trait of a trait impl.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub of_trait: Option<String>,
    /// Bounds of a trait (supertraits) or an associated type.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub bounds: Vec<String>,
    /// `async`, `const`, `unsafe`, `extern "C"`, `auto`, `default`, `mut`, `negative` … in source order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub qualifiers: Vec<String>,
}

impl SignatureParts {
    /// Whether there is nothing structured to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A node of the graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symbol {
    /// Dense number in this snapshot.
    pub id: SymbolId,
    /// What it is.
    pub kind: SymbolKind,
    /// Its own name; of an impl, its header without generics.
    pub name: String,
    /// `crate::module::Type::method`; items of a trait impl stand under `<Type as Trait>`.
    pub path: String,
    /// File, relative to the source set's root with `/`; absent for externals.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    /// 1-based line of the name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
    /// 1-based column of the name, in bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<u32>,
    /// 1-based last line of the item.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub end_line: Option<u32>,
    /// The header as written, white space normalised, without attributes and body.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub signature: String,
    /// The signature's parts.
    #[serde(skip_serializing_if = "SignatureParts::is_empty", default)]
    pub parts: SignatureParts,
    /// `pub`, `pub(crate)`, `pub(in path)` …; empty when private or not applicable.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub visibility: String,
    /// The `cfg` predicate that guards it, its parents' included; empty when none.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub cfg: String,
    /// First paragraph of its documentation.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub docs: String,
    /// A test, or declared under `cfg(test)`.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_test: bool,
    /// 128-bit BLAKE3 of kind, path and signature, in hex: the identity that survives across snapshots.
    pub sig_hash: String,
    /// 128-bit BLAKE3 of the whole item's text, in hex; empty for externals.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub content_hash: String,
}

/// A directed relation between two symbols.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// The symbol that has the relation.
    pub from: SymbolId,
    /// The symbol that it is about.
    pub to: SymbolId,
    /// Which relation.
    pub kind: EdgeKind,
    /// File of the use.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    /// 1-based line of the name at the use.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
    /// 1-based column of the name at the use, in bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<u32>,
    /// How sure it is.
    pub confidence: Confidence,
    /// The rule that drew it.
    pub reason: Reason,
}

/// A use that could not be resolved, with what it may have meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnresolvedSite {
    /// The symbol whose code holds the site.
    pub from: SymbolId,
    /// The name that was looked up.
    pub name: String,
    /// How it is written.
    pub form: SiteForm,
    /// What was missing.
    pub missing: Missing,
    /// File of the site.
    pub file: String,
    /// 1-based line of the name.
    pub line: u32,
    /// 1-based column of the name, in bytes.
    pub column: u32,
    /// Symbols of the source set that it may mean, at most [`MAX_CANDIDATES`].
    pub candidates: Vec<SymbolId>,
    /// How many there are in all.
    pub candidate_count: u32,
}

/// The most candidates kept for one unresolved site.
pub const MAX_CANDIDATES: usize = 16;

/// Something that the reader should know: what was not read, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Diagnostic {
    /// File, or the manifest or dump's label.
    pub file: String,
    /// 1-based line; 0 when it is about the whole file.
    pub line: u32,
    /// How bad it is.
    pub severity: Severity,
    /// Stable code: `PARSE`, `TOO_DEEP`, `TOO_LARGE`, `NOT_UTF8`, `UNREADABLE`, `MODULE_NOT_FOUND`, `MACRO`, `MANIFEST`, `DUMP` …
    pub code: String,
    /// One sentence for people.
    pub message: String,
}
