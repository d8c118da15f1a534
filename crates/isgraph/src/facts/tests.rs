//! Facts as a whole: tiny fixtures, and properties that hold for any text.

use proptest::prelude::*;

use super::*;
use crate::name::Name;

/// Real sources: this project's own.
const SOURCES: &[&str] = &[
    include_str!("../model.rs"),
    include_str!("../name.rs"),
    include_str!("cut.rs"),
    include_str!("lower/exprs.rs"),
    include_str!("lower/macros.rs"),
    include_str!("parts.rs"),
    include_str!("tree.rs"),
];

/// A file's facts, one line per item.
fn outline(text: &str) -> String {
    fn walk(nodes: &[ItemNode], depth: usize, out: &mut String) {
        for node in nodes {
            out.push_str(&"  ".repeat(depth));
            out.push_str(&node.facts.signature);
            out.push('\n');
            walk(&node.children, depth + 1, out);
        }
    }
    let facts = read_file(text, Edition::E2021);
    let mut out = String::new();
    walk(&facts.items, 0, &mut out);
    for problem in &facts.problems {
        let line = facts.lines.partition_point(|&start| start <= problem.offset);
        out.push_str(&format!("{} at line {line}\n", problem.code.as_str()));
    }
    out
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let expected: Vec<&str> = expected.lines().filter(|line| !line.trim().is_empty()).collect();
    let indent = expected.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let expected: String = expected.iter().map(|line| format!("{}\n", &line[indent..])).collect();
    assert_eq!(outline(text), expected);
    check_offsets(text);
}

/// The expressions of a function's body, in a compact notation.
fn body(text: &str) -> String {
    let facts = read_file(text, Edition::E2021);
    assert_eq!(facts.problems, []);
    check_offsets(text);
    let ItemKind::Fn(facts) = &facts.items[0].facts.kind else { panic!("not a function") };
    let body = facts.body.as_ref().expect("it has a body");
    Notation { arena: &body.arena }.expr(body.root)
}

/// Prints expressions as S-expressions.
struct Notation<'a> {
    arena: &'a Arena,
}

