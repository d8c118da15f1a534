//! Everything that a change of a symbol affects.
//!
//! The search goes against the direction of the edges that make `from` depend on `to`: a caller is affected by its
//! callee, a type by the trait that it implements, an impl's method by the trait's method that it overrides, a
//! module by what it imports. Three relations need care, so a symbol is reached in one of four modes:
//!
//! | mode | reached as | goes on to |
//! |---|---|---|
//! | part | the target, or declared inside it: changing a module changes what it holds | its own parts, and as *dependent* |
//! | dependent | depends on something affected; the owner of an affected field or variant | dependents, the trait method that it overrides (*dispatch*), what contains it |
//! | dispatch | a trait's method, one of whose implementations is affected | callers and users of the trait's method — not the other implementations — and what contains it |
//! | container | a module, crate, impl, type or trait around something affected | what contains it, nothing else: importing a module does not make one depend on all of it |

use serde::{Deserialize, Serialize};

use super::scratch::{Extent, Limited, NONE, Scratch, Visit, with_scratch};
use super::{QueryLimits, SymbolRef};
use crate::graph::segments::split_first;
use crate::graph::{EdgeKinds, Graph};
use crate::model::{Edge, EdgeKind, SymbolId, SymbolKind};

/// How an affected symbol hangs together with the one that it was reached from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It contains it: nothing but its contents is affected.
    Container,
    /// It is the trait's method that the other overrides: calls of it may run the other.
    Dispatch,
    /// It depends on it.
    Dependent,
    /// It is declared inside it.
    Part,
}

impl Relation {
    const ALL: [Self; 4] = [Self::Container, Self::Dispatch, Self::Dependent, Self::Part];

    fn of_mode(mode: u8) -> Self {
        Self::ALL[usize::from(mode) % Self::ALL.len()]
    }
}

/// An affected symbol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// The symbol.
    pub symbol: SymbolRef,
    /// Steps from the target.
    pub depth: u32,
    /// How it hangs together with the symbol before it on the path.
    pub relation: Relation,
    /// The edge between the two.
    pub edge: Edge,
    /// The way from the target to the symbol, both included.
    pub path: Vec<SymbolId>,
}

/// A file, module or crate with how many affected symbols it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Path of the file, module or crate.
    pub name: String,
    /// How many affected symbols it holds, itself not counted. Counts are of all that were found,
    /// not only of those listed.
    pub count: usize,
}

/// Everything that a change of a symbol affects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlastRadius {
    /// The symbol.
    pub target: SymbolRef,
    /// What is affected, the nearest first.
    pub affected: Vec<Affected>,
    /// How many symbols are affected.
    pub total: usize,
    /// Whether some were left out of `affected`, `files`, `modules`, `crates` or `tests`.
    pub truncated: bool,
    /// Whether there are some beyond the greatest depth.
    pub depth_limited: bool,
    /// Whether the search ran to its end.
    pub complete: bool,
    /// Affected files, the most affected first.
    pub files: Vec<Group>,
    /// Affected modules (a crate's root among them), the most affected first.
    pub modules: Vec<Group>,
    /// Affected crates, the most affected first.
    pub crates: Vec<Group>,
    /// Affected tests.
    pub tests: Vec<SymbolRef>,
    /// How many tests are affected.
    pub test_total: usize,
    /// A filter for `cargo nextest run -E '…'` that runs all affected tests, and perhaps their neighbours when they
    /// are many; empty when none is affected.
    pub test_filter: String,
    /// How many unresolved sites have the symbol's name.
    pub unresolved_sites: usize,
    /// How many of those may mean the symbol.
    pub unresolved_candidates: usize,
}

const CONTAINER: u8 = Relation::Container as u8;
const DISPATCH: u8 = Relation::Dispatch as u8;
const DEPENDENT: u8 = Relation::Dependent as u8;
const PART: u8 = Relation::Part as u8;
/// Not a mode: the marks of symbols that are already listed.
const LISTED: u8 = 4;

const OVERRIDES: EdgeKinds = EdgeKinds::of(&[EdgeKind::Overrides]);
const CONTAINS: EdgeKinds = EdgeKinds::of(&[EdgeKind::Contains]);
const DEPENDENCIES: EdgeKinds = EdgeKinds::ALL.without(CONTAINS);
/// What reaches an implementation through the trait's method.
const DISPATCHING: EdgeKinds = EdgeKinds::CALLS.union(EdgeKinds::of(&[EdgeKind::Uses]));

/// More tests than this are filtered by module.
const MAX_NAMED_TESTS: usize = 64;

/// Everything that a change of `target` affects, `limits.max_depth` steps out.
#[must_use]
pub fn blast_radius(graph: &Graph, target: SymbolId, limits: &QueryLimits<'_>) -> BlastRadius {
    with_scratch(|scratch| {
        let extent = spread(graph, target, limits, scratch);
        keep_first_visits(target, scratch);
        report(graph, target, limits, scratch, extent)
    })
}

