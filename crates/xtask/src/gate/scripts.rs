//! What makes the truth that the graph is scored against: Python scripts and a scanner, in a
//! workspace of its own because it must share nothing with isgraph.

use anyhow::Result;

use super::{Tally, libtest};
use crate::process::{Ran, cargo, program, watch};
use crate::project::Project;

const SCANNER: &str = "benches/accuracy/srcscan/Cargo.toml";

pub(super) fn check(project: &Project) -> Result<Tally> {
    let mut python = program(project, "python3");
    python.args(["-m", "unittest", "discover", "--start-directory", "benches/accuracy"]);
    // A cache beside the sources would end up in packages and diffs.
    python.env("PYTHONDONTWRITEBYTECODE", "1");
    let mut tally = unittest(&watch(&mut python)?);
    let format = Tally::of(&watch(cargo(project).args(["fmt", "--check", "--manifest-path", SCANNER]))?);
    let mut scanner = cargo(project);
    scanner.args(["test", "--locked", "--manifest-path", SCANNER]);
    scanner.arg("--target-dir").arg(project.path("target/srcscan"));
    tally.add(format);
    tally.add(libtest::tally(&watch(&mut scanner)?));
    Ok(tally)
}

/// Reads what Python's unittest prints: `Ran 9 tests in 0.1s`, then `OK` or `FAILED (failures=1, errors=2)`.
fn unittest(ran: &Ran) -> Tally {
    let number = |text: &str| text.trim_end_matches([',', ')']).parse::<u32>().ok();
    let all = ran.output.lines().find_map(|line| number(line.strip_prefix("Ran ")?.split(' ').next()?)).unwrap_or(0);
    let verdict =
        ran.output.lines().rev().find(|line| line.starts_with("OK") || line.starts_with("FAILED")).unwrap_or("");
    let not_passed: u32 = verdict.split(['(', ' ']).filter_map(|word| number(word.split_once('=')?.1)).sum();
    let mut tally = Tally { passed: all.saturating_sub(not_passed), failed: not_passed, notes: Vec::new() };
    if all == 0 {
        tally.add(Tally::fail("unittest: no test ran"));
    } else if not_passed > 0 {
        tally.notes.push(format!("unittest: {verdict}"));
    } else if !ran.success {
        tally.add(Tally::fail("unittest: failed outside the tests, see above"));
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(success: bool, output: &str, passed: u32, failed: u32) {
        let tally = unittest(&Ran { success, output: output.into() });
        assert_eq!((tally.passed, tally.failed), (passed, failed), "{:?}", tally.notes);
    }

    #[test]
    fn reads_the_verdict() {
        check(true, "....\n---\nRan 4 tests in 0.006s\n\nOK\n", 4, 0);
        check(false, "Ran 1 test in 0.006s\n\nFAILED (failures=1)\n", 0, 1);
        check(false, "Ran 9 tests in 0.006s\n\nFAILED (failures=1, errors=2)\n", 6, 3);
    }

    #[test]
    fn skipped_tests_and_no_tests_are_failures() {
        check(true, "Ran 4 tests in 0.006s\n\nOK (skipped=1)\n", 3, 1);
        check(true, "Ran 0 tests in 0.000s\n\nNO TESTS RAN\n", 0, 1);
        check(false, "Traceback\n", 0, 1);
        check(false, "Ran 2 tests in 0.1s\n\nOK\n", 2, 1);
    }
}
