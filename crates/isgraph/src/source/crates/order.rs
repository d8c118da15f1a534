//! The order of crates: what others depend on first, then by path.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{CrateSpec, manifest_diagnostic};
use crate::model::{Diagnostic, Severity};
use crate::name::Name;

/// A crate before its place in the list is known; indices are those of the drafts.
#[derive(Debug)]
pub(super) struct Draft {
    /// The crate, without dependencies.
    pub(super) spec: CrateSpec,
    /// Path of its package's manifest.
    pub(super) manifest: Option<String>,
    /// What it always depends on.
    pub(super) hard: Vec<(Name, Option<usize>)>,
    /// What only its unit tests depend on: dropped to external where it would close a cycle.
    pub(super) soft: Vec<(Name, Option<usize>)>,
}

/// Orders the drafts, which are in path order, so that dependencies come first.
///
/// Cargo allows a library's dev-dependency to depend on that library (its unit tests are another
/// compilation of it). Here a library is one crate, so such a dependency stays external; every
/// other dev-dependency of a library is kept. A cycle of ordinary dependencies, which cargo refuses,
/// is cut at the edge that closes it, with a diagnostic.
pub(super) fn ordered(mut drafts: Vec<Draft>, diagnostics: &mut Vec<Diagnostic>) -> Vec<CrateSpec> {
    cut_cycles(&mut drafts, diagnostics);
    let mut edges: Vec<Vec<usize>> =
        drafts.iter().map(|draft| draft.hard.iter().filter_map(|(_, library)| *library).collect()).collect();
    let mut seen = vec![usize::MAX; drafts.len()];
    let mut round = 0;
    for from in 0..drafts.len() {
        let mut soft = std::mem::take(&mut drafts[from].soft);
        for (_, library) in &mut soft {
            if let Some(to) = *library {
                if reaches(&edges, to, from, &mut seen, round) {
                    *library = None;
                } else {
                    edges[from].push(to);
                }
                round += 1;
            }
        }
        drafts[from].hard.append(&mut soft);
        drafts[from].hard.sort_by(|(a, _), (b, _)| a.as_str().cmp(b.as_str()));
    }
    let order = topological(&edges);
    let mut place = vec![0; drafts.len()];
    for (position, &draft) in order.iter().enumerate() {
        place[draft] = position;
    }
    let mut specs: Vec<(usize, CrateSpec)> = drafts
        .into_iter()
        .enumerate()
        .map(|(index, mut draft)| {
            let number = |(name, library): (Name, Option<usize>)| (name, library.map(|library| place[library]));
            draft.spec.dependencies = draft.hard.into_iter().map(number).collect();
            (place[index], draft.spec)
        })
        .collect();
    specs.sort_by_key(|(position, _)| *position);
    specs.into_iter().map(|(_, spec)| spec).collect()
}

/// Makes the hard edges acyclic: an edge to a crate that is still being visited becomes external.
fn cut_cycles(drafts: &mut [Draft], diagnostics: &mut Vec<Diagnostic>) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; drafts.len()];
    for start in 0..drafts.len() {
        if state[start] != State::New {
            continue;
        }
        state[start] = State::Open;
        let mut stack = vec![(start, 0)];
        while let Some((from, edge)) = stack.last_mut() {
            let from = *from;
            let Some(&(name, library)) = drafts[from].hard.get(*edge) else {
                state[from] = State::Done;
                stack.pop();
                continue;
            };
            let closing = *edge;
            *edge += 1;
            let Some(to) = library else { continue };
            match state[to] {
                State::New => {
                    state[to] = State::Open;
                    stack.push((to, 0));
                }
                State::Open => {
                    drafts[from].hard[closing].1 = None;
                    let file = drafts[from].manifest.as_deref().unwrap_or(&drafts[from].spec.root);
                    let message = format!("the dependency on `{name}` closes a cycle; it is read as external");
                    diagnostics.push(manifest_diagnostic(file, 0, Severity::Warning, message));
                }
                State::Done => {}
            }
        }
    }
}

/// Whether `to` is reached from `from`. `seen` holds the round that last visited a crate, so that
/// it is cleared by counting on.
fn reaches(edges: &[Vec<usize>], from: usize, to: usize, seen: &mut [usize], round: usize) -> bool {
    let mut pending = vec![from];
    while let Some(next) = pending.pop() {
        if next == to {
            return true;
        }
        if std::mem::replace(&mut seen[next], round) != round {
            pending.extend(&edges[next]);
        }
    }
    false
}

/// The topological order that is first by index. `edges` lead to dependencies and have no cycle.
fn topological(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut dependents = vec![Vec::new(); edges.len()];
    let mut waits: Vec<usize> = vec![0; edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        waits[from] = targets.len();
        for &to in targets {
            dependents[to].push(from);
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> =
        waits.iter().enumerate().filter(|(_, waits)| **waits == 0).map(|(index, _)| Reverse(index)).collect();
    let mut order = Vec::with_capacity(edges.len());
    while let Some(Reverse(next)) = ready.pop() {
        order.push(next);
        for &dependent in &dependents[next] {
            waits[dependent] -= 1;
            if waits[dependent] == 0 {
                ready.push(Reverse(dependent));
            }
        }
    }
    order
}
