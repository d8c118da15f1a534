//! The decisions at one place, drawn again with notes.

use std::collections::BTreeMap;

use super::infer::{Drawn, Note};
use super::world::{Part, Res, World};
use super::{Built, draft, has_body, headers, infer};
use crate::explain::{Candidate, Decision, Explanation, Position, Probing, Step, Unresolved, Use, Verdict};
use crate::facts::Offset;
use crate::graph::{FileId, Place};
use crate::model::{EdgeKind, SymbolId};
use crate::resolve::collect::to_u32;
use crate::{Error, ErrorCode, IndexConfig, Result, SourceSet};

/// See [`crate::explain::explain`].
pub(crate) fn explain(sources: &SourceSet, config: &IndexConfig, at: &Position) -> Result<Explanation> {
    let built = super::build(sources, config);
    let world = &built.world;
    let file = file_of(world, &at.file)?;
    let text = Lines::of(world, file);
    let line = text.line(at)?;
    let found = gather(&built, file, line);
    let offset = pick(&text, at, line, found.keys().copied())?;
    let paths = draft::paths(world);
    let uses = found.into_iter().filter(|(place, _)| *place == offset).flat_map(|(_, uses)| uses);
    let uses = uses.map(|(from, notes)| use_of(world, &paths, from, notes)).collect();
    Ok(Explanation {
        file: text.path.to_owned(),
        line: at.line,
        column: offset - line.0 + 1,
        name: text.name(offset).to_owned(),
        source: text.text[line.0 as usize..line.1 as usize].trim().to_owned(),
        uses,
    })
}

/// What was found at one place for one definition.
#[derive(Default)]
struct Found {
    edges: Vec<Drawn>,
    unresolved: Vec<infer::Unresolved>,
    notes: Vec<Note>,
}

/// Uses by offset and definition.
type Uses = BTreeMap<Offset, BTreeMap<u32, Found>>;

/// The uses on a line.
fn gather(built: &Built, file: FileId, line: (Offset, Offset)) -> Uses {
    let world = &built.world;
    let on_line = |place: Place| place.file == file && (line.0..line.1).contains(&place.offset);
    let mut out = Uses::new();
    let mut add = |from: SymbolId, place: Place, put: &mut dyn FnMut(&mut Found)| {
        if on_line(place) {
            put(out.entry(place.offset).or_default().entry(from.0).or_default());
        }
    };
    super::with_shared(world, |shared| {
        for index in 0..world.defs.len() {
            let id = SymbolId(to_u32(index));
            if !touches(world, id, file, line) {
                continue;
            }
            let mut output = headers::edges(shared.impls, id);
            let mut notes = Vec::new();
            if has_body(world, id) {
                let (body, noted) = infer::infer_with_notes(shared, id);
                output.extend(body);
                notes = noted;
            }
            for edge in output.edges.iter().filter(|edge| edge.kind != EdgeKind::Contains) {
                add(edge.from, edge.place, &mut |found| found.edges.push(*edge));
            }
            for site in &output.unresolved {
                add(site.from, site.place, &mut |found| found.unresolved.push(site.clone()));
            }
            for note in notes {
                let place = note.place;
                let mut note = Some(note);
                add(id, place, &mut |found| found.notes.extend(note.take()));
            }
        }
    });
    let imports = world.imports.iter().flat_map(headers::import_edges);
    for edge in built.expanded.iter().copied().chain(imports) {
        add(edge.from, edge.place, &mut |found| found.edges.push(edge));
    }
    out
}

/// Whether a definition's code may stand on the line: it covers it, or a macro made it in that file.
fn touches(world: &World, id: SymbolId, file: FileId, line: (Offset, Offset)) -> bool {
    let def = world.def(id);
    if matches!(def.part, Part::Field(_) | Part::VariantField(..)) {
        return false;
    }
    let (start, written) = def.origin.place(def.base);
    if start.file != file {
        return false;
    }
    let (end, end_written) = def.origin.place(def.end.saturating_sub(1));
    !written || !end_written || def.origin.depth() > 0 || start.offset < line.1 && end.offset >= line.0
}

fn use_of(world: &World, paths: &[String], from: u32, found: Found) -> Use {
    let path = |id: SymbolId| paths.get(id.index()).cloned().unwrap_or_else(|| world.outside_path(Res::Def(id)));
    let to = |res: Res| match res {
        Res::Def(id) => path(id),
        _ => world.outside_path(res),
    };
    let mut decisions: Vec<Decision> = Vec::new();
    for edge in &found.edges {
        let decision = Decision { to: to(edge.to), kind: edge.kind, reason: edge.reason, confidence: edge.confidence };
        if !decisions.contains(&decision) {
            decisions.push(decision);
        }
    }
    let meant: Vec<SymbolId> = found
        .edges
        .iter()
        .filter(|edge| matches!(edge.kind, EdgeKind::Calls | EdgeKind::AsyncCalls))
        .filter_map(|edge| match edge.to {
            Res::Def(id) => Some(id),
            _ => None,
        })
        .collect();
    let mut taken = false;
    // What was known last is what decided.
    let probing = found.notes.into_iter().next_back().map(|note| Probing {
        receiver: note.receiver.text(world),
        ends_unknown: note.ends_unknown,
        steps: note
            .steps
            .into_iter()
            .map(|step| Step {
                ty: step.ty.text(world),
                candidates: step
                    .candidates
                    .into_iter()
                    .map(|candidate| {
                        let is_it = !taken
                            && meant.contains(&candidate.item)
                            && matches!(candidate.verdict, Verdict::Fits | Verdict::Unsure);
                        taken |= is_it;
                        let verdict = if is_it { Verdict::Taken } else { candidate.verdict };
                        Candidate { path: path(candidate.item), reason: candidate.reason, verdict }
                    })
                    .collect(),
            })
            .collect(),
    });
    Use {
        from: path(SymbolId(from)),
        decisions,
        unresolved: found.unresolved.first().map(|site| Unresolved {
            form: site.form,
            missing: site.missing,
            candidates: site.candidates.iter().map(|id| path(*id)).collect(),
        }),
        probing,
    }
}

