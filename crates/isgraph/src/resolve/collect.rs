//! Step 1 and 2: from facts to definitions, module by module, in source order.
//!
//! `macro_rules!` in textual scope expand on the spot, because what they make may itself define
//! macros for what follows. Calls that only a path can resolve wait for the imports.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::infer::Drawn;
use super::macros::{Limits, MacroRules};
use super::world::{
    Binding, CrateId, Def, Import, ModId, ModKind, Module, Ns, Origin, Part, Res, Scope, SourceFile, Textual,
    TextualMacro, Via, Vis, World,
};
use crate::facts::{
    self, Body, Cfg, Expr, ExprId, FieldFacts, ItemContext, ItemFacts, ItemKind, ItemNode, MacroCall, Offset,
    PathAnchor, Visibility,
};
use crate::graph::FileId;
use crate::model::{Diagnostic, Severity, SymbolId, SymbolKind};
use crate::name::Name;

/// Deepest nesting of files through `mod`.
const MAX_MODULE_DEPTH: u32 = 128;
/// Deepest nesting of macro expansions, rustc's own default `recursion_limit`.
pub(crate) const MAX_EXPANSION_DEPTH: u32 = 128;
/// Most expansions in item position per source set: a bomb stops here, with a diagnostic.
const MAX_ITEM_EXPANSIONS: u32 = 50_000;
/// Most bytes that expansions in item position make per source set.
const MAX_ITEM_BYTES: usize = 64 << 20;

/// Where the files of a module's `mod x;` children are.
#[derive(Debug, Clone)]
struct Dirs {
    /// `mod x;` is `children/x.rs` or `children/x/mod.rs`.
    children: String,
    /// What `#[path]` is relative to.
    attribute: String,
}

impl Dirs {
    /// For the module of a file.
    fn of_file(path: &str, owns_directory: bool) -> Self {
        let (dir, file) = path.rsplit_once('/').map_or(("", path), |(dir, file)| (dir, file));
        let stem = file.strip_suffix(".rs").unwrap_or(file);
        let children = if owns_directory || stem == "mod" { dir.to_owned() } else { join(dir, stem) };
        Self { children, attribute: dir.to_owned() }
    }

    /// For an inline module inside.
    fn inline(&self, name: Name, attribute: Option<&str>) -> Self {
        let children = match attribute {
            Some(path) => normalize(&join(&self.attribute, path)),
            None => join(&self.children, name.as_str()),
        };
        Self { attribute: children.clone(), children }
    }
}

fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") }
}

/// Resolves `.` and `..` inside the source set.
fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

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

