//! The tables that resolution fills: crates, modules, definitions, scopes, externals.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::cfg::CfgSet;
use super::interface::{Interfaces, is_interface};
use super::macros::{MacroRules, SourceMap};
use super::prelude::Prelude;
use crate::facts::{Attrs, Cfg, Edition, FileFacts, ItemFacts, MacroId, Offset, read_file};
use crate::graph::{FileId, Place};
use crate::model::{Diagnostic, SymbolId, SymbolKind};
use crate::name::Name;
use crate::parallel;

/// Index of a module in [`World::modules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ModId(pub(crate) u32);

/// Index of a crate in [`World::crates`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CrateId(pub(crate) u32);

/// An external path in [`ExternalTable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ExtId(pub(crate) u32);

/// Where the text that an item was read from comes from.
#[derive(Debug)]
pub(crate) enum Origin {
    /// A file: offsets are its own.
    File(FileId),
    /// A file that `include!` put in the place of its call: offsets are the file's own.
    Included {
        /// The file.
        file: FileId,
        /// The text of the call.
        parent: Arc<Origin>,
        /// How many expansions deep.
        depth: u32,
    },
    /// The expansion of a macro call that stands in another text.
    Expansion {
        /// The text of the call.
        parent: Arc<Origin>,
        /// Where the call's arguments start in that text, after the delimiter.
        args: Offset,
        /// Expansion offset → call or definition.
        map: SourceMap,
        /// How many expansions deep.
        depth: u32,
    },
}

impl Origin {
    /// The place in a real file of an offset in this text, and whether it was written there.
    pub(crate) fn place(&self, offset: Offset) -> (Place, bool) {
        match self {
            Self::File(file) | Self::Included { file, .. } => (Place { file: *file, offset }, true),
            // What the definition wrote stands at the call's delimiter: the name is the macro's own.
            Self::Expansion { parent, args, map, .. } => match map.origin(offset) {
                super::macros::Origin::Call(at) => parent.place(args + at),
                super::macros::Origin::Definition(_) => (parent.place(args.saturating_sub(1)).0, false),
            },
        }
    }

    /// Whether this text is that file, or stands in it.
    pub(crate) fn is_in(&self, wanted: FileId) -> bool {
        match self {
            Self::File(file) => *file == wanted,
            Self::Included { file, parent, .. } => *file == wanted || parent.is_in(wanted),
            Self::Expansion { parent, .. } => parent.is_in(wanted),
        }
    }

    /// How many expansions deep this text is.
    pub(crate) fn depth(&self) -> u32 {
        match self {
            Self::File(_) => 0,
            Self::Included { depth, .. } | Self::Expansion { depth, .. } => *depth,
        }
    }
}

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Res {
    /// A definition of the source set or of an interface.
    Def(SymbolId),
    /// Something that is known by its path only: of a dependency without an interface, or unknown.
    Ext(ExtId),
    /// A primitive type.
    Prim(Prim),
}

macro_rules! prims {
    ($($variant:ident = $text:literal),*) => {
        /// A primitive type.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Prim { $($variant),* }
        impl Prim {
            /// Every primitive type.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),*];
            /// The primitive of that name.
            pub(crate) fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)* _ => None }
            }
            /// Its name.
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    };
}
prims!(
    Bool = "bool",
    Char = "char",
    Str = "str",
    I8 = "i8",
    I16 = "i16",
    I32 = "i32",
    I64 = "i64",
    I128 = "i128",
    Isize = "isize",
    U8 = "u8",
    U16 = "u16",
    U32 = "u32",
    U64 = "u64",
    U128 = "u128",
    Usize = "usize",
    F16 = "f16",
    F32 = "f32",
    F64 = "f64",
    F128 = "f128"
);

/// A namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
pub(crate) enum Ns {
    /// Modules, types, traits.
    Type,
    /// Functions, constants, statics, constructors.
    Value,
    /// Macros.
    Macro,
}

impl Ns {
    pub(crate) const ALL: [Self; 3] = [Self::Type, Self::Value, Self::Macro];
}

/// Who may see a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Vis {
    /// Everyone.
    Public,
    /// The module and what is inside it.
    Within(ModId),
}

/// How a binding came into a scope. Earlier ones shadow later ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Via {
    /// Declared there.
    Item,
    /// A named import: its index in [`World::imports`].
    Import(u32),
    /// A glob import: its index in [`World::imports`].
    Glob(u32),
}

