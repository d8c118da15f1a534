//! Symbols by name, when one does not know it exactly.

use serde::{Deserialize, Serialize};

use super::{QueryLimits, SymbolRef};
use crate::graph::Graph;
use crate::model::{SymbolId, SymbolKind};

/// How a name fits what was searched for, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchKind {
    /// It is the name.
    Exact,
    /// It is the name but for upper and lower case.
    ExactIgnoringCase,
    /// The name starts with it, upper and lower case alike.
    Prefix,
    /// Its words begin words of the name, in order: `meth rout` in `MethodRouter`.
    Words,
    /// The name holds its letters in order; of three letters and more.
    Subsequence,
}

/// A symbol whose name fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The symbol.
    pub symbol: SymbolRef,
    /// How its name fits.
    pub fit: MatchKind,
}

/// The symbols whose names fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchResults {
    /// What was searched for.
    pub query: String,
    /// The symbols: by fit, then those of the source set before external ones, then shorter names, then path.
    pub matches: Vec<Match>,
    /// How many there are.
    pub total: usize,
    /// Whether some were left out.
    pub truncated: bool,
    /// Whether the search ran to its end.
    pub complete: bool,
}

/// How many symbols pass between two looks at the deadline.
const STOP_EVERY: usize = 1024;

/// The shortest query that is sought as a subsequence.
const MIN_SUBSEQUENCE: usize = 3;

/// Symbols of `kinds` (of all, when empty) whose name fits `query`. `Type::name` seeks `name` among the symbols whose
/// path holds `Type` before it, upper and lower case alike.
#[must_use]
pub fn search(graph: &Graph, query: &str, kinds: &[SymbolKind], limits: &QueryLimits<'_>) -> SearchResults {
    let (qualifier, name) = query.trim().rsplit_once("::").unwrap_or(("", query.trim()));
    let qualifier: Vec<&str> = qualifier.split("::").filter(|segment| !segment.is_empty()).collect();
    let wanted = Wanted::new(name);
    let mut found: Vec<(MatchKind, bool, usize, &str, SymbolId)> = Vec::new();
    let mut complete = true;
    for id in graph.symbol_ids() {
        if id.index() % STOP_EVERY == 0 && limits.deadline.is_some_and(|stop| stop()) {
            complete = false;
            break;
        }
        let kind = graph.kind(id);
        let name = graph.name(id);
        if (kinds.is_empty() || kinds.contains(&kind))
            && let Some(fit) = wanted.fit(name)
            && is_qualified(graph.path(id), name, &qualifier)
        {
            found.push((fit, kind == SymbolKind::External, name.len(), graph.path(id), id));
        }
    }
    let total = found.len();
    if total > limits.max_results {
        if limits.max_results > 0 {
            found.select_nth_unstable(limits.max_results - 1);
        }
        found.truncate(limits.max_results);
    }
    found.sort_unstable();
    SearchResults {
        query: query.to_owned(),
        truncated: found.len() < total,
        matches: found.into_iter().map(|(fit, .., id)| Match { symbol: SymbolRef::new(graph, id), fit }).collect(),
        total,
        complete,
    }
}

/// Whether the path holds the segments in this order before the name.
fn is_qualified(path: &str, name: &str, qualifier: &[&str]) -> bool {
    let mut rest = path.strip_suffix(name).unwrap_or(path);
    qualifier.iter().all(|segment| match find_ignoring_case(rest, segment) {
        Some(at) => {
            rest = &rest[at..];
            true
        }
        None => false,
    })
}

/// Where the first occurrence ends.
fn find_ignoring_case(text: &str, part: &str) -> Option<usize> {
    let at = text.as_bytes().windows(part.len()).position(|window| window.eq_ignore_ascii_case(part.as_bytes()))?;
    text.is_char_boundary(at + part.len()).then_some(at + part.len())
}

struct Wanted<'q> {
    name: &'q str,
    words: Vec<&'q str>,
}

