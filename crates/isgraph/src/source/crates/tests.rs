//! Source sets written as text → the crates found, one line each.

use std::fmt::Write;

use proptest::prelude::*;

use super::crates_of;
use crate::source::SourceSet;

/// Reads a fixture of `//- path` headers and texts.
fn sources(fixture: &str) -> SourceSet {
    let files = fixture.split("//- ").skip(1).map(|file| {
        let (path, text) = file.split_once('\n').unwrap_or((file, ""));
        (path.trim(), text)
    });
    SourceSet::from_files(files)
}

/// Renders crates as `number kind name edition root: name=number name=? …`, then the diagnostics.
fn render(fixture: &str) -> String {
    let list = crates_of(&sources(fixture));
    let mut text = String::new();
    for (number, spec) in list.crates.iter().enumerate() {
        let _ = write!(text, "{number} {:?} {} {:?} {}:", spec.kind, spec.name, spec.edition, spec.root);
        for (name, library) in &spec.dependencies {
            let _ = match library {
                Some(library) => write!(text, " {name}={library}"),
                None => write!(text, " {name}=?"),
            };
            assert!(library.is_none_or(|library| library < number), "a dependency comes first:\n{text}");
        }
        text.push('\n');
    }
    for diagnostic in &list.diagnostics {
        let _ = writeln!(text, "{} {}:{}: {}", diagnostic.code, diagnostic.file, diagnostic.line, diagnostic.message);
    }
    text
}

#[track_caller]
fn check(fixture: &str, expected: &str) {
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let rendered = render(fixture);
    let found: Vec<&str> = rendered.lines().collect();
    assert_eq!(found, expected, "\n{rendered}");
}

#[test]
fn a_package_has_its_discovered_targets() {
    check(
        "//- Cargo.toml
[package]
name = \"my-tool\"
edition = \"2021\"
[dependencies]
serde = \"1\"
[dev-dependencies]
proptest = \"1\"
[build-dependencies]
cc = \"1\"
//- build.rs
//- src/lib.rs
//- src/main.rs
//- src/bin/extra.rs
//- src/bin/multi/main.rs
//- src/bin/multi/helper.rs
//- tests/a.rs
//- tests/b/main.rs
//- tests/common/mod.rs
//- examples/show.rs
//- benches/speed.rs
",
        "0 BuildScript build_script_build E2021 build.rs: cc=?
         1 Lib my_tool E2021 src/lib.rs: proptest=? serde=?
         2 Bench speed E2021 benches/speed.rs: my_tool=1 proptest=? serde=?
         3 Example show E2021 examples/show.rs: my_tool=1 proptest=? serde=?
         4 Bin extra E2021 src/bin/extra.rs: my_tool=1 proptest=? serde=?
         5 Bin multi E2021 src/bin/multi/main.rs: my_tool=1 proptest=? serde=?
         6 Bin my_tool E2021 src/main.rs: my_tool=1 proptest=? serde=?
         7 Test a E2021 tests/a.rs: my_tool=1 proptest=? serde=?
         8 Test b E2021 tests/b/main.rs: my_tool=1 proptest=? serde=?",
    );
}

#[test]
fn declared_targets_win_over_discovered_ones() {
    check(
        "//- Cargo.toml
[package]
name = \"p\"
edition = \"2018\"
build = \"make/build.rs\"
autotests = false
[lib]
name = \"renamed\"
path = \"code/root.rs\"
proc-macro = true
[[bin]]
name = \"tool\"
path = \"src/main.rs\"
edition = \"2024\"
[[bin]]
name = \"other\"
[[test]]
name = \"one\"
[[example]]
name = \"gone\"
//- make/build.rs
//- build.rs
//- code/root.rs
//- src/lib.rs
//- src/main.rs
//- src/bin/other.rs
//- src/bin/third.rs
//- tests/one.rs
//- tests/two.rs
",
        "0 ProcMacro renamed E2018 code/root.rs:
         1 BuildScript build_script_build E2018 make/build.rs:
         2 Bin other E2018 src/bin/other.rs: renamed=0
         3 Bin third E2018 src/bin/third.rs: renamed=0
         4 Bin tool E2024 src/main.rs: renamed=0
         5 Test one E2018 tests/one.rs: renamed=0
         MANIFEST Cargo.toml:18: the root file of `gone` is not in the source set",
    );
}

