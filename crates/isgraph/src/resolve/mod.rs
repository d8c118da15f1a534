//! Resolution: the facts of all files → symbols and edges.

mod builtin;
mod cfg;
mod collect;
mod draft;
mod explain;
mod headers;
mod imports;
mod infer;
pub(crate) mod interface;
mod known_macros;
pub mod macros;
mod paths;
mod prelude;
mod stack;
mod type_macros;
mod types;
mod walk;
mod world;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::IndexConfig;
use crate::facts::{Edition, ItemKind};
use crate::graph::GraphDraft;
use crate::model::{Confidence, Diagnostic, EdgeKind, Reason, Severity, SymbolId, SymbolKind};
use crate::name::Name;
use crate::parallel;
use crate::source::SourceSet;
use crate::source::crates::{CrateList, CrateSpec, TargetKind, crates_of};
use cfg::CfgSet;
use collect::{Collector, to_u32};
pub(crate) use explain::explain;
use infer::{Drawn, Output, Shared};
use interface::Interfaces;
use paths::{Lookup, PathEnd};
use types::impls::Impls;
use types::scopes::TraitScopes;
use world::{CrateId, Krate, Ns, Res, SourceFile, World};

/// Resolves a whole source set.
#[must_use]
pub fn resolve(sources: &SourceSet, config: &IndexConfig) -> GraphDraft {
    let Built { world, expanded, mut diagnostics } = build(sources, config);
    let (edges, unresolved) = edges(&world, expanded, &mut diagnostics);
    draft::draft(world, edges, unresolved, diagnostics)
}

/// The interface of the library crate `name` of a source set, as bytes: what other source sets are
/// resolved against when they use it. `None` when there is no such crate.
#[must_use]
pub fn interface(sources: &SourceSet, config: &IndexConfig, name: &str, version: &str) -> Option<Vec<u8>> {
    let world = build(sources, config).world;
    let root = world.crates.iter().map(|krate| krate.root).find(|root| world.name(world.module(*root).def) == *name)?;
    Some(interface::write(&Impls::new(&world), root, version))
}

/// What names are resolved against, before any edge.
struct Built {
    world: World,
    /// The calls of macros in item position.
    expanded: Vec<Drawn>,
    diagnostics: Vec<Diagnostic>,
}

/// Collects definitions and imports.
fn build(sources: &SourceSet, config: &IndexConfig) -> Built {
    let list = crates_of(sources);
    let files = source_files(sources, &list);
    let read: Vec<SourceFile> = files.iter().map(SourceFile::share).collect();
    let mut diagnostics = sources.diagnostics.clone();
    diagnostics.extend(list.diagnostics.iter().cloned());

    let mut collector = Collector::new(files);
    // A source set that holds the standard library is resolved against its own.
    if !list.crates.iter().any(|spec| spec.name == *"core") {
        collector.world.interfaces = Interfaces::with_std();
    }
    // Collecting goes from file to file; the others are read meanwhile.
    parallel::beside(
        read.len(),
        |index| read[index].read_ahead(),
        || {
            collect_crates(&mut collector, &list, config);
            // A macro that only a path leads to may declare the modules of files.
            settle(&mut collector);
            if collect_orphans(&mut collector, &list, config, &mut diagnostics) {
                settle(&mut collector);
            }
        },
    );
    drop(read);
    let expanded = std::mem::take(&mut collector.item_macros);
    let world = collector.finish();
    diagnostics.extend(world.diagnostics.iter().cloned());
    Built { world, expanded, diagnostics }
}

