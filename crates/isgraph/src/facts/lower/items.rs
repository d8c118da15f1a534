//! Items: what each kind of declaration says in its header, and its body.

use std::sync::Arc;

use syn::{FnArg, ForeignItem, ImplItem, Item, Safety, Signature, StaticMutability, TraitItem};

use super::Lower;
use crate::facts::BlockKind;
use crate::facts::{
    Attrs, Body, FieldFacts, Fields, FnFacts, FnQualifiers, ImplFacts, ItemKind, MacroDef, Offset, Param, Receiver,
    TraitFacts, TypeId, TypeRef, VariantFacts, Visibility,
};
use crate::name::Name;

/// An item's facts without what the reader adds (its hash and signature).
pub(in crate::facts) struct Lowered {
    pub(in crate::facts) attrs: Attrs,
    pub(in crate::facts) visibility: Visibility,
    /// The name and where it stands; `None` for items without one.
    pub(in crate::facts) name: Option<(Name, Offset)>,
    pub(in crate::facts) kind: ItemKind,
}

impl Lower<'_> {
    /// An item of a file, module or block.
    pub(in crate::facts) fn item(&mut self, item: &Item) -> Option<Lowered> {
        Some(match item {
            Item::Fn(item) => {
                let attrs = self.attrs(&item.attrs);
                let visibility = self.visibility(&item.vis);
                self.function(attrs, visibility, &item.modifiers, &item.sig, Some(&item.block))
            }
            Item::Struct(item) => {
                let generics = self.generics(&item.generics);
                let fields = self.fields(&item.fields);
                self.lowered(&item.attrs, &item.vis, &item.ident, ItemKind::Struct(generics, fields))
            }
            Item::Union(item) => {
                let generics = self.generics(&item.generics);
                let fields = Fields::Named(self.named_fields(&item.fields));
                self.lowered(&item.attrs, &item.vis, &item.ident, ItemKind::Union(generics, fields))
            }
            Item::Enum(item) => {
                let generics = self.generics(&item.generics);
                let variants = item.variants.iter().map(|variant| self.variant(variant)).collect();
                self.lowered(&item.attrs, &item.vis, &item.ident, ItemKind::Enum(generics, variants))
            }
            Item::Trait(item) => {
                let facts = TraitFacts {
                    generics: self.generics(&item.generics),
                    supertraits: self.bounds(&item.supertraits),
                    is_unsafe: item.unsafety.is_some(),
                    is_auto: item.modifiers.auto_token.is_some(),
                };
                self.lowered(&item.attrs, &item.vis, &item.ident, ItemKind::Trait(facts))
            }
            Item::TraitAlias(item) => {
                let generics = self.generics(&item.generics);
                let bounds = self.bounds(&item.bounds);
                self.lowered(&item.attrs, &item.vis, &item.ident, ItemKind::TraitAlias(generics, bounds))
            }
            Item::Impl(item) => {
                let facts = ImplFacts {
                    generics: self.generics(&item.generics),
                    of_trait: item.trait_.as_ref().map(|(path, _)| self.path(None, path)),
                    negative: item.modifiers.polarity.is_some(),
                    self_ty: self.ty(&item.self_ty),
                    is_unsafe: item.unsafety.is_some(),
                };
                self.unnamed(&item.attrs, &syn::Visibility::Inherited, ItemKind::Impl(facts))
            }
            Item::Type(item) => {
                let generics = self.generics(&item.generics);
                let ty = Some(self.ty(&item.ty));
                let kind = ItemKind::TypeAlias { generics, bounds: Vec::new(), ty };
                self.lowered(&item.attrs, &item.vis, &item.ident, kind)
            }
            Item::Const(item) => {
                let generics = self.generics(&item.generics);
                let ty = self.ty(&item.ty);
                let body = Some(self.value(&item.expr));
                self.lowered(&item.attrs, &item.vis, &item.ident, ItemKind::Const { ty, body, generics })
            }
            Item::Static(item) => {
                let ty = self.ty(&item.ty);
                let body = Some(self.value(&item.expr));
                let mutable = matches!(item.mutability, StaticMutability::Mut(_));
                self.lowered(&item.attrs, &item.vis, &item.ident, ItemKind::Static { ty, body, mutable })
            }
            Item::Mod(item) => {
                let kind = ItemKind::Mod { inline: item.content.is_some() };
                self.lowered(&item.attrs, &item.vis, &item.ident, kind)
            }
            Item::Use(item) => {
                let leaves = self.use_leaves(item);
                self.unnamed(&item.attrs, &item.vis, ItemKind::Use(leaves))
            }
            Item::ExternCrate(item) => {
                let rename = item.rename.as_ref().map(|(_, rename)| self.ident(rename).0);
                self.lowered(&item.attrs, &item.vis, &item.ident, ItemKind::ExternCrate { rename })
            }
            Item::ForeignMod(item) => self.unnamed(&item.attrs, &syn::Visibility::Inherited, ItemKind::ExternBlock),
            Item::Macro(item) => match &item.ident {
                Some(ident) if item.mac.path.is_ident("macro_rules") => {
                    let (_, open, close) = self.delimiter(&item.mac.delimiter);
                    let text = self.text.get(open as usize..close as usize).unwrap_or_default().into();
                    let kind = ItemKind::MacroDef(MacroDef { text, offset: open, is_macro2: false });
                    self.lowered(&item.attrs, &syn::Visibility::Inherited, ident, kind)
                }
                ident => {
                    let mut call = self.macro_call(&item.mac, false);
                    call.ident = ident.as_ref().map(|ident| self.ident(ident));
                    self.unnamed(&item.attrs, &syn::Visibility::Inherited, ItemKind::MacroCall(call))
                }
            },
            _ => return None,
        })
    }

    /// An item of an impl.
    pub(in crate::facts) fn impl_item(&mut self, item: &ImplItem) -> Option<Lowered> {
        Some(match item {
            ImplItem::Fn(item) => {
                let attrs = self.attrs(&item.attrs);
                let visibility = self.visibility(&item.vis);
                self.function(attrs, visibility, &item.modifiers, &item.sig, Some(&item.block))
            }
            ImplItem::Const(item) => {
                let generics = self.generics(&item.generics);
                let ty = self.ty(&item.ty);
                let body = Some(self.value(&item.expr));
                self.lowered(&item.attrs, &item.vis, &item.ident, ItemKind::Const { ty, body, generics })
            }
            ImplItem::Type(item) => {
                let generics = self.generics(&item.generics);
                let ty = Some(self.ty(&item.ty));
                let kind = ItemKind::TypeAlias { generics, bounds: Vec::new(), ty };
                self.lowered(&item.attrs, &item.vis, &item.ident, kind)
            }
            ImplItem::Macro(item) => self.member_macro(&item.attrs, &item.mac),
            _ => return None,
        })
    }

    /// An item of a trait.
    pub(in crate::facts) fn trait_item(&mut self, item: &TraitItem) -> Option<Lowered> {
        let inherited = &syn::Visibility::Inherited;
        Some(match item {
            TraitItem::Fn(item) => {
                let attrs = self.attrs(&item.attrs);
                self.function(attrs, Visibility::Inherited, &item.modifiers, &item.sig, item.default.as_ref())
            }
            TraitItem::Const(item) => {
                let generics = self.generics(&item.generics);
                let ty = self.ty(&item.ty);
                let body = item.default.as_ref().map(|(_, value)| self.value(value));
                self.lowered(&item.attrs, inherited, &item.ident, ItemKind::Const { ty, body, generics })
            }
            TraitItem::Type(item) => {
                let kind = ItemKind::TypeAlias {
                    generics: self.generics(&item.generics),
                    bounds: self.bounds(&item.bounds),
                    ty: item.default.as_ref().map(|(_, ty)| self.ty(ty)),
                };
                self.lowered(&item.attrs, inherited, &item.ident, kind)
            }
            TraitItem::Macro(item) => self.member_macro(&item.attrs, &item.mac),
            _ => return None,
        })
    }

    /// An item of an extern block.
    pub(in crate::facts) fn foreign_item(&mut self, item: &ForeignItem) -> Option<Lowered> {
        Some(match item {
            ForeignItem::Fn(item) => {
                let attrs = self.attrs(&item.attrs);
                let visibility = self.visibility(&item.vis);
                self.function(attrs, visibility, &item.modifiers, &item.sig, None)
            }
            ForeignItem::Static(item) => {
                let ty = self.ty(&item.ty);
                let mutable = matches!(item.mutability, StaticMutability::Mut(_));
                let kind = ItemKind::Static { ty, body: None, mutable };
                self.lowered(&item.attrs, &item.vis, &item.ident, kind)
            }
            ForeignItem::Type(item) => {
                let generics = self.generics(&item.generics);
                let kind = ItemKind::TypeAlias { generics, bounds: Vec::new(), ty: None };
                self.lowered(&item.attrs, &item.vis, &item.ident, kind)
            }
            ForeignItem::Macro(item) => self.member_macro(&item.attrs, &item.mac),
            _ => return None,
        })
    }

    fn member_macro(&mut self, attrs: &[syn::Attribute], mac: &syn::Macro) -> Lowered {
        let call = self.macro_call(mac, false);
        self.unnamed(attrs, &syn::Visibility::Inherited, ItemKind::MacroCall(call))
    }

    pub(super) fn lowered(
        &mut self,
        attrs: &[syn::Attribute],
        visibility: &syn::Visibility,
        ident: &syn::Ident,
        kind: ItemKind,
    ) -> Lowered {
        let name = Some(self.ident(ident));
        Lowered { attrs: self.attrs(attrs), visibility: self.visibility(visibility), name, kind }
    }

    fn unnamed(&mut self, attrs: &[syn::Attribute], visibility: &syn::Visibility, kind: ItemKind) -> Lowered {
        Lowered { attrs: self.attrs(attrs), visibility: self.visibility(visibility), name: None, kind }
    }

    pub(super) fn function(
        &mut self,
        attrs: Attrs,
        visibility: Visibility,
        modifiers: &syn::FnModifiers,
        sig: &Signature,
        block: Option<&syn::Block>,
    ) -> Lowered {
        let name = Some(self.ident(&sig.ident));
        let generics = self.generics(&sig.generics);
        let mut receiver = None;
        let mut params = Vec::with_capacity(sig.inputs.len());
        for input in &sig.inputs {
            match input {
                FnArg::Receiver(input) => receiver = Some(self.receiver(input)),
                FnArg::Typed(input) => {
                    let pat = self.pat(&input.pat);
                    params.push(Param { pat, ty: self.ty(&input.ty) });
                }
            }
        }
        let ret = self.return_type(&sig.output);
        let abi = sig.abi.as_ref().map(|abi| abi.name.as_ref().map(|name| name.value()).unwrap_or_default().into());
        let qualifiers = FnQualifiers {
            is_const: sig.constness.is_some(),
            is_async: sig.asyncness.is_some(),
            is_unsafe: matches!(sig.safety, Safety::Unsafe(_)),
            abi,
            is_variadic: sig.variadic.is_some(),
            is_default: modifiers.defaultness.is_some(),
        };
        let body = block.map(|block| self.body(|lower| lower.block(BlockKind::Plain, None, block)));
        let kind = ItemKind::Fn(FnFacts { generics, receiver, params, ret, qualifiers, body });
        Lowered { attrs, visibility, name, kind }
    }

    fn receiver(&mut self, receiver: &syn::Receiver) -> Receiver {
        match &receiver.kind {
            syn::ReceiverKind::Reference(_, _, Some(_)) => Receiver::RefMut,
            syn::ReceiverKind::Reference(..) => Receiver::Ref,
            syn::ReceiverKind::Typed(_, ty) => Receiver::Typed(self.ty(ty)),
            _ => Receiver::Value,
        }
    }

    /// The value of a const, static or discriminant.
    pub(super) fn value(&mut self, expr: &syn::Expr) -> Arc<Body> {
        self.body(|lower| lower.expr(expr))
    }

    /// `pub`, `pub(in path)`.
    pub(super) fn visibility(&mut self, visibility: &syn::Visibility) -> Visibility {
        match visibility {
            syn::Visibility::Inherited => Visibility::Inherited,
            syn::Visibility::Public(_) => Visibility::Public,
            syn::Visibility::Restricted(restricted) if restricted.path.is_ident("crate") => Visibility::Crate,
            syn::Visibility::Restricted(restricted) => Visibility::Restricted(self.path(None, &restricted.path)),
        }
    }

    fn fields(&mut self, fields: &syn::Fields) -> Fields {
        match fields {
            syn::Fields::Unit => Fields::Unit,
            syn::Fields::Named(fields) => Fields::Named(self.named_fields(fields)),
            syn::Fields::Unnamed(fields) => {
                let fields = fields.unnamed.iter().enumerate().map(|(i, field)| {
                    let attrs = self.attrs(&field.attrs);
                    let ty = self.ty(&field.ty);
                    let offset = self.type_offset(ty, &field.ty);
                    self.field(i.to_string().as_str(), offset, &field.vis, attrs, ty)
                });
                Fields::Tuple(fields.collect())
            }
        }
    }

    fn named_fields(&mut self, fields: &syn::FieldsNamed) -> Vec<FieldFacts> {
        let named = fields.named.iter().map(|field| {
            let attrs = self.attrs(&field.attrs);
            let ty = self.ty(&field.ty);
            let (name, offset) = field.ident.as_ref().map_or((Name::new("_"), 0), |ident| self.ident(ident));
            self.field(name.as_str(), offset, &field.vis, attrs, ty)
        });
        named.collect()
    }

    /// A field whose name, or tuple field whose type, stands at `offset`.
    fn field(
        &mut self,
        name: &str,
        offset: Offset,
        visibility: &syn::Visibility,
        attrs: Attrs,
        ty: TypeId,
    ) -> FieldFacts {
        let is_tuple = name.starts_with(|c: char| c.is_ascii_digit());
        let (visibility_text, ty_text, docs) = self.source.field_text(self.origin + offset, is_tuple);
        let visibility = self.visibility(visibility);
        FieldFacts {
            name: Name::new(name),
            offset,
            ty,
            ty_text,
            visibility,
            visibility_text,
            attrs: Attrs { docs, ..attrs }.into(),
        }
    }

    fn variant(&mut self, variant: &syn::Variant) -> VariantFacts {
        let (name, offset) = self.ident(&variant.ident);
        let fields = self.fields(&variant.fields);
        let discriminant = variant.discriminant.as_ref().map(|(_, value)| self.value(value));
        let docs = self.source.variant_docs(self.origin + offset);
        let attrs = Attrs { docs, ..self.attrs(&variant.attrs) }.into();
        VariantFacts {
            name,
            offset,
            end: self.source.variant_end(self.origin + offset) - self.origin,
            fields,
            discriminant,
            attrs,
        }
    }

    /// Where a type's first token stands.
    fn type_offset(&self, id: TypeId, ty: &syn::Type) -> Offset {
        match &self.arena[id] {
            TypeRef::Path(path) => self.arena[*path].offset,
            _ => self.offset(syn::spanned::Spanned::span(ty)),
        }
    }

    /// Lowers an item declared in a block: read again from its own text, so that its facts are the
    /// same wherever that text stands. Gives its index in the body's items.
    pub(super) fn nested_item(&mut self, item: &Item) -> Option<u32> {
        let start = self.offset(syn::spanned::Spanned::span(item));
        let (source, origin) = (self.source, self.origin);
        let node = source.nested(origin + start, origin, &mut self.problems)?;
        self.items.push(node);
        Some(self.items.len() as u32 - 1)
    }
}
