//! From a rule's transcriber and the bindings of a match to the tokens of the expansion.

use super::compile::{ConcatPart, Counter, Glued, Rule, Step};
use super::matcher::{Binding, Fragment};
use super::tokens::Tokens;
use super::{Limits, MacroError, Steps};

/// A token of the expansion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Out {
    /// A token of the definition.
    Definition(u32),
    /// A token of the call.
    Call(u32),
    /// `$crate`, written at that token of the definition.
    Crate(u32),
    /// Index in [`Output::made`].
    Made(u32),
}

/// A fragment in the output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub(super) fragment: Fragment,
    /// Its tokens in [`Output::tokens`].
    pub(super) start: u32,
    pub(super) end: u32,
    /// The `$` of the variable.
    pub(super) dollar: u32,
}

/// The tokens of an expansion, not yet printed.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) tokens: Vec<Out>,
    /// Fragments in order; they do not nest.
    pub(super) fragments: Vec<Placed>,
    /// Tokens made by macro expressions, and the definition's token that made them.
    pub(super) made: Vec<(String, u32)>,
}

pub(super) fn transcribe(
    rule: &Rule,
    definition: &Tokens,
    call: &Tokens,
    bindings: &[Binding],
    limits: &Limits,
    steps: &mut Steps,
) -> Result<Output, MacroError> {
    let mut transcriber =
        Transcriber { rule, definition, call, bindings, limits, steps, turns: Vec::new(), output: Output::default() };
    transcriber.run(0, rule.steps.len())?;
    Ok(transcriber.output)
}

/// A repetition that is being written.
#[derive(Clone, Copy)]
struct Turn {
    index: usize,
    len: usize,
}

struct Transcriber<'a> {
    rule: &'a Rule,
    definition: &'a Tokens,
    call: &'a Tokens,
    bindings: &'a [Binding],
    limits: &'a Limits,
    steps: &'a mut Steps,
    turns: Vec<Turn>,
    output: Output,
}

impl Transcriber<'_> {
    /// Recurses over nested repetitions only, which the compiler bounds.
    fn run(&mut self, mut at: usize, end: usize) -> Result<(), MacroError> {
        while at < end {
            self.steps.take(1)?;
            let rule = self.rule;
            match &rule.steps[at] {
                Step::Token(token) => self.push(Out::Definition(*token))?,
                Step::Crate(token) => self.push(Out::Crate(*token))?,
                Step::Variable { slot, dollar } => self.variable(*slot, *dollar)?,
                Step::Repeat { end, separator, slots } => {
                    self.repeat(at + 1, *end as usize, *separator, slots)?;
                    at = *end as usize;
                    continue;
                }
                Step::Count { slot, depth, dollar } => {
                    let count = self.binding(*slot).map_or(0, |binding| count(binding, depth.unwrap_or(u32::MAX)));
                    self.made(count.to_string(), *dollar)?;
                }
                Step::Counter { kind, depth, dollar } => {
                    let turn = self.turns.iter().rev().nth(*depth as usize).copied();
                    let turn = turn.ok_or(MacroError::UnequalRepetition)?;
                    let number = match kind {
                        Counter::Index => turn.index,
                        Counter::Len => turn.len,
                    };
                    self.made(number.to_string(), *dollar)?;
                }
                Step::Concat { parts, dollar } => {
                    let text = self.concat(parts)?;
                    self.made(text, *dollar)?;
                }
            }
            at += 1;
        }
        Ok(())
    }

    fn push(&mut self, out: Out) -> Result<(), MacroError> {
        if self.output.tokens.len() >= self.limits.max_output_tokens {
            return Err(MacroError::TooLarge);
        }
        self.output.tokens.push(out);
        Ok(())
    }

    fn made(&mut self, text: String, dollar: u32) -> Result<(), MacroError> {
        let index = self.output.made.len() as u32;
        self.output.made.push((text, dollar));
        self.push(Out::Made(index))
    }

    /// A variable's binding in the current turns: a variable that repeats less deep than the
    /// place where it is used stands for the same in every turn.
    fn binding(&self, slot: u32) -> Option<&Binding> {
        let mut binding = self.bindings.get(slot as usize)?;
        for turn in &self.turns {
            match binding {
                Binding::One(_) => break,
                Binding::Many(turns) => binding = turns.get(turn.index)?,
            }
        }
        Some(binding)
    }

    fn fragment(&self, slot: u32) -> Result<Fragment, MacroError> {
        match self.binding(slot) {
            Some(Binding::One(fragment)) => Ok(*fragment),
            _ => Err(MacroError::UnequalRepetition),
        }
    }

    fn variable(&mut self, slot: u32, dollar: u32) -> Result<(), MacroError> {
        let fragment = self.fragment(slot)?;
        let start = self.output.tokens.len() as u32;
        if self.output.tokens.len() + (fragment.end - fragment.start) as usize > self.limits.max_output_tokens {
            return Err(MacroError::TooLarge);
        }
        self.output.tokens.extend((fragment.start..fragment.end).map(Out::Call));
        let end = self.output.tokens.len() as u32;
        self.output.fragments.push(Placed { fragment, start, end, dollar });
        Ok(())
    }

    fn repeat(&mut self, start: usize, end: usize, separator: Option<Glued>, slots: &[u32]) -> Result<(), MacroError> {
        let mut len = None;
        for &slot in slots {
            match self.binding(slot) {
                // Bound outside of this repetition.
                Some(Binding::One(_)) => {}
                Some(Binding::Many(turns)) => {
                    if len.is_some_and(|len| len != turns.len()) {
                        return Err(MacroError::UnequalRepetition);
                    }
                    len = Some(turns.len());
                }
                None => return Err(MacroError::UnequalRepetition),
            }
        }
        let len = len.ok_or(MacroError::UnequalRepetition)?;
        for index in 0..len {
            if index > 0
                && let Some(separator) = separator
            {
                for token in separator.at..separator.at + separator.len {
                    self.push(Out::Definition(token))?;
                }
            }
            self.steps.take(1)?;
            self.turns.push(Turn { index, len });
            let done = self.run(start, end);
            self.turns.pop();
            done?;
        }
        Ok(())
    }

    fn concat(&self, parts: &[ConcatPart]) -> Result<String, MacroError> {
        let mut text = String::new();
        for part in parts {
            let piece = match part {
                ConcatPart::Token(token) => self.definition.text(*token as usize),
                ConcatPart::Variable(slot) => {
                    let fragment = self.fragment(*slot)?;
                    self.call.text(fragment.start as usize)
                }
            };
            text.push_str(piece.trim_matches('"').trim_start_matches("r#"));
        }
        Ok(text)
    }
}

/// How many matches there are `depth` repetitions further in.
fn count(binding: &Binding, depth: u32) -> usize {
    match binding {
        Binding::One(_) => 1,
        Binding::Many(turns) if depth == 0 => turns.len(),
        Binding::Many(turns) => turns.iter().map(|turn| count(turn, depth - 1)).sum(),
    }
}
