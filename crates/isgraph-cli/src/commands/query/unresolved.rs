//! `unresolved`.

use isgraph::model::UnresolvedSite;
use isgraph::query;

use super::Asking;
use super::answer::{Answer, Target, short};
use crate::exit::Failure;
use crate::output::human;
use crate::output::style::{HEADING, NAME, PLACE, PLAIN, paint};
use crate::output::table::{Column, Shrink, Table, printable};

const SITE: Column = Column { title: "place", style: PLACE, shrink: Shrink::Never };
const LOOKED_UP: Column = Column { title: "name", style: NAME, shrink: Shrink::Never };
const FORM: Column = Column { title: "form", style: PLAIN, shrink: Shrink::Never };
const MISSING: Column = Column { title: "missing", style: PLAIN, shrink: Shrink::Never };
const CANDIDATES: Column = Column { title: "candidates", style: PLAIN, shrink: Shrink::End };

/// A table names so many candidates of a place.
const NAMED_CANDIDATES: usize = 3;

impl Asking<'_> {
    pub(super) fn unresolved(&self, name: Option<&str>) -> Result<(), Failure> {
        let found = match name {
            Some(name) => {
                // `Router::route` is looked up as `route`.
                let last = name.rsplit("::").next().unwrap_or(name);
                query::unresolved_of(self.graph, last, &self.limits(0))
            }
            None => self.all_unresolved(),
        };
        let answer = Answer {
            query: "unresolved",
            target: if name.is_some() { Target::Text(&found.name) } else { Target::Nothing },
            results: &found.sites,
            total: found.total,
            truncated: found.truncated,
            depth_limited: false,
            complete: found.complete,
            more: (),
        };
        let count = match found.total {
            0 => "no unresolved sites".to_owned(),
            n => human::count(n, "unresolved site"),
        };
        let of = name.map_or_else(String::new, |_| format!(" of {}", paint(NAME, printable(&found.name))));
        let title = format!("{}{of}", paint(HEADING, count));
        self.print(&answer, &title, |rows| self.sites(rows), &[])
    }

    fn all_unresolved(&self) -> query::UnresolvedSites {
        let total = self.graph.unresolved_count();
        let sites: Vec<UnresolvedSite> =
            self.graph.unresolved().take(self.max_results).map(|site| self.graph.unresolved_site(site)).collect();
        let truncated = sites.len() < total;
        query::UnresolvedSites { name: String::new(), sites, total, truncated, complete: true }
    }

    fn sites(&self, rows: &[UnresolvedSite]) -> Table {
        let mut table = Table::new([SITE, LOOKED_UP, FORM, MISSING, CANDIDATES]);
        for row in rows {
            let named: Vec<String> =
                row.candidates.iter().take(NAMED_CANDIDATES).map(|&id| short(self.graph, id)).collect();
            let rest = (row.candidate_count as usize).saturating_sub(named.len());
            let mut candidates = named.join(", ");
            if rest > 0 {
                candidates.push_str(&format!(" and {rest} more"));
            }
            table.row([
                self.places.place(&row.file, row.line),
                row.name.clone(),
                row.form.to_string(),
                row.missing.to_string(),
                candidates,
            ]);
        }
        table
    }
}
