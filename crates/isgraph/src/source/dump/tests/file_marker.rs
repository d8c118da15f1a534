use proptest::prelude::*;

use crate::error::ErrorCode;
use crate::source::SourceSet;
use crate::source::dump::read_dump;

#[track_caller]
fn check(dump: &str, expected: &[(&str, &str)]) -> SourceSet {
    let sources = read_dump(dump, "dump.txt", None).expect("a dump");
    let found: Vec<(&str, &str)> = sources.files.iter().map(|(path, text)| (path.as_str(), &**text)).collect();
    assert_eq!(found, expected, "{:#?}", sources.diagnostics);
    sources
}

fn messages(sources: &SourceSet) -> Vec<String> {
    sources.diagnostics.iter().map(|d| format!("{} {}:{} {}", d.code, d.file, d.line, d.message)).collect()
}

#[test]
fn bare_markers_cut_exactly() {
    let sources = check(
        "FILE: src/lib.rs\nmod a;\n\nfn f() {}\nFILE: src/a.rs\nFILE: src/empty.rs\nFILE: src/z.rs\nfn z() {}",
        &[("src/a.rs", ""), ("src/empty.rs", ""), ("src/lib.rs", "mod a;\n\nfn f() {}\n"), ("src/z.rs", "fn z() {}")],
    );
    assert!(sources.diagnostics.is_empty(), "{:?}", sources.diagnostics);
    assert_eq!(sources.origins["src/lib.rs"].line, 2);
    assert_eq!(sources.origins["src/z.rs"].line, 8);
}

#[test]
fn a_preamble_a_mark_and_windows_lines_are_accepted() {
    check(
        "\u{feff}A dump.\r\n\r\nFILE: .\\src\\lib.rs\r\nfn f() {}\r\nFILE: src\\a.rs\r\nfn a() {}\r\n",
        &[("src/a.rs", "fn a() {}\r\n"), ("src/lib.rs", "fn f() {}\r\n")],
    );
}

#[test]
fn rulers_are_required_once_seen() {
    let ruler = "=".repeat(48);
    let dump = format!(
        "Directory: x\n\n{ruler}\nFILE: src/lib.rs\n{ruler}\nconst A: &str = \"\nFILE: src/no.rs\n====\nFILE: src/no2.rs\n====\n\";\n\n{ruler}\nFILE: src/a.rs\n{ruler}\nfn a() {{}}\n\n"
    );
    let sources = check(
        &dump,
        &[
            ("src/a.rs", "fn a() {}\n"),
            ("src/lib.rs", "const A: &str = \"\nFILE: src/no.rs\n====\nFILE: src/no2.rs\n====\n\";\n"),
        ],
    );
    assert_eq!(sources.origins["src/lib.rs"].line, 6);
    assert!(sources.diagnostics.is_empty());
}

#[test]
fn one_ruler_is_a_style_too() {
    check(
        "======\nFILE: a.rs\nfn a() {}\n======\nFILE: b.rs\nfn b() {}\n",
        &[("a.rs", "fn a() {}\n"), ("b.rs", "fn b() {}\n")],
    );
    check(
        "FILE: a.rs\n======\nfn a() {}\nFILE: b.rs\n======\nfn b() {}\n",
        &[("a.rs", "fn a() {}\n"), ("b.rs", "fn b() {}\n")],
    );
}

#[test]
fn rulers_between_headers_may_be_shared_and_mean_nothing_without_a_style() {
    check("===\nFILE: a.rs\n===\nFILE: b.rs\n===\nfn b() {}\n", &[("a.rs", ""), ("b.rs", "fn b() {}\n")]);
    let sources = read_dump("FILE: a.rs\nFILE: b.rs\n===\nFILE: c.rs\n===\n", "x", None).expect("a dump");
    assert_eq!(&*sources.files["b.rs"], "===\n");
    assert_eq!(sources.origins["c.rs"].line, 5);
}

#[test]
fn a_marker_in_a_literal_or_comment_is_content() {
    for (open, close) in [("\"", "\""), ("r#\"", "\"#"), ("br##\"", "\"##"), ("\"\\\"", "\"")] {
        let own = format!("const A: &X = {open}\nFILE: src/lib.rs\nFILE: src/c.rs\n{close};\nfn f() {{}}\n");
        let sources = check(
            &format!("FILE: src/lib.rs\n{own}FILE: src/a.rs\nfn a() {{ \"x\"; }}\n"),
            &[("src/a.rs", "fn a() { \"x\"; }\n"), ("src/lib.rs", &own)],
        );
        assert_eq!(sources.diagnostics.len(), 2, "{:?}", sources.diagnostics);
    }
    let own = "/* /*\nFILE: src/b.rs\n*/ */\nfn f() {}\n";
    check(&format!("FILE: src/lib.rs\n{own}"), &[("src/lib.rs", own)]);
}

#[test]
fn a_field_called_file_is_content() {
    let own = "struct S {\nFILE: u32,\nFILE: std::path::PathBuf\n}\n";
    check(&format!("FILE: a.rs\n{own}FILE: b.rs\n"), &[("a.rs", own), ("b.rs", "")]);
}

#[test]
fn a_broken_file_does_not_swallow_the_next() {
    for broken in ["const A: &str = \"x;\n", "/* never closed\n", "fn f() { r#\"\n", "fn f() {\n"] {
        let dump = format!("FILE: a.rs\n{broken}FILE: b.rs\nfn b() {{ g(\"x\", \"y\") }}\nFILE: c.rs\nfn c() {{}}\n");
        let sources =
            check(&dump, &[("a.rs", broken), ("b.rs", "fn b() { g(\"x\", \"y\") }\n"), ("c.rs", "fn c() {}\n")]);
        assert_eq!(
            messages(&sources),
            ["DUMP dump.txt:3 the file before `b.rs` is not complete; it is read as a file of its own all the same"]
        );
    }
}

