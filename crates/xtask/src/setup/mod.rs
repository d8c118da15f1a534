//! What the gate and the benches need, installed under `.tools/`.

pub(crate) mod packages;
pub(crate) mod tools;
pub(crate) mod wasm;

use anyhow::Result;

use crate::project::Project;

/// Installs everything that `cargo xtask test` needs.
pub(crate) fn all(project: &Project) -> Result<()> {
    wasm::Toolchain::find_or_build(project)?;
    for tool in [&tools::WASM_BINDGEN, &tools::CARGO_DENY] {
        let binary = tools::install(project, tool)?;
        println!("   {} {}: {}", tool.package, tool.version, binary.display());
    }
    Ok(())
}
