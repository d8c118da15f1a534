//! Impls by the head of their self type: of the source set, and of interfaces.

use rustc_hash::FxHashMap;

use super::tables::Tables;
use super::well_known::WellKnown;
use super::{TraitRef, Ty};
use crate::facts::ItemKind;
use crate::model::{SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::world::{Prim, Res, World};

/// The outermost constructor of a type: what impls are found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Head {
    Adt(SymbolId),
    Ext(super::ExtId),
    Prim(Prim),
    Ref(bool),
    Ptr(bool),
    Slice,
    Array,
    Tuple(usize),
    Fn,
    Dyn(Res),
    Never,
}

/// An impl item with the impl that it is in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ImplItem {
    pub(crate) of_impl: SymbolId,
    pub(crate) item: SymbolId,
}

/// All impls, indexed.
pub(crate) struct Impls<'w> {
    pub(crate) tables: Tables<'w>,
    /// Items of inherent impls by type and name.
    inherent: FxHashMap<(Head, Name), Vec<ImplItem>>,
    /// Impls of a trait by the head of their self type, blanket ones apart.
    of_trait: FxHashMap<(Res, Head), Vec<SymbolId>>,
    blanket: FxHashMap<Res, Vec<SymbolId>>,
    /// Items of traits by name, in definition order.
    trait_items: FxHashMap<Name, Vec<(SymbolId, SymbolId)>>,
    /// Every function in an impl or trait by name, in definition order: candidates.
    methods: FxHashMap<Name, Vec<SymbolId>>,
    /// Items of impls of external traits by type and name.
    of_external: FxHashMap<(Head, Name), Vec<ImplItem>>,
    /// Types that implement an external trait: methods that were not read may apply to them.
    external_traits: rustc_hash::FxHashSet<Head>,
    pub(crate) well_known: WellKnown,
}

