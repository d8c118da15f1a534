//! Where each kind of fragment ends, and how it is printed.

use super::*;

/// Whether `$x:specifier` takes the whole of `text` when `follow` comes after it.
#[track_caller]
fn takes(specifier: &str, text: &str, follow: &str) {
    let definition = format!("($x:{specifier} {follow} $($rest:tt)*) => {{ < $x > $($rest)* }}");
    let expansion = expand(&definition, &format!("{text} {follow} end"));
    let got = expansion.map(|expansion| words(&expansion.text));
    let bare = words(&format!("< {text} > end"));
    let wrapped = words(&format!("< ({text}) > end"));
    let ended = words(&format!("< {text}; > end"));
    let alternatives = if specifier == "stmt" && text.contains("let") { [bare, ended] } else { [bare, wrapped] };
    assert!(
        got.as_ref().is_ok_and(|got| alternatives.contains(got)),
        "{specifier} `{text}` before `{follow}`: {got:?}"
    );
}

#[track_caller]
fn refuses(specifier: &str, text: &str) {
    let definition = format!("($x:{specifier}) => {{ }}");
    assert_eq!(expand(&definition, text).map(|expansion| expansion.text), Err(MacroError::NoRuleMatches), "{text}");
}

/// Expressions of every form; syn agrees that each is one.
const EXPRESSIONS: &[&str] = &[
    "1",
    "-1",
    "!a",
    "*p",
    "&x",
    "&mut x",
    "&raw const x",
    "&raw mut x.y",
    "raw",
    "&&x",
    "- -1",
    "a",
    "a::b",
    "::a::b",
    "a::<u8>::b",
    "<T as A>::f(x)",
    "<T>::f",
    "Vec::<Vec<u8>>::new()",
    "a + b * c",
    "a < b",
    "a > b && c <= d",
    "a << 2 >> 1",
    "a == b",
    "a as u8 as u16",
    "(a as usize) < b",
    "x as *const u8",
    "f(a)(b)[c]?.d.0.e::<T>(1).await",
    "x.0.1",
    "(a, b)",
    "[a, b]",
    "[0; 4]",
    "()",
    "S { a, b: 1, ..c }",
    "a::S::<u8> { a: 1 }",
    "if a { b } else if let Some(c) = d { e } else { f }",
    "if a == S && b { }",
    "if let A(x) | B(x) = y && z { 1 } else { 2 }",
    "match x { A => 1, B { c } if d => { 2 } _ => 3 }",
    "while let Some(x) = y.next() { }",
    "for (a, b) in c.iter() { }",
    "for x in 0..n { }",
    "loop { break 1; }",
    "'a: loop { break 'a; }",
    "unsafe { f() }",
    "async { 1 }",
    "async move { 1 }",
    "{ 1 }",
    "{ a } + 1",
    "|x| x + 1",
    "|a: u8, &(b, _)| -> u8 { a }",
    "|| 1",
    "move || { }",
    "async |x| x",
    "async move || x",
    "for<'a> |x: &'a u8| x",
    "static || 1",
    "return",
    "return x",
    "break",
    "break 'a",
    "break 'a x",
    "continue",
    "continue 'a",
    "yield x",
    "a..b",
    "a..",
    "..b",
    "..",
    "..=b",
    "a..=b + 1",
    "a = b",
    "a += b",
    "a = b = c",
    "a <<= 1",
    "x?",
    "m!(a, b)",
    "m! { a }",
    "a::m![x]",
    "m!{a}.b",
    "#[x] a",
    "\"s\"",
    "b\"s\"",
    "r#\"s\"#",
    "'c'",
    "1.5",
    "1..2",
    "1.foo()",
    "a <- 1",
    "const_fn()",
    "a - -b",
    "a & &b",
    "a && &b",
    "a | b",
    "a || b",
    "|a| |b| a",
    "x.await?",
    "self",
    "self.x",
    "Self { a: 1 }",
    "Self::new()",
    "crate::f()",
    "super::f()",
    "a.b::<C<D>>()",
    "box_it(x)",
    "union",
    "auto",
    "default",
    "dyn_x",
    "r#type + 1",
    "if a {} else {} + 1",
    "match a {}.b()",
    "unsafe { a }.b",
    "f(|x| { x })",
    "*a.b = c",
    "!if a { b } else { c }",
    "return if a { b } else { c }",
    "if x == (S { a: 1 }) { }",
    "match (S { a }) { _ => 1 }",
    "|_| ()",
    "try_it",
    "gen_it",
    "safe",
    "macro_rules",
    "raw.x",
    "a as fn(u8) -> u8",
    "x as &dyn A",
    "a.b as u8 + 1",
    "-a as u8",
    "&a[1..]",
    "if let 0..=9 = x { }",
];

