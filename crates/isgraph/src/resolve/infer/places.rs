//! Overloaded places: `a[i]` and `*a` are `index_mut` and `deref_mut` where they are written to.
//!
//! Whether they are is known only when what is around them is: the edges are drawn for reading, and
//! drawn anew when the place turns out to be written to.

use super::{Infer, Text};
use crate::facts::{Expr, ExprId, UnaryOp};
use crate::name::Name;
use crate::resolve::types::select::{Selected, Source};
use crate::resolve::types::tables::Predicate;
use crate::resolve::types::{Args, TraitRef, Ty};
use crate::resolve::world::Res;

/// An operator that was drawn for reading a place.
pub(super) struct Read {
    edge: usize,
    self_ty: Ty,
    args: Args,
    /// The trait for writing, and its method.
    of: Res,
    method: &'static str,
}

impl Infer<'_> {
    /// Keeps in mind the edge that was drawn last, if one was since there were `edges`.
    pub(super) fn note_read(
        &mut self,
        text: Text<'_>,
        expr: ExprId,
        edges: usize,
        read: (Ty, Args, Res, &'static str),
    ) {
        if self.output.edges.len() > edges {
            let (self_ty, args, of, method) = read;
            let read = Read { edge: edges, self_ty, args, of, method };
            self.reads.insert((std::ptr::from_ref(text.arena) as usize, expr), read);
        }
    }

    /// The place that an expression is, and those that it is part of, are written to.
    pub(super) fn write_to(&mut self, text: Text<'_>, expr: ExprId) {
        let mut at = expr;
        loop {
            at = match &text.arena[at] {
                Expr::Field { base, .. } => *base,
                Expr::Index { base, .. } => {
                    self.redraw(text, at);
                    *base
                }
                Expr::Unary { op: UnaryOp::Deref, expr, .. } => {
                    self.redraw(text, at);
                    *expr
                }
                Expr::Tuple(parts) | Expr::Array(parts) => {
                    // `(a[0], b[1]) = …`
                    parts.iter().for_each(|part| self.write_to(text, *part));
                    return;
                }
                _ => return,
            };
        }
    }

    fn redraw(&mut self, text: Text<'_>, expr: ExprId) {
        let Some(read) = self.reads.remove(&(std::ptr::from_ref(text.arena) as usize, expr)) else { return };
        let bound = TraitRef { of: read.of, args: read.args, bindings: [].into() };
        let goal = Predicate { ty: read.self_ty, bound };
        let mark = self.solver.vars.mark();
        let selected = self.solver.select(&goal, &mut Vec::new(), 0);
        self.solver.vars.undo(&mark);
        let Selected::Yes(Source::Impl(id, _)) = selected else { return };
        let name = Name::new(read.method);
        let item = self.world.members(id).find(|member| self.world.name(*member) == name);
        if let (Some(item), Some(edge)) = (item, self.output.edges.get_mut(read.edge)) {
            edge.to = Res::Def(item);
        }
    }
}
