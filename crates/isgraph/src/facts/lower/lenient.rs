//! Items that syn keeps as tokens: unstable syntax, and what only a macro may be given.

use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Generics, Ident, Signature, Token, Type, TypeParamBound};

use super::Lower;
use super::items::Lowered;
use crate::facts::cut::Shape;
use crate::facts::{
    Fields, FnFacts, FnQualifiers, Generics as GenericsFacts, ImplFacts, ItemKind, Offset, TraitFacts, TypeRef,
};
use crate::name::Name;

/// A function, constant, static or type with or without its body or value, wherever it stands.
struct Lenient {
    attrs: Vec<Attribute>,
    visibility: syn::Visibility,
    modifiers: syn::FnModifiers,
    kind: Kind,
}

enum Kind {
    Fn(Box<Signature>, Option<syn::Block>),
    Const(Ident, Generics, Type, Option<Expr>),
    Static(Ident, bool, Option<Type>, Option<Expr>),
    Type(Ident, Generics, Punctuated<TypeParamBound, Token![+]>, Option<Type>),
}

impl Parse for Lenient {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let mut modifiers = syn::FnModifiers::default();
        modifiers.defaultness = input.parse()?;
        input.parse::<Option<Token![safe]>>()?;
        if input.peek(Token![unsafe]) && input.peek2(Token![static]) {
            input.parse::<Token![unsafe]>()?;
        }
        let kind = if input.peek(Token![const]) && (input.peek2(Ident) || input.peek2(Token![_])) {
            constant(input)?
        } else if input.peek(Token![static]) {
            input.parse::<Token![static]>()?;
            let mutable = input.parse::<Option<Token![mut]>>()?.is_some();
            let ident = input.parse()?;
            let ty = after::<Token![:], _>(input)?;
            let value = after::<Token![=], _>(input)?;
            input.parse::<Token![;]>()?;
            Kind::Static(ident, mutable, ty, value)
        } else if input.peek(Token![type]) {
            type_alias(input)?
        } else {
            let signature = input.parse()?;
            let block = if input.peek(Token![;]) { None } else { Some(input.parse()?) };
            input.parse::<Option<Token![;]>>()?;
            Kind::Fn(Box::new(signature), block)
        };
        Ok(Self { attrs, visibility, modifiers, kind })
    }
}

fn constant(input: ParseStream<'_>) -> syn::Result<Kind> {
    input.parse::<Token![const]>()?;
    let ident = input.call(Ident::parse_any)?;
    let mut generics: Generics = input.parse()?;
    input.parse::<Token![:]>()?;
    let ty = input.parse()?;
    let value = after::<Token![=], _>(input)?;
    generics.where_clause = input.parse()?;
    input.parse::<Token![;]>()?;
    Ok(Kind::Const(ident, generics, ty, value))
}

fn type_alias(input: ParseStream<'_>) -> syn::Result<Kind> {
    input.parse::<Token![type]>()?;
    let ident = input.parse()?;
    let mut generics: Generics = input.parse()?;
    let mut bounds = Punctuated::new();
    if input.parse::<Option<Token![:]>>()?.is_some() {
        while !(input.peek(Token![=]) || input.peek(Token![where]) || input.peek(Token![;])) {
            bounds.push_value(input.parse()?);
            if !input.peek(Token![+]) {
                break;
            }
            bounds.push_punct(input.parse()?);
        }
    }
    generics.where_clause = input.parse()?;
    let ty = after::<Token![=], _>(input)?;
    if generics.where_clause.is_none() {
        generics.where_clause = input.parse()?;
    }
    input.parse::<Token![;]>()?;
    Ok(Kind::Type(ident, generics, bounds, ty))
}

