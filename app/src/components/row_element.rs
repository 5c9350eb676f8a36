//! Rows as elements of the document.

use crate::model::{NodeKey, ServiceId};
use leptos::prelude::*;
use leptos::web_sys::Element;

/// The row of a node, or without one that of a service with several nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowKey {
    pub service: ServiceId,
    pub node: Option<String>,
}

impl RowKey {
    /// The row that an element shows.
    pub(super) fn of(row: &Element) -> Option<Self> {
        let service = ServiceId::new(row.get_attribute("data-service")?);
        Some(Self { service, node: row.get_attribute("data-node") })
    }

    /// The element of the row.
    pub(super) fn element(&self) -> Option<Element> {
        let quoted = |name: &str| name.replace('\\', r"\\").replace('"', "\\\"");
        let service = quoted(self.service.as_str());
        let node = self.node.as_deref().map(|node| format!(r#"[data-node="{}"]"#, quoted(node)));
        let node = node.unwrap_or_else(|| ":not([data-node])".to_owned());
        document().query_selector(&format!(r#"tr[data-service="{service}"]{node}"#)).ok()?
    }

    /// What `selector` finds in the row.
    pub(super) fn find(&self, selector: &str) -> Option<Element> {
        self.element()?.query_selector(selector).ok()?
    }
}

impl From<NodeKey> for RowKey {
    fn from(NodeKey { service, node }: NodeKey) -> Self {
        Self { service, node: Some(node) }
    }
}

/// The chunk that an element is, or is in.
pub(super) fn chunk_of(element: &Element) -> Option<String> {
    element.closest("tbody[data-chunk]").ok()??.get_attribute("data-chunk")
}
