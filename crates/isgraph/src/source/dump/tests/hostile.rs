use super::render::{Files, render};
use crate::error::ErrorCode;
use crate::source::SourceSet;
use crate::source::dump::{DumpFormat, Dumps, FileStatus, read_dump};

fn read(bytes: &[u8]) -> SourceSet {
    let mut dumps = Dumps::new(None);
    dumps.add(bytes, "dump").expect("a dump");
    dumps.finish()
}

fn two() -> Files {
    [("src/a.rs", "fn a() {\n    b()\n}\n"), ("src/b.rs", "fn b() {\n    a()\n}\n")]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into()
}

/// Every format that takes its own headers from a text.
fn text_formats() -> impl Iterator<Item = DumpFormat> {
    use DumpFormat as F;
    DumpFormat::ALL.iter().copied().filter(|format| !matches!(format, F::RepomixJson | F::YekJson | F::Code2promptJson))
}

#[test]
fn windows_lines_marks_and_wide_characters_are_read() {
    for format in text_formats() {
        let dump = render(format, &two()).expect("a dump");
        let windows = dump.replace('\n', "\r\n");
        let sources = read(format!("\u{feff}{windows}").as_bytes());
        let report = sources.dump.clone().expect("a report");
        assert_eq!((report.complete, report.notes.len()), (2, 0), "{format}: {report:#?}\n{windows}");
        for (path, text) in two() {
            let found = sources.files[&path].replace("\r\n", "\n");
            // Where the tool's trimming took the last line end off, the usual one is put back.
            let end = if format == DumpFormat::RepomixParsable { "}\n" } else { "}\r\n" };
            assert!(found == text && sources.files[&path].ends_with(end), "{format}: {found:?}");
        }
        let wide = |order: fn(u16) -> [u8; 2]| {
            std::iter::once(0xfeff).chain(dump.encode_utf16()).flat_map(order).collect::<Vec<_>>()
        };
        for bytes in [wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
            assert_eq!(read(&bytes), read(dump.as_bytes()), "{format}");
        }
    }
}

#[test]
fn a_cut_dump_is_partial_and_never_silent() {
    for format in text_formats() {
        let dump = render(format, &two()).expect("a dump");
        let cut = dump.rfind("    a()").expect("the last file") + "    a".len();
        let sources = read(&dump.as_bytes()[..cut]);
        let report = sources.dump.clone().expect("a report");
        assert_eq!(&*sources.files["src/a.rs"], "fn a() {\n    b()\n}\n", "{format}");
        let notes: Vec<_> = report.notes.iter().map(|note| (note.path.as_str(), note.status)).collect();
        assert_eq!(notes, [("src/b.rs", FileStatus::Partial)], "{format}: {report:#?}");
        assert_eq!(
            sources.diagnostics.iter().filter(|d| d.code == "DUMP").count(),
            1,
            "{format}: {:#?}",
            sources.diagnostics
        );
    }
}

#[test]
fn bytes_that_are_not_text_are_replaced() {
    let sources = read(b"FILE: a.rs\n// caf\xe9 \xf0\x9f\nFILE: b.rs\nfn b() {}\n\xc3");
    assert_eq!(&*sources.files["a.rs"], "// caf\u{fffd} \u{fffd}\n");
    assert_eq!(&*sources.files["b.rs"], "fn b() {}\n\u{fffd}");
    let found: Vec<_> = sources.diagnostics.iter().map(|d| (d.code.as_str(), d.line)).collect();
    assert_eq!(found, [("NOT_UTF8", 2)]);
}

#[test]
fn a_million_empty_files_are_read() {
    let mut dump = String::new();
    for number in 0..1_000_000 {
        dump.push_str("FILE: f");
        dump.push_str(&number.to_string());
        dump.push_str(".rs\n");
    }
    let sources = read(dump.as_bytes());
    assert_eq!(sources.files.len(), 1_000_000);
    assert_eq!(sources.dump.expect("a report").complete, 1_000_000);
    assert_eq!(sources.origins["f999999.rs"].line, 1_000_001);
}

