//! What is known while types are inferred: variables, bounds in scope, and what has still to hold.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::impls::Impls;
use super::select::Selected;
use super::tables::Predicate;
use super::vars::{Mark, VarKind, Vars};
use super::{Projection, TraitRef, Ty};
use crate::resolve::world::Res;

/// Questions about impls that one body may ask. Real bodies stay below a tenth of it, but for those whose bounds lead to
/// themselves: what more they ask changes nothing.
///
/// Without a limit, impls whose bounds ask for each other cost exponential time.
const FUEL: u32 = 30_000;
/// Bounds that one question may lead to: of nested adaptors, real ones lead to tens.
const QUESTION: u32 = 500;
/// Most bounds of instantiated generics that wait for a type at one time.
const MAX_PENDING: usize = 2_000;

/// Whether a bound holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Holds {
    /// It does not.
    No,
    /// It rests on something that was not read or is not known.
    Maybe,
    /// It does.
    Yes,
}

/// A bound of an instantiated generic that waits for a variable.
#[derive(Debug, Clone)]
struct Pending {
    goal: Predicate,
    /// The unbound variable that its self type was when it was last tried.
    on: Option<u32>,
}

/// Variables, bounds in scope, and the bounds that have still to hold.
pub(crate) struct Solver<'a> {
    pub(crate) impls: &'a Impls<'a>,
    /// Bounds in scope, with what they imply.
    pub(crate) assumptions: Vec<Predicate>,
    pub(crate) vars: Vars,
    pending: Vec<Pending>,
    /// Answers about types without variables: they stay as they are.
    decided: FxHashMap<Predicate, Holds>,
    /// Associated types of types without variables.
    pub(super) projected: FxHashMap<Projection, Ty>,
    /// [`Vars::bindings`] when pending bounds were last tried.
    settled_at: u64,
    fuel: u32,
    /// What is left of the current question's share, and how deep inside it we are.
    share: u32,
    inside: u32,
}

/// What [`Solver::suspend`] set aside.
pub(crate) struct Suspended {
    vars: Vec<(Option<Ty>, VarKind)>,
    pending: Vec<Pending>,
}

impl<'a> Solver<'a> {
    pub(crate) fn new(impls: &'a Impls<'a>, assumptions: Vec<Predicate>) -> Self {
        let mut this = Self {
            impls,
            assumptions,
            vars: Vars::default(),
            pending: Vec::new(),
            decided: FxHashMap::default(),
            projected: FxHashMap::default(),
            settled_at: 0,
            fuel: FUEL,
            share: 0,
            inside: 0,
        };
        // `T::Item: Trait` is a bound of what `T::Item` is.
        for index in 0..this.assumptions.len() {
            if matches!(this.assumptions[index].ty, Ty::Projection(_)) {
                let ty = this.normalize(&this.assumptions[index].ty.clone());
                this.assumptions[index].ty = ty;
            }
        }
        this
    }

    /// Sets everything aside so that code that is off can be inferred; `None` when that is too much.
    pub(crate) fn suspend(&mut self, most: usize) -> Option<Suspended> {
        let vars = self.vars.copy(most)?;
        self.settled_at = u64::MAX;
        Some(Suspended { vars, pending: std::mem::take(&mut self.pending) })
    }

    /// Takes up what was set aside. Variables that were made since stay.
    pub(crate) fn resume(&mut self, outside: Suspended) {
        self.vars.restore(outside.vars);
        self.pending = outside.pending;
        self.settled_at = u64::MAX;
    }

    /// Takes one unit of fuel; whether there was one.
    pub(super) fn spend(&mut self) -> bool {
        let left = self.fuel.min(self.share);
        self.fuel = self.fuel.saturating_sub(1);
        self.share = self.share.saturating_sub(1);
        left > 0
    }

    /// Asks a question, or a part of the one that is being asked.
    pub(super) fn asking<T>(&mut self, ask: impl FnOnce(&mut Self) -> T) -> T {
        if self.inside == 0 {
            self.share = QUESTION;
        }
        self.inside += 1;
        let answer = ask(self);
        self.inside -= 1;
        answer
    }

