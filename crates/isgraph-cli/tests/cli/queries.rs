//! Questions and their answers.

use serde_json::{Value, json};

use crate::harness::{Project, paths, run_in};

#[test]
fn a_missing_symbol_suggests_the_nearest_names() {
    let project = Project::indexed("inventory");
    project.run(&["query", "callers", "restok"]).exits(3).complains("restok").complains("inventory::restock");
    let error = project.run(&["query", "blast-radius", "Memry::open", "--json"]).exits(3).json_error();
    assert_eq!(error["code"], "SYMBOL_NOT_FOUND", "{error}");
    assert!(error["message"].as_str().is_some_and(|message| message.contains("Memry::open")), "{error}");
    let suggestions = error["suggestions"].as_array().expect("suggestions are a list");
    assert!(suggestions.contains(&"inventory::store::Memory::open".into()), "{error}");
}

#[test]
fn places_are_relative_to_where_the_reader_is() {
    let project = Project::indexed("inventory");
    project.run(&["query", "search", "restock"]).exits(0).says(" src/lib.rs:15");
    run_in(&project.join("src"), &["query", "search", "restock"]).exits(0).says(" ../src/lib.rs:15");
}

#[test]
fn a_stored_index_answers_as_a_fresh_one() {
    let project = Project::indexed("inventory");
    for arguments in [&["export"][..], &["stats", "--json"], &["query", "blast-radius", "Item", "--json"]] {
        let stored = project.run(arguments).exits(0).stdout;
        let fresh: Vec<&str> = arguments.iter().copied().chain(["--dir", "."]).collect();
        assert_eq!(stored, project.run(&fresh).exits(0).stdout, "{arguments:?}");
    }
}

/// The answer to `isgraph query ARGUMENTS… --json`.
#[track_caller]
fn ask(project: &Project, arguments: &[&str]) -> Value {
    project.run(&[&["query"], arguments, &["--json"]].concat()).exits(0).json()
}

#[test]
fn every_answer_has_the_same_envelope() {
    let project = Project::indexed("inventory");
    let queries: &[(&[&str], &[&str])] = &[
        (&["what-implements", "Store"], &[]),
        (&["implementations-of", "Memory"], &[]),
        (&["callers", "restock"], &["unresolved_candidates", "unresolved_sites"]),
        (&["callees", "restock"], &["unresolved_sites"]),
        (
            &["blast-radius", "Summary"],
            &[
                "crates",
                "files",
                "modules",
                "test_filter",
                "test_total",
                "tests",
                "unresolved_candidates",
                "unresolved_sites",
            ],
        ),
        (&["find-cycles"], &["level"]),
        (&["path", "main", "Memory::summary"], &["found", "to"]),
        (&["search", "open"], &[]),
        (&["unresolved"], &[]),
    ];
    for (arguments, own) in queries {
        let answer = ask(&project, arguments);
        assert_eq!(answer["query"], arguments[0]);
        let shared = ["complete", "depth_limited", "query", "results", "target", "total", "truncated"];
        let mut expected = [&shared[..], own].concat();
        expected.sort_unstable();
        let keys: Vec<&str> = answer.as_object().expect("an answer is an object").keys().map(String::as_str).collect();
        assert_eq!(keys, expected, "{arguments:?}");
        let results = answer["results"].as_array().expect("results are a list");
        // Every call of the project is resolved: what is not is in a test of its own.
        assert_eq!(results.is_empty(), arguments[0] == "unresolved", "{arguments:?}: {answer}");
        assert_eq!(answer["total"], results.len(), "{answer}");
        assert_eq!((&answer["truncated"], &answer["complete"]), (&json!(false), &json!(true)), "{answer}");
    }
}

