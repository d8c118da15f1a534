//! Definitions inside bodies: each block that declares items is a module of its own, and so is one
//! in which a macro declares some.
//!
//! What a body itself declares is collected with the item around it. The macros that it calls wait
//! until paths lead somewhere; of their expansions only those that declare items are kept in mind,
//! by [`World::body_texts`](crate::resolve::world::World), for inference to find the same modules.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::expand::both;
use super::{Collector, MAX_EXPANSION_DEPTH, Place, to_u32};
use crate::facts::{
    self, Arena, Block, Body, Cfg, Delimiter, Expr, ExprId, Fragment, Guarded, ItemContext, ItemKind, ItemNode,
    MacroId, Offset, Stmt, UseKind,
};
use crate::model::{SymbolId, SymbolKind};
use crate::name::Name;
use crate::resolve::builtin;
use crate::resolve::macros::Limits;
use crate::resolve::paths::Lookup;
use crate::resolve::stack::with_room;
use crate::resolve::walk::for_each_child;
use crate::resolve::world::{ModId, ModKind, Origin, Res, Textual};

/// A body that calls macros.
pub(super) struct PendingBody {
    place: Place,
    owner: SymbolId,
    body: Arc<Body>,
    base: Offset,
    textual: Textual,
}

/// A text that expressions stand in: the body itself (number 0), or the expansion of a call in it.
#[derive(Clone, Copy)]
struct Text<'t> {
    number: u32,
    arena: &'t Arena,
    items: &'t [ItemNode],
    origin: &'t Arc<Origin>,
    base: Offset,
}

/// The expansion of a call in a body.
struct Expanded {
    number: u32,
    body: Body,
    origin: Arc<Origin>,
}

impl Expanded {
    fn text(&self) -> Text<'_> {
        Text { number: self.number, arena: &self.body.arena, items: &self.body.items, origin: &self.origin, base: 0 }
    }
}

/// What is around an expression: its module, and the `cfg` of statements and macro calls.
#[derive(Clone)]
struct Scope {
    module: ModId,
    cfg: Option<Arc<Cfg>>,
}

impl Scope {
    /// The scope of what is inside an expression.
    fn inside(&self, arena: &Arena, expr: ExprId) -> Self {
        let cfg = match arena.guard(Guarded::Expr(expr)) {
            Some(guard) => both(self.cfg.as_ref(), Some(&guard.cfg)),
            None => self.cfg.clone(),
        };
        Self { module: self.module, cfg }
    }
}

/// Statements of a block that were expanded, or declare nothing.
type Done = FxHashSet<ExprId>;

/// Names of macros whose expansion may declare items.
type Declaring = FxHashSet<Name>;

impl Collector {
    /// Collects what a body declares outside of macros.
    pub(super) fn collect_body(
        &mut self,
        place: &Place,
        owner: SymbolId,
        body: &Arc<Body>,
        base: Offset,
        textual: Textual,
    ) {
        let calls_macros = !body.arena.macros.is_empty();
        if body.items.is_empty() && !calls_macros {
            return;
        }
        let place = Place { parent: owner, context: ItemContext::Module, cfg: None, ..place.clone() };
        let pending = PendingBody { place, owner, body: Arc::clone(body), base, textual };
        if !body.items.is_empty() {
            // Blocks nest by expression; an explicit stack keeps deep bodies off ours.
            let mut stack = vec![(body.root, Scope { module: pending.place.module, cfg: None })];
            let origin = Arc::clone(&pending.place.origin);
            let text = Text { number: 0, arena: &body.arena, items: &body.items, origin: &origin, base };
            while let Some((expr, outer)) = stack.pop() {
                if matches!(text.arena[expr], Expr::Macro(_)) {
                    continue;
                }
                let outer = outer.inside(text.arena, expr);
                let module = self.block_items(&pending, text, expr, &outer);
                push_children(text.arena, expr, &Scope { module, ..outer }, &mut stack, &mut |_| true);
            }
        }
        if calls_macros {
            for call in &body.arena.macros {
                self.note_included(&pending.place.origin, &body.arena, call);
            }
            self.bodies.push(pending);
        }
    }

