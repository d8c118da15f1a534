//! The item cutter: a file's tokens → the extents of its items, without parsing them.
//!
//! An item is cut by token brace depth, and the members of containers (inline modules, impls,
//! traits, extern blocks) are items of their own. So one broken item costs one item.

use super::lex::{Kind, Token};
use super::limits::MAX_CONTAINERS;
use super::pairs::{Pairs, column, is_item_start, starts_line};

/// What an item's keyword says about its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `fn`, declared or defined.
    Fn,
    /// `struct`, `enum`, `union`: parsed whole.
    Data,
    /// `const`, `static`, `type`, `use`, `extern crate`: ends at a semicolon.
    Semi,
    /// `mod`.
    Mod,
    /// `impl`.
    Impl,
    /// `trait`.
    Trait,
    /// `extern "abi" { … }`.
    ExternBlock,
    /// `macro_rules! m …`, `m! …`.
    Macro,
    /// `macro m …`.
    Macro2,
    /// No item at all.
    Junk,
}

impl Shape {
    /// Whether the items in its braces are cut by themselves.
    pub(super) fn is_container(self) -> bool {
        matches!(self, Self::Mod | Self::Impl | Self::Trait | Self::ExternBlock)
    }
}

/// One cut item: indices into the token list.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// First token (of its first outer attribute or doc comment).
    pub(super) first: usize,
    /// First token after the outer attributes.
    pub(super) header: usize,
    /// The keyword that decides its shape.
    pub(super) keyword: usize,
    /// One past its last token.
    pub(super) end: usize,
    /// Its shape.
    pub(super) shape: Shape,
    /// The `{` of a container's body or a function's, when there is one.
    pub(super) body: Option<usize>,
    /// Members of a container's body.
    pub(super) children: Vec<Piece>,
    /// Containers nest too deep: the members were not cut.
    pub(super) too_deep: bool,
}

/// Cuts a run of items.
pub(super) struct Cutter<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) pairs: &'a Pairs,
}

