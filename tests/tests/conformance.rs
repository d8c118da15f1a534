//! Runs the conformance corpus (`tests/corpus`, whose README describes the format) against the core.
#![allow(clippy::disallowed_methods, reason = "tests read files")]

mod conformance {
    pub(crate) mod case;
    pub(crate) mod check;
    pub(crate) mod expect;
}

use std::fs;
use std::path::Path;

use conformance::{case, check};

/// Runs every case of one topic and reports all that fail at once.
fn run(topic: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(format!("{topic}.md"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases = case::parse(&text).unwrap_or_else(|error| panic!("{topic}.md: {error}"));
    assert!(!cases.is_empty(), "{topic}.md has no cases");
    let mut report = String::new();
    for case in &cases {
        let failures = check::check(case);
        if !failures.is_empty() {
            report.push_str(&format!("\n{topic}.md:{} `{}`\n", case.line, case.name));
            for failure in failures {
                report.push_str(&failure);
            }
        }
    }
    assert!(report.is_empty(), "{report}");
}

macro_rules! topics {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })*

        #[test]
        fn every_topic_is_run() {
            let listed = [$(concat!(stringify!($name), ".md")),*];
            let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
            for entry in fs::read_dir(&corpus).expect("the corpus is a directory") {
                let name = entry.expect("the corpus can be read").file_name();
                let name = name.to_string_lossy();
                assert!(name == "README.md" || listed.contains(&&*name), "{name} is not run");
            }
        }
    };
}

/// A line of each kind that does not hold, to show that the runner would notice.
#[test]
fn what_does_not_hold_is_reported() {
    let wrong = [
        "symbol struct krate::f",
        "symbol function krate::f @ 2:1",
        "symbol function krate::h",
        "no-symbol krate::f",
        "text signature krate::f = fn f()",
        "text parts.return_type krate::f = \"u8\"",
        "edge calls krate::g -> krate::f",
        "edge calls krate::f -> krate::g @ 1:15",
        "edge calls krate::f -> krate::g low",
        "edge calls krate::f -> krate::g operator",
        "no-edge calls krate::f -> krate::g",
        "exact calls",
        "unresolved path f in krate::f",
        "unresolved method m in krate::g @ 2:12",
        "unresolved method m in krate::g @ 2:11 no_such_method",
        "unresolved method m in krate::g candidates krate::f",
        "no-unresolved",
        "no-unresolved m",
        "query callers krate::g => none",
        "query callers krate::g => krate::f, krate::g",
        "query callers krate::h => none",
        "query path krate::f -> krate::g => none",
        "query cycles symbols => krate::f, krate::g",
        "query nonsense krate::f => none",
        "diagnostic PARSE 1",
    ];
    for line in wrong {
        let text = format!(
            "## wrong\n```rust src/lib.rs\npub fn f() {{ g() }}\nfn g() {{ x().m() }}\n```\n```expect\n{line}\n```\n"
        );
        let cases = case::parse(&text).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert!(!check::check(&cases[0]).is_empty(), "{line}");
    }
    for text in ["## empty\n", "## bad\n```expect\nsymbols x\n```\n", "## open\n```expect\n", "## c\n```rust\n```\n"] {
        assert!(case::parse(text).is_err(), "{text}");
    }
}

topics!(edges, signatures, modules, imports, inference, macros, traits, receivers, crates, cfgs, broken, queries);
