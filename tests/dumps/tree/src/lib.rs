//! Every file here holds something that a dump's reader may take for its own.
//!
//! ```
//! assert_eq!(nasty::headers::count(), nasty::fences::count());
//! ```

pub mod blank;
pub mod crlf;
pub mod empty;
pub mod fences;
pub mod headers;
pub mod no_newline;
pub mod packed;
#[path = "naïve file.rs"]
pub mod naive;

/// Calls into every module.
pub fn all() -> usize {
    blank::one() + crlf::one() + fences::count() + headers::count() + no_newline::one() + packed::count() + naive::élan()
}
