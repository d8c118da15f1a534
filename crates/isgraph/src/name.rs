//! Interned identifiers.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use symbol_table::GlobalSymbol;

/// An interned identifier: four bytes, compared and hashed in constant time.
///
/// Names live in one table of the process and are never freed; a process holds one copy of each
/// distinct identifier that it ever read. A raw identifier (`r#type`) is interned without `r#`.
///
/// `Name` deliberately has no `Ord`: its number depends on which thread interned it first, so an
/// order by number would break determinism. Sort by [`Name::as_str`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name(GlobalSymbol);

impl Name {
    /// Interns `text`, without a leading `r#`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(GlobalSymbol::from(text.strip_prefix("r#").unwrap_or(text)))
    }

    /// The identifier's text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0.as_str()
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an identifier")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Name, E> {
                Ok(Name::new(text))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}
