use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use isgraph::SourceSet;
use isgraph::source::dump::{DumpFormat, Dumps, FileStatus};
use isgraph_host::walk::{WalkOptions, read_directory};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dumps")
}

fn tree() -> SourceSet {
    read_directory(&directory().join("tree"), &WalkOptions::default(), &|_| {}).expect("the tree")
}

/// What a format does to every text.
type Change = fn(&str) -> Option<String>;

fn exact(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Both ends are trimmed; isgraph puts one line end back.
fn trimmed(text: &str) -> Option<String> {
    let text = text.trim();
    Some(if text.is_empty() { String::new() } else { format!("{text}\n") })
}

/// Every text ends with a line end.
fn ended(text: &str) -> Option<String> {
    Some(if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") })
}

/// Line ends of Windows are lost.
fn unix(text: &str) -> Option<String> {
    Some(text.replace("\r\n", "\n"))
}

fn without_empty(change: Change) -> impl Fn(&str) -> Option<String> {
    move |text| if text.is_empty() { None } else { change(text) }
}

#[track_caller]
fn read(names: &[&str], format: Option<DumpFormat>) -> SourceSet {
    let mut dumps = Dumps::new(format);
    for name in names {
        let bytes = std::fs::read(directory().join("made").join(name)).expect(name);
        dumps.add(bytes.as_slice(), name).expect(name);
    }
    dumps.finish()
}

/// The files of a dump, without the root's name where the tool puts it before every path.
fn files(sources: &SourceSet) -> BTreeMap<String, Arc<str>> {
    let below = |path: &String| path.strip_prefix("nasty/").unwrap_or(path).to_owned();
    sources.files.iter().map(|(path, text)| (below(path), Arc::clone(text))).collect()
}

/// Reads a dump and compares it, found out and forced, with the changed tree; and its graph with
/// that tree's.
#[track_caller]
fn check(name: &str, format: DumpFormat, change: impl Fn(&str) -> Option<String>, not_complete: &[(&str, FileStatus)]) {
    let expected: BTreeMap<String, Arc<str>> =
        tree().files.iter().filter_map(|(path, text)| Some((path.clone(), Arc::from(change(text)?)))).collect();
    for forced in [None, Some(format)] {
        let sources = read(&[name], forced);
        let report = sources.dump.clone().expect("a report");
        assert_eq!(report.dumps[0].format, format.as_str(), "{name}");
        let found = files(&sources);
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            expected.keys().collect::<Vec<_>>(),
            "{name}: {:#?}",
            sources.diagnostics
        );
        for (path, text) in &found {
            assert_eq!(**text, *expected[path], "{name}: {path}");
        }
        let notes: Vec<_> =
            report.notes.iter().map(|note| (note.path.trim_start_matches("nasty/"), note.status)).collect();
        assert_eq!(notes, not_complete, "{name}: {report:#?}");
        check_origins(name, &sources);
        let graph = |files: BTreeMap<String, Arc<str>>| {
            isgraph::index(&SourceSet { files, ..SourceSet::default() }, &isgraph::IndexConfig::default()).to_bytes()
        };
        assert!(graph(found) == graph(expected.clone()), "{name}: another graph");
    }
}

/// Every line of every file is in the dump's line that its origin says, behind a line number at most.
#[track_caller]
fn check_origins(name: &str, sources: &SourceSet) {
    let dump = std::fs::read_to_string(directory().join("made").join(name)).expect(name);
    let lines: Vec<&str> = dump.split('\n').collect();
    for (path, origin) in &sources.origins {
        for (number, line) in sources.files[path].lines().enumerate() {
            if origin.one_line || line.is_empty() || line.contains(['<', '>', '&', '"', '\'', '`']) {
                continue;
            }
            let at = origin.dump_line(u32::try_from(number).expect("a number") + 1) as usize - 1;
            assert!(lines[at].contains(line.trim_end()), "{name}: {path}:{}: {:?}", number + 1, lines[at]);
        }
    }
}

const FENCES: (&str, FileStatus) = ("src/fences.rs", FileStatus::Ambiguous);

#[test]
fn repomix_trims() {
    use DumpFormat as F;
    check("repomix.xml", F::RepomixXml, trimmed, &[]);
    check("repomix-git.xml", F::RepomixXml, trimmed, &[]);
    check("repomix-numbers.xml", F::RepomixXml, trimmed, &[]);
    check("repomix.txt", F::RepomixPlain, trimmed, &[]);
    check("repomix-git.txt", F::RepomixPlain, trimmed, &[]);
    check("repomix.md", F::RepomixMarkdown, trimmed, &[]);
    check("repomix-git.md", F::RepomixMarkdown, trimmed, &[]);
    check("repomix.json", F::RepomixJson, trimmed, &[]);
    check("repomix-parsable.xml", F::RepomixParsable, trimmed, &[]);
}

#[test]
fn repomix_of_2024_also_leaves_empty_files_out() {
    check("repomix-2024.xml", DumpFormat::RepomixXml2024, without_empty(trimmed), &[]);
    check("repomix-2024.txt", DumpFormat::RepomixPlain, without_empty(trimmed), &[]);
}

#[test]
fn gitingest_is_exact() {
    // Its program reads texts with universal line ends.
    check("gitingest.txt", DumpFormat::Gitingest, unix, &[]);
    // The version of 2024 puts one more line end before a directory that it leaves out.
    let before_assets = |text: &str| Some(unix(text)?.replace("edition = \"2024\"\n", "edition = \"2024\"\n\n"));
    check("gitingest-2024.txt", DumpFormat::Gitingest2024, before_assets, &[]);
}

#[test]
fn files_to_prompt_is_exact() {
    use DumpFormat as F;
    check("files-to-prompt.txt", F::FilesToPrompt, unix, &[]);
    check("files-to-prompt.xml", F::FilesToPromptXml, unix, &[]);
    check("files-to-prompt.md", F::FilesToPromptMarkdown, unix, &[]);
    let numbered = |text: &str| ended(&unix(text)?);
    check("files-to-prompt-numbers.txt", F::FilesToPrompt, numbered, &[]);
    check("files-to-prompt-numbers.md", F::FilesToPromptMarkdown, numbered, &[]);
}

#[test]
fn code2prompt_leaves_empty_files_out() {
    use DumpFormat as F;
    check("code2prompt.md", F::Code2promptMarkdown, without_empty(exact), &[FENCES]);
    check("code2prompt-numbers.md", F::Code2promptMarkdown, without_empty(|text| ended(&unix(text)?)), &[]);
    check("code2prompt-bare.md", F::Code2promptMarkdown, without_empty(exact), &[]);
    check("code2prompt.xml", F::Code2promptXml, without_empty(exact), &[]);
    check("code2prompt-cli.md", F::Code2promptMarkdown, without_empty(exact), &[FENCES]);
    check("code2prompt-cli.xml", F::Code2promptXml, without_empty(exact), &[]);
    check("code2prompt-cli-bare.xml", F::Code2promptXml, without_empty(exact), &[]);
    check("code2prompt-cli.json", F::Code2promptJson, without_empty(exact), &[]);
}

#[test]
fn codefetch_ends_every_text() {
    use DumpFormat as F;
    check("codefetch.md", F::Codefetch, ended, &[FENCES]);
    check("codefetch-numbers.md", F::Codefetch, ended, &[]);
    check("codefetch-sdk.md", F::CodefetchSdk, exact, &[FENCES]);
    check("codefetch-sdk-numbers.md", F::CodefetchSdk, exact, &[]);
}

#[test]
fn ai_digest_is_exact() {
    check("ai-digest.md", DumpFormat::AiDigest, exact, &[]);
}

#[test]
fn codebase_digest_is_exact() {
    check("codebase-digest.txt", DumpFormat::CodebaseDigest, unix, &[]);
}

#[test]
fn yek_is_exact() {
    check("yek.txt", DumpFormat::Yek, exact, &[]);
    check("yek-tree.txt", DumpFormat::Yek, exact, &[]);
    check("yek.json", DumpFormat::YekJson, exact, &[]);
    check("yek-numbers.txt", DumpFormat::Yek, |text| ended(&unix(text)?), &[]);
}

#[test]
fn parts_of_a_split_dump_are_one() {
    let sources = read(&["repomix-split.1.xml", "repomix-split.2.xml", "repomix-split.3.xml"], None);
    let expected: BTreeMap<_, _> = tree().files.iter().map(|(path, text)| (path.clone(), trimmed(text))).collect();
    let found: BTreeMap<_, _> =
        files(&sources).iter().map(|(path, text)| (path.clone(), Some(text.to_string()))).collect();
    assert_eq!(found, expected);
    let report = sources.dump.expect("a report");
    assert_eq!((report.dumps.len(), report.complete, report.notes.len()), (3, expected.len(), 0), "{report:#?}");
    assert!(sources.origins.values().any(|origin| origin.dump == 2));
}

#[test]
fn what_a_tool_cut_is_partial() {
    let compressed = read(&["repomix-compressed.xml"], None);
    let report = compressed.dump.expect("a report");
    assert_eq!((report.complete, report.partial), (0, compressed.files.len()), "{report:#?}");
    assert!(compressed.files["src/blank.rs"].starts_with("/// Blank lines"));
    assert!(!compressed.files.values().any(|text| text.contains("⋮----")));
    for (name, whole, cut) in [
        ("codefetch-truncated.md", "src/crlf.rs", "src/lib.rs"),
        ("codefetch-sdk-truncated.md", "src/crlf.rs", "src/headers.rs"),
    ] {
        let sources = read(&[name], None);
        let report = sources.dump.expect("a report");
        let status = |path: &str| report.notes.iter().find(|note| note.path == path).map(|note| note.status);
        assert_eq!((status(whole), status(cut)), (None, Some(FileStatus::Partial)), "{name}: {report:#?}");
        assert_eq!(*sources.files[whole], *tree().files[whole], "{name}");
        assert!(tree().files[cut].starts_with(sources.files[cut].trim_end()), "{name}: {}", sources.files[cut]);
    }
}
