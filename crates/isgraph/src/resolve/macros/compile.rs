//! From the text of a definition to rules: flat programs for the matcher and the transcriber.

use std::ops::Range;

use super::scan::Specifier;
use super::tokens::{Delim, Kind, Tokens};
use super::{Limits, MacroError, MacroRules};

/// How often a repetition may match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    ZeroOrMore,
    OneOrMore,
    ZeroOrOne,
}

/// One or several definition tokens that make one token of the language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glued {
    pub(super) at: u32,
    pub(super) len: u32,
}

/// A place in a matcher. As in rustc's `macro_parser`, a matcher is a flat list of places, and
/// the state of a match is one of them.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// A token, delimiters included.
    Token(Glued),
    /// Start of a repetition; its variables have those slots; it ends before place `after`.
    Repeat { op: Op, after: u32, slots: Range<u32>, depth: u32 },
    /// End of a repetition without separator, which starts after place `first - 1`.
    EndRepeat { op: Op, first: u32 },
    /// End of a repetition with a separator; [`Place::Again`] follows.
    Separator(Glued),
    /// After a separator: back to the repetition's first place.
    Again { first: u32 },
    /// `$name:specifier`.
    Variable { slot: u32, specifier: Specifier },
    /// End of the matcher.
    End,
}

/// A step of a transcriber.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A token of the definition.
    Token(u32),
    /// `$name`, and its `$` token.
    Variable { slot: u32, dollar: u32 },
    /// A repetition of the steps up to `end`, driven by those variables.
    Repeat { end: u32, separator: Option<Glued>, slots: Vec<u32> },
    /// `$crate`.
    Crate(u32),
    /// `${count(x, depth)}`.
    Count { slot: u32, depth: Option<u32>, dollar: u32 },
    /// `${index(depth)}`, `${len(depth)}`.
    Counter { kind: Counter, depth: u32, dollar: u32 },
    /// `${concat(…)}`.
    Concat { parts: Vec<ConcatPart>, dollar: u32 },
}

/// Which number of the enclosing repetition is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counter {
    Index,
    Len,
}

/// A part of `${concat(…)}`.
#[derive(Debug, Clone, Copy)]
pub(super) enum ConcatPart {
    /// An identifier or literal of the definition.
    Token(u32),
    /// A variable.
    Variable(u32),
}

/// One rule.
#[derive(Debug, Clone, Default)]
pub(super) struct Rule {
    pub(super) places: Vec<Place>,
    pub(super) slots: Vec<Slot>,
    pub(super) steps: Vec<Step>,
    /// Whether a variable is an expression.
    pub(super) has_expr: bool,
}

/// A variable of a matcher.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    name: Box<str>,
    /// How many repetitions are around it.
    pub(super) depth: u32,
}

/// Repetitions nest in a definition at most this deep, so that recursion over them is safe.
const MAX_REPETITIONS: u32 = 32;

pub(super) fn rules(text: &str) -> Result<MacroRules, MacroError> {
    let tokens = read(text)?;
    let rules = rule_list(&tokens, 0..tokens.len())?;
    Ok(MacroRules { tokens, rules })
}

pub(super) fn macro2(text: &str) -> Result<MacroRules, MacroError> {
    let tokens = read(text)?;
    let rules = match tokens.kind(0) {
        Some(Kind::Open(Delim::Brace)) => rule_list(&tokens, 1..tokens.tree_end(0) - 1)?,
        Some(Kind::Open(_)) => {
            let body = tokens.tree_end(0);
            if !matches!(tokens.kind(body), Some(Kind::Open(_))) {
                return Err(malformed(&tokens, body, "expected a body"));
            }
            vec![Compiler::rule(&tokens, 1..body - 1, body + 1..tokens.tree_end(body) - 1)?]
        }
        _ => return Err(malformed(&tokens, 0, "expected a macro's parameters")),
    };
    Ok(MacroRules { tokens, rules })
}

fn read(text: &str) -> Result<Tokens, MacroError> {
    let limits = Limits::default();
    Tokens::read(text, limits.max_input_tokens, limits.max_depth)
}

fn malformed(tokens: &Tokens, at: usize, reason: &'static str) -> MacroError {
    MacroError::malformed(tokens.origin(at) as usize, reason)
}

