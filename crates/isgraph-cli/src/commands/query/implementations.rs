//! `what-implements` and `implementations-of`.

use isgraph::query::{self, Via};

use super::Asking;
use super::answer::{Answer, KIND, PLACE_OF_NAME, SYMBOL, Target, heading, short, why};
use crate::exit::Failure;
use crate::output::style::{PLACE, PLAIN};
use crate::output::table::{Column, Shrink, Table};

const IMPL: Column = Column { title: "impl", style: PLACE, shrink: Shrink::Never };
const WHY: Column = Column { title: "why", style: PLAIN, shrink: Shrink::End };

impl Asking<'_> {
    pub(super) fn what_implements(&self, target: &str) -> Result<(), Failure> {
        let of_trait = self.find_kind(target, |kind| kind == isgraph::model::SymbolKind::Trait)?;
        let found = query::what_implements(self.graph, of_trait, &self.limits(0));
        let answer = Answer {
            query: "what-implements",
            target: Target::Symbol(&found.target),
            results: &found.implementors,
            total: found.total,
            truncated: found.truncated,
            depth_limited: found.depth_limited,
            complete: found.complete,
            more: (),
        };
        let title = heading(found.total, "implementor", "of", &found.target);
        let table = |rows: &[query::Implementor]| {
            let mut table = Table::new([SYMBOL, KIND, IMPL, WHY]);
            for row in rows {
                let place = self.place_of_first(&row.impls);
                table.row([
                    row.symbol.path.clone(),
                    row.symbol.kind.to_string(),
                    place,
                    self.via(row.via, why(&row.impls)),
                ]);
            }
            table
        };
        self.print(&answer, &title, table, &[])
    }

    pub(super) fn implementations_of(&self, target: &str) -> Result<(), Failure> {
        use isgraph::model::SymbolKind::{Enum, Struct, Trait, TypeAlias, Union};
        let of_type = self.find_kind(target, |kind| matches!(kind, Struct | Enum | Union | Trait | TypeAlias))?;
        let found = query::implementations_of(self.graph, of_type, &self.limits(0));
        let answer = Answer {
            query: "implementations-of",
            target: Target::Symbol(&found.target),
            results: &found.implementations,
            total: found.total,
            truncated: found.truncated,
            depth_limited: found.depth_limited,
            complete: found.complete,
            more: (),
        };
        let title = heading(found.total, "trait", "implemented by", &found.target);
        let table = |rows: &[query::Implementation]| {
            let mut table = Table::new([SYMBOL, PLACE_OF_NAME, IMPL, WHY]);
            for row in rows {
                let (declared, place) = (self.place_of(&row.symbol), self.place_of_first(&row.impls));
                table.row([row.symbol.path.clone(), declared, place, self.via(row.via, why(&row.impls))]);
            }
            table
        };
        self.print(&answer, &title, table, &[])
    }

    fn via(&self, via: Via, direct: String) -> String {
        match via {
            Via::Direct => direct,
            Via::Subtrait(of) => format!("through its subtrait {}", short(self.graph, of)),
            Via::Blanket(of) => format!("blanket {}", short(self.graph, of)),
        }
    }
}