impl<'w> Impls<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        let mut this = Self {
            tables: Tables::new(world),
            inherent: FxHashMap::default(),
            of_trait: FxHashMap::default(),
            blanket: FxHashMap::default(),
            trait_items: FxHashMap::default(),
            methods: FxHashMap::default(),
            of_external: FxHashMap::default(),
            external_traits: rustc_hash::FxHashSet::default(),
            well_known: WellKnown::new(world),
        };
        for index in 0..world.defs.len() {
            let id = SymbolId(crate::resolve::collect::to_u32(index));
            let def = world.def(id);
            match def.kind {
                SymbolKind::Trait => {
                    for member in &def.members {
                        this.trait_items.entry(world.name(*member)).or_default().push((id, *member));
                    }
                }
                SymbolKind::Impl => this.add_impl(id),
                SymbolKind::Method => this.methods.entry(def.name).or_default().push(id),
                _ => {}
            }
        }
        this
    }

    fn add_impl(&mut self, id: SymbolId) {
        let world = self.tables.world;
        let Some(header) = self.tables.header(id) else { return };
        if header.negative {
            return;
        }
        let head = Self::head(&header.self_ty);
        let has_trait =
            matches!(world.def(id).facts.as_deref().map(|f| &f.kind), Some(ItemKind::Impl(h)) if h.of_trait.is_some());
        match (&header.of_trait, head) {
            (Some(bound), Some(head)) => {
                if matches!(bound.of, Res::Ext(_)) {
                    self.external_traits.insert(head);
                    for member in world.members(id) {
                        let key = (head, world.name(member));
                        self.of_external.entry(key).or_default().push(ImplItem { of_impl: id, item: member });
                    }
                }
                self.of_trait.entry((bound.of, head)).or_default().push(id);
            }
            (Some(bound), None) if blanket_like(&header.self_ty) => self.blanket.entry(bound.of).or_default().push(id),
            (None, Some(head)) if !has_trait => {
                for member in world.members(id) {
                    let key = (head, world.name(member));
                    self.inherent.entry(key).or_default().push(ImplItem { of_impl: id, item: member });
                }
            }
            _ => {}
        }
    }

    fn world(&self) -> &'w World {
        self.tables.world
    }

    /// The head of a type; `None` for parameters and what is not known.
    pub(crate) fn head(ty: &Ty) -> Option<Head> {
        Some(match ty {
            Ty::Adt(id, _) => Head::Adt(*id),
            Ty::Ext(id, _) => Head::Ext(*id),
            Ty::Prim(prim) => Head::Prim(*prim),
            Ty::Ref(mutable, _) => Head::Ref(*mutable),
            Ty::Ptr(mutable, _) => Head::Ptr(*mutable),
            Ty::Slice(_) => Head::Slice,
            Ty::Array(_) => Head::Array,
            Ty::Tuple(parts) => Head::Tuple(parts.len()),
            Ty::Fn(..) | Ty::FnDef(..) => Head::Fn,
            Ty::Dyn(bounds) => Head::Dyn(bounds.first()?.of),
            Ty::Never => Head::Never,
            Ty::Alias(..)
            | Ty::Unknown
            | Ty::Param(_)
            | Ty::Opaque(_)
            | Ty::Projection(_)
            | Ty::Future(_)
            | Ty::Var(_) => return None,
        })
    }

    /// Functions of impls and traits with that name.
    pub(crate) fn methods_named(&self, name: Name) -> &[SymbolId] {
        self.methods.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Items of traits with that name, (trait, item), the source set's first.
    pub(crate) fn trait_items_named(&self, name: Name) -> impl Iterator<Item = (SymbolId, SymbolId)> + '_ {
        let own = self.trait_items.get(&name).into_iter().flatten().copied();
        own.chain(self.world().interfaces.trait_items(name))
    }

    /// Whether any impl or trait that was read has a method of that name.
    pub(crate) fn has_method(&self, name: Name) -> bool {
        let interfaces = &self.world().interfaces;
        self.methods.contains_key(&name)
            || interfaces.has_inherent(name)
            || interfaces.trait_items(name).next().is_some()
    }

    /// Whether an impl of the source set gives types of that head an external trait.
    pub(crate) fn has_external_trait(&self, head: Head) -> bool {
        self.external_traits.contains(&head)
    }

    /// Items of impls of external traits for types of that head.
    pub(crate) fn external_items(&self, head: Head, name: Name) -> &[ImplItem] {
        self.of_external.get(&(head, name)).map_or(&[], Vec::as_slice)
    }

    /// Items of inherent impls for types of that head.
    pub(crate) fn inherent_items(&self, head: Head, name: Name) -> Vec<ImplItem> {
        let world = self.world();
        let mut out = self.inherent.get(&(head, name)).cloned().unwrap_or_default();
        if world.interfaces.has_inherent(name) {
            for of_impl in world.interfaces.inherent_impls(head) {
                let items = world.members(of_impl).filter(|item| world.name(*item) == name);
                out.extend(items.map(|item| ImplItem { of_impl, item }));
            }
        }
        out
    }

    /// Impls of a trait for types of that head.
    pub(crate) fn direct(&self, of: Res, head: Head) -> impl Iterator<Item = SymbolId> + '_ {
        let own = self.of_trait.get(&(of, head)).into_iter().flatten().copied();
        own.chain(self.world().interfaces.trait_impls(of, head))
    }

    /// Impls of a trait that may apply to any type.
    pub(crate) fn blanket(&self, of: Res) -> impl Iterator<Item = SymbolId> + '_ {
        let own = self.blanket.get(&of).into_iter().flatten().copied();
        own.chain(self.world().interfaces.blanket_impls(of))
    }

    /// Whether a bound may bring methods that were not read.
    pub(crate) fn brings_unread_methods(&self, self_ty: &Ty, bound: &TraitRef) -> bool {
        self.tables.elaborate(self_ty, bound).iter().any(|bound| match bound.of {
            Res::Ext(_) => !self.well_known.is_marker(bound.of) && bound.of != self.well_known.copy,
            Res::Def(_) | Res::Prim(_) => false,
        })
    }
}

/// Whether an impl's self type is a parameter (or something like one): it may apply to any type.
fn blanket_like(ty: &Ty) -> bool {
    matches!(ty, Ty::Param(_) | Ty::Projection(_) | Ty::Unknown)
}
