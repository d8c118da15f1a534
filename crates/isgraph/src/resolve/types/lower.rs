//! Types as written → types.

use std::sync::Arc;

use super::elaborate::{declaring_bound, declaring_supertrait};
use super::{Args, Param, Projection, TraitRef, Ty};
use crate::facts::{
    Arena, Bound, BoundList, GenericArg, GenericArgs, GenericParamKind, Generics, ItemKind, PathAnchor, PathId,
    PathRef, Segment, TypeId, TypeRef,
};
use crate::model::{SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::interface::is_interface;
use crate::resolve::paths::{Lookup, PathEnd};
use crate::resolve::world::{Ns, Part, Prim, Res, World};

/// What a missing argument or `_` becomes.
pub(crate) type Fill<'f> = &'f mut dyn FnMut() -> Ty;

/// Where types are lowered: whose names and whose generics are in scope.
#[derive(Clone, Copy)]
pub(crate) struct Lowering<'w> {
    pub(crate) lookup: Lookup<'w>,
    /// The item whose generics (and whose parents' generics) are in scope.
    pub(crate) owner: Option<SymbolId>,
    /// How many defaults and `Self` types deep: `struct A<T = A>` and `impl B<Self>` end here.
    pub(crate) depth: u8,
}

/// Deepest chain of generic defaults and `Self` types that is followed.
const MAX_DEPTH: u8 = 4;

/// The generics of an item.
pub(crate) fn generics_of(world: &World, id: SymbolId) -> Option<&Generics> {
    if is_interface(id) {
        return None;
    }
    let def = world.def(id);
    if def.part != Part::Item {
        return None;
    }
    Some(match &def.facts.as_deref()?.kind {
        ItemKind::Fn(function) => &function.generics,
        ItemKind::Struct(generics, _)
        | ItemKind::Union(generics, _)
        | ItemKind::Enum(generics, _)
        | ItemKind::TraitAlias(generics, _)
        | ItemKind::TypeAlias { generics, .. }
        | ItemKind::Const { generics, .. } => generics,
        ItemKind::Trait(header) => &header.generics,
        ItemKind::Impl(header) => &header.generics,
        _ => return None,
    })
}

/// How many type and const parameters an item has.
pub(crate) fn arity(world: &World, id: SymbolId) -> usize {
    if is_interface(id) {
        return world.interfaces.arity(id);
    }
    generics_of(world, id).map_or(0, |generics| {
        generics.params.iter().filter(|param| !matches!(param.kind, GenericParamKind::Lifetime)).count()
    })
}

/// An item's own parameters as arguments.
pub(crate) fn own_params(world: &World, id: SymbolId) -> Args {
    (0..arity(world, id))
        .map(|index| Ty::Param(Param { owner: id, index: u16::try_from(index).unwrap_or(u16::MAX - 1) }))
        .collect()
}

/// Whether an item's parameter of that number, among types and consts, is a const.
pub(crate) fn is_const_param(world: &World, id: SymbolId, index: usize) -> bool {
    if is_interface(id) {
        return world.interfaces.details(id).is_some_and(|details| details.consts.contains(&index));
    }
    let Some(generics) = generics_of(world, id) else { return false };
    let mut params = generics.params.iter().filter(|param| !matches!(param.kind, GenericParamKind::Lifetime));
    params.nth(index).is_some_and(|param| matches!(param.kind, GenericParamKind::Const { .. }))
}

/// The defaults of an item's type parameters, by number.
pub(crate) fn param_defaults(world: &World, id: SymbolId) -> Vec<Option<Ty>> {
    if is_interface(id) {
        return world.interfaces.details(id).map_or_else(Vec::new, |details| details.defaults.to_vec());
    }
    let Some(generics) = generics_of(world, id) else { return Vec::new() };
    let params = generics.params.iter().filter(|param| !matches!(param.kind, GenericParamKind::Lifetime));
    params
        .map(|param| match (&param.kind, world.def(id).facts.as_deref()) {
            (GenericParamKind::Type { default: Some(default), .. }, Some(facts)) => {
                Some(Lowering::of_item(world, id, &[]).ty(&facts.arena, *default, &mut || Ty::Unknown))
            }
            _ => None,
        })
        .collect()
}

