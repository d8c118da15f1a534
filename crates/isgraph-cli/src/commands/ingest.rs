//! `isgraph ingest`.

use std::path::Path;

use crate::args::{Global, IngestArgs};
use crate::exit::Failure;
use crate::output::Output;
use crate::source::Origin;

use super::index::Job;

pub(crate) fn run(arguments: &IngestArgs, global: &Global, output: &Output) -> Result<(), Failure> {
    let store = arguments.keep.directory(Path::new(""));
    let job = Job {
        origin: Origin::Dumps(&arguments.dumps, arguments.dump_format),
        store,
        all_diagnostics: arguments.keep.diagnostics,
    };
    job.run(global, output)
}
