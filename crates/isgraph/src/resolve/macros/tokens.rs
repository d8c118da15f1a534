//! The tokens of a macro's definition or call: flat, with the partner of every delimiter.
//!
//! Operators are kept as single characters with a `joint` mark and glued on the fly, so that a
//! fragment may end in the middle of `>>`, as it does in rustc.

use ra_ap_rustc_lexer::{Cursor, DocStyle, FrontmatterAllowed, LiteralKind, TokenKind};

use super::MacroError;

/// Delimiter of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delim {
    Paren,
    Bracket,
    Brace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Identifiers, keywords, `_`, and raw identifiers with their `r#`.
    Ident,
    Lifetime,
    Literal,
    Punct(u8),
    Open(Delim),
    Close(Delim),
    /// What the language does not know.
    Unknown,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// A punctuation character that the next one follows without space.
    pub(super) joint: bool,
    /// Start in [`Tokens::text`].
    start: u32,
    len: u32,
    /// Offset in the text that was read; of a token made from a doc comment, the comment's.
    pub(super) origin: u32,
    /// Of a delimiter, the index of the other one.
    pub(super) partner: u32,
}

/// A text's tokens.
#[derive(Debug, Clone, Default)]
pub(super) struct Tokens {
    /// The text that was read, followed by the text of tokens that were made up.
    text: String,
    tokens: Vec<Token>,
}

/// Operators of more than one character, longest first.
const GLUED: [&[u8]; 26] = [
    b"<<=", b">>=", b"...", b"..=", b"==", b"<=", b">=", b"!=", b"&&", b"||", b"+=", b"-=", b"*=", b"/=", b"^=", b"%=",
    b"&=", b"|=", b"<<", b">>", b"..", b"::", b"->", b"<-", b"=>", b"~>",
];

