//! The dumps of `dumps/made`, each made by the tool itself of the tree in `dumps/tree`: every file
//! as it was, the graph as that of the directory. What a tool loses is said here, exactly.
#![allow(clippy::disallowed_methods, reason = "tests read files")]

#[path = "dumps/made.rs"]
mod made;
