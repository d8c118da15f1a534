//! Macros as real crates write them.

use super::*;

/// Expands `definition` again and again while the expansion is one call of `name!`.
fn fixpoint(definition: &str, name: &str, call: &str) -> String {
    let rules = MacroRules::compile(definition).unwrap();
    let mut text = rules.expand(call, 0, &Limits::default()).unwrap().text;
    for _ in 0..500 {
        let Some(start) = text.find(&format!("{name} !")).or_else(|| text.find(&format!("{name}!"))) else {
            return text;
        };
        let open = start + text[start..].find(['(', '{', '[']).unwrap();
        let tokens = Tokens::read(&text[open..], usize::MAX, usize::MAX).unwrap_or_default();
        let end = if tokens.len() > 0 {
            open + tokens.origin(tokens.tree_end(0) - 1) as usize
        } else {
            // The rest of the text is not balanced: look for the partner by hand.
            let mut depth = 0;
            open + text[open..]
                .char_indices()
                .find_map(|(at, c)| {
                    depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
                    (depth == 0).then_some(at)
                })
                .unwrap()
        };
        let inner = rules
            .expand(&text[open + 1..end], 0, &Limits::default())
            .unwrap_or_else(|e| panic!("{e}: {}", &text[open + 1..end]))
            .text;
        text.replace_range(start..=end, &format!(" {inner} "));
    }
    panic!("no end: {text}");
}

#[track_caller]
fn reaches(definition: &str, name: &str, call: &str, expected: &str) {
    assert_eq!(words(&fixpoint(definition, name, call)), words(expected));
}

const CFG_IF: &str = r#"
    // match if/else chains with a final `else`
    (
        $(
            if #[cfg( $i_meta:meta )] { $( $i_tokens:tt )* }
        ) else+
        else { $( $e_tokens:tt )* }
    ) => {
        cfg_if! {
            @__items () ;
            $(
                (( $i_meta ) ( $( $i_tokens )* )) ,
            )+
            (() ( $( $e_tokens )* )) ,
        }
    };
    // Allow to multiple conditions in a real if/else
    (
        if #[cfg( $i_meta:meta )] { $( $i_tokens:tt )* }
        $(
            else if #[cfg( $e_meta:meta )] { $( $e_tokens:tt )* }
        )*
    ) => {
        cfg_if! {
            @__items () ;
            (( $i_meta ) ( $( $i_tokens )* )) ,
            $(
                (( $e_meta ) ( $( $e_tokens )* )) ,
            )*
        }
    };
    // Internal and recursive macro to emit all the items
    (@__items ( $( $_:meta , )* ) ; ) => {};
    (
        @__items ( $( $no:meta , )* ) ;
        (( $( $yes:meta )? ) ( $( $tokens:tt )* )) ,
        $( $rest:tt , )*
    ) => {
        #[cfg(all(
            $( $yes , )?
            not(any( $( $no ),* ))
        ))]
        cfg_if! { @__identity $( $tokens )* }

        cfg_if! {
            @__items ( $( $no , )* $( $yes , )? ) ;
            $( $rest , )*
        }
    };
    (@__identity $( $tokens:tt )* ) => { $( $tokens )* };
"#;

#[test]
fn cfg_if() {
    reaches(
        CFG_IF,
        "cfg_if",
        "if #[cfg(unix)] { fn f() {} } else if #[cfg(all(windows, feature = \"x\"))] { fn f() { g(); } } else { struct S; }",
        "#[cfg(all(unix, not(any())))] fn f() {}
         #[cfg(all(all(windows, feature = \"x\"), not(any(unix))))] fn f() { g(); }
         #[cfg(all(not(any(unix, all(windows, feature = \"x\")))))] struct S;",
    );
    reaches(CFG_IF, "cfg_if", "if #[cfg(unix)] { fn f() {} }", "#[cfg(all(unix, not(any())))] fn f() {}");
}

#[test]
fn tokio_cfg() {
    check(
        "($($item:item)*) => { $( #[cfg(feature = \"rt\")] #[cfg_attr(docsrs, doc(cfg(feature = \"rt\")))] $item )* }",
        "pub mod runtime; pub use runtime::Handle; /// Docs.\npub(crate) async fn f<T>(x: T) -> Vec<T> where T: Send { x }",
        "#[cfg(feature = \"rt\")] #[cfg_attr(docsrs, doc(cfg(feature = \"rt\")))] pub mod runtime;
         #[cfg(feature = \"rt\")] #[cfg_attr(docsrs, doc(cfg(feature = \"rt\")))] pub use runtime::Handle;
         #[cfg(feature = \"rt\")] #[cfg_attr(docsrs, doc(cfg(feature = \"rt\")))] #[doc = \" Docs.\"] pub(crate) async fn f<T>(x: T) -> Vec<T> where T: Send { x }",
    );
}

