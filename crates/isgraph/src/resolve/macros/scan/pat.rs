//! Patterns.

use super::Scanner;
use crate::resolve::macros::tokens::{Delim, Kind};

impl Scanner<'_> {
    pub(super) fn may_start_pat(&self, at: usize) -> bool {
        match self.tokens.kind(at) {
            Some(Kind::Ident | Kind::Literal) => true,
            Some(Kind::Open(delim)) => delim != Delim::Brace,
            Some(Kind::Punct(b'-')) => self.tokens.glued(at) == 1,
            Some(Kind::Punct(b'&')) => self.tokens.glued(at) == 1 || self.tokens.is_op(at, b"&&"),
            Some(Kind::Punct(b'<')) => self.tokens.glued(at) == 1 || self.tokens.is_op(at, b"<<"),
            Some(Kind::Punct(b'.')) => self.tokens.is_op(at, b".."),
            Some(Kind::Punct(b':')) => self.tokens.is_op(at, b"::"),
            _ => false,
        }
    }

    /// A pattern; with `or`, alternatives are part of it.
    pub(super) fn pat(&self, mut at: usize, or: bool) -> Option<usize> {
        if or && self.tokens.is_punct(at, b'|') {
            at += 1;
        }
        loop {
            at = self.pat_without_or(at)?;
            if or && self.tokens.is_punct(at, b'|') && self.tokens.glued(at) == 1 {
                at += 1;
            } else {
                return Some(at);
            }
        }
    }

    fn pat_without_or(&self, mut at: usize) -> Option<usize> {
        loop {
            match self.tokens.kind(at)? {
                Kind::Punct(b'&') => at += 1 + usize::from(self.tokens.is_word(at + 1, "mut")),
                Kind::Punct(b'.') if self.tokens.is_op(at, b"..") => {
                    let op = self.tokens.glued(at);
                    return Some(self.range_end(at + op).unwrap_or(at + op));
                }
                Kind::Punct(b'-') | Kind::Literal => return self.range_from(self.range_end(at)?),
                Kind::Open(Delim::Paren | Delim::Bracket) => return Some(self.tokens.tree_end(at)),
                Kind::Punct(b'<' | b':') => return self.path_pat(at),
                Kind::Ident => match self.tokens.text(at) {
                    "_" => return Some(at + 1),
                    "box" => at += 1,
                    "mut" | "ref" => {
                        at += 1 + usize::from(self.tokens.is_word(at + 1, "mut"));
                        if !self.is_segment(at) {
                            return None;
                        }
                        if !self.is_at(at + 1) {
                            return Some(at + 1);
                        }
                        at += 2;
                    }
                    "true" | "false" => return Some(at + 1),
                    "const" if self.tokens.is_open(at + 1, Delim::Brace) => {
                        return self.range_from(self.tokens.tree_end(at + 1));
                    }
                    _ if self.is_at(at + 1) => at += 2,
                    _ => return self.path_pat(at),
                },
                _ => return None,
            }
        }
    }

    fn is_at(&self, at: usize) -> bool {
        self.tokens.is_punct(at, b'@') && self.tokens.glued(at) == 1
    }

    fn path_pat(&self, at: usize) -> Option<usize> {
        let end = self.path(at, false)?;
        match self.tokens.kind(end) {
            Some(Kind::Open(Delim::Paren | Delim::Brace)) => Some(self.tokens.tree_end(end)),
            Some(Kind::Punct(b'!')) if matches!(self.tokens.kind(end + 1), Some(Kind::Open(_))) => {
                Some(self.tokens.tree_end(end + 1))
            }
            _ => self.range_from(end),
        }
    }

    /// A range's rest, if `at` is its operator.
    fn range_from(&self, at: usize) -> Option<usize> {
        if !self.tokens.is_op(at, b"..") {
            return Some(at);
        }
        let end = at + self.tokens.glued(at);
        Some(self.range_end(end).unwrap_or(end))
    }

    /// A bound of a range: a literal or a path.
    fn range_end(&self, at: usize) -> Option<usize> {
        match self.tokens.kind(at)? {
            Kind::Literal => Some(at + 1),
            Kind::Punct(b'-') => (self.tokens.kind(at + 1)? == Kind::Literal).then_some(at + 2),
            Kind::Punct(b'<' | b':') => self.path(at, false),
            Kind::Ident if self.is_segment(at) => self.path(at, false),
            Kind::Ident if self.tokens.is_word(at, "const") && self.tokens.is_open(at + 1, Delim::Brace) => {
                Some(self.tokens.tree_end(at + 1))
            }
            _ => None,
        }
    }
}
