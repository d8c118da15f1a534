//! Any bytes, cut into items in every context: the items are ordered, apart, and lie in their parents.
//!
//! `cargo +nightly fuzz run -s none --no-cfg-fuzzing cut fuzz/corpus/cut crates/isgraph/src`
#![no_main]

use isgraph::facts::{Edition, ItemContext, ItemNode, read_items};
use libfuzzer_sys::fuzz_target;

fn nested(nodes: &[ItemNode], len: u32) {
    let mut last = 0;
    for node in nodes {
        assert!(node.offset >= last);
        last = node.offset + node.len;
        assert!(last <= len);
        nested(&node.children, node.len);
    }
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for context in [ItemContext::Module, ItemContext::Impl, ItemContext::Trait, ItemContext::Extern] {
        let (items, problems) = read_items(&text, context, Edition::E2021);
        nested(&items, text.len() as u32);
        assert!(problems.iter().all(|problem| problem.offset as usize <= text.len()));
    }
});
