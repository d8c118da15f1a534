//! Macro invocations.

use std::sync::Arc;

use syn::{Expr as SynExpr, MacroDelimiter, Token};

use super::Lower;
use crate::facts::{Delimiter, ExprId, MacroArgs, MacroCall, Offset};

impl Lower<'_> {
    /// A macro invocation, its arguments read as expressions when it stands in a body.
    pub(super) fn macro_call(&mut self, mac: &syn::Macro, in_body: bool) -> MacroCall {
        let path = self.path(None, &mac.path);
        let (delimiter, open, close) = self.delimiter(&mac.delimiter);
        let text: Arc<str> = self.text.get(open as usize..close as usize).unwrap_or_default().into();
        let args = if in_body { self.macro_args(mac) } else { None };
        MacroCall { path, text, offset: open, delimiter, ident: None, args }
    }

    /// A delimiter, the offset after its opening and the offset of its closing character.
    pub(super) fn delimiter(&self, delimiter: &MacroDelimiter) -> (Delimiter, Offset, Offset) {
        let (kind, span) = match delimiter {
            MacroDelimiter::Paren(token) => (Delimiter::Parenthesis, token.span),
            MacroDelimiter::Bracket(token) => (Delimiter::Bracket, token.span),
            MacroDelimiter::Brace(token) => (Delimiter::Brace, token.span),
        };
        (kind, self.offset(span.open()) + 1, self.offset(span.close()))
    }

    fn macro_args(&mut self, mac: &syn::Macro) -> Option<MacroArgs> {
        let parser = syn::punctuated::Punctuated::<SynExpr, Token![,]>::parse_terminated;
        let list = syn::parse::Parser::parse2(parser, mac.tokens.clone()).ok()?;
        let exprs: Vec<ExprId> = list.iter().map(|expr| self.expr(expr)).collect();
        Some(MacroArgs { exprs, is_match: false })
    }
}