impl<'w> Lowering<'w> {
    /// A lowering in the scope of an item's own header.
    pub(crate) fn of_item(world: &'w World, id: SymbolId, assumed: &'w [&'w crate::facts::Cfg]) -> Self {
        Self { lookup: Lookup::new(world, world.def(id).module, assumed), owner: Some(id), depth: 0 }
    }

    fn world(&self) -> &'w World {
        self.lookup.world
    }

    /// The same place one default, `Self` type or macro deeper, while that is allowed.
    pub(crate) fn deeper(&self) -> Option<Self> {
        (self.depth < MAX_DEPTH).then(|| Self { depth: self.depth + 1, ..*self })
    }

    /// The generic parameter of that name, from the innermost owner outwards.
    pub(crate) fn param(&self, name: Name) -> Option<Param> {
        let mut at = self.owner;
        while let Some(owner) = at {
            if let Some(generics) = generics_of(self.world(), owner) {
                let params = generics
                    .params
                    .iter()
                    .filter(|param| !matches!(param.kind, GenericParamKind::Lifetime))
                    .enumerate();
                for (index, param) in params {
                    if param.name == name {
                        return Some(Param { owner, index: u16::try_from(index).ok()? });
                    }
                }
            }
            at = self.generic_parent(owner);
        }
        None
    }

    /// The item around `id` whose generics are visible in it.
    fn generic_parent(&self, id: SymbolId) -> Option<SymbolId> {
        let def = self.world().def(id);
        let parent = def.parent?;
        let visible =
            def.part != Part::Item || matches!(self.world().kind(parent), SymbolKind::Impl | SymbolKind::Trait);
        visible.then_some(parent)
    }

    /// What `Self` means.
    pub(crate) fn self_ty(&self, fill: Fill<'_>) -> Ty {
        let mut at = self.owner;
        while let Some(owner) = at {
            let def = self.world().def(owner);
            match (def.kind, def.facts.as_deref().map(|facts| (&facts.kind, &facts.arena))) {
                (SymbolKind::Impl, Some((ItemKind::Impl(header), arena))) => {
                    let outer = Self { owner: Some(owner), depth: self.depth + 1, ..*self };
                    if outer.depth > MAX_DEPTH {
                        return Ty::Unknown;
                    }
                    return outer.ty(arena, header.self_ty, fill);
                }
                (SymbolKind::Trait, _) => return Ty::Param(Param::self_of(owner)),
                (SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union, _) => {
                    return Ty::Adt(owner, own_params(self.world(), owner));
                }
                _ => {}
            }
            // Nested items do not see `Self`, but a function of an impl does.
            at = def.parent.filter(|_| {
                matches!(
                    def.kind,
                    SymbolKind::Method
                        | SymbolKind::AssociatedType
                        | SymbolKind::Const
                        | SymbolKind::Field
                        | SymbolKind::Variant
                )
            });
        }
        Ty::Unknown
    }

    /// Lowers a type.
    pub(crate) fn ty(&self, arena: &Arena, id: TypeId, fill: Fill<'_>) -> Ty {
        match &arena[id] {
            TypeRef::Path(path) => self.path_ty(arena, &arena[*path], fill),
            TypeRef::Tuple(parts) => Ty::Tuple(parts.iter().map(|ty| self.ty(arena, *ty, fill)).collect()),
            TypeRef::Ref { mutable, ty, .. } => Ty::reference(*mutable, self.ty(arena, *ty, fill)),
            TypeRef::Ptr { mutable, ty } => Ty::Ptr(*mutable, Arc::new(self.ty(arena, *ty, fill))),
            TypeRef::Slice(ty) => Ty::Slice(Arc::new(self.ty(arena, *ty, fill))),
            TypeRef::Array(ty, _) => Ty::Array(Arc::new(self.ty(arena, *ty, fill))),
            TypeRef::Fn { params, ret, .. } => Ty::Fn(
                params.iter().map(|ty| self.ty(arena, *ty, fill)).collect(),
                Arc::new(ret.map_or_else(Ty::unit, |ty| self.ty(arena, ty, fill))),
            ),
            TypeRef::Never => Ty::Never,
            TypeRef::Infer => fill(),
            TypeRef::ImplTrait(bounds) => Ty::Opaque(self.bounds(arena, bounds, fill)),
            TypeRef::Dyn(bounds) => Ty::Dyn(self.bounds(arena, bounds, fill)),
            TypeRef::Macro(call) => self.macro_ty(arena, *call, fill),
            TypeRef::Error => Ty::Unknown,
        }
    }

