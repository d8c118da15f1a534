//! Macro invocations, their arguments read as expressions in the way of the well-known macros.

use std::sync::Arc;

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Expr as SynExpr, Ident, Lit, LitStr, MacroDelimiter, Pat as SynPat, Token};

use super::Lower;
use crate::facts::{Arm, Delimiter, Expr, ExprId, Literal, MacroArgs, MacroCall, Offset};
use crate::name::Name;

/// How the arguments of a macro are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Expressions, after that many a format string with its arguments.
    Format(usize),
    /// Fields and a format string, as in tracing and log.
    Events,
    /// `a, b` or `value; length`.
    Sequence,
    /// `expression, pattern if guard`.
    Matches,
    /// `pattern = future => body`.
    Select,
    /// Futures, each awaited.
    Join,
    /// No expressions at all.
    Nothing,
    /// Anything.
    Unknown,
}

impl Style {
    fn of(name: &str) -> Self {
        match name {
            "print" | "println" | "eprint" | "eprintln" | "format" | "format_args" | "panic" | "todo"
            | "unimplemented" | "unreachable" | "anyhow" | "bail" | "format_err" | "compact_str" => Self::Format(0),
            "write" | "writeln" | "assert" | "debug_assert" | "ensure" => Self::Format(1),
            "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => Self::Format(2),
            "trace" | "debug" | "info" | "warn" | "error" | "event" | "span" | "trace_span" | "debug_span"
            | "info_span" | "warn_span" | "error_span" | "log" | "enabled" => Self::Events,
            "vec" | "smallvec" | "thin_vec" => Self::Sequence,
            "matches" | "assert_matches" | "debug_assert_matches" => Self::Matches,
            "select" | "select_biased" => Self::Select,
            "join" | "try_join" => Self::Join,
            "cfg" | "concat" | "stringify" | "include" | "include_str" | "include_bytes" | "env" | "option_env"
            | "line" | "column" | "file" | "module_path" | "compile_error" => Self::Nothing,
            _ => Self::Unknown,
        }
    }
}

/// An argument of a format-like macro.
struct Argument {
    /// `name =` before it.
    name: Option<Ident>,
    /// Whether it may be the format string: nothing but a literal.
    bare: bool,
    expr: SynExpr,
}

/// An arm of `select!`.
struct SelectArm {
    /// `pattern = future`, or the channel and pattern of crossbeam's `recv(channel) -> pattern`.
    source: Option<(SynPat, SynExpr, Offer)>,
    guard: Option<SynExpr>,
    body: SynExpr,
}

/// What an arm of `select!` waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Offer {
    Future,
    Channel,
}

