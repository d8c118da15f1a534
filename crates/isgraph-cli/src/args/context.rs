//! `isgraph generate-context …` and `isgraph map`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args};
use isgraph::context::{BUILT_IN, Level};

use super::Input;

/// `isgraph generate-context`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").args(["targets", "diff"]).required(true).multiple(true))]
pub(crate) struct ContextArgs {
    /// Symbols, modules, or files of the project
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<String>,
    /// Also the symbols that this unified diff changes; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) diff: Option<PathBuf>,
    /// The most tokens of the text
    #[arg(long, default_value_t = 4_000, value_name = "N")]
    pub(crate) budget: usize,
    /// Look at most N steps far
    #[arg(long, default_value_t = 2, value_name = "N")]
    pub(crate) hops: u32,
    /// How much to say of each symbol
    #[arg(long, default_value = Level::Bodies.as_str(), value_parser = levels(), value_name = "LEVEL")]
    pub(crate) level: Level,
    /// Whose tokens to count
    #[arg(long, default_value = BUILT_IN[0], value_parser = BUILT_IN.to_vec(), value_name = "NAME")]
    pub(crate) tokenizer: String,
    /// Only say what each level takes
    #[arg(long)]
    pub(crate) estimate: bool,
    #[command(flatten)]
    pub(crate) input: Input,
}

/// `isgraph map`.
#[derive(Debug, Args)]
pub(crate) struct MapArgs {
    /// The most tokens of the text
    #[arg(long, default_value_t = 2_000, value_name = "N")]
    pub(crate) budget: usize,
    /// Whose tokens to count
    #[arg(long, default_value = BUILT_IN[0], value_parser = BUILT_IN.to_vec(), value_name = "NAME")]
    pub(crate) tokenizer: String,
    #[command(flatten)]
    pub(crate) input: Input,
}

fn levels() -> impl TypedValueParser<Value = Level> {
    PossibleValuesParser::new(Level::ALL.iter().map(|level| level.as_str()))
        .try_map(|word| Level::ALL.iter().copied().find(|level| level.as_str() == word).ok_or("not a level"))
}
