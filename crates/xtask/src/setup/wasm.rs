//! A toolchain that can build for WebAssembly.
//!
//! The ordinary way is `rustup target add wasm32-unknown-unknown`, which xtask never does by
//! itself: it uses the target when it is there. On Debian, where the target may be out of reach,
//! the standard library is built once from the sources of Debian's own compiler.

mod debian;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{cargo, must, read};
use crate::project::Project;
use crate::setup::packages;

/// The target that the core must build for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The variable that names the program which runs test binaries of [`TARGET`].
pub(crate) const RUNNER_VARIABLE: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER";

/// The compiler that builds for WebAssembly.
pub(crate) enum Toolchain {
    /// The one that everything else is built with.
    Usual,
    /// A private one under `.tools/`, with its own `bin/` and `lib/`.
    Private(PathBuf),
}

impl Toolchain {
    /// The usual toolchain when it has the target, else the private one, built when it is missing.
    pub(crate) fn find_or_build(project: &Project) -> Result<Self> {
        let sysroot =
            read(std::process::Command::new("rustc").args(["--print", "sysroot"]).current_dir(project.root()))?;
        if has_target(Path::new(sysroot.trim())) {
            return Ok(Self::Usual);
        }
        let private = project.tools().join("wasm-toolchain");
        if !has_target(&private) {
            if !packages::is_debian() {
                bail!("the target {TARGET} is not installed; run `rustup target add {TARGET}`");
            }
            debian::build(project, &private)?;
        }
        Ok(Self::Private(private))
    }

    /// cargo of this toolchain, in the repository's root.
    pub(crate) fn cargo(&self, project: &Project) -> Command {
        let mut command = cargo(project);
        if let Self::Private(dir) = self {
            command = Command::new(dir.join("bin/cargo"));
            command.current_dir(project.root());
            command.env("RUSTC", dir.join("bin/rustc")).env("RUSTDOC", dir.join("bin/rustdoc"));
            command.env_remove("RUSTUP_TOOLCHAIN");
        }
        command
    }

    /// The command that builds the pure core. One package alone: a build of the whole workspace
    /// would unify the native features into it.
    pub(crate) fn build_core(&self, project: &Project) -> Command {
        let mut build = self.cargo(project);
        build.args(["build", "--package", "isgraph", "--no-default-features", "--features", "tokenizers"]);
        build.args(["--target", TARGET]);
        build
    }
}

/// Builds the core: `cargo xtask wasm`.
pub(crate) fn build_core(project: &Project) -> Result<()> {
    must(&mut Toolchain::find_or_build(project)?.build_core(project)).map(drop)
}

fn has_target(sysroot: &Path) -> bool {
    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    std::fs::read_dir(libraries).is_ok_and(|mut files| files.next().is_some())
}
