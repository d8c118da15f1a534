//! The graph in other forms: one file per format.

pub mod json;
