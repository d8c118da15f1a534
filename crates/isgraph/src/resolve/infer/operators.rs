//! Operators, indexing, awaiting and iterating: syntax that stands for the method of a trait.

use std::sync::Arc;

use super::call::peel;
use super::{Infer, Text};
use crate::facts::{BinaryOp, ExprId, UnaryOp};
use crate::model::{EdgeKind, Reason, SymbolId};
use crate::name::Name;
use crate::resolve::types::select::{Selected, Source};
use crate::resolve::types::tables::Predicate;
use crate::resolve::types::vars::{VarKind, Vars};
use crate::resolve::types::{Args, TraitRef, Ty};
use crate::resolve::world::{Prim, Res};

impl Infer<'_> {
    pub(super) fn index(&mut self, text: Text<'_>, place: ExprId, base: ExprId, index: ExprId, offset: u32) -> Ty {
        let base = self.expr(text, base, None);
        let index = self.expr(text, index, None);
        let (base, index) = (self.known(&base), self.settled(&index));
        let is_range = self.shared.impls.well_known.is_range(&index);
        let (steps, _) = self.solver.autoderef(&base);
        for step in &steps {
            match step {
                Ty::Slice(item) | Ty::Array(item) if is_range => return Ty::Slice(Arc::clone(item)),
                Ty::Slice(item) | Ty::Array(item) => {
                    self.unify(&index, &Ty::Prim(Prim::Usize));
                    return (**item).clone();
                }
                Ty::Prim(Prim::Str) => return Ty::Prim(Prim::Str),
                _ => {
                    let of = self.shared.impls.well_known.index;
                    let args: Args = Arc::from([index.clone()]);
                    let edges = self.output.edges.len();
                    if let Some(output) = self.operate(text, offset, of, "index", step, Arc::clone(&args)) {
                        let write = self.shared.impls.well_known.index_mut;
                        self.note_read(text, place, edges, (step.clone(), args, write, "index_mut"));
                        return output;
                    }
                }
            }
        }
        Ty::Unknown
    }

    pub(super) fn draw_operator(&mut self, text: Text<'_>, offset: u32, of_impl: SymbolId, name: Name) {
        let item = self.world.members(of_impl).find(|member| self.world.name(*member) == name);
        if let Some(item) = item {
            self.draw(text, offset, EdgeKind::Calls, Res::Def(item), Reason::Operator);
        }
    }

    /// The method of an operator's trait for a type: draws its impl's edge; the output. `None` when the
    /// type is not known to have the trait.
    pub(super) fn operate(
        &mut self,
        text: Text<'_>,
        offset: u32,
        of: Res,
        method: &str,
        self_ty: &Ty,
        args: Args,
    ) -> Option<Ty> {
        if matches!(self_ty, Ty::Var(_) | Ty::Unknown) {
            return None;
        }
        let output = self.fresh();
        let bound = TraitRef::binding_one(of, args, self.shared.impls.well_known.names.output, output.clone());
        let goal = Predicate { ty: self_ty.clone(), bound };
        let mut nested = Vec::new();
        let selected = self.solver.select(&goal, &mut nested, 0);
        for goal in nested {
            self.solver.require(goal);
        }
        match selected {
            Selected::Yes(source) => {
                if let Source::Impl(id, _) = source {
                    self.draw_operator(text, offset, id, Name::new(method));
                }
            }
            Selected::Wait => self.solver.require(goal),
            Selected::No | Selected::Unsure => return None,
        }
        Some(output)
    }

    /// Draws the `deref` that `*value` calls on a type of the source set.
    fn draw_deref(&mut self, text: Text<'_>, offset: u32, of: Res, ty: &Ty) {
        let bound = TraitRef { of, args: Arc::from([]), bindings: Arc::from([]) };
        let goal = Predicate { ty: ty.clone(), bound };
        let mark = self.solver.vars.mark();
        let selected = self.solver.select(&goal, &mut Vec::new(), 0);
        self.solver.vars.undo(&mark);
        if let Selected::Yes(Source::Impl(id, _)) = selected {
            self.draw_operator(text, offset, id, Name::new("deref"));
        }
    }

    pub(super) fn unary(
        &mut self,
        text: Text<'_>,
        place: ExprId,
        op: UnaryOp,
        expr: ExprId,
        offset: u32,
        expected: Option<&Ty>,
    ) -> Ty {
        match op {
            UnaryOp::Deref => {
                let ty = self.expr(text, expr, None);
                let ty = self.known(&ty);
                let target = self.solver.deref(&ty);
                if let (Ty::Adt(..), Some(_)) = (&ty, &target) {
                    let (read, write) = (self.shared.impls.well_known.deref, self.shared.impls.well_known.deref_mut);
                    let (edges, none) = (self.output.edges.len(), Args::from([]));
                    self.draw_deref(text, offset, read, &ty);
                    self.note_read(text, place, edges, (ty, none, write, "deref_mut"));
                }
                target.unwrap_or(Ty::Unknown)
            }
            UnaryOp::Not | UnaryOp::Neg => {
                let ty = self.expr(text, expr, expected);
                let known = self.settled(&ty);
                if is_builtin(&self.solver.vars, peel(&known)) {
                    return peel(&known).clone();
                }
                let (of, method) = if op == UnaryOp::Not { ("std::ops::Not", "not") } else { ("std::ops::Neg", "neg") };
                let of = self.world.std_item(of);
                self.operate(text, offset, of, method, &known, Arc::from([])).unwrap_or(ty)
            }
        }
    }

    pub(super) fn binary(
        &mut self,
        text: Text<'_>,
        op: BinaryOp,
        assign: bool,
        lhs: ExprId,
        rhs: ExprId,
        offset: u32,
    ) -> Ty {
        let left = self.expr(text, lhs, None);
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            self.expr(text, rhs, Some(&Ty::Prim(Prim::Bool)));
            return Ty::Prim(Prim::Bool);
        }
        let right = self.expr(text, rhs, None);
        if assign {
            self.write_to(text, lhs);
        }
        let (left, right) = (self.settled(&left), self.settled(&right));
        let compares =
            matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge);
        let (a, b) = (peel(&left), peel(&right));
        let vars = &self.solver.vars;
        let builtin = is_builtin(vars, a) && (is_builtin(vars, b) || matches!(b, Ty::Var(_) | Ty::Unknown));
        if builtin {
            if !matches!(op, BinaryOp::Shl | BinaryOp::Shr) {
                self.unify(a, b);
            }
            return if compares {
                Ty::Prim(Prim::Bool)
            } else if assign {
                Ty::unit()
            } else {
                a.clone()
            };
        }
        let (of, method) = operator_trait(op, assign);
        let of = self.world.std_item(of);
        let output = self.operate(text, offset, of, method, &left, Arc::from([right.clone()]));
        if compares {
            self.expect(&left, Some(&right));
            return Ty::Prim(Prim::Bool);
        }
        if assign { Ty::unit() } else { output.unwrap_or(Ty::Unknown) }
    }

    /// What awaiting a value of that type gives.
    pub(super) fn awaited(&mut self, ty: &Ty) -> Ty {
        let known = self.known(ty);
        match &known {
            Ty::Future(output) => (**output).clone(),
            Ty::Unknown => Ty::Unknown,
            _ => {
                let (of, name) = (self.shared.impls.well_known.future, self.shared.impls.well_known.names.output);
                self.solver.associated(&known, of, name, 0)
            }
        }
    }

    /// What `value?` gives.
    pub(super) fn tried(&mut self, ty: &Ty) -> Ty {
        let known = self.known(ty);
        let language = &self.shared.impls.well_known;
        match known.as_named() {
            Some((res, args)) if res == language.option || res == language.result => {
                args.first().cloned().unwrap_or(Ty::Unknown)
            }
            _ => self.solver.associated(&known, language.try_, language.names.output, 0),
        }
    }

    /// The item type of `for` over a value of that type.
    pub(super) fn iterated(&mut self, ty: &Ty) -> Ty {
        let known = self.known(ty);
        match &known {
            Ty::Array(item) => (**item).clone(),
            Ty::Ref(mutable, inner) => match &**inner {
                Ty::Array(item) | Ty::Slice(item) => Ty::reference(*mutable, (**item).clone()),
                _ => self.iterator_item(&known),
            },
            Ty::Unknown => Ty::Unknown,
            _ => self.iterator_item(&known),
        }
    }

    fn iterator_item(&mut self, ty: &Ty) -> Ty {
        let known = &self.shared.impls.well_known;
        let (iterator, into, item) = (known.iterator, known.into_iterator, known.names.item);
        let found = self.solver.associated(ty, iterator, item, 0);
        // `type Item = <Self::IntoIter as Iterator>::Item` and the like were already followed.
        if found.is_unknown() { self.solver.associated(ty, into, item, 0) } else { found }
    }
}

