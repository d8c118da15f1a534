//! Which format a dump has: the first line that only one format's header starts with decides, with
//! what its preamble said before.

use super::DumpFormat;
use super::fenced::{self, FencedReader};
use super::json::{self, JsonReader, Shape, Sniffed};
use super::marked::{self, Gap, MarkedReader, Marks, Style, ruler};
use super::scan::{is_path, line_at, skip_empty_lines};
use super::step::Reader;
use super::tagged::{TaggedReader, Tags};
use super::{escaped, ruled_paths};

/// What a dump is.
pub(super) enum Detected {
    /// Its format, its reader, and where that starts.
    Dump(DumpFormat, Box<dyn Reader>, usize),
    /// A dump inside a JSON string, and where that string stands.
    Wrapped(String, usize),
    /// No format's header is there.
    Nothing,
    /// More text is needed to tell.
    More,
}

/// What the preamble said so far.
#[derive(Debug, Default)]
struct Seen {
    source_tree: bool,
    source: bool,
    repository_files: bool,
    source_code: bool,
    file_contents: bool,
    project_path: bool,
}

/// Finds the first header of `only`, or of any format.
pub(super) fn detect(text: &str, only: Option<DumpFormat>, at_end: bool) -> Detected {
    let first = skip_empty_lines(text, 0);
    let wants = |format| only.is_none_or(|only| only == format);
    if let Some(found) = whole_document(text, first, only, at_end) {
        return found;
    }
    let mut seen = Seen::default();
    let mut at = first;
    while at < text.len() {
        let (line, next) = line_at(text, at);
        if !at_end && line_at(text, line_at(text, next).1).1 >= text.len() {
            return Detected::More;
        }
        seen.note(line);
        let forced = only.is_some();
        if let Some((format, start, reader)) = header(text, at, at == first, forced, &seen, &wants) {
            return Detected::Dump(format, reader, start);
        }
        at = next;
    }
    if at_end { Detected::Nothing } else { Detected::More }
}

/// JSON and XML that are told by their first sign.
fn whole_document(text: &str, first: usize, only: Option<DumpFormat>, at_end: bool) -> Option<Detected> {
    let wants = |format| only.is_none_or(|only| only == format);
    let rest = &text[first..];
    if rest.trim_start().starts_with(['{', '[']) {
        let found = match json::sniff(text, at_end) {
            Sniffed::Shape(Shape::Files) if wants(DumpFormat::RepomixJson) => {
                Detected::Dump(DumpFormat::RepomixJson, Box::new(JsonReader::new(Shape::Files)), first)
            }
            Sniffed::Shape(Shape::Rows) if wants(DumpFormat::YekJson) => {
                Detected::Dump(DumpFormat::YekJson, Box::new(JsonReader::new(Shape::Rows)), first)
            }
            Sniffed::Prompt(prompt, at) if wants(DumpFormat::Code2promptJson) => Detected::Wrapped(prompt, at),
            Sniffed::More => Detected::More,
            _ => return None,
        };
        return Some(found);
    }
    let is_parsable = rest.starts_with("<repomix>") || (rest.starts_with("<?xml") && rest.contains("<repomix>"));
    if (is_parsable || only == Some(DumpFormat::RepomixParsable)) && wants(DumpFormat::RepomixParsable) {
        let found = match rest.find("<file path=\"") {
            Some(at) => {
                let reader = Box::new(escaped::EscapedReader::new(&rest[..at]));
                Detected::Dump(DumpFormat::RepomixParsable, reader, first + at)
            }
            None if at_end => Detected::Nothing,
            None => Detected::More,
        };
        return Some(found);
    }
    None
}

impl Seen {
    fn note(&mut self, line: &str) {
        self.source_tree |= line == "<source-tree>";
        self.source |= line.starts_with("<source type=");
        self.repository_files |= line == "<repository_files>";
        self.source_code |= line == "<source_code>";
        self.file_contents |= line == "# File Contents";
        self.project_path |= line.starts_with("Project Path: ");
    }
}

type Found = (DumpFormat, usize, Box<dyn Reader>);

