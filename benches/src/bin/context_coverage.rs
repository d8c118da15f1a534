//! How much of what a function's body uses is in its context when the body is not written yet.
//!
//! `cargo run --release -p isgraph-benches --bin context_coverage -- CRATES TRUTH [PER_CRATE] [--fit] [--cases DIR]
//! [--crate NAME]…`: the directory of
//! `cargo xtask corpus` and that of the truths of `cargo xtask accuracy`, which rust-analyzer made. In each crate
//! functions are picked at equal distances; the bodies of all of them are replaced by `todo!()` at once, the crate is
//! indexed, and the context of each is compared with the symbols of the crate that its true body uses.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a bench reads, takes the time and prints")]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

use isgraph::context::{Context, ContextConfig, Signal, Tokenizer, Weights, built_in, context};
use isgraph::model::{SymbolId, SymbolKind};
use isgraph::{Graph, IndexConfig, SourceSet, index};
use serde_json::Value;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BUDGETS: [usize; 3] = [1_000, 2_000, 4_000];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [crates, truths, rest @ ..] = &arguments[..] else { return Err("CRATES TRUTH [PER_CRATE] [--fit]".into()) };
    let per_crate = rest.iter().find_map(|word| word.parse().ok()).unwrap_or(56);
    let only: Vec<&String> = rest.windows(2).filter(|words| words[0] == "--crate").map(|words| &words[1]).collect();
    let mut names: Vec<String> = std::fs::read_dir(truths)?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".json").map(str::to_owned))
        .filter(|name| only.is_empty() || only.contains(&name))
        .collect();
    names.sort();
    let mut cases = Vec::new();
    for name in &names {
        let truth: Value = serde_json::from_slice(&std::fs::read(Path::new(truths).join(format!("{name}.json")))?)?;
        cases.push(Project::read(name, &Path::new(crates).join(name), &truth, per_crate)?);
    }
    if let Some(at) = rest.iter().position(|word| word == "--cases") {
        let directory = rest.get(at + 1).ok_or("--cases needs a directory")?;
        return cases.iter().try_for_each(|project| write_cases(project, &Path::new(directory).join(&project.name)));
    }
    let tokenizer = built_in("o200k_base")?;
    if rest.iter().any(|word| word == "--fit") {
        fit(&cases, tokenizer);
        return Ok(());
    }
    report(&cases, tokenizer)
}

/// A crate with the bodies of some functions taken out.
struct Project {
    name: String,
    graph: Graph,
    sources: SourceSet,
    functions: Vec<Function>,
}

/// A function whose body was taken out.
struct Function {
    symbol: SymbolId,
    file: String,
    /// First and last line of the item, from 1.
    lines: (u32, u32),
    /// What its body used: for each, the symbols that it may be (twins of other configurations), none when the graph has
    /// none.
    used: Vec<BTreeSet<SymbolId>>,
}

/// A body in a text.
struct Body {
    file: String,
    range: std::ops::Range<usize>,
    /// Lines from 1 and columns from 0, of the opening and the closing brace.
    place: ((u32, u32), (u32, u32)),
    def: u64,
    line: u32,
}

