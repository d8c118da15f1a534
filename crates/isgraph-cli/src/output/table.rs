//! Aligned columns that fit the terminal.

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What a column gives up when the terminal is narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shrink {
    /// Nothing: a place stays clickable, a number right.
    Never,
    /// Its start: of a path, the end says most.
    Start,
    /// Its end.
    End,
    /// All of it, when the others cannot give enough.
    Whole,
}

/// A column's heading and style.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    pub(crate) style: Style,
    pub(crate) shrink: Shrink,
}

/// Space between columns.
const GAP: usize = 2;
/// A column is cut to so much before a dispensable one goes.
const ROOMY: usize = 32;
/// A cut column keeps at least so much.
const LEAST: usize = 12;

/// Rows under headings. A cell's control characters are shown as `?`, so that no source text can
/// write to the terminal.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self { columns: columns.into(), rows: Vec::new() }
    }

    /// Adds a row; missing cells are empty.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| printable(&cell)).collect());
    }

    /// Headings and rows, each line at most `width` columns where the columns can shrink so far.
    pub(crate) fn render(&self, width: Option<usize>) -> String {
        let layout = self.layout(width);
        let mut out = String::new();
        let titles = self.columns.iter().map(|column| (column.title, super::style::FAINT));
        self.line(&mut out, titles, &layout);
        out + &self.body(width)
    }

    /// The rows without headings.
    pub(crate) fn body(&self, width: Option<usize>) -> String {
        let layout = self.layout(width);
        let mut out = String::new();
        for row in &self.rows {
            let cells = self.columns.iter().enumerate().map(|(i, column)| (cell(row, i), column.style));
            self.line(&mut out, cells, &layout);
        }
        out
    }

    /// The width of each column; 0 leaves it out, as when all its cells are empty.
    fn layout(&self, limit: Option<usize>) -> Vec<usize> {
        let widest = |i: usize| self.rows.iter().map(|row| cell(row, i).width()).max().unwrap_or(0);
        let mut widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(i, column)| match widest(i) {
                0 => 0,
                cells => cells.max(column.title.len()),
            })
            .collect();
        if let Some(limit) = limit {
            while !self.shrink(&mut widths, limit, ROOMY) {
                let dispensable = (0..widths.len()).find(|&i| self.columns[i].shrink == Shrink::Whole && widths[i] > 0);
                let Some(column) = dispensable else {
                    self.shrink(&mut widths, limit, LEAST);
                    break;
                };
                widths[column] = 0;
            }
        }
        widths
    }

    /// Cuts what can be cut, down to `least`, until the columns fit; whether they do.
    fn shrink(&self, widths: &mut [usize], limit: usize, least: usize) -> bool {
        loop {
            let shown = widths.iter().filter(|&&width| width > 0).count();
            let total = widths.iter().sum::<usize>() + GAP * shown.saturating_sub(1);
            if total <= limit {
                return true;
            }
            let widest = (0..widths.len())
                .filter(|&i| matches!(self.columns[i].shrink, Shrink::Start | Shrink::End) && widths[i] > least)
                .max_by_key(|&i| widths[i]);
            let Some(widest) = widest else { return false };
            // A little at a time, so that columns of like width shrink alike. Every round takes at
            // least one, so it ends.
            widths[widest] -= (total - limit).min(widths[widest] - least).min(4);
        }
    }

    fn line<'a>(&self, out: &mut String, cells: impl Iterator<Item = (&'a str, Style)>, widths: &[usize]) {
        let mut pending = 0;
        for (i, (text, style)) in cells.enumerate().filter(|&(i, _)| widths[i] > 0) {
            let text = fit(text, widths[i], self.columns[i].shrink);
            if !text.is_empty() {
                // Padding waits for the next text, so no line ends in spaces.
                out.extend(std::iter::repeat_n(' ', std::mem::take(&mut pending)));
                out.push_str(&super::style::paint(style, &text));
            }
            pending += widths[i].saturating_sub(text.width()) + GAP;
        }
        out.push('\n');
    }
}

fn cell(row: &[String], index: usize) -> &str {
    row.get(index).map_or("", String::as_str)
}

/// Cuts `text` to `width` columns, with `…` where it was cut.
pub(crate) fn fit(text: &str, width: usize, shrink: Shrink) -> String {
    if text.width() <= width || matches!(shrink, Shrink::Never | Shrink::Whole) {
        return text.to_owned();
    }
    let room = width.saturating_sub(1);
    let mut taken = 0;
    let mut keep = |c: &char| {
        taken += c.width().unwrap_or(0);
        taken <= room
    };
    match shrink {
        Shrink::Start => {
            let kept: Vec<char> = text.chars().rev().take_while(|c| keep(c)).collect();
            std::iter::once('…').chain(kept.into_iter().rev()).collect()
        }
        Shrink::End | Shrink::Never | Shrink::Whole => {
            text.chars().take_while(|c| keep(c)).chain(std::iter::once('…')).collect()
        }
    }
}

/// `text` on one line, without anything that a terminal obeys.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => ' ',
            c if c.is_control() => '?',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::PLAIN;

    fn table() -> Table {
        let mut table = Table::new([
            Column { title: "symbol", style: PLAIN, shrink: Shrink::Start },
            Column { title: "kind", style: PLAIN, shrink: Shrink::Whole },
            Column { title: "empty", style: PLAIN, shrink: Shrink::Never },
        ]);
        table.row(["a::very::long::path::to::Type::method".into(), "method".into()]);
        table.row(["b".into(), "fn".into()]);
        table
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn aligns_columns_and_leaves_out_empty_ones() {
        let expected = "symbol                                 kind\n\
                        a::very::long::path::to::Type::method  method\n\
                        b                                      fn\n";
        assert_eq!(plain(&table().render(None)), expected);
    }

    #[test]
    fn shrinks_from_the_start_of_paths_to_the_width() {
        let text = plain(&table().render(Some(42)));
        assert!(text.lines().all(|line| line.width() <= 42), "{text}");
        assert!(text.contains("…ery::long::path::to::Type::method  method"), "{text}");
    }

    #[test]
    fn leaves_a_column_out_before_it_cuts_too_much() {
        assert_eq!(plain(&table().render(Some(20))), "symbol\n…h::to::Type::method\nb\n");
    }

    #[test]
    fn a_terminal_too_narrow_for_anything_still_gets_every_row() {
        assert_eq!(table().render(Some(1)).lines().count(), 3);
    }

    #[test]
    fn cuts_wide_characters_by_their_columns() {
        assert_eq!(fit("日本語日本語", 5, Shrink::End), "日本…");
        assert_eq!(fit("日本語日本語", 5, Shrink::Start), "…本語");
    }

    #[test]
    fn no_cell_writes_escapes() {
        assert_eq!(printable("a\u{1b}[31mb\nc"), "a?[31mb c");
    }
}
