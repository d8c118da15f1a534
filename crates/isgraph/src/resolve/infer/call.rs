//! Calls of functions, constructors, closures and methods.

use std::sync::Arc;

use super::path::Value;
use super::{Infer, PendingCall, Text};
use crate::facts::{Expr, ExprId, GenericArg, GenericArgs, Offset};
use crate::model::{EdgeKind, Missing, Reason, SiteForm, SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::types::lower::arity;
use crate::resolve::types::probe::{Found, Probe};
use crate::resolve::types::{Args, Param, Subst, Ty};
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
            Value::Function { found, pending_self } => {
                let edge = self.draw_with(text, offset, kind, Res::Def(found.item), found.reason, found.confidence);
                let subst = self.instantiate(text, &found, path.segments.last().and_then(|s| s.args.as_deref()));
                let ret = self.call_function(text, found.item, &subst, args, expected, true);
                if let Some(self_ty) = pending_self
                    && let Some(of) = self.world.parent(found.item)
                {
                    let args = (0..arity(self.world, of))
                        .map(|index| {
                            let index = u16::try_from(index).unwrap_or(Param::SELF);
                            subst.get(Param { owner: of, index }).unwrap_or(Ty::Unknown)
                        })
                        .collect();
                    self.pending.push(PendingCall { edge, item: found.item, self_ty, args });
                }
                ret
            }
            Value::Overloaded(candidates) => {
                let types: Vec<Ty> = args.iter().map(|arg| self.expr(text, *arg, None)).collect();
                let name = path.segments.last().map(|segment| segment.name);
                self.overloaded(text, offset, kind, name, &candidates, &types, true)
            }
            Value::Constructor(id, ty) => {
                if !path.segments.is_empty() {
                    self.draw(text, offset, EdgeKind::Uses, Res::Def(id), Reason::Path);
                }
                let fields = self.constructor_fields(id, &ty).unwrap_or_default();
                if let Some(expected) = expected {
                    self.unify(&ty, expected);
                }
                self.arguments(text, &fields, args);
                ty
            }
            Value::External(ext, made) => self.call_external(text, offset, kind, ext, made, args, expected),
            Value::Unknown => {
                self.unknown_path(text, path);
                self.exprs(text, args);
                Ty::Unknown
            }
        }
    }

    /// Calls something external by path: `Some`, `Ok`, `Box::new` and the like are known.
    #[expect(clippy::too_many_arguments, reason = "the parts of one call")]
    fn call_external(
        &mut self,
        text: Text<'_>,
        offset: Offset,
        kind: EdgeKind,
        ext: ExtId,
        made: Option<Ty>,
        args: &[ExprId],
        expected: Option<&Ty>,
    ) -> Ty {
        let known = &self.shared.impls.well_known;
        let (option, result) = (known.option, known.result);
        let parent = self.world.externals.parent(ext);
        let name = self.world.externals.last(ext);
        let is = |of: ExtId, wanted: &str| parent == Some(of) && name.is_some_and(|name| name == *wanted);
        let inner = |this: &Self, of: ExtId, index: usize| match expected.map(|ty| this.shallow(ty)) {
            Some(Ty::Ext(id, args)) if id == of => args.get(index).cloned(),
            _ => None,
        };
        if is(option, "Some") {
            let item = inner(self, option, 0).unwrap_or_else(|| self.fresh());
            self.arguments(text, std::slice::from_ref(&item), args);
            return Ty::Ext(option, Arc::from([item]));
        }
        if is(result, "Ok") || is(result, "Err") {
            let ok = inner(self, result, 0).unwrap_or_else(|| self.fresh());
            let err = inner(self, result, 1).unwrap_or_else(|| self.fresh());
            let given = if is(result, "Ok") { &ok } else { &err };
            self.arguments(text, std::slice::from_ref(given), args);
            return Ty::Ext(result, Arc::from([ok, err]));
        }
        let is_constructor = name.is_some_and(|name| name.as_str().starts_with(char::is_uppercase));
        let kind = if is_constructor { EdgeKind::Uses } else { kind };
        let edge = self.draw(text, offset, kind, Res::Ext(ext), Reason::Path);
        let types: Vec<Ty> = args.iter().map(|arg| self.expr(text, *arg, None)).collect();
        if let (Some(of), Some(name), false) = (parent, name, is_constructor)
            && let Some((item, ret)) = self.of_foreign_trait(of, name, &types, expected)
        {
            let row = &mut self.output.edges[edge];
            (row.to, row.reason, row.confidence) =
                (Res::Def(item), Reason::TraitFunction, crate::model::Confidence::High);
            return ret;
        }
        match made {
            Some(Ty::Ext(of, own)) if self.shared.impls.well_known.pointers.contains(&of) => {
                let item = own.first().cloned().unwrap_or_else(|| self.fresh());
                if let Some(given) = types.first().filter(|_| name.is_some_and(|name| name == *"new")) {
                    self.unify(&item, given);
                }
                Ty::Ext(of, Arc::from([item]))
            }
            Some(Ty::Ext(of, own)) if own.is_empty() && of == self.shared.impls.well_known.vec => {
                let item = self.fresh();
                Ty::Ext(of, Arc::from([item]))
            }
            Some(ty) => ty,
            None => Ty::Unknown,
        }
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
            for (id, subst, _) in self.shared.impls.impls_of(self.env(), Res::Ext(of), &ty, &[], 0, true) {
                let item = self.world.members(id).find(|m| self.world.name(*m) == name);
                let Some(item) = item.filter(|item| *item != self.owner) else { continue };
                let Some(signature) = self.shared.impls.tables.signature(item) else { continue };
                if signature.receiver.is_some() != is_self {
                    continue;
                }
                let params = signature.params.iter().map(|param| self.normalize(&param.subst(&subst)));
                let rest = &given[usize::from(is_self).min(given.len())..];
                let fits = params.zip(rest).all(|(param, arg)| {
                    may_be(&param, arg) && !(foreign && matches!(peel(arg), Ty::Unknown | Ty::Var(_)))
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
        let fits = |this: &Self, found: &Found| {
            let Some(signature) = this.shared.impls.tables.signature(found.item) else { return false };
            let receiver = signature.receiver.iter().filter(|_| path_call);
            let params = receiver.chain(&signature.params).map(|ty| this.normalize(&ty.subst(&found.subst)));
            params.zip(&args).all(|(param, arg)| may_be(&param, arg))
        };
        let fitting: Vec<&Found> = candidates.iter().filter(|found| fits(self, found)).collect();
        let ret = |this: &Self, found: &Found| {
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
            self.arguments(text, &params, args);
            return ret;
        }
        self.exprs(text, args);
        Ty::Unknown
    }

    /// Parameters and return type of a value that can be called.
    pub(super) fn callable(&mut self, ty: &Ty) -> Option<(Args, Ty)> {
        let ty = self.shallow(ty);
        if let Ty::Var(id) = &ty {
            return self
                .fn_bounds
                .iter()
                .find(|(var, ..)| var == id)
                .map(|(_, params, ret)| (params.clone(), ret.clone()));
        }
        match self.normalize(&ty) {
            Ty::Fn(params, ret) => Some((params, (*ret).clone())),
            Ty::FnDef(id, subst) => {
                let signature = self.shared.impls.tables.signature(id)?;
                let params = signature.receiver.iter().chain(&signature.params).map(|ty| ty.subst(&subst));
                let params: Args = params.map(|ty| self.normalize(&ty)).collect();
                let ret = self.normalize(&signature.ret.subst(&subst));
                Some((params, ret))
            }
            Ty::Ref(_, inner) => self.callable(&inner),
            Ty::Ext(ext, args) if self.shared.impls.well_known.pointers.contains(&ext) => {
                let inner = args.first()?.clone();
                self.callable(&inner)
            }
            Ty::Dyn(bounds) | Ty::Opaque(bounds) => {
                bounds.iter().find_map(|bound| self.fn_bound(bound.of, &bound.args, &bound.bindings))
            }
            param @ (Ty::Param(_) | Ty::Projection(_)) => {
                let predicates = self.predicates;
                predicates.iter().filter(|predicate| predicate.ty == param).find_map(|predicate| {
                    self.fn_bound(predicate.bound.of, &predicate.bound.args, &predicate.bound.bindings)
                })
            }
            _ => None,
        }
    }

    /// Parameters and return type of `Fn(A) -> B`.
    fn fn_bound(&self, of: Res, args: &[Ty], bindings: &[(Name, Ty)]) -> Option<(Args, Ty)> {
        let Res::Ext(ext) = of else { return None };
        let name = self.world.externals.last(ext)?;
        let is_async = matches!(name.as_str(), "AsyncFn" | "AsyncFnMut" | "AsyncFnOnce");
        if !is_async && !matches!(name.as_str(), "Fn" | "FnMut" | "FnOnce") {
            return None;
        }
        let Some(Ty::Tuple(params)) = args.first() else { return None };
        let ret = bindings.iter().find(|(name, _)| *name == *"Output").map_or_else(Ty::unit, |(_, ty)| ty.clone());
        let ret = if is_async { Ty::Future(Arc::new(ret)) } else { ret };
        Some((Arc::clone(params), ret))
    }

    /// Fresh variables (or the turbofish) for a function's generics and those of its parent that are
    /// not yet known.
    pub(super) fn instantiate(&mut self, text: Text<'_>, found: &Found, turbofish: Option<&GenericArgs>) -> Subst {
        let item = found.item;
        let count = arity(self.world, item);
        let mut own: Vec<Ty> = Vec::new();
        if let Some(generics) = turbofish {
            for arg in &generics.args {
                own.push(match arg {
                    GenericArg::Type(ty) => {
                        let lowering = self.lowering();
                        let vars = &mut self.vars;
                        lowering.ty(text.arena, *ty, &mut || {
                            vars.push((None, super::VarKind::General));
                            Ty::Var(crate::resolve::collect::to_u32(vars.len() - 1))
                        })
                    }
                    GenericArg::Const(_) => Ty::Unknown,
                });
            }
        }
        own.truncate(count);
        while own.len() < count {
            own.push(self.fresh());
        }
        let mut subst = found.subst.clone().with(item, own.into());
        let parent = self
            .world
            .parent(item)
            .filter(|parent| matches!(self.world.kind(*parent), SymbolKind::Impl | SymbolKind::Trait));
        // What the impl's own match left open is open, not unknown.
        if let Some(parent) = parent {
            let probe = Param { owner: parent, index: 0 };
            if subst.get(probe).is_none() {
                let args: Args = (0..arity(self.world, parent)).map(|_| self.fresh()).collect();
                subst = subst.with(parent, args);
            }
        }
        let tables = &self.shared.impls.tables;
        for predicates in std::iter::once(item).chain(parent).map(|owner| tables.own_predicates(owner)) {
            for predicate in predicates.iter() {
                let Ty::Var(var) = predicate.ty.subst(&subst) else { continue };
                if let Some((params, ret)) =
                    self.fn_bound(predicate.bound.of, &predicate.bound.args, &predicate.bound.bindings)
                {
                    let params = params.iter().map(|ty| ty.subst(&subst)).collect();
                    self.fn_bounds.push((var, params, ret.subst(&subst)));
                }
            }
        }
        subst
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
        let params: Vec<Ty> = receiver.chain(&signature.params).map(|ty| self.normalize(&ty.subst(subst))).collect();
        let ret = signature.ret.subst(subst);
        if let Some(expected) = expected {
            let ret = self.normalize(&ret);
            self.unify(&ret, expected);
        }
        self.arguments(text, &params, args);
        self.normalize(&ret)
    }

    /// Closures last: what the other arguments say fixes their parameters' types.
    pub(super) fn arguments(&mut self, text: Text<'_>, params: &[Ty], args: &[ExprId]) {
        for closures in [false, true] {
            for (index, arg) in args.iter().enumerate() {
                if matches!(text.arena[*arg], Expr::Closure(_)) != closures {
                    continue;
                }
                let param = params.get(index);
                let ty = self.expr(text, *arg, param);
                if let Some(param) = param {
                    self.coerce(&ty, param);
                }
            }
        }
    }

    /// Unifies an argument with its parameter, after the deref coercions that need no knowledge.
    fn coerce(&mut self, ty: &Ty, param: &Ty) {
        let (known, wanted) = (self.shallow(ty), self.shallow(param));
        if let (Ty::Ref(_, given), Ty::Ref(_, wanted)) = (&known, &wanted) {
            let (given, wanted) = (self.shallow(given), self.shallow(wanted));
            let different = match (self.shared.impls.head(&given), self.shared.impls.head(&wanted)) {
                (Some(a), Some(b)) => a != b,
                _ => false,
            };
            if different {
                return;
            }
        }
        self.unify(&known, &wanted);
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
        awaited: bool,
    ) -> Ty {
        let kind = if awaited { EdgeKind::AsyncCalls } else { EdgeKind::Calls };
        let receiver = self.expr(text, receiver, None);
        if let Some(generics) = generics {
            self.draw_args(text, generics);
        }
        let known = self.known(&receiver);
        match self.prober().method(&known, name) {
            Probe::Found(found) => {
                self.draw_with(text, offset, kind, Res::Def(found.item), found.reason, found.confidence);
                let subst = self.instantiate(text, &found, generics);
                self.call_function(text, found.item, &subst, args, None, false)
            }
            Probe::Overloaded(candidates) => {
                let types: Vec<Ty> = args.iter().map(|arg| self.expr(text, *arg, None)).collect();
                self.overloaded(text, offset, kind, Some(name), &candidates, &types, false)
            }
            outcome => {
                // `(self.f)(x)` is a call; `self.f(x)` with a field is an error, so nothing to do here.
                let missing = match outcome {
                    Probe::External => Missing::ExternalReceiver,
                    Probe::Missing => Missing::NoSuchMethod,
                    _ => Missing::UnknownReceiver,
                };
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

/// The type behind references.
fn peel(mut ty: &Ty) -> &Ty {
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
        _ => param.eq_loosely(arg),
    }
}
