//! Why a use in the code means what it means: what was considered for it, and what was decided.

use serde::{Deserialize, Serialize};

use crate::model::{Confidence, EdgeKind, Missing, Reason, SiteForm};
use crate::{IndexConfig, Result, SourceSet};

/// A place in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The file, relative to the source set's root with `/`; an end of its path that fits one file only.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column in bytes, anywhere in the name. Without one, the line must hold one use.
    pub column: Option<u32>,
}

/// What a name at a place means, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The file, relative to the source set's root.
    pub file: String,
    /// 1-based line of the name.
    pub line: u32,
    /// 1-based column of the name, in bytes.
    pub column: u32,
    /// The name, or the operator or delimiter that stands there.
    pub name: String,
    /// The line, without the space around it.
    pub source: String,
    /// What it means to each definition whose code it is: several when macros read it several times.
    pub uses: Vec<Use>,
}

/// One use of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// Path of the symbol whose code it is.
    pub from: String,
    /// What it was resolved to.
    pub decisions: Vec<Decision>,
    /// Why it was not resolved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unresolved: Option<Unresolved>,
    /// Of a method call, how the method was looked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub probing: Option<Probing>,
}

/// An edge that was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Path of the symbol that is meant.
    pub to: String,
    /// What is said about it.
    pub kind: EdgeKind,
    /// The rule that decided.
    pub reason: Reason,
    /// How sure it is.
    pub confidence: Confidence,
}

/// A use that could not be resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unresolved {
    /// How it is written.
    pub form: SiteForm,
    /// What was missing.
    pub missing: Missing,
    /// Paths of symbols that it may mean, as many as the graph keeps.
    pub candidates: Vec<String>,
}

/// How a method was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probing {
    /// The receiver's type, as far as it was inferred; `_` for what is not known.
    pub receiver: String,
    /// The types that autoderef goes through, the receiver's first.
    pub steps: Vec<Step>,
    /// Whether the steps end at a type that is not known.
    pub ends_unknown: bool,
}

/// A type that autoderef goes through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The type.
    pub ty: String,
    /// Methods of that name that may be meant, in the order of the language.
    pub candidates: Vec<Candidate>,
}

/// A method that was considered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its path.
    pub path: String,
    /// The rule by which it was considered.
    pub reason: Reason,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// It is the one that is meant.
    Taken,
    /// It fits as well, but one before it is taken.
    Fits,
    /// It may fit: a bound rests on something that was not read or is not known.
    Unsure,
    /// Its impl is for another type.
    OtherType,
    /// Its impl is for the type, but a bound of the impl does not hold.
    BoundUnmet,
    /// It takes `self` in a way in which this step cannot be passed.
    OtherSelf,
    /// The type does not have the trait.
    NotImplemented,
    /// The trait is not in scope.
    NotInScope,
}

impl Verdict {
    /// The word used in exports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Fits => "fits",
            Self::Unsure => "unsure",
            Self::OtherType => "other_type",
            Self::BoundUnmet => "bound_unmet",
            Self::OtherSelf => "other_self",
            Self::NotImplemented => "not_implemented",
            Self::NotInScope => "not_in_scope",
        }
    }

    /// One sentence for people.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Fits => "fits too, but comes later",
            Self::Unsure => "may fit: a bound rests on something that was not read",
            Self::OtherType => "its impl is for another type",
            Self::BoundUnmet => "a bound of its impl does not hold",
            Self::OtherSelf => "it takes self in another way",
            Self::NotImplemented => "the type does not have the trait",
            Self::NotInScope => "its trait is not in scope",
        }
    }
}

/// Explains the use at a place: resolves the source set again, with notes taken in the code there.
///
/// # Errors
/// [`ErrorCode::FileNotFound`](crate::ErrorCode::FileNotFound) when no file, or more than one, has that
/// path, and [`ErrorCode::NothingThere`](crate::ErrorCode::NothingThere) when nothing is used at the
/// place; the suggestions are the nearest ones.
pub fn explain(sources: &SourceSet, config: &IndexConfig, at: &Position) -> Result<Explanation> {
    crate::resolve::explain(sources, config, at)
}
