//! What hangs together with what, beyond single edges.

use crate::graph::{EdgeKinds, Graph};
use crate::model::{EdgeKind, SymbolId, SymbolKind};

/// Edges by which a symbol depends on another: all but containment, and what only points up.
pub(super) const DEPENDS: EdgeKinds =
    EdgeKinds::ALL.without(EdgeKinds::of(&[EdgeKind::Contains, EdgeKind::Associates]));
const USES: EdgeKinds = EdgeKinds::of(&[EdgeKind::Uses]);
const IMPORTS: EdgeKinds = EdgeKinds::of(&[EdgeKind::Imports]);
const CONTAINS: EdgeKinds = EdgeKinds::of(&[EdgeKind::Contains]);

/// What the symbol depends on, by edge; a symbol as often as it is used.
pub(super) fn dependencies(graph: &Graph, id: SymbolId) -> impl Iterator<Item = SymbolId> + '_ {
    targets(graph, id, DEPENDS)
}

/// What a module imports.
pub(super) fn imports(graph: &Graph, module: SymbolId) -> impl Iterator<Item = SymbolId> + '_ {
    targets(graph, module, IMPORTS)
}

/// What is declared directly inside.
pub(super) fn children(graph: &Graph, id: SymbolId) -> impl Iterator<Item = SymbolId> + '_ {
    targets(graph, id, CONTAINS)
}

fn targets(graph: &Graph, id: SymbolId, kinds: EdgeKinds) -> impl Iterator<Item = SymbolId> + '_ {
    graph
        .outgoing(id.0)
        .filter(move |&edge| graph.edge_label(edge).is_of(kinds))
        .map(|edge| SymbolId(graph.edge_target(edge)))
}

/// Who depends on the symbol by edges of these kinds, once each, by number.
pub(super) fn dependents(graph: &Graph, id: SymbolId, kinds: EdgeKinds) -> Vec<SymbolId> {
    let edges = graph.incoming(id.0).iter().filter(|&&edge| graph.edge_label(edge).is_of(kinds));
    let mut sources: Vec<SymbolId> = edges.map(|&edge| SymbolId(graph.edge_source(edge))).collect();
    sources.dedup();
    sources
}

/// A struct, enum, union or alias.
pub(super) fn is_type(kind: SymbolKind) -> bool {
    matches!(kind, SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union | SymbolKind::TypeAlias)
}

/// A function or method.
pub(super) fn is_function(kind: SymbolKind) -> bool {
    matches!(kind, SymbolKind::Function | SymbolKind::Method)
}

/// A module or the root of a crate.
pub(super) fn is_module(kind: SymbolKind) -> bool {
    matches!(kind, SymbolKind::Module | SymbolKind::Crate)
}

/// What `Self` is for the symbol: a type for itself, its parts and the items of its impls; a trait for itself and its
/// items.
pub(super) fn self_type(graph: &Graph, id: SymbolId) -> Option<SymbolId> {
    let mut at = Some(id);
    while let Some(symbol) = at {
        match graph.kind(symbol) {
            SymbolKind::Impl => return graph.impl_type(symbol),
            SymbolKind::Trait => return Some(symbol),
            kind if is_type(kind) => return Some(symbol),
            kind if is_module(kind) => return None,
            _ => at = graph.parent(symbol),
        }
    }
    None
}

/// Whether an impl gives a type its own items, rather than a trait's.
pub(super) fn is_inherent(graph: &Graph, id: SymbolId) -> bool {
    graph.kind(id) == SymbolKind::Impl && !graph.name(id).contains(" for ")
}

/// The impls for a type, in the order of their numbers.
pub(super) fn impls_of(graph: &Graph, ty: SymbolId) -> Vec<SymbolId> {
    let mut impls = dependents(graph, ty, USES);
    impls.retain(|&id| graph.impl_type(id) == Some(ty));
    impls
}

/// The nearest item that is shown by itself: of a field or variant, the type around it.
pub(super) fn shown_as(graph: &Graph, id: SymbolId) -> Option<SymbolId> {
    let mut at = id;
    while matches!(graph.kind(at), SymbolKind::Field | SymbolKind::Variant) {
        at = graph.parent(at)?;
    }
    (!matches!(graph.kind(at), SymbolKind::External | SymbolKind::Impl) && !is_module(graph.kind(at))).then_some(at)
}

/// Whether code at `from` can name the symbol: what is private to a module is seen inside it only.
pub(super) fn can_see(graph: &Graph, from: SymbolId, id: SymbolId) -> bool {
    let parent = graph.parent(id);
    let parent_kind = parent.map(|parent| graph.kind(parent));
    let inherits = match graph.kind(id) {
        SymbolKind::Variant | SymbolKind::Macro | SymbolKind::Impl => true,
        SymbolKind::Field => parent_kind == Some(SymbolKind::Variant),
        _ => match parent {
            Some(parent) if graph.kind(parent) == SymbolKind::Impl => !is_inherent(graph, parent),
            _ => parent_kind == Some(SymbolKind::Trait),
        },
    };
    if inherits || !graph.visibility(id).is_empty() {
        return true;
    }
    let home = graph.module_of(id);
    std::iter::successors(graph.module_of(from), |&at| graph.parent(at)).any(|at| Some(at) == home)
}
