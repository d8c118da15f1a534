//! Steps 5 and 6: each body by itself. Types flow forward through the expressions, variables are
//! unified where calls and annotations meet, and every named thing draws its edge.

mod blocks;
mod builtin_macros;
mod call;
mod coerce;
mod expr;
mod finish;
mod guards;
mod macros;
mod operators;
mod pat;
mod path;
mod places;
mod structs;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use self::guards::Guards;
use super::paths::Lookup;
use super::types::Ty;
use super::types::impls::Impls;
use super::types::lower::Lowering;
use super::types::probe::Site;
use super::types::probe::trace::Step;
use super::types::scopes::TraitScopes;
use super::types::solver::Solver;
use super::types::tables::Predicate;
use super::types::vars::VarKind;
use super::world::{ModId, Origin, Prim, Res, World};
use crate::facts::{Arena, Body, Cfg, ExprId, ItemKind, Offset, TypeId};
use crate::graph::Place;
use crate::model::{Confidence, EdgeKind, MAX_CANDIDATES, Missing, Reason, SiteForm, SymbolId};
use crate::name::Name;

/// An edge whose target may be external.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drawn {
    pub(crate) from: SymbolId,
    pub(crate) to: Res,
    pub(crate) kind: EdgeKind,
    pub(crate) place: Place,
    pub(crate) confidence: Confidence,
    pub(crate) reason: Reason,
}

/// A site that could not be resolved.
#[derive(Debug, Clone)]
pub(crate) struct Unresolved {
    pub(crate) from: SymbolId,
    pub(crate) name: Name,
    pub(crate) form: SiteForm,
    pub(crate) missing: Missing,
    pub(crate) place: Place,
    pub(crate) candidates: Vec<SymbolId>,
    pub(crate) candidate_count: u32,
}

/// What a body gave.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) edges: Vec<Drawn>,
    pub(crate) unresolved: Vec<Unresolved>,
    pub(crate) diagnostics: Vec<crate::model::Diagnostic>,
}

impl Output {
    /// Adds what another definition gave.
    pub(crate) fn extend(&mut self, other: Self) {
        self.edges.extend(other.edges);
        self.unresolved.extend(other.unresolved);
        self.diagnostics.extend(other.diagnostics);
    }
}

/// What all bodies share.
pub(crate) struct Shared<'w> {
    pub(crate) impls: &'w Impls<'w>,
    pub(crate) scopes: &'w TraitScopes,
    /// Free functions by name: candidates of unresolved paths.
    pub(crate) functions: &'w FxHashMap<Name, Vec<SymbolId>>,
}

/// The text that an arena's offsets are relative to.
#[derive(Clone, Copy)]
pub(crate) struct Text<'t> {
    pub(crate) arena: &'t Arena,
    pub(crate) origin: &'t Arc<Origin>,
    pub(crate) base: Offset,
    /// The number of a text whose blocks may be modules, as in `World::body_texts`.
    pub(crate) number: Option<u32>,
}

impl Text<'_> {
    fn place(&self, offset: Offset) -> (Place, bool) {
        self.origin.place(self.base + offset)
    }

    /// The hygiene mark of an identifier: 0 where it was written, else the expansion that made it.
    fn mark(&self, offset: Offset) -> usize {
        let mut origin = self.origin;
        let mut at = self.base + offset;
        // A name that a macro passes through belongs to the text that it was written in.
        while let Origin::Expansion { parent, args, map, .. } = &**origin {
            match map.origin(at) {
                super::macros::Origin::Definition(_) => return Arc::as_ptr(origin) as usize,
                super::macros::Origin::Call(offset) => {
                    at = args + offset;
                    origin = parent;
                }
            }
        }
        0
    }
}

struct Local<'a> {
    name: Name,
    mark: usize,
    ty: Ty,
    /// The `cfg` that it was declared under, when that is off.
    guard: Option<&'a Cfg>,
}

