//! A resolved source set → the interface of one of its crates.
//!
//! Every public name is followed breadth first from the crate's root, so that an item stands under
//! the shortest path that users write (`std::vec::Vec`, wherever it is declared). What signatures
//! mention besides is written too, without a place of its own. Impls follow the types and traits
//! that they are about. Items that are not stable are left out, as stable code cannot mean them.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::bytes::Writer;
use super::is_interface;
use super::read::{FOREIGN, LOCAL, MAGIC, PRIMITIVE, heads};
use super::types::{Numbering, write_header, write_predicates, write_signature, write_ty};
use crate::model::{SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::paths::Lookup;
use crate::resolve::types::impls::{Head, Impls};
use crate::resolve::types::lower::{arity, is_const_param, param_defaults};
use crate::resolve::world::{ModId, Ns, Prim, Res, Vis, World};

/// The interface of the crate whose root is `root`.
pub(crate) fn write(impls: &Impls<'_>, root: ModId, version: &str) -> Vec<u8> {
    let world = impls.tables.world;
    let lookup = Lookup::new(world, root, &[]);
    let mut builder =
        Builder { impls, lookup, numbers: Numbers::new(world), scopes: Vec::new(), details: Writer::default() };
    builder.modules(root);
    builder.items();
    builder.finish(world.name(world.module(root).def), version)
}

struct Row {
    def: SymbolId,
    kind: SymbolKind,
    name: Name,
    parent: Option<u32>,
    members: (u32, u32),
    /// Bytes of its details.
    length: u32,
}

/// Numbers given so far to names, definitions and external paths.
struct Numbers<'w> {
    world: &'w World,
    names: Vec<Name>,
    number_of: FxHashMap<Name, u32>,
    rows: Vec<Row>,
    row_of: FxHashMap<SymbolId, u32>,
    foreign: Vec<Vec<u32>>,
    foreign_of: FxHashMap<Res, u32>,
}

impl Numbering for Numbers<'_> {
    fn name(&mut self, name: Name) -> u32 {
        let names = &mut self.names;
        *self.number_of.entry(name).or_insert_with(|| {
            names.push(name);
            names.len() as u32 - 1
        })
    }

    fn res(&mut self, res: Res) -> u32 {
        match res {
            Res::Def(id) if !is_interface(id) => self.row(id) << 2 | LOCAL,
            Res::Prim(prim) => {
                let index = Prim::ALL.iter().position(|known| *known == prim).unwrap_or(0);
                (index as u32) << 2 | PRIMITIVE
            }
            Res::Def(_) | Res::Ext(_) => self.foreign(res) << 2 | FOREIGN,
        }
    }
}

impl<'w> Numbers<'w> {
    fn new(world: &'w World) -> Self {
        Self {
            world,
            names: Vec::new(),
            number_of: FxHashMap::default(),
            rows: Vec::new(),
            row_of: FxHashMap::default(),
            foreign: Vec::new(),
            foreign_of: FxHashMap::default(),
        }
    }

    fn foreign(&mut self, res: Res) -> u32 {
        if let Some(number) = self.foreign_of.get(&res) {
            return *number;
        }
        let path = match res {
            Res::Def(id) => self.world.interfaces.path(id),
            Res::Ext(ext) => self.world.externals.names(ext),
            Res::Prim(_) => Vec::new(),
        };
        let path = path.into_iter().map(|name| self.name(name)).collect();
        self.foreign.push(path);
        let number = self.foreign.len() as u32 - 1;
        self.foreign_of.insert(res, number);
        number
    }

    /// The row of a definition; one without a place of its own if it has none yet.
    fn row(&mut self, id: SymbolId) -> u32 {
        if let Some(row) = self.row_of.get(&id) {
            return *row;
        }
        // A member stands in the row of what it is a member of.
        if let Some(parent) = self.world.parent(id)
            && is_owner(self.world.kind(parent))
        {
            self.row(parent);
            if let Some(row) = self.row_of.get(&id) {
                return *row;
            }
        }
        self.add(id, self.world.name(id), None)
    }

    /// Adds a definition and its members.
    fn add(&mut self, def: SymbolId, name: Name, parent: Option<u32>) -> u32 {
        let row = self.push(def, name, parent);
        self.add_members(row);
        row
    }

