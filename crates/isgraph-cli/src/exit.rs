//! How the process ends: exit codes, and failures with what to do next.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use isgraph::{Error, ErrorCode};

/// The exit codes that the help and docs/cli.md promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done; an empty answer is an answer.
    Done = 0,
    /// An unexpected failure.
    Unexpected = 1,
    /// Wrong arguments.
    Usage = 2,
    /// The symbol or place was not found, or several have that name.
    Symbol = 3,
    /// The directory, file or dump could not be read.
    Input = 4,
    /// There is no index, or it is damaged or of another version.
    Index = 5,
    /// The index or output could not be written.
    Write = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Nearest names of a missing symbol, candidates of an ambiguous one.
    pub(crate) suggestions: Vec<String>,
    /// Whoever read the output left: nobody is there to tell.
    pub(crate) silent: bool,
}

impl Failure {
    pub(crate) fn new(exit: Exit, code: ErrorCode, message: impl Into<String>) -> Self {
        Self { exit, code: code.as_str(), message: message.into(), suggestions: Vec::new(), silent: false }
    }

    /// Something given on the command line could not be read.
    pub(crate) fn input(what: impl Display, error: &io::Error) -> Self {
        let advice = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file or directory; check the path",
            io::ErrorKind::PermissionDenied => "you may not read it; check its permissions",
            io::ErrorKind::InvalidData => "it is not UTF-8 text",
            io::ErrorKind::IsADirectory => "it is a directory; `isgraph index` reads directories",
            io::ErrorKind::NotADirectory => "it is not a directory; `isgraph ingest` reads dumps",
            _ => return Self::new(Exit::Input, ErrorCode::Io, format!("cannot read {what}: {error}")),
        };
        Self::new(Exit::Input, ErrorCode::Io, format!("cannot read {what}: {advice}"))
    }

    /// Something could not be written.
    pub(crate) fn write(what: impl Display, error: &io::Error) -> Self {
        let mut failure = Self::new(Exit::Write, ErrorCode::Io, format!("cannot write {what}: {error}"));
        failure.silent = error.kind() == io::ErrorKind::BrokenPipe;
        if failure.silent {
            failure.exit = Exit::Done;
        }
        failure
    }

    /// The core's or host's error, where reading the input was asked for.
    pub(crate) fn reading(error: &Error) -> Self {
        Self::from_error(error, Exit::Input)
    }

    /// The core's or host's error, where writing was asked for.
    pub(crate) fn writing(error: &Error) -> Self {
        Self::from_error(error, Exit::Write)
    }

    fn from_error(error: &Error, io: Exit) -> Self {
        let exit = match error.code() {
            ErrorCode::SymbolNotFound
            | ErrorCode::AmbiguousSymbol
            | ErrorCode::FileNotFound
            | ErrorCode::NothingThere => Exit::Symbol,
            ErrorCode::DumpFormat => Exit::Input,
            ErrorCode::StoreCorrupt | ErrorCode::StoreVersion | ErrorCode::NoIndex => Exit::Index,
            ErrorCode::Io => io,
            ErrorCode::InvalidArgument => Exit::Usage,
            _ => Exit::Unexpected,
        };
        let mut failure = Self::new(exit, error.code(), error.to_string());
        failure.suggestions = error.suggestions().to_vec();
        failure
    }
}
