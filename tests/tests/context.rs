//! No context takes a token more than its budget, whatever the symbol, the budget and the tokenizer.

use std::sync::OnceLock;

use isgraph::context::{BUILT_IN, ContextConfig, Level, Tokenizer, built_in, context};
use isgraph::model::SymbolId;
use isgraph::{Graph, IndexConfig, SourceSet, index};
use isgraph_host::walk::{WalkOptions, read_directory};
use proptest::prelude::*;

/// The core's own source: real code, always there.
fn project() -> &'static (SourceSet, Graph) {
    static PROJECT: OnceLock<(SourceSet, Graph)> = OnceLock::new();
    PROJECT.get_or_init(|| {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/isgraph");
        let sources = read_directory(root.as_ref(), &WalkOptions::default(), &|_| {}).expect("it is readable");
        let graph = index(&sources, &IndexConfig::default());
        (sources, graph)
    })
}

fn tokenizer(at: usize) -> &'static (dyn Tokenizer + Sync) {
    built_in(BUILT_IN[at % BUILT_IN.len()]).expect("it is built in")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_context_is_over_its_budget(
        symbols in proptest::collection::vec(any::<prop::sample::Index>(), 1..4),
        budget in prop_oneof![0_usize..400, 0_usize..6_000],
        hops in 0_u32..4,
        level in proptest::sample::select(Level::ALL),
        which in 0_usize..2,
    ) {
        let (sources, graph) = project();
        let targets: Vec<SymbolId> =
            symbols.iter().map(|index| SymbolId(index.index(graph.symbol_count()) as u32)).collect();
        let config = ContextConfig { budget, hops, level, ..ContextConfig::default() };
        let tokenizer = tokenizer(which);
        match context(graph, &targets, &config, tokenizer, sources) {
            Ok(found) => {
                prop_assert_eq!(found.tokens, tokenizer.count(&found.text));
                prop_assert!(found.tokens <= budget, "{} of {}", found.tokens, budget);
                let again = context(graph, &targets, &config, tokenizer, sources);
                prop_assert_eq!(Some(found), again.ok());
            }
            Err(error) => {
                let message = error.to_string();
                let needed = message.split_once(": ").and_then(|(_, rest)| rest.split(' ').next()?.parse::<usize>().ok());
                prop_assert!(needed.is_some_and(|needed| needed > budget), "{}", message);
            }
        }
    }
}
