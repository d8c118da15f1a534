//! What an impl is for.

use super::segments::base_name;
use super::{EdgeKinds, Graph};
use crate::model::{EdgeKind, SymbolId, SymbolKind};

impl Graph {
    /// The type that an impl is for, if it is of the source set: the one of its name that its header uses.
    #[must_use]
    pub fn impl_type(&self, id: SymbolId) -> Option<SymbolId> {
        const USES: EdgeKinds = EdgeKinds::of(&[EdgeKind::Uses]);
        let header = self.name(id).strip_prefix("impl ").filter(|_| self.kind(id) == SymbolKind::Impl)?;
        let name = base_name(header.rsplit(" for ").next()?);
        let is_type =
            |kind| matches!(kind, SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union | SymbolKind::TypeAlias);
        self.outgoing(id.0)
            .filter(|&edge| self.edge_label(edge).is_of(USES))
            .map(|edge| SymbolId(self.edge_target(edge)))
            .find(|&to| is_type(self.kind(to)) && self.name(to) == name)
    }
}
