//! Small crates on disk → what the truth is made of.

use std::collections::HashSet;

use crate::{Facts, cfg::Cfg, scan::scan_crate};

fn scan(name: &str, cfgs: &[&str], files: &[(&str, &str)]) -> Facts {
    let dir = std::env::temp_dir().join(format!("srcscan-{name}-{}", std::process::id()));
    for (path, text) in files {
        let path = dir.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let cfg = Cfg(cfgs.iter().map(ToString::to_string).collect::<HashSet<_>>());
    let facts = scan_crate(&dir.join("lib.rs"), &dir, &cfg);
    std::fs::remove_dir_all(dir).unwrap();
    assert_eq!(facts.errors, Vec::<String>::new());
    facts
}

fn sites(facts: &Facts, form: &str) -> Vec<String> {
    facts.sites.iter().filter(|s| s.form == form).map(|s| format!("{}:{}:{}", s.name, s.pos.0, s.pos.1)).collect()
}

#[test]
fn follows_modules_and_leaves_out_what_is_compiled_out() {
    let facts = scan(
        "modules",
        &["unix"],
        &[("lib.rs", "mod a;\n#[cfg(unix)] fn on() {}\n#[cfg(windows)] fn off() {}\n"), ("a.rs", "pub fn f() {}\n")],
    );
    let names: Vec<_> = facts.items.iter().map(|i| i.path.as_str()).collect();
    assert_eq!(names, ["crate::a", "crate::a::f", "crate::on"]);
    assert_eq!(facts.blind.iter().map(|b| b.2).collect::<Vec<_>>(), ["cfg"]);
}

#[test]
fn calls_are_seen_inside_macro_arguments() {
    let facts = scan("macros", &[], &[("lib.rs", "fn f(x: S) {\n    assert_eq!(g(1), x.m());\n}\n")]);
    assert_eq!(sites(&facts, "call-path"), ["g:2:15"]);
    assert_eq!(sites(&facts, "call-method"), ["m:2:23"]);
}

#[test]
fn a_macro_body_is_blind() {
    let facts = scan("rules", &[], &[("lib.rs", "macro_rules! m { () => { f() } }\n")]);
    assert_eq!(facts.blind.iter().map(|b| b.2).collect::<Vec<_>>(), ["macro_rules"]);
    assert!(sites(&facts, "call-path").is_empty());
}

#[test]
fn columns_count_bytes_from_zero() {
    let facts = scan("columns", &[], &[("lib.rs", "fn f() { let _ = \"é\"; g() }\n")]);
    assert_eq!(sites(&facts, "call-path"), ["g:1:23"]);
}
