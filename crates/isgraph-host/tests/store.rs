//! The snapshot file: whole after every interruption, and never trusted when it is damaged.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests of I/O")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use isgraph::ErrorCode;
use isgraph_host::store::{self, SnapshotMeta, SourceKind};

/// Set for a copy of this test program that plays a process of its own: the store's directory.
const CHILD_STORE: &str = "ISGRAPH_TEST_STORE";
/// What that copy does: `forever` or `once`.
const CHILD_MODE: &str = "ISGRAPH_TEST_MODE";

fn meta(symbols: u64) -> SnapshotMeta {
    SnapshotMeta { symbols, ..SnapshotMeta::now("/some/project", SourceKind::Directory) }
}

/// A payload that shows whether it is whole and which save it is of.
fn payload(round: u64, len: usize) -> Vec<u8> {
    round.to_le_bytes().iter().copied().cycle().take(len).collect()
}

#[track_caller]
fn loads_whole(directory: &Path) -> u64 {
    let (meta, bytes) = store::load(directory).expect("a whole snapshot");
    assert_eq!(bytes, payload(meta.symbols, bytes.len()), "the payload is of the save that the metadata names");
    meta.symbols
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("listed");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn temporary() -> (tempfile::TempDir, PathBuf) {
    let project = tempfile::tempdir().expect("a temporary directory");
    let store = project.path().join(store::DIRECTORY);
    (project, store)
}

#[test]
fn what_is_saved_is_loaded() {
    let (_project, store) = temporary();
    for (round, len) in [(1, 0), (2, 1), (3, 100_000)] {
        let meta = SnapshotMeta {
            root: "dump \u{e9}.txt".to_owned(),
            source: SourceKind::Dump,
            files: 7,
            edges: 8,
            diagnostics: 9,
            ..meta(round)
        };
        store::save(&store, &meta, &payload(round, len)).expect("saved");
        assert_eq!(store::load(&store).expect("loaded"), (meta, payload(round, len)));
    }
    assert_eq!(names(&store), [".gitignore", "lock", "snapshot.isgraph"]);
    assert!(fs::read_to_string(store.join(".gitignore")).expect("read").lines().any(|line| line == "*"));
}

#[test]
fn the_nearest_store_above_is_found() {
    let (project, store) = temporary();
    let deep = project.path().join("a/b");
    fs::create_dir_all(deep.join(store::DIRECTORY)).expect("made");
    assert_eq!(store::find_upwards(&deep), None, "a store without a snapshot does not count");
    store::save(&store, &meta(1), b"").expect("saved");
    assert_eq!(store::find_upwards(&deep), Some(store.canonicalize().expect("there")));
    assert_eq!(store::find_upwards(project.path()), Some(store.canonicalize().expect("there")));
}

#[test]
fn no_index_says_to_make_one() {
    let (project, store) = temporary();
    for directory in [&store, &project.path().to_owned()] {
        let error = store::load(directory).expect_err("nothing there");
        assert_eq!(error.code(), ErrorCode::NoIndex);
        assert!(error.to_string().contains("isgraph index"), "{error}");
    }
    assert!(!store.exists(), "loading makes nothing");
}

/// Loads damaged bytes: they must be refused and set aside as they were.
#[track_caller]
fn refused(store: &Path, bytes: &[u8]) -> ErrorCode {
    fs::write(store.join(store::SNAPSHOT), bytes).expect("written");
    let error = store::load(store).expect_err("damaged");
    assert!(error.to_string().contains("isgraph index"), "{error}");
    assert!(!store.join(store::SNAPSHOT).exists());
    let aside = store.join("snapshot.corrupt-1");
    assert_eq!(fs::read(&aside).expect("set aside"), bytes);
    fs::remove_file(aside).expect("removed");
    error.code()
}

#[test]
fn a_torn_snapshot_is_refused_at_every_length() {
    let (_project, store) = temporary();
    store::save(&store, &meta(5), &payload(5, 40)).expect("saved");
    let whole = fs::read(store.join(store::SNAPSHOT)).expect("read");
    for len in 0..whole.len() {
        assert_eq!(refused(&store, &whole[..len]), ErrorCode::StoreCorrupt, "cut to {len}");
    }
    let longer = [whole.as_slice(), b"x"].concat();
    assert_eq!(refused(&store, &longer), ErrorCode::StoreCorrupt);
    fs::write(store.join(store::SNAPSHOT), &whole).expect("written");
    assert_eq!(loads_whole(&store), 5);
}

#[test]
fn a_flipped_bit_is_refused_wherever_it_is() {
    let (_project, store) = temporary();
    store::save(&store, &meta(5), &payload(5, 24)).expect("saved");
    let whole = fs::read(store.join(store::SNAPSHOT)).expect("read");
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            let is_version = (8..12).contains(&at);
            let expected = if is_version { ErrorCode::StoreVersion } else { ErrorCode::StoreCorrupt };
            assert_eq!(refused(&store, &bytes), expected, "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn damaged_snapshots_are_kept_side_by_side() {
    let (_project, store) = temporary();
    for round in 1..=3 {
        store::save(&store, &meta(round), b"").expect("saved");
        fs::write(store.join(store::SNAPSHOT), format!("damage {round}")).expect("written");
        assert!(store::load(&store).is_err());
    }
    for round in 1..=3 {
        let kept = fs::read_to_string(store.join(format!("snapshot.corrupt-{round}"))).expect("kept");
        assert_eq!(kept, format!("damage {round}"));
    }
    store::save(&store, &meta(9), &payload(9, 10)).expect("saved");
    assert_eq!(loads_whole(&store), 9);
}

#[test]
fn readers_see_whole_snapshots_while_two_writers_write() {
    let (_project, store) = temporary();
    store::save(&store, &meta(1), &payload(1, 50_000)).expect("saved");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers = [2_u64, 1000].map(|first| {
            let store = &store;
            scope.spawn(move || {
                for round in first..first + 30 {
                    store::save(store, &meta(round), &payload(round, 50_000)).expect("saved");
                }
            })
        });
        let reader = scope.spawn(|| {
            let mut loads = 0;
            while !done.load(Ordering::Relaxed) {
                loads_whole(&store);
                loads += 1;
            }
            loads
        });
        for writer in writers {
            writer.join().expect("a writer");
        }
        done.store(true, Ordering::Relaxed);
        assert!(reader.join().expect("a reader") > 0);
    });
    assert_eq!(names(&store), [".gitignore", "lock", "snapshot.isgraph"]);
}

