//! Expectations against a graph.

use std::collections::BTreeSet;

use isgraph::graph::EdgeKinds;
use isgraph::model::{Edge, Severity, SymbolId, UnresolvedSite};
use isgraph::query::{self, CycleLevel, QueryLimits};
use isgraph::{Graph, IndexConfig};

use super::case::Case;
use super::expect::{EdgeLine, Expectation, Place};

/// What is wrong with a case, one text per expectation that does not hold.
pub(crate) fn check(case: &Case) -> Vec<String> {
    let graph = isgraph::index(&case.sources, &IndexConfig::default());
    let checker = Checker { graph: &graph, case };
    let mut failures: Vec<String> = case
        .expectations
        .iter()
        .filter_map(|(line, expectation)| {
            let problem = checker.problem(expectation)?;
            Some(format!("  line {line}: {problem}\n"))
        })
        .collect();
    failures.extend(checker.unlisted_diagnostics().into_iter().map(|problem| format!("  {problem}\n")));
    failures
}

struct Checker<'a> {
    graph: &'a Graph,
    case: &'a Case,
}

const LIMITS: QueryLimits<'_> = QueryLimits { max_results: 1000, max_depth: u32::MAX, deadline: None };

impl Checker<'_> {
    fn problem(&self, expectation: &Expectation) -> Option<String> {
        match expectation {
            Expectation::Symbol { kind, path, place } => self.symbol(kind, path, place.as_ref()),
            Expectation::NoSymbol { path } => {
                let found = self.symbols(path);
                (!found.is_empty()).then(|| format!("there is a symbol `{path}`: {}", self.describe(&found)))
            }
            Expectation::Text { field, path, text } => self.text(field, path, text),
            Expectation::Edge(edge) => {
                let found = self.edges().iter().any(|actual| self.is_edge(edge, actual));
                (!found).then(|| format!("no edge {}{}", show_edge(edge), self.edges_near(edge)))
            }
            Expectation::NoEdge(edge) => self
                .edges()
                .iter()
                .find(|actual| self.is_edge(edge, actual))
                .map(|actual| format!("there is an edge {}", self.show(actual))),
            Expectation::Exact { kind } => self.exact(kind),
            Expectation::Unresolved { form, name, from, place, missing, candidates } => {
                let found = self.sites().iter().any(|site| {
                    site.form.as_str() == form
                        && site.name == *name
                        && self.is(from, site.from)
                        && place
                            .as_ref()
                            .is_none_or(|place| place.fits(Some(&site.file), Some(site.line), Some(site.column)))
                        && missing.as_ref().is_none_or(|missing| site.missing.as_str() == missing)
                        && candidates.as_ref().is_none_or(|wanted| self.same_set(wanted, &site.candidates))
                });
                (!found).then(|| {
                    let sites: Vec<String> = self.sites().iter().map(|site| self.show_site(site)).collect();
                    format!("no such unresolved site; there are:{}", list(&sites))
                })
            }
            Expectation::NoUnresolved { name } => {
                let sites: Vec<String> = self
                    .sites()
                    .iter()
                    .filter(|site| name.as_ref().is_none_or(|name| site.name == *name))
                    .map(|site| self.show_site(site))
                    .collect();
                (!sites.is_empty()).then(|| format!("unresolved:{}", list(&sites)))
            }
            Expectation::Query { name, target, answer } => self.query(name, target, answer),
            Expectation::Cycles { level, cycles } => self.cycles(level, cycles),
            Expectation::Diagnostic { code, place } => {
                let found = self.graph.diagnostics().iter().any(|actual| is_diagnostic(code, place, actual));
                (!found).then(|| {
                    let all: Vec<String> = self.graph.diagnostics().iter().map(show_diagnostic).collect();
                    format!("no diagnostic {code} at {place:?}; there are:{}", list(&all))
                })
            }
        }
    }

    fn unlisted_diagnostics(&self) -> Vec<String> {
        let is_listed = |actual: &isgraph::model::Diagnostic| {
            self.case.expectations.iter().any(|(_, expectation)| match expectation {
                Expectation::Diagnostic { code, place } => is_diagnostic(code, place, actual),
                _ => false,
            })
        };
        self.graph
            .diagnostics()
            .iter()
            .filter(|actual| actual.severity != Severity::Info && !is_listed(actual))
            .map(|actual| format!("a diagnostic that the case does not list: {}", show_diagnostic(actual)))
            .collect()
    }

    /// Symbols of a path, or of `PATH#LINE`.
    fn symbols(&self, path: &str) -> Vec<SymbolId> {
        self.graph.symbol_ids().filter(|&id| self.is(path, id)).collect()
    }

    fn is(&self, path: &str, id: SymbolId) -> bool {
        match path.rsplit_once('#').and_then(|(path, line)| Some((path, line.parse::<u32>().ok()?))) {
            Some((path, line)) => self.graph.path(id) == path && self.graph.line(id) == Some(line),
            None => self.graph.path(id) == path,
        }
    }

    fn same_set(&self, wanted: &[String], actual: &[SymbolId]) -> bool {
        wanted.iter().all(|path| actual.iter().any(|&id| self.is(path, id)))
            && actual.iter().all(|&id| wanted.iter().any(|path| self.is(path, id)))
    }

    fn symbol(&self, kind: &str, path: &str, place: Option<&Place>) -> Option<String> {
        let found = self.symbols(path);
        let [id] = found[..] else {
            let wanted = path.rsplit("::").next().unwrap_or(path);
            let near: Vec<SymbolId> =
                self.graph.symbol_ids().filter(|&id| self.graph.path(id).ends_with(wanted)).collect();
            let what = if found.is_empty() { "no symbol" } else { "several symbols" };
            return Some(format!("{what} `{path}`; of that name there are: {}", self.describe(&near)));
        };
        let symbol = self.graph.symbol(id);
        let right = symbol.kind.as_str() == kind
            && place.is_none_or(|place| place.fits(symbol.file.as_deref(), symbol.line, symbol.column));
        (!right).then(|| format!("`{path}` is {}", self.describe(&found)))
    }

    fn describe(&self, symbols: &[SymbolId]) -> String {
        if symbols.is_empty() {
            return "none".to_owned();
        }
        let rows: Vec<String> = symbols
            .iter()
            .map(|&id| {
                let symbol = self.graph.symbol(id);
                let place = show_place(symbol.file.as_deref(), symbol.line, symbol.column);
                format!("{} {} @ {place}", symbol.kind, symbol.path)
            })
            .collect();
        list(&rows)
    }

    fn text(&self, field: &str, path: &str, wanted: &str) -> Option<String> {
        let found = self.symbols(path);
        let [id] = found[..] else { return Some(format!("`{path}` is not one symbol: {}", self.describe(&found))) };
        let symbol = self.graph.symbol(id);
        if let Some(part) = field.strip_prefix("parts.") {
            let parts = serde_json::to_value(&symbol.parts).expect("parts are plain data");
            let actual = parts.get(part).cloned().unwrap_or_default();
            let wanted: serde_json::Value = match serde_json::from_str(wanted) {
                Ok(wanted) => wanted,
                Err(error) => return Some(format!("not JSON: {error}")),
            };
            return (actual != wanted)
                .then(|| format!("{field} of `{path}`\n    wanted {wanted}\n    got    {actual}"));
        }
        let actual = match field {
            "signature" => symbol.signature,
            "visibility" => symbol.visibility,
            "cfg" => symbol.cfg,
            "docs" => symbol.docs,
            "name" => symbol.name,
            "is_test" => symbol.is_test.to_string(),
            _ => return Some(format!("no field `{field}`")),
        };
        (actual != wanted).then(|| format!("{field} of `{path}`\n    wanted {wanted}\n    got    {actual}"))
    }

    fn edges(&self) -> Vec<Edge> {
        self.graph.edges().map(|edge| self.graph.edge(edge)).collect()
    }

    fn sites(&self) -> Vec<UnresolvedSite> {
        self.graph.unresolved().map(|site| self.graph.unresolved_site(site)).collect()
    }

    fn is_edge(&self, wanted: &EdgeLine, actual: &Edge) -> bool {
        actual.kind.as_str() == wanted.kind
            && self.is(&wanted.from, actual.from)
            && self.is(&wanted.to, actual.to)
            && wanted.place.as_ref().is_none_or(|place| place.fits(actual.file.as_deref(), actual.line, actual.column))
            && wanted.words.iter().all(|word| actual.confidence.as_str() == word || actual.reason.as_str() == word)
    }

    /// The edges that a missing one may have been meant to be.
    fn edges_near(&self, wanted: &EdgeLine) -> String {
        let near: Vec<String> = self
            .edges()
            .iter()
            .filter(|edge| {
                edge.kind.as_str() == wanted.kind && (self.is(&wanted.from, edge.from) || self.is(&wanted.to, edge.to))
                    || self.is(&wanted.from, edge.from) && self.is(&wanted.to, edge.to)
            })
            .map(|edge| self.show(edge))
            .collect();
        let sites: Vec<String> = self
            .sites()
            .iter()
            .filter(|site| self.is(&wanted.from, site.from))
            .map(|site| self.show_site(site))
            .collect();
        format!("; there are:{}{}", list(&near), list(&sites))
    }

    fn exact(&self, kind: &str) -> Option<String> {
        let listed: Vec<&EdgeLine> = self
            .case
            .expectations
            .iter()
            .filter_map(|(_, expectation)| match expectation {
                Expectation::Edge(edge) if edge.kind == kind => Some(edge),
                _ => None,
            })
            .collect();
        let others: Vec<String> = self
            .edges()
            .iter()
            .filter(|edge| edge.kind.as_str() == kind && !listed.iter().any(|wanted| self.is_edge(wanted, edge)))
            .map(|edge| self.show(edge))
            .collect();
        (!others.is_empty()).then(|| format!("edges that the case does not list:{}", list(&others)))
    }

    fn show(&self, edge: &Edge) -> String {
        let place = show_place(edge.file.as_deref(), edge.line, edge.column);
        let (from, to) = (self.graph.path(edge.from), self.graph.path(edge.to));
        format!("{} {from} -> {to} @ {place} {} {}", edge.kind, edge.confidence, edge.reason)
    }

    fn show_site(&self, site: &UnresolvedSite) -> String {
        let place = show_place(Some(&site.file), Some(site.line), Some(site.column));
        let candidates: Vec<&str> = site.candidates.iter().map(|&id| self.graph.path(id)).collect();
        let from = self.graph.path(site.from);
        format!(
            "unresolved {} {} in {from} @ {place} {} candidates {}",
            site.form,
            site.name,
            site.missing,
            candidates.join(", ")
        )
    }

    fn query(&self, name: &str, target: &str, wanted: &[String]) -> Option<String> {
        let one_step = QueryLimits { max_depth: 1, ..LIMITS };
        let one = |path: &str| match self.symbols(path)[..] {
            [id] => Ok(id),
            ref found => Err(format!("`{path}` is not one symbol: {}", self.describe(found))),
        };
        if name == "path" {
            let Some((from, to)) = target.split_once(" -> ") else { return Some("expected `FROM -> TO`".to_owned()) };
            let (from, to) = match (one(from), one(to)) {
                (Ok(from), Ok(to)) => (from, to),
                (Err(problem), _) | (_, Err(problem)) => return Some(problem),
            };
            let path = query::path(self.graph, from, to, EdgeKinds::CALLS, &LIMITS);
            let mut actual: Vec<&str> = Vec::new();
            if path.found {
                actual.push(self.graph.path(from));
                actual.extend(path.steps.iter().map(|step| self.graph.path(step.symbol.id)));
            }
            return (actual != wanted).then(|| format!("the path is {}", actual.join(", ")));
        }
        let target = match one(target) {
            Ok(target) => target,
            Err(problem) => return Some(problem),
        };
        let actual: Vec<SymbolId> = match name {
            "callers" => {
                query::callers(self.graph, target, &one_step).callers.iter().map(|call| call.symbol.id).collect()
            }
            "callees" => {
                query::callees(self.graph, target, &one_step).callees.iter().map(|call| call.symbol.id).collect()
            }
            "what-implements" => query::what_implements(self.graph, target, &LIMITS)
                .implementors
                .iter()
                .map(|row| row.symbol.id)
                .collect(),
            "implementations-of" => query::implementations_of(self.graph, target, &LIMITS)
                .implementations
                .iter()
                .map(|row| row.symbol.id)
                .collect(),
            "blast-radius" => {
                query::blast_radius(self.graph, target, &LIMITS).affected.iter().map(|row| row.symbol.id).collect()
            }
            _ => return Some(format!("no query `{name}`")),
        };
        (!self.same_set(wanted, &actual)).then(|| format!("the answer is {}", self.describe(&actual)))
    }

    fn cycles(&self, level: &str, wanted: &[Vec<String>]) -> Option<String> {
        let level = match level {
            "symbols" => CycleLevel::Symbols,
            "modules" => CycleLevel::Modules,
            "crates" => CycleLevel::Crates,
            _ => return Some(format!("no level `{level}`")),
        };
        let set = |paths: Vec<String>| paths.into_iter().collect::<BTreeSet<String>>();
        let wanted: BTreeSet<_> = wanted.iter().cloned().map(set).collect();
        let actual: BTreeSet<_> = query::find_cycles(self.graph, level, level.default_kinds(), false, &LIMITS)
            .cycles
            .into_iter()
            .map(|cycle| set(cycle.members.into_iter().map(|member| member.path).collect()))
            .collect();
        (actual != wanted).then(|| format!("the cycles are {actual:?}"))
    }
}

fn is_diagnostic(code: &str, place: &Place, actual: &isgraph::model::Diagnostic) -> bool {
    actual.code == code && place.fits(Some(&actual.file), Some(actual.line), None)
}

fn show_diagnostic(actual: &isgraph::model::Diagnostic) -> String {
    format!("{} {}:{} {}", actual.code, actual.file, actual.line, actual.message)
}

fn show_edge(edge: &EdgeLine) -> String {
    let place = edge
        .place
        .as_ref()
        .map_or_else(String::new, |place| format!(" @ {}", show_place(Some(&place.file), place.line, place.column)));
    format!("{} {} -> {}{place} {}", edge.kind, edge.from, edge.to, edge.words.join(" "))
}

fn show_place(file: Option<&str>, line: Option<u32>, column: Option<u32>) -> String {
    let number = |number: Option<u32>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    format!("{}:{}:{}", file.unwrap_or("-"), number(line), number(column))
}

fn list(rows: &[String]) -> String {
    rows.iter().map(|row| format!("\n      {row}")).collect()
}
