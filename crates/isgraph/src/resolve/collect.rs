//! Steps 1 to 3: from facts to definitions, module by module, in source order.
//!
//! `macro_rules!` in textual scope expand on the spot, because what they make may itself define
//! macros for what follows. Calls that only a path can resolve wait for the imports.

mod bodies;
mod expand;
mod modules;
mod projections;

pub(crate) use bodies::{is_statement_macro, read_expansion};
use expand::compile;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use self::bodies::PendingBody;
use self::modules::{Dirs, OffModule};
use self::projections::PendingAttribute;
use super::infer::Drawn;
use super::interface::is_interface;
use super::macros::MacroRules;
use super::world::{
    Binding, CrateId, Def, Import, ModId, ModKind, Module, Ns, Origin, Part, Res, Scope, SourceFile, Textual, Via, Vis,
    World,
};
use crate::facts::{self, Cfg, FieldFacts, ItemContext, ItemFacts, ItemKind, ItemNode, Offset, PathAnchor, Visibility};
use crate::graph::FileId;
use crate::model::{Diagnostic, Severity, SymbolId, SymbolKind};
use crate::name::Name;

/// Deepest nesting of macro expansions, rustc's own default `recursion_limit`.
pub(crate) const MAX_EXPANSION_DEPTH: u32 = 128;

/// Where a run of items stands.
#[derive(Clone)]
struct Place {
    module: ModId,
    parent: SymbolId,
    origin: Arc<Origin>,
    context: ItemContext,
    dirs: Dirs,
    /// Files open above.
    depth: u32,
    /// The `cfg` of the macro calls around.
    cfg: Option<Arc<Cfg>>,
}

/// A macro call in item position whose macro is not in textual scope.
#[derive(Clone)]
pub(crate) struct PendingCall {
    place: Place,
    base: Offset,
    pub(crate) facts: Arc<ItemFacts>,
    pub(crate) textual: Textual,
}

/// Builds the definitions of all crates.
pub(crate) struct Collector {
    pub(crate) world: World,
    file_ids: FxHashMap<String, FileId>,
    pub(crate) reached: Vec<bool>,
    open_files: Vec<FileId>,
    /// The module that a file of a crate was first read as.
    file_modules: FxHashMap<(CrateId, FileId), ModId>,
    off_modules: Vec<OffModule>,
    rules: FxHashMap<SymbolId, Option<Arc<MacroRules>>>,
    pub(crate) pending: Vec<PendingCall>,
    /// Items with attributes that may make others.
    attributes: Vec<PendingAttribute>,
    /// Bodies that call macros.
    bodies: Vec<PendingBody>,
    /// Calls of macros in item position, with what they led to.
    pub(crate) item_macros: Vec<Drawn>,
    expansions: u32,
    expanded_bytes: usize,
    /// Whether it was said that no more is expanded.
    stopped_expanding: bool,
}

impl PendingCall {
    pub(crate) fn module(&self) -> ModId {
        self.place.module
    }
}

impl Collector {
    pub(crate) fn new(files: Vec<SourceFile>) -> Self {
        let file_ids =
            files.iter().enumerate().map(|(index, file)| (file.path.clone(), FileId(to_u32(index)))).collect();
        Self {
            reached: vec![false; files.len()],
            world: World { files, ..World::default() },
            file_ids,
            open_files: Vec::new(),
            file_modules: FxHashMap::default(),
            off_modules: Vec::new(),
            rules: FxHashMap::default(),
            pending: Vec::new(),
            attributes: Vec::new(),
            bodies: Vec::new(),
            item_macros: Vec::new(),
            expansions: 0,
            expanded_bytes: 0,
            stopped_expanding: false,
        }
    }

    /// The world, once nothing is left to be collected.
    pub(crate) fn finish(self) -> World {
        let Self { mut world, mut rules, .. } = self;
        let ids = (0..world.defs.len()).map(|index| SymbolId(to_u32(index)));
        for id in ids.filter(|id| world.def(*id).kind == SymbolKind::Macro) {
            rules.entry(id).or_insert_with(|| compile(&world, id));
        }
        world.rules = rules;
        // Every item is a definition or an import by now.
        for file in &mut world.files {
            file.drop_items();
        }
        world
    }