/// `(…) => {…}` separated by `;` (or `,`, in a `macro`).
fn rule_list(tokens: &Tokens, range: Range<usize>) -> Result<Vec<Rule>, MacroError> {
    let mut rules = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let matcher_end = tokens.tree_end(at);
        let body = matcher_end + 2;
        if !matches!(tokens.kind(at), Some(Kind::Open(_)))
            || !tokens.is_op(matcher_end, b"=>")
            || !matches!(tokens.kind(body), Some(Kind::Open(_)))
            || body >= range.end
        {
            return Err(malformed(tokens, at, "expected a rule `(…) => {…}`"));
        }
        let body_end = tokens.tree_end(body);
        rules.push(Compiler::rule(tokens, at + 1..matcher_end - 1, body + 1..body_end - 1)?);
        at = body_end;
        if at < range.end {
            if !(tokens.is_punct(at, b';') || tokens.is_punct(at, b',')) {
                return Err(malformed(tokens, at, "expected `;` between rules"));
            }
            at += 1;
        }
    }
    Ok(rules)
}

struct Compiler<'a> {
    tokens: &'a Tokens,
    rule: Rule,
}

/// `$( … ) separator op`.
struct Repetition {
    body: Range<usize>,
    separator: Option<Glued>,
    op: Op,
    end: usize,
}

impl<'a> Compiler<'a> {
    fn rule(tokens: &'a Tokens, matcher: Range<usize>, body: Range<usize>) -> Result<Rule, MacroError> {
        let mut this = Self { tokens, rule: Rule::default() };
        this.places(matcher, 0)?;
        this.rule.places.push(Place::End);
        this.steps(body, 0)?;
        Ok(this.rule)
    }

    /// Reads what follows the `$` at `at`, if it is a repetition.
    fn repetition(&self, at: usize, limit: usize) -> Result<Option<Repetition>, MacroError> {
        if !self.tokens.is_open(at + 1, Delim::Paren) {
            return Ok(None);
        }
        let close = self.tokens.tree_end(at + 1);
        let mut at_op = close;
        let mut separator = None;
        let op = loop {
            if at_op >= limit {
                return Err(malformed(self.tokens, at, "expected `*`, `+` or `?` after a repetition"));
            }
            match self.tokens.kind(at_op) {
                Some(Kind::Punct(b'*')) => break Op::ZeroOrMore,
                Some(Kind::Punct(b'+')) => break Op::OneOrMore,
                Some(Kind::Punct(b'?')) => break Op::ZeroOrOne,
                Some(_) if separator.is_none() => {
                    let len = self.tokens.glued(at_op);
                    separator = Some(Glued { at: at_op as u32, len: len as u32 });
                    at_op += len;
                }
                _ => return Err(malformed(self.tokens, at, "expected `*`, `+` or `?` after a repetition")),
            }
        };
        Ok(Some(Repetition { body: at + 2..close - 1, separator, op, end: at_op + 1 }))
    }

    fn places(&mut self, range: Range<usize>, depth: u32) -> Result<(), MacroError> {
        let mut at = range.start;
        while at < range.end {
            if !self.tokens.is_punct(at, b'$') {
                let len = self.tokens.glued(at);
                self.rule.places.push(Place::Token(Glued { at: at as u32, len: len as u32 }));
                at += len;
                continue;
            }
            if let Some(repetition) = self.repetition(at, range.end)? {
                at = repetition.end;
                self.repeat_place(&repetition, depth)?;
            } else if self.tokens.is_punct(at + 1, b'$') {
                self.rule.places.push(Place::Token(Glued { at: at as u32 + 1, len: 1 }));
                at += 2;
            } else if at + 1 == range.end {
                self.rule.places.push(Place::Token(Glued { at: at as u32, len: 1 }));
                at += 1;
            } else if self.tokens.is_word(at + 1, "crate") {
                for at in [at, at + 1] {
                    self.rule.places.push(Place::Token(Glued { at: at as u32, len: 1 }));
                }
                at += 2;
            } else if self.tokens.kind(at + 1) == Some(Kind::Ident)
                && self.tokens.is_punct(at + 2, b':')
                && at + 3 < range.end
            {
                let Some(mut specifier) = Specifier::from_word(self.tokens.text(at + 3)) else {
                    return Err(malformed(self.tokens, at + 3, "unknown fragment specifier"));
                };
                // Before edition 2021 `pat` had no alternatives; a `|` may follow it there only.
                let or_follows =
                    self.tokens.is_punct(at + 4, b'|') || (at + 4 == range.end && self.tokens.is_punct(at + 5, b'|'));
                if specifier == Specifier::Pat && or_follows {
                    specifier = Specifier::PatParam;
                }
                self.rule.has_expr |= specifier == Specifier::Expr;
                let slot = self.rule.slots.len() as u32;
                self.rule.slots.push(Slot { name: self.tokens.text(at + 1).into(), depth });
                self.rule.places.push(Place::Variable { slot, specifier });
                at += 4;
            } else {
                return Err(malformed(self.tokens, at, "expected a variable with its fragment specifier"));
            }
        }
        Ok(())
    }

