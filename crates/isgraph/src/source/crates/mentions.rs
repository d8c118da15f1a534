//! What the text of a file without a manifest says about other files and crates.

use std::collections::BTreeSet;

use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};

/// Names of `known` that stand before a `::`, or after `extern crate` or `use`.
pub(super) fn crates_named<'k>(text: &str, known: &BTreeSet<&'k str>) -> BTreeSet<&'k str> {
    let mut named = BTreeSet::new();
    each_three_tokens(text, |[first, second, third], kinds| {
        let before_colons = matches!(kinds, [TokenKind::Ident, TokenKind::Colon, TokenKind::Colon]);
        let declared = matches!(second, "use" | "crate") && kinds[2] == TokenKind::Ident;
        named.extend(known.get(first).filter(|_| before_colons));
        named.extend(known.get(third).filter(|_| declared));
    });
    named
}

/// Names of the modules that a file declares and does not hold: `mod name;`.
pub(super) fn modules_declared(text: &str) -> BTreeSet<&str> {
    let mut declared = BTreeSet::new();
    each_three_tokens(text, |[first, second, _], kinds| {
        if first == "mod" && kinds[2] == TokenKind::Semi {
            declared.insert(second.strip_prefix("r#").unwrap_or(second));
        }
    });
    declared
}

/// Visits every run of three tokens, comments and whitespace apart.
fn each_three_tokens<'t>(text: &'t str, mut visit: impl FnMut([&'t str; 3], [TokenKind; 3])) {
    let mut words = [""; 3];
    let mut kinds = [TokenKind::Whitespace; 3];
    let mut at = 0;
    for token in tokenize(text, FrontmatterAllowed::No) {
        let word = &text[at..at + token.len as usize];
        at += word.len();
        if !matches!(token.kind, TokenKind::Whitespace | TokenKind::LineComment { .. } | TokenKind::BlockComment { .. })
        {
            words = [words[1], words[2], word];
            kinds = [kinds[1], kinds[2], token.kind];
            visit(words, kinds);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_named_in_paths_and_declarations() {
        let known = BTreeSet::from(["alpha", "beta", "gamma", "delta", "\u{e9}t\u{e9}"]);
        let text =
            "use alpha::{X}; fn f() { xbeta::g(); gamma.h(); \u{e9}t\u{e9}::i() } extern crate delta; // beta::b";
        assert_eq!(crates_named(text, &known).into_iter().collect::<Vec<_>>(), ["alpha", "delta", "\u{e9}t\u{e9}"]);
        assert_eq!(crates_named("use alpha;", &known).len(), 1);
    }

    #[test]
    fn only_modules_without_a_body_are_declared() {
        let text = "pub mod a; mod /* x */ r#b ;\nmod c { mod d; }\n// mod e;\nconst F: &str = \"mod f;\";";
        assert_eq!(modules_declared(text).into_iter().collect::<Vec<_>>(), ["a", "b", "d"]);
    }
}
