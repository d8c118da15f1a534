//! Step 3: macros in item position: their definitions, and what their calls make.

use std::sync::Arc;

use super::{Collector, MAX_EXPANSION_DEPTH, PendingCall, Place, to_u32};
use crate::facts::{self, Arena, Cfg, ItemFacts, ItemKind, ItemNode, MacroCall, Offset, PathAnchor};
use crate::model::{Severity, SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::builtin::{self, Builtin};
use crate::resolve::known_macros::{self, KNOWN_CRATE};
use crate::resolve::macros::{Limits, MacroRules};
use crate::resolve::paths::Lookup;
use crate::resolve::stack::with_room;
use crate::resolve::world::{ModKind, Ns, Origin, Res, Textual, TextualMacro, Vis, World};

/// Most expansions in item position per source set: a bomb stops here, with a diagnostic.
const MAX_ITEM_EXPANSIONS: u32 = 50_000;
/// Most bytes that expansions in item position make per source set.
const MAX_ITEM_BYTES: usize = 64 << 20;

impl Collector {
    pub(super) fn define_macro(&mut self, place: &Place, node: &ItemNode, base: Offset, textual: &mut Textual) {
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

    pub(super) fn item_macro(
        &mut self,
        place: &Place,
        facts: &Arc<ItemFacts>,
        call: &MacroCall,
        base: Offset,
        textual: &mut Textual,
    ) {
        let path = &facts.arena[call.path];
        let target = match (&path.anchor, &*path.segments) {
            (PathAnchor::Plain, [only]) => {
                Lookup::new(&self.world, place.module, &[]).textual_macro(*textual, only.name)
            }
            _ => None,
        };
        match target.filter(|target| !is_builtin(&self.world, *target)) {
            Some(target) => self.expand_items(place, facts, call, base, Res::Def(target), textual),
            None if self.builtin_items(place, facts, call, base, textual) => {}
            None => self.pending.push(PendingCall {
                place: place.clone(),
                base,
                facts: Arc::clone(facts),
                textual: *textual,
            }),
        }
    }

    /// Collects what `include!` and `cfg_select!` stand for; whether the call is one of those.
    fn builtin_items(
        &mut self,
        place: &Place,
        facts: &ItemFacts,
        call: &MacroCall,
        base: Offset,
        textual: &mut Textual,
    ) -> bool {
        let path = &facts.arena[call.path];
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        let is_plain = matches!(path.anchor, PathAnchor::Plain | PathAnchor::Global);
        let Some(kind) = builtin::kind(&names).filter(|_| is_plain) else { return false };
        let depth = place.origin.depth() + 1;
        if depth > MAX_EXPANSION_DEPTH || self.is_spent() {
            return true;
        }
        let site = base + path.segments.last().map_or(0, |segment| segment.offset);
        let std = self.world.externals.path("std");
        let target = names.last().map(|name| Res::Ext(self.world.externals.child(Some(std), *name)));
        let cfg = both(place.cfg.as_ref(), facts.attrs.cfg.as_ref());
        match kind {
            Builtin::Include => {
                let Some(file) = builtin::included_file(&self.world, &place.origin, &call.text) else { return false };
                self.reached[file.0 as usize] = true;
                let read = Arc::clone(self.world.files[file.0 as usize].facts());
                self.expansions += 1;
                self.expanded_bytes += read.len as usize;
                let parent = Arc::clone(&place.origin);
                let origin = Arc::new(Origin::Included { file, parent, depth });
                let place = Place { origin, cfg, ..place.clone() };
                with_room(|| self.collect_items(&place, &read.items, 0, textual));
            }
            Builtin::CfgSelect => {
                let Some(arms) = builtin::guarded_arms(&call.text) else { return false };
                let edition = self.world.krate_of(place.module).edition;
                for (predicate, arm) in arms {
                    let text = call.text.get(arm.start as usize..arm.end as usize).unwrap_or_default();
                    let (nodes, _problems) = facts::read_items(text, place.context, edition);
                    let origin = Arc::new(builtin::verbatim(&place.origin, base + call.offset + arm.start, depth));
                    let cfg = both(cfg.as_ref(), Some(&predicate));
                    let place = Place { origin, cfg, ..place.clone() };
                    with_room(|| self.collect_items(&place, &nodes, 0, textual));
                }
            }
        }
        if let Some(target) = target {
            self.note_item_macro(place.parent, target, place.origin.place(site).0);
        }
        true
    }

    /// Marks a file that `include!` names in a body as one that is read.
    pub(super) fn note_included(&mut self, origin: &Origin, arena: &Arena, call: &MacroCall) {
        let names: Vec<Name> = arena[call.path].segments.iter().map(|segment| segment.name).collect();
        if builtin::kind(&names) == Some(Builtin::Include)
            && let Some(file) = builtin::included_file(&self.world, origin, &call.text)
        {
            self.reached[file.0 as usize] = true;
            self.world.fragments.insert(file.0);
        }
    }

    /// Expands a call that waited for the imports, now that its macro is known.
    pub(crate) fn expand_pending(&mut self, pending: &PendingCall, target: Res) {
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
        let target = self.pending_target(pending);
        if let Some(res) = target {
            self.note_item_macro(place.parent, res, place.origin.place(site).0);
        }
        let edition = self.world.krate_of(place.module).edition;
        let (nodes, problems) = facts::read_items(&call.text, place.context, edition);
        if problems.is_empty() && place.origin.depth() < MAX_EXPANSION_DEPTH {
            let mut textual = pending.textual;
            let cfg = both(place.cfg.as_ref(), pending.facts.attrs.cfg.as_ref());
            let place = &Place { cfg, ..place.clone() };
            self.collect_items(place, &nodes, pending.base + call.offset, &mut textual);
            if let Some(Res::Ext(ext)) = target {
                let path = self.world.externals.names(ext);
                self.project_items(&path, place, &nodes, pending.base + call.offset);
            }
            self.collect_off_modules();
        }
    }

    pub(super) fn expand_items(
        &mut self,
        place: &Place,
        facts: &ItemFacts,
        call: &MacroCall,
        base: Offset,
        target: Res,
        textual: &mut Textual,
    ) {
        let site = base + facts.arena[call.path].segments.last().map_or(0, |segment| segment.offset);
        self.expansions += 1;
        let spent = self.is_spent();
        if spent || place.origin.depth() >= MAX_EXPANSION_DEPTH {
            if !self.stopped_expanding {
                self.stopped_expanding = spent;
                self.problem(place, site, Severity::Warning, "MACRO", || {
                    "macro expansion stopped: too deep or too many expansions".to_owned()
                });
            }
            return;
        }
        self.note_item_macro(place.parent, target, place.origin.place(site).0);
        let Some((rules, krate)) = self.rules(target) else { return };
        match rules.expand(&call.text, krate, &Limits::default()) {
            Ok(expansion) => {
                self.expanded_bytes += expansion.text.len();
                let edition = self.world.krate_of(place.module).edition;
                let (nodes, problems) = facts::read_items(&expansion.text, place.context, edition);
                if let Some(problem) = problems.first() {
                    self.problem(place, site, Severity::Warning, "MACRO", || {
                        format!(
                            "the expansion of `{}!` was not read wholly: {}",
                            self_name(facts, call),
                            problem.message
                        )
                    });
                }
                let origin = Arc::new(Origin::Expansion {
                    parent: Arc::clone(&place.origin),
                    args: base + call.offset,
                    map: expansion.map,
                    depth: place.origin.depth() + 1,
                });
                let cfg = both(place.cfg.as_ref(), facts.attrs.cfg.as_ref());
                let inner = Place { origin, cfg, ..place.clone() };
                with_room(|| self.collect_items(&inner, &nodes, 0, textual));
            }
            Err(error) => self.problem(place, site, Severity::Warning, "MACRO", || {
                format!("`{}!` was not expanded: {error}", self_name(facts, call))
            }),
        }
    }

    /// Whether no more may be expanded.
    pub(super) fn is_spent(&self) -> bool {
        self.expansions > MAX_ITEM_EXPANSIONS || self.expanded_bytes > MAX_ITEM_BYTES
    }

    /// Whether a macro's expansion is known.
    pub(crate) fn has_rules(&mut self, target: Res) -> bool {
        matches!(target, Res::Def(_)) || self.rules(target).is_some()
    }

    /// A macro's rules, and what `$crate` is in them.
    pub(super) fn rules(&mut self, target: Res) -> Option<(Arc<MacroRules>, u32)> {
        let target = match target {
            Res::Def(target) => target,
            Res::Ext(ext) => return Some((known_macros::rules(&self.world.externals.names(ext))?, KNOWN_CRATE)),
            Res::Prim(_) => return None,
        };
        let krate = self.world.module(self.world.def(target).module).krate.0;
        if let Some(rules) = self.rules.get(&target) {
            return Some((rules.clone()?, krate));
        }
        let rules = compile(&self.world, target);
        self.rules.insert(target, rules.clone());
        Some((rules?, krate))
    }
}

fn self_name(facts: &ItemFacts, call: &MacroCall) -> Name {
    facts.arena[call.path].segments.last().map_or(facts.name, |segment| segment.name)
}

/// What holds when both predicates do.
pub(super) fn both(outer: Option<&Arc<Cfg>>, own: Option<&Cfg>) -> Option<Arc<Cfg>> {
    match (outer, own) {
        (Some(outer), Some(own)) => Some(Arc::new(Cfg::All(vec![(**outer).clone(), own.clone()]))),
        (Some(outer), None) => Some(Arc::clone(outer)),
        (None, own) => own.cloned().map(Arc::new),
    }
}

/// Whether the compiler itself expands a macro.
fn is_builtin(world: &World, target: SymbolId) -> bool {
    world.attrs(target).is_some_and(|attrs| attrs.flags.builtin_macro)
}

/// Compiles a macro's rules; `None` when they cannot be read or say nothing.
pub(super) fn compile(world: &World, target: SymbolId) -> Option<Arc<MacroRules>> {
    if is_builtin(world, target) {
        return None;
    }
    let facts = world.def(target).facts.as_deref()?;
    let ItemKind::MacroDef(definition) = &facts.kind else { return None };
    let rules = if definition.is_macro2 {
        MacroRules::compile_macro2(&definition.text)
    } else {
        MacroRules::compile(&definition.text)
    };
    rules.ok().map(Arc::new)
}
