//! From the tokens of an expansion to its text.

use super::map::Origin;
use super::matcher::Fragment;
use super::scan::{Scanner, Specifier};
use super::tokens::{Delim, Kind, Tokens};
use super::transcribe::{Out, Output, Placed};
use super::{Expansion, Limits, MacroError};
use crate::facts::DOLLAR_CRATE;

pub(super) fn print(
    output: &Output,
    definition: &Tokens,
    call: &Tokens,
    crate_index: u32,
    limits: &Limits,
) -> Result<Expansion, MacroError> {
    let mut printer = Printer {
        output,
        definition,
        call,
        crate_name: format!("{DOLLAR_CRATE}{crate_index}"),
        limits,
        expansion: Expansion::default(),
        previous: None,
        depth: 0,
    };
    let mut at = 0usize;
    for placed in &output.fragments {
        for index in at..placed.start as usize {
            printer.token(index)?;
        }
        printer.fragment(placed)?;
        at = placed.end as usize;
    }
    for index in at..output.tokens.len() {
        printer.token(index)?;
    }
    printer.expansion.map.finish();
    Ok(printer.expansion)
}

/// What a fragment is put in, because text has no invisible groups.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrap {
    Nothing,
    Parentheses,
    /// `<T>` before `::`.
    Angles,
}

struct Printer<'a> {
    output: &'a Output,
    definition: &'a Tokens,
    call: &'a Tokens,
    crate_name: String,
    limits: &'a Limits,
    expansion: Expansion,
    /// What was printed last: the kind, and the token if the next one may be joined to it.
    previous: Option<(Kind, Option<Out>)>,
    depth: usize,
}

