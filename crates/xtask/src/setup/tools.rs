//! Pinned programs from crates.io.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::{cargo, must, program, read};
use crate::project::Project;

/// A program that cargo installs.
pub(crate) struct Tool {
    /// Its package on crates.io.
    pub(crate) package: &'static str,
    /// The binary that is called.
    pub(crate) binary: &'static str,
    /// The exact version.
    pub(crate) version: &'static str,
    /// Whether its own lock file is honoured.
    locked: bool,
}

/// Runs WebAssembly tests. Must have the version of the `wasm-bindgen` crate in Cargo.lock.
pub(crate) const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    binary: "wasm-bindgen-test-runner",
    version: "0.2.130",
    // Its lock file pins a crate that no longer compiles.
    locked: false,
};

/// Checks licences, sources and advisories.
pub(crate) const CARGO_DENY: Tool =
    Tool { package: "cargo-deny", binary: "cargo-deny", version: "0.20.2", locked: true };

/// The tool's binary, installed first when it is missing or of another version.
pub(crate) fn install(project: &Project, tool: &Tool) -> Result<PathBuf> {
    let binary = project.tool(tool.binary);
    let installed = read(program(project, &binary).arg("--version")).unwrap_or_default();
    if installed.split_whitespace().any(|word| word == tool.version) {
        return Ok(binary);
    }
    let mut install = cargo(project);
    install
        .args(["install", tool.package, "--version", tool.version, "--debug", "--force", "--root"])
        .arg(project.tools());
    if tool.locked {
        install.arg("--locked");
    }
    // Built once and run for seconds: a light optimisation takes half the time of the release profile.
    install.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1").env("CARGO_PROFILE_DEV_DEBUG", "0");
    install.env("CARGO_TARGET_DIR", project.tools().join("build"));
    must(&mut install)?;
    Ok(binary)
}