/// The file that a path or the end of one names.
fn file_of(world: &World, path: &str) -> Result<FileId> {
    let wanted = path.replace('\\', "/");
    let wanted = wanted.strip_prefix("./").unwrap_or(&wanted);
    let ends =
        |known: &str| known == wanted || known.ends_with(wanted) && known[..known.len() - wanted.len()].ends_with('/');
    let exact = world.files.iter().position(|file| file.path == wanted);
    let fitting: Vec<usize> = match exact {
        Some(index) => vec![index],
        None => (0..world.files.len()).filter(|index| ends(&world.files[*index].path)).collect(),
    };
    if let [only] = fitting.as_slice() {
        return Ok(FileId(to_u32(*only)));
    }
    let name = wanted.rsplit('/').next().unwrap_or(wanted);
    let near = |index: &usize| world.files[*index].path.rsplit('/').next() == Some(name);
    let candidates = if fitting.is_empty() { (0..world.files.len()).filter(near).collect() } else { fitting.clone() };
    let mut suggestions: Vec<String> = candidates.iter().map(|index| world.files[*index].path.clone()).collect();
    suggestions.truncate(10);
    let message = if fitting.is_empty() {
        format!("no Rust file of the source set is `{wanted}`: give its path from the root of what is indexed")
    } else {
        format!("several files end with `{wanted}`: give more of the path")
    };
    Err(Error::new(ErrorCode::FileNotFound, message).with_suggestions(suggestions))
}

/// A file's text by lines.
struct Lines<'w> {
    path: &'w str,
    text: &'w str,
    starts: &'w [u32],
}

impl<'w> Lines<'w> {
    fn of(world: &'w World, file: FileId) -> Self {
        let file = &world.files[file.0 as usize];
        Self { path: &file.path, text: file.text(), starts: &file.facts().lines }
    }

    /// From where to where a line goes.
    fn line(&self, at: &Position) -> Result<(Offset, Offset)> {
        let index = at.line.checked_sub(1).map(|line| line as usize);
        let Some((index, start)) = index.and_then(|index| Some((index, *self.starts.get(index)?))) else {
            let message = format!("{} has {} lines, and no line {}", self.path, self.starts.len(), at.line);
            return Err(Error::new(ErrorCode::NothingThere, message));
        };
        let end = self.starts.get(index + 1).copied().unwrap_or_else(|| to_u32(self.text.len()));
        Ok((start, end))
    }

    /// The name or the character at an offset.
    fn name(&self, offset: Offset) -> &'w str {
        let rest = self.text.get(offset as usize..).unwrap_or_default();
        let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
        match rest.get(..end).filter(|name| !name.is_empty()) {
            Some(name) => name,
            None => rest.get(..rest.chars().next().map_or(0, char::len_utf8)).unwrap_or_default(),
        }
    }
}

/// The offset of the use that is meant.
fn pick(text: &Lines<'_>, at: &Position, line: (Offset, Offset), uses: impl Iterator<Item = Offset>) -> Result<Offset> {
    let uses: Vec<Offset> = uses.collect();
    let covers = |offset: &Offset, column: u32| {
        let wanted = line.0 + column.saturating_sub(1);
        (*offset..*offset + to_u32(text.name(*offset).len()).max(1)).contains(&wanted)
    };
    let picked = match (at.column, uses.as_slice()) {
        (Some(column), _) => uses.iter().find(|offset| covers(offset, column)).copied(),
        (None, [only]) => Some(*only),
        (None, _) => None,
    };
    if let Some(offset) = picked {
        return Ok(offset);
    }
    let mut near = uses.clone();
    let wanted = line.0 + at.column.unwrap_or(1).saturating_sub(1);
    near.sort_by_key(|offset| offset.abs_diff(wanted));
    let place = |offset: &Offset| format!("{}:{}:{}", text.path, at.line, offset - line.0 + 1);
    let message = match (at.column, near.first()) {
        (_, None) => format!("nothing is used on line {} of {}", at.line, text.path),
        (Some(column), Some(first)) => format!(
            "nothing is used at {}:{}:{column}; the nearest use on that line is `{}` at {}",
            text.path,
            at.line,
            text.name(*first),
            place(first)
        ),
        (None, Some(_)) => format!("line {} of {} holds several uses: give a column", at.line, text.path),
    };
    near.truncate(10);
    if at.column.is_none() {
        near.sort_unstable();
    }
    let suggestions = near.iter().map(|offset| format!("{} {}", place(offset), text.name(*offset))).collect();
    Err(Error::new(ErrorCode::NothingThere, message).with_suggestions(suggestions))
}
