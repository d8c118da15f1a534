//! Macro invocations in bodies.

use std::sync::Arc;

use super::{Infer, MAX_EXPANDED_BYTES, MAX_EXPANSIONS, Text};
use crate::facts::{self, Expr, MacroId};
use crate::model::{Confidence, EdgeKind, Missing, Reason, SiteForm};
use crate::name::Name;
use crate::resolve::collect::{MAX_EXPANSION_DEPTH, read_expansion};
use crate::resolve::type_macros;
use crate::resolve::types::Ty;
use crate::resolve::world::{Origin, Prim, Res};

impl Infer<'_> {
    /// What a macro's path leads to: textual scope first, then paths.
    fn macro_target(&self, text: Text<'_>, id: MacroId) -> Option<Res> {
        let path = &text.arena[text.arena[id].path];
        self.lookup().macro_in_body(self.world.def(self.owner).textual, path)
    }

    /// A macro as an expression or, with `statement`, as statements whose `let`s stay in scope.
    pub(super) fn macro_expr(&mut self, text: Text<'_>, id: MacroId, statement: bool, expected: Option<&Ty>) -> Ty {
        let call = &text.arena[id];
        let path = &text.arena[call.path];
        let site = Self::path_offset(path);
        let target = self.macro_target(text, id);
        if let Some(res) = target {
            let confidence = if matches!(res, Res::Def(_)) { Confidence::High } else { Confidence::Medium };
            self.draw_with(text, site, EdgeKind::Expands, res, Reason::MacroCall, confidence);
        }
        if let Some(target) = target
            && let Some((body, origin)) = self.expand(text, id, target, statement)
        {
            let number = text.number.and_then(|outer| self.world.body_texts.get(&(self.owner, outer, id)).copied());
            let inner = Text { arena: &body.arena, origin: &origin, base: 0, number };
            let ty = match &body.arena[body.root] {
                Expr::Block(block) if statement => self.statements(inner, block, expected),
                _ => self.expr(inner, body.root, expected),
            };
            return ty;
        }
        if target.is_none_or(|res| self.world.is_own(res))
            && let Some(segment) = path.segments.last()
        {
            let spent = self.expansions >= MAX_EXPANSIONS || self.expanded_bytes >= MAX_EXPANDED_BYTES;
            let missing = match target {
                None => Missing::UnknownMacro,
                Some(_) if spent => Missing::Budget,
                Some(_) => Missing::MacroUnexpanded,
            };
            self.unresolved(text, site, segment.name, SiteForm::Macro, missing, &[]);
        }
        let mut types = Vec::new();
        if let Some(args) = &call.args {
            let exprs: &[_] = &args.exprs;
            self.in_scope(|this| {
                for expr in exprs {
                    types.push(this.expr(text, *expr, None));
                }
            });
        }
        let name = path.segments.last().map(|segment| segment.name);
        if let Some(ty) = name.and_then(|name| self.builtin_macro(text, site, name, &mut types)) {
            return ty;
        }
        self.std_macro(name, &types)
    }

    /// The type of std's own macros.
    fn std_macro(&mut self, name: Option<Name>, args: &[Ty]) -> Ty {
        match name.map(Name::as_str) {
            Some("panic" | "todo" | "unimplemented" | "unreachable" | "compile_error") => Ty::Never,
            Some("matches" | "cfg") => Ty::Prim(Prim::Bool),
            Some("line" | "column") => Ty::Prim(Prim::U32),
            Some("concat" | "stringify" | "file" | "module_path" | "include_str" | "env") => {
                Ty::reference(false, Ty::Prim(Prim::Str))
            }
            Some("format") => Ty::named(self.shared.impls.well_known.string, Arc::from([])),
            Some("vec") => {
                let item = args.first().cloned().unwrap_or_else(|| self.fresh());
                Ty::named(self.shared.impls.well_known.vec, Arc::from([item]))
            }
            Some("dbg") if args.len() == 1 => args[0].clone(),
            Some(
                "assert" | "assert_eq" | "assert_ne" | "debug_assert" | "debug_assert_eq" | "debug_assert_ne" | "print"
                | "println" | "eprint" | "eprintln",
            ) => Ty::unit(),
            _ => Ty::Unknown,
        }
    }

    fn expand(
        &mut self,
        text: Text<'_>,
        id: MacroId,
        target: Res,
        statement: bool,
    ) -> Option<(facts::Body, Arc<Origin>)> {
        if let Some(read) = self.builtin_text(text, id, target, statement) {
            return Some(read);
        }
        let (expansion, edition) = self.expansion(text, id, target)?;
        let body = read_expansion(&expansion.0, statement, edition)?;
        Some((body, expansion.1))
    }

    /// Expands a call: the text, and where it comes from.
    fn expansion(
        &mut self,
        text: Text<'_>,
        id: MacroId,
        target: Res,
    ) -> Option<((String, Arc<Origin>), facts::Edition)> {
        if text.origin.depth() >= MAX_EXPANSION_DEPTH
            || self.expansions >= MAX_EXPANSIONS
            || self.expanded_bytes >= MAX_EXPANDED_BYTES
        {
            return None;
        }
        if matches!(target, Res::Def(_)) {
            self.expansions += 1;
        }
        let call = &text.arena[id];
        let expansion = type_macros::expand(self.world, target, call)?;
        self.expanded_bytes += expansion.text.len();
        let origin = Arc::new(Origin::Expansion {
            parent: Arc::clone(text.origin),
            args: text.base + call.offset,
            map: expansion.map,
            depth: text.origin.depth() + 1,
        });
        let edition = self.world.krate_of(self.module).edition;
        Some(((expansion.text, origin), edition))
    }

    /// A macro in pattern position.
    pub(super) fn macro_pattern(&mut self, text: Text<'_>, id: MacroId, ty: &Ty, by_ref: Option<bool>) {
        let site = Self::path_offset(&text.arena[text.arena[id].path]);
        let Some(res) = self.macro_target(text, id) else { return };
        self.draw(text, site, EdgeKind::Expands, res, Reason::MacroCall);
        let Some((expansion, edition)) = self.expansion(text, id, res) else { return };
        if let Some((arena, pat)) = facts::read_pattern(&expansion.0, edition) {
            let inner = Text { arena: &arena, origin: &expansion.1, base: 0, number: None };
            self.pattern(inner, pat, ty, by_ref);
        }
    }

    /// Draws what a macro in type position expands to; its type is lowered elsewhere.
    pub(super) fn draw_type_macro(&mut self, text: Text<'_>, id: MacroId) {
        let site = Self::path_offset(&text.arena[text.arena[id].path]);
        let Some(res) = self.macro_target(text, id) else { return };
        self.draw(text, site, EdgeKind::Expands, res, Reason::MacroCall);
        let Some((expansion, _)) = self.expansion(text, id, res) else { return };
        if let Some((arena, ty)) = type_macros::read_type(&expansion.0) {
            let inner = Text { arena: &arena, origin: &expansion.1, base: 0, number: None };
            self.draw_type(inner, ty);
        }
    }
}
