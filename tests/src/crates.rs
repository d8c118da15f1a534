//! Real crates by name and version, fetched by cargo from wherever it is set up to fetch.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

/// The unpacked sources of a crate, with its published `Cargo.toml`.
///
/// They are copied once to `target/real-crates/NAME-VERSION`; later calls need no network.
///
/// # Panics
/// When cargo cannot fetch the crate, with what cargo said.
#[must_use]
pub fn fetch(name: &str, version: &str) -> PathBuf {
    let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/real-crates");
    let kept = cache.join(format!("{name}-{version}"));
    if !kept.is_dir() {
        fs::create_dir_all(&cache).expect("target/ is writable");
        // Filled aside and renamed, so that a test that runs at the same time sees all or nothing.
        let aside = tempfile::tempdir_in(&cache).expect("target/ is writable");
        vendor(name, version, aside.path());
        let fetched = aside.path().join("vendor").join(format!("{name}-{version}"));
        if let Err(error) = fs::rename(&fetched, &kept) {
            assert!(kept.is_dir(), "cannot keep {name} {version}: {error}");
        }
    }
    kept.canonicalize().expect("it was just made")
}

/// Lets cargo copy the dependencies of a throwaway package to `vendor`. A crate without a library
/// is no dependency to build with, but cargo fetches it like any other.
fn vendor(name: &str, version: &str, package: &Path) {
    let manifest = format!(
        "[package]\nname = \"probe\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\n\"{name}\" = {{ version = \"={version}\", default-features = false }}\n"
    );
    fs::create_dir(package.join("src")).expect("the directory is new");
    fs::write(package.join("src/lib.rs"), "").expect("the directory is new");
    fs::write(package.join("Cargo.toml"), manifest).expect("the directory is new");

    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["vendor", "--quiet", "--versioned-dirs", "vendor"])
        .current_dir(package)
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo cannot fetch {name} {version}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Copies a directory with all that it holds.
///
/// # Errors
/// As the file system's.
pub fn copy_directory(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_directory(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
