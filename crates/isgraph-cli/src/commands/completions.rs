//! `isgraph completions`.

use std::io::{self, Write};

use clap::CommandFactory;

use crate::args::{Cli, CompletionsArgs};
use crate::exit::Failure;

pub(crate) fn run(arguments: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "isgraph", &mut script);
    io::stdout().write_all(&script).map_err(|error| Failure::write("to standard output", &error))
}
