//! Lowering: syn's tree of one item → facts.
//!
//! Everything that syn knows about one item goes through one [`Lower`]. Names are read from the
//! text at an identifier's offset, so lowering allocates no string per identifier.

mod attrs;
mod exprs;
mod format;
mod generics;
mod guards;
mod items;
mod lenient;
mod macros;
mod paths;
mod patterns;
mod types;
mod uses;

use std::sync::Arc;

use proc_macro2::Span;

use super::read::Source;
use super::{ArenaBuilder, Body, Expr, ExprId, ItemNode, MacroCall, MacroId, Offset, Pat, PatId, PathId, PathRef};
use super::{Problem, TypeId, TypeRef};
use crate::name::Name;

pub(super) use attrs::{SpannedArm, cfg_arms};
pub(super) use items::Lowered;

/// Lowers one item (or fragment).
pub(super) struct Lower<'a> {
    /// The item's text, as it was given to syn.
    pub(super) text: &'a str,
    /// Start offsets in `text` of its lines after the first.
    pub(super) lines: Lines<'a>,
    /// The text that the item was cut from.
    pub(super) source: Source<'a>,
    /// Where the item starts in it.
    pub(super) origin: u32,
    /// Nodes of the header, or of the body that is being lowered.
    pub(super) arena: ArenaBuilder,
    /// Items of the body that is being lowered.
    pub(super) items: Vec<ItemNode>,
    /// What could not be read, relative to `text`.
    pub(super) problems: Vec<Problem>,
}

/// Where the lines of an item start.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a> {
    /// Line starts of the whole text.
    starts: &'a [u32],
    /// The line in which the item starts.
    first: usize,
}

impl<'a> Lines<'a> {
    /// The lines of the item that starts at `origin`.
    pub(super) fn of(starts: &'a [u32], origin: u32) -> Self {
        Self { starts, first: starts.partition_point(|&start| start <= origin).saturating_sub(1) }
    }

    /// Start of the `line`th line (1-based) relative to the item that starts at `origin`.
    fn start(self, line: usize, origin: u32) -> u32 {
        if line <= 1 {
            return 0;
        }
        self.starts.get(self.first + line - 1).map_or(0, |start| start.saturating_sub(origin))
    }
}

impl Lower<'_> {
    /// Where a span starts.
    ///
    /// By line and column, because proc-macro2 keeps a tree of every offset that it was asked for
    /// and answers those by binary search.
    fn offset(&self, span: Span) -> Offset {
        self.place(span.start())
    }

    /// Where a line and column of proc-macro2 stand.
    pub(super) fn place(&self, place: proc_macro2::LineColumn) -> Offset {
        let start = self.lines.start(place.line, self.origin);
        let line = self.text.get(start as usize..).unwrap_or_default().as_bytes();
        match line.get(..place.column) {
            Some(before) if before.is_ascii() => start + place.column as u32,
            _ => {
                let line = self.text.get(start as usize..).unwrap_or_default();
                start + line.chars().take(place.column).map(char::len_utf8).sum::<usize>() as u32
            }
        }
    }

    /// The identifier whose text stands at `offset`, without `r#` and a lifetime's quote.
    fn name_at(&self, offset: Offset) -> Name {
        Name::new(ident_at(self.text, offset as usize))
    }

    /// An identifier and where it stands.
    fn ident(&self, ident: &proc_macro2::Ident) -> (Name, Offset) {
        let offset = self.offset(ident.span());
        (self.name_at(offset), offset)
    }

    /// A lifetime's name without the quote.
    fn lifetime(&self, lifetime: &syn::Lifetime) -> Name {
        self.name_at(self.offset(lifetime.apostrophe))
    }

    fn push_type(&mut self, ty: TypeRef) -> TypeId {
        self.arena.types.push(ty);
        TypeId(self.arena.types.len() as u32 - 1)
    }

    fn push_path(&mut self, path: PathRef) -> PathId {
        self.arena.paths.push(path);
        PathId(self.arena.paths.len() as u32 - 1)
    }

    fn push_pat(&mut self, pat: Pat) -> PatId {
        self.arena.pats.push(pat);
        PatId(self.arena.pats.len() as u32 - 1)
    }

    pub(super) fn push_expr(&mut self, expr: Expr) -> ExprId {
        self.arena.exprs.push(expr);
        ExprId(self.arena.exprs.len() as u32 - 1)
    }

    fn push_macro(&mut self, call: MacroCall) -> MacroId {
        self.arena.macros.push(call);
        MacroId(self.arena.macros.len() as u32 - 1)
    }

    /// Lowers a body into an arena of its own.
    pub(super) fn body(&mut self, root: impl FnOnce(&mut Self) -> ExprId) -> Arc<Body> {
        let arena = std::mem::take(&mut self.arena);
        let items = std::mem::take(&mut self.items);
        let root = root(self);
        let arena = std::mem::replace(&mut self.arena, arena).finish();
        Arc::new(Body { arena, root, items: std::mem::replace(&mut self.items, items) })
    }
}

/// The identifier at `offset`, without `r#` and a lifetime's quote; empty when there is none.
pub(super) fn ident_at(text: &str, offset: usize) -> &str {
    let text = text.get(offset..).unwrap_or_default();
    let text = text.strip_prefix('\'').unwrap_or(text);
    let text = text.strip_prefix("r#").unwrap_or(text);
    let ascii = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let end = match text.as_bytes().get(ascii) {
        Some(byte) if !byte.is_ascii() => text
            .char_indices()
            .find(|&(i, c)| i >= ascii && !ra_ap_rustc_lexer::is_id_continue(c))
            .map_or(text.len(), |(i, _)| i),
        _ => ascii,
    };
    &text[..end]
}
