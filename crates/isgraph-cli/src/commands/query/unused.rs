//! `unused`.

use isgraph::query::{self, Unused, UnusedReason};

use super::Asking;
use super::answer::{Answer, KIND, PLACE_OF_NAME, SYMBOL, Target};
use crate::exit::Failure;
use crate::output::human;
use crate::output::style::{HEADING, PLAIN, paint};
use crate::output::table::{Column, Shrink, Table};

const WHY: Column = Column { title: "why it may be there", style: PLAIN, shrink: Shrink::End };

impl Asking<'_> {
    pub(super) fn unused(&self, all: bool) -> Result<(), Failure> {
        use UnusedReason::{Exported, MaybeUnresolved, NothingUsesIt, OtherConfiguration, TestOnly};
        let sure = [NothingUsesIt, TestOnly];
        let every = [NothingUsesIt, TestOnly, OtherConfiguration, MaybeUnresolved, Exported];
        let found = query::unused(self.graph, if all { &every } else { &sure }, &self.limits(0));
        let answer = Answer {
            query: "unused",
            target: Target::Nothing,
            results: &found.symbols,
            total: found.total,
            truncated: found.truncated,
            depth_limited: false,
            complete: found.complete,
            more: (),
        };
        let title = format!("{} that nothing uses", paint(HEADING, human::count(found.total, "symbol")));
        let table = |rows: &[Unused]| {
            let mut table = Table::new([SYMBOL, KIND, PLACE_OF_NAME, WHY]);
            for Unused { symbol, reason, unresolved_candidates } in rows {
                let why = match reason {
                    NothingUsesIt => "nothing is known".to_owned(),
                    TestOnly => "tests use it".to_owned(),
                    OtherConfiguration => "a twin under another cfg may be the one that is used".to_owned(),
                    MaybeUnresolved => human::count(*unresolved_candidates, "unresolved site") + " may mean it",
                    Exported => "it is exported".to_owned(),
                };
                table.row([symbol.path.clone(), symbol.kind.to_string(), self.place_of(symbol), why]);
            }
            table
        };
        self.print(&answer, &title, table, &[])
    }
}
