//! Signatures: the header's tokens in one canonical spacing.

use super::cut::{Pairs, Piece, Shape};
use super::lex::{Kind, Token};

/// The signature of a cut item; `tokens` start at its header.
pub(super) fn of_item(text: &str, tokens: &[Token], piece: &Piece, pairs: &Pairs) -> Box<str> {
    let end = header_end(text, tokens, piece, pairs);
    print(text, &tokens[..end])
}

/// How many of the tokens are header.
fn header_end(text: &str, tokens: &[Token], piece: &Piece, pairs: &Pairs) -> usize {
    let keyword = piece.keyword - piece.header;
    let mut end = match piece.body {
        Some(body) => body - piece.header,
        None => tokens.len(),
    };
    match piece.shape {
        Shape::Macro => {
            // `m!` or `macro_rules! name`.
            let named = tokens.get(keyword + 1).is_some_and(|token| token.kind == Kind::Ident);
            return (keyword + 1 + usize::from(named)).min(tokens.len());
        }
        Shape::Macro2 => return (keyword + 2).min(tokens.len()),
        Shape::Semi if matches!(tokens[keyword].text(text), "const" | "static") => {
            let mut at = 0;
            let mut angles = 0usize;
            while at < end {
                match tokens[at].kind {
                    Kind::Punct(b'<') => angles += 1,
                    Kind::Punct(b'>') if at > 0 && !tokens[at - 1].is(b'-') => angles = angles.saturating_sub(1),
                    Kind::Punct(b'=') if angles == 0 => {
                        end = at;
                        break;
                    }
                    _ => {}
                }
                at = (pairs.close(at + piece.header) + 1).saturating_sub(piece.header);
            }
        }
        _ => {}
    }
    while end > 0 && (tokens[end - 1].is(b';') || tokens[end - 1].is(b',')) {
        end -= 1;
    }
    end
}

/// Prints tokens in canonical spacing.
pub(super) fn print(text: &str, tokens: &[Token]) -> Box<str> {
    let mut out = String::with_capacity(tokens.len() * 5);
    for (i, token) in tokens.iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        out.push_str(token.text(text));
    }
    out.into()
}
