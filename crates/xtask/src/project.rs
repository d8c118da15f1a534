//! Where things are.

use std::path::{Path, PathBuf};

/// The repository that xtask was built in.
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// The root is two directories above xtask's manifest.
    pub(crate) fn find() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf();
        Self { root }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path in the repository.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Pinned tools that the project installs for itself.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join(".tools")
    }

    /// A binary that `cargo install --root .tools` put there.
    pub(crate) fn tool(&self, name: &str) -> PathBuf {
        self.tools().join("bin").join(name)
    }

    /// Public crates and the truth about them.
    pub(crate) fn corpus(&self) -> PathBuf {
        self.root.join(".corpus")
    }

    /// A binary of the release profile.
    pub(crate) fn release_binary(&self, name: &str) -> PathBuf {
        self.root.join("target/release").join(name)
    }
}
