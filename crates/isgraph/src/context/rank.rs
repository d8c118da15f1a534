//! How near a symbol is to the targets, as a number between 0 and 1.
//!
//! Each [`Signal`] that speaks for a symbol has a strength between 0 and 1 and a weight. They are put together as if each
//! were an independent chance that the symbol is needed: `1 − Π (1 − weight × strength)`. Only additions, multiplications
//! and divisions are used, so every machine gets the same numbers. docs/context.md says how the weights were chosen.

use super::relations::{
    can_see, children, dependencies, dependents, impls_of, imports, is_function, is_module, is_type, self_type,
};
use super::words::likeness;
use crate::graph::{EdgeKinds, Graph};
use crate::model::{SymbolId, SymbolKind};

macro_rules! signals {
    ($($(#[$meta:meta])* $name:ident = $weight:literal),* $(,)?) => {
        /// A reason why a symbol may be needed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Signal { $($(#[$meta])* $name),* }

        impl Signal {
            /// Every signal, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
        }

        const WEIGHTS: [f32; Signal::ALL.len()] = [$($weight),*];
    };
}

signals! {
    /// The target's own signature or body names it.
    Edge = 0.98,
    /// The type or trait around the target.
    Owner = 0.9,
    /// A field or variant of the type around the target.
    OwnField = 0.5,
    /// A method or constant of the type around the target.
    OwnMethod = 0.45,
    /// A field or variant of a type that the target's signature names.
    SignatureField = 0.75,
    /// A method of a type that the target's signature names.
    SignatureMethod = 0.1,
    /// An item of the type of one of the own fields.
    FieldTypeItem = 0.06,
    /// The share of the functions of the same type or trait that use it.
    SiblingShare = 0.95,
    /// Some function of the same type or trait uses it.
    Sibling = 0.1,
    /// The share of the functions of the same module that use it.
    ModuleShare = 0.15,
    /// Some function of the same module uses it.
    Module = 0.06,
    /// The share of the functions of the same name that use it.
    NamesakeShare = 0.5,
    /// Some function of the same name uses it.
    Namesake = 0.04,
    /// The share of the target's callers that use it too.
    CallerShare = 0.01,
    /// The module imports it.
    Import = 0.1,
    /// An item of a type that the module imports.
    ImportedItem = 0.015,
    /// Declared in the same module.
    SameModule = 0.04,
    /// How many words its name shares with the target's.
    Words = 0.85,
    /// What a direct dependency depends on in turn.
    Onward = 0.95,
    /// How much it is used at all, where another signal speaks for it.
    Popular = 0.08,
    /// A caller; the n-th counts 1/n.
    Caller = 0.05,
    /// A test that reaches the target; the n-th counts 1/n.
    Test = 0.4,
}

/// How much each [`Signal`] counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights(pub [f32; Signal::ALL.len()]);

impl Default for Weights {
    fn default() -> Self {
        Self(WEIGHTS)
    }
}

/// Users at which popularity counts one half.
const POPULAR: f32 = 30.0;
/// The most functions that one class of peers asks.
const MAX_PEERS: usize = 400;
/// The most callers and tests that are looked at.
const MAX_CALLERS: usize = 64;

/// What a symbol is to the targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) enum Bond {
    /// A target.
    Target,
    /// A target names it, or it is the type or trait around one.
    Direct,
    /// It calls a target.
    Caller,
    /// A test that calls a target.
    Test,
    /// Anything else that may help.
    #[default]
    Near,
}

/// Chances of all symbols.
#[derive(Debug)]
pub(super) struct Ranking {
    /// The chance that it is not needed, by symbol.
    unneeded: Vec<f32>,
    bonds: Vec<Bond>,
    hops: Vec<u8>,
    /// Symbols that a signal speaks for, in the order in which it did.
    pub(super) found: Vec<SymbolId>,
}

impl Ranking {
    /// The chance that the symbol is needed.
    pub(super) fn chance(&self, id: SymbolId) -> f32 {
        1.0 - self.unneeded[id.index()]
    }

    pub(super) fn bond(&self, id: SymbolId) -> Bond {
        self.bonds[id.index()]
    }

    /// Steps from the nearest target.
    pub(super) fn hops(&self, id: SymbolId) -> u32 {
        u32::from(self.hops[id.index()])
    }
}

/// Ranks what is at most `hops` steps from the targets.
pub(super) fn rank(graph: &Graph, targets: &[SymbolId], hops: u32, weights: &Weights) -> Ranking {
    let count = graph.symbol_count();
    let ranking = Ranking {
        unneeded: vec![1.0; count],
        bonds: vec![Bond::Near; count],
        hops: vec![u8::MAX; count],
        found: Vec::new(),
    };
    let mut ranker = Ranker { graph, weights, ranking, votes: vec![0; count], target: SymbolId(0) };
    for &target in targets {
        ranker.ranking.bonds[target.index()] = Bond::Target;
        ranker.ranking.hops[target.index()] = 0;
    }
    for &target in targets {
        ranker.target = target;
        ranker.near(hops);
    }
    ranker.popular();
    for hop in 3..=hops.min(u32::from(u8::MAX - 1)) {
        ranker.onward(hop);
    }
    ranker.ranking
}

struct Ranker<'g> {
    graph: &'g Graph,
    weights: &'g Weights,
    ranking: Ranking,
    /// How many peers use a symbol; all zero between two questions.
    votes: Vec<u32>,
    target: SymbolId,
}

