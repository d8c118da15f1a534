//! Whether a place in Rust text stands between items, or inside a literal, comment or brackets.

use ra_ap_rustc_lexer::{FrontmatterAllowed, LiteralKind, TokenKind, tokenize};

/// The state of Rust text that was read up to some place. Reading goes on from there, so each
/// byte is read once.
#[derive(Debug, Clone, Default)]
pub(super) struct RustText {
    depth: i64,
    open: Option<Open>,
    /// Whether something was read that no Rust text has.
    strange: bool,
}

/// Where a place stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Between items, or at the end of the file.
    Outside,
    /// Inside brackets.
    Bracketed,
    /// Inside a string or a block comment.
    Quoted,
}

/// A literal or comment that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    String,
    RawString { hashes: usize },
    Comment { depth: usize },
}

impl RustText {
    /// Reads on.
    pub(super) fn read(&mut self, text: &str) {
        let mut at = match self.close(text) {
            Some(at) => at,
            None => return,
        };
        for token in tokenize(&text[at..], FrontmatterAllowed::No) {
            let end = at + token.len as usize;
            match token.kind {
                TokenKind::OpenBrace | TokenKind::OpenBracket | TokenKind::OpenParen => self.depth += 1,
                TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::CloseParen => {
                    self.depth -= 1;
                    self.strange |= self.depth < 0;
                }
                TokenKind::Unknown | TokenKind::InvalidIdent => self.strange = true,
                _ => self.open = opened(token.kind, &text[at..end]),
            }
            at = end;
        }
    }

    /// Where the end of what was read stands.
    pub(super) fn standing(&self) -> Standing {
        if self.open.is_some() {
            Standing::Quoted
        } else if self.depth == 0 {
            Standing::Outside
        } else {
            Standing::Bracketed
        }
    }

    /// Whether what was read could be a whole file.
    pub(super) fn is_whole(&self) -> bool {
        self.standing() == Standing::Outside && !self.strange
    }

    /// Reads to the end of the open literal or comment, and gives the place after it; `None` when
    /// it does not end in `text`.
    pub(super) fn close(&mut self, text: &str) -> Option<usize> {
        let end = match &mut self.open {
            None => return Some(0),
            Some(Open::String) => end_of_string(text)?,
            Some(Open::RawString { hashes }) => {
                let terminator = format!("\"{}", "#".repeat(*hashes));
                text.find(&terminator)? + terminator.len()
            }
            Some(Open::Comment { depth }) => end_of_comment(text, depth)?,
        };
        self.open = None;
        Some(end)
    }
}

/// What the last token of a text left open.
fn opened(kind: TokenKind, token: &str) -> Option<Open> {
    match kind {
        TokenKind::BlockComment { terminated: false, .. } => {
            let mut depth = 0;
            // The opening signs are counted like any inner ones.
            match end_of_comment(token, &mut depth) {
                Some(_) => None,
                None => Some(Open::Comment { depth }),
            }
        }
        TokenKind::Literal { kind, .. } => match kind {
            LiteralKind::Str { terminated: false }
            | LiteralKind::ByteStr { terminated: false }
            | LiteralKind::CStr { terminated: false } => Some(Open::String),
            LiteralKind::RawStr { n_hashes: None }
            | LiteralKind::RawByteStr { n_hashes: None }
            | LiteralKind::RawCStr { n_hashes: None } => {
                let after = token.trim_start_matches(|c: char| c.is_ascii_alphabetic());
                let hashes = after.len() - after.trim_start_matches('#').len();
                after[hashes..].starts_with('"').then_some(Open::RawString { hashes })
            }
            _ => None,
        },
        _ => None,
    }
}

fn end_of_string(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at + 1),
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    None
}

/// The place after the `*/` that brings `depth` to zero; `depth` is left as at the end of `text`.
fn end_of_comment(text: &str, depth: &mut usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => *depth += 1,
            b"*/" => {
                *depth = depth.saturating_sub(1);
                if *depth == 0 {
                    return Some(at + 2);
                }
            }
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(parts: &[&str], expected: Standing) {
        let mut text = RustText::default();
        for part in parts {
            text.read(part);
        }
        assert_eq!(text.standing(), expected, "{text:?}");
    }

    #[test]
    fn a_place_is_inside_what_has_not_ended() {
        check(&["fn f() {}\n"], Standing::Outside);
        check(&["fn f() {\n"], Standing::Bracketed);
        check(&["const A: &str = \"\n"], Standing::Quoted);
        check(&["const A: &str = \"\n", "x\\\" ", "\"; // \""], Standing::Outside);
        check(&["const A: &str = r##\"\n", "\"# \n"], Standing::Quoted);
        check(&["const A: &[u8] = br#\"\n", "\"#; fn f(\n"], Standing::Bracketed);
        check(&["/* /* \n", "*/ \n"], Standing::Quoted);
        check(&["/* /* \n", "*/ */\n"], Standing::Outside);
        check(&["fn f<'a>(c: char) { c == '\"' }\n"], Standing::Outside);
    }
}
