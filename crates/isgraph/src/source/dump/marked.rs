//! Formats with a marker line before each file and nothing after it: rulers or none around it, a
//! word before the path and, in some, a sign after it.
//!
//! The header must be whole and exactly as the dump's first one: with rulers, of their widths. What
//! reads like one inside a file is the [`Arbiter`]'s matter.

use std::borrow::Cow;

use super::arbiter::{Arbiter, Current, Verdict};
use super::rust_text::Standing;
use super::scan::{LineFinder, line_at, line_before, without_newlines};
use super::step::{DumpedFile, Reader, State, Step};
use super::tree::Tree;

/// Shorter runs of `=` are no rulers.
const MIN_RULER: usize = 3;
/// Titles of repomix's sections after the files.
const SECTIONS: [&str; 4] = ["Git Diffs", "Git Logs", "Instruction", "End of Codebase"];

/// How a dump's headers look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Style {
    /// What the marker line starts with, such as `FILE: `.
    pub(super) start: String,
    /// What it ends with.
    pub(super) end: String,
    /// Widths of the rulers of `=`, 0 for none.
    pub(super) above: usize,
    /// See `above`.
    pub(super) below: usize,
}

impl Style {
    /// Headers between two rulers of this width.
    pub(super) fn ruled(start: &str, width: usize) -> Self {
        Self { start: start.to_owned(), end: String::new(), above: width, below: width }
    }

    /// Headers of one line.
    pub(super) fn line(start: &str, end: &str) -> Self {
        Self { start: start.to_owned(), end: end.to_owned(), above: 0, below: 0 }
    }
}

/// What stands between a file's text and the next header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing, or an empty line after every file: the whole dump shows which.
    Shown,
    /// So many line ends between two files, and after the last one.
    Newlines {
        /// Before a header.
        between: usize,
        /// At the dump's end.
        last: usize,
    },
    /// One line end between two files; some ways of writing the dump put one after the last, too.
    Joined,
    /// The tool trims every text: its last line end is put back.
    Trimmed,
}

/// What a format of this kind is made of.
#[derive(Debug, Clone)]
pub(super) struct Marks {
    pub(super) style: Style,
    /// What the marker line of a symbolic link starts with.
    pub(super) link: Option<&'static str>,
    pub(super) gap: Gap,
    /// Whether the format's tree shows every file.
    pub(super) tree_is_whole: bool,
    /// Width of the rulers around a section that ends the files.
    pub(super) sections: Option<usize>,
}

/// Reads such a dump.
#[derive(Debug)]
pub(super) struct MarkedReader {
    headers: Headers,
    arbiter: Arbiter,
    altered: Option<&'static str>,
}

/// Finds a dump's headers.
#[derive(Debug)]
struct Headers {
    marks: Marks,
    finder: Search,
}

#[derive(Debug)]
enum Search {
    /// By the ruler above, because a dump has two of them per file.
    Ruler(LineFinder),
    Marker(LineFinder),
}

/// A header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header<'t> {
    path: &'t str,
    is_link: bool,
    /// Where it starts, its upper ruler included.
    start: usize,
    /// Where the line after its marker line starts.
    after_marker: usize,
    /// Where the content starts.
    content: usize,
}

impl MarkedReader {
    pub(super) fn new(marks: Marks, preamble: &str) -> Self {
        let finder = match marks.style.above {
            0 => Search::Marker(LineFinder::new(&marks.style.start)),
            width => Search::Ruler(LineFinder::new(&"=".repeat(width))),
        };
        let arbiter = Arbiter::new(preamble, marks.tree_is_whole);
        Self { headers: Headers { marks, finder }, arbiter, altered: super::polish::altered(preamble) }
    }

    /// Whether a section at `at` is the dump's own: no file that the tree still shows comes after
    /// it. `None` when more text is needed.
    fn ends_here(&self, rest: &str, at_end: bool, at: usize, current: &mut Current) -> Option<bool> {
        if self.arbiter.tree().is_empty() {
            return Some(matches!(current.standing(rest, at), None | Some(Standing::Outside)));
        }
        let mut from = at + 1;
        while let Some(found) = self.headers.find(rest, from) {
            from = match found {
                Found::Header(header) if self.arbiter.tree().shows(header.path) => return Some(false),
                Found::Header(header) => header.after_marker,
                Found::Section(at) => at + 1,
            };
        }
        at_end.then_some(true)
    }
}