    /// Collects one crate from its root file; `krate` is already in the world.
    pub(crate) fn collect_crate(&mut self, krate: CrateId, root_file: &str) {
        let Some(&file) = self.file_ids.get(root_file) else { return };
        let root = self.world.krate(krate).root;
        let def = self.world.module(root).def;
        let mut textual = None;
        self.collect_file(file, root, def, Dirs::of_file(root_file, true), &mut textual, 0);
        self.collect_off_modules();
    }

    /// Adds a crate's root module and symbol.
    pub(crate) fn add_root(&mut self, krate: CrateId, name: Name, root_file: &str) -> ModId {
        let module = ModId(to_u32(self.world.modules.len()));
        let file = self.file_ids.get(root_file).copied().unwrap_or(FileId(0));
        let def = self.push_def(Def {
            kind: SymbolKind::Crate,
            name,
            parent: None,
            module,
            origin: Arc::new(Origin::File(file)),
            base: 0,
            end: self.world.files.get(file.0 as usize).map_or(0, |f| f.facts().len),
            name_offset: 0,
            facts: None,
            part: Part::Item,
            outer_cfg: None,
            vis: Vis::Public,
            textual: None,
            own_module: Some(module),
            members: Vec::new(),
        });
        self.push_module(def, None, krate, ModKind::Named);
        module
    }

    fn push_def(&mut self, def: Def) -> SymbolId {
        let id = SymbolId(to_u32(self.world.defs.len()));
        self.world.defs.push(def);
        id
    }

    fn push_module(&mut self, def: SymbolId, parent: Option<ModId>, krate: CrateId, kind: ModKind) -> ModId {
        let id = ModId(to_u32(self.world.modules.len()));
        let no_prelude = parent.is_some_and(|parent| self.world.module(parent).no_prelude);
        self.world.modules.push(Module {
            def,
            parent,
            krate,
            kind,
            scope: Scope::default(),
            external_globs: Vec::new(),
            no_prelude,
        });
        id
    }

    /// Collects a file; whether it says `#![macro_use]`.
    fn collect_file(
        &mut self,
        file: FileId,
        module: ModId,
        def: SymbolId,
        dirs: Dirs,
        textual: &mut Textual,
        depth: u32,
    ) -> bool {
        self.reached[file.0 as usize] = true;
        self.open_files.push(file);
        let krate = self.world.module(module).krate;
        self.file_modules.entry((krate, file)).or_insert(module);
        let facts = Arc::clone(self.world.files[file.0 as usize].facts());
        if facts.attrs.flags.no_implicit_prelude {
            self.world.modules[module.0 as usize].no_prelude = true;
        }
        let place = Place {
            module,
            parent: def,
            origin: Arc::new(Origin::File(file)),
            context: ItemContext::Module,
            dirs,
            depth,
            cfg: None,
        };
        self.collect_items(&place, &facts.items, 0, textual);
        self.open_files.pop();
        facts.attrs.flags.macro_use
    }

    fn collect_items(&mut self, place: &Place, nodes: &[ItemNode], base: Offset, textual: &mut Textual) {
        for node in nodes {
            self.collect_item(place, node, base + node.offset, textual);
        }
    }