/// What follows a punctuation, if that is there.
fn after<P: Parse, T: Parse>(input: ParseStream<'_>) -> syn::Result<Option<T>>
where
    Option<P>: Parse,
{
    match input.parse::<Option<P>>()? {
        Some(_) => input.parse().map(Some),
        None => Ok(None),
    }
}

impl Lower<'_> {
    /// An item that syn keeps as tokens, read in its own right.
    pub(in crate::facts) fn lenient(&mut self, text: &str) -> Option<Lowered> {
        let item = syn::parse_str::<Lenient>(text).ok()?;
        let (name, kind) = match &item.kind {
            Kind::Fn(signature, block) => {
                let attrs = self.attrs(&item.attrs);
                let visibility = self.visibility(&item.visibility);
                return Some(self.function(attrs, visibility, &item.modifiers, signature, block.as_ref()));
            }
            Kind::Const(ident, generics, ty, value) => {
                let generics = self.generics(generics);
                let ty = self.ty(ty);
                let body = value.as_ref().map(|value| self.value(value));
                (ident, ItemKind::Const { ty, body, generics })
            }
            Kind::Static(ident, mutable, ty, value) => {
                let ty = match ty {
                    Some(ty) => self.ty(ty),
                    None => self.push_type(TypeRef::Infer),
                };
                let body = value.as_ref().map(|value| self.value(value));
                (ident, ItemKind::Static { ty, body, mutable: *mutable })
            }
            Kind::Type(ident, generics, bounds, ty) => {
                let generics = self.generics(generics);
                let bounds = self.bounds(bounds);
                let ty = ty.as_ref().map(|ty| self.ty(ty));
                (ident, ItemKind::TypeAlias { generics, bounds, ty })
            }
        };
        Some(self.lowered(&item.attrs, &item.visibility, name, kind))
    }

    /// An item of which only the attributes and visibility (`head`), the shape, the keyword and the
    /// name are known.
    pub(in crate::facts) fn named_only(
        &mut self,
        head: &str,
        shape: Shape,
        keyword: &str,
        name: Option<(Name, Offset)>,
    ) -> Option<Lowered> {
        let generics = GenericsFacts::default();
        let kind = match (shape, keyword) {
            (Shape::Fn, _) => ItemKind::Fn(FnFacts {
                generics,
                receiver: None,
                params: Vec::new(),
                ret: None,
                qualifiers: FnQualifiers::default(),
                body: None,
            }),
            (Shape::Data, "struct") => ItemKind::Struct(generics, Fields::Unit),
            (Shape::Data, "union") => ItemKind::Union(generics, Fields::Unit),
            (Shape::Data, _) => ItemKind::Enum(generics, Vec::new()),
            (Shape::Trait, _) => {
                ItemKind::Trait(TraitFacts { generics, supertraits: Vec::new(), is_unsafe: false, is_auto: false })
            }
            (Shape::Impl, _) => ItemKind::Impl(ImplFacts {
                generics,
                of_trait: None,
                negative: false,
                self_ty: self.push_type(TypeRef::Error),
                is_unsafe: false,
            }),
            (Shape::Mod, _) => ItemKind::Mod { inline: true },
            (Shape::ExternBlock, _) => ItemKind::ExternBlock,
            (Shape::Semi, "const") => ItemKind::Const { ty: self.push_type(TypeRef::Error), body: None, generics },
            (Shape::Semi, "static") => {
                ItemKind::Static { ty: self.push_type(TypeRef::Error), body: None, mutable: false }
            }
            (Shape::Semi, "type") => ItemKind::TypeAlias { generics, bounds: Vec::new(), ty: None },
            _ => return None,
        };
        let is_unnamed = matches!(shape, Shape::Impl | Shape::ExternBlock);
        if name.is_none() && !is_unnamed {
            return None;
        }
        let (attrs, visibility) = self.head(head);
        Some(Lowered { attrs, visibility, name: name.filter(|_| !is_unnamed), kind })
    }

    /// The attributes and visibility at the start of a text; those that can be read.
    pub(in crate::facts) fn head(&mut self, text: &str) -> (crate::facts::Attrs, crate::facts::Visibility) {
        let parser = |input: ParseStream<'_>| {
            let attrs = input.call(Attribute::parse_outer)?;
            let visibility = input.parse::<syn::Visibility>().unwrap_or(syn::Visibility::Inherited);
            input.parse::<proc_macro2::TokenStream>()?;
            Ok((attrs, visibility))
        };
        match parser.parse_str(text) {
            Ok((attrs, visibility)) => (self.attrs(&attrs), self.visibility(&visibility)),
            Err(_) => Default::default(),
        }
    }
}