    /// Whether no fuel is left.
    pub(crate) fn is_spent(&self) -> bool {
        self.fuel == 0
    }

    pub(crate) fn fresh(&mut self) -> Ty {
        self.vars.fresh(VarKind::General)
    }

    /// Finds the projections of a type. Those of variables become variables with a pending bound.
    pub(crate) fn normalize(&mut self, ty: &Ty) -> Ty {
        if !has_projection(ty) {
            return ty.clone();
        }
        let mut nested = Vec::new();
        let ty = self.normalize_with(ty, &mut nested, 0);
        for goal in nested {
            self.require(goal);
        }
        ty
    }

    /// Finds the projections in a bound's arguments and bindings.
    pub(crate) fn normalize_parts(&mut self, bound: &TraitRef) -> TraitRef {
        let mut nested = Vec::new();
        let bound = self.normalize_bound(bound, &mut nested, 0);
        for goal in nested {
            self.require(goal);
        }
        bound
    }

    /// Notes a bound that has to hold, as far as it can tell something about types.
    pub(crate) fn require(&mut self, goal: Predicate) {
        if self.is_informative(&goal.bound) && self.pending.len() < MAX_PENDING {
            self.pending.push(Pending { goal, on: None });
            // Something new to try.
            self.settled_at = u64::MAX;
        }
    }

    /// Whether that a type has the trait says anything about other types.
    pub(super) fn is_informative(&self, bound: &TraitRef) -> bool {
        if !bound.args.is_empty() || !bound.bindings.is_empty() {
            return true;
        }
        match bound.of {
            Res::Def(id) => {
                let implied = self.impls.tables.supertraits(id);
                implied.iter().skip(1).any(|bound| !bound.args.is_empty() || !bound.bindings.is_empty())
            }
            _ => false,
        }
    }

    /// Tries the pending bounds as long as that makes progress.
    pub(crate) fn settle(&mut self) {
        while self.settled_at != self.vars.bindings && !self.pending.is_empty() {
            self.settled_at = self.vars.bindings;
            let mut progress = false;
            for mut pending in std::mem::take(&mut self.pending) {
                let waits = pending.on.is_some_and(|var| *self.vars.follow(&Ty::Var(var)) == Ty::Var(var));
                if waits {
                    self.pending.push(pending);
                    continue;
                }
                let mut nested = Vec::new();
                let mark = self.vars.mark();
                let selected = self.select(&pending.goal, &mut nested, 0);
                self.close(mark, &selected, &mut nested);
                match selected {
                    Selected::Wait => {
                        pending.on = match self.vars.follow(&pending.goal.ty) {
                            Ty::Var(var) => Some(*var),
                            _ => None,
                        };
                        self.pending.push(pending);
                    }
                    Selected::Yes(_) => progress = true,
                    Selected::No | Selected::Unsure => {}
                }
                for goal in nested {
                    progress = true;
                    self.require(goal);
                }
            }
            if !progress && self.settled_at == self.vars.bindings {
                break;
            }
        }
    }

    /// Keeps what an attempt at a bound fixed. One that has to wait is tried anew as a whole: what it came
    /// to would be there twice.
    fn close(&mut self, mark: Mark, selected: &Selected, nested: &mut Vec<Predicate>) {
        if matches!(selected, Selected::Wait) {
            self.vars.undo(&mark);
            nested.clear();
        } else {
            self.vars.keep(mark);
        }
    }

    /// Pending bounds of a variable, with their supertraits.
    pub(crate) fn pending_of(&self, var: u32) -> Vec<TraitRef> {
        let own = Ty::Var(var);
        let mut out = Vec::new();
        for pending in &self.pending {
            if *self.vars.follow(&pending.goal.ty) == own {
                out.extend(self.impls.tables.elaborate(&own, &pending.goal.bound));
            }
        }
        out
    }