impl Cutter<'_> {
    /// Cuts the tokens `from..to`.
    pub(super) fn cut(&self, from: usize, to: usize) -> Vec<Piece> {
        self.cut_at(from, to, 0)
    }

    fn cut_at(&self, from: usize, to: usize, depth: usize) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = from;
        while at < to {
            let piece = self.piece(at, to, depth);
            debug_assert!(piece.end > at, "the cutter always advances");
            at = piece.end;
            // A lone `;` between items says nothing, and a stray `}` is reported as such.
            if piece.shape != Shape::Junk || !(piece.end == piece.first + 1 && self.tokens[piece.first].is(b';')) {
                pieces.push(piece);
            }
        }
        pieces
    }

    /// The item that starts at `first`, in that many containers.
    pub(super) fn piece(&self, first: usize, to: usize, depth: usize) -> Piece {
        let header = self.skip_attributes(first, to);
        let (keyword, shape) = self.shape(header, to);
        let mut piece =
            Piece { first, header, keyword, end: to, shape, body: None, children: Vec::new(), too_deep: false };
        if shape == Shape::Junk {
            piece.end = self.junk_end(header.max(first), to).max(first + 1).min(to);
            return piece;
        }
        let margin = column(self.text, self.tokens[first]);
        let mut at = keyword + 1;
        let mut braced_value = shape == Shape::Semi;
        let mut angles = 0usize;
        while at < to {
            match self.tokens[at].kind {
                Kind::Punct(b'<') => angles += 1,
                Kind::Punct(b'>') if !self.tokens[at - 1].is(b'-') => angles = angles.saturating_sub(1),
                Kind::Punct(b';') => {
                    piece.end = at + 1;
                    return piece;
                }
                // A brace in a header is a const generic argument: `impl T<{ N }>`, `= { N }`.
                Kind::Open(b'{') if !braced_value && !self.is_const_argument(at) => {
                    piece.body = Some(at);
                    piece.end = self.skip(at, to);
                    if shape.is_container() {
                        if depth < MAX_CONTAINERS {
                            let end = self.pairs.inner_end(at).min(to);
                            piece.children = self.cut_at(self.skip_inner(at + 1, end), end, depth + 1);
                        } else {
                            piece.too_deep = true;
                        }
                    }
                    return piece;
                }
                // `trait A = B;`, as against the default of a parameter.
                Kind::Punct(b'=') if shape == Shape::Trait && angles == 0 => braced_value = true,
                Kind::Close(_) if !self.pairs.is_stray(at) => {
                    piece.end = at.max(first + 1);
                    return piece;
                }
                // The item was not finished: the next one starts at its margin.
                Kind::Ident | Kind::OuterDoc | Kind::Punct(b'#')
                    if is_item_start(self.text, self.tokens, at)
                        && starts_line(self.text, self.tokens, at)
                        && column(self.text, self.tokens[at]) <= margin =>
                {
                    piece.end = at;
                    return piece;
                }
                _ => {}
            }
            at = self.skip(at, to);
        }
        piece
    }

    /// Where text that is no item ends: before the next line that starts one.
    fn junk_end(&self, from: usize, to: usize) -> usize {
        let mut at = from;
        loop {
            at = self.skip(at, to);
            if at >= to
                || is_item_start(self.text, self.tokens, at) && starts_line(self.text, self.tokens, at)
                || self.tokens[at - 1].is(b';') && self.pairs.is_even()
            {
                return at;
            }
        }
    }

    /// After the token or group at `at`.
    fn skip(&self, at: usize, to: usize) -> usize {
        if at >= to { to } else { (self.pairs.close(at) + 1).min(to) }
    }

    /// Whether the brace at `at` is a const argument, by the token before it.
    fn is_const_argument(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|i| self.tokens[i]) else { return false };
        match before.kind {
            Kind::Punct(b'<' | b',' | b'=') => {
                // `where T: Into<A>, {`: the comma ends the where clause when nothing closes after.
                let after = self.tokens.get(self.pairs.close(at) + 1);
                after.is_some_and(|t| t.is(b'>') || t.is(b',') || t.is(b';') || t.is(b'='))
            }
            _ => false,
        }
    }

    /// After outer attributes and doc comments.
    fn skip_attributes(&self, mut at: usize, to: usize) -> usize {
        while at < to {
            match self.tokens[at].kind {
                Kind::OuterDoc | Kind::InnerDoc => at += 1,
                Kind::Punct(b'#') if self.kind(at + 1, to) == Some(Kind::Open(b'[')) => at = self.skip(at + 1, to),
                Kind::Punct(b'#') if self.is(at + 1, to, b'!') && self.kind(at + 2, to) == Some(Kind::Open(b'[')) => {
                    at = self.skip(at + 2, to);
                }
                _ => break,
            }
        }
        at
    }

    /// After inner attributes and inner doc comments.
    pub(super) fn skip_inner(&self, mut at: usize, to: usize) -> usize {
        while at < to {
            match self.tokens[at].kind {
                Kind::InnerDoc => at += 1,
                Kind::Punct(b'#') if self.is(at + 1, to, b'!') && self.kind(at + 2, to) == Some(Kind::Open(b'[')) => {
                    at = self.skip(at + 2, to);
                }
                _ => break,
            }
        }
        at
    }

    fn kind(&self, at: usize, to: usize) -> Option<Kind> {
        (at < to).then(|| self.tokens[at].kind)
    }

    fn is(&self, at: usize, to: usize, punct: u8) -> bool {
        self.kind(at, to) == Some(Kind::Punct(punct))
    }

    fn word(&self, at: usize, to: usize) -> &str {
        if self.kind(at, to) == Some(Kind::Ident) { self.tokens[at].text(self.text) } else { "" }
    }

    /// The keyword that decides the shape of the item whose header starts at `at`.
    fn shape(&self, mut at: usize, to: usize) -> (usize, Shape) {
        let start = at;
        while at < to {
            let shape = match self.word(at, to) {
                "pub" => {
                    at += 1;
                    if self.kind(at, to) == Some(Kind::Open(b'(')) && self.is_restriction(at, to) {
                        at = self.skip(at, to);
                    }
                    continue;
                }
                "crate" if matches!(self.kind(at + 1, to), Some(Kind::Ident)) => {
                    at += 1;
                    continue;
                }
                "fn" => Shape::Fn,
                "struct" | "enum" => Shape::Data,
                "union" if self.kind(at + 1, to) == Some(Kind::Ident) => Shape::Data,
                "use" | "static" | "type" => Shape::Semi,
                "mod" => Shape::Mod,
                "impl" => {
                    // `impl(crate) trait`: a restriction.
                    if self.kind(at + 1, to) == Some(Kind::Open(b'(')) {
                        let after = self.skip(at + 1, to);
                        if matches!(self.word(after, to), "trait" | "unsafe" | "auto" | "const") {
                            at = after;
                            continue;
                        }
                    }
                    Shape::Impl
                }
                "trait" => Shape::Trait,
                "macro" if self.kind(at + 1, to) == Some(Kind::Ident) => Shape::Macro2,
                "const" => {
                    if matches!(
                        self.word(at + 1, to),
                        "fn" | "unsafe" | "async" | "extern" | "gen" | "safe" | "trait" | "impl"
                    ) || self.word(at + 1, to) == "auto" && self.word(at + 2, to) == "trait"
                    {
                        at += 1;
                        continue;
                    }
                    Shape::Semi
                }
                "extern" => match self.kind(at + 1, to) {
                    Some(Kind::Ident) if self.word(at + 1, to) == "crate" => Shape::Semi,
                    Some(Kind::Open(b'{')) => Shape::ExternBlock,
                    Some(Kind::Literal) if self.kind(at + 2, to) == Some(Kind::Open(b'{')) => Shape::ExternBlock,
                    Some(Kind::Literal) => {
                        at += 2;
                        continue;
                    }
                    _ => {
                        at += 1;
                        continue;
                    }
                },
                "unsafe" | "async" => {
                    at += 1;
                    continue;
                }
                "auto" | "default" | "safe" | "gen" if self.kind(at + 1, to) == Some(Kind::Ident) => {
                    at += 1;
                    continue;
                }
                _ => return self.macro_call(start, at, to),
            };
            return (at, shape);
        }
        (start.min(to.saturating_sub(1)), Shape::Junk)
    }

    /// `path::to::m! …` at `at`, else junk.
    fn macro_call(&self, start: usize, at: usize, to: usize) -> (usize, Shape) {
        let mut i = at;
        loop {
            if self.is(i, to, b':') && self.is(i + 1, to, b':') {
                i += 2;
            }
            if self.is(i, to, b'$') {
                i += 1;
            }
            if self.kind(i, to) != Some(Kind::Ident) {
                return (start, Shape::Junk);
            }
            i += 1;
            if self.is(i, to, b'!') {
                return (i, Shape::Macro);
            }
            if !(self.is(i, to, b':') && self.is(i + 1, to, b':')) {
                return (start, Shape::Junk);
            }
        }
    }

    /// Whether `(` after `pub` restricts visibility (and is not a tuple field's type).
    fn is_restriction(&self, open: usize, to: usize) -> bool {
        matches!(self.word(open + 1, to), "crate" | "super" | "self" | "in")
    }
}
