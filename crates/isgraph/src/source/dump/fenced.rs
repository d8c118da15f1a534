//! Formats of Markdown: a line with the path, then the text in a fence.
//!
//! Where the tool makes the fence longer than any in the text, the first line that equals it
//! closes. A fixed fence closes only where the next header or the end follows, and a text that
//! holds such a fence is ambiguous.

use super::arbiter::{Arbiter, Current, Verdict};
use super::marked::trimmed;
use super::scan::{LineFinder, is_path, line_at, skip_empty_lines, without_newlines};
use super::step::{DumpedFile, Reader, State, Step};
use super::tree::Tree;

/// The shortest fence.
pub(super) const FENCE: &str = "```";
/// Columns by which code2prompt's XML indents what stands in an element.
const ELEMENT_INDENT: usize = 2;

/// Which headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Headers {
    /// `## File: path`.
    Repomix,
    /// The path alone, and its fence in the next line, as long as it must be.
    FilesToPrompt,
    /// `` `path`: ``, an empty line.
    Code2prompt,
    /// As [`Self::Code2prompt`], and no fence.
    Code2promptBare,
    /// The path alone, and its fence in the next line.
    Codefetch,
    /// `## path`, an empty line.
    CodefetchSdk,
    /// `# path`, an empty line; instead of a fence, a sentence about a binary file.
    AiDigest,
}

/// Reads such a dump.
#[derive(Debug)]
pub(super) struct FencedReader {
    headers: Headers,
    arbiter: Arbiter,
    altered: Option<&'static str>,
}

#[derive(Debug, Clone, Copy)]
struct Header<'t> {
    path: &'t str,
    /// Where the content starts.
    content: usize,
    /// How many backticks there are; 0 for none.
    fence: usize,
}

/// What follows a closing fence.
enum After<'t> {
    Header(Header<'t>),
    End,
    Other,
    Unknown,
}

impl Headers {
    /// Whether the first line that equals the fence closes it, whatever follows.
    fn fence_is_certain(self) -> bool {
        matches!(self, Self::Repomix | Self::FilesToPrompt | Self::AiDigest)
    }

    fn path(self, line: &str) -> Option<&str> {
        let path = match self {
            Self::Repomix => line.strip_prefix("## File: ")?,
            Self::FilesToPrompt | Self::Codefetch => line,
            Self::Code2prompt | Self::Code2promptBare => line.strip_prefix('`')?.strip_suffix("`:")?,
            Self::CodefetchSdk => line.strip_prefix("## ")?,
            Self::AiDigest => line.strip_prefix("# ")?,
        };
        (is_path(path) || (self == Self::Repomix && !path.trim().is_empty())).then_some(path)
    }

    /// The header whose first line starts at `at`.
    fn header(self, text: &str, at: usize) -> Option<Header<'_>> {
        let (line, mut next) = line_at(text, at);
        let path = self.path(line)?;
        if matches!(self, Self::Code2prompt | Self::Code2promptBare | Self::CodefetchSdk | Self::AiDigest) {
            let (empty, after) = line_at(text, next);
            if !empty.is_empty() || after == next {
                return None;
            }
            next = after;
        }
        if self == Self::Code2promptBare {
            return Some(Header { path, content: next, fence: 0 });
        }
        let (opening, content) = line_at(text, next);
        let fence = fence_of(opening);
        let is_plain = matches!(self, Self::Codefetch) && opening != FENCE;
        let is_fixed = !matches!(self, Self::Repomix | Self::FilesToPrompt);
        if fence >= FENCE.len() && !is_plain && !(is_fixed && fence != FENCE.len()) {
            return Some(Header { path, content, fence });
        }
        (self == Self::AiDigest && opening.starts_with("This is a ")).then_some(Header {
            path,
            content: next,
            fence: 0,
        })
    }

    /// What may stand after the last file.
    fn may_follow_end(self, line: &str) -> bool {
        match self {
            Self::Repomix => ["# Git Diffs", "# Git Logs", "# Instruction"].contains(&line),
            Self::Code2prompt | Self::Code2promptBare => line == "Git Diff:",
            Self::Codefetch => line == "</source_code>",
            Self::CodefetchSdk => line.starts_with("... Remaining files truncated"),
            Self::FilesToPrompt | Self::AiDigest => false,
        }
    }
}