    /// The bounds in scope of a type that can be any type: a parameter, an associated type, `dyn` or `impl`.
    pub(crate) fn bounds_of(&mut self, ty: &Ty) -> Vec<TraitRef> {
        let mut out: Vec<TraitRef> = Vec::new();
        match ty {
            Ty::Dyn(bounds) | Ty::Opaque(bounds) => {
                for bound in bounds.iter() {
                    out.extend(self.impls.tables.elaborate(ty, bound));
                }
            }
            Ty::Param(_) | Ty::Projection(_) => {
                out.extend(self.assumptions.iter().filter(|p| p.ty == *ty).map(|p| p.bound.clone()));
                if let Ty::Projection(projection) = ty {
                    for bound in self.impls.tables.item_bounds(projection) {
                        if !out.contains(&bound) {
                            out.push(bound);
                        }
                    }
                }
            }
            _ => {}
        }
        out
    }

    /// Whether `ty: bound`, as far as can be told now; nothing is fixed by asking.
    pub(crate) fn holds(&mut self, ty: &Ty, bound: TraitRef) -> Holds {
        let mark = self.vars.mark();
        let holds = self.solve(vec![Predicate { ty: ty.clone(), bound }], 0);
        self.vars.undo(&mark);
        holds
    }

    /// Solves bounds together: what one fixes may decide another.
    pub(super) fn solve(&mut self, goals: Vec<Predicate>, depth: u32) -> Holds {
        self.asking(|this| this.solve_all(goals, depth))
    }

    fn solve_all(&mut self, goals: Vec<Predicate>, depth: u32) -> Holds {
        let mut all = Holds::Yes;
        let mut waiting: Vec<(Predicate, u32)> = goals.into_iter().map(|goal| (goal, depth)).collect();
        loop {
            let mut progress = false;
            let mut queue = std::mem::take(&mut waiting);
            while let Some((goal, depth)) = queue.pop() {
                if let Some(closed) = self.closed(&goal) {
                    match self.decide(closed, depth) {
                        Holds::No => return Holds::No,
                        holds => all = all.min(holds),
                    }
                    continue;
                }
                let mut nested = Vec::new();
                let mark = self.vars.mark();
                let selected = self.select(&goal, &mut nested, depth);
                self.close(mark, &selected, &mut nested);
                match selected {
                    Selected::No => return Holds::No,
                    Selected::Unsure => all = Holds::Maybe,
                    Selected::Wait => waiting.push((goal, depth)),
                    Selected::Yes(_) => progress = true,
                }
                queue.extend(nested.into_iter().map(|goal| (goal, depth + 1)));
            }
            if waiting.is_empty() {
                return all;
            }
            if !progress {
                return Holds::Maybe;
            }
        }
    }
}

impl Solver<'_> {
    /// The bound without variables, when it has none and fixes none.
    fn closed(&self, goal: &Predicate) -> Option<Predicate> {
        if !goal.bound.bindings.is_empty() {
            return None;
        }
        let ty = self.vars.closed(&goal.ty)?;
        let args: Option<_> = goal.bound.args.iter().map(|ty| self.vars.closed(ty)).collect();
        Some(Predicate { ty, bound: TraitRef { of: goal.bound.of, args: args?, bindings: Arc::from([]) } })
    }

    /// Whether a bound without variables holds. The answer is kept: where impls nest, the same bounds are
    /// asked for again and again.
    fn decide(&mut self, goal: Predicate, depth: u32) -> Holds {
        if let Some(known) = self.decided.get(&goal) {
            return *known;
        }
        // A bound that rests on itself is not decided by that.
        self.decided.insert(goal.clone(), Holds::Maybe);
        let mut nested = Vec::new();
        let holds = match self.select(&goal, &mut nested, depth) {
            Selected::No => Holds::No,
            Selected::Unsure | Selected::Wait => Holds::Maybe,
            Selected::Yes(_) => self.solve(nested, depth + 1),
        };
        self.decided.insert(goal, holds);
        holds
    }
}

/// Whether a type holds a projection that may be found.
pub(super) fn has_projection(ty: &Ty) -> bool {
    ty.any(&mut |part| matches!(part, Ty::Projection(_)))
}

impl TraitRef {
    /// `of<args>` with one associated type bound.
    pub(crate) fn binding_one(of: Res, args: super::Args, name: crate::name::Name, ty: Ty) -> Self {
        Self { of, args, bindings: Arc::from([(name, ty)]) }
    }
}