/// Every Rust file, in path order.
fn source_files(sources: &SourceSet, list: &CrateList) -> Vec<SourceFile> {
    // A file's edition is that of the crate whose root is nearest above it.
    let mut editions: Vec<(&str, Edition)> =
        list.crates.iter().map(|spec| (directory(&spec.root), spec.edition)).collect();
    editions.sort_by_key(|(directory, _)| std::cmp::Reverse(directory.len()));
    let edition_of = |path: &str| {
        editions
            .iter()
            .find(|(directory, _)| is_inside(path, directory))
            .map_or(Edition::default(), |(_, edition)| *edition)
    };
    let texts = sources.files.iter().filter(|(path, _)| path.ends_with(".rs"));
    texts.map(|(path, text)| SourceFile::new(path.clone(), Arc::clone(text), edition_of(path))).collect()
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn is_inside(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

fn collect_crates(collector: &mut Collector, list: &CrateList, config: &IndexConfig) {
    for spec in &list.crates {
        add_crate(collector, spec, config);
    }
    for (index, spec) in list.crates.iter().enumerate() {
        collector.collect_crate(CrateId(to_u32(index)), &spec.root);
    }
}

fn add_crate(collector: &mut Collector, spec: &CrateSpec, config: &IndexConfig) {
    let id = CrateId(to_u32(collector.world.crates.len()));
    let mut externs = FxHashMap::default();
    for (name, target) in &spec.dependencies {
        let root = target.and_then(|target| collector.world.crates.get(target)).map(|krate| krate.root);
        let res = match root {
            Some(root) => Res::Def(collector.world.module(root).def),
            None => Res::Ext(collector.world.externals.child(None, *name)),
        };
        externs.insert(*name, res);
    }
    let mut features = spec.features.clone();
    features.extend(config.features.iter().cloned());
    let root = collector.add_root(id, spec.name, &spec.root);
    collector.world.crates.push(Krate {
        edition: spec.edition,
        root,
        externs,
        is_test_target: matches!(spec.kind, TargetKind::Test | TargetKind::Bench),
        cfg: Arc::new(CfgSet::new(features, config.cfg.clone())),
        prelude: None,
        macro_use: Vec::new(),
    });
}

/// Files that no crate reaches become crates of their own, the outermost first, so that nothing of
/// a partial dump or a fixture directory is lost. Whether there are any.
fn collect_orphans(
    collector: &mut Collector,
    list: &CrateList,
    config: &IndexConfig,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let mut orphans: Vec<usize> = (0..collector.reached.len()).filter(|index| !collector.reached[*index]).collect();
    orphans.sort_by_key(|index| {
        let path = &collector.world.files[*index].path;
        (path.matches('/').count(), !path.ends_with("/mod.rs"), path.clone())
    });
    let has_orphans = !orphans.is_empty();
    for index in orphans {
        if collector.reached[index] {
            continue;
        }
        let path = collector.world.files[index].path.clone();
        let near = list
            .crates
            .iter()
            .filter(|spec| is_inside(&path, directory(&spec.root)))
            .max_by_key(|spec| directory(&spec.root).len());
        let stem = path.rsplit('/').next().and_then(|file| file.strip_suffix(".rs")).unwrap_or("main");
        let name = if stem == "mod" { directory(&path).rsplit('/').next().unwrap_or(stem) } else { stem };
        let spec = CrateSpec {
            name: Name::new(&name.replace('-', "_")),
            package: near.map_or_else(String::new, |spec| spec.package.clone()),
            kind: TargetKind::Lib,
            root: path.clone(),
            edition: near.map_or(Edition::default(), |spec| spec.edition),
            dependencies: near.map_or_else(Vec::new, |spec| spec.dependencies.clone()),
            features: near.map_or_else(Vec::new, |spec| spec.features.clone()),
        };
        diagnostics.push(Diagnostic {
            file: path.clone(),
            line: 0,
            severity: Severity::Info,
            code: "NOT_DECLARED".to_owned(),
            message: "no crate declares this file as a module; it is indexed by itself".to_owned(),
        });
        let id = CrateId(to_u32(collector.world.crates.len()));
        add_crate(collector, &spec, config);
        collector.collect_crate(id, &path);
    }
    has_orphans
}

/// Imports and the item macros that only a path resolves, until both are settled.
fn settle(collector: &mut Collector) {
    loop {
        imports::resolve(&mut collector.world);
        let mut left = Vec::new();
        let mut progress = false;
        for call in std::mem::take(&mut collector.pending) {
            match collector.pending_target(&call) {
                Some(target) if collector.has_rules(target) => {
                    progress = true;
                    collector.expand_pending(&call, target);
                }
                _ => left.push(call),
            }
        }
        if progress {
            left.append(&mut collector.pending);
            collector.pending = left;
            continue;
        }
        // What is left is of std or a dependency: its input is read as items where it is that.
        let known = collector.size();
        for call in left {
            collector.read_external_call(&call);
        }
        collector.expand_attributes();
        if collector.size() == known && collector.pending.is_empty() {
            // Items are settled; those that bodies declare through macros may call macros again.
            collector.collect_body_macros();
            if collector.size() == known && collector.pending.is_empty() {
                break;
            }
        }
    }
}

fn edges(
    world: &World,
    item_macros: Vec<Drawn>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<Drawn>, Vec<infer::Unresolved>) {
    let impls = Impls::new(world);
    let scopes = TraitScopes::new(world);
    let functions = functions_by_name(world);
    let shared = Shared { impls: &impls, scopes: &scopes, functions: &functions };
    let outputs: Vec<Output> = parallel::fold_range(world.defs.len(), |all: &mut Output, index| {
        let id = SymbolId(to_u32(index));
        all.extend(headers::edges(&impls, id));
        if has_body(world, id) {
            all.extend(infer::infer(&shared, id));
        }
    });
    let gather = || {
        let mut edges = item_macros;
        let mut unresolved = Vec::new();
        edges.reserve_exact(outputs.iter().map(|output| output.edges.len()).sum());
        unresolved.reserve_exact(outputs.iter().map(|output| output.unresolved.len()).sum());
        for output in outputs {
            edges.extend(output.edges);
            unresolved.extend(output.unresolved);
            diagnostics.extend(output.diagnostics);
        }
        for import in &world.imports {
            edges.extend(headers::import_edges(import));
        }
        (edges, unresolved)
    };
    // What inference worked out about types takes as long to drop as the edges to gather.
    let ((), gathered) = parallel::join(|| drop((scopes, impls)), gather);
    gathered
}

fn functions_by_name(world: &World) -> FxHashMap<Name, Vec<SymbolId>> {
    let mut functions: FxHashMap<Name, Vec<SymbolId>> = FxHashMap::default();
    for (index, def) in world.defs.iter().enumerate() {
        if def.kind == SymbolKind::Function {
            functions.entry(def.name).or_default().push(SymbolId(to_u32(index)));
        }
    }
    functions
}

/// Runs `f` with what all bodies share.
fn with_shared<T>(world: &World, f: impl FnOnce(&Shared<'_>) -> T) -> T {
    let (impls, scopes, functions) = (Impls::new(world), TraitScopes::new(world), functions_by_name(world));
    f(&Shared { impls: &impls, scopes: &scopes, functions: &functions })
}

fn has_body(world: &World, id: SymbolId) -> bool {
    let def = world.def(id);
    match (def.facts.as_deref().map(|facts| &facts.kind), def.part) {
        (Some(ItemKind::Fn(function)), _) => function.body.is_some(),
        (Some(ItemKind::Const { body, .. } | ItemKind::Static { body, .. }), _) => body.is_some(),
        (Some(ItemKind::Enum(_, variants)), world::Part::Variant(index)) => {
            variants.get(index as usize).is_some_and(|variant| variant.discriminant.is_some())
        }
        _ => false,
    }
}

impl Collector {
    /// How many definitions and imports there are: when neither grew, no name has changed.
    fn size(&self) -> (usize, usize) {
        (self.world.defs.len(), self.world.imports.len())
    }

    /// What the path of a waiting macro call leads to by now.
    fn pending_target(&self, call: &collect::PendingCall) -> Option<Res> {
        let ItemKind::MacroCall(invocation) = &call.facts.kind else { return None };
        let path = &call.facts.arena[invocation.path];
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        let lookup = Lookup::new(&self.world, call.module(), &[]);
        match lookup.follow(path.anchor, &names, Ns::Macro, false, &mut |_, _| {}) {
            PathEnd::Full(res) => Some(res),
            _ => None,
        }
    }

    /// The edge of a macro call in item position.
    pub(crate) fn note_item_macro(&mut self, from: SymbolId, to: Res, place: crate::graph::Place) {
        let confidence = if matches!(to, Res::Def(_)) { Confidence::High } else { Confidence::Medium };
        self.item_macros.push(Drawn {
            from,
            to,
            kind: EdgeKind::Expands,
            place,
            confidence,
            reason: Reason::MacroCall,
        });
    }
}
