//! `isgraph explain`.

use std::path::Path;

use isgraph::SourceSet;
use isgraph::explain::{Candidate, Explanation, Position, Probing, Use, Verdict};
use isgraph::model::Confidence;
use isgraph::source::dump::Origin;
use isgraph_host::store::DumpPlaces;

use crate::args::{ExplainArgs, Global};
use crate::exit::Failure;
use crate::output::Output;
use crate::output::style::{ERROR, FAINT, GOOD, HEADING, NAME, PLACE, paint};
use crate::output::table::printable;
use crate::source::{Sources, sources};

pub(crate) fn run(arguments: &ExplainArgs, global: &Global, output: &Output) -> Result<(), Failure> {
    let Sources { set, config, places, root } = sources(&arguments.input, global, output)?;
    let place = &arguments.place;
    let (file, line) = match in_dump(&set, &place.file, place.line) {
        Some(found) => found,
        None => (seen_from(root.as_deref(), &place.file), place.line),
    };
    let at = Position { file, line, column: place.column };
    let explained = crate::threads::with_pool(global.threads, || isgraph::explain(&set, &config, &at))?;
    let explanation = explained.map_err(|error| Failure::reading(&error))?;
    if output.is_json() {
        return output.json(&explanation);
    }
    let shown = places.place(&explanation.file, explanation.line);
    output.text(&describe(&explanation, &shown))
}

/// The file and line that stand at a line of a dump.
fn in_dump(set: &SourceSet, dump: &str, line: u32) -> Option<(String, u32)> {
    let places = DumpPlaces::of(set)?;
    let index = places.dumps.iter().position(|label| label == dump)?;
    let first = |origin: &Origin| origin.dump_line(1);
    let of_dump = places.files.iter().filter(|(_, origin)| origin.dump as usize == index && first(origin) <= line);
    let (file, origin) = of_dump.max_by_key(|(_, origin)| first(origin))?;
    let number = line - first(origin) + 1;
    (origin.dump_line(number) == line).then(|| (file.clone(), number))
}

/// A file that was named from here, as the source set names it.
fn seen_from(root: Option<&Path>, file: &str) -> String {
    let below = |root: &Path| {
        let (file, root) = (Path::new(file).canonicalize().ok()?, root.canonicalize().ok()?);
        let parts = file.strip_prefix(root).ok()?.iter().map(|part| part.to_str());
        Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
    };
    root.and_then(below).unwrap_or_else(|| file.to_owned())
}

fn describe(explanation: &Explanation, place: &str) -> String {
    let mut out = format!(
        "{} at {}\n  {}\n",
        paint(HEADING, format!("`{}`", printable(&explanation.name))),
        paint(PLACE, format!("{place}:{}", explanation.column)),
        paint(FAINT, printable(&explanation.source)),
    );
    for one in &explanation.uses {
        out.push_str(&format!("\nin {}\n", paint(NAME, printable(&one.from))));
        describe_use(one, &mut out);
    }
    out
}

fn describe_use(one: &Use, out: &mut String) {
    for decision in &one.decisions {
        let sure = match decision.confidence {
            Confidence::High => String::new(),
            other => format!(", {other} confidence"),
        };
        out.push_str(&format!(
            "  {} {} {}\n",
            paint(GOOD, decision.kind),
            paint(NAME, printable(&decision.to)),
            paint(FAINT, format!("({}{sure})", decision.reason)),
        ));
    }
    if let Some(site) = &one.unresolved {
        out.push_str(&format!("  {} {}\n", paint(ERROR, "unresolved:"), site.missing.sentence()));
        for candidate in &site.candidates {
            out.push_str(&format!("    may be {}\n", paint(NAME, printable(candidate))));
        }
    }
    if let Some(probing) = &one.probing {
        describe_probing(probing, out);
    }
}

fn describe_probing(probing: &Probing, out: &mut String) {
    out.push_str(&format!("  the receiver is {}\n", paint(HEADING, printable(&probing.receiver))));
    for (number, step) in probing.steps.iter().enumerate() {
        let nothing = if step.candidates.is_empty() { ": no candidate" } else { "" };
        out.push_str(&format!("  step {}: {}{nothing}\n", number + 1, paint(HEADING, printable(&step.ty))));
        for candidate in &step.candidates {
            out.push_str(&describe_candidate(candidate));
        }
    }
    if probing.ends_unknown {
        out.push_str("  what is behind that is not known\n");
    }
}

fn describe_candidate(candidate: &Candidate) -> String {
    let verdict = candidate.verdict.sentence();
    let style = if candidate.verdict == Verdict::Taken { GOOD } else { FAINT };
    format!(
        "    {} {} {}\n",
        paint(NAME, printable(&candidate.path)),
        paint(FAINT, format!("({}):", candidate.reason)),
        paint(style, verdict)
    )
}
