//! Formats that put each file between an opening and a closing line of XML, its text as it is.
//!
//! Nothing is escaped, so a closing line may be content: it closes only when what must follow it
//! does, and the [`Arbiter`] agrees.

use super::arbiter::{Arbiter, Current, Verdict};
use super::fenced::FENCE;
use super::rust_text::Standing;
use super::scan::{LineFinder, line_at, line_before, skip_empty_lines, without_newlines};
use super::step::{DumpedFile, Reader, State, Step};
use super::tree::Tree;

/// Which elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tags {
    /// `<file path="…">` until `</files>` or `</repository_files>`; repomix trims the texts.
    Repomix,
    /// The same, with a fence around the text.
    Code2prompt,
    /// `<document index="…">`, `<source>`, `<document_content>` until `</documents>`.
    FilesToPrompt,
    /// `<file path="…">` until `</source>`, the path escaped.
    Onefilellm,
}

/// Reads such a dump.
#[derive(Debug)]
pub(super) struct TaggedReader {
    tags: Tags,
    open: LineFinder,
    close: LineFinder,
    arbiter: Arbiter,
    altered: Option<&'static str>,
}

/// An opening.
#[derive(Debug, Clone, Copy)]
struct Open<'t> {
    path: &'t str,
    /// How far its line is indented.
    indent: usize,
    /// Where the content starts.
    content: usize,
}

/// What follows a closing line.
enum After<'t> {
    /// A file, whose opening starts there.
    Open(usize, Open<'t>),
    /// The end of the files.
    End,
    /// Neither: the line closes nothing.
    Other,
    /// The text that is in memory ends first.
    Unknown,
}

impl Tags {
    fn open_line(self) -> &'static str {
        match self {
            Self::FilesToPrompt => "<document index=\"",
            _ => "<file path=\"",
        }
    }

    fn close_line(self) -> &'static str {
        match self {
            Self::FilesToPrompt => "</document_content>",
            _ => "</file>",
        }
    }

    fn ends_with(self, line: &str) -> bool {
        match self {
            Self::Repomix => line == "</files>" || line == "</repository_files>",
            Self::Code2prompt => line == "</files>" || line.starts_with("<git-diff>"),
            Self::FilesToPrompt => line == "</documents>",
            Self::Onefilellm => line == "</source>",
        }
    }

    /// What may stand after the end of the files.
    fn may_follow_end(self, line: &str) -> bool {
        match self {
            Self::Repomix => ["<git_diffs>", "<git_logs>", "<instruction>", "</repomix>"].contains(&line),
            Self::Code2prompt => line.starts_with("<git-diff") || line.starts_with("</"),
            Self::FilesToPrompt => false,
            Self::Onefilellm => line.starts_with("<source ") || line == "</onefilellm_output>",
        }
    }

    /// The opening whose first line starts at `at`, however it is indented.
    fn open(self, text: &str, at: usize) -> Option<Open<'_>> {
        let (line, next) = line_at(text, at);
        let tag = line.trim_start_matches(' ');
        let indent = line.len() - tag.len();
        let rest = tag.strip_prefix(self.open_line())?;
        match self {
            Self::FilesToPrompt => {
                rest.strip_suffix("\">")?.parse::<u64>().ok()?;
                let (source, next) = line_at(text, next);
                let path = source.strip_prefix("<source>")?.strip_suffix("</source>")?;
                let (content, next) = line_at(text, next);
                (content == "<document_content>").then_some(Open { path, indent, content: next })
            }
            _ => Some(Open { path: rest.strip_suffix("\">").filter(|path| !path.is_empty())?, indent, content: next }),
        }
    }
}

impl TaggedReader {
    pub(super) fn new(tags: Tags, preamble: &str) -> Self {
        Self {
            tags,
            open: LineFinder::new(tags.open_line()),
            close: LineFinder::new(tags.close_line()),
            // code2prompt may draw more, or less, than it packs.
            arbiter: Arbiter::new(preamble, tags == Tags::Repomix),
            altered: super::polish::altered(preamble),
        }
    }