#[test]
fn callers_say_where_and_why() {
    let project = Project::indexed("inventory");
    let mut answer = ask(&project, &["callers", "is_odd"]);
    assert_eq!(paths(&answer), ["inventory::is_even"]);
    // Numbers of symbols may change with what else the graph holds.
    let (target, caller) = (answer["target"]["id"].take(), answer["results"][0]["symbol"]["id"].take());
    let call = &mut answer["results"][0];
    assert_eq!(call["toward"].take(), target);
    assert_eq!((call["sites"][0]["from"].take(), call["sites"][0]["to"].take()), (caller, target));
    let expected = json!({
        "query": "callers",
        "target": {"id": null, "kind": "function", "path": "inventory::is_odd", "file": "src/lib.rs", "line": 25},
        "results": [{
            "symbol": {"id": null, "kind": "function", "path": "inventory::is_even", "file": "src/lib.rs", "line": 21},
            "depth": 1,
            "toward": null,
            "sites": [{
                "from": null, "to": null, "kind": "calls", "file": "src/lib.rs", "line": 22, "column": 31,
                "confidence": "high", "reason": "path",
            }],
        }],
        "total": 1,
        "truncated": false,
        "depth_limited": true,
        "complete": true,
        "unresolved_sites": 0,
        "unresolved_candidates": 0,
    });
    assert_eq!(answer, expected);
}

#[test]
fn implementors_are_found_both_ways() {
    let project = Project::indexed("inventory");
    let answer = ask(&project, &["what-implements", "Store"]);
    let mut types = paths(&answer);
    types.sort_unstable();
    assert_eq!(types, ["inventory::store::Ledger", "inventory::store::Memory"]);
    let answer = ask(&project, &["implementations-of", "Ledger"]);
    assert_eq!(paths(&answer), ["inventory::store::Store"]);
    project.run(&["query", "what-implements", "Store"]).exits(0).says("2 implementors").says("src/store.rs:34");
}

#[test]
fn depth_follows_calls_and_says_when_there_is_more() {
    let project = Project::indexed("inventory");
    let near = ask(&project, &["callers", "Memory::summary"]);
    assert!(!paths(&near).contains(&"inventory::main"), "{near}");
    assert_eq!(near["depth_limited"], true);
    let far = ask(&project, &["callers", "Memory::summary", "--depth", "2"]);
    let main =
        far["results"].as_array().and_then(|all| all.iter().find(|one| one["symbol"]["path"] == "inventory::main"));
    assert_eq!(main.map(|one| &one["depth"]), Some(&json!(2)), "{far}");
    project.run(&["query", "callers", "Memory::summary"]).exits(0).says("--depth 0");
}

#[test]
fn a_limit_cuts_and_counts() {
    let project = Project::indexed("inventory");
    let all = ask(&project, &["blast-radius", "Item", "--limit", "0"]);
    let total = all["total"].as_u64().expect("a count");
    assert!(total > 2, "{all}");
    let two = ask(&project, &["blast-radius", "Item", "--limit", "2"]);
    assert_eq!((&two["total"], &two["truncated"]), (&json!(total), &json!(true)));
    assert_eq!(paths(&two), paths(&all)[..2]);
    let rest = format!("… and {} more; --limit 0", total - 2);
    project.run(&["query", "blast-radius", "Item", "--limit", "2"]).exits(0).says(&rest);
}

#[test]
fn a_query_without_time_says_that_it_did_not_end() {
    let project = Project::indexed("inventory");
    let answer = ask(&project, &["blast-radius", "Item", "--timeout-ms", "0"]);
    assert_eq!(answer["complete"], false, "{answer}");
    project.run(&["query", "blast-radius", "Item", "--timeout-ms", "0"]).exits(0).says("time was up");
    let answer = ask(&project, &["blast-radius", "Item", "--timeout-ms", "60000"]);
    assert_eq!(answer["complete"], true, "{answer}");
}

#[test]
fn an_ambiguous_symbol_lists_its_candidates() {
    let project = Project::indexed("inventory");
    project
        .run(&["query", "callers", "open"])
        .exits(3)
        .complains("2 symbols")
        .complains("inventory::store::Memory::open  method  src/store.rs:24")
        .complains("inventory::store::Ledger::open  method  src/store.rs:51");
    let error = project.run(&["query", "callers", "open", "--json"]).exits(3).json_error();
    assert_eq!(error["code"], "AMBIGUOUS_SYMBOL", "{error}");
    assert_eq!(error["suggestions"].as_array().map(Vec::len), Some(2), "{error}");
    let by_place = ask(&project, &["callers", "open@src/store.rs:24"]);
    assert_eq!(by_place["target"]["path"], "inventory::store::Memory::open");
    let by_path = ask(&project, &["callers", "Memory::open"]);
    assert_eq!(by_path, by_place);
}

