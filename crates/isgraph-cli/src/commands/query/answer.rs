//! The shape that all answers share, for programs and for people.

use isgraph::Graph;
use isgraph::model::{Edge, SymbolId};
use isgraph::query::SymbolRef;
use serde::Serialize;

use super::Asking;
use crate::exit::Failure;
use crate::output::human;
use crate::output::style::{FAINT, HEADING, NAME, PLACE, PLAIN, paint};
use crate::output::table::{Column, Shrink, Table, printable};

/// An answer: the core's rows in an envelope that is the same for every query.
#[derive(Debug, Serialize)]
pub(super) struct Answer<'a, Row, More = ()> {
    /// The query's name on the command line.
    pub(super) query: &'static str,
    /// What was asked about: a symbol, words, or null.
    pub(super) target: Target<'a>,
    /// The results, the best or nearest first.
    pub(super) results: &'a [Row],
    /// How many there are in all.
    pub(super) total: usize,
    /// Whether the limit left results out.
    pub(super) truncated: bool,
    /// Whether there may be more beyond the depth.
    pub(super) depth_limited: bool,
    /// Whether the query ran to its end; if not, time was up, and `total` is what was found until then.
    pub(super) complete: bool,
    /// What only this query says.
    #[serde(flatten)]
    pub(super) more: More,
}

/// What a query was asked about.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Target<'a> {
    Symbol(&'a SymbolRef),
    Text(&'a str),
    Nothing,
}

impl Asking<'_> {
    /// Prints an answer: as it is for programs, as a sentence and a table for people.
    pub(super) fn print<Row: Serialize, More: Serialize>(
        &self,
        answer: &Answer<'_, Row, More>,
        heading: &str,
        table: impl FnOnce(&[Row]) -> Table,
        notes: &[String],
    ) -> Result<(), Failure> {
        if self.output.is_json() && self.places.are_in_dump() {
            let mut answer = serde_json::to_value(answer)
                .map_err(|error| Failure::write("the answer", &std::io::Error::from(error)))?;
            self.places.add_to(&mut answer);
            return self.output.json(&answer);
        }
        if self.output.is_json() {
            return self.output.json(answer);
        }
        let mut out = format!("{heading}\n");
        if !answer.results.is_empty() {
            out.push_str(&table(answer.results).render(self.output.width()));
        }
        for note in answer.cuts().iter().chain(notes) {
            out.push_str(&paint(FAINT, printable(note)));
            out.push('\n');
        }
        self.output.text(&out)
    }
}

impl<Row, More> Answer<'_, Row, More> {
    /// What was cut, and how to get it.
    fn cuts(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.truncated {
            let rest = human::grouped(self.total.saturating_sub(self.results.len()));
            notes.push(format!("… and {rest} more; --limit 0 gives all"));
        }
        if !self.complete {
            notes.push("time was up: there may be more; --timeout-ms gives it longer".to_owned());
        }
        if self.depth_limited {
            notes.push("there is more further away; --depth 0 follows it to the end".to_owned());
        }
        notes
    }
}

/// `3 callers of a::b`.
pub(super) fn heading(total: usize, noun: &str, relation: &str, symbol: &SymbolRef) -> String {
    let count = if total == 0 { format!("no {}", plural(noun)) } else { human::count(total, noun) };
    format!("{} {relation} {}", paint(HEADING, count), paint(NAME, printable(&symbol.path)))
}

fn plural(noun: &str) -> String {
    human::count(0, noun).trim_start_matches("0 ").to_owned()
}

pub(super) const SYMBOL: Column = Column { title: "symbol", style: NAME, shrink: Shrink::Start };
pub(super) const KIND: Column = Column { title: "kind", style: PLAIN, shrink: Shrink::Whole };
pub(super) const PLACE_OF_NAME: Column = Column { title: "declared at", style: PLACE, shrink: Shrink::Never };
pub(super) const STEPS: Column = Column { title: "steps", style: PLAIN, shrink: Shrink::Never };

impl Asking<'_> {
    /// Where a symbol's name stands.
    pub(super) fn place_of(&self, symbol: &SymbolRef) -> String {
        self.places.maybe(symbol.file.as_deref(), symbol.line)
    }

    /// Where the first of some edges is drawn, and how many more there are.
    pub(super) fn place_of_first(&self, edges: &[Edge]) -> String {
        let place = |edge: &Edge| self.places.maybe(edge.file.as_deref(), edge.line);
        match edges {
            [] => String::new(),
            [one] => place(one),
            [first, rest @ ..] => format!("{} (+{})", place(first), rest.len()),
        }
    }
}

/// Why an edge was drawn, with its confidence where that is not high.
pub(super) fn why(edges: &[Edge]) -> String {
    use isgraph::model::Confidence;
    match edges.first() {
        None => String::new(),
        Some(edge) if edge.confidence == Confidence::High => edge.reason.to_string(),
        Some(edge) => format!("{} ({} confidence)", edge.reason, edge.confidence),
    }
}

/// The last two segments of a path: enough to recognise a symbol that is shown in full elsewhere.
pub(super) fn short(graph: &Graph, symbol: SymbolId) -> String {
    let path = graph.path(symbol);
    let start = path.rmatch_indices("::").nth(1).map_or(0, |(at, _)| at + 2);
    path[start..].to_owned()
}
