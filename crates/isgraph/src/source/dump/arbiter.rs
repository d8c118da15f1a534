//! Header or content? A line that reads like a header may stand inside a file that talks of dumps.
//!
//! What the dump's own tree shows once is a header once. Where no tree decides, the Rust file
//! before it does: a place between items is a header's, one inside a literal, a comment or brackets
//! is looked at twice. Whatever is decided there is reported.

use super::rust_text::{RustText, Standing};
use super::tree::Tree;
use crate::model::Severity;

/// No literal of a source file is longer than this, in bytes.
const LOOKAHEAD: usize = 1 << 20;
/// Bytes that may be read ahead at the start, and one more per so many bytes that were read: so
/// that no dump takes quadratic time.
const FIRST_PROBES: usize = 16 << 20;
const BYTES_PER_PROBE: usize = 16;

/// Decides which candidates are headers.
#[derive(Debug)]
pub(super) struct Arbiter {
    tree: Tree,
    /// Whether the format's tree shows every file of the dump.
    tree_is_whole: bool,
    started: bool,
    probes: usize,
}

/// What a candidate is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Header,
    Content,
    /// More text is needed to tell.
    More,
}

/// The file in which a candidate stands.
#[derive(Debug)]
pub(super) struct Current {
    /// The Rust text so far; `None` for a file that is not Rust.
    state: Option<RustText>,
    /// Up to where it was read.
    read: usize,
    /// What was decided: place and sentence.
    pub(super) doubts: Vec<(usize, Severity, String)>,
}

impl Current {
    /// The file `path` whose text starts at `content`.
    pub(super) fn new(path: &str, content: usize) -> Self {
        Self { state: path.ends_with(".rs").then(RustText::default), read: content, doubts: Vec::new() }
    }

    /// Where the place `at` stands, in a Rust file.
    pub(super) fn standing(&mut self, rest: &str, at: usize) -> Option<Standing> {
        let state = self.state.as_mut()?;
        if let Some(unread) = rest.get(self.read..at) {
            state.read(unread);
            self.read = at;
        }
        Some(state.standing())
    }
}

impl Arbiter {
    /// Reads the tree of a preamble.
    pub(super) fn new(preamble: &str, tree_is_whole: bool) -> Self {
        Self { tree: Tree::read(preamble), tree_is_whole, started: false, probes: FIRST_PROBES }
    }

    /// The tree, less the files that were read.
    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Takes note of a file that was read, so many bytes long.
    pub(super) fn was_read(&mut self, path: &str, bytes: usize) {
        if self.started {
            self.tree.take(path);
        } else {
            self.tree.take_first(path);
            self.started = true;
        }
        self.probes = self.probes.saturating_add(bytes / BYTES_PER_PROBE);
    }

    /// Judges the candidate for `path` that starts at `at`. `next_candidate` finds the next one
    /// at or after a place.
    pub(super) fn judge(
        &mut self,
        rest: &str,
        at_end: bool,
        (at, path): (usize, &str),
        current: &mut Current,
        next_candidate: impl Fn(usize) -> Option<usize>,
    ) -> Verdict {
        let by_tree = !self.tree.is_empty() && self.tree_is_whole;
        if by_tree && self.tree.shows(path) {
            return Verdict::Header;
        }
        let standing = current.standing(rest, at);
        if by_tree || (!self.tree.is_empty() && !matches!(standing, None | Some(Standing::Outside))) {
            if self.tree.shows(path) {
                return Verdict::Header;
            }
            let message = format!("`{path}` is not in the dump's tree; the line is read as content");
            current.doubts.push((at, Severity::Warning, message));
            return Verdict::Content;
        }
        match standing {
            None | Some(Standing::Outside) => return Verdict::Header,
            Some(_) if !is_plausible(path) => return Verdict::Content,
            Some(Standing::Quoted) => match self.makes_whole(rest, at_end, at, current, next_candidate) {
                None => return Verdict::More,
                Some(true) => {
                    let message =
                        format!("the header of `{path}` stands inside a literal or comment; it is read as content");
                    current.doubts.push((at, Severity::Warning, message));
                    return Verdict::Content;
                }
                Some(false) => {}
            },
            Some(Standing::Bracketed) => {}
        }
        let message = format!("the file before `{path}` is not complete; it is read as a file of its own all the same");
        current.doubts.push((at, Severity::Warning, message));
        Verdict::Header
    }

    /// Whether the current file is whole if the candidate at `at` is part of its open literal or
    /// comment; `None` when more text is needed.
    fn makes_whole(
        &mut self,
        rest: &str,
        at_end: bool,
        at: usize,
        current: &Current,
        next_candidate: impl Fn(usize) -> Option<usize>,
    ) -> Option<bool> {
        let mut state = current.state.clone().unwrap_or_default();
        let limit = self.probes.min(LOOKAHEAD);
        let window = &rest[..rest.floor_char_boundary(at.saturating_add(limit))];
        let needs_more = !at_end && window.len() == rest.len();
        let mut read = at;
        // One literal after the other, as long as the next candidate stands in one, too.
        let is_whole = loop {
            match state.close(&window[read..]) {
                Some(end) => read += end,
                None if needs_more => return None,
                None => break false,
            }
            let next = match next_candidate(read) {
                Some(next) if next <= window.len() => next,
                None if needs_more => return None,
                None if window.len() == rest.len() => rest.len(),
                _ => break false,
            };
            state.read(&window[read..next]);
            read = next;
            match state.standing() {
                Standing::Quoted if next < rest.len() => {}
                _ => break state.is_whole(),
            }
        };
        let probed = if is_whole { read - at } else { window.len() - at };
        self.probes -= probed.min(self.probes);
        Some(is_whole)
    }
}

/// Whether a marker's rest looks like a path, not like a field's type or a sentence.
fn is_plausible(path: &str) -> bool {
    path.contains(['/', '\\', '.']) && !path.contains("::") && !path.ends_with([',', ';', '{', ')', '"'])
}
