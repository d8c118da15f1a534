//! Macros that the compiler or std expands, as far as their arguments do not say it all.

use std::sync::Arc;

use super::{Infer, MAX_EXPANDED_BYTES, MAX_EXPANSIONS, Text};
use crate::facts::{self, Cfg, MacroId, Offset};
use crate::model::EdgeKind;
use crate::name::Name;
use crate::resolve::builtin;
use crate::resolve::collect::read_expansion;
use crate::resolve::types::Ty;
use crate::resolve::types::probe::Probe;
use crate::resolve::world::{Origin, Res};

impl Infer<'_> {
    /// What a macro of the compiler stands for: a file, or the arm that is on.
    pub(super) fn builtin_text(
        &mut self,
        text: Text<'_>,
        id: MacroId,
        target: Res,
        statement: bool,
    ) -> Option<(facts::Body, Arc<Origin>)> {
        if self.expansions >= MAX_EXPANSIONS || self.expanded_bytes >= MAX_EXPANDED_BYTES {
            return None;
        }
        let cfg = &self.world.krate_of(self.module).cfg;
        let holds = |predicate: &Cfg| cfg.holds(predicate, self.assumed);
        let place = (text.origin, text.base);
        let (content, origin) = builtin::text(self.world, target, &text.arena[id], place, holds)?;
        self.expansions += 1;
        self.expanded_bytes += content.len();
        let edition = self.world.krate_of(self.module).edition;
        Some((read_expansion(&content, statement, edition)?, origin))
    }

    /// What a macro does with its arguments besides evaluating them, and its type where that is more
    /// than its name says.
    pub(super) fn builtin_macro(&mut self, text: Text<'_>, site: Offset, name: Name, args: &mut [Ty]) -> Option<Ty> {
        match (name.as_str(), &mut *args) {
            // The elements were read as an array.
            ("vec" | "smallvec" | "thin_vec", [list]) => {
                if let Ty::Array(item) = &*list {
                    *list = (**item).clone();
                }
                None
            }
            // Its operand is a `Poll`, whatever that is here.
            ("ready", [poll]) => match self.known(poll) {
                Ty::Ext(_, args) | Ty::Adt(_, args) => args.first().cloned(),
                _ => None,
            },
            ("addr_of", [place]) => Some(Ty::Ptr(false, Arc::new(place.clone()))),
            ("addr_of_mut", [place]) => Some(Ty::Ptr(true, Arc::new(place.clone()))),
            ("dbg", []) => Some(Ty::unit()),
            ("dbg", [_, _, ..]) => Some(Ty::Tuple(args.iter().cloned().collect())),
            ("write" | "writeln", [out, ..]) => {
                let out = self.known(out);
                let at = self.site();
                if let Probe::Found(found) = self.solver.method(at, &out, Name::new("write_fmt")) {
                    self.draw_found(text.place(site).0, EdgeKind::Calls, &found);
                }
                None
            }
            ("assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne", [left, right, ..]) => {
                let (left, right) = (self.settled(left), self.settled(right));
                let of = self.world.std_item("std::cmp::PartialEq");
                self.operate(text, site, of, "eq", &left, Arc::from([right]));
                None
            }
            _ => None,
        }
    }
}