/// How many backticks a line starts with.
fn fence_of(line: &str) -> usize {
    line.len() - line.trim_start_matches('`').len()
}

/// Whether a line of `text` starts with a fence of three.
fn holds_fence(text: &str) -> bool {
    LineFinder::new(FENCE).find(text, 0).is_some()
}

fn ambiguous() -> State {
    State::Ambiguous("its text holds a fence like the one around it".into())
}

impl FencedReader {
    pub(super) fn new(headers: Headers, preamble: &str) -> Self {
        let arbiter = Arbiter::new(preamble, headers == Headers::Repomix);
        Self { headers, arbiter, altered: super::polish::altered(preamble) }
    }

    fn after<'t>(&self, rest: &'t str, at_end: bool, at: usize) -> After<'t> {
        let start = skip_empty_lines(rest, at);
        let mut reach = start;
        // A header has three lines at most.
        for _ in 0..3 {
            reach = line_at(rest, reach).1;
        }
        if !at_end && reach >= rest.len() {
            return After::Unknown;
        }
        if start >= rest.len() {
            return After::End;
        }
        match self.headers.header(rest, start) {
            Some(header) => After::Header(header),
            None if self.headers.may_follow_end(line_at(rest, start).0) => After::End,
            None => After::Other,
        }
    }

    /// Where a fenced text ends, and where the next step starts; `None` when more text is needed.
    fn end(&mut self, rest: &str, at_end: bool, header: Header<'_>, current: &mut Current) -> Option<End> {
        let fence = "`".repeat(header.fence);
        let finder = LineFinder::new(&fence);
        let mut from = header.content;
        loop {
            let Some(close) = finder.find(rest, from) else {
                return at_end.then_some(End { text: rest.len(), next: rest.len(), whole: false });
            };
            let (line, after) = line_at(rest, close);
            if !at_end && after >= rest.len() {
                return None;
            }
            from = close + 1;
            if line != fence {
                continue;
            }
            if self.headers.fence_is_certain() {
                return Some(End { text: close, next: after, whole: true });
            }
            let found = End { text: close, next: after, whole: true };
            match self.after(rest, at_end, after) {
                After::Unknown => return None,
                After::End => return Some(found),
                After::Other => {}
                After::Header(next) => {
                    let later = |from| finder.find(rest, from);
                    match self.arbiter.judge(rest, at_end, (close, next.path), current, later) {
                        Verdict::Header => return Some(found),
                        Verdict::Content => {}
                        Verdict::More => return None,
                    }
                }
            }
        }
    }

    /// Where a text without a fence ends: at the next header.
    fn bare_end(&mut self, rest: &str, at_end: bool, header: Header<'_>, current: &mut Current) -> Option<End> {
        let finder = LineFinder::new("`");
        let mut from = header.content;
        loop {
            let Some(at) = finder.find(rest, from) else {
                return at_end.then_some(End { text: rest.len(), next: rest.len(), whole: true });
            };
            if !at_end && line_at(rest, line_at(rest, at).1).1 >= rest.len() {
                return None;
            }
            from = at + 1;
            let Some(next) = self.headers.header(rest, at) else { continue };
            let later = |from| finder.find(rest, from);
            match self.arbiter.judge(rest, at_end, (at, next.path), current, later) {
                Verdict::Header => return Some(End { text: at, next: at, whole: true }),
                Verdict::Content => {}
                Verdict::More => return None,
            }
        }
    }

    fn file<'t>(&self, rest: &'t str, header: Header<'t>, end: &End) -> DumpedFile<'t> {
        let text = rest.get(header.content..end.text).unwrap_or_default();
        let text = match self.headers {
            Headers::Repomix => trimmed(text),
            _ if !end.whole => text,
            // Every line has its end, whatever the file's last one had.
            Headers::Codefetch => text,
            Headers::Code2promptBare if end.next < rest.len() => without_newlines(text, 2),
            Headers::Code2promptBare => trimmed(text),
            Headers::FilesToPrompt | Headers::Code2prompt | Headers::CodefetchSdk | Headers::AiDigest => {
                without_newlines(text, 1)
            }
        };
        let mut file = DumpedFile::new(header.path, text, header.content);
        // The tool trims its whole output, and with it the last text.
        if self.headers == Headers::Code2promptBare && end.next == rest.len() && !text.ends_with('\n') {
            file.text = format!("{text}\n").into();
        }
        if !end.whole {
            return file.with(State::Partial("the dump ends inside this file".into()));
        }
        if self.headers == Headers::AiDigest {
            return unescaped(file);
        }
        if header.fence > 0 && !self.headers.fence_is_certain() && holds_fence(text) {
            file.with(ambiguous())
        } else {
            file
        }
    }
}