impl Ranker<'_> {
    fn near(&mut self, hops: u32) {
        let graph = self.graph;
        let target = self.target;
        let parts = parts(graph, target);
        let mut direct: Vec<SymbolId> = parts.iter().flat_map(|&part| dependencies(graph, part)).collect();
        direct.sort_unstable();
        direct.dedup();
        for &id in &direct {
            self.bind(id, Bond::Direct);
            self.add(id, Signal::Edge, 1.0, 1);
        }
        let owner = self_type(graph, target).filter(|&owner| owner != target);
        if let Some(owner) = owner {
            self.bind(owner, Bond::Direct);
            self.add(owner, Signal::Owner, 1.0, 1);
        }
        let callers = self.callers();
        if hops < 2 {
            return;
        }
        self.vote(&callers, Signal::CallerShare, None, 2);
        self.types(owner.unwrap_or(target), &direct);
        self.peers(owner);
        self.module();
        for &id in &direct {
            for onward in distinct(dependencies(graph, id)) {
                self.add(onward, Signal::Onward, 1.0, 2);
            }
        }
    }

    /// Fields and methods of the type around the target and of those that it names.
    fn types(&mut self, own: SymbolId, direct: &[SymbolId]) {
        let graph = self.graph;
        let mut field_types = Vec::new();
        for part in children(graph, own) {
            self.add(part, Signal::OwnField, 1.0, 1);
            field_types.extend(dependencies(graph, part).filter(|&ty| is_named_type(graph, ty)));
        }
        for item in items_of(graph, own) {
            self.add(item, Signal::OwnMethod, 1.0, 1);
        }
        for &ty in direct.iter().filter(|&&ty| ty != own && is_named_type(graph, ty)) {
            for part in children(graph, ty) {
                self.add(part, Signal::SignatureField, 1.0, 2);
            }
            for item in items_of(graph, ty) {
                self.add(item, Signal::SignatureMethod, 1.0, 2);
            }
        }
        for ty in distinct(field_types.into_iter()) {
            for item in children(graph, ty).chain(items_of(graph, ty)) {
                self.add(item, Signal::FieldTypeItem, 1.0, 2);
            }
        }
    }

    /// What functions like the target use.
    fn peers(&mut self, owner: Option<SymbolId>) {
        let graph = self.graph;
        let siblings: Vec<SymbolId> = owner.map(|owner| items_of(graph, owner)).unwrap_or_default();
        self.vote(&siblings, Signal::SiblingShare, Some(Signal::Sibling), 2);
        if is_function(graph.kind(self.target)) {
            let namesakes = graph.named(graph.name(self.target));
            self.vote(&namesakes, Signal::NamesakeShare, Some(Signal::Namesake), 2);
        }
    }

    /// What the module holds, imports and uses.
    fn module(&mut self) {
        let graph = self.graph;
        let Some(module) = graph.module_of(self.target) else { return };
        let items: Vec<SymbolId> = module_items(graph, module);
        self.vote(&items, Signal::ModuleShare, Some(Signal::Module), 2);
        let name = graph.name(self.target);
        for &item in &items {
            self.add(item, Signal::SameModule, 1.0, 2);
        }
        for import in distinct(imports(graph, module)) {
            self.add(import, Signal::Import, 1.0, 2);
            if is_named_type(graph, import) {
                for item in children(graph, import).chain(items_of(graph, import)) {
                    self.add(item, Signal::ImportedItem, 1.0, 2);
                }
            }
        }
        for at in 0..self.ranking.found.len() {
            let id = self.ranking.found[at];
            let likeness = likeness(name, graph.name(id));
            if likeness > 0.0 {
                self.add(id, Signal::Words, likeness, 2);
            }
        }
    }

    /// Adds who calls or uses the target; gives those that are no tests.
    fn callers(&mut self) -> Vec<SymbolId> {
        let graph = self.graph;
        let users = match graph.kind(self.target) {
            kind if is_function(kind) || kind == SymbolKind::Macro => EdgeKinds::ALL,
            _ => EdgeKinds::ALL.without(EdgeKinds::of(&[crate::model::EdgeKind::Imports])),
        };
        let mut callers =
            dependents(graph, self.target, users.without(EdgeKinds::of(&[crate::model::EdgeKind::Contains])));
        callers.retain(|&id| is_function(graph.kind(id)));
        // The nearest first: those of the same module, then by number, which follows the modules.
        let module = graph.module_of(self.target);
        callers.sort_by_key(|&id| (graph.module_of(id) != module, id));
        let (tests, callers): (Vec<_>, Vec<_>) = callers.into_iter().partition(|&id| graph.is_test(id));
        for (bond, signal, list) in [(Bond::Caller, Signal::Caller, &callers), (Bond::Test, Signal::Test, &tests)] {
            for (at, &id) in list.iter().take(MAX_CALLERS).enumerate() {
                self.bind(id, bond);
                self.add_seen(id, signal, 1.0 / (at + 1) as f32, 1);
            }
        }
        callers
    }

    /// Lets functions speak for what they use.
    fn vote(&mut self, functions: &[SymbolId], share: Signal, any: Option<Signal>, hop: u32) {
        let graph = self.graph;
        let mut used = Vec::new();
        let mut peers = 0_u32;
        for &peer in functions.iter().filter(|&&id| id != self.target && is_function(graph.kind(id))).take(MAX_PEERS) {
            peers += 1;
            for id in distinct(dependencies(graph, peer)) {
                if self.votes[id.index()] == 0 {
                    used.push(id);
                }
                self.votes[id.index()] += 1;
            }
        }
        for id in used {
            let votes = std::mem::take(&mut self.votes[id.index()]);
            self.add(id, share, votes as f32 / (peers + 1) as f32, hop);
            if let Some(any) = any {
                self.add(id, any, 1.0, hop);
            }
        }
    }

    fn popular(&mut self) {
        for at in 0..self.ranking.found.len() {
            let id = self.ranking.found[at];
            let users = self.graph.incoming(id.0).len() as f32;
            let strength = users / (users + POPULAR);
            self.ranking.unneeded[id.index()] *= 1.0 - self.weight(Signal::Popular) * strength;
        }
    }

    /// One step further from everything that was found one step before.
    fn onward(&mut self, hop: u32) {
        let before: Vec<SymbolId> =
            self.ranking.found.iter().copied().filter(|&id| self.ranking.hops(id) + 1 == hop).collect();
        for id in before {
            let chance = self.ranking.chance(id);
            for onward in distinct(dependencies(self.graph, id)) {
                if self.ranking.hops(onward) >= hop {
                    self.add(onward, Signal::Onward, chance, hop);
                }
            }
        }
    }

    fn weight(&self, signal: Signal) -> f32 {
        self.weights.0[signal as usize]
    }

    fn bind(&mut self, id: SymbolId, bond: Bond) {
        let known = &mut self.ranking.bonds[id.index()];
        *known = bond.min(*known);
    }

    /// Adds a signal for a symbol of the source set that code at the target can name, tests' own code left out.
    fn add(&mut self, id: SymbolId, signal: Signal, strength: f32, hop: u32) {
        let graph = self.graph;
        let foreign = graph.kind(id) == SymbolKind::External || is_module(graph.kind(id));
        let of_tests = graph.is_test(id) && !graph.is_test(self.target);
        if !foreign && !of_tests && can_see(graph, self.target, id) {
            self.add_seen(id, signal, strength, hop);
        }
    }

    fn add_seen(&mut self, id: SymbolId, signal: Signal, strength: f32, hop: u32) {
        let hops = &mut self.ranking.hops[id.index()];
        if *hops == 0 {
            return;
        }
        if *hops == u8::MAX {
            self.ranking.found.push(id);
        }
        *hops = (*hops).min(hop as u8);
        self.ranking.unneeded[id.index()] *= 1.0 - self.weights.0[signal as usize] * strength;
    }
}

