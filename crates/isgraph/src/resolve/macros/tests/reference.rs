//! The macro chapter of the language's reference.

use super::*;
use crate::facts::{Edition, Fragment, ItemContext, ItemKind, PathAnchor, read_fragment, read_items};

#[test]
fn takes_the_first_rule_that_matches() {
    let definition = "() => { none }; ($a:ident) => { one($a) }; ($($t:tt)*) => { many($($t),*) };";
    check(definition, "", "none");
    check(definition, "x", "one(x)");
    check(definition, "x y", "many(x, y)");
}

#[test]
fn matches_literal_tokens_and_delimiters() {
    let definition = "(a + [b] {c} 'd \"e\" => $x:ident) => { $x }";
    check(definition, "a + [b] {c} 'd \"e\" => z", "z");
    fails(definition, "a + (b) {c} 'd \"e\" => z", MacroError::NoRuleMatches);
    fails(definition, "a + [b] {c} 'd \"f\" => z", MacroError::NoRuleMatches);
}

#[test]
fn repeats_with_each_operator_and_separator() {
    check("($($x:ident),*) => { [$($x;)*] }", "", "[]");
    check("($($x:ident),*) => { [$($x;)*] }", "a, b, c", "[a; b; c;]");
    fails("($($x:ident),+) => { [$($x)*] }", "", MacroError::NoRuleMatches);
    check("($($x:ident)=>+) => { [$($x)||*] }", "a => b => c", "[a || b || c]");
    check("($a:ident $(= $b:ident)? ;) => { $a $(($b))? }", "x ;", "x");
    check("($a:ident $(= $b:ident)? ;) => { $a $(($b))? }", "x = y;", "x (y)");
    fails("($($x:ident),*) => { }", "a, b,", MacroError::NoRuleMatches);
    check("($($x:ident),* $(,)?) => { $($x)* }", "a, b,", "a b");
    check("($($x:ident)? *) => { $($x)? }", "a *", "a");
    check("($($x:ident)+ + $y:ident) => { $($x)-+ $y }", "a b + c", "a - b c");
}

#[test]
fn nests_repetitions() {
    let definition = "($($outer:ident { $($inner:ident : $ty:ty),* })*) => { $(struct $outer { $($inner: $ty,)* })* }";
    check(
        definition,
        "A { x: u8, y: Vec<u8> } B {} C { z: (u8, u8) }",
        "struct A { x: u8, y: Vec<u8>, } struct B { } struct C { z: (u8, u8), }",
    );
    check("($($($($x:ident)*);*)|*) => { $([$({$($x),*})*])* }", "a b; c | d ; ; e", "[{a, b} {c}] [{d} {} {e}]");
}

#[test]
fn repeats_an_outer_variable_in_every_turn() {
    check("($f:ident; $($x:expr),*) => { $($f($x);)* }", "go; 1, 2", "go(1); go(2);");
    check("($($a:ident: [$($b:ident)*])*) => { $($($a.$b;)*)* }", "x: [p q] y: [r]", "x.p; x.q; y.r;");
}

#[test]
fn rejects_unequal_repetitions() {
    let definition = "($($i:ident),* ; $($j:ident),*) => { $(($i, $j))* }";
    check(definition, "a, b; c, d", "(a, c) (b, d)");
    fails(definition, "a, b; c", MacroError::UnequalRepetition);
}

#[test]
fn prints_dollar_crate_as_facts_read_it() {
    check("() => { $crate::inner::f() }", "", "__isgraph_dollar_crate_7::inner::f()");
    let expansion = expand("($n:ident) => { $crate::a::f::<$crate::T>($crate::m!($n)) }", "x").unwrap();
    let body = read_fragment(&expansion.text, Fragment::Expr, Edition::E2021).unwrap();
    assert_eq!(body.arena.paths.len(), 4);
    let anchors: Vec<_> = body.arena.paths.iter().filter(|path| path.segments[0].name != "x").collect();
    assert_eq!(anchors.len(), 3);
    assert!(anchors.iter().all(|path| path.anchor == PathAnchor::DollarCrate(7)));
    let expansion = expand("() => { pub use $crate::a::{b, c as d}; impl $crate::T for S {} }", "").unwrap();
    let (items, problems) = read_items(&expansion.text, ItemContext::Module, Edition::E2021);
    assert_eq!(problems, []);
    let ItemKind::Use(leaves) = &items[0].facts.kind else { panic!("{items:?}") };
    assert!(leaves.iter().all(|leaf| leaf.anchor == PathAnchor::DollarCrate(7)));
    assert!(items[1].facts.arena.paths.iter().any(|path| path.anchor == PathAnchor::DollarCrate(7)));
}

