//! On what a bench ran.

use std::process::Command;

use crate::process::read;

/// Processor, cores, compiler: one line for the foot of a table.
pub(super) fn description() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let rustc = read(Command::new("rustc").arg("--version")).unwrap_or_default();
    format!("{}, {cores} cores; {}", cpu.as_deref().unwrap_or("unknown processor"), rustc.trim())
}
