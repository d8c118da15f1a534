//! The examples of docs/cli.md do what the page says.
//!
//! Every ```` ```console ```` block (with a longer fence, where the output has fences) is run in order, in one copy of the fixture project
//! `inventory`. `ISGRAPH_UPDATE_DOCS=1 cargo test -p isgraph-cli docs` writes what the commands
//! print now into the page.

#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::harness::Project;

#[test]
fn the_examples_of_the_page_are_true() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let page = fs::read_to_string(&file).expect("the page is there");
    let project = Project::fixture("inventory");
    let mut examples = 0;
    let current = replay(&page, |command| {
        examples += 1;
        shell(project.path(), command)
    });
    assert!(examples >= 10, "only {examples} examples were found");
    if env::var_os("ISGRAPH_UPDATE_DOCS").is_some() {
        fs::write(&file, current).expect("the page is writable");
    } else {
        for (number, (expected, actual)) in page.lines().zip(current.lines()).enumerate() {
            let line = number + 1;
            assert_eq!(
                without_numbers(expected),
                without_numbers(actual),
                "docs/cli.md:{line} is no longer true; ISGRAPH_UPDATE_DOCS=1 writes what is"
            );
        }
        assert_eq!(page.lines().count(), current.lines().count());
    }
}

/// The page with each command's output replaced by what `run` gives for it.
fn replay(page: &str, mut run: impl FnMut(&str) -> String) -> String {
    let mut out = String::new();
    // The fence of the block that we are in: longer than any that its commands print.
    let mut fence: Option<&str> = None;
    for line in page.lines() {
        if fence.is_some_and(|fence| !line.starts_with("$ ") && line != fence) {
            continue;
        }
        out.push_str(line);
        out.push('\n');
        fence = match fence {
            None => line.strip_suffix("console").filter(|fence| fence.len() >= 3 && fence.bytes().all(|b| b == b'`')),
            Some(open) => (line != open).then_some(open),
        };
        if fence.is_some()
            && let Some(command) = line.strip_prefix("$ ")
        {
            out.push_str(&run(command));
        }
    }
    out
}

/// Runs a line as a reader would, and gives what a terminal shows.
fn shell(directory: &Path, command: &str) -> String {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_isgraph"));
    let programs = program.parent().expect("a program is in a directory").to_owned();
    let rest = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(std::iter::once(programs).chain(env::split_paths(&rest))).expect("a valid PATH");
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(directory)
        .env("PATH", path)
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null())
        .output()
        .expect("sh runs");
    let mut text = String::from_utf8(output.stdout).expect("the command writes UTF-8");
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The line with `#` for its numbers, but for lines of source files: times differ from run to run,
/// and counts follow the resolver, which other tests watch.
fn without_numbers(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        let end = number.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(number.len());
        out.push_str(before);
        out.push_str(if out.ends_with(".rs:") { &number[..end] } else { "#" });
        rest = &number[end..];
    }
    out + rest
}