#[test]
fn expressions_end_where_they_end() {
    for text in EXPRESSIONS {
        for follow in [",", ";", "=>"] {
            takes("expr", text, follow);
        }
    }
}

#[test]
fn syn_agrees_on_the_expressions() {
    for text in EXPRESSIONS {
        // Of edition 2015, unstable, or read by rustc alone.
        if matches!(*text, "a <- 1" | "static || 1") {
            continue;
        }
        if let Err(error) = syn::parse_str::<syn::Expr>(text) {
            panic!("{text}: {error}");
        }
    }
}

#[test]
fn expressions_do_not_start_with_what_cannot() {
    for text in ["let x = 1", "=> 1", ", a", "const { 1 } x", "fn", "in x"] {
        refuses("expr", text);
    }
    // Since edition 2024, when nothing else matches.
    check("($e:expr) => { e }; (_) => { underscore };", "_", "underscore");
    check("($e:expr) => { $e };", "_", "_");
    check("($e:expr) => { $e };", "const { 1 }", "const { 1 }");
}

#[test]
fn types_end_where_they_end() {
    for text in [
        "u8",
        "a::B",
        "::a::B",
        "A<B>",
        "A<B<C>>",
        "A<'a, B, 3>",
        "A<{ N + 1 }>",
        "A<-1>",
        "&A",
        "&'a mut A",
        "*const A",
        "*mut A",
        "!",
        "_",
        "(A, B)",
        "()",
        "[A]",
        "[A; N + 1]",
        "fn(A) -> B",
        "unsafe extern \"C\" fn(A)",
        "for<'a> fn(&'a A) -> &'a B",
        "impl A + B",
        "dyn A + 'a + Send",
        "dyn Fn(A) -> B + Send",
        "Box<dyn FnMut(A) -> B>",
        "impl Fn(A) -> Result<B, C>",
        "<A as B>::C",
        "<A>::C<D>",
        "A<B = C>",
        "A<B: C>",
        "m!(x)",
        "A + B",
        "dyn for<'a> A<'a>",
        "Option<fn() -> A>",
        "impl for<'a> A<'a> + ?Sized",
        "(dyn A + B)",
        "Self",
        "A::<B>::C",
        "&&A",
        "Fn() -> A",
        "impl Fn() -> impl Fn() -> A",
    ] {
        for follow in [",", ";", "=>", "=", "{}", "where", "as"] {
            takes("ty", text, follow);
        }
    }
    for text in ["+", "= A", "1", "{}", "mut A"] {
        refuses("ty", text);
    }
}

#[test]
fn types_may_end_inside_an_operator() {
    check("(Vec<$t:ty>) => { $t }", "Vec<Vec<u8>>", "Vec<u8>");
    check("(A<B<$t:ty>>) => { $t }", "A<B<Vec<u8>>>", "Vec<u8>");
    check("(<$t:ty>::$n:ident) => { $t $n }", "<A<B>>::C", "A<B> C");
}