    /// Collects what the macros that bodies call declare; whether there were any such calls.
    pub(crate) fn collect_body_macros(&mut self) {
        let bodies = std::mem::take(&mut self.bodies);
        if bodies.is_empty() {
            return;
        }
        let declaring = self.declaring_macros();
        for body in bodies {
            if !may_declare(&body.body.arena, &declaring) {
                continue;
            }
            let origin = Arc::clone(&body.place.origin);
            let arena = &body.body.arena;
            let text = Text { number: 0, arena, items: &body.body.items, origin: &origin, base: body.base };
            let scope = Scope { module: body.place.module, cfg: None };
            self.walk(&body, text, vec![(body.body.root, scope)], &declaring);
        }
        self.collect_off_modules();
    }

    /// The module of a block that declares items, made when it is not there yet.
    fn block_items(&mut self, body: &PendingBody, text: Text<'_>, expr: ExprId, outer: &Scope) -> ModId {
        let Expr::Block(block) = &text.arena[expr] else { return outer.module };
        if let Some(known) = self.world.blocks.get(&(body.owner, text.number, expr.0)).copied() {
            // A macro may have made a block around it a module since.
            self.world.modules[known.0 as usize].parent = Some(outer.module);
            return known;
        }
        if block.items.is_empty() {
            return outer.module;
        }
        let module = self.block_module(body, (text.number, expr), outer.module);
        self.collect_block(body, text, block, &Scope { module, cfg: outer.cfg.clone() });
        module
    }

    fn block_module(&mut self, body: &PendingBody, (number, expr): (u32, ExprId), outer: ModId) -> ModId {
        if let Some(known) = self.world.blocks.get(&(body.owner, number, expr.0)) {
            return *known;
        }
        let krate = self.world.module(outer).krate;
        let module = self.push_module(body.owner, Some(outer), krate, ModKind::Block);
        self.world.blocks.insert((body.owner, number, expr.0), module);
        module
    }

    fn collect_block(&mut self, body: &PendingBody, text: Text<'_>, block: &Block, scope: &Scope) {
        let (module, cfg) = (scope.module, scope.cfg.clone());
        let place = Place { module, cfg, origin: Arc::clone(text.origin), ..body.place.clone() };
        let mut textual = body.textual;
        for index in &block.items {
            if let Some(node) = text.items.get(*index as usize) {
                self.collect_item(&place, node, text.base + node.offset, &mut textual);
            }
        }
    }

    /// Goes through expressions, each with the module around it, and expands the calls that may declare.
    fn walk(&mut self, body: &PendingBody, text: Text<'_>, mut stack: Vec<(ExprId, Scope)>, declaring: &Declaring) {
        while let Some((expr, outer)) = stack.pop() {
            let outer = outer.inside(text.arena, expr);
            match &text.arena[expr] {
                Expr::Macro(call) => match self.expand_in_body(body, text, *call, outer.module, false, declaring) {
                    Called::Args => push_children(text.arena, expr, &outer, &mut stack, &mut |_| true),
                    Called::Nothing => {}
                    Called::Expanded(inner) => {
                        with_room(|| self.walk(body, inner.text(), vec![(inner.body.root, outer)], declaring));
                    }
                },
                Expr::Block(block) => {
                    let module = self.block_items(body, text, expr, &outer);
                    let mut scope = Scope { module, ..outer };
                    let mut expansions = Vec::new();
                    let key = (text.number, expr);
                    let done = self.statements(body, text, block, key, &mut scope, &mut expansions, declaring);
                    push_children(text.arena, expr, &scope, &mut stack, &mut |child| !done.contains(&child));
                    for (inner, cfg, done) in &expansions {
                        let mut children = Vec::new();
                        let text = inner.text();
                        let scope = Scope { module: scope.module, cfg: cfg.clone() };
                        push_children(text.arena, inner.body.root, &scope, &mut children, &mut |child| {
                            !done.contains(&child)
                        });
                        with_room(|| self.walk(body, text, children, declaring));
                    }
                }
                _ => push_children(text.arena, expr, &outer, &mut stack, &mut |_| true),
            }
        }
    }