    fn collect_item(&mut self, place: &Place, node: &ItemNode, base: Offset, textual: &mut Textual) {
        let facts = &node.facts;
        let member = matches!(place.context, ItemContext::Impl | ItemContext::Trait);
        match &facts.kind {
            ItemKind::Fn(function) => {
                let kind = if member { SymbolKind::Method } else { SymbolKind::Function };
                let def = self.define(place, node, base, kind, *textual, &[Ns::Value]);
                if let Some(body) = &function.body {
                    self.collect_body(place, def, body, base, *textual);
                }
            }
            ItemKind::Const { body, .. } => {
                let def = self.define(place, node, base, SymbolKind::Const, *textual, &[Ns::Value]);
                if let Some(body) = body {
                    self.collect_body(place, def, body, base, *textual);
                }
            }
            ItemKind::Static { body, .. } => {
                let def = self.define(place, node, base, SymbolKind::Static, *textual, &[Ns::Value]);
                if let Some(body) = body {
                    self.collect_body(place, def, body, base, *textual);
                }
            }
            ItemKind::Struct(_, fields) => {
                let namespaces: &[Ns] = match fields {
                    facts::Fields::Named(_) => &[Ns::Type],
                    _ => &[Ns::Type, Ns::Value],
                };
                let def = self.define(place, node, base, SymbolKind::Struct, *textual, namespaces);
                self.define_fields(place, def, facts, base, fields.as_slice(), Part::Field, *textual);
                self.note_attributes(place, facts, base);
            }
            ItemKind::Union(_, fields) => {
                let def = self.define(place, node, base, SymbolKind::Union, *textual, &[Ns::Type]);
                self.define_fields(place, def, facts, base, fields.as_slice(), Part::Field, *textual);
            }
            ItemKind::Enum(_, variants) => {
                let def = self.define(place, node, base, SymbolKind::Enum, *textual, &[Ns::Type]);
                self.note_attributes(place, facts, base);
                for (index, variant) in variants.iter().enumerate() {
                    let index = to_u32(index);
                    let id = self.push_def(Def {
                        kind: SymbolKind::Variant,
                        name: variant.name,
                        parent: Some(def),
                        module: place.module,
                        origin: Arc::clone(&place.origin),
                        base,
                        end: base + variant.end,
                        name_offset: variant.offset,
                        facts: Some(Arc::clone(facts)),
                        part: Part::Variant(index),
                        outer_cfg: None,
                        vis: Vis::Public,
                        textual: *textual,
                        own_module: None,
                        members: Vec::new(),
                    });
                    self.world.defs[def.index()].members.push(id);
                    let part = |field| Part::VariantField(index, field);
                    self.define_fields(place, id, facts, base, variant.fields.as_slice(), part, *textual);
                    if let Some(body) = &variant.discriminant {
                        self.collect_body(place, id, body, base, *textual);
                    }
                }
            }
            ItemKind::Trait(_) => {
                let def = self.define(place, node, base, SymbolKind::Trait, *textual, &[Ns::Type]);
                let inner = Place { parent: def, context: ItemContext::Trait, cfg: None, ..place.clone() };
                self.collect_items(&inner, &node.children, base, textual);
            }
            ItemKind::TraitAlias(..) => {
                self.define(place, node, base, SymbolKind::Trait, *textual, &[Ns::Type]);
            }
            ItemKind::Impl(_) => {
                let def = self.define(place, node, base, SymbolKind::Impl, *textual, &[]);
                let inner = Place { parent: def, context: ItemContext::Impl, cfg: None, ..place.clone() };
                self.collect_items(&inner, &node.children, base, textual);
            }
            ItemKind::TypeAlias { .. } => {
                let kind = if member { SymbolKind::AssociatedType } else { SymbolKind::TypeAlias };
                self.define(place, node, base, kind, *textual, &[Ns::Type]);
            }
            ItemKind::Mod { inline } => self.collect_module(place, node, base, *inline, textual),
            ItemKind::Use(leaves) => {
                for leaf in 0..leaves.len() {
                    self.add_import(place, facts, base, to_u32(leaf), *textual);
                }
            }
            ItemKind::ExternCrate { .. } => self.add_import(place, facts, base, 0, *textual),
            ItemKind::ExternBlock => {
                let inner = Place { context: ItemContext::Extern, ..place.clone() };
                self.collect_items(&inner, &node.children, base, textual);
            }
            ItemKind::MacroDef(_) => self.define_macro(place, node, base, textual),
            ItemKind::MacroCall(call) => self.item_macro(place, facts, call, base, textual),
            ItemKind::Other => {}
        }
    }

    /// Adds a definition and binds its name where its context says.
    fn define(
        &mut self,
        place: &Place,
        node: &ItemNode,
        base: Offset,
        kind: SymbolKind,
        textual: Textual,
        namespaces: &[Ns],
    ) -> SymbolId {
        let facts = &node.facts;
        let vis = match place.context {
            ItemContext::Trait => Vis::Public,
            ItemContext::Impl if is_trait_impl(self.world.def(place.parent)) => Vis::Public,
            _ => self.visibility(&facts.visibility, facts, place.module),
        };
        let id = self.push_def(Def {
            kind,
            name: facts.name,
            parent: Some(place.parent),
            module: place.module,
            origin: Arc::clone(&place.origin),
            base,
            end: base + node.len,
            name_offset: facts.name_offset,
            facts: Some(Arc::clone(facts)),
            part: Part::Item,
            outer_cfg: place.cfg.clone(),
            vis,
            textual,
            own_module: None,
            members: Vec::new(),
        });
        if matches!(place.context, ItemContext::Impl | ItemContext::Trait) {
            self.world.defs[place.parent.index()].members.push(id);
        } else if facts.name != *"_" {
            for ns in namespaces {
                self.bind(place.module, facts.name, *ns, id, vis);
            }
        }
        id
    }