impl Project {
    fn read(name: &str, directory: &Path, truth: &Value, per_crate: usize) -> Result<Self, Box<dyn Error>> {
        let mut config = IndexConfig::default();
        config.features =
            list(&truth["features"]).iter().filter_map(|feature| feature.as_str().map(str::to_owned)).collect();
        let options = isgraph_host::walk::WalkOptions::default();
        let mut sources = isgraph_host::walk::read_directory(directory, &options, &|_| {})?;
        let original = index(&sources, &config);
        let mut bodies = bodies(&original, &sources, truth);
        let step = (bodies.len() / per_crate.max(1)).max(1);
        bodies = bodies.into_iter().step_by(step).take(per_crate).collect();
        // A function inside another one goes with it.
        let outer: Vec<(String, std::ops::Range<usize>)> =
            bodies.iter().map(|body| (body.file.clone(), body.range.clone())).collect();
        bodies.retain(|body| {
            !outer
                .iter()
                .any(|(file, range)| *file == body.file && range.start < body.range.start && body.range.end < range.end)
        });
        let used: Vec<Vec<Vec<&Value>>> = bodies.iter().map(|body| used_by(body, &bodies, truth)).collect();
        take_out(&mut sources, &bodies);
        let graph = index(&sources, &config);
        let symbols = by_place(&graph);
        let functions = bodies
            .iter()
            .zip(used)
            .filter_map(|(body, used)| {
                let symbol = *symbols
                    .range((body.file.clone(), body.line, 0)..(body.file.clone(), body.line + 1, 0))
                    .map(|(_, id)| id)
                    .find(|&&id| matches!(graph.kind(id), SymbolKind::Function | SymbolKind::Method))?;
                let mut used: Vec<BTreeSet<SymbolId>> = used
                    .into_iter()
                    .map(|defs| defs.into_iter().filter_map(|def| symbols.get(&place(def)?).copied()).collect())
                    .collect();
                used.sort();
                used.dedup();
                let lines = (graph.line(symbol)?, body.place.1.0);
                (!used.is_empty()).then(|| Function { symbol, file: body.file.clone(), lines, used })
            })
            .collect();
        Ok(Self { name: name.to_owned(), graph, sources, functions })
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> u32 {
    value.as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
}

/// File, line from 1 and column from 0.
fn place(def: &Value) -> Option<(String, u32, u32)> {
    Some((def["file"].as_str()?.to_owned(), number(&def["line"]), number(&def["col"])))
}

fn by_place(graph: &Graph) -> BTreeMap<(String, u32, u32), SymbolId> {
    let place = |id| {
        let (file, line) = graph.place_of(id)?;
        Some(((graph.file_path(file).to_owned(), line, graph.column(id)? - 1), id))
    };
    graph.symbol_ids().filter_map(place).collect()
}

/// The functions of the truth whose bodies stand in the files.
fn bodies(graph: &Graph, sources: &SourceSet, truth: &Value) -> Vec<Body> {
    let symbols = by_place(graph);
    let users: BTreeSet<u64> = list(&truth["sites"])
        .iter()
        .filter(|site| !list(&site["to"]).is_empty())
        .filter_map(|site| site["from"].as_u64())
        .collect();
    list(&truth["defs"])
        .iter()
        .filter(|def| matches!(def["kind"].as_str(), Some("function" | "method")) && def["origin"] == "source")
        .filter_map(|def| {
            let id = def["id"].as_u64().filter(|id| users.contains(id))?;
            let at = place(def)?;
            let symbol = *symbols.get(&at)?;
            let text = sources.files.get(&at.0)?;
            let item = graph.item_text(symbol, text)?;
            let start = item.as_ptr() as usize - text.as_ptr() as usize;
            let inner = block_of(item)?;
            let range = start + inner.start..start + inner.end;
            let place = (line_column(text, range.start), line_column(text, range.end));
            let is_test = graph.is_test(symbol);
            (!is_test).then_some(Body { file: at.0, range, place, def: id, line: at.1 })
        })
        .collect()
}

/// Where the body of a function stands, its braces left out.
fn block_of(item: &str) -> Option<std::ops::Range<usize>> {
    let brace = |block: &syn::Block| {
        let span = block.brace_token.span;
        span.open().byte_range().end..span.close().byte_range().start
    };
    if let Ok(function) = syn::parse_str::<syn::ImplItemFn>(item) {
        return Some(brace(&function.block));
    }
    match syn::parse_str::<syn::TraitItemFn>(item) {
        Ok(function) => function.default.as_ref().map(brace),
        Err(_) => None,
    }
}

fn line_column(text: &str, at: usize) -> (u32, u32) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    (line as u32, (at - before.rfind('\n').map_or(0, |at| at + 1)) as u32)
}

/// What a body uses of the crate: a list of definitions for each, of which one is meant.
fn used_by<'t>(body: &Body, taken: &[Body], truth: &'t Value) -> Vec<Vec<&'t Value>> {
    let defs = list(&truth["defs"]);
    let def = |id: &Value| defs.iter().find(|def| def["id"] == *id);
    let inside = |body: &Body, file: &str, at: (u32, u32)| body.file == file && body.place.0 <= at && at < body.place.1;
    let vanished = |def: &Value| {
        place(def).is_some_and(|(file, line, col)| taken.iter().any(|body| inside(body, &file, (line, col))))
    };
    let mut used: BTreeMap<Vec<u64>, Vec<&Value>> = BTreeMap::new();
    for site in list(&truth["sites"]) {
        let Some((file, line, col)) = place(site) else { continue };
        if site["kind"] == "import" || !inside(body, &file, (line, col)) {
            continue;
        }
        let to: Vec<&Value> = list(&site["to"])
            .iter()
            .filter_map(def)
            .filter(|def| def["origin"] == "source" && !matches!(def["kind"].as_str(), Some("module" | "impl")))
            .filter(|target| target["id"] != body.def && !vanished(target))
            .collect();
        if !to.is_empty() {
            used.insert(to.iter().filter_map(|def| def["id"].as_u64()).collect(), to);
        }
    }
    used.into_values().collect()
}

