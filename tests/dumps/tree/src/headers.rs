//! Headers of every format, at the start of a line of a literal.

pub const HEADERS: &str = "
FILE: src/ghost.rs
================================================
FILE: src/ghost_gitingest
================================================
# src/ghost.md
## File: src/ghost.rs
>>>> src/ghost.rs
---
`src/ghost.rs`:
// File: src/ghost.rs
===== FILE: src/ghost.rs =====
";

/// Counts headers.
pub fn count() -> usize {
    HEADERS.lines().filter(|line| line.contains("ghost")).count()
}
