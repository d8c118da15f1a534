//! Any bytes, read as a dump of every format, whole and piece by piece: no panic, the same files,
//! each line where its origin says.
//!
//! `cargo +nightly fuzz run -s none --no-cfg-fuzzing dumps fuzz/corpus/dumps tests/dumps/made`
#![no_main]

use std::io::Read;

use isgraph::SourceSet;
use isgraph::source::dump::{DumpFormat, Dumps, read_dump};
use libfuzzer_sys::fuzz_target;

/// Gives few bytes at once, as a slow pipe does.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = buffer.len().min(self.0.len()).min(7);
        buffer[..len].copy_from_slice(&self.0[..len]);
        self.0 = &self.0[len..];
        Ok(len)
    }
}

fn sound(sources: &SourceSet) {
    let report = sources.dump.as_ref().expect("a report");
    let read = report.complete + report.ambiguous + report.partial;
    assert!(sources.files.len() <= read);
    assert_eq!(report.notes.len(), report.ambiguous + report.partial + report.skipped);
    assert!(sources.origins.keys().all(|path| sources.files.contains_key(path)));
}

fuzz_target!(|data: &[u8]| {
    let (choice, bytes) = data.split_first().unwrap_or((&0, &[]));
    let format = DumpFormat::ALL.get(*choice as usize % (2 * DumpFormat::ALL.len())).copied();
    let mut dumps = Dumps::new(format);
    let streamed = dumps.add(Slow(bytes), "x").map(|()| dumps.finish()).ok();
    if let Some(streamed) = &streamed {
        sound(streamed);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let whole = read_dump(text, "x", format).ok();
        // Bytes that are the start of an archive are no text to the one, and text to the other.
        if !bytes.starts_with(b"PK") && bytes.get(257..262) != Some(b"ustar") {
            assert_eq!(streamed, whole);
        }
    }
});
