//! The stored index: found, missing, damaged, not writable.

use std::fs;

use crate::harness::{Project, run_in};

#[test]
fn an_index_is_found_from_anywhere_in_the_project() {
    let project = Project::indexed("inventory");
    let here = project.run(&["stats", "--json"]).exits(0).stdout;
    assert_eq!(run_in(&project.join("src"), &["stats", "--json"]).exits(0).stdout, here);
    let store = project.join(".isgraph");
    let store = store.to_str().expect("temporary paths are UTF-8");
    let elsewhere = tempfile::tempdir().expect("a temporary directory");
    assert_eq!(run_in(elsewhere.path(), &["stats", "--json", "--store", store]).exits(0).stdout, here);
}

#[test]
fn the_index_keeps_itself_out_of_version_control() {
    let project = Project::indexed("inventory");
    let ignore = fs::read_to_string(project.join(".isgraph/.gitignore")).expect("the store ignores itself");
    assert!(ignore.lines().any(|line| line == "*"), "{ignore}");
}

#[test]
fn without_an_index_the_answer_says_how_to_make_one() {
    let project = Project::fixture("inventory");
    for arguments in [&["stats"][..], &["export"], &["query", "callers", "restock"]] {
        project.run(arguments).exits(5).complains("isgraph index");
    }
    assert_eq!(project.run(&["stats", "--json"]).exits(5).json_error()["code"], "NO_INDEX");
    project.run(&["stats", "--store", "nowhere"]).exits(5).complains("nowhere");
}

#[test]
fn no_store_leaves_nothing_behind() {
    let project = Project::fixture("inventory");
    project.run(&["index", "--no-store"]).exits(0).says("✓ Processed");
    project.run(&["stats", "--dir", "."]).exits(0);
    assert!(!project.join(".isgraph").exists());
}

#[test]
fn a_damaged_index_is_refused_and_replaced_by_the_next_one() {
    let project = Project::indexed("inventory");
    let whole = project.run(&["export"]).exits(0).stdout;
    let snapshot = project.join(".isgraph/snapshot.isgraph");
    let bytes = fs::read(&snapshot).expect("the snapshot is there");
    let middle = bytes.len() / 2;
    let mut flipped = bytes.clone();
    flipped[middle] ^= 1;
    for damaged in
        [&flipped[..], &bytes[..middle], &bytes[..4], b"", b"not a snapshot at all, but long enough to be one"]
    {
        fs::write(&snapshot, damaged).expect("the snapshot is writable");
        let run = project.run(&["stats", "--json"]).exits(5);
        let error = run.json_error();
        assert!(matches!(error["code"].as_str(), Some("STORE_CORRUPT" | "STORE_VERSION")), "{error}");
        project.run(&["stats"]).exits(5).complains("isgraph index");
    }
    project.run(&["index", "--quiet"]).exits(0);
    assert_eq!(project.run(&["export"]).exits(0).stdout, whole);
}

#[test]
fn an_index_that_cannot_be_written_is_reported() {
    let project = Project::fixture("inventory");
    project.write("a-file", "");
    project.run(&["index", "--store", "a-file/below"]).exits(6).complains("a-file");
    let error = project.run(&["index", "--store", "a-file/below", "--json"]).exits(6).json_error();
    assert_eq!(error["code"], "IO", "{error}");
    project.run(&["export", "--dir", ".", "-o", "a-file/graph.json"]).exits(6).complains("a-file");
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_directory_is_reported_and_changes_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::fixture("inventory");
    // Nobody, not even root, makes files here.
    project.run(&["index", "--store", "/proc/isgraph"]).exits(6).complains("/proc/isgraph");

    let mode = |bits| fs::set_permissions(project.path(), fs::Permissions::from_mode(bits)).expect("it is ours");
    mode(0o555);
    let binds = fs::write(project.join("probe"), "").is_err();
    let run = project.run(&["index"]);
    mode(0o755);
    if binds {
        run.exits(6).complains(".isgraph").complains("--dir");
        assert!(!project.join(".isgraph").exists());
    } else {
        run.exits(0);
    }
}

#[test]
fn an_export_to_a_file_is_the_same_bytes() {
    let project = Project::indexed("inventory");
    let printed = project.run(&["export"]).exits(0).stdout;
    project.run(&["export", "--format", "json", "-o", "graph.json"]).exits(0);
    assert_eq!(fs::read_to_string(project.join("graph.json")).expect("it was written"), printed);
    let graph: serde_json::Value = serde_json::from_str(&printed).expect("an export is JSON");
    assert_eq!(graph["format"], "isgraph");
    assert_eq!(graph["version"], 1);
}

#[test]
fn threads_change_nothing() {
    let project = Project::fixture("inventory");
    let one = project.run(&["export", "--dir", ".", "--threads", "1"]).exits(0).stdout;
    let four = project.run(&["export", "--dir", ".", "--threads", "4"]).exits(0).stdout;
    assert_eq!(one, four);
}
