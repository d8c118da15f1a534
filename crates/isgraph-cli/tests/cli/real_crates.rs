//! Real crates, as published: a few things that their sources say.

use std::path::Path;

use isgraph_tests::crates::fetch;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{paths, run_in};

/// A crate indexed into a store of its own.
struct Indexed {
    sources: std::path::PathBuf,
    store: TempDir,
    report: Value,
}

impl Indexed {
    fn new(name: &str, version: &str, features: &[&str]) -> Self {
        let sources = fetch(name, version);
        let store = tempfile::tempdir().expect("a temporary directory");
        let features = features.join(",");
        let path = store.path().to_str().expect("temporary paths are UTF-8");
        let mut arguments = vec!["index", "--store", path, "--json"];
        if !features.is_empty() {
            arguments.extend(["--features", &features]);
        }
        let report = run_in(&sources, &arguments).exits(0).json();
        Self { sources, store, report }
    }

    /// The answer to `isgraph query ARGUMENTS… --json --limit 0`.
    #[track_caller]
    fn query(&self, arguments: &[&str]) -> Value {
        let store = self.store.path().to_str().expect("temporary paths are UTF-8");
        let all = [&["query"], arguments, &["--store", store, "--json", "--limit", "0"]].concat();
        run_in(&self.sources, &all).exits(0).json()
    }

    /// The 1-based line of `file` that holds `text`.
    #[track_caller]
    fn line_of(&self, file: &str, text: &str) -> u64 {
        line_of(&self.sources.join(file), text)
    }
}

#[track_caller]
fn line_of(file: &Path, text: &str) -> u64 {
    let source = std::fs::read_to_string(file).expect("the crate has this file");
    let line = source.lines().position(|line| line.contains(text)).expect("the file holds this line");
    line as u64 + 1
}

/// Whether the answer has a result whose path ends with `path`.
fn has(answer: &Value, path: &str) -> bool {
    paths(answer).iter().any(|found| *found == path || found.ends_with(&format!("::{path}")))
}

#[test]
fn ripgrep_is_a_binary_without_a_workspace() {
    let ripgrep = Indexed::new("ripgrep", "14.1.1", &[]);
    assert!(ripgrep.report["files"].as_u64().is_some_and(|files| files == 31), "{}", ripgrep.report);

    let found = ripgrep.query(&["search", "search_parallel", "--kind", "function"]);
    let line = ripgrep.line_of("crates/core/main.rs", "fn search_parallel(");
    let symbol = &found["results"][0]["symbol"];
    assert_eq!((&symbol["file"], &symbol["line"]), (&"crates/core/main.rs".into(), &line.into()), "{found}");

    // main → run → search_parallel, and `flags::parse` is a re-export of `flags::parse::parse`.
    let callers = ripgrep.query(&["callers", "search_parallel"]);
    assert!(has(&callers, "run"), "{callers}");
    let callers = ripgrep.query(&["callers", "flags::parse::parse"]);
    assert!(has(&callers, "main"), "{callers}");
}

#[test]
fn axum_has_its_routers() {
    let axum = Indexed::new("axum", "0.8.9", &[]);
    let found = axum.query(&["search", "Router::route", "--kind", "method"]);
    let line = axum.line_of("src/routing/mod.rs", "pub fn route(self");
    let route = found["results"]
        .as_array()
        .and_then(|all| all.iter().map(|one| &one["symbol"]).find(|one| one["line"] == line));
    assert_eq!(route.map(|one| &one["file"]), Some(&"src/routing/mod.rs".into()), "{found}");

    let handlers = axum.query(&["what-implements", "axum::handler::Handler"]);
    for name in ["MethodRouter", "Layered"] {
        assert!(has(&handlers, name), "{name}: {handlers}");
    }
    let callers = axum.query(&["callers", "routing::path_router::validate_path"]);
    assert!(has(&callers, "PathRouter::route"), "{callers}");
}

#[test]
fn tokio_has_its_streams() {
    let tokio = Indexed::new("tokio", "1.49.0", &["full"]);
    let readers = tokio.query(&["what-implements", "AsyncRead"]);
    // Declared inside `cfg_net!`, so macros of the source set were expanded.
    for name in ["TcpStream", "UnixStream", "DuplexStream", "BufReader", "Stdin"] {
        assert!(has(&readers, name), "{name}: {readers}");
    }
    let callers = tokio.query(&["callers", "task::spawn::spawn_inner"]);
    assert!(has(&callers, "task::spawn::spawn"), "{callers}");
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let sources = fetch("axum", "0.8.9");
    let export = |threads| run_in(&sources, &["export", "--dir", ".", "--threads", threads]).exits(0).stdout;
    assert!(export("1") == export("3"), "the number of threads changed the export");
}
