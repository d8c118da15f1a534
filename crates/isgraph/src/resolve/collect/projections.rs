//! The projections of `pin_project`: types and methods that a macro of two widely used crates makes
//! of a struct or enum, and that most hand-written futures go through.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{Collector, MAX_EXPANSION_DEPTH, Place};
use crate::facts::{self, AttrPath, FieldFacts, Fields, ItemFacts, ItemKind, ItemNode, Offset, signature_parts};
use crate::model::{GenericParam, SignatureParts, SymbolKind};
use crate::name::Name;
use crate::resolve::macros::{self, SourceMap};
use crate::resolve::paths::{Lookup, PathEnd};
use crate::resolve::world::{Ns, Origin, Res};

/// An item with an attribute that may be `#[pin_project]`.
pub(super) struct PendingAttribute {
    place: Place,
    base: Offset,
    facts: Arc<ItemFacts>,
    /// Its number among the item's attribute macros.
    attribute: usize,
}

/// What the names of a projection's types are.
#[derive(Default)]
struct Names {
    project: Option<(Name, Offset)>,
    project_ref: Option<(Name, Offset)>,
    project_replace: Option<(Name, Offset)>,
}

impl Collector {
    /// Keeps an item whose attribute may be `#[pin_project]` until paths lead somewhere.
    pub(super) fn note_attributes(&mut self, place: &Place, facts: &Arc<ItemFacts>, base: Offset) {
        let named = |path: &AttrPath| path.segments.last().is_some_and(|name| *name == *"pin_project");
        if let Some(attribute) = facts.attrs.macros.iter().position(named) {
            let facts = Arc::clone(facts);
            self.attributes.push(PendingAttribute { place: place.clone(), base, facts, attribute });
        }
    }

    /// Collects what the attributes make that paths lead to by now.
    pub(crate) fn expand_attributes(&mut self) {
        for pending in std::mem::take(&mut self.attributes) {
            let Some(attribute) = pending.facts.attrs.macros.get(pending.attribute) else { continue };
            let lookup = Lookup::new(&self.world, pending.place.module, &[]);
            let PathEnd::Full(Res::Ext(ext)) =
                lookup.follow(facts::PathAnchor::Plain, &attribute.segments, Ns::Macro, false, &mut |_, _| {})
            else {
                continue;
            };
            if !is(&self.world.externals.names(ext), "pin_project") {
                continue;
            }
            let mut names = Names::default();
            if let Some((text, offset)) = &attribute.args {
                names.read_list(text, *offset - attribute.offset - 1);
            }
            let args = pending.base + attribute.offset + 1;
            self.project(&pending.place, &pending.facts, &names, args);
        }
    }

    /// Collects what `pin_project_lite::pin_project!` makes of the items in it.
    pub(super) fn project_items(&mut self, path: &[Name], place: &Place, nodes: &[ItemNode], args: Offset) {
        if !is(path, "pin_project_lite") {
            return;
        }
        for node in nodes {
            let mut names = Names::default();
            for attribute in &node.facts.attrs.macros {
                if let ([name], Some((value, offset))) = (attribute.segments.as_slice(), &attribute.args) {
                    names.set(*name, value, node.offset + offset);
                }
            }
            self.project(place, &node.facts, &names, args);
        }
    }

    /// Collects the projections of one item. Offsets of names are relative to `args`.
    fn project(&mut self, place: &Place, facts: &ItemFacts, names: &Names, args: Offset) {
        if place.origin.depth() >= MAX_EXPANSION_DEPTH {
            return;
        }
        let Some(text) = projections(facts, names) else { return };
        let origin = Arc::new(Origin::Expansion {
            parent: Arc::clone(&place.origin),
            args,
            map: text.map,
            depth: place.origin.depth() + 1,
        });
        let edition = self.world.krate_of(place.module).edition;
        let (nodes, _problems) = facts::read_items(&text.text, place.context, edition);
        let place = Place { origin, ..place.clone() };
        self.collect_items(&place, &nodes, 0, &mut None);
    }
}

fn is(path: &[Name], krate: &str) -> bool {
    matches!(path, [first, last] if *first == *krate && *last == *"pin_project")
}

impl Names {
    fn set(&mut self, kind: Name, value: &str, offset: Offset) {
        let name = Some((Name::new(value), offset));
        match kind.as_str() {
            "project" => self.project = name,
            "project_ref" => self.project_ref = name,
            "project_replace" => self.project_replace = name,
            _ => {}
        }
    }

    /// Reads `project = A, project_ref = B, …`; `offset` is where the list starts.
    fn read_list(&mut self, text: &str, offset: Offset) {
        let mut at = offset;
        for part in text.split(',') {
            if let Some((kind, value)) = part.split_once('=') {
                let start = kind.len() + 1 + (value.len() - value.trim_start().len());
                self.set(Name::new(kind.trim()), value.trim(), at + super::to_u32(start));
            }
            at += super::to_u32(part.len() + 1);
        }
    }
}

/// A text whose tokens come from the macro but for some names.
#[derive(Default)]
struct Written {
    text: String,
    map: SourceMap,
}

impl Written {
    fn push(&mut self, text: &str) {
        self.map.push(super::to_u32(self.text.len()), macros::Origin::Definition(0));
        self.text.push_str(text);
    }

    fn push_name(&mut self, (name, offset): (Name, Offset)) {
        self.map.push(super::to_u32(self.text.len()), macros::Origin::Call(offset));
        self.text.push_str(name.as_str());
    }
}

/// How a projection holds the fields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Mut,
    Ref,
    Value,
}

