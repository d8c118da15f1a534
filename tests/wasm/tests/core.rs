//! The pure core in WebAssembly, run by Node: nothing traps, and the rest of the input is still read.
#![cfg(target_arch = "wasm32")]

use isgraph_wasm_tests::{beside_a_good_item, index_text, nested};
use wasm_bindgen_test::wasm_bindgen_test;

/// A trap would end the test run; there is nothing more to assert here.
fn survives(hostile: &str) {
    let _ = index_text(beside_a_good_item(hostile));
}

#[wasm_bindgen_test]
fn deeply_nested_generics() {
    survives(&format!("type T = {};", nested("Vec<", "u8", ">", 50_000)));
}

#[wasm_bindgen_test]
fn deeply_nested_parentheses() {
    survives(&format!("const C: u8 = {};", nested("(", "1", ")", 100_000)));
}

#[wasm_bindgen_test]
fn deeply_nested_blocks() {
    survives(&format!("fn deep() {{ {} }}", nested("{", "1", "}", 100_000)));
}

#[wasm_bindgen_test]
fn a_long_sum() {
    survives(&format!("fn sum() -> u64 {{ 1{} }}", " + 1".repeat(100_000)));
}

#[wasm_bindgen_test]
fn a_long_method_chain() {
    survives(&format!("fn chain(x: u64) {{ x{}; }}", ".max(1)".repeat(50_000)));
}

#[wasm_bindgen_test]
fn a_huge_literal() {
    survives(&format!("const BYTES: &[u8] = &[{}];", "1,".repeat(300_000)));
}

#[wasm_bindgen_test]
fn a_huge_string() {
    survives(&format!("const TEXT: &str = \"{}\";", "x".repeat(1_000_000)));
}

#[wasm_bindgen_test]
fn unclosed_delimiters() {
    for open in ["{", "(", "[", "\"", "r#\"", "/*", "'", "<"] {
        survives(&format!("fn broken() {{ let x = {open} 1"));
    }
}

#[wasm_bindgen_test]
fn text_that_is_not_rust() {
    survives("\u{0}\u{feff}\u{202e} <html> 日本語 \\ \u{7f} }}}} ))) ]]");
}
