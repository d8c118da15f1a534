//! Step 2: where the files of modules are, and which of several declarations a file belongs to.

use std::sync::Arc;

use super::{Collector, Place};
use crate::facts::{ItemContext, ItemFacts, ItemNode, Offset};
use crate::graph::FileId;
use crate::model::{Severity, SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::world::{ModId, ModKind, Ns, Textual};

/// Deepest nesting of files through `mod`.
const MAX_MODULE_DEPTH: u32 = 128;

/// Where the files of a module's `mod x;` children are.
#[derive(Debug, Clone)]
pub(super) struct Dirs {
    /// `mod x;` is `children/x.rs` or `children/x/mod.rs`.
    pub(super) children: String,
    /// What `#[path]` is relative to.
    pub(super) attribute: String,
}

impl Dirs {
    /// For the module of a file.
    pub(super) fn of_file(path: &str, owns_directory: bool) -> Self {
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

/// A `mod x;` that the configuration turns off.
pub(super) struct OffModule {
    place: Place,
    facts: Arc<ItemFacts>,
    base: Offset,
    def: SymbolId,
    textual: Textual,
}

impl Collector {
    pub(super) fn collect_module(
        &mut self,
        place: &Place,
        node: &ItemNode,
        base: Offset,
        inline: bool,
        textual: &mut Textual,
    ) {
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
    pub(super) fn collect_module_file(
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
    pub(super) fn module_of(&mut self, place: &Place, def: SymbolId) -> ModId {
        let krate = self.world.module(place.module).krate;
        let module = self.push_module(def, Some(place.module), krate, ModKind::Named);
        self.world.defs[def.index()].own_module = Some(module);
        module
    }

    /// Modules that the configuration turns off, after all that it turns on: what shares its file
    /// with one of those is another name for it.
    pub(super) fn collect_off_modules(&mut self) {
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

    pub(super) fn is_off(&self, def: SymbolId) -> bool {
        let set = &self.world.krate_of(self.world.def(def).module).cfg;
        self.world.cfgs(def).iter().any(|cfg| !set.holds(cfg, &[]))
    }

    /// The path that the attributes of a module give it: the first conditional one that holds, else the plain one.
    pub(super) fn path_attribute<'f>(&self, place: &Place, facts: &'f ItemFacts) -> Option<&'f str> {
        let set = &self.world.krate_of(place.module).cfg;
        let conditional = facts.attrs.conditional_paths.iter().find(|(cfg, _)| set.holds(cfg, &[]));
        conditional.map(|(_, path)| &**path).or(facts.attrs.path.as_deref())
    }

    /// Where the file of `mod x;` may be, and whether it owns its directory.
    pub(super) fn module_paths(&self, place: &Place, facts: &ItemFacts) -> Vec<(String, bool)> {
        match self.path_attribute(place, facts) {
            Some(path) => vec![(normalize(&join(&place.dirs.attribute, path)), true)],
            None => {
                let base = join(&place.dirs.children, facts.name.as_str());
                vec![(normalize(&format!("{base}.rs")), false), (normalize(&format!("{base}/mod.rs")), true)]
            }
        }
    }

    pub(super) fn module_file(&mut self, place: &Place, facts: &ItemFacts, base: Offset) -> Option<(FileId, Dirs)> {
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
}
