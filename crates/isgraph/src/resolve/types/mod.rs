//! Types as resolution knows them.

pub(crate) mod assoc;
mod display;
pub(crate) mod elaborate;
pub(crate) mod impls;
pub(crate) mod lower;
pub(crate) mod probe;
pub(crate) mod project;
pub(crate) mod scopes;
pub(crate) mod select;
pub(crate) mod solver;
pub(crate) mod tables;
pub(crate) mod vars;
pub(crate) mod well_known;

use std::sync::Arc;

use super::world::{ExtId, Prim, Res};
use crate::model::SymbolId;
use crate::name::Name;

/// Generic arguments: types, and [`Ty::Unknown`] in the place of each const.
pub(crate) type Args = Arc<[Ty]>;

/// A generic parameter: its owner and its number among the owner's type and const parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Param {
    pub(crate) owner: SymbolId,
    pub(crate) index: u16,
}

impl Param {
    /// The number of a trait's `Self`.
    pub(crate) const SELF: u16 = u16::MAX;

    pub(crate) fn self_of(owner: SymbolId) -> Self {
        Self { owner, index: Self::SELF }
    }
}

/// A trait with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TraitRef {
    pub(crate) of: Res,
    pub(crate) args: Args,
    /// `Item = T`.
    pub(crate) bindings: Arc<[(Name, Ty)]>,
}

impl TraitRef {
    /// A trait without arguments.
    pub(crate) fn bare(of: Res) -> Self {
        Self { of, args: Arc::from([]), bindings: Arc::from([]) }
    }

    pub(crate) fn any(&self, f: &mut dyn FnMut(&Ty) -> bool) -> bool {
        self.args.iter().chain(self.bindings.iter().map(|(_, ty)| ty)).any(|ty| ty.any(f))
    }

    pub(crate) fn map(&self, f: &mut dyn FnMut(&Ty) -> Option<Ty>) -> Self {
        Self {
            of: self.of,
            args: self.args.iter().map(|ty| ty.map(f)).collect(),
            bindings: self.bindings.iter().map(|(name, ty)| (*name, ty.map(f))).collect(),
        }
    }

    /// Replaces generic parameters.
    pub(crate) fn subst(&self, subst: &Subst) -> Self {
        if subst.is_empty() || !self.any(&mut |part| matches!(part, Ty::Param(_))) {
            return self.clone();
        }
        self.map(&mut |ty| match ty {
            Ty::Param(param) => subst.get(*param),
            _ => None,
        })
    }

    pub(crate) fn binding(&self, name: Name) -> Option<&Ty> {
        self.bindings.iter().find(|(known, _)| *known == name).map(|(_, ty)| ty)
    }
}

/// `<T as Trait<A>>::Name<B>`; without a trait, `T::Name` of a trait that was not found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Projection {
    pub(crate) self_ty: Ty,
    pub(crate) of: Option<Res>,
    /// The trait's arguments; none when they are not stated.
    pub(crate) args: Args,
    pub(crate) name: Name,
    /// The associated type's own arguments.
    pub(crate) own: Args,
}

/// A type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Ty {
    /// Not known.
    Unknown,
    /// `!`.
    Never,
    /// A primitive.
    Prim(Prim),
    /// A struct, enum or union of the source set.
    Adt(SymbolId, Args),
    /// A type of std or a dependency.
    Ext(ExtId, Args),
    /// A type alias of the source set, not yet expanded.
    Alias(SymbolId, Args),
    /// A tuple.
    Tuple(Args),
    /// `&T`, `&mut T`.
    Ref(bool, Arc<Ty>),
    /// `*const T`, `*mut T`.
    Ptr(bool, Arc<Ty>),
    /// `[T]`.
    Slice(Arc<Ty>),
    /// `[T; N]`.
    Array(Arc<Ty>),
    /// A generic parameter, or a trait's `Self`.
    Param(Param),
    /// `dyn A + B`.
    Dyn(Arc<[TraitRef]>),
    /// `impl A + B`.
    Opaque(Arc<[TraitRef]>),
    /// An associated type, not yet found.
    Projection(Arc<Projection>),
    /// A function item with the arguments of its generics, its parent's first.
    FnDef(SymbolId, Subst),
    /// A function pointer or closure.
    Fn(Args, Arc<Ty>),
    /// What an async function returns, or an async block is.
    Future(Arc<Ty>),
    /// An inference variable.
    Var(u32),
}

