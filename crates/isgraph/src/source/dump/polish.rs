//! What tools do to a file's text, undone or marked: line numbers, cuts, placeholders.

use std::borrow::Cow;

use super::DumpFormat;
use super::step::{DumpedFile, State};

/// repomix's line between the chunks of a compressed file.
const CHUNK: &str = "⋮----";

/// What a preamble says was done to every text.
pub(super) fn altered(preamble: &str) -> Option<&'static str> {
    [
        ("content has been compressed", "the tool kept only some of its lines (compressed)"),
        ("comments have been removed", "the tool removed its comments"),
        ("empty lines have been removed", "the tool removed its empty lines"),
    ]
    .into_iter()
    .find(|(sign, _)| preamble.contains(sign))
    .map(|(_, reason)| reason)
}

/// Undoes what can be undone.
pub(super) fn polish<'t>(file: DumpedFile<'t>, format: DumpFormat) -> DumpedFile<'t> {
    let file = placeholder(file, format);
    let file = truncated(file, format);
    let file = chunks(file);
    numbered(file, format)
}

/// A sentence of the tool instead of a text.
fn placeholder<'t>(mut file: DumpedFile<'t>, format: DumpFormat) -> DumpedFile<'t> {
    let text = file.text.trim();
    let gitingest = matches!(format, DumpFormat::Gitingest | DumpFormat::Gitingest2024);
    if gitingest && text == "[Empty file]" {
        file.text = Cow::Borrowed("");
        return file;
    }
    let gitingest_errors =
        ["[Binary file]", "Error reading file", "Error: Unable to decode file", "Error processing notebook"];
    let is_placeholder = match format {
        DumpFormat::Gitingest | DumpFormat::Gitingest2024 => {
            !text.contains('\n') && gitingest_errors.iter().any(|error| text.starts_with(error))
        }
        DumpFormat::CodebaseDigest => !text.contains('\n') && text.starts_with("Error reading file"),
        _ => false,
    };
    if is_placeholder {
        let reason = format!("the tool could not read it: {text}");
        file.text = Cow::Borrowed("");
        file = file.with(State::Absent(reason.into()));
    }
    file
}

/// A mark of the tool where it cut a text.
fn truncated<'t>(file: DumpedFile<'t>, format: DumpFormat) -> DumpedFile<'t> {
    let mark = match format {
        DumpFormat::Codefetch => "[TRUNCATED]",
        DumpFormat::CodefetchSdk => "... File truncated due to token limit ...",
        _ => return file,
    };
    let Some(before) = file.text.trim_end().strip_suffix(mark) else { return file };
    if !(before.is_empty() || before.ends_with('\n')) {
        return file;
    }
    // Besides, the SDK cuts in the middle of a line.
    let cut = before.trim_end_matches('\n').rfind('\n').map_or(0, |newline| newline + 1);
    let len = if format == DumpFormat::CodefetchSdk { cut } else { before.len() };
    with_text(file, |text| Cow::Owned(text[..len].to_owned()))
        .with(State::Partial("the tool cut it to its limit of tokens".into()))
}