#[test]
fn headers_without_end_take_linear_time() {
    let near = [
        "================\nFile: x\n===============\n".repeat(20_000),
        "</file>\n\n</files>\n".repeat(50_000),
        "```\n\n```\n".repeat(50_000),
        "\n---\nx\n--\n".repeat(50_000),
        "=".repeat(1 << 20),
    ];
    for format in text_formats() {
        for noise in &near {
            let mut files = two();
            files.insert("src/a.rs".to_owned(), format!("/*\n{noise}*/\nfn a() {{}}\n"));
            let dump = render(format, &files).expect("a dump");
            let sources = read(dump.as_bytes());
            assert!(sources.files.contains_key("src/b.rs"), "{format}");
        }
    }
}

#[test]
fn a_forced_format_must_be_there() {
    let dump = "FILE: a.rs\nfn a() {}\n";
    let error = read_dump(dump, "d.txt", Some(DumpFormat::RepomixXml)).expect_err("another format");
    assert_eq!(error.code(), ErrorCode::DumpFormat);
    assert!(error.to_string().contains("repomix-xml"), "{error}");
    // What looks like another format by its first lines is read as it is told to be.
    let both = "<file path=\"x.rs\">\nFILE: a.rs\nfn a() {}\n";
    let sources = read_dump(both, "d.txt", Some(DumpFormat::FileMarker)).expect("a dump");
    assert_eq!(sources.files.keys().collect::<Vec<_>>(), ["a.rs"]);
}

#[test]
fn ad_hoc_headers_are_those_of_the_first() {
    for (open, close) in [
        ("===== FILE: ", " ====="),
        ("--- File: ", " ---"),
        ("// File: ", ""),
        ("#### path: ", ""),
        ("<!-- file: ", " -->"),
    ] {
        let dump = format!(
            "Notes.\n\n{open}src/a.rs{close}\nfn a() {{}}\n{open}src/b.rs{close}\n// == FILE: c.rs ==\n{open}no\n"
        );
        let sources = read_dump(&dump, "d", None);
        let sources = sources.unwrap_or_else(|error| panic!("{open}: {error}"));
        let found: Vec<_> = sources.files.keys().map(String::as_str).collect();
        assert_eq!(found, ["src/a.rs", "src/b.rs"], "{open}");
        assert_eq!(sources.dump.expect("a report").dumps[0].format, "ad-hoc");
    }
}

#[test]
fn a_symbolic_link_and_placeholders_of_gitingest_are_said() {
    let ruler = "=".repeat(48);
    let file = |header: &str, text: &str| format!("{ruler}\n{header}\n{ruler}\n{text}\n\n");
    let dump = format!(
        "Directory structure:\n└── r/\n    ├── a.rs\n    ├── b.rs\n    ├── e.rs\n    ├── l.rs -> a.rs\n    └── gone.rs\n\n{}\n{}\n{}\n{}",
        file("FILE: a.rs", "fn a() {}\n"),
        file("FILE: b.rs", "[Binary file]"),
        file("FILE: e.rs", "[Empty file]"),
        file("SYMLINK: l.rs -> a.rs", ""),
    );
    let sources = read_dump(&dump, "d", None).expect("a dump");
    assert_eq!(
        sources.files.iter().map(|(p, t)| (p.as_str(), &**t)).collect::<Vec<_>>(),
        [("a.rs", "fn a() {}\n"), ("e.rs", "")]
    );
    let report = sources.dump.expect("a report");
    let notes: Vec<_> = report.notes.iter().map(|note| (note.path.as_str(), note.status)).collect();
    let skipped = FileStatus::Skipped;
    assert_eq!(notes, [("b.rs", skipped), ("l.rs", skipped), ("gone.rs", skipped)], "{report:#?}");
}

#[test]
fn an_indented_closing_line_that_is_content_is_passed() {
    let head = "<source-tree>\n  x\n</source-tree>\n\n<files>\n      <file path=\"a.rs\">\n        ```rs\n        const A: &str = \"\n";
    let dump = format!(
        "{head}      </file>\n      <file path=\"no.rs\">\n      </file>\nx\";\n\n        ```\n      </file>\n</files>"
    );
    let sources = read_dump(&dump, "d", None).expect("a dump");
    assert_eq!(sources.files.keys().collect::<Vec<_>>(), ["a.rs"], "{:?}", sources.diagnostics);
    assert!(sources.files["a.rs"].ends_with("x\";\n"));
    let cut = read_dump(&dump[..dump.len() - 12], "d", None).expect("a dump");
    assert_eq!(cut.dump.expect("a report").partial, 1);
}
