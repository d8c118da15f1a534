//! Reading dumps from files.
#![allow(clippy::disallowed_methods, reason = "tests of I/O")]

use std::fs;
use std::path::Path;

use isgraph::{ErrorCode, SourceSet};
use isgraph_host::dump;

fn read(path: &Path) -> isgraph::Result<SourceSet> {
    dump::read(&[path], None)
}

#[test]
fn a_dump_is_read_from_a_file() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("dump.txt");
    fs::write(&path, b"FILE: a.rs\nfn a() {}\nFILE: b.rs\n// caf\xe9\n").expect("written");
    let sources = read(&path).expect("a dump");
    assert_eq!(&*sources.files["a.rs"], "fn a() {}\n");
    assert_eq!(&*sources.files["b.rs"], "// caf\u{fffd}\n");
    let found: Vec<_> = sources.diagnostics.iter().map(|d| (d.code.as_str(), d.line)).collect();
    assert_eq!(found, [("NOT_UTF8", 4)]);
}

#[test]
fn parts_are_read_as_one() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let part = |number: u32| directory.path().join(format!("dump.{number}.txt"));
    fs::write(part(1), "FILE: a.rs\nmod b;\n").expect("written");
    fs::write(part(2), "FILE: b.rs\nfn b() {}\n").expect("written");
    let sources = dump::read(&[part(2), part(1)], None).expect("dumps");
    assert_eq!(sources.files.keys().collect::<Vec<_>>(), ["a.rs", "b.rs"]);
    assert_eq!((sources.origins["a.rs"].dump, sources.origins["b.rs"].dump), (0, 1));
}

#[test]
fn a_wrong_dump_says_what_to_do() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let fails = |path: &Path| read(path).expect_err("no dump");
    let error = fails(directory.path());
    assert!(error.code() == ErrorCode::Io && error.to_string().contains("isgraph index"), "{error}");
    let error = fails(&directory.path().join("none"));
    assert!(error.code() == ErrorCode::Io && error.to_string().contains("`-`"), "{error}");
    let path = directory.path().join("text");
    fs::write(&path, "hello").expect("written");
    let error = fails(&path);
    assert!(error.code() == ErrorCode::DumpFormat && error.to_string().contains("FILE: "), "{error}");
}