/// Puts `todo!()` in place of the bodies; every line stays where it is.
fn take_out(sources: &mut SourceSet, bodies: &[Body]) {
    let mut by_file: BTreeMap<&str, Vec<&Body>> = BTreeMap::new();
    for body in bodies {
        by_file.entry(&body.file).or_default().push(body);
    }
    for (file, mut bodies) in by_file {
        let Some(text) = sources.files.get_mut(file) else { continue };
        let mut new = text.to_string();
        bodies.sort_by_key(|body| std::cmp::Reverse(body.range.start));
        for body in bodies.into_iter().filter(|body| body.range.start < body.range.end) {
            let lines = new[body.range.clone()].matches('\n').count();
            new.replace_range(body.range.clone(), &format!(" todo!(){} ", "\n".repeat(lines)));
        }
        *text = new.into();
    }
}

/// The symbols whose declarations a context shows.
fn held(graph: &Graph, context: &Context) -> BTreeSet<SymbolId> {
    let shown: BTreeSet<SymbolId> = context.items.iter().map(|item| item.symbol.id).collect();
    let parts = graph.symbol_ids().filter(|&id| {
        let mut at = id;
        while matches!(graph.kind(at), SymbolKind::Field | SymbolKind::Variant)
            && let Some(parent) = graph.parent(at)
        {
            at = parent;
        }
        shown.contains(&at)
    });
    parts.collect()
}

/// Which share of what was used is in the set.
fn share(function: &Function, held: &BTreeSet<SymbolId>) -> f64 {
    let hits = function.used.iter().filter(|used| used.iter().any(|id| held.contains(id))).count();
    hits as f64 / function.used.len() as f64
}

fn config(budget: usize, weights: Weights) -> ContextConfig {
    ContextConfig { budget, weights, ..ContextConfig::default() }
}

/// The lines of the file around the function, as many as fit: what is held by whoever pastes the file.
fn same_file(project: &Project, function: &Function, budget: usize, tokenizer: &dyn Tokenizer) -> BTreeSet<SymbolId> {
    let Some(text) = project.sources.files.get(&function.file) else { return BTreeSet::new() };
    let costs: Vec<usize> = text.split_inclusive('\n').map(|line| tokenizer.count(line)).collect();
    let (mut first, mut last) = (function.lines.0 as usize, function.lines.1 as usize);
    let mut used: usize = costs[first - 1..last].iter().sum();
    loop {
        let before = (first > 1).then(|| costs[first - 2]).filter(|cost| used + cost <= budget);
        used += before.unwrap_or(0);
        first -= usize::from(before.is_some());
        let after = costs.get(last).copied().filter(|cost| used + cost <= budget);
        used += after.unwrap_or(0);
        last += usize::from(after.is_some());
        if before.is_none() && after.is_none() {
            break;
        }
    }
    let graph = &project.graph;
    let is_in = |id: &SymbolId| {
        graph.place_of(*id).is_some_and(|(file, line)| {
            graph.file_path(file) == function.file && (first..=last).contains(&(line as usize))
        })
    };
    graph.symbol_ids().filter(is_in).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn report(projects: &[Project], tokenizer: &dyn Tokenizer) -> Result<(), Box<dyn Error>> {
    let functions: usize = projects.iter().map(|project| project.functions.len()).sum();
    let used: usize = projects.iter().flat_map(|project| &project.functions).map(|function| function.used.len()).sum();
    println!("{functions} functions, {used} uses of symbols of their crates");
    println!(
        "{:<16} {:>6} {:>7} {:>10} {:>10} {:>10} {:>7} {:>9} {:>9}",
        "crate", "tokens", "context", "where fits", "same file", "near set", "pooled", "p50 ms", "p99 ms"
    );
    let mut all: BTreeMap<usize, [Vec<f64>; 5]> = BTreeMap::new();
    for project in projects {
        for budget in BUDGETS {
            let mut rows: [Vec<f64>; 5] = Default::default();
            let mut times = Vec::new();
            for function in &project.functions {
                let config = config(budget, Weights::default());
                let started = Instant::now();
                let Ok(found) = context(&project.graph, &[function.symbol], &config, tokenizer, &project.sources)
                else {
                    rows[0].push(0.0);
                    continue;
                };
                times.push(started.elapsed().as_secs_f64() * 1e3);
                assert!(found.tokens <= budget && tokenizer.count(&found.text) == found.tokens);
                let shown = held(&project.graph, &found);
                let share_held = share(function, &shown);
                rows[4].extend(function.used.iter().map(|used| f64::from(used.iter().any(|id| shown.contains(id)))));
                rows[0].push(share_held);
                let all = ContextConfig { budget: 1_000_000, ..config };
                let whole = context(&project.graph, &[function.symbol], &all, tokenizer, &project.sources)?;
                rows[3].push(share(function, &held(&project.graph, &whole)));
                if cost_of_used(project, function, &whole) + found.tokens.min(120) <= budget {
                    rows[1].push(share_held);
                }
                rows[2].push(share(function, &same_file(project, function, budget, tokenizer)));
            }
            times.sort_by(f64::total_cmp);
            let time = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(0.0);
            print_row(&project.name, budget, &rows, Some((time(0.5), time(0.99))));
            let sums = all.entry(budget).or_default();
            for (sum, row) in sums.iter_mut().zip(rows) {
                sum.extend(row);
            }
        }
    }
    for (budget, rows) in &all {
        print_row("all", *budget, rows, None);
    }
    Ok(())
}

fn print_row(name: &str, budget: usize, rows: &[Vec<f64>; 5], times: Option<(f64, f64)>) {
    let [context, fits, file, near, pooled] = rows.each_ref().map(|row| mean(row));
    let times = times.map_or_else(String::new, |(p50, p99)| format!("{p50:>9.2} {p99:>9.2}"));
    println!("{name:<16} {budget:>6} {context:>7.3} {fits:>10.3} {file:>10.3} {near:>10.3} {pooled:>7.3} {times}");
}

/// Tokens of the declarations of what was used, as far as they were near.
fn cost_of_used(project: &Project, function: &Function, whole: &Context) -> usize {
    let graph = &project.graph;
    let costs: HashMap<SymbolId, usize> = whole.items.iter().map(|item| (item.symbol.id, item.tokens)).collect();
    let shown: BTreeSet<SymbolId> = function
        .used
        .iter()
        .filter_map(|used| used.first())
        .map(|&id| {
            let mut at = id;
            while matches!(graph.kind(at), SymbolKind::Field | SymbolKind::Variant)
                && let Some(parent) = graph.parent(at)
            {
                at = parent;
            }
            at
        })
        .collect();
    shown.iter().map(|id| costs.get(id).copied().unwrap_or(30)).sum()
}

/// Writes the crate as it is without the bodies, and `cases.json` for other programs that make contexts: for each
/// function its file and lines, and the places of what its body used.
fn write_cases(project: &Project, directory: &Path) -> Result<(), Box<dyn Error>> {
    for (path, text) in &project.sources.files {
        let file = directory.join(path);
        std::fs::create_dir_all(file.parent().unwrap_or(directory))?;
        std::fs::write(file, text.as_bytes())?;
    }
    let graph = &project.graph;
    let place =
        |id: &SymbolId| graph.place_of(*id).map(|(file, line)| serde_json::json!([graph.file_path(file), line]));
    let cases: Vec<Value> = project
        .functions
        .iter()
        .map(|function| {
            let used: Vec<Vec<Value>> =
                function.used.iter().map(|used| used.iter().filter_map(place).collect()).collect();
            let name = graph.name(function.symbol);
            serde_json::json!({ "name": name, "file": function.file, "lines": function.lines, "used": used })
        })
        .collect();
    std::fs::write(directory.join("cases.json"), serde_json::to_vec(&cases)?)?;
    Ok(())
}

/// Remembers counts; long texts are estimated, for no answer of a fit is shown.
struct Memo<'t> {
    tokenizer: &'t dyn Tokenizer,
    known: RefCell<HashMap<String, usize>>,
}

