//! The impls of the source set, by the head of their self type.

use std::cell::Cell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::tables::{ImplHeader, Predicate, Tables};
use super::{Args, Param, Projection, Subst, TraitRef, Ty};
use crate::facts::ItemKind;
use crate::model::{SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::world::{Prim, Res, World};

/// The outermost constructor of a type: what impls are found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Head {
    Adt(SymbolId),
    Ext(super::ExtId),
    Prim(Prim),
    Ref(bool),
    Ptr(bool),
    Slice,
    Array,
    Tuple(usize),
    Fn,
    Dyn(Res),
    Never,
}

/// Deepest chain of aliases, projections and blanket impls that is followed.
const MAX_DEPTH: u32 = 12;

/// Whether a bound holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Holds {
    /// It does not.
    No,
    /// It rests on something that was not read.
    Maybe,
    /// It does.
    Yes,
}

/// An impl item with the impl that it is in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ImplItem {
    pub(crate) of_impl: SymbolId,
    pub(crate) item: SymbolId,
}

/// Bounds in scope, and how much work may still be spent on questions about impls.
///
/// Without the fuel, impls whose bounds ask for each other cost exponential time.
#[derive(Clone, Copy)]
pub(crate) struct Env<'e> {
    pub(crate) predicates: &'e [Predicate],
    pub(crate) fuel: &'e Cell<u32>,
}

impl Env<'_> {
    /// Takes one unit; whether there was one.
    fn spend(&self) -> bool {
        let left = self.fuel.get();
        self.fuel.set(left.saturating_sub(1));
        left > 0
    }
}

/// All impls, indexed.
pub(crate) struct Impls<'w> {
    pub(crate) tables: Tables<'w>,
    /// Items of inherent impls by type and name.
    inherent: FxHashMap<(Head, Name), Vec<ImplItem>>,
    /// Impls of a trait by the head of their self type, blanket ones apart.
    of_trait: FxHashMap<(Res, Head), Vec<SymbolId>>,
    blanket: FxHashMap<Res, Vec<SymbolId>>,
    /// Items of traits by name, in definition order.
    trait_items: FxHashMap<Name, Vec<(SymbolId, SymbolId)>>,
    /// Every function in an impl or trait by name, in definition order: candidates.
    methods: FxHashMap<Name, Vec<SymbolId>>,
    /// Items of impls of external traits by type and name.
    of_external: FxHashMap<(Head, Name), Vec<ImplItem>>,
    /// Types that implement an external trait: methods that were not read may apply to them.
    external_traits: rustc_hash::FxHashSet<Head>,
    pub(crate) well_known: WellKnown,
}

/// External items that the language itself knows.
pub(crate) struct WellKnown {
    pub(crate) deref: Res,
    pub(crate) index: Res,
    pub(crate) iterator: Res,
    pub(crate) into_iterator: Res,
    pub(crate) future: Res,
    pub(crate) into_future: Res,
    pub(crate) option: super::ExtId,
    pub(crate) result: super::ExtId,
    pub(crate) vec: super::ExtId,
    pub(crate) string: super::ExtId,
    /// Types of std whose `Deref` target is their first argument.
    pub(crate) pointers: Vec<super::ExtId>,
}

impl WellKnown {
    fn new(world: &World) -> Self {
        let path = |path: &str| world.externals.path(path);
        Self {
            deref: Res::Ext(path("std::ops::Deref")),
            index: Res::Ext(path("std::ops::Index")),
            iterator: Res::Ext(path("std::iter::Iterator")),
            into_iterator: Res::Ext(path("std::iter::IntoIterator")),
            future: Res::Ext(path("std::future::Future")),
            into_future: Res::Ext(path("std::future::IntoFuture")),
            option: path("std::option::Option"),
            result: path("std::result::Result"),
            vec: path("std::vec::Vec"),
            string: path("std::string::String"),
            pointers: [
                "std::boxed::Box",
                "std::rc::Rc",
                "std::sync::Arc",
                "std::pin::Pin",
                "std::borrow::Cow",
                "std::cell::Ref",
                "std::cell::RefMut",
                "std::cell::LazyCell",
                "std::mem::ManuallyDrop",
                "std::panic::AssertUnwindSafe",
                "std::sync::LazyLock",
                "std::sync::MutexGuard",
                "std::sync::RwLockReadGuard",
                "std::sync::RwLockWriteGuard",
            ]
            .map(path)
            .to_vec(),
        }
    }
}

