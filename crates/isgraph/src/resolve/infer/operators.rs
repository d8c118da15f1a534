//! Operators, indexing, awaiting and iterating: syntax that stands for the method of a trait.

use std::sync::Arc;

use super::{Infer, Text};
use crate::facts::{BinaryOp, ExprId, UnaryOp};
use crate::model::{EdgeKind, Reason, SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::types::Ty;
use crate::resolve::world::{ExtId, Prim, Res};

impl Infer<'_> {
    pub(super) fn index(&mut self, text: Text<'_>, base: ExprId, index: ExprId, offset: u32) -> Ty {
        let base = self.expr(text, base, None);
        let index = self.expr(text, index, None);
        let (base, index) = (self.known(&base), self.resolve(&index));
        let is_range = matches!(&index, Ty::Ext(ext, _) if self.is_range(*ext));
        let (steps, _) = self.prober().autoderef(&base);
        for step in &steps {
            match step {
                Ty::Slice(item) | Ty::Array(item) => {
                    return if is_range { Ty::Slice(Arc::clone(item)) } else { (**item).clone() };
                }
                Ty::Prim(Prim::Str) => return Ty::Prim(Prim::Str),
                Ty::Adt(..) => {
                    let of = self.shared.impls.well_known.index;
                    if let Some((id, subst, _)) =
                        self.shared.impls.impl_of(self.env(), of, step, std::slice::from_ref(&index), 0)
                    {
                        self.draw_operator(text, offset, id, Name::new("index"));
                        let output = self.associated_of_impl(id, Name::new("Output"));
                        return output.map_or(Ty::Unknown, |ty| self.normalize(&ty.subst(&subst)));
                    }
                }
                _ => {}
            }
        }
        Ty::Unknown
    }

    pub(super) fn is_range(&self, ext: ExtId) -> bool {
        self.world.externals.last(ext).is_some_and(|name| name.as_str().starts_with("Range"))
    }

    pub(super) fn associated_of_impl(&self, id: SymbolId, name: Name) -> Option<Ty> {
        let member = self.world.member(id, SymbolKind::AssociatedType, name)?;
        Some(self.shared.impls.tables.type_of(member))
    }

    pub(super) fn draw_operator(&mut self, text: Text<'_>, offset: u32, of_impl: SymbolId, name: Name) {
        let item = self.world.members(of_impl).find(|member| self.world.name(*member) == name);
        if let Some(item) = item {
            self.draw(text, offset, EdgeKind::Calls, Res::Def(item), Reason::Operator);
        }
    }

    /// An operator of a type of the source set: the method of its trait's impl, and its output.
    pub(super) fn operator(
        &mut self,
        text: Text<'_>,
        offset: u32,
        trait_name: &str,
        method: &str,
        self_ty: &Ty,
        rhs: Option<&Ty>,
    ) -> Option<Ty> {
        let head = match self_ty {
            Ty::Ref(_, inner) => &**inner,
            other => other,
        };
        if !matches!(head, Ty::Adt(..)) {
            return None;
        }
        let of = Res::Ext(self.world.externals.path(trait_name));
        let args: Vec<Ty> = rhs.cloned().into_iter().collect();
        let (id, subst, _) = self.shared.impls.impl_of(self.env(), of, self_ty, &args, 0)?;
        self.draw_operator(text, offset, id, Name::new(method));
        let output = self.associated_of_impl(id, Name::new("Output"));
        Some(output.map_or_else(Ty::unit, |ty| self.normalize(&ty.subst(&subst))))
    }

    pub(super) fn unary(
        &mut self,
        text: Text<'_>,
        op: UnaryOp,
        expr: ExprId,
        offset: u32,
        expected: Option<&Ty>,
    ) -> Ty {
        match op {
            UnaryOp::Deref => {
                let ty = self.expr(text, expr, None);
                let ty = self.known(&ty);
                self.shared.impls.deref(self.env(), &ty).map_or(Ty::Unknown, |ty| self.normalize(&ty))
            }
            UnaryOp::Not | UnaryOp::Neg => {
                let ty = self.expr(text, expr, expected);
                let known = self.known(&ty);
                let (of, method) = if op == UnaryOp::Not { ("std::ops::Not", "not") } else { ("std::ops::Neg", "neg") };
                self.operator(text, offset, of, method, &known, None).unwrap_or(ty)
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
        let (left_known, right_known) = (self.known(&left), self.resolve(&right));
        let (of, method) = operator_trait(op, assign);
        let output = self.operator(text, offset, of, method, &left_known, Some(&right_known));
        if matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge) {
            self.unify(&left, &right);
            return Ty::Prim(Prim::Bool);
        }
        if assign {
            return Ty::unit();
        }
        if let Some(output) = output {
            return output;
        }
        let peeled = match &left_known {
            Ty::Ref(_, inner) => (**inner).clone(),
            other => other.clone(),
        };
        match peeled {
            Ty::Prim(_) => {
                if !matches!(op, BinaryOp::Shl | BinaryOp::Shr) {
                    self.unify(&left, &right);
                }
                peeled
            }
            _ => Ty::Unknown,
        }
    }

    /// What awaiting a value of that type gives.
    pub(super) fn awaited(&mut self, ty: &Ty) -> Ty {
        let known = self.known(ty);
        match &known {
            Ty::Future(output) => (**output).clone(),
            Ty::Unknown | Ty::Var(_) => Ty::Unknown,
            _ => {
                let of = self.shared.impls.well_known.future;
                self.projected(&known, of, "Output")
            }
        }
    }

    /// `<ty as of>::name`, or unknown.
    pub(super) fn projected(&mut self, ty: &Ty, of: Res, name: &str) -> Ty {
        let projection = crate::resolve::types::Projection { self_ty: ty.clone(), of: Some(of), name: Name::new(name) };
        match self.normalize(&Ty::Projection(Arc::new(projection))) {
            Ty::Projection(_) => Ty::Unknown,
            other => other,
        }
    }

    /// The item type of `for` over a value of that type.
    pub(super) fn iterated(&mut self, ty: &Ty) -> Ty {
        let known = self.known(ty);
        let is_vec_like =
            |this: &Self, ty: &Ty| matches!(ty, Ty::Ext(ext, _) if *ext == this.shared.impls.well_known.vec);
        match &known {
            Ty::Array(item) => (**item).clone(),
            Ty::Ext(ext, args) if is_vec_like(self, &known) || self.is_range(*ext) => {
                args.first().cloned().unwrap_or(Ty::Unknown)
            }
            Ty::Ref(mutable, inner) => match &**inner {
                Ty::Array(item) | Ty::Slice(item) => Ty::reference(*mutable, (**item).clone()),
                Ty::Ext(_, args) if is_vec_like(self, inner) => {
                    args.first().map_or(Ty::Unknown, |item| Ty::reference(*mutable, item.clone()))
                }
                _ => self.iterator_item(&known),
            },
            Ty::Unknown | Ty::Var(_) => Ty::Unknown,
            _ => self.iterator_item(&known),
        }
    }

    pub(super) fn iterator_item(&mut self, ty: &Ty) -> Ty {
        let (iterator, into) = (self.shared.impls.well_known.iterator, self.shared.impls.well_known.into_iterator);
        let item = self.projected(ty, iterator, "Item");
        if item.is_unknown() {
            let item = self.projected(ty, into, "Item");
            // `type Item = <Self::IntoIter as Iterator>::Item` and the like were already followed.
            return item;
        }
        item
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
