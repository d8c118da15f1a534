//! Interfaces of crates whose source is not in the source set: std, dependencies.
//!
//! An interface is what other crates can see of a crate: modules and their names, types, traits,
//! signatures, impls; no bodies. It is made by isgraph itself from the crate's source ([`write`]),
//! and read back item by item when inference asks ([`read`]).
//!
//! Its items are definitions like those of the source set, with ids from [`INTERFACE_BASE`] on.

mod bytes;
mod read;
#[cfg(test)]
mod tests;
mod types;
mod write;

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::types::impls::Head;
use super::types::tables::{ImplHeader, Predicate, Signature};
use super::types::{TraitRef, Ty};
use super::world::{Ns, Res};
use crate::model::{SymbolId, SymbolKind};
use crate::name::Name;

pub(crate) use write::write;

/// Ids from here on are items of interfaces; those below are of the source set.
pub(crate) const INTERFACE_BASE: u32 = 1 << 31;

/// The embedded interface of std, core and alloc, made by `cargo xtask std-index`.
static STD: &[u8] = include_bytes!("../../../data/std.isgi");

/// Whether the id is of an interface.
pub(crate) fn is_interface(id: SymbolId) -> bool {
    id.0 >= INTERFACE_BASE
}

/// One item of an interface.
#[derive(Debug, Clone, Copy)]
struct Row {
    kind: SymbolKind,
    name: Name,
    /// Row of the item around it.
    parent: Option<u32>,
    /// Rows of its members: impl and trait items, fields, variants.
    members: (u32, u32),
    /// Number of type and const parameters.
    arity: u16,
    /// Where its details start; 0 when it has none.
    details: u32,
}

/// What an item says besides its name.
#[derive(Debug, Default)]
pub(crate) struct Details {
    /// Defaults of its type parameters, by number.
    pub(crate) defaults: Box<[Option<Ty>]>,
    /// Numbers of its const parameters.
    pub(crate) consts: Box<[usize]>,
    pub(crate) predicates: Arc<[Predicate]>,
    /// Of a trait, itself and its supertraits, once asked for.
    pub(crate) supertraits: OnceLock<Arc<[TraitRef]>>,
    pub(crate) signature: Option<Arc<Signature>>,
    /// Of a field, const, static, alias or associated type.
    pub(crate) ty: Option<Ty>,
    pub(crate) header: Option<Arc<ImplHeader>>,
    /// Traits that the type derives.
    pub(crate) derives: Box<[Name]>,
}

/// The interface of one crate.
#[derive(Debug)]
pub(crate) struct Interface {
    name: Name,
    version: Box<str>,
    /// Id of its first row.
    base: u32,
    names: Box<[Name]>,
    rows: Vec<Row>,
    details: Vec<OnceLock<Box<Details>>>,
    /// What its paths into other crates lead to.
    foreign: Box<[Option<Res>]>,
    bytes: Box<[u8]>,
    /// Public names, by module; by (module, name, namespace).
    scopes: FxHashMap<u32, Vec<(Name, Ns, Res)>>,
    children: FxHashMap<(u32, Name, Ns), Res>,
    /// Inherent impls by the head of their type.
    inherent: FxHashMap<Head, Vec<SymbolId>>,
    /// Impls of traits by the head of their type, blanket ones apart.
    of_trait: FxHashMap<(Res, Head), Vec<SymbolId>>,
    blanket: FxHashMap<Res, Vec<SymbolId>>,
    /// Items of traits by name: (trait, item).
    trait_items: FxHashMap<Name, Vec<(SymbolId, SymbolId)>>,
    /// Names of the items of inherent impls.
    inherent_names: FxHashSet<Name>,
}

/// The interface of std, read once per process.
fn std_interface() -> Arc<Interface> {
    static LOADED: OnceLock<Arc<Interface>> = OnceLock::new();
    // The embedded bytes name nothing outside std.
    Arc::clone(LOADED.get_or_init(|| Arc::new(read::read(STD, INTERFACE_BASE, &mut |_| None).unwrap_or_default())))
}

/// All interfaces that a source set is resolved against.
#[derive(Debug, Default)]
pub(crate) struct Interfaces {
    /// In the order of their ids.
    list: Vec<Arc<Interface>>,
}

