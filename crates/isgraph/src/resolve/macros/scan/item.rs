//! Items.

use super::Scanner;
use crate::resolve::macros::tokens::{Delim, Kind};

impl Scanner<'_> {
    /// Whether an item (as against an expression) starts at `at`, after its attributes.
    pub(super) fn is_item(&self, at: usize) -> bool {
        let word = |i: usize| if self.tokens.kind(at + i) == Some(Kind::Ident) { self.tokens.text(at + i) } else { "" };
        let next = word(1);
        match word(0) {
            "use" | "mod" | "struct" | "enum" | "trait" | "type" | "impl" | "fn" | "pub" | "macro" => true,
            "extern" => true,
            "unsafe" => matches!(next, "fn" | "impl" | "trait" | "extern" | "mod" | "auto"),
            "const" => {
                !next.is_empty() && !matches!(next, "move" | "async" | "static")
                    || (next == "async" && matches!(word(2), "fn" | "unsafe" | "extern"))
            }
            "async" => matches!(next, "fn" | "unsafe" | "extern" | "gen"),
            "gen" => next == "fn",
            "static" => !next.is_empty() && !matches!(next, "move" | "async"),
            "union" => self.is_ident(at + 1),
            "auto" => next == "trait",
            "default" | "safe" => {
                matches!(next, "fn" | "impl" | "unsafe" | "async" | "const" | "extern" | "type" | "static")
            }
            "macro_rules" => self.tokens.is_punct(at + 1, b'!') && self.is_ident(at + 2),
            _ => false,
        }
    }

    /// An item with its attributes and visibility.
    pub(super) fn item(&self, at: usize) -> Option<usize> {
        let at = self.vis(self.attributes(at));
        if self.is_item(at) {
            return match self.tokens.text(at) {
                "use" | "type" => self.until_semicolon(at),
                "const" | "static" if !self.declares_function(at) => self.until_semicolon(at),
                "default"
                    if matches!(self.tokens.text(at + 1), "type" | "const") && !self.declares_function(at + 1) =>
                {
                    self.until_semicolon(at)
                }
                "macro_rules" => {
                    let end = self.tokens.tree_end(at + 3);
                    match self.tokens.kind(at + 3)? {
                        Kind::Open(Delim::Brace) => Some(end),
                        Kind::Open(_) => Some(end + usize::from(self.tokens.is_punct(end, b';'))),
                        _ => None,
                    }
                }
                _ => self.header_and_body(at),
            };
        }
        let end = self.path(at, false)?;
        if !self.tokens.is_punct(end, b'!') {
            return None;
        }
        // `m! name { … }`, the old form.
        let group = end + 1 + usize::from(self.is_ident(end + 1));
        match self.tokens.kind(group)? {
            Kind::Open(Delim::Brace) => Some(self.tokens.tree_end(group)),
            Kind::Open(_) => {
                let end = self.tokens.tree_end(group);
                Some(end + usize::from(self.tokens.is_punct(end, b';')))
            }
            _ => None,
        }
    }

    /// Whether `const` at `at` qualifies a function.
    fn declares_function(&self, at: usize) -> bool {
        self.tokens.is_word(at, "const")
            && matches!(self.tokens.text(at + 1), "fn" | "unsafe" | "async" | "extern" | "trait" | "impl" | "auto")
    }

    fn until_semicolon(&self, mut at: usize) -> Option<usize> {
        while !self.tokens.is_punct(at, b';') {
            at = match self.tokens.kind(at)? {
                Kind::Close(_) => return None,
                Kind::Open(_) => self.tokens.tree_end(at),
                _ => at + 1,
            };
        }
        Some(at + 1)
    }

    /// To the end of the first brace outside angle brackets, or to a semicolon.
    fn header_and_body(&self, mut at: usize) -> Option<usize> {
        let mut angles = 0usize;
        loop {
            match self.tokens.kind(at)? {
                Kind::Punct(b';') => return Some(at + 1),
                Kind::Open(Delim::Brace) if angles == 0 => return Some(self.tokens.tree_end(at)),
                Kind::Open(_) => {
                    at = self.tokens.tree_end(at);
                    continue;
                }
                Kind::Close(_) => return None,
                Kind::Punct(b'<') => angles += 1,
                Kind::Punct(b'>') if !self.is_arrow_head(at) => angles = angles.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
    }
}
