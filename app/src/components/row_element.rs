//! Rows as elements of the document.

use crate::model::{NodeKey, ServiceId};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

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

/// What has the focus in a row. It is found again when another element shows the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FocusedPart {
    row: RowKey,
    /// The class of the link or of the bar.
    class: String,
}

impl FocusedPart {
    /// Of an element in a row.
    pub(super) fn of(element: &Element) -> Option<Self> {
        let row = RowKey::of(&element.closest("tbody > tr").ok()??)?;
        Some(Self { row, class: element.class_name().split(' ').next()?.to_owned() })
    }

    /// What has the focus, when that is in `rows`.
    pub(super) fn within(rows: &Element) -> Option<Self> {
        let focused = document().active_element()?;
        rows.contains(Some(&focused)).then(|| Self::of(&focused))?
    }

    /// Gives the focus back, unless another element has it. A row that shows less has it at its name.
    pub(super) fn return_focus(&self) {
        let has_other = document().active_element().is_some_and(|element| element.tag_name() != "BODY");
        if has_other {
            return;
        }
        let same = self.row.find(&format!(".{}", self.class));
        let element = same.or_else(|| self.row.find("a.service"));
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            // Fails only for an element that cannot be focused.
            element.focus().ok();
        }
    }
}

/// The chunk that an element is, or is in.
pub(super) fn chunk_of(element: &Element) -> Option<String> {
    element.closest("tbody[data-chunk]").ok()??.get_attribute("data-chunk")
}
