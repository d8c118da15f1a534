//! Contexts of small source sets, counted by a tokenizer of words.

use super::*;
use crate::{IndexConfig, SourceSet, index};

/// Words and signs.
struct Words;

impl Tokenizer for Words {
    fn name(&self) -> &str {
        "words"
    }

    fn count(&self, text: &str) -> usize {
        let signs = text.chars().filter(|c| !c.is_alphanumeric() && !c.is_whitespace() && *c != '_').count();
        text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).count() + signs
    }
}

const LIB: &str = "\
pub mod store;
use store::{Memory, Store};
/// Adds one.
pub fn restock(store: &mut Memory, name: &str) -> u32 {
    store.put(Item { name: name.to_owned(), count: step() });
    store.count(name)
}
fn step() -> u32 { 1 }
pub struct Item { pub name: String, pub count: u32 }
pub fn main() { restock(&mut Memory::open(), \"a\"); }
fn unrelated() {}
#[cfg(test)]
mod tests {
    #[test]
    fn restocks() { super::restock(&mut crate::store::Memory::open(), \"b\"); }
}
";
const STORE: &str = "\
use crate::Item;
pub trait Store { fn count(&self, name: &str) -> u32; fn put(&mut self, item: Item); }
pub struct Memory { counts: Vec<Item> }
impl Memory { pub fn open() -> Self { Memory { counts: vec![] } } fn hidden(&self) {} }
impl Store for Memory {
    fn count(&self, name: &str) -> u32 { self.counts.len() as u32 }
    fn put(&mut self, item: Item) { self.counts.push(item) }
}
";

fn sources() -> SourceSet {
    SourceSet::from_files([("src/lib.rs", LIB), ("src/store.rs", STORE)])
}

fn ask(names: &[&str], config: ContextConfig) -> Result<Context> {
    let sources = sources();
    let graph = index(&sources, &IndexConfig::default());
    let mut targets = Vec::new();
    for name in names {
        targets.extend(find_targets(&graph, name)?);
    }
    context(&graph, &targets, &config, &Words, &sources)
}

fn within(budget: usize) -> ContextConfig {
    ContextConfig { budget, ..ContextConfig::default() }
}

fn paths(items: &[ContextItem]) -> Vec<&str> {
    items.iter().map(|item| item.symbol.path.as_str()).collect()
}

#[test]
fn a_context_holds_the_target_and_what_it_needs() {
    let found = ask(&["restock"], within(1_000)).expect("there is room");
    for part in [
        "# main::restock\n\nfunction, src/lib.rs:4\n",
        "/// Adds one.\npub fn restock(store: &mut Memory, name: &str) -> u32 {\n    store.put(",
        "// main\nfn step() -> u32;\npub struct Item { pub name: String, pub count: u32 }\n",
        "pub struct Memory { counts: Vec<Item> }\nimpl Memory {\n    pub fn open() -> Self;\n}\n",
        "impl Store for Memory {\n    fn count(&self, name: &str) -> u32;\n    fn put(&mut self, item: Item);\n}\n",
        "## Callers\n\n```rust\n// main\npub fn main();\n```\n",
        "## Tests\n\n- main::tests::restocks (src/lib.rs:15)\n",
    ] {
        assert!(found.text.contains(part), "no {part:?} in\n{}", found.text);
    }
    assert!(!found.text.contains("hidden"), "what is private to another module cannot be used:\n{}", found.text);
    assert!(!found.text.contains("Left out"), "{}", found.text);
    assert_eq!(found.tokens, Words.count(&found.text));
    assert_eq!((found.left_out.len(), found.left_out_tokens, found.beyond), (0, 0, 0));
}

#[test]
fn one_step_is_what_the_target_names_and_who_names_it() {
    let config = ContextConfig { hops: 1, ..within(1_000) };
    let found = ask(&["restock"], config).expect("there is room");
    let mut paths = paths(&found.items);
    paths.sort_unstable();
    let expected = [
        "main::Item",
        "main::main",
        "main::step",
        "main::store::<Memory as Store>::count",
        "main::store::<Memory as Store>::put",
        "main::store::Memory",
        "main::tests::restocks",
    ];
    assert_eq!(paths, expected);
    let role = |path: &str| found.items.iter().find(|item| item.symbol.path == path).map(|item| item.role);
    assert_eq!(role("main::step"), Some(Role::Direct));
    assert_eq!(role("main::main"), Some(Role::Caller));
    assert_eq!(role("main::tests::restocks"), Some(Role::Test));
}

#[test]
fn no_text_is_over_its_budget_and_what_is_left_out_is_named() {
    let whole = ask(&["restock"], within(1_000)).expect("there is room");
    let mut last = 0;
    for budget in 0..=whole.tokens {
        let Ok(found) = ask(&["restock"], within(budget)) else { continue };
        assert!(found.tokens <= budget && found.tokens == Words.count(&found.text), "{budget}: {}", found.tokens);
        assert_eq!(found.items.len() + found.left_out.len(), whole.items.len(), "{budget}");
        assert_eq!(found.left_out.is_empty(), !found.text.contains("Left out:"), "{budget}");
        assert_eq!(found, ask(&["restock"], within(budget)).expect("it fitted before"));
        last = found.items.len();
    }
    assert_eq!(last, whole.items.len(), "with room for all of it, all is there");
}

#[test]
fn a_budget_too_small_for_the_signature_says_what_is_needed() {
    let error = ask(&["restock"], within(3)).expect_err("there is no room");
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
    let needed = error.to_string();
    let needed: usize = needed
        .split_once(": ")
        .and_then(|(_, rest)| rest.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| panic!("{needed}"));
    assert!(ask(&["restock"], within(needed - 1)).is_err());
    let found = ask(&["restock"], within(needed)).expect("it is what was asked for");
    assert!(found.text.contains("pub fn restock(store: &mut Memory, name: &str) -> u32;"), "{}", found.text);
    assert_eq!(found.targets[0].note.as_deref(), Some(NO_ROOM));
}

#[test]
fn each_level_says_more_than_the_one_before() {
    let tokens: Vec<usize> = Level::ALL
        .iter()
        .map(|&level| ask(&["restock"], ContextConfig { level, ..within(1_000) }).map_or(0, |found| found.tokens))
        .collect();
    assert!(tokens.is_sorted_by(|a, b| a < b), "{tokens:?}");
    let at = |level| ask(&["restock"], ContextConfig { level, ..within(1_000) }).map(|found| found.text);
    let edges = at(Level::Edges).expect("there is room");
    assert!(edges.contains("## Context\n\n- main::step\n- main::Item\n- main::store::Memory\n"), "{edges}");
    let signatures = at(Level::Signatures).expect("there is room");
    assert!(signatures.contains("pub struct Item { … }\n") && !signatures.contains("step() });"), "{signatures}");
}

#[test]
fn a_type_a_trait_a_module_and_a_file_can_be_targets() {
    let text = |name: &str| ask(&[name], within(1_000)).map(|found| found.text).unwrap_or_default();
    assert!(text("Memory").contains("pub struct Memory { counts: Vec<Item> }\n```\n"), "{}", text("Memory"));
    assert!(text("Memory").contains("impl Store for Memory {\n"), "{}", text("Memory"));
    assert!(text("Store").contains("fn put(&mut self, item: Item); }\n```\n"), "{}", text("Store"));
    let module = text("store");
    assert!(module.starts_with("# main::store\n\nmodule, src/lib.rs:1\n\n## Context\n"), "{module}");
    for part in ["pub trait Store {\n    fn count", "fn hidden(&self);", "impl Store for Memory {"] {
        assert!(module.contains(part), "no {part:?} in\n{module}");
    }
    assert_eq!(text("src/store.rs"), module);
    assert_eq!(text("store.rs"), module);
}

#[test]
fn several_targets_share_one_context() {
    let found = ask(&["restock", "step", "restock"], within(1_000)).expect("there is room");
    assert_eq!(found.targets.len(), 2);
    assert!(!paths(&found.items).contains(&"main::step"), "a target is not shown twice");
}

#[test]
fn what_was_edited_since_is_not_shown_for_what_was_indexed() {
    let graph = index(&sources(), &IndexConfig::default());
    let target = graph.find("restock").expect("it is there");
    let edited = SourceSet::from_files([("src/lib.rs", LIB.replace("step()", "stop()"))]);
    let found = context(&graph, &[target], &within(1_000), &Words, &edited).expect("there is room");
    assert_eq!((found.targets[0].with_body, found.targets[0].note.as_deref()), (false, Some(CHANGED)));
    let found = context(&graph, &[target], &within(1_000), &Words, &NoTexts).expect("there is room");
    assert_eq!(found.targets[0].note.as_deref(), Some(NO_TEXT));
    assert!(context(&graph, &[], &within(1_000), &Words, &NoTexts).is_err());
    assert!(context(&graph, &[SymbolId(u32::MAX)], &within(1_000), &Words, &NoTexts).is_err());
}

#[test]
fn a_map_shows_crates_modules_and_what_most_leans_on() {
    let sources = sources();
    let graph = index(&sources, &IndexConfig::default());
    let whole = map(&graph, 1_000, &Words).expect("there is room");
    for part in [
        "# Map\n\n2 files, 26 lines, ",
        "- main (src/lib.rs): 1 module, 13 items, main at line 10\n",
        "## Modules\n\n- main::store\n",
        "pub trait Store {\n    fn count(&self, name: &str) -> u32;\n    fn put(&mut self, item: Item);\n}\n",
        "impl Memory {\n    pub fn open() -> Self;\n",
    ] {
        assert!(whole.text.contains(part), "no {part:?} in\n{}", whole.text);
    }
    assert!(!whole.text.contains("restocks"), "no tests: {}", whole.text);
    assert_eq!(whole.left_out, 0);
    for budget in 0..=whole.tokens {
        match map(&graph, budget, &Words) {
            Ok(found) => {
                assert!(found.tokens <= budget && found.tokens == Words.count(&found.text), "{budget}");
                assert_eq!(found.items.len() + found.left_out, whole.items.len());
            }
            Err(error) => assert!(error.to_string().contains("are needed"), "{error}"),
        }
    }
    let small = map(&graph, 75, &Words).expect("there is room for some");
    assert!(small.left_out > 0 && !small.items.is_empty(), "{}", small.text);
    assert_eq!(map(&crate::Graph::default(), 100, &Words).map(|map| map.items.len()).ok(), Some(0));
}

#[test]
fn a_diff_means_the_innermost_items_that_it_changes() {
    let sources = sources();
    let graph = index(&sources, &IndexConfig::default());
    let changed = |diff: &str| {
        let changes = changed_lines(diff);
        let (symbols, unknown) = changed_symbols(&graph, &changes, &sources);
        let paths: Vec<String> = symbols.into_iter().map(|id| graph.path(id).to_owned()).collect();
        (paths, unknown.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let none: Vec<String> = Vec::new();
    let body = "--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -5,1 +5,1 @@\n-x\n+y\n";
    assert_eq!(changed(body), (vec!["main::restock".to_owned()], none.clone()));
    let docs = "+++ b/src/lib.rs\n@@ -3,0 +3,1 @@\n+/// Adds one.\n";
    assert_eq!(changed(docs), (vec!["main::restock".to_owned()], none.clone()));
    let method = "+++ b/src/store.rs\n@@ -6,0 +6,2 @@\n+x\n+y\n";
    let both = ["main::store::<Memory as Store>::count", "main::store::<Memory as Store>::put"];
    assert_eq!(changed(method), (both.map(str::to_owned).to_vec(), none.clone()));
    let elsewhere = "+++ b/src/other.rs\n@@ -1 +1 @@\n+x\n";
    assert_eq!(changed(elsewhere), (none, vec!["src/other.rs".to_owned()]));
}
