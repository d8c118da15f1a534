//! The stored index outlives a process that is killed while it writes.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::harness::{Project, isgraph};

/// Enough code that indexing and storing take a while, even in a release build.
fn big_file(number: usize) -> String {
    let functions = (0..60).map(|n| format!("/// Number {n}.\npub fn f{number}_{n}(x: u32) -> u32 {{ x + {n} }}\n"));
    functions.collect()
}

#[test]
fn a_killed_index_leaves_the_last_one_whole() {
    let files = 60;
    let project =
        Project::of(&[("Cargo.toml", "[package]\nname = \"big\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")]);
    let modules: String = (0..files).map(|n| format!("pub mod m{n};\n")).collect();
    for number in 0..files {
        project.write(&format!("src/m{number}.rs"), big_file(number));
    }
    project.write("src/lib.rs", &modules);
    project.run(&["index", "--quiet"]).exits(0);
    let before = project.run(&["export"]).exits(0).stdout;

    // The next index differs, so old and new can be told apart, and nothing else may be seen.
    project.write("src/lib.rs", format!("{modules}\npub fn newcomer() {{}}\n"));
    let started = Instant::now();
    project.run(&["index", "--no-store", "--quiet"]).exits(0);
    let whole_run = started.elapsed();
    let after = project.run(&["export", "--dir", "."]).exits(0).stdout;
    assert_ne!(before, after);

    let rounds = 25;
    let mut killed = 0;
    for round in 0..rounds {
        let mut child = isgraph()
            .current_dir(project.path())
            .args(["index", "--quiet"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        // From the first instant to a little past the end, where the snapshot is written.
        std::thread::sleep(whole_run * round / (rounds - 4) + Duration::from_micros(200));
        child.kill().expect("it can be killed");
        let status = child.wait().expect("it ends");
        killed += u32::from(!status.success());
        let seen = project.run(&["export"]).exits(0).stdout;
        assert!(seen == before || seen == after, "round {round}: neither the old nor the new index");
    }
    assert!(killed > 0, "no round was killed in time");

    project.run(&["index", "--quiet"]).exits(0);
    assert_eq!(project.run(&["export"]).exits(0).stdout, after);
}
