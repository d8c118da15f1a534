//! What would be published.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::Value;

use super::Tally;
use crate::process::{cargo, read};
use crate::project::Project;

/// Every published package has its licences, and no file of it names a directory of this machine.
pub(super) fn check(project: &Project) -> Result<Tally> {
    let metadata = read(cargo(project).args(["metadata", "--format-version=1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let private = private_paths(project);
    let mut complaints = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten().filter(|p| p["publish"].is_null()) {
        let name = package["name"].as_str().unwrap_or_default();
        let dir = PathBuf::from(package["manifest_path"].as_str().unwrap_or_default());
        let dir = dir.parent().map(PathBuf::from).unwrap_or_default();
        for key in ["license", "description", "repository", "rust_version"] {
            if package[key].is_null() {
                complaints.push(format!("{name}: no {key} in its manifest"));
            }
        }
        let files = read(cargo(project).args(["package", "--list", "--allow-dirty", "--package", name]))?;
        println!("   {name}: {} files", files.lines().count());
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            if !files.lines().any(|file| file == licence) {
                complaints.push(format!("{name}: without {licence}"));
            }
        }
        for file in files.lines() {
            let Ok(text) = std::fs::read_to_string(dir.join(file)) else { continue };
            for path in private.iter().filter(|path| text.contains(path.as_str())) {
                complaints.push(format!("{name}: {file} names {path}"));
            }
        }
    }
    Ok(Tally::of_complaints(complaints))
}

/// Directories of this machine: the checkout and the home.
fn private_paths(project: &Project) -> Vec<String> {
    let root = project.root().to_string_lossy().into_owned();
    let home = std::env::var("HOME").ok().filter(|home| home.len() > 1).map(|home| format!("{home}/"));
    std::iter::once(root).chain(home).collect()
}