#[test]
fn ready() {
    check(
        "($e:expr $(,)?) => { match $e { $crate::task::Poll::Ready(t) => t, $crate::task::Poll::Pending => { return $crate::task::Poll::Pending; } } }",
        "self.poll_next(cx),",
        "match self.poll_next(cx) { __isgraph_dollar_crate_7::task::Poll::Ready(t) => t, __isgraph_dollar_crate_7::task::Poll::Pending => { return __isgraph_dollar_crate_7::task::Poll::Pending; } }",
    );
}

#[test]
fn vec_like() {
    let definition = "() => { V::new() }; ($elem:expr; $n:expr) => { from_elem($elem, $n) }; ($($x:expr),+ $(,)?) => { <[_]>::into_vec(Box::new([$($x),+])) };";
    check(definition, "", "V::new()");
    check(definition, "0; n + 1", "from_elem(0, n + 1)");
    check(definition, "a, b::<C, D>(), |x, y| x,", "<[_]>::into_vec(Box::new([a, b::<C, D>(), |x, y| x]))");
}

const JSON: &str = include_str!("json.macro");

#[test]
fn json() {
    // The munchers leave empty statements.
    let without_semicolons = |text: &str| words(text).into_iter().filter(|word| word != ";").collect::<Vec<_>>();
    let expansion = fixpoint(
        JSON,
        "json_internal",
        "{ \"a\": [1, null, x + 1, [], {}], \"b\": { key: true, (k()): f(1, 2) }, \"c\": -1, }",
    );
    let expected = {
        // The object's building code, written by hand from serde_json's rules.
        let value = |e: &str| format!("__isgraph_dollar_crate_0::to_value(& {e}).unwrap()");
        let list = format!(
            "__isgraph_dollar_crate_0::Value::Array(vec![{}, __isgraph_dollar_crate_0::Value::Null, {}, __isgraph_dollar_crate_0::Value::Array(vec![]), __isgraph_dollar_crate_0::Value::Object(__isgraph_dollar_crate_0::Map::new())])",
            value("1"),
            value("(x + 1)")
        );
        let inner = format!(
            "__isgraph_dollar_crate_0::Value::Object({{ let mut object = __isgraph_dollar_crate_0::Map::new(); let _ = object.insert((key).into(), __isgraph_dollar_crate_0::Value::Bool(true)); let _ = object.insert((k()).into(), {}); object }})",
            value("f(1, 2)")
        );
        format!(
            "__isgraph_dollar_crate_0::Value::Object({{ let mut object = __isgraph_dollar_crate_0::Map::new(); let _ = object.insert((\"a\").into(), {list}); let _ = object.insert((\"b\").into(), {inner}); let _ = object.insert((\"c\").into(), {}); object }})",
            value("(-1)")
        )
    };
    assert_eq!(without_semicolons(&expansion), without_semicolons(&expected));
}

