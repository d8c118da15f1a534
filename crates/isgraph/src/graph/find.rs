//! Finding a symbol by what a person calls it.
//!
//! A query is a path suffix, segment by segment: `Type::method` means `krate::m::Type::method` and
//! `krate::m::<Type as Trait>::method` alike. Generics in the query are ignored.

use super::Graph;
use super::names::ends;
use super::segments::{base_name, key, qualified, split_last};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{EdgeKind, SymbolId, SymbolKind};

/// The most candidates that an ambiguity lists.
const MAX_LISTED: usize = 20;
/// The most near names that a miss lists.
const MAX_SUGGESTIONS: usize = 5;
/// The most distinct names that are compared with a missed one.
const MAX_COMPARED: usize = 100_000;

impl Graph {
    /// The one symbol that the query names.
    ///
    /// The query is a whole path or any suffix of one, `crate::…`, `<Type as Trait>::method`, or any of
    /// these with `@file:line` after it; also the path by which a module re-exports it. An exact path wins over suffixes, a symbol of the source set
    /// over an external one.
    ///
    /// # Errors
    /// `SYMBOL_NOT_FOUND` with the nearest names; `AMBIGUOUS_SYMBOL` with the candidates, each with
    /// kind, file, line and `cfg`; `INVALID_ARGUMENT` when the query names nothing at all.
    pub fn find(&self, query: &str) -> Result<SymbolId> {
        self.find_kind(query, |_| true)
    }