/// One meaning of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) res: Res,
    pub(crate) vis: Vis,
    pub(crate) via: Via,
}

/// The names of a module, per namespace.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    names: FxHashMap<(Name, Ns), Vec<Binding>>,
    /// Names in the order they were first bound: the deterministic way through the map.
    pub(crate) order: Vec<(Name, Ns)>,
    /// Traits imported as `_`.
    pub(crate) anonymous: Vec<Binding>,
    /// How often it changed, or of a crate's root, the other crates that it sees: imports look only again when it did.
    pub(crate) version: u32,
}

impl Scope {
    pub(crate) fn get(&self, name: Name, ns: Ns) -> &[Binding] {
        self.names.get(&(name, ns)).map_or(&[], Vec::as_slice)
    }

    /// All bindings of a namespace.
    pub(crate) fn all(&self, ns: Ns) -> impl Iterator<Item = &Binding> {
        self.order.iter().filter(move |(_, of)| *of == ns).flat_map(|(name, ns)| self.get(*name, *ns))
    }

    /// The bindings of a name, to be changed.
    pub(crate) fn entry(&mut self, name: Name, ns: Ns) -> &mut Vec<Binding> {
        let order = &mut self.order;
        self.names.entry((name, ns)).or_insert_with(|| {
            order.push((name, ns));
            // More than one meaning is rare.
            Vec::with_capacity(1)
        })
    }
}

/// What a module is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModKind {
    /// A crate's root, a file or an inline module.
    Named,
    /// The items of a block.
    Block,
}

/// A module or a block with items.
#[derive(Debug)]
pub(crate) struct Module {
    /// The module's symbol; of a block, the function (or const …) around it.
    pub(crate) def: SymbolId,
    /// The module or block around it.
    pub(crate) parent: Option<ModId>,
    pub(crate) krate: CrateId,
    pub(crate) kind: ModKind,
    pub(crate) scope: Scope,
    /// External modules that are glob-imported: what they hold is not known.
    pub(crate) external_globs: Vec<ExtId>,
    /// `#![no_implicit_prelude]`.
    pub(crate) no_prelude: bool,
}

/// Which part of an item's facts a definition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The item itself.
    Item,
    /// The n-th field of a struct or union.
    Field(u32),
    /// The n-th variant of an enum.
    Variant(u32),
    /// A field of a variant.
    VariantField(u32, u32),
}

/// A definition: a symbol of the source set in the making. Its index is its symbol id.
#[derive(Debug)]
pub(crate) struct Def {
    pub(crate) kind: SymbolKind,
    pub(crate) name: Name,
    pub(crate) parent: Option<SymbolId>,
    /// The module in which its header's names are looked up.
    pub(crate) module: ModId,
    /// The text that its offsets are relative to.
    pub(crate) origin: Arc<Origin>,
    /// Start of the item's text there.
    pub(crate) base: Offset,
    /// End of the whole text there.
    pub(crate) end: Offset,
    /// Where the name stands, relative to `base`.
    pub(crate) name_offset: Offset,
    /// The facts of the item that it is, or is a part of; none for a crate.
    pub(crate) facts: Option<Arc<ItemFacts>>,
    pub(crate) part: Part,
    /// The predicate of the macro call that made it, besides its own.
    pub(crate) outer_cfg: Option<Arc<Cfg>>,
    pub(crate) vis: Vis,
    /// Head of the chain of textually scoped macros at this place.
    pub(crate) textual: Textual,
    /// A module's own module id, for modules and crates.
    pub(crate) own_module: Option<ModId>,
    /// Members, fields, variants, in source order (not for modules).
    pub(crate) members: Vec<SymbolId>,
}

impl Def {
    /// A definition's own attributes.
    pub(crate) fn attrs(&self) -> Option<&Attrs> {
        let facts = self.facts.as_deref()?;
        Some(match self.part {
            Part::Item => &facts.attrs,
            Part::Field(index) => match &facts.kind {
                crate::facts::ItemKind::Struct(_, fields) | crate::facts::ItemKind::Union(_, fields) => {
                    &fields.as_slice().get(index as usize)?.attrs
                }
                _ => return None,
            },
            Part::Variant(index) => match &facts.kind {
                crate::facts::ItemKind::Enum(_, variants) => &variants.get(index as usize)?.attrs,
                _ => return None,
            },
            Part::VariantField(variant, index) => match &facts.kind {
                crate::facts::ItemKind::Enum(_, variants) => {
                    &variants.get(variant as usize)?.fields.as_slice().get(index as usize)?.attrs
                }
                _ => return None,
            },
        })
    }
}