#[test]
fn thread_local_like() {
    let definition = "
        () => {};
        ($(#[$attr:meta])* $vis:vis static $name:ident : $t:ty = const { $init:expr } ; $($rest:tt)*) => { tl!(@one $(#[$attr])* $vis $name, $t, const $init); tl!($($rest)*); };
        ($(#[$attr:meta])* $vis:vis static $name:ident : $t:ty = $init:expr ; $($rest:tt)*) => { tl!(@one $(#[$attr])* $vis $name, $t, $init); tl!($($rest)*); };
        ($(#[$attr:meta])* $vis:vis static $name:ident : $t:ty = $init:expr) => { tl!(@one $(#[$attr])* $vis $name, $t, $init); };
        (@one $(#[$attr:meta])* $vis:vis $name:ident, $t:ty, $(const)? $init:expr) => { $(#[$attr])* $vis const $name: Key<$t> = Key::new(|| $init); };
    ";
    reaches(
        definition,
        "tl",
        "/// Doc\npub static A: RefCell<Vec<u8>> = RefCell::new(Vec::new()); static B: u8 = const { 1 }; pub(crate) static C: u8 = 2",
        "#[doc = \" Doc\"] pub const A: Key<RefCell<Vec<u8>>> = Key::new(|| RefCell::new(Vec::new())); ;
         const B: Key<u8> = Key::new(|| 1); ; pub(crate) const C: Key<u8> = Key::new(|| 2); ; ; ;",
    );
}

#[test]
fn bitflags_like() {
    check(
        "($(#[$outer:meta])* $vis:vis struct $Name:ident: $T:ty { $($(#[$inner:ident $($args:tt)*])* const $Flag:tt = $value:expr;)* })
         => { $(#[$outer])* $vis struct $Name($T); impl $Name { $($(#[$inner $($args)*])* pub const $Flag: Self = Self($value);)* } }",
        "#[derive(Clone)] /// Docs\npub struct Flags: u32 { const A = 1; /// b\n #[cfg(x)] const B = 1 << 2; const AB = Self::A.0 | Self::B.0; }",
        "#[derive(Clone)] #[doc = \" Docs\"] pub struct Flags(u32); impl Flags { pub const A: Self = Self(1); #[doc = \" b\"] #[cfg(x)] pub const B: Self = Self(1 << 2); pub const AB: Self = Self(Self::A.0 | Self::B.0); }",
    );
}

#[test]
fn axum_tap_inner() {
    check(
        "($self_:ident, mut $inner:ident => { $($stmt:stmt)* }) => { { let mut $inner = $self_.into_inner(); $($stmt)*; Router { inner: Arc::new($inner) } } }",
        "self, mut this => { let x = 1; this.route(x); if x { y() } this.done() }",
        "{ let mut this = self.into_inner(); let x = 1; this.route(x); if x { y() } this.done(); Router { inner: Arc::new(this) } }",
    );
}

#[test]
fn syn_token() {
    let definition = "[as] => { As }; [_] => { Underscore }; [$] => { Dollar }; [#] => { Pound }; [<<=] => { ShlEq }; [$x:ident] => { $x };";
    check(definition, "$", "Dollar");
    check(definition, "#", "Pound");
    check(definition, "<<=", "ShlEq");
    check(definition, "_", "Underscore");
    check(definition, "as", "As");
    check(definition, "other", "other");
}

#[test]
fn callbacks() {
    check("($callback:ident ! ($($args:tt)*)) => { $callback!($($args)* 1, 2) }", "go!(x,)", "go!(x, 1, 2)");
    check("($($m:ident)::+) => { $($m)::+!(x) }", "a::b", "a::b!(x)");
}

#[test]
fn counts_by_halving() {
    reaches(
        "() => { 0 }; ($odd:tt $($a:tt $b:tt)*) => { (count!($($a)*) << 1 | 1) }; ($($a:tt $even:tt)*) => { count!($($a)*) << 1 };",
        "count",
        "a b c d e",
        "((0 << 1 | 1) << 1 << 1 | 1)",
    );
}

#[test]
fn impls_for_tuples() {
    check(
        "($($name:ident),+) => { impl<$($name: T),+> T for ($($name,)+) { fn f(&self) { #[allow(non_snake_case)] let ($(ref $name,)+) = *self; $($name.f();)+ } } }",
        "A, B",
        "impl<A: T, B: T> T for (A, B,) { fn f(&self) { #[allow(non_snake_case)] let (ref A, ref B,) = *self; A.f(); B.f(); } }",
    );
}

#[test]
fn token_munchers_with_accumulators() {
    reaches(
        "(@go [$($done:tt)*]) => { [$($done)*] }; (@go [$($done:tt)*] + $($rest:tt)*) => { munch!(@go [$($done)* plus,] $($rest)*) }; (@go [$($done:tt)*] - $($rest:tt)*) => { munch!(@go [$($done)* minus,] $($rest)*) }; ($($t:tt)*) => { munch!(@go [] $($t)*) };",
        "munch",
        "+ - +",
        "[plus, minus, plus,]",
    );
}

#[test]
fn lists_are_linear() {
    // Ten times the elements must not take more than ten times the steps (and some).
    let rules = MacroRules::compile("($($x:expr),* $(,)?) => { [$($x),*] }").unwrap();
    let steps_of = |n: usize| {
        let call = "a::<b, c>(1 + 2), ".repeat(n);
        let call = Tokens::read(&call, usize::MAX, 128).unwrap();
        let mut steps = super::super::Steps(usize::MAX);
        rules.select(&call, &mut steps).unwrap();
        usize::MAX - steps.0
    };
    assert!(steps_of(10_000) <= 10 * steps_of(1_000) + 100);
    assert_eq!(rules.expand(&"x, ".repeat(10_000), 0, &Limits::default()).unwrap().text.matches('x').count(), 10_000);
}