impl Notation<'_> {
    fn exprs(&self, list: &[ExprId]) -> String {
        list.iter().map(|&expr| self.expr(expr)).collect::<Vec<_>>().join(" ")
    }

    fn option(&self, expr: Option<ExprId>) -> String {
        expr.map_or_else(String::new, |expr| format!(" {}", self.expr(expr)))
    }

    fn pat(&self, pat: PatId) -> String {
        let list = |pats: &[PatId]| pats.iter().map(|&pat| self.pat(pat)).collect::<Vec<_>>().join(" ");
        match &self.arena[pat] {
            Pat::Wild => "_".to_owned(),
            Pat::Rest => "..".to_owned(),
            Pat::Bind { name, sub: None, .. } => name.to_string(),
            Pat::Bind { name, sub: Some(sub), .. } => format!("{name}@{}", self.pat(*sub)),
            Pat::Path(path) => path_text(self.arena, *path),
            Pat::TupleStruct(path, pats) => format!("{}({})", path_text(self.arena, *path), list(pats)),
            Pat::Struct(path, fields) => {
                let fields: Vec<_> = fields.iter().map(|f| format!("{}:{}", f.name, self.pat(f.pat))).collect();
                format!("{}{{{}}}", path_text(self.arena, *path), fields.join(" "))
            }
            Pat::Tuple(pats) => format!("({})", list(pats)),
            Pat::Or(pats) => format!("(| {})", list(pats)),
            Pat::Ref { pat, .. } => format!("&{}", self.pat(*pat)),
            Pat::Slice(pats) => format!("[{}]", list(pats)),
            Pat::Value(exprs) => self.exprs(exprs),
            Pat::Guard(pat, expr) => format!("{} if {}", self.pat(*pat), self.expr(*expr)),
            Pat::Macro(_) => "macro".to_owned(),
            Pat::Error => "error".to_owned(),
        }
    }

    fn expr(&self, expr: ExprId) -> String {
        match &self.arena[expr] {
            Expr::Missing(parts) => format!("(missing {})", self.exprs(parts)),
            Expr::Path(path) => path_text(self.arena, *path),
            Expr::Literal(literal) => {
                format!("{literal:?}").split(['(', ' ']).next().unwrap_or_default().to_lowercase()
            }
            Expr::Call { callee, args } => format!("({} {})", self.expr(*callee), self.exprs(args)),
            Expr::MethodCall { receiver, name, generics, args, .. } => {
                let generics = if generics.is_some() { "::<>" } else { "" };
                format!("(.{name}{generics} {})", self.exprs(&[&[*receiver], &args[..]].concat()))
            }
            Expr::Field { base, name, .. } => format!("{}.{name}", self.expr(*base)),
            Expr::Index { base, index, .. } => format!("{}[{}]", self.expr(*base), self.expr(*index)),
            Expr::Unary { op, expr, .. } => format!("({op:?} {})", self.expr(*expr)),
            Expr::Binary { op, assign, lhs, rhs, .. } => {
                format!("({op:?}{} {})", if *assign { "=" } else { "" }, self.exprs(&[*lhs, *rhs]))
            }
            Expr::Assign { lhs, rhs } => format!("(= {})", self.exprs(&[*lhs, *rhs])),
            Expr::Ref { expr, .. } => format!("&{}", self.expr(*expr)),
            Expr::Cast { expr, ty } => format!("({} as {})", self.expr(*expr), type_text(self.arena, *ty)),
            Expr::Try { expr, .. } => format!("{}?", self.expr(*expr)),
            Expr::Await { expr, .. } => format!("{}.await", self.expr(*expr)),
            Expr::Block(block) => {
                let mut out: Vec<String> = block.stmts.iter().map(|stmt| self.stmt(stmt)).collect();
                out.extend(block.tail.map(|tail| self.expr(tail)));
                let kind = if block.kind == BlockKind::Plain { String::new() } else { format!("{:?}", block.kind) };
                format!("{kind}{{{}}}", out.join(" "))
            }
            Expr::If { cond, then, else_ } => {
                format!("(if {} {}{})", self.expr(*cond), self.expr(*then), self.option(*else_))
            }
            Expr::Let { pat, expr } => format!("(let {} {})", self.pat(*pat), self.expr(*expr)),
            Expr::Match { scrutinee, arms } => {
                let arm = |arm: &Arm| {
                    let guard = arm.guard.map_or_else(String::new, |guard| format!(" if {}", self.expr(guard)));
                    format!(" {}{guard} => {}", self.pat(arm.pat), self.expr(arm.body))
                };
                format!("(match {}{})", self.expr(*scrutinee), arms.iter().map(arm).collect::<Vec<_>>().join(","))
            }
            Expr::Loop { body, .. } => format!("(loop {})", self.expr(*body)),
            Expr::While { cond, body, .. } => format!("(while {} {})", self.expr(*cond), self.expr(*body)),
            Expr::For { pat, iter, body, .. } => {
                format!("(for {} {} {})", self.pat(*pat), self.expr(*iter), self.expr(*body))
            }
            Expr::Closure(closure) => {
                let params: Vec<String> = closure.params.iter().map(|&(pat, _)| self.pat(pat)).collect();
                format!("(|{}| {})", params.join(" "), self.expr(closure.body))
            }
            Expr::Return(expr) => format!("(return{})", self.option(*expr)),
            Expr::Break { expr, .. } => format!("(break{})", self.option(*expr)),
            Expr::Continue => "continue".to_owned(),
            Expr::Struct { path, fields, base } => {
                let fields: Vec<_> = fields.iter().map(|f| format!("{}:{}", f.name, self.expr(f.value))).collect();
                format!("{}{{{}{}}}", path_text(self.arena, *path), fields.join(" "), self.option(*base))
            }
            Expr::Tuple(exprs) => format!("(tuple {})", self.exprs(exprs)),
            Expr::Array(exprs) => format!("[{}]", self.exprs(exprs)),
            Expr::Repeat { value, len } => format!("[{}; {}]", self.expr(*value), self.expr(*len)),
            Expr::Range { start, end, .. } => format!("(..{}{})", self.option(*start), self.option(*end)),
            Expr::Macro(call) => {
                let call = &self.arena[*call];
                let args = call.args.as_ref().map_or("?".to_owned(), |args| self.exprs(&args.exprs));
                format!("({}! {args})", path_text(self.arena, call.path))
            }
            Expr::Underscore => "_".to_owned(),
        }
    }

    fn stmt(&self, stmt: &Stmt) -> String {
        match stmt {
            Stmt::Let { pat, ty, init, else_ } => {
                let ty = ty.map_or_else(String::new, |ty| format!(": {}", type_text(self.arena, ty)));
                format!("(let {}{ty}{}{})", self.pat(*pat), self.option(*init), self.option(*else_))
            }
            Stmt::Expr(expr) => format!("{};", self.expr(*expr)),
            Stmt::MacroDef(_) => "macro_rules;".to_owned(),
        }
    }
}

