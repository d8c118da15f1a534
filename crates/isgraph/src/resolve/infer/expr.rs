//! Expressions.

use std::sync::Arc;

use super::path::Value;
use super::{Infer, MAX_DEPTH, MAX_TYPE_NODES, Text};
use crate::facts::{Arm, Expr, ExprId, Guarded, Literal};
use crate::model::{EdgeKind, Reason};
use crate::name::Name;
use crate::resolve::stack::with_room;
use crate::resolve::types::Ty;
use crate::resolve::types::vars::VarKind;
use crate::resolve::world::{Prim, Res};

impl Infer<'_> {
    /// Infers an expression; `expected` is what its place asks for, as far as is known.
    pub(super) fn expr(&mut self, text: Text<'_>, id: ExprId, expected: Option<&Ty>) -> Ty {
        if !self.chained.is_empty()
            && let Some(ty) = self.chained.remove(&chain_key(text, id))
        {
            return ty;
        }
        if self.depth >= MAX_DEPTH {
            return Ty::Unknown;
        }
        self.unwind_chain(text, id);
        self.depth += 1;
        let ty = with_room(|| self.expr_inner(text, id, expected));
        self.depth -= 1;
        let mut nodes = MAX_TYPE_NODES;
        if ty.fits(&mut nodes) { ty } else { Ty::Unknown }
    }

    /// A chain of thousands of method calls or operators nests as deep as it is long: its inner parts
    /// are inferred first, a piece at a time, so that no recursion follows its whole length.
    fn unwind_chain(&mut self, text: Text<'_>, id: ExprId) {
        const PIECE: usize = 32;
        let mut at = id;
        let mut length = 0;
        while let Some(inner) = chain_inner(text, at) {
            at = inner;
            length += 1;
            if length > PIECE {
                break;
            }
        }
        if length <= PIECE {
            return;
        }
        let mut pieces = Vec::new();
        at = id;
        length = 0;
        while let Some(inner) = chain_inner(text, at) {
            at = inner;
            length += 1;
            if length % PIECE == 0 {
                pieces.push(at);
            }
        }
        while let Some(piece) = pieces.pop() {
            self.depth += 1;
            let ty = self.expr_inner(text, piece, None);
            self.depth -= 1;
            self.chained.insert(chain_key(text, piece), ty);
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm per kind of expression")]
    fn expr_inner(&mut self, text: Text<'_>, id: ExprId, expected: Option<&Ty>) -> Ty {
        match &text.arena[id] {
            Expr::Missing(parts) => {
                self.exprs(text, parts);
                Ty::Unknown
            }
            Expr::Path(path) => {
                let value = self.value(text, *path);
                self.value_as_expr(text, *path, value)
            }
            Expr::Literal(literal) => self.literal(*literal, expected),
            Expr::Call { callee, args } => {
                let args = self.on(text, args);
                self.call(text, *callee, &args, expected, false)
            }
            Expr::MethodCall { receiver, name, offset, generics, args } => {
                let args = self.on(text, args);
                self.method_call(text, *receiver, *name, *offset, generics.as_deref(), &args, expected, false)
            }
            Expr::Field { base, name, offset } => self.field(text, *base, *name, *offset),
            Expr::Index { base, index, offset } => self.index(text, id, *base, *index, *offset),
            Expr::Unary { op, expr, offset } => self.unary(text, id, *op, *expr, *offset, expected),
            Expr::Binary { op, assign, lhs, rhs, offset } => self.binary(text, *op, *assign, *lhs, *rhs, *offset),
            Expr::Assign { lhs, rhs } => {
                let ty = self.expr(text, *lhs, None);
                self.write_to(text, *lhs);
                let value = self.expr(text, *rhs, Some(&ty));
                self.coerce(&value, &ty);
                Ty::unit()
            }
            Expr::Ref { mutable, raw, expr } => {
                let inner = match expected.map(|ty| self.shallow(ty)) {
                    Some(Ty::Ref(_, inner) | Ty::Ptr(_, inner)) => Some((*inner).clone()),
                    _ => None,
                };
                let ty = self.expr(text, *expr, inner.as_ref());
                if *mutable {
                    self.write_to(text, *expr);
                }
                if *raw { Ty::Ptr(*mutable, Arc::new(ty)) } else { Ty::reference(*mutable, ty) }
            }
            Expr::Cast { expr, ty } => {
                let target = self.lower(text, *ty);
                self.expr(text, *expr, None);
                target
            }
            Expr::Try { expr, .. } => {
                let ty = self.expr(text, *expr, None);
                self.tried(&ty)
            }
            Expr::Await { expr, .. } => {
                let done = self.chained.remove(&chain_key(text, *expr));
                let ty = match &text.arena[*expr] {
                    _ if done.is_some() => done.unwrap_or(Ty::Unknown),
                    Expr::Call { callee, args } => self.call(text, *callee, args, None, true),
                    Expr::MethodCall { receiver, name, offset, generics, args } => {
                        self.method_call(text, *receiver, *name, *offset, generics.as_deref(), args, None, true)
                    }
                    _ => self.expr(text, *expr, None),
                };
                self.awaited(&ty)
            }
            Expr::Block(block) => self.block(text, id, block, expected),
            Expr::If { .. } => self.if_chain(text, id, expected),
            Expr::Let { pat, expr } => {
                let ty = self.expr(text, *expr, None);
                self.pattern(text, *pat, &ty, None);
                Ty::Prim(Prim::Bool)
            }
            Expr::Match { scrutinee, arms } => {
                let ty = self.expr(text, *scrutinee, None);
                let mut out = Ty::Never;
                for arm in arms {
                    if self.is_pat_off(text, arm.pat) {
                        self.in_scope(|this| {
                            this.apart(text, Guarded::Pat(arm.pat), |this| drop(this.arm(text, *arm, &ty, expected)));
                        });
                        continue;
                    }
                    let value = self.in_scope(|this| this.arm(text, *arm, &ty, expected));
                    out = self.join(out, &value);
                }
                out
            }
            Expr::Loop { label, body } => {
                self.breaks.push((*label, Ty::Never));
                self.expr(text, *body, None);
                // A loop that nothing breaks out of never ends.
                self.breaks.pop().map_or(Ty::Never, |(_, value)| value)
            }
            Expr::While { label, cond, body } => {
                let locals = self.locals.len();
                self.breaks.push((*label, Ty::unit()));
                self.expr(text, *cond, Some(&Ty::Prim(Prim::Bool)));
                self.expr(text, *body, None);
                self.breaks.pop();
                self.locals.truncate(locals);
                Ty::unit()
            }
            Expr::For { label, pat, iter, body } => {
                let iterated = self.expr(text, *iter, None);
                let item = self.iterated(&iterated);
                self.breaks.push((*label, Ty::unit()));
                self.in_scope(|this| {
                    this.pattern(text, *pat, &item, None);
                    this.expr(text, *body, None);
                });
                self.breaks.pop();
                Ty::unit()
            }
            Expr::Closure(closure) => self.closure(text, closure, expected),
            Expr::Return(value) => {
                if let Some(value) = value {
                    let ret = self.returns.last().cloned();
                    let ty = self.expr(text, *value, ret.as_ref());
                    if let Some(ret) = ret {
                        self.coerce(&ty, &ret);
                    }
                }
                Ty::Never
            }
            Expr::Break { label, expr } => {
                let index = match label {
                    Some(label) => self.breaks.iter().rposition(|(known, _)| *known == Some(*label)),
                    None => self.breaks.len().checked_sub(1),
                };
                let target = index.and_then(|index| self.breaks.get(index)).map(|(_, ty)| ty.clone());
                let value = match expr {
                    Some(expr) => self.expr(text, *expr, target.as_ref().filter(|ty| !matches!(ty, Ty::Never))),
                    None => Ty::unit(),
                };
                if let (Some(index), Some(target)) = (index, target) {
                    self.breaks[index].1 = self.join(target, &value);
                }
                Ty::Never
            }
            Expr::Continue => Ty::Never,
            Expr::Struct { path, fields, base } => {
                let (ty, owner) = self.struct_path(text, *path);
                self.expect(&ty, expected);
                for field in fields {
                    if self.is_expr_off(text, field.value) {
                        self.expr_apart(text, field.value);
                        continue;
                    }
                    let declared = owner.and_then(|owner| self.declared_field(owner, &ty, field.name));
                    let declared = declared.map(|(id, field_ty)| {
                        self.draw(text, field.offset, EdgeKind::Uses, Res::Def(id), Reason::Field);
                        field_ty
                    });
                    let value = self.expr(text, field.value, declared.as_ref());
                    if let Some(declared) = declared {
                        self.coerce(&value, &declared);
                    }
                }
                if let Some(base) = base {
                    self.expr(text, *base, Some(&ty));
                }
                ty
            }
            Expr::Tuple(parts) => {
                let parts = self.on(text, parts);
                let wanted = match expected.map(|ty| self.shallow(ty)) {
                    Some(Ty::Tuple(wanted)) if wanted.len() == parts.len() => Some(wanted),
                    _ => None,
                };
                let parts = parts
                    .iter()
                    .enumerate()
                    .map(|(index, part)| self.expr(text, *part, wanted.as_ref().map(|wanted| &wanted[index])))
                    .collect();
                Ty::Tuple(parts)
            }
            Expr::Array(parts) => {
                let item = match expected.map(|ty| self.shallow(ty)) {
                    Some(Ty::Array(item) | Ty::Slice(item)) => (*item).clone(),
                    _ => self.fresh(),
                };
                for part in &*self.on(text, parts) {
                    let ty = self.expr(text, *part, Some(&item));
                    self.coerce(&ty, &item);
                }
                Ty::Array(Arc::new(item))
            }
            Expr::Repeat { value, len } => {
                let wanted = match expected.map(|ty| self.shallow(ty)) {
                    Some(Ty::Array(item) | Ty::Slice(item)) => Some((*item).clone()),
                    _ => None,
                };
                let item = self.expr(text, *value, wanted.as_ref());
                self.expr(text, *len, Some(&Ty::Prim(Prim::Usize)));
                Ty::Array(Arc::new(item))
            }
            Expr::Range { start, end, inclusive } => {
                let item = self.fresh();
                for bound in start.iter().chain(end) {
                    let ty = self.expr(text, *bound, None);
                    self.unify(&item, &ty);
                }
                let known = &self.shared.impls.well_known;
                let of = match (start, end, inclusive) {
                    (Some(_), Some(_), false) => known.range,
                    (Some(_), Some(_), true) => known.range_inclusive,
                    (Some(_), None, _) => known.range_from,
                    (None, Some(_), false) => known.range_to,
                    (None, Some(_), true) => known.range_to_inclusive,
                    (None, None, _) => return Ty::named(known.range_full, Arc::from([])),
                };
                Ty::named(of, Arc::from([item]))
            }
            Expr::Macro(call) => self.macro_expr(text, *call, false, expected),
            Expr::Underscore => self.fresh(),
        }
    }

    /// An arm of a match on a value of type `ty`.
    fn arm(&mut self, text: Text<'_>, arm: Arm, ty: &Ty, expected: Option<&Ty>) -> Ty {
        self.pattern(text, arm.pat, ty, None);
        if let Some(guard) = arm.guard {
            self.expr(text, guard, Some(&Ty::Prim(Prim::Bool)));
        }
        self.expr(text, arm.body, expected)
    }

    /// `if … else if … else …`, however long.
    fn if_chain(&mut self, text: Text<'_>, id: ExprId, expected: Option<&Ty>) -> Ty {
        let mut out = Ty::Never;
        let mut at = id;
        loop {
            let Expr::If { cond, then, else_ } = &text.arena[at] else {
                let last = self.expr(text, at, expected);
                return self.join(out, &last);
            };
            let locals = self.locals.len();
            self.expr(text, *cond, Some(&Ty::Prim(Prim::Bool)));
            let then = self.expr(text, *then, expected);
            self.locals.truncate(locals);
            out = self.join(out, &then);
            match else_ {
                Some(else_) => at = *else_,
                None => return Ty::unit(),
            }
        }
    }

    fn literal(&mut self, literal: Literal, expected: Option<&Ty>) -> Ty {
        let wanted = match expected.map(|ty| self.shallow(ty)) {
            Some(Ty::Prim(prim)) => Some(prim),
            _ => None,
        };
        let suffix = |name: Option<Name>| name.and_then(|name| Prim::from_name(name.as_str()));
        match literal {
            Literal::Str => Ty::reference(false, Ty::Prim(Prim::Str)),
            Literal::ByteStr(_) => Ty::reference(false, Ty::Array(Arc::new(Ty::Prim(Prim::U8)))),
            Literal::CStr => Ty::reference(false, Ty::named(self.shared.impls.well_known.c_str, Arc::from([]))),
            Literal::Char => Ty::Prim(Prim::Char),
            Literal::Byte => Ty::Prim(Prim::U8),
            Literal::Bool => Ty::Prim(Prim::Bool),
            Literal::Int(name) => match suffix(name).or(wanted.filter(|prim| prim.is_integer())) {
                Some(prim) => Ty::Prim(prim),
                None => self.fresh_of(VarKind::Integer),
            },
            Literal::Float(name) => match suffix(name).or(wanted.filter(|prim| prim.is_float())) {
                Some(prim) => Ty::Prim(prim),
                None => self.fresh_of(VarKind::Float),
            },
        }
    }

    /// A path that is used as a value, not called: draws its last name's edge.
    fn value_as_expr(&mut self, text: Text<'_>, path: crate::facts::PathId, value: Value) -> Ty {
        let path = &text.arena[path];
        let offset = Self::path_offset(path);
        match value {
            Value::Local(ty) | Value::Item(ty) => ty,
            Value::Function(found) => {
                self.draw_found(text.place(offset).0, EdgeKind::Uses, &found);
                let own = self.turbofish(text, path.segments.last().and_then(|s| s.args.as_deref()));
                let subst = self.instantiate(&found, own);
                Ty::FnDef(found.item, subst)
            }
            Value::Overloaded(_) => Ty::Unknown,
            Value::Constructor(id, ty) => {
                if !path.segments.is_empty() {
                    self.draw(text, offset, EdgeKind::Uses, Res::Def(id), Reason::Path);
                }
                match self.constructor_fields(id, &ty) {
                    Some(fields) if !fields.is_empty() => Ty::Fn(fields.into(), Arc::new(ty)),
                    _ => ty,
                }
            }
            Value::External(_) => Ty::Unknown,
            Value::Unknown => {
                let single = path.segments.len() == 1;
                if !single {
                    self.unknown_path(text, path);
                }
                Ty::Unknown
            }
        }
    }

    /// The type of two values that stand for each other: that of the first which is known.
    pub(super) fn join(&mut self, a: Ty, b: &Ty) -> Ty {
        match (&a, b) {
            (Ty::Never | Ty::Unknown, _) => b.clone(),
            (_, Ty::Never | Ty::Unknown) => a,
            _ => {
                self.coerce(b, &a);
                a
            }
        }
    }

    /// Takes from what a place expects what it says about a type that it will be coerced from.
    pub(super) fn expect(&mut self, ty: &Ty, expected: Option<&Ty>) {
        let Some(expected) = expected else { return };
        let mark = self.solver.vars.mark();
        if self.solver.vars.unify(ty, expected) {
            self.solver.vars.keep(mark);
        } else {
            self.solver.vars.undo(&mark);
        }
    }
}

/// What a link of a chain hangs on: the receiver, base or left operand.
fn chain_inner(text: Text<'_>, id: ExprId) -> Option<ExprId> {
    match &text.arena[id] {
        Expr::MethodCall { receiver, .. } => Some(*receiver),
        Expr::Field { base, .. } | Expr::Index { base, .. } => Some(*base),
        Expr::Try { expr, .. } | Expr::Await { expr, .. } | Expr::Cast { expr, .. } | Expr::Unary { expr, .. } => {
            Some(*expr)
        }
        Expr::Binary { lhs, .. } => Some(*lhs),
        _ => None,
    }
}

fn chain_key(text: Text<'_>, id: ExprId) -> (usize, ExprId) {
    (std::ptr::from_ref(text.arena) as usize, id)
}