#[test]
fn a_drawn_tree_decides() {
    let tree = "└── app/\n    ├── a.rs\n    └── b.rs\n";
    let own = "fn f() { g(\"\nFILE: x.rs\n\n";
    let sources =
        check(&format!("{tree}FILE: a.rs\n{own}FILE: b.rs\nfn b() {{}}\n"), &[("a.rs", own), ("b.rs", "fn b() {}\n")]);
    assert_eq!(messages(&sources), ["DUMP dump.txt:6 `x.rs` is not in the dump's tree; the line is read as content"]);
}

#[test]
fn paths_are_labels() {
    let sources = check(
        "FILE: /etc/x.rs\nFILE: ../up.rs\nFILE: C:\\w\\a.rs\nFILE: README.md\n# x\nFILE: a/Cargo.toml\n[package]\n",
        &[("../up.rs", ""), ("/etc/x.rs", ""), ("C:/w/a.rs", ""), ("a/Cargo.toml", "[package]\n")],
    );
    assert_eq!(
        messages(&sources),
        ["DUMP dump.txt:0 1 of the dump's files are neither Rust nor Cargo.toml and were left out"]
    );
}

#[test]
fn a_path_that_comes_twice_keeps_both_texts() {
    let sources = check(
        "FILE: a.rs\nfn a() {}\nFILE: a.rs\nfn b() {}\nFILE: a.rs\nfn a() {}\nFILE: a.rs\nfn c() {}\n",
        &[("a#2.rs", "fn b() {}\n"), ("a#3.rs", "fn c() {}\n"), ("a.rs", "fn a() {}\n")],
    );
    assert_eq!(sources.diagnostics.len(), 3, "{:?}", sources.diagnostics);
}

#[test]
fn a_text_without_markers_is_no_dump() {
    for text in ["", "fn f() {}\n", " FILE: a.rs\n", "file: a.rs\n", "FILE: \n", "FILE:a.rs\n"] {
        let error = read_dump(text, "x.txt", None).expect_err(text);
        assert_eq!(error.code(), ErrorCode::DumpFormat);
        assert!(error.to_string().contains("x.txt") && error.to_string().contains("FILE: path"), "{error}");
    }
}

#[test]
fn hostile_dumps_take_linear_time() {
    let mut dump = String::new();
    for n in 0..20_000 {
        dump.push_str(&format!("FILE: f{n}.rs\nconst A: &str = r{}\"\n", "#".repeat(n % 50)));
    }
    let sources = read_dump(&dump, "x", None).expect("a dump");
    // A few of them close a raw string of the file before; hardly any may be lost to that.
    assert!(sources.files.len() > 19_900, "{}", sources.files.len());
    let one_string = format!("FILE: a.rs\nconst A: &str = \"\n{}\";\n", "FILE: b.rs\n".repeat(200_000));
    assert!(!read_dump(&one_string, "x", None).expect("a dump").files.is_empty());
}

/// A Rust file that is whole, or empty; never ends with an empty line.
fn rust_file() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("fn f() { g(\"a\\\"b\", 'c', '\"') }"),
        Just("/* block /* nested */ */ mod m { /// FILE: no.rs\n }"),
        Just("const A: &str = r#\"raw \" FILE: x \"#;"),
        Just("    // FILE: indented.rs"),
        Just("struct S<'a>(&'a str, [u8; 3]);"),
        Just("// FILE: é ☃"),
    ];
    prop::collection::vec(line, 0..6).prop_map(|lines| lines.iter().map(|line| format!("{line}\n")).collect())
}

proptest! {
    #[test]
    fn what_was_dumped_is_read(
        files in prop::collection::btree_map("([a-z]{1,4}/){0,3}[a-z]{1,5}\\.rs", rust_file(), 1..12),
        width in prop_oneof![Just(0_usize), 3..60_usize],
        gaps: bool,
    ) {
        let mut dump = String::new();
        for (path, text) in &files {
            let ruler = if width == 0 { String::new() } else { format!("{}\n", "=".repeat(width)) };
            dump.push_str(&format!("{ruler}FILE: {path}\n{ruler}{text}"));
            if gaps {
                dump.push('\n');
            }
        }
        let sources = read_dump(&dump, "dump", None).expect("a dump");
        let expected = SourceSet::from_files(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        // One file alone does not show whether an empty line after it is its own.
        if !(gaps && files.len() == 1) {
            prop_assert_eq!(&sources.files, &expected.files);
        }
        prop_assert!(sources.diagnostics.is_empty(), "{:?}", sources.diagnostics);
        let lines: Vec<&str> = dump.lines().collect();
        for (path, text) in &files {
            if let Some(first) = text.lines().next() {
                prop_assert_eq!(lines[sources.origins[path].line as usize - 1], first);
            }
        }
    }

    #[test]
    fn no_text_panics(text in "(FILE: |[=]{0,4}|\n|\r|\"|r#|/\\*|[{}()]|é|a\\.rs|── ){0,60}") {
        let _ = read_dump(&text, "x", None);
        let _ = read_dump(&format!("FILE: a.rs\n{text}\nFILE: b.rs\n{text}"), "x", None);
    }
}