/// Every named offset points to its name, and every node lies in its parent, in order.
fn check_offsets(text: &str) {
    let facts = read_file(text, Edition::E2021);
    assert_eq!(facts.len as usize, text.len());
    let whole = facts.problems.is_empty();
    check_nodes(text, &facts.items, 0, facts.len, whole);
    for problem in &facts.problems {
        assert!(problem.offset <= facts.len);
    }
    assert_eq!(facts, read_file(text, Edition::E2021));
}

fn check_nodes(text: &str, nodes: &[ItemNode], base: u32, len: u32, whole: bool) {
    let mut last = 0;
    for node in nodes {
        assert!(node.offset >= last, "nodes are ordered and apart");
        last = node.offset + node.len;
        assert!(last <= len, "a node lies in its parent");
        let start = base + node.offset;
        let own = &text[start as usize..(start + node.len) as usize];
        check_item(own, &node.facts, whole);
        check_nodes(text, &node.children, start, node.len, whole);
    }
}

fn check_name(text: &str, name: Name, offset: Offset) {
    if name == "_" {
        return;
    }
    let rest = text.get(offset as usize..).unwrap_or_default();
    let rest = rest.strip_prefix("r#").unwrap_or(rest);
    assert!(rest.starts_with(name.as_str()), "{name} is not at {offset}: {:?}", rest.get(..20).unwrap_or(rest));
}

/// `whole`: nothing was blanked, so texts of macros are as written.
fn check_item(text: &str, facts: &ItemFacts, whole: bool) {
    check_name(text, facts.name, facts.name_offset);
    check_arena(text, &facts.arena, whole);
    for derive in facts.attrs.derives.iter().chain(&facts.attrs.macros) {
        if let Some(&last) = derive.segments.last() {
            check_name(text, last, derive.offset);
        }
    }
    let fields = |fields: &Fields| {
        for field in fields.as_slice() {
            if matches!(fields, Fields::Named(_)) {
                check_name(text, field.name, field.offset);
            }
        }
    };
    let body = |body: &Option<std::sync::Arc<Body>>| {
        if let Some(body) = body {
            check_arena(text, &body.arena, whole);
            check_nodes(text, &body.items, 0, text.len() as u32, whole);
        }
    };
    match &facts.kind {
        ItemKind::Fn(facts) => body(&facts.body),
        ItemKind::Const { body: value, .. } | ItemKind::Static { body: value, .. } => body(value),
        ItemKind::Struct(_, list) | ItemKind::Union(_, list) => fields(list),
        ItemKind::Enum(_, variants) => {
            for variant in variants {
                check_name(text, variant.name, variant.offset);
                assert!(variant.offset < variant.end && variant.end as usize <= text.len());
                fields(&variant.fields);
                body(&variant.discriminant);
            }
        }
        ItemKind::Use(leaves) => {
            for &(name, offset) in leaves.iter().flat_map(|leaf| &leaf.segments) {
                check_name(text, name, offset);
            }
        }
        ItemKind::MacroDef(def) => assert!(!whole || text[def.offset as usize..].starts_with(&*def.text)),
        ItemKind::MacroCall(call) => assert!(!whole || text[call.offset as usize..].starts_with(&*call.text)),
        _ => {}
    }
}

fn check_arena(text: &str, arena: &Arena, whole: bool) {
    let args = |args: &GenericArgs| {
        for binding in args.bindings.iter().filter(|_| !args.parenthesized) {
            check_name(text, binding.name, binding.offset);
        }
    };
    for path in &arena.paths {
        for segment in &path.segments {
            check_name(text, segment.name, segment.offset);
            segment.args.as_deref().map(args);
        }
        let word = match path.anchor {
            PathAnchor::Global => "::",
            PathAnchor::Crate if path.qself.is_none() => "crate",
            PathAnchor::SelfType if path.qself.is_none() => "Self",
            _ if path.qself.is_some() => "<",
            _ => "",
        };
        assert!(text[path.offset as usize..].starts_with(word));
    }
    for pat in &arena.pats {
        match pat {
            Pat::Bind { name, offset, .. } => check_name(text, *name, *offset),
            Pat::Struct(_, fields) => fields.iter().for_each(|field| check_name(text, field.name, field.offset)),
            _ => {}
        }
    }
    for expr in &arena.exprs {
        match expr {
            Expr::MethodCall { name, offset, .. } | Expr::Field { name, offset, .. } => {
                check_name(text, *name, *offset);
            }
            Expr::Struct { fields, .. } => fields.iter().for_each(|field| check_name(text, field.name, field.offset)),
            Expr::Try { offset, .. } => assert!(text[*offset as usize..].starts_with('?')),
            Expr::Index { offset, .. } => assert!(text[*offset as usize..].starts_with('[')),
            _ => {}
        }
    }
    for call in &arena.macros {
        assert!(!whole || text[call.offset as usize..].starts_with(&*call.text));
    }
}

