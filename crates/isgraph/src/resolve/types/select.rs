//! How a bound holds: by a bound in scope, by the language itself, or by an impl.

use std::sync::Arc;

use super::impls::{Head, Impls};
use super::solver::{Holds, Solver};
use super::tables::Predicate;
use super::vars::VarKind;
use super::well_known::Calls;
use super::{Args, Projection, Subst, TraitRef, Ty};
use crate::model::{SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::interface::is_interface;
use crate::resolve::world::{Prim, Res};

/// Deepest chain of projections and impls that is followed.
pub(super) const MAX_DEPTH: u32 = 24;

/// What became of a bound.
#[derive(Debug, Clone)]
pub(crate) enum Selected {
    /// It does not hold.
    No,
    /// It rests on something that was not read.
    Unsure,
    /// Variables must be known first.
    Wait,
    /// It holds, once the nested bounds do; its variables are unified.
    Yes(Source),
}

/// Why a bound holds.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// An impl, and what its parameters stand for.
    Impl(SymbolId, Subst),
    /// A bound in scope, or one of the type itself.
    Bound,
    /// The language, or a derive.
    Language,
}

const INTEGERS: [Prim; 12] = [
    Prim::I32,
    Prim::Usize,
    Prim::U8,
    Prim::U16,
    Prim::U32,
    Prim::U64,
    Prim::U128,
    Prim::I8,
    Prim::I16,
    Prim::I64,
    Prim::I128,
    Prim::Isize,
];
const FLOATS: [Prim; 2] = [Prim::F64, Prim::F32];

