//! `hotspots`.

use isgraph::model::SymbolKind;
use isgraph::query::{self, Hotspot, HotspotOrder};

use super::Asking;
use super::answer::{Answer, KIND, PLACE_OF_NAME, SYMBOL, Target};
use crate::args::HotspotsBy;
use crate::exit::Failure;
use crate::output::human;
use crate::output::style::{HEADING, PLAIN, paint};
use crate::output::table::{Column, Shrink, Table};

const RANK: Column = Column { title: "rank", style: PLAIN, shrink: Shrink::Never };
const FAN_IN: Column = Column { title: "fan-in", style: PLAIN, shrink: Shrink::Never };
const FAN_OUT: Column = Column { title: "fan-out", style: PLAIN, shrink: Shrink::Never };

impl Asking<'_> {
    pub(super) fn hotspots(&self, by: HotspotsBy, kinds: &[SymbolKind]) -> Result<(), Failure> {
        let order = match by {
            HotspotsBy::Rank => HotspotOrder::Rank,
            HotspotsBy::FanIn => HotspotOrder::FanIn,
            HotspotsBy::FanOut => HotspotOrder::FanOut,
        };
        let found = query::hotspots(self.graph, kinds, order, &self.limits(0));
        let answer = Answer {
            query: "hotspots",
            target: Target::Nothing,
            results: &found.hotspots,
            total: found.total,
            truncated: found.truncated,
            depth_limited: false,
            complete: found.complete,
            more: (),
        };
        let title = format!("{} by how much leans on them", paint(HEADING, human::count(found.total, "symbol")));
        let table = |rows: &[Hotspot]| {
            let mut table = Table::new([SYMBOL, KIND, PLACE_OF_NAME, RANK, FAN_IN, FAN_OUT]);
            for Hotspot { symbol, fan_in, fan_out, rank } in rows {
                table.row([
                    symbol.path.clone(),
                    symbol.kind.to_string(),
                    self.place_of(symbol),
                    format!("{:.2}%", rank * 100.0),
                    human::grouped(*fan_in),
                    human::grouped(*fan_out),
                ]);
            }
            table
        };
        self.print(&answer, &title, table, &[])
    }
}
