//! `isgraph explain`: why a name means what it means.

use isgraph_tests::crates::fetch;

use crate::harness::{Project, run_in};

const LIB: &str = "\
mod far { pub trait Far { fn m(&self) {} } impl Far for super::S {} }
pub struct S;
pub struct Wrap<T>(T);
pub trait Near { fn m(&self); }
impl<T: Near> Near for Wrap<T> { fn m(&self) {} }
impl Wrap<u8> { pub fn m(&self) {} }
impl std::ops::Deref for Wrap<S> { type Target = S; fn deref(&self) -> &S { &self.0 } }
impl S { pub fn m(&self) {} }
pub fn f(w: Wrap<S>) {
    w.m();
    unknown().m();
    gone!();
    w.m(); w.m();
}
";

fn project() -> Project {
    Project::of(&[("Cargo.toml", "[package]\nname = \"k\"\nedition = \"2021\"\n"), ("src/lib.rs", LIB)])
}

#[test]
fn the_steps_and_the_candidates_are_shown() {
    let run = project().run(&["explain", "src/lib.rs:10:7", "--dir", "."]).exits(0);
    let run = run.says("`m` at src/lib.rs:10:7").says("in k::f").says("calls k::S::m (inherent_method)");
    let run = run.says("the receiver is Wrap<S>").says("step 1: Wrap<S>").says("step 2: S");
    let run = run.says("k::Wrap::m (inherent_method): its impl is for another type");
    run.says("k::S::m (inherent_method): taken").says("k::far::Far::m (trait_method): its trait is not in scope");
}

#[test]
fn programs_get_one_object() {
    let answer = project().run(&["explain", "lib.rs:10:7", "--dir", ".", "--json"]).exits(0).json();
    assert_eq!((&answer["file"], &answer["line"], &answer["column"]), (&"src/lib.rs".into(), &10.into(), &7.into()));
    let one = &answer["uses"][0];
    assert_eq!(one["decisions"][0]["to"], "k::S::m", "{answer}");
    let candidates = one["probing"]["steps"][0]["candidates"].as_array().expect("a list");
    let verdict = |path: &str| candidates.iter().find(|one| one["path"] == path).map(|one| one["verdict"].clone());
    assert_eq!(verdict("k::Wrap::m"), Some("other_type".into()), "{answer}");
    assert_eq!(verdict("k::Near::m"), Some("not_implemented".into()), "{answer}");
}

#[test]
fn what_was_missing_is_said() {
    let project = project();
    let receiver = project.run(&["explain", "src/lib.rs:11:15", "--dir", "."]).exits(0);
    receiver.says("unresolved: the receiver's type is not known").says("may be k::S::m").says("the receiver is _");
    project.run(&["explain", "src/lib.rs:12", "--dir", "."]).exits(0).says("no macro of that name is known here");
}

#[test]
fn a_place_without_a_use_names_the_nearest() {
    let project = project();
    let run = project.run(&["explain", "src/lib.rs:10:9", "--dir", "."]).exits(3);
    run.complains("the nearest use on that line is `m` at src/lib.rs:10:7");
    let several = project.run(&["explain", "src/lib.rs:13", "--dir", "."]).exits(3);
    several.complains("several uses: give a column").complains("src/lib.rs:13:7 m").complains("src/lib.rs:13:14 m");
    project.run(&["explain", "src/lib.rs:99", "--dir", "."]).exits(3).complains("no line 99");
    let error = project.run(&["explain", "src/bil.rs:1", "--dir", ".", "--json"]).exits(3).json_error();
    assert_eq!(error["code"], "FILE_NOT_FOUND", "{error}");
    project.run(&["explain", "src/lib.rs", "--dir", "."]).exits(2).complains("FILE:LINE");
}

#[test]
fn a_stored_index_says_where_the_code_is_and_a_dump_is_read_anew() {
    let project = project();
    project.run(&["index"]).exits(0);
    run_in(&project.join("src"), &["explain", "lib.rs:10:7"]).exits(0).says("../src/lib.rs:10:7").says("k::S::m");
    project.write("dump.txt", format!("FILE: src/lib.rs\n{LIB}"));
    project.run(&["explain", "src/lib.rs:10:7", "--dump", "dump.txt"]).exits(0).says("calls main::S::m");
    // The same place, counted in the dump.
    let run = project.run(&["explain", "dump.txt:11:7", "--dump", "dump.txt"]).exits(0);
    run.says("`m` at src/lib.rs:10:7").says("calls main::S::m");
}

#[test]
fn real_code_is_explained() {
    let hyper = fetch("hyper", "1.12.0");
    let file = "src/proto/h2/client.rs";
    let text = std::fs::read_to_string(hyper.join(file)).expect("the crate has this file");
    let call = "this.conn.is_terminated()";
    let line = text.lines().position(|line| line.contains(call)).expect("the call is there");
    let column = text.lines().nth(line).and_then(|line| line.find("is_terminated")).expect("it was found") + 1;
    let place = format!("{file}:{}:{column}", line + 1);
    let run = run_in(&hyper, &["explain", &place, "--dir", "."]).exits(0);
    run.says("the receiver is Pin<&mut ConnMapErr<T, B>>").says("<ConnMapErr as FusedFuture>::is_terminated");
}