#[test]
fn keeps_joint_punctuation() {
    check(
        "($a:ident) => { $a >>= 1; a > > b; x::<Vec<Vec<u8>>>(); ..=3; a<-1 }",
        "z",
        "z >>= 1; a > > b; x::<Vec<Vec<u8>>>(); ..=3; a<-1",
    );
    check("($($t:tt)*) => { $($t)* }", "a => b <<= c ... ..= d == & & e && f", "a => b <<= c ... ..= d == & & e && f");
    fails("(=>) => {}", "= >", MacroError::NoRuleMatches);
    fails("(= >) => {}", "=>", MacroError::NoRuleMatches);
}

#[test]
fn reads_operators_as_single_trees() {
    check("($a:tt $b:tt $c:tt) => { [$a] [$b] [$c] }", "<<= 'a ::", "[<<=] ['a] [::]");
    fails("($a:tt $b:tt) => { }", "=>", MacroError::NoRuleMatches);
}

#[test]
fn counts_and_indexes() {
    check("($($x:ident),*) => { ${count($x)} $(${ignore(x)} ${index()})* }", "a, b, c", "3 0 1 2");
    check("($($($x:ident)*);*) => { ${count(x)} ${count(x, 0)} $(${count(x)})* }", "a b; c", "3 2 2 1");
    check("($($x:ident),*) => { $(${ignore($x)} 0 ${len()};)* }", "a, b", "0 2; 0 2;");
    check("($a:ident $b:literal) => { fn ${concat($a, _, tail, $b)}() {} }", "get \"x\"", "fn get_tailx() {}");
}

#[test]
fn defines_macros_with_escaped_dollars() {
    check(
        "($name:ident) => { macro_rules! $name { ($$($$x:expr),*) => { $$($$x)+* }; } }",
        "sum",
        "macro_rules! sum { ($($x:expr),*) => { $($x)+* }; }",
    );
}

#[test]
fn defines_macros_with_a_dollar_passed_as_tree() {
    check(
        "($d:tt $name:ident) => { macro_rules! $name { ($d($d x:expr),*) => { [$d($d x),*] }; } }",
        "$ list",
        "macro_rules! list { ($($x:expr),*) => { [$($x),*] }; }",
    );
}

#[test]
fn leaves_variables_of_inner_macros_alone() {
    check(
        "($n:ident) => { macro_rules! $n { ($x:expr) => { $x + 1 }; } }",
        "inc",
        "macro_rules! inc { ($x:expr) => { $x + 1 }; }",
    );
}

#[test]
fn reads_doc_comments_as_attributes() {
    check(
        "($(#[$m:meta])* struct $n:ident;) => { $(#[$m])* enum $n {} }",
        "/// a \"b\"\n#[derive(Debug)] struct S;",
        r#"#[doc = " a \"b\""] #[derive(Debug)] enum S {}"#,
    );
    check("($($t:tt)*) => { $($t)* }", "//! in\n/** out */ x", r#"#![doc = " in"] #[doc = " out "] x"#);
}

#[test]
fn ignores_comments() {
    check("(/* c */ a // d\n) => { b /* e */ }", "a /* f */", "b");
}

#[test]
fn maps_tokens_to_their_origin() {
    let (definition, call) = ("($e:expr) => { let value = 1; value + $e }", "value * 2");
    let expansion = expand(definition, call).unwrap();
    assert_eq!(expansion.text, "let value = 1 ; value +(value * 2)".replace("+(", "+ ("));
    let in_definition: Vec<u32> = definition.match_indices("value").map(|(at, _)| at as u32).collect();
    assert_eq!(
        origins(&expansion, "value"),
        [Origin::Definition(in_definition[0]), Origin::Definition(in_definition[1]), Origin::Call(0)]
    );
    let paren = expansion.text.find('(').unwrap() as u32;
    assert_eq!(expansion.map.origin(paren), Origin::Definition(definition.rfind('$').unwrap() as u32));
    assert_eq!(Expansion::default().map.origin(0), Origin::Definition(0));
}

#[test]
fn compiles_macros_2_0() {
    let rules = MacroRules::compile_macro2("($x:expr, $y:expr) { $x + $y }").unwrap();
    assert_eq!(words(&rules.expand("1, 2", 0, &Limits::default()).unwrap().text), words("1 + 2"));
    let rules = MacroRules::compile_macro2("{ () => { a }, ($x:ident) => { $x } }").unwrap();
    assert_eq!(words(&rules.expand("z", 0, &Limits::default()).unwrap().text), words("z"));
    assert_eq!(words(&rules.expand("", 0, &Limits::default()).unwrap().text), words("a"));
}

#[test]
fn rejects_what_is_no_definition() {
    for text in [
        "x",
        "()",
        "() =>",
        "() => x",
        "() => {} () => {}",
        "($x) => {}",
        "($x:what) => {}",
        "($()*) => {}",
        "($($v:vis)*) => {}",
        "() => { $(a)* }",
        "(",
        "() => { \" }",
        "($(a) ) => {}",
    ] {
        assert!(matches!(MacroRules::compile(text), Err(MacroError::Malformed { .. })), "{text}");
    }
}
