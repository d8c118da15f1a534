//! Reading: text → tokens → cut items → syn → facts, one item at a time.

use std::sync::Arc;

use syn::parse::{ParseStream, Parser as _};

use super::cut::{Cutter, Pairs, Piece, Shape};
use super::lex::{self, Kind, Token};
use super::lower::{Lines, Lower, Lowered};
use super::{Attrs, Edition, FileFacts, ItemContext, ItemFacts, ItemKind, ItemNode, MacroDef, Problem, ProblemCode};
use super::{Visibility, signature};
use crate::name::Name;

/// A text that is being read.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    text: &'a str,
    tokens: &'a [Token],
    pairs: &'a Pairs,
    lines: &'a [u32],
    edition: Edition,
    /// Reading an item inside another: the spans of the outer one are still needed.
    nested: bool,
}

/// Start offset of every line.
pub(super) fn line_starts(text: &str) -> Vec<u32> {
    let mut lines = vec![0];
    lines.extend(text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(i, _)| i as u32 + 1));
    lines
}

/// Reads a file.
pub(super) fn file(text: &str, edition: Edition) -> FileFacts {
    let lines = line_starts(text);
    let tokens = lex::lex_file(text);
    let pairs = Pairs::new(&tokens);
    let source = Source { text, tokens: &tokens, pairs: &pairs, lines: &lines, edition, nested: false };
    let cutter = Cutter { text, tokens: &tokens, pairs: &pairs };
    let start = cutter.skip_inner(0, tokens.len());
    let mut problems = Vec::new();
    let attrs = source.inner_attrs(start);
    let items = source.pieces(&cutter.cut(start, tokens.len()), ItemContext::Module, 0, &mut problems);
    proc_macro2::extra::invalidate_current_thread_spans();
    FileFacts { attrs, items, lines: lines.into(), len: text.len() as u32, problems }
}

/// Reads a run of items.
pub(super) fn items(text: &str, context: ItemContext, edition: Edition) -> (Vec<ItemNode>, Vec<Problem>) {
    let lines = line_starts(text);
    let tokens = lex::lex(text);
    let pairs = Pairs::new(&tokens);
    let source = Source { text, tokens: &tokens, pairs: &pairs, lines: &lines, edition, nested: false };
    let cutter = Cutter { text, tokens: &tokens, pairs: &pairs };
    let mut problems = Vec::new();
    let items = source.pieces(&cutter.cut(0, tokens.len()), context, 0, &mut problems);
    proc_macro2::extra::invalidate_current_thread_spans();
    (items, problems)
}

impl<'a> Source<'a> {
    /// Where a piece starts and ends.
    fn extent(&self, piece: &Piece) -> (u32, u32) {
        (self.tokens[piece.first].start, self.tokens[piece.end - 1].end)
    }

    /// Inner attributes and docs of the file: the tokens before `end`.
    fn inner_attrs(&self, end: usize) -> Attrs {
        let (Some(first), Some(last)) = (self.tokens.first(), end.checked_sub(1).map(|last| self.tokens[last])) else {
            return Attrs::default();
        };
        let text = &self.text[first.start as usize..last.end as usize];
        let mut lower = self.lower(text, first.start);
        match syn::Attribute::parse_inner.parse_str(text) {
            Ok(attributes) => lower.attrs(&attributes),
            Err(_) => Attrs::default(),
        }
    }

