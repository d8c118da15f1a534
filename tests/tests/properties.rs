//! Properties of the whole way from text to graph: no input panics it, and equal source sets give
//! equal bytes, whatever the number of threads and the order in which files came.

use std::sync::OnceLock;

use isgraph::{IndexConfig, SourceSet, index};
use proptest::prelude::*;

/// Pieces of Rust that lean on each other across files: whatever is drawn, names meet.
const PIECES: &[&str] = &[
    "pub struct S { pub a: T, b: Vec<S> }",
    "pub struct T(pub S2, u8);",
    "pub enum E { A, B(S), C { s: T } }",
    "pub trait Tr: Sup { type Out; const N: usize; fn m(&self) -> Self::Out; fn d(&self) { self.m(); } }",
    "pub trait Sup { fn s(&self) {} }",
    "impl Sup for S {}",
    "impl Tr for S { type Out = T; const N: usize = 1; fn m(&self) -> T { T(S2, 1) } }",
    "impl<X: Sup> Tr for Box<X> { type Out = u8; const N: usize = 2; fn m(&self) -> u8 { self.s(); 0 } }",
    "impl S { pub fn new() -> Self { S { a: T(S2, 0), b: vec![S::new()] } } pub fn go(&self) -> &T { self.a.t(); &self.a } }",
    "impl T { pub fn t(&self) -> E { E::B(S::new()) } }",
    "pub struct S2;",
    "impl std::ops::Deref for T { type Target = S2; fn deref(&self) -> &S2 { &self.0 } }",
    "impl S2 { fn via(&self) {} }",
    "pub use crate::a::*;",
    "pub use super::*;",
    "use crate::b::{self, S as R, T};",
    "pub mod inner { pub use super::*; pub fn f() { super::free(1); } }",
    "macro_rules! make { ($n:ident, $($t:ty),*) => { pub struct $n($($t),*); impl $n { pub fn made(&self) -> usize { free(1) } } }; }",
    "make!(Made, S, T);",
    "macro_rules! twice { ($e:expr) => { { $e; $e } }; }",
    "fn user(x: &S, y: impl Tr, z: &dyn Tr<Out = u8>) { x.go().via(); y.m(); z.d(); twice!(free(2)); let c = |q: &S| q.go(); c(x); }",
    "pub fn free(n: usize) -> usize { if n > 0 { free(n - 1) } else { match E::A { E::A => 1, E::B(s) => s.b.len(), E::C { s } => s.1 as usize } } }",
    "#[cfg(unix)] pub fn twin() { free(1); }",
    "#[cfg(windows)] pub fn twin() { free(2); }",
    "pub async fn wait(s: S) -> T { later(s).await.a }",
    "pub async fn later(s: S) -> S { s }",
    "#[derive(Clone, Debug)] pub struct Derived<A, const N: usize> where A: Tr { a: [A; N] }",
    "const K: usize = <S as Tr>::N + free(3);",
    "static ST: S = S::new();",
    "type Alias<X> = Result<X, E>;",
    "fn chain() -> Alias<S> { let s = Some(S::new()).ok_or(E::A)?; for x in &s.b { x.go(); } Ok(s) }",
    "extern \"C\" { fn c_fn(x: u8) -> u8; static C_ST: u8; }",
    "fn nested() { use crate::a::S as Local; struct In; impl In { fn i(&self) { Local::new(); } } In.i(); }",
];

const FILES: &[&str] = &["src/lib.rs", "src/a.rs", "src/b.rs", "src/b/c.rs", "src/main.rs", "tests/t.rs"];

/// A file: pieces, with now and then something cut out of the middle or put into it.
fn file() -> impl Strategy<Value = String> {
    let pieces = proptest::collection::vec(proptest::sample::select(PIECES), 0..12);
    let damage = proptest::option::weighted(0.3, (any::<prop::sample::Index>(), "[ -~\n]{0,6}", 0_usize..6));
    (pieces, damage).prop_map(|(pieces, damage)| {
        let mut text = format!("mod a; pub mod b; mod c;\n{}\n", pieces.join("\n"));
        if let Some((at, insert, remove)) = damage {
            let at = at.index(text.len());
            let end = (at + remove).min(text.len());
            text.replace_range(at..end, &insert);
        }
        text
    })
}

fn files() -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::sample::subsequence(FILES, 1..=FILES.len())
        .prop_flat_map(|paths| paths.into_iter().map(|path| (Just(path.to_owned()), file())).collect::<Vec<_>>())
}

fn bytes(files: &[(String, String)]) -> Vec<u8> {
    let sources = SourceSet::from_files(files.iter().map(|(path, text)| (path.clone(), text.as_str())));
    let graph = index(&sources, &IndexConfig::default());
    isgraph::export::json::to_string(&graph).into_bytes()
}

fn pool(threads: usize) -> &'static rayon::ThreadPool {
    static ONE: OnceLock<rayon::ThreadPool> = OnceLock::new();
    static SEVEN: OnceLock<rayon::ThreadPool> = OnceLock::new();
    let slot = if threads == 1 { &ONE } else { &SEVEN };
    slot.get_or_init(|| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn threads_and_file_order_do_not_change_the_export(files in files()) {
        let one = pool(1).install(|| bytes(&files));
        let reversed: Vec<_> = files.iter().rev().cloned().collect();
        let many = pool(7).install(|| bytes(&reversed));
        prop_assert!(one == many, "the exports differ");
    }

    #[test]
    fn any_text_is_indexed(texts in proptest::collection::vec(any::<String>(), 1..4)) {
        let files: Vec<(String, String)> =
            texts.into_iter().zip(FILES).map(|(text, path)| (path.to_string(), text)).collect();
        prop_assert!(!bytes(&files).is_empty());
    }

    #[test]
    fn any_manifest_is_read(manifest in "[a-z\\[\\]\"=./*{}, \n#]{0,120}") {
        let files = [("Cargo.toml".to_owned(), manifest), ("src/lib.rs".to_owned(), "pub fn f() {}".to_owned())];
        let export = String::from_utf8(bytes(&files)).expect("JSON is UTF-8");
        prop_assert!(export.contains("\"name\":\"f\""), "the file beside the manifest is lost");
    }
}
