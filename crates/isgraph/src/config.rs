//! How a source set is read.

use std::str::FromStr;

use crate::error::{Error, ErrorCode};

/// How a source set is read.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct IndexConfig {
    /// Features that are on besides each package's default ones.
    pub features: Vec<String>,
    /// Configuration that is on besides the usual one (a 64-bit Linux, tests off), for every crate.
    pub cfg: Vec<CfgOption>,
}

/// One option of the configuration, as rustc's `--cfg` takes it: `loom` or `target_os="windows"`.
///
/// ```
/// let option: isgraph::CfgOption = r#"target_os="windows""#.parse()?;
/// assert_eq!((option.name.as_str(), option.value.as_deref()), ("target_os", Some("windows")));
/// # Ok::<(), isgraph::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CfgOption {
    /// Its name.
    pub name: String,
    /// Its value, for those that have one.
    pub value: Option<String>,
}

impl FromStr for CfgOption {
    type Err = Error;

    /// Reads `name` or `name="value"`; the quotes may be left out, as shells eat them.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidArgument`] when it is neither.
    fn from_str(text: &str) -> Result<Self, Error> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim())),
            None => (text.trim(), None),
        };
        let value = value.map(|value| value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value));
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_name || value.is_some_and(|value| value.contains('"')) {
            let message = format!("`{text}` is no configuration; write `name` or `name=\"value\"`");
            return Err(Error::new(ErrorCode::InvalidArgument, message));
        }
        Ok(Self { name: name.to_owned(), value: value.map(str::to_owned) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_pairs_are_options() {
        let option = |text: &str| text.parse::<CfgOption>().ok().map(|option| (option.name, option.value));
        assert_eq!(option("loom"), Some(("loom".to_owned(), None)));
        assert_eq!(option("panic = \"abort\""), Some(("panic".to_owned(), Some("abort".to_owned()))));
        assert_eq!(option("panic=abort"), Some(("panic".to_owned(), Some("abort".to_owned()))));
        assert_eq!(option(""), None);
        assert_eq!(option("any(unix)"), None);
        assert_eq!(option("a=\"b"), None);
    }
}
