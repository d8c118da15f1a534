//! Code under a `cfg` inside a body.
//!
//! What is on is ordinary code. What is off is inferred apart, under its own predicate: it draws its
//! edges, but neither its types nor its names reach what is on, and what it leaves open is not said.

use std::borrow::Cow;

use super::{Infer, Text};
use crate::facts::{Block, Body, Cfg, Expr, ExprId, Guard, Guarded, PatId, Stmt};

/// The predicates of a body's own guards: of each, those of the item around it and its own.
pub(super) struct Guards<'a>(Vec<(Guarded, Vec<&'a Cfg>)>);

impl<'a> Guards<'a> {
    pub(super) fn of(body: Option<&'a Body>, assumed: &[&'a Cfg]) -> Self {
        let guards = body.map_or(&[][..], |body| &body.arena.guards);
        Self(guards.iter().map(|guard| (guard.node, [assumed, &[&guard.cfg]].concat())).collect())
    }
}

/// Most variables whose state is kept while code that is off is inferred; more, and it is left out.
const MAX_KEPT: usize = 4_096;

impl<'a> Infer<'a> {
    fn holds(&self, cfg: &Cfg) -> bool {
        self.world.krate_of(self.module).cfg.holds(cfg, self.assumed)
    }

    /// Whether a local that was declared under a `cfg` that is off can be seen here.
    pub(super) fn is_seen(&self, guard: Option<&Cfg>) -> bool {
        guard.is_none_or(|cfg| self.holds(cfg))
    }

    /// Whether the node is under a `cfg` that is off.
    pub(super) fn is_off(&self, text: Text<'_>, node: Guarded) -> bool {
        text.arena.guard(node).is_some_and(|guard| !self.holds(&guard.cfg))
    }

    /// Infers code that is off. Of the expansion of a macro, such code is left out.
    pub(super) fn apart(&mut self, text: Text<'_>, node: Guarded, infer: impl FnOnce(&mut Self)) {
        let own = self.guards.0.iter().find(|(guarded, _)| *guarded == node && text.number == Some(0));
        let Some((_, inside)) = own else { return };
        let Some(outside) = self.solver.suspend(MAX_KEPT) else { return };
        let returns = self.returns.clone();
        let (pending, unresolved) = (self.pending.len(), self.output.unresolved.len());
        let deferred = std::mem::take(&mut self.deferred);
        let assumed = std::mem::replace(&mut self.assumed, inside);
        let locals = self.locals.len();
        infer(self);
        let guard = inside.last().copied();
        for local in self.locals.iter_mut().skip(locals) {
            local.guard = local.guard.or(guard);
        }
        self.decide();
        self.specialize(pending);
        self.assumed = assumed;
        self.output.unresolved.truncate(unresolved);
        self.deferred = deferred;
        self.returns = returns;
        // Variables of locals that are off stay; those of the code around are as they were.
        self.solver.resume(outside);
    }

    /// The arguments or elements that are on.
    pub(super) fn on<'t>(&mut self, text: Text<'_>, exprs: &'t [ExprId]) -> Cow<'t, [ExprId]> {
        if text.arena.guards.is_empty() || !exprs.iter().any(|expr| self.is_off(text, Guarded::Expr(*expr))) {
            return Cow::Borrowed(exprs);
        }
        let mut on = Vec::new();
        for expr in exprs {
            if self.is_off(text, Guarded::Expr(*expr)) {
                self.expr_apart(text, *expr);
            } else {
                on.push(*expr);
            }
        }
        Cow::Owned(on)
    }

    /// Infers an expression that is off.
    pub(super) fn expr_apart(&mut self, text: Text<'_>, expr: ExprId) {
        self.apart(text, Guarded::Expr(expr), |this| match &text.arena[expr] {
            Expr::Macro(call) => drop(this.macro_expr(text, *call, true, None)),
            _ => drop(this.expr(text, expr, None)),
        });
    }

    /// Whether an arm or the field of a pattern is off.
    pub(super) fn is_pat_off(&self, text: Text<'_>, pat: PatId) -> bool {
        !text.arena.guards.is_empty() && self.is_off(text, Guarded::Pat(pat))
    }

    /// Whether an expression in a list or a field is off.
    pub(super) fn is_expr_off(&self, text: Text<'_>, expr: ExprId) -> bool {
        !text.arena.guards.is_empty() && self.is_off(text, Guarded::Expr(expr))
    }

    /// The expression that is a block's value: its tail, or when that is off, the statement without
    /// a semicolon that is the last one on.
    pub(super) fn block_value(&self, text: Text<'_>, block: &Block) -> Option<ExprId> {
        if text.arena.guards.is_empty() || block.tail.is_some_and(|tail| !self.is_expr_off(text, tail)) {
            return block.tail;
        }
        let last = block.stmts.iter().rev().find(|stmt| match stmt {
            Stmt::Expr(expr) => !self.is_expr_off(text, *expr),
            Stmt::Let { pat, .. } => !self.is_pat_off(text, *pat),
            Stmt::MacroDef(_) => false,
        });
        match last {
            Some(Stmt::Expr(expr)) => {
                let guard = text.arena.guard(Guarded::Expr(*expr));
                guard.is_some_and(|Guard { value, .. }| *value).then_some(*expr)
            }
            _ => None,
        }
    }
}
