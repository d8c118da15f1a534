//! Formats of JSON. The values are read one by one, so that no more than one file's text is there
//! twice.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::step::{DumpedFile, Reader, State, Step};
use super::tree::Tree;

/// Which objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `{"files": {"path": "text"}}`.
    Files,
    /// `[{"filename": "path", "content": "text"}]`.
    Rows,
}

/// Reads such a dump.
#[derive(Debug)]
pub(super) struct JsonReader {
    shape: Shape,
    inside: bool,
    tree: Tree,
    started: bool,
    altered: Option<&'static str>,
}

impl JsonReader {
    pub(super) fn new(shape: Shape) -> Self {
        Self { shape, inside: false, tree: Tree::default(), started: false, altered: None }
    }

    /// The value after a key of the outer object.
    fn outer<'t>(&mut self, rest: &'t str, at_end: bool) -> Step<'t> {
        let mut at = 0;
        loop {
            at = skip(rest, at, "{,");
            let key: String = match value(rest, at) {
                Ok((key, next)) => {
                    at = skip(rest, next, ":");
                    key
                }
                Err(wants) => return wants.step(at_end),
            };
            if key == "files" && rest[at..].starts_with('{') {
                self.inside = true;
                return self.member(rest, at_end, at + 1);
            }
            let next = match key.as_str() {
                "directoryStructure" => value::<String>(rest, at).map(|(drawn, next)| {
                    self.tree = Tree::read(&format!("<directory_structure>\n{drawn}\n</directory_structure>"));
                    next
                }),
                "fileSummary" => value::<Summary>(rest, at).map(|(summary, next)| {
                    self.altered = super::polish::altered(&summary.header);
                    next
                }),
                _ => value::<IgnoredAny>(rest, at).map(|(_, next)| next),
            };
            match next {
                Ok(next) => at = next,
                Err(wants) => return wants.step(at_end),
            }
        }
    }

    /// The next member of the object of files.
    fn member<'t>(&mut self, rest: &'t str, at_end: bool, at: usize) -> Step<'t> {
        let at = skip(rest, at, ",");
        if rest[at..].starts_with('}') {
            return Step::End;
        }
        let (path, next) = match value::<String>(rest, at) {
            Ok(read) => read,
            Err(wants) => return wants.step(at_end),
        };
        let at = skip(rest, next, ":");
        match value::<String>(rest, at) {
            Ok((mut text, next)) => {
                // The tool trims every text: nearly every file ended with a line end.
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                Step::File(self.note(DumpedFile::new(path, text, at)), next)
            }
            Err(Wants::More) if at_end => Step::File(self.note(cut(path, at)), rest.len()),
            Err(wants) => wants.step(at_end),
        }
    }

    fn row<'t>(&mut self, rest: &'t str, at_end: bool) -> Step<'t> {
        let at = skip(rest, 0, "[,");
        match value::<Row>(rest, at) {
            Ok((row, next)) => Step::File(self.note(DumpedFile::new(row.filename, row.content, at)), next),
            Err(wants) => wants.step(at_end),
        }
    }

    fn note<'t>(&mut self, mut file: DumpedFile<'t>) -> DumpedFile<'t> {
        file.one_line = true;
        if self.started {
            self.tree.take(&file.path);
        } else {
            self.tree.take_first(&file.path);
            self.started = true;
        }
        file
    }
}

fn cut<'t>(path: String, at: usize) -> DumpedFile<'t> {
    DumpedFile::new(path, "", at).with(State::Partial("the dump ends inside this file, whose text is left out".into()))
}

impl Reader for JsonReader {
    fn next<'t>(&mut self, rest: &'t str, at_end: bool) -> Step<'t> {
        match self.shape {
            Shape::Rows => self.row(rest, at_end),
            Shape::Files if self.inside => {
                let step = self.member(rest, at_end, 0);
                self.inside = true;
                step
            }
            Shape::Files => {
                let step = self.outer(rest, at_end);
                // Without a file, the outer object is read again from its start.
                self.inside = matches!(step, Step::File(..));
                step
            }
        }
    }

    fn tree(&self) -> Option<&Tree> {
        Some(&self.tree)
    }

    fn altered(&self) -> Option<&'static str> {
        self.altered
    }
}

#[derive(Deserialize)]
struct Row {
    filename: String,
    content: String,
}

#[derive(Deserialize)]
struct Summary {
    #[serde(rename = "generationHeader", default)]
    header: String,
}

/// Why there is no value.
enum Wants {
    More,
    Nothing,
}

impl Wants {
    fn step<'t>(self, at_end: bool) -> Step<'t> {
        if matches!(self, Self::More) && !at_end { Step::More } else { Step::End }
    }
}

/// The value at `at`, and where it ends.
fn value<'t, T: Deserialize<'t>>(text: &'t str, at: usize) -> Result<(T, usize), Wants> {
    let mut values = serde_json::Deserializer::from_str(text.get(at..).unwrap_or_default()).into_iter::<T>();
    match values.next() {
        Some(Ok(value)) => Ok((value, at + values.byte_offset())),
        Some(Err(error)) if error.is_eof() => Err(Wants::More),
        Some(Err(_)) => Err(Wants::Nothing),
        None => Err(Wants::More),
    }
}

/// The place after white space and `signs`.
fn skip(text: &str, at: usize, signs: &str) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    text.len() - rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || signs.contains(c)).len()
}

/// Which shape a text that starts with `{` or `[` has, with the JSON string that wraps a dump in
/// another format; `None` when it has none, or when more text is needed and `at_end` is false.
pub(super) enum Sniffed {
    Shape(Shape),
    /// `{"prompt": "…"}`: the inner text, where it starts.
    Prompt(String, usize),
    Other,
    More,
}

/// Looks at the keys of the outer object, or at the first row.
pub(super) fn sniff(text: &str, at_end: bool) -> Sniffed {
    let wanting = |wants| match wants {
        Wants::More if !at_end => Sniffed::More,
        _ => Sniffed::Other,
    };
    let start = skip(text, 0, "");
    if text[start..].starts_with('[') {
        return match value::<Row>(text, start + 1) {
            Ok(_) => Sniffed::Shape(Shape::Rows),
            Err(wants) => wanting(wants),
        };
    }
    let mut at = start;
    loop {
        at = skip(text, at, "{,");
        let (key, next) = match value::<String>(text, at) {
            Ok(read) => read,
            Err(wants) => return wanting(wants),
        };
        at = skip(text, next, ":");
        if key == "files" && text[at..].starts_with('{') {
            return Sniffed::Shape(Shape::Files);
        }
        if key == "prompt" {
            return match value::<String>(text, at) {
                Ok((prompt, _)) => Sniffed::Prompt(prompt, at),
                Err(wants) => wanting(wants),
            };
        }
        match value::<IgnoredAny>(text, at) {
            Ok((_, next)) => at = next,
            Err(wants) => return wanting(wants),
        }
    }
}
