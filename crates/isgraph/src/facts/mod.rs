//! Facts: what one file says by itself.
//!
//! A file is cut into items by its tokens, each item is parsed by syn and lowered by itself, and
//! the syntax tree is dropped. Nothing outside this module knows that the parser is syn.

pub mod body;
mod cut;
mod display;
mod docs;
mod lex;
mod limits;
mod lower;
mod pairs;
mod parts;
mod read;
mod repair;
mod signature;
#[cfg(test)]
mod tests;
pub mod tree;

pub use body::*;
pub use display::{bound_text, impl_header, path_text, type_text};
pub use parts::{field_signature, signature_parts, variant_signature};
pub use tree::*;

/// How an expander writes `$crate` in a text to be read: this prefix and the defining crate's
/// number make one identifier, which is read as [`PathAnchor::DollarCrate`].
pub const DOLLAR_CRATE: &str = "__isgraph_dollar_crate_";

/// Reads one file. Never fails: what cannot be read is in [`FileFacts::problems`].
#[must_use]
pub fn read_file(text: &str, edition: Edition) -> FileFacts {
    // syn reads the syntax of all editions alike.
    let _ = edition;
    read::file(text)
}

/// Where a run of items stands; decides how each is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemContext {
    /// A file, module or block.
    Module,
    /// The braces of an impl.
    Impl,
    /// The braces of a trait.
    Trait,
    /// The braces of an extern block.
    Extern,
}

/// Reads a run of items, such as the expansion of a macro in item position.
#[must_use]
pub fn read_items(text: &str, context: ItemContext, edition: Edition) -> (Vec<ItemNode>, Vec<Problem>) {
    // syn reads the syntax of all editions alike.
    let _ = edition;
    read::items(text, context)
}

/// What the expansion of a macro stands for inside a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fragment {
    /// One expression.
    Expr,
    /// Statements and an optional tail (as the contents of a block; the root is a [`Expr::Block`]).
    Stmts,
}

/// Reads an expression or statements, such as the expansion of a macro in a body. `None` when
/// it is not that.
#[must_use]
pub fn read_fragment(text: &str, fragment: Fragment, edition: Edition) -> Option<Body> {
    // syn reads the syntax of all editions alike.
    let _ = edition;
    read::fragment(text, fragment)
}

/// Reads a pattern into a fresh arena (the expansion of a macro in pattern position).
#[must_use]
pub fn read_pattern(text: &str, edition: Edition) -> Option<(Arena, PatId)> {
    // syn reads the syntax of all editions alike.
    let _ = edition;
    read::pattern(text)
}

/// Reads a type into a fresh arena (the expansion of a macro in type position).
#[must_use]
pub fn read_type(text: &str, edition: Edition) -> Option<(Arena, TypeId)> {
    // syn reads the syntax of all editions alike.
    let _ = edition;
    read::ty(text)
}

/// The text of a string literal, or of a `concat!` of such.
#[must_use]
pub fn string_literal(text: &str) -> Option<String> {
    read::string_literal(text)
}

/// The arms of `cfg_select!`: the predicate (`None` for `_`), and where the arm's text stands, without
/// its braces. `None` when the text is not that.
#[must_use]
pub fn cfg_arms(text: &str) -> Option<Vec<CfgArm>> {
    read::cfg_arms(text)
}

/// An arm of `cfg_select!`: its predicate, and the range of its text.
pub type CfgArm = (Option<Cfg>, std::ops::Range<Offset>);