/// The chain of `macro_rules!` in textual scope: an index into [`World::textual`], or nothing.
pub(crate) type Textual = Option<u32>;

/// One `macro_rules!` in textual scope, and those before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextualMacro {
    pub(crate) name: Name,
    pub(crate) def: SymbolId,
    pub(crate) before: Textual,
}

/// One leaf of a `use` or `extern crate` declaration in its module.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) module: ModId,
    pub(crate) facts: Arc<ItemFacts>,
    /// Index of the leaf in the facts' `use`.
    pub(crate) leaf: u32,
    pub(crate) vis: Vis,
    pub(crate) origin: Arc<Origin>,
    pub(crate) base: Offset,
    pub(crate) owner: SymbolId,
    /// The predicate of the macro call that made it, besides its own.
    pub(crate) outer_cfg: Option<Arc<Cfg>>,
    /// What it led to, per namespace (globs: the module in `Type`).
    pub(crate) resolved: [Option<Res>; 3],
    /// The scopes that it was resolved in, and their versions then.
    pub(crate) read: Vec<(ModId, u32)>,
    /// Of a glob, the version of the scope that it copied last.
    pub(crate) copied: Option<u32>,
    /// Macros in textual scope there: `pub(crate) use name;` may mean one of them.
    pub(crate) textual: Textual,
}

/// A crate.
#[derive(Debug)]
pub(crate) struct Krate {
    pub(crate) edition: Edition,
    pub(crate) root: ModId,
    /// Names of other crates in paths.
    pub(crate) externs: FxHashMap<Name, Res>,
    /// A test or bench target: all of it is test code.
    pub(crate) is_test_target: bool,
    pub(crate) cfg: Arc<CfgSet>,
    /// The prelude that the crate brings itself (`#[prelude_import]`): the standard library does.
    pub(crate) prelude: Option<ModId>,
    /// Crates of the source set whose exported macros `#[macro_use] extern crate` brought in.
    pub(crate) macro_use: Vec<CrateId>,
}

/// A file of the source set. Its facts are read by whoever asks first.
#[derive(Debug)]
pub(crate) struct SourceFile {
    pub(crate) path: String,
    text: Arc<str>,
    edition: Edition,
    reading: Arc<Reading>,
}

/// The facts of a file, and whether some thread is at them.
#[derive(Debug, Default)]
struct Reading {
    begun: AtomicBool,
    facts: OnceLock<Arc<FileFacts>>,
}

impl SourceFile {
    pub(crate) fn new(path: String, text: Arc<str>, edition: Edition) -> Self {
        Self { path, text, edition, reading: Arc::default() }
    }

    pub(crate) fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// What the file says. While another thread reads it, this one does what else there is to do.
    pub(crate) fn facts(&self) -> &Arc<FileFacts> {
        let Reading { begun, facts } = &*self.reading;
        while facts.get().is_none() && begun.swap(true, Ordering::Relaxed) && parallel::help() {}
        self.read()
    }

    /// Reads the file, unless some thread has begun to.
    pub(crate) fn read_ahead(&self) {
        if !self.reading.begun.swap(true, Ordering::Relaxed) {
            self.read();
        }
    }

    fn read(&self) -> &Arc<FileFacts> {
        self.reading.facts.get_or_init(|| Arc::new(read_file(&self.text, self.edition)))
    }

    /// The same file, to be read elsewhere.
    pub(crate) fn share(&self) -> Self {
        Self {
            path: String::new(),
            text: Arc::clone(&self.text),
            edition: self.edition,
            reading: Arc::clone(&self.reading),
        }
    }

    /// Drops the items, once each is a definition or an import.
    pub(crate) fn drop_items(&mut self) {
        let reading = Arc::get_mut(&mut self.reading);
        if let Some(facts) = reading.and_then(|reading| reading.facts.get_mut()).and_then(Arc::get_mut) {
            facts.items = Vec::new();
        }
    }
}

/// External paths, interned: `std::vec::Vec` is `Vec` in `vec` in `std`.
#[derive(Debug, Default)]
pub(crate) struct ExternalTable {
    inner: RwLock<Externals>,
}

