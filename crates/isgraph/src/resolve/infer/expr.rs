//! Expressions.

use std::sync::Arc;

use super::path::Value;
use super::{Infer, MAX_DEPTH, MAX_TYPE_NODES, Text, VarKind};
use crate::facts::{BinaryOp, Block, BlockKind, Closure, Expr, ExprId, Literal, Stmt, UnaryOp};
use crate::model::{Confidence, EdgeKind, Reason, SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::stack::with_room;
use crate::resolve::types::Ty;
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
            Expr::Literal(literal) => self.literal(*literal),
            Expr::Call { callee, args } => self.call(text, *callee, args, expected, false),
            Expr::MethodCall { receiver, name, offset, generics, args } => {
                self.method_call(text, *receiver, *name, *offset, generics.as_deref(), args, false)
            }
            Expr::Field { base, name, offset } => self.field(text, *base, *name, *offset),
            Expr::Index { base, index, offset } => self.index(text, *base, *index, *offset),
            Expr::Unary { op, expr, offset } => self.unary(text, *op, *expr, *offset, expected),
            Expr::Binary { op, assign, lhs, rhs, offset } => self.binary(text, *op, *assign, *lhs, *rhs, *offset),
            Expr::Assign { lhs, rhs } => {
                let ty = self.expr(text, *lhs, None);
                let value = self.expr(text, *rhs, Some(&ty));
                self.unify(&ty, &value);
                Ty::unit()
            }
            Expr::Ref { mutable, raw, expr } => {
                let inner = match expected.map(|ty| self.shallow(ty)) {
                    Some(Ty::Ref(_, inner) | Ty::Ptr(_, inner)) => Some((*inner).clone()),
                    _ => None,
                };
                let ty = self.expr(text, *expr, inner.as_ref());
                if *raw { Ty::Ptr(*mutable, Arc::new(ty)) } else { Ty::reference(*mutable, ty) }
            }
            Expr::Cast { expr, ty } => {
                let target = self.lower(text, *ty);
                self.expr(text, *expr, None);
                target
            }
            Expr::Try { expr, .. } => {
                let ty = self.expr(text, *expr, None);
                let known = &self.shared.impls.well_known;
                match self.known(&ty) {
                    Ty::Ext(ext, args) if ext == known.option || ext == known.result => {
                        args.first().cloned().unwrap_or(Ty::Unknown)
                    }
                    _ => Ty::Unknown,
                }
            }
            Expr::Await { expr, .. } => {
                let done = self.chained.remove(&chain_key(text, *expr));
                let ty = match &text.arena[*expr] {
                    _ if done.is_some() => done.unwrap_or(Ty::Unknown),
                    Expr::Call { callee, args } => self.call(text, *callee, args, None, true),
                    Expr::MethodCall { receiver, name, offset, generics, args } => {
                        self.method_call(text, *receiver, *name, *offset, generics.as_deref(), args, true)
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
                    let value = self.in_scope(|this| {
                        this.pattern(text, arm.pat, &ty, None);
                        if let Some(guard) = arm.guard {
                            this.expr(text, guard, Some(&Ty::Prim(Prim::Bool)));
                        }
                        this.expr(text, arm.body, expected)
                    });
                    out = self.join(out, &value);
                }
                out
            }
            Expr::Loop { label, body } => {
                let value = self.fresh();
                self.breaks.push((*label, value.clone()));
                self.expr(text, *body, None);
                self.breaks.pop();
                value
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
                        self.unify(&ret, &ty);
                    }
                }
                Ty::Never
            }
            Expr::Break { label, expr } => {
                let target = match label {
                    Some(label) => self.breaks.iter().rev().find(|(known, _)| *known == Some(*label)),
                    None => self.breaks.last(),
                };
                let target = target.map(|(_, ty)| ty.clone());
                if let Some(expr) = expr {
                    let ty = self.expr(text, *expr, target.as_ref());
                    if let Some(target) = target {
                        self.unify(&target, &ty);
                    }
                }
                Ty::Never
            }
            Expr::Continue => Ty::Never,
            Expr::Struct { path, fields, base } => {
                let (ty, owner) = self.struct_path(text, *path);
                if let Some(expected) = expected {
                    self.unify(&ty, expected);
                }
                for field in fields {
                    let declared = owner.and_then(|owner| self.declared_field(owner, &ty, field.name));
                    let declared = declared.map(|(id, field_ty)| {
                        self.draw(text, field.offset, EdgeKind::Uses, Res::Def(id), Reason::Field);
                        field_ty
                    });
                    let value = self.expr(text, field.value, declared.as_ref());
                    if let Some(declared) = declared {
                        self.unify(&declared, &value);
                    }
                }
                if let Some(base) = base {
                    self.expr(text, *base, Some(&ty));
                }
                ty
            }
            Expr::Tuple(parts) => {
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
                for part in parts {
                    let ty = self.expr(text, *part, Some(&item));
                    self.unify(&item, &ty);
                }
                Ty::Array(Arc::new(item))
            }
            Expr::Repeat { value, len } => {
                let item = self.expr(text, *value, None);
                self.expr(text, *len, Some(&Ty::Prim(Prim::Usize)));
                Ty::Array(Arc::new(item))
            }
            Expr::Range { start, end, inclusive } => {
                let item = self.fresh();
                for bound in start.iter().chain(end) {
                    let ty = self.expr(text, *bound, None);
                    self.unify(&item, &ty);
                }
                let name = match (start, end, inclusive) {
                    (Some(_), Some(_), false) => "std::ops::Range",
                    (Some(_), Some(_), true) => "std::ops::RangeInclusive",
                    (Some(_), None, _) => "std::ops::RangeFrom",
                    (None, Some(_), false) => "std::ops::RangeTo",
                    (None, Some(_), true) => "std::ops::RangeToInclusive",
                    (None, None, _) => "std::ops::RangeFull",
                };
                Ty::Ext(self.world.externals.path(name), Arc::from([item]))
            }
            Expr::Macro(call) => self.macro_expr(text, *call, false, expected),
            Expr::Underscore => self.fresh(),
        }
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

    fn literal(&mut self, literal: Literal) -> Ty {
        let suffix = |name: Option<Name>| name.and_then(|name| Prim::from_name(name.as_str()));
        match literal {
            Literal::Str => Ty::reference(false, Ty::Prim(Prim::Str)),
            Literal::ByteStr(_) => Ty::reference(false, Ty::Array(Arc::new(Ty::Prim(Prim::U8)))),
            Literal::CStr => {
                let cstr = self.world.externals.path("std::ffi::CStr");
                Ty::reference(false, Ty::Ext(cstr, Arc::from([])))
            }
            Literal::Char => Ty::Prim(Prim::Char),
            Literal::Byte => Ty::Prim(Prim::U8),
            Literal::Bool => Ty::Prim(Prim::Bool),
            Literal::Int(name) => match suffix(name) {
                Some(prim) => Ty::Prim(prim),
                None => self.fresh_of(VarKind::Integer),
            },
            Literal::Float(name) => match suffix(name) {
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
            Value::Function { found, .. } => {
                self.draw_with(text, offset, EdgeKind::Uses, Res::Def(found.item), found.reason, found.confidence);
                let subst = self.instantiate(text, &found, path.segments.last().and_then(|s| s.args.as_deref()));
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
            Value::External(ext, ty) => {
                if let Some(ty) = ty {
                    return ty;
                }
                let known = &self.shared.impls.well_known;
                let option = known.option;
                let is_none = self.world.externals.parent(ext) == Some(option)
                    && self.world.externals.last(ext).is_some_and(|name| name == *"None");
                if is_none {
                    let item = self.fresh();
                    return Ty::Ext(option, Arc::from([item]));
                }
                Ty::Unknown
            }
            Value::Unknown => {
                let single = path.segments.len() == 1;
                if !single {
                    self.unknown_path(text, path);
                }
                Ty::Unknown
            }
        }
    }

    /// Types of a tuple struct's or variant's fields; `None` when it has named fields.
    pub(super) fn constructor_fields(&mut self, id: SymbolId, ty: &Ty) -> Option<Vec<Ty>> {
        let members = &self.world.def(id).members;
        let mut out = Vec::new();
        for member in members {
            let def = self.world.def(*member);
            if def.kind != SymbolKind::Field {
                continue;
            }
            if !def.name.as_str().starts_with(|first: char| first.is_ascii_digit()) {
                return None;
            }
            out.push(self.field_type(*member, ty));
        }
        Some(out)
    }

    /// A field's type for a given type of its owner.
    pub(super) fn field_type(&mut self, field: SymbolId, owner: &Ty) -> Ty {
        let ty = self.shared.impls.tables.type_of(field);
        let ty = match owner {
            Ty::Adt(id, args) => ty.subst(&crate::resolve::types::Subst::default().with(*id, Arc::clone(args))),
            _ => ty,
        };
        self.normalize(&ty)
    }

    /// A field of a struct, union or variant by name, with its type.
    pub(super) fn declared_field(&mut self, owner: SymbolId, ty: &Ty, name: Name) -> Option<(SymbolId, Ty)> {
        let twins = self.world.def(owner).members.iter().copied().filter(|member| {
            let def = self.world.def(*member);
            def.kind == SymbolKind::Field && def.name == name
        });
        let field = self.lookup().pick_def(twins)?;
        Some((field, self.field_type(field, ty)))
    }

    fn field(&mut self, text: Text<'_>, base: ExprId, name: Name, offset: u32) -> Ty {
        let base = self.expr(text, base, None);
        let base = self.known(&base);
        let (steps, _) = self.prober().autoderef(&base);
        for step in &steps {
            match step {
                Ty::Adt(id, _) => {
                    if let Some((field, ty)) = self.declared_field(*id, step, name) {
                        self.draw(text, offset, EdgeKind::Uses, Res::Def(field), Reason::Field);
                        return ty;
                    }
                }
                Ty::Tuple(parts) => {
                    if let Some(ty) = name.as_str().parse::<usize>().ok().and_then(|index| parts.get(index)) {
                        return ty.clone();
                    }
                }
                _ => {}
            }
        }
        Ty::Unknown
    }

    fn index(&mut self, text: Text<'_>, base: ExprId, index: ExprId, offset: u32) -> Ty {
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

    fn is_range(&self, ext: crate::resolve::world::ExtId) -> bool {
        self.world.externals.last(ext).is_some_and(|name| name.as_str().starts_with("Range"))
    }

    fn associated_of_impl(&self, id: SymbolId, name: Name) -> Option<Ty> {
        let member = self.world.def(id).members.iter().copied().find(|member| {
            let def = self.world.def(*member);
            def.kind == SymbolKind::AssociatedType && def.name == name
        })?;
        Some(self.shared.impls.tables.type_of(member))
    }

    fn draw_operator(&mut self, text: Text<'_>, offset: u32, of_impl: SymbolId, name: Name) {
        let item = self.world.def(of_impl).members.iter().copied().find(|member| self.world.def(*member).name == name);
        if let Some(item) = item {
            self.draw(text, offset, EdgeKind::Calls, Res::Def(item), Reason::Operator);
        }
    }

    /// An operator of a type of the source set: the method of its trait's impl, and its output.
    fn operator(
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

    fn unary(&mut self, text: Text<'_>, op: UnaryOp, expr: ExprId, offset: u32, expected: Option<&Ty>) -> Ty {
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

    fn binary(&mut self, text: Text<'_>, op: BinaryOp, assign: bool, lhs: ExprId, rhs: ExprId, offset: u32) -> Ty {
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
    fn awaited(&mut self, ty: &Ty) -> Ty {
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
    fn iterated(&mut self, ty: &Ty) -> Ty {
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

    fn iterator_item(&mut self, ty: &Ty) -> Ty {
        let (iterator, into) = (self.shared.impls.well_known.iterator, self.shared.impls.well_known.into_iterator);
        let item = self.projected(ty, iterator, "Item");
        if item.is_unknown() {
            let item = self.projected(ty, into, "Item");
            // `type Item = <Self::IntoIter as Iterator>::Item` and the like were already followed.
            return item;
        }
        item
    }

    fn join(&mut self, a: Ty, b: &Ty) -> Ty {
        match (&a, b) {
            (Ty::Never | Ty::Unknown, _) => b.clone(),
            (_, Ty::Never | Ty::Unknown) => a,
            _ => {
                self.unify(&a, b);
                a
            }
        }
    }

    fn closure(&mut self, text: Text<'_>, closure: &Closure, expected: Option<&Ty>) -> Ty {
        let wanted = expected.and_then(|ty| self.callable(ty));
        let mut params = Vec::new();
        let ret = match closure.ret {
            Some(ty) => self.lower(text, ty),
            None => self.fresh(),
        };
        self.in_scope(|this| {
            for (index, (pat, ty)) in closure.params.iter().enumerate() {
                let given = wanted.as_ref().and_then(|(params, _)| params.get(index).cloned());
                let ty = match ty {
                    Some(ty) => {
                        let ty = this.lower(text, *ty);
                        if let Some(given) = &given {
                            this.unify(&ty, given);
                        }
                        ty
                    }
                    None => given.unwrap_or_else(|| this.fresh()),
                };
                this.pattern(text, *pat, &ty, None);
                params.push(ty);
            }
            let breaks = std::mem::take(&mut this.breaks);
            this.returns.push(ret.clone());
            let value = this.expr(text, closure.body, Some(&ret));
            if !matches!(value, Ty::Never) {
                this.unify(&ret, &value);
            }
            this.returns.pop();
            this.breaks = breaks;
        });
        let ret = if closure.is_async { Ty::Future(Arc::new(ret)) } else { ret };
        if let Some((_, wanted)) = wanted {
            self.unify(&wanted, &ret);
        }
        Ty::Fn(params.into(), Arc::new(ret))
    }

    pub(super) fn block(&mut self, text: Text<'_>, id: ExprId, block: &Block, expected: Option<&Ty>) -> Ty {
        let outer = self.module;
        if text.own_body
            && !block.items.is_empty()
            && let Some(module) = self.world.blocks.get(&(self.owner, id.0))
        {
            self.module = *module;
        }
        let is_async = matches!(block.kind, BlockKind::Async | BlockKind::Gen);
        let output = is_async.then(|| self.fresh());
        if let Some(output) = &output {
            self.returns.push(output.clone());
        }
        if block.label.is_some() {
            let value = self.fresh();
            self.breaks.push((block.label, value));
        }
        let expected = if is_async { None } else { expected };
        let ty = self.in_scope(|this| this.statements(text, block, expected));
        let ty = match block.label.and_then(|_| self.breaks.pop()) {
            Some((_, value)) => {
                self.unify(&value, &ty);
                value
            }
            None => ty,
        };
        self.module = outer;
        match output {
            Some(output) => {
                self.returns.pop();
                self.unify(&output, &ty);
                Ty::Future(Arc::new(output))
            }
            None => ty,
        }
    }

    /// The statements of a block in the current scope; the value of its tail.
    pub(super) fn statements(&mut self, text: Text<'_>, block: &Block, expected: Option<&Ty>) -> Ty {
        let mut diverges = false;
        for stmt in &block.stmts {
            match stmt {
                Stmt::Let { pat, ty, init, else_ } => {
                    let declared = ty.map(|ty| self.lower(text, ty));
                    let value = init.map(|init| self.expr(text, init, declared.as_ref()));
                    if let Some(else_) = else_ {
                        self.expr(text, *else_, None);
                    }
                    let ty = match (declared, value) {
                        (Some(declared), Some(value)) => {
                            self.unify(&declared, &value);
                            declared
                        }
                        (Some(ty), None) | (None, Some(ty)) => ty,
                        (None, None) => self.fresh(),
                    };
                    let ty = if ty.is_unknown() { self.fresh() } else { ty };
                    self.pattern(text, *pat, &ty, None);
                }
                Stmt::Expr(expr) => {
                    let ty = match &text.arena[*expr] {
                        Expr::Macro(call) => self.macro_expr(text, *call, true, None),
                        _ => self.expr(text, *expr, None),
                    };
                    diverges |= matches!(ty, Ty::Never);
                }
                Stmt::MacroDef(_) => {}
            }
        }
        match block.tail {
            Some(tail) => self.expr(text, tail, expected),
            None if diverges => Ty::Never,
            None => Ty::unit(),
        }
    }

    /// The constructor that a struct expression or pattern names, and the type that it makes.
    pub(super) fn struct_path(&mut self, text: Text<'_>, id: crate::facts::PathId) -> (Ty, Option<SymbolId>) {
        let path = &text.arena[id];
        // A struct with named fields lives in the type namespace only.
        let lowered = self.struct_type(text, path);
        let owner = lowered.1;
        if let Some(owner) = owner
            && !path.segments.is_empty()
        {
            let drawn = self.world.def(owner).kind == SymbolKind::Variant;
            if drawn {
                let offset = Self::path_offset(path);
                self.draw_with(text, offset, EdgeKind::Uses, Res::Def(owner), Reason::Path, Confidence::High);
            }
        }
        lowered
    }

    fn struct_type(&mut self, text: Text<'_>, path: &crate::facts::PathRef) -> (Ty, Option<SymbolId>) {
        use crate::resolve::paths::PathEnd;
        use crate::resolve::world::Ns;
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        self.draw_type_path(text, path);
        if path.qself.is_none() && path.anchor != crate::facts::PathAnchor::SelfType {
            let end = self.lookup().follow(path.anchor, &names, Ns::Type, false, &mut |_, _| {});
            if let PathEnd::Full(Res::Def(id)) = end
                && self.world.def(id).kind == SymbolKind::Variant
                && let Some(parent) = self.world.def(id).parent
            {
                let generics = path.segments.iter().rev().find_map(|segment| segment.args.as_deref());
                return (self.lower_res(text, Res::Def(parent), generics), Some(id));
            }
        }
        // `Self::Variant { .. }` and `Alias::Variant { .. }`.
        if let Some((last, before)) = path.segments.split_last() {
            let prefix = crate::facts::PathRef {
                anchor: path.anchor,
                offset: path.offset,
                qself: path.qself,
                segments: before.into(),
            };
            let names_type = !before.is_empty() || path.anchor == crate::facts::PathAnchor::SelfType;
            if names_type {
                let ty = self.lower_path(text, &prefix);
                if let Ty::Adt(id, _) = &ty
                    && self.world.def(*id).kind == SymbolKind::Enum
                    && let Some(variant) = self.lookup().variant(*id, last.name)
                {
                    return (ty, Some(variant));
                }
            }
        }
        let ty = self.lower_path(text, path);
        match &ty {
            Ty::Adt(id, _) => {
                let id = *id;
                (ty, Some(id))
            }
            _ => (ty, None),
        }
    }

    fn lower_path(&mut self, text: Text<'_>, path: &crate::facts::PathRef) -> Ty {
        let lowering = self.lowering();
        let vars = &mut self.vars;
        let ty = lowering.path_ty(text.arena, path, &mut || {
            vars.push((None, VarKind::General));
            Ty::Var(crate::resolve::collect::to_u32(vars.len() - 1))
        });
        self.normalize(&ty)
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
