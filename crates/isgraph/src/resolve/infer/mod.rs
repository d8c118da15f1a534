//! Steps 5 and 6: each body by itself. Types flow forward through the expressions, variables are
//! unified where calls and annotations meet, and every named thing draws its edge.

mod blocks;
mod call;
mod expr;
mod guards;
mod macros;
mod operators;
mod pat;
mod path;
mod structs;

use std::cell::Cell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use self::guards::Guards;
use super::paths::Lookup;
use super::types::impls::{Env, Impls};
use super::types::lower::Lowering;
use super::types::probe::{Prober, TraitScopes};
use super::types::tables::Predicate;
use super::types::{Args, Ty};
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum VarKind {
    General,
    Integer,
    Float,
}

struct Local<'a> {
    name: Name,
    mark: usize,
    ty: Ty,
    /// The `cfg` that it was declared under, when that is off.
    guard: Option<&'a Cfg>,
}

/// A call of a trait's function whose `Self` may become known later.
struct PendingCall {
    edge: usize,
    item: SymbolId,
    self_ty: Ty,
    args: Args,
}

/// Most macro expansions in one body, and the most expressions: bombs end as unresolved macros.
const MAX_EXPANSIONS: u32 = 4_000;
/// Most bytes that the expansions of one body make.
const MAX_EXPANDED_BYTES: usize = 4 << 20;
/// Deepest nesting of expressions that is followed; facts are cut at a lower one.
const MAX_DEPTH: u32 = 1_000;
/// Questions about impls that one body may ask; real bodies stay below a hundredth of it.
const FUEL: u32 = 200_000;
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
    vars: Vec<(Option<Ty>, VarKind)>,
    /// `F: Fn(A) -> B` of instantiated generics: variable → parameters and return type.
    fn_bounds: Vec<(u32, Args, Ty)>,
    locals: Vec<Local<'a>>,
    /// Types of `break` values and of `return`, innermost last.
    returns: Vec<Ty>,
    breaks: Vec<(Option<Name>, Ty)>,
    pending: Vec<PendingCall>,
    output: Output,
    expansions: u32,
    expanded_bytes: usize,
    depth: u32,
    /// Work left for questions about impls.
    fuel: Cell<u32>,
    /// Types of the inner parts of long chains, which are inferred before the rest.
    chained: FxHashMap<(usize, ExprId), Ty>,
}