impl Lower<'_> {
    /// A macro invocation, its arguments read as expressions when it stands in a body.
    pub(super) fn macro_call(&mut self, mac: &syn::Macro, in_body: bool) -> MacroCall {
        let path = self.path(None, &mac.path);
        let (delimiter, open, close) = self.delimiter(&mac.delimiter);
        let text: Arc<str> = self.text.get(open as usize..close as usize).unwrap_or_default().into();
        let args = if in_body && !text.is_empty() {
            let name = self.arena[path].segments.last().map_or("", |segment| segment.name.as_str());
            self.macro_args(Style::of(name), &mac.tokens, open)
        } else {
            in_body.then(MacroArgs::default)
        };
        MacroCall { path, text, offset: open, delimiter, ident: None, args }
    }

    /// A delimiter, the offset after its opening and the offset of its closing character.
    pub(super) fn delimiter(&self, delimiter: &MacroDelimiter) -> (Delimiter, Offset, Offset) {
        let (kind, span) = match delimiter {
            MacroDelimiter::Paren(token) => (Delimiter::Parenthesis, token.span),
            MacroDelimiter::Bracket(token) => (Delimiter::Bracket, token.span),
            MacroDelimiter::Brace(token) => (Delimiter::Brace, token.span),
        };
        (kind, self.offset(span.open()) + 1, self.offset(span.close()))
    }

    fn macro_args(&mut self, style: Style, tokens: &TokenStream, open: Offset) -> Option<MacroArgs> {
        let mut args = MacroArgs::default();
        let read = match style {
            Style::Nothing => Some(()),
            Style::Format(leading) => self.format_macro(leading, tokens, &mut args.exprs),
            Style::Events => self.event_macro(tokens, &mut args.exprs),
            Style::Sequence => self.sequence(tokens, &mut args.exprs),
            Style::Matches => self.matches(tokens, &mut args),
            Style::Select => self.select(tokens, open, &mut args.exprs),
            Style::Join => self.join(tokens, open, &mut args.exprs),
            Style::Unknown => None,
        };
        if read.is_none() {
            args.exprs = self.unknown_args(tokens)?;
        }
        Some(args)
    }

    /// `leading…, "format {capture}", argument, name = argument`.
    fn format_macro(&mut self, leading: usize, tokens: &TokenStream, exprs: &mut Vec<ExprId>) -> Option<()> {
        let arguments = arguments.parse2(tokens.clone()).ok()?;
        let names: Vec<Name> =
            arguments.iter().filter_map(|argument| argument.name.as_ref()).map(|name| self.ident(name).0).collect();
        for (i, argument) in arguments.iter().enumerate() {
            exprs.push(self.expr(&argument.expr));
            if i == leading && argument.bare {
                self.captures(&argument.expr, &names, exprs);
            }
        }
        Some(())
    }

    /// `target: "x", %field, ?field, name = field, "format {capture}", argument`.
    fn event_macro(&mut self, tokens: &TokenStream, exprs: &mut Vec<ExprId>) -> Option<()> {
        let arguments = arguments.parse2(tokens.clone()).ok()?;
        let names: Vec<Name> =
            arguments.iter().filter_map(|argument| argument.name.as_ref()).map(|name| self.ident(name).0).collect();
        let format = arguments.iter().rposition(|argument| argument.bare && is_string(&argument.expr));
        for (i, argument) in arguments.iter().enumerate() {
            exprs.push(self.expr(&argument.expr));
            if Some(i) == format {
                self.captures(&argument.expr, &names, exprs);
            }
        }
        Some(())
    }

    /// `value; length` as a repeat expression, `a, b` as an array.
    fn sequence(&mut self, tokens: &TokenStream, exprs: &mut Vec<ExprId>) -> Option<()> {
        let repeat = |input: ParseStream<'_>| {
            let value: SynExpr = input.parse()?;
            input.parse::<Token![;]>()?;
            Ok((value, input.parse::<SynExpr>()?))
        };
        let expr = if has_semicolon(tokens) {
            let (value, len) = repeat.parse2(tokens.clone()).ok()?;
            Expr::Repeat { value: self.expr(&value), len: self.expr(&len) }
        } else {
            let list = Punctuated::<SynExpr, Token![,]>::parse_terminated.parse2(tokens.clone()).ok()?;
            Expr::Array(self.exprs(&list))
        };
        exprs.push(self.push_expr(expr));
        Some(())
    }

    /// `scrutinee, pattern if guard`.
    fn matches(&mut self, tokens: &TokenStream, args: &mut MacroArgs) -> Option<()> {
        let parser = |input: ParseStream<'_>| {
            let scrutinee: SynExpr = input.parse()?;
            input.parse::<Token![,]>()?;
            let pat = SynPat::parse_multi_with_leading_vert(input)?;
            let guard = if input.parse::<Option<Token![if]>>()?.is_some() { Some(input.parse()?) } else { None };
            input.parse::<Option<Token![,]>>()?;
            let rest = arguments(input)?;
            Ok((scrutinee, pat, guard, rest))
        };
        let (scrutinee, pat, guard, rest): (SynExpr, SynPat, Option<SynExpr>, Vec<Argument>) =
            parser.parse2(tokens.clone()).ok()?;
        let scrutinee = self.expr(&scrutinee);
        let pat = self.pat(&pat);
        let guard = guard.map(|guard| self.expr(&guard));
        let body = self.push_expr(Expr::Literal(Literal::Bool));
        let arms = [Arm { pat, guard, body }].into();
        args.is_match = true;
        args.exprs.push(self.push_expr(Expr::Match { scrutinee, arms }));
        for argument in rest {
            let expr = self.expr(&argument.expr);
            args.exprs.push(expr);
        }
        Some(())
    }

    /// `pattern = future, if condition => body`: each arm is a match on the awaited future.
    fn select(&mut self, tokens: &TokenStream, open: Offset, exprs: &mut Vec<ExprId>) -> Option<()> {
        let arms = select_arms.parse2(tokens.clone()).ok()?;
        for arm in &arms {
            if let Some(guard) = &arm.guard {
                exprs.push(self.expr(guard));
            }
            let Some((pat, future, offer)) = &arm.source else {
                exprs.push(self.expr(&arm.body));
                continue;
            };
            let future = self.expr(future);
            let scrutinee = match offer {
                Offer::Future => self.push_expr(Expr::Await { expr: future, offset: open }),
                Offer::Channel => self.push_expr(Expr::Missing([future].into())),
            };
            let (pat, guard) = self.guarded_pat(pat);
            let body = self.expr(&arm.body);
            let arms = [Arm { pat, guard, body }].into();
            exprs.push(self.push_expr(Expr::Match { scrutinee, arms }));
        }
        Some(())
    }

    /// Futures, each awaited.
    fn join(&mut self, tokens: &TokenStream, open: Offset, exprs: &mut Vec<ExprId>) -> Option<()> {
        let parser = |input: ParseStream<'_>| {
            if input.peek(Ident) && input.peek2(Token![;]) {
                input.parse::<Ident>()?;
                input.parse::<Token![;]>()?;
            }
            Punctuated::<SynExpr, Token![,]>::parse_terminated(input)
        };
        for future in &parser.parse2(tokens.clone()).ok()? {
            let expr = self.expr(future);
            exprs.push(self.push_expr(Expr::Await { expr, offset: open }));
        }
        Some(())
    }

    /// The arguments of a macro that nobody knows: expressions, else statements, else whatever
    /// between commas, semicolons, colons and arrows is an expression.
    fn unknown_args(&mut self, tokens: &TokenStream) -> Option<Vec<ExprId>> {
        if !has_semicolon(tokens)
            && let Ok(arguments) = arguments.parse2(tokens.clone())
        {
            return Some(arguments.iter().map(|argument| self.expr(&argument.expr)).collect());
        }
        if let Ok(stmts) = syn::Block::parse_within.parse2(tokens.clone()) {
            let block = self.stmts(&stmts);
            return Some(vec![self.push_expr(Expr::Block(Box::new(block)))]);
        }
        let mut exprs = Vec::new();
        self.pieces(tokens, &mut exprs);
        (!exprs.is_empty()).then_some(exprs)
    }

    /// What between separators is an expression, also inside groups that are none.
    fn pieces(&mut self, tokens: &TokenStream, exprs: &mut Vec<ExprId>) {
        let mut piece: Vec<TokenTree> = Vec::new();
        let mut tokens = tokens.clone().into_iter().peekable();
        while let Some(token) = tokens.next() {
            let separates = match &token {
                TokenTree::Punct(punct) => match punct.as_char() {
                    ',' | ';' => true,
                    '=' => {
                        let arrow = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '>');
                        if arrow && punct.spacing() == proc_macro2::Spacing::Joint {
                            tokens.next();
                            true
                        } else {
                            false
                        }
                    }
                    ':' => {
                        let path = punct.spacing() == proc_macro2::Spacing::Joint;
                        if path && let Some(second) = tokens.next() {
                            piece.push(token.clone());
                            piece.push(second);
                            continue;
                        }
                        true
                    }
                    _ => false,
                },
                _ => false,
            };
            if separates {
                self.piece(&mut piece, exprs);
            } else {
                piece.push(token);
            }
        }
        self.piece(&mut piece, exprs);
    }

    fn piece(&mut self, piece: &mut Vec<TokenTree>, exprs: &mut Vec<ExprId>) {
        let piece = std::mem::take(piece);
        let groups: Vec<TokenStream> = piece
            .iter()
            .filter_map(|token| match token {
                TokenTree::Group(group) => Some(group.stream()),
                _ => None,
            })
            .collect();
        // A lone name or literal of an unknown macro is as likely its syntax as a value.
        let telling = piece.len() > 1 || !groups.is_empty();
        if !telling {
            return;
        }
        match syn::parse2::<SynExpr>(piece.into_iter().collect()) {
            Ok(expr) if !matches!(expr, SynExpr::Verbatim(_)) => exprs.push(self.expr(&expr)),
            _ => {
                for group in groups {
                    self.pieces(&group, exprs);
                }
            }
        }
    }

    /// The captures of a format string, as path expressions.
    fn captures(&mut self, expr: &SynExpr, names: &[Name], exprs: &mut Vec<ExprId>) {
        let SynExpr::Lit(syn::ExprLit { lit: Lit::Str(literal), .. }) = expr else { return };
        let start = self.offset(literal.span());
        let Some(text) = self.source.token_text(self.origin + start) else { return };
        for (at, name) in super::format::captures(text) {
            if names.iter().any(|other| other == name) {
                continue;
            }
            let path = self.name_path(Name::new(name), start + at as Offset);
            exprs.push(self.push_expr(Expr::Path(path)));
        }
    }
}

