//! Docs, read from the tokens: a parser turns every doc comment into an attribute with an escaped
//! literal, which costs more than the code that it documents, so it never sees one.

use std::borrow::Cow;

use super::lex::{Kind, Token};
use super::pairs::Pairs;

/// The text with its doc comments made plain comments, byte for byte; those in the arguments of
/// macros stay, because they are the macro's.
pub(super) fn without_docs<'t>(text: &'t str, tokens: &[Token], pairs: &Pairs) -> Cow<'t, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            // `///` → `// `, `/*!` → `/* `.
            Kind::OuterDoc | Kind::InnerDoc => {
                if out.is_empty() {
                    out.reserve(text.len());
                }
                let mark = token.start as usize + 2;
                out.push_str(&text[copied..mark]);
                out.push(' ');
                copied = mark + 1;
            }
            Kind::Punct(b'!') => {
                let named = tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Ident);
                let open = at + 1 + usize::from(named);
                if tokens.get(open).is_some_and(|next| matches!(next.kind, Kind::Open(_))) {
                    at = pairs.close(open).max(open);
                }
            }
            _ => {}
        }
        at += 1;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// The first paragraph of docs, as it comes in.
#[derive(Default)]
pub(super) struct Docs {
    text: String,
    done: bool,
}

impl Docs {
    /// Adds what the attributes and doc comments `from..to` say.
    pub(super) fn read(&mut self, text: &str, tokens: &[Token], pairs: &Pairs, from: usize, to: usize) {
        let mut at = from;
        while at < to && !self.done {
            let token = tokens[at];
            match token.kind {
                Kind::OuterDoc | Kind::InnerDoc => self.comment(token.text(text)),
                Kind::Open(b'[') => {
                    let close = pairs.close(at);
                    if let [doc, equals, value] = tokens.get(at + 1..close).unwrap_or_default()
                        && doc.text(text) == "doc"
                        && equals.is(b'=')
                        && let Ok(value) = syn::parse_str::<syn::LitStr>(value.text(text))
                    {
                        self.lines(&value.value(), false);
                    }
                    at = close.max(at);
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn comment(&mut self, comment: &str) {
        match comment.get(..3) {
            Some("///" | "//!") => self.line(&comment[3..]),
            Some(_) => self.lines(comment[3..].strip_suffix("*/").unwrap_or(&comment[3..]), true),
            None => {}
        }
    }

    fn lines(&mut self, value: &str, is_block: bool) {
        // Unlike `lines`, this takes `#[doc = ""]` for the empty line that it is.
        for line in value.split('\n') {
            let line = line.trim();
            self.line(if is_block { line.strip_prefix('*').unwrap_or(line) } else { line });
        }
    }

    fn line(&mut self, line: &str) {
        let line = line.trim();
        if self.done {
            return;
        }
        if line.is_empty() {
            self.done = !self.text.is_empty();
            return;
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(line);
    }

    /// The paragraph; `None` when nothing was said.
    pub(super) fn finish(self) -> Option<Box<str>> {
        (!self.text.is_empty()).then(|| self.text.into())
    }
}