    /// Expands the calls that are statements of a block: what they declare is declared in it. Those
    /// that need no second look.
    #[expect(clippy::too_many_arguments, reason = "the block, its module, and what was expanded")]
    fn statements(
        &mut self,
        body: &PendingBody,
        text: Text<'_>,
        block: &Block,
        key: (u32, ExprId),
        scope: &mut Scope,
        expansions: &mut Vec<(Expanded, Option<Arc<Cfg>>, Done)>,
        declaring: &Declaring,
    ) -> Done {
        let mut done = Done::default();
        for (expr, call) in statement_macros(text.arena, block) {
            match self.expand_in_body(body, text, call, scope.module, true, declaring) {
                Called::Args => {}
                Called::Nothing => {
                    done.insert(expr);
                }
                Called::Expanded(inner) => {
                    done.insert(expr);
                    let inner_text = inner.text();
                    let Expr::Block(inner_block) = &inner_text.arena[inner.body.root] else { continue };
                    let mut inside = scope.inside(text.arena, expr);
                    if !inner_block.items.is_empty() {
                        inside.module = self.block_module(body, key, scope.module);
                        self.collect_block(body, inner_text, inner_block, &inside);
                    }
                    let inner_done = with_room(|| {
                        self.statements(body, inner_text, inner_block, key, &mut inside, expansions, declaring)
                    });
                    scope.module = inside.module;
                    expansions.push((inner, inside.cfg, inner_done));
                }
            }
        }
        done
    }

    fn expand_in_body(
        &mut self,
        body: &PendingBody,
        text: Text<'_>,
        id: MacroId,
        module: ModId,
        statement: bool,
        declaring: &Declaring,
    ) -> Called {
        let call = &text.arena[id];
        let assumed = self.world.cfgs(body.owner);
        let lookup = Lookup::new(&self.world, module, &assumed);
        let Some(target) = lookup.macro_in_body(body.textual, &text.arena[call.path]) else {
            return Called::Args;
        };
        let cfg = &self.world.krate_of(module).cfg;
        let holds = |predicate: &Cfg| cfg.holds(predicate, &assumed);
        let edition = self.world.krate_of(module).edition;
        let builtin = builtin::text(&self.world, target, call, (text.origin, text.base), holds);
        let (content, origin) = match builtin {
            Some(read) => read,
            None => {
                let declares = match target {
                    Res::Def(target) => declaring.contains(&self.world.name(target)) || mentions(&call.text, declaring),
                    // Those whose rules are known are there for what they declare.
                    Res::Ext(_) | Res::Prim(_) => true,
                };
                let Some((rules, krate)) = self.rules(target) else { return Called::Args };
                if !declares || text.origin.depth() >= MAX_EXPANSION_DEPTH || self.is_spent() {
                    return Called::Nothing;
                }
                let Ok(expansion) = rules.expand(&call.text, krate, &Limits::default()) else { return Called::Args };
                let origin = Origin::Expansion {
                    parent: Arc::clone(text.origin),
                    args: text.base + call.offset,
                    map: expansion.map,
                    depth: text.origin.depth() + 1,
                };
                (expansion.text.into(), Arc::new(origin))
            }
        };
        self.expansions += 1;
        self.expanded_bytes += content.len();
        if self.is_spent() {
            return Called::Nothing;
        }
        let Some(read) = read_expansion(&content, statement, edition) else { return Called::Args };
        if !may_declare(&read.arena, declaring) && read.items.is_empty() {
            return Called::Nothing;
        }
        let number = to_u32(self.world.body_texts.len()) + 1;
        self.world.body_texts.insert((body.owner, text.number, id), number);
        Called::Expanded(Expanded { number, body: read, origin })
    }

