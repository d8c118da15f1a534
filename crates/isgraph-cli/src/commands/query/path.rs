//! `path`.

use isgraph::graph::EdgeKinds;
use isgraph::model::EdgeKind;
use isgraph::query::{self, PathStep, SymbolRef};
use serde::Serialize;

use super::Asking;
use super::answer::{Answer, KIND, SYMBOL, Target, why};
use crate::exit::Failure;
use crate::output::human;
use crate::output::style::{HEADING, NAME, PLACE, PLAIN, paint};
use crate::output::table::{Column, Shrink, Table, printable};

const RELATION: Column = Column { title: "relation", style: PLAIN, shrink: Shrink::Never };
const DRAWN: Column = Column { title: "drawn at", style: PLACE, shrink: Shrink::Never };
/// Where a symbol is declared matters less than where it is used.
const DECLARED: Column = Column { title: "declared at", style: PLACE, shrink: Shrink::Whole };
const WHY: Column = Column { title: "why", style: PLAIN, shrink: Shrink::End };

#[derive(Debug, Serialize)]
struct PathMore<'a> {
    /// Where it arrives.
    to: &'a SymbolRef,
    /// Whether there is a way.
    found: bool,
}

impl Asking<'_> {
    pub(super) fn path(&self, from: &str, to: &str, depth: u32) -> Result<(), Failure> {
        let (from, to) = (self.symbol(from)?, self.symbol(to)?);
        // A module contains everything that a way could start from: that says nothing.
        let kinds = EdgeKinds::ALL.without(EdgeKinds::of(&[EdgeKind::Contains]));
        let found = query::path(self.graph, from, to, kinds, &self.limits(depth));
        let answer = Answer {
            query: "path",
            target: Target::Symbol(&found.from),
            results: &found.steps,
            total: found.total,
            truncated: found.truncated,
            depth_limited: found.depth_limited,
            complete: found.complete,
            more: PathMore { to: &found.to, found: found.found },
        };
        let length = if found.found { human::count(found.total, "step") } else { "no way".to_owned() };
        let ends = [&found.from, &found.to].map(|end| paint(NAME, printable(&end.path)));
        let title = format!("{} from {} to {}", paint(HEADING, length), ends[0], ends[1]);
        let table = |rows: &[PathStep]| {
            let mut table = Table::new([RELATION, SYMBOL, KIND, DECLARED, DRAWN, WHY]);
            for row in rows {
                let edge = std::slice::from_ref(&row.edge);
                table.row([
                    row.edge.kind.to_string(),
                    row.symbol.path.clone(),
                    row.symbol.kind.to_string(),
                    self.place_of(&row.symbol),
                    self.place_of_first(edge),
                    why(edge),
                ]);
            }
            table
        };
        self.print(&answer, &title, table, &[])
    }
}