/// A `mod x;` that the configuration turns off.
struct OffModule {
    place: Place,
    facts: Arc<ItemFacts>,
    base: Offset,
    def: SymbolId,
    textual: Textual,
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
            item_macros: Vec::new(),
            expansions: 0,
            expanded_bytes: 0,
            stopped_expanding: false,
        }
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
            end: self.world.files.get(file.0 as usize).map_or(0, |f| f.facts.len),
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
        // The items are taken out for the walk: collecting changes the world, not the files.
        let facts = &mut self.world.files[file.0 as usize].facts;
        let items = std::mem::take(&mut facts.items);
        let macro_use = facts.attrs.flags.macro_use;
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
        self.collect_items(&place, &items, 0, textual);
        self.world.files[file.0 as usize].facts.items = items;
        self.open_files.pop();
        macro_use
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
                    self.collect_body(place, def, body, base, textual);
                }
            }
            ItemKind::Const { body, .. } => {
                let def = self.define(place, node, base, SymbolKind::Const, *textual, &[Ns::Value]);
                if let Some(body) = body {
                    self.collect_body(place, def, body, base, textual);
                }
            }
            ItemKind::Static { body, .. } => {
                let def = self.define(place, node, base, SymbolKind::Static, *textual, &[Ns::Value]);
                if let Some(body) = body {
                    self.collect_body(place, def, body, base, textual);
                }
            }
            ItemKind::Struct(_, fields) => {
                let namespaces: &[Ns] = match fields {
                    facts::Fields::Named(_) => &[Ns::Type],
                    _ => &[Ns::Type, Ns::Value],
                };
                let def = self.define(place, node, base, SymbolKind::Struct, *textual, namespaces);
                self.define_fields(place, def, facts, base, fields.as_slice(), Part::Field, *textual);
            }
            ItemKind::Union(_, fields) => {
                let def = self.define(place, node, base, SymbolKind::Union, *textual, &[Ns::Type]);
                self.define_fields(place, def, facts, base, fields.as_slice(), Part::Field, *textual);
            }
            ItemKind::Enum(_, variants) => {
                let def = self.define(place, node, base, SymbolKind::Enum, *textual, &[Ns::Type]);
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
                        self.collect_body(place, id, body, base, textual);
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
        self.world.modules[module.0 as usize].scope.entry(name)[ns as usize].push(binding);
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
                                Res::Def(def) => self.world.def(def).own_module,
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

    fn collect_module(&mut self, place: &Place, node: &ItemNode, base: Offset, inline: bool, textual: &mut Textual) {
        let facts = &node.facts;
        let def = self.define(place, node, base, SymbolKind::Module, *textual, &[Ns::Type]);
        if inline {
            let module = self.module_of(place, def);
            let mut inner = *textual;
            let place = Place {
                module,
                parent: def,
                context: ItemContext::Module,
                dirs: place.dirs.inline(facts.name, self.path_attribute(place, facts)),
                cfg: None,
                ..place.clone()
            };
            self.collect_items(&place, &node.children, base, &mut inner);
            if facts.attrs.flags.macro_use {
                *textual = inner;
            }
        } else if self.is_off(def) {
            // A twin that is on may declare the same file: then the file is that twin's.
            let module = OffModule { place: place.clone(), facts: Arc::clone(facts), base, def, textual: *textual };
            self.off_modules.push(module);
        } else {
            self.collect_module_file(place, facts, base, def, textual);
        }
    }

    /// The file of `mod x;`.
    fn collect_module_file(
        &mut self,
        place: &Place,
        facts: &ItemFacts,
        base: Offset,
        def: SymbolId,
        textual: &mut Textual,
    ) {
        let module = self.module_of(place, def);
        let Some((file, dirs)) = self.module_file(place, facts, base) else { return };
        if place.depth >= MAX_MODULE_DEPTH || self.open_files.contains(&file) {
            self.problem(place, base + facts.name_offset, Severity::Error, "MODULE_CYCLE", || {
                format!("module `{}` leads back to a file that contains it", facts.name)
            });
            return;
        }
        let mut inner = *textual;
        let macro_use = self.collect_file(file, module, def, dirs, &mut inner, place.depth + 1);
        if macro_use || facts.attrs.flags.macro_use {
            *textual = inner;
        }
    }

    /// Adds the module of a module definition.
    fn module_of(&mut self, place: &Place, def: SymbolId) -> ModId {
        let krate = self.world.module(place.module).krate;
        let module = self.push_module(def, Some(place.module), krate, ModKind::Named);
        self.world.defs[def.index()].own_module = Some(module);
        module
    }

    /// Modules that the configuration turns off, after all that it turns on: what shares its file
    /// with one of those is another name for it.
    fn collect_off_modules(&mut self) {
        while !self.off_modules.is_empty() {
            for off in std::mem::take(&mut self.off_modules) {
                let krate = self.world.module(off.place.module).krate;
                let file = self.module_paths(&off.place, &off.facts);
                let file = file.iter().find_map(|(path, _)| self.file_ids.get(path));
                let twin = file.and_then(|file| self.file_modules.get(&(krate, *file)));
                if let Some(module) = twin {
                    self.world.defs[off.def.index()].own_module = Some(*module);
                } else {
                    let mut textual = off.textual;
                    self.collect_module_file(&off.place, &off.facts, off.base, off.def, &mut textual);
                }
            }
        }
    }

    fn is_off(&self, def: SymbolId) -> bool {
        let set = &self.world.krate_of(self.world.def(def).module).cfg;
        self.world.cfgs(def).iter().any(|cfg| !set.holds(cfg, &[]))
    }

    /// The path that the attributes of a module give it: the first conditional one that holds, else the plain one.
    fn path_attribute<'f>(&self, place: &Place, facts: &'f ItemFacts) -> Option<&'f str> {
        let set = &self.world.krate_of(place.module).cfg;
        let conditional = facts.attrs.conditional_paths.iter().find(|(cfg, _)| set.holds(cfg, &[]));
        conditional.map(|(_, path)| &**path).or(facts.attrs.path.as_deref())
    }

    /// Where the file of `mod x;` may be, and whether it owns its directory.
    fn module_paths(&self, place: &Place, facts: &ItemFacts) -> Vec<(String, bool)> {
        match self.path_attribute(place, facts) {
            Some(path) => vec![(normalize(&join(&place.dirs.attribute, path)), true)],
            None => {
                let base = join(&place.dirs.children, facts.name.as_str());
                vec![(normalize(&format!("{base}.rs")), false), (normalize(&format!("{base}/mod.rs")), true)]
            }
        }
    }

    fn module_file(&mut self, place: &Place, facts: &ItemFacts, base: Offset) -> Option<(FileId, Dirs)> {
        let name = facts.name;
        let candidates = self.module_paths(place, facts);
        for (path, owns_directory) in &candidates {
            if let Some(&file) = self.file_ids.get(path) {
                return Some((file, Dirs::of_file(path, *owns_directory)));
            }
        }
        let severity = if facts.attrs.cfg.is_some() { Severity::Info } else { Severity::Warning };
        self.problem(place, base + facts.name_offset, severity, "MODULE_NOT_FOUND", || {
            let tried: Vec<&str> = candidates.iter().map(|(path, _)| path.as_str()).collect();
            format!("file of module `{name}` not found: looked for {}", tried.join(" and "))
        });
        None
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
        let lines = self.world.files.get(at.file.0 as usize).map(|file| &file.facts.lines);
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
            textual,
        });
    }

    fn define_macro(&mut self, place: &Place, node: &ItemNode, base: Offset, textual: &mut Textual) {
        let facts = &node.facts;
        let def = self.define(place, node, base, SymbolKind::Macro, *textual, &[]);
        let is_macro2 = matches!(&facts.kind, ItemKind::MacroDef(definition) if definition.is_macro2);
        if is_macro2 {
            let vis = self.visibility(&facts.visibility, facts, place.module);
            self.bind(place.module, facts.name, Ns::Macro, def, vis);
            return;
        }
        *textual = Some(to_u32(self.world.textual.len()));
        self.world.textual.push(TextualMacro { name: facts.name, def, before: self.world.defs[def.index()].textual });
        if facts.attrs.flags.macro_export {
            self.world.defs[def.index()].vis = Vis::Public;
            let root = self.world.krate_of(place.module).root;
            self.bind(root, facts.name, Ns::Macro, def, Vis::Public);
        } else if self.world.module(place.module).kind == ModKind::Block {
            self.bind(place.module, facts.name, Ns::Macro, def, Vis::Within(place.module));
        }
    }

    fn item_macro(
        &mut self,
        place: &Place,
        facts: &Arc<ItemFacts>,
        call: &MacroCall,
        base: Offset,
        textual: &mut Textual,
    ) {
        let path = &facts.arena[call.path];
        let target = match (&path.anchor, &*path.segments) {
            (PathAnchor::Plain, [only]) => self.world.textual_macro(*textual, only.name),
            _ => None,
        };
        match target {
            Some(target) => self.expand_items(place, facts, call, base, target, textual),
            None => self.pending.push(PendingCall {
                place: place.clone(),
                base,
                facts: Arc::clone(facts),
                textual: *textual,
            }),
        }
    }

    /// Expands a call that waited for the imports, now that its macro is known.
    pub(crate) fn expand_pending(&mut self, pending: &PendingCall, target: SymbolId) {
        if let ItemKind::MacroCall(call) = &pending.facts.kind {
            let mut textual = pending.textual;
            self.expand_items(&pending.place, &pending.facts, call, pending.base, target, &mut textual);
            self.collect_off_modules();
        }
    }

    /// A call of a macro of std or a dependency: its input is read as items where it is that, as
    /// `thread_local!`, `pin_project!`, `cfg_if!` and the like take it.
    pub(crate) fn read_external_call(&mut self, pending: &PendingCall) {
        let ItemKind::MacroCall(call) = &pending.facts.kind else { return };
        let path = &pending.facts.arena[call.path];
        let site = pending.base + path.segments.last().map_or(0, |segment| segment.offset);
        let place = &pending.place;
        if let Some(res) = self.pending_target(pending) {
            self.note_item_macro(place.parent, res, place.origin.place(site).0);
        }
        let edition = self.world.krate_of(place.module).edition;
        let (nodes, problems) = facts::read_items(&call.text, place.context, edition);
        if problems.is_empty() && place.origin.depth() < MAX_EXPANSION_DEPTH {
            let mut textual = pending.textual;
            let cfg = both(place.cfg.as_ref(), pending.facts.attrs.cfg.as_ref());
            let place = &Place { cfg, ..place.clone() };
            self.collect_items(place, &nodes, pending.base + call.offset, &mut textual);
            self.collect_off_modules();
        }
    }

    fn expand_items(
        &mut self,
        place: &Place,
        facts: &ItemFacts,
        call: &MacroCall,
        base: Offset,
        target: SymbolId,
        textual: &mut Textual,
    ) {
        let site = base + facts.arena[call.path].segments.last().map_or(0, |segment| segment.offset);
        self.expansions += 1;
        let spent = self.expansions > MAX_ITEM_EXPANSIONS || self.expanded_bytes > MAX_ITEM_BYTES;
        if spent || place.origin.depth() >= MAX_EXPANSION_DEPTH {
            if !self.stopped_expanding {
                self.stopped_expanding = spent;
                self.problem(place, site, Severity::Warning, "MACRO", || {
                    "macro expansion stopped: too deep or too many expansions".to_owned()
                });
            }
            return;
        }
        self.note_item_macro(place.parent, Res::Def(target), place.origin.place(site).0);
        let Some(rules) = self.rules(target) else { return };
        let krate = self.world.module(self.world.def(target).module).krate;
        match rules.expand(&call.text, krate.0, &Limits::default()) {
            Ok(expansion) => {
                self.expanded_bytes += expansion.text.len();
                let edition = self.world.krate_of(place.module).edition;
                let (nodes, _problems) = facts::read_items(&expansion.text, place.context, edition);
                let origin = Arc::new(Origin::Expansion {
                    parent: Arc::clone(&place.origin),
                    args: base + call.offset,
                    map: expansion.map,
                    depth: place.origin.depth() + 1,
                });
                let cfg = both(place.cfg.as_ref(), facts.attrs.cfg.as_ref());
                let inner = Place { origin, cfg, ..place.clone() };
                super::stack::with_room(|| self.collect_items(&inner, &nodes, 0, textual));
            }
            Err(error) => self.problem(place, site, Severity::Warning, "MACRO", || {
                format!("`{}!` was not expanded: {error}", self_name(facts, call))
            }),
        }
    }

    fn rules(&mut self, target: SymbolId) -> Option<Arc<MacroRules>> {
        if let Some(rules) = self.rules.get(&target) {
            return rules.clone();
        }
        let rules = compile(&self.world, target);
        self.rules.insert(target, rules.clone());
        rules
    }

    /// Definitions inside a body: each block that declares items is a module of its own.
    fn collect_body(&mut self, place: &Place, owner: SymbolId, body: &Body, base: Offset, textual: &mut Textual) {
        if body.items.is_empty() {
            return;
        }
        let place = Place { parent: owner, context: ItemContext::Module, cfg: None, ..place.clone() };
        // Blocks nest by expression; an explicit stack keeps deep bodies off ours.
        let mut stack = vec![(body.root, place.module)];
        while let Some((expr, module)) = stack.pop() {
            let mut module = module;
            if let Expr::Block(block) = &body.arena.exprs[expr.0 as usize]
                && !block.items.is_empty()
            {
                let krate = self.world.module(module).krate;
                let inner = self.push_module(owner, Some(module), krate, ModKind::Block);
                self.world.blocks.insert((owner, expr.0), inner);
                let inner_place = Place { module: inner, ..place.clone() };
                let mut inner_textual = *textual;
                for index in &block.items {
                    if let Some(node) = body.items.get(*index as usize) {
                        self.collect_item(&inner_place, node, base + node.offset, &mut inner_textual);
                    }
                }
                module = inner;
            }
            let first = stack.len();
            super::walk::for_each_child(&body.arena, expr, &mut |child: ExprId| stack.push((child, module)));
            stack[first..].reverse();
        }
    }
}