    /// As [`Self::find`], among the symbols of some kinds when the query names one of these.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn find_kind(&self, query: &str, wanted: impl Fn(SymbolKind) -> bool) -> Result<SymbolId> {
        let mut found = self.find_all(query)?;
        if found.iter().any(|&id| wanted(self.kind(id))) {
            found.retain(|&id| wanted(self.kind(id)));
        }
        match found[..] {
            [one] => Ok(one),
            _ => Err(self.ambiguous(query, &found)),
        }
    }

    /// All symbols that the query names, by number; at least one.
    ///
    /// # Errors
    /// `SYMBOL_NOT_FOUND` with the nearest names; `INVALID_ARGUMENT` when the query names nothing at all.
    pub fn find_all(&self, query: &str) -> Result<Vec<SymbolId>> {
        let (path, place) = split_place(query.trim());
        let wanted = Query::parse(path);
        if wanted.segments.is_empty() {
            let message = format!("`{query}` names no symbol: give a path or the end of one, such as `Type::method`");
            return Err(Error::new(ErrorCode::InvalidArgument, message));
        }
        let mut found: Vec<SymbolId> = self
            .with_ends(&wanted)
            .iter()
            .map(|&id| SymbolId(id))
            .filter(|&id| wanted.matches(self.path(id)))
            .collect();
        if found.is_empty() {
            found = self.reexported(&wanted);
        }
        if let Some((file, line)) = place {
            found.retain(|&id| {
                self.place_of(id)
                    .is_some_and(|(at, at_line)| at_line == line && is_path_suffix(self.file_path(at), file))
            });
        }
        self.prefer(&mut found, |id| self.path(id) == path);
        self.prefer(&mut found, |id| wanted.from_root && depth(self.path(id)) == wanted.segments.len() + 1);
        self.prefer(&mut found, |id| self.kind(id) != SymbolKind::External);
        if found.is_empty() {
            return Err(self.not_found(query, &wanted));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// The symbols whose path ends in this name, by number.
    pub(crate) fn named(&self, name: &str) -> Vec<SymbolId> {
        let wanted = key(name);
        let mut found: Vec<SymbolId> = self
            .names
            .range(|id| ends(self.path(SymbolId(id))), |(last, _)| last.cmp(wanted))
            .iter()
            .map(|&id| SymbolId(id))
            .collect();
        found.sort_unstable();
        found
    }

    /// The symbols that the query names by a module that imports them or what declares them:
    /// `sync::Semaphore::acquire`, where `sync` has `pub use semaphore::Semaphore`.
    fn reexported(&self, query: &Query<'_>) -> Vec<SymbolId> {
        let mut found = Vec::new();
        for split in 1..query.segments.len() {
            let (module, item) = query.split(split);
            let below = item.segments.len() - 1;
            for &id in self.with_ends(&item) {
                let path = self.path(SymbolId(id));
                if item.matches(path) && self.importers(head_of(path, below)).any(|importer| module.matches(importer)) {
                    found.push(SymbolId(id));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Paths of the modules that import what has this path, or the type of its last `<Type as Trait>`.
    fn importers<'g>(&'g self, path: &'g str) -> impl Iterator<Item = &'g str> {
        let wanted = ends(path);
        self.names
            .range(|id| ends(self.path(SymbolId(id))), move |keys| keys.cmp(&wanted))
            .iter()
            .filter(move |&&id| split_last(self.path(SymbolId(id))).0 == split_last(path).0)
            .flat_map(|&id| self.edges_to(SymbolId(id)))
            .filter(|edge| edge.kind == EdgeKind::Imports)
            .map(|edge| self.path(edge.from))
    }

    /// Keeps the symbols that the test accepts, if there are any.
    fn prefer(&self, found: &mut Vec<SymbolId>, test: impl Fn(SymbolId) -> bool) {
        if found.len() > 1 && found.iter().any(|&id| test(id)) {
            found.retain(|&id| test(id));
        }
    }

    /// The symbols whose path ends in the query's last segment, and in the one before if it has one.
    fn with_ends(&self, query: &Query<'_>) -> &[u32] {
        let Some(last) = query.segments.last() else { return &[] };
        let before = query.segments.len().checked_sub(2).map(|at| query.segments[at].key);
        self.names.range(
            |id| ends(self.path(SymbolId(id))),
            |(l, b)| l.cmp(last.key).then_with(|| before.map_or(std::cmp::Ordering::Equal, |before| b.cmp(before))),
        )
    }

    fn not_found(&self, text: &str, query: &Query<'_>) -> Error {
        let suggestions = self.near(query);
        let hint = match &suggestions[..] {
            [] => "`isgraph query search` lists what there is".to_owned(),
            [first, ..] => format!("did you mean `{first}`?"),
        };
        Error::new(ErrorCode::SymbolNotFound, format!("no symbol is named `{text}`: {hint}"))
            .with_suggestions(suggestions)
    }

    /// Paths whose end is near the query: first those with the same last segment, else those whose
    /// last segment is near it.
    fn near(&self, query: &Query<'_>) -> Vec<String> {
        let Some(last) = query.segments.last() else { return Vec::new() };
        let text = query.segments.iter().map(|segment| segment.key).collect::<Vec<_>>().join("::");
        let same = self.names.range(|id| ends(self.path(SymbolId(id))), |(l, _)| l.cmp(last.key));
        let mut ranked: Vec<(usize, &str)> = if same.is_empty() {
            self.near_names(last.key)
        } else {
            same.iter()
                .take(MAX_COMPARED / 100)
                .map(|&id| {
                    let path = self.path(SymbolId(id));
                    (strsim::osa_distance(end_of(path, query.segments.len()), &text), path)
                })
                .collect()
        };
        ranked.sort_unstable();
        ranked.dedup_by_key(|(_, path)| *path);
        ranked.into_iter().take(MAX_SUGGESTIONS).map(|(_, path)| path.to_owned()).collect()
    }

    fn near_names(&self, wanted: &str) -> Vec<(usize, &str)> {
        let limit = wanted.chars().count() / 3 + 1;
        let lower = wanted.to_lowercase();
        let mut ranked = Vec::new();
        let mut previous = ("", None);
        let mut compared = 0;
        for &id in &self.names.order {
            let path = self.path(SymbolId(id));
            let name = ends(path).0;
            let distance = if name == previous.0 {
                previous.1
            } else if compared == MAX_COMPARED || name.len().abs_diff(wanted.len()) > limit {
                None
            } else {
                compared += 1;
                let distance = if name.to_lowercase() == lower { 0 } else { strsim::osa_distance(name, wanted) };
                (distance <= limit).then_some(distance)
            };
            if name != previous.0 {
                previous = (name, distance);
                if let Some(distance) = distance {
                    ranked.push((distance, path));
                }
            }
        }
        ranked
    }

    fn ambiguous(&self, query: &str, found: &[SymbolId]) -> Error {
        let listed: Vec<String> = found.iter().take(MAX_LISTED).map(|&id| self.describe(id)).collect();
        let more = found.len() - listed.len();
        let rest = if more > 0 { format!(" (the first {MAX_LISTED} are listed)") } else { String::new() };
        let message = format!(
            "`{query}` names {} symbols{rest}: give more of the path, or the place as in `{query}@file:line`",
            found.len()
        );
        Error::new(ErrorCode::AmbiguousSymbol, message).with_suggestions(listed)
    }

    /// One line about a symbol: path, kind, place, cfg.
    fn describe(&self, id: SymbolId) -> String {
        use std::fmt::Write as _;
        let mut line = format!("{}  {}", self.path(id), self.kind(id));
        // Writing to a String cannot fail.
        if let Some((file, at)) = self.place_of(id) {
            let _ = write!(line, "  {}:{at}", self.file_path(file));
        }
        if !self.cfg(id).is_empty() {
            let _ = write!(line, "  cfg({})", self.cfg(id));
        }
        line
    }
}

/// `path@file:line` taken apart.
fn split_place(query: &str) -> (&str, Option<(&str, u32)>) {
    let place = query.rsplit_once('@').and_then(|(path, place)| {
        let (file, line) = place.rsplit_once(':')?;
        Some((path.trim(), (file.trim(), line.trim().parse().ok()?)))
    });
    match place {
        Some((path, place)) => (path, Some(place)),
        None => (query, None),
    }
}

fn is_path_suffix(path: &str, suffix: &str) -> bool {
    path.strip_suffix(suffix).is_some_and(|head| head.is_empty() || head.ends_with('/'))
}

/// How many segments the path has.
fn depth(path: &str) -> usize {
    let mut rest = path;
    let mut count = 0;
    while !rest.is_empty() {
        rest = split_last(rest).0;
        count += 1;
    }
    count
}

/// All but the last `count` segments.
fn head_of(path: &str, count: usize) -> &str {
    (0..count).fold(path, |head, _| split_last(head).0)
}

/// The last `count` segments.
fn end_of(path: &str, count: usize) -> &str {
    path[head_of(path, count).len()..].trim_start_matches("::")
}

/// A query, segment by segment.
#[derive(Debug, PartialEq, Eq)]
struct Query<'q> {
    segments: Vec<Segment<'q>>,
    /// It began with `crate::`.
    from_root: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment<'q> {
    text: &'q str,
    key: &'q str,
    of_trait: Option<&'q str>,
}

impl<'q> Query<'q> {
    fn parse(text: &'q str) -> Self {
        let text = text.trim().trim_end_matches("()").trim_end_matches('!');
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (head, last) = split_last(rest);
            let last = last.trim();
            // `Type::<T>::method`: generics, not a segment. `<T>::method` starts with its type.
            let generics =
                last.starts_with('<') && !last.starts_with("<impl") && qualified(last).is_none() && !head.is_empty();
            if !last.is_empty() && !generics {
                let of_trait = qualified(last).map(|(_, of_trait)| base_name(of_trait));
                segments.push(Segment { text: last, key: key(last), of_trait });
            }
            rest = head;
        }
        segments.reverse();
        let from_root = segments.len() > 1 && segments[0].text == "crate";
        if from_root {
            segments.remove(0);
        }
        Self { segments, from_root }
    }

    /// The first `at` segments and the others.
    fn split(&self, at: usize) -> (Self, Self) {
        let (head, tail) = self.segments.split_at(at);
        let query = |segments: &[Segment<'q>]| Self { segments: segments.to_vec(), from_root: false };
        (query(head), query(tail))
    }

    /// Whether the path ends in these segments.
    fn matches(&self, path: &str) -> bool {
        let mut rest = path;
        for (at, wanted) in self.segments.iter().enumerate().rev() {
            let (head, segment) = split_last(rest);
            if segment.is_empty() || !wanted.matches(segment) || (at > 0 && head.is_empty()) {
                return false;
            }
            rest = head;
        }
        true
    }
}

impl Segment<'_> {
    fn matches(&self, segment: &str) -> bool {
        if self.text == segment {
            return true;
        }
        let same_trait =
            self.of_trait.is_none_or(|wanted| qualified(segment).is_some_and(|(_, t)| base_name(t) == wanted));
        same_trait && self.key == key(segment)
    }
}