/// The lines between a compressed file's chunks become empty, so that all others keep their numbers.
fn chunks(file: DumpedFile<'_>) -> DumpedFile<'_> {
    if !file.text.contains(CHUNK) || !file.text.lines().any(|line| line == CHUNK) {
        return file;
    }
    let blank = |text: &str| {
        text.split_inclusive('\n')
            .map(|line| if line.trim_end() == CHUNK { &line[CHUNK.len()..] } else { line })
            .collect::<String>()
    };
    with_text(file, |text| Cow::Owned(blank(text)))
        .with(State::Partial("the tool kept only some of its lines (compressed)".into()))
}

/// Takes line numbers off, when every line has its own.
fn numbered(file: DumpedFile<'_>, format: DumpFormat) -> DumpedFile<'_> {
    let separator = match format {
        DumpFormat::RepomixPlain
        | DumpFormat::RepomixXml
        | DumpFormat::RepomixXml2024
        | DumpFormat::RepomixParsable
        | DumpFormat::RepomixMarkdown
        | DumpFormat::RepomixJson => ": ",
        DumpFormat::Code2promptMarkdown
        | DumpFormat::Code2promptXml
        | DumpFormat::Code2promptJson
        | DumpFormat::Codefetch
        | DumpFormat::Yek
        | DumpFormat::YekJson => " | ",
        DumpFormat::FilesToPrompt | DumpFormat::FilesToPromptXml | DumpFormat::FilesToPromptMarkdown => "  ",
        DumpFormat::CodefetchSdk => " ",
        _ => return file,
    };
    let Some(mut text) = without_numbers(&file.text, separator) else { return file };
    match format {
        // Each piece between line ends is numbered, the empty one after the last line end too.
        DumpFormat::CodefetchSdk if !matches!(file.state, State::Partial(_)) => {
            text.pop();
        }
        // repomix numbers an empty file's only, empty line.
        _ if text == "\n" => text.clear(),
        _ if !file.text.ends_with('\n') => text.push('\n'),
        _ => {}
    }
    with_text(file, |_| Cow::Owned(text))
}

fn without_numbers(text: &str, separator: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut expected = 1_usize;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        if body.is_empty() && out.len() < text.len() && expected > 1 {
            // Tools put an empty line after the last one.
            continue;
        }
        let unpadded = body.trim_start_matches(' ');
        let digits = unpadded.len() - unpadded.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if unpadded[..digits].parse::<usize>().ok()? != expected {
            return None;
        }
        let rest = &unpadded[digits..];
        // Editors take the space off the end of an empty line.
        let content = rest.strip_prefix(separator).or_else(|| (rest == separator.trim_end()).then_some(""))?;
        out.push_str(content);
        out.push_str(&line[body.len()..]);
        expected += 1;
    }
    (expected > 1).then_some(out)
}

fn with_text<'t>(mut file: DumpedFile<'t>, change: impl FnOnce(&str) -> Cow<'static, str>) -> DumpedFile<'t> {
    file.text = change(&file.text);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_off_when_every_line_has_its_own() {
        for (numbered, separator, expected) in [
            (" 9: a\n", ": ", None),
            ("1: a\n2: \n3:\n4: 5: b\n", ": ", Some("a\n\n\n5: b\n")),
            ("  1 | a\r\n  2 | b\r\n", " | ", Some("a\r\nb\r\n")),
            ("1  a\n2    b\n\n", "  ", Some("a\n  b\n")),
            ("1: a\nb\n", ": ", None),
            ("", ": ", None),
            ("99999999999999999999999: a", ": ", None),
        ] {
            assert_eq!(without_numbers(numbered, separator).as_deref(), expected, "{numbered:?}");
        }
    }

    #[test]
    fn cuts_and_placeholders_are_marked() {
        let check = |text: &str, format| {
            let file = polish(DumpedFile::new("a.rs", text.to_owned(), 0), format);
            (file.text.into_owned(), file.state)
        };
        assert_eq!(check("[Empty file]", DumpFormat::Gitingest), (String::new(), State::Whole));
        assert!(matches!(check("[Binary file]", DumpFormat::Gitingest).1, State::Absent(_)));
        assert_eq!(check("[Binary file]", DumpFormat::Yek).1, State::Whole);
        let (text, state) = check("1 | fn f() {\n[TRUNCATED]\n", DumpFormat::Codefetch);
        assert!(text == "fn f() {\n" && matches!(state, State::Partial(_)), "{text:?} {state:?}");
        let (text, state) = check("a\n⋮----\nb\n", DumpFormat::RepomixXml);
        assert!(text == "a\n\nb\n" && matches!(state, State::Partial(_)), "{text:?} {state:?}");
        assert_eq!(check("const A: &str = \"⋮----\";\n", DumpFormat::RepomixXml).1, State::Whole);
    }
}