#[test]
fn reads_items_and_members() {
    check(
        "#![no_std]\n//! Docs.\nuse a::{b, c::*};\npub mod m { #![allow(x)] fn f() {} struct S; }\nimpl<T> A for B { type C = D; const E: u8 = 1; fn g(&self) {} m!(); }\nextern \"C\" { static X: u8; fn h(); }\ntrait T { fn d(&self); }",
        "
        use a::{b, c::*}
        pub mod m
          fn f()
          struct S
        impl<T> A for B
          type C = D
          const E: u8
          fn g(&self)
          m!
        extern \"C\"
          static X: u8
          fn h()
        trait T
          fn d(&self)
        ",
    );
}

/// What syn keeps as tokens or rejects, though the compiler reads it.
#[test]
fn reads_unstable_syntax() {
    check(
        "pub const trait A: B { fn f(); }\nconst unsafe auto trait C {}\npub impl(in a::b) trait D { type T; }\nimpl const A for S { const X: u8; }\nimpl<const N: usize, T: Fn() -> u8> const A for [T; N] {}\nconst impl A for T { fn f() {} }\nunsafe impl *const S {}\npub trait E: ~const A {}\nfn f<T: ~const A>() where S: ~const A { loop {} }",
        "
        pub const trait A: B
          fn f()
        const unsafe auto trait C
        pub impl(in a::b) trait D
          type T
        impl const A for S
          const X: u8
        impl<const N: usize, T: Fn() -> u8> const A for [T; N]
        const impl A for T
          fn f()
        unsafe impl *const S
        pub trait E: ~const A
        fn f<T: ~const A>() where S: ~const A
        ",
    );
    check(
        "const A<T: B>: usize = size_of::<T>() where T: C;\nconst D: u8;\npub(in a::b) static mut E: u8;\nstatic F = 1;\nconst _<T>: () = ();\ntype G: H = u8;\ntype I;\npub type J: K;\n#[m] pub(crate) macro k($x:expr) { $x }\nunsafe extern \"C\" { safe fn l(); pub unsafe static M: u8; safe static N: u8 = 1; fn o() {} type P = u8; }",
        "
        const A<T: B>: usize
        const D: u8
        pub(in a::b) static mut E: u8
        static F
        const _<T>: ()
        type G: H = u8
        type I
        pub type J: K
        pub(crate) macro k
        unsafe extern \"C\"
          safe fn l()
          pub unsafe static M: u8
          safe static N: u8
          fn o()
          type P = u8
        ",
    );
    check(
        "trait A { pub fn a(); default fn b() {} const C<T>: u8; default const D: u8 = 1; type E<T>: F where T: G; default type H = u8; }\nimpl A { default const fn i() {} default const J: u8 = 1; const K<T>: T; default type L: M = u8 where u8: N; pub type O = u8; }",
        "
        trait A
          pub fn a()
          default fn b()
          const C<T>: u8
          default const D: u8
          type E<T>: F where T: G
          default type H = u8
        impl A
          default const fn i()
          default const J: u8
          const K<T>: T
          default type L: M = u8 where u8: N
          pub type O = u8
        ",
    );
    let facts =
        read_file("#[cfg(a)] pub(crate) macro k($x:expr) { $x } #[cfg(b)] const C<T>: u8 = f();", Edition::E2021);
    let cfgs: Vec<_> = facts.items.iter().filter_map(|item| Some(item.facts.attrs.cfg.as_ref()?.to_string())).collect();
    assert_eq!(cfgs, ["a", "b"]);
    assert_eq!(facts.items[0].facts.visibility, Visibility::Crate);
    let ItemKind::Const { body: Some(body), generics, .. } = &facts.items[1].facts.kind else {
        panic!("not a constant")
    };
    assert_eq!(Notation { arena: &body.arena }.expr(body.root), "(f )");
    assert_eq!(generics.params.len(), 1);
}

