//! Which delimiter closes which, also where some are missing or too many.

use super::lex::{Kind, Token};

/// For each opening token, the index of its closing one; for each other token its own index.
#[derive(Debug)]
pub(super) struct Pairs {
    close: Vec<u32>,
    /// Opening tokens that nothing closes, in order: `close` is then the last token inside.
    unclosed: Vec<u32>,
    /// Closing tokens that close nothing, in order.
    stray: Vec<u32>,
}

impl Pairs {
    /// Pairs the delimiters: by their nesting or, where that does not come out even, by
    /// indentation.
    pub(super) fn new(text: &str, tokens: &[Token]) -> Self {
        Self::strict(tokens).unwrap_or_else(|| Recovery::new(text, tokens).run())
    }

    /// The pairs of a text in which every delimiter has its own.
    fn strict(tokens: &[Token]) -> Option<Self> {
        let mut close: Vec<u32> = (0..tokens.len() as u32).collect();
        let mut stack: Vec<(usize, u8)> = Vec::new();
        for (i, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Open(delimiter) => stack.push((i, delimiter)),
                Kind::Close(delimiter) => {
                    let (open, _) = stack.pop().filter(|&(_, open)| open == delimiter)?;
                    close[open] = i as u32;
                }
                _ => {}
            }
        }
        stack.is_empty().then_some(Self { close, unclosed: Vec::new(), stray: Vec::new() })
    }

    /// The last token of the group that opens at `open`; of another token, itself.
    pub(super) fn close(&self, open: usize) -> usize {
        self.close.get(open).map_or(open, |&close| close as usize)
    }

    /// One past the last token inside the group that opens at `open`.
    pub(super) fn inner_end(&self, open: usize) -> usize {
        self.close(open) + usize::from(self.is_unclosed(open))
    }

    /// Whether nothing closes the opening token `open`.
    pub(super) fn is_unclosed(&self, open: usize) -> bool {
        self.unclosed.binary_search(&(open as u32)).is_ok()
    }

    /// Whether the closing token `close` closes nothing.
    pub(super) fn is_stray(&self, close: usize) -> bool {
        self.stray.binary_search(&(close as u32)).is_ok()
    }

    /// Whether every delimiter has its own.
    pub(super) fn is_even(&self) -> bool {
        self.unclosed.is_empty() && self.stray.is_empty()
    }
}

/// An opening token that waits for its closing one.
struct Waiting {
    open: usize,
    delimiter: u8,
    /// Indentation of the line on which it stands.
    indent: usize,
    /// Number of that line, counted by tokens that start one.
    line: usize,
}

/// Pairs by indentation: a `}` at the start of a line closes the brace whose line is indented
/// alike, and an item at or left of a brace's margin shows that the brace is closed.
struct Recovery<'a> {
    text: &'a str,
    tokens: &'a [Token],
    stack: Vec<Waiting>,
    pairs: Pairs,
    counts: [usize; 3],
}