#[test]
fn patterns_end_where_they_end() {
    for text in [
        "x",
        "_",
        "..",
        "mut x",
        "ref x",
        "ref mut x",
        "x @ 1..=9",
        "x @ (A | B)",
        "A",
        "a::B",
        "A(x, ..)",
        "a::B { x, y: 1, .. }",
        "(a, b)",
        "[a, .., b]",
        "&x",
        "&mut x",
        "&&x",
        "1",
        "-1",
        "1..=9",
        "..=9",
        "1..",
        "'a'..='z'",
        "A::B..=A::C",
        "\"s\"",
        "true",
        "<T>::A",
        "m!(x)",
        "box x",
        "const { 1 }",
        "A::<B>::C(x)",
        "self::A",
    ] {
        for follow in ["=>", ",", "=", "if", "in"] {
            takes("pat", text, follow);
            takes("pat_param", text, follow);
        }
    }
    takes("pat", "A | B(x)", "=>");
    takes("pat", "| A | B", "=>");
    check("($($p:pat)|+ => $e:expr) => { [$($p),+] $e }", "A | B(_) => 1", "[A, B(_)] 1");
    check("($($p:pat_param)|+) => { [$($p),+] }", "A | B", "[A, B]");
}

#[test]
fn items_end_where_they_end() {
    for text in [
        "fn f() {}",
        "pub fn f<T: A<B>>(x: T) -> Vec<T> where T: C { { } }",
        "pub(crate) const fn f();",
        "async fn f() {}",
        "unsafe extern \"C\" fn f() {}",
        "const X: u8 = { 1 };",
        "const _: () = ();",
        "static mut X: u8 = 1;",
        "struct S;",
        "struct S(A, pub B);",
        "struct S<T>(T) where T: A;",
        "struct S { a: A }",
        "enum E { A, B(C) }",
        "union U { a: A }",
        "trait T: A + B { }",
        "unsafe impl<T> A for B<{ N }> { }",
        "impl<T> Fn(A) -> B for C { }",
        "mod m;",
        "mod m { fn f() {} }",
        "use a::{b, c as d};",
        "extern crate a as b;",
        "extern \"C\" { fn f(); }",
        "type A<T> = B<T>;",
        "macro_rules! m { () => {} }",
        "macro_rules! m [ () => {} ];",
        "m! { a }",
        "a::m!(b);",
        "m! x { a }",
        "#[a] #[b(c)] pub struct S;",
        "auto trait A {}",
        "default fn f() {}",
        "pub macro m($x:expr) { $x }",
        "fn f() -> [u8; { 1 }] { }",
        "fn f() -> A<{ N }> { }",
        "impl A where [(); { N }]: B { }",
        "const fn f() {}",
        "pub(in a::b) static X: A = B;",
        "fn f(x: impl Fn() -> u8) -> impl Fn(u8) -> u8 { }",
    ] {
        takes("item", text, "");
        takes("item", text, "fn next() {}");
    }
    for text in ["x", "let x = 1;", "1 + 2", "m!(x).y"] {
        refuses("item", text);
    }
    check(
        "($($i:item)*) => { $(#[cfg(a)] $i)* }",
        "fn f() {} struct S; use a::b; m!(x);",
        "#[cfg(a)] fn f() {} #[cfg(a)] struct S; #[cfg(a)] use a::b; #[cfg(a)] m!(x);",
    );
}

#[test]
fn statements_end_where_they_end() {
    for text in [
        "let x = 1",
        "let x: Vec<A> = y",
        "let A(x) = y else { return }",
        "x = 1",
        "f(x)",
        "return",
        "x.y + z",
        "struct S;",
        "fn f() {}",
        "if a { } else { }",
        "match a { }.b()",
        "m! { x }",
        "m!(x)",
        "#[a] let x = 1",
        "{ 1 }",
    ] {
        let semicolon = if matches!(text, "struct S;" | "fn f() {}") { "" } else { ";" };
        takes("stmt", text, semicolon);
    }
    check("($($s:stmt;)*) => { $($s;)* }", "let x = 1; x + 1;", "let x = 1; x + 1;");
    check("($($s:stmt;)*) => { $($s)* }", "let x = 1; let y = 2;", "let x = 1; let y = 2;");
}