/// Infers one body. `owner` is the function, const, static or variant that it belongs to.
pub(crate) fn infer(shared: &Shared<'_>, owner: SymbolId) -> Output {
    let world = shared.impls.tables.world;
    let def = world.def(owner);
    let Some(facts) = def.facts.as_deref() else { return Output::default() };
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
        vars: Vec::new(),
        fn_bounds: Vec::new(),
        locals: Vec::new(),
        returns: Vec::new(),
        breaks: Vec::new(),
        pending: Vec::new(),
        output: Output::default(),
        expansions: 0,
        expanded_bytes: 0,
        depth: 0,
        fuel: Cell::new(FUEL),
        chained: FxHashMap::default(),
    };
    let header = Text { arena: &facts.arena, origin: &def.origin, base: def.base, number: None };
    match (&facts.kind, def.part) {
        (ItemKind::Fn(function), _) => {
            let Some(body) = &function.body else { return Output::default() };
            let Some(signature) = shared.impls.tables.signature(owner) else { return Output::default() };
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
        self.unify(&ty, ret);
        self.returns.pop();
    }

    fn finish(mut self) -> Output {
        for pending in std::mem::take(&mut self.pending) {
            let self_ty = self.resolve(&pending.self_ty);
            if matches!(self_ty, Ty::Unknown | Ty::Var(_) | Ty::Param(_)) {
                continue;
            }
            let args: Vec<Ty> = pending.args.iter().map(|ty| self.resolve(ty)).collect();
            if let Some(found) = self.prober().specialize(pending.item, &self_ty, &args)
                && let Some(edge) = self.output.edges.get_mut(pending.edge)
            {
                edge.to = Res::Def(found.item);
                edge.confidence = edge.confidence.max(found.confidence);
            }
        }
        self.output
    }

    fn lookup(&self) -> Lookup<'a> {
        Lookup::new(self.world, self.module, self.assumed)
    }

    fn lowering(&self) -> Lowering<'a> {
        Lowering { lookup: self.lookup(), owner: Some(self.owner), depth: 0 }
    }

    fn env(&self) -> Env<'_> {
        Env { predicates: self.predicates, fuel: &self.fuel }
    }

    fn prober(&self) -> Prober<'_> {
        Prober {
            impls: self.shared.impls,
            scopes: self.shared.scopes,
            lookup: self.lookup(),
            env: self.env(),
            caller: self.owner,
        }
    }

    // ---- variables

    fn fresh(&mut self) -> Ty {
        self.fresh_of(VarKind::General)
    }

    fn fresh_of(&mut self, kind: VarKind) -> Ty {
        let id = super::collect::to_u32(self.vars.len());
        self.vars.push((None, kind));
        Ty::Var(id)
    }

    /// Follows variables at the top of a type.
    fn shallow(&self, ty: &Ty) -> Ty {
        let mut at = ty;
        for _ in 0..=self.vars.len() {
            match at {
                Ty::Var(id) => match self.vars.get(*id as usize) {
                    Some((Some(next), _)) => at = next,
                    _ => break,
                },
                _ => break,
            }
        }
        at.clone()
    }

    /// Replaces every known variable in a type, and finds projections.
    fn resolve(&self, ty: &Ty) -> Ty {
        self.resolve_at(ty, 0)
    }

    fn resolve_at(&self, ty: &Ty, depth: u32) -> Ty {
        if depth > 32 {
            return Ty::Unknown;
        }
        let ty = self.shallow(ty);
        let ty = ty.map(&mut |part| match part {
            Ty::Var(_) => {
                let known = self.shallow(part);
                Some(if matches!(known, Ty::Var(_)) { known } else { self.resolve_at(&known, depth + 1) })
            }
            _ => None,
        });
        self.normalize(&ty)
    }

    /// What a type is at its top, as far as is known now; integer literals fall back to `i32`.
    fn known(&self, ty: &Ty) -> Ty {
        match self.resolve(ty) {
            Ty::Var(id) => match self.vars.get(id as usize) {
                Some((_, VarKind::Integer)) => Ty::Prim(Prim::I32),
                Some((_, VarKind::Float)) => Ty::Prim(Prim::F64),
                _ => Ty::Var(id),
            },
            other => other,
        }
    }

    /// Expands aliases and finds projections, also inside arguments.
    fn normalize(&self, ty: &Ty) -> Ty {
        let prober = self.prober();
        match ty {
            Ty::Prim(_) | Ty::Unknown | Ty::Never | Ty::Var(_) | Ty::Param(_) => ty.clone(),
            _ => ty.map(&mut |part| match part {
                Ty::Alias(..) | Ty::Projection(_) => {
                    let next = prober.normalize(part);
                    if next == *part { None } else { Some(next) }
                }
                _ => None,
            }),
        }
    }

    /// Makes two types the same as far as they can be. Never fails: wrong code stays as it is.
    fn unify(&mut self, a: &Ty, b: &Ty) {
        self.unify_at(a, b, 0);
    }

    fn unify_at(&mut self, a: &Ty, b: &Ty, depth: u32) {
        if depth > 32 {
            return;
        }
        let (a, b) = (self.shallow(a), self.shallow(b));
        match (&a, &b) {
            (Ty::Var(x), Ty::Var(y)) if x == y => {}
            (Ty::Var(x), Ty::Var(y)) => {
                // The more special variable is kept.
                let (from, to) = if self.vars[*x as usize].1 == VarKind::General { (*x, &b) } else { (*y, &a) };
                self.vars[from as usize].0 = Some(to.clone());
            }
            (Ty::Var(x), other) | (other, Ty::Var(x)) => self.bind(*x, other),
            (Ty::Adt(i, x), Ty::Adt(j, y)) if i == j => self.unify_all(x, y, depth),
            (Ty::Ext(i, x), Ty::Ext(j, y)) if i == j => self.unify_all(x, y, depth),
            (Ty::Tuple(x), Ty::Tuple(y)) if x.len() == y.len() => self.unify_all(x, y, depth),
            (Ty::Ref(_, x), Ty::Ref(_, y))
            | (Ty::Ptr(_, x), Ty::Ptr(_, y))
            | (Ty::Slice(x) | Ty::Array(x), Ty::Slice(y) | Ty::Array(y))
            | (Ty::Future(x), Ty::Future(y)) => self.unify_at(x, y, depth + 1),
            (Ty::Fn(x, r), Ty::Fn(y, s)) => {
                self.unify_all(x, y, depth);
                self.unify_at(r, s, depth + 1);
            }
            _ => {}
        }
    }

    fn unify_all(&mut self, a: &Args, b: &Args, depth: u32) {
        for (a, b) in a.iter().zip(b.iter()) {
            self.unify_at(a, b, depth + 1);
        }
    }

    fn bind(&mut self, var: u32, ty: &Ty) {
        if ty.is_unknown() || matches!(ty, Ty::Never) {
            return;
        }
        let numeric = !matches!(self.vars[var as usize].1, VarKind::General);
        if numeric && !matches!(ty, Ty::Prim(_)) {
            return;
        }
        // A type that holds the variable itself would never end.
        let mut occurs = false;
        let _ = self.resolve(ty).map(&mut |part| {
            occurs |= *part == Ty::Var(var);
            None
        });
        if !occurs {
            self.vars[var as usize].0 = Some(ty.clone());
        }
    }

    // ---- types as written

    fn lower(&mut self, text: Text<'_>, ty: TypeId) -> Ty {
        self.draw_type(text, ty);
        self.lower_quietly(text, ty)
    }

    /// Lowers a type whose uses are drawn elsewhere.
    fn lower_quietly(&mut self, text: Text<'_>, ty: TypeId) -> Ty {
        let lowering = self.lowering();
        let vars = &mut self.vars;
        let lowered = lowering.ty(text.arena, ty, &mut || {
            vars.push((None, VarKind::General));
            Ty::Var(super::collect::to_u32(vars.len() - 1))
        });
        self.normalize(&lowered)
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
