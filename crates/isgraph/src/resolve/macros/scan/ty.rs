//! Types, bounds and paths.

use super::Scanner;
use crate::resolve::macros::tokens::{Delim, Kind};

impl Scanner<'_> {
    pub(super) fn may_start_type(&self, at: usize) -> bool {
        match self.tokens.kind(at) {
            Some(Kind::Ident) => {
                !self.is_keyword(at)
                    || matches!(
                        self.tokens.text(at),
                        "crate" | "self" | "Self" | "super" | "_" | "for" | "impl" | "fn" | "unsafe" | "extern" | "dyn"
                    )
            }
            Some(Kind::Open(delim)) => delim != Delim::Brace,
            Some(Kind::Lifetime) => true,
            Some(Kind::Punct(b'<')) => matches!(self.tokens.glued(at), 1) || self.tokens.is_op(at, b"<<"),
            Some(Kind::Punct(b'!' | b'*' | b'?')) => self.tokens.glued(at) == 1,
            Some(Kind::Punct(b'&')) => self.tokens.glued(at) == 1 || self.tokens.is_op(at, b"&&"),
            Some(Kind::Punct(b':')) => self.tokens.is_op(at, b"::"),
            _ => false,
        }
    }

    /// A type; with `plus`, `A + B` is one (as it is everywhere but after `&`, `as` and `->`).
    pub(super) fn ty(&self, mut at: usize, mut plus: bool) -> Option<usize> {
        loop {
            match self.tokens.kind(at)? {
                Kind::Punct(b'&') => {
                    at += 1;
                    if self.tokens.kind(at) == Some(Kind::Lifetime) {
                        at += 1;
                    }
                    if self.tokens.is_word(at, "mut") {
                        at += 1;
                    }
                    plus = false;
                }
                Kind::Punct(b'*') => {
                    if !matches!(self.tokens.text(at + 1), "const" | "mut") {
                        return None;
                    }
                    at += 2;
                    plus = false;
                }
                Kind::Punct(b'!') => return Some(at + 1),
                Kind::Punct(b'?') | Kind::Lifetime => return self.bounds(at, plus),
                Kind::Open(Delim::Bracket) => return Some(self.tokens.tree_end(at)),
                Kind::Open(Delim::Paren) => {
                    let end = self.tokens.tree_end(at);
                    return if plus && self.tokens.is_punct(end, b'+') {
                        self.bounds(end + 1, plus)
                    } else {
                        Some(end)
                    };
                }
                Kind::Ident => match self.tokens.text(at) {
                    "_" => return Some(at + 1),
                    "for" => {
                        at = self.angles(at + 1)?;
                        if self.is_segment(at) {
                            return self.bounds(at, plus);
                        }
                    }
                    "unsafe" => at += 1,
                    "extern" => at += 1 + usize::from(self.tokens.kind(at + 1) == Some(Kind::Literal)),
                    "fn" => {
                        if !self.tokens.is_open(at + 1, Delim::Paren) {
                            return None;
                        }
                        at = self.tokens.tree_end(at + 1);
                        if !self.tokens.is_op(at, b"->") {
                            return Some(at);
                        }
                        at += 2;
                        plus = false;
                    }
                    "impl" => return self.bounds(at + 1, plus),
                    "dyn" if self.may_start_bound(at + 1) => return self.bounds(at + 1, plus),
                    "typeof" => return Some(self.tokens.tree_end(at + 1)),
                    _ => return self.path_type(at, plus),
                },
                Kind::Punct(b'<' | b':') => return self.path_type(at, plus),
                _ => return None,
            }
        }
    }

    /// A path, a macro call, or a path that is the first of several bounds.
    fn path_type(&self, at: usize, plus: bool) -> Option<usize> {
        let end = self.path(at, true)?;
        if self.tokens.is_punct(end, b'!') && matches!(self.tokens.kind(end + 1), Some(Kind::Open(_))) {
            return Some(self.tokens.tree_end(end + 1));
        }
        if plus && self.is_plus(end) { self.bounds(end + 1, plus) } else { Some(end) }
    }

    fn is_plus(&self, at: usize) -> bool {
        self.tokens.is_punct(at, b'+') && self.tokens.glued(at) == 1
    }

    fn may_start_bound(&self, at: usize) -> bool {
        match self.tokens.kind(at) {
            Some(Kind::Ident) => self.is_segment(at) || matches!(self.tokens.text(at), "for" | "const" | "async"),
            Some(Kind::Lifetime | Kind::Open(Delim::Paren) | Kind::Punct(b'?' | b'~' | b'<')) => true,
            Some(Kind::Punct(b':')) => self.tokens.is_op(at, b"::"),
            _ => false,
        }
    }

    /// `A + ?B + 'c + for<'d> Fn(&'d E) -> F`; with `plus` false, the first of them alone.
    fn bounds(&self, mut at: usize, plus: bool) -> Option<usize> {
        loop {
            while matches!(self.tokens.kind(at), Some(Kind::Punct(b'?' | b'~')))
                || matches!(self.tokens.text(at), "const" | "async")
            {
                at += 1;
            }
            if self.tokens.is_word(at, "for") {
                at = self.angles(at + 1)?;
            }
            at = match self.tokens.kind(at) {
                Some(Kind::Lifetime) => at + 1,
                Some(Kind::Open(Delim::Paren | Delim::Bracket)) => self.tokens.tree_end(at),
                Some(Kind::Ident) if self.tokens.is_word(at, "use") => self.angles(at + 1)?,
                // `impl A +` may end in a plus.
                _ if !self.may_start_bound(at) => return (at > 0 && self.is_plus(at - 1)).then_some(at),
                _ => self.path(at, true)?,
            };
            if !(plus && self.is_plus(at)) {
                return Some(at);
            }
            at += 1;
        }
    }

    /// A path. In types `<` starts generic arguments, in expressions only `::<` does.
    pub(super) fn path(&self, mut at: usize, in_type: bool) -> Option<usize> {
        if self.tokens.is_punct(at, b'<') {
            at = self.angles(at)?;
            if !self.tokens.is_op(at, b"::") {
                return None;
            }
        }
        if self.tokens.is_op(at, b"::") {
            at += 2;
        }
        loop {
            if !self.is_segment(at) {
                return None;
            }
            at += 1;
            let turbofish = self.tokens.is_op(at, b"::") && self.tokens.is_punct(at + 2, b'<');
            if turbofish {
                at = self.angles(at + 2)?;
            } else if in_type && self.tokens.is_punct(at, b'<') && !self.tokens.is_op(at, b"<=") {
                at = self.angles(at)?;
            } else if in_type && self.tokens.is_open(at, Delim::Paren) && self.is_function_sugar(at) {
                at = self.tokens.tree_end(at);
                if self.tokens.is_op(at, b"->") {
                    return self.nested(|| self.ty(at + 2, false));
                }
            }
            if self.tokens.is_op(at, b"::") && self.is_segment(at + 2) {
                at += 2;
            } else {
                return Some(at);
            }
        }
    }

    /// Whether the parenthesis after a path's last name is `Fn(A)` sugar. In an attribute or a
    /// tuple struct's pattern it is not, but there the caller wants the parenthesis too.
    fn is_function_sugar(&self, at: usize) -> bool {
        at > 0 && {
            let name = self.tokens.text(at - 1);
            name.starts_with("Fn") || name.starts_with("AsyncFn") || self.tokens.is_op(self.tokens.tree_end(at), b"->")
        }
    }
}
