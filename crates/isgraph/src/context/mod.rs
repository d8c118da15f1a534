//! What somebody needs to know to work on a symbol, within a budget of tokens.
//!
//! [`context`] ranks what is near the targets, takes whole declarations while they fit, and names what it left out. A
//! context is a pure function of the graph, the texts, the targets and the options: same input, same text. It never
//! takes a token more than its budget: the finished text is counted as a whole.

mod declare;
mod diff;
mod map;
mod rank;
mod relations;
mod render;
mod select;
mod targets;
#[cfg(test)]
mod tests;
mod texts;
mod tokens;
mod units;
mod words;

pub use diff::{ChangedLines, changed_lines};
pub use map::{Map, MapCrate, map};
pub use rank::{Signal, Weights};
pub use targets::{changed_symbols, find_targets};
pub use texts::{NoTexts, Texts};
pub use tokens::{BUILT_IN, Tokenizer, built_in};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
use crate::graph::Graph;
use crate::model::SymbolId;
use crate::query::SymbolRef;
use rank::{Bond, rank};
use render::{Footer, TargetText, render};
use select::{may_all_fit, select};
use units::{Unit, units};

/// How much is said of each symbol. Each level says more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The targets' signatures, and by path what they name, who calls them and which tests reach them.
    Edges,
    /// Signatures of what is near.
    Signatures,
    /// Types with their fields and variants.
    Types,
    /// The targets with their bodies.
    Bodies,
}

impl Level {
    /// Every level, the briefest first.
    pub const ALL: &'static [Self] = &[Self::Edges, Self::Signatures, Self::Types, Self::Bodies];

    /// The word used in exports and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edges => "edges",
            Self::Signatures => "signatures",
            Self::Types => "types",
            Self::Bodies => "bodies",
        }
    }
}

/// What a context may take and how far it looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContextConfig {
    /// The most tokens of the text.
    pub budget: usize,
    /// The most steps from a target.
    pub hops: u32,
    /// How much is said.
    pub level: Level,
    /// How the signals of nearness count.
    pub weights: Weights,
}

impl Default for ContextConfig {
    /// 4,000 tokens, two steps, everything said.
    fn default() -> Self {
        Self { budget: 4_000, hops: 2, level: Level::Bodies, weights: Weights::default() }
    }
}

/// What a symbol is to the targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A target names it in its signature or body, or it is declared around a target.
    Direct,
    /// It calls or uses a target.
    Caller,
    /// A test that calls or uses a target.
    Test,
    /// Anything else that may help: what is used next to a target, or by functions like it.
    Near,
}

/// A declaration of a context.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContextItem {
    /// The symbol.
    pub symbol: SymbolRef,
    /// What it is to the targets.
    pub role: Role,
    /// Steps from the nearest target.
    pub hops: u32,
    /// What it is worth: how many of the symbols that it shows are expected to be needed.
    pub weight: f32,
    /// Tokens of its declaration.
    pub tokens: usize,
}

/// A target of a context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextTarget {
    /// The symbol.
    pub symbol: SymbolRef,
    /// Whether its text is there as written.
    pub with_body: bool,
    /// Why not, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

/// What somebody needs to know to work on the targets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// The context as Markdown.
    pub text: String,
    /// Tokens of the text; never more than `budget`.
    pub tokens: usize,
    /// The most tokens that it was allowed.
    pub budget: usize,
    /// Who counted.
    pub tokenizer: String,
    /// How much is said.
    pub level: Level,
    /// The targets.
    pub targets: Vec<ContextTarget>,
    /// The declarations, in the order in which they were chosen.
    pub items: Vec<ContextItem>,
    /// Declarations that did not fit, the most valuable first.
    pub left_out: Vec<ContextItem>,
    /// Tokens of these.
    pub left_out_tokens: usize,
    /// How many symbols lie so far behind that their cost was not counted.
    pub beyond: usize,
}

