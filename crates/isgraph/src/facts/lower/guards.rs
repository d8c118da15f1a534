//! `#[cfg]` inside bodies: on statements, expressions, arms and fields.

use syn::{Attribute, Expr as SynExpr};

use super::Lower;
use crate::facts::{ExprId, Guard, Guarded};

impl Lower<'_> {
    /// Notes the `cfg` that guards a node of the arena. `value` says that it is an expression
    /// statement without a semicolon.
    pub(super) fn guard(&mut self, attrs: &[Attribute], node: Guarded, value: bool) {
        if !attrs.iter().any(|attribute| attribute.path().is_ident("cfg")) {
            return;
        }
        if let Some(cfg) = self.attrs(attrs).cfg {
            self.arena.guards.push(Guard { node, cfg, value });
        }
    }

    /// Notes the `cfg` of an expression.
    pub(super) fn guard_expr(&mut self, expr: &SynExpr, id: ExprId) {
        self.guard(attributes(expr), Guarded::Expr(id), false);
    }

    /// Notes the `cfg` of an expression statement, which syn gives to its leftmost operand.
    pub(super) fn guard_stmt(&mut self, expr: &SynExpr, id: ExprId, value: bool) {
        let mut first = expr;
        loop {
            first = match first {
                SynExpr::Assign(expr) => &expr.left,
                SynExpr::Binary(expr) => &expr.left,
                SynExpr::Cast(expr) => &expr.expr,
                _ => break,
            };
        }
        self.guard(attributes(first), Guarded::Expr(id), value);
    }
}

fn attributes(expr: &SynExpr) -> &[Attribute] {
    match expr {
        SynExpr::Array(expr) => &expr.attrs,
        SynExpr::Assign(expr) => &expr.attrs,
        SynExpr::Async(expr) => &expr.attrs,
        SynExpr::Await(expr) => &expr.attrs,
        SynExpr::Binary(expr) => &expr.attrs,
        SynExpr::Block(expr) => &expr.attrs,
        SynExpr::Break(expr) => &expr.attrs,
        SynExpr::Call(expr) => &expr.attrs,
        SynExpr::Cast(expr) => &expr.attrs,
        SynExpr::Closure(expr) => &expr.attrs,
        SynExpr::Const(expr) => &expr.attrs,
        SynExpr::Continue(expr) => &expr.attrs,
        SynExpr::Field(expr) => &expr.attrs,
        SynExpr::ForLoop(expr) => &expr.attrs,
        SynExpr::Group(expr) => &expr.attrs,
        SynExpr::If(expr) => &expr.attrs,
        SynExpr::Index(expr) => &expr.attrs,
        SynExpr::Infer(expr) => &expr.attrs,
        SynExpr::Let(expr) => &expr.attrs,
        SynExpr::Lit(expr) => &expr.attrs,
        SynExpr::Loop(expr) => &expr.attrs,
        SynExpr::Macro(expr) => &expr.attrs,
        SynExpr::Match(expr) => &expr.attrs,
        SynExpr::MethodCall(expr) => &expr.attrs,
        SynExpr::Paren(expr) => &expr.attrs,
        SynExpr::Path(expr) => &expr.attrs,
        SynExpr::Range(expr) => &expr.attrs,
        SynExpr::RawAddr(expr) => &expr.attrs,
        SynExpr::Reference(expr) => &expr.attrs,
        SynExpr::Repeat(expr) => &expr.attrs,
        SynExpr::Return(expr) => &expr.attrs,
        SynExpr::Struct(expr) => &expr.attrs,
        SynExpr::Try(expr) => &expr.attrs,
        SynExpr::TryBlock(expr) => &expr.attrs,
        SynExpr::Tuple(expr) => &expr.attrs,
        SynExpr::Unary(expr) => &expr.attrs,
        SynExpr::Unsafe(expr) => &expr.attrs,
        SynExpr::While(expr) => &expr.attrs,
        SynExpr::Yield(expr) => &expr.attrs,
        _ => &[],
    }
}
