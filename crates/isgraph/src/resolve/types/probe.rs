//! Steps 5 and 6: which method a call means, in the compiler's probing order.
//!
//! For each autoderef step of the receiver, by value, then `&`, then `&mut`; at each of these inherent
//! candidates (those of bounds and of `dyn` among them) before those of traits in scope.

pub(crate) mod trace;

use std::sync::Arc;

use super::impls::{Head, ImplItem, Impls};
use super::scopes::TraitScopes;
use super::select::{Selected, Source};
use super::solver::{Holds, Solver};
use super::tables::{By, Predicate, Signature};
use super::{Subst, TraitRef, Ty};
use crate::model::{Confidence, Reason, SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::interface::is_interface;
use crate::resolve::paths::Lookup;
use crate::resolve::world::{Res, World};

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
    /// Of a trait's item, that the type has the trait: the impl that says so has the item that is meant.
    pub(crate) goal: Option<Predicate>,
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

/// A place from which methods are probed.
#[derive(Clone, Copy)]
pub(crate) struct Site<'s> {
    pub(crate) scopes: &'s TraitScopes,
    pub(crate) lookup: Lookup<'s>,
    /// The item whose code asks.
    pub(crate) caller: SymbolId,
}

impl Site<'_> {
    /// Whether a trait's methods can be called here: it is imported, or it is the trait of the impl
    /// or trait around.
    fn in_scope(&self, impls: &Impls<'_>, of: Res) -> bool {
        let world = self.lookup.world;
        if self.scopes.contains(world, self.lookup.module, of) {
            return true;
        }
        let Some(around) = world.parent(self.caller) else { return false };
        match world.kind(around) {
            SymbolKind::Trait => of == Res::Def(around),
            SymbolKind::Impl => impls
                .tables
                .header(around)
                .is_some_and(|header| header.of_trait.as_ref().is_some_and(|bound| bound.of == of)),
            _ => false,
        }
    }
}

/// How a step of the receiver is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Adjust {
    Value,
    Ref,
    RefMut,
}

/// A step of the receiver, passed in one way.
struct Wanted<'s> {
    steps: &'s [Ty],
    index: usize,
    adjust: Adjust,
}

impl Wanted<'_> {
    fn step(&self) -> &Ty {
        &self.steps[self.index]
    }

    fn ty(&self) -> Ty {
        match self.adjust {
            Adjust::Value => self.step().clone(),
            Adjust::Ref => Ty::reference(false, self.step().clone()),
            Adjust::RefMut => Ty::reference(true, self.step().clone()),
        }
    }

    /// The `Self` of a method that takes `self` in that way; `None` when its type must be unified.
    fn self_ty(&self, by: By) -> Option<Result<Ty, ()>> {
        let behind = |mutable: bool| match (self.adjust, self.step()) {
            (Adjust::Ref, step) if !mutable => Ok(step.clone()),
            (Adjust::RefMut, step) if mutable => Ok(step.clone()),
            (Adjust::Value, Ty::Ref(is, inner)) if *is == mutable => Ok((**inner).clone()),
            _ => Err(()),
        };
        Some(match by {
            By::Value => Ok(self.ty()),
            By::Ref => behind(false),
            By::RefMut => behind(true),
            By::Typed => return None,
        })
    }
}

/// An inherent candidate: found for a step, whichever step it is then called on.
struct Inherent {
    item: SymbolId,
    step: usize,
    of: Of,
}

enum Of {
    Impl(SymbolId),
    Bound(TraitRef, Reason),
}