fn spread(graph: &Graph, target: SymbolId, limits: &QueryLimits<'_>, scratch: &mut Scratch) -> Extent {
    scratch.begin(graph.symbol_count(), LISTED + 1);
    scratch.mark(target.0, PART);
    scratch.visits.push(Visit { symbol: target.0, mode: PART, depth: 0, edge: NONE, from: NONE });
    scratch.search(limits, |visit, reach| {
        let dependencies = match visit.mode {
            CONTAINER => EdgeKinds::NONE,
            DISPATCH => DISPATCHING,
            _ => DEPENDENCIES,
        };
        let container = match graph.kind(SymbolId(visit.symbol)) {
            // A field or variant is part of its owner's definition.
            SymbolKind::Field | SymbolKind::Variant if visit.mode != CONTAINER => DEPENDENT,
            _ => CONTAINER,
        };
        for &edge in graph.incoming(visit.symbol) {
            let label = graph.edge_label(edge);
            if label.is_of(dependencies) {
                reach(graph.edge_source(edge), DEPENDENT, edge);
            } else if label.is_of(CONTAINS) {
                reach(graph.edge_source(edge), container, edge);
            }
        }
        if visit.mode >= DEPENDENT {
            for edge in graph.outgoing(visit.symbol) {
                let label = graph.edge_label(edge);
                if label.is_of(OVERRIDES) {
                    reach(graph.edge_target(edge), DISPATCH, edge);
                } else if visit.mode == PART && label.is_of(CONTAINS) {
                    reach(graph.edge_target(edge), PART, edge);
                }
            }
        }
    })
}

/// Marks the later visits of a symbol that was reached in several modes: their mode becomes
/// [`LISTED`], and only what is left counts.
fn keep_first_visits(target: SymbolId, scratch: &mut Scratch) {
    scratch.mark(target.0, LISTED);
    for at in 0..scratch.visits.len() {
        let symbol = scratch.visits[at].symbol;
        if !scratch.mark(symbol, LISTED) {
            scratch.visits[at].mode = LISTED;
        }
    }
}

fn report(graph: &Graph, target: SymbolId, limits: &QueryLimits<'_>, scratch: &Scratch, extent: Extent) -> BlastRadius {
    let visits = &scratch.visits;
    let found = || visits.iter().filter(|visit| visit.mode != LISTED);
    let mut affected = Limited::new(limits);
    for visit in found() {
        affected.push_with(|| Affected {
            symbol: SymbolRef::new(graph, SymbolId(visit.symbol)),
            depth: visit.depth,
            relation: Relation::of_mode(visit.mode),
            edge: graph.edge(graph.edge_at(visit.edge)),
            path: way(visits, *visit),
        });
    }

    let ids = || found().map(|visit| SymbolId(visit.symbol));
    let held = || ids().filter_map(|id| graph.parent(id));
    let path_of = |number: u32| graph.path(SymbolId(number)).to_owned();
    let files = groups(
        ids().filter_map(|id| graph.file(id)).map(|file| file.0).collect(),
        |file| graph.file_path(crate::graph::FileId(file)).to_owned(),
        limits,
    );
    let modules = groups(held().filter_map(|id| graph.module_of(id)).map(|id| id.0).collect(), path_of, limits);
    let crates = groups(held().filter_map(|id| graph.crate_of(id)).map(|id| id.0).collect(), path_of, limits);

    let is_test = |&id: &SymbolId| graph.is_test(id) && is_entry(graph, id);
    let mut tests: Vec<SymbolId> = ids().filter(is_test).collect();
    if is_test(&target) {
        tests.push(target);
    }
    tests.sort_unstable();
    let test_filter = test_filter(graph, &tests);
    let test_total = tests.len();
    tests.truncate(limits.max_results);

    let (unresolved_sites, unresolved_candidates) = graph.unresolved_counts(graph.name(target), target);
    BlastRadius {
        target: SymbolRef::new(graph, target),
        total: affected.total,
        truncated: affected.truncated() || files.1 || modules.1 || crates.1 || tests.len() < test_total,
        affected: affected.rows,
        depth_limited: extent.depth_limited,
        complete: extent.complete,
        files: files.0,
        modules: modules.0,
        crates: crates.0,
        tests: tests.into_iter().map(|id| SymbolRef::new(graph, id)).collect(),
        test_total,
        test_filter,
        unresolved_sites,
        unresolved_candidates,
    }
}

fn way(visits: &[Visit], last: Visit) -> Vec<SymbolId> {
    let mut path = Vec::with_capacity(last.depth as usize + 1);
    let mut at = last;
    path.push(SymbolId(at.symbol));
    while let Some(&before) = visits.get(at.from as usize) {
        path.push(SymbolId(before.symbol));
        at = before;
    }
    path.reverse();
    path
}

/// How often each number occurs, the most frequent first; and whether some were left out.
fn groups(mut numbers: Vec<u32>, name: impl Fn(u32) -> String, limits: &QueryLimits<'_>) -> (Vec<Group>, bool) {
    numbers.sort_unstable();
    let mut counts: Vec<(u32, usize)> = numbers.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect();
    counts.sort_unstable_by_key(|&(number, count)| (std::cmp::Reverse(count), number));
    let truncated = counts.len() > limits.max_results;
    counts.truncate(limits.max_results);
    (counts.into_iter().map(|(number, count)| Group { name: name(number), count }).collect(), truncated)
}

/// A function under `cfg(test)` that nothing calls is what the test runner calls.
fn is_entry(graph: &Graph, id: SymbolId) -> bool {
    graph.kind(id) == SymbolKind::Function
        && !graph.incoming(id.0).iter().any(|&edge| graph.edge_label(edge).is_of(EdgeKinds::CALLS))
}

/// A nextest filter expression of these tests. The runner's names have no crate in front.
fn test_filter(graph: &Graph, tests: &[SymbolId]) -> String {
    let mut terms: Vec<String> = tests
        .iter()
        .map(|&id| {
            let name = split_first(graph.path(id)).1;
            match name.rsplit_once("::") {
                Some((module, _)) if tests.len() > MAX_NAMED_TESTS => format!("test(/^{module}::/)"),
                _ => format!("test(={name})"),
            }
        })
        .collect();
    terms.sort_unstable();
    terms.dedup();
    terms.join(" | ")
}