impl Solver<'_> {
    /// Finds how a bound holds and unifies what follows from it.
    pub(crate) fn select(&mut self, goal: &Predicate, nested: &mut Vec<Predicate>, depth: u32) -> Selected {
        self.asking(|this| this.select_one(goal, nested, depth))
    }

    fn select_one(&mut self, goal: &Predicate, nested: &mut Vec<Predicate>, depth: u32) -> Selected {
        if depth > MAX_DEPTH || !self.spend() {
            return Selected::Unsure;
        }
        let ty = self.vars.shallow(&goal.ty);
        let ty = self.normalize_with(&ty, nested, depth);
        let ty = self.vars.shallow(&ty);
        let bound = self.normalize_bound(&goal.bound, nested, depth);
        match &ty {
            Ty::Unknown => return Selected::Unsure,
            Ty::Var(var) if self.vars.kind(*var) == VarKind::General => return Selected::Wait,
            _ => {}
        }
        // `T: Sub<Item = X>` binds an associated type of a supertrait.
        let bound = self.bindings_of_supertraits(&ty, bound, nested);
        if let Some(selected) = self.select_bound(&ty, &bound, nested, depth) {
            return selected;
        }
        if let Some(selected) = self.select_language(&ty, &bound, nested, depth) {
            return selected;
        }
        self.select_impl(&ty, &bound, nested, depth)
    }

    fn bindings_of_supertraits(&mut self, ty: &Ty, bound: TraitRef, nested: &mut Vec<Predicate>) -> TraitRef {
        let tables = &self.impls.tables;
        let foreign = |name: Name| matches!(bound.of, Res::Def(_)) && !tables.declares(bound.of, name);
        if !bound.bindings.iter().any(|(name, _)| foreign(*name)) {
            return bound;
        }
        let elaborated = tables.elaborate(ty, &bound);
        for implied in &elaborated[1..] {
            if !implied.bindings.is_empty() {
                nested.push(Predicate { ty: ty.clone(), bound: implied.clone() });
            }
        }
        let own = bound.bindings.iter().filter(|(name, _)| !foreign(*name)).cloned().collect();
        TraitRef { of: bound.of, args: bound.args, bindings: own }
    }

    // ---- bounds in scope

    fn select_bound(&mut self, ty: &Ty, goal: &TraitRef, nested: &mut Vec<Predicate>, depth: u32) -> Option<Selected> {
        let mut fitting: Vec<TraitRef> = Vec::new();
        for index in 0..self.assumptions.len() {
            if self.assumptions[index].bound.of != goal.of {
                continue;
            }
            let Predicate { ty: of, bound } = self.assumptions[index].clone();
            let mark = self.vars.mark();
            if self.vars.unify(&of, ty) && self.unify_args(&bound.args, &goal.args) {
                fitting.push(bound);
            }
            self.vars.undo(&mark);
        }
        if let Ty::Dyn(_) | Ty::Opaque(_) | Ty::Projection(_) = ty {
            for bound in self.bounds_of(ty) {
                if bound.of != goal.of || fitting.contains(&bound) {
                    continue;
                }
                let mark = self.vars.mark();
                if self.unify_args(&bound.args, &goal.args) {
                    fitting.push(bound);
                }
                self.vars.undo(&mark);
            }
        }
        let wanted = |bound: &TraitRef| goal.bindings.iter().all(|(name, _)| bound.binding(*name).is_some());
        let best = fitting.iter().position(wanted).unwrap_or(0);
        let differ = fitting.iter().any(|bound| bound.args != fitting[best].args);
        if differ && self.has_variables(ty, &goal.args) {
            return Some(Selected::Wait);
        }
        let bound = fitting.into_iter().nth(best)?;
        self.unify_args(&bound.args, &goal.args);
        for (name, wanted) in goal.bindings.iter() {
            let value = match bound.binding(*name) {
                Some(value) => self.normalize_with(value, nested, depth + 1),
                None => Ty::Projection(Arc::new(Projection {
                    self_ty: ty.clone(),
                    of: Some(goal.of),
                    args: Arc::from([]),
                    name: *name,
                    own: Arc::from([]),
                })),
            };
            self.bind_associated(&value, wanted, nested, depth);
        }
        Some(Selected::Yes(Source::Bound))
    }

    fn unify_args(&mut self, a: &Args, b: &Args) -> bool {
        let mut same = true;
        for (a, b) in a.iter().zip(b.iter()) {
            same &= self.vars.unify(a, b);
        }
        same
    }

    fn has_variables(&self, ty: &Ty, args: &Args) -> bool {
        let mut open = |part: &Ty| matches!(self.vars.follow(part), Ty::Var(_) | Ty::Unknown);
        // Variables behind bound variables are rare: following one step is enough to be careful.
        self.vars.resolve(ty).any(&mut open) || args.iter().any(|ty| self.vars.resolve(ty).any(&mut open))
    }

    /// An associated type is `value`, and the bound says that it is (or that it has the traits of) `wanted`.
    fn bind_associated(&mut self, value: &Ty, wanted: &Ty, nested: &mut Vec<Predicate>, depth: u32) -> bool {
        if let Ty::Opaque(bounds) = wanted {
            nested.extend(bounds.iter().map(|bound| Predicate { ty: value.clone(), bound: bound.clone() }));
            return true;
        }
        let wanted = self.normalize_with(wanted, nested, depth);
        self.vars.unify(value, &wanted)
    }

    // ---- the language

    fn select_language(
        &mut self,
        ty: &Ty,
        goal: &TraitRef,
        nested: &mut Vec<Predicate>,
        depth: u32,
    ) -> Option<Selected> {
        let known = &self.impls.well_known;
        if known.is_marker(goal.of) {
            return Some(Selected::Yes(Source::Language));
        }
        if let Some(calls) = known.call_trait(goal.of) {
            return self.select_call(ty, goal, calls, nested, depth);
        }
        if let Ty::Future(output) = ty
            && (goal.of == known.future || goal.of == known.into_future)
        {
            let name = known.names.output;
            if let Some(wanted) = goal.binding(name).cloned() {
                self.bind_associated(output, &wanted, nested, depth);
            }
            return Some(Selected::Yes(Source::Language));
        }
        if goal.of == known.clone || goal.of == known.copy {
            match ty {
                Ty::Tuple(parts) => {
                    let bound = TraitRef::bare(goal.of);
                    nested.extend(parts.iter().map(|ty| Predicate { ty: ty.clone(), bound: bound.clone() }));
                    return Some(Selected::Yes(Source::Language));
                }
                Ty::Array(item) => {
                    nested.push(Predicate { ty: (**item).clone(), bound: TraitRef::bare(goal.of) });
                    return Some(Selected::Yes(Source::Language));
                }
                Ty::Fn(..) | Ty::FnDef(..) | Ty::Never => return Some(Selected::Yes(Source::Language)),
                _ => {}
            }
        }
        let Ty::Adt(id, args) = ty else { return None };
        if !self.derives(*id, goal.of) {
            return None;
        }
        let bound = TraitRef::bare(goal.of);
        nested.extend(
            args.iter().filter(|ty| !ty.is_unknown()).map(|ty| Predicate { ty: ty.clone(), bound: bound.clone() }),
        );
        Some(Selected::Yes(Source::Language))
    }

    fn select_call(
        &mut self,
        ty: &Ty,
        goal: &TraitRef,
        calls: Calls,
        nested: &mut Vec<Predicate>,
        depth: u32,
    ) -> Option<Selected> {
        let again = |ty: &Ty| Predicate { ty: ty.clone(), bound: goal.clone() };
        let (params, ret) = match ty {
            Ty::Fn(params, ret) => (Arc::clone(params), (**ret).clone()),
            Ty::FnDef(item, subst) => {
                let signature = self.impls.tables.signature(*item)?;
                let params = signature.receiver.iter().chain(&signature.params);
                let params = params.map(|ty| self.normalize_with(&ty.subst(subst), nested, depth)).collect();
                (params, self.normalize_with(&signature.ret.subst(subst), nested, depth))
            }
            // The impls of std for references.
            Ty::Ref(_, inner) => {
                nested.push(again(inner));
                return Some(Selected::Yes(Source::Language));
            }
            _ => return None,
        };
        if let Some(given) = goal.args.first() {
            let given = self.vars.shallow(given);
            if matches!(&given, Ty::Tuple(given) if given.len() != params.len()) {
                return Some(Selected::No);
            }
            if !self.vars.unify(&Ty::Tuple(params), &given) {
                return Some(Selected::No);
            }
        }
        if let Some(wanted) = goal.binding(self.impls.well_known.names.output).cloned() {
            let output = match (calls, &ret) {
                (Calls::Now, _) => ret,
                (Calls::Later, Ty::Future(output)) => (**output).clone(),
                (Calls::Later, _) => {
                    let (of, name) = (self.impls.well_known.future, self.impls.well_known.names.output);
                    self.associated(&ret, of, name, depth + 1)
                }
            };
            self.bind_associated(&output, &wanted, nested, depth);
        }
        Some(Selected::Yes(Source::Language))
    }

    /// Whether a derive of the type has the trait's name.
    pub(super) fn derives(&self, id: SymbolId, of: Res) -> bool {
        let world = self.impls.tables.world;
        let name = match of {
            Res::Def(of) => Some(world.name(of)),
            Res::Ext(ext) => world.externals.last(ext),
            Res::Prim(_) => None,
        };
        let Some(name) = name else { return false };
        world.derives(id, name)
    }

    // ---- impls

    fn select_impl(&mut self, ty: &Ty, goal: &TraitRef, nested: &mut Vec<Predicate>, depth: u32) -> Selected {
        let candidates = self.candidates(ty, goal);
        if candidates.is_empty() {
            return if self.is_open(ty, goal.of) { Selected::Unsure } else { Selected::No };
        }
        if let [only] = candidates.as_slice() {
            // Where impls were not read, one that fits is not the only one.
            if !goal.args.is_empty() && self.is_open(ty, goal.of) && self.has_variables(ty, &goal.args) {
                return Selected::Unsure;
            }
            return match self.apply(*only, ty, goal, nested, depth) {
                Some(subst) => Selected::Yes(Source::Impl(*only, subst)),
                None if self.is_open(ty, goal.of) => Selected::Unsure,
                None => Selected::No,
            };
        }
        let mut fitting: Vec<(SymbolId, Holds)> = Vec::new();
        for id in candidates {
            let mark = self.vars.mark();
            let mut own = Vec::new();
            let bare = TraitRef { of: goal.of, args: Arc::clone(&goal.args), bindings: Arc::from([]) };
            let holds = match self.apply(id, ty, &bare, &mut own, depth) {
                Some(_) => self.solve(own, depth + 1),
                None => Holds::No,
            };
            self.vars.undo(&mark);
            if holds != Holds::No {
                fitting.push((id, holds));
            }
        }
        let best = fitting.iter().map(|(_, holds)| *holds).max();
        if fitting.len() > 1 && self.has_variables(ty, &goal.args) {
            return Selected::Wait;
        }
        // Overlapping impls: twins under different `cfg`s, or a bound that could not be decided.
        match fitting.into_iter().find(|(_, holds)| Some(*holds) == best) {
            Some((id, _)) => match self.apply(id, ty, goal, nested, depth) {
                Some(subst) => Selected::Yes(Source::Impl(id, subst)),
                None => Selected::Unsure,
            },
            None if self.is_open(ty, goal.of) => Selected::Unsure,
            None => Selected::No,
        }
    }

    /// The impls of a trait for a type, whatever the trait's arguments, with what their parameters stand for.
    pub(crate) fn impls_for(&mut self, of: Res, ty: &Ty) -> Vec<(SymbolId, Subst)> {
        let goal = TraitRef { of, args: self.unstated(of), bindings: Arc::from([]) };
        let mut out = Vec::new();
        for id in self.candidates(ty, &goal) {
            let mark = self.vars.mark();
            let mut nested = Vec::new();
            let holds = match self.apply(id, ty, &goal, &mut nested, 0) {
                Some(_) => self.solve(nested, 1),
                None => Holds::No,
            };
            self.vars.undo(&mark);
            if holds == Holds::No {
                continue;
            }
            if let Some(subst) = self.apply(id, ty, &goal, &mut Vec::new(), 0) {
                out.push((id, subst));
            }
        }
        out
    }

    /// Impls whose header may fit.
    fn candidates(&mut self, ty: &Ty, goal: &TraitRef) -> Vec<SymbolId> {
        let impls = self.impls;
        let mut out: Vec<SymbolId> = Vec::new();
        let prims: &[Prim] = match ty {
            Ty::Var(var) if self.vars.kind(*var) == VarKind::Integer => &INTEGERS,
            Ty::Var(_) => &FLOATS,
            _ => &[],
        };
        let heads = Impls::head(ty).into_iter().chain(prims.iter().map(|prim| Head::Prim(*prim)));
        let direct = heads.flat_map(|head| impls.direct(goal.of, head));
        for id in direct.chain(impls.blanket(goal.of)) {
            let Some(header) = impls.tables.header(id) else { continue };
            let Some(bound) = &header.of_trait else { continue };
            let fits = self.may_be(&header.self_ty, ty, 0)
                && bound.args.iter().zip(goal.args.iter()).all(|(pattern, arg)| self.may_be(pattern, arg, 0));
            if fits {
                out.push(id);
            }
        }
        out
    }

    /// Whether a type of an impl's header can be `ty`, its parameters being any type: a first look that
    /// makes no variables.
    pub(super) fn may_be(&self, pattern: &Ty, ty: &Ty, depth: u32) -> bool {
        let ty = self.vars.follow(ty);
        if depth > 6 {
            return true;
        }
        let all = |a: &Args, b: &Args| a.iter().zip(b.iter()).all(|(a, b)| self.may_be(a, b, depth + 1));
        match (pattern, ty) {
            (Ty::Param(_) | Ty::Unknown | Ty::Projection(_) | Ty::Opaque(_), _) | (_, Ty::Unknown) => true,
            (_, Ty::Var(var)) => match self.vars.kind(*var) {
                VarKind::General => true,
                VarKind::Integer => matches!(pattern, Ty::Prim(prim) if prim.is_integer()),
                VarKind::Float => matches!(pattern, Ty::Prim(prim) if prim.is_float()),
            },
            (_, Ty::Projection(projection)) => projection.of.is_none(),
            (Ty::Adt(i, a), Ty::Adt(j, b)) => i == j && all(a, b),
            (Ty::Ext(i, a), Ty::Ext(j, b)) => i == j && all(a, b),
            (Ty::Tuple(a), Ty::Tuple(b)) => a.len() == b.len() && all(a, b),
            (Ty::Ref(m, a), Ty::Ref(n, b)) | (Ty::Ptr(m, a), Ty::Ptr(n, b)) => m == n && self.may_be(a, b, depth + 1),
            (Ty::Slice(a), Ty::Slice(b)) | (Ty::Array(a), Ty::Array(b)) => self.may_be(a, b, depth + 1),
            (Ty::Fn(a, _), Ty::Fn(b, _)) => a.len() == b.len(),
            (Ty::Fn(..), Ty::FnDef(..)) => true,
            (Ty::Dyn(a), Ty::Dyn(b)) => a.first().map(|bound| bound.of) == b.first().map(|bound| bound.of),
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b) && (a == b || !is_leaf(a)),
        }
    }

    /// Fresh variables for an impl's parameters.
    pub(super) fn impl_params(&mut self, id: SymbolId) -> Subst {
        let world = self.impls.tables.world;
        // A const's value is not known, and not asked for.
        let args: Args = (0..super::lower::arity(world, id))
            .map(|index| {
                let is_const = super::lower::is_const_param(world, id, index);
                if is_const { Ty::Unknown } else { self.vars.fresh(VarKind::General) }
            })
            .collect();
        if args.is_empty() { Subst::default() } else { Subst::default().with(id, args) }
    }

    /// Unifies an impl's header with a bound: what its parameters stand for. Its own bounds become nested.
    fn apply(
        &mut self,
        id: SymbolId,
        ty: &Ty,
        goal: &TraitRef,
        nested: &mut Vec<Predicate>,
        depth: u32,
    ) -> Option<Subst> {
        let tables = &self.impls.tables;
        let header = tables.header(id)?;
        let bound = header.of_trait.as_ref()?;
        let (mark, known) = (self.vars.mark(), nested.len());
        let subst = self.impl_params(id);
        let self_ty = self.normalize_with(&header.self_ty.subst(&subst), nested, depth + 1);
        let mut same = self.vars.unify(&self_ty, ty);
        for (pattern, arg) in bound.args.iter().zip(goal.args.iter()) {
            if !same {
                break;
            }
            let pattern = self.normalize_with(&pattern.subst(&subst), nested, depth + 1);
            same = self.vars.unify(&pattern, arg);
        }
        if !same {
            self.vars.undo(&mark);
            nested.truncate(known);
            return None;
        }
        self.vars.keep(mark);
        for predicate in tables.own_predicates(id).iter() {
            if self.impls.well_known.is_marker(predicate.bound.of) {
                continue;
            }
            nested.push(Predicate { ty: predicate.ty.subst(&subst), bound: predicate.bound.subst(&subst) });
        }
        for (name, wanted) in goal.bindings.iter() {
            let value = self.associated_of(id, goal.of, *name, &subst, ty, &goal.args);
            let value = self.normalize_with(&value, nested, depth + 1);
            if !self.bind_associated(&value, wanted, nested, depth) {
                return None;
            }
        }
        Some(subst)
    }

    /// What an impl says that an associated type is, else the trait's default.
    fn associated_of(&self, id: SymbolId, of: Res, name: Name, subst: &Subst, self_ty: &Ty, args: &Args) -> Ty {
        let tables = &self.impls.tables;
        if let Some(member) = tables.world.member(id, SymbolKind::AssociatedType, name) {
            return tables.type_of(member).subst(subst);
        }
        let Res::Def(of) = of else { return Ty::Unknown };
        match tables.world.member(of, SymbolKind::AssociatedType, name) {
            Some(default) => {
                let subst = Subst::default().with(of, Arc::clone(args)).with_self(of, self_ty.clone());
                tables.type_of(default).subst(&subst)
            }
            None => Ty::Unknown,
        }
    }

    /// Whether a type may have a trait by an impl that was not read.
    fn is_open(&self, ty: &Ty, of: Res) -> bool {
        match (of, ty) {
            // A macro that is not run may implement any trait.
            (_, Ty::Adt(id, _)) if self.has_foreign_derive(*id) => true,
            // An impl for a type of another crate is in that crate, or in that of the trait.
            (Res::Def(of), Ty::Ext(..)) => is_interface(of),
            (Res::Def(_), _) => false,
            _ => true,
        }
    }

    /// Whether a derive that is not of std stands on a type.
    pub(super) fn has_foreign_derive(&self, id: SymbolId) -> bool {
        let world = self.impls.tables.world;
        world.attrs(id).is_some_and(|attrs| {
            let of_language = |name: &Name| self.impls.well_known.is_derive(*name);
            attrs.derives.iter().any(|derive| !derive.segments.last().is_some_and(of_language))
        })
    }
}

fn is_leaf(ty: &Ty) -> bool {
    matches!(ty, Ty::Never | Ty::Prim(_) | Ty::Param(_))
}