fn self_name(facts: &ItemFacts, call: &MacroCall) -> Name {
    facts.arena[call.path].segments.last().map_or(facts.name, |segment| segment.name)
}

fn is_trait_impl(def: &Def) -> bool {
    matches!(def.facts.as_deref().map(|facts| &facts.kind), Some(ItemKind::Impl(header)) if header.of_trait.is_some())
}

/// What holds when both predicates do.
fn both(outer: Option<&Arc<Cfg>>, own: Option<&Cfg>) -> Option<Arc<Cfg>> {
    match (outer, own) {
        (Some(outer), Some(own)) => Some(Arc::new(Cfg::All(vec![(**outer).clone(), own.clone()]))),
        (Some(outer), None) => Some(Arc::clone(outer)),
        (None, own) => own.cloned().map(Arc::new),
    }
}

/// Compiles a macro's rules; `None` when they cannot be read.
pub(crate) fn compile(world: &World, target: SymbolId) -> Option<Arc<MacroRules>> {
    let facts = world.def(target).facts.as_deref()?;
    let ItemKind::MacroDef(definition) = &facts.kind else { return None };
    let rules = if definition.is_macro2 {
        MacroRules::compile_macro2(&definition.text)
    } else {
        MacroRules::compile(&definition.text)
    };
    rules.ok().map(Arc::new)
}

/// A length as the number that ids are made of; texts and tables stay far below 4 G.
pub(crate) fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