impl Tokens {
    /// Reads `text`, at most `max_tokens` tokens nested at most `max_depth` deep.
    pub(super) fn read(text: &str, max_tokens: usize, max_depth: usize) -> Result<Self, MacroError> {
        // A quarter of a gigabyte: offsets stay in 32 bits even when every character is escaped.
        if text.len() > 1 << 28 {
            return Err(MacroError::TooLarge);
        }
        let mut this = Self { text: text.to_owned(), tokens: Vec::with_capacity(text.len() / 4) };
        let mut open: Vec<u32> = Vec::new();
        let mut cursor = Cursor::new(text, FrontmatterAllowed::No);
        let mut at = 0usize;
        loop {
            let token = cursor.advance_token();
            let end = at + token.len as usize;
            match token.kind {
                TokenKind::Eof => break,
                TokenKind::Whitespace
                | TokenKind::Frontmatter { .. }
                | TokenKind::LineComment { doc_style: None }
                | TokenKind::BlockComment { doc_style: None, .. } => {}
                TokenKind::LineComment { doc_style: Some(style) } => {
                    this.push_doc(at, &text[at..end][3..], style);
                }
                TokenKind::BlockComment { doc_style: Some(style), terminated } => {
                    if !terminated {
                        return Err(MacroError::malformed(at, "unterminated comment"));
                    }
                    this.push_doc(at, &text[at..end - 2][3..], style);
                }
                TokenKind::Ident
                | TokenKind::InvalidIdent
                | TokenKind::RawIdent
                | TokenKind::ForcedKeywordIdent
                | TokenKind::UnknownPrefix => this.push(Kind::Ident, at, end),
                TokenKind::Lifetime { .. } | TokenKind::RawLifetime | TokenKind::UnknownPrefixLifetime => {
                    this.push(Kind::Lifetime, at, end);
                }
                TokenKind::Literal { kind, .. } => {
                    if !is_terminated(kind) {
                        return Err(MacroError::malformed(at, "unterminated literal"));
                    }
                    this.push(Kind::Literal, at, end);
                }
                // `##` and `#"`: one `#` for every edition before 2024; a guarded string has no
                // meaning yet in 2024.
                TokenKind::GuardedStrPrefix => {
                    this.push(Kind::Punct(b'#'), at, at + 1);
                    at += 1;
                    cursor = Cursor::new(&text[at..], FrontmatterAllowed::No);
                    continue;
                }
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                    if open.len() >= max_depth {
                        return Err(MacroError::TooDeep);
                    }
                    open.push(this.len() as u32);
                    this.push(Kind::Open(delim_of(text.as_bytes()[at])), at, end);
                }
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                    let delim = delim_of(text.as_bytes()[at]);
                    let partner = open.pop().ok_or(MacroError::malformed(at, "unbalanced delimiter"))?;
                    if this.tokens[partner as usize].kind != Kind::Open(delim) {
                        return Err(MacroError::malformed(at, "unbalanced delimiter"));
                    }
                    let index = this.len() as u32;
                    this.push(Kind::Close(delim), at, end);
                    this.tokens[partner as usize].partner = index;
                    this.tokens[index as usize].partner = partner;
                }
                TokenKind::Unknown => this.push(Kind::Unknown, at, end),
                TokenKind::Semi
                | TokenKind::Comma
                | TokenKind::Dot
                | TokenKind::At
                | TokenKind::Pound
                | TokenKind::Tilde
                | TokenKind::Question
                | TokenKind::Colon
                | TokenKind::Dollar
                | TokenKind::Eq
                | TokenKind::Bang
                | TokenKind::Lt
                | TokenKind::Gt
                | TokenKind::Minus
                | TokenKind::And
                | TokenKind::Or
                | TokenKind::Plus
                | TokenKind::Star
                | TokenKind::Slash
                | TokenKind::Caret
                | TokenKind::Percent => this.push(Kind::Punct(text.as_bytes()[at]), at, end),
            }
            if this.tokens.len() > max_tokens {
                return Err(MacroError::TooLarge);
            }
            at = end;
        }
        if let Some(&index) = open.last() {
            return Err(MacroError::malformed(this.tokens[index as usize].origin as usize, "unclosed delimiter"));
        }
        Ok(this)
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        if let Kind::Punct(_) = kind
            && let Some(last) = self.tokens.last_mut()
            && matches!(last.kind, Kind::Punct(_))
            && (last.start + last.len) as usize == start
        {
            last.joint = true;
        }
        let start = start as u32;
        self.tokens.push(Token { kind, joint: false, start, len: end as u32 - start, origin: start, partner: 0 });
    }

    /// A doc comment is the attribute `#[doc = "…"]` (`#![doc = "…"]`) to a macro.
    fn push_doc(&mut self, origin: usize, content: &str, style: DocStyle) {
        let first = self.tokens.len();
        let mut literal = String::with_capacity(content.len() + 2);
        literal.push('"');
        for c in content.chars() {
            // Other control characters are legal in a literal; a bare carriage return is not.
            match c {
                '"' | '\\' | '\r' | '\0' => literal.extend(c.escape_default()),
                c => literal.push(c),
            }
        }
        literal.push('"');
        let bang = matches!(style, DocStyle::Inner);
        let pieces = [
            (Kind::Punct(b'#'), "#", true),
            (Kind::Punct(b'!'), "!", bang),
            (Kind::Open(Delim::Bracket), "[", true),
            (Kind::Ident, "doc", true),
            (Kind::Punct(b'='), "=", true),
            (Kind::Literal, literal.as_str(), true),
            (Kind::Close(Delim::Bracket), "]", true),
        ];
        for (kind, text, wanted) in pieces {
            if wanted {
                let start = self.text.len() as u32;
                self.text.push_str(text);
                let len = text.len() as u32;
                self.tokens.push(Token { kind, joint: false, start, len, origin: origin as u32, partner: 0 });
            }
        }
        let (open, close) = (first + 1 + usize::from(bang), self.tokens.len() - 1);
        self.tokens[open].partner = close as u32;
        self.tokens[close].partner = open as u32;
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// The token's text; empty past the end.
    pub(super) fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &self.text[token.start as usize..(token.start + token.len) as usize])
    }

    pub(super) fn origin(&self, at: usize) -> u32 {
        self.tokens.get(at).map_or(0, |token| token.origin)
    }

    pub(super) fn is_punct(&self, at: usize, c: u8) -> bool {
        self.kind(at) == Some(Kind::Punct(c))
    }

    /// Whether the identifier `word` stands at `at`.
    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.kind(at) == Some(Kind::Ident) && self.text(at) == word
    }

    pub(super) fn is_open(&self, at: usize, delim: Delim) -> bool {
        self.kind(at) == Some(Kind::Open(delim))
    }

    /// Whether the characters of `op` stand joined at `at` (more may follow).
    pub(super) fn is_op(&self, at: usize, op: &[u8]) -> bool {
        op.iter().enumerate().all(|(i, &c)| {
            self.tokens
                .get(at + i)
                .is_some_and(|token| token.kind == Kind::Punct(c) && (i + 1 == op.len() || token.joint))
        })
    }

    /// How many tokens from `at` on make one token of the language: 1 for all but operators.
    pub(super) fn glued(&self, at: usize) -> usize {
        match self.tokens.get(at) {
            Some(Token { kind: Kind::Punct(_), joint: true, .. }) => {
                GLUED.iter().find(|op| self.is_op(at, op)).map_or(1, |op| op.len())
            }
            _ => 1,
        }
    }

    /// Index after the token tree at `at`.
    pub(super) fn tree_end(&self, at: usize) -> usize {
        match self.tokens.get(at) {
            Some(Token { kind: Kind::Open(_), partner, .. }) => *partner as usize + 1,
            _ => at + self.glued(at),
        }
    }
}

fn delim_of(c: u8) -> Delim {
    match c {
        b'(' | b')' => Delim::Paren,
        b'[' | b']' => Delim::Bracket,
        _ => Delim::Brace,
    }
}

fn is_terminated(kind: LiteralKind) -> bool {
    match kind {
        LiteralKind::Int { .. } | LiteralKind::Float { .. } => true,
        LiteralKind::Char { terminated }
        | LiteralKind::Byte { terminated }
        | LiteralKind::Str { terminated }
        | LiteralKind::ByteStr { terminated }
        | LiteralKind::CStr { terminated } => terminated,
        LiteralKind::RawStr { n_hashes } | LiteralKind::RawByteStr { n_hashes } | LiteralKind::RawCStr { n_hashes } => {
            n_hashes.is_some()
        }
    }
}
