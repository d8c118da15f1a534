//! Structs, variants and their fields, in expressions and patterns.

use std::sync::Arc;

use super::{Infer, Text};
use crate::facts::{ExprId, PathAnchor, PathId, PathRef};
use crate::model::{EdgeKind, Reason, SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::paths::PathEnd;
use crate::resolve::types::{Subst, Ty};
use crate::resolve::world::{Ns, Res};

impl Infer<'_> {
    /// Types of a tuple struct's or variant's fields; `None` when it has named fields.
    pub(super) fn constructor_fields(&mut self, id: SymbolId, ty: &Ty) -> Option<Vec<Ty>> {
        let world = self.world;
        let mut out = Vec::new();
        let lookup = self.lookup();
        let is_field = |member: &SymbolId| world.kind(*member) == SymbolKind::Field && lookup.is_def_on(*member);
        for member in world.members(id).filter(is_field) {
            if !world.name(member).as_str().starts_with(|first: char| first.is_ascii_digit()) {
                return None;
            }
            out.push(self.field_type(member, ty));
        }
        Some(out)
    }

    /// A field's type for a given type of its owner.
    pub(super) fn field_type(&mut self, field: SymbolId, owner: &Ty) -> Ty {
        let ty = self.shared.impls.tables.type_of(field);
        let ty = match owner {
            Ty::Adt(id, args) => ty.subst(&Subst::default().with(*id, Arc::clone(args))),
            _ => ty,
        };
        self.normalize(&ty)
    }

    /// A field of a struct, union or variant by name, with its type.
    pub(super) fn declared_field(&mut self, owner: SymbolId, ty: &Ty, name: Name) -> Option<(SymbolId, Ty)> {
        let world = self.world;
        let twins = world
            .members(owner)
            .filter(|member| world.kind(*member) == SymbolKind::Field && world.name(*member) == name);
        let field = self.lookup().pick_def(twins)?;
        Some((field, self.field_type(field, ty)))
    }

    pub(super) fn field(&mut self, text: Text<'_>, base: ExprId, name: Name, offset: u32) -> Ty {
        let base = self.expr(text, base, None);
        let base = self.known(&base);
        let (steps, _) = self.solver.autoderef(&base);
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

    /// The constructor that a struct expression or pattern names, and the type that it makes.
    pub(super) fn struct_path(&mut self, text: Text<'_>, id: PathId) -> (Ty, Option<SymbolId>) {
        let path = &text.arena[id];
        // A struct with named fields lives in the type namespace only.
        let (ty, owner) = self.struct_type(text, path);
        if let Some(owner) = owner
            && !path.segments.is_empty()
            && self.world.kind(owner) == SymbolKind::Variant
        {
            self.draw(text, Self::path_offset(path), EdgeKind::Uses, Res::Def(owner), Reason::Path);
        }
        (ty, owner)
    }

    pub(super) fn struct_type(&mut self, text: Text<'_>, path: &PathRef) -> (Ty, Option<SymbolId>) {
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        self.draw_type_path(text, path);
        if path.qself.is_none() && path.anchor != PathAnchor::SelfType {
            let end = self.lookup().follow(path.anchor, &names, Ns::Type, false, &mut |_, _| {});
            if let PathEnd::Full(Res::Def(id)) = end
                && self.world.kind(id) == SymbolKind::Variant
                && let Some(parent) = self.world.parent(id)
            {
                let generics = path.segments.iter().rev().find_map(|segment| segment.args.as_deref());
                return (self.lower_res(text, Res::Def(parent), generics), Some(id));
            }
        }
        // `Self::Variant { .. }` and `Alias::Variant { .. }`.
        if let Some((last, before)) = path.segments.split_last() {
            let prefix =
                PathRef { anchor: path.anchor, offset: path.offset, qself: path.qself, segments: before.into() };
            let names_type = !before.is_empty() || path.anchor == PathAnchor::SelfType;
            if names_type {
                let ty = self.lower_path(text, &prefix);
                if let Ty::Adt(id, _) = &ty
                    && self.world.kind(*id) == SymbolKind::Enum
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

    pub(super) fn lower_path(&mut self, text: Text<'_>, path: &PathRef) -> Ty {
        let ty = self.lowering().path_ty(text.arena, path, &mut || self.solver.fresh());
        self.stands_for(ty)
    }
}
