//! A progress line on a terminal; nothing elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use isgraph_host::walk::Progress as Reading;

use crate::output::Output;

const COUNTED: &str = "{spinner} {msg} {bar:24} {human_pos}/{human_len} {elapsed}";
const UNCOUNTED: &str = "{spinner} {msg} {elapsed}";

/// Says on standard error what is going on, while it goes on. Gone when dropped.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Begins with the first step.
    pub(crate) fn start(output: &Output, what: &'static str) -> Self {
        if output.is_quiet() || output.is_json() || !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let progress = Self(ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()));
        progress.step(what);
        progress.0.enable_steady_tick(Duration::from_millis(80));
        progress
    }

    /// Goes on to the next step, whose length is not known.
    pub(crate) fn step(&self, what: &'static str) {
        self.draw_as(UNCOUNTED);
        self.0.set_message(what);
    }

    /// How far the reading of files is.
    pub(crate) fn reading(&self, reading: Reading) {
        match reading {
            Reading::Listed { files } => {
                self.0.set_length(files as u64);
                self.draw_as(COUNTED);
            }
            Reading::Read { done, .. } => self.0.set_position(done as u64),
            _ => {}
        }
    }

    fn draw_as(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