    fn push(&mut self, def: SymbolId, name: Name, parent: Option<u32>) -> u32 {
        let row = self.rows.len() as u32;
        self.rows.push(Row { def, kind: self.world.kind(def), name, parent, members: (0, 0), length: 0 });
        self.row_of.insert(def, row);
        row
    }

    fn add_members(&mut self, row: u32) {
        let (def, kind) = (self.rows[row as usize].def, self.rows[row as usize].kind);
        if !is_owner(kind) {
            return;
        }
        let members = members(self.world, def);
        let first = self.rows.len() as u32;
        for member in &members {
            self.push(*member, self.world.name(*member), Some(row));
        }
        let last = self.rows.len() as u32;
        self.rows[row as usize].members = (first, last);
        for member in first..last {
            self.add_members(member);
        }
    }
}

fn is_owner(kind: SymbolKind) -> bool {
    matches!(
        kind,
        SymbolKind::Struct
            | SymbolKind::Enum
            | SymbolKind::Union
            | SymbolKind::Variant
            | SymbolKind::Trait
            | SymbolKind::Impl
    )
}

fn is_unstable(world: &World, id: SymbolId) -> bool {
    world.attrs(id).is_some_and(|attrs| attrs.flags.unstable)
}

/// The members that other crates can see.
fn members(world: &World, id: SymbolId) -> Vec<SymbolId> {
    let lookup = Lookup::new(world, world.def(id).module, &[]);
    let public = |member: &SymbolId| world.def(*member).vis == Vis::Public;
    let on = world.members(id).filter(|member| lookup.is_item_on(*member));
    match world.kind(id) {
        SymbolKind::Impl if is_trait_impl(world, id) => {
            on.filter(|member| world.kind(*member) != SymbolKind::Method).collect()
        }
        SymbolKind::Impl => on.filter(|member| public(member) && !is_unstable(world, *member)).collect(),
        SymbolKind::Trait => {
            on.filter(|member| world.kind(*member) != SymbolKind::Method || !is_unstable(world, *member)).collect()
        }
        SymbolKind::Struct | SymbolKind::Union => {
            // A tuple struct with a private field has no constructor.
            let fields: Vec<SymbolId> = on.collect();
            let tuple =
                fields.iter().any(|field| world.name(*field).as_str().starts_with(|c: char| c.is_ascii_digit()));
            if tuple && !fields.iter().all(public) {
                return Vec::new();
            }
            fields.into_iter().filter(public).collect()
        }
        _ => on.collect(),
    }
}

fn is_trait_impl(world: &World, id: SymbolId) -> bool {
    matches!(
        world.def(id).facts.as_deref().map(|facts| &facts.kind),
        Some(crate::facts::ItemKind::Impl(header)) if header.of_trait.is_some()
    )
}

struct Scope {
    module: u32,
    names: Vec<(u32, Ns, u32)>,
}

struct Builder<'a, 'w> {
    impls: &'a Impls<'w>,
    lookup: Lookup<'w>,
    numbers: Numbers<'w>,
    scopes: Vec<Scope>,
    details: Writer,
}

impl Builder<'_, '_> {
    /// Gives the public names below a module their rows, breadth first.
    fn modules(&mut self, root: ModId) {
        let world = self.numbers.world;
        let def = world.module(root).def;
        self.numbers.push(def, world.name(def), None);
        let mut queue = VecDeque::from([(root, 0)]);
        // What a prelude re-exports is better known under its own path.
        let mut preludes = VecDeque::new();
        let prelude = Name::new("prelude");
        while let Some((module, row)) = queue.pop_front().or_else(|| preludes.pop_front()) {
            let mut names = Vec::new();
            let scope = &world.module(module).scope;
            for (name, ns) in &scope.order {
                let public: Vec<_> =
                    scope.get(*name, *ns).iter().filter(|binding| binding.vis == Vis::Public).copied().collect();
                let Some(binding) = self.lookup.pick(&public) else { continue };
                if let Res::Def(id) = binding.res
                    && !is_interface(id)
                {
                    if is_unstable(world, id) {
                        continue;
                    }
                    let known = self.numbers.row_of.contains_key(&id);
                    match world.def(id).own_module {
                        Some(inner) if !known => {
                            let row = self.numbers.push(id, *name, Some(row));
                            let list = if *name == prelude { &mut preludes } else { &mut queue };
                            list.push_back((inner, row));
                        }
                        None if !known && !world.parent(id).is_some_and(|of| is_owner(world.kind(of))) => {
                            self.numbers.add(id, *name, Some(row));
                        }
                        _ => {}
                    }
                }
                names.push((self.numbers.name(*name), *ns, self.numbers.res(binding.res)));
            }
            self.scopes.push(Scope { module: row, names });
        }
    }

