//! Steps 5 and 6: which method a call means, in the compiler's probing order.
//!
//! For each autoderef step of the receiver, by value, then `&`, then `&mut`; at each of these inherent
//! candidates (those of bounds and of `dyn` among them) before those of traits in scope.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;

use super::impls::{Env, Head, Holds, ImplItem, Impls};
use super::tables::{By, Signature};
use super::{Subst, TraitRef, Ty};
use crate::model::{Confidence, Reason, SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::paths::Lookup;
use crate::resolve::world::{ModId, ModKind, Ns, Res, World};

/// Most autoderef steps, rustc's own bound being its recursion limit; real chains have a handful.
const MAX_STEPS: usize = 16;

/// An item that a method call or `Type::name` means.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) item: SymbolId,
    /// What the parameters of its impl or trait stand for.
    pub(crate) subst: Subst,
    pub(crate) reason: Reason,
    pub(crate) confidence: Confidence,
}

/// The outcome of probing.
#[derive(Debug, Clone)]
pub(crate) enum Probe {
    /// One item.
    Found(Found),
    /// Items of several impls of one external trait (`From<A>`, `From<B>`): the arguments decide.
    Overloaded(Vec<Found>),
    /// The receiver is of an external type, and no trait of the source set gives it that method.
    External,
    /// The receiver's type is not known.
    Unknown,
    /// The type is known and has no such method in the source set.
    Missing,
}

/// Traits in scope, per module, computed when first asked for.
pub(crate) struct TraitScopes {
    sets: Vec<OnceLock<InScope>>,
}

/// Traits that one module's own names bring into scope.
#[derive(Default)]
struct InScope {
    own: FxHashSet<SymbolId>,
    /// External ones by name: the same trait may be reached by several paths.
    external: FxHashSet<Name>,
}

impl TraitScopes {
    pub(crate) fn new(world: &World) -> Self {
        Self { sets: std::iter::repeat_with(OnceLock::new).take(world.modules.len()).collect() }
    }

    fn contains(&self, world: &World, module: ModId, of: Res) -> bool {
        let name = match of {
            Res::Ext(ext) => world.externals.last(ext),
            Res::Def(_) | Res::Prim(_) => None,
        };
        let mut at = Some(module);
        while let Some(here) = at {
            let set = self.sets[here.0 as usize].get_or_init(|| InScope::of(world, here));
            let found = match of {
                Res::Def(id) => set.own.contains(&id),
                _ => name.is_some_and(|name| set.external.contains(&name)),
            };
            if found {
                return true;
            }
            let module = world.module(here);
            if !module.external_globs.is_empty() && matches!(of, Res::Ext(_)) {
                return true;
            }
            at = if module.kind == ModKind::Block { module.parent } else { None };
        }
        name.is_some_and(|name| world.externals.prelude().get(name, Ns::Type).is_some())
    }
}

impl InScope {
    fn of(world: &World, module: ModId) -> Self {
        let scope = &world.module(module).scope;
        let mut out = Self::default();
        for binding in scope.order.iter().flat_map(|name| scope.get(*name, Ns::Type)).chain(&scope.anonymous) {
            match binding.res {
                Res::Def(id) if world.kind(id) == SymbolKind::Trait => {
                    out.own.insert(id);
                }
                Res::Ext(ext) => out.external.extend(world.externals.last(ext)),
                Res::Def(_) | Res::Prim(_) => {}
            }
        }
        out
    }
}

/// A place from which methods are probed.
pub(crate) struct Prober<'a> {
    pub(crate) impls: &'a Impls<'a>,
    pub(crate) scopes: &'a TraitScopes,
    pub(crate) lookup: Lookup<'a>,
    /// Bounds in scope.
    pub(crate) env: Env<'a>,
    /// The item whose code asks.
    pub(crate) caller: SymbolId,
}