impl Tokenizer for Memo<'_> {
    fn name(&self) -> &str {
        self.tokenizer.name()
    }

    fn count(&self, text: &str) -> usize {
        if text.len() > 1_500 {
            return text.len() * 10 / 38;
        }
        if let Some(&count) = self.known.borrow().get(text) {
            return count;
        }
        let count = self.tokenizer.count(text);
        self.known.borrow_mut().insert(text.to_owned(), count);
        count
    }
}

/// Climbs from the present weights, one weight at a time, while the mean share at 1,000 and 2,000 tokens grows.
fn fit(projects: &[Project], tokenizer: &dyn Tokenizer) {
    let memo = Memo { tokenizer, known: RefCell::default() };
    let score = |weights: Weights| {
        let mut shares = Vec::new();
        for project in projects {
            for function in &project.functions {
                for budget in [1_000, 2_000] {
                    let found =
                        context(&project.graph, &[function.symbol], &config(budget, weights), &memo, &project.sources);
                    shares.push(found.map_or(0.0, |found| share(function, &held(&project.graph, &found))));
                }
            }
        }
        mean(&shares)
    };
    let mut weights = Weights::default();
    let mut best = score(weights);
    println!("start {best:.4}");
    for factor in [3.0_f32, 1.7, 1.3] {
        for (at, signal) in Signal::ALL.iter().enumerate() {
            for factor in [factor, 1.0 / factor] {
                loop {
                    let mut tried = weights;
                    tried.0[at] = (tried.0[at] * factor).min(0.98);
                    let new = if tried == weights { best } else { score(tried) };
                    if new <= best + 1e-4 {
                        break;
                    }
                    (weights, best) = (tried, new);
                    println!("{best:.4} {signal:?} = {:.3}", weights.0[at]);
                }
            }
        }
    }
    for (signal, weight) in Signal::ALL.iter().zip(weights.0) {
        println!("{signal:?} = {weight:.3}");
    }
}
