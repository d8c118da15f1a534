//! `blast-radius`.

use isgraph::query::{self, Affected, Group, Relation, SymbolRef};
use serde::Serialize;

use super::Asking;
use super::answer::{Answer, KIND, PLACE_OF_NAME, STEPS, SYMBOL, Target, short};
use crate::exit::Failure;
use crate::output::human;
use crate::output::style::{HEADING, NAME, PLAIN, paint};
use crate::output::table::{Column, Shrink, Table, printable};

const BECAUSE: Column = Column { title: "because", style: PLAIN, shrink: Shrink::End };

#[derive(Debug, Serialize)]
struct BlastRadiusMore<'a> {
    files: &'a [Group],
    modules: &'a [Group],
    crates: &'a [Group],
    tests: &'a [SymbolRef],
    test_total: usize,
    /// For `cargo nextest run -E '…'`; empty when no test is affected.
    test_filter: &'a str,
    /// Unresolved places that look up the target's name.
    unresolved_sites: usize,
    /// Those of them that may mean the target.
    unresolved_candidates: usize,
}

impl Asking<'_> {
    pub(super) fn blast_radius(&self, target: &str, depth: u32) -> Result<(), Failure> {
        let found = query::blast_radius(self.graph, self.symbol(target)?, &self.limits(depth));
        let answer = Answer {
            query: "blast-radius",
            target: Target::Symbol(&found.target),
            results: &found.affected,
            total: found.total,
            truncated: found.truncated,
            depth_limited: found.depth_limited,
            complete: found.complete,
            more: BlastRadiusMore {
                files: &found.files,
                modules: &found.modules,
                crates: &found.crates,
                tests: &found.tests,
                test_total: found.test_total,
                test_filter: &found.test_filter,
                unresolved_sites: found.unresolved_sites,
                unresolved_candidates: found.unresolved_candidates,
            },
        };
        let mut notes = Vec::new();
        if found.unresolved_candidates > 0 {
            let sites = human::count(found.unresolved_candidates, "unresolved site");
            let name = self.graph.name(found.target.id);
            notes.push(format!("{sites} may depend on it too; `isgraph query unresolved {name}` lists them"));
        }
        if found.test_total > 0 {
            let tests = human::count(found.test_total, "test");
            notes.push(format!("{tests} to run: cargo nextest run -E '{}'", found.test_filter));
        }
        let count = if found.total == 0 { "nothing".to_owned() } else { human::count(found.total, "symbol") };
        let title = format!("{} affected by {}", paint(HEADING, count), paint(NAME, printable(&found.target.path)));
        self.print(&answer, &title, |rows| self.affected(rows), &notes)
    }

    fn affected(&self, rows: &[Affected]) -> Table {
        let mut table = Table::new([SYMBOL, KIND, PLACE_OF_NAME, STEPS, BECAUSE]);
        for row in rows {
            // The symbol before it on the way; a way always starts with the target.
            let before = row.path.iter().rev().nth(1).map_or_else(String::new, |&id| short(self.graph, id));
            let because = match row.relation {
                Relation::Part => format!("part of {before}"),
                Relation::Container => format!("contains {before}"),
                Relation::Dispatch => format!("overridden by {before}"),
                Relation::Dependent => format!("{} {before}", row.edge.kind),
            };
            table.row([
                row.symbol.path.clone(),
                row.symbol.kind.to_string(),
                self.place_of(&row.symbol),
                row.depth.to_string(),
                because,
            ]);
        }
        table
    }
}
