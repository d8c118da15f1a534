//! Where an item's text stands in its file. The graph keeps no source text: a host hands the
//! file's text in, and the item's hash says whether it is still the text that was indexed.

use std::ops::Range;

use super::Graph;
use crate::model::SymbolId;

impl Graph {
    /// The item's text, attributes and docs included, cut out of its file's text.
    ///
    /// `None` when the symbol's text does not stand in its file (externals, fields, what a macro
    /// makes), or when the file's text at that place is not the one that was indexed.
    #[must_use]
    pub fn item_text<'t>(&self, id: SymbolId, file_text: &'t str) -> Option<&'t str> {
        let text = file_text.get(self.item_range(id, file_text)?)?;
        let hash = blake3::hash(text.as_bytes());
        (hash.as_bytes()[..16] == self.content_hash(id)).then_some(text)
    }

    /// Whether the symbol is an item whose text stands in its file.
    #[must_use]
    pub fn has_text(&self, id: SymbolId) -> bool {
        self.symbols.length.get(id.index()).is_some_and(|length| length > 0)
    }

    /// 1-based line of the item's first attribute, doc comment or token, under the conditions of [`Self::item_text`].
    #[must_use]
    pub fn item_first_line(&self, id: SymbolId, file_text: &str) -> Option<u32> {
        let lead = self.symbols.lead.get(id.index())? as usize;
        let before_name = self.item_text(id, file_text)?.get(..lead)?;
        self.line(id)?.checked_sub(u32::try_from(before_name.matches('\n').count()).ok()?)
    }

    fn item_range(&self, id: SymbolId, file_text: &str) -> Option<Range<usize>> {
        let length = self.symbols.length.get(id.index()).filter(|&length| length > 0)? as usize;
        let lead = self.symbols.lead.get(id.index())? as usize;
        let name = line_start(file_text, self.line(id)?)? + self.column(id)? as usize - 1;
        let start = name.checked_sub(lead)?;
        Some(start..start.checked_add(length)?)
    }
}

/// Where a 1-based line begins.
fn line_start(text: &str, line: u32) -> Option<usize> {
    match line {
        0 | 1 => Some(0),
        _ => text.match_indices('\n').nth(line as usize - 2).map(|(at, _)| at + 1),
    }
}

#[cfg(test)]
mod tests {
    use crate::{IndexConfig, SourceSet, index};

    const TEXT: &str = "mod m {\n    /// Docs.\n    #[inline]\n    pub fn f() { g() } fn g() {}\n}\nmacro_rules! made { () => { fn h() {} } }\nmade!();\npub struct S { a: u8 }\nimpl S { fn i(&self) {} }\n";

    #[test]
    fn an_item_is_cut_out_of_its_file_whole() {
        let graph = index(&SourceSet::from_files([("src/lib.rs", TEXT)]), &IndexConfig::default());
        let text = |name: &str| graph.find(name).ok().and_then(|id| graph.item_text(id, TEXT));
        assert_eq!(text("m::f"), Some("/// Docs.\n    #[inline]\n    pub fn f() { g() }"));
        let first_line = |name: &str| graph.find(name).ok().and_then(|id| graph.item_first_line(id, TEXT));
        assert_eq!((first_line("m::f"), first_line("m::g")), (Some(2), Some(4)));
        assert_eq!(text("m::g"), Some("fn g() {}"));
        assert_eq!(text("S"), Some("pub struct S { a: u8 }"));
        assert_eq!(text("S::i"), Some("fn i(&self) {}"));
        assert_eq!(text("S::a"), None, "a field is no item");
        assert_eq!(text("h"), None, "a macro makes it");
    }

    #[test]
    fn a_changed_text_is_not_taken_for_the_item() {
        let graph = index(&SourceSet::from_files([("src/lib.rs", TEXT)]), &IndexConfig::default());
        let id = graph.find("m::g").expect("it is there");
        assert_eq!(graph.item_text(id, &TEXT.replace("fn g() {}", "fn g() {2}")), None);
        assert_eq!(graph.item_text(id, &format!("\n{TEXT}")), None);
        assert_eq!(graph.item_text(id, ""), None);
        assert_eq!(graph.item_text(id, "é"), None);
    }
}
