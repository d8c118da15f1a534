//! The segments of symbol paths: `krate::m::<Type as Trait>::method` has four.

/// Splits the last segment off. `::` inside brackets does not separate.
pub(crate) fn split_last(path: &str) -> (&str, &str) {
    let bytes = path.as_bytes();
    let mut depth = 0_usize;
    let mut at = bytes.len();
    while at > 0 {
        at -= 1;
        match bytes[at] {
            // The arrows of `Fn() -> T` and `=>` close nothing.
            b'>' if at > 0 && matches!(bytes[at - 1], b'-' | b'=') => {}
            b'>' | b')' | b']' | b'}' => depth += 1,
            b'<' | b'(' | b'[' | b'{' => depth = depth.saturating_sub(1),
            b':' if depth == 0 && at > 0 && bytes[at - 1] == b':' => return (&path[..at - 1], &path[at + 1..]),
            _ => {}
        }
    }
    ("", path)
}

/// Splits the first segment off a path whose first segment has no brackets, as crates' names.
pub(crate) fn split_first(path: &str) -> (&str, &str) {
    path.split_once("::").unwrap_or((path, ""))
}

/// What a segment is looked up by: a name without generics, the type of `<Type as Trait>`, an
/// impl's header as it stands.
pub(crate) fn key(segment: &str) -> &str {
    match qualified(segment) {
        Some((ty, _)) => base_name(ty),
        None if segment.starts_with("<impl") => segment,
        None => match segment.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
            Some(inner) => base_name(inner),
            None => base_name(segment),
        },
    }
}

/// The two sides of `<Type as Trait>`.
pub(crate) fn qualified(segment: &str) -> Option<(&str, &str)> {
    let inner = segment.strip_prefix('<')?.strip_suffix('>')?;
    let mut depth = 0_usize;
    let bytes = inner.as_bytes();
    for at in 0..bytes.len() {
        match bytes[at] {
            b'>' if at > 0 && matches!(bytes[at - 1], b'-' | b'=') => {}
            b'<' | b'(' | b'[' => depth += 1,
            b'>' | b')' | b']' => depth = depth.saturating_sub(1),
            b' ' if depth == 0 && inner[at..].starts_with(" as ") => return Some((&inner[..at], &inner[at + 4..])),
            _ => {}
        }
    }
    None
}

/// The name in a type or trait as written: no reference, no module path, no generics, no `r#`.
pub(crate) fn base_name(text: &str) -> &str {
    let mut text = text.trim();
    loop {
        let rest = text.strip_prefix('&').or_else(|| text.strip_prefix("mut ")).or_else(|| text.strip_prefix("dyn "));
        let rest = rest.or_else(|| {
            let lifetime = text.strip_prefix('\'')?;
            lifetime.split_once(' ').map(|(_, rest)| rest)
        });
        match rest {
            Some(rest) if !rest.trim_start().is_empty() => text = rest.trim_start(),
            _ => break,
        }
    }
    let text = match text.find('<') {
        Some(at) if at > 0 => text[..at].trim_end(),
        _ => text,
    };
    let text = text.strip_suffix("::").unwrap_or(text);
    let name = if text.starts_with(['[', '(', '<']) { text } else { text.rsplit("::").next().unwrap_or(text) };
    name.strip_prefix("r#").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(path: &str) -> Vec<&str> {
        let mut out = Vec::new();
        let mut rest = path;
        while !rest.is_empty() {
            let (head, last) = split_last(rest);
            out.push(last);
            rest = head;
        }
        out.reverse();
        out
    }

    #[test]
    fn separators_inside_brackets_do_not_separate() {
        assert_eq!(segments("k::m::<Vec<a::B> as c::D>::f"), ["k", "m", "<Vec<a::B> as c::D>", "f"]);
        assert_eq!(segments("k::<impl Fn() -> a::B for [u8; N]>"), ["k", "<impl Fn() -> a::B for [u8; N]>"]);
        assert_eq!(segments("single"), ["single"]);
    }

    #[test]
    fn keys_are_names_without_generics() {
        for (segment, expected) in [
            ("Router", "Router"),
            ("Router<S>", "Router"),
            ("<Router<S> as tower::Service<R>>", "Router"),
            ("<&'a mut m::Buf as Read>", "Buf"),
            ("<[T] as Slice>", "[T]"),
            ("<Type>", "Type"),
            ("<impl Trait for Type>", "<impl Trait for Type>"),
            ("r#type", "type"),
            ("&", "&"),
        ] {
            assert_eq!(key(segment), expected, "{segment}");
        }
    }
}
