//! Fences of Markdown in comments and literals.

/// ```
/// let doc = 1;
/// ```
pub const MARKDOWN: &str = "
```rust
fn inside() {}
```

# src/ghost.rs

```rust
fn ghost() {}
```
";

/*
````markdown
```
````
*/

/// Counts fences.
pub fn count() -> usize {
    MARKDOWN.lines().filter(|line| line.starts_with("```")).count()
}