impl Ty {
    pub(crate) fn unit() -> Self {
        Self::Tuple(Arc::from([]))
    }

    pub(crate) fn reference(mutable: bool, ty: Self) -> Self {
        Self::Ref(mutable, Arc::new(ty))
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether `f` says yes to a part of the type, or to the type itself.
    pub(crate) fn any(&self, f: &mut dyn FnMut(&Self) -> bool) -> bool {
        if f(self) {
            return true;
        }
        match self {
            Self::Unknown | Self::Never | Self::Prim(_) | Self::Param(_) | Self::Var(_) => false,
            Self::Adt(_, args) | Self::Ext(_, args) | Self::Alias(_, args) | Self::Tuple(args) => {
                args.iter().any(|ty| ty.any(f))
            }
            Self::Ref(_, ty) | Self::Ptr(_, ty) | Self::Slice(ty) | Self::Array(ty) | Self::Future(ty) => ty.any(f),
            Self::Dyn(bounds) | Self::Opaque(bounds) => bounds.iter().any(|bound| bound.any(f)),
            Self::Projection(p) => p.self_ty.any(f) || p.args.iter().chain(p.own.iter()).any(|ty| ty.any(f)),
            Self::FnDef(_, subst) => {
                subst.entries.iter().flat_map(|(_, args)| args.iter()).any(|ty| ty.any(f))
                    || subst.self_ty.as_ref().is_some_and(|(_, ty)| ty.any(f))
            }
            Self::Fn(params, ret) => params.iter().any(|ty| ty.any(f)) || ret.any(f),
        }
    }

    /// Whether the type has no more nodes than are left in `nodes`.
    pub(crate) fn fits(&self, nodes: &mut u32) -> bool {
        if *nodes == 0 {
            return false;
        }
        *nodes -= 1;
        match self {
            Self::Unknown | Self::Never | Self::Prim(_) | Self::Param(_) | Self::Var(_) => true,
            Self::Adt(_, args) | Self::Ext(_, args) | Self::Alias(_, args) | Self::Tuple(args) => {
                args.iter().all(|ty| ty.fits(nodes))
            }
            Self::Ref(_, ty) | Self::Ptr(_, ty) | Self::Slice(ty) | Self::Array(ty) | Self::Future(ty) => {
                ty.fits(nodes)
            }
            Self::Dyn(bounds) | Self::Opaque(bounds) => bounds
                .iter()
                .all(|bound| bound.args.iter().chain(bound.bindings.iter().map(|(_, ty)| ty)).all(|ty| ty.fits(nodes))),
            Self::Projection(p) => p.self_ty.fits(nodes) && p.args.iter().chain(p.own.iter()).all(|ty| ty.fits(nodes)),
            Self::FnDef(_, subst) => {
                let self_ty = subst.self_ty.iter().map(|(_, ty)| &**ty);
                subst.entries.iter().flat_map(|(_, args)| args.iter()).chain(self_ty).all(|ty| ty.fits(nodes))
            }
            Self::Fn(params, ret) => params.iter().all(|ty| ty.fits(nodes)) && ret.fits(nodes),
        }
    }

    /// Replaces generic parameters. Types that mention none are shared, not copied.
    pub(crate) fn subst(&self, subst: &Subst) -> Self {
        if subst.is_empty() || !self.any(&mut |part| matches!(part, Self::Param(_))) {
            return self.clone();
        }
        self.map(&mut |ty| match ty {
            Self::Param(param) => subst.get(*param),
            _ => None,
        })
    }

    /// Rebuilds the type with `f`'s answers in the place of the parts that it answers for.
    pub(crate) fn map(&self, f: &mut dyn FnMut(&Self) -> Option<Self>) -> Self {
        if let Some(ty) = f(self) {
            return ty;
        }
        fn args(args: &Args, f: &mut dyn FnMut(&Ty) -> Option<Ty>) -> Args {
            if args.is_empty() { Arc::clone(args) } else { args.iter().map(|ty| ty.map(f)).collect() }
        }
        fn bounds(bounds: &[TraitRef], f: &mut dyn FnMut(&Ty) -> Option<Ty>) -> Arc<[TraitRef]> {
            bounds.iter().map(|bound| bound.map(f)).collect()
        }
        match self {
            Self::Unknown | Self::Never | Self::Prim(_) | Self::Param(_) | Self::Var(_) => self.clone(),
            Self::Adt(id, a) => Self::Adt(*id, args(a, f)),
            Self::Ext(id, a) => Self::Ext(*id, args(a, f)),
            Self::Alias(id, a) => Self::Alias(*id, args(a, f)),
            Self::Tuple(a) => Self::Tuple(args(a, f)),
            Self::Ref(mutable, ty) => Self::Ref(*mutable, Arc::new(ty.map(f))),
            Self::Ptr(mutable, ty) => Self::Ptr(*mutable, Arc::new(ty.map(f))),
            Self::Slice(ty) => Self::Slice(Arc::new(ty.map(f))),
            Self::Array(ty) => Self::Array(Arc::new(ty.map(f))),
            Self::Dyn(b) => Self::Dyn(bounds(b, f)),
            Self::Opaque(b) => Self::Opaque(bounds(b, f)),
            Self::Projection(p) => Self::Projection(Arc::new(Projection {
                self_ty: p.self_ty.map(f),
                of: p.of,
                args: args(&p.args, f),
                name: p.name,
                own: args(&p.own, f),
            })),
            Self::FnDef(id, subst) => Self::FnDef(*id, subst.map(f)),
            Self::Fn(params, ret) => Self::Fn(args(params, f), Arc::new(ret.map(f))),
            Self::Future(ty) => Self::Future(Arc::new(ty.map(f))),
        }
    }
}

/// What generic parameters stand for, by owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Subst {
    entries: Vec<(SymbolId, Args)>,
    /// A trait's `Self`.
    self_ty: Option<(SymbolId, Arc<Ty>)>,
}

impl Subst {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.self_ty.is_none()
    }

    /// The arguments of one owner's parameters.
    pub(crate) fn with(mut self, owner: SymbolId, args: Args) -> Self {
        self.entries.push((owner, args));
        self
    }

    /// The type of a trait's `Self`.
    pub(crate) fn with_self(mut self, of: SymbolId, ty: Ty) -> Self {
        self.self_ty = Some((of, Arc::new(ty)));
        self
    }

    pub(crate) fn get(&self, param: Param) -> Option<Ty> {
        if param.index == Param::SELF {
            return self.self_ty.as_ref().filter(|(of, _)| *of == param.owner).map(|(_, ty)| (**ty).clone());
        }
        let (_, args) = self.entries.iter().find(|(owner, _)| *owner == param.owner)?;
        args.get(usize::from(param.index)).cloned()
    }

    fn map(&self, f: &mut dyn FnMut(&Ty) -> Option<Ty>) -> Self {
        Self {
            entries: self
                .entries
                .iter()
                .map(|(owner, args)| (*owner, args.iter().map(|ty| ty.map(f)).collect()))
                .collect(),
            self_ty: self.self_ty.as_ref().map(|(of, ty)| (*of, Arc::new(ty.map(f)))),
        }
    }
}
