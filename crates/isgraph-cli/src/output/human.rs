//! Words and sentences for people.

use std::fmt::Write;
use std::time::Duration;

use isgraph::model::{Diagnostic, Severity};
use isgraph::source::dump::DumpReport;

use super::style::{ERROR, FAINT, HEADING, NAME, PLACE, WARNING, paint};
use super::table::printable;
use crate::exit::Failure;

/// `1 file`, `2 files`, `12,345 files`.
pub(crate) fn count(number: usize, singular: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    match singular.strip_suffix('y') {
        Some(stem) if number != 1 => format!("{} {stem}ies", grouped(number)),
        _ => format!("{} {singular}{plural}", grouped(number)),
    }
}

/// `12,345`.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `0.8 ms`, `12 ms`, `1.24 s`.
pub(crate) fn duration(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    match ms {
        ..10.0 => format!("{ms:.1} ms"),
        10.0..1000.0 => format!("{ms:.0} ms"),
        _ => format!("{:.2} s", ms / 1e3),
    }
}

/// `src/lib.rs:12`, which terminals make clickable.
pub(crate) fn place(file: &str, line: u32) -> String {
    if line == 0 { file.to_owned() } else { format!("{file}:{line}") }
}

/// Why a command failed, and what to do.
pub(crate) fn failure(failure: &Failure) -> String {
    let mut out = format!("{} {}\n", paint(ERROR, "error:"), printable(&failure.message));
    // A single one may be in the message already.
    for suggestion in failure.suggestions.iter().filter(|&one| !failure.message.contains(&format!("`{one}`"))) {
        let _ = writeln!(out, "  {}", paint(NAME, printable(suggestion)));
    }
    out
}

/// What a dump gave back, on one line: its format, and how many files are as they were.
pub(crate) fn dump(report: &DumpReport) -> String {
    let mut formats: Vec<&str> = report.dumps.iter().map(|part| part.format.as_str()).collect();
    formats.dedup();
    let counts = [
        (report.complete, "complete"),
        (report.ambiguous, "ambiguous"),
        (report.partial, "partial"),
        (report.skipped, "skipped"),
        (report.other, "not Rust"),
    ];
    let counts = counts.iter().filter(|(number, _)| *number > 0);
    let counts: Vec<_> = counts.map(|(number, word)| format!("{} {word}", grouped(*number))).collect();
    let dumps =
        if report.dumps.len() == 1 { String::new() } else { format!("{}, ", count(report.dumps.len(), "part")) };
    format!("  {dumps}{}: {}\n", formats.join(", "), counts.join(", "))
}

/// At most `limit` diagnostics, grouped by code; says how many were left out.
pub(crate) fn diagnostics(all: &[Diagnostic], limit: usize) -> String {
    let mut out = String::new();
    let mut groups: Vec<(&str, Vec<&Diagnostic>)> = Vec::new();
    for diagnostic in all {
        match groups.iter_mut().find(|(code, _)| *code == diagnostic.code) {
            Some((_, group)) => group.push(diagnostic),
            None => groups.push((&diagnostic.code, vec![diagnostic])),
        }
    }
    // The worst first; within one severity, as they come.
    groups.sort_by_key(|(_, group)| group.iter().map(|d| d.severity).min());
    let sizes: Vec<usize> = groups.iter().map(|(_, group)| group.len()).collect();
    for ((code, group), share) in groups.into_iter().zip(shares(&sizes, limit)).filter(|(_, share)| *share > 0) {
        let _ =
            writeln!(out, "{} {}", paint(HEADING, printable(code)), paint(FAINT, format_args!("({})", group.len())));
        for diagnostic in group.into_iter().take(share) {
            let mark = match diagnostic.severity {
                Severity::Error => paint(ERROR, "error"),
                Severity::Warning => paint(WARNING, "warning"),
                Severity::Info => paint(FAINT, "info"),
            };
            let at = paint(PLACE, printable(&place(&diagnostic.file, diagnostic.line)));
            let _ = writeln!(out, "  {at} {mark} {}", printable(&diagnostic.message));
        }
    }
    if all.len() > limit {
        let rest = grouped(all.len() - limit);
        let _ = writeln!(out, "{}", paint(FAINT, format_args!("… and {rest} more; --diagnostics prints all")));
    }
    out
}

/// How many of each group to show, so that a large group does not hide the others: one of each in
/// turn, until there is no room.
fn shares(sizes: &[usize], mut room: usize) -> Vec<usize> {
    room = room.min(sizes.iter().sum());
    let mut shares = vec![0; sizes.len()];
    while room > 0 {
        for (share, &size) in shares.iter_mut().zip(sizes) {
            if *share < size && room > 0 {
                *share += 1;
                room -= 1;
            }
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    fn diagnostic(code: &str, severity: Severity, line: u32) -> Diagnostic {
        let (file, message) = ("a.rs".to_owned(), format!("message {line}"));
        Diagnostic { file, line, severity, code: code.to_owned(), message }
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(0, "file"), "0 files");
        assert_eq!(count(1_234_567, "entry"), "1,234,567 entries");
        assert_eq!(count(1, "entry"), "1 entry");
        assert_eq!(duration(Duration::from_micros(840)), "0.8 ms");
        assert_eq!(duration(Duration::from_millis(42)), "42 ms");
        assert_eq!(duration(Duration::from_millis(1240)), "1.24 s");
    }

    #[test]
    fn a_large_group_does_not_hide_the_others() {
        assert_eq!(shares(&[100, 1, 3], 10), [6, 1, 3]);
        assert_eq!(shares(&[2, 2], usize::MAX), [2, 2]);
        assert_eq!(shares(&[5, 5, 5], 2), [1, 1, 0]);
        assert_eq!(shares(&[], 10), [0; 0]);
    }

    #[test]
    fn diagnostics_are_grouped_worst_first_and_counted() {
        let all = [
            diagnostic("MACRO", Severity::Info, 1),
            diagnostic("PARSE", Severity::Error, 2),
            diagnostic("MACRO", Severity::Info, 3),
            diagnostic("PARSE", Severity::Error, 0),
        ];
        let expected = "PARSE (2)\n  a.rs:2 error message 2\n  a.rs error message 0\n\
                        MACRO (2)\n  a.rs:1 info message 1\n… and 1 more; --diagnostics prints all\n";
        assert_eq!(plain(&diagnostics(&all, 3)), expected);
        assert!(!plain(&diagnostics(&all, usize::MAX)).contains("more"));
    }
}
