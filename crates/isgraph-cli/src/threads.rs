//! The threads that read code.

use isgraph::ErrorCode;

use crate::exit::{Exit, Failure};

/// Parsing recurses as deep as the code nests; a thread's usual stack is too small for what the
/// core still accepts.
const STACK: usize = 16 << 20;

/// Runs `work` on threads with big stacks; 0 is one per processor.
pub(crate) fn with_pool<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> Result<R, Failure> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(STACK)
        .thread_name(|number| format!("isgraph-{number}"))
        .build()
        .map_err(|error| {
            let advice = format!("cannot start {threads} threads: {error}; choose fewer with --threads");
            Failure::new(Exit::Unexpected, ErrorCode::InvalidArgument, advice)
        })?;
    Ok(pool.install(work))
}