/// Whether a semicolon stands between the arguments.
fn has_semicolon(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';'))
}

fn is_string(expr: &SynExpr) -> bool {
    matches!(expr, SynExpr::Lit(literal) if matches!(literal.lit, Lit::Str(_)))
}

/// `expr`, `name = expr`, `a.b = %expr`, `name: expr`, `?expr`, `%expr`, `{ fields }`.
fn arguments(input: ParseStream<'_>) -> syn::Result<Vec<Argument>> {
    let mut list = Vec::new();
    while !input.is_empty() {
        if !field_group(input, &mut list)? {
            list.push(argument(input)?);
        }
        if input.is_empty() {
            break;
        }
        if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
        } else {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(list)
}

/// `{ a = 1, b }` before a message: fields.
fn field_group(input: ParseStream<'_>, list: &mut Vec<Argument>) -> syn::Result<bool> {
    if !input.peek(syn::token::Brace) {
        return Ok(false);
    }
    let ahead = input.fork();
    let content;
    syn::braced!(content in ahead);
    let Ok(fields) = arguments(&content) else { return Ok(false) };
    if !ahead.is_empty() && !ahead.peek(Token![,]) {
        return Ok(false);
    }
    input.advance_to(&ahead);
    list.extend(fields);
    Ok(true)
}

fn argument(input: ParseStream<'_>) -> syn::Result<Argument> {
    // `name =`, `a.b =`, `"name" =`, `target:`; not `a == b` and not `a::b`.
    let ahead = input.fork();
    let mut name = None;
    let mut keyed = false;
    if ahead.peek(LitStr) && ahead.peek2(Token![=]) && !ahead.peek2(Token![==]) {
        ahead.parse::<LitStr>()?;
        ahead.parse::<Token![=]>()?;
        keyed = true;
    } else if ahead.peek(Ident::peek_any) {
        name = Some(ahead.call(Ident::parse_any)?);
        while ahead.peek(Token![.]) && ahead.peek2(Ident::peek_any) {
            ahead.parse::<Token![.]>()?;
            ahead.call(Ident::parse_any)?;
        }
        keyed = ahead.peek(Token![=]) && !ahead.peek(Token![==]) && !ahead.peek(Token![=>])
            || ahead.peek(Token![:]) && !ahead.peek(Token![::]);
        if keyed && ahead.parse::<Option<Token![=]>>()?.is_none() {
            ahead.parse::<Token![:]>()?;
        }
    }
    let named = keyed;
    if keyed {
        input.advance_to(&ahead);
    } else {
        name = None;
    }
    let sigil = input.peek(Token![?]) || input.peek(Token![%]);
    if sigil {
        input.parse::<TokenTree>()?;
    }
    let expr: SynExpr = input.parse()?;
    let bare = !named && !sigil && matches!(expr, SynExpr::Lit(_));
    Ok(Argument { name, bare, expr })
}

fn select_arms(input: ParseStream<'_>) -> syn::Result<Vec<SelectArm>> {
    let mut arms = Vec::new();
    if input.peek(Ident) && input.peek2(Token![;]) {
        input.parse::<Ident>()?;
        input.parse::<Token![;]>()?;
    }
    while !input.is_empty() {
        arms.push(select_arm(input)?);
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(arms)
}

fn select_arm(input: ParseStream<'_>) -> syn::Result<SelectArm> {
    input.call(syn::Attribute::parse_outer)?;
    let source = if input.peek(Token![else]) || input.peek(Ident) && input.peek2(Token![=>]) {
        input.call(Ident::parse_any)?;
        None
    } else if input.peek(Ident) && input.peek2(syn::token::Paren) && channel_arm(&input.fork()).is_ok() {
        let (channel, pat) = channel_arm(input)?;
        pat.map(|pat| (pat, channel, Offer::Channel))
    } else {
        let pat = SynPat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![=]>()?;
        Some((pat, input.parse()?, Offer::Future))
    };
    let guard = if input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        input.parse::<Token![if]>()?;
        Some(input.parse()?)
    } else {
        None
    };
    input.parse::<Token![=>]>()?;
    let body = SynExpr::parse_with_earlier_boundary_rule(input)?;
    Ok(SelectArm { source, guard, body })
}

/// crossbeam's `recv(channel) -> pattern`, `send(channel, value) -> pattern`, `default(time)`.
fn channel_arm(input: ParseStream<'_>) -> syn::Result<(SynExpr, Option<SynPat>)> {
    input.parse::<Ident>()?;
    let content;
    syn::parenthesized!(content in input);
    let list = Punctuated::<SynExpr, Token![,]>::parse_terminated(&content)?;
    let channel =
        SynExpr::Tuple(syn::ExprTuple { attrs: Vec::new(), paren_token: syn::token::Paren::default(), elems: list });
    if input.parse::<Option<Token![->]>>()?.is_some() {
        return Ok((channel, Some(SynPat::parse_multi_with_leading_vert(input)?)));
    }
    if input.peek(Token![=>]) { Ok((channel, None)) } else { Err(input.error("expected `=>`")) }
}
