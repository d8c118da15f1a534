//! What programs read.

use clap::error::{ContextKind, ContextValue};
use isgraph::ErrorCode;
use serde::Serialize;

use crate::exit::Failure;

#[derive(Serialize)]
struct ErrorObject<'a> {
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    code: &'a str,
    message: &'a str,
    suggestions: &'a [String],
}

/// A failure as one object on one line.
pub(crate) fn failure(failure: &Failure) -> String {
    line(failure.code, &failure.message, &failure.suggestions)
}

/// What clap says about wrong arguments, as the same object.
pub(crate) fn usage_error(error: &clap::Error) -> String {
    let rendered = error.render().to_string();
    let first = rendered.split("\n\n").next().unwrap_or_default();
    let message = first.trim().strip_prefix("error: ").unwrap_or(first.trim());
    let mut suggestions = Vec::new();
    for (kind, value) in error.context() {
        let suggests =
            matches!(kind, ContextKind::SuggestedArg | ContextKind::SuggestedSubcommand | ContextKind::SuggestedValue);
        match value {
            ContextValue::String(word) if suggests => suggestions.push(word.clone()),
            ContextValue::Strings(words) if suggests => suggestions.extend_from_slice(words),
            _ => {}
        }
    }
    line(ErrorCode::InvalidArgument.as_str(), message, &suggestions)
}

fn line(code: &str, message: &str, suggestions: &[String]) -> String {
    let object = ErrorObject { error: ErrorBody { code, message, suggestions } };
    // Texts alone cannot fail to serialise.
    let mut text = serde_json::to_string(&object).unwrap_or_default();
    text.push('\n');
    text
}
