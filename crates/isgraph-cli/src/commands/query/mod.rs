//! `isgraph query …`: one module per kind of answer.

mod answer;
mod blast_radius;
mod calls;
mod cycles;
mod hotspots;
mod implementations;
mod outline;
mod path;
mod search;
mod unresolved;
mod unused;

use std::time::{Duration, Instant};

use isgraph::model::{SymbolId, SymbolKind};
use isgraph::query::QueryLimits;
use isgraph::{ErrorCode, Graph};

use crate::args::{Global, Positions, Query, QueryArgs};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::output::places::Places;
use crate::source::load;

pub(crate) fn run(arguments: &QueryArgs, global: &Global, output: &Output) -> Result<(), Failure> {
    let mut loaded = load(&arguments.input, global, output)?;
    if arguments.positions == Positions::Dump && !loaded.places.show_in_dump() {
        let message =
            "this index comes from a directory or an archive, so its places are in no dump; leave --positions out";
        return Err(Failure::new(Exit::Usage, ErrorCode::InvalidArgument, message));
    }
    let started = Instant::now();
    let limit = arguments.bounds.timeout_ms.map(Duration::from_millis);
    let is_late = || limit.is_some_and(|limit| started.elapsed() >= limit);
    let asking = Asking {
        graph: &loaded.graph,
        places: &loaded.places,
        output,
        max_results: or_all(arguments.bounds.limit),
        is_late: limit.is_some().then_some(&is_late),
    };
    let answered = asking.answer(&arguments.query);
    output.step("query", started.elapsed());
    // The process ends here; giving the memory back piece by piece would only take time.
    std::mem::forget(loaded);
    answered
}

/// A query on its way: what it is asked of, how much to answer and to whom.
struct Asking<'a> {
    graph: &'a Graph,
    places: &'a Places,
    output: &'a Output,
    max_results: usize,
    is_late: Option<&'a dyn Fn() -> bool>,
}

impl Asking<'_> {
    fn answer(&self, query: &Query) -> Result<(), Failure> {
        match query {
            Query::WhatImplements { target } => self.what_implements(target),
            Query::ImplementationsOf { target } => self.implementations_of(target),
            Query::Callers { target, depth } => self.callers(target, *depth),
            Query::Callees { target, depth } => self.callees(target, *depth),
            Query::BlastRadius { target, depth } => self.blast_radius(target, *depth),
            Query::FindCycles { level } => self.find_cycles(*level),
            Query::Path { target, to, depth } => self.path(target, to, *depth),
            Query::Search { target, kinds } => self.search(target, kinds),
            Query::Hotspots { by, kinds } => self.hotspots(*by, kinds),
            Query::Outline { target, public, depth } => self.outline(target, *public, *depth),
            Query::Unused { all } => self.unused(*all),
            Query::Unresolved { target } => self.unresolved(target.as_deref()),
        }
    }

    fn symbol(&self, name: &str) -> Result<SymbolId, Failure> {
        self.graph.find(name).map_err(|error| Failure::reading(&error))
    }

    /// As [`Self::symbol`], where the name means a symbol of some kinds if one has it.
    fn find_kind(&self, name: &str, wanted: impl Fn(SymbolKind) -> bool) -> Result<SymbolId, Failure> {
        self.graph.find_kind(name, wanted).map_err(|error| Failure::reading(&error))
    }

    /// Limits with this depth; 0 is none.
    fn limits(&self, depth: u32) -> QueryLimits<'_> {
        let max_depth = if depth == 0 { u32::MAX } else { depth };
        QueryLimits { max_results: self.max_results, max_depth, deadline: self.is_late }
    }
}

/// On the command line 0 stands for all.
fn or_all(limit: usize) -> usize {
    if limit == 0 { usize::MAX } else { limit }
}
