//! Cases out of Markdown.

use isgraph::SourceSet;

use super::expect::Expectation;

/// One `##` section.
pub(crate) struct Case {
    pub(crate) name: String,
    /// Line of its heading.
    pub(crate) line: usize,
    pub(crate) sources: SourceSet,
    pub(crate) expectations: Vec<(usize, Expectation)>,
}

const MANIFEST: &str = "[package]\nname = \"krate\"\nversion = \"0.0.0\"\nedition = \"2021\"\n";

struct Fence<'a> {
    info: &'a str,
    line: usize,
    body: Vec<&'a str>,
}

struct Section<'a> {
    name: &'a str,
    line: usize,
    fences: Vec<Fence<'a>>,
}

/// The cases of one Markdown file.
pub(crate) fn parse(text: &str) -> Result<Vec<Case>, String> {
    sections(text)?.into_iter().map(case).collect()
}

fn sections(text: &str) -> Result<Vec<Section<'_>>, String> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut fence: Option<Fence<'_>> = None;
    for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        if let Some(open) = &mut fence {
            if line == "```" {
                let section = sections.last_mut().ok_or(format!("line {number}: a fence before the first case"))?;
                section.fences.extend(fence.take());
            } else {
                open.body.push(line);
            }
        } else if let Some(info) = line.strip_prefix("```") {
            fence = Some(Fence { info, line: number, body: Vec::new() });
        } else if let Some(name) = line.strip_prefix("## ") {
            sections.push(Section { name, line: number, fences: Vec::new() });
        }
    }
    match fence {
        Some(fence) => Err(format!("line {}: a fence that does not end", fence.line)),
        None => Ok(sections),
    }
}

fn case(section: Section<'_>) -> Result<Case, String> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut lines: Vec<(usize, &str)> = Vec::new();
    for fence in &section.fences {
        match fence.info.split_once(' ') {
            Some((_, path)) => files.push((path.to_owned(), fence.body.join("\n") + "\n")),
            None if fence.info == "expect" => {
                lines.extend(fence.body.iter().enumerate().map(|(at, line)| (fence.line + 1 + at, *line)));
            }
            None => return Err(format!("line {}: a fence without a path", fence.line)),
        }
    }
    let main = files.iter().map(|(path, _)| path).find(|path| path.ends_with(".rs")).cloned().unwrap_or_default();
    if !files.iter().any(|(path, _)| path.ends_with("Cargo.toml")) {
        files.push(("Cargo.toml".to_owned(), MANIFEST.to_owned()));
    }
    let expectations = lines
        .into_iter()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(number, line)| match Expectation::parse(line, &main) {
            Some(expectation) => Ok((number, expectation)),
            None => Err(format!("line {number}: not an expectation: {line}")),
        })
        .collect::<Result<Vec<_>, _>>()?;
    if expectations.is_empty() {
        return Err(format!("line {}: a case that expects nothing", section.line));
    }
    let sources = SourceSet::from_files(files);
    Ok(Case { name: section.name.to_owned(), line: section.line, sources, expectations })
}