impl Interfaces {
    /// Std's.
    pub(crate) fn with_std() -> Self {
        Self { list: vec![std_interface()] }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Root module of the crate of that name.
    pub(crate) fn root(&self, krate: Name) -> Option<SymbolId> {
        self.list.iter().find(|interface| interface.name == krate).map(|interface| SymbolId(interface.base))
    }

    fn of(&self, id: SymbolId) -> Option<(&Interface, &Row)> {
        let at = self.list.partition_point(|interface| interface.base <= id.0);
        let interface = self.list.get(at.checked_sub(1)?)?;
        Some((interface, interface.rows.get((id.0 - interface.base) as usize)?))
    }

    pub(crate) fn kind(&self, id: SymbolId) -> SymbolKind {
        self.of(id).map_or(SymbolKind::External, |(_, row)| row.kind)
    }

    pub(crate) fn name(&self, id: SymbolId) -> Option<Name> {
        self.of(id).map(|(_, row)| row.name)
    }

    pub(crate) fn parent(&self, id: SymbolId) -> Option<SymbolId> {
        let (interface, row) = self.of(id)?;
        row.parent.map(|parent| SymbolId(interface.base + parent))
    }

    /// Ids of an item's members: one range.
    pub(crate) fn members(&self, id: SymbolId) -> std::ops::Range<u32> {
        self.of(id).map_or(0..0, |(interface, row)| interface.base + row.members.0..interface.base + row.members.1)
    }

    pub(crate) fn arity(&self, id: SymbolId) -> usize {
        self.of(id).map_or(0, |(_, row)| usize::from(row.arity))
    }

    pub(crate) fn details(&self, id: SymbolId) -> Option<&Details> {
        let (interface, row) = self.of(id)?;
        let slot = interface.details.get((id.0 - interface.base) as usize)?;
        Some(slot.get_or_init(|| Box::new(interface.read_details(row))))
    }

    /// A public name of a module.
    pub(crate) fn child(&self, module: SymbolId, name: Name, ns: Ns) -> Option<Res> {
        let (interface, _) = self.of(module)?;
        interface.children.get(&(module.0 - interface.base, name, ns)).copied()
    }

    /// The public names of a module, in their order of declaration.
    pub(crate) fn children(&self, module: SymbolId) -> &[(Name, Ns, Res)] {
        self.of(module)
            .and_then(|(interface, _)| interface.scopes.get(&(module.0 - interface.base)))
            .map_or(&[], Vec::as_slice)
    }

    /// Names from the crate down, as users write them.
    pub(crate) fn path(&self, id: SymbolId) -> Vec<Name> {
        let mut out = Vec::new();
        let mut at = Some(id);
        while let Some(here) = at {
            if self.kind(here) == SymbolKind::Impl {
                if let Some(header) = self.details(here).and_then(|details| details.header.clone()) {
                    out.extend(self.type_path(&header.self_ty).into_iter().rev());
                }
                break;
            }
            let Some(name) = self.name(here) else { break };
            out.push(name);
            at = self.parent(here);
        }
        out.reverse();
        out
    }

    /// The path that a type's own items stand under.
    fn type_path(&self, ty: &Ty) -> Vec<Name> {
        match ty {
            Ty::Adt(id, _) => self.path(*id),
            Ty::Prim(prim) => vec![Name::new(prim.as_str())],
            Ty::Slice(_) => vec![Name::new("slice")],
            Ty::Array(_) => vec![Name::new("array")],
            Ty::Ptr(..) => vec![Name::new("pointer")],
            Ty::Dyn(bounds) => match bounds.first().map(|bound| bound.of) {
                Some(Res::Def(id)) => self.path(id),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Inherent impls for types of that head.
    pub(crate) fn inherent_impls(&self, head: Head) -> impl Iterator<Item = SymbolId> + '_ {
        self.list.iter().filter_map(move |interface| interface.inherent.get(&head)).flatten().copied()
    }

    /// Whether an inherent impl may have an item of that name.
    pub(crate) fn has_inherent(&self, name: Name) -> bool {
        self.list.iter().any(|interface| interface.inherent_names.contains(&name))
    }

    /// Impls of a trait for types of that head.
    pub(crate) fn trait_impls(&self, of: Res, head: Head) -> impl Iterator<Item = SymbolId> + '_ {
        self.list.iter().filter_map(move |interface| interface.of_trait.get(&(of, head))).flatten().copied()
    }

    /// Impls of a trait for types of any head.
    pub(crate) fn blanket_impls(&self, of: Res) -> impl Iterator<Item = SymbolId> + '_ {
        self.list.iter().filter_map(move |interface| interface.blanket.get(&of)).flatten().copied()
    }

    /// Items of traits with that name: (trait, item).
    pub(crate) fn trait_items(&self, name: Name) -> impl Iterator<Item = (SymbolId, SymbolId)> + '_ {
        self.list.iter().filter_map(move |interface| interface.trait_items.get(&name)).flatten().copied()
    }

    /// The item at a `::`-separated path of public modules.
    pub(crate) fn at_path(&self, path: &str, ns: Ns) -> Option<Res> {
        let mut names = path.split("::").map(Name::new);
        let mut at = Res::Def(self.root(names.next()?)?);
        let mut names = names.peekable();
        while let Some(name) = names.next() {
            let Res::Def(module) = at else { return None };
            at = self.child(module, name, if names.peek().is_some() { Ns::Type } else { ns })?;
        }
        Some(at)
    }
}
