//! Errors of misuse. What is wrong with the *input* is a [`Diagnostic`](crate::model::Diagnostic), never an error.

use std::fmt;

/// The stable code of an [`Error`]: what programs match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// No symbol has that name.
    SymbolNotFound,
    /// Several symbols have that name.
    AmbiguousSymbol,
    /// The text is not a dump of the format that was asked for.
    DumpFormat,
    /// A stored snapshot fails its checksum or cannot be decoded.
    StoreCorrupt,
    /// A stored snapshot was written by another version of the format.
    StoreVersion,
    /// There is no stored index.
    NoIndex,
    /// A file or directory could not be read or written.
    Io,
    /// An argument has no meaning.
    InvalidArgument,
    /// No file of the source set has that path, or several end with it.
    FileNotFound,
    /// Nothing is used at that place.
    NothingThere,
}

impl ErrorCode {
    /// The code's text, such as `SYMBOL_NOT_FOUND`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SymbolNotFound => "SYMBOL_NOT_FOUND",
            Self::AmbiguousSymbol => "AMBIGUOUS_SYMBOL",
            Self::DumpFormat => "DUMP_FORMAT",
            Self::StoreCorrupt => "STORE_CORRUPT",
            Self::StoreVersion => "STORE_VERSION",
            Self::NoIndex => "NO_INDEX",
            Self::Io => "IO",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::FileNotFound => "FILE_NOT_FOUND",
            Self::NothingThere => "NOTHING_THERE",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A request that could not be served: a stable [`ErrorCode`], a message that says what to do
/// next and, for symbols, the names that were near.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    code: ErrorCode,
    message: String,
    suggestions: Vec<String>,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error with a message that says what to do next.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), suggestions: Vec::new(), source: None }
    }

    /// Adds the nearest names, or the candidates of an ambiguous one.
    #[must_use]
    pub fn with_suggestions(mut self, suggestions: Vec<String>) -> Self {
        self.suggestions = suggestions;
        self
    }

    /// Keeps what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// Nearest names of a missing symbol, candidates of an ambiguous one.
    #[must_use]
    pub fn suggestions(&self) -> &[String] {
        &self.suggestions
    }
}

/// `Result` with isgraph's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