/// Declarations whose cost is counted, at least and for each token of the budget: counting is what takes the time.
const MIN_UNITS: usize = 250;
const UNITS_PER_TOKEN: usize = 10;
/// Tokens kept for saying how much was left out.
const FOOTER: usize = 16;
/// The most declarations that the text names as left out.
const MAX_NAMED: usize = 20;

/// The context of some symbols.
///
/// # Errors
/// `INVALID_ARGUMENT` when there is no target, or when the budget is too small for the targets' signatures; then the
/// message says what is needed.
pub fn context(
    graph: &Graph,
    targets: &[SymbolId],
    config: &ContextConfig,
    tokenizer: &dyn Tokenizer,
    texts: &dyn Texts,
) -> Result<Context> {
    let mut wanted: Vec<SymbolId> = Vec::new();
    for &target in targets.iter().filter(|target| graph.symbol_id(target.0).is_some()) {
        if !wanted.contains(&target) {
            wanted.push(target);
        }
    }
    if wanted.is_empty() {
        return Err(Error::new(ErrorCode::InvalidArgument, "a context needs a target: name a symbol, file or module"));
    }
    let ranking = rank(graph, &wanted, config.hops, &config.weights);
    let limit = MIN_UNITS.max(config.budget / UNITS_PER_TOKEN);
    let (units, total) = units(graph, &ranking, &wanted, config.level, limit, tokenizer);
    let mut shown: Vec<TargetText> = wanted.iter().map(|&id| target_text(graph, id, config.level, texts)).collect();

    let all: Vec<usize> = (0..units.len()).collect();
    let fits = |targets: &[TargetText]| {
        let text = render(graph, targets, &units, &[], config.level, Footer { left_out: &all, named: 0 });
        tokenizer.count(&text)
    };
    // Bodies give way to signatures, the last target's first.
    let mut base = fits(&shown);
    for at in (0..shown.len()).rev() {
        if base > config.budget && shown[at].body.take().is_some() {
            shown[at].note = Some(NO_ROOM);
            base = fits(&shown);
        }
    }
    if base > config.budget {
        let message = format!(
            "{} tokens are too few for the signatures of the targets: {base} are needed ({})",
            config.budget,
            tokenizer.name()
        );
        return Err(Error::new(ErrorCode::InvalidArgument, message));
    }
    let room = (config.budget - base).saturating_sub(FOOTER);
    let fitting = Fitting { graph, units: &units, targets: &shown, level: config.level, tokenizer };
    let (text, tokens, chosen, left_out) = fitting.best(room, config.budget);
    let item = |&at: &usize| item(graph, &units[at]);
    Ok(Context {
        text,
        tokens,
        budget: config.budget,
        tokenizer: tokenizer.name().to_owned(),
        level: config.level,
        targets: shown.iter().map(|target| context_target(graph, target)).collect(),
        items: chosen.iter().map(item).collect(),
        left_out_tokens: left_out.iter().map(|&at| units[at].tokens).sum(),
        left_out: left_out.iter().map(item).collect(),
        beyond: total - units.len(),
    })
}

const NO_ROOM: &str = "its body has no room in the budget";
const NO_TEXT: &str = "its text is not at hand";
const CHANGED: &str = "its text changed since it was indexed";
const MADE: &str = "a macro makes it";

fn target_text(graph: &Graph, id: SymbolId, level: Level, texts: &dyn Texts) -> TargetText {
    let mut target = TargetText { symbol: id, body: None, note: None };
    let Some(file) = graph.file(id).filter(|_| level == Level::Bodies && !relations::is_module(graph.kind(id))) else {
        return target;
    };
    if !graph.has_text(id) {
        let is_part =
            graph.kind(id) == crate::model::SymbolKind::Field || graph.kind(id) == crate::model::SymbolKind::Variant;
        target.note = (!is_part).then_some(MADE);
        return target;
    }
    match texts.text(graph.file_path(file)) {
        None => target.note = Some(NO_TEXT),
        Some(text) => match graph.item_text(id, &text) {
            None => target.note = Some(CHANGED),
            Some(item) => {
                let start = item.as_ptr() as usize - text.as_ptr() as usize;
                let line = &text[text[..start].rfind('\n').map_or(0, |at| at + 1)..start];
                let indent = if line.trim().is_empty() { line } else { "" };
                target.body = Some(format!("{indent}{item}"));
            }
        },
    }
    target
}

