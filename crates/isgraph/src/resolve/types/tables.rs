//! Types of headers, computed when first asked for and shared by all bodies.

use std::sync::{Arc, OnceLock};

use super::lower::{Lowering, arity, generics_of, own_params};
use super::{Args, Param, Subst, TraitRef, Ty};
use crate::facts::{GenericParamKind, ItemKind, Receiver};
use crate::model::{SymbolId, SymbolKind};
use crate::resolve::interface::is_interface;
use crate::resolve::world::{Part, Res, World};

/// How a method takes `self`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// `self`.
    Value,
    /// `&self`.
    Ref,
    /// `&mut self`.
    RefMut,
    /// `self: Type`.
    Typed,
}

/// A function's types.
#[derive(Debug)]
pub(crate) struct Signature {
    /// Type of `self`, if it has one.
    pub(crate) receiver: Option<Ty>,
    /// How `self` is taken.
    pub(crate) by: Option<By>,
    /// Types of the other parameters.
    pub(crate) params: Vec<Ty>,
    /// Return type; a [`Ty::Future`] of it for an async function.
    pub(crate) ret: Ty,
}

/// An impl's header.
#[derive(Debug)]
pub(crate) struct ImplHeader {
    pub(crate) self_ty: Ty,
    pub(crate) of_trait: Option<TraitRef>,
    pub(crate) negative: bool,
}

/// A bound in scope of an item: `ty: bound`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Predicate {
    pub(crate) ty: Ty,
    pub(crate) bound: TraitRef,
}

/// Lazily filled tables, one slot per definition.
pub(crate) struct Tables<'w> {
    pub(crate) world: &'w World,
    signatures: Vec<OnceLock<Option<Arc<Signature>>>>,
    types: Vec<OnceLock<Ty>>,
    headers: Vec<OnceLock<Option<Arc<ImplHeader>>>>,
    predicates: Vec<OnceLock<Arc<[Predicate]>>>,
    supertraits: Vec<OnceLock<Arc<[TraitRef]>>>,
}

fn slots<T>(count: usize) -> Vec<OnceLock<T>> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
}