    /// The macros of the source set whose definition mentions an item, or calls one that does.
    fn declaring_macros(&self) -> Declaring {
        let definitions: Vec<(Name, &str)> = self
            .world
            .defs
            .iter()
            .filter(|def| def.kind == SymbolKind::Macro)
            .filter_map(|def| match &def.facts.as_deref()?.kind {
                ItemKind::MacroDef(definition) => Some((def.name, &*definition.text)),
                _ => None,
            })
            .collect();
        let renames: Vec<(Name, Name)> = self
            .world
            .imports
            .iter()
            .filter_map(|import| match &import.facts.kind {
                ItemKind::Use(leaves) => {
                    let leaf = leaves.get(import.leaf as usize)?;
                    match leaf.kind {
                        UseKind::Name { rename: Some(rename) } => Some((leaf.segments.last()?.0, rename)),
                        _ => None,
                    }
                }
                _ => None,
            })
            .collect();
        let mut declaring = Declaring::default();
        loop {
            let known = declaring.len();
            for (name, text) in &definitions {
                if !declaring.contains(name) && mentions(text, &declaring) {
                    declaring.insert(*name);
                }
            }
            for (name, rename) in &renames {
                if declaring.contains(name) {
                    declaring.insert(*rename);
                }
            }
            if declaring.len() == known {
                return declaring;
            }
        }
    }
}

/// What became of a call in a body.
enum Called {
    /// It declares nothing.
    Nothing,
    /// It was not expanded: its arguments stand for it.
    Args,
    /// It was expanded, and may declare something.
    Expanded(Expanded),
}

/// The expansion of a call, read as what stands in its place.
pub(crate) fn read_expansion(text: &str, statement: bool, edition: facts::Edition) -> Option<Body> {
    let fragment = if statement { Fragment::Stmts } else { Fragment::Expr };
    facts::read_fragment(text, fragment, edition).or_else(|| facts::read_fragment(text, Fragment::Stmts, edition))
}

/// Whether a tail is a statement to the language: `m! { … }` at the end of a block.
pub(crate) fn is_statement_macro(arena: &Arena, tail: ExprId) -> Option<MacroId> {
    match &arena[tail] {
        Expr::Macro(call) if arena[*call].delimiter == Delimiter::Brace => Some(*call),
        _ => None,
    }
}

fn statement_macros<'b>(arena: &'b Arena, block: &'b Block) -> impl Iterator<Item = (ExprId, MacroId)> + 'b {
    let stmts = block.stmts.iter().filter_map(|stmt| match stmt {
        Stmt::Expr(expr) => match &arena[*expr] {
            Expr::Macro(call) => Some((*expr, *call)),
            _ => None,
        },
        Stmt::Let { .. } | Stmt::MacroDef(_) => None,
    });
    stmts.chain(block.tail.and_then(|tail| Some((tail, is_statement_macro(arena, tail)?))))
}

/// Pushes the children of an expression that `wanted` takes, the first on top.
fn push_children(
    arena: &Arena,
    expr: ExprId,
    scope: &Scope,
    stack: &mut Vec<(ExprId, Scope)>,
    wanted: &mut dyn FnMut(ExprId) -> bool,
) {
    let first = stack.len();
    for_each_child(arena, expr, &mut |child| {
        if wanted(child) {
            stack.push((child, scope.clone()));
        }
    });
    stack[first..].reverse();
}

/// Whether a call in the arena may declare items.
fn may_declare(arena: &Arena, declaring: &Declaring) -> bool {
    arena.macros.iter().any(|call| {
        let name = arena[call.path].segments.last().map(|segment| segment.name);
        name.is_some_and(|name| declaring.contains(&name) || name == *"include") || mentions(&call.text, declaring)
    })
}

/// Whether a text holds a keyword of an item, or calls one of those macros. Being wrong costs an
/// expansion that is thrown away.
fn mentions(text: &str, declaring: &Declaring) -> bool {
    let is_name = |c: char| c == '_' || c.is_alphanumeric();
    let mut rest = text;
    while let Some(start) = rest.find(is_name) {
        rest = &rest[start..];
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let is_item = matches!(
            word,
            "fn" | "struct"
                | "enum"
                | "union"
                | "trait"
                | "impl"
                | "mod"
                | "use"
                | "static"
                | "const"
                | "type"
                | "extern"
                | "macro"
                | "macro_rules"
        );
        if is_item
            || !declaring.is_empty() && after.trim_start().starts_with('!') && declaring.contains(&Name::new(word))
        {
            return true;
        }
        rest = after;
    }
    false
}
