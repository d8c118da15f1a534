//! Reading: text → tokens → cut items → syn → facts, one item at a time.

use std::sync::Arc;

use syn::parse::{ParseStream, Parser as _};

use super::cut::{Cutter, Piece, Shape};
use super::docs::{self, Docs};
use super::lex::{self, Kind, Token};
use super::limits;
use super::lower::{Lines, Lower, Lowered};
use super::pairs::Pairs;
use super::repair::{self, Patient, Ranges};
use super::{Arena, Body, Expr, Fragment, PatId, TypeId, signature};
use super::{Attrs, FileFacts, ItemContext, ItemFacts, ItemKind, ItemNode, MacroDef, Problem, ProblemCode};
use crate::name::Name;

/// A text that is being read.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    text: &'a str,
    /// The text as the parser sees it: without docs.
    code: &'a str,
    tokens: &'a [Token],
    pairs: &'a Pairs,
    lines: &'a [u32],
    /// In how many items' bodies this one stands: the spans of the outer ones are still needed.
    nested: usize,
    /// Some delimiter, literal or comment is broken.
    damaged: bool,
}

/// Start offset of every line.
pub(super) fn line_starts(text: &str) -> Vec<u32> {
    let mut lines = vec![0];
    lines.extend(text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(i, _)| i as u32 + 1));
    lines
}

/// Reads a file.
pub(super) fn file(text: &str) -> FileFacts {
    let lines = line_starts(text);
    let tokens = lex::lex_file(text);
    let pairs = Pairs::new(text, &tokens);
    let code = docs::without_docs(text, &tokens, &pairs);
    let source = Source::new(text, &code, &tokens, &pairs, &lines);
    let cutter = Cutter { text, tokens: &tokens, pairs: &pairs };
    let start = cutter.skip_inner(0, tokens.len());
    let mut problems = Vec::new();
    let attrs = source.inner_attrs(start);
    let items = source.pieces(&cutter.cut(start, tokens.len()), ItemContext::Module, 0, &mut problems);
    proc_macro2::extra::invalidate_current_thread_spans();
    FileFacts { attrs, items, lines: lines.into(), len: text.len() as u32, problems }
}

/// Reads a run of items.
pub(super) fn items(text: &str, context: ItemContext) -> (Vec<ItemNode>, Vec<Problem>) {
    let lines = line_starts(text);
    let tokens = lex::lex(text);
    let pairs = Pairs::new(text, &tokens);
    let code = docs::without_docs(text, &tokens, &pairs);
    let source = Source::new(text, &code, &tokens, &pairs, &lines);
    let cutter = Cutter { text, tokens: &tokens, pairs: &pairs };
    let mut problems = Vec::new();
    let items = source.pieces(&cutter.cut(0, tokens.len()), context, 0, &mut problems);
    proc_macro2::extra::invalidate_current_thread_spans();
    (items, problems)
}

impl<'a> Source<'a> {
    fn new(text: &'a str, code: &'a str, tokens: &'a [Token], pairs: &'a Pairs, lines: &'a [u32]) -> Self {
        let damaged = !pairs.is_even() || tokens.iter().any(|token| token.kind == Kind::Bad);
        Self { text, code, tokens, pairs, lines, nested: 0, damaged }
    }

    /// Where a piece starts and ends.
    fn extent(&self, piece: &Piece) -> (u32, u32) {
        (self.tokens[piece.first].start, self.tokens[piece.end - 1].end)
    }

    /// Inner attributes and docs of the file: the tokens before `end`.
    fn inner_attrs(&self, end: usize) -> Attrs {
        let (Some(first), Some(last)) = (self.tokens.first(), end.checked_sub(1).map(|last| self.tokens[last])) else {
            return Attrs::default();
        };
        let text = &self.code[first.start as usize..last.end as usize];
        let load = limits::measure(self.text, self.tokens, 0, end, self.pairs);
        if load.problem.is_some() {
            return Attrs::default();
        }
        let attrs = limits::with_stack(load.deep, || {
            let attributes = syn::Attribute::parse_inner.parse_str(text).ok()?;
            Some(self.lower(text, first.start).attrs(&attributes))
        });
        Attrs { docs: self.docs([(0, end)]), ..attrs.flatten().unwrap_or_default() }
    }