    fn bind(&mut self, module: ModId, name: Name, ns: Ns, def: SymbolId, vis: Vis) {
        let binding = Binding { res: Res::Def(def), vis, via: Via::Item };
        let scope = &mut self.world.modules[module.0 as usize].scope;
        scope.entry(name, ns).push(binding);
        scope.version += 1;
    }

    #[expect(clippy::too_many_arguments, reason = "the fields' place, owner and facts")]
    fn define_fields(
        &mut self,
        place: &Place,
        owner: SymbolId,
        facts: &Arc<ItemFacts>,
        base: Offset,
        fields: &[FieldFacts],
        part: impl Fn(u32) -> Part,
        textual: Textual,
    ) {
        let of_variant = self.world.def(owner).kind == SymbolKind::Variant;
        for (index, field) in fields.iter().enumerate() {
            let vis = if of_variant { Vis::Public } else { self.visibility(&field.visibility, facts, place.module) };
            let id = self.push_def(Def {
                kind: SymbolKind::Field,
                name: field.name,
                parent: Some(owner),
                module: place.module,
                origin: Arc::clone(&place.origin),
                base,
                end: base + field.offset + to_u32(field.name.as_str().len()),
                name_offset: field.offset,
                facts: Some(Arc::clone(facts)),
                part: part(to_u32(index)),
                outer_cfg: None,
                vis,
                textual,
                own_module: None,
                members: Vec::new(),
            });
            self.world.defs[owner.index()].members.push(id);
        }
    }

    /// What a written visibility means in `module`.
    fn visibility(&self, written: &Visibility, facts: &ItemFacts, module: ModId) -> Vis {
        let here = self.world.named_module(module);
        match written {
            Visibility::Public => Vis::Public,
            Visibility::Inherited => Vis::Within(here),
            Visibility::Crate => Vis::Within(self.world.krate_of(module).root),
            Visibility::Restricted(path) => {
                let path = &facts.arena[*path];
                let mut at = match path.anchor {
                    PathAnchor::Super(levels) => self.ancestor(here, levels),
                    _ => self.world.krate_of(module).root,
                };
                for segment in &path.segments {
                    let child =
                        self.world.module(at).scope.get(segment.name, Ns::Type).iter().find_map(
                            |binding| match binding.res {
                                Res::Def(def) if !is_interface(def) => self.world.def(def).own_module,
                                _ => None,
                            },
                        );
                    match child {
                        Some(child) => at = child,
                        None => break,
                    }
                }
                Vis::Within(at)
            }
        }
    }

    fn ancestor(&self, mut module: ModId, levels: u8) -> ModId {
        for _ in 0..levels {
            match self.world.module(module).parent {
                Some(parent) => module = self.world.named_module(parent),
                None => break,
            }
        }
        module
    }

    fn problem(
        &mut self,
        place: &Place,
        offset: Offset,
        severity: Severity,
        code: &str,
        message: impl FnOnce() -> String,
    ) {
        let at = place.origin.place(offset).0;
        self.world.diagnostics.push(Diagnostic {
            file: self.world.files.get(at.file.0 as usize).map_or_else(String::new, |file| file.path.clone()),
            line: self.line(at),
            severity,
            code: code.to_owned(),
            message: message(),
        });
    }

    fn line(&self, at: crate::graph::Place) -> u32 {
        let lines = self.world.files.get(at.file.0 as usize).map(|file| &file.facts().lines);
        lines.map_or(0, |lines| to_u32(lines.partition_point(|start| *start <= at.offset)))
    }

    fn add_import(&mut self, place: &Place, facts: &Arc<ItemFacts>, base: Offset, leaf: u32, textual: Textual) {
        let vis = self.visibility(&facts.visibility, facts, place.module);
        self.world.imports.push(Import {
            module: place.module,
            facts: Arc::clone(facts),
            leaf,
            vis,
            origin: Arc::clone(&place.origin),
            base,
            owner: place.parent,
            outer_cfg: place.cfg.clone(),
            resolved: [None; 3],
            read: Vec::new(),
            copied: None,
            textual,
        });
    }
}

fn is_trait_impl(def: &Def) -> bool {
    matches!(def.facts.as_deref().map(|facts| &facts.kind), Some(ItemKind::Impl(header)) if header.of_trait.is_some())
}

/// A length as the number that ids are made of; texts and tables stay far below 4 G.
pub(crate) fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
