//! Macros of the compiler that stand for another text: `include!` and `cfg_select!`.

use std::ops::Range;
use std::sync::Arc;

use super::collect::MAX_EXPANSION_DEPTH;
use super::macros::SourceMap;
use super::world::{Origin, Res, World};
use crate::facts::{self, Cfg, MacroCall, Offset};
use crate::graph::FileId;
use crate::name::Name;

/// The text that a macro of the compiler stands for in a body, and where it comes from: that of a
/// file, or of the arm that `holds` takes. `call` stands at `base` in the text of `origin`.
pub(crate) fn text(
    world: &World,
    target: Res,
    call: &MacroCall,
    (origin, base): (&Arc<Origin>, Offset),
    holds: impl Fn(&Cfg) -> bool,
) -> Option<(Arc<str>, Arc<Origin>)> {
    let Res::Ext(ext) = target else { return None };
    let depth = origin.depth() + 1;
    if depth > MAX_EXPANSION_DEPTH {
        return None;
    }
    match kind(&world.externals.names(ext))? {
        Builtin::Include => {
            let file = included_file(world, origin, &call.text)?;
            let content = Arc::clone(world.files.get(file.0 as usize)?.text());
            Some((content, Arc::new(Origin::Included { file, parent: Arc::clone(origin), depth })))
        }
        Builtin::CfgSelect => {
            let arms = facts::cfg_arms(&call.text)?;
            let (_, arm) = arms.into_iter().find(|(predicate, _)| predicate.as_ref().is_none_or(&holds))?;
            let content = call.text.get(arm.start as usize..arm.end as usize)?.into();
            Some((content, Arc::new(verbatim(origin, base + call.offset + arm.start, depth))))
        }
    }
}

/// The origin of a text that stands at `args` in another.
pub(crate) fn verbatim(origin: &Arc<Origin>, args: Offset, depth: u32) -> Origin {
    Origin::Expansion { parent: Arc::clone(origin), args, map: SourceMap::verbatim(), depth }
}

/// A macro that stands for another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Builtin {
    Include,
    CfgSelect,
}

/// Which macro of that kind a path names, if one.
pub(crate) fn kind(path: &[Name]) -> Option<Builtin> {
    let last = match path {
        [last] => last,
        [krate, last] if *krate == *"std" || *krate == *"core" => last,
        _ => return None,
    };
    match last.as_str() {
        "include" => Some(Builtin::Include),
        "cfg_select" => Some(Builtin::CfgSelect),
        _ => None,
    }
}

/// The file of the source set that `include!(text)` names, relative to the file of the call.
pub(crate) fn included_file(world: &World, origin: &Origin, text: &str) -> Option<FileId> {
    let path = facts::string_literal(text)?;
    let from = origin.place(0).0.file;
    let from = &world.files.get(from.0 as usize)?.path;
    let directory = from.rsplit_once('/').map_or("", |(directory, _)| directory);
    let path = crate::source::paths::join(directory, &path)?;
    let index = world.files.binary_search_by(|file| file.path.as_str().cmp(&path)).ok()?;
    let file = FileId(super::collect::to_u32(index));
    // A file that includes itself has no end.
    (!origin.is_in(file)).then_some(file)
}

/// The arms of `cfg_select!` as items: each with the predicate that it is there under.
pub(crate) fn guarded_arms(text: &str) -> Option<Vec<(Cfg, Range<u32>)>> {
    let mut before: Vec<Cfg> = Vec::new();
    let mut out = Vec::new();
    for (predicate, arm) in facts::cfg_arms(text)? {
        let mut all: Vec<Cfg> = predicate.iter().cloned().collect();
        if !before.is_empty() {
            all.push(Cfg::Not(Box::new(Cfg::Any(before.clone()))));
        }
        let cfg = if all.len() == 1 { all.remove(0) } else { Cfg::All(all) };
        out.push((cfg, arm));
        before.push(predicate.unwrap_or(Cfg::Literal(true)));
    }
    Some(out)
}
