//! Inference variables: what they stand for, and making two types the same.

use std::sync::Arc;

use super::{Args, Subst, TraitRef, Ty};
use crate::resolve::collect::to_u32;
use crate::resolve::world::Prim;

/// What a variable may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VarKind {
    /// Any type.
    General,
    /// An integer type.
    Integer,
    /// A floating-point type.
    Float,
}

/// Deepest type that is compared or rebuilt; what is below is not known.
const MAX_DEPTH: u32 = 32;

/// The variables of one body.
#[derive(Debug, Default)]
pub(crate) struct Vars {
    slots: Vec<(Option<Ty>, VarKind)>,
    /// Variables that were bound since the oldest open [`Mark`].
    trail: Vec<u32>,
    /// How many marks are open.
    open: u32,
    /// How often a variable was bound: while it stays, no waiting question has a new answer.
    pub(crate) bindings: u64,
}

/// A state that [`Vars::undo`] returns to.
#[derive(Debug)]
#[must_use]
pub(crate) struct Mark {
    trail: usize,
    slots: usize,
    bindings: u64,
}

impl Vars {
    pub(crate) fn fresh(&mut self, kind: VarKind) -> Ty {
        let id = to_u32(self.slots.len());
        self.slots.push((None, kind));
        Ty::Var(id)
    }

    /// The kind of a variable that is not bound.
    pub(crate) fn kind(&self, var: u32) -> VarKind {
        self.slots.get(var as usize).map_or(VarKind::General, |slot| slot.1)
    }

    // ---- speculation

    pub(crate) fn mark(&mut self) -> Mark {
        self.open += 1;
        Mark { trail: self.trail.len(), slots: self.slots.len(), bindings: self.bindings }
    }

    /// Forgets everything since the mark.
    pub(crate) fn undo(&mut self, mark: &Mark) {
        for var in self.trail.drain(mark.trail..) {
            if let Some(slot) = self.slots.get_mut(var as usize) {
                slot.0 = None;
            }
        }
        self.slots.truncate(mark.slots);
        self.bindings = mark.bindings;
        self.close();
    }

    /// Keeps everything since the mark.
    pub(crate) fn keep(&mut self, _mark: Mark) {
        self.close();
    }

    fn close(&mut self) {
        self.open -= 1;
        if self.open == 0 {
            self.trail.clear();
        }
    }

    /// What all variables stand for; `None` when there are more than `most`.
    pub(super) fn copy(&self, most: usize) -> Option<Vec<(Option<Ty>, VarKind)>> {
        (self.slots.len() <= most).then(|| self.slots.clone())
    }

    /// Makes the first variables stand for what they did when they were copied.
    pub(super) fn restore(&mut self, copy: Vec<(Option<Ty>, VarKind)>) {
        self.slots.splice(..copy.len().min(self.slots.len()), copy);
    }

    // ---- reading

    /// Follows variables at the top of a type.
    pub(crate) fn shallow(&self, ty: &Ty) -> Ty {
        self.follow(ty).clone()
    }

    /// Follows variables at the top of a type.
    pub(crate) fn follow<'t>(&'t self, ty: &'t Ty) -> &'t Ty {
        let mut at = ty;
        // Bound variables form no cycle: `bind` never makes one.
        while let Ty::Var(id) = at
            && let Some((Some(next), _)) = self.slots.get(*id as usize)
        {
            at = next;
        }
        at
    }

    /// Replaces every bound variable in a type.
    pub(crate) fn resolve(&self, ty: &Ty) -> Ty {
        self.resolve_at(ty, 0)
    }

    fn resolve_at(&self, ty: &Ty, depth: u32) -> Ty {
        if depth > MAX_DEPTH {
            return Ty::Unknown;
        }
        let ty = self.follow(ty);
        let bound =
            |part: &Ty| matches!(part, Ty::Var(id) if self.slots.get(*id as usize).is_some_and(|s| s.0.is_some()));
        if !ty.any(&mut |part| bound(part)) {
            return ty.clone();
        }
        ty.map(&mut |part| bound(part).then(|| self.resolve_at(part, depth + 1)))
    }

    /// The type with every variable replaced; `None` when one is not bound.
    pub(super) fn closed(&self, ty: &Ty) -> Option<Ty> {
        let ty = self.resolve(ty);
        (!ty.any(&mut |part| matches!(part, Ty::Var(_)))).then_some(ty)
    }

    // ---- unifying

    /// Makes two types the same as far as they can be; whether they can. What is not known can be anything.
    pub(crate) fn unify(&mut self, a: &Ty, b: &Ty) -> bool {
        self.unify_at(a, b, 0)
    }