    /// Lowers the required traits of a list of bounds.
    pub(crate) fn bounds(&self, arena: &Arena, bounds: &BoundList, fill: Fill<'_>) -> Arc<[TraitRef]> {
        bounds
            .iter()
            .filter_map(|bound| match bound {
                Bound::Trait(path) => self.trait_ref(arena, *path, fill),
                Bound::Relaxed(_) | Bound::Lifetime(_) => None,
            })
            .collect()
    }

    /// Lowers a path that names a trait. A default argument may mention the trait's own `Self`: who
    /// knows which type it is for replaces it.
    pub(crate) fn trait_ref(&self, arena: &Arena, path: PathId, fill: Fill<'_>) -> Option<TraitRef> {
        let path = &arena[path];
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        let PathEnd::Full(of) = self.lookup.follow(path.anchor, &names, Ns::Type, false, &mut |_, _| {}) else {
            return None;
        };
        let generics = path.segments.last().and_then(|segment| segment.args.as_deref());
        let args = match of {
            Res::Def(id) => self.args(arena, id, generics, fill),
            _ => generics.map_or_else(|| Arc::from([]), |generics| self.written_args(arena, generics, fill)),
        };
        let mut bindings = Vec::new();
        for binding in generics.into_iter().flat_map(|generics| &generics.bindings) {
            let ty = match binding.ty {
                Some(ty) => self.ty(arena, ty, fill),
                None => Ty::Opaque(self.bounds(arena, &binding.bounds, fill)),
            };
            bindings.push((binding.name, ty));
        }
        Some(TraitRef { of, args, bindings: bindings.into() })
    }

    /// A trait as a bound of `ty`: its defaults mean that type by `Self`.
    pub(crate) fn trait_ref_for(&self, arena: &Arena, path: PathId, ty: &Ty, fill: Fill<'_>) -> Option<TraitRef> {
        let bound = self.trait_ref(arena, path, fill)?;
        Some(match bound.of {
            Res::Def(of) if self.owner != Some(of) => bound.subst(&super::Subst::default().with_self(of, ty.clone())),
            _ => bound,
        })
    }

    /// The arguments as they are written, none added.
    fn written_args(&self, arena: &Arena, generics: &GenericArgs, fill: Fill<'_>) -> Args {
        let mut args = Vec::new();
        self.push_args(arena, generics, &mut args, fill);
        args.into()
    }

    fn push_args(&self, arena: &Arena, generics: &GenericArgs, out: &mut Vec<Ty>, fill: Fill<'_>) {
        for arg in &generics.args {
            out.push(match arg {
                GenericArg::Type(ty) => self.ty(arena, *ty, fill),
                GenericArg::Const(_) => Ty::Unknown,
            });
        }
    }

    /// The arguments of `of` as written, missing ones from defaults, else filled.
    pub(crate) fn args(&self, arena: &Arena, of: SymbolId, generics: Option<&GenericArgs>, fill: Fill<'_>) -> Args {
        let mut args = Vec::new();
        if let Some(generics) = generics {
            self.push_args(arena, generics, &mut args, fill);
        }
        let world = self.world();
        let wanted = arity(world, of);
        args.truncate(wanted);
        if args.len() < wanted {
            if is_interface(of) {
                let defaults = world.interfaces.details(of).map_or(&[][..], |details| &details.defaults);
                while args.len() < wanted {
                    let default = defaults.get(args.len()).and_then(Option::as_ref);
                    let so_far = super::Subst::default().with(of, args.as_slice().into());
                    args.push(default.map_or_else(&mut *fill, |ty| ty.subst(&so_far)));
                }
                return args.into();
            }
            let facts = world.def(of).facts.as_deref();
            let own =
                Self { lookup: Lookup::new(world, world.def(of).module, &[]), owner: Some(of), depth: self.depth + 1 };
            let missing = generics_of(world, of)
                .into_iter()
                .flat_map(|generics| &generics.params)
                .filter(|param| !matches!(param.kind, GenericParamKind::Lifetime))
                .skip(args.len());
            for param in missing {
                let ty = match (&param.kind, facts) {
                    (GenericParamKind::Type { default: Some(default), .. }, Some(facts)) if own.depth <= MAX_DEPTH => {
                        let so_far = super::Subst::default().with(of, args.as_slice().into());
                        own.ty(&facts.arena, *default, fill).subst(&so_far)
                    }
                    _ => fill(),
                };
                args.push(ty);
            }
        }
        args.into()
    }

