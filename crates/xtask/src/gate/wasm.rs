//! The core without an operating system.

use anyhow::Result;

use super::{Tally, libtest};
use crate::process::watch;
use crate::project::Project;
use crate::setup::tools;
use crate::setup::wasm::{RUNNER_VARIABLE, TARGET, Toolchain};

/// The package whose tests run in WebAssembly; it has none for other targets.
pub(super) const TESTS: &str = "isgraph-wasm-tests";

pub(super) fn core(project: &Project) -> Result<Tally> {
    let toolchain = Toolchain::find_or_build(project)?;
    Ok(Tally::of(&watch(&mut toolchain.build_core(project))?))
}

pub(super) fn tests(project: &Project) -> Result<Tally> {
    let toolchain = Toolchain::find_or_build(project)?;
    let runner = tools::install(project, &tools::WASM_BINDGEN)?;
    let mut tests = toolchain.cargo(project);
    // Only the integration suites: the runner prints no result for a library without tests.
    tests.args(["test", "--no-fail-fast", "--package", TESTS, "--test", "*", "--target", TARGET]);
    tests.env(RUNNER_VARIABLE, runner);
    Ok(libtest::tally(&watch(&mut tests)?))
}
