//! No text makes the expander panic or run on.

use proptest::prelude::*;

use super::*;

#[test]
fn exponential_macros_are_too_large() {
    let step = "$($x)* ".repeat(40);
    let rules = MacroRules::compile(&format!("($($x:tt)*) => {{ {step} }}")).unwrap();
    let mut text = "a".to_owned();
    let mut rounds = 0;
    let error = loop {
        match rules.expand(&text, 0, &Limits::default()) {
            Ok(expansion) => text = expansion.text,
            Err(error) => break error,
        }
        rounds += 1;
        assert!(rounds < 10);
    };
    assert_eq!(error, MacroError::TooLarge);
}

#[test]
fn long_literals_are_bounded_in_bytes() {
    let call = format!("\"{}\"", "x".repeat(100_000));
    fails(&format!("($x:literal) => {{ {} }}", "$x ".repeat(100)), &call, MacroError::TooLarge);
}

#[test]
fn deep_nesting_is_too_deep() {
    let deep = format!("{}{}", "(".repeat(5_000), ")".repeat(5_000));
    fails("($($t:tt)*) => { }", &deep, MacroError::TooDeep);
    assert_eq!(MacroRules::compile(&format!("() => {{ {deep} }}")).err(), Some(MacroError::TooDeep));
    let repeated = format!("({}$x:tt{}) => {{}}", "$(".repeat(100), ")*".repeat(100));
    assert_eq!(MacroRules::compile(&repeated).err(), Some(MacroError::TooDeep));
    let nested = "{ [$x] }";
    let wrap = MacroRules::compile(&format!("($x:tt) => {nested}")).unwrap();
    let limits = Limits { max_depth: 10, ..Limits::default() };
    assert_eq!(wrap.expand(&format!("{}{}", "(".repeat(10), ")".repeat(10)), 0, &limits), Err(MacroError::TooDeep));
}

#[test]
fn undelimited_nesting_does_not_overflow() {
    for text in [
        "if ".repeat(50_000),
        "Fn() -> ".repeat(50_000),
        "&".repeat(50_000),
        "|x| ".repeat(40_000),
        "dyn ".repeat(50_000),
        "!".repeat(50_000),
        "impl Fn() -> ".repeat(40_000),
        "for<'a> ".repeat(30_000),
        "return ".repeat(50_000),
        "a as ".repeat(50_000),
        "let x = ".repeat(50_000),
        "1 + ".repeat(90_000),
    ] {
        for specifier in ["expr", "ty", "pat", "stmt", "item", "path", "meta"] {
            let _ = expand(&format!("($x:{specifier}) => {{ $x }}"), &text);
            let _ = expand(&format!("($x:{specifier}) => {{ $x }}"), &format!("{text} x"));
        }
    }
}

#[test]
fn ambiguous_rules_are_bounded() {
    let definition =
        format!("({} end) => {{}}", (0..60).map(|i| format!("$($(a)+ b $($x{i}:ident)?);*")).collect::<String>());
    let _ = expand(&definition, &"a ".repeat(100_000));
}

/// Texts made of what macros are made of.
fn soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "$",
        "$x",
        "$y",
        ":",
        "expr",
        "tt",
        "ty",
        "ident",
        "pat",
        "item",
        "stmt",
        "vis",
        "meta",
        "path",
        "block",
        "literal",
        "lifetime",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "$(",
        ")*",
        "),+",
        ")?",
        "=>",
        ";",
        ",",
        "a",
        "b",
        "1",
        "-",
        "<",
        ">",
        "::",
        "&",
        "|",
        "!",
        "#",
        ".",
        "..",
        "=",
        "'a",
        "\"s\"",
        "if",
        "match",
        "for",
        "in",
        "let",
        "fn",
        "struct",
        "impl",
        "dyn",
        "as",
        "_",
        "$crate",
        "${count(x)}",
        "${index()}",
        "${concat(x, y)}",
        "/// d\n",
        "+",
        "*",
        "?",
        "@",
        "async",
        "move",
        "return",
        "break",
        "mut",
        "ref",
        "where",
        "const",
        "unsafe",
        "union",
        "pub",
        "use",
        "é",
        "😀",
        "'",
        "\"",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #[test]
    fn no_text_panics(definition in ".{0,80}", call in ".{0,80}") {
        let _ = expand(&definition, &call);
        let _ = MacroRules::compile_macro2(&definition);
    }

    #[test]
    fn no_soup_panics(matcher in soup(), body in soup(), call in soup()) {
        let _ = expand(&format!("({matcher}) => {{ {body} }}"), &call);
        let _ = expand("($($t:tt)*) => { $($t)* }", &call);
    }

    #[test]
    fn no_fragment_panics(
        specifier in prop::sample::select(vec!["expr", "tt", "ty", "ident", "pat", "pat_param", "item", "stmt", "vis", "meta", "path", "block", "literal", "lifetime"]),
        call in soup(),
    ) {
        let _ = expand(&format!("($($x:{specifier}),*) => {{ - $($x)+* . f }}"), &call);
        let _ = expand(&format!("($x:{specifier} $($t:tt)*) => {{ $x::y [$($t)*] }}"), &call);
    }

    #[test]
    fn an_identity_keeps_the_tokens(call in soup()) {
        if let Ok(expansion) = expand("($($t:tt)*) => { $($t)* }", &call) {
            prop_assert_eq!(words(&expansion.text), words(&call));
        }
    }
}
