//! `find-cycles`.

use isgraph::query::{self, Cycle, CycleLevel};
use serde::Serialize;

use super::Asking;
use super::answer::{Answer, Target};
use crate::args::Level;
use crate::exit::Failure;
use crate::output::human;
use crate::output::style::{HEADING, NAME, PLACE, PLAIN, paint};
use crate::output::table::{Column, Shrink, Table};

const CYCLE: Column = Column { title: "cycle", style: HEADING, shrink: Shrink::Never };
const FROM: Column = Column { title: "from", style: NAME, shrink: Shrink::Start };
const TO: Column = Column { title: "to", style: NAME, shrink: Shrink::Start };
const RELATION: Column = Column { title: "relation", style: PLAIN, shrink: Shrink::Never };
const DRAWN: Column = Column { title: "drawn at", style: PLACE, shrink: Shrink::Never };

#[derive(Debug, Serialize)]
struct CyclesMore {
    level: CycleLevel,
}

impl Asking<'_> {
    pub(super) fn find_cycles(&self, level: Level) -> Result<(), Failure> {
        let (core, noun) = match level {
            Level::Symbols => (CycleLevel::Symbols, "cycle of symbols"),
            Level::Modules => (CycleLevel::Modules, "cycle of modules"),
            Level::Crates => (CycleLevel::Crates, "cycle of crates"),
        };
        let found = query::find_cycles(self.graph, core, core.default_kinds(), false, &self.limits(0));
        let answer = Answer {
            query: "find-cycles",
            target: Target::Nothing,
            results: &found.cycles,
            total: found.total,
            truncated: found.truncated,
            depth_limited: false,
            complete: found.complete,
            more: CyclesMore { level: found.level },
        };
        let title = match found.total {
            0 => format!("no {}", noun.replacen("cycle", "cycles", 1)),
            1 => format!("1 {noun}"),
            n => format!("{} {}", human::grouped(n), noun.replacen("cycle", "cycles", 1)),
        };
        self.print(&answer, &paint(HEADING, title), |rows| self.cycles(rows), &[])
    }

    fn cycles(&self, rows: &[Cycle]) -> Table {
        let mut table = Table::new([CYCLE, FROM, RELATION, TO, DRAWN]);
        for (number, cycle) in rows.iter().enumerate() {
            for (at, edge) in cycle.edges.iter().enumerate() {
                let more = if edge.count > 1 { format!(" (+{})", edge.count - 1) } else { String::new() };
                let place = self.place_of_first(std::slice::from_ref(&edge.edge));
                table.row([
                    if at == 0 { format!("{}", number + 1) } else { String::new() },
                    self.graph.path(edge.from).to_owned(),
                    edge.edge.kind.to_string(),
                    self.graph.path(edge.to).to_owned(),
                    format!("{place}{more}"),
                ]);
            }
        }
        table
    }
}
