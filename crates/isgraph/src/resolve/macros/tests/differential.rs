//! The scanners against syn, on this crate's own code: both must cut a file into the same items,
//! its braces into the same statements and its parentheses into the same arguments.

use syn::parse::Parser;

use super::super::scan::{Scanner, Specifier};
use super::super::tokens::Delim;
use super::*;

/// How many fragments stand in `range`, each followed by at most one `separator`; `None` when a
/// scanner stops before the end.
fn count(tokens: &Tokens, range: std::ops::Range<usize>, specifier: Specifier, separator: Option<u8>) -> Option<usize> {
    let scanner = Scanner::new(tokens, true);
    let (mut at, mut count) = (range.start, 0);
    while at < range.end {
        let end = scanner.end_of(specifier, at).filter(|end| *end > at)?;
        at = end;
        count += 1;
        let is_terminated = tokens.is_punct(end - 1, b';');
        if let Some(separator) = separator
            && !is_terminated
            && tokens.is_punct(at, separator)
        {
            at += 1;
        }
    }
    Some(count)
}

fn compare(name: &str, text: &str) -> usize {
    let tokens = Tokens::read(text, usize::MAX, 200).unwrap();
    let file = syn::parse_file(text).unwrap();
    let mut first = 0;
    while tokens.is_punct(first, b'#') && tokens.is_punct(first + 1, b'!') {
        first = tokens.tree_end(first + 2);
    }
    assert_eq!(count(&tokens, first..tokens.len(), Specifier::Item, None), Some(file.items.len()), "{name}: items");
    let mut compared = 0;
    for open in 0..tokens.len() {
        let Some(Kind::Open(delim)) = tokens.kind(open) else { continue };
        let close = tokens.tree_end(open) - 1;
        let (start, end) = (tokens.origin(open) as usize + 1, tokens.origin(close) as usize);
        let Some(inner) = text.get(start..end) else { continue };
        let line = text[..start].matches('\n').count() + 1;
        let (specifier, separator, wanted) = match delim {
            Delim::Brace => match syn::Block::parse_within.parse_str(inner) {
                Ok(stmts) => (Specifier::Stmt, b';', stmts.len()),
                Err(_) => continue,
            },
            Delim::Paren | Delim::Bracket => {
                let list = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
                match list.parse_str(inner) {
                    Ok(list) => (Specifier::Expr, b',', list.len()),
                    Err(_) => continue,
                }
            }
        };
        assert_eq!(count(&tokens, open + 1..close, specifier, Some(separator)), Some(wanted), "{name}:{line}: {inner}");
        compared += wanted;
    }
    compared
}

#[test]
fn scanners_agree_with_syn() {
    // syn's own recursion is deep in a debug build.
    let files = [
        ("compile.rs", include_str!("../compile.rs")),
        ("matcher.rs", include_str!("../matcher.rs")),
        ("print.rs", include_str!("../print.rs")),
        ("tokens.rs", include_str!("../tokens.rs")),
        ("transcribe.rs", include_str!("../transcribe.rs")),
        ("scan/expr.rs", include_str!("../scan/expr.rs")),
        ("scan/mod.rs", include_str!("../scan/mod.rs")),
        ("tests/real.rs", include_str!("real.rs")),
        ("model.rs", include_str!("../../../model.rs")),
    ];
    let run = move || files.map(|(name, text)| compare(name, text)).iter().sum::<usize>();
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap();
    let compared = thread.join().unwrap();
    assert!(compared > 2000, "{compared} fragments compared");
}