    /// Lowers a path in type position.
    pub(crate) fn path_ty(&self, arena: &Arena, path: &PathRef, fill: Fill<'_>) -> Ty {
        if let Some(qself) = path.qself {
            let self_ty = self.ty(arena, qself.ty, fill);
            let split = usize::from(qself.trait_segments).min(path.segments.len());
            let of = if split == 0 {
                path.segments.first().and_then(|next| self.trait_by_type(arena, qself.ty, next.name))
            } else {
                self.trait_of(path, split)
            };
            let generics = split.checked_sub(1).and_then(|last| path.segments[last].args.as_deref());
            let args = generics.map_or_else(|| Arc::from([]), |generics| self.written_args(arena, generics, fill));
            return self.project(arena, self_ty, of, args, &path.segments[split..], fill);
        }
        let none = || Arc::from([]);
        if path.anchor == PathAnchor::SelfType {
            let of = path.segments.first().and_then(|next| self.trait_of_self(next.name));
            return self.project(arena, self.self_ty(fill), of, none(), &path.segments, fill);
        }
        if path.anchor == PathAnchor::Plain
            && let Some(first) = path.segments.first()
            && let Some(param) = self.param(first.name)
        {
            let rest = &path.segments[1..];
            let of = rest.first().and_then(|next| self.trait_of_param(param, first.name, next.name));
            return self.project(arena, Ty::Param(param), of, none(), rest, fill);
        }
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        match self.lookup.follow(path.anchor, &names, Ns::Type, false, &mut |_, _| {}) {
            // `use std::str` brings a module into scope, and no type.
            PathEnd::Full(Res::Def(id))
                if self.world().kind(id) == SymbolKind::Module
                    && let (PathAnchor::Plain, [only]) = (path.anchor, names.as_slice()) =>
            {
                Prim::from_name(only.as_str()).map_or(Ty::Unknown, Ty::Prim)
            }
            PathEnd::Full(res) => {
                let generics = path.segments.last().and_then(|segment| segment.args.as_deref());
                self.res_ty(arena, res, generics, fill)
            }
            PathEnd::Partial { base, next } => {
                let generics = path.segments.get(next.wrapping_sub(1)).and_then(|segment| segment.args.as_deref());
                let (self_ty, of) = match base {
                    Res::Def(id) if self.world().kind(id) == SymbolKind::Trait => (fill(), Some(base)),
                    _ => (self.res_ty(arena, base, generics, fill), None),
                };
                self.project(arena, self_ty, of, none(), &path.segments[next..], fill)
            }
            PathEnd::Missing(_) => Ty::Unknown,
        }
    }

    /// `T::A::B`.
    fn project(
        &self,
        arena: &Arena,
        mut ty: Ty,
        mut of: Option<Res>,
        mut args: Args,
        segments: &[Segment],
        fill: Fill<'_>,
    ) -> Ty {
        for segment in segments {
            let own =
                segment.args.as_deref().map_or_else(|| Arc::from([]), |args| self.written_args(arena, args, fill));
            ty = Ty::Projection(Arc::new(Projection { self_ty: ty, of, args, name: segment.name, own }));
            of = None;
            args = Arc::from([]);
        }
        ty
    }

    /// The trait whose associated type `name` a type as written has by its bounds.
    fn trait_by_type(&self, arena: &Arena, ty: TypeId, name: Name) -> Option<Res> {
        let TypeRef::Path(path) = &arena[ty] else { return None };
        let path = &arena[*path];
        match (path.anchor, &*path.segments) {
            (PathAnchor::SelfType, []) => self.trait_of_self(name),
            (PathAnchor::Plain, [only]) => self.trait_of_param(self.param(only.name)?, only.name, name),
            _ => None,
        }
    }