    fn repeat_place(&mut self, repetition: &Repetition, depth: u32) -> Result<(), MacroError> {
        if depth >= MAX_REPETITIONS {
            return Err(MacroError::TooDeep);
        }
        let start = self.rule.places.len();
        let first_slot = self.rule.slots.len() as u32;
        let op = repetition.op;
        self.rule.places.push(Place::Repeat { op, after: 0, slots: first_slot..first_slot, depth });
        let first = start as u32 + 1;
        self.places(repetition.body.clone(), depth + 1)?;
        if repetition.separator.is_none() && self.may_be_empty(start + 1..self.rule.places.len()) {
            return Err(malformed(self.tokens, repetition.body.start, "a repetition that matches nothing"));
        }
        match repetition.separator {
            None => self.rule.places.push(Place::EndRepeat { op, first }),
            Some(separator) => {
                self.rule.places.push(Place::Separator(separator));
                self.rule.places.push(Place::Again { first });
            }
        }
        let (after, slots) = (self.rule.places.len() as u32, first_slot..self.rule.slots.len() as u32);
        self.rule.places[start] = Place::Repeat { op, after, slots, depth };
        Ok(())
    }

    fn may_be_empty(&self, range: Range<usize>) -> bool {
        let mut at = range.start;
        while at < range.end {
            match &self.rule.places[at] {
                Place::Repeat { op: Op::ZeroOrMore | Op::ZeroOrOne, after, .. } => at = *after as usize,
                Place::Variable { specifier: Specifier::Vis, .. } => at += 1,
                _ => return false,
            }
        }
        true
    }

    fn slot(&self, name: &str) -> Option<u32> {
        self.rule.slots.iter().position(|slot| &*slot.name == name).map(|slot| slot as u32)
    }

    fn steps(&mut self, range: Range<usize>, depth: u32) -> Result<(), MacroError> {
        let mut at = range.start;
        while at < range.end {
            if !self.tokens.is_punct(at, b'$') || at + 1 >= range.end {
                self.rule.steps.push(Step::Token(at as u32));
                at += 1;
                continue;
            }
            if self.tokens.is_open(at + 1, Delim::Brace) {
                at = self.expression_step(at)?;
            } else if let Some(repetition) = self.repetition(at, range.end)? {
                at = repetition.end;
                self.repeat_step(&repetition, depth)?;
            } else if self.tokens.is_punct(at + 1, b'$') {
                self.rule.steps.push(Step::Token(at as u32));
                at += 2;
            } else if self.tokens.is_word(at + 1, "crate") {
                self.rule.steps.push(Step::Crate(at as u32));
                at += 2;
            } else if self.tokens.kind(at + 1) == Some(Kind::Ident)
                && let Some(slot) = self.slot(self.tokens.text(at + 1))
            {
                self.rule.steps.push(Step::Variable { slot, dollar: at as u32 });
                at += 2;
            } else {
                // Not a variable of this macro: of one that it defines.
                self.rule.steps.push(Step::Token(at as u32));
                at += 1;
            }
        }
        Ok(())
    }