    fn lower(&self, text: &'a str, origin: u32) -> Lower<'a> {
        Lower {
            text,
            lines: Lines::of(self.lines, origin),
            source: *self,
            origin,
            arena: super::Arena::default(),
            items: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn pieces(
        &self,
        pieces: &[Piece],
        context: ItemContext,
        parent: u32,
        problems: &mut Vec<Problem>,
    ) -> Vec<ItemNode> {
        let read = |piece: &Piece| {
            let node = self.node(piece, context, parent, problems);
            if !self.nested {
                proc_macro2::extra::invalidate_current_thread_spans();
            }
            node
        };
        pieces.iter().filter_map(read).collect()
    }

    fn cutter(&self) -> Cutter<'a> {
        Cutter { text: self.text, tokens: self.tokens, pairs: self.pairs }
    }

    /// Reads the item that starts at `start` inside the item that starts at `parent`; problems are
    /// relative to the latter.
    pub(super) fn nested(mut self, start: u32, parent: u32, problems: &mut Vec<Problem>) -> Option<ItemNode> {
        self.nested = true;
        let first = self.tokens.binary_search_by_key(&start, |token| token.start).ok()?;
        let piece = self.cutter().piece(first, self.tokens.len());
        let mut found = Vec::new();
        let node = self.node(&piece, ItemContext::Module, parent, &mut found);
        problems.extend(found.into_iter().map(|p| Problem { offset: p.offset.saturating_sub(parent), ..p }));
        node
    }

    /// The token that starts at `start`.
    fn token_at(&self, start: u32) -> Option<usize> {
        self.tokens.binary_search_by_key(&start, |token| token.start).ok()
    }

    /// The text of the token that starts at `start`.
    pub(super) fn token_text(&self, start: u32) -> Option<&'a str> {
        self.token_at(start).map(|at| self.tokens[at].text(self.text))
    }

    /// One past the last token of the item of a comma-separated list that goes on at token `at`.
    fn list_end(&self, mut at: usize, angles: bool) -> usize {
        let mut depth = 0usize;
        while let Some(token) = self.tokens.get(at) {
            match token.kind {
                Kind::Close(_) => break,
                Kind::Punct(b',') if depth == 0 => break,
                Kind::Punct(b'<') if angles => depth += 1,
                Kind::Punct(b'>') if angles && !self.tokens[at - 1].is(b'-') => depth = depth.saturating_sub(1),
                _ => {}
            }
            at = self.pairs.close(at).saturating_add(1).min(self.tokens.len());
        }
        at
    }

    /// Where the variant whose name stands at `start` ends.
    pub(super) fn variant_end(&self, start: u32) -> u32 {
        let Some(at) = self.token_at(start) else { return start };
        let end = self.list_end(at, false);
        self.tokens[end.max(at + 1) - 1].end
    }

    /// The visibility and type, in canonical spacing, of the field whose name (of a tuple field,
    /// whose type) stands at `start`.
    pub(super) fn field_text(&self, start: u32, is_tuple: bool) -> (Box<str>, Box<str>) {
        let Some(at) = self.token_at(start) else { return Default::default() };
        let ty = if is_tuple { at } else { (at + 2).min(self.tokens.len()) };
        let mut visibility = at;
        if visibility > 0 && self.tokens[visibility - 1].kind == Kind::Close(b'(') {
            while visibility > 0 && self.tokens[visibility].kind != Kind::Open(b'(') {
                visibility -= 1;
            }
        }
        let visibility = match visibility.checked_sub(1) {
            Some(before) if self.tokens[before].text(self.text) == "pub" => before,
            _ => at,
        };
        let print = |from: usize, to: usize| signature::print(self.text, &self.tokens[from..to]);
        (print(visibility, at), print(ty, self.list_end(ty, true)))
    }

    /// Reads one cut item; `parent` is where the node around it starts.
    fn node(&self, piece: &Piece, context: ItemContext, parent: u32, problems: &mut Vec<Problem>) -> Option<ItemNode> {
        let (start, end) = self.extent(piece);
        let text = &self.text[start as usize..end as usize];
        let facts = self.facts(piece, context, start, end, problems)?;
        let inner = match piece.shape {
            Shape::Impl => ItemContext::Impl,
            Shape::Trait => ItemContext::Trait,
            Shape::ExternBlock => ItemContext::Extern,
            _ => ItemContext::Module,
        };
        let children = self.pieces(&piece.children, inner, start, problems);
        Some(ItemNode { offset: start - parent, len: text.len() as u32, facts: Arc::new(facts), children })
    }

    fn facts(
        &self,
        piece: &Piece,
        context: ItemContext,
        start: u32,
        end: u32,
        problems: &mut Vec<Problem>,
    ) -> Option<ItemFacts> {
        let text = &self.text[start as usize..end as usize];
        let mut lower = self.lower(text, start);
        let is_container = matches!(piece.shape, Shape::Mod | Shape::Impl | Shape::Trait | Shape::ExternBlock);
        let parsed = match piece.body {
            Some(open) if is_container => {
                // The members are read one by one; the header is parsed with its inner attributes.
                let head = self.cutter().skip_inner(open + 1, piece.end);
                let mut header = self.text[start as usize..self.tokens[head - 1].end as usize].to_owned();
                header.push_str("\n}");
                parse(&mut lower, context, &header)
            }
            _ => parse(&mut lower, context, text),
        };
        let lowered = match parsed {
            Ok(Some(lowered)) => lowered,
            Ok(None) => self.unparsed(&mut lower, piece)?,
            Err(error) => {
                let place = error.span().start();
                let offset = start + lower_offset(&lower, place);
                problems.push(Problem { offset, code: ProblemCode::Parse, message: error.to_string() });
                return None;
            }
        };
        for problem in lower.problems {
            problems.push(Problem { offset: problem.offset + start, ..problem });
        }
        let (name, name_offset) = lowered.name.unwrap_or_else(|| {
            let at = if piece.shape == Shape::Macro { piece.header } else { piece.keyword };
            (Name::new("_"), self.tokens[at].start - start)
        });
        Some(ItemFacts {
            content_hash: content_hash(text),
            attrs: lowered.attrs,
            visibility: lowered.visibility,
            name,
            name_offset,
            signature: signature::of_item(self.text, &self.tokens[piece.header..piece.end], piece, self.pairs),
            arena: lower.arena,
            kind: lowered.kind,
        })
    }

    /// What syn parses only as tokens.
    fn unparsed(&self, lower: &mut Lower<'a>, piece: &Piece) -> Option<Lowered> {
        let start = self.tokens[piece.first].start;
        if piece.shape == Shape::Macro2 {
            let name = self.tokens.get(piece.keyword + 1)?;
            let offset = name.end - start;
            let text = lower.text.get(offset as usize..)?;
            let kind = ItemKind::MacroDef(MacroDef { text: text.into(), offset, is_macro2: true });
            let name = Some((Name::new(name.text(self.text)), name.start - start));
            let visibility = if piece.keyword > piece.header { Visibility::Public } else { Visibility::Inherited };
            return Some(Lowered { attrs: Attrs::default(), visibility, name, kind });
        }
        Some(Lowered { attrs: Attrs::default(), visibility: Visibility::Inherited, name: None, kind: ItemKind::Other })
    }
}

/// Where a span of proc-macro2 starts in the item.
fn lower_offset(lower: &Lower<'_>, place: proc_macro2::LineColumn) -> u32 {
    lower.place(place).min(lower.text.len() as u32)
}

/// Parses one item and lowers it. `None` is what syn keeps as tokens.
fn parse(lower: &mut Lower<'_>, context: ItemContext, text: &str) -> syn::Result<Option<Lowered>> {
    Ok(match context {
        ItemContext::Module => lower.item(&syn::parse_str::<syn::Item>(text)?),
        ItemContext::Impl => lower.impl_item(&syn::parse_str::<syn::ImplItem>(text)?),
        ItemContext::Trait => lower.trait_item(&syn::parse_str::<syn::TraitItem>(text)?),
        ItemContext::Extern => lower.foreign_item(&syn::parse_str::<syn::ForeignItem>(text)?),
    })
}

/// 128-bit BLAKE3 of a text.
fn content_hash(text: &str) -> u128 {
    let hash = blake3::hash(text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    u128::from_be_bytes(bytes)
}

/// Reads an expression or statements.
pub(super) fn fragment(text: &str, fragment: super::Fragment, edition: Edition) -> Option<super::Body> {
    let lines = line_starts(text);
    let tokens = lex::lex(text);
    let pairs = Pairs::new(&tokens);
    let source = Source { text, tokens: &tokens, pairs: &pairs, lines: &lines, edition, nested: false };
    let mut lower = source.lower(text, 0);
    let body = match fragment {
        super::Fragment::Expr => {
            let expr = syn::parse_str::<syn::Expr>(text).ok();
            expr.map(|expr| lower.body(|lower| lower.expr(&expr)))
        }
        super::Fragment::Stmts => {
            let stmts = (|input: ParseStream<'_>| syn::Block::parse_within(input)).parse_str(text).ok();
            stmts.map(|stmts| {
                lower.body(|lower| {
                    let block = lower.stmts(&stmts);
                    lower.push_expr(super::Expr::Block(Box::new(block)))
                })
            })
        }
    };
    proc_macro2::extra::invalidate_current_thread_spans();
    body.map(Arc::unwrap_or_clone)
}

/// Reads a pattern.
pub(super) fn pattern(text: &str, edition: Edition) -> Option<(super::Arena, super::PatId)> {
    let lines = line_starts(text);
    let tokens = lex::lex(text);
    let pairs = Pairs::new(&tokens);
    let source = Source { text, tokens: &tokens, pairs: &pairs, lines: &lines, edition, nested: false };
    let pat = syn::Pat::parse_multi_with_leading_vert.parse_str(text).ok();
    let lowered = pat.map(|pat| {
        let mut lower = source.lower(text, 0);
        let pat = lower.pat(&pat);
        (lower.arena, pat)
    });
    proc_macro2::extra::invalidate_current_thread_spans();
    lowered
}

/// Reads a type.
pub(super) fn ty(text: &str, edition: Edition) -> Option<(super::Arena, super::TypeId)> {
    let lines = line_starts(text);
    let tokens = lex::lex(text);
    let pairs = Pairs::new(&tokens);
    let source = Source { text, tokens: &tokens, pairs: &pairs, lines: &lines, edition, nested: false };
    let ty = syn::parse_str::<syn::Type>(text).ok();
    let lowered = ty.map(|ty| {
        let mut lower = source.lower(text, 0);
        let ty = lower.ty(&ty);
        (lower.arena, ty)
    });
    proc_macro2::extra::invalidate_current_thread_spans();
    lowered
}
