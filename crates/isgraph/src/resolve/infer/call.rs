//! Calls of functions, constructors, closures and methods.

use std::sync::Arc;

use super::finish::Deferred;
use super::path::Value;
use super::{Infer, Text};
use crate::facts::{Expr, ExprId, GenericArgs, Offset};
use crate::model::{EdgeKind, Missing, Reason, SiteForm, SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::types::lower::arity;
use crate::resolve::types::probe::{Found, Probe};
use crate::resolve::types::tables::By;
use crate::resolve::types::tables::Predicate;
use crate::resolve::types::well_known::Calls;
use crate::resolve::types::{Args, Param, Subst, TraitRef, Ty};
use crate::resolve::world::{ExtId, Res};

impl Infer<'_> {
    pub(super) fn call(
        &mut self,
        text: Text<'_>,
        callee: ExprId,
        args: &[ExprId],
        expected: Option<&Ty>,
        awaited: bool,
    ) -> Ty {
        let kind = if awaited { EdgeKind::AsyncCalls } else { EdgeKind::Calls };
        let Expr::Path(path_id) = &text.arena[callee] else {
            let callee = self.expr(text, callee, None);
            return self.call_value(text, &callee, args);
        };
        let value = self.value(text, *path_id);
        let path = &text.arena[*path_id];
        let offset = Self::path_offset(path);
        match value {
            Value::Local(ty) | Value::Item(ty) => self.call_value(text, &ty, args),
            Value::Function(found) => {
                self.draw_found(text.place(offset).0, kind, &found);
                let own = self.turbofish(text, path.segments.last().and_then(|s| s.args.as_deref()));
                let subst = self.instantiate(&found, own);
                self.call_function(text, found.item, &subst, args, expected, true)
            }
            Value::Overloaded(candidates) => {
                let types = self.types_of(text, args);
                let name = path.segments.last().map(|segment| segment.name);
                self.overloaded(text, offset, kind, name, &candidates, &types, true)
            }
            Value::Constructor(id, ty) => {
                if !path.segments.is_empty() {
                    self.draw(text, offset, EdgeKind::Uses, Res::Def(id), Reason::Path);
                }
                let fields = self.constructor_fields(id, &ty).unwrap_or_default();
                let wanted = self.expected_inputs(&ty, &fields, expected);
                self.arguments(text, &fields, wanted.as_deref(), args);
                ty
            }
            Value::External(ext) => self.call_external(text, offset, kind, ext, args, expected),
            Value::Unknown => {
                self.unknown_path(text, path);
                self.exprs(text, args);
                Ty::Unknown
            }
        }
    }

    /// Calls something that only its path is known of.
    fn call_external(
        &mut self,
        text: Text<'_>,
        offset: Offset,
        kind: EdgeKind,
        ext: ExtId,
        args: &[ExprId],
        expected: Option<&Ty>,
    ) -> Ty {
        let name = self.world.externals.last(ext);
        let is_constructor = name.is_some_and(|name| name.as_str().starts_with(char::is_uppercase));
        let kind = if is_constructor { EdgeKind::Uses } else { kind };
        let edge = self.draw(text, offset, kind, Res::Ext(ext), Reason::Path);
        let types = self.types_of(text, args);
        if let (Some(of), Some(name), false) = (self.world.externals.parent(ext), name, is_constructor)
            && let Some((item, ret)) = self.of_foreign_trait(of, name, &types, expected)
        {
            let row = &mut self.output.edges[edge];
            (row.to, row.reason, row.confidence) =
                (Res::Def(item), Reason::TraitFunction, crate::model::Confidence::High);
            return ret;
        }
        Ty::Unknown
    }

    /// `Trait::name(x, …)` of an external trait: the impl of the source set for the type of `x` when
    /// that impl's own function takes it as `self`, else for the type that is expected of the result.
    fn of_foreign_trait(
        &mut self,
        of: ExtId,
        name: Name,
        args: &[Ty],
        expected: Option<&Ty>,
    ) -> Option<(SymbolId, Ty)> {
        let mut candidates: Vec<(Ty, bool)> = Vec::new();
        if let Some(first) = args.first() {
            let first = self.known(first);
            let mut at = &first;
            loop {
                candidates.push((at.clone(), true));
                match at {
                    Ty::Ref(_, inner) => at = inner,
                    _ => break,
                }
            }
        }
        candidates.extend(expected.map(|ty| (self.known(ty), false)));
        let given: Vec<Ty> = args.iter().map(|ty| self.known(ty)).collect();
        for (ty, is_self) in candidates {
            if matches!(ty, Ty::Var(_) | Ty::Unknown) {
                continue;
            }
            // A foreign type has impls that were not read: only arguments that are known decide.
            let foreign = !matches!(ty, Ty::Adt(..));
            let mut fitting = Vec::new();
            for (id, subst) in self.solver.impls_for(Res::Ext(of), &ty) {
                let item = self.world.members(id).find(|m| self.world.name(*m) == name);
                let Some(item) = item.filter(|item| *item != self.owner) else { continue };
                let Some(signature) = self.shared.impls.tables.signature(item) else { continue };
                if signature.receiver.is_some() != is_self {
                    continue;
                }
                let params: Vec<Ty> =
                    signature.params.iter().map(|param| self.normalize(&param.subst(&subst))).collect();
                let rest = &given[usize::from(is_self).min(given.len())..];
                let fits = params.iter().zip(rest).all(|(param, arg)| {
                    may_be(&self.resolve(param), arg) && !(foreign && matches!(peel(arg), Ty::Unknown | Ty::Var(_)))
                });
                if fits {
                    fitting.push((item, self.normalize(&signature.ret.subst(&subst))));
                }
            }
            if fitting.len() == 1 {
                return fitting.pop();
            }
        }
        None
    }

    /// A call that several impls of one external trait may answer: the one whose parameters fit.
    #[expect(clippy::too_many_arguments, reason = "the parts of one call")]
    fn overloaded(
        &mut self,
        text: Text<'_>,
        offset: Offset,
        kind: EdgeKind,
        name: Option<Name>,
        candidates: &[Found],
        args: &[Ty],
        path_call: bool,
    ) -> Ty {
        let args: Vec<Ty> = args.iter().map(|ty| self.known(ty)).collect();
        let fits = |this: &mut Self, found: &Found| {
            let Some(signature) = this.shared.impls.tables.signature(found.item) else { return false };
            let receiver = signature.receiver.iter().filter(|_| path_call);
            let params = receiver.chain(&signature.params).map(|ty| this.normalize(&ty.subst(&found.subst)));
            let params: Vec<Ty> = params.collect();
            params.iter().zip(&args).all(|(param, arg)| may_be(&this.resolve(param), arg))
        };
        let fitting: Vec<&Found> = candidates.iter().filter(|found| fits(self, found)).collect();
        let ret = |this: &mut Self, found: &Found| {
            let signature = this.shared.impls.tables.signature(found.item);
            signature.map_or(Ty::Unknown, |signature| this.normalize(&signature.ret.subst(&found.subst)))
        };
        if let [only] = fitting.as_slice() {
            self.draw_with(text, offset, kind, Res::Def(only.item), only.reason, only.confidence);
            return ret(self, only);
        }
        let ids: Vec<SymbolId> = candidates.iter().map(|found| found.item).collect();
        if let Some(name) = name {
            let form = if path_call { SiteForm::Path } else { SiteForm::Method };
            self.unresolved(text, offset, name, form, Missing::Ambiguous, &ids);
        }
        // `Type::from(…)` is a `Type`, whichever impl it is.
        let returned: Vec<Ty> = candidates.iter().map(|found| ret(self, found)).collect();
        match returned.split_first() {
            Some((first, rest)) if rest.iter().all(|ty| ty == first) => first.clone(),
            _ => Ty::Unknown,
        }
    }

    /// Calls a value: a closure, a function pointer, a function item, or something with an `Fn` bound.
    fn call_value(&mut self, text: Text<'_>, callee: &Ty, args: &[ExprId]) -> Ty {
        if let Some((params, ret)) = self.callable(callee) {
            self.arguments(text, &params, None, args);
            return ret;
        }
        self.exprs(text, args);
        Ty::Unknown
    }

    /// Parameters and return type of a value that can be called.
    pub(super) fn callable(&mut self, ty: &Ty) -> Option<(Args, Ty)> {
        let ty = self.settled(ty);
        if let Ty::Var(id) = &ty {
            let bounds = self.solver.pending_of(*id);
            return bounds.iter().find_map(|bound| self.fn_bound(bound));
        }
        let (steps, _) = self.solver.autoderef(&ty);
        for step in &steps {
            match step {
                Ty::Fn(params, ret) => return Some((Arc::clone(params), (**ret).clone())),
                Ty::FnDef(id, subst) => {
                    let signature = self.shared.impls.tables.signature(*id)?;
                    let params = signature.receiver.iter().chain(&signature.params).map(|ty| ty.subst(subst));
                    let params: Args = params.map(|ty| self.normalize(&ty)).collect();
                    let ret = self.normalize(&signature.ret.subst(subst));
                    return Some((params, ret));
                }
                Ty::Dyn(_) | Ty::Opaque(_) | Ty::Param(_) | Ty::Projection(_) => {
                    let bounds = self.solver.bounds_of(step);
                    if let Some(found) = bounds.iter().find_map(|bound| self.fn_bound(bound)) {
                        return Some(found);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Parameters and return type of `Fn(A) -> B`.
    fn fn_bound(&mut self, bound: &TraitRef) -> Option<(Args, Ty)> {
        let known = &self.shared.impls.well_known;
        let calls = known.call_trait(bound.of)?;
        let Ty::Tuple(params) = self.shallow(bound.args.first()?) else { return None };
        let ret = bound.binding(known.names.output).map_or_else(Ty::unit, Ty::clone);
        let params = params.iter().map(|ty| self.normalize(ty)).collect();
        let ret = self.normalize(&ret);
        let ret = if calls == Calls::Later { Ty::Future(Arc::new(ret)) } else { ret };
        Some((params, ret))
    }

    /// Fresh variables (or the turbofish) for a function's generics and those of its parent that are
    /// not yet known. Their bounds have to hold from now on.
    pub(super) fn instantiate(&mut self, found: &Found, turbofish: Vec<Ty>) -> Subst {
        let item = found.item;
        let count = arity(self.world, item);
        let mut own = turbofish;
        own.truncate(count);
        while own.len() < count {
            own.push(self.fresh());
        }
        let mut subst = found.subst.clone();
        if count > 0 {
            subst = subst.with(item, own.into());
        }
        let parent = self
            .world
            .parent(item)
            .filter(|parent| matches!(self.world.kind(*parent), SymbolKind::Impl | SymbolKind::Trait));
        // What the impl's own match left open is open, not unknown.
        if let Some(parent) = parent {
            let probe = Param { owner: parent, index: 0 };
            if subst.get(probe).is_none() && arity(self.world, parent) > 0 {
                let args: Args = (0..arity(self.world, parent)).map(|_| self.fresh()).collect();
                subst = subst.with(parent, args);
            }
        }
        let tables = &self.shared.impls.tables;
        self.require_all(&tables.own_predicates(item), &subst);
        match parent {
            Some(parent) if self.world.kind(parent) == SymbolKind::Trait => {
                // What a trait states of itself follows from that the type has it.
                let own = tables.own_predicates(parent);
                self.require_all(own.get(..1).unwrap_or_default(), &subst);
            }
            Some(parent) => self.require_all(&tables.own_predicates(parent), &subst),
            None => {}
        }
        subst
    }

    fn require_all(&mut self, predicates: &[Predicate], subst: &Subst) {
        for predicate in predicates {
            if self.shared.impls.well_known.is_marker(predicate.bound.of) {
                continue;
            }
            let ty = self.normalize(&predicate.ty.subst(subst));
            let bound = predicate.bound.subst(subst);
            let bound = self.solver.normalize_parts(&bound);
            self.solver.require(Predicate { ty, bound });
        }
    }

    /// What the parameters are when the result is what its place expects: a hint, as the result may
    /// still be coerced.
    fn expected_inputs(&mut self, ret: &Ty, params: &[Ty], expected: Option<&Ty>) -> Option<Vec<Ty>> {
        let expected = self.shallow(expected?);
        if matches!(expected, Ty::Var(_) | Ty::Unknown) || params.is_empty() {
            return None;
        }
        let mark = self.solver.vars.mark();
        let fits = self.solver.vars.unify(ret, &expected);
        let inputs = fits.then(|| params.iter().map(|ty| self.resolve(ty)).collect());
        self.solver.vars.undo(&mark);
        inputs
    }

    /// Infers a call's arguments against a signature; the return type. `path_call` passes `self` as
    /// the first argument.
    fn call_function(
        &mut self,
        text: Text<'_>,
        item: SymbolId,
        subst: &Subst,
        args: &[ExprId],
        expected: Option<&Ty>,
        path_call: bool,
    ) -> Ty {
        let Some(signature) = self.shared.impls.tables.signature(item) else {
            self.exprs(text, args);
            return Ty::Unknown;
        };
        let receiver = signature.receiver.iter().filter(|_| path_call);
        let params: Vec<Ty> = receiver.chain(&signature.params).map(|ty| self.parameter(&ty.subst(subst))).collect();
        let ret = self.normalize(&signature.ret.subst(subst));
        let wanted = self.expected_inputs(&ret, &params, expected);
        self.arguments(text, &params, wanted.as_deref(), args);
        ret
    }

    /// A parameter's type for a caller: `impl Trait` is a type that the caller chooses.
    fn parameter(&mut self, ty: &Ty) -> Ty {
        let ty = if ty.any(&mut |part| matches!(part, Ty::Opaque(_))) {
            ty.map(&mut |part| match part {
                Ty::Opaque(bounds) => {
                    let chosen = self.fresh();
                    for bound in bounds.iter() {
                        let bound = self.solver.normalize_parts(bound);
                        self.solver.require(Predicate { ty: chosen.clone(), bound });
                    }
                    Some(chosen)
                }
                _ => None,
            })
        } else {
            ty.clone()
        };
        self.normalize(&ty)
    }

    /// Closures last: what the other arguments say fixes their parameters' types.
    pub(super) fn arguments(&mut self, text: Text<'_>, params: &[Ty], wanted: Option<&[Ty]>, args: &[ExprId]) {
        for closures in [false, true] {
            for (index, arg) in args.iter().enumerate() {
                if matches!(text.arena[*arg], Expr::Closure(_)) != closures {
                    continue;
                }
                let param = params.get(index);
                let hint = wanted.and_then(|wanted| wanted.get(index)).or(param);
                let ty = self.expr(text, *arg, hint);
                if let Some(param) = param {
                    self.coerce(&ty, param);
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one call")]
    pub(super) fn method_call(
        &mut self,
        text: Text<'_>,
        receiver: ExprId,
        name: Name,
        offset: Offset,
        generics: Option<&GenericArgs>,
        args: &[ExprId],
        expected: Option<&Ty>,
        awaited: bool,
    ) -> Ty {
        let kind = if awaited { EdgeKind::AsyncCalls } else { EdgeKind::Calls };
        let place = receiver;
        let receiver = self.expr(text, receiver, None);
        if let Some(generics) = generics {
            self.draw_args(text, generics);
        }
        let known = self.known(&receiver);
        self.note(text.place(offset).0, &known, name);
        let site = self.site();
        match self.solver.method(site, &known, name) {
            Probe::Found(found) => {
                self.draw_found(text.place(offset).0, kind, &found);
                let signature = self.shared.impls.tables.signature(found.item);
                if signature.is_some_and(|signature| signature.by == Some(By::RefMut)) {
                    self.write_to(text, place);
                }
                let own = self.turbofish(text, generics);
                let subst = self.instantiate(&found, own);
                self.call_function(text, found.item, &subst, args, expected, false)
            }
            Probe::Overloaded(candidates) => {
                let types = self.types_of(text, args);
                self.overloaded(text, offset, kind, Some(name), &candidates, &types, false)
            }
            Probe::Unknown if matches!(known, Ty::Var(_)) => {
                let generics = self.turbofish(text, generics);
                let args = self.types_of(text, args);
                let ret = self.fresh();
                let place = text.place(offset).0;
                self.deferred.push(Deferred { receiver, name, place, kind, generics, args, ret: ret.clone() });
                ret
            }
            outcome => {
                let missing = missing(&outcome);
                let candidates = match missing {
                    Missing::UnknownReceiver => self.shared.impls.methods_named(name),
                    _ => &[],
                };
                self.unresolved(text, offset, name, SiteForm::Method, missing, candidates);
                self.exprs(text, args);
                self.external_method(&known, name)
            }
        }
    }

    /// What a few methods of the language's own types give back; std's interface is not read yet.
    fn external_method(&mut self, receiver: &Ty, name: Name) -> Ty {
        if name == *"clone"
            && let Ty::Adt(..) | Ty::Param(_) = peel(receiver)
        {
            return peel(receiver).clone();
        }
        Ty::Unknown
    }
}

/// Why a probe that found nothing did not.
pub(super) fn missing(outcome: &Probe) -> Missing {
    match outcome {
        Probe::External => Missing::ExternalReceiver,
        Probe::Missing => Missing::NoSuchMethod,
        _ => Missing::UnknownReceiver,
    }
}

/// The type behind references.
pub(super) fn peel(mut ty: &Ty) -> &Ty {
    while let Ty::Ref(_, inner) = ty {
        ty = inner;
    }
    ty
}

/// Whether a parameter of that type may take an argument of that type, coercions aside.
fn may_be(param: &Ty, arg: &Ty) -> bool {
    match (param, arg) {
        (Ty::Param(_) | Ty::Opaque(_) | Ty::Projection(_) | Ty::Dyn(_), _) | (_, Ty::Projection(_) | Ty::Never) => true,
        (Ty::Slice(a), Ty::Array(b)) => may_be(a, b),
        (Ty::Ref(_, a), Ty::Ref(_, b)) => may_be(a, b),
        (Ty::Adt(a, x), Ty::Adt(b, y)) => a == b && x.iter().zip(y.iter()).all(|(x, y)| may_be(x, y)),
        (Ty::Ext(a, x), Ty::Ext(b, y)) => a == b && x.iter().zip(y.iter()).all(|(x, y)| may_be(x, y)),
        (Ty::Unknown | Ty::Var(_), _) | (_, Ty::Unknown | Ty::Var(_)) => true,
        _ => param == arg,
    }
}
