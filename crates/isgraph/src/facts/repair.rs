//! Repairing an item's text so that the parser reads what is whole: damage is blanked, byte for
//! byte, so that every offset stays true.

use std::borrow::Cow;

use syn::parse::Parser as _;

use super::ItemContext;
use super::cut::{Piece, Shape};
use super::lex::{Kind, Token};
use super::pairs::Pairs;

/// How deep broken statements are looked for inside broken statements.
const MAX_NESTING: usize = 6;

/// Byte ranges to blank.
pub(super) type Ranges = Vec<(u32, u32)>;

/// An item that may be damaged.
#[derive(Clone, Copy)]
pub(super) struct Patient<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) pairs: &'a Pairs,
    pub(super) piece: &'a Piece,
}

/// The text `start..end` with the ranges blanked; line ends stay.
pub(super) fn blanked<'t>(text: &'t str, start: u32, end: u32, ranges: &[(u32, u32)]) -> Cow<'t, str> {
    let part = &text[start as usize..end as usize];
    if ranges.is_empty() {
        return Cow::Borrowed(part);
    }
    let mut bytes = part.as_bytes().to_vec();
    for &(from, to) in ranges {
        let from = from.max(start) - start;
        let to = to.min(end).max(start) - start;
        for byte in bytes.get_mut(from as usize..to as usize).unwrap_or_default() {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    // Ranges are whole tokens, so this never fails; a lost item is better than a panic.
    String::from_utf8(bytes).map_or(Cow::Borrowed(part), Cow::Owned)
}

impl Patient<'_> {
    /// Tokens among `from..to` that no parser can do with: unterminated literals, conflict
    /// markers, delimiters without their other half.
    pub(super) fn damage(&self, from: usize, to: usize) -> Ranges {
        let mut ranges = Ranges::new();
        for at in from..to {
            let token = self.tokens[at];
            let broken = match token.kind {
                Kind::Bad => true,
                Kind::Open(_) => self.pairs.is_unclosed(at) && self.piece.body != Some(at),
                Kind::Close(_) => self.pairs.is_stray(at),
                _ => false,
            };
            if broken {
                ranges.push((token.start, token.end));
            }
        }
        ranges
    }

    /// What an unfinished item needs at its end.
    pub(super) fn terminator(&self, context: ItemContext) -> &'static str {
        match self.piece.body {
            Some(open) if self.pairs.is_unclosed(open) => return "}",
            Some(_) => return "",
            None => {}
        }
        let finished = self.tokens[self.piece.end - 1].is(b';');
        match self.piece.shape {
            Shape::Fn if matches!(context, ItemContext::Module | ItemContext::Impl) => "{}",
            _ if finished => "",
            Shape::Impl | Shape::Trait | Shape::ExternBlock => "{}",
            _ => ";",
        }
    }

    /// The `;` that an unfinished function ends with instead of a body.
    pub(super) fn misplaced_end(&self, context: ItemContext) -> Option<(u32, u32)> {
        let last = self.tokens[self.piece.end - 1];
        let misplaced = self.piece.shape == Shape::Fn
            && self.piece.body.is_none()
            && last.is(b';')
            && matches!(context, ItemContext::Module | ItemContext::Impl);
        misplaced.then_some((last.start, last.end))
    }

    /// Unstable qualifiers of a trait or impl that the parser keeps as tokens or rejects: `const`,
    /// and the restriction of `impl(crate) trait`.
    pub(super) fn unstable_qualifiers(&self) -> Ranges {
        let mut ranges = Ranges::new();
        let Piece { header, keyword, end, .. } = *self.piece;
        let word = |at: usize| self.tokens[at].text(self.text);
        let range = |from: usize, to: usize| (self.tokens[from].start, self.tokens[to].end);
        // `T: ~const Trait`, which `[const]` came after.
        let header_end = self.piece.body.unwrap_or(end).min(end);
        let tildes =
            (header..header_end.saturating_sub(1)).filter(|at| self.tokens[*at].is(b'~') && word(at + 1) == "const");
        ranges.extend(tildes.map(|at| range(at, at + 1)));
        if !matches!(self.piece.shape, Shape::Trait | Shape::Impl) {
            return ranges;
        }
        let mut at = header;
        while at < keyword {
            match word(at) {
                "const" => ranges.push(range(at, at)),
                "impl" => ranges.push(range(at, self.pairs.close(at + 1).min(keyword - 1))),
                _ => {}
            }
            at = self.pairs.close(at).max(at) + 1;
        }
        // `impl<T> const Trait for …`.
        let after = self.after_generics(keyword + 1, end);
        if self.piece.shape == Shape::Impl && after < end && word(after) == "const" {
            ranges.push(range(after, after));
        }
        ranges
    }

    /// After the angle brackets that may open at `at`.
    fn after_generics(&self, at: usize, end: usize) -> usize {
        let mut depth = 0usize;
        let mut i = at;
        while i < end {
            match self.tokens[i].kind {
                Kind::Punct(b'<') => depth += 1,
                Kind::Punct(b'>') if !self.tokens[i - 1].is(b'-') => depth = depth.saturating_sub(1),
                _ if depth == 0 => return i,
                _ => {}
            }
            i = self.pairs.close(i).max(i) + 1;
        }
        end
    }

    /// Everything between the braces of the item.
    pub(super) fn whole_body(&self) -> Option<(u32, u32)> {
        let open = self.piece.body?;
        let end = self.pairs.inner_end(open);
        let last = self.tokens.get(end.checked_sub(1)?)?;
        Some((self.tokens[open].end, last.end.max(self.tokens[open].end)))
    }

    /// The value of a constant or static: what follows its `=`.
    pub(super) fn value(&self) -> Option<(u32, u32)> {
        let tokens = &self.tokens[self.piece.keyword..self.piece.end];
        if self.piece.shape != Shape::Semi || !matches!(tokens[0].text(self.text), "const" | "static") {
            return None;
        }
        let equals = tokens.iter().position(|token| token.is(b'='))?;
        let last = tokens.iter().rposition(|token| !token.is(b';'))?;
        (last > equals).then(|| (tokens[equals].end, tokens[last].end))
    }

    /// The parts of the item's body that do not parse by themselves.
    pub(super) fn broken_parts(&self, damage: &Ranges) -> Ranges {
        let mut ranges = Ranges::new();
        match (self.piece.body, self.piece.shape) {
            (Some(open), Shape::Fn) => self.broken_statements(open, damage, 0, &mut ranges),
            (Some(open), Shape::Data) => self.broken_members(open, damage, &mut ranges),
            _ => {}
        }
        ranges
    }

    fn broken_statements(&self, open: usize, damage: &Ranges, nesting: usize, ranges: &mut Ranges) {
        let end = self.pairs.inner_end(open);
        let mut first = open + 1;
        let mut at = first;
        while at < end {
            let close = self.pairs.close(at).max(at);
            let next = (close + 1).min(end);
            let ends = self.tokens[at].is(b';')
                || self.tokens[at].kind == Kind::Open(b'{') && !self.goes_on(next, end)
                || next == end;
            if ends {
                self.broken_statement(first, next, damage, nesting, ranges);
                first = next;
            }
            at = next;
        }
    }

    /// Whether a statement goes on after a block.
    fn goes_on(&self, at: usize, end: usize) -> bool {
        let Some(token) = self.tokens.get(at).filter(|_| at < end) else { return false };
        match token.kind {
            Kind::Punct(punct) => !matches!(punct, b'#' | b'*' | b'&' | b'!'),
            Kind::Ident => matches!(token.text(self.text), "else" | "as"),
            _ => false,
        }
    }

    fn broken_statement(&self, first: usize, end: usize, damage: &Ranges, nesting: usize, ranges: &mut Ranges) {
        let parses = |ranges: &Ranges| {
            let (start, stop) = (self.tokens[first].start, self.tokens[end - 1].end);
            let all: Ranges = damage.iter().chain(ranges).copied().filter(|r| r.0 < stop && r.1 > start).collect();
            syn::Block::parse_within.parse_str(&blanked(self.text, start, stop, &all)).is_ok()
        };
        if parses(&Ranges::new()) {
            return;
        }
        let mut inner = Ranges::new();
        if nesting < MAX_NESTING {
            let mut at = first;
            while at < end {
                if self.tokens[at].kind == Kind::Open(b'{') {
                    self.broken_statements(at, damage, nesting + 1, &mut inner);
                    at = self.pairs.close(at).max(at);
                }
                at += 1;
            }
        }
        if !inner.is_empty() && parses(&inner) {
            ranges.append(&mut inner);
        } else {
            ranges.push((self.tokens[first].start, self.tokens[end - 1].end));
        }
    }

    fn broken_members(&self, open: usize, damage: &Ranges, ranges: &mut Ranges) {
        let end = self.pairs.inner_end(open);
        let is_enum = self.tokens[self.piece.keyword].text(self.text) == "enum";
        let mut first = open + 1;
        let mut at = first;
        let mut angles = 0usize;
        while at < end {
            let next = (self.pairs.close(at).max(at) + 1).min(end);
            match self.tokens[at].kind {
                Kind::Punct(b'<') => angles += 1,
                Kind::Punct(b'>') if !self.tokens[at - 1].is(b'-') => angles = angles.saturating_sub(1),
                _ => {}
            }
            let comma = self.tokens[at].is(b',') && angles == 0;
            if comma || next == end {
                let last = if comma { at } else { next };
                if last > first {
                    let (start, stop) = (self.tokens[first].start, self.tokens[last - 1].end);
                    let member = blanked(self.text, start, stop, damage);
                    let parses = if is_enum {
                        syn::parse_str::<syn::Variant>(&member).is_ok()
                    } else {
                        syn::Field::parse_named.parse_str(&member).is_ok()
                    };
                    if !parses {
                        ranges.push((start, self.tokens[next - 1].end));
                    }
                }
                first = next;
                angles = 0;
            }
            at = next;
        }
    }
}
