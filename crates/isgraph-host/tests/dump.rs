//! Reading dumps from files.
#![allow(clippy::disallowed_methods, reason = "tests of I/O")]

use std::fs;

use isgraph::ErrorCode;
use isgraph_host::dump;

#[test]
fn a_dump_is_read_from_a_file() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("dump.txt");
    fs::write(&path, b"FILE: a.rs\nfn a() {}\nFILE: b.rs\n// caf\xe9\n").expect("written");
    let sources = dump::read(&path, None).expect("a dump");
    assert_eq!(&*sources.files["a.rs"], "fn a() {}\n");
    assert_eq!(&*sources.files["b.rs"], "// caf\u{fffd}\n");
    let found: Vec<_> = sources.diagnostics.iter().map(|d| (d.code.as_str(), d.line)).collect();
    assert_eq!(found, [("NOT_UTF8", 4)]);
}

#[test]
fn a_wrong_dump_says_what_to_do() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let fails = |path: &std::path::Path| dump::read(path, None).expect_err("no dump");
    let error = fails(directory.path());
    assert!(error.code() == ErrorCode::Io && error.to_string().contains("isgraph index"), "{error}");
    let error = fails(&directory.path().join("none"));
    assert!(error.code() == ErrorCode::Io && error.to_string().contains("`-`"), "{error}");
    let path = directory.path().join("text");
    fs::write(&path, "hello").expect("written");
    let error = fails(&path);
    assert!(error.code() == ErrorCode::DumpFormat && error.to_string().contains("FILE: "), "{error}");
}