#[test]
fn no_edition_is_2015_and_declaring_turns_discovery_off() {
    check(
        "//- Cargo.toml
[package]
name = \"old\"
[[bin]]
name = \"one\"
path = \"src/one.rs\"
//- src/old.rs
//- src/one.rs
//- src/main.rs
//- src/lib.rs
//- tests/t.rs
",
        "0 Lib old E2015 src/lib.rs:
         1 Bin one E2015 src/one.rs: old=0
         2 Test t E2015 tests/t.rs: old=0",
    );
}

#[test]
fn a_virtual_workspace_gives_editions_paths_and_renames() {
    check(
        "//- Cargo.toml
[workspace]
members = [\"crates/*\", \"tools/gone\"]
exclude = [\"crates/out\"]
[workspace.package]
edition = \"2024\"
[workspace.dependencies]
base = { path = \"crates/base\" }
nick = { path = \"crates/base\", package = \"base\" }
serde = \"1\"
//- crates/app/Cargo.toml
[package]
name = \"app\"
edition.workspace = true
[dependencies]
base.workspace = true
serde = { workspace = true }
missing.workspace = true
[target.'cfg(unix)'.dependencies]
side = { path = \"../../side\" }
//- crates/app/src/main.rs
//- crates/base/Cargo.toml
[package]
name = \"base\"
edition = { workspace = true }
[lib]
name = \"base_lib\"
//- crates/base/src/lib.rs
//- crates/zed/Cargo.toml
[package]
name = \"zed\"
edition.workspace = true
[dependencies]
nick.workspace = true
//- crates/zed/src/lib.rs
//- side/Cargo.toml
[package]
name = \"side\"
edition = \"2021\"
//- side/src/lib.rs
",
        "0 Lib base_lib E2024 crates/base/src/lib.rs:
         1 Lib zed E2024 crates/zed/src/lib.rs: nick=0
         2 Lib side E2021 side/src/lib.rs:
         3 Bin app E2024 crates/app/src/main.rs: base_lib=0 missing=? serde=? side=2
         MANIFEST Cargo.toml:2: workspace member `tools/gone` has no Cargo.toml in the source set
         MANIFEST crates/app/Cargo.toml:7: no workspace here gives the inherited dependency `missing`",
    );
}

#[test]
fn published_packages_find_each_other_by_name_and_version() {
    check(
        "//- one-1.2.0/Cargo.toml
[package]
name = \"one\"
version = \"1.2.0\"
edition = \"2021\"
//- one-1.2.0/src/lib.rs
//- one-2.0.0/Cargo.toml
[package]
name = \"one\"
version = \"2.0.0\"
edition = \"2021\"
//- one-2.0.0/src/lib.rs
//- two/Cargo.toml
[package]
name = \"two\"
version = \"0.1.0\"
edition = \"2021\"
[dependencies.one]
version = \"1.1\"
[dependencies.new-one]
version = \"2\"
package = \"one\"
[dependencies.far]
version = \"3\"
package = \"one\"
[dependencies.forked]
git = \"https://example.org/one\"
package = \"one\"
//- two/src/lib.rs
",
        "0 Lib one E2021 one-1.2.0/src/lib.rs:
         1 Lib one E2021 one-2.0.0/src/lib.rs:
         2 Lib two E2021 two/src/lib.rs: far=? forked=? new_one=1 one=0",
    );
}

#[test]
fn dev_dependencies_may_turn_back_without_breaking_the_order() {
    check(
        "//- core/Cargo.toml
[package]
name = \"core-x\"
edition = \"2021\"
[dev-dependencies]
helper = { path = \"../helper\" }
util = { path = \"../util\" }
core-x = { path = \".\" }
//- core/src/lib.rs
//- core/tests/t.rs
//- helper/Cargo.toml
[package]
name = \"helper\"
edition = \"2021\"
[dependencies]
core-x = { path = \"../core\" }
//- helper/src/lib.rs
//- util/Cargo.toml
[package]
name = \"util\"
edition = \"2021\"
//- util/src/lib.rs
",
        "0 Lib util E2021 util/src/lib.rs:
         1 Lib core_x E2021 core/src/lib.rs: core_x=? helper=? util=0
         2 Lib helper E2021 helper/src/lib.rs: core_x=1
         3 Test t E2021 core/tests/t.rs: core_x=1 helper=2 util=0",
    );
}

#[test]
fn a_cycle_of_dependencies_is_cut() {
    check(
        "//- a/Cargo.toml
[package]
name = \"a\"
edition = \"2021\"
[dependencies]
b = { path = \"../b\" }
//- a/src/lib.rs
//- b/Cargo.toml
[package]
name = \"b\"
edition = \"2021\"
[dependencies]
a = { path = \"../a\" }
//- b/src/lib.rs
",
        "0 Lib b E2021 b/src/lib.rs: a=?
         1 Lib a E2021 a/src/lib.rs: b=0
         MANIFEST b/Cargo.toml:0: the dependency on `a` closes a cycle; it is read as external",
    );
}

#[test]
fn without_a_manifest_roots_are_inferred() {
    check(
        "//- my-dir/src/lib.rs
//- my-dir/src/main.rs
//- my-dir/src/tests/mod.rs
//- my-dir/src/tests/a.rs
//- my-dir/src/build.rs
//- my-dir/tests/t.rs
//- my-dir/tests/fixtures/one/src/lib.rs
//- my-dir/build.rs
//- flat/lib.rs
//- flat/inner/main.rs
//- lone/src/bin/multi/main.rs
",
        "0 Lib flat E2021 flat/lib.rs:
         1 Bin multi E2021 lone/src/bin/multi/main.rs:
         2 BuildScript build_script_build E2021 my-dir/build.rs:
         3 Lib my_dir E2021 my-dir/src/lib.rs:
         4 Bin my_dir E2021 my-dir/src/main.rs: my_dir=3
         5 Lib one E2021 my-dir/tests/fixtures/one/src/lib.rs:
         6 Test t E2021 my-dir/tests/t.rs: my_dir=3",
    );
    check("//- src/lib.rs\n//- src/a.rs\n", "0 Lib main E2021 src/lib.rs:");
    check("//- lib.rs\n//- a/mod.rs\n", "0 Lib main E2021 lib.rs:");
}

#[test]
fn files_in_no_layout_are_crates_unless_their_place_makes_them_modules() {
    check(
        "//- a.rs\n//- a/inner.rs\n//- b.rs\n//- c/mod.rs\n//- c/deep.rs\n//- d/e.rs\n",
        "0 Lib a E2021 a.rs:
         1 Lib b E2021 b.rs:
         2 Lib e E2021 d/e.rs:",
    );
    check("//- only/mod.rs\n//- only/part.rs\n", "0 Lib only E2021 only/mod.rs:");
}

#[test]
fn a_broken_manifest_costs_its_broken_part() {
    check(
        "//- one/Cargo.toml
[package]
name = \"one\"
edition = \"2018
[dependencies]
two = { path = \"../two\" }
//- one/src/lib.rs
//- two/Cargo.toml
[pack
//- two/src/lib.rs
//- three/Cargo.toml
[package]
name = 3
edition = \"2099\"
[dependencies]
x = 1
//- three/src/lib.rs
",
        "0 Lib three E2024 three/src/lib.rs:
         1 Lib two E2021 two/src/lib.rs:
         2 Lib one E2018 one/src/lib.rs: two=1
         MANIFEST one/Cargo.toml:3: invalid basic string, expected `\"`
         MANIFEST three/Cargo.toml:0: [package] has no name; the directory's is taken
         MANIFEST three/Cargo.toml:2: `name` should be a string, not integer
         MANIFEST three/Cargo.toml:3: edition `2099` is not known; reading it as 2024
         MANIFEST three/Cargo.toml:5: `x` should be a version or a table, not integer
         MANIFEST two/Cargo.toml:0: neither [package] nor [workspace] here; crates are inferred from the file names
         MANIFEST two/Cargo.toml:1: unclosed table, expected `]`",
    );
}

#[test]
fn without_manifests_crates_are_linked_by_the_names_in_their_code() {
    check(
        "//- a/src/lib.rs
use zed::Z; // b::is_only_in_a_comment
//- b/src/lib.rs
mod inner;
//- b/src/inner.rs
fn f() { a::g() }
//- zed/src/lib.rs
//- zed/src/main.rs
use zed::Z;
//- app/main.rs
extern crate b;
",
        "0 Lib zed E2021 zed/src/lib.rs:
         1 Lib a E2021 a/src/lib.rs: zed=0
         2 Lib b E2021 b/src/lib.rs: a=1
         3 Bin app E2021 app/main.rs: b=2
         4 Bin zed E2021 zed/src/main.rs: zed=0",
    );
}

#[test]
fn loose_files_that_others_declare_are_modules() {
    check(
        "//- a.rs
mod b;
//- b.rs
pub mod c;
//- c.rs
//- b/c.rs
//- d.rs
",
        "0 Lib a E2021 a.rs:
         1 Lib d E2021 d.rs:",
    );
    check("//- x.rs\nmod y;\n//- y.rs\nmod x;\n", "0 Lib x E2021 x.rs:");
}

#[test]
fn hostile_manifests_are_read_in_bounds() {
    let depth = 200_000;
    let hostile = [
        format!("a = {}", "[".repeat(depth)),
        format!("a = {}", "{a=".repeat(depth)),
        format!("[{}a]", "a.".repeat(depth)),
        format!("{}a = 1", "a.".repeat(depth)),
        format!("[dependencies]\n{}a.path = '.'", "a.".repeat(depth)),
        format!("[workspace]\nmembers = ['{}']", "*a".repeat(depth)),
        format!("[workspace]\nmembers = ['{}']", "**/".repeat(100)),
        "[[bin]]\n".repeat(20_000),
    ];
    for text in hostile {
        let files = [
            ("Cargo.toml", text.as_str()),
            ("src/lib.rs", ""),
            ("aaaaaaaaaaaaaaaaaaa/Cargo.toml", "[package]\nname='a'"),
        ];
        let list = crates_of(&SourceSet::from_files(files));
        assert!(!list.diagnostics.is_empty() || !list.crates.is_empty());
    }
}

#[test]
fn packages_of_the_set_switch_features_of_each_other_on() {
    let fixture = "//- Cargo.toml
[workspace]
[workspace.dependencies]
low = { path = \"low\", features = [\"from_root\"] }
//- low/Cargo.toml
[package]
name = \"low\"
edition = \"2021\"
[features]
from_root = []
from_member = [\"implied\"]
implied = []
from_feature = []
off = []
//- low/src/lib.rs
//- mid/Cargo.toml
[package]
name = \"mid\"
edition = \"2021\"
[dependencies]
low = { workspace = true, features = [\"from_member\"] }
[features]
more = [\"low/from_feature\"]
//- mid/src/lib.rs
//- top/Cargo.toml
[package]
name = \"top\"
edition = \"2021\"
[dependencies]
mid = { path = \"../mid\", features = [\"more\"] }
//- top/src/lib.rs
";
    let list = crates_of(&sources(fixture));
    let features: Vec<_> = list.crates.iter().map(|spec| (spec.name.as_str(), spec.features.join(" "))).collect();
    let low = "from_feature from_member from_root implied".to_owned();
    assert_eq!(features, [("low", low), ("mid", "more".to_owned()), ("top", String::new())]);
}

fn manifest_line() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "[package]",
        "name = 'a'",
        "name = 'b'",
        "name = 'c'",
        "version = '1.0.0'",
        "edition = '2018'",
        "edition.workspace = true",
        "workspace = '..'",
        "[workspace]",
        "members = ['*', 'a']",
        "exclude = ['b']",
        "[lib]",
        "proc-macro = true",
        "path = 'src/x.rs'",
        "[[bin]]",
        "[[test]]",
        "[dependencies]",
        "[dev-dependencies]",
        "[build-dependencies]",
        "[workspace.dependencies]",
        "[target.'cfg(x)'.dependencies]",
        "a = '1'",
        "b = { path = '../b' }",
        "c.path = '../c'",
        "a = { package = 'c', path = '.' }",
        "b.workspace = true",
        "c = { git = 'x' }",
        "[features]",
        "default = ['a', 'dep:b', 'c?/d']",
        "= broken",
        "name = [",
        "'",
    ])
}

proptest! {
    #[test]
    fn any_set_has_ordered_crates_with_roots_in_it(
        manifests in prop::collection::btree_map(
            prop::sample::select(vec!["", "a/", "b/", "c/", "a/b/"]),
            prop::collection::vec(manifest_line(), 0..14),
            0..5,
        ),
        files in prop::collection::btree_set("((a|b|c|a/b)/)?(src/|tests/|src/bin/)?(lib|main|x|mod|build)\\.rs", 0..12),
    ) {
        let manifests = manifests.into_iter().map(|(place, lines)| (format!("{place}Cargo.toml"), lines.join("\n")));
        let files = files.into_iter().map(|path| (path, "mod x; use a::b; b::c::d();".to_owned()));
        let sources = SourceSet::from_files(manifests.chain(files));
        let list = crates_of(&sources);
        prop_assert_eq!(&list, &crates_of(&sources));
        let mut seen = std::collections::BTreeSet::new();
        for (number, spec) in list.crates.iter().enumerate() {
            prop_assert!(sources.files.contains_key(&spec.root));
            prop_assert!(seen.insert((&spec.root, spec.kind, spec.name.as_str())));
            prop_assert!(spec.dependencies.iter().all(|(_, library)| library.is_none_or(|library| library < number)));
            prop_assert!(spec.dependencies.is_sorted_by_key(|(name, _)| name.as_str()));
        }
        let has_rust = sources.files.keys().any(|path| path.ends_with(".rs"));
        prop_assert!(!list.crates.is_empty() || !has_rust);
    }
}
