//! Types, paths and bounds of an [`Arena`] as canonical text.
//!
//! An arena holds what resolution needs: lifetimes of generic arguments and values of literals are
//! not in it. What must be as written (a symbol's signature and its parts) comes from
//! [`ItemFacts::signature`] instead.

use std::fmt;

use super::{Arena, Bound, Cfg, Expr, ExprId, GenericArg, GenericArgs, ItemFacts, ItemKind, PathAnchor, PathId};
use super::{TypeId, TypeRef};

/// How much of a path is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// With generic arguments.
    Full,
    /// Names only.
    Names,
}

/// A type as text.
#[must_use]
pub fn type_text(arena: &Arena, ty: TypeId) -> String {
    let mut printer = Printer { arena, out: String::new(), detail: Detail::Full };
    printer.ty(ty);
    printer.out
}

/// A path as text.
#[must_use]
pub fn path_text(arena: &Arena, path: PathId) -> String {
    let mut printer = Printer { arena, out: String::new(), detail: Detail::Full };
    printer.path(path);
    printer.out
}

/// A bound as text.
#[must_use]
pub fn bound_text(arena: &Arena, bound: Bound) -> String {
    let mut printer = Printer { arena, out: String::new(), detail: Detail::Full };
    printer.bound(bound);
    printer.out
}

/// An impl's self type and its trait, both without generic arguments; `None` when it is no impl.
#[must_use]
pub fn impl_header(facts: &ItemFacts) -> Option<(String, Option<String>)> {
    let ItemKind::Impl(header) = &facts.kind else { return None };
    let names = |print: &dyn Fn(&mut Printer<'_>)| {
        let mut printer = Printer { arena: &facts.arena, out: String::new(), detail: Detail::Names };
        print(&mut printer);
        printer.out
    };
    let self_ty = names(&|printer| printer.ty(header.self_ty));
    Some((self_ty, header.of_trait.map(|path| names(&|printer| printer.path(path)))))
}

struct Printer<'a> {
    arena: &'a Arena,
    out: String,
    detail: Detail,
}

impl Printer<'_> {
    fn list<T: Copy>(&mut self, items: &[T], separator: &str, print: impl Fn(&mut Self, T)) {
        for (i, &item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push_str(separator);
            }
            print(self, item);
        }
    }

    fn ty(&mut self, ty: TypeId) {
        let arena = self.arena;
        match &arena[ty] {
            TypeRef::Path(path) => self.path(*path),
            TypeRef::Tuple(types) => {
                self.out.push('(');
                self.list(types, ", ", Self::ty);
                self.out.push_str(if types.len() == 1 { ",)" } else { ")" });
            }
            TypeRef::Ref { mutable, lifetime, ty } => {
                self.out.push('&');
                if let Some(lifetime) = lifetime.filter(|_| self.detail == Detail::Full) {
                    self.out.push('\'');
                    self.out.push_str(lifetime.as_str());
                    self.out.push(' ');
                }
                self.out.push_str(if *mutable { "mut " } else { "" });
                self.operand(*ty);
            }
            TypeRef::Ptr { mutable, ty } => {
                self.out.push_str(if *mutable { "*mut " } else { "*const " });
                self.operand(*ty);
            }
            TypeRef::Slice(ty) => {
                self.out.push('[');
                self.ty(*ty);
                self.out.push(']');
            }
            TypeRef::Array(ty, len) => {
                self.out.push('[');
                self.ty(*ty);
                self.out.push_str("; ");
                self.constant(*len);
                self.out.push(']');
            }
            TypeRef::Fn { params, ret, is_unsafe } => {
                self.out.push_str(if *is_unsafe { "unsafe fn(" } else { "fn(" });
                self.list(params, ", ", Self::ty);
                self.out.push(')');
                if let Some(ret) = ret {
                    self.out.push_str(" -> ");
                    self.ty(*ret);
                }
            }
            TypeRef::Never => self.out.push('!'),
            TypeRef::Infer | TypeRef::Error => self.out.push('_'),
            TypeRef::ImplTrait(bounds) => {
                self.out.push_str("impl ");
                self.list(bounds, " + ", Self::bound);
            }
            TypeRef::Dyn(bounds) => {
                self.out.push_str("dyn ");
                self.list(bounds, " + ", Self::bound);
            }
            TypeRef::Macro(call) => {
                self.path(arena[*call].path);
                self.out.push_str("!(…)");
            }
        }
    }

    /// A type after `&` or `*`: several bounds take parentheses.
    fn operand(&mut self, ty: TypeId) {
        let bounds = match &self.arena[ty] {
            TypeRef::Dyn(bounds) | TypeRef::ImplTrait(bounds) => bounds.len(),
            _ => 0,
        };
        if bounds > 1 {
            self.out.push('(');
            self.ty(ty);
            self.out.push(')');
        } else {
            self.ty(ty);
        }
    }

    fn bound(&mut self, bound: Bound) {
        match bound {
            Bound::Trait(path) => self.path(path),
            Bound::Relaxed(path) => {
                self.out.push('?');
                self.path(path);
            }
            Bound::Lifetime(lifetime) => {
                self.out.push('\'');
                self.out.push_str(lifetime.as_str());
            }
        }
    }

    fn path(&mut self, path: PathId) {
        let path = &self.arena[path];
        let traits = path.qself.map_or(0, |qself| usize::from(qself.trait_segments));
        if let Some(qself) = path.qself {
            self.out.push('<');
            self.ty(qself.ty);
            if traits > 0 {
                self.out.push_str(" as ");
            } else {
                self.out.push('>');
            }
        }
        let anchor: String = match path.anchor {
            PathAnchor::Plain => String::new(),
            PathAnchor::Global => "::".to_owned(),
            PathAnchor::Crate => "crate".to_owned(),
            PathAnchor::Super(0) => "self".to_owned(),
            PathAnchor::Super(count) => vec!["super"; usize::from(count)].join("::"),
            PathAnchor::SelfType => "Self".to_owned(),
            PathAnchor::DollarCrate(_) => "$crate".to_owned(),
        };
        self.out.push_str(&anchor);
        for (i, segment) in path.segments.iter().enumerate() {
            let first = i == 0 && (anchor.is_empty() || anchor == "::");
            let after_qself = path.qself.is_some() && traits == 0;
            if !first || after_qself {
                self.out.push_str("::");
            }
            self.out.push_str(segment.name.as_str());
            if let Some(args) = segment.args.as_deref().filter(|_| self.detail == Detail::Full) {
                self.generic_args(args);
            }
            if i + 1 == traits {
                self.out.push('>');
            }
        }
    }

    fn generic_args(&mut self, args: &GenericArgs) {
        if args.parenthesized {
            let inputs = args.args.first().and_then(|arg| match arg {
                GenericArg::Type(ty) => Some(*ty),
                GenericArg::Const(_) => None,
            });
            self.out.push('(');
            if let Some(inputs) = inputs
                && let TypeRef::Tuple(inputs) = &self.arena[inputs]
            {
                self.list(inputs, ", ", Self::ty);
            }
            self.out.push(')');
            let output = args.bindings.first().and_then(|binding| binding.ty);
            if let Some(output) = output
                && !matches!(&self.arena[output], TypeRef::Tuple(unit) if unit.is_empty())
            {
                self.out.push_str(" -> ");
                self.ty(output);
            }
            return;
        }
        // Lifetimes alone leave nothing to print.
        if args.args.is_empty() && args.bindings.is_empty() {
            return;
        }
        self.out.push('<');
        self.list(&args.args, ", ", |printer, arg| match arg {
            GenericArg::Type(ty) => printer.ty(ty),
            GenericArg::Const(expr) => printer.constant(expr),
        });
        for (i, binding) in args.bindings.iter().enumerate() {
            if i > 0 || !args.args.is_empty() {
                self.out.push_str(", ");
            }
            self.out.push_str(binding.name.as_str());
            if let Some(ty) = binding.ty {
                self.out.push_str(" = ");
                self.ty(ty);
            } else if !binding.bounds.is_empty() {
                self.out.push_str(": ");
                self.list(&binding.bounds, " + ", Self::bound);
            }
        }
        self.out.push('>');
    }

    /// A const argument or array length: its path, else `_`.
    fn constant(&mut self, expr: ExprId) {
        match &self.arena[expr] {
            Expr::Path(path) => self.path(*path),
            _ => self.out.push('_'),
        }
    }
}