impl Headers {
    /// The header whose marker line starts at `at`.
    fn header<'t>(&self, text: &'t str, at: usize) -> Option<Header<'t>> {
        let Style { start, end, above, below } = &self.marks.style;
        let (line, after_marker) = line_at(text, at);
        let (path, is_link) = match (line.strip_prefix(start.as_str()), self.marks.link) {
            (Some(path), _) => (path.strip_suffix(end.as_str())?, false),
            (None, Some(link)) => (line.strip_prefix(link)?, true),
            (None, None) => return None,
        };
        let path = path.trim();
        let path = if is_link { path.split_once(" -> ").map_or(path, |(link, _)| link) } else { path };
        if path.is_empty() {
            return None;
        }
        let mut first = at;
        if *above > 0 {
            first = line_before(text, at)?;
            if ruler(line_at(text, first).0) != *above {
                return None;
            }
        }
        let mut content = after_marker;
        if *below > 0 {
            let (line, after) = line_at(text, after_marker);
            if ruler(line) != *below {
                return None;
            }
            content = after;
        }
        Some(Header { path, is_link, start: first, after_marker, content })
    }

    /// The next header whose marker line starts at or after `from`, or the start of the section
    /// that ends the files.
    fn find<'t>(&self, text: &'t str, mut from: usize) -> Option<Found<'t>> {
        match &self.finder {
            Search::Marker(finder) => loop {
                let at = finder.find(text, from)?;
                match self.header(text, at) {
                    Some(header) => return Some(Found::Header(header)),
                    None => from = at + 1,
                }
            },
            Search::Ruler(finder) => loop {
                // The ruler below one header may be the one above the next.
                let at = finder.find(text, from)?;
                let (line, next) = line_at(text, at);
                match self.header(text, next) {
                    Some(header) if header.start == at => return Some(Found::Header(header)),
                    _ if self.is_section(text, ruler(line), next) => return Some(Found::Section(at)),
                    _ => from = at + 1,
                }
            },
        }
    }

    fn is_section(&self, text: &str, width: usize, title: usize) -> bool {
        self.marks.sections == Some(width) && {
            let (line, next) = line_at(text, title);
            SECTIONS.contains(&line) && ruler(line_at(text, next).0) == width
        }
    }

    fn file<'t>(&self, rest: &'t str, header: Header<'t>, end: usize, is_last: bool) -> DumpedFile<'t> {
        let text = rest.get(header.content..end).unwrap_or_default();
        let text = match self.marks.gap {
            Gap::Shown => Cow::Borrowed(text),
            Gap::Newlines { between, last } => {
                Cow::Borrowed(without_newlines(text, if is_last { last } else { between }))
            }
            Gap::Joined if is_last && !ends_with_empty_line(text) => Cow::Borrowed(text),
            Gap::Joined => Cow::Borrowed(without_newlines(text, 1)),
            Gap::Trimmed => Cow::Borrowed(trimmed(text)),
        };
        if header.is_link {
            let state = State::Absent("a symbolic link, whose text the dump does not hold".into());
            return DumpedFile::new(header.path, "", header.content).with(state);
        }
        DumpedFile::new(header.path, text, header.content)
    }
}

#[derive(Debug)]
enum Found<'t> {
    Header(Header<'t>),
    Section(usize),
}

impl Found<'_> {
    fn start(self) -> usize {
        match self {
            Self::Header(header) => header.start,
            Self::Section(at) => at,
        }
    }
}

