//! Scores of a crate, and their table.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::report;

/// What was predicted, what is true, and how much of each is in the other.
#[derive(Debug, Default, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Counts {
    predicted: u64,
    right: u64,
    truth: u64,
    found: u64,
}

impl Counts {
    /// A row of `score.py`.
    fn read(row: &Value) -> Option<Self> {
        let predicted = row.get("predicted")?.as_u64().unwrap_or(0);
        let precision = row.get("precision")?.as_f64().unwrap_or(0.0);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            clippy::cast_possible_truncation,
            reason = "counts of thousands"
        )]
        let right = (precision * predicted as f64).round() as u64;
        Some(Self { predicted, right, truth: row.get("truth")?.as_u64()?, found: row.get("tp")?.as_u64()? })
    }

    fn plus(self, other: Self) -> Self {
        Self {
            predicted: self.predicted + other.predicted,
            right: self.right + other.right,
            truth: self.truth + other.truth,
            found: self.found + other.found,
        }
    }

    fn precision(self) -> Option<f64> {
        ratio(self.right, self.predicted)
    }

    fn recall(self) -> Option<f64> {
        ratio(self.found, self.truth)
    }

    fn f1(self) -> Option<f64> {
        let (p, r) = (self.precision()?, self.recall()?);
        Some(if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 })
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of thousands")]
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The scores of one crate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct CrateScore {
    name: String,
    version: String,
    symbols: Counts,
    path_calls: Counts,
    method_calls: Counts,
    macro_calls: Counts,
    all_calls: Counts,
    implements: Counts,
    type_uses: Counts,
}

impl CrateScore {
    /// What `score.py --json` wrote.
    pub(super) fn read(scores: &Value) -> Option<Self> {
        let row = |pointer: &str| scores.pointer(pointer).and_then(Counts::read);
        let text = |key: &str| Some(scores.get(key)?.as_str()?.to_owned());
        let calls = |kind: &str| row(&format!("/calls_pairs/strict/{kind}"));
        Some(Self {
            name: text("crate")?,
            version: text("version")?,
            symbols: row("/nodes/ALL")?,
            path_calls: calls("call-path")?,
            method_calls: calls("call-method")?,
            macro_calls: calls("call-macro-arg")?.plus(calls("call-macro-item")?),
            all_calls: calls("ALL")?,
            implements: row("/implements/in-crate trait")?.plus(row("/implements/external trait")?),
            // A crate without a use of a type of its own has no row.
            type_uses: row("/uses_pairs/type").unwrap_or_default(),
        })
    }

    fn columns(&self) -> [Counts; 7] {
        let Self { symbols, path_calls, method_calls, macro_calls, all_calls, implements, type_uses, .. } = *self;
        [symbols, path_calls, method_calls, macro_calls, all_calls, implements, type_uses]
    }
}

/// One row per crate and one for all of them together, in percent.
pub(super) fn table(scores: &[CrateScore]) -> String {
    const HEAD: [&str; 8] = [
        "crate",
        "symbols",
        "path calls",
        "method calls",
        "calls in macro arguments",
        "all call pairs",
        "implements",
        "type uses",
    ];
    let mut rows: Vec<Vec<String>> =
        scores.iter().map(|score| row(format!("{} {}", score.name, score.version), &score.columns())).collect();
    let total = scores.iter().fold([Counts::default(); 7], |sum, score| {
        let columns = score.columns();
        std::array::from_fn(|i| sum[i].plus(columns[i]))
    });
    rows.push(row("**all**".into(), &total));
    report::table(&HEAD, &rows)
}

fn row(name: String, columns: &[Counts]) -> Vec<String> {
    std::iter::once(name).chain(columns.iter().map(|counts| cell(*counts))).collect()
}

/// Precision / recall / F1.
fn cell(counts: Counts) -> String {
    let percent = |x: Option<f64>| x.map_or("–".to_owned(), |x| format!("{:.1}", 100.0 * x));
    format!("{} / {} / {}", percent(counts.precision()), percent(counts.recall()), percent(counts.f1()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_and_recall_have_their_own_hits() {
        // A symbol pair may stand for several predictions, so `right` and `found` differ.
        let counts = Counts { predicted: 10, right: 8, truth: 12, found: 6 };
        assert_eq!(cell(counts), "80.0 / 50.0 / 61.5");
        assert_eq!(cell(Counts::default()), "– / – / –");
    }

    #[test]
    fn reads_a_row_of_the_scorer() {
        let row = serde_json::json!({"precision": 0.75, "recall": 0.5, "f1": 0.6, "predicted": 4, "truth": 6, "tp": 3});
        assert_eq!(Counts::read(&row), Some(Counts { predicted: 4, right: 3, truth: 6, found: 3 }));
    }
}