impl By {
    fn field(self, field: &FieldFacts) -> String {
        let ty = &field.ty_text;
        let pinned =
            field.attrs.macros.iter().any(|attribute| matches!(attribute.segments.as_slice(), [pin] if *pin == *"pin"));
        match (self, pinned) {
            (Self::Mut, true) => format!("::core::pin::Pin<&'__pin mut ({ty})>"),
            (Self::Mut, false) => format!("&'__pin mut ({ty})"),
            (Self::Ref, true) => format!("::core::pin::Pin<&'__pin ({ty})>"),
            (Self::Ref, false) => format!("&'__pin ({ty})"),
            (Self::Value, true) => format!("::core::marker::PhantomData<{ty}>"),
            (Self::Value, false) => ty.to_string(),
        }
    }

    fn fields(self, fields: &Fields) -> String {
        let list = |named: bool| {
            let field = |field: &FieldFacts| {
                let ty = self.field(field);
                if named { format!("{}: {ty}", field.name) } else { ty }
            };
            fields.as_slice().iter().map(field).collect::<Vec<_>>().join(", ")
        };
        match fields {
            Fields::Unit => String::new(),
            Fields::Tuple(_) => format!("({})", list(false)),
            Fields::Named(_) => format!("{{ {} }}", list(true)),
        }
    }

    fn method(self) -> (&'static str, &'static str) {
        match self {
            Self::Mut => ("project<'__pin>(self: ::core::pin::Pin<&'__pin mut Self>)", "Projection"),
            Self::Ref => ("project_ref<'__pin>(self: ::core::pin::Pin<&'__pin Self>)", "ProjectionRef"),
            Self::Value => ("project_replace(self: ::core::pin::Pin<&mut Self>, replacement: Self)", "ProjectionOwned"),
        }
    }
}

/// The items that `pin_project` makes of one. Types without a name of their own stand in a `const _`.
fn projections(facts: &ItemFacts, names: &Names) -> Option<Written> {
    let kind = match &facts.kind {
        ItemKind::Struct(..) => SymbolKind::Struct,
        ItemKind::Enum(..) => SymbolKind::Enum,
        _ => return None,
    };
    let parts = signature_parts(kind, &facts.signature);
    let bounds = where_clause(&parts);
    let visibility = match &facts.visibility {
        facts::Visibility::Inherited => "",
        _ => "pub(crate) ",
    };
    let mut out = Written::default();
    let mut inner = String::new();
    let mut methods = String::new();
    for (by, name) in [(By::Mut, names.project), (By::Ref, names.project_ref), (By::Value, names.project_replace)] {
        let (method, unnamed) = by.method();
        // An enum, and what replaces, is projected on demand only.
        if name.is_none() && (kind == SymbolKind::Enum || by == By::Value) {
            continue;
        }
        let lifetime = if by == By::Value { None } else { Some("'__pin") };
        let keyword = if kind == SymbolKind::Enum { "enum " } else { "struct " };
        let generics = declared(lifetime, &parts.generics);
        let body = match &facts.kind {
            ItemKind::Struct(_, fields @ Fields::Named(_)) => format!("{bounds} {}", by.fields(fields)),
            ItemKind::Struct(_, fields) => format!("{}{bounds};", by.fields(fields)),
            ItemKind::Enum(_, variants) => {
                let variants: Vec<String> =
                    variants.iter().map(|variant| format!("{} {}", variant.name, by.fields(&variant.fields))).collect();
                format!("{bounds} {{ {} }}", variants.join(", "))
            }
            _ => return None,
        };
        match name {
            Some(name) => {
                out.push(visibility);
                out.push(keyword);
                out.push_name(name);
                out.push(&format!("{generics}{body}\n"));
            }
            None => inner.push_str(&format!("{keyword}{unnamed}{generics}{body}\n")),
        }
        let name = name.map_or(unnamed, |(name, _)| name.as_str());
        let args = given(lifetime, &parts.generics);
        // Writing to a string does not fail.
        let _ = write!(methods, "{visibility}fn {method} -> {name}{args} {{ loop {{}} }}");
    }
    if methods.is_empty() {
        return None;
    }
    let (generics, args) = (declared(None, &parts.generics), given(None, &parts.generics));
    let name = facts.name;
    out.push(&format!("const _: () = {{ {inner} impl{generics} {name}{args}{bounds} {{ {methods} }}"));
    out.push(&format!(" impl{generics} ::core::marker::Unpin for {name}{args}{bounds} {{}} }};"));
    Some(out)
}

/// `<'__pin, 'a: 'b, T: Bound, const N: usize>`.
fn declared(lifetime: Option<&str>, generics: &[GenericParam]) -> String {
    let own = generics.iter().map(|param| {
        let keyword = if param.kind == "const" { "const " } else { "" };
        let bounds = if param.bounds.is_empty() { String::new() } else { format!(": {}", param.bounds.join(" + ")) };
        format!("{keyword}{}{bounds}", param.name)
    });
    angle(lifetime.map(str::to_owned).into_iter().chain(own).collect())
}

/// `<'__pin, 'a, T, N>`.
fn given(lifetime: Option<&str>, generics: &[GenericParam]) -> String {
    let own = generics.iter().map(|param| param.name.clone());
    angle(lifetime.map(str::to_owned).into_iter().chain(own).collect())
}

fn angle(list: Vec<String>) -> String {
    if list.is_empty() { String::new() } else { format!("<{}>", list.join(", ")) }
}

fn where_clause(parts: &SignatureParts) -> String {
    let predicates: Vec<String> = parts
        .where_clauses
        .iter()
        .map(|predicate| format!("{}: {}", predicate.target, predicate.bounds.join(" + ")))
        .collect();
    if predicates.is_empty() { String::new() } else { format!(" where {}", predicates.join(", ")) }
}
