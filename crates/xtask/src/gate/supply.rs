//! The dependencies: licences, sources, known vulnerabilities.

use anyhow::Result;

use super::Tally;
use crate::process::{program, read, watch};
use crate::project::Project;
use crate::setup::tools;

pub(super) fn check(project: &Project) -> Result<Tally> {
    let deny = tools::install(project, &tools::CARGO_DENY)?;
    let mut tally = Tally::of(&watch(program(project, &deny).args([
        "--log-level",
        "error",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))?);
    // The advisory database is a git repository: not every network has it.
    if read(program(project, &deny).args(["fetch", "db"])).is_ok() {
        tally.add(Tally::of(&watch(program(project, &deny).args(["check", "advisories"]))?));
    } else {
        tally.notes.push("advisories were not checked: their database cannot be fetched from here".into());
    }
    Ok(tally)
}
