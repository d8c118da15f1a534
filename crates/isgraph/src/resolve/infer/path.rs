//! Paths in bodies: values, types, and the edges of their segments.

use std::sync::Arc;

use super::{Infer, Text};
use crate::facts::{Bound, GenericArg, GenericArgs, Offset, PathAnchor, PathId, PathRef, TypeId, TypeRef};
use crate::model::{EdgeKind, Missing, Reason, SiteForm, SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::interface::is_interface;
use crate::resolve::paths::PathEnd;
use crate::resolve::types::assoc::associated_type;
use crate::resolve::types::probe::Found;
use crate::resolve::types::select::{Selected, Source};
use crate::resolve::types::tables::Predicate;
use crate::resolve::types::{Projection, Subst, TraitRef, Ty};
use crate::resolve::world::{ExtId, Ns, Prim, Res};

/// What a path in expression position is.
pub(super) enum Value {
    /// A local of that type.
    Local(Ty),
    /// A function, with what its impl's or trait's parameters stand for.
    Function(Found),
    /// Functions of several impls of one external trait: the arguments decide.
    Overloaded(Vec<Found>),
    /// A constructor: the struct or variant, and the type that it makes.
    Constructor(SymbolId, Ty),
    /// A const, static, unit struct or unit variant.
    Item(Ty),
    /// Something external.
    External(ExtId),
    /// Not found.
    Unknown,
}

impl Infer<'_> {
    /// Where the last name of a path stands.
    pub(super) fn path_offset(path: &PathRef) -> Offset {
        path.segments.last().map_or(path.offset, |segment| segment.offset)
    }

    /// Draws `uses` for what the segments of a path lead to (types, traits, and values unless the
    /// caller draws the last one itself).
    fn draw_segment(&mut self, text: Text<'_>, path: &PathRef, index: usize, res: Res, reason: Reason) {
        let Some(segment) = path.segments.get(index) else { return };
        match res {
            Res::Def(id) if is_interface(id) => {}
            Res::Def(id) => {
                if !matches!(self.world.kind(id), SymbolKind::Module | SymbolKind::Crate | SymbolKind::Impl) {
                    self.draw(text, segment.offset, EdgeKind::Uses, res, reason);
                }
            }
            Res::Ext(_) | Res::Prim(_) => {}
        }
    }

    /// Draws the uses of all types that a type names.
    pub(super) fn draw_type(&mut self, text: Text<'_>, ty: TypeId) {
        match &text.arena[ty] {
            TypeRef::Path(path) => self.draw_type_path(text, &text.arena[*path]),
            TypeRef::Tuple(parts) => parts.iter().for_each(|ty| self.draw_type(text, *ty)),
            TypeRef::Ref { ty, .. } | TypeRef::Ptr { ty, .. } | TypeRef::Slice(ty) => self.draw_type(text, *ty),
            TypeRef::Array(ty, len) => {
                self.draw_type(text, *ty);
                self.expr(text, *len, None);
            }
            TypeRef::Fn { params, ret, .. } => {
                params.iter().chain(ret).for_each(|ty| self.draw_type(text, *ty));
            }
            TypeRef::ImplTrait(bounds) | TypeRef::Dyn(bounds) => {
                for bound in bounds {
                    if let Bound::Trait(path) | Bound::Relaxed(path) = bound {
                        self.draw_type_path(text, &text.arena[*path]);
                    }
                }
            }
            TypeRef::Macro(call) => self.draw_type_macro(text, *call),
            TypeRef::Never | TypeRef::Infer | TypeRef::Error => {}
        }
    }

    /// Draws the uses of a path in type position, its generic arguments included.
    pub(super) fn draw_type_path(&mut self, text: Text<'_>, path: &PathRef) {
        if let Some(qself) = path.qself {
            self.draw_type(text, qself.ty);
        }
        self.draw_args_of(text, path);
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        let (tables, lowering) = (&self.shared.impls.tables, self.lowering());
        if let Some((at, item)) = associated_type(tables, &lowering, self.predicates, path)
            && self.world.kind(item) == SymbolKind::AssociatedType
        {
            self.draw_segment(text, path, at, Res::Def(item), Reason::Path);
        }
        if path.anchor == PathAnchor::SelfType || (path.qself.is_some_and(|qself| qself.trait_segments == 0)) {
            return;
        }
        if path.anchor == PathAnchor::Plain && names.first().is_some_and(|name| self.lowering().param(*name).is_some())
        {
            return;
        }
        let names = match path.qself {
            Some(qself) => &names[..usize::from(qself.trait_segments).min(names.len())],
            None => &names[..],
        };
        let mut seen = Vec::new();
        self.lookup().follow(path.anchor, names, Ns::Type, false, &mut |index, res| seen.push((index, res)));
        for (index, res) in seen {
            self.draw_segment(text, path, index, res, Reason::Path);
        }
    }

    pub(super) fn draw_args_of(&mut self, text: Text<'_>, path: &PathRef) {
        for segment in &path.segments {
            if let Some(args) = &segment.args {
                self.draw_args(text, args);
            }
        }
    }

    pub(super) fn draw_args(&mut self, text: Text<'_>, args: &GenericArgs) {
        for arg in &args.args {
            match arg {
                GenericArg::Type(ty) => self.draw_type(text, *ty),
                GenericArg::Const(expr) => {
                    self.expr(text, *expr, None);
                }
            }
        }
        for binding in &args.bindings {
            if let Some(ty) = binding.ty {
                self.draw_type(text, ty);
            }
            for bound in &binding.bounds {
                if let Bound::Trait(path) | Bound::Relaxed(path) = bound {
                    self.draw_type_path(text, &text.arena[*path]);
                }
            }
        }
    }

    /// A path in expression position. The last name's own edge is left to the caller, who knows
    /// whether it is called.
    pub(super) fn value(&mut self, text: Text<'_>, id: PathId) -> Value {
        let path = &text.arena[id];
        self.draw_args_of(text, path);
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        let last = names.len().saturating_sub(1);
        if let Some(qself) = path.qself {
            self.draw_type(text, qself.ty);
            let self_ty = self.lower(text, qself.ty);
            let split = usize::from(qself.trait_segments).min(names.len());
            if split > 0 {
                let mut seen = Vec::new();
                let end = self
                    .lookup()
                    .follow(path.anchor, &names[..split], Ns::Type, false, &mut |index, res| seen.push((index, res)));
                for (index, res) in seen {
                    self.draw_segment(text, path, index, res, Reason::Path);
                }
                let Some(name) = names.get(split) else { return Value::Unknown };
                let args = self.trait_args(text, path, split);
                return match end {
                    PathEnd::Full(Res::Def(of)) => {
                        self.of_trait(text, Self::path_offset(path), of, *name, Some(self_ty), &args)
                    }
                    PathEnd::Full(Res::Ext(ext)) => {
                        // An external trait's function for a type of the source set: its impl's item.
                        match self.external_trait_item(ext, &self_ty, *name, &args) {
                            Some(value) => value,
                            None => Value::External(self.world.externals.child(Some(ext), *name)),
                        }
                    }
                    _ => Value::Unknown,
                };
            }
            return self.through(text, path, &self_ty, 0, &names);
        }
        if path.anchor == PathAnchor::SelfType {
            let lowering = self.lowering();
            let self_ty = lowering.self_ty(&mut || Ty::Unknown);
            if names.is_empty() {
                return match self.normalize(&self_ty) {
                    Ty::Adt(id, args) => Value::Constructor(id, Ty::Adt(id, args)),
                    _ => Value::Unknown,
                };
            }
            return self.through(text, path, &self_ty, 0, &names);
        }
        if path.anchor == PathAnchor::Super(0) && names.is_empty() {
            let name = Name::new("self");
            return match self.local(text, name, path.offset).or_else(|| self.self_local()) {
                Some(ty) => Value::Local(ty),
                None => Value::Unknown,
            };
        }
        if let ([only], PathAnchor::Plain) = (names.as_slice(), path.anchor) {
            if let Some(ty) = self.local(text, *only, path.segments[0].offset) {
                return Value::Local(ty);
            }
            if self.lowering().param(*only).is_some() {
                return Value::Item(Ty::Unknown);
            }
        }
        if path.anchor == PathAnchor::Plain
            && names.len() > 1
            && let Some(param) = self.lowering().param(names[0])
        {
            return self.through(text, path, &Ty::Param(param), 1, &names);
        }
        let mut seen = Vec::new();
        let end =
            self.lookup().follow(path.anchor, &names, Ns::Value, false, &mut |index, res| seen.push((index, res)));
        for (index, res) in &seen {
            if *index < last || matches!(end, PathEnd::Partial { .. } | PathEnd::Missing(_)) {
                self.draw_segment(text, path, *index, *res, Reason::Path);
            }
        }
        match end {
            PathEnd::Full(res) => self.value_of(text, path, res),
            PathEnd::Partial { base, next } => {
                let generics = path.segments.get(next.wrapping_sub(1)).and_then(|segment| segment.args.as_deref());
                match base {
                    Res::Def(of) if self.world.kind(of) == SymbolKind::Trait => {
                        self.of_trait(text, Self::path_offset(path), of, names[next], None, &[])
                    }
                    _ => {
                        let self_ty = self.lower_res(text, base, generics);
                        self.through(text, path, &self_ty, next, &names)
                    }
                }
            }
            // `u8::MAX` where `use std::u8` brought the module into scope, which has no such item.
            PathEnd::Missing(1) if path.anchor == PathAnchor::Plain => match Prim::from_name(names[0].as_str()) {
                Some(prim) => self.through(text, path, &Ty::Prim(prim), 1, &names),
                None => Value::Unknown,
            },
            PathEnd::Missing(_) => Value::Unknown,
        }
    }

    /// The generic arguments of the trait that the first `split` segments name.
    fn trait_args(&mut self, text: Text<'_>, path: &PathRef, split: usize) -> Vec<Ty> {
        let generics = split.checked_sub(1).and_then(|last| path.segments.get(last)?.args.as_deref());
        let types = generics.into_iter().flat_map(|generics| &generics.args);
        types
            .map(|arg| match arg {
                GenericArg::Type(ty) => self.lower_quietly(text, *ty),
                GenericArg::Const(_) => Ty::Unknown,
            })
            .collect()
    }

    fn self_local(&self) -> Option<Ty> {
        let name = Name::new("self");
        self.locals.iter().rev().find(|local| local.name == name).map(|local| local.ty.clone())
    }

    pub(super) fn lower_res(&mut self, text: Text<'_>, res: Res, generics: Option<&GenericArgs>) -> Ty {
        // In an expression, arguments that are left out are inferred: defaults are for types.
        let named = match (res, generics) {
            (Res::Def(id), None) => match self.world.kind(id) {
                SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union => Some((id, false)),
                SymbolKind::TypeAlias => Some((id, true)),
                _ => None,
            },
            _ => None,
        };
        let ty = match named {
            Some((id, is_alias)) => {
                let args = self.solver.unstated(res);
                if is_alias { Ty::Alias(id, args) } else { Ty::Adt(id, args) }
            }
            None => self.lowering().res_ty(text.arena, res, generics, &mut || self.solver.fresh()),
        };
        self.stands_for(ty)
    }

    /// The rest of a path after a type: associated items.
    fn through(&mut self, text: Text<'_>, path: &PathRef, self_ty: &Ty, next: usize, names: &[Name]) -> Value {
        let mut ty = self.normalize(self_ty);
        let Some((last, between)) = names[next..].split_last() else { return Value::Unknown };
        for name in between {
            ty = self.normalize(&Ty::Projection(Arc::new(Projection {
                self_ty: ty,
                of: None,
                args: Arc::from([]),
                name: *name,
                own: Arc::from([]),
            })));
        }
        let ty = self.settled(&ty);
        if let Ty::Adt(id, args) = &ty
            && self.world.kind(*id) == SymbolKind::Enum
            && let Some(variant) = self.lookup().variant(*id, *last)
        {
            return Value::Constructor(variant, Ty::Adt(*id, args.clone()));
        }
        let site = self.site();
        let mut found = self.solver.associated_items(site, &ty, *last);
        if found.len() > 1 {
            return Value::Overloaded(found);
        }
        match found.pop() {
            Some(found) => match self.world.kind(found.item) {
                SymbolKind::Method => Value::Function(found),
                SymbolKind::Const => {
                    let offset = Self::path_offset(path);
                    self.draw_found(text.place(offset).0, EdgeKind::Uses, &found);
                    let ty = self.shared.impls.tables.type_of(found.item).subst(&found.subst);
                    Value::Item(self.normalize(&ty))
                }
                _ => Value::Item(Ty::Unknown),
            },
            None => match ty {
                Ty::Ext(ext, _) => Value::External(self.world.externals.child(Some(ext), *last)),
                Ty::Prim(prim) => {
                    let ext = self.world.externals.path(prim.as_str());
                    Value::External(self.world.externals.child(Some(ext), *last))
                }
                // A function of a trait that was not read.
                Ty::Adt(..) if self.has_unread_functions(&ty) => {
                    Value::External(self.world.externals.child(None, *last))
                }
                _ => Value::Unknown,
            },
        }
    }

    /// Whether a function of a trait that was not read may be meant: a derive or an external trait.
    fn has_unread_functions(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Adt(id, _) => {
                self.world.attrs(*id).is_some_and(|attrs| !attrs.derives.is_empty())
                    || self.shared.impls.has_external_trait(crate::resolve::types::impls::Head::Adt(*id))
            }
            _ => false,
        }
    }

    fn external_trait_item(&mut self, of: ExtId, self_ty: &Ty, name: Name, args: &[Ty]) -> Option<Value> {
        let self_ty = self.settled(self_ty);
        let bound = TraitRef { of: Res::Ext(of), args: args.into(), bindings: Arc::from([]) };
        let goal = Predicate { ty: self_ty, bound };
        let Selected::Yes(Source::Impl(id, subst)) = self.solver.select(&goal, &mut Vec::new(), 0) else {
            return None;
        };
        let item = self.world.members(id).find(|member| self.world.name(*member) == name)?;
        let confidence = crate::model::Confidence::High;
        let found = Found { item, subst, reason: Reason::TraitFunction, confidence, goal: None };
        match self.world.kind(item) {
            SymbolKind::Method => Some(Value::Function(found)),
            _ => Some(Value::Item(Ty::Unknown)),
        }
    }

    /// `Trait::name`, `<T as Trait>::name`.
    fn of_trait(
        &mut self,
        text: Text<'_>,
        offset: Offset,
        of: SymbolId,
        name: Name,
        self_ty: Option<Ty>,
        args: &[Ty],
    ) -> Value {
        let arity = crate::resolve::types::lower::arity(self.world, of);
        let bound = TraitRef {
            of: Res::Def(of),
            args: (0..arity).map(|index| args.get(index).cloned().unwrap_or_else(|| self.fresh())).collect(),
            bindings: Arc::from([]),
        };
        let self_ty = self_ty.unwrap_or_else(|| self.fresh());
        for bound in self.shared.impls.tables.elaborate(&self_ty, &bound) {
            let Res::Def(of) = bound.of else { continue };
            let Some(item) = self.shared.impls.tables.trait_item(of, name) else { continue };
            let subst = Subst::default().with(of, bound.args.clone()).with_self(of, self_ty.clone());
            let bare = TraitRef { bindings: Arc::from([]), ..bound };
            let found = Found {
                item,
                subst,
                reason: Reason::TraitFunction,
                confidence: crate::model::Confidence::High,
                goal: Some(Predicate { ty: self_ty, bound: bare }),
            };
            if self.world.kind(item) == SymbolKind::Method {
                return Value::Function(found);
            }
            self.draw_found(text.place(offset).0, EdgeKind::Uses, &found);
            let ty = self.shared.impls.tables.type_of(item).subst(&found.subst);
            return Value::Item(self.normalize(&ty));
        }
        Value::Unknown
    }

    /// What a resolved name in value position is.
    fn value_of(&mut self, text: Text<'_>, path: &PathRef, res: Res) -> Value {
        let offset = Self::path_offset(path);
        let id = match res {
            Res::Ext(ext) => return Value::External(ext),
            Res::Prim(_) => return Value::Unknown,
            Res::Def(id) => id,
        };
        match self.world.kind(id) {
            SymbolKind::Function | SymbolKind::Method => Value::Function(Found {
                item: id,
                subst: Subst::default(),
                reason: Reason::Path,
                confidence: crate::model::Confidence::High,
                goal: None,
            }),
            SymbolKind::Struct | SymbolKind::Union => {
                let generics = path.segments.last().and_then(|segment| segment.args.as_deref());
                let ty = self.lower_res(text, res, generics);
                Value::Constructor(id, ty)
            }
            SymbolKind::Variant => {
                let Some(parent) = self.world.parent(id) else { return Value::Unknown };
                let generics = path.segments.iter().rev().find_map(|segment| segment.args.as_deref());
                let ty = self.lower_res(text, Res::Def(parent), generics);
                Value::Constructor(id, ty)
            }
            SymbolKind::Const | SymbolKind::Static => {
                self.draw(text, offset, EdgeKind::Uses, res, Reason::Path);
                let ty = self.shared.impls.tables.type_of(id);
                Value::Item(self.normalize(&ty))
            }
            _ => Value::Unknown,
        }
    }

    /// Notes a path that leads nowhere.
    pub(super) fn unknown_path(&mut self, text: Text<'_>, path: &PathRef) {
        let Some(segment) = path.segments.last() else { return };
        let name = segment.name;
        let candidates: Vec<SymbolId> = if path.segments.len() == 1 {
            self.shared.functions.get(&name).cloned().unwrap_or_default()
        } else {
            let functions = self.shared.functions.get(&name).into_iter().flatten();
            functions.chain(self.shared.impls.methods_named(name)).copied().collect()
        };
        self.unresolved(text, segment.offset, name, SiteForm::Path, Missing::UnresolvedPath, &candidates);
    }
}