    /// The trait whose associated type `name` a parameter has by the bounds in scope.
    fn trait_of_param(&self, param: Param, written: Name, name: Name) -> Option<Res> {
        let mut at = self.owner;
        while let Some(owner) = at {
            if let Some(generics) = generics_of(self.world(), owner)
                && let Some(facts) = self.world().def(owner).facts.as_deref()
            {
                let lookup = Lookup::new(self.world(), self.world().def(owner).module, self.lookup.assumed);
                let own = generics.params.iter().filter(|declared| param.owner == owner && declared.name == written);
                let inline = own.filter_map(|declared| match &declared.kind {
                    GenericParamKind::Type { bounds, .. } => Some(bounds),
                    _ => None,
                });
                let stated = generics.predicates.iter().filter(|predicate| {
                    matches!(&facts.arena[predicate.ty], TypeRef::Path(path)
                        if facts.arena[*path].anchor == PathAnchor::Plain
                            && matches!(&*facts.arena[*path].segments, [only] if only.name == written))
                });
                let found = inline
                    .chain(stated.map(|predicate| &predicate.bounds))
                    .find_map(|bounds| declaring_bound(lookup, &facts.arena, bounds, name));
                if found.is_some() {
                    return found;
                }
            }
            at = self.generic_parent(owner);
        }
        None
    }

    /// The trait whose associated type `name` is meant by `Self::name`: that of the impl or trait around.
    fn trait_of_self(&self, name: Name) -> Option<Res> {
        let mut at = self.owner;
        while let Some(owner) = at {
            let def = self.world().def(owner);
            match (def.kind, def.facts.as_deref().map(|facts| (&facts.kind, &facts.arena))) {
                (SymbolKind::Impl, Some((ItemKind::Impl(header), arena))) => {
                    let path = &arena[header.of_trait?];
                    let lowering = Self { lookup: Lookup::new(self.world(), def.module, &[]), ..*self };
                    let of = lowering.trait_of(path, path.segments.len())?;
                    let own = self.world().member(owner, SymbolKind::AssociatedType, name).is_some();
                    return if own { Some(of) } else { declaring_supertrait(self.world(), of, name) };
                }
                (SymbolKind::Trait, _) => return declaring_supertrait(self.world(), Res::Def(owner), name),
                _ => at = def.parent,
            }
        }
        None
    }

    /// The trait that the first `count` segments of a path name.
    pub(crate) fn trait_of(&self, path: &PathRef, count: usize) -> Option<Res> {
        let names: Vec<Name> = path.segments[..count].iter().map(|segment| segment.name).collect();
        match self.lookup.follow(path.anchor, &names, Ns::Type, false, &mut |_, _| {}) {
            PathEnd::Full(res) => Some(res),
            _ => None,
        }
    }

    /// The type that a resolved name stands for.
    pub(crate) fn res_ty(&self, arena: &Arena, res: Res, generics: Option<&GenericArgs>, fill: Fill<'_>) -> Ty {
        match res {
            Res::Prim(prim) => Ty::Prim(prim),
            Res::Ext(ext) => {
                let mut args = Vec::new();
                if let Some(generics) = generics {
                    self.push_args(arena, generics, &mut args, fill);
                }
                Ty::Ext(ext, args.into())
            }
            Res::Def(id) => match self.world().kind(id) {
                SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union => {
                    Ty::Adt(id, self.args(arena, id, generics, fill))
                }
                SymbolKind::TypeAlias => Ty::Alias(id, self.args(arena, id, generics, fill)),
                SymbolKind::Variant => match self.world().parent(id) {
                    Some(parent) => Ty::Adt(parent, self.args(arena, parent, generics, fill)),
                    None => Ty::Unknown,
                },
                // A bare trait as a type is `dyn Trait` before 2021.
                SymbolKind::Trait => {
                    let args = self.args(arena, id, generics, fill);
                    Ty::Dyn(Arc::from([TraitRef { of: res, args, bindings: Arc::from([]) }]))
                }
                _ => Ty::Unknown,
            },
        }
    }
}
