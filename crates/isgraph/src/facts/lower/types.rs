//! Types.

use syn::{PointerMutability, ReturnType, Type};

use super::Lower;
use crate::facts::{TypeId, TypeRef};

impl Lower<'_> {
    /// A type.
    pub(in crate::facts) fn ty(&mut self, ty: &Type) -> TypeId {
        let lowered = match ty {
            Type::Path(ty) => TypeRef::Path(self.path(ty.qself.as_ref(), &ty.path)),
            Type::Reference(ty) => TypeRef::Ref {
                mutable: ty.mutability.is_some(),
                lifetime: ty.lifetime.as_ref().map(|lifetime| self.lifetime(lifetime)),
                ty: self.ty(&ty.elem),
            },
            Type::Tuple(ty) => TypeRef::Tuple(ty.elems.iter().map(|elem| self.ty(elem)).collect()),
            Type::Slice(ty) => TypeRef::Slice(self.ty(&ty.elem)),
            Type::Array(ty) => {
                let elem = self.ty(&ty.elem);
                TypeRef::Array(elem, self.expr(&ty.len))
            }
            Type::Ptr(ty) => {
                TypeRef::Ptr { mutable: matches!(ty.mutability, PointerMutability::Mut(_)), ty: self.ty(&ty.elem) }
            }
            Type::FnPtr(ty) => TypeRef::Fn {
                params: ty.inputs.iter().map(|input| self.ty(&input.ty)).collect(),
                ret: self.return_type(&ty.output),
                is_unsafe: ty.unsafety.is_some(),
            },
            Type::Group(ty) => return self.ty(&ty.elem),
            Type::Paren(ty) => return self.ty(&ty.elem),
            Type::ImplTrait(ty) => TypeRef::ImplTrait(self.bounds(&ty.bounds)),
            Type::TraitObject(ty) => TypeRef::Dyn(self.bounds(&ty.bounds)),
            Type::Never(_) => TypeRef::Never,
            Type::Infer(_) => TypeRef::Infer,
            Type::Macro(ty) => {
                let call = self.macro_call(&ty.mac, false);
                TypeRef::Macro(self.push_macro(call))
            }
            _ => TypeRef::Error,
        };
        self.push_type(lowered)
    }

    /// `-> T`.
    pub(super) fn return_type(&mut self, output: &ReturnType) -> Option<TypeId> {
        match output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(self.ty(ty)),
        }
    }
}
