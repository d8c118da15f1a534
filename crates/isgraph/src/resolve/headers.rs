//! Edges that headers draw: implements, inherits, constrains, uses, overrides, associates, imports.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::collect::{MAX_EXPANSION_DEPTH, to_u32};
use super::infer::{Drawn, Output};
use super::interface::is_interface;
use super::paths::PathEnd;
use super::stack::with_room;
use super::type_macros;
use super::types::Ty;
use super::types::assoc::associated_type;
use super::types::impls::Impls;
use super::types::lower::Lowering;
use super::types::tables::{Predicate, Tables};
use super::world::{Import, Ns, Origin, Part, Res, World};
use crate::facts::{
    self, Arena, Bound, BoundList, Expr, Fragment, GenericParamKind, Generics, ItemFacts, ItemKind, Offset, PathAnchor,
    PathId, PathRef, TypeId, TypeRef,
};
use crate::graph::Place;
use crate::model::{Confidence, EdgeKind, Reason, SymbolId, SymbolKind};
use crate::name::Name;

/// The edges of one definition's header.
pub(crate) fn edges(impls: &Impls<'_>, id: SymbolId) -> Output {
    let world = impls.tables.world;
    let def = world.def(id);
    let mut out = Output::default();
    if let Some(parent) = def.parent {
        push(world, &mut out, parent, id, def.name_offset, Res::Def(id), EdgeKind::Contains, Reason::Nesting);
    }
    let Some(facts) = def.facts.as_deref().filter(|_| def.part == Part::Item) else { return out };
    let assumed = world.cfgs(id);
    let lowering = Lowering::of_item(world, id, &assumed);
    let predicates = impls.tables.predicates_in_scope(id);
    let (origin, base) = (Arc::clone(&def.origin), def.base);
    let mut header =
        Header { impls, world, id, facts, origin, base, lowering, roles: Roles::of(facts), predicates, out };
    header.paths();
    header.macros(&facts.arena, 0);
    header.attributes();
    header.of_kind();
    header.out
}

/// Adds an edge at an offset of `at`'s own text.
#[expect(clippy::too_many_arguments, reason = "the parts of one edge")]
fn push(
    world: &World,
    out: &mut Output,
    from: SymbolId,
    at: SymbolId,
    offset: Offset,
    to: Res,
    kind: EdgeKind,
    reason: Reason,
) {
    let def = world.def(at);
    push_at(out, from, def.origin.place(def.base + offset).0, to, kind, reason);
}

fn push_at(out: &mut Output, from: SymbolId, place: Place, to: Res, kind: EdgeKind, reason: Reason) {
    let confidence = if matches!(to, Res::Ext(_)) { Confidence::Medium } else { Confidence::High };
    out.edges.push(Drawn { from, to, kind, place, confidence, reason });
}

/// What the paths of a header are there for.
#[derive(Default)]
struct Roles {
    bounds: BTreeSet<PathId>,
    supertraits: BTreeSet<PathId>,
}

impl Roles {
    fn of(facts: &ItemFacts) -> Self {
        let mut roles = Self::default();
        match &facts.kind {
            ItemKind::Fn(function) => roles.generics(&function.generics),
            ItemKind::Struct(generics, _) | ItemKind::Union(generics, _) | ItemKind::Enum(generics, _) => {
                roles.generics(generics);
            }
            ItemKind::Trait(header) => {
                roles.generics(&header.generics);
                paths_of(&header.supertraits, &mut roles.supertraits);
                // `trait A where Self: B` says what `trait A: B` says.
                for predicate in &header.generics.predicates {
                    if is_self(&facts.arena, predicate.ty) {
                        paths_of(&predicate.bounds, &mut roles.supertraits);
                    }
                }
            }
            ItemKind::TraitAlias(generics, bounds) => {
                roles.generics(generics);
                paths_of(bounds, &mut roles.supertraits);
            }
            ItemKind::Impl(header) => roles.generics(&header.generics),
            ItemKind::TypeAlias { generics, bounds, .. } => {
                roles.generics(generics);
                paths_of(bounds, &mut roles.bounds);
            }
            _ => {}
        }
        roles
    }

