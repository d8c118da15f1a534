//! Limits that hold before syn sees an item: how deep it nests, how long it runs.
//!
//! syn parses by recursive descent and drops its trees by recursion, so an item's depth is checked
//! on its tokens: what nests deeper than [`MAX_DEPTH`] is blanked. The limits are the same in every
//! build, so that all surfaces give the same graph; only how much stack an item gets differs.

use super::lex::{Kind, Token};
use super::pairs::Pairs;
use super::{Problem, ProblemCode};

/// How deep an item may nest: delimiters, angle brackets and prefix operators together.
///
/// Real code stays under 40, typenum's constants at 70. Whoever walks facts may rely on it: no
/// expression, type or pattern nests deeper than a small multiple of it.
pub(super) const MAX_DEPTH: u32 = 128;

/// How many operators and calls may follow each other in one expression.
const MAX_CHAIN: u32 = 8_000;

/// How many tokens a group may hold; a larger one is data or was generated.
const MAX_GROUP: usize = 150_000;

/// How deep containers (modules, impls) may nest.
pub(super) const MAX_CONTAINERS: usize = 48;

/// How deep items may nest in each other's bodies: each is parsed once per item around it.
pub(super) const MAX_NESTED: usize = 12;

/// Up to this depth an item is read on the current stack, of which at least 1 MiB must be free.
const DIRECT_DEPTH: u32 = if cfg!(target_family = "wasm") {
    MAX_DEPTH
} else if cfg!(debug_assertions) {
    // A debug build of syn takes about 50 KB of stack per level.
    10
} else {
    48
};

/// Up to this many links an item is read on the current stack: a link costs stack when it drops.
const DIRECT_CHAIN: u32 = if cfg!(target_family = "wasm") { MAX_CHAIN } else { 600 };

/// The stack of the thread on which anything deeper is read; reserved, not committed.
#[cfg(not(target_family = "wasm"))]
const DEEP_STACK: usize = 64 << 20;

/// What an item takes to be read.
#[derive(Debug, Default)]
pub(super) struct Load {
    /// It needs more stack than the current thread may have.
    pub(super) deep: bool,
    /// Byte ranges of the text that must be blanked.
    pub(super) blank: Vec<(u32, u32)>,
    /// Why.
    pub(super) problem: Option<Problem>,
}

/// The state of one open group.
#[derive(Clone, Copy, Default)]
struct Frame {
    /// Depth around it.
    base: u32,
    /// Angle brackets that are open in it.
    angles: u32,
    /// Prefix operators and keywords since the last separator.
    prefix: u32,
    /// Tokens since the last separator.
    chain: u32,
    /// Between the bars of a closure's parameters.
    parameters: bool,
    /// In a `use` tree, where each name nests.
    in_use: bool,
}

impl Frame {
    fn depth(self) -> u32 {
        self.base + self.angles + self.prefix
    }
}

