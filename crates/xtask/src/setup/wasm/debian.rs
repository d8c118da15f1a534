//! The private toolchain, from Debian's packages.
//!
//! Debian ships the sources of the standard library but no build of it for WebAssembly. It is
//! built here once, from the packages of one and the same compiler version, and laid out as a
//! sysroot beside links to Debian's own compiler.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use anyhow::{Context, Result};

use super::TARGET;
use crate::process::{must, program};
use crate::project::Project;
use crate::setup::packages;

const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
const HOST: &str = "x86_64-unknown-linux-gnu";

/// Builds the toolchain into `dir`.
pub(super) fn build(project: &Project, dir: &Path) -> Result<()> {
    println!("   {TARGET} is not installed: building it once from Debian's packages, into {}", dir.display());
    packages::install(project, &PACKAGES, &format!("rustup target add {TARGET}"))?;
    let std = build_std(project)?;
    if dir.exists() {
        std::fs::remove_dir_all(dir)?;
    }
    // A half-made directory must not look finished.
    let partial = dir.with_extension("partial");
    if partial.exists() {
        std::fs::remove_dir_all(&partial)?;
    }
    lay_out(&partial, dir, &std)?;
    std::fs::rename(&partial, dir)?;
    Ok(())
}

/// Compiles std for WebAssembly as a dependency of an empty crate; the directory of its libraries.
fn build_std(project: &Project) -> Result<std::path::PathBuf> {
    let dummy = project.tools().join("wasm-std");
    std::fs::create_dir_all(dummy.join("src"))?;
    let manifest = "[package]\nname = \"wasm-std\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
                    [profile.release]\npanic = \"abort\"\n";
    std::fs::write(dummy.join("Cargo.toml"), manifest)?;
    std::fs::write(dummy.join("src/lib.rs"), "#![no_std]\n")?;
    let mut cargo = program(project, "/usr/bin/cargo");
    cargo.args(["build", "--release", "--target", TARGET, "-Zbuild-std=std,panic_abort,proc_macro,test"]);
    cargo.current_dir(&dummy).env("CARGO_TARGET_DIR", dummy.join("target"));
    cargo.env("RUSTC", "/usr/bin/rustc").env_remove("RUSTUP_TOOLCHAIN");
    // -Zbuild-std is unstable; the compiler and the sources are of the same package version.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-Cembed-bitcode=yes");
    must(&mut cargo)?;
    Ok(dummy.join("target").join(TARGET).join("release/deps"))
}

/// `dir` is where the files are written, `home` where they will be when it is renamed.
fn lay_out(dir: &Path, home: &Path, std: &Path) -> Result<()> {
    let rustlib = dir.join("lib/rustlib");
    let libraries = rustlib.join(TARGET).join("lib");
    std::fs::create_dir_all(&libraries)?;
    for file in std::fs::read_dir(std).with_context(|| format!("no libraries in {}", std.display()))? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "rlib")
            && let Some(name) = path.file_name()
        {
            std::fs::copy(&path, libraries.join(name))?;
        }
    }
    let host = rustlib.join(HOST);
    std::fs::create_dir_all(host.join("bin"))?;
    symlink(Path::new("/usr/lib/rustlib").join(HOST).join("lib"), host.join("lib"))?;
    symlink("/usr/bin/lld-19", host.join("bin/rust-lld"))?;
    let bin = dir.join("bin");
    std::fs::create_dir_all(&bin)?;
    symlink("/usr/bin/cargo", bin.join("cargo"))?;
    for name in ["rustc", "rustdoc"] {
        let script = format!("#!/bin/sh\nexec /usr/bin/{name} --sysroot '{}' \"$@\"\n", home.display());
        std::fs::write(bin.join(name), script)?;
        std::fs::set_permissions(bin.join(name), std::fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}
