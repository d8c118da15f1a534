//! The tokens of a file without white space and plain comments: what the cutter, the limits and
//! the signature printer work on.

use ra_ap_rustc_lexer::{DocStyle, FrontmatterAllowed, LiteralKind, TokenKind, strip_shebang, tokenize};

/// What a token is, as far as cutting and printing care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier or keyword, raw ones included.
    Ident,
    /// `'a`.
    Lifetime,
    /// A literal.
    Literal,
    /// `(`, `[` or `{`.
    Open(u8),
    /// `)`, `]` or `}`.
    Close(u8),
    /// Any other single character.
    Punct(u8),
    /// An outer doc comment.
    OuterDoc,
    /// An inner doc comment.
    InnerDoc,
    /// Text that is no token: an unterminated literal or comment, an unknown character.
    Bad,
}

/// A token and its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Token {
    pub(super) fn is(self, punct: u8) -> bool {
        self.kind == Kind::Punct(punct)
    }

    pub(super) fn text(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// Lexes a whole file: a byte order mark, a shebang and a frontmatter are no tokens.
pub(super) fn lex_file(text: &str) -> Vec<Token> {
    let mut start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    start += strip_shebang(&text[start..]).unwrap_or(0);
    lex_from(text, start, FrontmatterAllowed::Yes)
}

/// Lexes a part of a file.
pub(super) fn lex(text: &str) -> Vec<Token> {
    lex_from(text, 0, FrontmatterAllowed::No)
}

fn lex_from(text: &str, start: usize, frontmatter: FrontmatterAllowed) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    let mut at = start as u32;
    let mut broken = has_conflict(text);
    for token in tokenize(&text[start..], frontmatter) {
        let end = at + token.len;
        if let Some(kind) = kind(token.kind) {
            broken |= kind == Kind::Bad;
            tokens.push(Token { kind, start: at, end });
        }
        at = end;
    }
    if broken { recover(text, start) } else { tokens }
}

/// The most places at which broken text is lexed anew: each may look at all the text that follows.
const MAX_RESTARTS: usize = 64;

/// Lexes a text with an unterminated literal or comment, or with conflict markers. A quote that
/// seems to hold code, an unterminated comment's start and a marker's line are one [`Kind::Bad`]
/// each, and lexing goes on right after.
fn recover(text: &str, start: usize) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    let mut start = start;
    let mut restarts = 0;
    'restart: loop {
        let mut at = start;
        for token in tokenize(&text[start..], FrontmatterAllowed::No) {
            let end = at + token.len as usize;
            let is_line_start = at == 0 || text.as_bytes()[at - 1] == b'\n';
            let resume = if is_line_start && is_marker(&text[at..]) {
                Some(text[at..].find('\n').map_or(text.len(), |len| at + len))
            } else {
                resume_after(text, at, end, token.kind)
            };
            match (resume, kind(token.kind)) {
                (Some(resume), kind) if restarts < MAX_RESTARTS => {
                    restarts += usize::from(kind == Some(Kind::Bad));
                    tokens.push(Token { kind: Kind::Bad, start: at as u32, end: resume as u32 });
                    start = resume;
                    continue 'restart;
                }
                (_, Some(kind)) => tokens.push(Token { kind, start: at as u32, end: end as u32 }),
                _ => {}
            }
            at = end;
        }
        return tokens;
    }
}

/// Where lexing goes on after a token that should not be what it seems.
fn resume_after(text: &str, start: usize, end: usize, kind: TokenKind) -> Option<usize> {
    let token = &text[start..end];
    match kind {
        TokenKind::BlockComment { terminated: false, .. } => Some(start + 2),
        TokenKind::Literal { kind, .. } => {
            let open = token.find(['"', '\''])? + 1;
            let unterminated = self::kind(TokenKind::Literal { kind, suffix_start: 0 }) == Some(Kind::Bad);
            (unterminated || holds_code(token)).then_some(start + open)
        }
        _ => None,
    }
}