/// Whether operators on the type are the language's own.
fn is_builtin(vars: &Vars, ty: &Ty) -> bool {
    match ty {
        Ty::Prim(prim) => *prim != Prim::Str,
        Ty::Var(var) => vars.kind(*var) != VarKind::General,
        _ => false,
    }
}

fn operator_trait(op: BinaryOp, assign: bool) -> (&'static str, &'static str) {
    match (op, assign) {
        (BinaryOp::Add, false) => ("std::ops::Add", "add"),
        (BinaryOp::Sub, false) => ("std::ops::Sub", "sub"),
        (BinaryOp::Mul, false) => ("std::ops::Mul", "mul"),
        (BinaryOp::Div, false) => ("std::ops::Div", "div"),
        (BinaryOp::Rem, false) => ("std::ops::Rem", "rem"),
        (BinaryOp::BitAnd, false) => ("std::ops::BitAnd", "bitand"),
        (BinaryOp::BitOr, false) => ("std::ops::BitOr", "bitor"),
        (BinaryOp::BitXor, false) => ("std::ops::BitXor", "bitxor"),
        (BinaryOp::Shl, false) => ("std::ops::Shl", "shl"),
        (BinaryOp::Shr, false) => ("std::ops::Shr", "shr"),
        (BinaryOp::Add, true) => ("std::ops::AddAssign", "add_assign"),
        (BinaryOp::Sub, true) => ("std::ops::SubAssign", "sub_assign"),
        (BinaryOp::Mul, true) => ("std::ops::MulAssign", "mul_assign"),
        (BinaryOp::Div, true) => ("std::ops::DivAssign", "div_assign"),
        (BinaryOp::Rem, true) => ("std::ops::RemAssign", "rem_assign"),
        (BinaryOp::BitAnd, true) => ("std::ops::BitAndAssign", "bitand_assign"),
        (BinaryOp::BitOr, true) => ("std::ops::BitOrAssign", "bitor_assign"),
        (BinaryOp::BitXor, true) => ("std::ops::BitXorAssign", "bitxor_assign"),
        (BinaryOp::Shl, true) => ("std::ops::ShlAssign", "shl_assign"),
        (BinaryOp::Shr, true) => ("std::ops::ShrAssign", "shr_assign"),
        (BinaryOp::Eq | BinaryOp::And | BinaryOp::Or, _) => ("std::cmp::PartialEq", "eq"),
        (BinaryOp::Ne, _) => ("std::cmp::PartialEq", "ne"),
        (BinaryOp::Lt, _) => ("std::cmp::PartialOrd", "lt"),
        (BinaryOp::Le, _) => ("std::cmp::PartialOrd", "le"),
        (BinaryOp::Gt, _) => ("std::cmp::PartialOrd", "gt"),
        (BinaryOp::Ge, _) => ("std::cmp::PartialOrd", "ge"),
    }
}
