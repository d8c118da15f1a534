//! Signatures: tokens printed in one canonical spacing, close to rustfmt's on one line, so that a
//! signature depends on tokens only.

use super::cut::{Piece, Shape};
use super::lex::{Kind, Token};
use super::pairs::Pairs;

/// The signature of a cut item; `tokens` are its tokens from its header on, `body` the brace that ends that.
pub(super) fn of_item(text: &str, tokens: &[Token], piece: &Piece, body: Option<usize>, pairs: &Pairs) -> Box<str> {
    let end = header_end(text, tokens, piece, body, pairs);
    let mut printer = Printer::new(text);
    match tuple_fields(text, tokens, end, piece, pairs) {
        Some((open, close)) => {
            printer.print(&tokens[..open]);
            printer.print(&tokens[(close + 1).min(end)..end]);
        }
        None => printer.print(&tokens[..end]),
    }
    printer.finish()
}

/// How many of the tokens are header.
fn header_end(text: &str, tokens: &[Token], piece: &Piece, body: Option<usize>, pairs: &Pairs) -> usize {
    let keyword = piece.keyword - piece.header;
    let mut end = match body {
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
            end = top_level(tokens, end, piece, pairs, b'=').unwrap_or(end);
        }
        _ => {}
    }
    while end > 0 && (tokens[end - 1].is(b';') || tokens[end - 1].is(b',')) {
        end -= 1;
    }
    end
}

/// The first such punctuation outside delimiters and angle brackets.
fn top_level(tokens: &[Token], end: usize, piece: &Piece, pairs: &Pairs, punct: u8) -> Option<usize> {
    let mut at = 0;
    let mut angles = 0usize;
    while at < end {
        match tokens[at].kind {
            Kind::Punct(b'<') => angles += 1,
            Kind::Punct(b'>') if at > 0 && !tokens[at - 1].is(b'-') => angles = angles.saturating_sub(1),
            Kind::Punct(p) if p == punct && angles == 0 => return Some(at),
            _ => {}
        }
        at = (pairs.close(at + piece.header) + 1).saturating_sub(piece.header);
    }
    None
}

/// The parentheses around a tuple struct's fields: they are its body.
fn tuple_fields(text: &str, tokens: &[Token], end: usize, piece: &Piece, pairs: &Pairs) -> Option<(usize, usize)> {
    let keyword = piece.keyword - piece.header;
    if piece.shape != Shape::Data || piece.body.is_some() || tokens[keyword].text(text) != "struct" {
        return None;
    }
    let mut angles = 0usize;
    for at in keyword..end {
        match tokens[at].kind {
            Kind::Punct(b'<') => angles += 1,
            Kind::Punct(b'>') if !tokens[at - 1].is(b'-') => angles = angles.saturating_sub(1),
            Kind::Open(b'(') if angles == 0 => {
                return Some((at, pairs.close(at + piece.header).saturating_sub(piece.header).max(at)));
            }
            _ => {}
        }
    }
    None
}

/// Prints tokens in canonical spacing.
pub(super) fn print(text: &str, tokens: &[Token]) -> Box<str> {
    let mut printer = Printer::new(text);
    printer.print(tokens);
    printer.finish()
}

/// What was printed last, as far as the next space depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Nothing, or something that the next token stands right after: `(`, `<`, `&`, `::` …
    Tight,
    /// A name, number or closing delimiter.
    Word,
    /// A lifetime: `[` and `(` stand apart from it.
    Lifetime,
    /// A keyword that takes a space before what follows.
    Keyword,
    /// `fn`, `pub`: `(` stands right after.
    Callable,
    /// `>`.
    Angle,
    /// `,` `:` `=` `+` `->` …
    Spaced,
    /// `!`.
    Bang,
}

/// A delimiter that is open.
struct Group {
    /// A tuple keeps the comma of its only element.
    tuple: bool,
    commas: usize,
    /// `{` of a use tree takes no inner spaces.
    tight: bool,
}

struct Printer<'a> {
    text: &'a str,
    out: String,
    last: Last,
    groups: Vec<Group>,
    /// For each open `<`, whether it binds (`impl<T>`, `for<'a>`): what follows stands apart.
    binders: Vec<bool>,
}

