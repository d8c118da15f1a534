//! Hostile code ends as diagnostics and unresolved sites: nothing overflows the two megabytes of
//! stack that a test has, nothing runs for ever, and the good items beside it are still there.

use std::fmt::Write as _;

use isgraph::model::EdgeKind;
use isgraph::{Graph, IndexConfig, SourceSet, index};

/// Indexes hostile code beside two functions, one of which calls the other.
#[track_caller]
fn survives(hostile: &str) -> Graph {
    let text = format!("fn before() {{ after() }}\n{hostile}\nfn after() {{}}\n");
    let graph = index(&SourceSet::from_files([("src/lib.rs", text)]), &IndexConfig::default());
    let before = graph.find("before").expect("the item before is there");
    let after = graph.find("after").expect("the item after is there");
    let called = graph.edges_from(before).any(|edge| edge.kind == EdgeKind::Calls && edge.to == after);
    assert!(called, "the call beside the hostile code is lost");
    graph
}

#[test]
fn macros_that_double_themselves() {
    let mut text = String::from("macro_rules! m0 { () => { before(); } }\n");
    for n in 1..40 {
        let _ = writeln!(text, "macro_rules! m{n} {{ () => {{ m{0}!(); m{0}!(); }} }}", n - 1);
    }
    text.push_str("fn bomb() { m39!(); }\nm39!();\n");
    survives(&text);
}

#[test]
fn a_macro_that_makes_more_macros_for_ever() {
    let graph = survives(
        "macro_rules! again { ($n:ident) => { fn $n() {} again!($n); } }\nagain!(x);\nfn body() { again!(y); }",
    );
    assert!(graph.diagnostics().iter().any(|diagnostic| diagnostic.code == "MACRO"), "nothing is said about it");
}

#[test]
fn impls_whose_bounds_ask_for_each_other() {
    let mut text = String::from("trait T { fn go(&self); }\nstruct W<A>(A);\n");
    for n in 0..24 {
        let _ = writeln!(text, "trait B{n} {{}} impl<A> B{n} for W<A> where W<W<A>>: B{}, A: B{0} {{}}", (n + 1) % 24);
    }
    text.push_str("impl<A> T for A where A: B0 + B1 + B2 { fn go(&self) {} }\n");
    text.push_str("fn ask(w: W<W<W<u8>>>) { w.go(); w.0.go(); w.0.0.go(); }\n");
    survives(&text);
}

#[test]
fn types_that_double_with_each_line() {
    let mut text = String::from("fn grow() { let x0 = (1, 1);\n");
    for n in 1..200 {
        let _ = writeln!(text, "let x{n} = (x{0}.clone(), x{0});", n - 1);
    }
    text.push_str("x199.m(); }\n");
    survives(&text);
}

#[test]
fn aliases_and_defaults_that_name_themselves() {
    survives(
        "type A = B; type B = A; struct D<T = D>(T); impl D<Self> { fn f(&self) {} }\n\
         trait R { type N: R; fn n(&self) -> Self::N; }\n\
         fn deep<X: R>(x: X, a: A, d: D) { x.n().n().n().n().n().n(); a.f(); d.f(); d.0.f(); }\n\
         impl R for u8 { type N = <u8 as R>::N; fn n(&self) -> Self::N { self.n() } }",
    );
}

#[test]
fn supertraits_and_globs_in_a_circle() {
    survives(
        "trait A: C {} trait B: A {} trait C: B { fn c(&self) {} } fn f(x: &dyn A) { x.c(); x.nothing(); }\n\
         mod p { pub use super::q::*; pub use super::p::*; } mod q { pub use super::p::*; pub fn g() {} }\n\
         fn h() { p::g(); p::missing(); }",
    );
}

#[test]
fn long_chains_and_deep_closures() {
    let mut text = String::from("struct S; impl S { fn m(self) -> S { self } }\nfn chain() { S");
    text.push_str(&".m()".repeat(3_000));
    text.push_str("; }\nfn sum(a: u8) -> u8 { a");
    text.push_str(&" + a".repeat(3_000));
    text.push_str(" }\nfn ifs(a: u8) { if a == 0 {}");
    for n in 0..2_000 {
        let _ = write!(text, " else if a == {} {{}}", n % 250);
    }
    text.push_str(" }\nfn closures() { ");
    text.push_str(&"(|x| ".repeat(90));
    text.push('x');
    text.push_str(&")(1)".repeat(90));
    text.push_str("; }\n");
    survives(&text);
}

#[test]
fn a_deref_that_never_ends() {
    survives(
        "use std::ops::Deref; struct L<T>(T); impl<T> Deref for L<T> { type Target = L<L<T>>; fn deref(&self) -> &L<L<T>> { loop {} } }\n\
         fn f(l: L<u8>) { l.missing(); l.field; l[0]; }",
    );
}

#[test]
fn files_that_declare_each_other() {
    let sources = SourceSet::from_files([
        ("src/lib.rs", "mod a; pub fn f() { a::g() }"),
        ("src/a.rs", "#[path = \"b.rs\"] mod b; pub fn g() {}"),
        ("src/b.rs", "#[path = \"a.rs\"] mod a; #[path = \"../../../../etc/passwd\"] mod p;"),
    ]);
    let graph = index(&sources, &IndexConfig::default());
    assert!(graph.diagnostics().iter().any(|diagnostic| diagnostic.code == "MODULE_CYCLE"));
    let f = graph.find("lib::f").or_else(|_| graph.find("f")).expect("f is there");
    assert!(graph.edges_from(f).any(|edge| edge.kind == EdgeKind::Calls));
}
