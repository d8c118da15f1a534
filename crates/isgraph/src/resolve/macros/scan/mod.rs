//! How far a fragment reaches: scanners over tokens for each fragment specifier.
//!
//! A scanner answers where the fragment that starts at a token ends, and builds no tree: the
//! matcher needs the extent alone, a call may hand in ten thousand fragments, and a parser that
//! recurses would meet input of any depth here. It accepts all that the language accepts and
//! some more: a macro that compiles has no fragment that the language rejects.

mod expr;
mod item;
mod pat;
mod ty;

use std::cell::Cell;

use super::tokens::{Delim, Kind, Tokens};

/// A fragment specifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Specifier {
    Ident,
    Lifetime,
    Literal,
    Tt,
    Block,
    Stmt,
    Expr,
    Ty,
    Pat,
    PatParam,
    Path,
    Vis,
    Item,
    Meta,
}

impl Specifier {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "ident" => Self::Ident,
            "lifetime" => Self::Lifetime,
            "literal" => Self::Literal,
            "tt" => Self::Tt,
            "block" => Self::Block,
            "stmt" => Self::Stmt,
            "expr" | "expr_2021" => Self::Expr,
            "ty" => Self::Ty,
            "pat" => Self::Pat,
            "pat_param" => Self::PatParam,
            "path" => Self::Path,
            "vis" => Self::Vis,
            "item" => Self::Item,
            "meta" => Self::Meta,
            _ => return None,
        })
    }
}

/// What nests without delimiters (`if if … {} {}`, `Fn() -> Fn() -> …`) does so at most this
/// deep; real code nests two deep.
const MAX_NESTING: u32 = 32;

