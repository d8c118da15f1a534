//! Tables in documents: each stands between two markers and is made from measurements in
//! `benches/results/`, which are committed beside it.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::project::Project;

/// A document with a generated part.
pub(crate) struct Block {
    /// Path of the document in the repository.
    pub(crate) document: &'static str,
    /// Name of the part in its markers.
    pub(crate) name: &'static str,
}

impl Block {
    fn markers(&self) -> (String, String) {
        (format!("<!-- begin generated: {} -->", self.name), format!("<!-- end generated: {} -->", self.name))
    }

    /// The document with `content` between the markers.
    pub(crate) fn filled(&self, project: &Project, content: &str) -> Result<String> {
        let text = std::fs::read_to_string(project.path(self.document)).with_context(|| self.document.to_owned())?;
        let (begin, end) = self.markers();
        replace_between(&text, &begin, &end, content)
            .with_context(|| format!("{}: no lines `{begin}` and `{end}`", self.document))
    }

    /// Writes `content` into the document.
    pub(crate) fn write(&self, project: &Project, content: &str) -> Result<()> {
        std::fs::write(project.path(self.document), self.filled(project, content)?)?;
        println!("{}: table {:?} written", self.document, self.name);
        Ok(())
    }

    /// What is wrong with the document, if `content` is not what stands there.
    pub(crate) fn complaint(&self, project: &Project, content: &str) -> Result<Option<String>> {
        let same = std::fs::read_to_string(project.path(self.document))? == self.filled(project, content)?;
        let stale = format!("{}: the table {:?} is not what its measurements say", self.document, self.name);
        Ok((!same).then_some(stale))
    }
}

fn replace_between(text: &str, begin: &str, end: &str, content: &str) -> Option<String> {
    let start = text.find(begin)? + begin.len();
    let stop = start + text.get(start..)?.find(end)?;
    Some(format!("{}\n{}\n{}", &text[..start], content.trim(), &text[stop..]))
}

/// A Markdown table: the first column is text, the others numbers.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(ToString::to_string).collect();
    let rule: Vec<String> = (0..head.len()).map(|i| if i == 0 { "---" } else { "---:" }.to_owned()).collect();
    std::iter::once(&head).chain(std::iter::once(&rule)).chain(rows).map(|row| line(row)).collect()
}

fn results_file(project: &Project, name: &str) -> PathBuf {
    project.path("benches/results").join(format!("{name}.json"))
}

/// Stored measurements; `None` when nothing was measured yet.
pub(crate) fn load<T: DeserializeOwned>(project: &Project, name: &str) -> Result<Option<T>> {
    let path = results_file(project, name);
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path)?;
    serde_json::from_str(&text).with_context(|| path.display().to_string()).map(Some)
}

/// Stores measurements beside the documents that show them.
pub(crate) fn store<T: Serialize>(project: &Project, name: &str, value: &T) -> Result<()> {
    let path = results_file(project, name);
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    std::fs::write(path, serde_json::to_string_pretty(value)? + "\n")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_markers_changes() {
        let text = "a\n<b>\nold\n<e>\nz\n";
        assert_eq!(replace_between(text, "<b>", "<e>", "new\n").as_deref(), Some("a\n<b>\nnew\n<e>\nz\n"));
        assert_eq!(replace_between("a\n<e>\n<b>\n", "<b>", "<e>", "new"), None);
    }

    #[test]
    fn tables_align_numbers() {
        let rows = [vec!["tokio".to_owned(), "0.4".to_owned()]];
        assert_eq!(table(&["crate", "s"], &rows), "| crate | s |\n| --- | ---: |\n| tokio | 0.4 |\n");
    }
}
