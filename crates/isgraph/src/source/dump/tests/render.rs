//! Dumps as the tools write them, for the formats that lose nothing of the texts given here.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::source::dump::DumpFormat;

/// Texts by path.
pub(super) type Files = BTreeMap<String, String>;

/// A dump of these files; `None` for a format that cannot hold them.
pub(super) fn render(format: DumpFormat, files: &Files) -> Option<String> {
    use DumpFormat as F;
    let mut out = String::new();
    match format {
        F::FileMarker => marked(&mut out, "FILE: ", 0, files, ""),
        F::AdHoc => each(&mut out, files, |path, text| format!("--- File: {path} ---\n{text}")),
        F::Gitingest | F::Gitingest2024 => {
            let marker = if format == F::Gitingest { "FILE: " } else { "File: " };
            let _ = write!(out, "Directory structure:\n{}\n", branches(files));
            marked(&mut out, marker, 48, files, "\n\n\n");
            out.pop();
        }
        F::CodebaseDigest => {
            let _ = write!(out, "Directory Structure:\n{}\nFile Contents:\n\n", branches(files));
            marked(&mut out, "File: ", 50, files, "\n\n");
            out.pop();
        }
        F::RepomixPlain => {
            let _ = write!(
                out,
                "{0}\nDirectory Structure\n{0}\n{1}\n\n{0}\nFiles\n{0}\n\n",
                "=".repeat(64),
                indented(files)
            );
            marked(&mut out, "File: ", 16, &trimmed(files), "\n\n");
            let _ = write!(out, "\n\n{0}\nEnd of Codebase\n{0}\n", "=".repeat(64));
        }
        F::RepomixXml | F::RepomixXml2024 => {
            let list = if format == F::RepomixXml { "files" } else { "repository_files" };
            let _ = write!(out, "<directory_structure>\n{}</directory_structure>\n\n<{list}>\n", indented(files));
            each(&mut out, &trimmed(files), |path, text| format!("<file path=\"{path}\">\n{text}\n</file>\n\n"));
            let _ = writeln!(out, "</{list}>");
        }
        F::RepomixParsable => {
            let escape = |text: &str| quick_xml::escape::escape(text).into_owned();
            out.push_str("<repomix><files>Contents.");
            each(&mut out, &trimmed(files), |path, text| {
                format!("<file path=\"{}\">{}</file>", escape(path), escape(text))
            });
            out.push_str("</files></repomix>");
        }
        F::RepomixMarkdown => {
            let fence = "`".repeat(longest_fence(files).max(2) + 1);
            let _ = write!(out, "# Directory Structure\n{fence}\n{}{fence}\n\n# Files\n\n", indented(files));
            each(&mut out, &trimmed(files), |path, text| format!("## File: {path}\n{fence}rs\n{text}\n{fence}\n\n"));
        }
        F::RepomixJson => out = serde_json::json!({ "files": trimmed(files) }).to_string(),
        F::Code2promptMarkdown => {
            out.push_str("Project Path: x\n\nSource Tree:\n\n```txt\nx\n```\n\n");
            each(&mut out, files, |path, text| format!("`{path}`:\n\n```rs\n{text}\n```\n\n"));
        }
        F::Code2promptXml => {
            out.push_str("<directory>x</directory>\n\n<source-tree>\n  x\n</source-tree>\n\n<files>\n");
            each(&mut out, files, |path, text| {
                format!("      <file path=\"{path}\">\n        ```rs\n        {text}\n        ```\n      </file>\n")
            });
            out.push_str("</files>");
        }
        F::Code2promptJson => {
            let prompt = render(F::Code2promptXml, files)?;
            out = serde_json::json!({ "files": files.keys().collect::<Vec<_>>(), "prompt": prompt }).to_string();
        }
        F::FilesToPrompt => each(&mut out, files, |path, text| format!("{path}\n---\n{text}\n\n---\n")),
        F::FilesToPromptXml => {
            out.push_str("<documents>\n");
            each(&mut out, files, |path, text| {
                format!(
                    "<document index=\"1\">\n<source>{path}</source>\n<document_content>\n{text}\n</document_content>\n</document>\n"
                )
            });
            out.push_str("</documents>\n");
        }
        F::FilesToPromptMarkdown => each(&mut out, files, |path, text| {
            let mut fence = "```".to_owned();
            while text.contains(&fence) {
                fence.push('`');
            }
            format!("{path}\n{fence}\n{text}\n{fence}\n")
        }),
        F::Codefetch => {
            out.push_str("<source_code>\n");
            // The last line has its end in any case.
            each(&mut out, &ended(files), |path, text| format!("{path}\n```\n{text}```\n\n"));
            out.push_str("</source_code>");
        }
        F::CodefetchSdk => {
            out.push_str("# File Contents\n\n");
            each(&mut out, files, |path, text| format!("## {path}\n\n```rust\n{text}\n```\n\n"));
        }
        F::AiDigest => each(&mut out, files, |path, text| {
            format!("# {path}\n\n```rs\n{}\n```\n\n", text.replace("```", "\\`\\`\\`"))
        }),
        F::Yek => {
            marked(&mut out, ">>>> ", 0, files, "\n");
        }
        F::YekJson => {
            let rows: Vec<_> =
                files.iter().map(|(path, text)| serde_json::json!({ "content": text, "filename": path })).collect();
            out = serde_json::Value::Array(rows).to_string();
        }
        F::Onefilellm => {
            out.push_str("<onefilellm_output>\n<source type=\"local_folder\">\n");
            each(&mut out, files, |path, text| {
                format!("\n<file path=\"{}\">\n{text}\n</file>\n", quick_xml::escape::escape(path))
            });
            out.push_str("\n</source>\n</onefilellm_output>\n");
        }
    }
    Some(out)
}