/// Measures the tokens `from..to`.
pub(super) fn measure(text: &str, tokens: &[Token], from: usize, to: usize, pairs: &Pairs) -> Load {
    let mut load = Load::default();
    let mut stack: Vec<Frame> = Vec::new();
    let mut frame = Frame::default();
    let mut blank: Option<u32> = None;
    let mut at = from;
    while at < to {
        let token = tokens[at];
        let after_operand = at > from
            && matches!(
                tokens[at - 1].kind,
                Kind::Ident | Kind::Literal | Kind::Close(_) | Kind::Lifetime | Kind::Punct(b'>' | b'?')
            );
        let joined = |punct: u8| {
            tokens.get(at + 1).filter(|_| at + 1 < to).is_some_and(|next| next.is(punct) && next.start == token.end)
        };
        let literal = |at: usize| at < to && tokens[at].kind == Kind::Literal;
        frame.chain += 1;
        match token.kind {
            Kind::Open(_) => {
                let close = pairs.close(at);
                if close - at > MAX_GROUP && blank.is_none() {
                    load.blank.push((token.end, tokens[close.min(to - 1)].start.max(token.end)));
                    report(&mut load, token.start, ProblemCode::TooLarge);
                    at = close.max(at + 1);
                    continue;
                }
                stack.push(frame);
                frame = Frame { base: frame.depth() + 1, in_use: frame.in_use, ..Frame::default() };
                if frame.depth() > MAX_DEPTH && blank.is_none() {
                    blank = Some(token.end);
                    report(&mut load, token.start, ProblemCode::TooDeep);
                }
            }
            Kind::Close(delimiter) => {
                frame = stack.pop().unwrap_or_default();
                end_blank(&mut load, &mut blank, frame, token.start);
                // After a block a new statement starts, unless an operator or `else` goes on.
                let next = tokens.get(at + 1).filter(|_| at + 1 < to);
                let goes_on = next.is_some_and(|next| match next.kind {
                    Kind::Punct(punct) => punct != b'#',
                    Kind::Ident => matches!(next.text(text), "else" | "as"),
                    _ => false,
                });
                if delimiter == b'{' && !goes_on {
                    frame.prefix = 0;
                    frame.angles = 0;
                    frame.chain = 0;
                }
            }
            Kind::Punct(b';') => {
                frame = Frame { base: frame.base, ..Frame::default() };
                end_blank(&mut load, &mut blank, frame, token.start);
            }
            // Between generic arguments or closure parameters nothing ends.
            Kind::Punct(b',') if frame.angles == 0 && !frame.parameters => {
                frame.prefix = 0;
                frame.chain = 0;
                end_blank(&mut load, &mut blank, frame, token.start);
            }
            // `1 << 3` is no type, whatever follows.
            Kind::Punct(b'<') if joined(b'<') && literal(at + 2) => at += 1,
            Kind::Punct(b'<') => {
                frame.angles += 1;
                enter(&mut load, &mut blank, frame, token, token.end);
            }
            Kind::Punct(b'>') if at > from && !tokens[at - 1].is(b'-') && !tokens[at - 1].is(b'=') => {
                frame.angles = frame.angles.saturating_sub(1);
                end_blank(&mut load, &mut blank, frame, token.start);
            }
            // `a < b && c < d`: no generic arguments can be open around `&&`.
            Kind::Punct(b'&') if after_operand && joined(b'&') => {
                frame.angles = 0;
                end_blank(&mut load, &mut blank, frame, token.start);
                at += 1;
            }
            Kind::Punct(b'|') if frame.parameters || after_operand => frame.parameters = false,
            Kind::Punct(punct) => {
                let prefix = match punct {
                    b'|' => true,
                    b'&' | b'*' | b'!' => !after_operand,
                    b'-' => !after_operand || joined(b'>'),
                    b'.' => !after_operand && joined(b'.'),
                    b':' => frame.in_use && joined(b':'),
                    b'=' | b'@' => true,
                    _ => false,
                };
                frame.parameters |= punct == b'|';
                // The arrow of an arm ends what only looked like a closure's parameters.
                frame.parameters &= !(punct == b'=' && joined(b'>'));
                if prefix {
                    frame.prefix += 1;
                    enter(&mut load, &mut blank, frame, token, token.start);
                }
            }
            Kind::Ident => {
                let word = token.text(text);
                frame.in_use |= word == "use";
                // `else if` is a chain, not a nest.
                let chained = word == "if" && at > from && tokens[at - 1].text(text) == "else";
                if is_prefix(word) && !chained {
                    frame.prefix += 1;
                    enter(&mut load, &mut blank, frame, token, token.start);
                }
            }
            _ => {}
        }
        let chain = frame.chain;
        if chain > MAX_CHAIN && blank.is_none() {
            blank = Some(token.start);
            report(&mut load, token.start, ProblemCode::TooLarge);
        }
        load.deep |= frame.depth() > DIRECT_DEPTH || chain > DIRECT_CHAIN;
        at += 1;
    }
    if let (Some(start), Some(last)) = (blank, tokens[from..to].last()) {
        load.blank.push((start, last.end.max(start)));
    }
    load
}

/// Keywords after which an expression goes on inside the one that they start.
fn is_prefix(word: &str) -> bool {
    matches!(
        word,
        "if" | "match"
            | "while"
            | "for"
            | "return"
            | "break"
            | "yield"
            | "move"
            | "async"
            | "unsafe"
            | "loop"
            | "let"
            | "dyn"
            | "impl"
            | "fn"
            | "box"
            | "become"
            | "static"
            | "const"
    )
}

/// Starts to blank when the depth is over its limit.
fn enter(load: &mut Load, blank: &mut Option<u32>, frame: Frame, token: Token, start: u32) {
    if frame.depth() > MAX_DEPTH && blank.is_none() {
        *blank = Some(start);
        report(load, token.start, ProblemCode::TooDeep);
    }
}

/// Stops to blank when the depth is within its limit again.
fn end_blank(load: &mut Load, blank: &mut Option<u32>, frame: Frame, end: u32) {
    if frame.depth() <= MAX_DEPTH
        && frame.chain <= MAX_CHAIN
        && let Some(start) = blank.take()
    {
        load.blank.push((start, end.max(start)));
    }
}

fn report(load: &mut Load, offset: u32, code: ProblemCode) {
    let message = match code {
        ProblemCode::TooDeep => format!("nested deeper than {MAX_DEPTH} levels; what is inside was not read"),
        _ => "larger than one item may be; what is inside was not read".to_owned(),
    };
    if load.problem.is_none() {
        load.problem = Some(Problem { offset, code, message });
    }
}

/// Runs `work` on a stack that is deep enough, if it needs one; `None` when there is none to have.
pub(super) fn with_stack<T: Send>(deep: bool, work: impl FnOnce() -> T + Send) -> Option<T> {
    if !deep {
        return Some(work());
    }
    #[cfg(target_family = "wasm")]
    {
        Some(work())
    }
    #[cfg(not(target_family = "wasm"))]
    {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(DEEP_STACK).spawn_scoped(scope, work).ok()?;
            thread.join().ok()
        })
    }
}
