//! What is made from something else still agrees with it.

use anyhow::Result;

use super::Tally;
use crate::project::Project;
use crate::setup::tools;
use crate::{accuracy, bench, manifests};

pub(super) fn check(project: &Project) -> Result<Tally> {
    let mut complaints: Vec<String> = accuracy::stale(project)?.into_iter().collect();
    complaints.extend(bench::stale(project)?);
    complaints.extend(changelog(project)?);
    complaints.extend(wasm_bindgen(project)?);
    Ok(Tally::of_complaints(complaints))
}

/// The changelog has a section for the version of the manifests.
fn changelog(project: &Project) -> Result<Option<String>> {
    let version = manifests::current_version(project)?;
    let text = std::fs::read_to_string(project.path("CHANGELOG.md"))?;
    let missing = !text.lines().any(|line| line.starts_with(&format!("## [{version}]")));
    Ok(missing.then(|| format!("CHANGELOG.md: no section for {version}")))
}

/// The crate and the command that reads its output must have the same version.
fn wasm_bindgen(project: &Project) -> Result<Option<String>> {
    let lock: toml::Table = std::fs::read_to_string(project.path("Cargo.lock"))?.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let locked =
        packages.into_iter().flatten().find(|p| p.get("name").and_then(toml::Value::as_str) == Some("wasm-bindgen"));
    let locked = locked.and_then(|p| p.get("version")?.as_str()).unwrap_or("none");
    let wanted = tools::WASM_BINDGEN.version;
    Ok((locked != wanted).then(|| format!("Cargo.lock has wasm-bindgen {locked}, xtask installs {wanted}")))
}