#[test]
fn reads_shebang_bom_and_crlf() {
    check(
        "\u{feff}#!/usr/bin/env run\r\n#![allow(x)]\r\n/// D\r\nfn f() {\r\n    é::a(\"\r\n\"); b.c();\r\n}\r\n",
        "fn f()",
    );
    let facts =
        read_file("//! First\n//! line.\n//!\n//! Second.\n#![cfg(unix)]\n#![no_std]\nfn f() {}", Edition::E2021);
    assert_eq!(facts.attrs.docs.as_deref(), Some("First line."));
    assert_eq!(facts.attrs.cfg.map(|cfg| cfg.to_string()).as_deref(), Some("unix"));
    assert!(facts.attrs.flags.no_std);
}

#[test]
fn reads_attributes() {
    let text = "/// One\n/// two.\n///\n/// Three.\n#[cfg(unix)]\n#[cfg(not(test))]\n#[derive(Debug, serde::Serialize)]\n#[cfg_attr(x, derive(Clone), path = \"y.rs\", non_exhaustive)]\n#[allow(dead_code)]\n#[clippy::x]\n#[a::b(c)]\nmod m;";
    check(text, "mod m");
    let facts = read_file(text, Edition::E2021);
    let attrs = &facts.items[0].facts.attrs;
    assert_eq!(attrs.docs.as_deref(), Some("One two."));
    assert_eq!(attrs.cfg.as_ref().map(ToString::to_string).as_deref(), Some("all(unix, not(test))"));
    let names = |paths: &[AttrPath]| -> Vec<String> {
        paths.iter().map(|p| p.segments.iter().map(|n| n.as_str()).collect::<Vec<_>>().join("::")).collect()
    };
    assert_eq!(names(&attrs.derives), ["Debug", "serde::Serialize", "Clone"]);
    assert_eq!(names(&attrs.macros), ["a::b"]);
    assert!(attrs.flags.non_exhaustive);
}

#[test]
fn reads_docs() {
    let docs = |text: &str| {
        check_offsets(text);
        let facts = read_file(text, Edition::E2021);
        assert_eq!(facts.problems, []);
        facts.items[0].facts.attrs.docs.as_deref().unwrap_or_default().to_owned()
    };
    assert_eq!(docs("/// A\n///   b.\n#[x]\n///\n/// C.\n#[doc = \"d\"]\nfn f() {}"), "A b.");
    assert_eq!(docs("/** A\n * b.\n *\n * C. */ fn f() {}"), "A b.");
    assert_eq!(docs("#[doc = \"A\\n\\u{62}.\\n\\nC\"] #[doc(hidden)] mod m { //! D\n fn f() {} }"), "A b.");
    assert_eq!(docs("#[cfg(a)] fn f() {\n//! A\n//! b.\n/// no\nlet x = 1; /** no */ }"), "A b.");
    assert_eq!(docs("/// A.\nm! { /// b\n struct S; }"), "A.");
    let text = "enum E {\n/// A.\n#[x([1])]\n/// b\nB {\n/** C. */\npub(in d) e: F, g: H },\nI(/// J.\n[u8; 2], K),\n}";
    check_offsets(text);
    let facts = read_file(text, Edition::E2021);
    let ItemKind::Enum(_, variants) = &facts.items[0].facts.kind else { panic!("not an enum") };
    let mut found = Vec::new();
    for variant in variants {
        found.push((variant.name.as_str(), variant.attrs.docs.as_deref()));
        found.extend(variant.fields.as_slice().iter().map(|field| (field.name.as_str(), field.attrs.docs.as_deref())));
    }
    let expected = [("B", Some("A. b")), ("e", Some("C.")), ("g", None), ("I", None), ("0", Some("J.")), ("1", None)];
    assert_eq!(found, expected);
}

#[test]
fn keeps_the_predicate_of_a_path() {
    let text = "#[cfg_attr(unix, path = \"u.rs\")]\n#[path = \"p.rs\"]\n#[cfg_attr(a, allow(x), cfg_attr(not(b), path = \"n.rs\"))]\nmod m;";
    let facts = read_file(text, Edition::E2021);
    let attrs = &facts.items[0].facts.attrs;
    assert_eq!(attrs.path.as_deref(), Some("p.rs"));
    let conditional: Vec<_> = attrs.conditional_paths.iter().map(|(cfg, path)| (cfg.to_string(), &**path)).collect();
    assert_eq!(conditional, [("unix".to_owned(), "u.rs"), ("all(a, not(b))".to_owned(), "n.rs")]);
}

