//! Reading real directories.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests of I/O")]

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use isgraph::{ErrorCode, SourceSet};
use isgraph_host::walk::{Links, Progress, WalkOptions, read_directory};

/// A temporary project with these files.
fn project(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (path, bytes) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, bytes).expect("written");
    }
    directory
}

fn read(root: &Path) -> SourceSet {
    read_with(root, &WalkOptions::default())
}

fn read_with(root: &Path, options: &WalkOptions) -> SourceSet {
    read_directory(root, options, &|_| {}).expect("a source set")
}

fn paths(sources: &SourceSet) -> Vec<&str> {
    sources.files.keys().map(String::as_str).collect()
}

fn problems(sources: &SourceSet) -> Vec<(&str, &str, u32)> {
    sources.diagnostics.iter().map(|d| (d.code.as_str(), d.file.as_str(), d.line)).collect()
}

#[test]
fn sources_and_manifests_are_read_and_nothing_else() {
    let root = project(&[
        ("Cargo.toml", b"[package]"),
        ("Cargo.lock", b""),
        ("src/lib.rs", "fn \u{e9}() {}\r\n".as_bytes()),
        ("src/notes.md", b""),
        ("src/.hidden.rs", b""),
        (".cargo/x.rs", b""),
        (".isgraph/x.rs", b""),
        ("src/target/mod.rs", b""),
        ("target/debug/build/out.rs", b""),
        ("built/target/CACHEDIR.TAG", b""),
        ("built/target/x.rs", b""),
        ("tests/dir.rs/inner.rs", b""),
    ]);
    let sources = read(root.path());
    assert_eq!(paths(&sources), ["Cargo.toml", "src/lib.rs", "src/target/mod.rs", "tests/dir.rs/inner.rs"]);
    assert_eq!(&*sources.files["src/lib.rs"], "fn \u{e9}() {}\r\n");
    assert_eq!(problems(&sources), []);

    let mut hidden = WalkOptions::default();
    hidden.hidden = true;
    let sources = read_with(root.path(), &hidden);
    assert!(paths(&sources).contains(&".cargo/x.rs") && paths(&sources).contains(&"src/.hidden.rs"));
    assert!(!paths(&sources).contains(&".isgraph/x.rs"));
}

#[test]
fn ignore_files_are_honoured_with_and_without_git() {
    let files: &[(&str, &[u8])] = &[
        (".gitignore", b"/generated/\n*.gen.rs\n!keep.gen.rs\n"),
        ("a.rs", b""),
        ("a.gen.rs", b""),
        ("keep.gen.rs", b""),
        ("generated/x.rs", b""),
        ("sub/.gitignore", b"local.rs\n"),
        ("sub/local.rs", b""),
        ("sub/other.rs", b""),
        ("sub/.ignore", b"other.rs\n"),
    ];
    let root = project(files);
    assert_eq!(paths(&read(root.path())), ["a.rs", "keep.gen.rs"]);

    let mut all = WalkOptions::default();
    all.ignore_files = false;
    assert_eq!(read_with(root.path(), &all).files.len(), 6);

    // The file above the root speaks only inside a repository.
    assert_eq!(paths(&read(&root.path().join("sub"))), Vec::<&str>::new());
    fs::write(root.path().join(".gitignore"), "third.rs\n").expect("written");
    fs::write(root.path().join("sub/third.rs"), "").expect("written");
    assert_eq!(paths(&read(&root.path().join("sub"))), ["third.rs"]);
    fs::create_dir(root.path().join(".git")).expect("made");
    assert_eq!(paths(&read(&root.path().join("sub"))), Vec::<&str>::new());
}

#[test]
fn unreadable_texts_are_diagnostics() {
    let root = project(&[
        ("good.rs", b"fn f() {}"),
        ("latin.rs", b"fn f() {}\n// caf\xe9\n"),
        ("wide.rs", b"\xff\xfef\0n\0"),
        ("large.rs", &[b' '; 101]),
        ("fits.rs", &[b' '; 100]),
    ]);
    let mut options = WalkOptions::default();
    options.max_file_bytes = 100;
    let sources = read_with(root.path(), &options);
    assert_eq!(paths(&sources), ["fits.rs", "good.rs"]);
    assert_eq!(
        problems(&sources),
        [("TOO_LARGE", "large.rs", 0), ("NOT_UTF8", "latin.rs", 2), ("NOT_UTF8", "wide.rs", 1)]
    );
    assert!(sources.diagnostics[2].message.contains("UTF-16"));
}

#[test]
fn one_file_is_a_source_set() {
    let root = project(&[("src/one.rs", b"fn f() {}"), ("src/two.rs", b"")]);
    assert_eq!(paths(&read(&root.path().join("src/one.rs"))), ["one.rs"]);
}

#[test]
fn a_wrong_root_says_what_to_do() {
    let root = project(&[("project/src/lib.rs", b""), ("dump.txt", b""), ("project/Cargo.toml", b"")]);
    let fails = |path: &str| {
        let error = read_directory(&root.path().join(path), &WalkOptions::default(), &|_| {}).expect_err(path);
        assert_eq!(error.code(), ErrorCode::Io);
        (error.to_string(), error.suggestions().len())
    };
    let (message, suggestions) = fails("projet");
    assert!(message.contains("did you mean") && message.contains("/project?"), "{message}");
    assert_eq!(suggestions, 1);
    let (message, _) = fails("project/crates/x");
    assert!(message.contains("nearest directory that exists") && message.ends_with("/project"), "{message}");
    let (message, _) = fails("dump.txt");
    assert!(message.contains("isgraph ingest") && message.contains("dump.txt"), "{message}");
    let (message, _) = fails("project/Cargo.toml");
    assert!(message.ends_with("/project"), "{message}");
}

