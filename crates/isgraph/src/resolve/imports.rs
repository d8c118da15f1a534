//! Step 4: imports, as a fixpoint over all modules.

use super::interface::is_interface;
use super::paths::{Lookup, PathEnd};
use super::world::{Binding, CrateId, Import, ModId, ModKind, Ns, Res, Scope, Via, World};
use crate::facts::{ItemKind, PathAnchor, UseKind};
use crate::model::SymbolKind;
use crate::name::Name;

/// Rounds after which imports that still change are left as they are: a cycle of globs settles in a
/// few; this bounds what only contradictory code can need.
const MAX_ROUNDS: usize = 64;

/// Resolves the imports until nothing changes.
pub(crate) fn resolve(world: &mut World) {
    for _ in 0..MAX_ROUNDS {
        let mut changed = false;
        for index in 0..world.imports.len() {
            changed |= resolve_one(world, index);
        }
        if !changed {
            break;
        }
    }
}

fn resolve_one(world: &mut World, index: usize) -> bool {
    if is_settled(world, &world.imports[index]) {
        return false;
    }
    let facts = std::sync::Arc::clone(&world.imports[index].facts);
    match &facts.kind {
        ItemKind::Use(leaves) => {
            let Some(leaf) = leaves.get(world.imports[index].leaf as usize) else { return false };
            let names: Vec<Name> = leaf.segments.iter().map(|segment| segment.0).collect();
            match leaf.kind {
                UseKind::Glob => glob(world, index, leaf.anchor, &names),
                UseKind::Name { rename } => {
                    let bound = rename.or(names.last().copied());
                    named(world, index, leaf.anchor, &names, &Ns::ALL, bound)
                }
                UseKind::SelfModule { rename } => {
                    let bound = rename.or(names.last().copied());
                    named(world, index, leaf.anchor, &names, &[Ns::Type], bound)
                }
            }
        }
        ItemKind::ExternCrate { rename } => extern_crate(world, index, facts.name, *rename),
        _ => false,
    }
}

/// Whether the import was resolved and no scope that it was resolved in has changed since.
fn is_settled(world: &World, import: &Import) -> bool {
    let read = &import.read;
    !read.is_empty() && read.iter().all(|&(module, version)| world.module(module).scope.version == version)
}

/// The scopes that a path of an import is resolved in.
struct Reads(Vec<ModId>);

impl Reads {
    /// Those that any path may be looked up in there.
    fn of(world: &World, module: ModId) -> Self {
        let krate = world.krate_of(module);
        let mut read = Self(vec![module, krate.root]);
        let mut at = module;
        while let (ModKind::Block, Some(parent)) = (world.module(at).kind, world.module(at).parent) {
            read.add(parent);
            at = parent;
        }
        for other in &krate.macro_use {
            read.add(world.krate(*other).root);
        }
        read
    }

    fn add(&mut self, module: ModId) {
        if !self.0.contains(&module) {
            self.0.push(module);
        }
    }

    /// Follows the path of a `use` leaf.
    fn follow(&mut self, lookup: &Lookup<'_>, anchor: PathAnchor, names: &[Name], ns: Ns) -> Option<Res> {
        if let Some(module) = lookup.anchor_module(anchor) {
            self.add(module);
        }
        let end = lookup.follow(anchor, names, ns, true, &mut |_, res| {
            if let Res::Def(def) = res
                && !is_interface(def)
                && let Some(module) = lookup.world.def(def).own_module
            {
                self.add(module);
            }
        });
        match end {
            PathEnd::Full(res) => Some(res),
            // `use Trait::method` and `use Type::CONST` are not (yet) Rust.
            PathEnd::Partial { .. } | PathEnd::Missing(_) => None,
        }
    }

    /// The scopes as they are now.
    fn versions(self, world: &World) -> Vec<(ModId, u32)> {
        self.0.into_iter().map(|module| (module, world.module(module).scope.version)).collect()
    }
}

