//! What of the library the graph does not have, found by reading the source line by line.
//!
//! The library is formatted, one declaration a line; that is enough to find every declaration
//! without the lexer and parser that are to be checked.

use std::collections::{BTreeMap, BTreeSet};

use isgraph::model::{Severity, SymbolKind};
use isgraph::{Graph, SourceSet};

/// Files with the methods of integers, and the types that have each.
const INTEGERS: [(&str, &[&str]); 2] = [
    ("core/src/num/int_macros.rs", &["i8", "i16", "i32", "i64", "i128", "isize"]),
    ("core/src/num/uint_macros.rs", &["u8", "u16", "u32", "u64", "u128", "usize"]),
];

/// Impls that only macros make.
const MADE: &[&str] = &[
    "impl Add for u8",
    "impl Add for &u8",
    "impl AddAssign for i128",
    "impl BitXor for bool",
    "impl Binary for u64",
    "impl Clone for usize",
    "impl Debug for f64",
    "impl Default for (V, U, T)",
    "impl Display for i16",
    "impl From for u64",
    "impl FromStr for f32",
    "impl Hash for u16",
    "impl Neg for f32",
    "impl Ord for char",
    "impl PartialEq for (U, T)",
    "impl PartialEq for str",
    "impl Step for u32",
    "impl Sum for i64",
    "impl TryFrom for u8",
];

/// What is missing, by what it is; nothing when the graph has all.
pub(crate) fn missing(sources: &SourceSet, graph: &Graph) -> BTreeMap<&'static str, Vec<String>> {
    let mut found: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    found.insert("things that could not be read", unread(graph));
    found.insert("declarations without a symbol", undeclared(sources, graph));
    found.insert("methods of integers that are not there", integers(sources, graph));
    found.insert("impls by macros that are not there", made(graph));
    found.retain(|_, list| !list.is_empty());
    found
}

/// Diagnostics, but for what is left out on purpose: tests, and the parts of other repositories that
/// core and std include by path.
fn unread(graph: &Graph) -> Vec<String> {
    let is_expected = |file: &str, message: &str, severity: Severity, code: &str| match code {
        "MODULE_NOT_FOUND" => {
            let outside = ["stdarch/", "portable-simd/", "backtrace/"];
            outside.iter().any(|place| message.contains(&format!("looked for {place}")))
                || (severity == Severity::Info && message.contains("tests` not found"))
        }
        // Leftovers of other systems.
        "NOT_DECLARED" => ["std/src/os/hermit/", "std/src/os/wasi/"].iter().any(|place| file.starts_with(place)),
        "MANIFEST" => message.contains("`tests/") || message.contains("`benches/"),
        _ => false,
    };
    let diagnostics = graph.diagnostics().iter();
    let wrong = diagnostics.filter(|found| !is_expected(&found.file, &found.message, found.severity, &found.code));
    wrong.map(|found| format!("{}:{} {} {}", found.file, found.line, found.code, found.message)).collect()
}

fn undeclared(sources: &SourceSet, graph: &Graph) -> Vec<String> {
    let mut known: BTreeMap<(&str, u32), Vec<(SymbolKind, &str)>> = BTreeMap::new();
    for id in graph.symbol_ids() {
        if let Some((file, line)) = graph.place_of(id) {
            known.entry((graph.file_path(file), line)).or_default().push((graph.kind(id), graph.name(id)));
        }
    }
    let mut found = Vec::new();
    for (file, text) in &sources.files {
        if !file.ends_with(".rs") {
            continue;
        }
        for (line, declared) in declarations(text) {
            let here = known.get(&(file.as_str(), line)).map_or(&[][..], Vec::as_slice);
            let is_there = match declared {
                Declared::Impl => here.iter().any(|(kind, _)| *kind == SymbolKind::Impl),
                Declared::Named(name) => here.iter().any(|(_, known)| *known == name),
            };
            if !is_there {
                let line_text = text.lines().nth(line as usize - 1).unwrap_or_default().trim();
                found.push(format!("{file}:{line} {line_text}"));
            }
        }
    }
    found
}

fn integers(sources: &SourceSet, graph: &Graph) -> Vec<String> {
    let methods = graph.symbol_ids().filter(|id| graph.kind(*id) == SymbolKind::Method);
    let paths: BTreeSet<&str> = methods.map(|id| graph.path(id)).collect();
    let mut found = Vec::new();
    for (file, types) in INTEGERS {
        let Some(text) = sources.files.get(file) else {
            found.push(format!("{file} is not there"));
            continue;
        };
        for line in text.lines() {
            let Some(Declared::Named(name)) = declaration(line).filter(|_| line.contains(" fn ")) else { continue };
            let absent = types.iter().map(|ty| format!("core::num::{ty}::{name}"));
            found.extend(absent.filter(|path| !paths.contains(path.as_str())));
        }
    }
    found
}

