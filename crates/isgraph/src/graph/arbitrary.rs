//! Random drafts for property tests: small, dense in what matters (shared names, repeated edges,
//! trait impls' paths, containment), and not always sane.

use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::draft::*;
use crate::model::*;
use crate::name::Name;

const NAMES: &[&str] = &["new", "run", "Router", "route", "Émile", "x", "tests"];
const TEXTS: &[&str] = &["", "T", "&'a str", "Result<T, E>", "Clone", "größe"];
const SIGNATURES: &[&str] = &[
    "pub async fn f<T: A + B>(&mut self, x: &'a T) -> Result<T, E> where T: C",
    "impl<T: A> B for Vec<T>",
    "unsafe trait A<T = u8>: B + C",
    "pub a: Vec<T>",
];
/// Length of every file; lines start at multiples of 7.
const FILE_LEN: u32 = 100;

fn text() -> impl Strategy<Value = String> {
    select(TEXTS).prop_map(str::to_owned)
}

fn place(files: usize) -> impl Strategy<Value = Place> {
    (0..files as u32, 0..FILE_LEN).prop_map(|(file, offset)| Place { file: FileId(file), offset })
}

/// A symbol; its path and parent come later.
fn symbol(files: usize) -> impl Strategy<Value = SymbolDraft> {
    let signature = prop_oneof![text(), select(SIGNATURES).prop_map(str::to_owned)];
    let texts = (select(NAMES), signature, text(), text(), text());
    let place = proptest::option::weighted(0.9, place(files));
    let kind = prop_oneof![2 => select(SymbolKind::ALL), 1 => select(&[SymbolKind::Impl, SymbolKind::Trait][..])];
    let lead = proptest::option::weighted(0.8, 0..FILE_LEN);
    (kind, texts, place, (lead, 0..FILE_LEN), any::<bool>(), any::<u128>()).prop_map(
        |(kind, (name, signature, visibility, cfg, docs), place, (lead, length), is_test, content_hash)| SymbolDraft {
            kind,
            name: name.to_owned(),
            path: String::new(),
            parent: None,
            place,
            start: place.zip(lead).map(|(place, lead)| place.offset.saturating_sub(lead)),
            end: place.map_or(0, |place| place.offset + length),
            signature,
            visibility,
            cfg,
            docs,
            is_test,
            content_hash,
        },
    )
}

fn edge(symbols: usize, files: usize) -> impl Strategy<Value = EdgeDraft> {
    let ends = (0..symbols as u32, 0..symbols as u32);
    let label = (select(EdgeKind::ALL), select(Confidence::ALL), select(Reason::ALL));
    (ends, label, proptest::option::weighted(0.7, place(files))).prop_map(
        |((from, to), (kind, confidence, reason), place)| EdgeDraft {
            from: SymbolId(from),
            to: SymbolId(to),
            kind,
            place,
            confidence,
            reason,
        },
    )
}

fn site(symbols: usize, files: usize) -> impl Strategy<Value = UnresolvedDraft> {
    let candidates = proptest::collection::btree_set(0..symbols as u32, 0..4);
    let what = (select(NAMES), select(SiteForm::ALL), select(Missing::ALL));
    (0..symbols as u32, what, place(files), candidates, 0..2_u32).prop_map(
        |(from, (name, form, missing), place, candidates, more)| UnresolvedDraft {
            from: SymbolId(from),
            name: Name::new(name),
            form,
            missing,
            place,
            candidate_count: candidates.len() as u32 + more,
            candidates: candidates.into_iter().map(SymbolId).collect(),
        },
    )
}

fn diagnostic() -> impl Strategy<Value = Diagnostic> {
    (text(), 0..9_u32, select(Severity::ALL), text(), text())
        .prop_map(|(file, line, severity, code, message)| Diagnostic { file, line, severity, code, message })
}

/// Drafts of as many symbols, with about four edges each.
pub(crate) fn draft(symbols: Range<usize>) -> impl Strategy<Value = GraphDraft> {
    (symbols, 1..4_usize).prop_flat_map(|(symbols, files)| {
        let parents = vec(proptest::option::weighted(0.8, any::<proptest::sample::Index>()), symbols);
        (
            (vec(symbol(files), symbols), parents, vec(any::<bool>(), symbols)),
            vec(edge(symbols.max(1), files), 0..symbols * 4 + 1),
            vec(site(symbols.max(1), files), 0..12),
            vec(diagnostic(), 0..4),
        )
            .prop_map(move |((symbols, parents, as_trait), edges, unresolved, diagnostics)| {
                assemble(files, symbols, &parents, &as_trait, edges, unresolved, diagnostics)
            })
    })
}

fn assemble(
    files: usize,
    mut symbols: Vec<SymbolDraft>,
    parents: &[Option<proptest::sample::Index>],
    as_trait: &[bool],
    mut edges: Vec<EdgeDraft>,
    unresolved: Vec<UnresolvedDraft>,
    diagnostics: Vec<Diagnostic>,
) -> GraphDraft {
    for at in 0..symbols.len() {
        let parent = parents[at].filter(|_| at > 0).map(|index| index.index(at));
        let head = parent.map_or_else(|| "krate".to_owned(), |parent| symbols[parent].path.clone());
        let symbol = &mut symbols[at];
        if symbol.kind == SymbolKind::Impl && as_trait[at] {
            symbol.signature = "impl<T> m::Trait<fn() -> a::B> for T".to_owned();
        }
        symbol.parent = parent.map(|parent| SymbolId(parent as u32));
        symbol.path = match (parent, as_trait[at]) {
            (None, _) => format!("k{at}"),
            (_, false) => format!("{head}::{}", symbol.name),
            (_, true) => format!("{head}::<{}<T> as m::Trait<fn() -> a::B>>::{}", symbol.kind, symbol.name),
        };
        if let Some(parent) = symbol.parent {
            let (to, place) = (SymbolId(at as u32), symbol.place);
            edges.push(EdgeDraft {
                from: parent,
                to,
                kind: EdgeKind::Contains,
                place,
                confidence: Confidence::High,
                reason: Reason::Nesting,
            });
        }
    }
    let lines: std::sync::Arc<[u32]> = (0..FILE_LEN).step_by(7).collect();
    let files = (0..files).map(|at| FileDraft { path: format!("src/f{at}.rs"), lines: lines.clone() }).collect();
    let count = symbols.len();
    let known = |id: SymbolId| id.index() < count;
    edges.retain(|edge| known(edge.from) && known(edge.to));
    let unresolved = unresolved.into_iter().filter(|site| known(site.from)).collect();
    GraphDraft { files, symbols, edges, unresolved, diagnostics }
}

/// A random draft's graph.
pub(crate) fn graph(symbols: Range<usize>) -> impl Strategy<Value = super::Graph> {
    draft(symbols).prop_map(super::Graph::freeze)
}
