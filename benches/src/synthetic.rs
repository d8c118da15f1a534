//! A made-up graph with the shape of a real one: as many symbols, edges and unresolved sites per
//! line as the crates measured for docs/performance.md, and a few much-used symbols.

use std::sync::Arc;

use isgraph::graph::{EdgeDraft, FileDraft, FileId, GraphDraft, Place, SymbolDraft, UnresolvedDraft};
use isgraph::model::{Confidence, EdgeKind, Missing, Reason, SiteForm, SymbolId, SymbolKind};
use isgraph::name::Name;

const LINES_PER_FILE: u32 = 300;
const BYTES_PER_LINE: u32 = 35;

/// A draft of about so many lines; the same for the same number.
#[must_use]
pub fn draft(lines: u32) -> GraphDraft {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let files = (lines / LINES_PER_FILE).max(1);
    let table: Arc<[u32]> = (0..LINES_PER_FILE).map(|line| line * BYTES_PER_LINE).collect();
    let mut draft = GraphDraft {
        files: (0..files)
            .map(|at| FileDraft { path: format!("src/group{}/file{at}.rs", at % 17), lines: table.clone() })
            .collect(),
        ..GraphDraft::default()
    };
    let root = push(&mut draft, SymbolKind::Crate, "krate", None, 0, &mut random);
    let mut callable = Vec::new();
    let mut types = Vec::new();
    let mut traits = Vec::new();
    for file in 0..files {
        let module = push(&mut draft, SymbolKind::Module, &format!("file{file}"), Some(root), file, &mut random);
        for at in 0..4 {
            let ty = push(&mut draft, SymbolKind::Struct, &format!("Type{file}x{at}"), Some(module), file, &mut random);
            types.push(ty);
            for field in 0..4 {
                push(&mut draft, SymbolKind::Field, &format!("field{field}"), Some(ty), file, &mut random);
            }
            let block =
                push(&mut draft, SymbolKind::Impl, &format!("<impl Type{file}x{at}>"), Some(module), file, &mut random);
            for method in ["new", "poll", "len", "as_ref", "build"] {
                let name = if random.below(3) == 0 { format!("{method}_{file}") } else { method.to_owned() };
                callable.push(push(&mut draft, SymbolKind::Method, &name, Some(block), file, &mut random));
            }
        }
        if file % 4 == 0 {
            traits.push(push(&mut draft, SymbolKind::Trait, &format!("Trait{file}"), Some(module), file, &mut random));
        }
        for at in 0..8 {
            callable.push(push(
                &mut draft,
                SymbolKind::Function,
                &format!("function{file}_{at}"),
                Some(module),
                file,
                &mut random,
            ));
        }
    }
    for _ in 0..lines / 3 {
        let from = random.pick(&callable);
        let to = random.pick_skewed(&callable);
        edge(&mut draft, from, to, EdgeKind::Calls, &mut random);
    }
    for _ in 0..lines / 4 {
        let from = random.pick(&callable);
        let to = random.pick_skewed(&types);
        edge(&mut draft, from, to, EdgeKind::Uses, &mut random);
    }
    for _ in 0..lines / 40 {
        let from = random.pick(&types);
        let to = random.pick_skewed(&traits);
        edge(&mut draft, from, to, EdgeKind::Implements, &mut random);
    }
    let names: Vec<Name> = (0..400).map(|at| Name::new(&format!("unresolved_{at}"))).collect();
    for _ in 0..lines / 6 {
        let from = random.pick(&callable);
        let at = random.skewed(names.len());
        let first = at * 7 % callable.len();
        let mut candidates: Vec<SymbolId> = callable.iter().skip(first).take(at % 9).copied().collect();
        candidates.sort_unstable();
        draft.unresolved.push(UnresolvedDraft {
            from,
            name: names[at],
            form: SiteForm::Method,
            missing: Missing::UnknownReceiver,
            place: place(&draft, from, &mut random),
            candidate_count: candidates.len() as u32,
            candidates,
        });
    }
    draft
}

fn push(
    draft: &mut GraphDraft,
    kind: SymbolKind,
    name: &str,
    parent: Option<SymbolId>,
    file: u32,
    random: &mut Random,
) -> SymbolId {
    let id = SymbolId(draft.symbols.len() as u32);
    let offset = random.below(LINES_PER_FILE * BYTES_PER_LINE);
    let path = match parent {
        Some(parent) => format!("{}::{name}", draft.symbols[parent.index()].path),
        None => name.to_owned(),
    };
    let is_function = matches!(kind, SymbolKind::Function | SymbolKind::Method);
    draft.symbols.push(SymbolDraft {
        kind,
        name: name.to_owned(),
        path,
        parent,
        place: Some(Place { file: FileId(file), offset }),
        end: offset + random.below(900),
        signature: if is_function {
            format!(
                "pub fn {name}(&mut self, input: &mut Type{}<T>, limit: usize) -> Result<Type{}, Error>",
                random.below(300),
                random.below(300)
            )
        } else {
            format!("pub {kind} {name}")
        },
        visibility: "pub".to_owned(),
        cfg: String::new(),
        docs: if random.below(3) == 0 {
            format!("What `{name}` number {} is for, in one sentence of usual length.", id.0)
        } else {
            String::new()
        },
        is_test: random.below(12) == 0,
        start: None,
        content_hash: u128::from(random.next()) << 64 | u128::from(random.next()),
    });
    if let Some(parent) = parent {
        let place = draft.symbols[id.index()].place;
        let (confidence, reason) = (Confidence::High, Reason::Nesting);
        draft.edges.push(EdgeDraft { from: parent, to: id, kind: EdgeKind::Contains, place, confidence, reason });
    }
    id
}

fn edge(draft: &mut GraphDraft, from: SymbolId, to: SymbolId, kind: EdgeKind, random: &mut Random) {
    let place = Some(place(draft, from, random));
    draft.edges.push(EdgeDraft { from, to, kind, place, confidence: Confidence::High, reason: Reason::Path });
}

fn place(draft: &GraphDraft, from: SymbolId, random: &mut Random) -> Place {
    let file = draft.symbols[from.index()].place.map_or(FileId(0), |place| place.file);
    Place { file, offset: random.below(LINES_PER_FILE * BYTES_PER_LINE) }
}

/// A xorshift generator: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u32) -> u32 {
        (self.next() % u64::from(limit)) as u32
    }

    fn pick(&mut self, from: &[SymbolId]) -> SymbolId {
        from[self.below(from.len() as u32) as usize]
    }

    fn pick_skewed(&mut self, from: &[SymbolId]) -> SymbolId {
        from[self.skewed(from.len())]
    }

    /// Mostly spread out, now and then one of the first few.
    fn skewed(&mut self, len: usize) -> usize {
        let spread = len >> self.below(8);
        self.below(spread.max(1) as u32) as usize
    }
}
