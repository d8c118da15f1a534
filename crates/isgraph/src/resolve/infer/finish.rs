//! The end of a body: literals fall back, what waited for types is decided.

use super::Infer;
use crate::facts::{ExprId, GenericArgs};
use crate::graph::Place;
use crate::model::{EdgeKind, Missing, Reason, SiteForm, SymbolId};
use crate::name::Name;
use crate::resolve::types::Ty;
use crate::resolve::types::probe::{Found, Probe};
use crate::resolve::types::tables::Predicate;
use crate::resolve::world::Res;

/// A use of a trait's item: for which impl's item its edge stands is known when all types are.
pub(super) struct TraitCall {
    pub(super) edge: usize,
    pub(super) item: SymbolId,
    pub(super) goal: Predicate,
}

/// A method call whose receiver nothing has fixed yet.
pub(super) struct Deferred {
    pub(super) receiver: Ty,
    pub(super) name: Name,
    pub(super) place: Place,
    pub(super) kind: EdgeKind,
    pub(super) generics: Vec<Ty>,
    pub(super) args: Vec<Ty>,
    /// What it gives.
    pub(super) ret: Ty,
}

/// Most rounds of deferred calls: each decides at least one, and real bodies need one or two.
const MAX_ROUNDS: usize = 8;

impl Infer<'_> {
    pub(super) fn finish(mut self) -> (super::Output, Vec<super::Note>) {
        self.decide();
        for call in std::mem::take(&mut self.deferred) {
            let candidates = self.shared.impls.methods_named(call.name);
            self.unresolved_at(call.place, call.name, SiteForm::Method, Missing::UnknownReceiver, candidates);
        }
        self.specialize(0);
        (self.output, self.notes.unwrap_or_default())
    }

    /// Decides what can be decided when no more code follows.
    pub(super) fn decide(&mut self) {
        self.solver.settle();
        self.retry_deferred();
        self.solver.vars.fall_back();
        self.solver.settle();
        self.retry_deferred();
    }

    /// Finds the impls' items that uses of traits' items stand for, from the `first` of them on.
    pub(super) fn specialize(&mut self, first: usize) {
        let site = self.site();
        for call in self.pending.split_off(first.min(self.pending.len())) {
            let Some((item, reason)) = self.solver.specialize(site, call.item, &call.goal) else { continue };
            let Some(edge) = self.output.edges.get_mut(call.edge) else { continue };
            edge.to = Res::Def(item);
            if edge.reason == Reason::TraitMethod {
                edge.reason = reason;
            }
        }
    }

    /// Method calls whose receiver was not known when they were met, as long as that decides one.
    fn retry_deferred(&mut self) {
        for _ in 0..MAX_ROUNDS {
            let before = self.deferred.len();
            for call in std::mem::take(&mut self.deferred) {
                self.retry(call);
            }
            if self.deferred.is_empty() || self.deferred.len() >= before {
                return;
            }
        }
    }

    fn retry(&mut self, call: Deferred) {
        let known = self.known(&call.receiver);
        if matches!(known, Ty::Var(_) | Ty::Unknown) {
            self.deferred.push(call);
            return;
        }
        self.note(call.place, &known, call.name);
        let site = self.site();
        match self.solver.method(site, &known, call.name) {
            Probe::Found(found) => {
                self.draw_found(call.place, call.kind, &found);
                let subst = self.instantiate(&found, call.generics);
                let Some(signature) = self.shared.impls.tables.signature(found.item) else { return };
                for (param, arg) in signature.params.iter().zip(&call.args) {
                    let param = self.normalize(&param.subst(&subst));
                    self.coerce(arg, &param);
                }
                let ret = self.normalize(&signature.ret.subst(&subst));
                self.unify(&call.ret, &ret);
                self.solver.settle();
            }
            Probe::Overloaded(_) => {
                let candidates = self.shared.impls.methods_named(call.name);
                self.unresolved_at(call.place, call.name, SiteForm::Method, Missing::Ambiguous, candidates);
            }
            Probe::Unknown => self.deferred.push(call),
            outcome @ (Probe::External | Probe::Missing) => {
                let missing = super::call::missing(&outcome);
                self.unresolved_at(call.place, call.name, SiteForm::Method, missing, &[]);
            }
        }
    }

    /// Draws the edge to what was found; an impl's item takes the place of a trait's at the end.
    pub(super) fn draw_found(&mut self, place: Place, kind: EdgeKind, found: &Found) -> usize {
        let edge = self.draw_at(place, kind, Res::Def(found.item), found.reason, found.confidence);
        if let Some(goal) = &found.goal {
            self.pending.push(TraitCall { edge, item: found.item, goal: goal.clone() });
        }
        edge
    }

    pub(super) fn turbofish(&mut self, text: super::Text<'_>, generics: Option<&GenericArgs>) -> Vec<Ty> {
        let args = generics.into_iter().flat_map(|generics| &generics.args);
        args.map(|arg| match arg {
            crate::facts::GenericArg::Type(ty) => self.lower_quietly(text, *ty),
            crate::facts::GenericArg::Const(_) => Ty::Unknown,
        })
        .collect()
    }

    pub(super) fn types_of(&mut self, text: super::Text<'_>, args: &[ExprId]) -> Vec<Ty> {
        args.iter().map(|arg| self.expr(text, *arg, None)).collect()
    }
}
