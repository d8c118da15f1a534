//! Arguments, help and completions.

use crate::harness::Project;

const COMMANDS: &[&[&str]] = &[
    &["index"],
    &["ingest"],
    &["query"],
    &["query", "what-implements"],
    &["query", "implementations-of"],
    &["query", "callers"],
    &["query", "callees"],
    &["query", "blast-radius"],
    &["query", "find-cycles"],
    &["query", "path"],
    &["query", "search"],
    &["query", "hotspots"],
    &["query", "outline"],
    &["query", "unused"],
    &["query", "unresolved"],
    &["generate-context"],
    &["map"],
    &["export"],
    &["stats"],
    &["completions"],
];

#[test]
fn wrong_arguments_exit_with_2_and_name_the_mistake() {
    let empty = Project::of(&[]);
    let cases: &[(&[&str], &str)] = &[
        (&["inedx"], "index"),
        (&["index", "--nonsense"], "--nonsense"),
        (&["ingest"], "DUMP"),
        (&["query", "callers"], "TARGET"),
        (&["query", "path", "main"], "TO"),
        (&["query", "guess", "main"], "guess"),
        (&["query", "callers", "main", "--limit", "many"], "many"),
        (&["query", "callers", "main", "--depth", "-1"], "-1"),
        (&["query", "search", "main", "--kind", "gadget"], "function"),
        (&["query", "find-cycles", "--level", "galaxies"], "crates"),
        (&["query", "callers", "main", "--dir", ".", "--dump", "x"], "--dump"),
        (&["stats", "--format", "yaml"], "json"),
        (&["stats", "--quiet", "--verbose"], "--verbose"),
        (&["index", "--no-store", "--store", "x"], "--store"),
        (&["context", "main", "--level", "galaxies"], "signatures"),
        (&["context", "main", "--tokenizer", "gpt"], "cl100k_base"),
        (&["completions", "tcsh"], "fish"),
        (&["index", "a", "b"], "'b'"),
    ];
    for (arguments, hint) in cases {
        empty.run(arguments).exits(2).complains(hint);
    }
}

#[test]
fn wrong_arguments_are_an_object_for_programs() {
    let empty = Project::of(&[]);
    for arguments in [
        &["stats", "--jsn", "--json"][..],
        &["--format", "json", "stats", "--jsn"],
        &["--format=json", "stats", "--jsn"],
    ] {
        let run = empty.run(arguments).exits(2);
        let error = run.json_error();
        assert_eq!(error["code"], "INVALID_ARGUMENT", "{error}");
        assert!(error["message"].as_str().is_some_and(|message| message.contains("--jsn")), "{error}");
        assert_eq!(error["suggestions"][0], "--json", "{error}");
    }
}

#[test]
fn no_arguments_show_what_there_is() {
    Project::of(&[]).run(&[]).exits(2).complains("isgraph index");
}

#[test]
fn the_version_is_the_packages() {
    Project::of(&[]).run(&["--version"]).exits(0).says(concat!("isgraph ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_command_has_an_example_in_its_help() {
    let directory = Project::of(&[]);
    for command in COMMANDS {
        let arguments: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let example = format!("  isgraph {}", command.join(" "));
        directory.run(&arguments).exits(0).says("Examples:").says(&example);
    }
    directory.run(&["--help"]).exits(0).says("Exit codes:").says("isgraph query callers");
    directory.run(&["help", "query", "callers"]).exits(0).says("Examples:");
}

#[test]
fn every_shell_gets_completions_of_every_command() {
    let directory = Project::of(&[]);
    for (shell, mark) in [
        ("bash", "complete -F _isgraph"),
        ("zsh", "#compdef isgraph"),
        ("fish", "complete -c isgraph"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        directory.run(&["completions", shell]).exits(0).says(mark).says("blast-radius").says("no-store");
    }
}

#[test]
fn the_bash_completion_is_a_valid_script() {
    let directory = Project::of(&[]);
    let script = directory.run(&["completions", "bash"]).exits(0).stdout;
    directory.write("isgraph.bash", script);
    let Ok(checked) = std::process::Command::new("bash").arg("-n").arg(directory.join("isgraph.bash")).status() else {
        return;
    };
    assert!(checked.success());
}
