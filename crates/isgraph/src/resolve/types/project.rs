//! Associated types: `<T as Trait>::Name` → what it is.

use std::sync::Arc;

use super::impls::Impls;
use super::select::{MAX_DEPTH, Selected};
use super::solver::{Solver, has_projection};
use super::tables::Predicate;
use super::{Args, Projection, TraitRef, Ty};
use crate::model::SymbolKind;
use crate::name::Name;
use crate::resolve::world::Res;

impl Solver<'_> {
    /// Finds the projections of a type; bounds that decide what is left open come into `nested`.
    pub(super) fn normalize_with(&mut self, ty: &Ty, nested: &mut Vec<Predicate>, depth: u32) -> Ty {
        if depth > MAX_DEPTH {
            return Ty::Unknown;
        }
        if !has_projection(ty) {
            return ty.clone();
        }
        ty.map(&mut |part| match part {
            Ty::Projection(projection) => Some(self.project(projection, nested, depth + 1)),
            _ => None,
        })
    }

    pub(super) fn normalize_bound(&mut self, bound: &TraitRef, nested: &mut Vec<Predicate>, depth: u32) -> TraitRef {
        if !bound.any(&mut |part| matches!(part, Ty::Projection(_))) {
            return bound.clone();
        }
        bound.map(&mut |part| match part {
            Ty::Projection(projection) => Some(self.project(projection, nested, depth + 1)),
            _ => None,
        })
    }

    fn project(&mut self, projection: &Projection, nested: &mut Vec<Predicate>, depth: u32) -> Ty {
        let mut part = |this: &mut Self, ty: &Ty| {
            let ty = this.vars.shallow(ty);
            this.normalize_with(&ty, nested, depth)
        };
        let self_ty = part(self, &projection.self_ty);
        let args: Args = projection.args.iter().map(|ty| part(self, ty)).collect();
        let own: Args = projection.own.iter().map(|ty| part(self, ty)).collect();
        let self_ty = self.vars.shallow(&self_ty);
        if self_ty.is_unknown() {
            return Ty::Unknown;
        }
        let Some(of) = projection.of else { return self.project_by_name(self_ty, projection.name, own, depth) };
        let args = if args.is_empty() { self.unstated(of) } else { args };
        if let Ty::Param(_) | Ty::Projection(_) = self_ty {
            // Nothing but bounds can say what it is.
            return self.project_by_bounds(&self_ty, of, &args, projection.name, own, nested, depth);
        }
        let key = self.closed_projection(projection, &self_ty, &own);
        if let Some(known) = key.as_ref().and_then(|key| self.projected.get(key)) {
            return known.clone();
        }
        let out = self.fresh();
        let bound = TraitRef { of, args, bindings: Arc::from([(projection.name, out.clone())]) };
        let goal = Predicate { ty: self_ty, bound };
        let mut bounds = Vec::new();
        match self.select(&goal, &mut bounds, depth + 1) {
            Selected::Yes(_) => {
                let found = self.vars.resolve(&out);
                // Only what decides the type counts here: who asked whether the type has the trait asks for
                // the rest, and to ask twice at each level of a nested type would cost exponential time.
                if found.any(&mut |part| matches!(part, Ty::Var(_))) {
                    nested.extend(bounds.into_iter().filter(|goal| self.is_informative(&goal.bound)));
                } else if let Some(key) = key {
                    self.projected.insert(key, found.clone());
                }
                found
            }
            Selected::Wait => {
                nested.push(goal);
                out
            }
            Selected::No | Selected::Unsure => Ty::Unknown,
        }
    }

    /// A projection without variables.
    fn closed_projection(&self, projection: &Projection, self_ty: &Ty, own: &Args) -> Option<Projection> {
        let args: Option<Args> = projection.args.iter().map(|ty| self.vars.closed(ty)).collect();
        Some(Projection {
            self_ty: self.vars.closed(self_ty)?,
            of: projection.of,
            args: args?,
            name: projection.name,
            own: Arc::clone(own),
        })
    }

    /// Fresh arguments for a trait whose arguments are not stated.
    pub(crate) fn unstated(&mut self, of: Res) -> Args {
        match of {
            Res::Def(id) => (0..super::lower::arity(self.impls.tables.world, id)).map(|_| self.fresh()).collect(),
            _ => Arc::from([]),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one projection, and of the question")]
    fn project_by_bounds(
        &mut self,
        self_ty: &Ty,
        of: Res,
        args: &Args,
        name: Name,
        own: Args,
        nested: &mut Vec<Predicate>,
        depth: u32,
    ) -> Ty {
        let bounds = self.bounds_of(self_ty);
        let fitting = bounds.iter().filter(|bound| bound.of == of);
        let mut stated = false;
        for bound in fitting {
            stated = true;
            let Some(ty) = bound.binding(name) else { continue };
            let mark = self.vars.mark();
            let mut same = true;
            for (a, b) in bound.args.iter().zip(args.iter()) {
                same &= self.vars.unify(a, b);
            }
            if same {
                self.vars.keep(mark);
                let ty = ty.clone();
                // `I: Iterator<Item = I::Item>` says nothing.
                let itself = matches!(&ty, Ty::Projection(p) if p.self_ty == *self_ty && p.name == name);
                return if itself { Ty::Unknown } else { self.normalize_with(&ty, nested, depth + 1) };
            }
            self.vars.undo(&mark);
        }
        // Only an impl for any type can say it when no bound names the trait.
        if !stated && self.impls.blanket(of).next().is_some() {
            let out = self.fresh();
            let goal = Predicate {
                ty: self_ty.clone(),
                bound: TraitRef { of, args: Arc::clone(args), bindings: Arc::from([(name, out.clone())]) },
            };
            let mut nested = Vec::new();
            if let Selected::Yes(_) = self.select(&goal, &mut nested, 1) {
                self.solve(nested, 1);
                return self.vars.resolve(&out);
            }
        }
        let known = args.iter().any(|ty| !matches!(self.vars.follow(ty), Ty::Var(_)));
        let args = if known { args.iter().map(|ty| self.vars.resolve(ty)).collect() } else { Arc::from([]) };
        Ty::Projection(Arc::new(Projection { self_ty: self_ty.clone(), of: Some(of), args, name, own }))
    }

    /// `T::Name` where the trait was not found by name: of the bounds of `T`, or of its impls, the first
    /// that has such a type.
    fn project_by_name(&mut self, self_ty: Ty, name: Name, own: Args, depth: u32) -> Ty {
        let bounds = self.bounds_of(&self_ty);
        if let Some(ty) = bounds.iter().find_map(|bound| bound.binding(name)) {
            return ty.clone();
        }
        match &self_ty {
            Ty::Future(output) if name == self.impls.well_known.names.output => return (**output).clone(),
            Ty::Var(_) => return Ty::Unknown,
            Ty::Param(_) | Ty::Projection(_) | Ty::Opaque(_) => {
                let args = Arc::from([]);
                return Ty::Projection(Arc::new(Projection { self_ty, of: None, args, name, own }));
            }
            _ => {}
        }
        let Some(head) = Impls::head(&self_ty) else { return Ty::Unknown };
        let impls = self.impls;
        let declared = impls
            .trait_items_named(name)
            .filter(|(_, item)| impls.tables.world.kind(*item) == SymbolKind::AssociatedType)
            .map(|(of, _)| Res::Def(of));
        for of in declared {
            if impls.direct(of, head).next().is_none() && impls.blanket(of).next().is_none() {
                continue;
            }
            let ty = self.associated(&self_ty, of, name, depth + 1);
            if !ty.is_unknown() {
                return ty;
            }
        }
        Ty::Unknown
    }

    /// `<ty as of>::name`, or unknown.
    pub(crate) fn associated(&mut self, ty: &Ty, of: Res, name: Name, depth: u32) -> Ty {
        let args = self.unstated(of);
        let projection = Projection { self_ty: ty.clone(), of: Some(of), args, name, own: Arc::from([]) };
        let mut nested = Vec::new();
        let ty = self.project(&projection, &mut nested, depth);
        for goal in nested {
            self.require(goal);
        }
        self.settle();
        self.vars.resolve(&ty)
    }
}
