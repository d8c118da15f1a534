//! `isgraph stats`.

use std::fmt::Display;

use isgraph::query::{self, Stats};

use crate::args::{Global, StatsArgs};
use crate::exit::Failure;
use crate::output::style::{HEADING, PLAIN, paint};
use crate::output::table::{Column, Shrink, Table};
use crate::output::{Output, human};
use crate::source::load;

pub(crate) fn run(arguments: &StatsArgs, global: &Global, output: &Output) -> Result<(), Failure> {
    let loaded = load(&arguments.input, global, output)?;
    let stats = query::stats(&loaded.graph);
    let printed = if output.is_json() { output.json(&stats) } else { output.text(&describe(&stats, output.width())) };
    // The process ends here; giving the memory back piece by piece would only take time.
    std::mem::forget(loaded);
    printed
}

const WHAT: Column = Column { title: "", style: PLAIN, shrink: Shrink::End };
const COUNT: Column = Column { title: "", style: PLAIN, shrink: Shrink::Never };

fn describe(stats: &Stats, width: Option<usize>) -> String {
    let mut out = format!(
        "{} with {}, {} in memory\n",
        paint(HEADING, human::count(stats.files, "file")),
        human::count(stats.lines, "line"),
        bytes(stats.heap_bytes),
    );
    section(&mut out, &human::count(stats.symbols, "symbol"), &stats.symbols_by_kind, width);
    section(&mut out, &human::count(stats.edges, "edge"), &stats.edges_by_kind, width);
    section(&mut out, "by confidence", &stats.edges_by_confidence, width);
    let forms = stats
        .unresolved_by_form
        .iter()
        .flat_map(|(form, all)| all.iter().map(move |(missing, count)| (format!("{form}, {missing}"), count)));
    section(&mut out, &human::count(stats.unresolved, "unresolved site"), forms, width);
    section(&mut out, &human::count(stats.diagnostics, "diagnostic"), &stats.diagnostics_by_code, width);
    out
}

/// A heading, and what it counts, the most first.
fn section<'a, K: Display>(
    out: &mut String,
    title: &str,
    counts: impl IntoIterator<Item = (K, &'a usize)>,
    width: Option<usize>,
) {
    let mut rows: Vec<(K, usize)> = counts.into_iter().map(|(what, &count)| (what, count)).collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if rows.is_empty() && title.starts_with("by ") {
        return;
    }
    out.push_str(&format!("\n{}\n", paint(HEADING, title)));
    let mut table = Table::new([WHAT, COUNT]);
    for (what, count) in rows {
        table.row([format!("  {what}"), human::grouped(count)]);
    }
    out.push_str(&table.body(width));
}

fn bytes(number: usize) -> String {
    match number {
        ..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{:.1} KB", number as f64 / 1e3),
        _ => format!("{:.1} MB", number as f64 / 1e6),
    }
}