/// Most macro expansions in one body, and the most expressions: bombs end as unresolved macros.
const MAX_EXPANSIONS: u32 = 4_000;
/// Most bytes that the expansions of one body make.
const MAX_EXPANDED_BYTES: usize = 4 << 20;
/// Deepest nesting of expressions that is followed; facts are cut at a lower one.
const MAX_DEPTH: u32 = 1_000;
/// Largest type that is kept, in nodes: `(x, x)` of `(x, x)` and so on doubles with each line.
const MAX_TYPE_NODES: u32 = 500;

/// Inference over one body.
pub(crate) struct Infer<'a> {
    shared: &'a Shared<'a>,
    world: &'a World,
    owner: SymbolId,
    module: ModId,
    assumed: &'a [&'a Cfg],
    guards: &'a Guards<'a>,
    predicates: &'a [Predicate],
    solver: Solver<'a>,
    locals: Vec<Local<'a>>,
    /// Types of `break` values and of `return`, innermost last.
    returns: Vec<Ty>,
    breaks: Vec<(Option<Name>, Ty)>,
    /// Calls of traits' items: the impl's item is found when all types are known.
    pending: Vec<finish::TraitCall>,
    /// Method calls on variables that nothing has fixed yet.
    deferred: Vec<finish::Deferred>,
    output: Output,
    expansions: u32,
    expanded_bytes: usize,
    depth: u32,
    /// Types of the inner parts of long chains, which are inferred before the rest.
    chained: FxHashMap<(usize, ExprId), Ty>,
    /// Overloaded places that were read so far.
    reads: FxHashMap<(usize, ExprId), places::Read>,
    /// How method calls are probed; nothing when nobody asks.
    notes: Option<Vec<Note>>,
}

/// How a method call was probed.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) place: Place,
    pub(crate) receiver: Ty,
    pub(crate) steps: Vec<Step>,
    pub(crate) ends_unknown: bool,
}

/// Infers one body. `owner` is the function, const, static or variant that it belongs to.
pub(crate) fn infer(shared: &Shared<'_>, owner: SymbolId) -> Output {
    run(shared, owner, None).0
}

/// Infers one body and notes how its method calls are probed.
pub(crate) fn infer_with_notes(shared: &Shared<'_>, owner: SymbolId) -> (Output, Vec<Note>) {
    run(shared, owner, Some(Vec::new()))
}

fn run(shared: &Shared<'_>, owner: SymbolId, notes: Option<Vec<Note>>) -> (Output, Vec<Note>) {
    let world = shared.impls.tables.world;
    let def = world.def(owner);
    let Some(facts) = def.facts.as_deref() else { return Default::default() };
    let assumed = world.cfgs(owner);
    let guards = Guards::of(body_of(def), &assumed);
    let predicates = shared.impls.tables.predicates_in_scope(owner);
    let mut this = Infer {
        shared,
        world,
        owner,
        module: def.module,
        assumed: &assumed,
        guards: &guards,
        predicates: &predicates,
        solver: Solver::new(shared.impls, shared.impls.tables.assumptions(owner)),
        locals: Vec::new(),
        returns: Vec::new(),
        breaks: Vec::new(),
        pending: Vec::new(),
        deferred: Vec::new(),
        output: Output::default(),
        expansions: 0,
        expanded_bytes: 0,
        depth: 0,
        chained: FxHashMap::default(),
        reads: FxHashMap::default(),
        notes,
    };
    let header = Text { arena: &facts.arena, origin: &def.origin, base: def.base, number: None };
    match (&facts.kind, def.part) {
        (ItemKind::Fn(function), _) => {
            let Some(body) = &function.body else { return Default::default() };
            let Some(signature) = shared.impls.tables.signature(owner) else { return Default::default() };
            if let Some(receiver) = &signature.receiver {
                let ty = this.normalize(receiver);
                this.locals.push(Local { name: Name::new("self"), mark: 0, ty, guard: None });
            }
            for (param, ty) in function.params.iter().zip(&signature.params) {
                let ty = this.normalize(ty);
                this.pattern(header, param.pat, &ty, None);
            }
            let ret = match &signature.ret {
                Ty::Future(output) => this.normalize(output),
                other => this.normalize(other),
            };
            this.body(def, body, &ret);
        }
        (ItemKind::Const { body: Some(body), .. } | ItemKind::Static { body: Some(body), .. }, _) => {
            let ty = shared.impls.tables.type_of(owner);
            let ty = this.normalize(&ty);
            this.body(def, body, &ty);
        }
        (ItemKind::Enum(_, variants), super::world::Part::Variant(index)) => {
            if let Some(body) = variants.get(index as usize).and_then(|variant| variant.discriminant.as_ref()) {
                this.body(def, body, &Ty::Prim(Prim::Isize));
            }
        }
        _ => {}
    }
    this.finish()
}

