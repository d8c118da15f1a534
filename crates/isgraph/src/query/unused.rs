//! What nothing uses, and how sure that is.

use serde::{Deserialize, Serialize};

use super::{QueryLimits, SymbolRef};
use crate::graph::{EdgeKinds, Graph};
use crate::model::{EdgeKind, SymbolId, SymbolKind};

/// Why a symbol that no code of the source set uses is there all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnusedReason {
    /// Nothing is known that could use it.
    NothingUsesIt,
    /// Only tests use it.
    TestOnly,
    /// It has a twin under another `cfg`, which may be the one that is used.
    OtherConfiguration,
    /// A place that could not be resolved may mean it.
    MaybeUnresolved,
    /// It can be named from outside of its crate.
    Exported,
}

/// A symbol that nothing uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unused {
    /// The symbol.
    pub symbol: SymbolRef,
    /// Why it may be there.
    pub reason: UnusedReason,
    /// How many unresolved places may mean it.
    pub unresolved_candidates: usize,
}

/// What nothing uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusedSymbols {
    /// The symbols, the surest first, then by number.
    pub symbols: Vec<Unused>,
    /// How many there are.
    pub total: usize,
    /// Whether some were left out.
    pub truncated: bool,
    /// Whether the query ran to its end.
    pub complete: bool,
}

/// Edges that use their target.
const USES: EdgeKinds = EdgeKinds::ALL.without(EdgeKinds::of(&[
    EdgeKind::Contains,
    EdgeKind::Associates,
    EdgeKind::Imports,
    EdgeKind::Overrides,
]));
const IMPORTS: EdgeKinds = EdgeKinds::of(&[EdgeKind::Imports]);
/// How many symbols pass between two looks at the deadline.
const STOP_EVERY: u32 = 1024;

/// Functions, own methods, types, traits, constants and macros that nothing but themselves uses, for one of `reasons`.
///
/// A type is not used by its own impls, nor a function by itself. Items of trait impls and what only dead code uses are not
/// found; neither is what the compiler's lint leaves alone: `main`, and names that begin with an underscore.
#[must_use]
pub fn unused(graph: &Graph, reasons: &[UnusedReason], limits: &QueryLimits<'_>) -> UnusedSymbols {
    let mut rows: Vec<(UnusedReason, SymbolId, usize)> = Vec::new();
    let mut complete = true;
    for id in graph.symbol_ids() {
        if id.0.is_multiple_of(STOP_EVERY) && limits.deadline.is_some_and(|stop| stop()) {
            complete = false;
            break;
        }
        if !is_candidate(graph, id) {
            continue;
        }
        let mut by_test = false;
        let users = graph.incoming(id.0).iter().filter(|&&edge| graph.edge_label(edge).is_of(USES));
        let used =
            users.map(|&edge| SymbolId(graph.edge_source(edge))).filter(|&user| !is_own(graph, user, id)).any(|user| {
                by_test |= graph.is_test(user);
                !graph.is_test(user)
            });
        if used {
            continue;
        }
        let sites = graph.unresolved_named(graph.name(id)).iter().filter(|site| site.may_mean(id)).count();
        let reason = match (is_exported(graph, id), by_test, sites) {
            (true, ..) => UnusedReason::Exported,
            (_, _, 1..) => UnusedReason::MaybeUnresolved,
            (_, true, _) => UnusedReason::TestOnly,
            _ if has_twin(graph, id) => UnusedReason::OtherConfiguration,
            _ => UnusedReason::NothingUsesIt,
        };
        if reasons.contains(&reason) {
            rows.push((reason, id, sites));
        }
    }
    rows.sort_unstable();
    let total = rows.len();
    rows.truncate(limits.max_results);
    let unused = |(reason, id, unresolved_candidates)| Unused {
        symbol: SymbolRef::new(graph, id),
        reason,
        unresolved_candidates,
    };
    UnusedSymbols { truncated: rows.len() < total, symbols: rows.into_iter().map(unused).collect(), total, complete }
}

fn is_candidate(graph: &Graph, id: SymbolId) -> bool {
    let name = graph.name(id);
    let of_trait_impl =
        graph.parent(id).is_some_and(|parent| graph.kind(parent) == SymbolKind::Impl && is_trait_impl(graph, parent));
    matches!(
        graph.kind(id),
        SymbolKind::Function
            | SymbolKind::Method
            | SymbolKind::Struct
            | SymbolKind::Enum
            | SymbolKind::Union
            | SymbolKind::Trait
            | SymbolKind::TypeAlias
            | SymbolKind::Const
            | SymbolKind::Static
            | SymbolKind::Macro
    ) && !graph.is_test(id)
        && !of_trait_impl
        && !name.starts_with('_')
        && !is_main(graph, id)
}