impl Reader for MarkedReader {
    fn next<'t>(&mut self, rest: &'t str, at_end: bool) -> Step<'t> {
        let header = match self.headers.find(rest, 0) {
            Some(Found::Header(header)) => header,
            Some(Found::Section(_)) => return Step::End,
            None if at_end => return Step::End,
            None => return Step::More,
        };
        let mut current = Current::new(header.path, header.content);
        let mut from = header.after_marker;
        let (end, next, is_last) = loop {
            let found = self.headers.find(rest, from);
            // The last line that is in memory may not be whole.
            let reach = match &found {
                Some(Found::Header(header)) => header.content,
                Some(Found::Section(at)) => line_at(rest, line_at(rest, line_at(rest, *at).1).1).1,
                None => rest.len(),
            };
            if !at_end && reach >= rest.len() {
                return Step::More;
            }
            match found {
                None => break (rest.len(), rest.len(), true),
                Some(Found::Section(at)) => match self.ends_here(rest, at_end, at, &mut current) {
                    None => return Step::More,
                    Some(true) => break (at, at, true),
                    Some(false) => from = at + 1,
                },
                Some(Found::Header(candidate)) => {
                    let place = (candidate.start, candidate.path);
                    let headers = &self.headers;
                    let next = |from| headers.find(rest, from).map(Found::start);
                    match self.arbiter.judge(rest, at_end, place, &mut current, next) {
                        Verdict::Header => break (candidate.start, candidate.start, false),
                        Verdict::Content => from = candidate.after_marker,
                        Verdict::More => return Step::More,
                    }
                }
            }
        };
        let mut file = self.headers.file(rest, header, end, is_last);
        if is_last
            && self.headers.marks.sections.is_none()
            && current.standing(rest, end).is_some_and(|s| s != Standing::Outside)
        {
            file = file.with(State::Partial("the dump ends inside this file".into()));
        }
        if is_last && self.headers.marks.sections.is_some() && next == rest.len() {
            file = file.with(State::Partial("the dump ends without its last section, so this file may be cut".into()));
        }
        file.doubts = current.doubts;
        self.arbiter.was_read(&file.path, next);
        Step::File(file, next)
    }

    fn tree(&self) -> Option<&Tree> {
        self.headers.marks.tree_is_whole.then(|| self.arbiter.tree())
    }

    fn altered(&self) -> Option<&'static str> {
        self.altered
    }

    fn shows_gaps(&self) -> bool {
        self.headers.marks.gap == Gap::Shown
    }
}

fn ends_with_empty_line(text: &str) -> bool {
    let without = without_newlines(text, 1);
    without.len() < text.len() && (without.is_empty() || without.ends_with('\n'))
}

/// Width of a ruler, 0 for another line.
pub(super) fn ruler(line: &str) -> usize {
    let line = line.trim_end();
    if line.len() >= MIN_RULER && line.bytes().all(|byte| byte == b'=') { line.len() } else { 0 }
}

/// The text with one line end after it: what the tool's trimming took off in nearly every file.
pub(super) fn trimmed(text: &str) -> &str {
    let end = text.trim_end_matches(['\n', '\r']).len();
    if end == 0 {
        return "";
    }
    let after = &text[end..];
    let kept = after.find('\n').map_or(0, |newline| newline + 1);
    &text[..end + kept]
}

/// The header lines of the `FILE:` format and of ad hoc ones, by the line at `at`.
pub(super) fn file_marker_style(text: &str, at: usize) -> Option<Style> {
    let (line, next) = line_at(text, at);
    line.strip_prefix("FILE: ").filter(|path| !path.trim().is_empty())?;
    let above = line_before(text, at).map_or(0, |before| ruler(line_at(text, before).0));
    let below = ruler(line_at(text, next).0);
    Some(Style { start: "FILE: ".to_owned(), end: String::new(), above, below })
}

/// The style of a line such as `===== FILE: path =====`, `--- File: path ---` or `// File: path`.
pub(super) fn ad_hoc_style(line: &str) -> Option<Style> {
    const SIGNS: &str = "=-/#*+~;%<>|!";
    let signs = line.len() - line.trim_start_matches(|c| SIGNS.contains(c)).len();
    if signs == 0 || signs > 120 {
        return None;
    }
    let rest = &line[signs..];
    let space = rest.len() - rest.trim_start_matches(' ').len();
    let word = ["FILE: ", "File: ", "file: ", "PATH: ", "Path: ", "path: ", "FILENAME: ", "Filename: ", "filename: "]
        .into_iter()
        .find(|word| rest[space..].starts_with(word))?;
    let start = &line[..signs + space + word.len()];
    let path_and_end = &line[start.len()..];
    let path = path_and_end.trim_end_matches(|c| SIGNS.contains(c));
    let path = if path.len() < path_and_end.len() { path.trim_end() } else { path_and_end };
    let plausible = super::scan::is_path(path) && path.contains(['/', '\\', '.']);
    plausible.then(|| Style::line(start, &path_and_end[path.len()..]))
}
