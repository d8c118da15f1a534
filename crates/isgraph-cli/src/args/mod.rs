//! The command line, as clap reads it.

mod context;
mod explain;
mod help;
mod query;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use isgraph::CfgOption;
use isgraph::source::dump::DumpFormat;

pub(crate) use context::{ContextArgs, MapArgs};
pub(crate) use explain::ExplainArgs;
pub(crate) use query::{HotspotsBy, Level, Positions, Query, QueryArgs};

/// Who calls, implements, uses and contains whom in Rust code.
#[derive(Debug, Parser)]
#[command(
    name = "isgraph",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    long_about = help::ABOUT,
    after_help = help::MAIN_SHORT,
    after_long_help = help::MAIN
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// What to print: tables for people, or one JSON object for programs
    #[arg(long, global = true, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
    /// Same as `--format json`
    #[arg(long, global = true)]
    json: bool,
    /// When to use colours; `auto` also honours NO_COLOR
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Print results and errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say on stderr how long each step took
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Threads to read code with; 0 is one per processor
    #[arg(long, global = true, default_value_t = 0, value_name = "N", hide_default_value = true)]
    pub(crate) threads: usize,
    /// Cargo features that are on besides the default ones, for `cfg`
    #[arg(long, global = true, value_delimiter = ',', value_name = "A,B")]
    pub(crate) features: Vec<String>,
    /// Configuration that is on besides the usual one (a 64-bit Linux, tests off), as for rustc
    #[arg(long, global = true, value_name = "NAME[=VALUE]")]
    pub(crate) cfg: Vec<CfgOption>,
}

impl Global {
    /// Whether a program reads the output.
    pub(crate) fn is_json(&self) -> bool {
        self.json || self.format == Format::Json
    }
}

/// Who reads the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables and sentences
    Human,
    /// One JSON object
    Json,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl From<Color> for anstream::ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

impl From<Color> for clap::ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Index a directory of Rust code
    #[command(after_long_help = help::INDEX)]
    Index(IndexArgs),
    /// Index a code dump or an archive: one file that holds many
    #[command(after_long_help = help::INGEST)]
    Ingest(IngestArgs),
    /// Ask the index: who calls, implements, uses whom
    #[command(after_long_help = help::QUERY, arg_required_else_help = true)]
    Query(QueryArgs),
    /// Say why a name in the code means what it means, or why that is not known
    #[command(after_long_help = help::EXPLAIN)]
    Explain(ExplainArgs),
    /// Give what one needs to know to work on a symbol, within a budget of tokens
    #[command(name = "generate-context", visible_alias = "context", after_long_help = help::CONTEXT)]
    Context(ContextArgs),
    /// Show the whole project at a glance, within a budget of tokens
    #[command(after_long_help = help::MAP)]
    Map(MapArgs),
    /// Write the whole graph
    #[command(after_long_help = help::EXPORT)]
    Export(ExportArgs),
    /// Count what the index holds
    #[command(after_long_help = help::STATS)]
    Stats(StatsArgs),
    /// Print a completion script for a shell
    #[command(after_long_help = help::COMPLETIONS)]
    Completions(CompletionsArgs),
}

/// `isgraph index`.
#[derive(Debug, Args)]
pub(crate) struct IndexArgs {
    /// The project's directory
    #[arg(default_value = ".", value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) directory: PathBuf,
    #[command(flatten)]
    pub(crate) keep: Keep,
}

/// `isgraph ingest`.
#[derive(Debug, Args)]
pub(crate) struct IngestArgs {
    /// The dump's or archive's file, or `-` for standard input; several are read as one
    #[arg(value_name = "DUMP", required = true, value_hint = clap::ValueHint::FilePath)]
    pub(crate) dumps: Vec<PathBuf>,
    /// The dump's format, when it is not to be found out
    #[arg(long, value_parser = formats(), value_name = "FORMAT", hide_possible_values = true)]
    pub(crate) dump_format: Option<DumpFormat>,
    #[command(flatten)]
    pub(crate) keep: Keep,
}

/// What index and ingest leave behind.
#[derive(Debug, Args)]
pub(crate) struct Keep {
    /// Directory of the stored index [default: `.isgraph` in the project; of a dump, in the current directory]
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) store: Option<PathBuf>,
    /// Don't store the index; only report
    #[arg(long, conflicts_with = "store")]
    pub(crate) no_store: bool,
    /// Print every diagnostic, not only the first ones
    #[arg(long)]
    pub(crate) diagnostics: bool,
}

/// Where queries and exports take their graph from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where the graph comes from")]
pub(crate) struct Input {
    /// Use the stored index in this directory [default: the nearest `.isgraph` upwards from here]
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath, conflicts_with_all = ["dir", "dump"])]
    pub(crate) store: Option<PathBuf>,
    /// Index this directory now, storing nothing
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath, conflicts_with = "dump")]
    pub(crate) dir: Option<PathBuf>,
    /// Index this dump or archive now (`-` is standard input), storing nothing; more than one are read as one
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) dump: Vec<PathBuf>,
    /// The format of --dump, when it is not to be found out
    #[arg(long, global = true, value_parser = formats(), value_name = "FORMAT", hide_possible_values = true, requires = "dump")]
    pub(crate) dump_format: Option<DumpFormat>,
}

/// The words of [`DumpFormat`], so that help and completion list them.
fn formats() -> impl clap::builder::TypedValueParser<Value = DumpFormat> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(DumpFormat::ALL.iter().map(|format| format.as_str()))
        .try_map(|word| DumpFormat::from_word(&word).ok_or("not a format of dumps"))
}

/// `isgraph export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Write to this file instead of standard output; an existing file is replaced in one step
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) input: Input,
}

/// `isgraph stats`.
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    #[command(flatten)]
    pub(crate) input: Input,
}

/// `isgraph completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}
