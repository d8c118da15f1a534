//! Bytes → an interface. Names, rows and impls are read at once, details when somebody asks.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::bytes::Reader;
use super::types::{Meaning, TypeReader};
use super::{Details, INTERFACE_BASE, Interface, Row};
use crate::model::{SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::types::impls::Head;
use crate::resolve::world::{Ns, Prim, Res};

/// First bytes: what it is, and the version of the format.
pub(super) const MAGIC: &[u8] = b"ISGI\x01";

pub(super) const LOCAL: u32 = 0;
pub(super) const FOREIGN: u32 = 1;
pub(super) const PRIMITIVE: u32 = 2;

/// Heads of types, as bytes.
pub(super) mod heads {
    pub(crate) const NONE: u8 = 0;
    pub(crate) const NAMED: u8 = 1;
    pub(crate) const PRIM: u8 = 2;
    pub(crate) const REF: u8 = 3;
    pub(crate) const REF_MUT: u8 = 4;
    pub(crate) const PTR: u8 = 5;
    pub(crate) const PTR_MUT: u8 = 6;
    pub(crate) const SLICE: u8 = 7;
    pub(crate) const ARRAY: u8 = 8;
    pub(crate) const TUPLE: u8 = 9;
    pub(crate) const FN: u8 = 10;
    pub(crate) const DYN: u8 = 11;
    pub(crate) const NEVER: u8 = 12;
}

impl Default for Interface {
    fn default() -> Self {
        Self {
            name: Name::new(""),
            version: Box::default(),
            base: INTERFACE_BASE,
            names: Box::default(),
            rows: Vec::new(),
            details: Vec::new(),
            foreign: Box::default(),
            bytes: Box::default(),
            scopes: FxHashMap::default(),
            children: FxHashMap::default(),
            inherent: FxHashMap::default(),
            of_trait: FxHashMap::default(),
            blanket: FxHashMap::default(),
            trait_items: FxHashMap::default(),
            inherent_names: rustc_hash::FxHashSet::default(),
        }
    }
}

impl Meaning for Interface {
    fn name(&self, number: u32) -> Option<Name> {
        self.names.get(number as usize).copied()
    }

    fn res(&self, number: u32) -> Option<Res> {
        let index = number >> 2;
        match number & 3 {
            LOCAL => Some(Res::Def(SymbolId(self.base + index))),
            FOREIGN => self.foreign.get(index as usize).copied().flatten(),
            PRIMITIVE => Prim::ALL.get(index as usize).map(|prim| Res::Prim(*prim)),
            _ => None,
        }
    }
}

/// Reads an interface whose first row gets the id `base`. `foreign` says what a path into another
/// crate leads to. `None` when the bytes are of something else or of another version.
pub(super) fn read(bytes: &[u8], base: u32, foreign: &mut dyn FnMut(&[Name]) -> Option<Res>) -> Option<Interface> {
    let body = bytes.strip_prefix(MAGIC)?;
    let mut from = Reader::new(body, 0);
    let mut this = Interface { base, name: Name::new(from.text()), ..Interface::default() };
    this.version = from.text().into();
    this.names = (0..from.count()).map(|_| Name::new(from.text())).collect();
    let name = |this: &Interface, number: u32| this.name(number).unwrap_or(this.name);
    this.foreign = (0..from.count())
        .map(|_| {
            let path: Vec<Name> = (0..from.count()).map(|_| name(&this, from.number())).collect();
            foreign(&path)
        })
        .collect();
    let mut details = 0;
    let rows = from.count();
    this.rows.reserve_exact(rows);
    for _ in 0..rows {
        let kind = SymbolKind::ALL.get(usize::from(from.byte())).copied().unwrap_or(SymbolKind::External);
        let name = name(&this, from.number());
        let parent = from.number().checked_sub(1);
        let count = from.number();
        let first = if count > 0 { from.number() } else { 0 };
        let arity = u16::try_from(from.number()).unwrap_or(0);
        let length = from.number();
        let at = if length > 0 { details + 1 } else { 0 };
        details += length;
        this.rows.push(Row { kind, name, parent, members: (first, first.saturating_add(count)), arity, details: at });
    }
    // Rows may not name others that are not there.
    let count = u32::try_from(this.rows.len()).unwrap_or(u32::MAX);
    for row in &mut this.rows {
        row.parent = row.parent.filter(|parent| *parent < count);
        if row.members.1 > count {
            row.members = (0, 0);
        }
    }
    this.read_scopes(&mut from);
    this.read_impls(&mut from);
    this.bytes = body.get(from.at()..).unwrap_or_default().into();
    this.details = std::iter::repeat_with(OnceLock::new).take(this.rows.len()).collect();
    this.index_items();
    Some(this)
}

impl Interface {
    fn read_scopes(&mut self, from: &mut Reader<'_>) {
        for _ in 0..from.count() {
            let module = from.number();
            let count = from.count();
            let mut names = Vec::with_capacity(count);
            for _ in 0..count {
                let name = self.name(from.number());
                let ns = match from.byte() {
                    0 => Ns::Type,
                    1 => Ns::Value,
                    _ => Ns::Macro,
                };
                let res = self.res(from.number());
                if let (Some(name), Some(res)) = (name, res) {
                    names.push((name, ns, res));
                    self.children.insert((module, name, ns), res);
                }
            }
            self.scopes.insert(module, names);
        }
    }

    fn read_head(&self, from: &mut Reader<'_>) -> Option<Head> {
        Some(match from.byte() {
            heads::NAMED => match self.res(from.number())? {
                Res::Def(id) => Head::Adt(id),
                Res::Ext(ext) => Head::Ext(ext),
                Res::Prim(prim) => Head::Prim(prim),
            },
            heads::PRIM => Head::Prim(*Prim::ALL.get(usize::from(from.byte()))?),
            heads::REF => Head::Ref(false),
            heads::REF_MUT => Head::Ref(true),
            heads::PTR => Head::Ptr(false),
            heads::PTR_MUT => Head::Ptr(true),
            heads::SLICE => Head::Slice,
            heads::ARRAY => Head::Array,
            heads::TUPLE => Head::Tuple(from.number() as usize),
            heads::FN => Head::Fn,
            heads::DYN => Head::Dyn(self.res(from.number())?),
            heads::NEVER => Head::Never,
            _ => return None,
        })
    }

    fn read_impls(&mut self, from: &mut Reader<'_>) {
        for _ in 0..from.count() {
            let id = SymbolId(self.base + from.number());
            let head = self.read_head(from);
            let of = match from.byte() {
                0 => None,
                _ => {
                    let number = from.number();
                    match self.res(number) {
                        Some(of) => Some(of),
                        None => continue,
                    }
                }
            };
            match (of, head) {
                (Some(of), Some(head)) => self.of_trait.entry((of, head)).or_default().push(id),
                (Some(of), None) => self.blanket.entry(of).or_default().push(id),
                (None, Some(head)) => self.inherent.entry(head).or_default().push(id),
                (None, None) => {}
            }
        }
    }

    fn index_items(&mut self) {
        for (index, row) in (0..).zip(&self.rows) {
            let members = row.members.0..row.members.1;
            match row.kind {
                SymbolKind::Trait => {
                    for member in members {
                        let name = self.rows[member as usize].name;
                        let item = (SymbolId(self.base + index), SymbolId(self.base + member));
                        self.trait_items.entry(name).or_default().push(item);
                    }
                }
                SymbolKind::Impl => {
                    let methods = members.map(|member| &self.rows[member as usize]);
                    let methods = methods.filter(|row| row.kind == SymbolKind::Method).map(|row| row.name);
                    self.inherent_names.extend(methods);
                }
                _ => {}
            }
        }
    }

    pub(super) fn read_details(&self, row: &Row) -> Details {
        let mut out = Details::default();
        let Some(at) = row.details.checked_sub(1) else { return out };
        let mut from = TypeReader::new(Reader::new(&self.bytes, at as usize), self);
        let defaults = from.bytes.count();
        out.defaults = (0..defaults)
            .map(|_| match from.bytes.byte() {
                0 => None,
                _ => Some(from.ty()),
            })
            .collect();
        let consts = from.bytes.count();
        out.consts = (0..consts).map(|_| from.bytes.number() as usize).collect();
        out.predicates = from.predicates();
        match row.kind {
            SymbolKind::Function | SymbolKind::Method => out.signature = Some(from.signature().into()),
            SymbolKind::Impl => out.header = Some(from.header().into()),
            SymbolKind::Field
            | SymbolKind::Const
            | SymbolKind::Static
            | SymbolKind::TypeAlias
            | SymbolKind::AssociatedType => out.ty = Some(from.ty()),
            SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union => {
                let count = from.bytes.count();
                out.derives = (0..count)
                    .filter_map(|_| {
                        let number = from.bytes.number();
                        self.name(number)
                    })
                    .collect();
            }
            _ => {}
        }
        out
    }
}
