//! Counting tokens.

use crate::error::{Error, ErrorCode, Result};

/// A tokenizer, as far as a budget needs one.
pub trait Tokenizer {
    /// Its name, such as `o200k_base`.
    fn name(&self) -> &str;

    /// How many tokens the text takes.
    fn count(&self, text: &str) -> usize;
}

/// Names of the built-in vocabularies.
pub const BUILT_IN: &[&str] = &["o200k_base", "cl100k_base"];

/// A built-in tokenizer by its name. Its vocabulary is read on first use and kept.
///
/// # Errors
/// `INVALID_ARGUMENT` when there is none of that name.
#[cfg(feature = "tokenizers")]
pub fn built_in(name: &str) -> Result<&'static (dyn Tokenizer + Sync)> {
    static O200K: BytePairs = BytePairs { name: "o200k_base", vocabulary: tiktoken_rs::o200k_base_singleton };
    static CL100K: BytePairs = BytePairs { name: "cl100k_base", vocabulary: tiktoken_rs::cl100k_base_singleton };
    match name {
        "o200k_base" => Ok(&O200K),
        "cl100k_base" => Ok(&CL100K),
        _ => Err(unknown(name)),
    }
}

/// Without the feature `tokenizers` there is none.
///
/// # Errors
/// `INVALID_ARGUMENT`, always.
#[cfg(not(feature = "tokenizers"))]
pub fn built_in(name: &str) -> Result<&'static (dyn Tokenizer + Sync)> {
    Err(unknown(name))
}

fn unknown(name: &str) -> Error {
    let message = format!("there is no tokenizer `{name}`: take one of {}", BUILT_IN.join(", "));
    Error::new(ErrorCode::InvalidArgument, message)
        .with_suggestions(BUILT_IN.iter().map(|&name| name.to_owned()).collect())
}

#[cfg(feature = "tokenizers")]
struct BytePairs {
    name: &'static str,
    vocabulary: fn() -> &'static tiktoken_rs::CoreBPE,
}

#[cfg(feature = "tokenizers")]
impl Tokenizer for BytePairs {
    fn name(&self) -> &str {
        self.name
    }

    /// Special tokens such as `<|endoftext|>` are read as the text that they are: source text gives no orders.
    fn count(&self, text: &str) -> usize {
        (self.vocabulary)().encode_ordinary(text).len()
    }
}

#[cfg(all(test, feature = "tokenizers"))]
mod tests {
    use super::*;

    /// Counts of OpenAI's own `tiktoken`.
    #[test]
    fn counts_are_those_of_the_vocabularies() {
        let count = |name: &str, text: &str| built_in(name).map(|tokens| tokens.count(text)).ok();
        assert_eq!(count("o200k_base", "hello world"), Some(2));
        assert_eq!(count("cl100k_base", "tiktoken is great!"), Some(6));
        assert_eq!(count("o200k_base", ""), Some(0));
        assert_eq!(count("p50k_base", "x"), None);
        assert!(count("o200k_base", "<|endoftext|>").is_some_and(|tokens| tokens > 1));
    }
}