#[derive(Debug, Default)]
struct Externals {
    ids: FxHashMap<(Option<u32>, Name), u32>,
    rows: Vec<(Option<u32>, Name)>,
}

impl ExternalTable {
    /// The path `parent::name`.
    pub(crate) fn child(&self, parent: Option<ExtId>, name: Name) -> ExtId {
        let key = (parent.map(|p| p.0), name);
        if let Some(&id) = self.inner.read().unwrap_or_else(PoisonError::into_inner).ids.get(&key) {
            return ExtId(id);
        }
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let next = u32::try_from(inner.rows.len()).unwrap_or(u32::MAX);
        let Externals { ids, rows } = &mut *inner;
        ExtId(*ids.entry(key).or_insert_with(|| {
            rows.push(key);
            next
        }))
    }

    /// The path of `name` below the named ones.
    pub(crate) fn under(&self, path: &[Name], name: Name) -> ExtId {
        let mut parent = None;
        for name in path {
            parent = Some(self.child(parent, *name));
        }
        self.child(parent, name)
    }

    /// A path of `::`-separated names.
    pub(crate) fn path(&self, path: &str) -> ExtId {
        let mut id = None;
        for name in path.split("::") {
            id = Some(self.child(id, Name::new(name)));
        }
        id.unwrap_or_else(|| self.child(None, Name::new("?")))
    }

    /// Names from the crate down.
    pub(crate) fn names(&self, id: ExtId) -> Vec<Name> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let mut out = Vec::new();
        let mut at = Some(id.0);
        while let Some((parent, name)) = at.and_then(|i| inner.rows.get(i as usize).copied()) {
            out.push(name);
            at = parent;
        }
        out.reverse();
        out
    }

    /// The last name.
    pub(crate) fn last(&self, id: ExtId) -> Option<Name> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).rows.get(id.0 as usize).map(|row| row.1)
    }

    /// The path one name shorter.
    pub(crate) fn parent(&self, id: ExtId) -> Option<ExtId> {
        self.inner
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .rows
            .get(id.0 as usize)
            .and_then(|row| row.0)
            .map(ExtId)
    }
}