    fn unify_at(&mut self, a: &Ty, b: &Ty, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        let depth = depth + 1;
        // Types without variables at the top need no copies.
        let (a, b) = (self.shallow(a), self.shallow(b));
        match (&a, &b) {
            (Ty::Var(x), Ty::Var(y)) => x == y || self.join(*x, *y),
            (Ty::Var(x), other) | (other, Ty::Var(x)) => self.bind(*x, other),
            (Ty::Unknown, _) | (_, Ty::Unknown) => true,
            (Ty::Adt(i, x), Ty::Adt(j, y)) => i == j && self.unify_all(x, y, depth),
            (Ty::Ext(i, x), Ty::Ext(j, y)) => i == j && self.unify_all(x, y, depth),
            (Ty::Alias(i, x), Ty::Alias(j, y)) => i == j && self.unify_all(x, y, depth),
            (Ty::Tuple(x), Ty::Tuple(y)) => x.len() == y.len() && self.unify_all(x, y, depth),
            (Ty::Ref(m, x), Ty::Ref(n, y)) | (Ty::Ptr(m, x), Ty::Ptr(n, y)) => {
                let inner = self.unify_at(x, y, depth);
                m == n && inner
            }
            (Ty::Slice(x), Ty::Slice(y)) | (Ty::Array(x), Ty::Array(y)) | (Ty::Future(x), Ty::Future(y)) => {
                self.unify_at(x, y, depth)
            }
            (Ty::Fn(x, r), Ty::Fn(y, s)) => {
                let params = x.len() == y.len() && self.unify_all(x, y, depth);
                self.unify_at(r, s, depth) && params
            }
            (Ty::FnDef(i, x), Ty::FnDef(j, y)) => i == j && self.unify_substs(x, y, depth),
            (Ty::Dyn(x), Ty::Dyn(y)) => self.unify_bounds(x, y, depth, true),
            (Ty::Opaque(x), Ty::Opaque(y)) => self.unify_bounds(x, y, depth, false),
            (Ty::Projection(x), Ty::Projection(y)) => {
                // Unstated arguments of the trait can be any.
                let same = x.name == y.name && (x.of == y.of || x.of.is_none() || y.of.is_none());
                same && self.unify_at(&x.self_ty, &y.self_ty, depth) && self.unify_all(&x.args, &y.args, depth)
            }
            // Which trait a bare `T::Name` means was not found: it may be any type.
            (Ty::Projection(open), _) | (_, Ty::Projection(open)) => open.of.is_none(),
            _ => a == b,
        }
    }

    fn unify_all(&mut self, a: &Args, b: &Args, depth: u32) -> bool {
        if Arc::ptr_eq(a, b) {
            return true;
        }
        let mut same = true;
        for (a, b) in a.iter().zip(b.iter()) {
            same &= self.unify_at(a, b, depth);
        }
        same
    }

    fn unify_substs(&mut self, a: &Subst, b: &Subst, depth: u32) -> bool {
        let mut same = true;
        for ((_, x), (_, y)) in a.entries.iter().zip(&b.entries) {
            same &= self.unify_all(x, y, depth);
        }
        if let (Some((_, x)), Some((_, y))) = (&a.self_ty, &b.self_ty) {
            same &= self.unify_at(x, y, depth);
        }
        same
    }

    /// Of `dyn` types only the principal trait counts: auto traits are no part of what it can do.
    fn unify_bounds(&mut self, a: &[TraitRef], b: &[TraitRef], depth: u32, principal: bool) -> bool {
        if !principal && a.len() != b.len() {
            return false;
        }
        let mut same = true;
        for (x, y) in a.iter().zip(b).take(if principal { 1 } else { usize::MAX }) {
            same &= x.of == y.of && self.unify_all(&x.args, &y.args, depth);
            for (name, ty) in x.bindings.iter() {
                if let Some((_, other)) = y.bindings.iter().find(|(known, _)| known == name) {
                    same &= self.unify_at(ty, other, depth);
                }
            }
        }
        same
    }

    /// Makes two unbound variables one; the more special one stays.
    fn join(&mut self, x: u32, y: u32) -> bool {
        let (from, to) = match (self.kind(x), self.kind(y)) {
            (VarKind::General, _) => (x, y),
            (_, VarKind::General) => (y, x),
            (a, b) if a == b => (x, y),
            _ => return false,
        };
        self.set(from, Ty::Var(to));
        true
    }

    fn bind(&mut self, var: u32, ty: &Ty) -> bool {
        if ty.is_unknown() || matches!(ty, Ty::Never) {
            return true;
        }
        let fits = match self.kind(var) {
            VarKind::General => true,
            VarKind::Integer => matches!(ty, Ty::Prim(prim) if prim.is_integer()),
            VarKind::Float => matches!(ty, Ty::Prim(prim) if prim.is_float()),
        };
        // A type that holds the variable itself would never end.
        if !fits || self.occurs(var, ty, 0) {
            return false;
        }
        self.set(var, ty.clone());
        true
    }

    fn occurs(&self, var: u32, ty: &Ty, depth: u32) -> bool {
        depth > MAX_DEPTH
            || ty.any(&mut |part| match part {
                Ty::Var(id) if *id == var => true,
                Ty::Var(_) => {
                    let next = self.follow(part);
                    *next == Ty::Var(var) || (!matches!(next, Ty::Var(_)) && self.occurs(var, next, depth + 1))
                }
                _ => false,
            })
    }

    fn set(&mut self, var: u32, ty: Ty) {
        if let Some(slot) = self.slots.get_mut(var as usize) {
            slot.0 = Some(ty);
            self.bindings += 1;
            if self.open > 0 {
                self.trail.push(var);
            }
        }
    }

    /// Binds the literals that nothing else fixed: `i32`, `f64`.
    pub(crate) fn fall_back(&mut self) {
        for var in 0..to_u32(self.slots.len()) {
            let (ty, kind) = &self.slots[var as usize];
            let prim = match kind {
                _ if ty.is_some() => continue,
                VarKind::General => continue,
                VarKind::Integer => Prim::I32,
                VarKind::Float => Prim::F64,
            };
            self.set(var, Ty::Prim(prim));
        }
    }
}

impl Prim {
    pub(crate) fn is_integer(self) -> bool {
        use Prim::{I8, I16, I32, I64, I128, Isize, U8, U16, U32, U64, U128, Usize};
        matches!(self, I8 | I16 | I32 | I64 | I128 | Isize | U8 | U16 | U32 | U64 | U128 | Usize)
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::F16 | Self::F32 | Self::F64 | Self::F128)
    }
}
