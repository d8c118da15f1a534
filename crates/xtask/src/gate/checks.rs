//! The steps that are one cargo command each.

use anyhow::Result;

use super::{Tally, libtest};
use crate::process::{cargo, watch};
use crate::project::Project;

pub(super) fn format(project: &Project) -> Result<Tally> {
    Ok(Tally::of(&watch(cargo(project).args(["fmt", "--all", "--check"]))?))
}

pub(super) fn lint(project: &Project) -> Result<Tally> {
    let mut clippy = cargo(project);
    clippy.args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    Ok(Tally::of(&watch(&mut clippy)?))
}

pub(super) fn tests(project: &Project) -> Result<Tally> {
    let mut tests = cargo(project);
    // One failing suite must not hide the others.
    tests.args(["test", "--workspace", "--no-fail-fast", "--exclude", super::wasm::TESTS]);
    Ok(libtest::tally(&watch(&mut tests)?))
}

pub(super) fn docs(project: &Project) -> Result<Tally> {
    let mut docs = cargo(project);
    docs.args(["doc", "--quiet", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
    Ok(Tally::of(&watch(&mut docs)?))
}
