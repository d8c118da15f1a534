//! Packages of Debian.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{must, program, read};
use crate::project::Project;

/// Whether this is a Debian of the one architecture that the packages were tried on.
pub(crate) fn is_debian() -> bool {
    cfg!(all(target_os = "linux", target_arch = "x86_64")) && Path::new("/etc/debian_version").exists()
}

/// Installs what is missing of `packages`, as root. `instead` is the command that people who cannot or
/// do not want to may run.
pub(crate) fn install(project: &Project, packages: &[&str], instead: &str) -> Result<()> {
    let installed = |package: &&str| {
        let status = read(Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Abbrev}", package]));
        status.is_ok_and(|status| status.starts_with("ii"))
    };
    if packages.iter().all(installed) {
        return Ok(());
    }
    if read(Command::new("id").arg("-u"))?.trim() != "0" {
        let list = packages.join(" ");
        bail!("run `{instead}`, or as root `apt-get install --no-install-recommends {list}`, then try again");
    }
    must(program(project, "apt-get").args(["update", "--quiet=2"]))?;
    let mut apt = program(project, "apt-get");
    apt.args(["install", "--quiet=2", "--yes", "--no-install-recommends"]).args(packages);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    must(&mut apt).map(drop)
}
