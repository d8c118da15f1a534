//! repomix's parsable XML: `<files>`, `<file path="…">`, everything escaped.

use std::borrow::Cow;

use memchr::memmem::Finder;

use super::step::{DumpedFile, Reader, State, Step};
use super::tree::Tree;

const OPEN: &str = "<file path=\"";
const CLOSE: &str = "</file>";

/// Reads such a dump. Escaped text holds no `<`, so every tag is the dump's own.
#[derive(Debug)]
pub(super) struct EscapedReader {
    tree: Tree,
    started: bool,
    altered: Option<&'static str>,
}

impl EscapedReader {
    pub(super) fn new(preamble: &str) -> Self {
        Self { tree: Tree::read(&unescape(preamble)), started: false, altered: super::polish::altered(preamble) }
    }
}

impl Reader for EscapedReader {
    fn next<'t>(&mut self, rest: &'t str, at_end: bool) -> Step<'t> {
        let wanting = if at_end { Step::End } else { Step::More };
        let bytes = rest.as_bytes();
        let Some(open) = Finder::new(OPEN).find(bytes) else { return wanting };
        if Finder::new("</files>").find(&bytes[..open]).is_some() {
            return Step::End;
        }
        let path_start = open + OPEN.len();
        let Some(path) = rest[path_start..].find("\">").map(|len| &rest[path_start..path_start + len]) else {
            return wanting;
        };
        let content = path_start + path.len() + "\">".len();
        let (end, next, whole) = match Finder::new("<").find(&bytes[content..]).map(|at| content + at) {
            Some(end) if rest[end..].starts_with(CLOSE) => (end, end + CLOSE.len(), true),
            Some(end) if at_end || rest.len() - end >= CLOSE.len() => (end, end, false),
            None if at_end => (rest.len(), rest.len(), false),
            _ => return Step::More,
        };
        let mut text = unescape(&rest[content..end]);
        // The tool trims every text: nearly every file ended with a line end.
        if !text.is_empty() && whole {
            text = Cow::Owned(text.into_owned() + "\n");
        }
        let mut file = DumpedFile::new(unescape(path), text, content);
        if !whole {
            file = file.with(State::Partial("the dump ends inside this file".into()));
        }
        if self.started {
            self.tree.take(&file.path);
        } else {
            self.tree.take_first(&file.path);
            self.started = true;
        }
        Step::File(file, next)
    }

    fn tree(&self) -> Option<&Tree> {
        Some(&self.tree)
    }

    fn altered(&self) -> Option<&'static str> {
        self.altered
    }
}

/// The text that an XML text or attribute stands for; what is no valid reference stays as it is.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    if let Ok(text) = quick_xml::escape::unescape(text) {
        return text;
    }
    // One broken reference, as in a text that was cut, does not spoil the others.
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let len = rest.bytes().take(12).position(|byte| byte == b';').map_or(1, |end| end + 1);
        match quick_xml::escape::unescape(&rest[..len]) {
            Ok(one) => out.push_str(&one),
            Err(_) => out.push_str(&rest[..len]),
        }
        rest = &rest[len..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}
