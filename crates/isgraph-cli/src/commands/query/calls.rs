//! `callers` and `callees`.

use isgraph::model::SymbolKind;
use isgraph::query::{self, Call};
use serde::Serialize;

use super::Asking;
use super::answer::{Answer, KIND, STEPS, SYMBOL, Target, heading, short, why};
use crate::exit::Failure;
use crate::output::human;
use crate::output::style::{PLACE, PLAIN};
use crate::output::table::{Column, Shrink, Table};

const CALL: Column = Column { title: "call", style: PLACE, shrink: Shrink::Never };
/// Where a symbol is declared matters less than where it is used.
const DECLARED: Column = Column { title: "declared at", style: PLACE, shrink: Shrink::Whole };
const WHY: Column = Column { title: "why", style: PLAIN, shrink: Shrink::End };

#[derive(Debug, Serialize)]
struct CallersMore {
    /// Unresolved places that look up the target's name.
    unresolved_sites: usize,
    /// Those of them that may mean the target.
    unresolved_candidates: usize,
}

#[derive(Debug, Serialize)]
struct CalleesMore {
    /// Places of the target's own code that could not be resolved.
    unresolved_sites: usize,
}

impl Asking<'_> {
    pub(super) fn callers(&self, target: &str, depth: u32) -> Result<(), Failure> {
        let function = self.find_kind(target, is_callable)?;
        let found = query::callers(self.graph, function, &self.limits(depth));
        let more = CallersMore {
            unresolved_sites: found.unresolved_sites,
            unresolved_candidates: found.unresolved_candidates,
        };
        let answer = Answer {
            query: "callers",
            target: Target::Symbol(&found.target),
            results: &found.callers,
            total: found.total,
            truncated: found.truncated,
            depth_limited: found.depth_limited,
            complete: found.complete,
            more,
        };
        let name = self.graph.name(function);
        let mut notes = Vec::new();
        if found.unresolved_candidates > 0 {
            let sites = human::count(found.unresolved_candidates, "unresolved site");
            notes.push(format!("{sites} may call it too; `isgraph query unresolved {name}` lists them"));
        }
        let title = heading(found.total, "caller", "of", &found.target);
        self.print(&answer, &title, |rows| self.table(rows), &notes)
    }

    pub(super) fn callees(&self, target: &str, depth: u32) -> Result<(), Failure> {
        let function = self.find_kind(target, is_callable)?;
        let found = query::callees(self.graph, function, &self.limits(depth));
        let answer = Answer {
            query: "callees",
            target: Target::Symbol(&found.target),
            results: &found.callees,
            total: found.total,
            truncated: found.truncated,
            depth_limited: found.depth_limited,
            complete: found.complete,
            more: CalleesMore { unresolved_sites: found.unresolved_sites },
        };
        let mut notes = Vec::new();
        if found.unresolved_sites > 0 {
            let sites = human::count(found.unresolved_sites, "site");
            notes.push(format!("{sites} of its own code could not be resolved"));
        }
        let title = heading(found.total, "callee", "of", &found.target);
        self.print(&answer, &title, |rows| self.table(rows), &notes)
    }

    fn table(&self, rows: &[Call]) -> Table {
        let mut table = Table::new([SYMBOL, KIND, DECLARED, CALL, STEPS, WHY]);
        let far = rows.iter().any(|row| row.depth > 1);
        for row in rows {
            let steps = if far { row.depth.to_string() } else { String::new() };
            let why = match row.through {
                Some(of) => format!("{}, through {}", why(&row.sites), short(self.graph, of)),
                None => why(&row.sites),
            };
            let (declared, call) = (self.place_of(&row.symbol), self.place_of_first(&row.sites));
            table.row([row.symbol.path.clone(), row.symbol.kind.to_string(), declared, call, steps, why]);
        }
        table
    }
}

fn is_callable(kind: SymbolKind) -> bool {
    matches!(kind, SymbolKind::Function | SymbolKind::Method | SymbolKind::Macro)
}
