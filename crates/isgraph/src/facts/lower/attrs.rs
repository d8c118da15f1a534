//! Attributes and `cfg` predicates.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr as SynExpr, Lit, Meta, Token};

use super::Lower;
use crate::facts::{AttrPath, Attrs, Cfg, Offset};
use crate::name::Name;

/// Attributes built into the language, and those of its tools: they name no macro.
const BUILT_IN: &[&str] = &[
    "allow",
    "allow_internal_unsafe",
    "allow_internal_unstable",
    "automatically_derived",
    "bench",
    "cfg_eval",
    "cold",
    "const_trait",
    "coverage",
    "crate_name",
    "crate_type",
    "debugger_visualizer",
    "default",
    "default_lib_allocator",
    "deny",
    "deprecated",
    "diagnostic",
    "do_not_recommend",
    "doc",
    "doc_alias",
    "expect",
    "export_name",
    "feature",
    "ffi_const",
    "ffi_pure",
    "forbid",
    "fundamental",
    "global_allocator",
    "ignore",
    "inline",
    "instruction_set",
    "lang",
    "link",
    "link_name",
    "link_ordinal",
    "link_section",
    "macro_export",
    "macro_use",
    "marker",
    "may_dangle",
    "must_use",
    "naked",
    "needs_allocator",
    "needs_panic_runtime",
    "no_builtins",
    "no_core",
    "no_implicit_prelude",
    "no_link",
    "no_main",
    "no_mangle",
    "no_sanitize",
    "no_start",
    "no_std",
    "non_exhaustive",
    "optimize",
    "panic_handler",
    "path",
    "pointee",
    "proc_macro",
    "proc_macro_attribute",
    "proc_macro_derive",
    "profiler_runtime",
    "recursion_limit",
    "register_tool",
    "repr",
    "rustc_dummy",
    "should_panic",
    "stable",
    "target_feature",
    "test",
    "test_case",
    "thread_local",
    "track_caller",
    "type_length_limit",
    "type_const",
    "unstable",
    "used",
    "warn",
    "windows_subsystem",
];

/// Tools whose attributes are inert.
const TOOLS: &[&str] = &["clippy", "rustfmt", "rust_analyzer", "miri", "diagnostic", "rustdoc"];

impl Lower<'_> {
    /// The attributes that matter, but for the docs: those are read from the tokens.
    pub(in crate::facts) fn attrs(&mut self, list: &[Attribute]) -> Attrs {
        let mut attrs = Attrs::default();
        for attribute in list.iter().filter(|attribute| !is_doc(&attribute.meta)) {
            self.meta(&attribute.meta, None, &mut attrs);
        }
        attrs
    }

    /// One attribute, that holds `when` (of a `cfg_attr`) does.
    fn meta(&mut self, meta: &Meta, when: Option<&Cfg>, attrs: &mut Attrs) {
        let path = meta.path();
        let Some(last) = path.segments.last() else { return };
        let (name, _) = self.ident(&last.ident);
        let single = path.segments.len() == 1 && path.leading_colon.is_none();
        let list = match meta {
            Meta::List(list) => Some(&list.tokens),
            _ => None,
        };
        match name.as_str() {
            "cfg" if single => {
                if let Some(cfg) = list.and_then(|tokens| self.cfg(tokens)) {
                    attrs.cfg = Some(both(attrs.cfg.take(), cfg));
                }
            }
            "cfg_attr" if single => {
                if let Some((cfg, metas)) = list.and_then(|tokens| cfg_attr.parse2(tokens.clone()).ok()) {
                    let when = both(when.cloned(), cfg);
                    for meta in metas.iter().filter(|meta| !meta.path().is_ident("cfg") && !is_doc(meta)) {
                        self.meta(meta, Some(&when), attrs);
                    }
                }
            }
            // `unsafe(no_mangle)`.
            "unsafe" if single => {
                if let Some(meta) = list.and_then(|tokens| syn::parse2::<Meta>(tokens.clone()).ok()) {
                    self.meta(&meta, when, attrs);
                }
            }
            "derive" | "derive_const" if single => {
                let parser = Punctuated::<syn::Path, Token![,]>::parse_terminated;
                if let Some(paths) = list.and_then(|tokens| parser.parse2(tokens.clone()).ok()) {
                    for path in &paths {
                        let path = self.attr_path(path);
                        attrs.derives.push(path);
                    }
                }
            }
            "path" if single => {
                if let Meta::NameValue(value) = meta
                    && let SynExpr::Lit(value) = &value.value
                    && let Lit::Str(value) = &value.lit
                {
                    let path = value.value().into();
                    match when {
                        Some(when) => attrs.conditional_paths.push((when.clone(), path)),
                        None => attrs.path = Some(path),
                    }
                }
            }
            "macro_use" if single => {
                attrs.flags.macro_use = true;
                let parser = Punctuated::<syn::Ident, Token![,]>::parse_terminated;
                if let Some(names) = list.and_then(|tokens| parser.parse2(tokens.clone()).ok()) {
                    attrs.macro_use.extend(names.iter().map(|name| self.ident(name).0));
                }
            }
            "macro_export" if single => attrs.flags.macro_export = true,
            "no_std" | "no_core" if single => attrs.flags.no_std = true,
            "no_implicit_prelude" if single => attrs.flags.no_implicit_prelude = true,
            "proc_macro" | "proc_macro_derive" | "proc_macro_attribute" if single => attrs.flags.proc_macro = true,
            "non_exhaustive" if single => attrs.flags.non_exhaustive = true,
            "deprecated" if single => attrs.flags.deprecated = true,
            "rustc_builtin_macro" if single => attrs.flags.builtin_macro = true,
            "prelude_import" if single => attrs.flags.prelude_import = true,
            "unstable" if single => attrs.flags.unstable = true,
            "test" | "bench" if single => attrs.flags.test = true,
            text => {
                let first = path.segments.first().map(|first| self.ident(&first.ident).0);
                let is_tool = !single && first.is_some_and(|first| TOOLS.contains(&first.as_str()));
                let is_built_in = single && (BUILT_IN.contains(&text) || text.starts_with("rustc_"));
                if is_tool || is_built_in {
                    return;
                }
                if matches!(text, "test" | "rstest" | "test_case" | "wasm_bindgen_test" | "quickcheck" | "proptest") {
                    attrs.flags.test = true;
                }
                let path = AttrPath { args: self.attr_args(meta), ..self.attr_path(path) };
                attrs.macros.push(path);
            }
        }
    }

    fn attr_path(&mut self, path: &syn::Path) -> AttrPath {
        let mut segments = Vec::with_capacity(path.segments.len());
        if path.leading_colon.is_some() {
            segments.push(Name::new(""));
        }
        let mut offset = 0;
        for segment in &path.segments {
            let (name, at) = self.ident(&segment.ident);
            segments.push(name);
            offset = at;
        }
        AttrPath { segments, offset, args: None }
    }

    /// What is given to an attribute.
    fn attr_args(&self, meta: &Meta) -> Option<(Box<str>, Offset)> {
        let (start, end) = match meta {
            Meta::Path(_) => return None,
            Meta::List(list) => {
                let (_, start, end) = self.delimiter(&list.delimiter);
                (start, end)
            }
            Meta::NameValue(value) => {
                let span = value.value.span();
                (self.offset(span), self.place(span.end()))
            }
        };
        let text = self.text.get(start as usize..end as usize)?;
        Some((text.into(), start))
    }

    /// A `cfg` predicate.
    fn cfg(&self, tokens: &TokenStream) -> Option<Cfg> {
        cfg_attribute.parse2(tokens.clone()).ok()
    }
}

