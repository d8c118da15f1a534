//! Definitions and edges → the rows that the graph is frozen from.

use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::infer::{Drawn, Unresolved};
use super::interface::is_interface;
use super::world::{Def, Part, Res, World};
use crate::facts::{self, Arena, Cfg, ItemKind, TypeId, TypeRef, Visibility};
use crate::graph::{EdgeDraft, FileDraft, GraphDraft, SymbolDraft, UnresolvedDraft};
use crate::model::{Diagnostic, Severity, SymbolId, SymbolKind};
use crate::parallel;

/// Makes the draft. Edges and sites come in a deterministic order.
pub(crate) fn draft(
    mut world: World,
    edges: Vec<Drawn>,
    unresolved: Vec<Unresolved>,
    mut diagnostics: Vec<Diagnostic>,
) -> GraphDraft {
    let contexts = contexts(&world);
    // A definition's facts are dropped when its symbol is made: the symbols take their place.
    let defs = std::mem::take(&mut world.defs);
    let mut symbols = parallel::map_zip(defs, contexts, |def, context| symbol(&def, context));
    let externals = add_externals(&world, &edges, &mut symbols);
    let edges = edges
        .into_iter()
        .filter_map(|edge| {
            let to = match edge.to {
                Res::Def(id) if !is_interface(id) => id,
                other => *externals.get(&other)?,
            };
            Some(EdgeDraft {
                from: edge.from,
                to,
                kind: edge.kind,
                place: Some(edge.place),
                confidence: edge.confidence,
                reason: edge.reason,
            })
        })
        .collect();
    let unresolved = unresolved
        .into_iter()
        .map(|site| UnresolvedDraft {
            from: site.from,
            name: site.name,
            form: site.form,
            missing: site.missing,
            place: site.place,
            candidates: site.candidates,
            candidate_count: site.candidate_count,
        })
        .collect();
    let is_items = |index: &usize| !world.fragments.contains(&super::collect::to_u32(*index));
    for file in world.files.iter().enumerate().filter(|(index, _)| is_items(index)).map(|(_, file)| file) {
        for problem in &file.facts().problems {
            diagnostics.push(Diagnostic {
                file: file.path.clone(),
                line: super::collect::to_u32(file.facts().lines.partition_point(|start| *start <= problem.offset)),
                severity: Severity::Error,
                code: problem.code.as_str().to_owned(),
                message: problem.message.clone(),
            });
        }
    }
    let draft = GraphDraft {
        files: world
            .files
            .iter()
            .map(|file| FileDraft { path: file.path.clone(), lines: std::sync::Arc::clone(&file.facts().lines) })
            .collect(),
        symbols,
        edges,
        unresolved,
        diagnostics,
    };
    parallel::drop_aside(world);
    draft
}

/// Externals that edges lead to, in path order, after all definitions.
fn add_externals(world: &World, edges: &[Drawn], symbols: &mut Vec<SymbolDraft>) -> FxHashMap<Res, SymbolId> {
    // Several paths may lead to one thing, and one path may be known by itself or by its interface.
    let mut by_path: BTreeMap<String, Vec<Res>> = BTreeMap::new();
    let mut seen = rustc_hash::FxHashSet::default();
    for edge in edges {
        if world.is_own(edge.to) || matches!(edge.to, Res::Prim(_)) || !seen.insert(edge.to) {
            continue;
        }
        by_path.entry(world.outside_path(edge.to)).or_default().push(edge.to);
    }
    let mut out = FxHashMap::default();
    for (path, meanings) in by_path {
        let id = SymbolId(super::collect::to_u32(symbols.len()));
        out.extend(meanings.into_iter().map(|res| (res, id)));
        symbols.push(SymbolDraft {
            kind: SymbolKind::External,
            name: path.rsplit("::").next().unwrap_or(&path).to_owned(),
            path,
            parent: None,
            place: None,
            start: None,
            end: 0,
            signature: String::new(),
            visibility: String::new(),
            cfg: String::new(),
            docs: String::new(),
            is_test: false,
            content_hash: 0,
        });
    }
    out
}

/// What a symbol has from the definitions around it.
struct Context {
    path: String,
    cfg: String,
    is_test: bool,
}

/// The path of every definition.
pub(crate) fn paths(world: &World) -> Vec<String> {
    contexts(world).into_iter().map(|context| context.path).collect()
}

