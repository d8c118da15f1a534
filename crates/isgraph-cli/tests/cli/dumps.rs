//! Dumps and archives on the command line: formats, parts, reports, places.

use crate::harness::Project;

const FIRST: &str = "<directory_structure>\nsrc/\n  a.rs\n  lib.rs\n  gone.rs\n</directory_structure>\n\n<files>\n<file path=\"src/lib.rs\">\npub mod a;\npub fn top() { a::inner() }\n</file>\n\n</files>\n";
const SECOND: &str = "<files>\n<file path=\"src/a.rs\">\n\npub fn inner() {}\n</file>\n\n<file path=\"README.md\">\n#\n</file>\n\n</files>\n";

#[test]
fn parts_are_one_project_and_reported() {
    let project = Project::of(&[("o.1.xml", FIRST), ("o.2.xml", SECOND)]);
    let run = project.run(&["ingest", "o.2.xml", "o.1.xml"]).exits(0);
    run.says("✓ Processed 2 files → ").says("2 parts, repomix-xml: 2 complete, 1 skipped, 1 not Rust");
    let report = project.run(&["ingest", "o.1.xml", "o.2.xml", "--no-store", "--json"]).exits(0).json();
    let dump = &report["dump"];
    assert_eq!(dump["dumps"][1]["label"], "o.2.xml", "{report}");
    assert_eq!((&dump["complete"], &dump["other"]), (&2.into(), &1.into()), "{report}");
    assert_eq!(dump["notes"][0]["path"], "src/gone.rs", "{report}");
    assert!(report["diagnostics"].as_array().is_some_and(|all| all.iter().any(|d| d["code"] == "DUMP")), "{report}");
}

#[test]
fn places_are_in_the_dump_when_asked_for() {
    let project = Project::of(&[("o.1.xml", FIRST), ("o.2.xml", SECOND)]);
    let dumps = ["--dump", "o.1.xml", "--dump", "o.2.xml"];
    let callers = |more: &[&str]| project.run(&[&["query", "callers", "inner"], &dumps[..], more].concat()).exits(0);
    callers(&[]).says("src/lib.rs:2");
    callers(&["--positions", "dump"]).says("o.1.xml:11");
    let answer = callers(&["--positions", "dump", "--json"]).json();
    let site = &answer["results"][0]["sites"][0];
    assert_eq!((&site["file"], &site["line"]), (&"src/lib.rs".into(), &2.into()), "{answer}");
    assert_eq!((&site["dump"], &site["dump_line"]), (&"o.1.xml".into(), &11.into()), "{answer}");
    assert_eq!((&answer["target"]["dump"], &answer["target"]["dump_line"]), (&"o.2.xml".into(), &4.into()), "{answer}");
    assert!(callers(&["--json"]).json()["target"]["dump"].is_null());

    // A stored index of dumps still knows.
    project.run(&["ingest", "o.1.xml", "o.2.xml"]).exits(0);
    project.run(&["query", "search", "inner", "--positions", "dump"]).exits(0).says("o.2.xml:4");

    project.write("src/lib.rs", b"pub fn inner() {}\n");
    let directory = ["query", "search", "inner", "--dir", ".", "--positions", "dump"];
    project.run(&directory).exits(2).complains("--positions");
}

#[test]
fn a_format_can_be_forced() {
    let text = "<file path=\"x.rs\">\nFILE: a.rs\npub fn deep() {}\n</file>\n\n</files>\n";
    let project = Project::of(&[("d.txt", text)]);
    project.run(&["query", "search", "deep", "--dump", "d.txt"]).exits(0).says("x.rs:2");
    project
        .run(&["query", "search", "deep", "--dump", "d.txt", "--dump-format", "file-marker"])
        .exits(0)
        .says("a.rs:1");
    project.run(&["ingest", "d.txt", "--dump-format", "file-marker"]).exits(0).says("file-marker: 1 complete");
    project.run(&["ingest", "d.txt", "--dump-format", "gitingest"]).exits(4).complains("gitingest");
    project.run(&["ingest", "d.txt", "--dump-format", "none"]).exits(2).complains("repomix-xml");
}

#[test]
fn what_is_no_dump_or_a_damaged_archive_says_what_to_do() {
    let project = Project::of(&[]);
    project.write("a.zip", b"PK\x03\x04 and no more");
    project.write("a.crate", b"\x1f\x8b\x08\x00 and no more");
    for name in ["a.zip", "a.crate"] {
        let error = project.run(&["ingest", name, "--json"]).exits(4).json_error();
        assert_eq!(error["code"], "DUMP_FORMAT", "{error}");
        assert!(
            error["message"].as_str().is_some_and(|text| text.contains(name) && text.contains("damaged")),
            "{error}"
        );
    }
    project.run(&["ingest", "-", "-"]).exits(2).complains("given twice");
}