    /// The docs among the attributes that stand in these ranges of tokens.
    fn docs(&self, attributes: impl IntoIterator<Item = (usize, usize)>) -> Option<Box<str>> {
        let mut docs = Docs::default();
        for (from, to) in attributes {
            docs.read(self.text, self.tokens, self.pairs, from, to);
        }
        docs.finish()
    }

    /// The docs of an item: those before its header and those in its braces.
    fn item_docs(&self, piece: &Piece) -> Option<Box<str>> {
        let inner = piece.body.map(|open| (open + 1, self.cutter().skip_inner(open + 1, piece.end)));
        self.docs([(piece.first, piece.header)].into_iter().chain(inner))
    }

    /// The docs of the variant whose name stands at `start`.
    pub(super) fn variant_docs(&self, start: u32) -> Option<Box<str>> {
        self.docs_before(self.token_at(start)?)
    }

    /// The docs among the attributes that end before token `at`.
    fn docs_before(&self, at: usize) -> Option<Box<str>> {
        let mut first = at;
        while let Some(before) = first.checked_sub(1) {
            match self.tokens[before].kind {
                Kind::OuterDoc | Kind::InnerDoc => first = before,
                Kind::Close(b'[') if !self.pairs.is_stray(before) => {
                    let open = (0..before).rev().find(|&open| self.pairs.close(open) == before);
                    match open.and_then(|open| open.checked_sub(1)) {
                        Some(pound) if self.tokens[pound].is(b'#') => first = pound,
                        _ => break,
                    }
                }
                _ => break,
            }
        }
        self.docs([(first, at)])
    }