fn made(graph: &Graph) -> Vec<String> {
    let impls = graph.symbol_ids().filter(|id| graph.kind(*id) == SymbolKind::Impl);
    let names: BTreeSet<&str> = impls.map(|id| graph.name(id)).collect();
    MADE.iter().filter(|name| !names.contains(*name)).map(|name| (*name).to_owned()).collect()
}

/// What a line declares.
#[derive(Debug, PartialEq, Eq)]
enum Declared<'t> {
    Impl,
    Named(&'t str),
}

/// The lines that declare something, outside of macros' definitions, comments and strings.
fn declarations(text: &str) -> Vec<(u32, Declared<'_>)> {
    let mut found = Vec::new();
    // The indentation at which what is skipped ends, and the line that ends it.
    let mut skipped: Option<(usize, &str)> = None;
    for (index, line) in text.lines().enumerate() {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        if let Some((depth, end)) = skipped {
            if (end == "*/" && code.contains(end)) || (end != "*/" && indent == depth && code.starts_with(end)) {
                skipped = None;
            }
            continue;
        }
        let is_macro = ["macro_rules!", "macro ", "pub macro ", "pub(crate) macro ", "pub(super) macro "];
        if is_macro.iter().any(|start| code.starts_with(start)) && !code.ends_with('}') {
            skipped = Some((indent, if code.ends_with('(') { ")" } else { "}" }));
        } else if code.starts_with("/*") && !code.contains("*/") {
            skipped = Some((indent, "*/"));
        } else if code.ends_with("!(") || code == "weak! {" || code.ends_with("cfg_select! {") {
            // Arguments that are no items, or not all of them.
            skipped = Some((indent, if code.ends_with('(') { ")" } else { "}" }));
        } else if let Some(declared) = declaration(line) {
            found.push((index as u32 + 1, declared));
        }
    }
    found
}

/// What one line declares.
fn declaration(line: &str) -> Option<Declared<'_>> {
    const QUALIFIERS: [&str; 8] = ["pub", "const", "unsafe", "async", "extern", "default", "safe", "auto"];
    let mut rest = line.trim_start();
    // Parameters of a declaration stand on lines of their own; what follows a `$` is a macro's.
    if rest.ends_with(',') || rest.contains('$') {
        return None;
    }
    if ["impl ", "impl<", "unsafe impl"].iter().any(|start| rest.starts_with(start)) {
        return (!rest.ends_with(';')).then_some(Declared::Impl);
    }
    loop {
        let (word, after) = split_word(rest)?;
        rest = after.trim_start();
        match word {
            "fn" | "struct" | "enum" | "trait" | "type" | "mod" => {
                let name = split_word(rest.strip_prefix("r#").unwrap_or(rest))?.0;
                return Some(Declared::Named(name));
            }
            "const" if split_word(rest).is_some_and(|(_, after)| after.starts_with(':')) => {
                let name = split_word(rest)?.0;
                return (!name.starts_with(|c: char| c.is_lowercase() || c == '_')).then_some(Declared::Named(name));
            }
            "pub" if rest.starts_with('(') => rest = rest.split_once(')')?.1.trim_start(),
            "extern" if rest.starts_with('"') => rest = rest[1..].split_once('"')?.1.trim_start(),
            word if QUALIFIERS.contains(&word) => {}
            _ => return None,
        }
    }
}

/// The identifier at the start, and what follows it.
fn split_word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_found_by_their_lines() {
        let text = "m!(\n    fn p();\n);\nconst N: usize,\npub(crate) const unsafe fn a() {}\nimpl<T> A for T {\n    const B: u8 = 1;\n}\nmacro_rules! m {\n    () => { fn x() {} };\n    fn y();\n}\n/*\nfn z() {}\n*/\nlet const_fn = 1;\nunsafe extern \"C\" fn c();\npub const trait D {}\nmod r#e;\n";
        let found = declarations(text);
        let expected = [
            (5, Declared::Named("a")),
            (6, Declared::Impl),
            (7, Declared::Named("B")),
            (17, Declared::Named("c")),
            (18, Declared::Named("D")),
            (19, Declared::Named("e")),
        ];
        assert_eq!(found, expected);
    }
}
