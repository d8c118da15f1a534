//! One process: wall time, CPU time, peak memory.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use wait4::Wait4;

use crate::process::spelled;

/// What a process took, waited-for children included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Usage {
    /// Seconds from start to end.
    pub(super) wall_s: f64,
    /// Seconds of all its threads, in user and kernel mode.
    pub(super) cpu_s: f64,
    /// Peak resident memory, in MB (10⁶ bytes).
    pub(super) rss_mb: f64,
}

/// Runs a program once, with its output dropped.
pub(super) fn once(command: &mut Command) -> Result<Usage> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let child = command.spawn().with_context(|| format!("cannot run {}", spelled(command)))?;
    let done = child.wait4()?;
    let wall_s = start.elapsed().as_secs_f64();
    if !done.status.success() {
        bail!("`{}` ended with {}; run it by hand to see why", spelled(command), done.status);
    }
    let usage = done.rusage;
    let cpu_s = (usage.utime + usage.stime).as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let rss_mb = usage.maxrss as f64 / 1e6;
    Ok(Usage { wall_s: rounded(wall_s), cpu_s: rounded(cpu_s), rss_mb: rounded(rss_mb) })
}

/// Runs the programs in turn, `runs` times after one warm-up each, so that what disturbs the
/// machine disturbs all of them; the medians.
pub(super) fn in_turn<const N: usize>(runs: usize, mut programs: [Command; N]) -> Result<[Usage; N]> {
    let mut seen: [Vec<Usage>; N] = std::array::from_fn(|_| Vec::new());
    for program in &mut programs {
        once(program)?;
    }
    for _ in 0..runs.max(1) {
        for (program, usages) in programs.iter_mut().zip(&mut seen) {
            usages.push(once(program)?);
        }
    }
    Ok(seen.map(|usages| medians(&usages)))
}

fn medians(usages: &[Usage]) -> Usage {
    let of = |figure: fn(&Usage) -> f64| median(usages.iter().map(figure).collect());
    Usage { wall_s: of(|u| u.wall_s), cpu_s: of(|u| u.cpu_s), rss_mb: of(|u| u.rss_mb) }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(0.0)
}

/// Four digits after the point: more is noise.
fn rounded(figure: f64) -> f64 {
    (figure * 1e4).round() / 1e4
}

/// `12.3×`; a dash when there is nothing to compare.
pub(super) fn times(figure: f64, unit: f64) -> String {
    if unit > 0.0 { format!("{:.1}×", figure / unit) } else { "–".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_ignores_an_outlier() {
        assert!((median(vec![1.0, 90.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_failure_is_no_measurement() {
        assert!(once(&mut Command::new("false")).is_err());
        assert!(once(&mut Command::new("true")).is_ok_and(|usage| usage.wall_s < 5.0));
    }
}
