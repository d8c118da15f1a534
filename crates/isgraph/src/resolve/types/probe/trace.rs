//! What probing considers for a method call, step by step, and why each candidate is not taken.
//!
//! This asks the questions of [`Solver::method`] one by one and undoes what asking fixes; only
//! [`explain`](crate::explain) calls it.

use super::{Adjust, By, Impls, Inherent, Of, Site, Solver, Ty, Wanted};
use crate::explain::Verdict;
use crate::model::{Confidence, Reason, SymbolId};
use crate::name::Name;
use crate::resolve::world::Res;

/// A type that autoderef goes through, with the candidates for it.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) ty: Ty,
    pub(crate) candidates: Vec<Candidate>,
}

/// A method that a call may mean.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) item: SymbolId,
    pub(crate) reason: Reason,
    pub(crate) verdict: Verdict,
}

/// Most candidates that are kept for one step.
const MAX_CANDIDATES: usize = 32;

impl Solver<'_> {
    /// The steps of `receiver.name(…)`, and whether they end at a type that is not known.
    pub(crate) fn trace_method(&mut self, at: Site<'_>, receiver: &Ty, name: Name) -> (Vec<Step>, bool) {
        let mark = self.vars.mark();
        let (types, unknown) = self.autoderef(receiver);
        let inherent = self.inherent_candidates(&types, name);
        let mut steps = Vec::new();
        for (index, ty) in types.iter().enumerate() {
            let mut candidates = Vec::new();
            for candidate in inherent.iter().filter(|candidate| candidate.step == index) {
                candidates.push(self.judge_inherent(&types, candidate));
            }
            self.judge_traits(at, &types, index, name, &mut candidates);
            self.judge_foreign(at, ty, name, &mut candidates);
            candidates.truncate(MAX_CANDIDATES);
            steps.push(Step { ty: self.vars.resolve(ty), candidates });
        }
        self.vars.undo(&mark);
        (steps, unknown)
    }

    fn judge_inherent(&mut self, types: &[Ty], candidate: &Inherent) -> Candidate {
        let by = self.impls.tables.signature(candidate.item).and_then(|signature| signature.by);
        let ways: Vec<Wanted<'_>> = match by {
            Some(by) => ways(types, candidate.step, by),
            None => Vec::new(),
        };
        let mut verdict = Verdict::OtherSelf;
        for wanted in ways {
            let mark = self.vars.mark();
            if self.take_inherent(&wanted, candidate).is_some() {
                verdict = Verdict::Fits;
            }
            self.vars.undo(&mark);
        }
        let reason = match &candidate.of {
            Of::Impl(of_impl) => {
                if verdict != Verdict::Fits && by != Some(By::Typed) {
                    verdict = self.mismatch(*of_impl, &types[candidate.step]);
                }
                Reason::InherentMethod
            }
            Of::Bound(_, reason) => *reason,
        };
        Candidate { item: candidate.item, reason, verdict }
    }

    /// Why an impl is not for a type.
    fn mismatch(&mut self, of_impl: SymbolId, ty: &Ty) -> Verdict {
        let Some(header) = self.impls.tables.header(of_impl) else { return Verdict::OtherType };
        let mark = self.vars.mark();
        let subst = self.impl_params(of_impl);
        let self_ty = self.normalize(&header.self_ty.subst(&subst));
        let same = self.vars.unify(&self_ty, ty);
        self.vars.undo(&mark);
        if same { Verdict::BoundUnmet } else { Verdict::OtherType }
    }

    fn judge_traits(&mut self, at: Site<'_>, types: &[Ty], index: usize, name: Name, out: &mut Vec<Candidate>) {
        let impls = self.impls;
        for (of, item) in impls.trait_items_named(name) {
            // Those of bounds were judged.
            if out.iter().any(|known| known.item == item) {
                continue;
            }
            let Some(by) = impls.tables.signature(item).and_then(|signature| signature.by) else { continue };
            let mut verdict = Verdict::NotImplemented;
            let mut item = item;
            for wanted in ways(types, index, by) {
                let mark = self.vars.mark();
                let found = self.of_trait(at, &wanted, of, item);
                let meant = found
                    .as_ref()
                    .and_then(|found| found.goal.as_ref().and_then(|goal| self.specialize(at, found.item, goal)));
                self.vars.undo(&mark);
                if let Some(found) = found {
                    item = meant.map_or(item, |(item, _)| item);
                    verdict = match found.confidence {
                        _ if !at.in_scope(impls, Res::Def(of)) => Verdict::NotInScope,
                        Confidence::High => Verdict::Fits,
                        _ => Verdict::Unsure,
                    };
                    break;
                }
            }
            out.push(Candidate { item, reason: Reason::TraitMethod, verdict });
        }
    }

    fn judge_foreign(&mut self, at: Site<'_>, ty: &Ty, name: Name, out: &mut Vec<Candidate>) {
        let impls = self.impls;
        let Some(head) = Impls::head(ty) else { return };
        for candidate in impls.external_items(head, name) {
            if impls.tables.signature(candidate.item).is_none_or(|signature| signature.by.is_none()) {
                continue;
            }
            let bound = impls.tables.header(candidate.of_impl).and_then(|header| header.of_trait.clone());
            let in_scope = bound.is_some_and(|bound| at.in_scope(impls, bound.of));
            let mark = self.vars.mark();
            let found = self.external_candidate(at, candidate, ty, false);
            self.vars.undo(&mark);
            let verdict = match found {
                _ if !in_scope => Verdict::NotInScope,
                Some(_) => Verdict::Fits,
                None => self.mismatch(candidate.of_impl, ty),
            };
            out.push(Candidate { item: candidate.item, reason: Reason::TraitMethod, verdict });
        }
    }
}

/// The ways in which a method that takes `self` like that may be called on a step.
fn ways(types: &[Ty], step: usize, by: By) -> Vec<Wanted<'_>> {
    let wanted = |index, adjust| Wanted { steps: types, index, adjust };
    match by {
        By::Value => vec![wanted(step, Adjust::Value)],
        By::Ref => vec![wanted(step, Adjust::Ref)],
        By::RefMut => vec![wanted(step, Adjust::RefMut)],
        By::Typed => (0..=step).map(|index| wanted(index, Adjust::Value)).collect(),
    }
}