impl<'w> Impls<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        let mut this = Self {
            tables: Tables::new(world),
            inherent: FxHashMap::default(),
            of_trait: FxHashMap::default(),
            blanket: FxHashMap::default(),
            trait_items: FxHashMap::default(),
            methods: FxHashMap::default(),
            of_external: FxHashMap::default(),
            external_traits: rustc_hash::FxHashSet::default(),
            well_known: WellKnown::new(world),
        };
        for index in 0..world.defs.len() {
            let id = SymbolId(crate::resolve::collect::to_u32(index));
            let def = world.def(id);
            match def.kind {
                SymbolKind::Trait => {
                    for member in &def.members {
                        this.trait_items.entry(world.name(*member)).or_default().push((id, *member));
                    }
                }
                SymbolKind::Impl => this.add_impl(id),
                SymbolKind::Method => this.methods.entry(def.name).or_default().push(id),
                _ => {}
            }
        }
        this
    }

    fn add_impl(&mut self, id: SymbolId) {
        let world = self.tables.world;
        let Some(header) = self.tables.header(id) else { return };
        if header.negative {
            return;
        }
        let head = self.head(&header.self_ty);
        let has_trait =
            matches!(world.def(id).facts.as_deref().map(|f| &f.kind), Some(ItemKind::Impl(h)) if h.of_trait.is_some());
        match (&header.of_trait, head) {
            (Some(bound), Some(head)) => {
                if matches!(bound.of, Res::Ext(_)) {
                    self.external_traits.insert(head);
                    for member in world.members(id) {
                        let key = (head, world.name(member));
                        self.of_external.entry(key).or_default().push(ImplItem { of_impl: id, item: member });
                    }
                }
                self.of_trait.entry((bound.of, head)).or_default().push(id);
            }
            (Some(bound), None) if blanket_like(&header.self_ty) => self.blanket.entry(bound.of).or_default().push(id),
            (None, Some(head)) if !has_trait => {
                for member in world.members(id) {
                    let key = (head, world.name(member));
                    self.inherent.entry(key).or_default().push(ImplItem { of_impl: id, item: member });
                }
            }
            _ => {}
        }
    }

    fn world(&self) -> &'w World {
        self.tables.world
    }

    /// The head of a type; `None` for parameters and what is not known.
    pub(crate) fn head(&self, ty: &Ty) -> Option<Head> {
        Some(match ty {
            Ty::Adt(id, _) => Head::Adt(*id),
            Ty::Ext(id, _) => Head::Ext(*id),
            Ty::Alias(..) => {
                let expanded = self.expand_alias(ty, 0);
                return if matches!(expanded, Ty::Alias(..)) { None } else { self.head(&expanded) };
            }
            Ty::Prim(prim) => Head::Prim(*prim),
            Ty::Ref(mutable, _) => Head::Ref(*mutable),
            Ty::Ptr(mutable, _) => Head::Ptr(*mutable),
            Ty::Slice(_) => Head::Slice,
            Ty::Array(_) => Head::Array,
            Ty::Tuple(parts) => Head::Tuple(parts.len()),
            Ty::Fn(..) | Ty::FnDef(..) => Head::Fn,
            Ty::Dyn(bounds) => Head::Dyn(bounds.first()?.of),
            Ty::Never => Head::Never,
            Ty::Unknown | Ty::Param(_) | Ty::Opaque(_) | Ty::Projection(_) | Ty::Future(_) | Ty::Var(_) => return None,
        })
    }

    /// Expands aliases at the top of a type.
    pub(crate) fn expand_alias(&self, ty: &Ty, depth: u32) -> Ty {
        match ty {
            Ty::Alias(id, args) if depth < MAX_DEPTH => {
                let subst = Subst::default().with(*id, Arc::clone(args));
                self.expand_alias(&self.tables.type_of(*id).subst(&subst), depth + 1)
            }
            Ty::Alias(..) => Ty::Unknown,
            other => other.clone(),
        }
    }

    /// Functions of impls and traits with that name.
    pub(crate) fn methods_named(&self, name: Name) -> &[SymbolId] {
        self.methods.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Items of traits with that name: (trait, item).
    pub(crate) fn trait_items_named(&self, name: Name) -> &[(SymbolId, SymbolId)] {
        self.trait_items.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Whether an impl of the source set gives types of that head an external trait.
    pub(crate) fn has_external_trait(&self, head: Head) -> bool {
        self.external_traits.contains(&head)
    }

    /// Items of impls of external traits for types of that head.
    pub(crate) fn external_items(&self, head: Head, name: Name) -> &[ImplItem] {
        self.of_external.get(&(head, name)).map_or(&[], Vec::as_slice)
    }

    /// Items of inherent impls for types of that head.
    pub(crate) fn inherent_items(&self, head: Head, name: Name) -> &[ImplItem] {
        self.inherent.get(&(head, name)).map_or(&[], Vec::as_slice)
    }

    /// Whether `pattern` (in terms of `owner`'s parameters) can be `ty`; fills in the parameters.
    pub(crate) fn matches(&self, owner: SymbolId, pattern: &Ty, ty: &Ty, found: &mut Vec<Option<Ty>>) -> bool {
        let pattern = self.expand_alias(pattern, 0);
        let ty = self.expand_alias(ty, 0);
        let all = |a: &Args, b: &Args, found: &mut Vec<Option<Ty>>| {
            a.iter().zip(b.iter()).all(|(a, b)| self.matches(owner, a, b, found))
        };
        match (&pattern, &ty) {
            (Ty::Param(param), _) if param.owner == owner && param.index != Param::SELF => {
                let index = usize::from(param.index);
                if found.len() <= index {
                    found.resize(index + 1, None);
                }
                match &found[index] {
                    Some(known) if !known.is_unknown() => {
                        let known = known.clone();
                        self.compatible(&known, &ty, 0)
                    }
                    _ => {
                        found[index] = Some(ty.clone());
                        true
                    }
                }
            }
            (Ty::Unknown | Ty::Projection(_) | Ty::Opaque(_), _)
            | (_, Ty::Unknown | Ty::Var(_) | Ty::Projection(_)) => true,
            (Ty::Adt(a, x), Ty::Adt(b, y)) => a == b && all(x, y, found),
            (Ty::Ext(a, x), Ty::Ext(b, y)) => a == b && all(x, y, found),
            (Ty::Tuple(x), Ty::Tuple(y)) => x.len() == y.len() && all(x, y, found),
            (Ty::Ref(m, x), Ty::Ref(n, y)) | (Ty::Ptr(m, x), Ty::Ptr(n, y)) => {
                m == n && self.matches(owner, x, y, found)
            }
            (Ty::Slice(x), Ty::Slice(y)) | (Ty::Array(x), Ty::Array(y)) | (Ty::Future(x), Ty::Future(y)) => {
                self.matches(owner, x, y, found)
            }
            (Ty::Fn(x, r), Ty::Fn(y, s)) => x.len() == y.len() && all(x, y, found) && self.matches(owner, r, s, found),
            (Ty::Fn(..), Ty::FnDef(..)) => true,
            (Ty::Dyn(x), Ty::Dyn(y)) => x.first().map(|b| b.of) == y.first().map(|b| b.of),
            (a, b) => a == b,
        }
    }

    /// Whether two types may be the same.
    fn compatible(&self, a: &Ty, b: &Ty, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        match (a, b) {
            (Ty::Unknown | Ty::Var(_) | Ty::Projection(_), _) | (_, Ty::Unknown | Ty::Var(_) | Ty::Projection(_)) => {
                true
            }
            (Ty::Adt(x, p), Ty::Adt(y, q)) => {
                x == y && p.iter().zip(q.iter()).all(|(p, q)| self.compatible(p, q, depth + 1))
            }
            (Ty::Ext(x, p), Ty::Ext(y, q)) => {
                x == y && p.iter().zip(q.iter()).all(|(p, q)| self.compatible(p, q, depth + 1))
            }
            (Ty::Ref(m, x), Ty::Ref(n, y)) => m == n && self.compatible(x, y, depth + 1),
            _ => a == b,
        }
    }

    /// Matches an impl's self type with `ty`: what the impl's parameters stand for.
    pub(crate) fn match_impl(&self, id: SymbolId, header: &ImplHeader, ty: &Ty) -> Option<Subst> {
        let mut found = Vec::new();
        if !self.matches(id, &header.self_ty, ty, &mut found) {
            return None;
        }
        let wanted = super::lower::arity(self.world(), id);
        found.resize(wanted, None);
        Some(Subst::default().with(id, found.into_iter().map(|ty| ty.unwrap_or(Ty::Unknown)).collect()))
    }

    /// The impl of a trait for a type, and what its parameters stand for: the surest, the first of
    /// several that are equally sure.
    pub(crate) fn impl_of(
        &self,
        env: Env<'_>,
        of: Res,
        ty: &Ty,
        args: &[Ty],
        depth: u32,
    ) -> Option<(SymbolId, Subst, Holds)> {
        self.impls_of(env, of, ty, args, depth, false).into_iter().next()
    }

    /// The impls of a trait for a type, the surest ones: direct ones or, when there are none,
    /// blanket ones. Several fit when the trait's arguments are not known. With `all` false, the
    /// search may stop at the first that surely holds.
    pub(crate) fn impls_of(
        &self,
        env: Env<'_>,
        of: Res,
        ty: &Ty,
        args: &[Ty],
        depth: u32,
        all: bool,
    ) -> Vec<(SymbolId, Subst, Holds)> {
        if depth > MAX_DEPTH || !env.spend() {
            return Vec::new();
        }
        let ty = self.expand_alias(ty, 0);
        let direct = self.head(&ty).and_then(|head| self.of_trait.get(&(of, head)));
        let mut best: Vec<(SymbolId, Subst, Holds)> = Vec::new();
        for candidates in [direct, self.blanket.get(&of)].into_iter().flatten() {
            for id in candidates {
                let Some((subst, holds)) = self.impl_fits(env, *id, &ty, args, depth) else { continue };
                let known = best.first().map_or(Holds::No, |(.., known)| *known);
                if holds > known {
                    best.clear();
                }
                if holds >= known {
                    best.push((*id, subst, holds));
                }
                if holds == Holds::Yes && !all {
                    return best;
                }
            }
            if best.first().is_some_and(|(.., holds)| *holds == Holds::Yes) {
                break;
            }
        }
        best
    }

    /// What an impl's parameters stand for when it is for that type, and whether its bounds hold.
    fn impl_fits(&self, env: Env<'_>, id: SymbolId, ty: &Ty, args: &[Ty], depth: u32) -> Option<(Subst, Holds)> {
        let header = self.tables.header(id)?;
        let bound = header.of_trait.as_ref()?;
        let mut found = Vec::new();
        let fits = self.matches(id, &header.self_ty, ty, &mut found)
            && bound.args.iter().zip(args).all(|(pattern, arg)| self.matches(id, pattern, arg, &mut found));
        if !fits {
            return None;
        }
        found.resize(super::lower::arity(self.world(), id), None);
        let subst = Subst::default().with(id, found.into_iter().map(|ty| ty.unwrap_or(Ty::Unknown)).collect());
        let holds = self.where_clauses(env, id, &subst, depth + 1);
        (holds > Holds::No).then_some((subst, holds))
    }

    /// Whether an impl's bounds hold for what its parameters stand for.
    fn where_clauses(&self, env: Env<'_>, id: SymbolId, subst: &Subst, depth: u32) -> Holds {
        let mut all = Holds::Yes;
        for predicate in self.tables.own_predicates(id).iter() {
            let ty = predicate.ty.subst(subst);
            let args: Vec<Ty> = predicate.bound.args.iter().map(|ty| ty.subst(subst)).collect();
            all = all.min(self.holds(env, &ty, predicate.bound.of, &args, depth));
            if all == Holds::No {
                break;
            }
        }
        all
    }

    /// Whether `ty: of<args>`, with the bounds in scope.
    pub(crate) fn holds(&self, env: Env<'_>, ty: &Ty, of: Res, args: &[Ty], depth: u32) -> Holds {
        if depth > MAX_DEPTH {
            return Holds::Maybe;
        }
        let ty = match self.expand_alias(ty, 0) {
            Ty::Projection(projection) => {
                self.project(&projection, env, depth + 1).unwrap_or(Ty::Projection(projection))
            }
            other => other,
        };
        let listed = |bounds: &mut dyn Iterator<Item = &TraitRef>| {
            bounds.flat_map(|bound| self.tables.with_supertraits(bound)).any(|bound| bound.of == of)
        };
        let stated = match &ty {
            Ty::Unknown | Ty::Var(_) => return Holds::Maybe,
            Ty::Dyn(bounds) | Ty::Opaque(bounds) => listed(&mut bounds.iter()),
            Ty::Param(_) | Ty::Projection(_) => {
                listed(&mut env.predicates.iter().filter(|p| p.ty == ty).map(|p| &p.bound))
            }
            _ => false,
        };
        if stated {
            return Holds::Yes;
        }
        if let Some((.., holds)) = self.impl_of(env, of, &ty, args, depth + 1) {
            return holds;
        }
        let Res::Ext(ext) = of else { return Holds::No };
        let Some(name) = self.world().externals.last(ext) else { return Holds::Maybe };
        let callable = matches!(name.as_str(), "Fn" | "FnMut" | "FnOnce" | "AsyncFn" | "AsyncFnMut" | "AsyncFnOnce");
        match &ty {
            Ty::Fn(..) | Ty::FnDef(..) if callable => Holds::Yes,
            Ty::Ref(_, inner) if callable => self.holds(env, inner, of, args, depth + 1),
            Ty::Ext(id, own) if callable => match own.first() {
                Some(inner) if self.well_known.pointers.contains(id) => self.holds(env, inner, of, args, depth + 1),
                _ => Holds::No,
            },
            _ if callable => Holds::No,
            Ty::Adt(id, _) => {
                let derived = self
                    .world()
                    .attrs(*id)
                    .is_some_and(|attrs| attrs.derives.iter().any(|derive| derive.segments.last() == Some(&name)));
                if derived {
                    Holds::Yes
                } else if is_auto_or_blanket(name) || !self.is_std(ext) {
                    Holds::Maybe
                } else {
                    Holds::No
                }
            }
            _ => Holds::Maybe,
        }
    }

    /// Whether a bound may bring methods that were not read.
    pub(crate) fn brings_unread_methods(&self, bound: &TraitRef) -> bool {
        self.tables.with_supertraits(bound).iter().any(|bound| match bound.of {
            Res::Ext(ext) => self.world().externals.last(ext).is_none_or(|name| {
                !matches!(name.as_str(), "Send" | "Sync" | "Sized" | "Unpin" | "Copy" | "UnwindSafe" | "RefUnwindSafe")
            }),
            Res::Def(_) | Res::Prim(_) => false,
        })
    }

    fn is_std(&self, ext: super::ExtId) -> bool {
        self.world().externals.names(ext).first().is_some_and(|name| *name == *"std")
    }

    /// What a projection stands for, one step; `bounds` are those in scope.
    pub(crate) fn project(&self, projection: &Projection, env: Env<'_>, depth: u32) -> Option<Ty> {
        if depth > MAX_DEPTH {
            return None;
        }
        let self_ty = match &projection.self_ty {
            Ty::Projection(inner) => self.project(inner, env, depth + 1).unwrap_or_else(|| projection.self_ty.clone()),
            other => self.expand_alias(other, 0),
        };
        let name = projection.name;
        let binding = |bound: &TraitRef| {
            let fits = projection.of.is_none_or(|of| of == bound.of);
            fits.then(|| bound.bindings.iter().find(|(bound_name, _)| *bound_name == name).map(|(_, ty)| ty.clone()))
                .flatten()
        };
        match &self_ty {
            Ty::Dyn(list) | Ty::Opaque(list) => {
                if let Some(ty) = list.iter().find_map(&binding) {
                    return Some(ty);
                }
            }
            Ty::Future(output) if name == *"Output" => return Some((**output).clone()),
            Ty::Unknown | Ty::Var(_) => return None,
            _ => {}
        }
        if let Some(ty) = env.predicates.iter().filter(|p| p.ty == self_ty).find_map(|p| binding(&p.bound)) {
            return Some(ty);
        }
        // The impl of the named trait, or of any trait of the source set with such a type.
        if let Some(of) = projection.of {
            return self.impl_type(env, of, &self_ty, name, depth + 1);
        }
        let head = self.head(&self_ty)?;
        for (of, item) in self.trait_items_named(name) {
            if self.world().kind(*item) == SymbolKind::AssociatedType
                && let Some(ty) = self.impl_type(env, Res::Def(*of), &self_ty, name, depth + 1)
            {
                return Some(ty);
            }
        }
        for of in [
            self.well_known.iterator,
            self.well_known.into_iterator,
            self.well_known.deref,
            self.well_known.future,
            self.well_known.into_future,
            self.well_known.index,
        ] {
            if self.of_trait.contains_key(&(of, head))
                && let Some(ty) = self.impl_type(env, of, &self_ty, name, depth + 1)
            {
                return Some(ty);
            }
        }
        None
    }

    /// The associated type `name` of the impl of `of` for `ty`.
    pub(crate) fn impl_type(&self, env: Env<'_>, of: Res, ty: &Ty, name: Name, depth: u32) -> Option<Ty> {
        let (id, subst, _) = self.impl_of(env, of, ty, &[], depth)?;
        let member = self.world().member(id, SymbolKind::AssociatedType, name)?;
        Some(self.tables.type_of(member).subst(&subst))
    }

    /// One step of dereferencing.
    pub(crate) fn deref(&self, env: Env<'_>, ty: &Ty) -> Option<Ty> {
        match ty {
            Ty::Ref(_, inner) | Ty::Ptr(_, inner) => Some((**inner).clone()),
            Ty::Ext(id, args) if self.well_known.pointers.contains(id) => args.first().cloned(),
            Ty::Ext(id, args) if *id == self.well_known.vec => args.first().map(|ty| Ty::Slice(Arc::new(ty.clone()))),
            Ty::Ext(id, _) if *id == self.well_known.string => Some(Ty::Prim(Prim::Str)),
            Ty::Adt(..) => self.impl_type(env, self.well_known.deref, ty, Name::new("Target"), 0),
            _ => None,
        }
    }
}

/// Whether an impl's self type is a parameter (or something like one): it may apply to any type.
fn blanket_like(ty: &Ty) -> bool {
    matches!(ty, Ty::Param(_) | Ty::Projection(_) | Ty::Unknown)
}

/// Traits that a type may have without an impl of its own in the source set.
fn is_auto_or_blanket(name: Name) -> bool {
    matches!(
        name.as_str(),
        "Send"
            | "Sync"
            | "Sized"
            | "Unpin"
            | "UnwindSafe"
            | "RefUnwindSafe"
            | "Any"
            | "From"
            | "Into"
            | "TryFrom"
            | "TryInto"
            | "ToString"
            | "ToOwned"
            | "Borrow"
            | "BorrowMut"
            | "IntoIterator"
            | "IntoFuture"
            | "Pattern"
            | "Fn"
            | "FnMut"
            | "FnOnce"
    )
}
