//! What a format's reader gives: one file at a time, from as much of the dump as is in memory.

use std::borrow::Cow;

use super::tree::Tree;
use crate::model::Severity;

/// Cuts a dump into files, one at a time.
pub(super) trait Reader {
    /// The next file of `rest`, which starts where the last step ended.
    ///
    /// `at_end` says that `rest` is all that there is; before that, [`Step::More`] asks for a
    /// longer `rest` with the same start. With `at_end` a reader never answers `More`.
    fn next<'t>(&mut self, rest: &'t str, at_end: bool) -> Step<'t>;

    /// The tree that the dump draws, less the files that were read; empty when there is none.
    fn tree(&self) -> Option<&Tree> {
        None
    }

    /// Whether the whole dump shows if an empty line after every file is the tool's.
    fn shows_gaps(&self) -> bool {
        false
    }

    /// What may be wrong with every file of the dump, as its preamble says.
    fn altered(&self) -> Option<&'static str> {
        None
    }
}

/// One step of reading a dump.
#[derive(Debug)]
pub(super) enum Step<'t> {
    /// A file, and where the next step starts.
    File(DumpedFile<'t>, usize),
    /// More text is needed.
    More,
    /// There is no further file.
    End,
}

/// One file of a dump.
#[derive(Debug)]
pub(super) struct DumpedFile<'t> {
    /// Its path as written.
    pub(super) path: Cow<'t, str>,
    /// Its text.
    pub(super) text: Cow<'t, str>,
    /// Where its text starts in what was given to the reader.
    pub(super) at: usize,
    /// Whether the dump holds all of the text in the line where it starts, as JSON does.
    pub(super) one_line: bool,
    /// How sure and whole it is.
    pub(super) state: State,
    /// What was decided on the way: place in what was given to the reader, and one sentence.
    pub(super) doubts: Vec<(usize, Severity, String)>,
}

impl<'t> DumpedFile<'t> {
    /// A whole file.
    pub(super) fn new(path: impl Into<Cow<'t, str>>, text: impl Into<Cow<'t, str>>, at: usize) -> Self {
        Self { path: path.into(), text: text.into(), at, one_line: false, state: State::Whole, doubts: Vec::new() }
    }

    /// The file with another state, unless it already has a worse one.
    pub(super) fn with(mut self, state: State) -> Self {
        if state.rank() > self.state.rank() {
            self.state = state;
        }
        self
    }
}

/// How sure and whole a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// As it was, by the rules of the format.
    Whole,
    /// Where it ends could be decided otherwise.
    Ambiguous(Cow<'static, str>),
    /// Some of it is missing or was changed.
    Partial(Cow<'static, str>),
    /// Its text is not there.
    Absent(Cow<'static, str>),
}

impl State {
    fn rank(&self) -> u8 {
        match self {
            Self::Whole => 0,
            Self::Ambiguous(_) => 1,
            Self::Partial(_) => 2,
            Self::Absent(_) => 3,
        }
    }
}
