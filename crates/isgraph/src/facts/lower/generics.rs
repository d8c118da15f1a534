//! Generic parameters and where clauses.

use syn::{GenericParam, WherePredicate};

use super::Lower;
use crate::facts::{GenericParamFacts, GenericParamKind, Generics, WherePredicateFacts};

impl Lower<'_> {
    /// Generic parameters and the where clause.
    pub(super) fn generics(&mut self, generics: &syn::Generics) -> Generics {
        let params = generics.params.iter().map(|param| self.generic_param(param)).collect();
        let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let predicates = predicates
            .filter_map(|predicate| match predicate {
                WherePredicate::Type(predicate) => Some(WherePredicateFacts {
                    ty: self.ty(&predicate.bounded_ty),
                    bounds: self.bounds(&predicate.bounds),
                }),
                _ => None,
            })
            .collect();
        Generics { params, predicates }
    }

    fn generic_param(&mut self, param: &GenericParam) -> GenericParamFacts {
        match param {
            GenericParam::Lifetime(param) => {
                let offset = self.offset(param.lifetime.apostrophe) + 1;
                GenericParamFacts { name: self.name_at(offset), offset, kind: GenericParamKind::Lifetime }
            }
            GenericParam::Type(param) => {
                let (name, offset) = self.ident(&param.ident);
                let bounds = self.bounds(&param.bounds);
                let default = param.default.as_ref().map(|(_, ty)| self.ty(ty));
                GenericParamFacts { name, offset, kind: GenericParamKind::Type { bounds, default } }
            }
            GenericParam::Const(param) => {
                let (name, offset) = self.ident(&param.ident);
                let ty = self.ty(&param.ty);
                let default = param.default.as_ref().map(|(_, expr)| self.expr(expr));
                GenericParamFacts { name, offset, kind: GenericParamKind::Const { ty, default } }
            }
        }
    }
}
