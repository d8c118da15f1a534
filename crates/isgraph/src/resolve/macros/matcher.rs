//! Matching a call against a rule: rustc's `macro_parser` over the flat places of a matcher.
//!
//! All threads of a match stand at the same token. A thread is a place and the trace of what it
//! bound on the way, kept as a list that threads share; so a step costs the same however much was
//! bound before, and a list of ten thousand elements is matched in linear time.

use super::MacroError;
use super::Steps;
use super::compile::{Op, Place, Rule};
use super::scan::{Scanner, Specifier};
use super::tokens::Tokens;

/// What a variable stands for: the tokens `start..end` of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) specifier: Specifier,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The matches of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Binding {
    One(Fragment),
    /// One for each turn of a repetition.
    Many(Vec<Binding>),
}

#[derive(Clone, Copy)]
enum Event {
    /// The repetition at that place was reached.
    Repeat(u32),
    Bind(u32, Fragment),
}

#[derive(Clone, Copy)]
struct Thread {
    place: u32,
    /// Index + 1 of its last event.
    trace: u32,
}

struct Trace(Vec<(u32, Event)>);

impl Trace {
    fn push(&mut self, previous: u32, event: Event) -> u32 {
        self.0.push((previous, event));
        self.0.len() as u32
    }
}

/// Matches the whole call; answers the binding of every slot.
pub(super) fn matches(
    rule: &Rule,
    definition: &Tokens,
    call: &Tokens,
    wide_expr: bool,
    steps: &mut Steps,
) -> Result<Option<Vec<Binding>>, MacroError> {
    let scanner = Scanner::new(call, wide_expr);
    let mut trace = Trace(Vec::new());
    let mut current = vec![Thread { place: 0, trace: 0 }];
    // Threads behind a token that matched; it took as many of the call's for all of them.
    let mut after_token: Vec<Thread> = Vec::new();
    let mut at_variable: Vec<Thread> = Vec::new();
    let mut at = 0usize;
    loop {
        let mut ended = None;
        let mut advance = 1;
        while let Some(thread) = current.pop() {
            steps.take(1)?;
            let goto = |place: u32| Thread { place, ..thread };
            match &rule.places[thread.place as usize] {
                Place::Token(glued) => {
                    if same_token(definition, glued.at as usize, glued.len as usize, call, at) {
                        advance = glued.len as usize;
                        after_token.push(goto(thread.place + 1));
                    }
                }
                Place::Repeat { op, after, .. } => {
                    let trace = trace.push(thread.trace, Event::Repeat(thread.place));
                    if *op != Op::OneOrMore {
                        current.push(Thread { place: *after, trace });
                    }
                    current.push(Thread { place: thread.place + 1, trace });
                }
                Place::EndRepeat { op, first } => {
                    current.push(goto(thread.place + 1));
                    if *op != Op::ZeroOrOne {
                        current.push(goto(*first));
                    }
                }
                Place::Separator(glued) => {
                    current.push(goto(thread.place + 2));
                    if same_token(definition, glued.at as usize, glued.len as usize, call, at) {
                        advance = glued.len as usize;
                        after_token.push(goto(thread.place + 1));
                    }
                }
                Place::Again { first } => current.push(goto(*first)),
                Place::Variable { specifier, .. } => {
                    if scanner.may_start(*specifier, at) {
                        at_variable.push(thread);
                    }
                }
                Place::End => {
                    if at == call.len() {
                        ended = Some(thread);
                    }
                }
            }
        }
        if at >= call.len() {
            return Ok(ended.map(|thread| bindings(rule, &trace, thread)));
        }
        if !after_token.is_empty() {
            // The language rejects a call for which a variable is an option as well.
            std::mem::swap(&mut current, &mut after_token);
            after_token.clear();
            at_variable.clear();
            at += advance;
            continue;
        }
        let Some(thread) = at_variable.pop() else { return Ok(None) };
        at_variable.clear();
        let Place::Variable { slot, specifier } = rule.places[thread.place as usize] else { return Ok(None) };
        let Some(end) = scanner.end_of(specifier, at) else { return Ok(None) };
        steps.take(end - at)?;
        let fragment = Fragment { specifier, start: at as u32, end: end as u32 };
        current.push(Thread { place: thread.place + 1, trace: trace.push(thread.trace, Event::Bind(slot, fragment)) });
        at = end;
    }
}

/// Whether the call's token at `at` is the definition's token of `len` parts at `pattern`.
fn same_token(definition: &Tokens, pattern: usize, len: usize, call: &Tokens, at: usize) -> bool {
    call.glued(at) == len
        && (0..len).all(|i| {
            definition.kind(pattern + i) == call.kind(at + i) && definition.text(pattern + i) == call.text(at + i)
        })
}

fn bindings(rule: &Rule, trace: &Trace, thread: Thread) -> Vec<Binding> {
    let mut events = Vec::new();
    let mut at = thread.trace;
    while let Some(&(previous, event)) = (at as usize).checked_sub(1).and_then(|at| trace.0.get(at)) {
        events.push(event);
        at = previous;
    }
    let mut bindings: Vec<Option<Binding>> = vec![None; rule.slots.len()];
    for event in events.into_iter().rev() {
        match event {
            Event::Repeat(place) => {
                if let Place::Repeat { slots, depth, .. } = &rule.places[place as usize] {
                    for slot in slots.clone() {
                        insert(&mut bindings[slot as usize], *depth, Binding::Many(Vec::new()));
                    }
                }
            }
            Event::Bind(slot, fragment) => {
                let depth = rule.slots[slot as usize].depth;
                insert(&mut bindings[slot as usize], depth, Binding::One(fragment));
            }
        }
    }
    bindings.into_iter().map(|binding| binding.unwrap_or(Binding::Many(Vec::new()))).collect()
}

/// Adds `new` in the current turn of the innermost of `depth` repetitions.
fn insert(binding: &mut Option<Binding>, depth: u32, new: Binding) {
    let Some(mut many) = binding.as_mut().filter(|_| depth > 0) else {
        *binding = Some(new);
        return;
    };
    for _ in 1..depth {
        let Binding::Many(turns) = many else { return };
        let Some(last) = turns.last_mut() else { return };
        many = last;
    }
    if let Binding::Many(turns) = many {
        turns.push(new);
    }
}
