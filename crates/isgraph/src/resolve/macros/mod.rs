//! Expansion of `macro_rules!` macros: text in, text out, with the origin of every token.
//!
//! This module knows nothing of names, modules or files: the resolver finds the definition, this
//! expands the call, and `facts` reads the expansion as it reads a file. The text of an expansion
//! lexes to exactly the tokens that the language would produce, with three adjustments, because
//! text has no invisible groups: an expression fragment that stands next to an operator is put in
//! parentheses, `$t::name` of a composite type is printed `<T>::name`, and `$crate` is printed as
//! an identifier of its own
//! ([`DOLLAR_CRATE`](crate::facts::DOLLAR_CRATE)).
//!
//! Architecture invariant: no input makes this module panic, overflow the stack or run on. It
//! recurses over nothing but the nesting of repetitions, which is bounded, and every loop that an
//! input can prolong is paid from [`Limits`].

mod compile;
mod map;
mod matcher;
mod print;
mod scan;
mod tokens;
mod transcribe;

#[cfg(test)]
mod tests;

pub use map::{Origin, SourceMap};

use compile::Rule;
use tokens::Tokens;

/// Bounds on one expansion. How deep expansions nest is the caller's to bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Tokens of a definition or a call.
    pub max_input_tokens: usize,
    /// Tokens of an expansion.
    pub max_output_tokens: usize,
    /// Bytes of an expansion.
    pub max_output_bytes: usize,
    /// Nested delimiters of a definition, call or expansion.
    pub max_depth: usize,
    /// Steps of matching all rules, and of walking the transcriber.
    pub max_steps: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_input_tokens: 200_000,
            max_output_tokens: 200_000,
            max_output_bytes: 4 << 20,
            max_depth: 128,
            max_steps: 4_000_000,
        }
    }
}

/// Why a macro could not be compiled or expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MacroError {
    /// The text is not what the language allows here.
    #[error("{reason} at offset {offset}")]
    Malformed {
        /// Where, in the text that was given.
        offset: u32,
        /// What is wrong.
        reason: &'static str,
    },
    /// No rule matches the call.
    #[error("no rule matches")]
    NoRuleMatches,
    /// Variables that are repeated together have different numbers of matches.
    #[error("variables repeated together have different numbers of matches")]
    UnequalRepetition,
    /// A limit on size or steps was reached.
    #[error("larger than the limits of an expansion")]
    TooLarge,
    /// The limit on nested delimiters was reached.
    #[error("nested deeper than the limit of an expansion")]
    TooDeep,
}

impl MacroError {
    fn malformed(offset: usize, reason: &'static str) -> Self {
        Self::Malformed { offset: u32::try_from(offset).unwrap_or(u32::MAX), reason }
    }
}

/// The text that a call expands to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expansion {
    /// The expansion.
    pub text: String,
    /// Where each of its tokens comes from.
    pub map: SourceMap,
}

/// A compiled definition, to be expanded many times.
#[derive(Debug, Clone)]
pub struct MacroRules {
    tokens: Tokens,
    rules: Vec<Rule>,
}

impl MacroRules {
    /// Compiles the text between the outer delimiters of a `macro_rules!` definition.
    ///
    /// # Errors
    /// When the text is not a list of rules, or larger than [`Limits::default`] allows.
    pub fn compile(def_text: &str) -> Result<Self, MacroError> {
        compile::rules(def_text)
    }

    /// Compiles a `macro` 2.0 definition: the text after its name, `(…) {…}` or `{ (…) => {…} … }`.
    ///
    /// # Errors
    /// As [`Self::compile`].
    pub fn compile_macro2(def_text: &str) -> Result<Self, MacroError> {
        compile::macro2(def_text)
    }

    /// Expands a call whose arguments are `call_text` (the text between its delimiters). The
    /// first rule that matches is taken. `crate_index` is what `$crate` stands for.
    ///
    /// # Errors
    /// When no rule matches, when the call is malformed, and when a limit is reached.
    pub fn expand(&self, call_text: &str, crate_index: u32, limits: &Limits) -> Result<Expansion, MacroError> {
        let call = Tokens::read(call_text, limits.max_input_tokens, limits.max_depth)?;
        let mut steps = Steps(limits.max_steps);
        let (rule, bindings) = self.select(&call, &mut steps)?;
        let output = transcribe::transcribe(rule, &self.tokens, &call, &bindings, limits, &mut steps)?;
        print::print(&output, &self.tokens, &call, crate_index, limits)
    }

    fn select(&self, call: &Tokens, steps: &mut Steps) -> Result<(&Rule, Vec<matcher::Binding>), MacroError> {
        // `$e:expr` takes `_` and `const {}` since edition 2024, and rules rely on both meanings:
        // the old one first, so that a later rule for `_` is found, then the new one.
        for wide_expr in [false, true] {
            for rule in &self.rules {
                if wide_expr && !rule.has_expr {
                    continue;
                }
                if let Some(bindings) = matcher::matches(rule, &self.tokens, call, wide_expr, steps)? {
                    return Ok((rule, bindings));
                }
            }
        }
        Err(MacroError::NoRuleMatches)
    }
}

/// What is left of [`Limits::max_steps`].
struct Steps(usize);

impl Steps {
    fn take(&mut self, count: usize) -> Result<(), MacroError> {
        self.0 = self.0.checked_sub(count).ok_or(MacroError::TooLarge)?;
        Ok(())
    }
}
