//! Which units go into a budget: greedily, what is worth most for each token.

use rustc_hash::FxHashSet;

use super::Tokenizer;
use super::rank::Bond;
use super::units::{Unit, by_density, tier};
use crate::graph::Graph;
use crate::model::SymbolId;

/// Whether all of the units might fit: the estimate is more often too high than too low.
pub(super) fn may_all_fit(graph: &Graph, units: &[Unit], room: usize, tokenizer: &dyn Tokenizer) -> bool {
    let mut open = Open { graph, tokenizer, seen: FxHashSet::default(), costs: Vec::new() };
    let mut whole = 0;
    units.iter().all(|unit| {
        whole += unit.tokens + open.cost(unit);
        open.open(unit);
        whole <= room + room / 4 + FEW
    })
}

/// So few tokens more may always turn out to fit.
const FEW: usize = 64;

/// Numbers of the chosen units, the best first, whose estimated cost is at most `room` tokens.
///
/// The header of an impl or trait, and the line that names a module, are paid by the first item under them.
pub(super) fn select(graph: &Graph, units: &[Unit], room: usize, tokenizer: &dyn Tokenizer) -> Vec<usize> {
    let mut open = Open { graph, tokenizer, seen: FxHashSet::default(), costs: Vec::new() };
    let mut left: Vec<usize> = (0..units.len()).collect();
    let mut chosen = Vec::new();
    let mut used = 0;
    for now in [Bond::Direct, Bond::Near] {
        loop {
            let best = left
                .iter()
                .enumerate()
                .filter(|&(_, &at)| tier(units[at].bond) == now)
                .map(|(place, &at)| (place, at, units[at].tokens + open.cost(&units[at])))
                .filter(|&(_, _, cost)| used + cost <= room)
                .min_by(|a, b| by_density((units[a.1].value, a.2), (units[b.1].value, b.2)).then(a.1.cmp(&b.1)));
            let Some((place, at, cost)) = best else { break };
            left.remove(place);
            used += cost;
            open.open(&units[at]);
            chosen.push(at);
        }
    }
    chosen
}

/// A heading that may be open: a section's, a module's in it, a group's.
type Heading = (Bond, Option<SymbolId>);

/// Headings that are there already, and what the others cost.
struct Open<'a> {
    graph: &'a Graph,
    tokenizer: &'a dyn Tokenizer,
    seen: FxHashSet<Heading>,
    costs: Vec<(SymbolId, usize)>,
}

impl Open<'_> {
    /// What the headings of a unit cost that are not open yet.
    fn cost(&mut self, unit: &Unit) -> usize {
        let mut cost = 0;
        let section = section(unit.bond);
        if !self.seen.contains(&(section, None)) {
            cost += SECTION;
        }
        for heading in [unit.module.filter(|_| section != Bond::Test), unit.group].into_iter().flatten() {
            if !self.seen.contains(&(section, Some(heading))) {
                cost += self.heading(heading);
            }
        }
        cost
    }

    fn open(&mut self, unit: &Unit) {
        let section = section(unit.bond);
        self.seen.insert((section, None));
        for heading in [unit.module, unit.group].into_iter().flatten() {
            self.seen.insert((section, Some(heading)));
        }
    }

    fn heading(&mut self, id: SymbolId) -> usize {
        match self.costs.binary_search_by_key(&id, |&(id, _)| id) {
            Ok(at) => self.costs[at].1,
            Err(at) => {
                let cost = self.tokenizer.count(&super::render::heading(self.graph, id)) + 3;
                self.costs.insert(at, (id, cost));
                cost
            }
        }
    }
}

/// Tokens of a section's title and of the fences around its code.
const SECTION: usize = 12;

/// Which section a unit is shown in.
pub(super) fn section(bond: Bond) -> Bond {
    match bond {
        Bond::Caller | Bond::Test => bond,
        Bond::Target | Bond::Direct | Bond::Near => Bond::Near,
    }
}
