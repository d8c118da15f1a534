//! Patterns.

use syn::{Expr as SynExpr, Pat as SynPat};

use super::Lower;
use crate::facts::{Expr, ExprId, FieldPat, Guarded, Literal, Pat, PatId};

impl Lower<'_> {
    /// A pattern. A type ascription (`x: T` of a closure parameter) is the caller's.
    pub(in crate::facts) fn pat(&mut self, pat: &SynPat) -> PatId {
        let lowered = match pat {
            SynPat::Ident(pat) => {
                let (name, offset) = self.ident(&pat.ident);
                let sub = pat.subpat.as_ref().map(|(_, sub)| self.pat(sub));
                Pat::Bind { name, offset, by_ref: pat.by_ref.is_some(), mutable: pat.mutability.is_some(), sub }
            }
            SynPat::Wild(_) => Pat::Wild,
            SynPat::Rest(_) => Pat::Rest,
            SynPat::Path(pat) => Pat::Path(self.path(pat.qself.as_ref(), &pat.path)),
            SynPat::TupleStruct(pat) => {
                let path = self.path(pat.qself.as_ref(), &pat.path);
                Pat::TupleStruct(path, pat.elems.iter().map(|elem| self.pat(elem)).collect())
            }
            SynPat::Struct(pat) => {
                let path = self.path(pat.qself.as_ref(), &pat.path);
                let fields = pat.fields.iter().map(|field| {
                    let (name, offset) = self.member(&field.member);
                    let pat = self.pat(&field.pat);
                    self.guard(&field.attrs, Guarded::Pat(pat), false);
                    FieldPat { name, offset, pat }
                });
                Pat::Struct(path, fields.collect())
            }
            SynPat::Tuple(pat) => Pat::Tuple(pat.elems.iter().map(|elem| self.pat(elem)).collect()),
            SynPat::Slice(pat) => Pat::Slice(pat.elems.iter().map(|elem| self.pat(elem)).collect()),
            SynPat::Or(pat) => Pat::Or(pat.cases.iter().map(|case| self.pat(case)).collect()),
            SynPat::Reference(pat) => Pat::Ref { mutable: pat.mutability.is_some(), pat: self.pat(&pat.pat) },
            SynPat::Paren(pat) => return self.pat(&pat.pat),
            SynPat::Type(pat) => return self.pat(&pat.pat),
            SynPat::Guard(pat) => {
                let inner = self.pat(&pat.pat);
                Pat::Guard(inner, self.expr(&pat.guard))
            }
            SynPat::Lit(pat) => {
                let literal = self.literal(&pat.lit);
                Pat::Value([self.push_expr(Expr::Literal(literal))].into())
            }
            SynPat::Range(pat) => {
                let ends: Vec<ExprId> = pat.start.iter().chain(pat.end.iter()).map(|end| self.expr(end)).collect();
                Pat::Value(ends.into())
            }
            SynPat::Const(pat) => Pat::Value([self.const_block(pat)].into()),
            SynPat::Macro(pat) => {
                let call = self.macro_call(&pat.mac, false);
                Pat::Macro(self.push_macro(call))
            }
            _ => Pat::Error,
        };
        self.push_pat(lowered)
    }

    /// A literal's type.
    pub(super) fn literal(&mut self, lit: &syn::Lit) -> Literal {
        use syn::Lit;
        let suffix = |text: &str| (!text.is_empty()).then(|| crate::name::Name::new(text));
        match lit {
            Lit::Str(_) => Literal::Str,
            Lit::ByteStr(lit) => Literal::ByteStr(u32::try_from(lit.value().len()).unwrap_or(u32::MAX)),
            Lit::CStr(_) => Literal::CStr,
            Lit::Byte(_) => Literal::Byte,
            Lit::Char(_) => Literal::Char,
            Lit::Int(lit) => Literal::Int(suffix(lit.suffix())),
            Lit::Float(lit) => Literal::Float(suffix(lit.suffix())),
            Lit::Bool(_) => Literal::Bool,
            _ => Literal::Int(None),
        }
    }

    /// Whether an expression is what it says without its parentheses.
    pub(super) fn unparen(mut expr: &SynExpr) -> &SynExpr {
        loop {
            expr = match expr {
                SynExpr::Paren(inner) => &inner.expr,
                SynExpr::Group(inner) => &inner.expr,
                _ => return expr,
            };
        }
    }
}