/// Whether a literal of several lines seems to hold items: a line at the left margin starts one.
fn holds_code(literal: &str) -> bool {
    literal.lines().skip(1).any(|line| {
        let line = line.strip_prefix("    ").unwrap_or(line);
        let words = [
            "pub ", "fn ", "impl ", "impl<", "struct ", "enum ", "use ", "mod ", "trait ", "#[", "///", "const ",
            "type ", "static ", "unsafe ", "async fn", "}",
        ];
        words.iter().any(|word| line.starts_with(word))
    })
}

/// Whether a line of the text starts a conflict.
fn has_conflict(text: &str) -> bool {
    text.starts_with("<<<<<<< ") || text.contains("\n<<<<<<< ")
}

/// Whether a line is a marker of a conflict.
fn is_marker(line: &str) -> bool {
    let marker = ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|marker| line.starts_with(marker));
    marker || line.strip_prefix("=======").is_some_and(|rest| rest.is_empty() || rest.starts_with(['\n', '\r']))
}

fn kind(kind: TokenKind) -> Option<Kind> {
    Some(match kind {
        TokenKind::Whitespace
        | TokenKind::Frontmatter { .. }
        | TokenKind::LineComment { doc_style: None }
        | TokenKind::BlockComment { doc_style: None, terminated: true } => return None,
        TokenKind::LineComment { doc_style: Some(style) }
        | TokenKind::BlockComment { doc_style: Some(style), terminated: true } => match style {
            DocStyle::Outer => Kind::OuterDoc,
            DocStyle::Inner => Kind::InnerDoc,
        },
        TokenKind::BlockComment { terminated: false, .. } => Kind::Bad,
        TokenKind::Ident | TokenKind::RawIdent | TokenKind::ForcedKeywordIdent | TokenKind::UnknownPrefix => {
            Kind::Ident
        }
        TokenKind::Literal { kind, .. } => match kind {
            LiteralKind::Char { terminated: false }
            | LiteralKind::Byte { terminated: false }
            | LiteralKind::Str { terminated: false }
            | LiteralKind::ByteStr { terminated: false }
            | LiteralKind::CStr { terminated: false }
            | LiteralKind::RawStr { n_hashes: None }
            | LiteralKind::RawByteStr { n_hashes: None }
            | LiteralKind::RawCStr { n_hashes: None } => Kind::Bad,
            _ => Kind::Literal,
        },
        TokenKind::Lifetime { .. } | TokenKind::RawLifetime | TokenKind::UnknownPrefixLifetime => Kind::Lifetime,
        TokenKind::OpenParen => Kind::Open(b'('),
        TokenKind::OpenBracket => Kind::Open(b'['),
        TokenKind::OpenBrace => Kind::Open(b'{'),
        TokenKind::CloseParen => Kind::Close(b'('),
        TokenKind::CloseBracket => Kind::Close(b'['),
        TokenKind::CloseBrace => Kind::Close(b'{'),
        TokenKind::Semi => Kind::Punct(b';'),
        TokenKind::Comma => Kind::Punct(b','),
        TokenKind::Dot => Kind::Punct(b'.'),
        TokenKind::At => Kind::Punct(b'@'),
        TokenKind::Pound => Kind::Punct(b'#'),
        TokenKind::Tilde => Kind::Punct(b'~'),
        TokenKind::Question => Kind::Punct(b'?'),
        TokenKind::Colon => Kind::Punct(b':'),
        TokenKind::Dollar => Kind::Punct(b'$'),
        TokenKind::Eq => Kind::Punct(b'='),
        TokenKind::Bang => Kind::Punct(b'!'),
        TokenKind::Lt => Kind::Punct(b'<'),
        TokenKind::Gt => Kind::Punct(b'>'),
        TokenKind::Minus => Kind::Punct(b'-'),
        TokenKind::And => Kind::Punct(b'&'),
        TokenKind::Or => Kind::Punct(b'|'),
        TokenKind::Plus => Kind::Punct(b'+'),
        TokenKind::Star => Kind::Punct(b'*'),
        TokenKind::Slash => Kind::Punct(b'/'),
        TokenKind::Caret => Kind::Punct(b'^'),
        TokenKind::Percent => Kind::Punct(b'%'),
        TokenKind::GuardedStrPrefix | TokenKind::InvalidIdent | TokenKind::Unknown | TokenKind::Eof => Kind::Bad,
    })
}
