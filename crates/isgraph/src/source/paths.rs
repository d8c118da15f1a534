//! Paths of a source set: relative, with `/`, compared as text. Nothing here touches a disk.

/// The directory that holds `path`: everything before the last `/`, empty at the root.
pub(crate) fn parent(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..at])
}

/// The last component of `path`.
pub(crate) fn file_name(path: &str) -> &str {
    path.rfind('/').map_or(path, |at| &path[at + 1..])
}

/// `relative` seen from the directory `base`, with `.` and `..` resolved and `\` read as `/`.
///
/// `None` when it leads out of the source set, or is absolute.
pub(crate) fn join(base: &str, relative: &str) -> Option<String> {
    let relative = relative.replace('\\', "/");
    if relative.starts_with('/') || has_drive(&relative) {
        return None;
    }
    // The labels of a dump may be absolute or start with `..`: then so does what lies beside them.
    let (mark, base) = base.strip_prefix('/').map_or(("", base), |base| ("/", base));
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop()? == ".." => return None,
            ".." => {}
            part => parts.push(part),
        }
    }
    Some(format!("{mark}{}", parts.join("/")))
}

/// `name` inside the directory `base`.
pub(crate) fn child(base: &str, name: &str) -> String {
    if base.is_empty() { name.to_owned() } else { format!("{base}/{name}") }
}

/// `path` seen from the directory `base`; `None` when it is not below it.
pub(crate) fn strip<'p>(path: &'p str, base: &str) -> Option<&'p str> {
    if base.is_empty() {
        return Some(path);
    }
    path.strip_prefix(base)?.strip_prefix('/')
}

/// The directory and those above it, nearest first, ending with the root (`""`).
pub(crate) fn ancestors(directory: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(directory);
    std::iter::from_fn(move || {
        let current = next?;
        next = (!current.is_empty()).then(|| parent(current));
        Some(current)
    })
}

fn has_drive(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved_within_the_set() {
        assert_eq!(join("a/b", "../c"), Some("a/c".to_owned()));
        assert_eq!(join("a", "./b/../../c.rs"), Some("c.rs".to_owned()));
        assert_eq!(join("a", ".."), Some(String::new()));
        assert_eq!(join("", "x\\y"), Some("x/y".to_owned()));
        assert_eq!(join("a", "../../c"), None);
        assert_eq!(join("/home/a", "../b"), Some("/home/b".to_owned()));
        assert_eq!(join("../a", "../b"), Some("../b".to_owned()));
        assert_eq!(join("../a", "../../b"), None);
        assert_eq!(join("a", "/etc"), None);
        assert_eq!(join("a", "C:\\x"), None);
    }

    #[test]
    fn ancestors_end_at_the_root() {
        assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(ancestors("").collect::<Vec<_>>(), [""]);
        assert_eq!(strip("a/b/c.rs", "a/b"), Some("c.rs"));
        assert_eq!(strip("ab/c.rs", "a"), None);
    }
}