#[test]
fn progress_ends_at_the_total() {
    let root = project(&[("a.rs", b""), ("b.rs", b""), ("c.md", b"")]);
    let seen = Mutex::new(Vec::new());
    read_directory(root.path(), &WalkOptions::default(), &|progress| seen.lock().expect("lock").push(progress))
        .expect("a source set");
    let seen = seen.into_inner().expect("lock");
    assert_eq!(seen.len(), 3);
    assert_eq!(seen[0], Progress::Listed { files: 2 });
    assert!(seen.contains(&Progress::Read { done: 2, total: 2 }));
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn links_are_followed_inside_the_root_only() {
        let away = project(&[("far.rs", b""), ("deep/x.rs", b"")]);
        let root = project(&[("src/lib.rs", b""), ("shared/common.rs", b"")]);
        let at = |path: &str| root.path().join(path);
        symlink("../shared", at("src/shared")).expect("linked");
        symlink("../shared/common.rs", at("src/common.rs")).expect("linked");
        symlink(away.path().join("far.rs"), at("src/far.rs")).expect("linked");
        symlink(away.path().join("deep"), at("src/deep")).expect("linked");
        symlink(away.path().join("deep"), at("notes.txt")).expect("linked");
        let sources = read(root.path());
        assert_eq!(paths(&sources), ["shared/common.rs", "src/common.rs", "src/lib.rs", "src/shared/common.rs"]);
        assert_eq!(
            problems(&sources),
            [
                ("SYMLINK_OUTSIDE", "notes.txt", 0),
                ("SYMLINK_OUTSIDE", "src/deep", 0),
                ("SYMLINK_OUTSIDE", "src/far.rs", 0)
            ]
        );

        let mut everywhere = WalkOptions::default();
        everywhere.links = Links::Everywhere;
        let sources = read_with(root.path(), &everywhere);
        assert!(paths(&sources).contains(&"src/deep/x.rs") && paths(&sources).contains(&"src/far.rs"));
        assert_eq!(problems(&sources), []);
    }

    #[test]
    fn loops_and_dangling_links_are_diagnostics() {
        let root = project(&[("src/lib.rs", b"")]);
        let at = |path: &str| root.path().join(path);
        symlink("..", at("src/up")).expect("linked");
        symlink("self.rs", at("src/self.rs")).expect("linked");
        symlink("nowhere", at("src/gone.rs")).expect("linked");
        symlink("nowhere", at("src/gone.txt")).expect("linked");
        let sources = read(root.path());
        assert_eq!(paths(&sources), ["src/lib.rs"]);
        assert_eq!(
            problems(&sources),
            [("UNREADABLE", "src/gone.rs", 0), ("SYMLINK_LOOP", "src/self.rs", 0), ("SYMLINK_LOOP", "src/up", 0)]
        );
        assert!(!sources.diagnostics[0].message.contains(root.path().to_str().expect("UTF-8")));
    }

    #[test]
    fn what_is_not_a_file_is_not_opened() {
        let root = project(&[("a.rs", b"")]);
        let _socket = UnixListener::bind(root.path().join("socket.rs")).expect("a socket");
        let pipe = std::process::Command::new("mkfifo").arg(root.path().join("pipe.rs")).status();
        assert!(pipe.is_ok_and(|status| status.success()));
        let sources = read(root.path());
        assert_eq!(paths(&sources), ["a.rs"]);
        assert_eq!(problems(&sources), [("UNREADABLE", "pipe.rs", 0), ("UNREADABLE", "socket.rs", 0)]);
    }

    #[test]
    fn a_name_that_is_not_utf8_gets_a_label() {
        let root = project(&[("a.rs", b"")]);
        for name in [b"b\xff.rs", b"b\xfe.rs"] {
            fs::write(root.path().join(OsStr::from_bytes(name)), "fn b() {}").expect("written");
        }
        let sources = read(root.path());
        assert_eq!(paths(&sources), ["a.rs", "b\u{fffd}.rs"]);
        let codes: Vec<&str> = sources.diagnostics.iter().map(|d| d.code.as_str()).collect();
        assert_eq!(codes, ["UNREADABLE", "NOT_UTF8", "NOT_UTF8"]);
    }

    /// Permission bits do not stop a super-user: there the faults above stand for this one.
    #[test]
    fn permissions_are_diagnostics() {
        let root = project(&[("a.rs", b""), ("locked/b.rs", b""), ("c.rs", b"")]);
        let forbid = |path: &str, mode| {
            fs::set_permissions(root.path().join(path), fs::Permissions::from_mode(mode)).expect("changed");
        };
        forbid("c.rs", 0);
        forbid("locked", 0);
        let is_super_user = fs::read(root.path().join("c.rs")).is_ok();
        let sources = read(root.path());
        if is_super_user {
            assert_eq!(sources.files.len(), 3);
        } else {
            assert_eq!(paths(&sources), ["a.rs"]);
            assert_eq!(problems(&sources), [("UNREADABLE", "c.rs", 0), ("UNREADABLE", "locked", 0)]);
        }
        forbid("locked", 0o755);
    }
}
