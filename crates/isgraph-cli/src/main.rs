//! The `isgraph` command.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the command reads files, its environment and clocks; the core does not"
)]

mod args;
mod commands;
mod exit;
mod output;
mod progress;
mod source;
mod threads;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use args::{Cli, Color, Command};
use exit::{Exit, Failure};
use output::Output;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let early = Early::read(&arguments);
    let command = Cli::command().color(early.color.into());
    let parsed = command.try_get_matches_from(&arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return early.stop(&error),
    };
    let output = Output::new(&cli.global);
    match run(&cli, &output) {
        Ok(()) => Exit::Done.into(),
        Err(failure) => {
            output.failure(&failure);
            failure.exit.into()
        }
    }
}

fn run(cli: &Cli, output: &Output) -> Result<(), Failure> {
    match &cli.command {
        Command::Index(arguments) => commands::index::run(arguments, &cli.global, output),
        Command::Ingest(arguments) => commands::ingest::run(arguments, &cli.global, output),
        Command::Query(arguments) => commands::query::run(arguments, &cli.global, output),
        Command::Explain(arguments) => commands::explain::run(arguments, &cli.global, output),
        Command::Context(arguments) => commands::context::run(arguments, &cli.global, output),
        Command::Map(arguments) => commands::map::run(arguments, &cli.global, output),
        Command::Export(arguments) => commands::export::run(arguments, &cli.global, output),
        Command::Stats(arguments) => commands::stats::run(arguments, &cli.global, output),
        Command::Completions(arguments) => commands::completions::run(arguments),
    }
}

/// What must be known before the arguments are parsed, because parsing may fail.
struct Early {
    json: bool,
    color: Color,
}

impl Early {
    fn read(arguments: &[OsString]) -> Self {
        let mut early = Self { json: false, color: Color::Auto };
        let mut words = arguments.iter().skip(1).map(|word| word.to_string_lossy()).take_while(|word| word != "--");
        while let Some(word) = words.next() {
            let (flag, value) = match word.split_once('=') {
                Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
                None => (word.into_owned(), None),
            };
            match flag.as_str() {
                "--json" => early.json = true,
                "--format" => early.json |= value.or_else(|| words.next().map(Into::into)).as_deref() == Some("json"),
                "--color" => match value.or_else(|| words.next().map(Into::into)).as_deref() {
                    Some("always") => early.color = Color::Always,
                    Some("never") => early.color = Color::Never,
                    _ => {}
                },
                _ => {}
            }
        }
        early
    }

    /// Prints clap's help, version or complaint.
    fn stop(&self, error: &clap::Error) -> ExitCode {
        // Where nobody reads there is nobody to tell.
        let _ = if self.json && error.use_stderr() {
            std::io::stderr().write_all(output::json::usage_error(error).as_bytes())
        } else {
            error.print()
        };
        if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
    }
}
