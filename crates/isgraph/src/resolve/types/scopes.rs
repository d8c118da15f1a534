//! Which traits' methods can be called where.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::model::{SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::world::{ModId, ModKind, Ns, Res, World};

/// Traits in scope, per module, computed when first asked for.
pub(crate) struct TraitScopes {
    sets: Vec<OnceLock<InScope>>,
}

/// Traits that one module's own names bring into scope.
#[derive(Default)]
struct InScope {
    own: FxHashSet<SymbolId>,
    /// External ones by name: the same trait may be reached by several paths.
    external: FxHashSet<Name>,
}

impl TraitScopes {
    pub(crate) fn new(world: &World) -> Self {
        Self { sets: std::iter::repeat_with(OnceLock::new).take(world.modules.len()).collect() }
    }

    pub(super) fn contains(&self, world: &World, module: ModId, of: Res) -> bool {
        let name = match of {
            Res::Ext(ext) => world.externals.last(ext),
            Res::Def(_) | Res::Prim(_) => None,
        };
        let mut at = Some(module);
        while let Some(here) = at {
            let set = self.sets[here.0 as usize].get_or_init(|| InScope::of(world, here));
            let found = match of {
                Res::Def(id) => set.own.contains(&id),
                _ => name.is_some_and(|name| set.external.contains(&name)),
            };
            if found {
                return true;
            }
            let module = world.module(here);
            if !module.external_globs.is_empty() && matches!(of, Res::Ext(_)) {
                return true;
            }
            at = if module.kind == ModKind::Block { module.parent } else { None };
        }
        world.prelude().has_trait(world.krate_of(module).edition, of)
    }
}

impl InScope {
    fn of(world: &World, module: ModId) -> Self {
        let scope = &world.module(module).scope;
        let mut out = Self::default();
        for binding in scope.all(Ns::Type).chain(&scope.anonymous) {
            match binding.res {
                Res::Def(id) if world.kind(id) == SymbolKind::Trait => {
                    out.own.insert(id);
                }
                Res::Ext(ext) => out.external.extend(world.externals.last(ext)),
                Res::Def(_) | Res::Prim(_) => {}
            }
        }
        out
    }
}