/// The body of a definition.
fn body_of(def: &super::world::Def) -> Option<&Body> {
    match (&def.facts.as_deref()?.kind, def.part) {
        (ItemKind::Fn(function), _) => function.body.as_deref(),
        (ItemKind::Const { body, .. } | ItemKind::Static { body, .. }, _) => body.as_deref(),
        (ItemKind::Enum(_, variants), super::world::Part::Variant(index)) => {
            variants.get(index as usize)?.discriminant.as_deref()
        }
        _ => None,
    }
}

impl<'a> Infer<'a> {
    fn body(&mut self, def: &super::world::Def, body: &Body, ret: &Ty) {
        let text = Text { arena: &body.arena, origin: &def.origin, base: def.base, number: Some(0) };
        self.returns.push(ret.clone());
        let ty = self.expr(text, body.root, Some(ret));
        self.coerce(&ty, ret);
        self.returns.pop();
    }

    fn lookup(&self) -> Lookup<'a> {
        Lookup::new(self.world, self.module, self.assumed)
    }

    fn lowering(&self) -> Lowering<'a> {
        Lowering { lookup: self.lookup(), owner: Some(self.owner), depth: 0 }
    }

    fn site(&self) -> Site<'a> {
        Site { scopes: self.shared.scopes, lookup: self.lookup(), caller: self.owner }
    }

    /// Notes how a method call is probed, if somebody asks.
    fn note(&mut self, place: Place, receiver: &Ty, name: Name) {
        if self.notes.is_none() {
            return;
        }
        let (steps, ends_unknown) = self.solver.trace_method(self.site(), receiver, name);
        let receiver = self.resolve(receiver);
        if let Some(notes) = &mut self.notes {
            notes.push(Note { place, receiver, steps, ends_unknown });
        }
    }

    // ---- variables

    fn fresh(&mut self) -> Ty {
        self.solver.fresh()
    }

    fn fresh_of(&mut self, kind: VarKind) -> Ty {
        self.solver.vars.fresh(kind)
    }

    /// Follows variables at the top of a type.
    fn shallow(&self, ty: &Ty) -> Ty {
        self.solver.vars.shallow(ty)
    }

    /// Replaces every known variable in a type.
    fn resolve(&self, ty: &Ty) -> Ty {
        self.solver.vars.resolve(ty)
    }

    /// What a type is as far as can be told now, pending bounds included.
    fn settled(&mut self, ty: &Ty) -> Ty {
        let known = self.resolve(ty);
        if !known.any(&mut |part| matches!(part, Ty::Var(_))) {
            return known;
        }
        self.solver.settle();
        self.resolve(&known)
    }

    /// [`Self::settled`], where an integer literal is an `i32`, and a float an `f64`.
    fn known(&mut self, ty: &Ty) -> Ty {
        match self.settled(ty) {
            Ty::Var(id) => match self.solver.vars.kind(id) {
                VarKind::Integer => Ty::Prim(Prim::I32),
                VarKind::Float => Ty::Prim(Prim::F64),
                VarKind::General => Ty::Var(id),
            },
            other => other,
        }
    }

    /// Finds projections, also inside arguments.
    fn normalize(&mut self, ty: &Ty) -> Ty {
        self.solver.normalize(ty)
    }

    /// Makes two types the same as far as they can be. Never fails: wrong code stays as it is.
    fn unify(&mut self, a: &Ty, b: &Ty) {
        self.solver.vars.unify(a, b);
    }

    // ---- types as written

    fn lower(&mut self, text: Text<'_>, ty: TypeId) -> Ty {
        self.draw_type(text, ty);
        self.lower_quietly(text, ty)
    }

    /// Lowers a type whose uses are drawn elsewhere.
    fn lower_quietly(&mut self, text: Text<'_>, ty: TypeId) -> Ty {
        let lowered = self.lowering().ty(text.arena, ty, &mut || self.solver.fresh());
        self.stands_for(lowered)
    }

    /// A lowered type with aliases and projections replaced by what they stand for.
    fn stands_for(&mut self, ty: Ty) -> Ty {
        let tables = &self.shared.impls.tables;
        let ty = tables.stated(tables.expand(ty), self.predicates);
        self.normalize(&ty)
    }

    // ---- output

    fn draw(&mut self, text: Text<'_>, offset: Offset, kind: EdgeKind, to: Res, reason: Reason) -> usize {
        self.draw_with(text, offset, kind, to, reason, Confidence::High)
    }

    fn draw_with(
        &mut self,
        text: Text<'_>,
        offset: Offset,
        kind: EdgeKind,
        to: Res,
        reason: Reason,
        confidence: Confidence,
    ) -> usize {
        let (place, _) = text.place(offset);
        self.draw_at(place, kind, to, reason, confidence)
    }

    fn draw_at(&mut self, place: Place, kind: EdgeKind, to: Res, reason: Reason, confidence: Confidence) -> usize {
        let confidence = if matches!(to, Res::Ext(_)) { confidence.max(Confidence::Medium) } else { confidence };
        self.output.edges.push(Drawn { from: self.owner, to, kind, place, confidence, reason });
        self.output.edges.len() - 1
    }

    fn unresolved(
        &mut self,
        text: Text<'_>,
        offset: Offset,
        name: Name,
        form: SiteForm,
        missing: Missing,
        candidates: &[SymbolId],
    ) {
        let (place, _) = text.place(offset);
        self.unresolved_at(place, name, form, missing, candidates);
    }

    fn unresolved_at(&mut self, place: Place, name: Name, form: SiteForm, missing: Missing, candidates: &[SymbolId]) {
        // Without fuel no bound holds, so that nothing follows from what was not found.
        let spent = form == SiteForm::Method && self.solver.is_spent();
        let missing = if spent { Missing::Budget } else { missing };
        self.output.unresolved.push(Unresolved {
            from: self.owner,
            name,
            form,
            missing,
            place,
            candidates: candidates.iter().copied().take(MAX_CANDIDATES).collect(),
            candidate_count: super::collect::to_u32(candidates.len()),
        });
    }

    // ---- scopes

    fn push_local(&mut self, text: Text<'_>, name: Name, offset: Offset, ty: Ty) {
        let mark = text.mark(offset);
        self.locals.push(Local { name, mark, ty, guard: None });
    }

    fn local(&self, text: Text<'_>, name: Name, offset: Offset) -> Option<Ty> {
        let candidates = || self.locals.iter().rev().filter(|local| local.name == name);
        candidates().next()?;
        let mark = text.mark(offset);
        candidates().find(|local| local.mark == mark && self.is_seen(local.guard)).map(|local| local.ty.clone())
    }

    fn in_scope<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let locals = self.locals.len();
        let out = f(self);
        self.locals.truncate(locals);
        out
    }

    fn exprs(&mut self, text: Text<'_>, ids: &[ExprId]) {
        for id in ids {
            self.expr(text, *id, None);
        }
    }
}
