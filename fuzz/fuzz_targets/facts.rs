//! Any bytes, read as a file: no panic, no overflow, the same facts every time.
//!
//! `cargo +nightly fuzz run -s none --no-cfg-fuzzing facts fuzz/corpus/facts crates/isgraph/src`
#![no_main]

use isgraph::facts::{Edition, read_file, signature_parts};
use isgraph::model::SymbolKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let facts = read_file(&text, Edition::E2021);
    assert_eq!(facts.len as usize, text.len());
    for item in &facts.items {
        for &kind in SymbolKind::ALL {
            let _ = signature_parts(kind, &item.facts.signature);
        }
    }
    assert_eq!(facts, read_file(&text, Edition::E2021));
});