impl fmt::Display for Cfg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, name: &str, all: &[Self]| {
            write!(f, "{name}(")?;
            for (i, cfg) in all.iter().enumerate() {
                write!(f, "{}{cfg}", if i > 0 { ", " } else { "" })?;
            }
            f.write_str(")")
        };
        match self {
            Self::All(all) => list(f, "all", all),
            Self::Any(any) => list(f, "any", any),
            Self::Not(cfg) => write!(f, "not({cfg})"),
            Self::Flag(name) => write!(f, "{name}"),
            Self::KeyValue(name, value) => write!(f, "{name} = {value:?}"),
            Self::Literal(value) => write!(f, "{value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Edition, ItemContext, read_items, read_type};

    #[test]
    fn prints_types_as_they_are_written() {
        for text in [
            "u8",
            "a::B<C, D = E, F: G + H>",
            "crate::A",
            "self::super::super::A",
            "::std::vec::Vec<T>",
            "<T as a::B<C>>::D::E",
            "<T>::D",
            "Self::Item",
            "&'a mut [T; N]",
            "*const (A, B)",
            "(A,)",
            "()",
            "unsafe fn(A, B) -> C",
            "&(dyn Fn(A, B) -> C + Send + 'static)",
            "impl FnOnce() + ?Sized",
            "!",
            "_",
        ] {
            let (arena, ty) = read_type(text, Edition::E2021).expect("it is a type");
            // `self` before `super` says nothing.
            assert_eq!(type_text(&arena, ty), text.trim_start_matches("self::"));
        }
    }

    #[test]
    fn names_an_impl_without_generics() {
        let header = |text: &str| impl_header(&read_items(text, ItemContext::Module, Edition::E2021).0[0].facts);
        let names = |ty: &str, of: Option<&str>| Some((ty.to_owned(), of.map(str::to_owned)));
        assert_eq!(header("impl<T> a::B<C> for &'a mut D<T, 3> {}"), names("&mut D", Some("a::B")));
        assert_eq!(header("impl A {}"), names("A", None));
        assert_eq!(header("impl !Send for [A] {}"), names("[A]", Some("Send")));
        assert_eq!(header("fn f() {}"), None);
    }

    #[test]
    fn prints_cfg_as_it_is_written() {
        for text in ["unix", "all(unix, not(feature = \"a\"))", "any(test, true)"] {
            let (items, _) = read_items(&format!("#[cfg({text})] fn f() {{}}"), ItemContext::Module, Edition::E2021);
            assert_eq!(items[0].facts.attrs.cfg.as_ref().map(ToString::to_string).as_deref(), Some(text));
        }
    }
}