#[test]
fn lowers_expressions() {
    let check = |text: &str, expected: &str| {
        assert_eq!(body(&format!("fn f() {{ {text} }}")), format!("{{{expected}}}"), "{text}");
    };
    check("let x: Vec<u8> = (a.b)(c)?; x", "(let x: Vec<u8> (a.b c)?) x");
    check("self.x.0.1.m::<T>(1, &mut y).await", "(.m::<> self.x.0.1 int &y).await");
    check(
        "if let Some(x) = a && b { 1 } else if c { 2 } else { 3 }",
        "(if (And (let Some(x) a) b) {int} (if c {int} {int}))",
    );
    check(
        "match x { A::B { c, d: (e, ..) } | f @ 1..=2 if g => h!(), _ => return }",
        "(match x (| A::B{c:c d:(e ..)} f@int int) if g => (h! ), _ => (return))",
    );
    check("for (i, x) in y.iter() { x[i] += -1; continue }", "(for (i x) (.iter y) {(Add= x[i] (Neg int)); continue})");
    check("S { a, b: 1, ..Self::default() }", "S{a:a b:int (Self::default )}");
    check("let Some(x) = y else { return }; move |a: u8, _| a as u16", "(let Some(x) y {(return)}) (|a _| (a as u16))");
    check(
        "[1; 2]; unsafe { &raw const *p }; a = b..=c; loop { break 'x 1 }",
        "[int; int]; Unsafe{&(Deref p)}; (= a (.. b c)); (loop {(break int)})",
    );
    check("use a::b; fn g() { struct S; } struct T;", "");
}

