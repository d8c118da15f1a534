//! The `isgraph` command.

fn main() {}