impl Solver<'_> {
    fn world(&self) -> &World {
        self.impls.tables.world
    }

    /// The types that autoderef goes through, the receiver's first; whether it ended at an unknown one.
    pub(crate) fn autoderef(&mut self, receiver: &Ty) -> (Vec<Ty>, bool) {
        let mut steps: Vec<Ty> = Vec::new();
        let mut at = self.vars.shallow(receiver);
        loop {
            if matches!(at, Ty::Unknown | Ty::Var(_)) {
                return (steps, true);
            }
            let next = if matches!(at, Ty::Ptr(..)) { None } else { self.deref(&at) };
            let last = at;
            let array = match &last {
                Ty::Array(item) => Some(Ty::Slice(Arc::clone(item))),
                _ => None,
            };
            steps.push(last);
            match next.or(array) {
                Some(next) if steps.len() < MAX_STEPS => at = self.vars.shallow(&next),
                _ => return (steps, false),
            }
        }
    }

    /// What `*value` is.
    pub(crate) fn deref(&mut self, ty: &Ty) -> Option<Ty> {
        let of = self.impls.well_known.deref;
        match ty {
            Ty::Ref(_, inner) | Ty::Ptr(_, inner) => return Some((**inner).clone()),
            Ty::Adt(..) | Ty::Ext(..) => {
                if Impls::head(ty).is_none_or(|head| self.impls.direct(of, head).next().is_none()) {
                    return None;
                }
            }
            Ty::Param(_) | Ty::Projection(_) | Ty::Opaque(_) | Ty::Dyn(_) => {
                if !self.bounds_of(ty).iter().any(|bound| bound.of == of) {
                    return None;
                }
            }
            _ => return None,
        }
        let name = self.impls.well_known.names.target;
        Some(self.associated(ty, of, name, 0)).filter(|target| !target.is_unknown())
    }

    /// The method that `receiver.name(…)` calls. What its impl's or trait's parameters stand for is
    /// unified with the receiver.
    pub(crate) fn method(&mut self, at: Site<'_>, receiver: &Ty, name: Name) -> Probe {
        let (steps, unknown) = self.autoderef(receiver);
        let mut unsure: Option<(usize, Adjust)> = None;
        if self.impls.has_method(name) {
            let inherent = self.inherent_candidates(&steps, name);
            let traits = self.trait_candidates(at, name);
            for index in 0..steps.len() {
                for adjust in [Adjust::Value, Adjust::Ref, Adjust::RefMut] {
                    let wanted = Wanted { steps: &steps, index, adjust };
                    let mark = self.vars.mark();
                    match self.by_value(at, &wanted, &inherent, &traits, name) {
                        Some(Probe::Found(found)) if found.confidence != Confidence::High => {
                            // A bound that only may hold gives way to a later step that surely does.
                            self.vars.undo(&mark);
                            unsure = unsure.or(Some((index, adjust)));
                        }
                        Some(found) => {
                            self.vars.keep(mark);
                            return found;
                        }
                        None => self.vars.undo(&mark),
                    }
                }
            }
            if let Some((index, adjust)) = unsure
                && !steps.iter().any(|step| self.hides_methods(step))
            {
                let wanted = Wanted { steps: &steps, index, adjust };
                if let Some(found) = self.by_value(at, &wanted, &inherent, &traits, name) {
                    return found;
                }
            }
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
    fn hides_methods(&mut self, ty: &Ty) -> bool {
        let bounds = self.bounds_of(ty);
        bounds.iter().any(|bound| self.impls.brings_unread_methods(ty, bound))
    }

    /// Whether methods that were not read may apply to a type.
    fn may_have_external_methods(&mut self, ty: &Ty) -> bool {
        match ty {
            Ty::Adt(id, _) => {
                // A derive or impl of a trait that was not read brings methods.
                self.has_foreign_derive(*id) || self.impls.has_external_trait(Head::Adt(*id))
            }
            Ty::Ext(..) => true,
            _ => self.hides_methods(ty),
        }
    }

    /// Methods of the steps' own impls and bounds.
    fn inherent_candidates(&mut self, steps: &[Ty], name: Name) -> Vec<Inherent> {
        let mut out = Vec::new();
        let impls = self.impls;
        for (step, ty) in steps.iter().enumerate() {
            let items = Impls::head(ty).map_or_else(Vec::new, |head| impls.inherent_items(head, name));
            out.extend(items.iter().map(|item| Inherent { item: item.item, step, of: Of::Impl(item.of_impl) }));
            let reason = if matches!(ty, Ty::Dyn(_)) { Reason::DynMethod } else { Reason::BoundMethod };
            for bound in self.bounds_of(ty) {
                if let Res::Def(of) = bound.of
                    && let Some(item) = impls.tables.trait_item(of, name)
                {
                    out.push(Inherent { item, step, of: Of::Bound(bound, reason) });
                }
            }
        }
        out.retain(|candidate| impls.tables.signature(candidate.item).is_some_and(|sig| sig.by.is_some()));
        out
    }

    /// Traits that have a method of that name, those in scope first; whether they are.
    fn trait_candidates(&self, at: Site<'_>, name: Name) -> Vec<(SymbolId, SymbolId, bool)> {
        let tables = &self.impls.tables;
        let mut out: Vec<(SymbolId, SymbolId, bool)> = self
            .impls
            .trait_items_named(name)
            .filter(|(_, item)| tables.signature(*item).is_some_and(|signature| signature.by.is_some()))
            .map(|(of, item)| (of, item, at.in_scope(self.impls, Res::Def(of))))
            .collect();
        let module = self.world().named_module(at.lookup.module);
        if self.world().module(module).external_globs.is_empty() {
            out.retain(|(.., in_scope)| *in_scope);
        } else {
            // Out of scope by what was read: only an external glob can have brought it in.
            out.sort_by_key(|(.., in_scope)| !in_scope);
        }
        out
    }

    /// The candidate whose `self` parameter is exactly of the wanted type.
    fn by_value(
        &mut self,
        at: Site<'_>,
        wanted: &Wanted<'_>,
        inherent: &[Inherent],
        traits: &[(SymbolId, SymbolId, bool)],
        name: Name,
    ) -> Option<Probe> {
        if let Some(found) = self.inherent(at, wanted, inherent) {
            return Some(Probe::Found(found));
        }
        let mut unsure = None;
        for (index, (of, item, in_scope)) in traits.iter().enumerate() {
            let mark = self.vars.mark();
            match self.of_trait(at, wanted, *of, *item) {
                Some(found) if found.confidence == Confidence::High && *in_scope => {
                    self.vars.keep(mark);
                    return Some(Probe::Found(found));
                }
                Some(_) => {
                    self.vars.undo(&mark);
                    unsure = unsure.or(Some(index));
                }
                None => self.vars.undo(&mark),
            }
        }
        // An impl for the type itself, though of a trait that was not read, comes before what only may hold.
        let mut found = self.of_external_traits(at, wanted, name);
        if let (Some((of, item, in_scope)), true) = (unsure.map(|index| traits[index]), found.is_empty())
            && let Some(mut found) = self.of_trait(at, wanted, of, item)
        {
            if !in_scope {
                found.confidence = Confidence::Low;
            }
            return Some(Probe::Found(found));
        }
        match found.len() {
            0 => None,
            1 => found.pop().map(Probe::Found),
            _ => Some(Probe::Overloaded(found)),
        }
    }

    /// Inherent candidates: impls of the type, bounds of a parameter, traits of a `dyn`.
    fn inherent(&mut self, at: Site<'_>, wanted: &Wanted<'_>, candidates: &[Inherent]) -> Option<Found> {
        let mut fitting: Vec<&Inherent> = Vec::new();
        for candidate in candidates {
            let mark = self.vars.mark();
            if self.take_inherent(wanted, candidate).is_some() {
                fitting.push(candidate);
            }
            self.vars.undo(&mark);
        }
        let first = fitting.first()?;
        let of_impls = fitting.iter().filter(|c| matches!(c.of, Of::Impl(_)) && c.step == first.step);
        let picked = match first.of {
            Of::Impl(_) => at.lookup.pick_def(of_impls.map(|candidate| candidate.item)),
            Of::Bound(..) => None,
        };
        let candidate = fitting.iter().find(|candidate| Some(candidate.item) == picked).unwrap_or(first);
        self.take_inherent(wanted, candidate)
    }

    fn take_inherent(&mut self, wanted: &Wanted<'_>, candidate: &Inherent) -> Option<Found> {
        let signature = self.impls.tables.signature(candidate.item)?;
        let by = signature.by?;
        let own = &wanted.steps[candidate.step];
        let own_is_behind = wanted.index + 1 == candidate.step && matches!(wanted.step(), Ty::Ref(..));
        let fits = match by {
            By::Value => wanted.adjust == Adjust::Value && wanted.index == candidate.step,
            By::Ref | By::RefMut => {
                let mutable = by == By::RefMut;
                let adjust = if mutable { Adjust::RefMut } else { Adjust::Ref };
                (wanted.adjust == adjust && wanted.index == candidate.step)
                    || (wanted.adjust == Adjust::Value
                        && own_is_behind
                        && matches!(wanted.step(), Ty::Ref(is, _) if *is == mutable))
            }
            By::Typed => true,
        };
        if !fits {
            return None;
        }
        let (subst, reason, goal) = match &candidate.of {
            Of::Impl(of_impl) => (self.match_impl(*of_impl, own)?, Reason::InherentMethod, None),
            Of::Bound(bound, reason) => {
                let Res::Def(of) = bound.of else { return None };
                let subst = Subst::default().with(of, Arc::clone(&bound.args)).with_self(of, own.clone());
                (subst, *reason, None)
            }
        };
        if by == By::Typed && !self.receiver_is(&signature, &subst, &wanted.ty()) {
            return None;
        }
        Some(Found { item: candidate.item, subst, reason, confidence: Confidence::High, goal })
    }

    /// Whether a method's `self: Type` can be that type.
    fn receiver_is(&mut self, signature: &Signature, subst: &Subst, wanted: &Ty) -> bool {
        let Some(receiver) = &signature.receiver else { return false };
        let receiver = self.normalize(&receiver.subst(subst));
        self.vars.unify(&receiver, wanted)
    }

    /// Unifies an inherent impl's self type with a type, when its bounds may hold: what its parameters stand for.
    fn match_impl(&mut self, id: SymbolId, ty: &Ty) -> Option<Subst> {
        let tables = &self.impls.tables;
        let header = tables.header(id)?;
        if !self.may_be(&header.self_ty, ty, 0) {
            return None;
        }
        let subst = self.impl_params(id);
        let self_ty = self.normalize(&header.self_ty.subst(&subst));
        if !self.vars.unify(&self_ty, ty) {
            return None;
        }
        let goals: Vec<Predicate> = tables
            .own_predicates(id)
            .iter()
            .map(|p| Predicate { ty: p.ty.subst(&subst), bound: p.bound.subst(&subst) })
            .collect();
        if goals.is_empty() {
            return Some(subst);
        }
        let mark = self.vars.mark();
        let holds = self.solve(goals, 1);
        self.vars.undo(&mark);
        (holds != Holds::No).then_some(subst)
    }

    /// A trait's method for the wanted type of `self`, when the type may have the trait.
    fn of_trait(&mut self, at: Site<'_>, wanted: &Wanted<'_>, of: SymbolId, item: SymbolId) -> Option<Found> {
        let signature = self.impls.tables.signature(item)?;
        let self_ty = match wanted.self_ty(signature.by?) {
            Some(known) => self.vars.shallow(&known.ok()?),
            None => {
                let own = self.fresh();
                let subst = Subst::default().with_self(of, own.clone());
                if !self.receiver_is(&signature, &subst, &wanted.ty()) {
                    return None;
                }
                self.vars.shallow(&own)
            }
        };
        self.trait_item(at, of, item, &self_ty, Arc::from([]))
    }

    /// A trait's item for a type that may have the trait.
    pub(crate) fn trait_item(
        &mut self,
        at: Site<'_>,
        of: SymbolId,
        item: SymbolId,
        self_ty: &Ty,
        args: super::Args,
    ) -> Option<Found> {
        if matches!(self_ty, Ty::Var(_) | Ty::Unknown) {
            return None;
        }
        if is_foreign(self_ty) && self.forwards(at, of, item, self_ty) {
            return None;
        }
        let args = if args.is_empty() { self.unstated(Res::Def(of)) } else { args };
        let bound = TraitRef { of: Res::Def(of), args: Arc::clone(&args), bindings: Arc::from([]) };
        let holds = self.holds(self_ty, bound.clone());
        if holds == Holds::No {
            return None;
        }
        let sure = holds == Holds::Yes && !is_foreign(self_ty);
        Some(Found {
            item,
            subst: Subst::default().with(of, args).with_self(of, self_ty.clone()),
            reason: Reason::TraitMethod,
            confidence: if sure { Confidence::High } else { Confidence::Medium },
            goal: Some(Predicate { ty: self_ty.clone(), bound }),
        })
    }

    /// Whether the code that asks is that method of the trait's impl for the type: it forwards to the type's
    /// own method of that name, which was not read.
    fn forwards(&self, at: Site<'_>, of: SymbolId, item: SymbolId, self_ty: &Ty) -> bool {
        let (tables, world) = (&self.impls.tables, self.world());
        world.name(at.caller) == world.name(item)
            && world.parent(at.caller).and_then(|around| tables.header(around)).is_some_and(|header| {
                header.of_trait.as_ref().is_some_and(|bound| bound.of == Res::Def(of))
                    && self.may_be(&header.self_ty, self_ty, 0)
            })
    }

    /// The item that a trait's item is for a type: the impl's own, else the trait's default. `None` when
    /// no impl is known to be meant.
    pub(crate) fn specialize(&mut self, at: Site<'_>, item: SymbolId, goal: &Predicate) -> Option<(SymbolId, Reason)> {
        let mark = self.vars.mark();
        let selected = self.select(goal, &mut Vec::new(), 0);
        self.vars.undo(&mark);
        let id = match selected {
            Selected::Yes(Source::Impl(id, _)) => id,
            // No impl is written: a derive of the type is what gives it the trait.
            Selected::Yes(Source::Language) => return self.is_derived(goal).then_some((item, Reason::Derive)),
            _ => return None,
        };
        let world = self.world();
        let (name, kind) = (world.name(item), world.kind(item));
        let own = world.members(id).filter(|member| world.name(*member) == name && world.kind(*member) == kind);
        Some(match at.lookup.pick_def(own) {
            Some(own) => (own, Reason::TraitMethod),
            // Which of its trait's methods an impl of an interface overrides is not known.
            None if is_interface(id) => (item, Reason::TraitMethod),
            None => (item, Reason::DefaultMethod),
        })
    }

    /// Whether a bound is of a type of the source set that derives the trait.
    fn is_derived(&self, goal: &Predicate) -> bool {
        match self.vars.shallow(&goal.ty) {
            Ty::Adt(id, _) => self.derives(id, goal.bound.of),
            _ => false,
        }
    }

    /// Methods of impls of external traits whose `self` parameter is exactly of the wanted type.
    fn of_external_traits(&mut self, at: Site<'_>, wanted: &Wanted<'_>, name: Name) -> Vec<Found> {
        let ty = wanted.ty();
        let behind = match &ty {
            Ty::Ref(_, inner) => Some(self.vars.shallow(inner)),
            _ => None,
        };
        let mut out: Vec<Found> = Vec::new();
        for self_ty in std::iter::once(ty.clone()).chain(behind) {
            let Some(head) = Impls::head(&self_ty) else { continue };
            let impls = self.impls;
            for candidate in impls.external_items(head, name) {
                let Some(signature) = impls.tables.signature(candidate.item) else { continue };
                if signature.by.is_none() {
                    continue;
                }
                let mark = self.vars.mark();
                let found = self
                    .external_candidate(at, candidate, &self_ty, false)
                    .filter(|found| self.receiver_is(&signature, &found.subst, &ty));
                match found {
                    Some(found) => {
                        self.vars.keep(mark);
                        out.push(found);
                    }
                    None => self.vars.undo(&mark),
                }
            }
            if !out.is_empty() {
                break;
            }
        }
        self.without_off_twins(at, out)
    }

    fn external_candidate(&mut self, at: Site<'_>, candidate: &ImplItem, self_ty: &Ty, path: bool) -> Option<Found> {
        let header = self.impls.tables.header(candidate.of_impl)?;
        let bound = header.of_trait.as_ref()?;
        if !at.in_scope(self.impls, bound.of) {
            return None;
        }
        let foreign = !matches!(self_ty, Ty::Adt(..) | Ty::Ref(..) | Ty::Dyn(_));
        if foreign && candidate.item == at.caller {
            return None;
        }
        let subst = self.match_impl(candidate.of_impl, self_ty)?;
        Some(Found {
            item: candidate.item,
            subst,
            reason: if path { Reason::TraitFunction } else { Reason::TraitMethod },
            confidence: if foreign { Confidence::Medium } else { Confidence::High },
            goal: None,
        })
    }

    /// Drops what the configuration turns off, unless nothing else is left.
    fn without_off_twins(&self, at: Site<'_>, found: Vec<Found>) -> Vec<Found> {
        if found.len() < 2 {
            return found;
        }
        let on: Vec<Found> = found.iter().filter(|found| at.lookup.is_item_on(found.item)).cloned().collect();
        if on.is_empty() { found } else { on }
    }

    /// The associated items that `Type::name` means: one, or those of several impls of one external trait.
    pub(crate) fn associated_items(&mut self, at: Site<'_>, self_ty: &Ty, name: Name) -> Vec<Found> {
        let self_ty = self.vars.shallow(self_ty);
        if let Some(found) = self.inherent_associated(at, &self_ty, name) {
            return vec![found];
        }
        for bound in self.bounds_of(&self_ty) {
            if let Res::Def(of) = bound.of
                && let Some(item) = self.impls.tables.trait_item(of, name)
            {
                let subst = Subst::default().with(of, Arc::clone(&bound.args)).with_self(of, self_ty.clone());
                let (reason, confidence) = (Reason::TraitFunction, Confidence::High);
                return vec![Found { item, subst, reason, confidence, goal: None }];
            }
        }
        if matches!(self_ty, Ty::Unknown | Ty::Var(_)) {
            return Vec::new();
        }
        let impls = self.impls;
        let mut best: Option<(bool, Confidence, SymbolId, SymbolId)> = None;
        for (of, item) in impls.trait_items_named(name) {
            let in_scope = at.in_scope(impls, Res::Def(of));
            if best.is_some_and(|(known, ..)| known && !in_scope) {
                continue;
            }
            let mark = self.vars.mark();
            let found = self.trait_item(at, of, item, &self_ty, Arc::from([]));
            self.vars.undo(&mark);
            if let Some(found) = found
                && best.is_none_or(|(known, sure, ..)| (in_scope, sure) > (known, found.confidence))
            {
                best = Some((in_scope, found.confidence, of, item));
            }
        }
        if let Some((in_scope, _, of, item)) = best
            && let Some(mut found) = self.trait_item(at, of, item, &self_ty, Arc::from([]))
        {
            found.reason = Reason::TraitFunction;
            if !in_scope {
                found.confidence = Confidence::Medium;
            }
            return vec![found];
        }
        self.associated_external(at, &self_ty, name)
    }

    fn inherent_associated(&mut self, at: Site<'_>, self_ty: &Ty, name: Name) -> Option<Found> {
        let impls = self.impls;
        let mut fitting: Vec<ImplItem> = Vec::new();
        for candidate in impls.inherent_items(Impls::head(self_ty)?, name) {
            let mark = self.vars.mark();
            if self.match_impl(candidate.of_impl, self_ty).is_some() {
                fitting.push(candidate);
            }
            self.vars.undo(&mark);
        }
        let picked = at.lookup.pick_def(fitting.iter().map(|candidate| candidate.item))?;
        let candidate = fitting.into_iter().find(|candidate| candidate.item == picked)?;
        let subst = self.match_impl(candidate.of_impl, self_ty)?;
        let (reason, confidence) = (Reason::AssociatedFunction, Confidence::High);
        Some(Found { item: picked, subst, reason, confidence, goal: None })
    }

    /// Items of impls of external traits that `Type::name` may mean.
    fn associated_external(&mut self, at: Site<'_>, self_ty: &Ty, name: Name) -> Vec<Found> {
        let Some(head) = Impls::head(self_ty) else { return Vec::new() };
        let impls = self.impls;
        let candidates = impls.external_items(head, name);
        let found = candidates.iter().filter_map(|candidate| self.external_candidate(at, candidate, self_ty, true));
        let found = found.collect();
        self.without_off_twins(at, found)
    }
}

/// Whether the methods of a type's own crate were not read: they come before those of traits.
fn is_foreign(ty: &Ty) -> bool {
    matches!(ty, Ty::Ext(..))
}
