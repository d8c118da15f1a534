//! What a bound implies: supertraits, their arguments and bindings, bounds of associated types.

use std::sync::Arc;

use super::tables::{Predicate, Tables};
use super::{Param, Projection, Subst, TraitRef, Ty};
use crate::facts::{Bound, BoundList, ItemKind, PathAnchor};
use crate::model::{SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::interface::is_interface;
use crate::resolve::paths::{Lookup, PathEnd};
use crate::resolve::world::{Ns, Res, World};

/// Most supertraits that are followed: far above real code, it bounds cycles of hostile code.
const MAX_SUPERTRAITS: usize = 64;

impl Tables<'_> {
    /// A trait and its supertraits in terms of its `Self` and parameters, each once, nearest first.
    pub(super) fn close_supertraits(&self, id: SymbolId) -> Vec<TraitRef> {
        let own = Ty::Param(Param::self_of(id));
        let mut out = vec![TraitRef {
            of: Res::Def(id),
            args: super::lower::own_params(self.world, id),
            bindings: Arc::from([]),
        }];
        let mut at = 0;
        while at < out.len() && out.len() < MAX_SUPERTRAITS {
            let current = out[at].clone();
            at += 1;
            let Res::Def(of) = current.of else { continue };
            if self.world.kind(of) != SymbolKind::Trait {
                continue;
            }
            let subst = Subst::default().with(of, Arc::clone(&current.args)).with_self(of, own.clone());
            for predicate in self.own_predicates(of).iter() {
                let of_self = predicate.ty == Ty::Param(Param::self_of(of));
                if of_self && !out.iter().any(|known| known.of == predicate.bound.of) {
                    out.push(predicate.bound.subst(&subst));
                }
            }
        }
        out
    }

    /// A bound of `self_ty` and all that it implies for it, the bound first.
    pub(crate) fn elaborate(&self, self_ty: &Ty, bound: &TraitRef) -> Vec<TraitRef> {
        let Res::Def(id) = bound.of else { return vec![bound.clone()] };
        if self.world.kind(id) != SymbolKind::Trait {
            return vec![bound.clone()];
        }
        let implied = self.supertraits(id);
        if implied.len() < 2 {
            return vec![bound.clone()];
        }
        let subst = Subst::default().with(id, Arc::clone(&bound.args)).with_self(id, self_ty.clone());
        let mut out: Vec<TraitRef> = vec![bound.clone()];
        out.extend(implied[1..].iter().map(|implied| implied.subst(&subst)));
        // `T: Sub<Item = X>` may bind an associated type of a supertrait.
        for (name, ty) in bound.bindings.iter().filter(|(name, _)| !self.declares(bound.of, *name)) {
            if let Some(index) = out.iter().position(|implied| self.declares(implied.of, *name)) {
                let mut bindings = out[index].bindings.to_vec();
                bindings.push((*name, ty.clone()));
                out[index].bindings = bindings.into();
            }
        }
        out
    }

    /// Whether a trait itself has an associated type of that name.
    pub(crate) fn declares(&self, of: Res, name: Name) -> bool {
        matches!(of, Res::Def(id) if self.world.member(id, SymbolKind::AssociatedType, name).is_some())
    }

    /// All bounds that hold inside an item, with what they imply.
    pub(crate) fn assumptions(&self, id: SymbolId) -> Vec<Predicate> {
        let mut out: Vec<Predicate> = Vec::new();
        for predicate in self.predicates_in_scope(id) {
            for bound in self.elaborate(&predicate.ty, &predicate.bound) {
                let known =
                    |known: &Predicate| known.ty == predicate.ty && known.bound.of == bound.of && known.bound == bound;
                if !out.iter().any(known) {
                    out.push(Predicate { ty: predicate.ty.clone(), bound });
                }
            }
        }
        out
    }

    /// The bounds that a trait states of its associated type, for a given `Self`, with what they imply.
    pub(crate) fn item_bounds(&self, projection: &Projection) -> Vec<TraitRef> {
        let Some(Res::Def(of)) = projection.of else { return Vec::new() };
        let subst = Subst::default().with_self(of, projection.self_ty.clone());
        let subst = if projection.args.is_empty() { subst } else { subst.with(of, Arc::clone(&projection.args)) };
        let own = Ty::Param(Param::self_of(of));
        let stated = self.own_predicates(of);
        let stated = stated.iter().filter(
            |p| matches!(&p.ty, Ty::Projection(p) if p.self_ty == own && p.name == projection.name && p.of == projection.of),
        );
        let self_ty = Ty::Projection(Arc::new(projection.clone()));
        stated.flat_map(|predicate| self.elaborate(&self_ty, &predicate.bound.subst(&subst))).collect()
    }
}

/// The trait among a list of bounds, or their supertraits, that declares an associated type of that name.
///
/// It reads names only, never types: types are what it is asked for.
pub(super) fn declaring_bound(
    lookup: Lookup<'_>,
    arena: &crate::facts::Arena,
    bounds: &BoundList,
    name: Name,
) -> Option<Res> {
    bounds.iter().find_map(|bound| {
        let Bound::Trait(path) = bound else { return None };
        let path = &arena[*path];
        declaring_supertrait(lookup.world, named(lookup, path)?, name)
    })
}

fn named(lookup: Lookup<'_>, path: &crate::facts::PathRef) -> Option<Res> {
    let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
    match lookup.follow(path.anchor, &names, Ns::Type, false, &mut |_, _| {}) {
        PathEnd::Full(res) => Some(res),
        _ => None,
    }
}

/// The trait itself, or its nearest supertrait that declares an associated type of that name.
pub(super) fn declaring_supertrait(world: &World, of: Res, name: Name) -> Option<Res> {
    let mut queue = vec![of];
    let mut at = 0;
    while at < queue.len() && queue.len() < MAX_SUPERTRAITS {
        let current = queue[at];
        at += 1;
        let Res::Def(id) = current else { continue };
        if world.kind(id) != SymbolKind::Trait {
            continue;
        }
        if world.member(id, SymbolKind::AssociatedType, name).is_some() {
            return Some(current);
        }
        if is_interface(id) {
            let own = Ty::Param(Param::self_of(id));
            let stated = world.interfaces.details(id).into_iter().flat_map(|details| details.predicates.iter());
            for res in stated.filter(|predicate| predicate.ty == own).map(|predicate| predicate.bound.of) {
                if !queue.contains(&res) {
                    queue.push(res);
                }
            }
            continue;
        }
        let Some(facts) = world.def(id).facts.as_deref() else { continue };
        let ItemKind::Trait(header) = &facts.kind else { continue };
        let lookup = Lookup::new(world, world.def(id).module, &[]);
        let of_self = header.generics.predicates.iter().filter(|predicate| {
            matches!(&facts.arena[predicate.ty], crate::facts::TypeRef::Path(path)
                if facts.arena[*path].anchor == PathAnchor::SelfType && facts.arena[*path].segments.is_empty())
        });
        let bounds = std::iter::once(&header.supertraits).chain(of_self.map(|predicate| &predicate.bounds));
        for bound in bounds.flatten() {
            if let Bound::Trait(path) = bound
                && let Some(res) = named(lookup, &facts.arena[*path])
                && !queue.contains(&res)
            {
                queue.push(res);
            }
        }
    }
    None
}
