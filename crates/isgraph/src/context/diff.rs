//! Which lines a unified diff changes.

/// The lines of one file that a diff changes, as the new text counts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedLines {
    /// The new file's path, without the `b/` of git.
    pub file: String,
    /// Changed lines, 1-based and rising. Where lines were only removed, the line before them and the one that now stands in their place.
    pub lines: Vec<u32>,
}

/// Reads a unified diff, such as `git diff` prints. What is not part of one is skipped; removed files have no lines.
#[must_use]
pub fn changed_lines(diff: &str) -> Vec<ChangedLines> {
    let mut changes: Vec<ChangedLines> = Vec::new();
    let mut hunk: Option<Hunk> = None;
    for line in diff.lines() {
        if let Some(open) = &mut hunk {
            if let Some(change) = changes.last_mut() {
                open.take(line, &mut change.lines);
            }
            if open.is_done() {
                hunk = None;
            }
        } else if let Some(file) = line.strip_prefix("+++ ") {
            changes.push(ChangedLines { file: path(file).to_owned(), lines: Vec::new() });
        } else if let Some(header) = line.strip_prefix("@@ ") {
            hunk = Hunk::read(header).filter(|_| !changes.is_empty());
        }
    }
    changes.retain_mut(|change| {
        change.lines.sort_unstable();
        change.lines.dedup();
        !change.lines.is_empty() && change.file != "/dev/null"
    });
    changes
}

/// What is left of a hunk.
struct Hunk {
    old_left: u32,
    new_left: u32,
    /// The next line of the new text.
    at: u32,
}

impl Hunk {
    /// Reads `-12,3 +14,5 @@ …`.
    fn read(header: &str) -> Option<Self> {
        let (ranges, _) = header.split_once(" @@")?;
        let (old, new) = ranges.strip_prefix('-')?.split_once(" +")?;
        let range = |text: &str| -> Option<(u32, u32)> {
            let (start, count) = text.split_once(',').unwrap_or((text, "1"));
            Some((start.parse().ok()?, count.parse().ok()?))
        };
        let ((_, old_left), (start, new_left)) = (range(old)?, range(new)?);
        // An empty range is named by the line before it.
        let at = if new_left == 0 { start.saturating_add(1) } else { start };
        Some(Self { old_left, new_left, at })
    }

    fn take(&mut self, line: &str, changed: &mut Vec<u32>) {
        match line.as_bytes().first() {
            Some(b'+') => {
                changed.push(self.at);
                self.at = self.at.saturating_add(1);
                self.new_left = self.new_left.saturating_sub(1);
            }
            Some(b'-') => {
                changed.extend([self.at.saturating_sub(1).max(1), self.at]);
                self.old_left = self.old_left.saturating_sub(1);
            }
            Some(b'\\') => {}
            // Context; some tools strip the blank of an empty line.
            _ => {
                self.at = self.at.saturating_add(1);
                self.old_left = self.old_left.saturating_sub(1);
                self.new_left = self.new_left.saturating_sub(1);
            }
        }
    }

    fn is_done(&self) -> bool {
        self.old_left == 0 && self.new_left == 0
    }
}

/// The path of a `+++` line: without a time behind a tab, quotes, and git's `b/`.
fn path(text: &str) -> &str {
    let text = text.split('\t').next().unwrap_or(text).trim().trim_matches('"');
    text.strip_prefix("b/").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(diff: &str) -> Vec<(String, Vec<u32>)> {
        changed_lines(diff).into_iter().map(|change| (change.file, change.lines)).collect()
    }

    #[test]
    fn added_changed_and_removed_lines_are_found() {
        let diff = "diff --git a/src/a.rs b/src/a.rs\nindex 1..2 100644\n--- a/src/a.rs\n+++ b/src/a.rs\n@@ -3,4 +3,4 @@ fn f() {\n one\n-two\n+TWO\n three\n four\n@@ -20,0 +21,2 @@\n+x\n+y\n@@ -30,2 +32,0 @@\n---- a line of dashes\n-b\n";
        assert_eq!(changes(diff), [("src/a.rs".to_owned(), vec![3, 4, 21, 22, 32, 33])]);
    }

    #[test]
    fn several_files_new_ones_and_removed_ones() {
        let diff = "--- /dev/null\n+++ b/new.rs\n@@ -0,0 +1,2 @@\n+a\n+b\n--- a/old.rs\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n--- x.rs\t2024-01-01\n+++ x.rs\t2024-01-02\n@@ -5 +5 @@\n-a\n+b\n\\ No newline at end of file\n";
        assert_eq!(changes(diff), [("new.rs".to_owned(), vec![1, 2]), ("x.rs".to_owned(), vec![4, 5])]);
    }

    #[test]
    fn what_is_no_diff_changes_nothing() {
        assert_eq!(changes(""), []);
        assert_eq!(changes("@@ -1 +1 @@\n+x\n"), []);
        assert_eq!(changes("+++ b/a.rs\n@@ nonsense @@\n+x\n"), []);
        assert_eq!(changes("+++ b/a.rs\n@@ -1,9999999999 +1 @@\n+x\n"), []);
    }
}
