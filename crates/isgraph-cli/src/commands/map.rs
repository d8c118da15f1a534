//! `isgraph map`.

use std::time::Instant;

use isgraph::context::{built_in, map};

use crate::args::{Global, MapArgs};
use crate::exit::Failure;
use crate::output::style::{FAINT, paint};
use crate::output::{Output, human};
use crate::source::load;

pub(crate) fn run(arguments: &MapArgs, global: &Global, output: &Output) -> Result<(), Failure> {
    let tokenizer = built_in(&arguments.tokenizer).map_err(|error| Failure::reading(&error))?;
    // A vocabulary takes as long to read as a graph: both at once.
    let reading = std::thread::spawn(move || tokenizer.count(""));
    let loaded = load(&arguments.input, global, output)?;
    // A thread that only counts has nothing to fail at.
    let _ = reading.join();
    let started = Instant::now();
    let map = map(&loaded.graph, arguments.budget, tokenizer).map_err(|error| Failure::reading(&error))?;
    output.step("map", started.elapsed());
    // The process ends here; giving the memory back piece by piece would only take time.
    std::mem::forget(loaded);
    if output.is_json() {
        return output.json(&map);
    }
    output.plain(&map.text)?;
    let said = format!(
        "{} of {} tokens ({}), {}, {} left out",
        human::grouped(map.tokens),
        human::grouped(map.budget),
        map.tokenizer,
        human::count(map.items.len(), "declaration"),
        human::grouped(map.left_out),
    );
    output.note(&paint(FAINT, said));
    Ok(())
}