/// Whether an attribute is documentation text.
fn is_doc(meta: &Meta) -> bool {
    matches!(meta, Meta::NameValue(value) if value.path.is_ident("doc"))
}

/// The predicate of a `#[cfg(…)]`.
fn cfg_attribute(input: ParseStream<'_>) -> syn::Result<Cfg> {
    let cfg = cfg_predicate(input)?;
    input.parse::<Option<Token![,]>>()?;
    Ok(cfg)
}

/// The predicate of a `#[cfg_attr(…)]`, and what it guards.
fn cfg_attr(input: ParseStream<'_>) -> syn::Result<(Cfg, Punctuated<Meta, Token![,]>)> {
    let cfg = cfg_predicate(input)?;
    input.parse::<Option<Token![,]>>()?;
    Ok((cfg, Punctuated::parse_terminated(input)?))
}

/// Two predicates, and-ed.
fn both(first: Option<Cfg>, second: Cfg) -> Cfg {
    match first {
        None => second,
        Some(Cfg::All(mut all)) => {
            all.push(second);
            Cfg::All(all)
        }
        Some(first) => Cfg::All(vec![first, second]),
    }
}

/// `all(unix, feature = "x")`.
fn cfg_predicate(input: ParseStream<'_>) -> syn::Result<Cfg> {
    if input.peek(syn::LitBool) {
        return Ok(Cfg::Literal(input.parse::<syn::LitBool>()?.value));
    }
    let mut word = input.call(syn::Ident::parse_any)?;
    // `target::os`-like paths: the last name counts.
    while input.peek(Token![::]) {
        input.parse::<Token![::]>()?;
        word = input.call(syn::Ident::parse_any)?;
    }
    let word = word.to_string();
    let cfg = if input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        let list = Punctuated::<Cfg, Token![,]>::parse_terminated_with(&content, cfg_predicate)?;
        let mut list: Vec<Cfg> = list.into_iter().collect();
        match word.as_str() {
            "all" => Cfg::All(list),
            "any" => Cfg::Any(list),
            "not" if list.len() == 1 => Cfg::Not(Box::new(list.remove(0))),
            _ => return Err(input.error("expected all, any or not")),
        }
    } else if input.peek(Token![=]) && !input.peek(Token![=>]) {
        input.parse::<Token![=]>()?;
        let value: syn::LitStr = input.parse()?;
        Cfg::KeyValue(Name::new(&word), value.value().into())
    } else {
        Cfg::Flag(Name::new(&word))
    };
    Ok(cfg)
}

/// An arm of `cfg_select!`: its predicate, and from where to where its text goes.
pub(in crate::facts) type SpannedArm = (Option<Cfg>, proc_macro2::LineColumn, proc_macro2::LineColumn);

/// `unix => { … } feature = "x" => expression, _ => { … }`, also in braces of its own.
pub(in crate::facts) fn cfg_arms(input: ParseStream<'_>) -> syn::Result<Vec<SpannedArm>> {
    if input.peek(syn::token::Brace) {
        let content;
        syn::braced!(content in input);
        return cfg_arms(&content);
    }
    let mut arms = Vec::new();
    while !input.is_empty() {
        let cfg = if input.parse::<Option<Token![_]>>()?.is_some() { None } else { Some(cfg_predicate(input)?) };
        input.parse::<Token![=>]>()?;
        let (start, end) = if input.peek(syn::token::Brace) {
            let content;
            let braces = syn::braced!(content in input);
            content.parse::<TokenStream>()?;
            (braces.span.open().end(), braces.span.close().start())
        } else {
            let expr: SynExpr = input.parse()?;
            (expr.span().start(), expr.span().end())
        };
        input.parse::<Option<Token![,]>>()?;
        arms.push((cfg, start, end));
    }
    Ok(arms)
}
