//! Patterns.

use std::sync::Arc;

use super::path::Value;
use super::{Infer, Local, Text};
use crate::facts::{Guarded, Pat, PatId, PathId};
use crate::model::{EdgeKind, Reason, SymbolKind};
use crate::name::Name;
use crate::resolve::stack::with_room;
use crate::resolve::types::Ty;
use crate::resolve::world::{Ns, Res};

impl Infer<'_> {
    /// Binds a pattern's names against a type. `by_ref` is the default binding mode: what a
    /// reference that was matched through makes of the names inside.
    pub(super) fn pattern(&mut self, text: Text<'_>, id: PatId, ty: &Ty, by_ref: Option<bool>) {
        if self.depth >= super::MAX_DEPTH {
            return;
        }
        self.depth += 1;
        with_room(|| self.pattern_inner(text, id, ty, by_ref));
        self.depth -= 1;
    }

    fn pattern_inner(&mut self, text: Text<'_>, id: PatId, ty: &Ty, by_ref: Option<bool>) {
        let pat = &text.arena[id];
        // Patterns other than names and references see through references.
        let structural = matches!(pat, Pat::TupleStruct(..) | Pat::Struct(..) | Pat::Tuple(_) | Pat::Slice(_));
        let (ty, by_ref) = if structural { self.peel(ty, by_ref) } else { (ty.clone(), by_ref) };
        match pat {
            Pat::Wild | Pat::Rest | Pat::Error => {}
            Pat::Bind { name, offset, by_ref: explicit, mutable, sub } => {
                if sub.is_none() && !explicit && !mutable && self.is_constant(text, *name, *offset) {
                    return;
                }
                let bound = match (explicit, by_ref) {
                    (true, _) => Ty::reference(*mutable, ty.clone()),
                    (false, Some(mutable)) => Ty::reference(mutable, ty.clone()),
                    (false, None) => ty.clone(),
                };
                if let Some(sub) = sub {
                    self.pattern(text, *sub, &ty, by_ref);
                }
                self.push_local(text, *name, *offset, bound);
            }
            Pat::Path(path) => {
                let value = self.value(text, *path);
                self.constant(text, *path, value, &ty);
            }
            Pat::TupleStruct(path, pats) => {
                let value = self.value(text, *path);
                let fields = self.tuple_fields(text, *path, value, &ty);
                self.sequence(text, pats, &fields, by_ref);
            }
            Pat::Struct(path, fields) => {
                let (made, owner) = self.struct_path(text, *path);
                self.unify(&made, &ty);
                for field in fields {
                    if self.is_pat_off(text, field.pat) {
                        self.apart(text, Guarded::Pat(field.pat), |this| {
                            this.pattern(text, field.pat, &Ty::Unknown, by_ref);
                        });
                        continue;
                    }
                    let declared = owner.and_then(|owner| self.declared_field(owner, &made, field.name));
                    let field_ty = match declared {
                        Some((id, field_ty)) => {
                            self.draw(text, field.offset, EdgeKind::Uses, Res::Def(id), Reason::Field);
                            field_ty
                        }
                        None => self.fresh(),
                    };
                    self.pattern(text, field.pat, &field_ty, by_ref);
                }
            }
            Pat::Tuple(pats) => {
                let parts = match self.known(&ty) {
                    Ty::Tuple(parts) => parts.to_vec(),
                    Ty::Var(_) if !pats.iter().any(|pat| matches!(text.arena[*pat], Pat::Rest)) => {
                        let parts: Vec<Ty> = pats.iter().map(|_| self.fresh()).collect();
                        self.unify(&ty, &Ty::Tuple(parts.clone().into()));
                        parts
                    }
                    _ => Vec::new(),
                };
                self.sequence(text, pats, &parts, by_ref);
            }
            Pat::Or(pats) => {
                // Every alternative binds the same names; the first one's stay.
                let Some((first, rest)) = pats.split_first() else { return };
                self.pattern(text, *first, &ty, by_ref);
                for pat in rest {
                    let locals = self.locals.len();
                    self.pattern(text, *pat, &ty, by_ref);
                    let other: Vec<Local<'_>> = self.locals.drain(locals..).collect();
                    for local in other {
                        let same =
                            self.locals.iter().rev().find(|known| known.name == local.name).map(|l| l.ty.clone());
                        match same {
                            Some(known) => self.unify(&known, &local.ty),
                            None => self.locals.push(local),
                        }
                    }
                }
            }
            Pat::Ref { pat, .. } => {
                let inner = match self.known(&ty) {
                    Ty::Ref(_, inner) => (*inner).clone(),
                    Ty::Var(_) => {
                        let inner = self.fresh();
                        self.unify(&ty, &Ty::reference(false, inner.clone()));
                        inner
                    }
                    _ if by_ref.is_some() => ty.clone(),
                    _ => Ty::Unknown,
                };
                self.pattern(text, *pat, &inner, None);
            }
            Pat::Slice(pats) => {
                let item = match self.known(&ty) {
                    Ty::Slice(item) | Ty::Array(item) => (*item).clone(),
                    _ => Ty::Unknown,
                };
                for pat in pats {
                    let rest = matches!(&text.arena[*pat], Pat::Bind { sub: Some(sub), .. } if matches!(text.arena[*sub], Pat::Rest));
                    let ty = if rest { Ty::Slice(Arc::new(item.clone())) } else { item.clone() };
                    self.pattern(text, *pat, &ty, by_ref);
                }
            }
            Pat::Value(parts) => {
                for part in parts {
                    self.expr(text, *part, Some(&ty));
                }
            }
            Pat::Guard(pat, guard) => {
                self.pattern(text, *pat, &ty, by_ref);
                self.expr(text, *guard, None);
            }
            Pat::Macro(call) => self.macro_pattern(text, *call, &ty, by_ref),
        }
    }

    fn peel(&mut self, ty: &Ty, mut by_ref: Option<bool>) -> (Ty, Option<bool>) {
        let mut ty = self.known(ty);
        while let Ty::Ref(mutable, inner) = &ty {
            by_ref = Some(by_ref.unwrap_or(true) && *mutable);
            ty = self.known(&inner.as_ref().clone());
        }
        (ty, by_ref)
    }

    /// Patterns of a sequence with at most one `..` against the types of its parts.
    fn sequence(&mut self, text: Text<'_>, pats: &[PatId], types: &[Ty], by_ref: Option<bool>) {
        let rest = pats.iter().position(|pat| matches!(text.arena[*pat], Pat::Rest));
        for (index, pat) in pats.iter().enumerate() {
            let at = match rest {
                Some(rest) if index > rest => (types.len() + index).checked_sub(pats.len()),
                _ => Some(index),
            };
            let ty = at.and_then(|at| types.get(at)).cloned().unwrap_or(Ty::Unknown);
            self.pattern(text, *pat, &ty, by_ref);
        }
    }

    /// Whether a bare name in a pattern is a constant, unit struct or unit variant; draws its use.
    fn is_constant(&mut self, text: Text<'_>, name: Name, offset: u32) -> bool {
        let Some(res) = self.lookup().lexical(name, Ns::Value) else { return false };
        match res {
            Res::Def(id) => {
                let constant = match self.world.kind(id) {
                    SymbolKind::Const | SymbolKind::Static => true,
                    SymbolKind::Struct | SymbolKind::Variant => self.world.members(id).next().is_none(),
                    _ => false,
                };
                if constant {
                    self.draw(text, offset, EdgeKind::Uses, res, Reason::Path);
                }
                constant
            }
            Res::Ext(_) => name.as_str().starts_with(char::is_uppercase),
            Res::Prim(_) => false,
        }
    }

    fn constant(&mut self, text: Text<'_>, path: PathId, value: Value, ty: &Ty) {
        let path = &text.arena[path];
        let offset = Self::path_offset(path);
        match value {
            Value::Constructor(id, made) => {
                self.draw(text, offset, EdgeKind::Uses, Res::Def(id), Reason::Path);
                self.unify(&made, ty);
            }
            Value::Item(made) => self.unify(&made, ty),
            _ => {}
        }
    }

    /// Field types of a tuple struct or variant pattern.
    fn tuple_fields(&mut self, text: Text<'_>, path: PathId, value: Value, ty: &Ty) -> Vec<Ty> {
        let path = &text.arena[path];
        let offset = Self::path_offset(path);
        match value {
            Value::Constructor(id, made) => {
                if !path.segments.is_empty() {
                    self.draw(text, offset, EdgeKind::Uses, Res::Def(id), Reason::Path);
                }
                self.unify(&made, ty);
                let made = self.resolve(&made);
                self.constructor_fields(id, &made).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}
