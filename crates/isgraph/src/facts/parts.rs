//! The parts of a signature, split from its canonical text: so each part is as written, with its
//! lifetimes, and costs nothing until somebody asks.

use super::lex::{Kind, Token, lex};
use super::{FieldFacts, VariantFacts};
use crate::model::{GenericParam, Parameter, SignatureParts, SymbolKind, WherePredicate};

/// The structured parts of a symbol's canonical signature; nothing for a kind whose signature has
/// none. Of a text that is no such signature, whatever can be made out.
#[must_use]
pub fn signature_parts(kind: SymbolKind, signature: &str) -> SignatureParts {
    let mut parts = SignatureParts::default();
    let keyword = match kind {
        SymbolKind::Function | SymbolKind::Method => "fn",
        SymbolKind::Struct => "struct",
        SymbolKind::Union => "union",
        SymbolKind::Enum => "enum",
        SymbolKind::Trait => "trait",
        SymbolKind::Impl => "impl",
        SymbolKind::TypeAlias | SymbolKind::AssociatedType => "type",
        SymbolKind::Const => "const",
        SymbolKind::Static => "static",
        SymbolKind::Field => {
            // As `field_signature` writes it: no colon that a space follows stands before the type's.
            parts.ty = signature.split_once(": ").map(|(_, ty)| ty.to_owned());
            return parts;
        }
        SymbolKind::Crate | SymbolKind::Module | SymbolKind::Variant | SymbolKind::Macro | SymbolKind::External => {
            return parts;
        }
    };
    let tokens = lex(signature);
    let header = Header { text: signature, tokens: &tokens };
    let mut at = header.qualifiers(keyword, &mut parts);
    if kind == SymbolKind::Impl {
        at = header.generics(at, &mut parts);
        let end = header.find_word(at, "where");
        header.impl_types(at, end, &mut parts);
        header.predicates(end, tokens.len(), &mut parts);
        return parts;
    }
    if header.word(at) == "mut" {
        parts.qualifiers.push("mut".to_owned());
        at += 1;
    }
    at = header.generics(at + 1, &mut parts);
    if keyword == "fn" {
        at = header.parameters(at, &mut parts);
        if header.is_arrow(at) {
            let end = header.find_word(at, "where");
            parts.return_type = Some(header.slice(at + 2, end));
            at = end;
        }
    }
    // `: bounds or type`, `= type`, `where …`, in this order or with the where clause last.
    while at < tokens.len() {
        let end = header.section_end(at + 1);
        if header.is_colon(at) {
            if matches!(kind, SymbolKind::Const | SymbolKind::Static) {
                parts.ty = Some(header.slice(at + 1, end));
            } else {
                parts.bounds = header.bounds(at + 1, end);
            }
        } else if tokens[at].is(b'=') {
            // Only of an alias: `trait A = B + C`.
            if kind == SymbolKind::Trait {
                parts.bounds = header.bounds(at + 1, end);
            } else {
                parts.ty = Some(header.slice(at + 1, end));
            }
        } else if header.word(at) == "where" {
            header.predicates(at, end, &mut parts);
        }
        at = end;
    }
    parts
}

/// A field's signature: `pub a: T`; of a tuple field, `pub 0: T`.
#[must_use]
pub fn field_signature(field: &FieldFacts) -> String {
    let visibility = &field.visibility_text;
    let space = if visibility.is_empty() { "" } else { " " };
    format!("{visibility}{space}{}: {}", field.name, field.ty_text)
}

/// A variant's signature: `A(u8)`, `B { x: u8 }`, `C`, with its discriminant left out.
#[must_use]
pub fn variant_signature(variant: &VariantFacts) -> String {
    let fields = variant.fields.as_slice();
    match &variant.fields {
        super::Fields::Unit => variant.name.to_string(),
        super::Fields::Tuple(_) => {
            let types: Vec<&str> = fields.iter().map(|field| &*field.ty_text).collect();
            format!("{}({})", variant.name, types.join(", "))
        }
        super::Fields::Named(_) if fields.is_empty() => format!("{} {{}}", variant.name),
        super::Fields::Named(_) => {
            let fields: Vec<String> = fields.iter().map(field_signature).collect();
            format!("{} {{ {} }}", variant.name, fields.join(", "))
        }
    }
}

