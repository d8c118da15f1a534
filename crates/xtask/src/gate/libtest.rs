//! Reading what `cargo test` prints.

use super::Tally;
use crate::process::Ran;

/// Sums a run of `cargo test`. What could hide a failure is one: a suite that ended without a
/// result, an integration suite without a test, an ignored test, a run that failed for no reason
/// that was printed.
pub(super) fn tally(ran: &Ran) -> Tally {
    let mut tally = Tally::default();
    let mut open: Option<&str> = None;
    let mut suites = 0;
    let complain = |tally: &mut Tally, note: String| {
        tally.failed += 1;
        tally.notes.push(note);
    };
    for line in ran.output.lines().map(str::trim) {
        if let Some(name) = suite_name(line) {
            if let Some(crashed) = open.replace(name) {
                complain(&mut tally, format!("{crashed}: ended without a result"));
            }
        } else if let Some(result) = line.strip_prefix("test result: ") {
            let count = |word| count_before(result, word);
            let (passed, failed, ignored) = (count("passed"), count("failed"), count("ignored"));
            let name = open.take().unwrap_or("a suite");
            suites += 1;
            tally.passed += passed;
            tally.failed += failed;
            if failed > 0 {
                tally.notes.push(format!("{name}: {failed} failed"));
            }
            if ignored > 0 {
                complain(&mut tally, format!("{name}: {ignored} ignored; assert today's behaviour instead"));
            }
            if passed + failed == 0 && name.starts_with("tests/") {
                complain(&mut tally, format!("{name}: ran no test"));
            }
        }
    }
    if let Some(crashed) = open {
        complain(&mut tally, format!("{crashed}: ended without a result"));
    }
    if suites == 0 || tally.passed + tally.failed == 0 {
        complain(&mut tally, "no test ran".into());
    } else if !ran.success && tally.failed == 0 {
        complain(&mut tally, "the run failed outside the tests, see above".into());
    }
    tally
}

/// The suite that a heading of cargo announces: `Running tests/cli.rs (…)`, `Doc-tests isgraph`.
fn suite_name(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("Running ") {
        return Some(rest.strip_prefix("unittests ").unwrap_or(rest).split(" (").next().unwrap_or(rest));
    }
    line.starts_with("Doc-tests ").then_some(line)
}

/// `12` of `ok. 12 passed; 0 failed`.
fn count_before(text: &str, word: &str) -> u32 {
    let words: Vec<_> = text.split_whitespace().collect();
    let place = words.iter().position(|w| w.trim_end_matches(';') == word);
    place.and_then(|i| words.get(i.checked_sub(1)?)?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(success: bool, output: &str, passed: u32, failed: u32, note: &str) {
        let tally = tally(&Ran { success, output: output.into() });
        assert_eq!((tally.passed, tally.failed), (passed, failed), "{:?}", tally.notes);
        assert!(tally.notes.join("\n").contains(note), "{:?}", tally.notes);
    }

    #[test]
    fn sums_suites() {
        let output = "     Running unittests src/lib.rs (target/debug/deps/a-1)\n\nrunning 2 tests\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            \x20    Running tests/cli.rs (target/debug/deps/cli-1)\n\
            test result: ok. 40 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            \x20  Doc-tests isgraph\n\
            test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        check(true, output, 43, 0, "");
    }

    #[test]
    fn names_the_suite_that_failed() {
        let output = "Running tests/cli.rs (x)\ntest result: FAILED. 3 passed; 2 failed; 0 ignored;\n";
        check(false, output, 3, 2, "tests/cli.rs: 2 failed");
    }

    #[test]
    fn a_suite_that_crashed_is_a_failure() {
        let output = "Running unittests src/lib.rs (x)\nrunning 2 tests\nfatal runtime error: stack overflow\n\
            Running tests/cli.rs (x)\ntest result: ok. 3 passed; 0 failed; 0 ignored;\n";
        check(false, output, 3, 1, "src/lib.rs: ended without a result");
    }

    #[test]
    fn an_empty_suite_and_an_ignored_test_are_failures() {
        check(true, "Running tests/cli.rs (x)\ntest result: ok. 0 passed; 0 failed; 0 ignored;\n", 0, 1, "ran no test");
        check(true, "Running src/lib.rs (x)\ntest result: ok. 1 passed; 0 failed; 1 ignored;\n", 1, 1, "1 ignored");
        check(true, "", 0, 1, "no test ran");
    }

    #[test]
    fn a_build_that_failed_is_a_failure() {
        check(false, "error: could not compile `isgraph`\n", 0, 1, "no test ran");
        let output = "error: x\nRunning src/lib.rs (x)\ntest result: ok. 1 passed; 0 failed; 0 ignored;\n";
        check(false, output, 1, 1, "outside the tests");
    }
}