fn is_trait_impl(graph: &Graph, id: SymbolId) -> bool {
    graph.name(id).contains(" for ")
}

fn is_main(graph: &Graph, id: SymbolId) -> bool {
    graph.kind(id) == SymbolKind::Function
        && graph.name(id) == "main"
        && graph.parent(id).is_some_and(|parent| graph.kind(parent) == SymbolKind::Crate)
}

/// Whether the user is the symbol, in it, or in an impl of the type that it is.
fn is_own(graph: &Graph, user: SymbolId, id: SymbolId) -> bool {
    std::iter::successors(Some(user), |&at| graph.parent(at)).any(|at| at == id || graph.impl_type(at) == Some(id))
}

/// Whether another symbol has the same path: only twins under different `cfg`s do.
fn has_twin(graph: &Graph, id: SymbolId) -> bool {
    graph.named(graph.name(id)).iter().any(|&other| other != id && graph.path(other) == graph.path(id))
}

/// Whether it is `pub` in a library, and so is everything around it, or some module imports it.
fn is_exported(graph: &Graph, id: SymbolId) -> bool {
    let library = graph
        .crate_of(id)
        .is_some_and(|krate| !graph.outgoing(krate.0).any(|edge| is_main(graph, SymbolId(graph.edge_target(edge)))));
    let imported = |at: SymbolId| graph.incoming(at.0).iter().any(|&edge| graph.edge_label(edge).is_of(IMPORTS));
    let mut at = id;
    loop {
        let Some(parent) = graph.parent(at) else { return library };
        let is_open = match graph.kind(at) {
            SymbolKind::Impl => true,
            SymbolKind::Macro => return library,
            _ => graph.visibility(at) == "pub" || graph.kind(parent) == SymbolKind::Trait,
        };
        if !is_open || !library {
            return false;
        }
        if imported(at) {
            return true;
        }
        // What an impl gives is as visible as its type, wherever the impl stands.
        at = graph.impl_type(parent).unwrap_or(parent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IndexConfig, SourceSet, index};

    const LIB: &str = "\
mod inner {
    pub struct Gone;
    impl Gone { pub fn new() -> Self { Gone } }
    pub struct Kept;
    pub fn reexported() {}
}
pub use inner::reexported;
pub fn api() { used(); recursive_only as fn(); }
fn used() -> Option<inner::Kept> { None }
fn recursive() { recursive() }
fn recursive_only() {}
fn tested() {}
fn _quiet() {}
mod hidden { pub struct Open; mod far { impl super::Open { pub fn too() {} } } }
pub use hidden::Open;
#[cfg(unix)] fn twin() {}
#[cfg(windows)] fn twin() {}
trait T { fn m(&self); }
impl T for u8 { fn m(&self) {} }
#[cfg(test)] mod tests { #[test] fn t() { super::tested() } }
";

    fn ask(files: &[(&str, &str)], reasons: &[UnusedReason]) -> Vec<String> {
        let graph = index(&SourceSet::from_files(files.iter().copied()), &IndexConfig::default());
        let found = unused(&graph, reasons, &QueryLimits::default());
        found.symbols.into_iter().map(|unused| unused.symbol.path).collect()
    }

    #[test]
    fn what_nothing_uses_is_found_with_its_reason() {
        let of = |reason| ask(&[("src/lib.rs", LIB)], &[reason]);
        assert_eq!(
            of(UnusedReason::NothingUsesIt),
            ["main::inner::Gone", "main::inner::Gone::new", "main::recursive", "main::T::m"]
        );
        assert_eq!(of(UnusedReason::TestOnly), ["main::tested"]);
        assert_eq!(
            of(UnusedReason::Exported),
            ["main::inner::reexported", "main::api", "main::hidden::Open", "main::hidden::far::Open::too"]
        );
        assert_eq!(of(UnusedReason::OtherConfiguration), ["main::twin", "main::twin"]);
        assert_eq!(ask(&[("src/lib.rs", LIB)], &[]), [""; 0]);
    }

    #[test]
    fn a_program_exports_nothing() {
        let files = [("src/main.rs", "fn main() {} pub fn left_over() {}")];
        assert_eq!(ask(&files, &[UnusedReason::NothingUsesIt]), ["main::left_over"]);
    }
}
