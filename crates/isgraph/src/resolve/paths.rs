//! Looking paths up: lexical scopes, modules, enums, crates, std.

use super::interface::is_interface;
use super::known_macros::KNOWN_CRATE;
use super::world::{Binding, ExtId, Krate, ModId, ModKind, Ns, Res, Textual, Via, World};
use crate::facts::{Cfg, Edition, PathAnchor, PathRef};
use crate::model::{SymbolId, SymbolKind};
use crate::name::Name;

/// Where a path led.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathEnd {
    /// To the end.
    Full(Res),
    /// To a type, trait or the like; the segments from `next` on are its associated items.
    Partial {
        /// The type or trait.
        base: Res,
        /// First segment that is left.
        next: usize,
    },
    /// Nowhere: the segment at this index is unknown.
    Missing(usize),
}

/// A place from which paths are looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lookup<'w> {
    pub(crate) world: &'w World,
    /// The innermost module or block.
    pub(crate) module: ModId,
    /// `cfg` predicates that hold at the place.
    pub(crate) assumed: &'w [&'w Cfg],
}

impl<'w> Lookup<'w> {
    pub(crate) fn new(world: &'w World, module: ModId, assumed: &'w [&'w Cfg]) -> Self {
        Self { world, module, assumed }
    }

    /// The meaning that wins: what the configuration turns on, before globs, in source order.
    pub(crate) fn pick(&self, bindings: &[Binding]) -> Option<Binding> {
        match bindings {
            [] => None,
            [only] => Some(*only),
            several => {
                let mut best: Option<((bool, bool), Binding)> = None;
                for binding in several {
                    let rank = (self.is_on(binding), !matches!(binding.via, Via::Glob(_)));
                    if best.is_none_or(|(top, _)| rank > top) {
                        best = Some((rank, *binding));
                    }
                }
                best.map(|(_, binding)| binding)
            }
        }
    }

    fn is_on(&self, binding: &Binding) -> bool {
        match (binding.via, binding.res) {
            (Via::Import(index) | Via::Glob(index), _) => {
                let Some(import) = self.world.imports.get(index as usize) else { return true };
                let set = &self.world.krate_of(self.module).cfg;
                let mut cfgs = import.facts.attrs.cfg.iter().chain(import.outer_cfg.as_deref());
                cfgs.all(|cfg| set.holds(cfg, self.assumed))
            }
            (Via::Item, Res::Def(def)) => self.is_def_on(def),
            (Via::Item, _) => true,
        }
    }

    /// Whether the configuration turns an item and the impl around it on.
    pub(crate) fn is_item_on(&self, id: SymbolId) -> bool {
        self.is_def_on(id) && self.world.parent(id).is_none_or(|parent| self.is_def_on(parent))
    }

    /// Whether the configuration turns a definition on, whatever is around it.
    pub(crate) fn is_def_on(&self, id: SymbolId) -> bool {
        let set = &self.world.krate_of(self.module).cfg;
        self.world.own_cfgs(id).all(|cfg| set.holds(cfg, self.assumed))
    }

    /// `name` in the scope of exactly this module.
    pub(crate) fn in_module(&self, module: ModId, name: Name, ns: Ns) -> Option<Res> {
        self.pick(self.world.module(module).scope.get(name, ns)).map(|binding| binding.res)
    }

    /// `name` by lexical scope: blocks outwards, the module, other crates, the preludes.
    pub(crate) fn lexical(&self, name: Name, ns: Ns) -> Option<Res> {
        let mut at = self.module;
        loop {
            if let Some(res) = self.in_module(at, name, ns) {
                return Some(res);
            }
            let module = self.world.module(at);
            match module.parent {
                Some(parent) if module.kind == ModKind::Block => at = parent,
                _ => break,
            }
        }
        self.outside(at, name, ns)
    }

    /// What the path of a macro called in a body leads to: macros of the blocks around, then
    /// textual scope, then paths.
    pub(crate) fn macro_in_body(&self, textual: Textual, path: &PathRef) -> Option<Res> {
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        if let (PathAnchor::Plain, [only]) = (path.anchor, names.as_slice()) {
            let mut at = self.module;
            while self.world.module(at).kind == ModKind::Block {
                if let Some(res) = self.in_module(at, *only, Ns::Macro) {
                    return Some(res);
                }
                at = self.world.module(at).parent?;
            }
            if let Some(found) = self.textual_macro(textual, *only) {
                return Some(Res::Def(found));
            }
        }
        match self.follow(path.anchor, &names, Ns::Macro, false, &mut |_, _| {}) {
            PathEnd::Full(res) => Some(res),
            _ => None,
        }
    }

    /// The macro that `name` means by textual scope: the last that the configuration turns on, else
    /// the last.
    pub(crate) fn textual_macro(&self, textual: Textual, name: Name) -> Option<SymbolId> {
        self.pick_def(self.world.textual_macros(textual, name))
    }

    /// `name` as another crate, a primitive, or from a prelude.
    fn outside(&self, named: ModId, name: Name, ns: Ns) -> Option<Res> {
        let krate = self.world.krate_of(named);
        if ns == Ns::Type {
            if krate.edition >= Edition::E2018
                && let Some(res) = self.extern_crate(name)
            {
                return Some(res);
            }
            if let Some(prim) = self.world.prelude().prim(name) {
                return Some(Res::Prim(prim));
            }
        }
        if ns == Ns::Macro {
            for other in &krate.macro_use {
                if let Some(res) = self.in_module(self.world.krate(*other).root, name, ns) {
                    return Some(res);
                }
            }
        }
        if self.world.module(named).no_prelude {
            return None;
        }
        let own = self.own_prelude(krate).and_then(|prelude| self.in_module(prelude, name, ns));
        own.or_else(|| self.world.prelude().get(krate.edition, name, ns))
    }

    /// The prelude that the source set itself has: it holds the standard library.
    fn own_prelude(&self, krate: &Krate) -> Option<ModId> {
        if !self.world.interfaces.is_empty() {
            return None;
        }
        krate.prelude.or_else(|| {
            ["std", "core"].iter().find_map(|name| match krate.externs.get(&Name::new(name))? {
                Res::Def(root) => self.world.krate_of(self.world.def(*root).own_module?).prelude,
                _ => None,
            })
        })
    }

    /// Another crate by its name in paths.
    pub(crate) fn extern_crate(&self, name: Name) -> Option<Res> {
        let krate = self.world.krate_of(self.module);
        if let Some(res) = krate.externs.get(&name) {
            return Some(*res);
        }
        self.world.prelude().sysroot_crate(name)
    }

    /// `use smallvec::smallvec` imports a macro; that it might be a module too must not hide the crate
    /// whose name it bears from the paths that start there.
    fn crate_before_its_item(&self, name: Name, res: Res) -> Res {
        let Res::Ext(ext) = res else { return res };
        let names = self.world.externals.names(ext);
        if names.len() > 1 && names.first() == Some(&name) { self.extern_crate(name).unwrap_or(res) } else { res }
    }

    /// The module that an anchor stands for.
    pub(crate) fn anchor_module(&self, anchor: PathAnchor) -> Option<ModId> {
        match anchor {
            PathAnchor::Crate => Some(self.world.krate_of(self.module).root),
            PathAnchor::DollarCrate(krate) => self.world.crates.get(krate as usize).map(|krate| krate.root),
            PathAnchor::Super(levels) => {
                let mut at = self.world.named_module(self.module);
                for _ in 0..levels {
                    at = self.world.named_module(self.world.module(at).parent?);
                }
                Some(at)
            }
            _ => None,
        }
    }

    /// Follows a path. `in_use` says that it is written in a `use` declaration. `seen` hears what each
    /// segment led to.
    pub(crate) fn follow(
        &self,
        anchor: PathAnchor,
        names: &[Name],
        ns: Ns,
        in_use: bool,
        seen: &mut dyn FnMut(usize, Res),
    ) -> PathEnd {
        let last = names.len().saturating_sub(1);
        let ns_at = |index: usize| if index == last { ns } else { Ns::Type };
        let Some(&first) = names.first() else {
            return match self.anchor_module(anchor) {
                Some(module) => PathEnd::Full(Res::Def(self.world.module(module).def)),
                None => PathEnd::Missing(0),
            };
        };
        if anchor == PathAnchor::DollarCrate(KNOWN_CRATE) {
            let path = names.iter().fold(None, |parent, name| Some(self.world.externals.child(parent, *name)));
            return path.map_or(PathEnd::Missing(0), |path| PathEnd::Full(Res::Ext(path)));
        }
        let edition = self.world.krate_of(self.module).edition;
        let root = self.world.krate_of(self.module).root;
        let start = match anchor {
            PathAnchor::Plain if in_use && edition == Edition::E2015 => {
                self.in_module(root, first, ns_at(0)).or_else(|| self.extern_crate(first))
            }
            PathAnchor::Plain => {
                let found = self.lexical(first, ns_at(0));
                if last > 0 { found.map(|res| self.crate_before_its_item(first, res)) } else { found }
            }
            PathAnchor::Global if edition == Edition::E2015 => {
                self.in_module(root, first, ns_at(0)).or_else(|| self.extern_crate(first))
            }
            PathAnchor::Global => self.extern_crate(first),
            PathAnchor::SelfType => return PathEnd::Missing(0),
            PathAnchor::Crate | PathAnchor::Super(_) | PathAnchor::DollarCrate(_) => {
                self.anchor_module(anchor).and_then(|module| self.in_module(module, first, ns_at(0)))
            }
        };
        // A path whose first name nobody declares comes from a crate that the manifest (or its
        // absence) does not tell about; a single name may come from an external glob.
        let start = start.or_else(|| match anchor {
            PathAnchor::Plain | PathAnchor::Global if names.len() > 1 && looks_like_crate(first) => (in_use
                || self.has_external_glob().is_none())
            .then(|| Res::Ext(self.world.externals.child(None, first))),
            PathAnchor::Plain if in_use && names.len() == 1 && looks_like_crate(first) && ns == Ns::Type => {
                Some(Res::Ext(self.world.externals.child(None, first)))
            }
            _ => None,
        });
        let start = start.or_else(|| match anchor {
            PathAnchor::Plain if !in_use => {
                self.has_external_glob().map(|glob| Res::Ext(self.world.externals.child(Some(glob), first)))
            }
            _ => None,
        });
        let Some(mut at) = start else { return PathEnd::Missing(0) };
        seen(0, at);
        for (index, &name) in names.iter().enumerate().skip(1) {
            match self.step(at, name, ns_at(index)) {
                Step::To(next) => at = next,
                Step::Associated => return PathEnd::Partial { base: at, next: index },
                Step::Nowhere => return PathEnd::Missing(index),
            }
            seen(index, at);
        }
        PathEnd::Full(at)
    }

    fn step(&self, at: Res, name: Name, ns: Ns) -> Step {
        match at {
            Res::Ext(parent) => Step::To(Res::Ext(self.world.externals.child(Some(parent), name))),
            Res::Prim(_) => Step::Associated,
            Res::Def(id) => {
                match self.world.kind(id) {
                    SymbolKind::Module | SymbolKind::Crate if is_interface(id) => self.step_interface(id, name, ns),
                    SymbolKind::Module | SymbolKind::Crate => {
                        let Some(module) = self.world.def(id).own_module else { return Step::Nowhere };
                        if let Some(res) = self.in_module(module, name, ns) {
                            return Step::To(res);
                        }
                        // A name that only the module's external glob import can explain.
                        match self.world.module(module).external_globs.as_slice() {
                            [glob] => Step::To(Res::Ext(self.world.externals.child(Some(*glob), name))),
                            _ => Step::Nowhere,
                        }
                    }
                    SymbolKind::Enum => match self.variant(id, name) {
                        Some(variant) => Step::To(Res::Def(variant)),
                        None => Step::Associated,
                    },
                    SymbolKind::Struct
                    | SymbolKind::Union
                    | SymbolKind::Trait
                    | SymbolKind::TypeAlias
                    | SymbolKind::AssociatedType => Step::Associated,
                    _ => Step::Nowhere,
                }
            }
        }
    }

    /// A name of a module of an interface. One that it does not have at all (it is not stable, or of
    /// another target) is kept as a path.
    fn step_interface(&self, module: SymbolId, name: Name, ns: Ns) -> Step {
        let interfaces = &self.world.interfaces;
        match interfaces.child(module, name, ns) {
            // What a macro expands to is known by its path, if at all.
            Some(_) if ns == Ns::Macro => {}
            Some(res) => return Step::To(res),
            None if Ns::ALL.iter().any(|other| interfaces.child(module, name, *other).is_some()) => {
                return Step::Nowhere;
            }
            None => {}
        }
        Step::To(Res::Ext(self.world.externals.under(&interfaces.path(module), name)))
    }

    /// A variant by name; of cfg twins, the one that is on.
    pub(crate) fn variant(&self, of: SymbolId, name: Name) -> Option<SymbolId> {
        let world = self.world;
        let twins = world
            .members(of)
            .filter(|member| world.kind(*member) == SymbolKind::Variant && world.name(*member) == name);
        self.pick_def(twins)
    }

    /// Of several definitions, the first that the configuration turns on, else the first.
    pub(crate) fn pick_def(&self, twins: impl Iterator<Item = SymbolId>) -> Option<SymbolId> {
        let mut first = None;
        for id in twins {
            if self.is_def_on(id) {
                return Some(id);
            }
            first = first.or(Some(id));
        }
        first
    }

    /// The single external module that is glob-imported around here: an unknown name may be its.
    fn has_external_glob(&self) -> Option<ExtId> {
        let mut at = Some(self.module);
        let mut found = None;
        while let Some(module) = at.map(|module| self.world.module(module)) {
            for glob in &module.external_globs {
                if found.is_some_and(|other| other != *glob) {
                    return None;
                }
                found = Some(*glob);
            }
            at = if module.kind == ModKind::Block { module.parent } else { None };
        }
        found
    }
}

enum Step {
    To(Res),
    Associated,
    Nowhere,
}

/// Crates are named in snake_case; an upper-case first name is a type that was not found.
fn looks_like_crate(name: Name) -> bool {
    name.as_str().starts_with(|first: char| first.is_lowercase() || first == '_')
}