impl<'q> Wanted<'q> {
    fn new(name: &'q str) -> Self {
        Self { name, words: words(name).collect() }
    }

    fn fit(&self, name: &str) -> Option<MatchKind> {
        let (wanted, bytes) = (self.name.as_bytes(), name.as_bytes());
        if wanted.is_empty() {
            return None;
        }
        if wanted == bytes {
            return Some(MatchKind::Exact);
        }
        if wanted.eq_ignore_ascii_case(bytes) {
            return Some(MatchKind::ExactIgnoringCase);
        }
        if bytes.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted)) {
            return Some(MatchKind::Prefix);
        }
        if !is_subsequence(wanted, bytes) {
            return None;
        }
        if self.begins_words_of(name) {
            return Some(MatchKind::Words);
        }
        (wanted.len() >= MIN_SUBSEQUENCE).then_some(MatchKind::Subsequence)
    }

    fn begins_words_of(&self, name: &str) -> bool {
        let mut rest = words(name);
        !self.words.is_empty()
            && self.words.iter().all(|wanted| {
                rest.any(|word| {
                    word.as_bytes()
                        .get(..wanted.len())
                        .is_some_and(|start| start.eq_ignore_ascii_case(wanted.as_bytes()))
                })
            })
    }
}

/// Whether the letters and digits of `wanted` stand in `name` in this order.
fn is_subsequence(wanted: &[u8], name: &[u8]) -> bool {
    let mut rest = name.iter();
    wanted
        .iter()
        .filter(|byte| !matches!(byte, b'_' | b' '))
        .all(|wanted| rest.any(|byte| byte.eq_ignore_ascii_case(wanted)))
}

/// The words of a name: between underscores, blanks and other signs, and at capitals (`HTTPServer` is `HTTP`, `Server`).
pub(crate) fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).flat_map(|run| {
        let mut rest = run;
        std::iter::from_fn(move || {
            let end = hump_end(rest);
            let (word, tail) = rest.split_at(end);
            rest = tail;
            (!word.is_empty()).then_some(word)
        })
    })
}

/// Where the first word of a run of letters and digits ends.
fn hump_end(run: &str) -> usize {
    let mut chars = run.char_indices().peekable();
    let mut previous: Option<char> = None;
    while let Some((at, c)) = chars.next() {
        let starts_word = previous.is_some_and(|previous| {
            let next_is_lower = chars.peek().is_some_and(|(_, next)| next.is_lowercase());
            c.is_uppercase() && (!previous.is_uppercase() || next_is_lower)
        });
        if starts_word {
            return at;
        }
        previous = Some(c);
    }
    run.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        let of = |name| words(name).collect::<Vec<_>>();
        assert_eq!(of("HTTPServer_config2"), ["HTTP", "Server", "config2"]);
        assert_eq!(of("<impl Iterator for Éa>"), ["impl", "Iterator", "for", "Éa"]);
        assert_eq!(of("__"), [""; 0]);
    }

    #[test]
    fn the_best_fit_wins() {
        let fit = |wanted, name| Wanted::new(wanted).fit(name);
        assert_eq!(fit("Router", "Router"), Some(MatchKind::Exact));
        assert_eq!(fit("router", "Router"), Some(MatchKind::ExactIgnoringCase));
        assert_eq!(fit("meth", "MethodRouter"), Some(MatchKind::Prefix));
        assert_eq!(fit("rout", "MethodRouter"), Some(MatchKind::Words));
        assert_eq!(fit("met_rou", "MethodRouter"), Some(MatchKind::Words));
        assert_eq!(fit("mtr", "MethodRouter"), Some(MatchKind::Subsequence));
        assert_eq!(fit("th", "MethodRouter"), None);
        assert_eq!(fit("", "MethodRouter"), None);
        assert_eq!(fit("xyz", "MethodRouter"), None);
    }
}
