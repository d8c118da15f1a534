//! Files → texts, on all threads.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use isgraph::model::{Diagnostic, Severity};
use rayon::prelude::*;

use super::list::Found;
use super::problem::diagnostic;
use super::{Progress, WalkOptions};

/// Reads the files; those that cannot be read become diagnostics.
pub(super) fn read_all(
    found: &[Found],
    options: &WalkOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> (BTreeMap<String, Arc<str>>, Vec<Diagnostic>) {
    let done = AtomicUsize::new(0);
    let results: Vec<_> = found
        .par_iter()
        .map(|file| {
            let result = read(&file.path, options.max_file_bytes);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            progress(Progress::Read { done, total: found.len() });
            result
        })
        .collect();
    let mut files = BTreeMap::new();
    let mut diagnostics = Vec::new();
    for (file, result) in found.iter().zip(results) {
        match result {
            Ok(text) => {
                files.insert(file.label.clone(), text);
            }
            Err(problem) => diagnostics.push(problem.diagnostic(&file.label)),
        }
    }
    (files, diagnostics)
}

enum Problem {
    Unreadable(io::Error),
    TooLarge { limit: u64 },
    NotUtf8 { line: u32, utf16: bool },
}

impl Problem {
    fn diagnostic(self, label: &str) -> Diagnostic {
        let (line, code, message) = match self {
            Self::Unreadable(error) => (0, "UNREADABLE", error.to_string()),
            Self::TooLarge { limit } => (0, "TOO_LARGE", format!("the file is larger than {limit} bytes")),
            Self::NotUtf8 { line, utf16: true } => {
                (line, "NOT_UTF8", "the file is UTF-16; save it as UTF-8".to_owned())
            }
            Self::NotUtf8 { line, utf16: false } => (line, "NOT_UTF8", "the file is not UTF-8".to_owned()),
        };
        diagnostic(label, line, Severity::Error, code, message)
    }
}

fn read(path: &Path, limit: u64) -> Result<Arc<str>, Problem> {
    let file = File::open(path).map_err(Problem::Unreadable)?;
    let expected = file.metadata().map_or(0, |metadata| metadata.len());
    if expected > limit {
        return Err(Problem::TooLarge { limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0).saturating_add(1));
    // One more than the limit, so that a file that is still growing is noticed.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(Problem::Unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(Problem::TooLarge { limit });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let bytes = error.as_bytes();
            let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
            let line = 1 + bytes[..valid].iter().filter(|&&byte| byte == b'\n').count();
            Err(Problem::NotUtf8 { line: u32::try_from(line).unwrap_or(u32::MAX), utf16 })
        }
    }
}