    fn generics(&mut self, generics: &Generics) {
        for param in &generics.params {
            if let GenericParamKind::Type { bounds, .. } = &param.kind {
                paths_of(bounds, &mut self.bounds);
            }
        }
        for predicate in &generics.predicates {
            paths_of(&predicate.bounds, &mut self.bounds);
        }
    }
}

fn is_self(arena: &Arena, ty: TypeId) -> bool {
    matches!(&arena[ty], TypeRef::Path(path)
        if arena[*path].anchor == PathAnchor::SelfType && arena[*path].segments.is_empty())
}

fn paths_of(bounds: &BoundList, out: &mut BTreeSet<PathId>) {
    for bound in bounds {
        if let Bound::Trait(path) | Bound::Relaxed(path) = bound {
            out.insert(*path);
        }
    }
}

struct Header<'a, 'w> {
    impls: &'a Impls<'w>,
    world: &'w World,
    id: SymbolId,
    facts: &'a ItemFacts,
    /// The text that offsets are relative to: the item's own, or an expansion in it.
    origin: Arc<Origin>,
    base: Offset,
    lowering: Lowering<'a>,
    roles: Roles,
    /// Bounds in scope.
    predicates: Vec<Predicate>,
    out: Output,
}

impl Header<'_, '_> {
    fn push(&mut self, offset: Offset, to: Res, kind: EdgeKind, reason: Reason) {
        let place = self.origin.place(self.base + offset).0;
        push_at(&mut self.out, self.id, place, to, kind, reason);
    }