    fn repeat_step(&mut self, repetition: &Repetition, depth: u32) -> Result<(), MacroError> {
        if depth >= MAX_REPETITIONS {
            return Err(MacroError::TooDeep);
        }
        let start = self.rule.steps.len();
        self.rule.steps.push(Step::Token(0));
        self.steps(repetition.body.clone(), depth + 1)?;
        let mut slots: Vec<u32> = self.rule.steps[start + 1..]
            .iter()
            .flat_map(|step| match step {
                Step::Variable { slot, .. } | Step::Count { slot, .. } => vec![*slot],
                Step::Concat { parts, .. } => parts
                    .iter()
                    .filter_map(|part| match part {
                        ConcatPart::Variable(slot) => Some(*slot),
                        ConcatPart::Token(_) => None,
                    })
                    .collect(),
                Step::Repeat { slots, .. } => slots.clone(),
                _ => Vec::new(),
            })
            .chain(self.ignored(&repetition.body))
            .filter(|&slot| self.rule.slots[slot as usize].depth > depth)
            .collect();
        slots.sort_unstable();
        slots.dedup();
        if slots.is_empty() {
            return Err(malformed(self.tokens, repetition.body.start, "a repetition without a repeated variable"));
        }
        let end = self.rule.steps.len() as u32;
        self.rule.steps[start] = Step::Repeat { end, separator: repetition.separator, slots };
        Ok(())
    }

    /// Slots named by `${ignore(x)}` in the body: they drive a repetition and print nothing.
    fn ignored(&self, body: &Range<usize>) -> Vec<u32> {
        let mut slots = Vec::new();
        for at in body.clone() {
            if self.tokens.is_punct(at, b'$')
                && self.tokens.is_open(at + 1, Delim::Brace)
                && self.tokens.is_word(at + 2, "ignore")
            {
                let name = at + 4 + usize::from(self.tokens.is_punct(at + 4, b'$'));
                slots.extend(self.slot(self.tokens.text(name)));
            }
        }
        slots
    }

    /// `${name(arguments)}`: answers the index after it.
    fn expression_step(&mut self, dollar: usize) -> Result<usize, MacroError> {
        let (open, end) = (dollar + 3, self.tokens.tree_end(dollar + 1));
        if !self.tokens.is_open(open, Delim::Paren) || self.tokens.tree_end(open) + 1 != end {
            return Err(malformed(self.tokens, dollar, "expected `${name(…)}`"));
        }
        let (mut at, close) = (open + 1, self.tokens.tree_end(open) - 1);
        let mut arguments: Vec<(usize, bool)> = Vec::new();
        while at < close {
            let is_variable = self.tokens.is_punct(at, b'$');
            at += usize::from(is_variable);
            arguments.push((at, is_variable));
            at += 1;
            if at < close && !self.tokens.is_punct(at, b',') {
                return Err(malformed(self.tokens, at, "expected `,`"));
            }
            at += 1;
        }
        let number = |i: usize| arguments.get(i).and_then(|&(at, _)| self.tokens.text(at).parse::<u32>().ok());
        let first = arguments.first().map_or("", |&(at, _)| self.tokens.text(at));
        let unknown = malformed(self.tokens, dollar, "unknown variable in a macro expression");
        let mark = dollar as u32;
        let step = match self.tokens.text(dollar + 2) {
            "count" => Step::Count { slot: self.slot(first).ok_or(unknown)?, depth: number(1), dollar: mark },
            "index" => Step::Counter { kind: Counter::Index, depth: number(0).unwrap_or(0), dollar: mark },
            "len" | "length" => Step::Counter { kind: Counter::Len, depth: number(0).unwrap_or(0), dollar: mark },
            "ignore" => {
                self.slot(first).ok_or(unknown)?;
                return Ok(end);
            }
            "concat" => {
                let parts = arguments
                    .iter()
                    .map(|&(at, is_variable)| {
                        if is_variable {
                            self.slot(self.tokens.text(at)).map(ConcatPart::Variable).ok_or(unknown)
                        } else {
                            Ok(ConcatPart::Token(at as u32))
                        }
                    })
                    .collect::<Result<_, _>>()?;
                Step::Concat { parts, dollar: mark }
            }
            _ => return Err(malformed(self.tokens, dollar, "unknown macro expression")),
        };
        self.rule.steps.push(step);
        Ok(end)
    }
}
