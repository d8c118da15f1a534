//! `search`.

use isgraph::model::SymbolKind;
use isgraph::query::{self, Match};

use super::Asking;
use super::answer::{Answer, KIND, PLACE_OF_NAME, SYMBOL, Target};
use crate::exit::Failure;
use crate::output::human;
use crate::output::style::{FAINT, HEADING, NAME, paint};
use crate::output::table::{Column, Shrink, Table, printable};

const SIGNATURE: Column = Column { title: "signature", style: FAINT, shrink: Shrink::End };

impl Asking<'_> {
    pub(super) fn search(&self, words: &str, kinds: &[SymbolKind]) -> Result<(), Failure> {
        let found = query::search(self.graph, words, kinds, &self.limits(0));
        let answer = Answer {
            query: "search",
            target: Target::Text(words),
            results: &found.matches,
            total: found.total,
            truncated: found.truncated,
            depth_limited: false,
            complete: found.complete,
            more: (),
        };
        let count = if found.total == 0 { "no symbols".to_owned() } else { human::count(found.total, "symbol") };
        let title = format!("{} for {}", paint(HEADING, count), paint(NAME, printable(words)));
        let table = |rows: &[Match]| {
            let mut table = Table::new([SYMBOL, KIND, PLACE_OF_NAME, SIGNATURE]);
            for Match { symbol, .. } in rows {
                let signature = self.graph.signature(symbol.id).to_owned();
                table.row([symbol.path.clone(), symbol.kind.to_string(), self.place_of(symbol), signature]);
            }
            table
        };
        self.print(&answer, &title, table, &[])
    }
}
