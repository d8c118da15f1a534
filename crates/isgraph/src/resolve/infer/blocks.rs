//! Blocks, their statements, and closures.

use std::sync::Arc;

use super::{Infer, Text};
use crate::facts::{Block, BlockKind, Closure, Expr, ExprId, Guarded, Stmt};
use crate::resolve::collect::is_statement_macro;
use crate::resolve::types::Ty;

impl Infer<'_> {
    pub(super) fn closure(&mut self, text: Text<'_>, closure: &Closure, expected: Option<&Ty>) -> Ty {
        let wanted = expected.and_then(|ty| self.callable(ty));
        let mut params = Vec::new();
        let wanted_ret = wanted.as_ref().map(|(_, ret)| match self.shallow(ret) {
            Ty::Future(output) if closure.is_async => (*output).clone(),
            other if closure.is_async && !matches!(other, Ty::Unknown) => self.fresh(),
            other => other,
        });
        let ret = match (closure.ret, wanted_ret) {
            (Some(ty), _) => self.lower(text, ty),
            (None, Some(wanted)) if !wanted.is_unknown() => wanted,
            _ => self.fresh(),
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
            this.coerce(&value, &ret);
            this.returns.pop();
            this.breaks = breaks;
        });
        let ret = if closure.is_async { Ty::Future(Arc::new(ret)) } else { ret };
        if let Some((_, wanted)) = wanted {
            self.coerce(&ret, &wanted);
        }
        Ty::Fn(params.into(), Arc::new(ret))
    }

    pub(super) fn block(&mut self, text: Text<'_>, id: ExprId, block: &Block, expected: Option<&Ty>) -> Ty {
        let outer = self.module;
        if let Some(number) = text.number
            && let Some(module) = self.world.blocks.get(&(self.owner, number, id.0))
        {
            self.module = *module;
        }
        let is_async = matches!(block.kind, BlockKind::Async | BlockKind::Gen);
        let output = is_async.then(|| match expected.map(|ty| self.shallow(ty)) {
            Some(Ty::Future(output)) => (*output).clone(),
            _ => self.fresh(),
        });
        if let Some(output) = &output {
            self.returns.push(output.clone());
        }
        if block.label.is_some() {
            self.breaks.push((block.label, Ty::Never));
        }
        let expected = if is_async { output.clone() } else { expected.cloned() };
        let ty = self.in_scope(|this| this.statements(text, block, expected.as_ref()));
        let ty = match block.label.and_then(|_| self.breaks.pop()) {
            Some((_, value)) => self.join(value, &ty),
            None => ty,
        };
        self.module = outer;
        match output {
            Some(output) => {
                self.returns.pop();
                self.coerce(&ty, &output);
                Ty::Future(Arc::new(output))
            }
            None => ty,
        }
    }

    /// The statements of a block in the current scope; its value.
    pub(super) fn statements(&mut self, text: Text<'_>, block: &Block, expected: Option<&Ty>) -> Ty {
        let mut diverges = false;
        let value = self.block_value(text, block);
        for stmt in &block.stmts {
            match stmt {
                Stmt::Let { pat, .. } if self.is_pat_off(text, *pat) => {
                    self.apart(text, Guarded::Pat(*pat), |this| this.statement(text, stmt, &mut false));
                }
                Stmt::Expr(expr) if self.is_expr_off(text, *expr) => self.expr_apart(text, *expr),
                Stmt::Expr(expr) if value == Some(*expr) => {}
                _ => self.statement(text, stmt, &mut diverges),
            }
        }
        if let Some(tail) = block.tail.filter(|tail| value != Some(*tail)) {
            self.expr_apart(text, tail);
        }
        match value {
            Some(value) => match is_statement_macro(text.arena, value) {
                Some(call) => self.macro_expr(text, call, true, expected),
                None => self.expr(text, value, expected),
            },
            None if diverges => Ty::Never,
            None => Ty::unit(),
        }
    }

    fn statement(&mut self, text: Text<'_>, stmt: &Stmt, diverges: &mut bool) {
        match stmt {
            Stmt::Let { pat, ty, init, else_ } => {
                let declared = ty.map(|ty| self.lower(text, ty));
                let value = init.map(|init| self.expr(text, init, declared.as_ref()));
                if let Some(else_) = else_ {
                    self.expr(text, *else_, None);
                }
                let ty = match (declared, value) {
                    (Some(declared), Some(value)) => {
                        self.coerce(&value, &declared);
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
                *diverges |= matches!(ty, Ty::Never);
            }
            Stmt::MacroDef(_) => {}
        }
    }
}