#[test]
fn an_empty_answer_is_an_answer() {
    let project = Project::indexed("inventory");
    project.run(&["query", "callers", "inventory::main"]).exits(0).says("no callers of inventory::main");
    project.run(&["query", "search", "zeppelin"]).exits(0).says("no symbols for zeppelin");
    project.run(&["query", "find-cycles", "--level", "crates"]).exits(0).says("no cycles of crates");
    project.run(&["query", "path", "is_odd", "Memory::open"]).exits(0).says("no way from inventory::is_odd");
    assert_eq!(ask(&project, &["path", "is_odd", "Memory::open"])["found"], false);
    assert_eq!(ask(&project, &["search", "zeppelin"])["results"], json!([]));
}

#[test]
fn the_blast_radius_names_the_tests_to_run() {
    let project = Project::indexed("inventory");
    let answer = ask(&project, &["blast-radius", "restock", "--depth", "0"]);
    assert_eq!(answer["test_total"], 1, "{answer}");
    assert_eq!(answer["tests"][0]["path"], "inventory::restocks_one_at_a_time", "{answer}");
    let filter = answer["test_filter"].as_str().expect("a filter is a text");
    assert!(filter.contains("restocks_one_at_a_time"), "{filter}");
    project.run(&["query", "blast-radius", "restock"]).exits(0).says("cargo nextest run -E '").says(filter);
}

#[test]
fn cycles_are_found_at_their_level() {
    let project = Project::indexed("inventory");
    let symbols = ask(&project, &["find-cycles"]);
    let members = |answer: &Value| -> Vec<String> {
        let members = answer["results"][0]["members"].as_array().expect("a cycle has members");
        members.iter().map(|member| member["path"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(members(&symbols), ["inventory::is_even", "inventory::is_odd"]);
    let modules = ask(&project, &["find-cycles", "--level", "modules"]);
    assert!(members(&modules).contains(&"inventory::report".to_owned()), "{modules}");
    assert_eq!(modules["level"], "modules");
}

#[test]
fn search_keeps_to_the_kinds_asked_for() {
    let project = Project::indexed("inventory");
    let methods = ask(&project, &["search", "count", "--kind", "method"]);
    assert!(methods["total"].as_u64().is_some_and(|total| total > 0), "{methods}");
    assert!(methods["results"].as_array().is_some_and(|all| all.iter().all(|one| one["symbol"]["kind"] == "method")));
    let both = ask(&project, &["search", "count", "--kind", "method,field"]);
    assert!(both["total"].as_u64() > methods["total"].as_u64(), "{both}");
}

#[test]
fn unresolved_places_are_listed_by_name() {
    let project = Project::of(&[(
        "src/lib.rs",
        "pub struct A;\nimpl A { pub fn go(&self) {} }\npub struct B;\nimpl B { pub fn go(&self) {} }\n\
         pub fn unknown() { elsewhere::make().go(); elsewhere::make().stop(); }\n",
    )]);
    project.run(&["index", "--quiet"]).exits(0);
    let answer = ask(&project, &["unresolved", "go"]);
    assert_eq!(answer["total"], 1, "{answer}");
    assert_eq!(answer["results"][0]["line"], 5, "{answer}");
    assert_eq!(answer["results"][0]["candidate_count"], 2, "{answer}");
    assert_eq!(ask(&project, &["unresolved", "A::go"])["results"], answer["results"]);
    let every = ask(&project, &["unresolved"]);
    assert!(every["total"].as_u64() > Some(1), "{every}");
    project.run(&["query", "callers", "A::go"]).exits(0).says("1 unresolved site may call it").says("unresolved go");
}
