use proptest::prelude::*;

use super::render::{Files, given_back, render};
use crate::source::SourceSet;
use crate::source::dump::{DumpFormat, Dumps, read_dump, stream};

/// Lines that readers of some format may take for their own, where they hold a place of it.
const LINES: &[&str] = &[
    "fn f() { g(\"a\\\"b\", 'c', '\"') }",
    "/* block /* nested */ */ mod m { /// FILE: no.rs\n }",
    "const A: &str = r#\"raw \" FILE: x \"#;",
    "const B: &str = r##\"\nFILE: src/no.rs\n>>>> src/no.rs\n\"##;",
    "const C: &str = \"\n</file>\n\n<file path=\\\"x.rs\\\">\n\";",
    "const D: &str = r\"\n---\nsrc/no.rs\n\n---\n\";",
    "// File: indented.rs\n    // FILE: indented.rs",
    "struct S<'a>(&'a str, [u8; 3]);",
    "// é ☃ &amp; <b> `x`",
    "    1: numbered\n 2 | numbered",
    "",
];

/// Lines for formats in which a text may hold a fence.
const FENCES: &[&str] = &["/*\n```rust\nfn f() {}\n```\n*/", "/// ```\n/// let x = 1;\n/// ```", "/*\n`````\n*/"];

fn holds_fences(format: DumpFormat) -> bool {
    use DumpFormat as F;
    !matches!(format, F::Code2promptMarkdown | F::Codefetch | F::CodefetchSdk)
}

/// Rust files that are whole; every text ends with a line that is not empty, or is empty.
fn files(fences: bool) -> impl Strategy<Value = Files> {
    let all: Vec<&str> = LINES.iter().chain(if fences { FENCES } else { &[] }).copied().collect();
    let text = (prop::collection::vec(prop::sample::select(all), 0..6), any::<bool>()).prop_map(|(lines, ended)| {
        let text = lines.join("\n");
        let text = text.trim_matches('\n');
        if ended && !text.is_empty() { format!("{text}\nmod end {{}}\n") } else { format!("{text}\nmod end {{}}") }
    });
    let text = prop_oneof![4 => text, 1 => Just(String::new())];
    prop::collection::btree_map("([a-zé][a-z _-]{0,3}[a-z]/){0,3}[a-z]{1,5}\\.rs", text, 1..10)
}

/// Some formats cannot hold a last line without its end before the next header.
fn as_held(format: DumpFormat, files: Files) -> Files {
    use DumpFormat as F;
    match format {
        F::FileMarker | F::AdHoc | F::CodebaseDigest | F::Yek => files
            .into_iter()
            .map(|(path, text)| (path, if text.is_empty() || text.ends_with('\n') { text } else { text + "\n" }))
            .collect(),
        _ => files,
    }
}

fn read_by(dump: &str, format: Option<DumpFormat>, step: usize) -> SourceSet {
    let mut dumps = Dumps::new(format);
    stream::add_by(&mut dumps, dump.as_bytes(), "dump", step).expect("a dump");
    dumps.finish()
}

fn check(format: DumpFormat, files: Files, step: usize) -> Result<(), TestCaseError> {
    let files = as_held(format, files);
    let Some(dump) = render(format, &files) else { return Ok(()) };
    let expected = given_back(format, &files);
    let sources = read_dump(&dump, "dump", None).expect("a dump");
    let report = sources.dump.clone().expect("a report");
    prop_assert_eq!(report.dumps[0].format.as_str(), format.as_str(), "{}", dump);
    let found: Files = sources.files.iter().map(|(path, text)| (path.clone(), text.to_string())).collect();
    prop_assert_eq!(&found, &expected, "{}\n{}\n{:#?}", format, dump, sources.diagnostics);
    let ambiguous = report.notes.iter().filter(|note| !note.reason.contains("fence")).count();
    prop_assert_eq!(ambiguous, 0, "{:#?}", report);
    // Every line stands in the dump where its origin says.
    let lines: Vec<&str> = dump.split('\n').collect();
    for (path, origin) in sources.origins.iter().filter(|(_, origin)| !origin.one_line) {
        for (number, line) in (1..).zip(sources.files[path].lines()) {
            let plain = format != DumpFormat::RepomixParsable && !line.contains("```");
            let dumped = lines[origin.dump_line(number) as usize - 1];
            prop_assert!(!plain || dumped.contains(line), "{format} {path}:{number} {line:?} {dumped:?}");
        }
    }
    // However the dump comes in, and however it was found out.
    prop_assert_eq!(&read_by(&dump, None, step), &sources, "{} by {}", format, step);
    prop_assert_eq!(&read_by(&dump, Some(format), step + 1), &sources, "{} forced", format);
    Ok(())
}

macro_rules! what_was_dumped_is_read {
    ($($name:ident: $format:ident),* $(,)?) => {
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(64))]
            $(
                #[test]
                fn $name(files in files(holds_fences(DumpFormat::$format)), step in 1..300_usize) {
                    check(DumpFormat::$format, files, step)?;
                }
            )*
        }

        #[test]
        fn every_format_is_checked() {
            assert_eq!([$(DumpFormat::$format),*].len(), DumpFormat::ALL.len());
        }
    };
}

what_was_dumped_is_read! {
    file_marker: FileMarker,
    gitingest: Gitingest,
    gitingest_2024: Gitingest2024,
    repomix_plain: RepomixPlain,
    repomix_xml: RepomixXml,
    repomix_xml_2024: RepomixXml2024,
    repomix_parsable: RepomixParsable,
    repomix_markdown: RepomixMarkdown,
    repomix_json: RepomixJson,
    code2prompt_markdown: Code2promptMarkdown,
    code2prompt_xml: Code2promptXml,
    code2prompt_json: Code2promptJson,
    files_to_prompt: FilesToPrompt,
    files_to_prompt_xml: FilesToPromptXml,
    files_to_prompt_markdown: FilesToPromptMarkdown,
    codefetch: Codefetch,
    codefetch_sdk: CodefetchSdk,
    yek: Yek,
    yek_json: YekJson,
    codebase_digest: CodebaseDigest,
    ai_digest: AiDigest,
    onefilellm: Onefilellm,
    ad_hoc: AdHoc,
}

proptest! {
    #[test]
    fn no_text_panics(
        text in "(FILE: |File: |[=]{0,4}|={16}|={48}|={64}|\n|\n\n|\r|\"|r#|/\\*|[{}()]|é|a\\.rs|── |```|---\n|<file path=\"|\">|</file>\n|</files>|<document index=\"1\">|<source>|</source>|`|>>>> |1: |\\{\"files\":|\"|,|:|\\[|&lt;|&#){0,60}",
        forced in prop::sample::select(DumpFormat::ALL.to_vec()),
        step in 1..40_usize,
    ) {
        for format in [None, Some(forced)] {
            let mut dumps = Dumps::new(format);
            let by_step = stream::add_by(&mut dumps, text.as_bytes(), "x", step).map(|()| dumps.finish());
            let whole = read_dump(&text, "x", format);
            prop_assert_eq!(by_step.ok(), whole.ok(), "{:?} by {}", format, step);
        }
    }
}