/// Everything that names are resolved against.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) files: Vec<SourceFile>,
    pub(crate) crates: Vec<Krate>,
    pub(crate) modules: Vec<Module>,
    pub(crate) defs: Vec<Def>,
    pub(crate) imports: Vec<Import>,
    pub(crate) textual: Vec<TextualMacro>,
    pub(crate) externals: ExternalTable,
    pub(crate) interfaces: Interfaces,
    pub(crate) prelude: OnceLock<Prelude>,
    /// The module of a block with items: (owner of the body, number of the text, the block's expression).
    pub(crate) blocks: FxHashMap<(SymbolId, u32, u32), ModId>,
    /// Numbers of the texts in bodies that may declare items: of the expansion of a call that stands in
    /// a numbered text. A body itself is number 0 of its owner.
    pub(crate) body_texts: FxHashMap<(SymbolId, u32, MacroId), u32>,
    /// Files that a body includes: they hold expressions or statements, so that they need not be items.
    pub(crate) fragments: FxHashSet<u32>,
    /// Compiled macros by symbol, once all are known; nothing for rules that cannot be read.
    pub(crate) rules: FxHashMap<SymbolId, Option<Arc<MacroRules>>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl World {
    /// What every module sees without an import.
    pub(crate) fn prelude(&self) -> &Prelude {
        self.prelude.get_or_init(|| Prelude::new(&self.interfaces, &self.externals))
    }

    /// The type or trait at a path of std's.
    pub(crate) fn std_item(&self, path: &str) -> Res {
        self.interfaces.at_path(path, Ns::Type).unwrap_or_else(|| Res::Ext(self.externals.path(path)))
    }

    /// The path of something that is not of the source set, as users write it.
    pub(crate) fn outside_path(&self, res: Res) -> String {
        let names = match res {
            Res::Ext(ext) => self.externals.names(ext),
            Res::Def(id) => self.interfaces.path(id),
            Res::Prim(prim) => return prim.as_str().to_owned(),
        };
        names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join("::")
    }

    /// Whether it is of the source set.
    pub(crate) fn is_own(&self, res: Res) -> bool {
        matches!(res, Res::Def(id) if !is_interface(id))
    }

    /// A definition of the source set.
    pub(crate) fn def(&self, id: SymbolId) -> &Def {
        &self.defs[id.index()]
    }

    pub(crate) fn kind(&self, id: SymbolId) -> SymbolKind {
        if is_interface(id) { self.interfaces.kind(id) } else { self.def(id).kind }
    }

    pub(crate) fn name(&self, id: SymbolId) -> Name {
        if is_interface(id) { self.interfaces.name(id).unwrap_or_else(|| Name::new("?")) } else { self.def(id).name }
    }

    pub(crate) fn parent(&self, id: SymbolId) -> Option<SymbolId> {
        if is_interface(id) { self.interfaces.parent(id) } else { self.def(id).parent }
    }

    /// Members, fields, variants, in source order (not of modules).
    pub(crate) fn members(&self, id: SymbolId) -> impl Iterator<Item = SymbolId> + Clone + '_ {
        let (listed, ranged) = if is_interface(id) {
            (&[][..], self.interfaces.members(id))
        } else {
            (self.def(id).members.as_slice(), 0..0)
        };
        listed.iter().copied().chain(ranged.map(SymbolId))
    }

    /// The first member of that kind and name.
    pub(crate) fn member(&self, of: SymbolId, kind: SymbolKind, name: Name) -> Option<SymbolId> {
        self.members(of).find(|member| self.kind(*member) == kind && self.name(*member) == name)
    }

    pub(crate) fn module(&self, id: ModId) -> &Module {
        &self.modules[id.0 as usize]
    }

    pub(crate) fn krate(&self, id: CrateId) -> &Krate {
        &self.crates[id.0 as usize]
    }

    pub(crate) fn krate_of(&self, module: ModId) -> &Krate {
        self.krate(self.module(module).krate)
    }

    /// The module itself, or of a block the named module around it.
    pub(crate) fn named_module(&self, mut module: ModId) -> ModId {
        while self.module(module).kind == ModKind::Block {
            match self.module(module).parent {
                Some(parent) => module = parent,
                None => break,
            }
        }
        module
    }

    /// Whether something visible to `vis` can be seen from `module`.
    pub(crate) fn visible(&self, vis: Vis, module: ModId) -> bool {
        let Vis::Within(scope) = vis else { return true };
        let mut at = Some(module);
        while let Some(here) = at {
            if here == scope {
                return true;
            }
            at = self.module(here).parent;
        }
        false
    }

    /// The macros of that name in textual scope at a place, the last first.
    pub(crate) fn textual_macros(&self, mut at: Textual, name: Name) -> impl Iterator<Item = SymbolId> {
        std::iter::from_fn(move || {
            loop {
                let row = self.textual.get(at? as usize)?;
                at = row.before;
                if row.name == name {
                    return Some(row.def);
                }
            }
        })
    }

    /// A definition's own attributes.
    pub(crate) fn attrs(&self, id: SymbolId) -> Option<&Attrs> {
        if is_interface(id) { None } else { self.def(id).attrs() }
    }

    /// The `cfg` predicates of the definition itself and of the macro call that made it.
    pub(crate) fn own_cfgs(&self, id: SymbolId) -> impl Iterator<Item = &Cfg> {
        let own = self.attrs(id).and_then(|attrs| attrs.cfg.as_ref());
        // Parts of an item share what guards the item.
        let def = (!is_interface(id)).then(|| self.def(id));
        let outer = def.filter(|def| def.part == Part::Item).and_then(|def| def.outer_cfg.as_deref());
        own.into_iter().chain(outer)
    }

    /// Whether a type derives a trait of that name.
    pub(crate) fn derives(&self, id: SymbolId, name: Name) -> bool {
        if is_interface(id) {
            return self.interfaces.details(id).is_some_and(|details| details.derives.contains(&name));
        }
        self.attrs(id).is_some_and(|attrs| attrs.derives.iter().any(|derive| derive.segments.last() == Some(&name)))
    }

    /// The `cfg` predicates from the crate's root down to the definition.
    pub(crate) fn cfgs(&self, id: SymbolId) -> Vec<&Cfg> {
        let mut out = Vec::new();
        let mut at = Some(id);
        while let Some(here) = at {
            out.extend(self.own_cfgs(here));
            at = self.def(here).parent;
        }
        out.reverse();
        out
    }
}