impl<'w> Tables<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        let count = world.defs.len();
        Self {
            world,
            signatures: slots(count),
            types: slots(count),
            headers: slots(count),
            predicates: slots(count),
            supertraits: slots(count),
        }
    }

    fn lowering(&self, id: SymbolId) -> Lowering<'w> {
        Lowering::of_item(self.world, id, &[])
    }

    /// A trait and its supertraits in terms of its `Self` and parameters, the trait first.
    pub(crate) fn supertraits(&self, id: SymbolId) -> Arc<[TraitRef]> {
        if is_interface(id) {
            let Some(details) = self.world.interfaces.details(id) else { return Arc::default() };
            return Arc::clone(details.supertraits.get_or_init(|| self.close_supertraits(id).into()));
        }
        Arc::clone(self.supertraits[id.index()].get_or_init(|| self.close_supertraits(id).into()))
    }

    /// Replaces aliases by what they stand for.
    pub(crate) fn expand(&self, ty: Ty) -> Ty {
        if ty.any(&mut |part| matches!(part, Ty::Alias(..))) { self.expand_at(&ty, 0) } else { ty }
    }

    fn expand_at(&self, ty: &Ty, depth: u32) -> Ty {
        ty.map(&mut |part| match part {
            Ty::Alias(id, args) if depth < MAX_ALIASES => {
                let args = args.iter().map(|ty| self.expand_at(ty, depth + 1)).collect();
                Some(self.expand_at(&self.type_of(*id).subst(&Subst::default().with(*id, args)), depth + 1))
            }
            Ty::Alias(..) => Some(Ty::Unknown),
            _ => None,
        })
    }

    fn expand_bound(&self, bound: TraitRef) -> TraitRef {
        if !bound.any(&mut |part| matches!(part, Ty::Alias(..))) {
            return bound;
        }
        bound.map(&mut |ty| Some(self.expand_at(ty, 0)))
    }

    /// Gives each projection the arguments of its trait that a bound in scope states: `I::Output` under
    /// `I: Index<str>` is `<I as Index<str>>::Output`.
    pub(crate) fn stated(&self, ty: Ty, scope: &[Predicate]) -> Ty {
        let implied = |bound: &TraitRef, of: Res, self_ty: &Ty| {
            self.elaborate(self_ty, bound).iter().find(|bound| bound.of == of).map(|bound| Arc::clone(&bound.args))
        };
        self.stated_with(ty, scope, &implied)
    }

    fn stated_with(&self, ty: Ty, scope: &[Predicate], implied: &dyn Fn(&TraitRef, Res, &Ty) -> Option<Args>) -> Ty {
        let is_open = |of: Option<Res>, args: &Args| {
            args.is_empty() && matches!(of, Some(Res::Def(of)) if arity(self.world, of) > 0)
        };
        if !ty.any(&mut |part| matches!(part, Ty::Projection(p) if is_open(p.of, &p.args))) {
            return ty;
        }
        ty.map(&mut |part| {
            let Ty::Projection(projection) = part else { return None };
            let mut projection = super::Projection::clone(projection);
            projection.self_ty = self.stated_with(projection.self_ty, scope, implied);
            if let Some(of) = projection.of
                && is_open(projection.of, &projection.args)
            {
                let bounds = scope.iter().filter(|predicate| predicate.ty == projection.self_ty);
                let args = bounds.filter_map(|predicate| implied(&predicate.bound, of, &projection.self_ty)).next();
                projection.args = args.unwrap_or_default();
            }
            Some(Ty::Projection(Arc::new(projection)))
        })
    }

    /// A function's signature, in terms of its own and its parent's parameters.
    pub(crate) fn signature(&self, id: SymbolId) -> Option<Arc<Signature>> {
        if is_interface(id) {
            return self.world.interfaces.details(id)?.signature.clone();
        }
        self.signatures[id.index()].get_or_init(|| self.lower_signature(id).map(Arc::new)).clone()
    }

    fn lower_signature(&self, id: SymbolId) -> Option<Signature> {
        let facts = self.world.def(id).facts.as_deref()?;
        let ItemKind::Fn(function) = &facts.kind else { return None };
        let lowering = self.lowering(id);
        let fill = &mut || Ty::Unknown;
        let scope = self.predicates_in_scope(id);
        let finish = |ty: Ty| self.stated(self.expand(ty), &scope);
        let receiver = function.receiver.map(|receiver| {
            finish(match receiver {
                Receiver::Value => lowering.self_ty(fill),
                Receiver::Ref => Ty::reference(false, lowering.self_ty(fill)),
                Receiver::RefMut => Ty::reference(true, lowering.self_ty(fill)),
                Receiver::Typed(ty) => lowering.ty(&facts.arena, ty, fill),
            })
        });
        let params = function.params.iter().map(|param| finish(lowering.ty(&facts.arena, param.ty, fill))).collect();
        let ret = function.ret.map_or_else(Ty::unit, |ty| finish(lowering.ty(&facts.arena, ty, fill)));
        let ret = if function.qualifiers.is_async { Ty::Future(Arc::new(ret)) } else { ret };
        let by = function.receiver.map(|receiver| match receiver {
            Receiver::Value => By::Value,
            Receiver::Ref => By::Ref,
            Receiver::RefMut => By::RefMut,
            Receiver::Typed(_) => By::Typed,
        });
        Some(Signature { receiver, by, params, ret })
    }

    /// The type of a field, const, static or alias (what it stands for), or of an associated type's value.
    pub(crate) fn type_of(&self, id: SymbolId) -> Ty {
        if is_interface(id) {
            return self.world.interfaces.details(id).and_then(|details| details.ty.clone()).unwrap_or(Ty::Unknown);
        }
        self.types[id.index()]
            .get_or_init(|| {
                let ty = self.lower_type_of(id);
                // Aliases are expanded by who asks: they may go round.
                match self.world.kind(id) {
                    SymbolKind::TypeAlias => ty,
                    SymbolKind::AssociatedType => self.stated(self.expand(ty), &self.predicates_in_scope(id)),
                    _ => self.stated(self.expand(ty), &self.own_predicates(self.generic_owner(id))),
                }
            })
            .clone()
    }

    fn lower_type_of(&self, id: SymbolId) -> Ty {
        let def = self.world.def(id);
        let Some(facts) = def.facts.as_deref() else { return Ty::Unknown };
        let ty = match (&facts.kind, def.part) {
            (ItemKind::Const { ty, .. } | ItemKind::Static { ty, .. }, Part::Item) => Some(*ty),
            (ItemKind::TypeAlias { ty, .. }, Part::Item) => *ty,
            (ItemKind::Struct(_, fields) | ItemKind::Union(_, fields), Part::Field(index)) => {
                fields.as_slice().get(index as usize).map(|field| field.ty)
            }
            (ItemKind::Enum(_, variants), Part::VariantField(variant, index)) => variants
                .get(variant as usize)
                .and_then(|variant| variant.fields.as_slice().get(index as usize))
                .map(|field| field.ty),
            _ => None,
        };
        let owner = self.generic_owner(id);
        ty.map_or(Ty::Unknown, |ty| self.lowering(owner).ty(&facts.arena, ty, &mut || Ty::Unknown))
    }

    /// The item whose generics a definition's type is written with: a field's are those of the type around it.
    fn generic_owner(&self, id: SymbolId) -> SymbolId {
        let def = self.world.def(id);
        match def.part {
            Part::Item => id,
            Part::Field(_) | Part::Variant(_) => def.parent.unwrap_or(id),
            Part::VariantField(..) => def.parent.and_then(|variant| self.world.parent(variant)).unwrap_or(id),
        }
    }

    /// An impl's header, in terms of its own parameters.
    pub(crate) fn header(&self, id: SymbolId) -> Option<Arc<ImplHeader>> {
        if is_interface(id) {
            return self.world.interfaces.details(id)?.header.clone();
        }
        self.headers[id.index()]
            .get_or_init(|| {
                let facts = self.world.def(id).facts.as_deref()?;
                let ItemKind::Impl(header) = &facts.kind else { return None };
                let lowering = self.lowering(id);
                let fill = &mut || Ty::Unknown;
                let self_ty = self.expand(lowering.ty(&facts.arena, header.self_ty, fill));
                let of_trait = header
                    .of_trait
                    .and_then(|path| lowering.trait_ref_for(&facts.arena, path, &self_ty, fill))
                    .map(|bound| self.expand_bound(bound));
                Some(Arc::new(ImplHeader { self_ty, of_trait, negative: header.negative }))
            })
            .clone()
    }

    /// The bounds that an item's own generics state (a trait's supertraits and `Self: Trait` among them).
    pub(crate) fn own_predicates(&self, id: SymbolId) -> Arc<[Predicate]> {
        if is_interface(id) {
            let details = self.world.interfaces.details(id);
            return details.map_or_else(Arc::default, |details| Arc::clone(&details.predicates));
        }
        Arc::clone(self.predicates[id.index()].get_or_init(|| {
            let mut own = self.lower_predicates(id);
            let mut scope = own.clone();
            if let Some(parent) = self.generic_parent(id) {
                scope.extend(self.own_predicates(parent).iter().cloned());
            }
            // What a bound implies is computed from these: only what is written counts here.
            let written = |bound: &TraitRef, of: Res, _: &Ty| (bound.of == of).then(|| Arc::clone(&bound.args));
            for predicate in &mut own {
                if predicate.bound.any(&mut |part| matches!(part, Ty::Projection(_))) {
                    let bound = predicate.bound.map(&mut |ty| Some(self.stated_with(ty.clone(), &scope, &written)));
                    predicate.bound = bound;
                }
                // A trait's own associated types are told by their names.
                if !matches!(&predicate.ty, Ty::Projection(p) if p.of == Some(Res::Def(id))) {
                    predicate.ty = self.stated_with(predicate.ty.clone(), &scope, &written);
                }
            }
            own.into()
        }))
    }

    fn generic_parent(&self, id: SymbolId) -> Option<SymbolId> {
        let parent = self.world.parent(id)?;
        matches!(self.world.kind(parent), SymbolKind::Impl | SymbolKind::Trait).then_some(parent)
    }

    fn lower_predicates(&self, id: SymbolId) -> Vec<Predicate> {
        let mut out = Vec::new();
        let world = self.world;
        let def = world.def(id);
        let Some(facts) = def.facts.as_deref().filter(|_| def.part == Part::Item) else { return out };
        let lowering = self.lowering(id);
        let fill = &mut || Ty::Unknown;
        let mut push = |ty: Ty, bounds: Arc<[TraitRef]>| {
            let ty = self.expand(ty);
            out.extend(bounds.iter().map(|bound| {
                let bound = self.expand_bound(bound.clone());
                // A default argument of the trait may mean the type by the trait's `Self`.
                let bound = match bound.of {
                    Res::Def(of) if of != id => bound.subst(&Subst::default().with_self(of, ty.clone())),
                    _ => bound,
                };
                Predicate { ty: ty.clone(), bound }
            }));
        };
        if let ItemKind::Trait(header) = &facts.kind {
            let own = Ty::Param(Param::self_of(id));
            push(
                own.clone(),
                Arc::from([TraitRef { of: Res::Def(id), args: own_params(world, id), bindings: Arc::from([]) }]),
            );
            push(own, lowering.bounds(&facts.arena, &header.supertraits, fill));
            // Bounds of the trait's associated types hold for `Self::Name`.
            for member in &def.members {
                let member_def = world.def(*member);
                if let Some(ItemKind::TypeAlias { bounds, .. }) = member_def.facts.as_deref().map(|facts| &facts.kind)
                    && let Some(member_facts) = &member_def.facts
                {
                    let ty = Ty::Projection(Arc::new(super::Projection {
                        self_ty: Ty::Param(Param::self_of(id)),
                        of: Some(Res::Def(id)),
                        args: Arc::from([]),
                        name: member_def.name,
                        own: Arc::from([]),
                    }));
                    push(ty, self.lowering(*member).bounds(&member_facts.arena, bounds, fill));
                }
            }
        }
        if let Some(generics) = generics_of(world, id) {
            let mut index = 0;
            for param in &generics.params {
                match &param.kind {
                    GenericParamKind::Lifetime => continue,
                    GenericParamKind::Type { bounds, .. } => {
                        push(Ty::Param(Param { owner: id, index }), lowering.bounds(&facts.arena, bounds, fill));
                    }
                    GenericParamKind::Const { .. } => {}
                }
                index += 1;
            }
            for predicate in &generics.predicates {
                let ty = lowering.ty(&facts.arena, predicate.ty, fill);
                push(ty, lowering.bounds(&facts.arena, &predicate.bounds, fill));
            }
        }
        out
    }

    /// All bounds in scope inside an item: its own and those of the impl or trait around it.
    pub(crate) fn predicates_in_scope(&self, id: SymbolId) -> Vec<Predicate> {
        let mut out = self.own_predicates(id).to_vec();
        if let Some(parent) = self.world.parent(id)
            && matches!(self.world.kind(parent), SymbolKind::Impl | SymbolKind::Trait)
        {
            out.extend(self.own_predicates(parent).iter().cloned());
        }
        out
    }

    /// The item of a trait with that name.
    pub(crate) fn trait_item(&self, of: SymbolId, name: crate::name::Name) -> Option<SymbolId> {
        self.world.members(of).find(|member| self.world.name(*member) == name)
    }
}

/// Deepest chain of aliases that is followed.
const MAX_ALIASES: u32 = 12;