    /// Writes the details of all rows, and adds the impls that are about them, until no row is new.
    fn items(&mut self) {
        let world = self.numbers.world;
        let mut waiting: Vec<SymbolId> = (0..)
            .zip(&world.defs)
            .filter(|(_, def)| def.kind == SymbolKind::Impl)
            .map(|(index, _)| SymbolId(index))
            .filter(|id| self.lookup.is_item_on(*id))
            .collect();
        let mut done = 0;
        loop {
            while done < self.numbers.rows.len() {
                let before = self.details.bytes.len();
                self.write_details(done);
                self.numbers.rows[done].length = (self.details.bytes.len() - before) as u32;
                done += 1;
            }
            let known = self.numbers.rows.len();
            waiting.retain(|id| {
                let wanted = self.is_about_known(*id);
                if wanted {
                    self.numbers.add(*id, world.name(*id), None);
                }
                !wanted
            });
            if self.numbers.rows.len() == known {
                break;
            }
        }
    }

    fn is_about_known(&self, id: SymbolId) -> bool {
        let Some(header) = self.impls.tables.header(id) else { return false };
        if header.negative || (header.of_trait.is_none() && is_trait_impl(self.numbers.world, id)) {
            return false;
        }
        let known = |id: &SymbolId| is_interface(*id) || self.numbers.row_of.contains_key(id);
        let of_known = |of: &Res| match of {
            Res::Def(id) => known(id),
            Res::Ext(_) | Res::Prim(_) => true,
        };
        let type_known = match Impls::head(&header.self_ty) {
            Some(Head::Adt(id)) => known(&id),
            Some(Head::Dyn(of)) => of_known(&of),
            Some(_) => true,
            None => header.of_trait.is_some(),
        };
        type_known && header.of_trait.as_ref().is_none_or(|bound| of_known(&bound.of))
    }

    fn write_details(&mut self, row: usize) {
        let world = self.numbers.world;
        let (id, kind) = (self.numbers.rows[row].def, self.numbers.rows[row].kind);
        if matches!(kind, SymbolKind::Module | SymbolKind::Crate | SymbolKind::Macro | SymbolKind::Variant) {
            return;
        }
        let tables = &self.impls.tables;
        let (out, numbers) = (&mut self.details, &mut self.numbers);
        let defaults = param_defaults(world, id);
        let given = defaults.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        out.count(given);
        for default in &defaults[..given] {
            out.byte(u8::from(default.is_some()));
            if let Some(ty) = default {
                write_ty(out, numbers, ty);
            }
        }
        let consts: Vec<usize> = (0..defaults.len()).filter(|index| is_const_param(world, id, *index)).collect();
        out.count(consts.len());
        consts.iter().for_each(|index| out.count(*index));
        // Which types have a marker that is not stable, only the compiler knows (`Destruct`, `PointeeSized`).
        let is_marker = |of: Res| {
            matches!(of, Res::Def(of) if world.is_own(Res::Def(of))
                && is_unstable(world, of) && world.members(of).next().is_none())
        };
        let predicates = tables.own_predicates(id);
        let predicates: Vec<_> = predicates.iter().filter(|stated| !is_marker(stated.bound.of)).cloned().collect();
        write_predicates(out, numbers, &predicates);
        match kind {
            SymbolKind::Function | SymbolKind::Method => {
                if let Some(signature) = tables.signature(id) {
                    write_signature(out, numbers, &signature);
                }
            }
            SymbolKind::Impl => {
                if let Some(header) = tables.header(id) {
                    write_header(out, numbers, &header);
                }
            }
            SymbolKind::Field
            | SymbolKind::Const
            | SymbolKind::Static
            | SymbolKind::TypeAlias
            | SymbolKind::AssociatedType => write_ty(out, numbers, &tables.type_of(id)),
            SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union => {
                let derives: Vec<Name> = world
                    .attrs(id)
                    .into_iter()
                    .flat_map(|attrs| &attrs.derives)
                    .filter_map(|derive| derive.segments.last().copied())
                    .collect();
                out.count(derives.len());
                for derive in derives {
                    out.number(numbers.name(derive));
                }
            }
            _ => {}
        }
    }