    fn lower<'t>(&self, text: &'t str, origin: u32) -> Lower<'t>
    where
        'a: 't,
    {
        Lower {
            text,
            lines: Lines::of(self.lines, origin),
            source: *self,
            origin,
            arena: super::ArenaBuilder::default(),
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
            if self.nested == 0 {
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
        if self.nested == limits::MAX_NESTED {
            let message = "items nest too deep in bodies; this one was not read".to_owned();
            problems.push(Problem { offset: start.saturating_sub(parent), code: ProblemCode::TooDeep, message });
            return None;
        }
        self.nested += 1;
        let first = self.tokens.binary_search_by_key(&start, |token| token.start).ok()?;
        let piece = self.cutter().piece(first, self.tokens.len(), 0);
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

    /// The visibility and type, in canonical spacing, and the docs of the field whose name (of a
    /// tuple field, whose type) stands at `start`.
    pub(super) fn field_text(&self, start: u32, is_tuple: bool) -> (Box<str>, Box<str>, Option<Box<str>>) {
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
        (print(visibility, at), print(ty, self.list_end(ty, true)), self.docs_before(visibility))
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
        if piece.too_deep {
            let message = "containers nest too deep; their members were not read".to_owned();
            problems.push(Problem { offset: start, code: ProblemCode::TooDeep, message });
        }
        // The members of a container are read one by one; its header is parsed with its inner attributes.
        let head = match piece.body {
            Some(open) if piece.shape.is_container() => Some(self.cutter().skip_inner(open + 1, piece.end)),
            _ => None,
        };
        let last = head.unwrap_or(piece.end);
        let load = limits::measure(self.text, self.tokens, piece.first, last, self.pairs);
        problems.extend(load.problem);
        let (found, lost) = limits::with_stack(load.deep, || {
            let mut found = Vec::new();
            let facts = self.parse_item(piece, context, (start, end), head, load.blank, &mut found);
            (found, facts)
        })
        .unwrap_or_else(|| {
            let message = "no stack to read it on".to_owned();
            (vec![Problem { offset: start, code: ProblemCode::TooDeep, message }], None)
        });
        problems.extend(found);
        lost
    }

    /// Parses and lowers one item, repaired when it is damaged.
    fn parse_item(
        &self,
        piece: &Piece,
        context: ItemContext,
        (start, end): (u32, u32),
        head: Option<usize>,
        mut blank: Ranges,
        problems: &mut Vec<Problem>,
    ) -> Option<ItemFacts> {
        let patient = Patient { text: self.code, tokens: self.tokens, pairs: self.pairs, piece };
        let last = head.unwrap_or(piece.end);
        let stop = self.tokens[last - 1].end;
        blank.extend(patient.unstable_qualifiers());
        let mut close = if head.is_some() { "\n}" } else { "" };
        if self.damaged {
            let damage = patient.damage(piece.first, last);
            if let Some(&(offset, _)) = damage.first() {
                let message = "unclosed or unexpected delimiter, quote or marker".to_owned();
                problems.push(Problem { offset, code: ProblemCode::Parse, message });
            }
            blank.extend(damage);
            if head.is_none() && piece.body.is_some_and(|open| self.pairs.is_unclosed(open)) {
                problems.push(Problem { offset: start, code: ProblemCode::Parse, message: "unclosed `{`".to_owned() });
                close = "}";
            }
        }
        let attempt = |blank: &Ranges, close: &str, value: Option<(u32, u32)>| {
            let mut text = repair::blanked(self.code, start, stop, blank);
            if let Some((from, to)) = value {
                // A constant whose value was blanked: `()` stands in for it.
                let (from, to) = ((from - start) as usize, (to - start) as usize);
                if to - from < 2 || !text.is_char_boundary(from) || !text.is_char_boundary(to) {
                    return Err(syn::Error::new(proc_macro2::Span::call_site(), "expected a value"));
                }
                text.to_mut().replace_range(from..from + 2, "()");
            }
            if !close.is_empty() {
                text.to_mut().push_str(close);
            }
            let mut lower = self.lower(&text, start);
            let lowered = match parse(&mut lower, context, &text) {
                Ok(Some(lowered)) => Some(lowered),
                Ok(None) => self.unparsed(piece, context, &text, &mut lower),
                Err(error) => {
                    let offset = lower.place(error.span().start());
                    return Err(syn::Error::new(proc_macro2::Span::call_site(), format_args!("{offset} {error}")));
                }
            };
            Ok(lowered.map(|lowered| (lowered, lower.arena.finish(), lower.problems)))
        };
        let mut read = attempt(&blank, close, None);
        if let Err(error) = &read {
            problems.push(located(&error.to_string(), start, end));
        }
        if !matches!(read, Ok(Some(_))) {
            read = self.repaired(&patient, context, blank.clone(), head.is_some(), attempt);
        }
        let mut body = piece.body;
        let (mut lowered, arena, inner) = match read {
            Ok(Some(read)) => read,
            _ => {
                // In an unclosed parenthesis no brace is known as the body's.
                let brace = |at: &usize| self.tokens[*at].kind == Kind::Open(b'{');
                body = body.or_else(|| (piece.keyword..piece.end).find(brace));
                self.named_only(piece, (start, stop), &blank)?
            }
        };
        problems.extend(inner.into_iter().map(|problem| Problem { offset: problem.offset + start, ..problem }));
        if let ItemKind::Fn(function) = &mut lowered.kind
            && piece.body.is_none()
        {
            function.body = None;
        }
        let (name, name_offset) = lowered.name.unwrap_or_else(|| {
            let at = if piece.shape == Shape::Macro { piece.header } else { piece.keyword };
            (Name::new("_"), self.tokens[at].start - start)
        });
        Some(ItemFacts {
            content_hash: content_hash(&self.text[start as usize..end as usize]),
            attrs: Attrs { docs: self.item_docs(piece), ..lowered.attrs }.into(),
            visibility: lowered.visibility,
            name,
            name_offset,
            signature: signature::of_item(self.text, &self.tokens[piece.header..piece.end], piece, body, self.pairs),
            arena,
            kind: lowered.kind,
        })
    }

    /// Tries to read an item that does not parse: finished, without its broken statements or
    /// members, without its whole body, without its value.
    fn repaired<T>(
        &self,
        patient: &Patient<'_>,
        context: ItemContext,
        mut blank: Ranges,
        is_container: bool,
        attempt: impl Fn(&Ranges, &str, Option<(u32, u32)>) -> syn::Result<Option<T>>,
    ) -> syn::Result<Option<T>> {
        let close = if is_container { "\n}" } else { patient.terminator(context) };
        blank.extend(patient.misplaced_end(context));
        let mut read = attempt(&blank, close, None);
        if !is_container && read.is_err() && patient.piece.body.is_some() {
            let parts = patient.broken_parts(&blank);
            read = attempt(&blank.iter().chain(&parts).copied().collect(), close, None);
            if read.is_err()
                && let Some(body) = patient.whole_body()
            {
                blank.push(body);
                read = attempt(&blank, close, None);
            }
        }
        if read.is_err()
            && let Some(value) = patient.value()
        {
            blank.push(value);
            read = attempt(&blank, close, Some(value));
        }
        read
    }

    /// What syn parses only as tokens; `None` for a function without the body that it must have.
    fn unparsed(&self, piece: &Piece, context: ItemContext, text: &str, lower: &mut Lower<'_>) -> Option<Lowered> {
        let start = self.tokens[piece.first].start;
        if piece.shape == Shape::Fn
            && matches!(context, ItemContext::Module | ItemContext::Impl)
            && piece.body.is_none()
        {
            return None;
        }
        if let Some(lowered) = lower.lenient(text) {
            return Some(lowered);
        }
        let (attrs, visibility) = lower.head(text);
        let mut lowered = Lowered { attrs, visibility, name: None, kind: ItemKind::Other };
        if piece.shape == Shape::Macro2 {
            let name = self.tokens.get(piece.keyword + 1)?;
            let (offset, end) = (name.end, self.tokens[piece.end - 1].end);
            let text = self.text.get(offset as usize..end as usize)?;
            lowered.kind = ItemKind::MacroDef(MacroDef { text: text.into(), offset: offset - start, is_macro2: true });
            lowered.name = Some((Name::new(name.text(self.text)), name.start - start));
        }
        Some(lowered)
    }

    /// What the keyword and name of an item that cannot be parsed still say.
    fn named_only(
        &self,
        piece: &Piece,
        (start, stop): (u32, u32),
        blank: &Ranges,
    ) -> Option<(Lowered, Arena, Vec<Problem>)> {
        let keyword = self.tokens[piece.keyword];
        let mut at = piece.keyword + 1;
        if at < piece.end && self.tokens[at].text(self.text) == "mut" {
            at += 1;
        }
        let name = self.tokens.get(at).filter(|token| at < piece.end && token.kind == Kind::Ident);
        let name = name.filter(|name| syn::parse_str::<syn::Ident>(name.text(self.text)).is_ok());
        let name = name.map(|name| (Name::new(name.text(self.text)), name.start - start));
        let text = repair::blanked(self.code, start, stop, blank);
        let head = text.get(..(keyword.start - start) as usize).unwrap_or_default();
        let mut lower = self.lower(&text, start);
        let lowered = lower.named_only(head, piece.shape, keyword.text(self.text), name)?;
        Some((lowered, lower.arena.finish(), lower.problems))
    }
}

/// A problem at the offset that its message starts with, relative to the item.
fn located(error: &str, start: u32, end: u32) -> Problem {
    let (offset, message) = error.split_once(' ').unwrap_or(("0", error));
    let offset = offset.parse::<u32>().unwrap_or(0).saturating_add(start).min(end);
    Problem { offset, code: ProblemCode::Parse, message: message.to_owned() }
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

/// Parses a fragment with `parser` and lowers it, within the limits.
fn fragment_of<T, R: Send>(
    text: &str,
    parser: impl FnOnce(ParseStream<'_>) -> syn::Result<T> + Send,
    lower: impl FnOnce(&mut Lower<'_>, &T) -> R + Send,
) -> Option<R> {
    let lines = line_starts(text);
    let tokens = lex::lex(text);
    let pairs = Pairs::new(text, &tokens);
    let code = docs::without_docs(text, &tokens, &pairs);
    let source = Source::new(text, &code, &tokens, &pairs, &lines);
    let load = limits::measure(text, &tokens, 0, tokens.len(), &pairs);
    if load.problem.is_some() || source.damaged {
        return None;
    }
    limits::with_stack(load.deep, || {
        let lowered = parser.parse_str(&code).ok().map(|parsed| lower(&mut source.lower(&code, 0), &parsed));
        proc_macro2::extra::invalidate_current_thread_spans();
        lowered
    })?
}

/// Reads an expression or statements.
pub(super) fn fragment(text: &str, fragment: Fragment) -> Option<Body> {
    let body = match fragment {
        Fragment::Expr => {
            let parser = |input: ParseStream<'_>| input.parse::<syn::Expr>();
            fragment_of(text, parser, |lower, expr| lower.body(|lower| lower.expr(expr)))
        }
        Fragment::Stmts => fragment_of(text, syn::Block::parse_within, |lower, stmts| {
            lower.body(|lower| {
                let block = lower.stmts(stmts);
                lower.push_expr(Expr::Block(Box::new(block)))
            })
        }),
    };
    body.map(Arc::unwrap_or_clone)
}

/// Reads a pattern.
pub(super) fn pattern(text: &str) -> Option<(Arena, PatId)> {
    fragment_of(text, syn::Pat::parse_multi_with_leading_vert, |lower, pat| {
        let pat = lower.pat(pat);
        (std::mem::take(&mut lower.arena).finish(), pat)
    })
}

/// Reads a type.
pub(super) fn ty(text: &str) -> Option<(Arena, TypeId)> {
    fragment_of(
        text,
        |input| input.parse::<syn::Type>(),
        |lower, ty| {
            let ty = lower.ty(ty);
            (std::mem::take(&mut lower.arena).finish(), ty)
        },
    )
}

/// Reads a string literal, or a `concat!` of such.
pub(super) fn string_literal(text: &str) -> Option<String> {
    let parser = |input: ParseStream<'_>| {
        if input.peek(syn::LitStr) {
            let literal = input.parse::<syn::LitStr>()?.value();
            input.parse::<Option<syn::Token![,]>>()?;
            return Ok(literal);
        }
        let call: syn::Macro = input.parse()?;
        if !call.path.is_ident("concat") {
            return Err(input.error("expected a string literal"));
        }
        let parts = syn::punctuated::Punctuated::<syn::LitStr, syn::Token![,]>::parse_terminated;
        Ok(call.parse_body_with(parts)?.iter().map(syn::LitStr::value).collect())
    };
    fragment_of(text, parser, |_, literal: &String| literal.clone())
}

/// Reads the arms of `cfg_select!`.
pub(super) fn cfg_arms(text: &str) -> Option<Vec<super::CfgArm>> {
    fragment_of(text, super::lower::cfg_arms, |lower, arms| {
        let place =
            |(cfg, start, end): &super::lower::SpannedArm| (cfg.clone(), lower.place(*start)..lower.place(*end));
        arms.iter().map(place).collect()
    })
}