/// Finds the text that fits, counted as a whole.
struct Fitting<'a> {
    graph: &'a Graph,
    units: &'a [Unit],
    targets: &'a [TargetText],
    level: Level,
    tokenizer: &'a dyn Tokenizer,
}

type Fitted = (String, usize, Vec<usize>, Vec<usize>);

impl Fitting<'_> {
    /// What is worth most in `room` tokens beside the targets. Where everything might just fit, that is tried first.
    fn best(&self, room: usize, budget: usize) -> Fitted {
        if may_all_fit(self.graph, self.units, room, self.tokenizer) {
            let all: Vec<usize> = (0..self.units.len()).collect();
            let nothing = Footer { left_out: &[], named: 0 };
            let text = render(self.graph, self.targets, self.units, &all, self.level, nothing);
            let tokens = self.tokenizer.count(&text);
            if tokens <= budget {
                return (text, tokens, all, Vec::new());
            }
        }
        self.fit(select(self.graph, self.units, room, self.tokenizer), budget)
    }

    /// The text, its tokens, what is in it and what is not. What was chosen last goes first.
    ///
    /// Without any unit the text fits: the caller has seen to that.
    fn fit(&self, mut chosen: Vec<usize>, budget: usize) -> Fitted {
        let mut most_named = MAX_NAMED;
        loop {
            let left_out: Vec<usize> = self.others(&chosen);
            let render = |named| {
                let footer = Footer { left_out: &left_out, named };
                let text = render(self.graph, self.targets, self.units, &chosen, self.level, footer);
                let tokens = self.tokenizer.count(&text);
                (text, tokens)
            };
            let (mut text, mut tokens) = render(0);
            if tokens > budget && !chosen.is_empty() {
                let mut over = tokens - budget;
                while over > 0
                    && let Some(last) = chosen.pop()
                {
                    over = over.saturating_sub(self.units[last].tokens);
                }
                continue;
            }
            let mut named = self.nameable(&left_out, budget.saturating_sub(tokens), most_named);
            while named > 0 {
                let (longer, more) = render(named);
                if more <= budget {
                    (text, tokens) = (longer, more);
                    break;
                }
                most_named = named / 2;
                named = most_named;
            }
            return (text, tokens, chosen, left_out);
        }
    }

    fn others(&self, chosen: &[usize]) -> Vec<usize> {
        let mut is_in = vec![false; self.units.len()];
        for &at in chosen {
            is_in[at] = true;
        }
        (0..self.units.len()).filter(|&at| !is_in[at]).collect()
    }

    /// How many of those left out can be named in so many tokens, by estimate.
    fn nameable(&self, left_out: &[usize], room: usize, most: usize) -> usize {
        let mut used = 2;
        left_out
            .iter()
            .take(most)
            .take_while(|&&at| {
                used += 2 + self.tokenizer.count(&render::name_with_cost(self.graph, &self.units[at]));
                used <= room
            })
            .count()
    }
}

fn item(graph: &Graph, unit: &Unit) -> ContextItem {
    let role = match unit.bond {
        Bond::Target | Bond::Direct => Role::Direct,
        Bond::Caller => Role::Caller,
        Bond::Test => Role::Test,
        Bond::Near => Role::Near,
    };
    ContextItem {
        symbol: SymbolRef::new(graph, unit.symbol),
        role,
        hops: unit.hops,
        weight: unit.value,
        tokens: unit.tokens,
    }
}

fn context_target(graph: &Graph, target: &TargetText) -> ContextTarget {
    ContextTarget {
        symbol: SymbolRef::new(graph, target.symbol),
        with_body: target.body.is_some(),
        note: target.note.map(str::to_owned),
    }
}