fn is_named_type(graph: &Graph, id: SymbolId) -> bool {
    is_type(graph.kind(id)) || graph.kind(id) == SymbolKind::Trait
}

/// The target and what is nested in it; of a type, also the headers of its impls.
fn parts(graph: &Graph, target: SymbolId) -> Vec<SymbolId> {
    let mut parts = vec![target];
    let mut at = 0;
    while at < parts.len() {
        if !is_module(graph.kind(parts[at])) {
            parts.extend(children(graph, parts[at]));
        }
        at += 1;
    }
    if is_type(graph.kind(target)) {
        parts.extend(impls_of(graph, target));
    }
    parts
}

/// Items of the impls for a type; of a trait, its own items.
fn items_of(graph: &Graph, ty: SymbolId) -> Vec<SymbolId> {
    if graph.kind(ty) == SymbolKind::Trait {
        return children(graph, ty).collect();
    }
    impls_of(graph, ty).into_iter().flat_map(|id| children(graph, id)).collect()
}

/// The items of a module, those of its impls and traits among them, without those of its modules.
pub(super) fn module_items(graph: &Graph, module: SymbolId) -> Vec<SymbolId> {
    let mut items = Vec::new();
    for item in children(graph, module) {
        match graph.kind(item) {
            kind if is_module(kind) => {}
            SymbolKind::Impl => items.extend(children(graph, item)),
            SymbolKind::Trait => {
                items.push(item);
                items.extend(children(graph, item));
            }
            _ => items.push(item),
        }
    }
    items
}

/// Each symbol once, by number.
fn distinct(ids: impl Iterator<Item = SymbolId>) -> Vec<SymbolId> {
    let mut ids: Vec<SymbolId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
