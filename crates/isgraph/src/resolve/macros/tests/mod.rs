//! Small expansions, each compared by tokens with what rustc produces.

mod differential;
mod fragments;
mod hostile;
mod real;
mod reference;

use super::tokens::{Kind, Tokens};
use super::{Expansion, Limits, MacroError, MacroRules, Origin};

fn expand(definition: &str, call: &str) -> Result<Expansion, MacroError> {
    MacroRules::compile(definition)?.expand(call, 7, &Limits::default())
}

/// The tokens of a text, operators glued as the language reads them.
fn words(text: &str) -> Vec<String> {
    let tokens = Tokens::read(text, usize::MAX, usize::MAX).expect("a test's text has balanced delimiters");
    let mut words = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let end = if matches!(tokens.kind(at), Some(Kind::Open(_))) { at + 1 } else { at + tokens.glued(at) };
        words.push((at..end).map(|at| tokens.text(at)).collect());
        at = end;
    }
    words
}

#[track_caller]
fn check(definition: &str, call: &str, expected: &str) {
    let expansion = expand(definition, call).unwrap_or_else(|error| panic!("{error}\ncall: {call}"));
    assert_eq!(words(&expansion.text), words(expected), "\nexpansion: {}\n expected: {expected}", expansion.text);
}

#[track_caller]
fn fails(definition: &str, call: &str, expected: MacroError) {
    assert_eq!(expand(definition, call).map(|expansion| expansion.text), Err(expected));
}

/// Where each identifier `name` of the expansion comes from.
fn origins(expansion: &Expansion, name: &str) -> Vec<Origin> {
    expansion.text.match_indices(name).map(|(at, _)| expansion.map.origin(at as u32)).collect()
}
