//! How much of a file is still there when it is broken in the middle of an edit: six edits at
//! random places of real files, and the items besides the edited one that are lost.
//!
//! `cargo run --release -p isgraph-benches --bin broken_edits -- DIR…`
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a bench reads files and prints")]

use std::collections::HashMap;

use isgraph::facts::{Edition, ItemNode, read_file};
use isgraph_benches::inputs::rust_files_of_arguments;

const FILES: usize = 500;

const EDITS: [&str; 6] =
    ["`foo.` inserted", "an unclosed `(`", "an extra `{`", "an unclosed `\"`", "a conflict marker", "a deleted token"];

/// A small deterministic generator: the same edits in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}

/// An item: its signature, and where it stands.
struct Found {
    key: String,
    start: u32,
    end: u32,
}

/// Leaves of the item tree: everything but containers, which an edit inside them touches.
fn leaves(nodes: &[ItemNode], base: u32, out: &mut Vec<Found>) {
    for node in nodes {
        let start = base + node.offset;
        leaves(&node.children, start, out);
        if node.children.is_empty() {
            let key = format!("{} {}", node.facts.name, node.facts.signature);
            out.push(Found { key, start, end: start + node.len });
        }
    }
}

fn edit(text: &str, kind: usize, random: &mut Random) -> Option<(String, usize)> {
    let spaces: Vec<usize> =
        text.bytes().enumerate().filter(|&(_, b)| b == b' ' || b == b'\n').map(|(i, _)| i).collect();
    let at = *spaces.get(random.below(spaces.len()))?;
    let insert = |what: &str| Some((format!("{}{what}{}", &text[..at], &text[at..]), at));
    match kind {
        0 => insert(" foo."),
        1 => insert(" ("),
        2 => insert(" {"),
        3 => insert(" \""),
        4 => {
            let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
            let marker = "<<<<<<< HEAD\n=======\n>>>>>>> other\n";
            Some((format!("{}{marker}{}", &text[..line], &text[line..]), line))
        }
        _ => {
            let start = at + 1;
            let rest = text.get(start..)?;
            let first = rest.chars().next()?;
            let word = |c: char| c.is_alphanumeric() || c == '_';
            let len = if word(first) { rest.find(|c| !word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
            Some((format!("{}{}", &text[..start], &rest[len..]), start))
        }
    }
}

fn main() {
    let mut files = rust_files_of_arguments();
    let mut random = Random(7);
    for i in (1..files.len()).rev() {
        files.swap(i, random.below(i + 1));
    }
    let texts: Vec<String> = files
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .filter(|text| text.len() < 500_000 && read_file(text, Edition::E2021).items.len() >= 5)
        .take(FILES)
        .collect();
    println!("{} files", texts.len());
    println!("{:<20} {:>9} {:>9} {:>9} {:>10}", "edit", "others", "kept", "share", "worst file");
    for (kind, name) in EDITS.iter().enumerate() {
        let (mut others, mut kept, mut worst) = (0usize, 0usize, 1.0f64);
        for text in &texts {
            let Some((broken, at)) = edit(text, kind, &mut random) else { continue };
            let (mut before, mut after) = (Vec::new(), Vec::new());
            leaves(&read_file(text, Edition::E2021).items, 0, &mut before);
            leaves(&read_file(&broken, Edition::E2021).items, 0, &mut after);
            let mut found: HashMap<&str, usize> = HashMap::new();
            for item in &after {
                *found.entry(&item.key).or_default() += 1;
            }
            let (mut of, mut there) = (0usize, 0usize);
            // The edited item itself may be lost; the items right around a place between items may not.
            for item in before.iter().filter(|item| !(item.start as usize <= at && at <= item.end as usize)) {
                of += 1;
                if let Some(count) = found.get_mut(item.key.as_str()).filter(|count| **count > 0) {
                    *count -= 1;
                    there += 1;
                }
            }
            others += of;
            kept += there;
            if of > 0 {
                worst = worst.min(there as f64 / of as f64);
            }
        }
        let share = 100.0 * kept as f64 / others.max(1) as f64;
        println!("{name:<20} {others:>9} {kept:>9} {share:>8.2}% {:>9.1}%", worst * 100.0);
    }
}