/// The header that starts at `at`, if a format that is wanted has one there.
fn header(
    text: &str,
    at: usize,
    is_first: bool,
    forced: bool,
    seen: &Seen,
    wants: &impl Fn(DumpFormat) -> bool,
) -> Option<Found> {
    let (line, next) = line_at(text, at);
    let preamble = &text[..at];
    let fenced = |format, headers| -> Option<Found> {
        wants(format).then(|| (format, at, Box::new(FencedReader::new(headers, preamble)) as Box<dyn Reader>))
    };
    let tagged = |format, tags| -> Option<Found> {
        wants(format).then(|| (format, at, Box::new(TaggedReader::new(tags, preamble)) as Box<dyn Reader>))
    };
    let trimmed = line.trim_start_matches(' ');
    if trimmed.starts_with("<file path=\"") && trimmed.ends_with("\">") {
        let is_of = |format, sign: bool| sign || (forced && wants(format));
        if is_of(DumpFormat::Code2promptXml, seen.source_tree) {
            return tagged(DumpFormat::Code2promptXml, Tags::Code2prompt);
        }
        if is_of(DumpFormat::Onefilellm, seen.source) {
            return tagged(DumpFormat::Onefilellm, Tags::Onefilellm);
        }
        if is_of(DumpFormat::RepomixXml2024, seen.repository_files) {
            return tagged(DumpFormat::RepomixXml2024, Tags::Repomix);
        }
        return (line == trimmed).then(|| tagged(DumpFormat::RepomixXml, Tags::Repomix)).flatten();
    }
    if line.starts_with("<document index=\"") && line_at(text, next).0.starts_with("<source>") {
        return tagged(DumpFormat::FilesToPromptXml, Tags::FilesToPrompt);
    }
    if let Some(found) = marks(text, at, wants) {
        return Some(found);
    }
    let (second, third) = (line_at(text, next).0, line_at(text, line_at(text, next).1).0);
    let fence_is_second = second.starts_with("```");
    let fence_is_third = second.is_empty() && third.starts_with("```");
    if line.starts_with("## File: ") && fence_is_second {
        return fenced(DumpFormat::RepomixMarkdown, fenced::Headers::Repomix);
    }
    if (seen.file_contents || forced) && fence_is_third && line.strip_prefix("## ").is_some_and(is_path) {
        return fenced(DumpFormat::CodefetchSdk, fenced::Headers::CodefetchSdk);
    }
    let quoted = line.strip_prefix('`').and_then(|line| line.strip_suffix("`:"));
    if (seen.project_path || forced || fence_is_third) && second.is_empty() && quoted.is_some_and(is_path) {
        let headers = if fence_is_third { fenced::Headers::Code2prompt } else { fenced::Headers::Code2promptBare };
        return fenced(DumpFormat::Code2promptMarkdown, headers);
    }
    if (seen.source_code || (forced && second == "```"))
        && fence_is_second
        && is_path(line)
        && wants(DumpFormat::Codefetch)
    {
        return fenced(DumpFormat::Codefetch, fenced::Headers::Codefetch);
    }
    let starts = is_first || forced;
    if starts
        && line.strip_prefix("# ").is_some_and(is_path)
        && second.is_empty()
        && (fence_is_third || third.starts_with("This is a "))
    {
        return fenced(DumpFormat::AiDigest, fenced::Headers::AiDigest);
    }
    if starts && is_path(line) && fence_is_second {
        return fenced(DumpFormat::FilesToPromptMarkdown, fenced::Headers::FilesToPrompt);
    }
    if starts && ruled_paths::header(text, at).is_some() && wants(DumpFormat::FilesToPrompt) {
        return Some((DumpFormat::FilesToPrompt, at, Box::new(ruled_paths::RuledPathsReader::new(preamble))));
    }
    let style = marked::ad_hoc_style(line).filter(|_| wants(DumpFormat::AdHoc))?;
    let marks = Marks { style, link: None, gap: Gap::Shown, tree_is_whole: false, sections: None };
    Some((DumpFormat::AdHoc, at, Box::new(MarkedReader::new(marks, preamble))))
}

/// The formats with marker lines that no other format starts with.
fn marks(text: &str, at: usize, wants: &impl Fn(DumpFormat) -> bool) -> Option<Found> {
    let (line, next) = line_at(text, at);
    let above = ruler(line);
    // A ruler belongs to the marker below it.
    let marker_at = if above > 0 { next } else { at };
    let (marker, after) = line_at(text, marker_at);
    let below = ruler(line_at(text, after).0);
    let marks = |style, link, gap, tree_is_whole| Marks { style, link, gap, tree_is_whole, sections: None };
    // Others put rulers of that width too; gitingest never leaves its tree out.
    let is_gitingest = || text[..at].contains("Directory structure:") || !wants(DumpFormat::FileMarker);
    let gitingest = Gap::Newlines { between: 3, last: 2 };
    let (format, marks) = if marker.starts_with("FILE: ") || marker.starts_with("SYMLINK: ") {
        if (above, below) == (48, 48) && wants(DumpFormat::Gitingest) && is_gitingest() {
            (DumpFormat::Gitingest, marks(Style::ruled("FILE: ", 48), Some("SYMLINK: "), gitingest, true))
        } else {
            let style = marked::file_marker_style(text, marker_at)?;
            (DumpFormat::FileMarker, marks(style, None, Gap::Shown, false))
        }
    } else if marker.starts_with("File: ") && above > 0 {
        let ruled = |width| Style::ruled("File: ", width);
        match (above, below) {
            (48, 48) if is_gitingest() => (DumpFormat::Gitingest2024, marks(ruled(48), None, gitingest, true)),
            (16, 16) => {
                let repomix = marks(ruled(16), None, Gap::Trimmed, true);
                (DumpFormat::RepomixPlain, Marks { sections: Some(64), ..repomix })
            }
            (50, 50) => {
                (DumpFormat::CodebaseDigest, marks(ruled(50), None, Gap::Newlines { between: 2, last: 1 }, true))
            }
            (above, below) => {
                let style = Style { above, below, ..Style::line("File: ", "") };
                (DumpFormat::AdHoc, marks(style, None, Gap::Shown, false))
            }
        }
    } else if line.strip_prefix(">>>> ").is_some_and(is_path) {
        (DumpFormat::Yek, marks(Style::line(">>>> ", ""), None, Gap::Joined, true))
    } else {
        return None;
    };
    wants(format).then(|| (format, at, Box::new(MarkedReader::new(marks, &text[..at])) as Box<dyn Reader>))
}