impl<'a> Recovery<'a> {
    fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        let close = (0..tokens.len() as u32).collect();
        let pairs = Pairs { close, unclosed: Vec::new(), stray: Vec::new() };
        Self { text, tokens, stack: Vec::new(), pairs, counts: [0; 3] }
    }

    fn run(mut self) -> Pairs {
        let (mut indent, mut line) = (0, 0);
        for i in 0..self.tokens.len() {
            let starts_line = starts_line(self.text, self.tokens, i);
            if starts_line {
                indent = column(self.text, self.tokens[i]);
                line += 1;
                if is_item_start(self.text, self.tokens, i) {
                    // What the open groups at or right of this margin hold has ended.
                    while self.stack.last().is_some_and(|waiting| waiting.indent >= indent) {
                        self.drop_last(i);
                    }
                }
            }
            match self.tokens[i].kind {
                Kind::Open(delimiter) => {
                    self.counts[index(delimiter)] += 1;
                    self.stack.push(Waiting { open: i, delimiter, indent, line });
                }
                Kind::Close(b'{') if starts_line => self.close_at_margin(i, indent),
                Kind::Close(delimiter) => self.close(i, delimiter, line),
                _ => {}
            }
        }
        let end = self.tokens.len();
        while !self.stack.is_empty() {
            self.drop_last(end);
        }
        self.pairs.unclosed.sort_unstable();
        self.pairs
    }

    /// Gives up on the innermost open group: it ends before `end`.
    fn drop_last(&mut self, end: usize) {
        if let Some(waiting) = self.stack.pop() {
            self.counts[index(waiting.delimiter)] -= 1;
            self.pairs.close[waiting.open] = end.saturating_sub(1).max(waiting.open) as u32;
            self.pairs.unclosed.push(waiting.open as u32);
        }
    }

    /// Closes the `at`th waiting group with the token `close`.
    fn pair(&mut self, at: usize, close: usize) {
        while self.stack.len() > at + 1 {
            self.drop_last(close);
        }
        if let Some(waiting) = self.stack.pop() {
            self.counts[index(waiting.delimiter)] -= 1;
            self.pairs.close[waiting.open] = close as u32;
        }
    }

    /// A `}` that starts its line.
    fn close_at_margin(&mut self, i: usize, indent: usize) {
        let braces = || self.stack.iter().enumerate().rev().filter(|(_, waiting)| waiting.delimiter == b'{');
        // Groups that open further left are not closed by it.
        let alike = braces().take_while(|(_, w)| w.indent >= indent).find(|(_, w)| w.indent == indent);
        let found = alike.or_else(|| braces().take_while(|(_, w)| w.indent > indent).last());
        match found.map(|(at, _)| at) {
            Some(at) => self.pair(at, i),
            None => self.pairs.stray.push(i as u32),
        }
    }

    /// Any other closing token: it closes the innermost group of its kind, but a `)` or `]` does
    /// not reach over an open brace, and a `}` reaches only over what opens on its line.
    fn close(&mut self, i: usize, delimiter: u8, line: usize) {
        if self.counts[index(delimiter)] == 0 {
            self.pairs.stray.push(i as u32);
            return;
        }
        let reach = self.stack.iter().enumerate().rev().take_while(|(at, waiting)| {
            let top = at + 1 == self.stack.len();
            top || waiting.delimiter == delimiter
                || waiting.delimiter != b'{' && (delimiter != b'{' || waiting.line == line)
        });
        match reach.into_iter().find(|(_, waiting)| waiting.delimiter == delimiter).map(|(at, _)| at) {
            Some(at) if at + 1 == self.stack.len() || self.stack[at + 1..].iter().all(|w| w.delimiter != b'{') => {
                self.pair(at, i);
            }
            _ => self.pairs.stray.push(i as u32),
        }
    }
}

fn index(delimiter: u8) -> usize {
    match delimiter {
        b'(' => 0,
        b'[' => 1,
        _ => 2,
    }
}

/// Whether a token is the first of its line.
pub(super) fn starts_line(text: &str, tokens: &[Token], at: usize) -> bool {
    let from = at.checked_sub(1).map_or(0, |before| tokens[before].end as usize);
    let before = text.as_bytes().get(from..tokens[at].start as usize).unwrap_or_default();
    // A doc comment ends before its line does; nothing else can stand between.
    at == 0 || before.contains(&b'\n')
}

/// The column of a token, in bytes.
pub(super) fn column(text: &str, token: Token) -> usize {
    let before = text.as_bytes().get(..token.start as usize).unwrap_or_default();
    before.iter().rev().take_while(|&&byte| byte != b'\n').count()
}

/// Whether an item may start with this token: what a reader would take for one at a line's start.
pub(super) fn is_item_start(text: &str, tokens: &[Token], at: usize) -> bool {
    let word = |i: usize| match tokens.get(i) {
        Some(token) if token.kind == Kind::Ident => token.text(text),
        _ => "",
    };
    let kind = |i: usize| tokens.get(i).map(|token| token.kind);
    let named = || kind(at + 1) == Some(Kind::Ident);
    match tokens[at].kind {
        Kind::OuterDoc => true,
        Kind::Punct(b'#') => kind(at + 1) == Some(Kind::Open(b'[')),
        Kind::Ident => match word(at) {
            "pub" | "use" | "impl" => true,
            "fn" | "struct" | "enum" | "trait" | "mod" | "type" | "static" => named(),
            "union" | "macro" | "auto" => named(),
            "const" => named(),
            "unsafe" => matches!(word(at + 1), "fn" | "impl" | "trait" | "extern" | "auto" | "mod"),
            "async" => matches!(word(at + 1), "fn" | "unsafe"),
            "extern" => named() || kind(at + 1) == Some(Kind::Literal) || kind(at + 1) == Some(Kind::Open(b'{')),
            "macro_rules" => kind(at + 1) == Some(Kind::Punct(b'!')),
            _ => false,
        },
        _ => false,
    }
}