#[test]
fn small_fragments() {
    check("($l:lifetime $i:ident $b:block $v:literal) => { $l $i $b $v }", "'a r#fn { x } -1.5", "'a r#fn { x } -1.5");
    check("($a:literal $b:literal) => { $a $b }", "true \"x\"", "true \"x\"");
    refuses("ident", "_");
    refuses("ident", "1");
    check("($i:ident) => { $i }", "self", "self");
    check("($v:vis struct) => { [$v] }", "struct", "[]");
    check("($v:vis struct) => { [$v] }", "pub(in a::b) struct", "[pub(in a::b)]");
    check("($v:vis $t:ty) => { [$v] $t }", "pub (A, B)", "[pub] (A, B)");
    check("($v:vis $t:ty) => { [$v] $t }", "pub(crate) (A, B)", "[pub(crate)] (A, B)");
    check(
        "($(#[$m:meta])*) => { $([$m])* }",
        "#[a] #[b::c(d)] #[e = \"f\"] #[unsafe(no_mangle)]",
        "[a] [b::c(d)] [e = \"f\"] [unsafe(no_mangle)]",
    );
    check("($p:path) => { $p }", "::a::b<C>::d", "::a::b::<C>::d");
    check("($p:path) => { $p(1) }", "A<u8>", "A::<u8>(1)");
}

#[test]
fn parentheses_keep_an_expression_together() {
    check("($a:expr, $b:expr) => { $a * $b }", "1 + 2, x", "(1 + 2) * x");
    check("($a:expr) => { -$a }", "x + 1", "-(x + 1)");
    check("($a:expr) => { $a.f() }", "x + 1", "(x + 1).f()");
    check("($a:expr) => { $a.f() }", "x.g(1)?", "x.g(1)?.f()");
    check("($a:expr) => { $a as u8 }", "&x", "(&x) as u8");
    check("($a:expr) => { $a? }", "f()", "f()?");
    check(
        "($a:expr) => { f($a, [$a], { $a }); let y = $a; return $a; }",
        "x + 1",
        "f(x + 1, [x + 1], { x + 1 }); let y = x + 1; return x + 1;",
    );
    check("($a:expr) => { match x { y => $a, _ if $a => 1 } }", "p || q", "match x { y => p || q, _ if p || q => 1 }");
    check("($a:expr) => { if $a { 1 } }", "S { a: 1 } == s", "if (S { a: 1 } == s) { 1 }");
    check("($a:expr) => { if $a { 1 } }", "a == s", "if a == s { 1 }");
    check("($a:expr) => { &mut $a }", "x", "&mut x");
    check("($a:expr) => { &mut $a }", "x.y[0]", "&mut x.y[0]");
    check("($f:expr) => { $f(1) }", "|x| x", "(|x| x)(1)");
    check("($a:expr) => { 0..=$a }", "n - 1", "0..=(n - 1)");
    check("($a:expr) => { x == $a }", "b & c", "x == (b & c)");
    check("($a:literal) => { $a.abs() }", "-1", "(-1).abs()");
    check("($a:literal) => { A::<$a>::f() }", "-1", "A::< -1>::f()");
    check("($a:expr) => { *$a = 1 }", "x.y", "*x.y = 1");
}

#[test]
fn types_stay_together() {
    check("($t:ty) => { $t::new() }", "A", "A::new()");
    check("($t:ty) => { $t::new() }", "a::A", "a::A::new()");
    check("($t:ty) => { $t::new() }", "Vec<u8>", "<Vec<u8> >::new()");
    check("($t:ty) => { $t::new() }", "[u8]", "<[u8]>::new()");
    check("($t:ty) => { <$t>::new() }", "Vec<u8>", "<Vec<u8> >::new()");
    check("($t:ty) => { &$t }", "dyn A + B", "&(dyn A + B)");
    check("($t:ty) => { Box<$t> }", "dyn A + B", "Box<dyn A + B>");
}
