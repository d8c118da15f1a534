//! Walking expressions without recursion on their kind.

use crate::facts::{Arena, Expr, ExprId, Pat, PatId, Stmt};

/// Calls `f` for every direct child expression, in source order. Expressions inside patterns are included.
pub(crate) fn for_each_child(arena: &Arena, expr: ExprId, f: &mut dyn FnMut(ExprId)) {
    let mut all = |ids: &[ExprId]| ids.iter().for_each(|id| f(*id));
    match &arena[expr] {
        Expr::Missing(parts) | Expr::Tuple(parts) | Expr::Array(parts) => all(parts),
        Expr::Path(_) | Expr::Literal(_) | Expr::Continue | Expr::Underscore => {}
        Expr::Call { callee, args } => {
            all(&[*callee]);
            all(args);
        }
        Expr::MethodCall { receiver, args, .. } => {
            all(&[*receiver]);
            all(args);
        }
        Expr::Field { base, .. } => all(&[*base]),
        Expr::Index { base, index, .. } => all(&[*base, *index]),
        Expr::Binary { lhs, rhs, .. } | Expr::Assign { lhs, rhs } => all(&[*lhs, *rhs]),
        Expr::Unary { expr, .. }
        | Expr::Ref { expr, .. }
        | Expr::Cast { expr, .. }
        | Expr::Try { expr, .. }
        | Expr::Await { expr, .. } => all(&[*expr]),
        Expr::Block(block) => {
            for stmt in &block.stmts {
                match stmt {
                    Stmt::Let { pat, init, else_, .. } => {
                        in_pat(arena, *pat, f);
                        init.iter().chain(else_).for_each(|id| f(*id));
                    }
                    Stmt::Expr(id) => f(*id),
                    Stmt::MacroDef(_) => {}
                }
            }
            block.tail.iter().for_each(|id| f(*id));
        }
        Expr::If { cond, then, else_ } => {
            all(&[*cond, *then]);
            else_.iter().for_each(|id| f(*id));
        }
        Expr::Let { pat, expr } => {
            in_pat(arena, *pat, f);
            f(*expr);
        }
        Expr::Match { scrutinee, arms } => {
            f(*scrutinee);
            for arm in arms {
                in_pat(arena, arm.pat, f);
                arm.guard.iter().for_each(|id| f(*id));
                f(arm.body);
            }
        }
        Expr::Loop { body, .. } => all(&[*body]),
        Expr::While { cond, body, .. } => all(&[*cond, *body]),
        Expr::For { pat, iter, body, .. } => {
            in_pat(arena, *pat, f);
            f(*iter);
            f(*body);
        }
        Expr::Closure(closure) => all(&[closure.body]),
        Expr::Return(value) => value.iter().for_each(|id| f(*id)),
        Expr::Break { expr, .. } => expr.iter().for_each(|id| f(*id)),
        Expr::Struct { fields, base, .. } => {
            fields.iter().for_each(|field| f(field.value));
            base.iter().for_each(|id| f(*id));
        }
        Expr::Repeat { value, len } => all(&[*value, *len]),
        Expr::Range { start, end, .. } => start.iter().chain(end).for_each(|id| f(*id)),
        Expr::Macro(call) => {
            if let Some(args) = &arena[*call].args {
                all(&args.exprs);
            }
        }
    }
}

/// Expressions inside a pattern: literals, ranges, guards.
fn in_pat(arena: &Arena, pat: PatId, f: &mut dyn FnMut(ExprId)) {
    let mut stack = vec![pat];
    while let Some(pat) = stack.pop() {
        match &arena[pat] {
            Pat::Value(parts) => parts.iter().for_each(|id| f(*id)),
            Pat::Guard(inner, guard) => {
                stack.push(*inner);
                f(*guard);
            }
            Pat::Bind { sub, .. } => stack.extend(sub),
            Pat::TupleStruct(_, pats) | Pat::Tuple(pats) | Pat::Or(pats) | Pat::Slice(pats) => {
                stack.extend(pats.iter().rev());
            }
            Pat::Struct(_, fields) => stack.extend(fields.iter().rev().map(|field| field.pat)),
            Pat::Ref { pat, .. } => stack.push(*pat),
            Pat::Wild | Pat::Rest | Pat::Path(_) | Pat::Macro(_) | Pat::Error => {}
        }
    }
}
