//! What is printed, where and how.

pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod places;
pub(crate) mod style;
pub(crate) mod table;

use std::io::{self, IsTerminal, Write};

use anstream::AutoStream;
use serde::Serialize;

use crate::args::Global;
use crate::exit::Failure;

/// The two streams of a command and who reads them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
    quiet: bool,
    verbose: bool,
    color: anstream::ColorChoice,
    width: Option<usize>,
}

impl Output {
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            json: global.is_json(),
            quiet: global.quiet,
            verbose: global.verbose,
            color: global.color.into(),
            width: terminal_width(),
        }
    }

    /// Whether a program reads the output.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether only results and errors are wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Columns of the terminal; `None` where the output is no terminal.
    pub(crate) fn width(&self) -> Option<usize> {
        self.width
    }

    /// Prints styled text.
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = AutoStream::new(io::stdout().lock(), stream_choice(self.color, &io::stdout()));
        let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
        written.map_err(|error| Failure::write("to standard output", &error))
    }

    /// Prints text that is meant for programs as much as for people: byte for byte, but for what a terminal would obey.
    pub(crate) fn plain(&self, text: &str) -> Result<(), Failure> {
        let on_terminal = io::stdout().is_terminal();
        let shown: std::borrow::Cow<'_, str> = if on_terminal {
            text.chars().map(|c| if c.is_control() && !matches!(c, '\n' | '\t') { '?' } else { c }).collect()
        } else {
            text.into()
        };
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(shown.as_bytes()).and_then(|()| stdout.flush());
        written.map_err(|error| Failure::write("to standard output", &error))
    }

    /// Prints one JSON object and a line break: on one line for programs, indented on a terminal.
    pub(crate) fn json(&self, value: &impl Serialize) -> Result<(), Failure> {
        let mut stdout = io::BufWriter::new(io::stdout().lock());
        let on_terminal = self.width.is_some();
        let written = if on_terminal {
            serde_json::to_writer_pretty(&mut stdout, value)
        } else {
            serde_json::to_writer(&mut stdout, value)
        };
        let written =
            written.map_err(io::Error::from).and_then(|()| stdout.write_all(b"\n")).and_then(|()| stdout.flush());
        written.map_err(|error| Failure::write("to standard output", &error))
    }

    /// Says something on the side, unless told to be quiet or read by a program.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet && !self.json {
            self.stderr(&format!("{text}\n"));
        }
    }

    /// Says how long a step took, when asked to.
    pub(crate) fn step(&self, what: &str, elapsed: std::time::Duration) {
        if self.verbose {
            self.stderr(&format!(
                "{}\n",
                style::paint(style::FAINT, format_args!("{what}: {}", human::duration(elapsed)))
            ));
        }
    }

    /// Says why the command failed.
    pub(crate) fn failure(&self, failure: &Failure) {
        if failure.silent {
            return;
        }
        let text = if self.json { json::failure(failure) } else { human::failure(failure) };
        self.stderr(&text);
    }

    fn stderr(&self, text: &str) {
        let mut stderr = AutoStream::new(io::stderr().lock(), stream_choice(self.color, &io::stderr()));
        // Where standard error is closed there is nobody to tell.
        let _ = stderr.write_all(text.as_bytes());
    }
}

/// What `auto` means for this stream.
fn stream_choice(asked: anstream::ColorChoice, stream: &impl anstream::stream::RawStream) -> anstream::ColorChoice {
    match asked {
        anstream::ColorChoice::Auto => AutoStream::choice(stream),
        asked => asked,
    }
}

fn terminal_width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let (terminal_size::Width(width), _) = terminal_size::terminal_size()?;
    Some(usize::from(width))
}
