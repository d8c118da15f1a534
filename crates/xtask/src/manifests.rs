//! The manifests of the workspace: one version everywhere.

use anyhow::{Context, Result, bail};

use crate::process::{cargo, must};
use crate::project::Project;

const ROOT: &str = "Cargo.toml";

/// Sets the version in every manifest that carries it, and in Cargo.lock.
pub(crate) fn set_version(project: &Project, version: &str) -> Result<()> {
    if !is_version(version) {
        bail!("{version:?} is not a version such as 0.2.0 or 0.2.0-rc.1");
    }
    let old = current_version(project)?;
    let path = project.path(ROOT);
    let text = std::fs::read_to_string(&path)?;
    std::fs::write(&path, replace_version(&text, &old, version))?;
    must(cargo(project).args(["update", "--workspace", "--offline"]))?;
    println!("{old} → {version}; write the release's section in CHANGELOG.md");
    Ok(())
}

/// The version that the workspace's packages inherit.
pub(crate) fn current_version(project: &Project) -> Result<String> {
    let manifest: toml::Table = std::fs::read_to_string(project.path(ROOT))?.parse()?;
    let version = manifest.get("workspace").and_then(|w| w.get("package")?.get("version")?.as_str());
    Ok(version.context("Cargo.toml has no workspace.package.version")?.to_owned())
}

/// The members of the workspace that pin each other by version, and the inherited version itself.
fn replace_version(manifest: &str, old: &str, new: &str) -> String {
    let mut out = String::with_capacity(manifest.len());
    for line in manifest.split_inclusive('\n') {
        let own = line.starts_with(&format!("version = \"{old}\""));
        let member = line.starts_with("isgraph") && line.contains("path = ");
        if own || member { out.push_str(&line.replace(old, new)) } else { out.push_str(line) }
    }
    out
}

fn is_version(text: &str) -> bool {
    let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
    let numbers: Vec<_> = core.split('.').collect();
    numbers.len() == 3
        && numbers.iter().all(|n| n.parse::<u32>().is_ok() && (*n == "0" || !n.starts_with('0')))
        && pre.is_none_or(|pre| !pre.is_empty() && pre.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert!(is_version("0.2.0") && is_version("1.10.3-rc.1"));
        assert!(!is_version("0.2") && !is_version("v0.2.0") && !is_version("0.02.0") && !is_version("1.0.0-"));
    }

    #[test]
    fn only_our_own_versions_change() {
        let manifest = "[workspace.package]\nversion = \"0.1.0\"\n\n[workspace.dependencies]\n\
            isgraph = { path = \"crates/isgraph\", version = \"=0.1.0\" }\nother = \"=0.1.0\"\n";
        let wanted = "[workspace.package]\nversion = \"0.2.0\"\n\n[workspace.dependencies]\n\
            isgraph = { path = \"crates/isgraph\", version = \"=0.2.0\" }\nother = \"=0.1.0\"\n";
        assert_eq!(replace_version(manifest, "0.1.0", "0.2.0"), wanted);
    }
}