impl<'a> Printer<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, out: String::new(), last: Last::Tight, groups: Vec::new(), binders: Vec::new() }
    }

    fn finish(self) -> Box<str> {
        self.out.into()
    }

    fn print(&mut self, tokens: &[Token]) {
        self.out
            .reserve(tokens.last().zip(tokens.first()).map_or(0, |(last, first)| (last.end - first.start) as usize));
        let mut at = 0;
        while at < tokens.len() {
            at += self.token(&tokens[at..]);
        }
    }

    /// Prints the first token, with those that are joined to it; gives how many those are.
    fn token(&mut self, tokens: &[Token]) -> usize {
        let token = tokens[0];
        match token.kind {
            Kind::Ident => self.word(token.text(self.text)),
            Kind::Lifetime => {
                self.space_before_word();
                self.push(token.text(self.text), Last::Lifetime);
            }
            Kind::Literal | Kind::Bad => {
                self.space_before_word();
                self.push(token.text(self.text), Last::Word);
            }
            Kind::OuterDoc | Kind::InnerDoc => {}
            Kind::Open(delimiter) => {
                // `impl(crate) trait`.
                let restricts = |next: &Token| matches!(next.text(self.text), "crate" | "self" | "super" | "in");
                if self.last == Last::Keyword && self.out.ends_with("impl") && tokens.get(1).is_some_and(restricts) {
                    self.last = Last::Callable;
                }
                self.open(delimiter);
            }
            Kind::Close(delimiter) => self.close(delimiter),
            Kind::Punct(punct) => return self.punct(punct, tokens),
        }
        1
    }

    fn push(&mut self, text: &str, last: Last) {
        self.out.push_str(text);
        self.last = last;
    }

    fn space(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
    }

    fn space_before_word(&mut self) {
        if self.last != Last::Tight {
            self.space();
        }
    }

    fn word(&mut self, text: &str) {
        let last = match text {
            "fn" | "pub" => Last::Callable,
            "impl" | "as" | "async" | "auto" | "const" | "default" | "dyn" | "else" | "enum" | "extern" | "for"
            | "if" | "in" | "let" | "match" | "mod" | "move" | "mut" | "ref" | "return" | "static" | "struct"
            | "trait" | "type" | "unsafe" | "use" | "where" | "while" => Last::Keyword,
            _ => Last::Word,
        };
        if self.last == Last::Bang && last == Last::Word {
            // `!Send` stands together, `-> ! where` and `macro_rules! name` do not.
            if self.out.ends_with("macro_rules!") {
                self.space();
            }
        } else {
            self.space_before_word();
        }
        self.push(text, last);
    }

    fn open(&mut self, delimiter: u8) {
        let after_path = self.out.ends_with("::");
        let tight = match delimiter {
            b'(' => matches!(self.last, Last::Tight | Last::Word | Last::Callable | Last::Angle | Last::Bang),
            b'[' => matches!(self.last, Last::Tight | Last::Word | Last::Bang),
            _ => self.last == Last::Tight,
        };
        let tuple = delimiter == b'(' && !matches!(self.last, Last::Word | Last::Callable | Last::Angle | Last::Bang);
        if !tight {
            self.space();
        }
        self.groups.push(Group { tuple, commas: 0, tight: after_path });
        let text = match delimiter {
            b'(' => "(",
            b'[' => "[",
            _ if after_path => "{",
            _ => "{ ",
        };
        self.push(text, Last::Tight);
    }

    fn close(&mut self, delimiter: u8) {
        let group = self.groups.pop();
        // A trailing comma says nothing, but for the tuple of one.
        if self.out.ends_with(", ") || self.out.ends_with(',') {
            let keep = group.as_ref().is_some_and(|group| group.tuple && group.commas == 1);
            while self.out.ends_with(' ') {
                self.out.pop();
            }
            if !keep {
                self.out.pop();
            }
        }
        let tight = group.is_some_and(|group| group.tight);
        match delimiter {
            b'(' => self.push(")", Last::Word),
            b'[' => self.push("]", Last::Word),
            _ => {
                if self.out.ends_with("{ ") {
                    self.out.pop();
                } else if !tight {
                    self.space();
                }
                self.push("}", Last::Word);
            }
        }
        // `(A, B) (C)` cannot be; `[const] Trait` and `(A) + B` get their space from what follows.
    }

    /// Prints a punctuation, joined with those right after it where they make one operator.
    fn punct(&mut self, punct: u8, tokens: &[Token]) -> usize {
        let joined =
            |i: usize, p: u8| tokens.get(i).is_some_and(|token| token.is(p) && token.start == tokens[i - 1].end);
        match punct {
            b',' => {
                self.trim();
                if let Some(group) = self.groups.last_mut() {
                    group.commas += 1;
                }
                // Before `>` and at the end a comma says nothing.
                if tokens.get(1).is_some_and(|next| !next.is(b'>')) {
                    self.push(",", Last::Spaced);
                }
            }
            b';' => {
                self.trim();
                self.push(";", Last::Spaced);
            }
            b':' if joined(1, b':') => {
                if matches!(self.last, Last::Keyword | Last::Lifetime | Last::Spaced | Last::Callable) {
                    self.space();
                }
                self.push("::", Last::Tight);
                return 2;
            }
            b':' => {
                self.trim();
                self.push(":", Last::Spaced);
            }
            b'-' if joined(1, b'>') => {
                self.binary("->");
                return 2;
            }
            b'=' if joined(1, b'>') => {
                self.binary("=>");
                return 2;
            }
            b'=' if joined(1, b'=') => {
                self.binary("==");
                return 2;
            }
            b'!' if joined(1, b'=') => {
                self.binary("!=");
                return 2;
            }
            b'|' if joined(1, b'|') => {
                self.binary("||");
                return 2;
            }
            b'.' if joined(1, b'.') => {
                let dots = if joined(2, b'.') {
                    "..."
                } else if joined(2, b'=') {
                    "..="
                } else {
                    ".."
                };
                if matches!(self.last, Last::Keyword | Last::Spaced) {
                    self.space();
                }
                self.push(dots, Last::Tight);
                return dots.len();
            }
            b'.' => {
                self.trim();
                self.push(".", Last::Tight);
            }
            b'<' => {
                let lifetime = tokens.get(1).is_some_and(|token| token.kind == Kind::Lifetime || token.is(b'>'));
                let tight = match self.last {
                    Last::Tight | Last::Word | Last::Callable | Last::Bang => true,
                    // `impl<T>`, `for<'a>`, but `for <T as A>::B`.
                    Last::Keyword => self.out.ends_with("impl") || self.out.ends_with("for") && lifetime,
                    Last::Lifetime | Last::Angle | Last::Spaced => false,
                };
                if !tight {
                    self.space();
                }
                self.binders.push(tight && self.last == Last::Keyword);
                self.push("<", Last::Tight);
            }
            b'>' => {
                self.trim();
                let binder = self.binders.pop().unwrap_or(false);
                self.push(">", if binder { Last::Keyword } else { Last::Angle });
            }
            b'&' | b'*' | b'~' | b'#' | b'$' | b'?' => {
                let text = match punct {
                    b'&' => "&",
                    b'*' => "*",
                    b'~' => "~",
                    b'#' => "#",
                    b'$' => "$",
                    _ => "?",
                };
                if matches!(self.last, Last::Word | Last::Angle) && matches!(punct, b'&' | b'*') {
                    self.binary(text);
                } else {
                    self.space_before_word();
                    self.push(text, Last::Tight);
                }
            }
            b'!' => {
                if self.last != Last::Word {
                    self.space_before_word();
                }
                self.push("!", Last::Bang);
            }
            b'-' if !matches!(self.last, Last::Word | Last::Angle) => {
                self.space_before_word();
                self.push("-", Last::Tight);
            }
            b'+' => self.binary("+"),
            b'-' => self.binary("-"),
            b'=' => self.binary("="),
            b'|' => self.binary("|"),
            b'/' => self.binary("/"),
            b'%' => self.binary("%"),
            b'^' => self.binary("^"),
            _ => self.binary("@"),
        }
        1
    }

    fn binary(&mut self, text: &str) {
        self.space();
        self.push(text, Last::Spaced);
    }

    /// No space before what follows.
    fn trim(&mut self) {
        if self.out.ends_with("{ ") {
            return;
        }
        while self.out.ends_with(' ') {
            self.out.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::{Edition, ItemContext, read_items};

    fn check(context: ItemContext, text: &str, expected: &str) {
        let (items, problems) = read_items(text, context, Edition::E2021);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(&*items[0].facts.signature, expected);
        // A signature is its own signature.
        let again = crate::facts::signature::print(expected, &crate::facts::lex::lex(expected));
        assert_eq!(&*again, expected);
    }

    #[test]
    fn prints_functions() {
        check(
            ItemContext::Impl,
            "/// Docs.\n#[inline] pub  fn route(self,\n  path : & str, // why\n method_router:MethodRouter<S>,) -> Self { self }",
            "pub fn route(self, path: &str, method_router: MethodRouter<S>) -> Self",
        );
        check(ItemContext::Module, "fn f(){}", "fn f()");
        check(
            ItemContext::Module,
            "pub(crate)   const unsafe extern \"C\" fn f<'a,T:'a+?Sized,const N:usize>(&'a self,x:&'a mut[T;N],y:*const T,(a,b):(A,),..)->impl Fn(&T)->!where T:Into<Vec<u8>>,for<'b>&'b T:A,{}"
                .replace("&'a self,", "s: S,").replace(",..)", ")").as_str(),
            "pub(crate) const unsafe extern \"C\" fn f<'a, T: 'a + ?Sized, const N: usize>(s: S, x: &'a mut [T; N], y: *const T, (a, b): (A,)) -> impl Fn(&T) -> ! where T: Into<Vec<u8>>, for<'b> &'b T: A",
        );
        check(
            ItemContext::Trait,
            "async fn f<F>(f:F)->Option<<F as FnOnce<()>>::Output>where F:FnOnce();",
            "async fn f<F>(f: F) -> Option<<F as FnOnce<()>>::Output> where F: FnOnce()",
        );
        check(
            ItemContext::Module,
            "fn f(x: Box<dyn for<'a> Fn(&'a u8,)+Send+'static>) {}",
            "fn f(x: Box<dyn for<'a> Fn(&'a u8) + Send + 'static>)",
        );
    }

    #[test]
    fn sets_types_apart_from_lifetimes() {
        check(
            ItemContext::Module,
            "fn f(a:&'a[T;N],b:&'a(A,),c:&'a<T as A>::B,d:&'a::std::C,e:&'a&'b*const T,f:&'a!,g:A<'a>)->&'static[u8]{}",
            "fn f(a: &'a [T; N], b: &'a (A,), c: &'a <T as A>::B, d: &'a ::std::C, e: &'a &'b *const T, f: &'a !, g: A<'a>) -> &'static [u8]",
        );
    }

    #[test]
    fn prints_other_items() {
        check(
            ItemContext::Module,
            "impl<H, S> ErasedIntoRoute<S,Infallible>for MakeErasedHandler<H,S>\nwhere\n    H: Clone+Send,\n{ }",
            "impl<H, S> ErasedIntoRoute<S, Infallible> for MakeErasedHandler<H, S> where H: Clone + Send",
        );
        check(
            ItemContext::Module,
            "impl !Send for X<{N+1}, -1, [u8;{ 3 }]> {}",
            "impl !Send for X<{ N + 1 }, -1, [u8; { 3 }]>",
        );
        check(
            ItemContext::Module,
            "impl<T> ::std::ops::Deref for <T as A>::B {}",
            "impl<T> ::std::ops::Deref for <T as A>::B",
        );
        check(ItemContext::Module, "pub struct Foo<T=u8>(pub T,)where T:A;", "pub struct Foo<T = u8> where T: A");
        check(ItemContext::Module, "struct S<T> { a: T }", "struct S<T>");
        check(ItemContext::Module, "pub const X:u32=1+2;", "pub const X: u32");
        check(ItemContext::Module, "const X: Foo<A=B> = 1;", "const X: Foo<A = B>");
        check(ItemContext::Module, "static mut X:[u8;2]=[1,2];", "static mut X: [u8; 2]");
        check(ItemContext::Module, "pub type A<T>=B<T,Item=C>;", "pub type A<T> = B<T, Item = C>");
        check(ItemContext::Trait, "type A<'a>:B+'a where Self:'a;", "type A<'a>: B + 'a where Self: 'a");
        check(ItemContext::Module, "macro_rules! m{()=>{}}", "macro_rules! m");
        check(ItemContext::Module, "a::m!{x}", "a::m!");
        check(ItemContext::Module, "pub use a::{b,c::{self,d as e},};", "pub use a::{b, c::{self, d as e}}");
        check(ItemContext::Module, "pub ( in  a::b ) mod m {}", "pub(in a::b) mod m");
        check(ItemContext::Module, "pub unsafe auto trait A<T=Self>:B+C{}", "pub unsafe auto trait A<T = Self>: B + C");
        check(ItemContext::Module, "extern crate a as b ;", "extern crate a as b");
        check(ItemContext::Module, "unsafe extern \"C\"{}", "unsafe extern \"C\"");
    }
}
