//! `isgraph generate-context`.

use std::io::Read;
use std::path::Path;
use std::time::Instant;

use isgraph::context::{
    Context, ContextConfig, Level, Tokenizer, built_in, changed_lines, changed_symbols, context, find_targets,
};
use isgraph::model::SymbolId;
use isgraph::{Error, ErrorCode};
use serde::Serialize;

use crate::args::{ContextArgs, Global};
use crate::exit::{Exit, Failure};
use crate::output::style::{FAINT, PLAIN, WARNING, paint};
use crate::output::table::{Column, Shrink, Table};
use crate::output::{Output, human};
use crate::source::{Loaded, load};

/// Enough for anything: what a level takes in all.
const NO_LIMIT: usize = 1_000_000;

pub(crate) fn run(arguments: &ContextArgs, global: &Global, output: &Output) -> Result<(), Failure> {
    let tokenizer = built_in(&arguments.tokenizer).map_err(|error| Failure::reading(&error))?;
    // A vocabulary takes as long to read as a graph: both at once.
    let reading = std::thread::spawn(move || tokenizer.count(""));
    let loaded = load(&arguments.input, global, output)?;
    // A thread that only counts has nothing to fail at.
    let _ = reading.join();
    let started = Instant::now();
    let targets = targets(arguments, &loaded, output)?;
    let config = ContextConfig {
        budget: arguments.budget,
        hops: arguments.hops,
        level: arguments.level,
        ..ContextConfig::default()
    };
    let ask = Ask { loaded: &loaded, targets: &targets, config, tokenizer };
    let printed = if arguments.estimate { ask.estimate(output) } else { ask.print(output) };
    output.step("context", started.elapsed());
    // The process ends here; giving the memory back piece by piece would only take time.
    std::mem::forget(loaded);
    printed
}

fn targets(arguments: &ContextArgs, loaded: &Loaded, output: &Output) -> Result<Vec<SymbolId>, Failure> {
    let mut targets = Vec::new();
    for name in &arguments.targets {
        targets.extend(find_targets(&loaded.graph, name).map_err(|error| Failure::reading(&error))?);
    }
    if let Some(file) = &arguments.diff {
        let changes = changed_lines(&read_diff(file)?);
        let (symbols, unknown) = changed_symbols(&loaded.graph, &changes, &*loaded.texts);
        for file in unknown.iter().filter(|file| file.ends_with(".rs")) {
            output.note(&format!("{} {file} of the diff is not in the index", paint(WARNING, "note:")));
        }
        if symbols.is_empty() && targets.is_empty() {
            let message =
                format!("{} changes no item of the index: is it a unified diff of this project?", file.display());
            return Err(Failure::new(Exit::Symbol, ErrorCode::SymbolNotFound, message));
        }
        targets.extend(symbols);
    }
    Ok(targets)
}

fn read_diff(file: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    // A diff may show lines of files that are not UTF-8; their paths and numbers still count.
    read.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .map_err(|error| Failure::input(file.display(), &error))
}

struct Ask<'a> {
    loaded: &'a Loaded,
    targets: &'a [SymbolId],
    config: ContextConfig,
    tokenizer: &'a dyn Tokenizer,
}

impl Ask<'_> {
    fn context(&self, level: Level, budget: usize) -> Result<Context, Error> {
        let config = ContextConfig { level, budget, ..self.config };
        context(&self.loaded.graph, self.targets, &config, self.tokenizer, &*self.loaded.texts)
    }

    fn print(&self, output: &Output) -> Result<(), Failure> {
        let context = self.context(self.config.level, self.config.budget).map_err(|error| Failure::reading(&error))?;
        if output.is_json() {
            return output.json(&context);
        }
        output.plain(&context.text)?;
        for target in &context.targets {
            if let Some(note) = &target.note {
                output.note(&format!("{} {}: {note}", paint(WARNING, "note:"), target.symbol.path));
            }
        }
        let left_out = match context.left_out.len() + context.beyond {
            0 => String::new(),
            count => format!(", {} left out", human::grouped(count)),
        };
        let said = format!(
            "{} of {} tokens ({}), {}{left_out}",
            human::grouped(context.tokens),
            human::grouped(context.budget),
            context.tokenizer,
            human::count(context.items.len(), "declaration"),
        );
        output.note(&paint(FAINT, said));
        Ok(())
    }

    fn estimate(&self, output: &Output) -> Result<(), Failure> {
        let mut levels = Vec::new();
        for &level in Level::ALL {
            let whole = self.context(level, NO_LIMIT).map_err(|error| Failure::reading(&error))?;
            let cut = self.context(level, self.config.budget).ok();
            levels.push(LevelEstimate {
                level,
                tokens: whole.tokens,
                declarations: whole.items.len(),
                tokens_in_budget: cut.as_ref().map(|cut| cut.tokens),
                declarations_in_budget: cut.as_ref().map(|cut| cut.items.len()),
            });
        }
        if output.is_json() {
            let (budget, tokenizer) = (self.config.budget, self.tokenizer.name());
            return output.json(&Estimate { budget, tokenizer, levels: &levels });
        }
        let mut table = Table::new(
            ["level", "tokens", "declarations", "tokens in budget", "declarations in budget"].map(|title| Column {
                title,
                style: PLAIN,
                shrink: Shrink::Never,
            }),
        );
        let maybe = |number: Option<usize>| number.map_or_else(|| "too small".to_owned(), human::grouped);
        for row in &levels {
            table.row([
                row.level.as_str().to_owned(),
                human::grouped(row.tokens),
                human::grouped(row.declarations),
                maybe(row.tokens_in_budget),
                maybe(row.declarations_in_budget),
            ]);
        }
        output.text(&table.render(output.width()))
    }
}

#[derive(Serialize)]
struct Estimate<'a> {
    budget: usize,
    tokenizer: &'a str,
    levels: &'a [LevelEstimate],
}

/// What a level takes.
#[derive(Serialize)]
struct LevelEstimate {
    level: Level,
    /// Tokens of everything within the hops.
    tokens: usize,
    declarations: usize,
    /// Tokens within the budget; null when the budget is too small for the targets' signatures.
    tokens_in_budget: Option<usize>,
    declarations_in_budget: Option<usize>,
}
