//! The pure core in WebAssembly, run by Node: nothing traps, and the rest of the input is still read.
#![cfg(target_arch = "wasm32")]

use isgraph_wasm_tests::{beside_good_items, facts, graph, has_item, nested};
use wasm_bindgen_test::wasm_bindgen_test;

/// Reads and indexes hostile text; a trap would end the whole run.
#[track_caller]
fn check(hostile: &str) {
    let text = beside_good_items(hostile);
    let facts = facts(&text);
    assert!(has_item(&facts, "good"), "the item before is lost");
    assert!(has_item(&facts, "also_good"), "the item after is lost");
    let _ = graph([("src/lib.rs", &text)]);
}

/// As [`check`], for what must be reported.
#[track_caller]
fn check_reported(hostile: &str) {
    check(hostile);
    assert!(!facts(&beside_good_items(hostile)).problems.is_empty(), "nothing is said about it");
}

#[wasm_bindgen_test]
fn deeply_nested_generics() {
    check_reported(&format!("type T = {};", nested("Vec<", "u8", ">", 50_000)));
}

#[wasm_bindgen_test]
fn deeply_nested_parentheses() {
    check_reported(&format!("const C: u8 = {};", nested("(", "1", ")", 100_000)));
}

#[wasm_bindgen_test]
fn deeply_nested_blocks() {
    check_reported(&format!("fn deep() {{ {} }}", nested("{", "1", "}", 100_000)));
}

#[wasm_bindgen_test]
fn deeply_nested_modules() {
    check(&nested("mod m {", "fn inner() {}", "}", 20_000));
}

#[wasm_bindgen_test]
fn deeply_nested_references() {
    check(&format!("fn f(x: {}u8) {{}}", "&".repeat(50_000)));
}

#[wasm_bindgen_test]
fn a_long_sum() {
    check(&format!("fn sum() -> u64 {{ 1{} }}", " + 1".repeat(100_000)));
}

#[wasm_bindgen_test]
fn a_long_method_chain() {
    check(&format!("fn chain(x: u64) {{ x{}; }}", ".max(1)".repeat(50_000)));
}

#[wasm_bindgen_test]
fn a_long_chain_of_else_if() {
    check(&format!("fn f(x: u64) {{ if x == 0 {{}} {} }}", "else if x == 1 {}".repeat(20_000)));
}

#[wasm_bindgen_test]
fn a_huge_literal() {
    check(&format!("const BYTES: &[u8] = &[{}];", "1,".repeat(300_000)));
}

#[wasm_bindgen_test]
fn a_huge_string() {
    check(&format!("const TEXT: &str = \"{}\";", "x".repeat(1_000_000)));
}

#[wasm_bindgen_test]
fn a_macro_that_expands_itself() {
    check("macro_rules! again { ($($t:tt)*) => { again!($($t)* $($t)*); } }\nagain!(a b c);");
}

#[wasm_bindgen_test]
fn unclosed_delimiters() {
    for open in ["{", "(", "["] {
        check(&format!("fn broken() {{ let x = {open} 1; }}"));
    }
}

#[wasm_bindgen_test]
fn unclosed_literals() {
    for open in ["\"", "r#\"", "/*", "b\"", "'"] {
        // The rest of the file is inside the literal; what came before is still there.
        let facts = facts(&beside_good_items(&format!("fn broken() {{ let x = {open} 1; }}")));
        assert!(has_item(&facts, "good"), "{open}");
    }
}

#[wasm_bindgen_test]
fn text_that_is_not_rust() {
    for text in
        ["\u{0}\u{feff}\u{202e}", "<html> 日本語 \\ \u{7f}", "}}}} ))) ]]", "#!", "r#", "'", "\u{feff}#!/bin/sh\n"]
    {
        let _ = facts(text);
        let _ = graph([("src/lib.rs", text)]);
    }
}

#[wasm_bindgen_test]
fn a_small_project() {
    let graph = graph([
        ("Cargo.toml", "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
        (
            "src/lib.rs",
            "pub mod shape;\nuse shape::{Circle, Shape};\npub fn total(c: &Circle) -> f64 { c.area() + double(1.0) }\nfn double(x: f64) -> f64 { 2.0 * x }\n",
        ),
        (
            "src/shape.rs",
            "pub trait Shape { fn area(&self) -> f64; }\npub struct Circle { pub r: f64 }\n\
             impl Shape for Circle { fn area(&self) -> f64 { self.r } }\n",
        ),
    ]);
    let edges: Vec<String> = graph
        .edges()
        .filter(|edge| matches!(edge.kind.as_str(), "calls" | "implements"))
        .map(|edge| format!("{} {} {}", graph.path(edge.from), edge.kind.as_str(), graph.path(edge.to)))
        .collect();
    assert!(edges.contains(&"small::total calls small::double".into()), "{edges:?}");
    assert!(edges.iter().any(|edge| edge.ends_with("implements small::shape::Shape")), "{edges:?}");
}

#[wasm_bindgen_test]
fn dumps_and_archives() {
    let dump = "<files>\n<file path=\"src/lib.rs\">\npub fn f() {}\n</file>\n\n</files>\n";
    let inputs: [&[u8]; 3] =
        [dump.as_bytes(), include_bytes!("../fixtures/app.zip"), include_bytes!("../fixtures/app.crate")];
    for input in inputs {
        let mut dumps = isgraph::source::dump::Dumps::new(None);
        dumps.add(input, "dropped").expect("a dump or an archive");
        assert_eq!(&*dumps.finish().files["src/lib.rs"], "pub fn f() {}\n");
    }
    let mut dumps = isgraph::source::dump::Dumps::new(None);
    assert!(dumps.add(&inputs[1][..40], "cut").is_err());
}