impl Printer<'_> {
    fn token(&mut self, index: usize) -> Result<(), MacroError> {
        let out = self.output.tokens[index];
        let (kind, joint) = (self.kind(out), self.is_joint(out));
        let (output, definition, call) = (self.output, self.definition, self.call);
        match out {
            Out::Definition(at) => {
                let origin = Origin::Definition(definition.origin(at as usize));
                self.write(definition.text(at as usize), kind, origin, Some(out))?;
            }
            Out::Call(at) => {
                self.write(call.text(at as usize), kind, Origin::Call(call.origin(at as usize)), Some(out))?;
            }
            Out::Crate(at) => {
                let name = std::mem::take(&mut self.crate_name);
                let done = self.write(&name, kind, Origin::Definition(definition.origin(at as usize)), None);
                self.crate_name = name;
                done?;
            }
            Out::Made(made) => {
                let (text, at) = &output.made[made as usize];
                self.write(text, kind, Origin::Definition(definition.origin(*at as usize)), None)?;
            }
        }
        if !joint {
            self.previous = Some((kind, None));
        }
        Ok(())
    }

    fn write(&mut self, text: &str, kind: Kind, origin: Origin, out: Option<Out>) -> Result<(), MacroError> {
        match kind {
            Kind::Open(_) if self.depth >= self.limits.max_depth => return Err(MacroError::TooDeep),
            Kind::Open(_) => self.depth += 1,
            Kind::Close(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.expansion.text.len() + text.len() >= self.limits.max_output_bytes {
            return Err(MacroError::TooLarge);
        }
        if self.needs_space(kind, out) {
            self.expansion.text.push(' ');
        }
        let offset = u32::try_from(self.expansion.text.len()).map_err(|_| MacroError::TooLarge)?;
        self.expansion.map.push(offset, origin);
        self.expansion.text.push_str(text);
        self.previous = Some((kind, out));
        Ok(())
    }

    fn needs_space(&self, kind: Kind, out: Option<Out>) -> bool {
        let Some((previous, token)) = self.previous else { return false };
        if matches!(previous, Kind::Open(_)) || matches!(kind, Kind::Close(_)) {
            return false;
        }
        match (token, out) {
            (Some(Out::Definition(a)), Some(Out::Definition(b))) | (Some(Out::Call(a)), Some(Out::Call(b))) => {
                a + 1 != b
            }
            _ => true,
        }
    }

    fn kind(&self, out: Out) -> Kind {
        match out {
            Out::Definition(at) => self.definition.kind(at as usize).unwrap_or(Kind::Unknown),
            Out::Call(at) => self.call.kind(at as usize).unwrap_or(Kind::Unknown),
            Out::Crate(_) => Kind::Ident,
            Out::Made(made) => {
                let text = &self.output.made[made as usize].0;
                if text.starts_with(|c: char| c.is_ascii_digit()) { Kind::Literal } else { Kind::Ident }
            }
        }
    }

    fn is_joint(&self, out: Out) -> bool {
        match out {
            Out::Definition(at) => self.definition.get(at as usize).is_some_and(|token| token.joint),
            Out::Call(at) => self.call.get(at as usize).is_some_and(|token| token.joint),
            Out::Crate(_) | Out::Made(_) => false,
        }
    }

    fn kind_at(&self, index: usize) -> Option<Kind> {
        self.output.tokens.get(index).map(|&out| self.kind(out))
    }

    fn text_at(&self, index: usize) -> &str {
        match self.output.tokens.get(index) {
            Some(Out::Definition(at)) => self.definition.text(*at as usize),
            Some(Out::Call(at)) => self.call.text(*at as usize),
            _ => "",
        }
    }

    /// Whether the characters of `op` stand joined at `index` of the output.
    fn is_op(&self, index: usize, op: &[u8]) -> bool {
        op.iter().enumerate().all(|(i, &c)| {
            self.kind_at(index + i) == Some(Kind::Punct(c))
                && (i + 1 == op.len() || self.is_joint(self.output.tokens[index + i]))
        })
    }

    fn fragment(&mut self, placed: &Placed) -> Result<(), MacroError> {
        let wrap = self.wrap(placed);
        let origin = Origin::Definition(self.definition.origin(placed.dollar as usize));
        match wrap {
            Wrap::Nothing => {}
            Wrap::Parentheses => self.write("(", Kind::Open(Delim::Paren), origin, None)?,
            Wrap::Angles => self.write("<", Kind::Punct(b'<'), origin, None)?,
        }
        let turbofish = placed.fragment.specifier == Specifier::Path;
        let mut angles = 0usize;
        for index in placed.start as usize..placed.end as usize {
            match self.kind_at(index) {
                Some(Kind::Punct(b'<')) => {
                    // A path as in a type may stand in an expression; `::<` is right in both.
                    let after_name = index > placed.start as usize && self.kind_at(index - 1) == Some(Kind::Ident);
                    if turbofish && angles == 0 && after_name {
                        self.write("::", Kind::Punct(b':'), origin, None)?;
                    }
                    angles += 1;
                }
                Some(Kind::Punct(b'>')) => angles = angles.saturating_sub(1),
                _ => {}
            }
            self.token(index)?;
        }
        match wrap {
            Wrap::Nothing => {}
            Wrap::Parentheses => self.write(")", Kind::Close(Delim::Paren), origin, None)?,
            Wrap::Angles => self.write(">", Kind::Punct(b'>'), origin, None)?,
        }
        // `$s:stmt` has no semicolon of its own; a `let` cannot do without.
        if placed.fragment.specifier == Specifier::Stmt
            && self.call.is_word(placed.fragment.start as usize, "let")
            && self.kind_at(placed.end as usize) != Some(Kind::Punct(b';'))
        {
            self.write(";", Kind::Punct(b';'), origin, None)?;
        }
        Ok(())
    }

    fn wrap(&self, placed: &Placed) -> Wrap {
        let Fragment { specifier, start, end } = placed.fragment;
        let (first, last) = (start as usize, end as usize);
        match specifier {
            Specifier::Expr | Specifier::Literal => {
                let scanner = Scanner::new(self.call, true);
                if last - first <= 1 {
                    return Wrap::Nothing;
                }
                let before_brace = self.kind_at(placed.end as usize) == Some(Kind::Open(Delim::Brace))
                    && self.has_top_brace(first, last);
                let touched = before_brace || self.binds_before(placed) || self.binds_after(placed.end as usize);
                if touched && (before_brace || !scanner.is_atomic(first, last)) {
                    Wrap::Parentheses
                } else {
                    Wrap::Nothing
                }
            }
            Specifier::Ty if self.is_op(placed.end as usize, b"::") => {
                let plain = (first..last).all(|at| matches!(self.call.kind(at), Some(Kind::Ident | Kind::Punct(b':'))))
                    && !self.call.is_word(first, "dyn")
                    && !self.call.is_word(first, "impl");
                if plain { Wrap::Nothing } else { Wrap::Angles }
            }
            Specifier::Ty => {
                let behind = placed.start.checked_sub(1).is_some_and(|index| {
                    matches!(self.kind_at(index as usize), Some(Kind::Punct(b'&') | Kind::Lifetime))
                        || matches!(self.text_at(index as usize), "mut" | "const")
                });
                let several = (first..last).any(|at| self.call.is_punct(at, b'+'))
                    && !matches!(self.call.kind(first), Some(Kind::Open(_)));
                if behind && several && self.has_top_plus(first, last) { Wrap::Parentheses } else { Wrap::Nothing }
            }
            _ => Wrap::Nothing,
        }
    }

    fn has_top_brace(&self, first: usize, last: usize) -> bool {
        self.any_top(first, last, |at| self.call.is_open(at, Delim::Brace))
    }

    fn has_top_plus(&self, first: usize, last: usize) -> bool {
        self.any_top(first, last, |at| self.call.is_punct(at, b'+'))
    }

    fn any_top(&self, first: usize, last: usize, mut test: impl FnMut(usize) -> bool) -> bool {
        let mut at = first;
        while at < last {
            if test(at) {
                return true;
            }
            at = self.call.tree_end(at);
        }
        false
    }

    /// Whether an operator stands before the fragment.
    fn binds_before(&self, placed: &Placed) -> bool {
        let Some(index) = (placed.start as usize).checked_sub(1) else { return false };
        let joint = |c: u8| {
            index > 0 && self.kind_at(index - 1) == Some(Kind::Punct(c)) && self.is_joint(self.output.tokens[index - 1])
        };
        match self.kind_at(index) {
            Some(Kind::Punct(c)) => match c {
                b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'&' | b'|' | b'!' => true,
                b'<' => !self.is_generic_argument(placed),
                b'>' => !joint(b'-') && !joint(b'='),
                b'=' => joint(b'=') || joint(b'!') || joint(b'<') || joint(b'>') || joint(b'.'),
                b'.' => joint(b'.'),
                _ => false,
            },
            Some(Kind::Ident) => self.text_at(index) == "mut",
            _ => false,
        }
    }

    /// `Name<$e>`: parentheses would not be a generic argument.
    fn is_generic_argument(&self, placed: &Placed) -> bool {
        matches!(self.kind_at(placed.end as usize), Some(Kind::Punct(b'>' | b',')))
    }

    /// Whether an operator, a call or an index stands at `index`, after a fragment.
    fn binds_after(&self, index: usize) -> bool {
        match self.kind_at(index) {
            Some(Kind::Punct(c)) => match c {
                b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'&' | b'|' | b'<' | b'?' | b'.' => true,
                b'>' => index == 0 || !self.closes_generics(index),
                b'=' => self.is_op(index, b"=="),
                b'!' => self.is_op(index, b"!="),
                _ => false,
            },
            Some(Kind::Ident) => self.text_at(index) == "as",
            Some(Kind::Open(delim)) => delim != Delim::Brace,
            _ => false,
        }
    }

    /// Whether the `>` at `index` closes a list that the fragment before it ends.
    fn closes_generics(&self, index: usize) -> bool {
        let mut at = index;
        while let Some(before) = at.checked_sub(1) {
            match self.kind_at(before) {
                Some(Kind::Punct(b'<')) => return true,
                Some(Kind::Punct(b'-' | b',') | Kind::Literal) => at = before,
                _ => return false,
            }
        }
        false
    }
}
