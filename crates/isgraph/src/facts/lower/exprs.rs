//! Expressions, statements and blocks.

use syn::{BinOp, Expr as SynExpr, Member, Pat as SynPat, RangeLimits, Stmt as SynStmt, UnOp};

use super::Lower;
use crate::facts::{Arm, BinaryOp, Block, BlockKind, Closure, Expr, ExprId, FieldExpr, Guarded, Offset, Stmt, UnaryOp};
use crate::facts::{PatId, TypeId};
use crate::name::Name;

/// A chain of this many postfix or binary operators is lowered by a loop instead of by recursion.
const LONG_CHAIN: usize = 24;

/// Chains longer than this (sums and builders of generated code) are lowered side by side, so that
/// whoever walks facts may recurse.
const MAX_CHAIN: usize = 256;

/// The operand that a chain of postfix and binary operators hangs on.
fn first_operand(expr: &SynExpr) -> Option<&SynExpr> {
    Some(match expr {
        SynExpr::MethodCall(expr) => &expr.receiver,
        SynExpr::Field(expr) => &expr.base,
        SynExpr::Call(expr) => &expr.func,
        SynExpr::Binary(expr) => &expr.left,
        SynExpr::Try(expr) => &expr.expr,
        SynExpr::Await(expr) => &expr.base,
        SynExpr::Index(expr) => &expr.expr,
        SynExpr::Cast(expr) => &expr.expr,
        SynExpr::Paren(expr) => &expr.expr,
        SynExpr::Group(expr) => &expr.expr,
        SynExpr::Range(expr) => expr.start.as_deref()?,
        _ => return None,
    })
}

fn is_long_chain(expr: &SynExpr) -> bool {
    let mut at = expr;
    for _ in 0..LONG_CHAIN {
        match first_operand(at) {
            Some(next) => at = next,
            None => return false,
        }
    }
    true
}