    fn first<'t>(&self, rest: &'t str) -> Option<Open<'t>> {
        let mut from = 0;
        loop {
            let at = find(self.tags, &self.open, self.tags.open_line(), rest, from)?;
            match self.tags.open(rest, at) {
                Some(open) => return Some(open),
                None => from = line_at(rest, at).1,
            }
        }
    }

    /// What follows the closing line that ends at `at`.
    fn after<'t>(&self, rest: &'t str, at_end: bool, mut at: usize) -> After<'t> {
        if self.tags == Tags::FilesToPrompt {
            let (line, next) = line_at(rest, at);
            match line {
                "</document>" => at = next,
                _ if !at_end && next >= rest.len() => return After::Unknown,
                _ => return After::Other,
            }
        }
        let start = skip_empty_lines(rest, at);
        let (line, next) = line_at(rest, start);
        // An opening of several lines, or one that is cut, may need more.
        let cut = !at_end && line_at(rest, line_at(rest, next).1).1 >= rest.len();
        if cut {
            return After::Unknown;
        }
        if start == rest.len() {
            // A dump that lost its end.
            return if self.tags == Tags::FilesToPrompt { After::End } else { After::Other };
        }
        if let Some(open) = self.tags.open(rest, start) {
            return After::Open(start, open);
        }
        if !self.tags.ends_with(line) {
            return After::Other;
        }
        let start = skip_empty_lines(rest, next);
        let (line, end) = line_at(rest, start);
        match start == rest.len() {
            true if at_end => After::End,
            true => After::Unknown,
            false if !at_end && end >= rest.len() => After::Unknown,
            false if self.tags.may_follow_end(line) => After::End,
            false => After::Other,
        }
    }

    /// Whether no file that the tree still shows opens after `at`; `None` when more text is needed.
    fn ends_here(&self, rest: &str, at_end: bool, at: usize, current: &mut Current) -> Option<bool> {
        if self.arbiter.tree().is_empty() {
            return Some(current.standing(rest, at) != Some(Standing::Quoted));
        }
        let mut from = at;
        while let Some(at) = find(self.tags, &self.open, self.tags.open_line(), rest, from) {
            if self.tags.open(rest, at).is_some_and(|open| self.arbiter.tree().shows(open.path)) {
                return Some(false);
            }
            from = line_at(rest, at).1;
        }
        at_end.then_some(true)
    }

    fn file<'t>(&self, open: Open<'t>, rest: &'t str, end: usize) -> DumpedFile<'t> {
        let Open { path, indent, content } = open;
        let text = rest.get(content..end).unwrap_or_default();
        match self.tags {
            Tags::Repomix => DumpedFile::new(path, super::marked::trimmed(text), content),
            Tags::Code2prompt => super::fenced::inside_element(path, text, content, indent),
            // The tools print a line end after every text.
            Tags::FilesToPrompt => DumpedFile::new(path, without_newlines(text, 1), content),
            Tags::Onefilellm => DumpedFile::new(super::escaped::unescape(path), without_newlines(text, 1), content),
        }
    }
}

/// A line that starts with `tag`, its indent included; code2prompt's command indents its tags.
fn find(tags: Tags, finder: &LineFinder, tag: &str, rest: &str, from: usize) -> Option<usize> {
    if tags != Tags::Code2prompt {
        return finder.find(rest, from);
    }
    let mut from = from;
    loop {
        let at = from + memchr::memmem::find(rest.as_bytes().get(from..)?, tag.as_bytes())?;
        let line = rest[..at].trim_end_matches(' ');
        if line.is_empty() || line.ends_with('\n') {
            return Some(line.len());
        }
        from = at + 1;
    }
}

impl Reader for TaggedReader {
    fn next<'t>(&mut self, rest: &'t str, at_end: bool) -> Step<'t> {
        let Some(open) = self.first(rest) else { return if at_end { Step::End } else { Step::More } };
        // Where the text is in a fence, that is part of the opening and of the closing.
        let (first, after_first) = line_at(rest, open.content);
        let is_fenced = self.tags == Tags::Code2prompt && first.trim_start_matches(' ').starts_with(FENCE);
        let start_of_close = |close: usize| if is_fenced { line_before(rest, close).unwrap_or(close) } else { close };
        let mut current = Current::new(open.path, if is_fenced { after_first } else { open.content });
        let mut from = open.content;
        let (end, next, whole) = loop {
            let Some(close) = find(self.tags, &self.close, self.tags.close_line(), rest, from) else {
                if at_end {
                    break (rest.len(), rest.len(), false);
                }
                return Step::More;
            };
            let (line, after) = line_at(rest, close);
            if line.trim_start_matches(' ') != self.tags.close_line() {
                if !at_end && after >= rest.len() {
                    return Step::More;
                }
                from = after;
                continue;
            }
            if is_fenced && line_at(rest, start_of_close(close)).0.trim() != FENCE {
                from = after;
                continue;
            }
            match self.after(rest, at_end, after) {
                After::Unknown => return Step::More,
                After::Other => from = after,
                After::Open(start, candidate) => {
                    let (tags, finder) = (self.tags, &self.close);
                    let next = |from| find(tags, finder, tags.close_line(), rest, from).map(start_of_close);
                    let place = (start_of_close(close), candidate.path);
                    match self.arbiter.judge(rest, at_end, place, &mut current, next) {
                        Verdict::Header => break (close, start, true),
                        Verdict::Content => from = after,
                        Verdict::More => return Step::More,
                    }
                }
                After::End => match self.ends_here(rest, at_end, after, &mut current) {
                    None => return Step::More,
                    // Nothing after the end is a file.
                    Some(true) => break (close, rest.len(), true),
                    Some(false) => from = after,
                },
            }
        };
        // Without a closing line that something follows, the last one is the best end.
        let last = (!whole).then(|| self.last_close(rest, open.content)).flatten();
        let mut file = self.file(open, rest, last.unwrap_or(end));
        if !whole && last.is_none() {
            file = file.with(State::Partial("the dump ends inside this file".into()));
        } else if !whole {
            file = file.with(State::Ambiguous("the dump ends without closing its list of files".into()));
        }
        file.doubts = std::mem::take(&mut current.doubts);
        self.arbiter.was_read(&file.path, next);
        Step::File(file, next)
    }

    fn tree(&self) -> Option<&Tree> {
        (self.tags == Tags::Repomix).then(|| self.arbiter.tree())
    }

    fn altered(&self) -> Option<&'static str> {
        self.altered
    }
}

impl TaggedReader {
    /// The last closing line of `rest`, for a dump whose end was cut between two files.
    fn last_close(&self, rest: &str, from: usize) -> Option<usize> {
        let (mut from, mut last) = (from, None);
        while let Some(at) = find(self.tags, &self.close, self.tags.close_line(), rest, from) {
            if line_at(rest, at).0.trim_start_matches(' ') == self.tags.close_line() {
                last = Some(at);
            }
            from = line_at(rest, at).1;
        }
        last
    }
}
