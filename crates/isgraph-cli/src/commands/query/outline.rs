//! `outline`.

use isgraph::context::find_targets;
use isgraph::query::{self, OutlineItem};

use super::Asking;
use super::answer::{Answer, PLACE_OF_NAME, Target};
use crate::exit::Failure;
use crate::output::human;
use crate::output::style::{HEADING, NAME, paint};
use crate::output::table::{Column, Shrink, Table, printable};

const DECLARATION: Column = Column { title: "declaration", style: NAME, shrink: Shrink::End };

impl Asking<'_> {
    pub(super) fn outline(&self, target: &str, public: bool, depth: u32) -> Result<(), Failure> {
        let targets = find_targets(self.graph, target).map_err(|error| Failure::reading(&error))?;
        let found = query::outline(self.graph, &targets, public, &self.limits(depth));
        let answer = Answer {
            query: "outline",
            target: Target::Text(target),
            results: &found.items,
            total: found.total,
            truncated: found.truncated,
            depth_limited: found.depth_limited,
            complete: found.complete,
            more: (),
        };
        let title = format!(
            "{} in {}",
            paint(HEADING, human::count(found.total, "declaration")),
            paint(NAME, printable(target))
        );
        let table = |rows: &[OutlineItem]| {
            let mut table = Table::new([DECLARATION, PLACE_OF_NAME]);
            for OutlineItem { symbol, depth, signature } in rows {
                let indent = "  ".repeat(depth.saturating_sub(1) as usize);
                table.row([format!("{indent}{signature}"), self.place_of(symbol)]);
            }
            table
        };
        self.print(&answer, &title, table, &[])
    }
}