/// The context of every definition; parents come before their children.
fn contexts(world: &World) -> Vec<Context> {
    let mut out: Vec<Context> = Vec::with_capacity(world.defs.len());
    // Predicates from the crate's root down, shared with the parent where nothing is added.
    let mut cfgs: Vec<Rc<[&Cfg]>> = Vec::with_capacity(world.defs.len());
    for (index, def) in world.defs.iter().enumerate() {
        let id = SymbolId(super::collect::to_u32(index));
        let parent = def.parent.map(SymbolId::index);
        let own: Vec<&Cfg> = world.own_cfgs(id).collect();
        let around = parent.and_then(|parent| cfgs.get(parent)).cloned().unwrap_or_default();
        let all: Rc<[&Cfg]> = if own.is_empty() { around } else { around.iter().copied().chain(own).collect() };
        let cfg = match &*all {
            [] => String::new(),
            [only] => only.to_string(),
            several => {
                let parts: Vec<String> = several.iter().map(ToString::to_string).collect();
                format!("all({})", parts.join(", "))
            }
        };
        cfgs.push(all);
        let attrs = world.attrs(id);
        let is_test = parent.and_then(|parent| out.get(parent)).is_some_and(|parent| parent.is_test)
            || world.krate_of(def.module).is_test_target
            || attrs.is_some_and(|attrs| attrs.flags.test || attrs.cfg.as_ref().is_some_and(requires_test));
        out.push(Context { path: path(world, def, &out), cfg, is_test });
    }
    out
}

/// A definition's path, given those of its parents.
fn path(world: &World, def: &Def, known: &[Context]) -> String {
    let around = |id: Option<SymbolId>| named_scope(world, id).and_then(|id| known.get(id.index()));
    let parent = around(def.parent);
    let own = match impl_parts(def) {
        Some((ty, Some(of))) => format!("<impl {of} for {ty}>"),
        Some((ty, None)) => format!("<impl {ty}>"),
        None => def.name.as_str().to_owned(),
    };
    let of_impl = def.parent.map(|parent| world.def(parent)).and_then(|parent| Some((parent, impl_parts(parent)?)));
    match (of_impl, parent) {
        (Some((of_impl, (ty, of))), _) => {
            let module = around(of_impl.parent);
            let module = module.map_or("", |module| module.path.as_str());
            match of {
                Some(of) => format!("{module}::<{ty} as {of}>::{own}"),
                None => format!("{module}::{ty}::{own}"),
            }
        }
        (None, Some(parent)) => format!("{}::{own}", parent.path),
        (None, None) => own,
    }
}

/// The definition itself, or what is around it when it is a `const _`, which names nothing.
fn named_scope(world: &World, mut id: Option<SymbolId>) -> Option<SymbolId> {
    while let Some(at) = id
        && world.kind(at) == SymbolKind::Const
        && world.name(at) == *"_"
    {
        id = world.def(at).parent;
    }
    id
}

/// Self type and trait of an impl, without generics.
fn impl_parts(def: &Def) -> Option<(String, Option<String>)> {
    if def.kind != SymbolKind::Impl {
        return None;
    }
    let facts = def.facts.as_deref()?;
    let ItemKind::Impl(header) = &facts.kind else { return None };
    let of = header
        .of_trait
        .and_then(|path| facts.arena[path].segments.last().map(|segment| segment.name.as_str().to_owned()));
    Some((short(&facts.arena, header.self_ty, 0), of))
}

/// A type's short name: the last name of a path, with its reference or brackets.
fn short(arena: &Arena, ty: TypeId, depth: u32) -> String {
    if depth > 8 {
        return "_".to_owned();
    }
    let inner = |ty: &TypeId| short(arena, *ty, depth + 1);
    match &arena[ty] {
        TypeRef::Path(path) => {
            let path = &arena[*path];
            path.segments.last().map_or_else(|| "Self".to_owned(), |segment| segment.name.as_str().to_owned())
        }
        TypeRef::Tuple(parts) => format!("({})", parts.iter().map(inner).collect::<Vec<_>>().join(", ")),
        TypeRef::Ref { mutable, ty, .. } => format!("&{}{}", if *mutable { "mut " } else { "" }, inner(ty)),
        TypeRef::Ptr { mutable, ty } => format!("*{} {}", if *mutable { "mut" } else { "const" }, inner(ty)),
        TypeRef::Slice(ty) => format!("[{}]", inner(ty)),
        TypeRef::Array(ty, _) => format!("[{}; _]", inner(ty)),
        TypeRef::Fn { .. } => "fn".to_owned(),
        TypeRef::Never => "!".to_owned(),
        TypeRef::Dyn(bounds) | TypeRef::ImplTrait(bounds) => {
            let first = bounds.iter().find_map(|bound| match bound {
                facts::Bound::Trait(path) => arena[*path].segments.last(),
                _ => None,
            });
            format!("dyn {}", first.map_or("_", |segment| segment.name.as_str()))
        }
        TypeRef::Infer | TypeRef::Macro(_) | TypeRef::Error => "_".to_owned(),
    }
}

