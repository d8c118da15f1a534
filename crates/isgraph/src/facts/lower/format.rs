//! The captures of a format string: `{name}`, `{name:?}`, `{:width$}`, `{:.precision$}`.

/// The captured names and their byte offsets in `literal`, the whole literal as written: plain or
/// raw, with its quotes.
pub(super) fn captures(literal: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let bytes = literal.as_bytes();
    let Some(quote) = literal.find('"') else { return out };
    let raw = literal.starts_with('r');
    let mut at = quote + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if !raw => at += escape(&bytes[at..]),
            b'{' if bytes.get(at + 1) == Some(&b'{') => at += 2,
            b'{' => at = argument(literal, at + 1, &mut out),
            _ => at += 1,
        }
    }
    out
}

/// The length of the escape at the start: `\u{7f}` holds braces that mean nothing here.
fn escape(bytes: &[u8]) -> usize {
    match bytes.get(1) {
        Some(b'u') => bytes.iter().position(|&b| b == b'}').map_or(2, |end| end + 1),
        _ => 2,
    }
}

/// Reads what follows a `{`; gives the index after its `}`.
fn argument<'a>(literal: &'a str, start: usize, out: &mut Vec<(usize, &'a str)>) -> usize {
    let Some(len) = literal[start..].find(['}', '"']) else { return literal.len() };
    let end = start + len;
    if literal.as_bytes()[end] == b'"' {
        return end + 1;
    }
    let content = &literal[start..end];
    let (name, spec) = content.split_once(':').unwrap_or((content, ""));
    let lead = name.len() - name.trim_start().len();
    if is_name(name.trim()) {
        out.push((start + lead, name.trim()));
    }
    // `width$` and `.precision$`: the name runs backwards from each `$`.
    let spec_start = end - spec.len();
    for (dollar, _) in spec.match_indices('$') {
        let before = &spec[..dollar];
        let name = before.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(before, |i| {
            let next = before[i..].chars().next().map_or(1, char::len_utf8);
            &before[i + next..]
        });
        // `{:>width$}`: the fill and alignment are no letters; `{:08width$}` cannot be told apart
        // from a name with digits, so flags in front of the name are dropped.
        let name = name.trim_start_matches(|c: char| c.is_ascii_digit());
        if is_name(name) {
            out.push((spec_start + dollar - name.len(), name));
        }
    }
    end + 1
}

fn is_name(text: &str) -> bool {
    ra_ap_rustc_lexer::is_ident(text) && text != "_"
}

#[cfg(test)]
mod tests {
    use super::captures;

    #[track_caller]
    fn check(literal: &str, expected: &[&str]) {
        let found = captures(literal);
        assert_eq!(found.iter().map(|&(_, name)| name).collect::<Vec<_>>(), expected);
        for (at, name) in found {
            assert!(literal[at..].starts_with(name));
        }
    }

    #[test]
    fn finds_captures() {
        check(r#""{a} {b:?} {} {0} {{c}} {d:>e$.f$} {:g$} {:#?}""#, &["a", "b", "d", "e", "f", "g"]);
        check(r##"r#"\{a}"x"#"##, &["a"]);
        check(r#""\u{7f}{a}\\{b}\"{c}""#, &["a", "b", "c"]);
        check(r#""{ä} {self} {:08w$} { x } {r""#, &["ä", "self", "w", "x"]);
        check("\"{", &[]);
    }
}