#[test]
fn a_store_that_cannot_be_written_is_an_error_with_a_way_out() {
    let (project, _) = temporary();
    let file = project.path().join("file");
    fs::write(&file, "").expect("written");
    let mut places = vec![file.join(store::DIRECTORY)];
    if cfg!(target_os = "linux") {
        places.push(PathBuf::from("/proc/self/task/.isgraph"));
    }
    for place in places {
        let error = store::save(&place, &meta(1), b"x").expect_err("not writable");
        assert_eq!(error.code(), ErrorCode::Io);
        assert!(error.to_string().contains("--dir"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_read_only_store_can_still_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let (_project, store) = temporary();
    store::save(&store, &meta(4), &payload(4, 10)).expect("saved");
    let mode = fs::metadata(store.join(store::SNAPSHOT)).expect("there").permissions().mode();
    assert_eq!(mode & 0o600, 0o600);
    fs::set_permissions(&store, fs::Permissions::from_mode(0o555)).expect("changed");
    let saved = store::save(&store, &meta(5), &payload(5, 10));
    // Permission bits do not stop a super-user: then the save has to have worked.
    match saved {
        Ok(()) => assert_eq!(loads_whole(&store), 5),
        Err(error) => {
            assert_eq!(error.code(), ErrorCode::Io);
            assert_eq!(loads_whole(&store), 4);
        }
    }
    fs::set_permissions(&store, fs::Permissions::from_mode(0o755)).expect("changed");
}

/// Plays the other process when the variables are set; saves and loads once when they are not.
#[test]
fn other_process() {
    let Some(directory) = std::env::var_os(CHILD_STORE).map(PathBuf::from) else {
        let (_project, store) = temporary();
        store::save(&store, &meta(1), &payload(1, 1000)).expect("saved");
        assert_eq!(loads_whole(&store), 1);
        return;
    };
    if std::env::var(CHILD_MODE).is_ok_and(|mode| mode == "once") {
        let error = store::save(&directory, &meta(2), &payload(2, 1 << 20)).expect_err("the disk is full");
        assert_eq!(error.code(), ErrorCode::Io, "{error}");
        return;
    }
    for round in 2.. {
        store::save(&directory, &meta(round), &payload(round, 1 << 20)).expect("saved");
    }
}

fn other_process_arguments() -> [&'static str; 4] {
    ["--exact", "other_process", "--test-threads", "1"]
}

fn spawn_writer(store: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(other_process_arguments())
        .env(CHILD_STORE, store)
        .env(CHILD_MODE, "forever")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started")
}

#[test]
fn a_killed_writer_leaves_a_whole_snapshot() {
    let (_project, store) = temporary();
    store::save(&store, &meta(1), &payload(1, 1 << 20)).expect("saved");
    let mut interrupted = 0;
    let mut rounds = 0;
    while rounds < 20 || (interrupted == 0 && rounds < 200) {
        let before = loads_whole(&store);
        let mut writer = spawn_writer(&store);
        // Wait until it writes, then kill it at a moment that moves through its cycle.
        let mut waited = 0;
        while loads_whole(&store) == before && waited < 10_000 {
            std::thread::sleep(Duration::from_millis(1));
            waited += 1;
        }
        assert!(waited < 10_000, "the writer never saved");
        std::thread::sleep(Duration::from_micros(370 * rounds));
        writer.kill().expect("killed");
        writer.wait().expect("gone");
        loads_whole(&store);
        interrupted += usize::from(names(&store).iter().any(|name| name.starts_with(".snapshot-")));
        rounds += 1;
    }
    assert!(interrupted > 0, "no kill hit a writer in the middle of its work");
    store::save(&store, &meta(1), &payload(1, 10)).expect("saved");
    assert_eq!(loads_whole(&store), 1);
    assert_eq!(names(&store), [".gitignore", "lock", "snapshot.isgraph"], "leftovers are cleaned");
}

/// A limit on the size of files stands for a full disk: the write fails in the middle.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_snapshot() {
    let (_project, store) = temporary();
    store::save(&store, &meta(1), &payload(1, 1000)).expect("saved");
    let output = Command::new("sh")
        .arg("-c")
        .arg("trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"")
        .arg(std::env::current_exe().expect("this program"))
        .args(other_process_arguments())
        .env(CHILD_STORE, &store)
        .env(CHILD_MODE, "once")
        .output()
        .expect("started");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert_eq!(loads_whole(&store), 1);
    assert_eq!(names(&store), [".gitignore", "lock", "snapshot.isgraph"]);
}
