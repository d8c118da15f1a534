//! Projects and dumps: broken, empty, missing, odd.

use crate::harness::{Project, run_with_input};

/// What `index --json` reports about `project`.
#[track_caller]
fn report(project: &Project) -> serde_json::Value {
    project.run(&["index", "--no-store", "--json"]).exits(0).json()
}

#[test]
fn an_empty_project_is_an_empty_index() {
    let empty = Project::of(&[]);
    let report = report(&empty);
    assert_eq!(report["files"], 0, "{report}");
    assert_eq!(report["symbols"], 0, "{report}");
    empty.run(&["index"]).exits(0).says("✓ Processed 0 files → 0 nodes, 0 edges").complains("no Rust files");
    empty.run(&["query", "search", "anything"]).exits(0);
    empty.run(&["query", "callers", "main"]).exits(3).complains("main");
}

#[test]
fn a_broken_file_costs_only_what_is_broken() {
    let project = Project::of(&[
        ("Cargo.toml", "[package]\nname = \"broken\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
        ("src/lib.rs", "pub mod other;\npub fn before() {}\npub fn torn( {\npub fn after() { before() }\n"),
        ("src/other.rs", "pub fn elsewhere() {}\n"),
    ]);
    let report = report(&project);
    assert!(report["diagnostics"].as_array().is_some_and(|list| !list.is_empty()), "{report}");
    let found = project.run(&["query", "search", "elsewhere", "--dir", "."]).exits(0);
    found.says("src/other.rs:1");
    project.run(&["query", "search", "before", "--dir", "."]).exits(0).says("src/lib.rs:2");
}

#[test]
fn a_directory_without_a_manifest_is_a_project() {
    let project = Project::of(&[("src/lib.rs", "mod part;\n"), ("src/part.rs", "pub fn lonely() {}\n")]);
    project.run(&["query", "search", "lonely", "--dir", "."]).exits(0).says("part::lonely").says("src/part.rs:1");
}

#[test]
fn what_is_not_utf8_is_a_diagnostic() {
    let project = Project::of(&[("src/lib.rs", "pub fn fine() {}\n")]);
    project.write("src/latin1.rs", b"// caf\xe9\npub fn odd() {}\n");
    let run = project.run(&["index", "--no-store"]).exits(0);
    run.says("src/latin1.rs").says("1 diagnostic");
    project.run(&["query", "search", "fine", "--dir", "."]).exits(0).says("src/lib.rs:1");
}

#[test]
fn only_the_first_diagnostics_are_printed_unless_asked_for() {
    let project = Project::of(&[("src/lib.rs", "pub fn fine() {}\n")]);
    for number in 0..25 {
        project.write(&format!("src/odd{number:02}.rs"), b"\xff\xfe");
    }
    let short = project.run(&["index", "--no-store"]).exits(0).says("25 diagnostics").says("--diagnostics");
    assert!(!short.stdout.contains("odd24"), "{}", short.stdout);
    project.run(&["index", "--no-store", "--diagnostics"]).exits(0).says("odd00").says("odd24");
    let report = report(&project);
    assert_eq!(report["diagnostics"].as_array().map(Vec::len), Some(25));
}

#[test]
fn a_wrong_path_says_what_to_do() {
    let project = Project::of(&[("notes.txt", "")]);
    project.run(&["index", "nowhere"]).exits(4).complains("nowhere").complains("check the path");
    project.run(&["index", "notes.txt"]).exits(4).complains("notes.txt").complains("isgraph ingest");
    project.run(&["ingest", "nowhere.txt"]).exits(4).complains("nowhere.txt").complains("check the path");
    project.run(&["ingest", "."]).exits(4).complains("a directory").complains("isgraph index");
    project.run(&["stats", "--dir", "nowhere"]).exits(4).complains("nowhere");
    project.run(&["stats", "--dump", "nowhere.txt"]).exits(4).complains("nowhere.txt");
    let error = project.run(&["index", "nowhere", "--json"]).exits(4).json_error();
    assert_eq!(error["code"], "IO", "{error}");
}

#[test]
fn a_text_that_is_no_dump_says_what_a_dump_is() {
    let project = Project::of(&[("notes.txt", "just some notes\n")]);
    project.run(&["ingest", "notes.txt"]).exits(4).complains("FILE:");
    project.write("bytes.bin", b"\xff\xfe\x00\x01");
    project.run(&["ingest", "bytes.bin"]).exits(4).complains("bytes.bin");
    let error = project.run(&["ingest", "notes.txt", "--json"]).exits(4).json_error();
    assert_eq!(error["code"], "DUMP_FORMAT", "{error}");
}

const DUMP: &str = "FILE: src/lib.rs\npub mod a;\npub fn top() { a::inner() }\n\nFILE: src/a.rs\npub fn inner() {}\n";

#[test]
fn a_dump_comes_from_a_file_or_standard_input() {
    let project = Project::of(&[("dump.txt", DUMP)]);
    project.run(&["ingest", "dump.txt"]).exits(0).says("✓ Processed 2 files → ");
    let from_file = project.run(&["export"]).exits(0).stdout;
    run_with_input(project.path(), &["ingest", "-"], DUMP).exits(0).says("✓ Processed 2 files → ");
    let from_stdin = project.run(&["export"]).exits(0).stdout;
    assert_eq!(from_file, from_stdin);
    assert_eq!(run_with_input(project.path(), &["export", "--dump", "-"], DUMP).exits(0).stdout, from_file);
    project.run(&["query", "search", "inner", "--dump", "dump.txt"]).exits(0).says("src/a.rs:1");
}

#[test]
fn an_empty_standard_input_is_no_dump() {
    let project = Project::of(&[]);
    run_with_input(project.path(), &["ingest", "-"], "").exits(4).complains("stdin");
}
