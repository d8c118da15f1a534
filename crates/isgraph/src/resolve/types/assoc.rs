//! Which associated type of a trait `T::Name`, `Self::Name` or `<T as Trait>::Name` is.

use super::lower::Lowering;
use super::tables::{Predicate, Tables};
use super::{Param, TraitRef, Ty};
use crate::facts::{PathAnchor, PathRef};
use crate::model::{SymbolId, SymbolKind};
use crate::resolve::world::Res;

/// The declared associated type that a path names, and its segment.
pub(crate) fn associated_type(
    tables: &Tables<'_>,
    lowering: &Lowering<'_>,
    predicates: &[Predicate],
    path: &PathRef,
) -> Option<(usize, SymbolId)> {
    if let Some(qself) = path.qself
        && qself.trait_segments > 0
    {
        let at = usize::from(qself.trait_segments);
        let name = path.segments.get(at)?.name;
        let Some(Res::Def(of)) = lowering.trait_of(path, at) else { return None };
        return tables.trait_item(of, name).map(|item| (at, item));
    }
    let (at, bounds) = if path.anchor == PathAnchor::SelfType {
        (0, bounds_of_self(tables, lowering, predicates)?)
    } else if path.anchor == PathAnchor::Plain && path.qself.is_none() {
        let param = Ty::Param(lowering.param(path.segments.first()?.name)?);
        (1, bounds_of(predicates, &param))
    } else {
        return None;
    };
    let name = path.segments.get(at)?.name;
    let implied = |bound: &TraitRef| match bound.of {
        Res::Def(of) => tables.supertraits(of).iter().find_map(|bound| match bound.of {
            Res::Def(of) => tables.trait_item(of, name),
            Res::Ext(_) | Res::Prim(_) => None,
        }),
        Res::Ext(_) | Res::Prim(_) => None,
    };
    let item = bounds.iter().find_map(implied)?;
    Some((at, item))
}

fn bounds_of(predicates: &[Predicate], ty: &Ty) -> Vec<TraitRef> {
    predicates.iter().filter(|predicate| predicate.ty == *ty).map(|predicate| predicate.bound.clone()).collect()
}

/// The traits that `Self` has by its place: of an impl its trait, of a trait itself.
fn bounds_of_self(tables: &Tables<'_>, lowering: &Lowering<'_>, predicates: &[Predicate]) -> Option<Vec<TraitRef>> {
    let mut at = lowering.owner;
    while let Some(owner) = at {
        match tables.world.kind(owner) {
            SymbolKind::Impl => return Some(tables.header(owner)?.of_trait.iter().cloned().collect()),
            SymbolKind::Trait => return Some(bounds_of(predicates, &Ty::Param(Param::self_of(owner)))),
            _ => at = tables.world.parent(owner),
        }
    }
    None
}