#[test]
fn reads_arguments_of_well_known_macros() {
    let check = |text: &str, expected: &str| {
        assert_eq!(body(&format!("fn f() {{ {text} }}")), format!("{{{expected}}}"), "{text}");
    };
    check(r#"println!("{a} {} {b:?} {c}", d.e(), b = g())"#, "(println! str a c (.e d) (g ))");
    check(r#"write!(f, r"{self:w$}")?;"#, "(write! f str self w)?;");
    check(r#"assert_eq!(a, b, "{c}")"#, "(assert_eq! a b str c)");
    check(
        r#"assert!(matches!(x.y(), A(_) | B if z), "no")"#,
        "(assert! (matches! (match (.y x) (| A(_) B) if z => bool)) str)",
    );
    check("vec![a(); n]", "(vec! [(a ); n])");
    check("vec![a, b,]", "(vec! [a b])");
    check(
        r#"tracing::info!(target: "t", a = %x.y(), ?z, b.c, "m {n}", o)"#,
        "(tracing::info! str (.y x) z b.c str n o)",
    );
    check(r#"debug!({ a = b() }, "m")"#, "(debug! (b ) str)");
    check(
        "tokio::select! { biased; Some(x) = rx.recv(), if ok() => g(x), _ = h => {} else => return }",
        "(tokio::select! (ok ) (match (.recv rx).await Some(x) => (g x)) (match h.await _ => {}) (return))",
    );
    check("tokio::join!(a(), b)", "(tokio::join! (a ).await b.await)");
    check("concat!(\"a\", b!()); stringify!(c + d)", "(concat! ); (stringify! )");
    check("unknown!(a.b(), c => d(e); { let x = f(); x })", "(unknown! (.b a) (d e) {(let x (f )) x})");
    check("json!({ \"a\": b.c(), \"d\": [e()] })", "(json! (.c b) [(e )])");
    check("unknown!(let x = y; z(x))", "(unknown! {(let x y) (z x)})");
    check("unknown!(a b c)", "(unknown! ?)");
}

#[test]
fn an_items_facts_depend_on_its_text_only() {
    let item = "fn f<T: A>(x: é::B) -> C { println!(\"{x}\"); struct D; x.y() }";
    let alone = read_file(item, Edition::E2021);
    let padded = read_file(&format!("use a;\n\n/* é */ mod m {{ \n  {item} }}"), Edition::E2021);
    assert_eq!(alone.items[0].facts, padded.items[1].children[0].facts);
    let nested = read_file(&format!("fn outer() {{ {item} }}"), Edition::E2021);
    let ItemKind::Fn(outer) = &nested.items[0].facts.kind else { panic!("not a function") };
    assert_eq!(alone.items[0].facts, outer.body.as_ref().expect("it has a body").items[0].facts);
}

#[test]
fn offsets_point_to_names_in_real_sources() {
    for text in SOURCES {
        check_offsets(text);
        assert_eq!(read_file(text, Edition::E2021).problems, []);
    }
}

/// Items around a broken one, and the broken one's header where it can be read.
#[test]
fn one_broken_item_costs_one_item() {
    let fixture = |broken: &str| {
        format!(
            "use a::b;\n\nfn first() {{\n    x();\n}}\n\n{broken}\n\nimpl S {{\n    fn last(&self) {{\n        \"s\";\n    }}\n}}\n"
        )
    };
    let kept = |broken: &str, expected: &str| {
        let text = fixture(broken);
        check_offsets(&text);
        let facts = read_file(&text, Edition::E2021);
        assert!(!facts.problems.is_empty(), "{text}");
        let found: Vec<String> = outline(&text).lines().map(str::trim).map(str::to_owned).collect();
        let found: Vec<&str> = found.iter().map(String::as_str).filter(|line| !line.starts_with("PARSE")).collect();
        let mut all = vec!["use a::b", "fn first()"];
        all.extend(expected.split('\n').filter(|line| !line.is_empty()));
        all.extend(["impl S", "fn last(&self)"]);
        assert_eq!(found, all, "{text}");
    };
    kept("fn f(x: u8) -> u8 {\n    foo.\n}", "fn f(x: u8) -> u8");
    kept("fn f(x: u8) {\n    foo(;\n}", "fn f(x: u8)");
    kept("fn f(x: u8) {\n    if x {\n        {\n    }\n}", "fn f(x: u8)");
    kept("fn f(x: u8) {\n    if x {\n    y();\n", "fn f(x: u8)");
    kept("fn f(x: u8) {\n    let y = \"abc;\n    z(\"d\");\n}", "fn f(x: u8)");
    kept("fn f() {\n<<<<<<< HEAD\n    a();\n=======\n    b();\n>>>>>>> it's\n}", "fn f()");
    kept("fn f() {\n    let = 3;\n    g();\n}", "fn f()");
    kept("}", "");
    kept(")", "");
    kept("fn half_typed", "fn half_typed");
    kept("fn", "");
    kept("#[cfg(a)]\npub fn f(x: u8,", "pub fn f(x: u8");
    kept("fn f(x: u8 {\n    g();\n}", "fn f(x: u8");
    kept("impl T\n", "impl T");
    kept("impl T for\n", "impl T for");
    kept("impl T for {\n    fn a() {}\n}", "impl T for\nfn a()");
    kept("trait T: <\n", "trait T: <");
    kept("fn half_typed()", "fn half_typed()");
    kept("pub struct S {\n    a: u8,\n    b:\n}", "pub struct S");
    kept("pub enum E {\n    A,\n    B(,\n    C,\n}", "pub enum E");
    kept("const X: u8 = 1 +;", "const X: u8");
    kept("use c::d", "use c::d");
    kept("/* unterminated", "");
    kept("impl T {\n    fn a() {\n        {\n    }\n\n    fn b() {}\n}", "impl T\nfn a()\nfn b()");
}

#[test]
fn the_rest_of_a_broken_body_is_read() {
    let facts = read_file("fn f() { a(); foo.; if b { c(); let = ; d(); } e() }", Edition::E2021);
    assert_eq!(facts.problems.len(), 1);
    let ItemKind::Fn(facts) = &facts.items[0].facts.kind else { panic!("not a function") };
    let body = facts.body.as_ref().expect("it has a body");
    assert_eq!(Notation { arena: &body.arena }.expr(body.root), "{(a ); (if b {(c ); (d );}); (e )}");
}

/// On the 2 MiB of a test's thread, in a debug build too.
#[test]
fn no_depth_overflows_the_stack() {
    let n = 20_000;
    let wrap = |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(n), close.repeat(n));
    let chain = |link: &str| link.repeat(n);
    for text in [
        format!("fn f() {{ {} }}", wrap("(", "x", ")")),
        format!("fn f() {{ {} }}", wrap("{", "x", "}")),
        format!("fn f() {{ {} }}", wrap("if a {", "x", "}")),
        format!("fn f() {{ {} }}", wrap("m!(", "x", ")")),
        format!("fn f() {{ {} }}", wrap("|x| ", "x", "")),
        format!("fn f() {{ {} }}", wrap("|x, y| ", "x", "")),
        format!("fn f() {{ {} }}", wrap("|| ", "x", "")),
        format!("fn f() {{ {}x }}", chain("..")),
        format!("type T = {};", wrap("for<'a, 'b> fn() -> ", "x", "")),
        format!("fn f() {{ {} }}", wrap("fn g() {", "x", "}")),
        format!("fn f() {{ x{} }}", chain(".a()")),
        format!("fn f() {{ x{} }}", chain(" + 1")),
        format!("fn f() {{ x{} }}", chain("?")),
        format!("fn f() {{ {}x }}", chain("!")),
        format!("fn f() {{ {}x }}", chain("&")),
        format!("fn f() {{ {}x }}", chain("a = ")),
        format!("fn f() {{ {}x }}", chain("return ")),
        format!("fn f() {{ if a {{}} {} }}", chain("else if a {} ")),
        format!("fn f() {{ match x {{ {}y => 1 }} }}", chain("a @ ")),
        format!("type T = {};", wrap("A<", "u8", ">")),
        format!("type T = {};", wrap("(", "u8", ",)")),
        format!("type T = {}u8;", chain("&")),
        format!("type T = {}u8;", chain("fn() -> ")),
        format!("use {};", wrap("a::{", "b", "}")),
        format!("use {}b;", chain("a::")),
        wrap("mod m {", "fn f() {}", "}"),
        wrap("impl A { fn f() {", "", "} }"),
        format!("#[cfg{}] fn f() {{}}", wrap("(not", "(x)", ")")),
        format!("#![cfg{}] fn f() {{}}", wrap("(not", "(x)", ")")),
        "{".repeat(n),
        ")".repeat(n),
        "(]".repeat(n),
        "r#\"".repeat(n),
        "/*".repeat(n),
        "\"\nfn a".repeat(n),
        "#[a]".repeat(n),
    ] {
        let facts = read_file(&text, Edition::E2021);
        assert!(facts.items.len() <= n + 1);
    }
    assert!(read_fragment(&wrap("(", "x", ")"), Fragment::Expr, Edition::E2021).is_none());
    assert!(read_type(&wrap("A<", "x", ">"), Edition::E2021).is_none());
}

#[test]
fn what_is_too_deep_or_too_large_keeps_its_header() {
    let deep = format!("type T = {}u8{};", "A<".repeat(200), ">".repeat(200));
    check(
        &format!("fn a() {{}}\n{deep}\nfn b() {{}}"),
        &format!("fn a()\n{}\nfn b()\nTOO_DEEP at line 2", deep.trim_end_matches(';')),
    );
    let typenum = format!("pub type U = {}UTerm{};", "UInt<".repeat(64), ", B1>".repeat(64));
    check(&typenum, typenum.trim_end_matches(';'));
    let large = format!("static X: [u8; 1] = [{}];\nfn f() {{}}", "1, ".repeat(100_000));
    check(&large, "static X: [u8; 1]\nfn f()\nTOO_LARGE at line 1");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check_offsets(&text);
    }

    #[test]
    fn any_soup_of_tokens_is_read(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..60)) {
        check_offsets(&words.join(" "));
    }

    #[test]
    fn any_mutation_of_real_code_is_read(
        source in proptest::sample::select(SOURCES),
        from in any::<proptest::sample::Index>(),
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), 0usize..4, proptest::sample::select(WORDS)), 1..6),
    ) {
        // A window of the file, so that a case is quick.
        let start = source.floor_char_boundary(from.index(source.len()));
        let end = source.floor_char_boundary((start + 3000).min(source.len()));
        let mut text = source[start..end].to_owned();
        for (at, len, word) in edits {
            let at = text.floor_char_boundary(at.index(text.len() + 1));
            let end = text.ceil_char_boundary((at + len).min(text.len()));
            text.replace_range(at..end, word);
        }
        check_offsets(&text);
    }
}

const WORDS: &[&str] = &[
    "fn",
    "f",
    "struct",
    "S",
    "impl",
    "trait",
    "for",
    "mod",
    "use",
    "pub",
    "enum",
    "const",
    "static",
    "type",
    "x",
    "::",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    ";",
    ",",
    ".",
    "!",
    "#",
    "\"",
    "'",
    "'a",
    "/*",
    "*/",
    "//\n",
    "->",
    "=",
    "=>",
    "&",
    "*",
    "1",
    "1.5",
    "\"s\"",
    "\n",
    "é",
    "where",
    "dyn",
    "T",
    "u8",
    "self",
    "Self",
    "let",
    "if",
    "match",
    "return",
    "extern",
    "unsafe",
    "async",
    "macro_rules!",
    "m!",
    "///d\n",
    "//!d\n",
    "#[a]",
    "#![a]",
    "r#\"",
    "<<<<<<< HEAD\n",
    "=======\n",
    ">>>>>>> b\n",
    "\u{feff}",
    "\r\n",
    "b'",
    "0x",
    "union",
    "auto",
    "macro",
    "$",
    "@",
    "?",
];
