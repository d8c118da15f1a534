//! Breadth-first search without an allocation per query.

use std::cell::Cell;

use super::QueryLimits;

/// Says "no edge" or "no visit".
pub(super) const NONE: u32 = u32::MAX;

/// How many visits pass between two looks at the deadline.
const STOP_EVERY: usize = 64;

/// One state that the search reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Visit {
    /// The symbol.
    pub(super) symbol: u32,
    /// In which mode it was reached: `0..modes`.
    pub(super) mode: u8,
    /// Steps from the start.
    pub(super) depth: u32,
    /// The edge that led here, or [`NONE`].
    pub(super) edge: u32,
    /// The visit that it was reached from, or [`NONE`] at the start.
    pub(super) from: u32,
}

/// Marks and queue of a search, kept per thread. A mark holds when it carries the current epoch, so
/// that starting anew costs nothing.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    epoch: u32,
    marks: Vec<u32>,
    modes: u32,
    pub(super) visits: Vec<Visit>,
}

thread_local! {
    static POOL: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

/// Lends the thread's scratch; a nested call gets a fresh one.
pub(super) fn with_scratch<R>(run: impl FnOnce(&mut Scratch) -> R) -> R {
    let mut scratch = POOL.take().unwrap_or_default();
    let result = run(&mut scratch);
    POOL.set(Some(scratch));
    result
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    /// It was not stopped by the deadline.
    pub(super) complete: bool,
    /// Something lies beyond the greatest depth.
    pub(super) depth_limited: bool,
}

impl Scratch {
    /// Begins a search over `symbols` symbols in `modes` modes each.
    pub(super) fn begin(&mut self, symbols: usize, modes: u8) {
        self.modes = u32::from(modes);
        self.visits.clear();
        let states = symbols * usize::from(modes);
        if self.marks.len() < states {
            self.marks.resize(states, self.epoch);
        }
        self.epoch = self.epoch.wrapping_add(1);
        if self.epoch == 0 {
            self.marks.fill(0);
            self.epoch = 1;
        }
    }

    /// Marks a state; whether it was new.
    pub(super) fn mark(&mut self, symbol: u32, mode: u8) -> bool {
        let Some(mark) = self.marks.get_mut((symbol * self.modes + u32::from(mode)) as usize) else { return false };
        std::mem::replace(mark, self.epoch) != self.epoch
    }

    fn is_marked(&self, symbol: u32, mode: u8) -> bool {
        self.marks.get((symbol * self.modes + u32::from(mode)) as usize).is_none_or(|&mark| mark == self.epoch)
    }

    /// Searches on from what [`Self::visits`] holds. `expand` names the successors of a visit in a
    /// fixed order as (symbol, mode, edge).
    pub(super) fn search(
        &mut self,
        limits: &QueryLimits<'_>,
        mut expand: impl FnMut(Visit, &mut dyn FnMut(u32, u8, u32)),
    ) -> Extent {
        let mut extent = Extent { complete: true, depth_limited: false };
        let mut at = 0;
        while at < self.visits.len() {
            if at % STOP_EVERY == 0 && limits.deadline.is_some_and(|stop| stop()) {
                extent.complete = false;
                break;
            }
            let visit = self.visits[at];
            if visit.depth < limits.max_depth {
                expand(visit, &mut |symbol, mode, edge| {
                    if self.mark(symbol, mode) {
                        self.visits.push(Visit { symbol, mode, depth: visit.depth + 1, edge, from: at as u32 });
                    }
                });
            } else if !extent.depth_limited {
                // Everything up to this depth is marked by now: an unmarked state lies beyond it.
                expand(visit, &mut |symbol, mode, _| extent.depth_limited |= !self.is_marked(symbol, mode));
            }
            at += 1;
        }
        extent
    }
}

/// A result list that counts on when it is full.
#[derive(Debug)]
pub(super) struct Limited<T> {
    pub(super) rows: Vec<T>,
    pub(super) total: usize,
    max: usize,
}

impl<T> Limited<T> {
    pub(super) fn new(limits: &QueryLimits<'_>) -> Self {
        Self { rows: Vec::new(), total: 0, max: limits.max_results }
    }

    /// Counts a row, and keeps it while there is room.
    pub(super) fn push_with(&mut self, row: impl FnOnce() -> T) {
        self.total += 1;
        if self.rows.len() < self.max {
            self.rows.push(row());
        }
    }

    pub(super) fn truncated(&self) -> bool {
        self.total > self.rows.len()
    }
}
