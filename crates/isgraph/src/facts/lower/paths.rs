//! Paths and generic arguments.

use syn::punctuated::Punctuated;
use syn::{GenericArgument, PathArguments, ReturnType, Token};

use super::Lower;
use crate::facts::{
    AssocBinding, Bound, GenericArg, GenericArgs, Offset, PathAnchor, PathId, PathRef, QSelf, Segment, TypeRef,
};
use crate::facts::{DOLLAR_CRATE, TypeId};
use crate::name::Name;

/// What a leading identifier of a path says.
fn anchor(name: Name) -> Option<PathAnchor> {
    Some(match name.as_str() {
        "crate" => PathAnchor::Crate,
        "self" => PathAnchor::Super(0),
        "super" => PathAnchor::Super(1),
        "Self" => PathAnchor::SelfType,
        text => PathAnchor::DollarCrate(text.strip_prefix(DOLLAR_CRATE)?.parse().ok()?),
    })
}

/// Splits the anchor off a path's names: the anchor and how many names it takes.
pub(super) fn split_anchor(global: bool, names: impl IntoIterator<Item = Name>) -> (PathAnchor, usize) {
    if global {
        return (PathAnchor::Global, 0);
    }
    let mut names = names.into_iter();
    match names.next().and_then(anchor) {
        None => (PathAnchor::Plain, 0),
        Some(PathAnchor::Super(first)) => {
            let more = names.take_while(|name| name == "super").count();
            let supers = u8::try_from(usize::from(first) + more).unwrap_or(u8::MAX);
            (PathAnchor::Super(supers), 1 + more)
        }
        Some(anchor) => (anchor, 1),
    }
}

impl Lower<'_> {
    /// A path, with its qualified self if it has one.
    pub(super) fn path(&mut self, qself: Option<&syn::QSelf>, path: &syn::Path) -> PathId {
        let position = qself.map_or(0, |qself| qself.position);
        let qself_ty = qself.map(|qself| self.ty(&qself.ty));
        let mut segments: Vec<Segment> = Vec::with_capacity(path.segments.len());
        for segment in &path.segments {
            let (name, offset) = self.ident(&segment.ident);
            let args = self.path_arguments(&segment.arguments);
            segments.push(Segment { name, offset, args });
        }
        let offset = match (qself, &path.leading_colon) {
            (Some(qself), _) => self.offset(qself.lt_token.spans[0]),
            (None, Some(colons)) => self.offset(colons.spans[0]),
            (None, None) => segments.first().map_or(0, |segment| segment.offset),
        };
        let global = path.leading_colon.is_some() && (qself.is_none() || position > 0);
        let (anchor, taken) = if qself.is_some() && position == 0 {
            (PathAnchor::Plain, 0)
        } else {
            split_anchor(global, segments.iter().map(|segment| segment.name))
        };
        segments.drain(..taken.min(segments.len()));
        let qself = qself_ty
            .map(|ty| QSelf { ty, trait_segments: u8::try_from(position.saturating_sub(taken)).unwrap_or(u8::MAX) });
        self.push_path(PathRef { anchor, offset, qself, segments: segments.into() })
    }

    /// A path of one name.
    pub(super) fn name_path(&mut self, name: Name, offset: Offset) -> PathId {
        let (anchor, taken) = split_anchor(false, [name]);
        let segments: &[Segment] = &[Segment { name, offset, args: None }];
        self.push_path(PathRef { anchor, offset, qself: None, segments: segments[taken..].into() })
    }

    fn path_arguments(&mut self, arguments: &PathArguments) -> Option<Box<GenericArgs>> {
        match arguments {
            PathArguments::None => None,
            PathArguments::AngleBracketed(arguments) => Some(self.generic_args(&arguments.args)),
            PathArguments::Parenthesized(arguments) => {
                let inputs: Vec<TypeId> = arguments.inputs.iter().map(|input| self.ty(&input.ty)).collect();
                let inputs = self.push_type(TypeRef::Tuple(inputs.into()));
                let output = match &arguments.output {
                    ReturnType::Default => self.push_type(TypeRef::Tuple(Box::default())),
                    ReturnType::Type(_, ty) => self.ty(ty),
                };
                let offset = self.offset(arguments.paren_token.span.open());
                let binding = AssocBinding { name: Name::new("Output"), offset, ty: Some(output), bounds: Vec::new() };
                Some(Box::new(GenericArgs {
                    args: vec![GenericArg::Type(inputs)],
                    bindings: vec![binding],
                    parenthesized: true,
                }))
            }
        }
    }

    /// `<A, 3, Item = B>`.
    pub(super) fn generic_args(&mut self, list: &Punctuated<GenericArgument, Token![,]>) -> Box<GenericArgs> {
        let mut args = GenericArgs::default();
        for argument in list {
            match argument {
                GenericArgument::Type(ty) => {
                    let ty = self.ty(ty);
                    args.args.push(GenericArg::Type(ty));
                }
                GenericArgument::Const(expr) => {
                    let expr = self.expr(expr);
                    args.args.push(GenericArg::Const(expr));
                }
                GenericArgument::AssocType(assoc) => {
                    let (name, offset) = self.ident(&assoc.ident);
                    let ty = Some(self.ty(&assoc.ty));
                    args.bindings.push(AssocBinding { name, offset, ty, bounds: Vec::new() });
                }
                GenericArgument::AssocConst(assoc) => {
                    let (name, offset) = self.ident(&assoc.ident);
                    args.bindings.push(AssocBinding { name, offset, ty: None, bounds: Vec::new() });
                }
                GenericArgument::Constraint(constraint) => {
                    let (name, offset) = self.ident(&constraint.ident);
                    let bounds = self.bounds(&constraint.bounds);
                    args.bindings.push(AssocBinding { name, offset, ty: None, bounds });
                }
                _ => {}
            }
        }
        Box::new(args)
    }

    /// `A + ?Sized + 'a`.
    pub(super) fn bounds(&mut self, list: &Punctuated<syn::TypeParamBound, Token![+]>) -> Vec<Bound> {
        list.iter().filter_map(|bound| self.bound(bound)).collect()
    }

    fn bound(&mut self, bound: &syn::TypeParamBound) -> Option<Bound> {
        Some(match bound {
            syn::TypeParamBound::Trait(bound) => {
                let path = self.path(None, &bound.path);
                if bound.maybe.is_some() { Bound::Relaxed(path) } else { Bound::Trait(path) }
            }
            syn::TypeParamBound::Lifetime(lifetime) => Bound::Lifetime(self.lifetime(lifetime)),
            // `[const] Trait`, `async Trait`: the path ends the tokens. The trait is required all the same.
            syn::TypeParamBound::Verbatim(tokens) => {
                let path = syn::parse::Parser::parse2(modified_path, tokens.clone()).ok()?;
                Bound::Trait(self.path(None, &path))
            }
            _ => return None,
        })
    }
}

/// The path of a bound with modifiers that syn keeps as tokens.
fn modified_path(input: syn::parse::ParseStream<'_>) -> syn::Result<syn::Path> {
    while !input.is_empty() {
        let ahead = input.fork();
        let modifier = input.peek(Token![const]) || input.peek(Token![async]) || input.peek(Token![for]);
        // A path by itself has no `(A) -> B`.
        if !modifier && ahead.parse::<syn::TraitBound>().is_ok() && ahead.is_empty() {
            return Ok(input.parse::<syn::TraitBound>()?.path);
        }
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Err(input.error("expected a path"))
}