impl Lower<'_> {
    /// An expression.
    pub(in crate::facts) fn expr(&mut self, expr: &SynExpr) -> ExprId {
        if !is_long_chain(expr) {
            return self.expr_on(expr, None);
        }
        let mut chain = Vec::new();
        let mut at = expr;
        while let Some(next) = first_operand(at) {
            chain.push(at);
            at = next;
        }
        if chain.len() > MAX_CHAIN {
            return self.flat(&chain, at);
        }
        let mut base = self.expr_on(at, None);
        for link in chain.into_iter().rev() {
            base = self.expr_on(link, Some(base));
        }
        base
    }

    /// A chain that is too long to nest: its operands side by side.
    fn flat(&mut self, chain: &[&SynExpr], first: &SynExpr) -> ExprId {
        let mut parts = vec![self.expr(first)];
        for link in chain.iter().rev() {
            match link {
                SynExpr::MethodCall(link) => parts.extend(self.exprs(&link.args)),
                SynExpr::Call(link) => parts.extend(self.exprs(&link.args)),
                SynExpr::Binary(link) => parts.push(self.expr(&link.right)),
                SynExpr::Index(link) => parts.push(self.expr(&link.index)),
                _ => {}
            }
        }
        self.push_expr(Expr::Missing(parts.into()))
    }

    /// An expression whose first operand may be lowered already.
    fn expr_on(&mut self, expr: &SynExpr, base: Option<ExprId>) -> ExprId {
        let lowered = match expr {
            SynExpr::Paren(expr) => return base.unwrap_or_else(|| self.expr(&expr.expr)),
            SynExpr::Group(expr) => return base.unwrap_or_else(|| self.expr(&expr.expr)),
            SynExpr::Path(expr) => Expr::Path(self.path(expr.qself.as_ref(), &expr.path)),
            SynExpr::Lit(expr) => Expr::Literal(self.literal(&expr.lit)),
            SynExpr::Call(expr) => {
                let callee = base.unwrap_or_else(|| self.expr(&expr.func));
                Expr::Call { callee, args: self.exprs(&expr.args) }
            }
            SynExpr::MethodCall(expr) => {
                let receiver = base.unwrap_or_else(|| self.expr(&expr.receiver));
                let (name, offset) = self.ident(&expr.method);
                let generics = expr.turbofish.as_ref().map(|generics| self.generic_args(&generics.args));
                Expr::MethodCall { receiver, name, offset, generics, args: self.exprs(&expr.args) }
            }
            SynExpr::Field(expr) => {
                let base = base.unwrap_or_else(|| self.expr(&expr.base));
                let (name, offset) = self.member(&expr.member);
                Expr::Field { base, name, offset }
            }
            SynExpr::Index(expr) => {
                let base = base.unwrap_or_else(|| self.expr(&expr.expr));
                let index = self.expr(&expr.index);
                Expr::Index { base, index, offset: self.offset(expr.bracket_token.span.open()) }
            }
            SynExpr::Unary(expr) => self.unary(expr),
            SynExpr::Binary(expr) => self.binary(expr, base),
            SynExpr::Assign(expr) => Expr::Assign { lhs: self.expr(&expr.left), rhs: self.expr(&expr.right) },
            SynExpr::Reference(expr) => {
                Expr::Ref { mutable: expr.mutability.is_some(), raw: false, expr: self.expr(&expr.expr) }
            }
            SynExpr::RawAddr(expr) => Expr::Ref {
                mutable: matches!(expr.mutability, syn::PointerMutability::Mut(_)),
                raw: true,
                expr: self.expr(&expr.expr),
            },
            SynExpr::Cast(expr) => {
                let operand = base.unwrap_or_else(|| self.expr(&expr.expr));
                Expr::Cast { expr: operand, ty: self.ty(&expr.ty) }
            }
            SynExpr::Try(expr) => {
                let operand = base.unwrap_or_else(|| self.expr(&expr.expr));
                Expr::Try { expr: operand, offset: self.offset(expr.question_token.spans[0]) }
            }
            SynExpr::Await(expr) => {
                let operand = base.unwrap_or_else(|| self.expr(&expr.base));
                Expr::Await { expr: operand, offset: self.offset(expr.await_token.span) }
            }
            SynExpr::Range(expr) => {
                let start = base.or_else(|| expr.start.as_deref().map(|start| self.expr(start)));
                let end = expr.end.as_deref().map(|end| self.expr(end));
                Expr::Range { start, end, inclusive: matches!(expr.limits, RangeLimits::Closed(_)) }
            }
            _ => return self.other(expr),
        };
        self.push_expr(lowered)
    }

    /// Expressions that no chain goes through; apart, so that a chain's frame stays small.
    #[inline(never)]
    fn other(&mut self, expr: &SynExpr) -> ExprId {
        let lowered = match expr {
            SynExpr::Block(expr) => {
                let label = expr.label.as_ref().map(|label| self.lifetime(&label.name));
                return self.block(BlockKind::Plain, label, &expr.block);
            }
            SynExpr::Unsafe(expr) => return self.block(BlockKind::Unsafe, None, &expr.block),
            SynExpr::Async(expr) => return self.block(BlockKind::Async, None, &expr.block),
            SynExpr::Const(expr) => return self.const_block(expr),
            SynExpr::TryBlock(expr) => return self.block(BlockKind::Try, None, &expr.block),
            SynExpr::If(expr) => return self.if_chain(expr),
            SynExpr::Let(expr) => {
                let pat = self.pat(&expr.pat);
                Expr::Let { pat, expr: self.expr(&expr.expr) }
            }
            SynExpr::Match(expr) => {
                let scrutinee = self.expr(&expr.expr);
                let arms = expr.arms.iter().map(|arm| {
                    let lowered = self.arm(&arm.pat, &arm.body);
                    self.guard(&arm.attrs, Guarded::Pat(lowered.pat), false);
                    lowered
                });
                let arms = arms.collect();
                Expr::Match { scrutinee, arms }
            }
            SynExpr::Loop(expr) => {
                let label = expr.label.as_ref().map(|label| self.lifetime(&label.name));
                Expr::Loop { label, body: self.block(BlockKind::Plain, None, &expr.body) }
            }
            SynExpr::While(expr) => {
                let label = expr.label.as_ref().map(|label| self.lifetime(&label.name));
                let cond = self.expr(&expr.cond);
                Expr::While { label, cond, body: self.block(BlockKind::Plain, None, &expr.body) }
            }
            SynExpr::ForLoop(expr) => {
                let label = expr.label.as_ref().map(|label| self.lifetime(&label.name));
                let pat = self.pat(&expr.pat);
                let iter = self.expr(&expr.expr);
                Expr::For { label, pat, iter, body: self.block(BlockKind::Plain, None, &expr.body) }
            }
            SynExpr::Closure(expr) => self.closure(expr),
            SynExpr::Return(expr) => Expr::Return(expr.expr.as_deref().map(|value| self.expr(value))),
            SynExpr::Yield(expr) => Expr::Return(expr.expr.as_deref().map(|value| self.expr(value))),
            SynExpr::Break(expr) => Expr::Break {
                label: expr.label.as_ref().map(|label| self.lifetime(label)),
                expr: expr.expr.as_deref().map(|value| self.expr(value)),
            },
            SynExpr::Continue(_) => Expr::Continue,
            SynExpr::Struct(expr) => {
                let path = self.path(expr.qself.as_ref(), &expr.path);
                let fields = expr.fields.iter().map(|field| {
                    let (name, offset) = self.member(&field.member);
                    let value = self.expr(&field.expr);
                    self.guard(&field.attrs, Guarded::Expr(value), false);
                    FieldExpr { name, offset, value }
                });
                let fields = fields.collect();
                Expr::Struct { path, fields, base: expr.rest.as_deref().map(|rest| self.expr(rest)) }
            }
            SynExpr::Tuple(expr) => Expr::Tuple(self.exprs(&expr.elems)),
            SynExpr::Array(expr) => Expr::Array(self.exprs(&expr.elems)),
            SynExpr::Repeat(expr) => Expr::Repeat { value: self.expr(&expr.expr), len: self.expr(&expr.len) },
            SynExpr::Macro(expr) => {
                let call = self.macro_call(&expr.mac, true);
                Expr::Macro(self.push_macro(call))
            }
            SynExpr::Infer(_) => Expr::Underscore,
            _ => Expr::Missing(Box::default()),
        };
        self.push_expr(lowered)
    }

    /// Comma-separated expressions.
    pub(super) fn exprs<P>(&mut self, list: &syn::punctuated::Punctuated<SynExpr, P>) -> Box<[ExprId]> {
        let lowered = list.iter().map(|expr| {
            let id = self.expr(expr);
            self.guard_expr(expr, id);
            id
        });
        lowered.collect()
    }

    fn unary(&mut self, expr: &syn::ExprUnary) -> Expr {
        let (op, span) = match &expr.op {
            UnOp::Deref(token) => (UnaryOp::Deref, token.spans[0]),
            UnOp::Not(token) => (UnaryOp::Not, token.spans[0]),
            UnOp::Neg(token) => (UnaryOp::Neg, token.spans[0]),
            _ => return Expr::Missing([self.expr(&expr.expr)].into()),
        };
        Expr::Unary { op, expr: self.expr(&expr.expr), offset: self.offset(span) }
    }

    fn binary(&mut self, expr: &syn::ExprBinary, base: Option<ExprId>) -> Expr {
        let lhs = base.unwrap_or_else(|| self.expr(&expr.left));
        let rhs = self.expr(&expr.right);
        let (op, assign, span) = match &expr.op {
            BinOp::Add(op) => (BinaryOp::Add, false, op.spans[0]),
            BinOp::Sub(op) => (BinaryOp::Sub, false, op.spans[0]),
            BinOp::Mul(op) => (BinaryOp::Mul, false, op.spans[0]),
            BinOp::Div(op) => (BinaryOp::Div, false, op.spans[0]),
            BinOp::Rem(op) => (BinaryOp::Rem, false, op.spans[0]),
            BinOp::And(op) => (BinaryOp::And, false, op.spans[0]),
            BinOp::Or(op) => (BinaryOp::Or, false, op.spans[0]),
            BinOp::BitXor(op) => (BinaryOp::BitXor, false, op.spans[0]),
            BinOp::BitAnd(op) => (BinaryOp::BitAnd, false, op.spans[0]),
            BinOp::BitOr(op) => (BinaryOp::BitOr, false, op.spans[0]),
            BinOp::Shl(op) => (BinaryOp::Shl, false, op.spans[0]),
            BinOp::Shr(op) => (BinaryOp::Shr, false, op.spans[0]),
            BinOp::Eq(op) => (BinaryOp::Eq, false, op.spans[0]),
            BinOp::Lt(op) => (BinaryOp::Lt, false, op.spans[0]),
            BinOp::Le(op) => (BinaryOp::Le, false, op.spans[0]),
            BinOp::Ne(op) => (BinaryOp::Ne, false, op.spans[0]),
            BinOp::Ge(op) => (BinaryOp::Ge, false, op.spans[0]),
            BinOp::Gt(op) => (BinaryOp::Gt, false, op.spans[0]),
            BinOp::AddAssign(op) => (BinaryOp::Add, true, op.spans[0]),
            BinOp::SubAssign(op) => (BinaryOp::Sub, true, op.spans[0]),
            BinOp::MulAssign(op) => (BinaryOp::Mul, true, op.spans[0]),
            BinOp::DivAssign(op) => (BinaryOp::Div, true, op.spans[0]),
            BinOp::RemAssign(op) => (BinaryOp::Rem, true, op.spans[0]),
            BinOp::BitXorAssign(op) => (BinaryOp::BitXor, true, op.spans[0]),
            BinOp::BitAndAssign(op) => (BinaryOp::BitAnd, true, op.spans[0]),
            BinOp::BitOrAssign(op) => (BinaryOp::BitOr, true, op.spans[0]),
            BinOp::ShlAssign(op) => (BinaryOp::Shl, true, op.spans[0]),
            BinOp::ShrAssign(op) => (BinaryOp::Shr, true, op.spans[0]),
            _ => return Expr::Missing([lhs, rhs].into()),
        };
        Expr::Binary { op, assign, lhs, rhs, offset: self.offset(span) }
    }

    /// `if … else if … else`, the chain of `else`s by a loop.
    fn if_chain(&mut self, expr: &syn::ExprIf) -> ExprId {
        let mut links = vec![expr];
        let mut last = None;
        let mut at = expr;
        while let Some((_, else_branch)) = &at.else_branch {
            match Self::unparen(else_branch) {
                SynExpr::If(next) => {
                    links.push(next);
                    at = next;
                }
                other => {
                    last = Some(self.expr(other));
                    break;
                }
            }
        }
        let too_long = links.len() > MAX_CHAIN;
        let mut parts: Vec<ExprId> = Vec::new();
        for link in links.into_iter().rev() {
            let cond = self.expr(&link.cond);
            let then = self.block(BlockKind::Plain, None, &link.then_branch);
            if too_long {
                parts.extend([cond, then]);
                continue;
            }
            last = Some(self.push_expr(Expr::If { cond, then, else_: last }));
        }
        match last {
            Some(last) if !too_long => last,
            last => {
                parts.extend(last);
                self.push_expr(Expr::Missing(parts.into()))
            }
        }
    }

    /// `pattern if guard => body`.
    pub(super) fn arm(&mut self, pat: &SynPat, body: &SynExpr) -> Arm {
        let (pat, guard) = self.guarded_pat(pat);
        Arm { pat, guard, body: self.expr(body) }
    }

    /// `pattern if guard`.
    pub(super) fn guarded_pat(&mut self, pat: &SynPat) -> (PatId, Option<ExprId>) {
        match pat {
            SynPat::Guard(guarded) => {
                let pat = self.pat(&guarded.pat);
                (pat, Some(self.expr(&guarded.guard)))
            }
            pat => (self.pat(pat), None),
        }
    }

    fn closure(&mut self, expr: &syn::ExprClosure) -> Expr {
        let params = expr.inputs.iter().map(|input| self.typed_pat(input)).collect();
        let ret = self.return_type(&expr.output);
        let body = self.expr(&expr.body);
        Expr::Closure(Box::new(Closure {
            params,
            ret,
            body,
            is_async: expr.asyncness.is_some(),
            is_move: expr.capture.is_some(),
        }))
    }

    /// `pattern` or `pattern: type`.
    fn typed_pat(&mut self, pat: &SynPat) -> (PatId, Option<TypeId>) {
        match pat {
            SynPat::Type(typed) => {
                let pat = self.pat(&typed.pat);
                (pat, Some(self.ty(&typed.ty)))
            }
            pat => (self.pat(pat), None),
        }
    }

    /// `const { … }`.
    pub(super) fn const_block(&mut self, expr: &syn::ExprConst) -> ExprId {
        self.block(BlockKind::Const, None, &expr.block)
    }

    /// A field's name or number, and where it stands.
    pub(super) fn member(&mut self, member: &Member) -> (Name, Offset) {
        match member {
            Member::Named(ident) => self.ident(ident),
            Member::Unnamed(index) => {
                let mut offset = self.offset(index.span);
                let digits = index.index.to_string();
                // The parts of `x.0.1` share the span of the literal `0.1`.
                let text = self.text.get(offset as usize..).unwrap_or_default();
                let first = text.bytes().take_while(u8::is_ascii_digit).count();
                if text[..first] != digits
                    && text[first..].strip_prefix('.').is_some_and(|rest| rest.starts_with(&digits))
                {
                    offset += first as u32 + 1;
                }
                (Name::new(&digits), offset)
            }
        }
    }

    /// A block.
    pub(super) fn block(&mut self, kind: BlockKind, label: Option<Name>, block: &syn::Block) -> ExprId {
        let mut lowered = self.stmts(&block.stmts);
        lowered.kind = kind;
        lowered.label = label;
        self.push_expr(Expr::Block(Box::new(lowered)))
    }

    /// The statements of a block.
    pub(in crate::facts) fn stmts(&mut self, list: &[SynStmt]) -> Block {
        let mut stmts = Vec::with_capacity(list.len());
        let mut items = Vec::new();
        let mut tail = None;
        for (i, stmt) in list.iter().enumerate() {
            let is_last = i + 1 == list.len();
            match stmt {
                SynStmt::Local(local) => {
                    let (pat, ty) = self.typed_pat(&local.pat);
                    let init = local.init.as_ref().map(|init| self.expr(&init.expr));
                    let diverge = local.init.as_ref().and_then(|init| init.diverge.as_ref());
                    let else_ = diverge.map(|(_, block)| self.expr(block));
                    self.guard(&local.attrs, Guarded::Pat(pat), false);
                    stmts.push(Stmt::Let { pat, ty, init, else_ });
                }
                SynStmt::Item(item) => {
                    if let Some(index) = self.nested_item(item) {
                        items.push(index);
                        if matches!(item, syn::Item::Macro(item) if item.ident.is_some()) {
                            stmts.push(Stmt::MacroDef(index));
                        }
                    }
                }
                SynStmt::Expr(stmt, semi) => {
                    let expr = self.expr(stmt);
                    self.guard_stmt(stmt, expr, semi.is_none());
                    if is_last && semi.is_none() {
                        tail = Some(expr);
                    } else {
                        stmts.push(Stmt::Expr(expr));
                    }
                }
                SynStmt::Macro(stmt) => {
                    let call = self.macro_call(&stmt.mac, true);
                    let call = self.push_macro(call);
                    let expr = self.push_expr(Expr::Macro(call));
                    self.guard(&stmt.attrs, Guarded::Expr(expr), stmt.semi_token.is_none());
                    if is_last && stmt.semi_token.is_none() {
                        tail = Some(expr);
                    } else {
                        stmts.push(Stmt::Expr(expr));
                    }
                }
            }
        }
        Block { kind: BlockKind::Plain, label: None, stmts: stmts.into(), tail, items: items.into() }
    }
}
