//! `FILE: path` on a line of its own before each file, often between rulers of `=`.
//!
//! A marker may also be *content*: a test of a dump reader holds one in a string. With rulers, the
//! whole header with the widths of the dump's first one is required, and that decides. Without
//! rulers, a marker after a Rust file that is complete there is a header; one inside a literal, a
//! comment or brackets is decided by the drawn tree if there is one, else by which reading makes
//! whole files, and reported.

use super::rust_text::{RustText, Standing};
use super::tree::Tree;
use super::{DumpedFile, Split};
use crate::model::Severity;

const MARKER: &str = "FILE: ";
/// Shorter runs of `=` are no rulers.
const MIN_RULER: usize = 3;

/// Cuts a dump into its files; `None` when no line starts with the marker.
pub(super) fn split(text: &str) -> Option<Split<'_>> {
    let markers = markers(text);
    let style = markers.first()?.style;
    let mut doubts = Vec::new();
    let headers = if style == Style::default() {
        let markers: Vec<_> = markers.into_iter().map(Marker::without_rulers).collect();
        let tree = Tree::read(&text[..markers.first()?.start]);
        Reader { text, tree, probes: text.len().saturating_mul(4), doubts: &mut doubts }.headers(markers)
    } else {
        markers.into_iter().filter(|marker| marker.style == style).collect()
    };
    let mut files = Vec::with_capacity(headers.len());
    for (index, header) in headers.iter().enumerate() {
        let end = headers.get(index + 1).map_or(text.len(), |next| next.start);
        let content = text.get(header.content..end).unwrap_or_default();
        files.push(DumpedFile { path: header.path, text: content, line: header.content_line });
    }
    strip_gaps(&mut files);
    Some(Split { files, doubts })
}

/// Widths of the rulers around a marker, 0 for none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Style {
    above: usize,
    below: usize,
}

/// A line that starts with `FILE: `.
#[derive(Debug, Clone)]
struct Marker<'t> {
    path: &'t str,
    style: Style,
    /// Where the header starts, its upper ruler included.
    start: usize,
    /// Where the content starts, after the lower ruler.
    content: usize,
    /// The marker's own line, without rulers.
    own: std::ops::Range<usize>,
    /// 1-based line of the marker.
    line: u32,
    /// 1-based line of the content's start.
    content_line: u32,
}

impl Marker<'_> {
    /// The marker in a dump whose headers have no rulers: a line of `=` beside it is content.
    fn without_rulers(self) -> Self {
        let content_line = self.line.saturating_add(1);
        Self { style: Style::default(), start: self.own.start, content: self.own.end, content_line, ..self }
    }
}

/// Every line that starts with `FILE: ` and a path, in order.
fn markers(text: &str) -> Vec<Marker<'_>> {
    let mut found = Vec::new();
    let mut line: u32 = 1;
    let mut counted = 0;
    for (at, _) in text.match_indices(MARKER) {
        if at != 0 && text.as_bytes()[at - 1] != b'\n' {
            continue;
        }
        line = line.saturating_add(newlines(&text[counted..at]));
        counted = at;
        let (path, mut content) = line_at(text, at);
        let path = path[MARKER.len()..].trim();
        if path.is_empty() {
            continue;
        }
        let above_start = text[..at.saturating_sub(1)].rfind('\n').map_or(0, |newline| newline + 1);
        let above = if at == 0 { 0 } else { ruler(&text[above_start..at]) };
        let own = at..content;
        let (next, after) = line_at(text, content);
        let below = ruler(next);
        let mut content_line = line.saturating_add(1);
        if below > 0 {
            content = after;
            content_line = content_line.saturating_add(1);
        }
        let start = if above > 0 { above_start } else { at };
        found.push(Marker { path, style: Style { above, below }, start, content, own, line, content_line });
    }
    found
}

fn newlines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|&byte| byte == b'\n').count()).unwrap_or(u32::MAX)
}

/// The line that starts at `at`, and where the next one starts.
fn line_at(text: &str, at: usize) -> (&str, usize) {
    let rest = &text[at..];
    let end = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    (&rest[..end], at + end)
}

