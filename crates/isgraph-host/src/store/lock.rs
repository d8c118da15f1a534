//! One writer at a time.

use std::fs::File;
use std::io;
use std::path::Path;

/// Held while a store is written; released when dropped, and by the system when a process dies.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// Waits until no other process writes to the store.
pub(super) fn exclusive(directory: &Path) -> io::Result<Lock> {
    let file = File::options().create(true).truncate(false).write(true).open(directory.join("lock"))?;
    match file.lock() {
        // Some network file systems have no locks; there the rename alone keeps readers safe.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
        result => result?,
    }
    Ok(Lock { _file: file })
}