/// What a format gives back of these texts.
pub(super) fn given_back(format: DumpFormat, files: &Files) -> Files {
    use DumpFormat as F;
    match format {
        F::RepomixPlain
        | F::RepomixXml
        | F::RepomixXml2024
        | F::RepomixParsable
        | F::RepomixMarkdown
        | F::RepomixJson => ended(&trimmed(files)),
        F::Codefetch => ended(files),
        _ => files.clone(),
    }
}

fn each(out: &mut String, files: &Files, one: impl Fn(&str, &str) -> String) {
    out.extend(files.iter().map(|(path, text)| one(path, text)));
}

fn marked(out: &mut String, marker: &str, ruler: usize, files: &Files, gap: &str) {
    let ruler = if ruler == 0 { String::new() } else { format!("{}\n", "=".repeat(ruler)) };
    each(out, files, |path, text| format!("{ruler}{marker}{path}\n{ruler}{text}{gap}"));
}

fn trimmed(files: &Files) -> Files {
    files.iter().map(|(path, text)| (path.clone(), text.trim().to_owned())).collect()
}

fn ended(files: &Files) -> Files {
    let end = |text: &String| if text.is_empty() || text.ends_with('\n') { text.clone() } else { format!("{text}\n") };
    files.iter().map(|(path, text)| (path.clone(), end(text))).collect()
}

fn longest_fence(files: &Files) -> usize {
    files.values().flat_map(|text| text.split(|c| c != '`')).map(str::len).max().unwrap_or(0)
}

/// Every path as a branch of its own, which is all that a reader needs.
fn branches(files: &Files) -> String {
    files.keys().fold("└── root/\n".to_owned(), |mut out, path| {
        for (depth, name) in path.split('/').enumerate() {
            let _ = writeln!(out, "{}├── {name}", "│   ".repeat(depth + 1));
        }
        out
    })
}

fn indented(files: &Files) -> String {
    files.keys().fold(String::new(), |mut out, path| {
        let (directories, name) = path.rsplit_once('/').map_or((None, path.as_str()), |(d, name)| (Some(d), name));
        let depth = directories.map_or(0, |directories| {
            for (depth, directory) in directories.split('/').enumerate() {
                let _ = writeln!(out, "{}{directory}/", "  ".repeat(depth));
            }
            directories.split('/').count()
        });
        let _ = writeln!(out, "{}{name}", "  ".repeat(depth));
        out
    })
}
