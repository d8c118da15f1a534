//! Expressions and statements.
//!
//! A whole expression is operands joined by binary operators; where it ends does not depend on
//! their precedence.

use super::Scanner;
use crate::resolve::macros::tokens::{Delim, Kind};

/// Where an expression stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Anywhere,
    /// The head of `if`, `match`, `while`, `for`: a brace after a path starts the block.
    Head,
}

impl Scanner<'_> {
    pub(super) fn may_start_expr(&self, at: usize) -> bool {
        match self.tokens.kind(at) {
            Some(Kind::Ident) => {
                !self.is_keyword(at)
                    || matches!(
                        self.tokens.text(at),
                        "crate"
                            | "self"
                            | "Self"
                            | "super"
                            | "async"
                            | "do"
                            | "box"
                            | "break"
                            | "const"
                            | "continue"
                            | "false"
                            | "for"
                            | "if"
                            | "let"
                            | "loop"
                            | "match"
                            | "move"
                            | "return"
                            | "static"
                            | "true"
                            | "unsafe"
                            | "while"
                            | "yield"
                            | "become"
                    )
            }
            Some(Kind::Open(_) | Kind::Literal | Kind::Lifetime) => true,
            Some(Kind::Punct(c)) => match c {
                b'!' | b'-' | b'*' | b'#' => self.tokens.glued(at) == 1,
                b'&' | b'|' => !self.tokens.is_op(at, &[c, b'=']),
                b'<' => self.tokens.glued(at) == 1 || (self.tokens.is_op(at, b"<<") && self.tokens.glued(at) == 2),
                b'.' => self.tokens.is_op(at, b".."),
                b':' => self.tokens.is_op(at, b"::"),
                _ => false,
            },
            _ => false,
        }
    }

    pub(super) fn expr(&self, at: usize) -> Option<usize> {
        self.expr_in(at, Place::Anywhere)
    }

    fn expr_in(&self, mut at: usize, place: Place) -> Option<usize> {
        loop {
            let (end, may_go_on) = self.operand(at, place)?;
            if !may_go_on {
                return Some(end);
            }
            at = self.casts(end)?;
            let op = self.binary_operator(at);
            if op == 0 {
                return Some(at);
            }
            let range = self.tokens.is_op(at, b"..");
            at += op;
            if range && !self.may_start_operand(at, place) {
                return Some(at);
            }
        }
    }

    fn may_start_operand(&self, at: usize, place: Place) -> bool {
        self.may_start_expr(at) && !(place == Place::Head && self.tokens.is_open(at, Delim::Brace))
    }

    /// How many tokens the binary operator at `at` has; 0 when there is none.
    fn binary_operator(&self, at: usize) -> usize {
        let Some(Kind::Punct(c)) = self.tokens.kind(at) else { return 0 };
        let len = self.tokens.glued(at);
        match (c, len) {
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'&' | b'|' | b'<' | b'>' | b'=', 1) => 1,
            // `a <- b` is `a < -b`.
            (b'<', 2) if self.tokens.is_op(at, b"<-") => 1,
            (b'-' | b'=', 2) if self.tokens.is_punct(at + 1, b'>') => 0,
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'&' | b'|' | b'<' | b'>' | b'=' | b'!' | b'.', 2 | 3) => len,
            _ => 0,
        }
    }

    fn casts(&self, mut at: usize) -> Option<usize> {
        while self.tokens.is_word(at, "as") {
            at = self.ty(at + 1, false)?;
        }
        Some(at)
    }

    /// Whether `start..end` binds tighter than any operator around it: a path, literal, group or
    /// call chain.
    pub(in super::super) fn is_atomic(&self, start: usize, end: usize) -> bool {
        self.primary(start, Place::Anywhere).and_then(|at| self.postfix(at)) == Some(end)
    }

    /// One operand with its prefixes and postfixes, and whether an operator may follow it.
    fn operand(&self, mut at: usize, place: Place) -> Option<(usize, bool)> {
        loop {
            match self.tokens.kind(at)? {
                Kind::Punct(b'#') => {
                    let end = self.attributes(at);
                    if end == at {
                        return None;
                    }
                    at = end;
                }
                Kind::Punct(b'-' | b'!' | b'*') => at += 1,
                Kind::Punct(b'&') => {
                    at += 1;
                    if self.tokens.is_word(at, "raw") && matches!(self.tokens.text(at + 1), "const" | "mut") {
                        at += 2;
                    } else if self.tokens.is_word(at, "mut") {
                        at += 1;
                    }
                }
                Kind::Punct(b'.') if self.tokens.is_op(at, b"..") => {
                    at += self.tokens.glued(at);
                    if !self.may_start_operand(at, place) {
                        return Some((at, false));
                    }
                }
                Kind::Punct(b'|') => match self.closure_head(at)? {
                    (end, true) => return Some((self.block(end)?, true)),
                    (end, false) => at = end,
                },
                Kind::Lifetime if self.tokens.is_punct(at + 1, b':') => at += 2,
                Kind::Ident => match self.tokens.text(at) {
                    "move" | "static" | "box" => at += 1,
                    "for" if self.tokens.is_punct(at + 1, b'<') => at = self.angles(at + 1)?,
                    "async" if !self.is_async_block(at) => {
                        // A closure: in edition 2015 `async` is a plain name.
                        if !(self.tokens.is_word(at + 1, "move") || self.tokens.is_punct(at + 1, b'|')) {
                            return Some((self.postfix(self.primary(at, place)?)?, true));
                        }
                        at += 1;
                    }
                    "const" if !self.tokens.is_open(at + 1, Delim::Brace) => at += 1,
                    "let" => {
                        at = self.pat(at + 1, true)?;
                        if !self.tokens.is_punct(at, b'=') {
                            return None;
                        }
                        at += 1;
                    }
                    "do" if self.tokens.is_word(at + 1, "yeet") => at += 1,
                    "return" | "yield" | "become" | "yeet" => {
                        if self.tokens.text(at) == "yeet" && !self.tokens.is_word(at.wrapping_sub(1), "do") {
                            return Some((self.postfix(self.primary(at, place)?)?, true));
                        }
                        at += 1;
                        if !self.may_start_operand(at, place) {
                            return Some((at, true));
                        }
                    }
                    "break" => {
                        at += 1 + usize::from(self.is_label_use(at + 1));
                        if !self.may_start_operand(at, place) {
                            return Some((at, true));
                        }
                    }
                    "continue" => return Some((at + 1 + usize::from(self.is_label_use(at + 1)), true)),
                    _ => return Some((self.postfix(self.primary(at, place)?)?, true)),
                },
                _ => return Some((self.postfix(self.primary(at, place)?)?, true)),
            }
        }
    }

    fn is_label_use(&self, at: usize) -> bool {
        self.tokens.kind(at) == Some(Kind::Lifetime) && !self.tokens.is_punct(at + 1, b':')
    }

    fn is_async_block(&self, at: usize) -> bool {
        let at = at + 1 + usize::from(self.tokens.is_word(at + 1, "move"));
        self.tokens.is_open(at, Delim::Brace)
    }

    /// The end of `|…|` or `|…| -> T`, and whether it has a return type (then a block must follow).
    fn closure_head(&self, at: usize) -> Option<(usize, bool)> {
        let mut at = at + 1;
        while !self.tokens.is_punct(at, b'|') {
            match self.tokens.kind(at)? {
                Kind::Close(_) | Kind::Punct(b';') => return None,
                Kind::Open(_) => at = self.tokens.tree_end(at),
                _ => at += 1,
            }
        }
        at += 1;
        if self.tokens.is_op(at, b"->") { Some((self.ty(at + 2, false)?, true)) } else { Some((at, false)) }
    }

    fn block(&self, at: usize) -> Option<usize> {
        self.tokens.is_open(at, Delim::Brace).then(|| self.tokens.tree_end(at))
    }

    /// An expression that ends in a block and needs no semicolon as a statement.
    fn block_like(&self, mut at: usize) -> Option<usize> {
        if self.tokens.kind(at) == Some(Kind::Lifetime) && self.tokens.is_punct(at + 1, b':') {
            at += 2;
        }
        if self.tokens.is_open(at, Delim::Brace) {
            return self.block(at);
        }
        if self.tokens.kind(at) != Some(Kind::Ident) {
            return None;
        }
        match self.tokens.text(at) {
            "if" => loop {
                at = self.block(self.head(at + 1)?)?;
                if !self.tokens.is_word(at, "else") {
                    return Some(at);
                }
                at += 1;
                if !self.tokens.is_word(at, "if") {
                    return self.block(at);
                }
            },
            "match" | "while" => self.block(self.head(at + 1)?),
            "for" if !self.tokens.is_punct(at + 1, b'<') => {
                let at = self.pat(at + 1, true)?;
                if !self.tokens.is_word(at, "in") {
                    return None;
                }
                self.block(self.head(at + 1)?)
            }
            "loop" | "unsafe" | "const" | "try" => self.block(at + 1),
            "async" | "gen" => self.block(at + 1 + usize::from(self.tokens.is_word(at + 1, "move"))),
            _ => None,
        }
    }

    fn head(&self, at: usize) -> Option<usize> {
        self.nested(|| self.expr_in(at, Place::Head))
    }

    /// A literal, group, path, macro call, struct literal or block-like expression.
    fn primary(&self, at: usize, place: Place) -> Option<usize> {
        match self.tokens.kind(at)? {
            Kind::Literal => return Some(at + 1),
            Kind::Open(_) => return Some(self.tokens.tree_end(at)),
            Kind::Punct(b'<' | b':') => {}
            Kind::Ident => match self.tokens.text(at) {
                "true" | "false" => return Some(at + 1),
                // The left side of a destructuring assignment, and of edition 2024's `expr`.
                "_" => return Some(at + 1),
                "if" | "match" | "while" | "for" | "loop" | "unsafe" | "const" => return self.block_like(at),
                "async" if self.is_async_block(at) => return self.block_like(at),
                "async" => return Some(at + 1),
                "try" | "gen" => {
                    if let Some(end) = self.block_like(at) {
                        return Some(end);
                    }
                }
                "builtin" if self.tokens.is_punct(at + 1, b'#') => {
                    return Some(self.tokens.tree_end(at + 3));
                }
                _ => {}
            },
            _ => return None,
        }
        let end = self.path(at, false)?;
        match self.tokens.kind(end) {
            Some(Kind::Punct(b'!')) if matches!(self.tokens.kind(end + 1), Some(Kind::Open(_))) => {
                Some(self.tokens.tree_end(end + 1))
            }
            Some(Kind::Open(Delim::Brace)) if place == Place::Anywhere => Some(self.tokens.tree_end(end)),
            _ => Some(end),
        }
    }

    /// `?`, calls, indices, fields and methods after a primary expression.
    fn postfix(&self, mut at: usize) -> Option<usize> {
        loop {
            match self.tokens.kind(at) {
                Some(Kind::Punct(b'?')) => at += 1,
                Some(Kind::Open(Delim::Paren | Delim::Bracket)) => at = self.tokens.tree_end(at),
                Some(Kind::Punct(b'.')) if self.tokens.glued(at) == 1 => {
                    at += 1;
                    if !matches!(self.tokens.kind(at)?, Kind::Ident | Kind::Literal) {
                        return None;
                    }
                    at += 1;
                    if self.tokens.is_op(at, b"::") {
                        at = self.angles(at + 2)?;
                    }
                }
                _ => return Some(at),
            }
        }
    }

    /// A statement without its semicolon.
    pub(super) fn stmt(&self, at: usize) -> Option<usize> {
        let start = self.attributes(at);
        if self.tokens.is_word(start, "let") {
            let mut at = self.pat(start + 1, true)?;
            if self.tokens.is_punct(at, b':') {
                at = self.ty(at + 1, true)?;
            }
            if self.tokens.is_punct(at, b'=') {
                at = self.expr(at + 1)?;
                if self.tokens.is_word(at, "else") {
                    at = self.block(at + 1)?;
                }
            }
            return Some(at);
        }
        if self.is_item(start) {
            return self.item(at);
        }
        // The empty statement.
        if self.tokens.is_punct(start, b';') {
            return Some(start + 1);
        }
        if let Some(end) = self.block_like(start).or_else(|| self.braced_macro(start)) {
            let goes_on =
                matches!(self.tokens.kind(end), Some(Kind::Punct(b'.' | b'?'))) && !self.tokens.is_op(end, b"..");
            if !goes_on {
                return Some(end);
            }
        }
        self.expr(at)
    }

    fn braced_macro(&self, at: usize) -> Option<usize> {
        let end = self.path(at, false)?;
        (self.tokens.is_punct(end, b'!') && self.tokens.is_open(end + 1, Delim::Brace))
            .then(|| self.tokens.tree_end(end + 1))
    }
}