/// Where a file ends.
struct End {
    text: usize,
    next: usize,
    whole: bool,
}

impl Reader for FencedReader {
    fn next<'t>(&mut self, rest: &'t str, at_end: bool) -> Step<'t> {
        let header = match self.after(rest, at_end, 0) {
            After::Header(header) => header,
            After::Unknown => return Step::More,
            After::End | After::Other => return Step::End,
        };
        if header.fence == 0 && self.headers == Headers::AiDigest {
            let next = line_at(rest, header.content).1;
            let state = State::Absent("not a text, as the dump says".into());
            return Step::File(DumpedFile::new(header.path, "", header.content).with(state), next);
        }
        let mut current = Current::new(header.path, header.content);
        let end = match self.headers {
            Headers::Code2promptBare => self.bare_end(rest, at_end, header, &mut current),
            _ => self.end(rest, at_end, header, &mut current),
        };
        let Some(end) = end else { return Step::More };
        let mut file = self.file(rest, header, &end);
        file.doubts = current.doubts;
        self.arbiter.was_read(header.path, end.next);
        Step::File(file, end.next)
    }

    fn tree(&self) -> Option<&Tree> {
        (self.headers == Headers::Repomix).then(|| self.arbiter.tree())
    }

    fn altered(&self) -> Option<&'static str> {
        self.altered
    }
}

/// ai-digest writes ` ``` ` as `` \`\`\` ``.
fn unescaped(mut file: DumpedFile<'_>) -> DumpedFile<'_> {
    const ESCAPED: &str = "\\`\\`\\`";
    if file.text.contains(ESCAPED) {
        file.text = file.text.replace(ESCAPED, FENCE).into();
    }
    file
}

/// The file in an element that holds a fence, as code2prompt's XML does; without one, the text.
///
/// Where the tags are indented, the tool also indents the fence and the text's first line, and
/// only that.
pub(super) fn inside_element<'t>(path: &'t str, element: &'t str, at: usize, tag_indent: usize) -> DumpedFile<'t> {
    let indent = " ".repeat(if tag_indent == 0 { 0 } else { tag_indent + ELEMENT_INDENT });
    let (opening, after) = line_at(element, 0);
    let is_fenced = opening.strip_prefix(indent.as_str()).is_some_and(|line| fence_of(line) == FENCE.len());
    let start = if is_fenced { after } else { 0 };
    let text = element.get(start..).unwrap_or_default();
    let indented = text.strip_prefix(indent.as_str()).unwrap_or(text);
    let start = start + (text.len() - indented.len());
    let closed = without_newlines(indented, 1);
    let (text, is_closed) = match is_fenced {
        false => (closed, true),
        true => match closed.strip_suffix(FENCE).and_then(|text| text.strip_suffix(indent.as_str())) {
            Some(text) if text.is_empty() || text.ends_with('\n') => (without_newlines(text, 1), true),
            _ => (indented, false),
        },
    };
    let file = DumpedFile::new(path, text, at + start);
    if is_closed { file } else { file.with(State::Partial("the fence in its element is not closed".into())) }
}