/// Reads fragments out of one run of tokens.
pub(super) struct Scanner<'a> {
    tokens: &'a Tokens,
    /// `_` and `const {}` are expressions, as for `$e:expr` since edition 2024.
    wide_expr: bool,
    nesting: Cell<u32>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(tokens: &'a Tokens, wide_expr: bool) -> Self {
        Self { tokens, wide_expr, nesting: Cell::new(0) }
    }

    /// Whether a fragment of that kind may start at `at`: what rustc asks before it commits itself
    /// to parsing one.
    pub(super) fn may_start(&self, specifier: Specifier, at: usize) -> bool {
        let Some(kind) = self.tokens.kind(at) else { return false };
        if matches!(kind, Kind::Close(_)) {
            return false;
        }
        match specifier {
            Specifier::Tt | Specifier::Item | Specifier::Stmt => true,
            Specifier::Ident => kind == Kind::Ident && self.tokens.text(at) != "_",
            Specifier::Lifetime => kind == Kind::Lifetime,
            Specifier::Literal => match kind {
                Kind::Literal | Kind::Punct(b'-') => true,
                Kind::Ident => matches!(self.tokens.text(at), "true" | "false"),
                _ => false,
            },
            Specifier::Block => kind == Kind::Open(Delim::Brace),
            Specifier::Path | Specifier::Meta => kind == Kind::Ident || self.tokens.is_op(at, b"::"),
            Specifier::Vis => kind == Kind::Ident || self.tokens.is_punct(at, b',') || self.may_start_type(at),
            Specifier::Ty => self.may_start_type(at),
            Specifier::Expr => {
                !self.tokens.is_word(at, "let")
                    && (self.wide_expr || !self.tokens.is_word(at, "const"))
                    && ((self.wide_expr && self.tokens.is_word(at, "_")) || self.may_start_expr(at))
            }
            Specifier::Pat => self.may_start_pat(at) || (self.tokens.is_punct(at, b'|') && self.tokens.glued(at) == 1),
            Specifier::PatParam => self.may_start_pat(at),
        }
    }

    /// The end of the fragment that starts at `at`, or `None` when there is none.
    pub(super) fn end_of(&self, specifier: Specifier, at: usize) -> Option<usize> {
        let kind = self.tokens.kind(at)?;
        match specifier {
            Specifier::Ident | Specifier::Lifetime => Some(at + 1),
            Specifier::Tt => (!matches!(kind, Kind::Close(_))).then(|| self.tokens.tree_end(at)),
            Specifier::Literal => {
                let at = at + usize::from(kind == Kind::Punct(b'-'));
                (self.tokens.kind(at)? == Kind::Literal || matches!(self.tokens.text(at), "true" | "false"))
                    .then_some(at + 1)
            }
            Specifier::Block => (kind == Kind::Open(Delim::Brace)).then(|| self.tokens.tree_end(at)),
            Specifier::Stmt => self.stmt(at),
            Specifier::Expr => self.expr(at),
            Specifier::Ty => self.ty(at, true),
            Specifier::Pat => self.pat(at, true),
            Specifier::PatParam => self.pat(at, false),
            Specifier::Path => self.path(at, true),
            Specifier::Vis => Some(self.vis(at)),
            Specifier::Item => self.item(at),
            Specifier::Meta => self.meta(at),
        }
    }

    /// Scans something that stands inside another without a delimiter between them.
    fn nested(&self, scan: impl FnOnce() -> Option<usize>) -> Option<usize> {
        if self.nesting.get() == MAX_NESTING {
            return None;
        }
        self.nesting.set(self.nesting.get() + 1);
        let end = scan();
        self.nesting.set(self.nesting.get() - 1);
        end
    }

    fn is_keyword(&self, at: usize) -> bool {
        self.tokens.kind(at) == Some(Kind::Ident) && is_reserved(self.tokens.text(at))
    }

    fn is_ident(&self, at: usize) -> bool {
        self.tokens.kind(at) == Some(Kind::Ident) && !is_reserved(self.tokens.text(at))
    }

    /// An identifier that may be a segment of a path.
    fn is_segment(&self, at: usize) -> bool {
        self.is_ident(at) || (self.is_keyword(at) && is_path_keyword(self.tokens.text(at)))
    }

    /// Index after `<…>`, which starts at `at`.
    fn angles(&self, at: usize) -> Option<usize> {
        let mut depth = 0usize;
        let mut at = at;
        loop {
            match self.tokens.kind(at)? {
                Kind::Punct(b'<') => depth += 1,
                Kind::Punct(b'>') if !self.is_arrow_head(at) => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                Kind::Punct(b';') | Kind::Close(_) => return None,
                Kind::Open(_) => {
                    at = self.tokens.tree_end(at);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Whether the `>` at `at` is the head of `->` or `=>`.
    fn is_arrow_head(&self, at: usize) -> bool {
        at > 0 && (self.tokens.is_op(at - 1, b"->") || self.tokens.is_op(at - 1, b"=>"))
    }

    /// Index after the outer attributes at `at`.
    fn attributes(&self, mut at: usize) -> usize {
        while self.tokens.is_punct(at, b'#') && self.tokens.is_open(at + 1, Delim::Bracket) {
            at = self.tokens.tree_end(at + 1);
        }
        at
    }

    fn meta(&self, at: usize) -> Option<usize> {
        if self.tokens.is_word(at, "unsafe") && self.tokens.is_open(at + 1, Delim::Paren) {
            return Some(self.tokens.tree_end(at + 1));
        }
        let end = self.path(at, true)?;
        match self.tokens.kind(end) {
            Some(Kind::Open(_)) => Some(self.tokens.tree_end(end)),
            Some(Kind::Punct(b'=')) if self.tokens.glued(end) == 1 => self.expr(end + 1),
            _ => Some(end),
        }
    }

    fn vis(&self, at: usize) -> usize {
        if !self.tokens.is_word(at, "pub") {
            return at;
        }
        let inner = at + 2;
        let restricted = self.tokens.is_open(at + 1, Delim::Paren)
            && (self.tokens.is_word(inner, "in")
                || (matches!(self.tokens.text(inner), "crate" | "self" | "super")
                    && matches!(self.tokens.kind(inner + 1), Some(Kind::Close(_)))));
        if restricted { self.tokens.tree_end(at + 1) } else { at + 1 }
    }
}

/// Keywords of every edition, `_` included; raw identifiers are not among them.
fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "_" | "as"
            | "async"
            | "await"
            | "break"
            | "const"
            | "continue"
            | "crate"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "fn"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "pub"
            | "ref"
            | "return"
            | "self"
            | "Self"
            | "static"
            | "struct"
            | "super"
            | "trait"
            | "true"
            | "type"
            | "unsafe"
            | "use"
            | "where"
            | "while"
            | "abstract"
            | "become"
            | "box"
            | "do"
            | "final"
            | "macro"
            | "override"
            | "priv"
            | "typeof"
            | "unsized"
            | "virtual"
            | "yield"
    )
}

fn is_path_keyword(word: &str) -> bool {
    matches!(word, "crate" | "self" | "Self" | "super")
}