    fn finish(mut self, name: Name, version: &str) -> Vec<u8> {
        let world = self.numbers.world;
        let impls = self.write_impls();
        let rows = std::mem::take(&mut self.numbers.rows);
        let mut table = Writer::default();
        table.count(rows.len());
        for row in &rows {
            table.byte(row.kind as u8);
            table.number(self.numbers.name(row.name));
            table.number(row.parent.map_or(0, |parent| parent + 1));
            table.number(row.members.1 - row.members.0);
            if row.members.1 > row.members.0 {
                table.number(row.members.0);
            }
            table.count(arity(world, row.def));
            table.number(row.length);
        }
        table.count(self.scopes.len());
        for scope in &self.scopes {
            table.number(scope.module);
            table.count(scope.names.len());
            for (name, ns, res) in &scope.names {
                table.number(*name);
                table.byte(*ns as u8);
                table.number(*res);
            }
        }
        let mut out = Writer { bytes: MAGIC.to_vec() };
        out.text(name.as_str());
        out.text(version);
        out.count(self.numbers.names.len());
        self.numbers.names.iter().for_each(|name| out.text(name.as_str()));
        out.count(self.numbers.foreign.len());
        for path in &self.numbers.foreign {
            out.count(path.len());
            path.iter().for_each(|name| out.number(*name));
        }
        out.bytes.extend(table.bytes);
        out.bytes.extend(impls.bytes);
        out.bytes.extend(self.details.bytes);
        out.bytes
    }

    fn write_impls(&mut self) -> Writer {
        let mut out = Writer::default();
        let impls: Vec<(u32, SymbolId)> = (0..)
            .zip(&self.numbers.rows)
            .filter(|(_, row)| row.kind == SymbolKind::Impl)
            .map(|(index, row)| (index, row.def))
            .collect();
        out.count(impls.len());
        for (row, id) in impls {
            out.number(row);
            let header = self.impls.tables.header(id);
            let head = header.as_ref().and_then(|header| Impls::head(&header.self_ty));
            self.write_head(&mut out, head);
            let of = header.and_then(|header| header.of_trait.as_ref().map(|bound| bound.of));
            out.byte(u8::from(of.is_some()));
            if let Some(of) = of {
                out.number(self.numbers.res(of));
            }
        }
        out
    }

    fn write_head(&mut self, out: &mut Writer, head: Option<Head>) {
        let mut named = |out: &mut Writer, tag: u8, res: Res| {
            out.byte(tag);
            out.number(self.numbers.res(res));
        };
        match head {
            None => out.byte(heads::NONE),
            Some(Head::Adt(id)) => named(out, heads::NAMED, Res::Def(id)),
            Some(Head::Ext(ext)) => named(out, heads::NAMED, Res::Ext(ext)),
            Some(Head::Dyn(of)) => named(out, heads::DYN, of),
            Some(Head::Prim(prim)) => {
                out.byte(heads::PRIM);
                out.byte(Prim::ALL.iter().position(|known| *known == prim).unwrap_or(0) as u8);
            }
            Some(Head::Ref(mutable)) => out.byte(if mutable { heads::REF_MUT } else { heads::REF }),
            Some(Head::Ptr(mutable)) => out.byte(if mutable { heads::PTR_MUT } else { heads::PTR }),
            Some(Head::Slice) => out.byte(heads::SLICE),
            Some(Head::Array) => out.byte(heads::ARRAY),
            Some(Head::Tuple(parts)) => {
                out.byte(heads::TUPLE);
                out.count(parts);
            }
            Some(Head::Fn) => out.byte(heads::FN),
            Some(Head::Never) => out.byte(heads::NEVER),
        }
    }
}
