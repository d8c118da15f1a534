//! Lines, found without looking at every byte.

use memchr::memchr;
use memchr::memmem::Finder;

/// The line that starts at `at`, without its end (`\n` or `\r\n`), and where the next one starts.
pub(super) fn line_at(text: &str, at: usize) -> (&str, usize) {
    let rest = text.get(at..).unwrap_or_default();
    let (line, next) = match memchr(b'\n', rest.as_bytes()) {
        Some(end) => (&rest[..end], at + end + 1),
        None => (rest, at + rest.len()),
    };
    (line.strip_suffix('\r').unwrap_or(line), next)
}

/// Where the line before the one that starts at `at` starts; `None` at the start of the text.
pub(super) fn line_before(text: &str, at: usize) -> Option<usize> {
    let end = at.checked_sub(1)?;
    Some(memchr::memrchr(b'\n', &text.as_bytes()[..end]).map_or(0, |newline| newline + 1))
}

/// Where the next line that is not empty starts, from the start of a line at `at`.
pub(super) fn skip_empty_lines(text: &str, mut at: usize) -> usize {
    loop {
        let (line, next) = line_at(text, at);
        if !line.is_empty() || next == at {
            return at;
        }
        at = next;
    }
}

/// Finds lines by how they start.
#[derive(Debug)]
pub(super) struct LineFinder {
    finder: Finder<'static>,
}

impl LineFinder {
    /// Finds lines that start with `start`.
    pub(super) fn new(start: &str) -> Self {
        Self { finder: Finder::new(format!("\n{start}").as_bytes()).into_owned() }
    }

    /// The first such line at or after `from`.
    pub(super) fn find(&self, text: &str, from: usize) -> Option<usize> {
        let start = self.finder.needle().get(1..).unwrap_or_default();
        if from == 0 && text.as_bytes().starts_with(start) {
            return Some(0);
        }
        // The line at `from` itself follows the line end before it.
        let from = from.saturating_sub(1);
        self.finder.find(text.as_bytes().get(from..)?).map(|at| from + at + 1)
    }
}

/// How many line ends there are.
pub(super) fn newlines(text: &str) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', text.as_bytes()).count()).unwrap_or(u32::MAX)
}

/// `text` without up to `count` line ends at its end.
pub(super) fn without_newlines(mut text: &str, count: usize) -> &str {
    for _ in 0..count {
        match text.strip_suffix('\n') {
            Some(shorter) => text = shorter.strip_suffix('\r').unwrap_or(shorter),
            None => break,
        }
    }
    text
}

/// Whether a whole line reads like a path: what formats without any sign before it need.
pub(super) fn is_path(line: &str) -> bool {
    let name = line.rsplit(['/', '\\']).next().unwrap_or(line);
    !line.is_empty()
        && line.len() < 4096
        && !line.starts_with([' ', '\t', '#', '<', '`', '-', '=', '|', '>', '*', '"'])
        && !line.ends_with([' ', ':', ',', ';', '{', '}', '(', ')', '/', '\\', '"', '`', '>'])
        && !line.contains("::")
        && !line.contains('\t')
        && (line.contains(['/', '\\']) || name.contains('.') || !line.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_by_their_start() {
        let text = "ab\nxab\nab\r\n\n\nab";
        let finder = LineFinder::new("ab");
        assert_eq!(finder.find(text, 0), Some(0));
        assert_eq!(finder.find(text, 1), Some(7));
        assert_eq!(finder.find(text, 7), Some(7));
        assert_eq!(finder.find(text, 8), Some(13));
        assert_eq!(finder.find(text, 14), None);
        assert_eq!(line_at(text, 7), ("ab", 11));
        assert_eq!(line_at(text, 13), ("ab", 15));
        assert_eq!(line_before(text, 7), Some(3));
        assert_eq!(line_before(text, 0), None);
        assert_eq!(skip_empty_lines(text, 11), 13);
        assert_eq!(skip_empty_lines("\n\n", 0), 2);
    }

    #[test]
    fn line_ends_are_taken_off() {
        assert_eq!(without_newlines("a\r\n\n\n", 3), "a");
        assert_eq!(without_newlines("a\n", 0), "a\n");
        assert_eq!(without_newlines("\n", 3), "");
    }

    #[test]
    fn paths_are_told_from_prose() {
        for path in ["src/lib.rs", "./a b/c d.rs", "Makefile", "a\\b.rs", "naïve file.rs", "/abs/x"] {
            assert!(is_path(path), "{path}");
        }
        for prose in ["", "and so on", "# Title", "use a::b;", "fn f() {", "src/", "See below:", "- item.md"] {
            assert!(!is_path(prose), "{prose}");
        }
    }
}