/// A canonical header and its tokens.
struct Header<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

impl Header<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).filter(|token| token.kind == Kind::Ident).map_or("", |token| token.text(self.text))
    }

    fn slice(&self, from: usize, to: usize) -> String {
        match (self.tokens.get(from), self.tokens.get(..to).and_then(<[Token]>::last)) {
            (Some(first), Some(last)) if first.start < last.end => {
                self.text[first.start as usize..last.end as usize].to_owned()
            }
            _ => String::new(),
        }
    }

    fn is(&self, at: usize, punct: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(punct))
    }

    fn is_arrow(&self, at: usize) -> bool {
        self.is(at, b'-') && self.is(at + 1, b'>')
    }

    /// A `:` that is no half of `::`.
    fn is_colon(&self, at: usize) -> bool {
        let half =
            |a: usize, b: usize| self.is(a, b':') && self.is(b, b':') && self.tokens[a].end == self.tokens[b].start;
        self.is(at, b':') && !half(at, at + 1) && !(at > 0 && half(at - 1, at))
    }

    /// Indices of the tokens of `from..to` outside all delimiters and angle brackets.
    fn top_level(&self, from: usize, to: usize) -> impl Iterator<Item = usize> {
        let (mut depth, mut angles) = (0usize, 0usize);
        (from..to.min(self.tokens.len())).filter(move |&at| {
            let was = depth + angles;
            match self.tokens[at].kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                Kind::Punct(b'<') => angles += 1,
                Kind::Punct(b'>') if at > 0 && !self.is(at - 1, b'-') && !self.is(at - 1, b'=') => {
                    angles = angles.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            was == 0
        })
    }

    fn find(&self, from: usize, to: usize, wanted: impl Fn(usize) -> bool) -> Option<usize> {
        self.top_level(from, to).find(|&at| wanted(at))
    }

    fn find_word(&self, from: usize, word: &str) -> usize {
        self.find(from, self.tokens.len(), |at| self.word(at) == word).unwrap_or(self.tokens.len())
    }

    /// Where a `: …`, `= …` or `where …` ends.
    fn section_end(&self, from: usize) -> usize {
        let is_end = |at: usize| self.is(at, b'=') || self.word(at) == "where";
        self.find(from, self.tokens.len(), is_end).unwrap_or(self.tokens.len())
    }

    /// Splits at top-level commas.
    fn list(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        let mut start = from;
        for at in self.top_level(from, to) {
            if self.is(at, b',') {
                out.push((start, at));
                start = at + 1;
            }
        }
        out.push((start, to));
        out.retain(|(from, to)| from < to);
        out
    }

    /// The close of the group or angle brackets that open at `at`.
    fn close(&self, at: usize) -> usize {
        let (mut depth, mut angles) = (0usize, 0usize);
        for i in at..self.tokens.len() {
            match self.tokens[i].kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) => depth = depth.saturating_sub(1),
                Kind::Punct(b'<') => angles += 1,
                Kind::Punct(b'>') if !self.is(i - 1, b'-') && !self.is(i - 1, b'=') => {
                    angles = angles.saturating_sub(1);
                }
                _ => continue,
            }
            if depth + angles == 0 {
                return i;
            }
        }
        self.tokens.len()
    }

    /// The words before the keyword; gives the index after the keyword.
    fn qualifiers(&self, keyword: &str, parts: &mut SignatureParts) -> usize {
        let mut at = 0;
        while at < self.tokens.len() {
            let word = self.word(at);
            // `const fn`: the first `const` of a function is a qualifier, of a constant its keyword.
            if word == keyword {
                return at + 1;
            }
            match (word, self.tokens[at].kind) {
                ("pub", _) => {
                    if self.tokens.get(at + 1).is_some_and(|token| token.kind == Kind::Open(b'(')) {
                        at = self.close(at + 1);
                    }
                }
                ("extern", _) => {
                    let abi = self.tokens.get(at + 1).filter(|token| token.kind == Kind::Literal);
                    parts.qualifiers.push(self.slice(at, at + 1 + usize::from(abi.is_some())));
                    at += usize::from(abi.is_some());
                }
                ("", _) => {}
                (word, _) => parts.qualifiers.push(word.to_owned()),
            }
            at += 1;
        }
        at
    }

    /// `<…>` at `at`; gives the index after it.
    fn generics(&self, at: usize, parts: &mut SignatureParts) -> usize {
        if !self.is(at, b'<') {
            return at;
        }
        let close = self.close(at);
        for (from, to) in self.list(at + 1, close) {
            let from = self.skip_attributes(from);
            let is_const = self.word(from) == "const";
            let name = from + usize::from(is_const);
            let kind = match self.tokens.get(name).map(|token| token.kind) {
                Some(Kind::Lifetime) => "lifetime",
                _ if is_const => "const",
                _ => "type",
            };
            let colon = self.find(name, to, |at| self.is_colon(at));
            let equals = self.find(name, to, |at| self.is(at, b'='));
            let bounds = match colon {
                Some(colon) if is_const => vec![self.slice(colon + 1, equals.unwrap_or(to))],
                Some(colon) => self.bounds(colon + 1, equals.unwrap_or(to)),
                None => Vec::new(),
            };
            parts.generics.push(GenericParam {
                name: self.slice(name, name + 1),
                kind: kind.to_owned(),
                bounds,
                default: equals.map(|equals| self.slice(equals + 1, to)),
            });
        }
        close + 1
    }

    fn skip_attributes(&self, mut at: usize) -> usize {
        while self.is(at, b'#') && self.tokens.get(at + 1).is_some_and(|token| token.kind == Kind::Open(b'[')) {
            at = self.close(at + 1) + 1;
        }
        at
    }

    /// Splits at top-level `+`.
    fn bounds(&self, from: usize, to: usize) -> Vec<String> {
        let mut out = Vec::new();
        let mut start = from;
        for at in self.top_level(from, to) {
            if self.is(at, b'+') {
                out.push(self.slice(start, at));
                start = at + 1;
            }
        }
        out.push(self.slice(start, to));
        out.retain(|bound| !bound.is_empty());
        out
    }

    /// `(…)` at `at`; gives the index after it.
    fn parameters(&self, at: usize, parts: &mut SignatureParts) -> usize {
        if self.tokens.get(at).is_none_or(|token| token.kind != Kind::Open(b'(')) {
            return at;
        }
        let close = self.close(at);
        for (from, to) in self.list(at + 1, close) {
            let from = self.skip_attributes(from);
            let parameter = match self.find(from, to, |at| self.is_colon(at)) {
                Some(colon) => Parameter { name: self.slice(from, colon), ty: self.slice(colon + 1, to) },
                None if self.word(to - 1) == "self" => {
                    let name = "self".to_owned();
                    let prefix = self.slice(from, to - 1);
                    let ty = match prefix.as_str() {
                        "" | "mut" => "Self".to_owned(),
                        "&" => "&Self".to_owned(),
                        prefix => format!("{prefix} Self"),
                    };
                    Parameter { name, ty }
                }
                None => Parameter { name: "_".to_owned(), ty: self.slice(from, to) },
            };
            let name = parameter.name.strip_prefix("mut ").filter(|name| *name == "self").map(str::to_owned);
            parts.parameters.push(Parameter { name: name.unwrap_or(parameter.name), ty: parameter.ty });
        }
        close + 1
    }

    /// `where …` at `at`.
    fn predicates(&self, at: usize, end: usize, parts: &mut SignatureParts) {
        if self.word(at) != "where" {
            return;
        }
        for (from, to) in self.list(at + 1, end) {
            let colon = self.find(from, to, |at| self.is_colon(at)).unwrap_or(to);
            parts.where_clauses.push(WherePredicate {
                target: self.slice(from, colon),
                bounds: if colon < to { self.bounds(colon + 1, to) } else { Vec::new() },
            });
        }
    }

    /// `Trait for Type` or `Type`.
    fn impl_types(&self, at: usize, end: usize, parts: &mut SignatureParts) {
        let mut at = at;
        // `for<'a>` binds; the `for` of a trait impl stands before the type.
        let is_for = |i: usize| {
            let binds = self.is(i + 1, b'<') && self.tokens.get(i + 2).is_some_and(|t| t.kind == Kind::Lifetime);
            self.word(i) == "for" && !binds
        };
        if let Some(split) = self.find(at, end, is_for) {
            if self.word(at) == "const" {
                parts.qualifiers.push("const".to_owned());
                at += 1;
            }
            if self.is(at, b'!') {
                parts.qualifiers.push("negative".to_owned());
                at += 1;
            }
            parts.of_trait = Some(self.slice(at, split));
            at = split + 1;
        }
        parts.ty = Some(self.slice(at, end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use crate::facts::{Edition, ItemContext, ItemKind, read_items};

    fn parts(context: ItemContext, text: &str) -> serde_json::Value {
        let (items, problems) = read_items(text, context, Edition::E2021);
        assert!(problems.is_empty(), "{problems:?}");
        let kind = match &items[0].facts.kind {
            ItemKind::Fn(_) => SymbolKind::Function,
            ItemKind::Struct(..) => SymbolKind::Struct,
            ItemKind::Trait(_) | ItemKind::TraitAlias(..) => SymbolKind::Trait,
            ItemKind::Impl(_) => SymbolKind::Impl,
            ItemKind::TypeAlias { .. } => SymbolKind::AssociatedType,
            ItemKind::Const { .. } => SymbolKind::Const,
            ItemKind::Static { .. } => SymbolKind::Static,
            other => panic!("no signature to split: {other:?}"),
        };
        serde_json::to_value(signature_parts(kind, &items[0].facts.signature)).unwrap_or_default()
    }

    proptest! {
        #[test]
        fn no_text_panics(kind in select(SymbolKind::ALL), pieces in vec(select(PIECES), 0..24)) {
            let _ = signature_parts(kind, &pieces.concat());
        }
    }

    const PIECES: &[&str] = &[
        "pub", "fn ", "impl", "trait ", "type ", "const ", "static ", "mut ", "extern", "\"C\"", "for", "where ",
        "self", "é", "'a", "<", ">", "(", ")", "[", "]", "{", "}", ":", ": ", "=", "-", "+", ",", "&", "#", "!", "/*",
        "\"", " ",
    ];

    #[test]
    fn splits_a_function() {
        let expected = serde_json::json!({
            "generics": [
                {"name": "'a", "kind": "lifetime", "bounds": ["'b"]},
                {"name": "T", "kind": "type", "bounds": ["A<'a>", "?Sized"]},
                {"name": "N", "kind": "const", "bounds": ["usize"]},
            ],
            "where_clauses": [{"target": "for<'x> &'x T", "bounds": ["B", "C"]}],
            "parameters": [
                {"name": "self", "ty": "&'a mut Self"},
                {"name": "(x, y)", "ty": "(u8, HashMap<u8, T>)"},
                {"name": "mut z", "ty": "impl Fn(u8) -> u8"},
            ],
            "return_type": "Result<T, <T as A<'a>>::E>",
            "qualifiers": ["const", "unsafe", "extern \"C\""],
        });
        let text = "pub(in a::b) const unsafe extern \"C\" fn f<'a: 'b, T: A<'a> + ?Sized, const N: usize>(&'a mut self, (x, y): (u8, HashMap<u8, T>), mut z: impl Fn(u8) -> u8) -> Result<T, <T as A<'a>>::E> where for<'x> &'x T: B + C {}";
        assert_eq!(parts(ItemContext::Impl, text), expected);
        let receivers = |text: &str| parts(ItemContext::Impl, text)["parameters"][0]["ty"].clone();
        assert_eq!(receivers("fn f(self) {}"), "Self");
        assert_eq!(receivers("fn f(mut self) {}"), "Self");
        assert_eq!(receivers("fn f(&mut self) {}"), "&mut Self");
        assert_eq!(receivers("fn f(self: Box<Self>) {}"), "Box<Self>");
    }

    #[test]
    fn splits_other_items() {
        let module = |text: &str| parts(ItemContext::Module, text);
        assert_eq!(
            module("unsafe impl<T: A> !Send for for<'a> fn(&'a T) where T: B {}"),
            serde_json::json!({
                "generics": [{"name": "T", "kind": "type", "bounds": ["A"]}],
                "where_clauses": [{"target": "T", "bounds": ["B"]}],
                "ty": "for<'a> fn(&'a T)", "of_trait": "Send", "qualifiers": ["unsafe", "negative"],
            })
        );
        assert_eq!(module("impl<T> a::B<T> {}")["ty"], "a::B<T>");
        assert_eq!(module("impl<T> A<T> for <T as B>::C {}")["ty"], "<T as B>::C");
        assert_eq!(module("trait A<T = u8>: B<T> + 'static {}")["bounds"], serde_json::json!(["B<T>", "'static"]));
        assert_eq!(
            module("trait A<T> = B<T> + 'static;"),
            serde_json::json!({
                "generics": [{"name": "T", "kind": "type", "bounds": []}], "bounds": ["B<T>", "'static"],
            })
        );
        assert_eq!(
            module("impl dyn for<'a> Fn(&'a u8) -> (u8, [u8; { for x in y {} 1 }]) {}"),
            serde_json::json!({"ty": "dyn for<'a> Fn(&'a u8) -> (u8, [u8; { for x in y {} 1 }])"})
        );
        assert_eq!(module("type A<T> = B<T>;")["ty"], "B<T>");
        assert_eq!(
            module("static mut A: [u8; 2] = [0; 2];"),
            serde_json::json!({"ty": "[u8; 2]", "qualifiers": ["mut"]})
        );
        assert_eq!(module("pub const A: &str = \"\";"), serde_json::json!({"ty": "&str"}));
        assert_eq!(module("struct A<T = u8>(T) where T: B;")["generics"][0]["default"], "u8");
        let assoc = parts(ItemContext::Trait, "type A<'a>: B + 'a = C where Self: 'a;");
        assert_eq!(assoc["bounds"], serde_json::json!(["B", "'a"]));
        assert_eq!(assoc["ty"], "C");
        assert_eq!(assoc["where_clauses"][0]["target"], "Self");
    }

    #[test]
    fn prints_fields_and_variants() {
        let text = "enum E { A, B(pub(crate) Vec<u8>, u8), C { pub x: &'static str }, }";
        let (items, _) = read_items(text, ItemContext::Module, Edition::E2021);
        let ItemKind::Enum(_, variants) = &items[0].facts.kind else { panic!("not an enum") };
        let all: Vec<String> = variants.iter().map(variant_signature).collect();
        assert_eq!(all, ["A", "B(Vec<u8>, u8)", "C { pub x: &'static str }"]);
        let field = field_signature(&variants[1].fields.as_slice()[0]);
        assert_eq!(field, "pub(crate) 0: Vec<u8>");
        let ty = |signature| signature_parts(SymbolKind::Field, signature).ty;
        assert_eq!(ty(&field).as_deref(), Some("Vec<u8>"));
        assert_eq!(ty("pub(in a::b) r#type: dyn Fn(x: u8)").as_deref(), Some("dyn Fn(x: u8)"));
    }
}