fn named(
    world: &mut World,
    index: usize,
    anchor: PathAnchor,
    names: &[Name],
    namespaces: &[Ns],
    bound: Option<Name>,
) -> bool {
    let import = &world.imports[index];
    let (module, vis) = (import.module, import.vis);
    let cfg: Vec<_> = import.facts.attrs.cfg.iter().collect();
    let lookup = Lookup::new(world, module, &cfg);
    let mut reads = Reads::of(world, module);
    let mut found = [None; 3];
    let mut external = false;
    for ns in namespaces {
        let textual = match (anchor, names, ns) {
            (PathAnchor::Plain, [only], Ns::Macro) => lookup.textual_macro(import.textual, *only).map(Res::Def),
            _ => None,
        };
        found[*ns as usize] = textual.or_else(|| reads.follow(&lookup, anchor, names, *ns));
        external |= matches!(found[*ns as usize], Some(Res::Ext(_)));
    }
    // An external name may be anything; what the source set knows in another namespace says more.
    if external && found.iter().any(|res| matches!(res, Some(Res::Def(_)))) {
        for res in &mut found {
            if matches!(res, Some(Res::Ext(_))) && names.len() == 1 {
                *res = None;
            }
        }
    }
    world.imports[index].read = reads.versions(world);
    let bound = bound.filter(|name| *name != *"self");
    let mut changed = false;
    for ns in Ns::ALL {
        let Some(res) = found[ns as usize] else { continue };
        let binding = Binding { res, vis, via: Via::Import(crate::resolve::collect::to_u32(index)) };
        let scope = &mut world.modules[module.0 as usize].scope;
        changed |= match bound {
            Some(name) if name == *"_" => ns == Ns::Type && put(&mut scope.anonymous, binding),
            Some(name) => put(scope.entry(name, ns), binding),
            None => false,
        };
    }
    world.imports[index].resolved = found;
    world.modules[module.0 as usize].scope.version += u32::from(changed);
    changed
}

/// Adds or replaces the binding that the same import made; whether anything changed.
fn put(bindings: &mut Vec<Binding>, binding: Binding) -> bool {
    match bindings.iter_mut().find(|old| old.via == binding.via) {
        Some(old) if *old == binding => false,
        Some(old) => {
            *old = binding;
            true
        }
        None => {
            // Named imports stand before globs, in the order of their declaration.
            let rank = |via: Via| match via {
                Via::Item => (0, 0),
                Via::Import(index) => (1, index),
                Via::Glob(index) => (2, index),
            };
            let at = bindings.partition_point(|old| rank(old.via) <= rank(binding.via));
            bindings.insert(at, binding);
            true
        }
    }
}

fn glob(world: &mut World, index: usize, anchor: PathAnchor, names: &[Name]) -> bool {
    let import = &world.imports[index];
    let (module, vis) = (import.module, import.vis);
    let cfg: Vec<_> = import.facts.attrs.cfg.iter().collect();
    let lookup = Lookup::new(world, module, &cfg);
    let mut reads = Reads::of(world, module);
    let target = reads.follow(&lookup, anchor, names, Ns::Type);
    world.imports[index].read = reads.versions(world);
    let Some(target) = target else { return false };
    let first_time = world.imports[index].resolved[Ns::Type as usize] != Some(target);
    world.imports[index].resolved[Ns::Type as usize] = Some(target);
    let via = Via::Glob(crate::resolve::collect::to_u32(index));
    match target {
        Res::Ext(ext) => {
            let globs = &mut world.modules[module.0 as usize].external_globs;
            if !globs.contains(&ext) {
                globs.push(ext);
                world.modules[module.0 as usize].scope.version += 1;
            }
            first_time
        }
        Res::Prim(_) => false,
        Res::Def(def) => match world.kind(def) {
            SymbolKind::Enum => {
                let mut changed = false;
                let variants: Vec<_> = world.members(def).collect();
                for variant in variants {
                    let name = world.name(variant);
                    let scope = &mut world.modules[module.0 as usize].scope;
                    for ns in [Ns::Type, Ns::Value] {
                        changed |= put_glob(scope, name, ns, Binding { res: Res::Def(variant), vis, via });
                    }
                }
                world.modules[module.0 as usize].scope.version += u32::from(changed);
                changed
            }
            _ if is_interface(def) => {
                let path = world.interfaces.path(def);
                let names = world.interfaces.children(def).to_vec();
                let scope = &mut world.modules[module.0 as usize].scope;
                let mut changed = false;
                for (name, ns, res) in names {
                    let by_path = || Res::Ext(world.externals.under(&path, name));
                    let res = if ns == Ns::Macro { by_path() } else { res };
                    changed |= put_glob(scope, name, ns, Binding { res, vis, via });
                }
                scope.version += u32::from(changed);
                changed
            }
            _ => match world.def(def).own_module {
                Some(source) if world.imports[index].facts.attrs.flags.prelude_import => {
                    let krate = world.module(module).krate;
                    world.crates[krate.0 as usize].prelude = Some(source);
                    first_time
                }
                Some(source) if source != module => {
                    let version = world.module(source).scope.version;
                    if !first_time && world.imports[index].copied == Some(version) {
                        return false;
                    }
                    world.imports[index].copied = Some(version);
                    let changed = copy(world, source, module, vis, via);
                    world.modules[module.0 as usize].scope.version += u32::from(changed);
                    changed | first_time
                }
                _ => first_time,
            },
        },
    }
}

