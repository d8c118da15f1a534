//! The sites of a name that could not be resolved.

use serde::{Deserialize, Serialize};

use super::QueryLimits;
use super::scratch::Limited;
use crate::graph::Graph;
use crate::model::UnresolvedSite;

/// The unresolved sites of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnresolvedSites {
    /// The name.
    pub name: String,
    /// The sites, by file, line and column.
    pub sites: Vec<UnresolvedSite>,
    /// How many there are.
    pub total: usize,
    /// Whether some were left out.
    pub truncated: bool,
    /// Whether the search ran to its end.
    pub complete: bool,
}

/// The unresolved sites where `name`, a plain name as written at the site, was looked up.
#[must_use]
pub fn unresolved_of(graph: &Graph, name: &str, limits: &QueryLimits<'_>) -> UnresolvedSites {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let mut sites = Limited::new(limits);
    let mut complete = true;
    for site in graph.unresolved_named(name) {
        if limits.deadline.is_some_and(|stop| stop()) {
            complete = false;
            break;
        }
        sites.push_with(|| graph.unresolved_site(site));
    }
    UnresolvedSites {
        name: name.to_owned(),
        total: sites.total,
        truncated: sites.truncated(),
        sites: sites.rows,
        complete,
    }
}