impl Prober<'_> {
    fn world(&self) -> &World {
        self.impls.tables.world
    }

    /// Normalises the top of a type: aliases, projections.
    pub(crate) fn normalize(&self, ty: &Ty) -> Ty {
        let mut ty = self.impls.expand_alias(ty, 0);
        for _ in 0..MAX_STEPS {
            let Ty::Projection(projection) = &ty else { break };
            match self.impls.project(projection, self.env, 0) {
                Some(next) => ty = self.impls.expand_alias(&next, 0),
                None => break,
            }
        }
        ty
    }

    /// The types that autoderef goes through, the receiver's first; whether it ended at an unknown one.
    pub(crate) fn autoderef(&self, receiver: &Ty) -> (Vec<Ty>, bool) {
        let mut steps = Vec::new();
        let mut at = self.normalize(receiver);
        loop {
            if matches!(at, Ty::Unknown | Ty::Var(_)) {
                return (steps, true);
            }
            let next = self.impls.deref(self.env, &at);
            let last = at;
            let array = match &last {
                Ty::Array(item) => Some(Ty::Slice(Arc::clone(item))),
                _ => None,
            };
            steps.push(last);
            match next.or(array) {
                Some(next) if steps.len() < MAX_STEPS => at = self.normalize(&next),
                _ => return (steps, false),
            }
        }
    }

    /// The method that `receiver.name(…)` calls.
    pub(crate) fn method(&self, receiver: &Ty, name: Name) -> Probe {
        let (steps, unknown) = self.autoderef(receiver);
        let any = !self.impls.methods_named(name).is_empty();
        let mut unsure: Option<Found> = None;
        if any {
            for step in &steps {
                for wanted in [step.clone(), Ty::reference(false, step.clone()), Ty::reference(true, step.clone())] {
                    let overloads = self.by_value(&wanted, name, &steps);
                    if overloads.len() > 1 {
                        return Probe::Overloaded(overloads);
                    }
                    if let Some(found) = overloads.into_iter().next() {
                        // A bound that only may hold gives way to a later step that surely does.
                        if found.confidence == Confidence::High {
                            return Probe::Found(found);
                        }
                        unsure = unsure.or(Some(found));
                    }
                }
            }
        }
        if let Some(found) = unsure.filter(|_| !steps.iter().any(|step| self.hides_methods(step))) {
            return Probe::Found(found);
        }
        match steps.last() {
            None => Probe::Unknown,
            Some(_) if unknown => Probe::Unknown,
            Some(_) => {
                let external = steps.iter().any(|step| self.may_have_external_methods(step));
                if external { Probe::External } else { Probe::Missing }
            }
        }
    }

    /// Whether a type's own bounds name traits that were not read: their methods come first.
    fn hides_methods(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Dyn(bounds) | Ty::Opaque(bounds) => bounds.iter().any(|b| self.impls.brings_unread_methods(b)),
            Ty::Param(_) | Ty::Projection(_) => self
                .env
                .predicates
                .iter()
                .any(|predicate| predicate.ty == *ty && self.impls.brings_unread_methods(&predicate.bound)),
            _ => false,
        }
    }

    /// Whether methods that were not read may apply to a type.
    fn may_have_external_methods(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Adt(id, _) => {
                // Any derive or impl of an external trait brings methods.
                let derives = self.world().attrs(*id).is_some_and(|attrs| !attrs.derives.is_empty());
                derives || self.impls.has_external_trait(Head::Adt(*id))
            }
            _ => true,
        }
    }

    /// Candidates whose `self` parameter is exactly of type `wanted`: one, or several impls of one
    /// trait.
    fn by_value(&self, wanted: &Ty, name: Name, steps: &[Ty]) -> Vec<Found> {
        let behind = match wanted {
            Ty::Ref(_, inner) => Some(&**inner),
            _ => None,
        };
        let self_types = || std::iter::once(wanted).chain(behind);
        if let Some(found) = self_types().find_map(|self_ty| self.inherent(wanted, self_ty, name, steps)) {
            return vec![found];
        }
        for self_ty in self_types() {
            let found = self.of_traits(wanted, self_ty, name);
            if !found.is_empty() {
                return found;
            }
        }
        self.of_external_traits(wanted, name)
    }

    /// Whether a method with `Self = self_ty` takes `wanted` as `self`.
    fn takes(&self, signature: &Signature, wanted: &Ty, self_ty: &Ty, typed: impl FnOnce(&Ty) -> bool) -> bool {
        match (signature.by, wanted) {
            (Some(By::Value), _) => std::ptr::eq(wanted, self_ty) || wanted == self_ty,
            (Some(By::Ref), Ty::Ref(false, inner)) | (Some(By::RefMut), Ty::Ref(true, inner)) => **inner == *self_ty,
            (Some(By::Typed), _) => signature.receiver.as_ref().is_some_and(typed),
            _ => false,
        }
    }

    /// Inherent candidates: impls of the type, bounds of a parameter, traits of a `dyn`.
    fn inherent(&self, wanted: &Ty, self_ty: &Ty, name: Name, steps: &[Ty]) -> Option<Found> {
        if let Some(head) = self.impls.head(self_ty) {
            let mut twins: Vec<(SymbolId, Subst)> = Vec::new();
            for candidate in self.impls.inherent_items(head, name) {
                let Some(signature) = self.impls.tables.signature(candidate.item) else { continue };
                let Some(header) = self.impls.tables.header(candidate.of_impl) else { continue };
                let Some(subst) = self.impls.match_impl(candidate.of_impl, &header, self_ty) else { continue };
                let typed = |receiver: &Ty| self.normalize(&receiver.subst(&subst)).eq_loosely(wanted);
                if self.takes(&signature, wanted, self_ty, typed) {
                    twins.push((candidate.item, subst));
                }
            }
            if let Some(item) = self.lookup.pick_def(twins.iter().map(|(item, _)| *item)) {
                let subst = twins.into_iter().find(|(id, _)| *id == item).map(|(_, subst)| subst)?;
                return Some(Found { item, subst, reason: Reason::InherentMethod, confidence: Confidence::High });
            }
            // `self: Box<Self>`, `self: Pin<&mut Self>`: found at the step of the pointer, on the pointee.
            if let Some(found) = self.through_pointer(wanted, name, steps) {
                return Some(found);
            }
        }
        self.of_own_bounds(wanted, self_ty, name)
    }

    /// Candidates of the bounds that a type itself states.
    fn of_own_bounds(&self, wanted: &Ty, self_ty: &Ty, name: Name) -> Option<Found> {
        match self_ty {
            Ty::Dyn(bounds) => self.of_bounds(bounds.iter(), wanted, self_ty, name, Reason::DynMethod),
            Ty::Opaque(bounds) => self.of_bounds(bounds.iter(), wanted, self_ty, name, Reason::BoundMethod),
            Ty::Param(_) | Ty::Projection(_) => {
                let bounds = self.env.predicates.iter().filter(|p| p.ty == *self_ty).map(|p| &p.bound);
                self.of_bounds(bounds, wanted, self_ty, name, Reason::BoundMethod)
            }
            _ => None,
        }
    }

    /// Inherent methods whose `self` is a smart pointer to the type.
    fn through_pointer(&self, wanted: &Ty, name: Name, steps: &[Ty]) -> Option<Found> {
        if !matches!(wanted, Ty::Ext(..) | Ty::Adt(..)) {
            return None;
        }
        for pointee in steps {
            if pointee == wanted {
                continue;
            }
            if let Some(found) = self.of_own_bounds(wanted, pointee, name) {
                return Some(found);
            }
            let Some(head) = self.impls.head(pointee) else { continue };
            for candidate in self.impls.inherent_items(head, name) {
                let Some(signature) = self.impls.tables.signature(candidate.item) else { continue };
                if !matches!(signature.by, Some(By::Typed)) {
                    continue;
                }
                let Some(header) = self.impls.tables.header(candidate.of_impl) else { continue };
                let Some(subst) = self.impls.match_impl(candidate.of_impl, &header, pointee) else { continue };
                let receiver = signature.receiver.as_ref().map(|ty| self.normalize(&ty.subst(&subst)));
                if receiver.is_some_and(|receiver| receiver.eq_loosely(wanted)) {
                    return Some(Found {
                        item: candidate.item,
                        subst,
                        reason: Reason::InherentMethod,
                        confidence: Confidence::High,
                    });
                }
            }
        }
        None
    }

    /// Items of the traits that bounds name, and of their supertraits.
    fn of_bounds<'b>(
        &self,
        bounds: impl Iterator<Item = &'b TraitRef>,
        wanted: &Ty,
        self_ty: &Ty,
        name: Name,
        reason: Reason,
    ) -> Option<Found> {
        for bound in bounds {
            for bound in self.impls.tables.with_supertraits(bound) {
                let Res::Def(of) = bound.of else { continue };
                let Some(item) = self.impls.tables.trait_item(of, name) else { continue };
                let Some(signature) = self.impls.tables.signature(item) else { continue };
                let subst = Subst::default().with(of, Arc::clone(&bound.args)).with_self(of, self_ty.clone());
                let typed = |receiver: &Ty| self.normalize(&receiver.subst(&subst)).eq_loosely(wanted);
                if self.takes(&signature, wanted, self_ty, typed) {
                    return Some(Found { item, subst, reason, confidence: Confidence::High });
                }
            }
        }
        None
    }

    /// Candidates of traits in scope: one, or several impls of one trait.
    fn of_traits(&self, wanted: &Ty, self_ty: &Ty, name: Name) -> Vec<Found> {
        let mut best: Option<(bool, Vec<Found>)> = None;
        for (of, item) in self.impls.trait_items_named(name) {
            let Some(signature) = self.impls.tables.signature(*item) else { continue };
            let takes = self.takes(&signature, wanted, self_ty, |receiver| {
                let subst = Subst::default().with_self(*of, self_ty.clone());
                self.normalize(&receiver.subst(&subst)).eq_loosely(wanted)
            });
            if !takes {
                continue;
            }
            let in_scope = self.in_scope(Res::Def(*of));
            if best.as_ref().is_some_and(|(known, _)| *known >= in_scope) {
                continue;
            }
            let found = self.trait_items_for(*of, *item, self_ty, &[]);
            if !found.is_empty() {
                best = Some((in_scope, found));
                if in_scope {
                    break;
                }
            }
        }
        let Some((in_scope, mut found)) = best else { return Vec::new() };
        if !in_scope {
            // Out of scope by what was read: only an external glob can have brought it in.
            let module = self.world().named_module(self.lookup.module);
            if self.world().module(module).external_globs.is_empty() {
                return Vec::new();
            }
            for found in &mut found {
                found.confidence = Confidence::Low;
            }
        }
        found
    }

    /// Whether a trait's methods can be called here: it is imported, or it is the trait of the impl
    /// or trait around.
    fn in_scope(&self, of: Res) -> bool {
        if self.scopes.contains(self.world(), self.lookup.module, of) {
            return true;
        }
        let Some(around) = self.world().parent(self.caller) else { return false };
        match self.world().kind(around) {
            SymbolKind::Trait => of == Res::Def(around),
            SymbolKind::Impl => self
                .impls
                .tables
                .header(around)
                .is_some_and(|header| header.of_trait.as_ref().is_some_and(|bound| bound.of == of)),
            _ => false,
        }
    }

    /// Methods of impls of external traits whose `self` parameter is exactly of type `wanted`.
    fn of_external_traits(&self, wanted: &Ty, name: Name) -> Vec<Found> {
        let mut out: Vec<Found> = Vec::new();
        let behind = match wanted {
            Ty::Ref(_, inner) => Some(&**inner),
            _ => None,
        };
        for self_ty in std::iter::once(wanted).chain(behind) {
            let Some(head) = self.impls.head(self_ty) else { continue };
            for candidate in self.impls.external_items(head, name) {
                let Some(signature) = self.impls.tables.signature(candidate.item) else { continue };
                let Some(found) = self.external_candidate(candidate, self_ty, false) else { continue };
                let typed = |receiver: &Ty| self.normalize(&receiver.subst(&found.subst)).eq_loosely(wanted);
                if self.takes(&signature, wanted, self_ty, typed) {
                    out.push(found);
                }
            }
            if !out.is_empty() {
                break;
            }
        }
        self.without_off_twins(out)
    }

    fn external_candidate(&self, candidate: &ImplItem, self_ty: &Ty, path: bool) -> Option<Found> {
        let header = self.impls.tables.header(candidate.of_impl)?;
        let subst = self.impls.match_impl(candidate.of_impl, &header, self_ty)?;
        let bound = header.of_trait.as_ref()?;
        if !self.in_scope(bound.of) {
            return None;
        }
        let foreign = !matches!(self_ty, Ty::Adt(..) | Ty::Ref(..) | Ty::Dyn(_));
        if foreign && candidate.item == self.caller {
            return None;
        }
        Some(Found {
            item: candidate.item,
            subst,
            reason: if path { Reason::TraitFunction } else { Reason::TraitMethod },
            confidence: if foreign { Confidence::Medium } else { Confidence::High },
        })
    }

    /// Items of impls of external traits that `Type::name` may mean.
    fn associated_external(&self, self_ty: &Ty, name: Name) -> Vec<Found> {
        let self_ty = self.normalize(self_ty);
        let Some(head) = self.impls.head(&self_ty) else { return Vec::new() };
        let candidates = self.impls.external_items(head, name);
        self.without_off_twins(
            candidates.iter().filter_map(|candidate| self.external_candidate(candidate, &self_ty, true)).collect(),
        )
    }

    /// Drops what the configuration turns off, unless nothing else is left.
    fn without_off_twins(&self, found: Vec<Found>) -> Vec<Found> {
        if found.len() < 2 {
            return found;
        }
        let on: Vec<Found> = found.iter().filter(|found| self.lookup.is_item_on(found.item)).cloned().collect();
        if on.is_empty() { found } else { on }
    }

    /// The items of `of` that a type with `Self = self_ty` has, per impl that fits: the impl's own,
    /// else the trait's default.
    pub(crate) fn trait_items_for(&self, of: SymbolId, item: SymbolId, self_ty: &Ty, args: &[Ty]) -> Vec<Found> {
        let impls = self.impls.impls_of(self.env, Res::Def(of), self_ty, args, 0, true);
        let mut out: Vec<Found> = Vec::new();
        for (id, subst, holds) in impls {
            if let Some(found) = self.trait_item_of(id, subst, holds, of, item, self_ty)
                && !out.iter().any(|known| known.item == found.item)
            {
                out.push(found);
            }
        }
        self.without_off_twins(out)
    }

    fn trait_item_of(
        &self,
        id: SymbolId,
        subst: Subst,
        holds: Holds,
        of: SymbolId,
        item: SymbolId,
        self_ty: &Ty,
    ) -> Option<Found> {
        let world = self.world();
        let (name, kind) = (world.name(item), world.kind(item));
        let own = world.members(id).filter(|member| world.name(*member) == name && world.kind(*member) == kind);
        let external = matches!(self_ty, Ty::Ext(..) | Ty::Prim(_) | Ty::Slice(_) | Ty::Tuple(_) | Ty::Array(_));
        let confidence = if holds == Holds::Yes && !external { Confidence::High } else { Confidence::Medium };
        match self.lookup.pick_def(own) {
            // A trait's method that a foreign type forwards to its own of the same name.
            Some(own) if external && own == self.caller => None,
            Some(own) => Some(Found { item: own, subst, reason: Reason::TraitMethod, confidence }),
            None => {
                let header = self.impls.tables.header(id)?;
                let args = header
                    .of_trait
                    .as_ref()
                    .map_or_else(|| Arc::from([]), |bound| bound.args.iter().map(|ty| ty.subst(&subst)).collect());
                let subst = Subst::default().with(of, args).with_self(of, self_ty.clone());
                Some(Found { item, subst, reason: Reason::DefaultMethod, confidence })
            }
        }
    }

    /// The associated items that `Type::name` means: one, or those of several impls of one trait.
    pub(crate) fn associated(&self, self_ty: &Ty, name: Name) -> Vec<Found> {
        let self_ty = self.normalize(self_ty);
        if let Some(head) = self.impls.head(&self_ty) {
            let mut twins: Vec<(SymbolId, Subst)> = Vec::new();
            for candidate in self.impls.inherent_items(head, name) {
                let Some(header) = self.impls.tables.header(candidate.of_impl) else { continue };
                if let Some(subst) = self.impls.match_impl(candidate.of_impl, &header, &self_ty) {
                    twins.push((candidate.item, subst));
                }
            }
            let picked = self.lookup.pick_def(twins.iter().map(|(item, _)| *item));
            if let Some((item, subst)) = twins.into_iter().find(|(id, _)| Some(*id) == picked) {
                return vec![Found { item, subst, reason: Reason::AssociatedFunction, confidence: Confidence::High }];
            }
        }
        let bounds: Vec<TraitRef> = match &self_ty {
            Ty::Dyn(bounds) | Ty::Opaque(bounds) => bounds.to_vec(),
            Ty::Param(_) | Ty::Projection(_) => {
                self.env.predicates.iter().filter(|p| p.ty == self_ty).map(|p| p.bound.clone()).collect()
            }
            _ => Vec::new(),
        };
        for bound in &bounds {
            for bound in self.impls.tables.with_supertraits(bound) {
                if let Res::Def(of) = bound.of
                    && let Some(item) = self.impls.tables.trait_item(of, name)
                {
                    let subst = Subst::default().with(of, Arc::clone(&bound.args)).with_self(of, self_ty.clone());
                    return vec![Found { item, subst, reason: Reason::TraitFunction, confidence: Confidence::High }];
                }
            }
        }
        if matches!(self_ty, Ty::Unknown | Ty::Var(_)) {
            return Vec::new();
        }
        let mut best: Option<(bool, Vec<Found>)> = None;
        for (of, item) in self.impls.trait_items_named(name) {
            let in_scope = self.in_scope(Res::Def(*of));
            if best.as_ref().is_some_and(|(known, _)| *known >= in_scope) {
                continue;
            }
            let found = self.trait_items_for(*of, *item, &self_ty, &[]);
            if !found.is_empty() {
                best = Some((in_scope, found));
                if in_scope {
                    break;
                }
            }
        }
        let Some((in_scope, mut found)) = best else { return self.associated_external(&self_ty, name) };
        for found in &mut found {
            found.reason = Reason::TraitFunction;
            if !in_scope {
                found.confidence = Confidence::Medium;
            }
        }
        found
    }

    /// The impl's item that a call of the trait's `item` reaches for a known `Self`.
    pub(crate) fn specialize(&self, item: SymbolId, self_ty: &Ty, args: &[Ty]) -> Option<Found> {
        let of = self.world().parent(item)?;
        let self_ty = self.normalize(self_ty);
        self.impls.head(&self_ty)?;
        if matches!(self_ty, Ty::Dyn(_)) {
            return None;
        }
        let mut found = self.trait_items_for(of, item, &self_ty, args);
        if found.len() == 1 { found.pop() } else { None }
    }
}

impl Ty {
    /// Equality that takes unknown parts as equal.
    pub(crate) fn eq_loosely(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown | Self::Var(_), _) | (_, Self::Unknown | Self::Var(_)) => true,
            (Self::Adt(a, x), Self::Adt(b, y)) => a == b && x.iter().zip(y.iter()).all(|(x, y)| x.eq_loosely(y)),
            (Self::Ext(a, x), Self::Ext(b, y)) => a == b && x.iter().zip(y.iter()).all(|(x, y)| x.eq_loosely(y)),
            (Self::Ref(m, x), Self::Ref(n, y)) | (Self::Ptr(m, x), Self::Ptr(n, y)) => m == n && x.eq_loosely(y),
            _ => self == other,
        }
    }
}