/// Copies what `module` may see of `source` into its scope.
fn copy(world: &mut World, source: ModId, module: ModId, vis: super::world::Vis, via: Via) -> bool {
    let mut found: Vec<(Name, Ns, Res)> = Vec::new();
    let lookup = Lookup::new(world, source, &[]);
    let mut visible: Vec<Binding> = Vec::new();
    let scope = &world.module(source).scope;
    for &(name, ns) in &scope.order {
        visible.clear();
        visible.extend(scope.get(name, ns).iter().filter(|binding| world.visible(binding.vis, module)));
        if let Some(binding) = lookup.pick(&visible) {
            found.push((name, ns, binding.res));
        }
    }
    let anonymous: Vec<Binding> = world
        .module(source)
        .scope
        .anonymous
        .iter()
        .filter(|binding| world.visible(binding.vis, module))
        .copied()
        .collect();
    let outside: Vec<_> = world.module(source).external_globs.clone();
    let reexports_globs = matches!(vis, super::world::Vis::Public) || !outside.is_empty();
    let target = &mut world.modules[module.0 as usize];
    let mut changed = false;
    for (name, ns, res) in found {
        changed |= put_glob(&mut target.scope, name, ns, Binding { res, vis, via });
    }
    for binding in anonymous {
        if !target.scope.anonymous.iter().any(|old| old.res == binding.res) {
            target.scope.anonymous.push(Binding { vis, via, ..binding });
            changed = true;
        }
    }
    if reexports_globs {
        for glob in outside {
            if !target.external_globs.contains(&glob) {
                target.external_globs.push(glob);
                changed = true;
            }
        }
    }
    changed
}

/// Adds a glob binding unless the name is bound by more than globs, or that glob bound it so already.
fn put_glob(scope: &mut Scope, name: Name, ns: Ns, binding: Binding) -> bool {
    let bindings = scope.entry(name, ns);
    if bindings.iter().any(|old| old.res == binding.res) {
        return false;
    }
    put(bindings, binding)
}

fn extern_crate(world: &mut World, index: usize, name: Name, rename: Option<Name>) -> bool {
    let import = &world.imports[index];
    let (module, vis) = (import.module, import.vis);
    let macro_use = import.facts.attrs.flags.macro_use;
    let krate = world.module(module).krate;
    let root = world.krate(krate).root;
    let res = if name == *"self" {
        Res::Def(world.module(root).def)
    } else {
        let lookup = Lookup::new(world, module, &[]);
        lookup.extern_crate(name).unwrap_or_else(|| Res::Ext(world.externals.child(None, name)))
    };
    let bound = rename.unwrap_or(name);
    world.imports[index].resolved[Ns::Type as usize] = Some(res);
    let mut changed = false;
    if bound != *"_" && bound != *"self" {
        let binding = Binding { res, vis, via: Via::Import(crate::resolve::collect::to_u32(index)) };
        let scope = &mut world.modules[module.0 as usize].scope;
        changed |= put(scope.entry(bound, Ns::Type), binding);
        scope.version += u32::from(changed);
        if module == root && world.crates[krate.0 as usize].externs.insert(bound, res) != Some(res) {
            changed = true;
            world.modules[root.0 as usize].scope.version += 1;
        }
    }
    if macro_use
        && let Res::Def(def) = res
        && !is_interface(def)
        && let Some(other) = world.def(def).own_module
    {
        let other: CrateId = world.module(other).krate;
        let list = &mut world.crates[krate.0 as usize].macro_use;
        if !list.contains(&other) {
            list.push(other);
            changed = true;
            world.modules[root.0 as usize].scope.version += 1;
        }
    }
    changed
}