fn symbol(def: &Def, context: Context) -> SymbolDraft {
    let (place, written) = def.origin.place(def.base + def.name_offset);
    let attrs = def.attrs();
    let (signature, content_hash) = header(def);
    let end = if written { def.origin.place(def.end.saturating_sub(1)).0.offset + 1 } else { place.offset };
    let start = (written && def.part == Part::Item && content_hash != 0).then(|| def.origin.place(def.base).0.offset);
    let name = match impl_parts(def) {
        Some((ty, Some(of))) => format!("impl {of} for {ty}"),
        Some((ty, None)) => format!("impl {ty}"),
        None => def.name.as_str().to_owned(),
    };
    SymbolDraft {
        kind: def.kind,
        name,
        path: context.path,
        parent: def.parent,
        place: Some(place),
        start,
        end: end.max(place.offset),
        signature,
        visibility: visibility(def),
        cfg: context.cfg,
        docs: attrs.and_then(|attrs| attrs.docs.as_deref()).unwrap_or_default().to_owned(),
        is_test: context.is_test,
        content_hash,
    }
}

/// The signature and the content's hash.
fn header(def: &Def) -> (String, u128) {
    let Some(facts) = def.facts.as_deref() else {
        return Default::default();
    };
    match def.part {
        Part::Item => (facts.signature.to_string(), facts.content_hash),
        Part::Field(index) => match &facts.kind {
            ItemKind::Struct(_, fields) | ItemKind::Union(_, fields) => field(fields, index),
            _ => Default::default(),
        },
        Part::Variant(index) => match &facts.kind {
            ItemKind::Enum(_, variants) => match variants.get(index as usize) {
                Some(variant) => hashed(facts::variant_signature(variant)),
                None => Default::default(),
            },
            _ => Default::default(),
        },
        Part::VariantField(variant, index) => match &facts.kind {
            ItemKind::Enum(_, variants) => match variants.get(variant as usize) {
                Some(variant) => field(&variant.fields, index),
                None => Default::default(),
            },
            _ => Default::default(),
        },
    }
}

fn field(fields: &facts::Fields, index: u32) -> (String, u128) {
    fields.as_slice().get(index as usize).map(facts::field_signature).map(hashed).unwrap_or_default()
}

/// A signature that is all of its symbol's text.
fn hashed(signature: String) -> (String, u128) {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::hash(signature.as_bytes()).as_bytes()[..16]);
    (signature, u128::from_le_bytes(bytes))
}

fn visibility(def: &Def) -> String {
    let Some(facts) = def.facts.as_deref() else { return String::new() };
    let written = match (def.part, &facts.kind) {
        (Part::Item, _) => &facts.visibility,
        (Part::Field(index), ItemKind::Struct(_, fields) | ItemKind::Union(_, fields)) => {
            match fields.as_slice().get(index as usize) {
                Some(field) => &field.visibility,
                None => return String::new(),
            }
        }
        _ => return String::new(),
    };
    match written {
        Visibility::Inherited => String::new(),
        Visibility::Public => "pub".to_owned(),
        Visibility::Crate => "pub(crate)".to_owned(),
        Visibility::Restricted(path) => restricted(facts::path_text(&facts.arena, *path)),
    }
}

/// `pub(super)`, `pub(in a::b)`.
fn restricted(path: String) -> String {
    match path.as_str() {
        "self" | "super" | "crate" => format!("pub({path})"),
        _ => format!("pub(in {path})"),
    }
}

/// Whether a predicate can hold in test builds only.
fn requires_test(cfg: &Cfg) -> bool {
    match cfg {
        Cfg::Flag(flag) => *flag == *"test",
        Cfg::All(parts) => parts.iter().any(requires_test),
        Cfg::Any(parts) => !parts.is_empty() && parts.iter().all(requires_test),
        _ => false,
    }
}
