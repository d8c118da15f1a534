//! files-to-prompt's default: the path, `---`, the text, an empty line, `---`.

use super::arbiter::{Arbiter, Current, Verdict};
use super::scan::{LineFinder, is_path, line_at, without_newlines};
use super::step::{DumpedFile, Reader, State, Step};

const RULE: &str = "---";

/// Reads such a dump: a rule after an empty line ends a text when a path and a rule, or nothing,
/// follow.
#[derive(Debug)]
pub(super) struct RuledPathsReader {
    arbiter: Arbiter,
    rule: LineFinder,
}

impl RuledPathsReader {
    pub(super) fn new(preamble: &str) -> Self {
        Self { arbiter: Arbiter::new(preamble, false), rule: LineFinder::new(RULE) }
    }
}

/// The path in the line at `at`, when a rule follows, and where the text starts.
pub(super) fn header(text: &str, at: usize) -> Option<(&str, usize)> {
    let (path, next) = line_at(text, at);
    let (rule, content) = line_at(text, next);
    (is_path(path) && rule == RULE).then_some((path, content))
}

impl Reader for RuledPathsReader {
    fn next<'t>(&mut self, rest: &'t str, at_end: bool) -> Step<'t> {
        let Some((path, content)) = header(rest, 0) else {
            let cut = line_at(rest, line_at(rest, 0).1).1 >= rest.len();
            return if cut && !at_end { Step::More } else { Step::End };
        };
        let mut current = Current::new(path, content);
        let mut from = content;
        let mut state = State::Whole;
        let (end, next) = loop {
            let Some(at) = self.rule.find(rest, from) else {
                if !at_end {
                    return Step::More;
                }
                state = State::Partial("the dump ends inside this file".into());
                break (rest.len(), rest.len());
            };
            from = at + 1;
            let (line, after) = line_at(rest, at);
            if !at_end && line_at(rest, line_at(rest, after).1).1 >= rest.len() {
                return Step::More;
            }
            let is_end = line == RULE && at > content && rest[..at].trim_end_matches('\r').ends_with('\n') && {
                let before = super::scan::line_before(rest, at);
                before.is_some_and(|before| line_at(rest, before).0.is_empty())
            };
            if !is_end {
                continue;
            }
            if after >= rest.len() {
                break (at, after);
            }
            let Some((candidate, _)) = header(rest, after) else { continue };
            let later = |from| self.rule.find(rest, from);
            match self.arbiter.judge(rest, at_end, (at, candidate), &mut current, later) {
                Verdict::Header => break (at, after),
                Verdict::Content => {}
                Verdict::More => return Step::More,
            }
        };
        let text = &rest[content..end];
        // The tool prints the text, which ends a line, and an empty line.
        let text = if state == State::Whole { without_newlines(text, 2) } else { text };
        let mut file = DumpedFile::new(path, text, content).with(state);
        file.doubts = current.doubts;
        self.arbiter.was_read(path, next);
        Step::File(file, next)
    }
}
