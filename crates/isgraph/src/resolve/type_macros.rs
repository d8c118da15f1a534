//! Macros in the types of headers and bodies.

use super::known_macros::{self, KNOWN_CRATE};
use super::macros::{Expansion, Limits};
use super::types::Ty;
use super::types::lower::{Fill, Lowering};
use super::world::{Res, World};
use crate::facts::{self, Arena, MacroCall, MacroId, TypeId};

/// Most calls that the expansion of a type may hold: together with the depth of lowering this bounds
/// what a macro that calls itself twice costs.
pub(crate) const MAX_CALLS: usize = 4;

/// Deepest nesting of macros in a header.
pub(crate) const MAX_DEPTH: u32 = 4;

/// Expands a call of a macro whose rules are known.
pub(crate) fn expand(world: &World, target: Res, call: &MacroCall) -> Option<Expansion> {
    match target {
        Res::Def(target) => {
            let krate = world.module(world.def(target).module).krate;
            world.rules.get(&target)?.as_ref()?.expand(&call.text, krate.0, &Limits::default()).ok()
        }
        Res::Ext(ext) => {
            let rules = known_macros::rules(&world.externals.names(ext))?;
            rules.expand(&call.text, KNOWN_CRATE, &Limits::default()).ok()
        }
        Res::Prim(_) => None,
    }
}

/// Reads the expansion of a call in type position.
pub(crate) fn read_type(text: &str) -> Option<(Arena, TypeId)> {
    facts::read_type(text, facts::Edition::default()).filter(|(arena, _)| arena.macros.len() <= MAX_CALLS)
}

impl Lowering<'_> {
    /// What a macro's path leads to.
    pub(crate) fn macro_target(&self, arena: &Arena, id: MacroId) -> Option<Res> {
        let textual = self.owner.and_then(|owner| self.lookup.world.def(owner).textual);
        self.lookup.macro_in_body(textual, &arena[arena[id].path])
    }

    /// The type that a macro expands to.
    pub(crate) fn macro_ty(&self, arena: &Arena, id: MacroId, fill: Fill<'_>) -> Ty {
        let Some(inner) = self.deeper() else { return Ty::Unknown };
        let Some(target) = self.macro_target(arena, id) else { return Ty::Unknown };
        let expansion = expand(self.lookup.world, target, &arena[id]);
        match expansion.and_then(|expansion| read_type(&expansion.text)) {
            Some((arena, ty)) => inner.ty(&arena, ty, fill),
            None => Ty::Unknown,
        }
    }
}
