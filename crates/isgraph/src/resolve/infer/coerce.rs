//! Coercions: where a value of one type stands in a place of another.

use std::sync::Arc;

use super::Infer;
use crate::resolve::types::Ty;

impl Infer<'_> {
    /// A value of type `from` stands where a `to` is wanted.
    pub(super) fn coerce(&mut self, from: &Ty, to: &Ty) {
        let (from, to) = (self.shallow(from), self.shallow(to));
        match (&from, &to) {
            (Ty::Never | Ty::Unknown, _) | (_, Ty::Unknown) => {}
            (Ty::Var(_), _) | (_, Ty::Var(_)) => self.unify(&from, &to),
            (Ty::Ref(_, given), Ty::Ref(_, wanted)) => self.coerce_behind(given, wanted),
            (Ty::Ref(_, given) | Ty::Ptr(_, given), Ty::Ptr(_, wanted)) => self.coerce_behind(given, wanted),
            (Ty::FnDef(..), Ty::Fn(params, ret)) => {
                if let Some((given, given_ret)) = self.callable(&from) {
                    self.unify(&Ty::Fn(given, Arc::new(given_ret)), &Ty::Fn(Arc::clone(params), Arc::clone(ret)));
                }
            }
            // `Box<T>` to `Box<dyn Trait>` and the like: a pointer keeps its kind, its pointee loses its own type.
            _ => match (from.as_named(), to.as_named()) {
                (Some((a, given)), Some((b, wanted))) if a == b => {
                    for (given, wanted) in given.iter().zip(wanted.iter()) {
                        if !self.unsizes(given, wanted) {
                            self.unify(given, wanted);
                        }
                    }
                }
                _ => self.unify(&from, &to),
            },
        }
    }

    /// `&given` stands where a `&wanted` is wanted: reborrowed, dereferenced or unsized.
    fn coerce_behind(&mut self, given: &Ty, wanted: &Ty) {
        let wanted = self.shallow(wanted);
        if matches!(wanted, Ty::Var(_) | Ty::Unknown) || self.unsizes(given, &wanted) {
            if matches!(wanted, Ty::Var(_)) {
                self.unify(given, &wanted);
            }
            return;
        }
        let given = self.settled(given);
        let (steps, _) = self.solver.autoderef(&given);
        if steps.is_empty() {
            self.unify(&given, &wanted);
        }
        for step in &steps {
            let mark = self.solver.vars.mark();
            if self.solver.vars.unify(step, &wanted) {
                self.solver.vars.keep(mark);
                return;
            }
            self.solver.vars.undo(&mark);
            if self.unsizes(step, &wanted) {
                return;
            }
        }
    }

    /// Whether a type becomes another by losing its size: `[T; N]` to `[T]`, any type to `dyn Trait`.
    fn unsizes(&mut self, given: &Ty, wanted: &Ty) -> bool {
        let (given, wanted) = (self.shallow(given), self.shallow(wanted));
        match (&given, &wanted) {
            (Ty::Var(_) | Ty::Unknown, Ty::Dyn(_)) => false,
            (Ty::Dyn(_), Ty::Dyn(_)) => false,
            (_, Ty::Dyn(_)) => true,
            (Ty::Array(a), Ty::Slice(b)) => {
                self.unify(a, b);
                true
            }
            _ => false,
        }
    }
}