/// Width of a ruler, 0 for another line.
fn ruler(line: &str) -> usize {
    let line = line.trim_end();
    if line.len() >= MIN_RULER && line.bytes().all(|byte| byte == b'=') { line.len() } else { 0 }
}

/// Tools that put an empty line after every file do so after each one: it is taken off again when
/// all files but the last have it. One file alone shows nothing.
fn strip_gaps(files: &mut [DumpedFile<'_>]) {
    let gap = |text: &str| {
        let without = text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n'))?;
        (without.is_empty() || without.ends_with('\n')).then_some(without.len())
    };
    let with_gap = files.iter().rev().skip(1).filter(|file| gap(file.text).is_some()).count();
    let last_has_gap = files.last().is_some_and(|file| gap(file.text).is_some());
    if with_gap + 1 != files.len() || with_gap + usize::from(last_has_gap) < 2 {
        return;
    }
    for file in files {
        if let Some(len) = gap(file.text) {
            file.text = &file.text[..len];
        }
    }
}

/// Decides which markers of a dump without rulers are headers.
struct Reader<'t, 'd> {
    text: &'t str,
    tree: Tree,
    /// Bytes that may still be read ahead, so that a hostile dump takes no quadratic time.
    probes: usize,
    doubts: &'d mut Vec<(u32, Severity, String)>,
}

impl<'t> Reader<'t, '_> {
    fn headers(mut self, markers: Vec<Marker<'t>>) -> Vec<Marker<'t>> {
        let starts: Vec<usize> = markers.iter().map(|marker| marker.start).collect();
        let mut headers: Vec<Marker<'t>> = Vec::new();
        let mut state = RustText::default();
        let mut read = 0;
        for (index, marker) in markers.into_iter().enumerate() {
            let is_header = match headers.last() {
                Some(current) if current.path.ends_with(".rs") => {
                    state.read(&self.text[read..marker.start]);
                    read = marker.start;
                    self.is_header(&marker, &state, &starts[index + 1..])
                }
                _ => true,
            };
            if is_header {
                state = RustText::default();
                read = marker.content;
                headers.push(marker);
            }
        }
        headers
    }

    fn is_header(&mut self, marker: &Marker<'_>, state: &RustText, later: &[usize]) -> bool {
        let standing = state.standing();
        if standing == Standing::Outside {
            return true;
        }
        let path = marker.path;
        if !self.tree.is_empty() {
            let shown = self.tree.shows(path);
            if !shown {
                self.doubt(marker, format!("`{path}` is not in the dump's tree; the line is read as content"));
            }
            return shown;
        }
        if !is_plausible(path) {
            return false;
        }
        if standing == Standing::Quoted && self.makes_whole(marker, state, later) {
            self.doubt(marker, format!("`{MARKER}{path}` stands inside a literal or comment; it is read as content"));
            return false;
        }
        self.doubt(
            marker,
            format!("the file before `{path}` is not complete; it is read as a file of its own all the same"),
        );
        true
    }

    /// Whether the current file is whole if the marker is part of its open literal or comment.
    fn makes_whole(&mut self, marker: &Marker<'_>, state: &RustText, later: &[usize]) -> bool {
        let mut state = state.clone();
        let rest = &self.text[marker.start..];
        let window = &rest[..rest.floor_char_boundary(self.probes)];
        let end = state.close(window);
        self.probes -= end.unwrap_or(window.len()).min(self.probes);
        let Some(end) = end.map(|end| marker.start + end) else { return false };
        let next = later[later.partition_point(|&start| start < end)..].first().copied();
        let next = next.unwrap_or(self.text.len());
        if next - end > self.probes {
            return false;
        }
        self.probes -= next - end;
        state.read(&self.text[end..next]);
        state.is_whole()
    }

    fn doubt(&mut self, marker: &Marker<'_>, message: String) {
        self.doubts.push((marker.line, Severity::Warning, message));
    }
}

/// Whether a marker's rest looks like a path, not like a field's type or a sentence.
fn is_plausible(path: &str) -> bool {
    path.contains(['/', '\\', '.']) && !path.contains("::") && !path.ends_with([',', ';', '{', ')', '"'])
}

#[cfg(test)]
mod tests;
