//! Colours, quiet, closed pipes.

use std::io::Read;
use std::process::Stdio;

use crate::harness::{Project, Run, isgraph};

fn run_with_env(project: &Project, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = isgraph();
    command.current_dir(project.path()).args(arguments).envs(variables.iter().copied());
    command.output().expect("the command starts").into()
}

#[test]
fn nothing_is_coloured_where_no_terminal_is() {
    let project = Project::indexed("inventory");
    for arguments in
        [&["query", "search", "restock"][..], &["stats"], &["index"], &["--help"], &["query", "callers", "nobody"]]
    {
        let run = project.run(arguments);
        assert!(!run.stdout.contains('\u{1b}'), "{arguments:?}: {:?}", run.stdout);
        assert!(!run.stderr.contains('\u{1b}'), "{arguments:?}: {:?}", run.stderr);
    }
}

#[test]
fn colours_come_when_asked_for() {
    let project = Project::indexed("inventory");
    let run = project.run(&["query", "search", "restock", "--color", "always"]).exits(0);
    assert!(run.stdout.contains("\u{1b}["), "{:?}", run.stdout);
    let run = project.run(&["query", "callers", "nobody", "--color", "always"]).exits(3);
    assert!(run.stderr.contains("\u{1b}["), "{:?}", run.stderr);
}

#[test]
fn no_color_is_honoured_and_a_flag_overrides_it() {
    let project = Project::indexed("inventory");
    let query = ["query", "search", "restock"];
    // CLICOLOR_FORCE makes `auto` colour a pipe, so there is something for NO_COLOR to take away.
    let forced = run_with_env(&project, &query, &[("CLICOLOR_FORCE", "1")]).exits(0);
    assert!(forced.stdout.contains('\u{1b}'), "{:?}", forced.stdout);
    let plain = run_with_env(&project, &query, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).exits(0);
    assert!(!plain.stdout.contains('\u{1b}'), "{:?}", plain.stdout);
    let always = [&query[..], &["--color", "always"]].concat();
    let flag = run_with_env(&project, &always, &[("NO_COLOR", "1")]).exits(0);
    assert!(flag.stdout.contains('\u{1b}'), "{:?}", flag.stdout);
    let never = [&query[..], &["--color", "never"]].concat();
    let flag = run_with_env(&project, &never, &[("CLICOLOR_FORCE", "1")]).exits(0);
    assert!(!flag.stdout.contains('\u{1b}'), "{:?}", flag.stdout);
}

#[test]
fn json_is_never_coloured() {
    let project = Project::indexed("inventory");
    project.run(&["stats", "--json", "--color", "always"]).json();
    project.run(&["query", "callers", "nobody", "--json", "--color", "always"]).json_error();
}

#[test]
fn quiet_prints_results_and_errors_only() {
    let project = Project::fixture("inventory");
    let run = project.run(&["index", "--quiet"]).exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    project.run(&["query", "search", "restock", "--quiet"]).exits(0).says("restock");
    project.run(&["query", "callers", "nobody", "--quiet"]).exits(3).complains("nobody");
}

#[test]
fn verbose_says_where_the_time_goes_on_standard_error() {
    let project = Project::fixture("inventory");
    project.run(&["index", "--verbose"]).exits(0).complains("read").complains("index").complains("store");
    let run = project.run(&["stats", "--json", "--verbose"]).exits(0).complains("load");
    run.json();
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    // More than a pipe holds, so that the command is still writing when the reader leaves.
    let functions: String = (0..4000).map(|n| format!("pub fn function_{n}() {{}}\n")).collect();
    let project = Project::of(&[("src/lib.rs", functions.as_str())]);
    project.run(&["index", "--quiet"]).exits(0);
    for arguments in [
        &["export"][..],
        &["query", "search", "function", "--limit", "0"],
        &["query", "search", "function", "--limit", "0", "--json"],
    ] {
        let mut child = isgraph()
            .current_dir(project.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let mut stdout = child.stdout.take().expect("it is piped");
        stdout.read_exact(&mut [0; 10]).expect("it writes");
        drop(stdout);
        let run: Run = child.wait_with_output().expect("it ends").into();
        let run = run.exits(0);
        assert_eq!(run.stderr, "", "{arguments:?}");
    }
}