    fn tables(&self) -> &Tables<'_> {
        &self.impls.tables
    }

    /// Every path of the header: `constrains`, `inherits` or `uses`.
    fn paths(&mut self) {
        let arena: &Arena = &self.facts.arena;
        for index in 0..arena.paths.len() {
            let id = PathId(to_u32(index));
            if arena.macros.iter().any(|call| call.path == id) {
                continue;
            }
            let (kind, reason) = if self.roles.supertraits.contains(&id) {
                (EdgeKind::Inherits, Reason::Bound)
            } else if self.roles.bounds.contains(&id) {
                (EdgeKind::Constrains, Reason::Bound)
            } else {
                (EdgeKind::Uses, Reason::Path)
            };
            self.path(&arena[id], kind, reason);
        }
    }

    fn path(&mut self, path: &PathRef, kind: EdgeKind, reason: Reason) {
        if let Some((at, item)) = associated_type(self.tables(), &self.lowering, &self.predicates, path)
            && item != self.id
            && let Some(offset) = path.segments.get(at).map(|segment| segment.offset)
        {
            self.push(offset, Res::Def(item), EdgeKind::Uses, Reason::Path);
        }
        if path.anchor == PathAnchor::SelfType {
            return;
        }
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        let names = match path.qself {
            Some(qself) => &names[..usize::from(qself.trait_segments).min(names.len())],
            None => &names[..],
        };
        let is_param = path.anchor == PathAnchor::Plain
            && path.qself.is_none()
            && names.first().is_some_and(|name| self.lowering.param(*name).is_some());
        if names.is_empty() || is_param {
            return;
        }
        let mut seen = Vec::new();
        let lookup = self.lowering.lookup;
        let end = lookup.follow(path.anchor, names, Ns::Type, false, &mut |at, res| seen.push((at, res)));
        if matches!(end, PathEnd::Missing(_)) {
            // A const argument or array length names a value.
            seen.clear();
            lookup.follow(path.anchor, names, Ns::Value, false, &mut |at, res| seen.push((at, res)));
        }
        let last = names.len() - 1;
        for (at, res) in seen {
            let Some(offset) = path.segments.get(at).map(|segment| segment.offset) else { continue };
            let drawn = match res {
                // External types are everywhere; external bounds and supertraits say something.
                Res::Def(to) if is_interface(to) => at == last && kind != EdgeKind::Uses,
                Res::Def(to) => !matches!(self.world.kind(to), SymbolKind::Module | SymbolKind::Crate) && to != self.id,
                Res::Ext(_) => at == last && kind != EdgeKind::Uses,
                Res::Prim(_) => false,
            };
            if drawn {
                let (kind, reason) = if at == last { (kind, reason) } else { (EdgeKind::Uses, Reason::Path) };
                self.push(offset, res, kind, reason);
            }
        }
    }

    /// Macros in types, array lengths and const arguments: the call, and what it expands to. Those in
    /// the patterns of parameters belong to the body.
    fn macros(&mut self, arena: &Arena, depth: u32) {
        if arena.macros.is_empty() || depth > type_macros::MAX_DEPTH || self.origin.depth() >= MAX_EXPANSION_DEPTH {
            return;
        }
        let types = arena.types.iter().filter_map(|ty| match ty {
            TypeRef::Macro(call) => Some((*call, true)),
            _ => None,
        });
        let values = arena.exprs.iter().filter_map(|expr| match expr {
            Expr::Macro(call) => Some((*call, false)),
            _ => None,
        });
        for (id, is_type) in types.chain(values).collect::<Vec<_>>() {
            let call = &arena[id];
            let path = &arena[call.path];
            let Some(res) = self.lowering.macro_target(arena, id) else { continue };
            let offset = path.segments.last().map_or(path.offset, |segment| segment.offset);
            self.push(offset, res, EdgeKind::Expands, Reason::MacroCall);
            let Some(expansion) = type_macros::expand(self.world, res, call) else { continue };
            let read = if is_type {
                type_macros::read_type(&expansion.text).map(|(arena, _)| arena)
            } else {
                facts::read_fragment(&expansion.text, Fragment::Expr, facts::Edition::default()).map(|body| body.arena)
            };
            let Some(read) = read else { continue };
            let inner = Arc::new(Origin::Expansion {
                parent: Arc::clone(&self.origin),
                args: self.base + call.offset,
                map: expansion.map,
                depth: self.origin.depth() + 1,
            });
            let outer = (std::mem::replace(&mut self.origin, inner), std::mem::replace(&mut self.base, 0));
            for (index, path) in read.paths.iter().enumerate() {
                if read.macros.iter().all(|call| call.path.0 as usize != index) {
                    self.path(path, EdgeKind::Uses, Reason::Path);
                }
            }
            if read.macros.len() <= type_macros::MAX_CALLS {
                with_room(|| self.macros(&read, depth + 1));
            }
            (self.origin, self.base) = outer;
        }
    }

    /// Derives implement; other attributes expand.
    fn attributes(&mut self) {
        let facts = self.facts;
        for derive in &facts.attrs.derives {
            let Some(name) = derive.segments.last().copied() else { continue };
            let builtin = self.world.prelude().derive(name);
            let resolved = self.attribute_path(&derive.segments, Ns::Type);
            let target = match (resolved, builtin) {
                (Some(Res::Def(id)), _) if self.world.kind(id) == SymbolKind::Trait => Res::Def(id),
                (_, Some(builtin)) => builtin,
                (Some(res), None) if !self.world.is_own(res) => res,
                _ => match self.attribute_path(&derive.segments, Ns::Macro) {
                    Some(res) if !self.world.is_own(res) => res,
                    _ => Res::Ext(self.world.externals.child(None, name)),
                },
            };
            self.push(derive.offset, target, EdgeKind::Implements, Reason::Derive);
        }
        for attribute in &facts.attrs.macros {
            if let Some(res) = self.attribute_path(&attribute.segments, Ns::Macro) {
                self.push(attribute.offset, res, EdgeKind::Expands, Reason::MacroCall);
            }
        }
    }

    fn attribute_path(&self, segments: &[Name], ns: Ns) -> Option<Res> {
        let (anchor, names) = match segments.split_first() {
            Some((first, rest)) if first.as_str().is_empty() => (PathAnchor::Global, rest),
            Some((first, rest)) if *first == *"crate" => (PathAnchor::Crate, rest),
            _ => (PathAnchor::Plain, segments),
        };
        match self.lowering.lookup.follow(anchor, names, ns, false, &mut |_, _| {}) {
            PathEnd::Full(res) => Some(res),
            _ => None,
        }
    }

    fn of_kind(&mut self) {
        let def = self.world.def(self.id);
        if let ItemKind::Impl(header) = &self.facts.kind
            && let Some(path) = header.of_trait
            && !header.negative
            && let Some(lowered) = self.tables().header(self.id)
        {
            let path = &self.facts.arena[path];
            let offset = path.segments.last().map_or(path.offset, |segment| segment.offset);
            if let Some(bound) = &lowered.of_trait {
                let from = match lowered.self_ty.clone() {
                    Ty::Adt(id, _) => Res::Def(id),
                    Ty::Ext(ext, _) => Res::Ext(ext),
                    // A trait object's own impl is the trait's.
                    Ty::Dyn(bounds) => bounds.first().map_or(Res::Def(self.id), |bound| bound.of),
                    _ => Res::Def(self.id),
                };
                match from {
                    Res::Def(from) if !is_interface(from) => push(
                        self.world,
                        &mut self.out,
                        from,
                        self.id,
                        offset,
                        bound.of,
                        EdgeKind::Implements,
                        Reason::ImplHeader,
                    ),
                    // An external type has no header of its own: the impl stands for it.
                    _ => {
                        self.push(offset, bound.of, EdgeKind::Implements, Reason::ImplHeader);
                    }
                }
                if let Res::Def(of) = bound.of {
                    for member in &def.members {
                        let member_def = self.world.def(*member);
                        let declared = self.world.member(of, member_def.kind, member_def.name);
                        if let Some(declared) = declared {
                            push(
                                self.world,
                                &mut self.out,
                                *member,
                                *member,
                                member_def.name_offset,
                                Res::Def(declared),
                                EdgeKind::Overrides,
                                Reason::ImplItem,
                            );
                        }
                    }
                }
            }
        }
        let associates = matches!(def.kind, SymbolKind::AssociatedType | SymbolKind::Const);
        if associates
            && let Some(parent) = def.parent
            && matches!(self.world.kind(parent), SymbolKind::Impl | SymbolKind::Trait)
        {
            let to = Res::Def(self.id);
            push(
                self.world,
                &mut self.out,
                parent,
                self.id,
                def.name_offset,
                to,
                EdgeKind::Associates,
                Reason::Nesting,
            );
        }
    }
}

/// The `imports` edges of one import.
pub(crate) fn import_edges(import: &Import) -> Vec<Drawn> {
    let mut out: Vec<Drawn> = Vec::new();
    let offset = match &import.facts.kind {
        ItemKind::Use(leaves) => match leaves.get(import.leaf as usize) {
            Some(leaf) => leaf.segments.last().map_or(import.facts.name_offset, |segment| segment.1),
            None => return out,
        },
        _ => import.facts.name_offset,
    };
    let (place, _) = import.origin.place(import.base + offset);
    let public = !matches!(import.facts.visibility, crate::facts::Visibility::Inherited);
    for res in import.resolved.iter().flatten() {
        let drawn = match res {
            Res::Def(id) if is_interface(*id) => public,
            Res::Def(_) => true,
            // What is re-exported is interface, what is merely used is not.
            Res::Ext(_) => public,
            Res::Prim(_) => false,
        };
        if drawn && !out.iter().any(|edge| edge.to == *res) {
            let confidence = if matches!(res, Res::Def(_)) { Confidence::High } else { Confidence::Medium };
            out.push(Drawn {
                from: import.owner,
                to: *res,
                kind: EdgeKind::Imports,
                place,
                confidence,
                reason: Reason::Import,
            });
        }
    }
    out
}
