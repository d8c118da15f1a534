//! `isgraph generate-context`.

use crate::harness::{Project, run_with_input};

#[test]
fn a_context_has_the_target_and_what_is_around_it() {
    let project = Project::indexed("inventory");
    let run = project.run(&["generate-context", "restock"]).exits(0);
    let run = run.says("# inventory::restock\n").says("pub fn restock(").says("pub trait Store {").says("## Callers");
    let run = run.complains("of 4,000 tokens (o200k_base)");
    assert_eq!(project.run(&["context", "restock"]).exits(0).stdout, run.stdout, "the alias is the same");
    assert_eq!(project.run(&["context", "restock", "--dir", "."]).exits(0).stdout, run.stdout, "so is a fresh index");
    assert_eq!(project.run(&["context", "restock", "--quiet"]).exits(0).stderr, "");
}

#[test]
fn programs_get_the_text_with_what_is_in_it() {
    let project = Project::indexed("inventory");
    for tokenizer in ["o200k_base", "cl100k_base"] {
        let answer = project.run(&["context", "restock", "--budget", "150", "--tokenizer", tokenizer, "--json"]).json();
        let tokens = answer["tokens"].as_u64().expect("a number");
        assert!(tokens <= 150 && tokens > 60, "{answer}");
        assert_eq!(answer["tokenizer"], tokenizer);
        assert_eq!(answer["targets"][0]["symbol"]["path"], "inventory::restock");
        let left_out = answer["left_out"].as_array().expect("a list");
        assert!(!left_out.is_empty() && left_out.iter().all(|item| item["tokens"].as_u64() > Some(0)), "{answer}");
        assert!(answer["text"].as_str().is_some_and(|text| text.contains("Left out: ")), "{answer}");
    }
}

#[test]
fn a_budget_too_small_says_what_is_needed() {
    let project = Project::indexed("inventory");
    let error = project.run(&["context", "restock", "--budget", "5", "--json"]).exits(2).json_error();
    assert_eq!(error["code"], "INVALID_ARGUMENT");
    assert!(error["message"].as_str().is_some_and(|message| message.contains("are needed (o200k_base)")), "{error}");
}

#[test]
fn an_estimate_names_every_level() {
    let project = Project::indexed("inventory");
    let answer = project.run(&["context", "restock", "--estimate", "--json"]).json();
    let levels = answer["levels"].as_array().expect("a list");
    let words: Vec<&str> = levels.iter().filter_map(|level| level["level"].as_str()).collect();
    assert_eq!(words, ["edges", "signatures", "types", "bodies"]);
    let whole = project.run(&["context", "restock", "--json"]).json();
    assert_eq!(levels[3]["tokens"], whole["tokens"]);
    project.run(&["context", "restock", "--estimate"]).exits(0).says("level       tokens");
}

#[test]
fn what_a_diff_changes_is_a_target() {
    let project = Project::indexed("inventory");
    let diff = "--- a/src/store.rs\n+++ b/src/store.rs\n@@ -31,1 +31,1 @@\n-x\n+y\n";
    project.write("change.diff", diff);
    let from_file =
        project.run(&["context", "--diff", "change.diff"]).exits(0).says("# inventory::store::Memory::summary");
    let from_input = run_with_input(project.path(), &["context", "--diff", "-"], diff).exits(0);
    assert_eq!(from_file.stdout, from_input.stdout);
    project.write("empty.diff", "");
    project.run(&["context", "--diff", "empty.diff"]).exits(3).complains("changes no item");
    project.run(&["context", "--diff", "missing.diff"]).exits(4).complains("missing.diff");
    project.run(&["context"]).exits(2).complains("TARGET");
}

#[test]
fn an_edited_file_gives_no_stale_body() {
    let project = Project::indexed("inventory");
    let text = std::fs::read_to_string(project.join("src/lib.rs")).expect("it is readable");
    project.write("src/lib.rs", format!("// One line more.\n{text}"));
    let run =
        project.run(&["context", "restock"]).exits(0).says("pub fn restock(").complains("changed since it was indexed");
    assert!(!run.stdout.contains("store.put("), "{}", run.stdout);
}

#[test]
fn a_map_fits_its_budget() {
    let project = Project::indexed("inventory");
    let run = project.run(&["map"]).exits(0).says("- inventory (src/lib.rs): 2 modules").says("pub trait Store {");
    run.complains("of 2,000 tokens (o200k_base)");
    let map = project.run(&["map", "--budget", "120", "--json"]).json();
    assert!(map["tokens"].as_u64().is_some_and(|tokens| tokens <= 120) && map["left_out"].as_u64() > Some(0), "{map}");
    assert_eq!(map["crates"][1]["entry_point"]["path"], "inventory::main");
    project.run(&["map", "--budget", "3"]).exits(2).complains("are needed");
}

#[test]
fn a_dump_has_its_texts_too() {
    let project = Project::of(&[("dump.txt", "FILE: src/lib.rs\npub fn a() { b() }\nfn b() {}\n")]);
    project.run(&["ingest", "dump.txt", "--quiet"]).exits(0);
    project.write("below/here.txt", "");
    let run = crate::harness::run_in(&project.join("below"), &["context", "a"]).exits(0);
    run.says("pub fn a() { b() }\n").says("fn b();\n");
}
