//! Shared helpers of the benches; each bench is a program in `src/bin/`, run by `cargo xtask bench`.

pub mod inputs;
pub mod synthetic;

/// The example in the README compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub mod readme {}
