//! `isgraph query …`.

use clap::{Args, Subcommand, ValueEnum};
use isgraph::model::SymbolKind;

use super::{Input, help};

/// `isgraph query`.
#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    #[command(subcommand)]
    pub(crate) query: Query,
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) bounds: Bounds,
    /// Whether places are those in the files, or in the dump that the files were read from
    #[arg(long, global = true, value_enum, default_value_t = Positions::File, value_name = "WHERE")]
    pub(crate) positions: Positions,
}

/// Where places are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Positions {
    /// In the files
    File,
    /// In the dump; JSON has both
    Dump,
}

/// How much of an answer to give.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "How much to answer")]
pub(crate) struct Bounds {
    /// Give at most N results; 0 gives all. What was cut is counted
    #[arg(long, global = true, default_value_t = 100, value_name = "N")]
    pub(crate) limit: usize,
    /// Stop after N milliseconds and give what was found until then
    #[arg(long, global = true, value_name = "N")]
    pub(crate) timeout_ms: Option<u64>,
}

/// A question about the graph.
///
/// TARGET is the end of a symbol's path that names one symbol only: `route`, `Router::route`,
/// `axum::routing::Router::route`.
#[derive(Debug, Subcommand)]
pub(crate) enum Query {
    /// The types that implement a trait
    #[command(after_long_help = help::WHAT_IMPLEMENTS)]
    WhatImplements {
        /// The trait
        target: String,
    },
    /// The traits that a type implements
    #[command(after_long_help = help::IMPLEMENTATIONS_OF)]
    ImplementationsOf {
        /// The struct, enum, union, alias or trait
        target: String,
    },
    /// Who calls a function, directly or through others
    #[command(after_long_help = help::CALLERS)]
    Callers {
        /// The function, method or macro
        target: String,
        /// Follow calls up to N steps back; 0 is no limit
        #[arg(long, default_value_t = 1, value_name = "N")]
        depth: u32,
    },
    /// What a function calls, directly or through others
    #[command(after_long_help = help::CALLEES)]
    Callees {
        /// The function or method
        target: String,
        /// Follow calls up to N steps on; 0 is no limit
        #[arg(long, default_value_t = 1, value_name = "N")]
        depth: u32,
    },
    /// Everything that a change of a symbol may affect, and the tests to run
    #[command(after_long_help = help::BLAST_RADIUS)]
    BlastRadius {
        /// The symbol to change
        target: String,
        /// Follow relations up to N steps; 0 is no limit
        #[arg(long, default_value_t = 3, value_name = "N")]
        depth: u32,
    },
    /// Groups of symbols, modules or crates that depend on each other in a circle
    #[command(after_long_help = help::FIND_CYCLES)]
    FindCycles {
        /// Between what
        #[arg(long, value_enum, default_value_t = Level::Symbols)]
        level: Level,
    },
    /// The shortest way from one symbol to another
    #[command(after_long_help = help::PATH)]
    Path {
        /// Where to start
        target: String,
        /// Where to arrive
        to: String,
        /// Give up after N steps; 0 is no limit
        #[arg(long, default_value_t = 0, value_name = "N")]
        depth: u32,
    },
    /// Symbols whose name has these words
    #[command(after_long_help = help::SEARCH)]
    Search {
        /// Words, or the end of a path
        target: String,
        /// Only symbols of these kinds
        #[arg(long = "kind", value_delimiter = ',', value_parser = kinds(), value_name = "KIND")]
        kinds: Vec<SymbolKind>,
    },
    /// The symbols that most of the code leans on
    #[command(after_long_help = help::HOTSPOTS)]
    Hotspots {
        /// What to order by
        #[arg(long, value_enum, default_value_t = HotspotsBy::Rank)]
        by: HotspotsBy,
        /// Only symbols of these kinds
        #[arg(long = "kind", value_delimiter = ',', value_parser = kinds(), value_name = "KIND")]
        kinds: Vec<SymbolKind>,
    },
    /// What a module, file or crate declares, in the order of the source
    #[command(after_long_help = help::OUTLINE)]
    Outline {
        /// The module, crate, type or trait, or a file
        target: String,
        /// Only what is visible outside: the public interface
        #[arg(long)]
        public: bool,
        /// Go at most N levels down; 0 is no limit
        #[arg(long, default_value_t = 0, value_name = "N")]
        depth: u32,
    },
    /// What nothing uses, or only tests do
    #[command(after_long_help = help::UNUSED)]
    Unused {
        /// Also what is exported, has a twin under another cfg, or may be meant by an unresolved place
        #[arg(long)]
        all: bool,
    },
    /// Places whose target could not be resolved
    #[command(after_long_help = help::UNRESOLVED)]
    Unresolved {
        /// Only places that look up this name
        target: Option<String>,
    },
}

/// What hotspots are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HotspotsBy {
    /// How much leans on it, through others too
    Rank,
    /// How many symbols depend on it
    FanIn,
    /// On how many symbols it depends
    FanOut,
}

/// What cycles are looked for between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Symbols, such as functions that call each other
    Symbols,
    /// Modules that use each other
    Modules,
    /// Crates that use each other
    Crates,
}

/// The words of [`SymbolKind`], so that help and completion list them.
fn kinds() -> impl clap::builder::TypedValueParser<Value = SymbolKind> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(SymbolKind::ALL.iter().map(|kind| kind.as_str()))
        .try_map(|word| SymbolKind::from_word(&word).ok_or("not a kind of symbol"))
}
