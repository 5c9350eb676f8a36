//! Rows as elements of the document.

use crate::model::{NodeKey, ServiceId};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
#[cfg(feature = "hydrate")]
use leptos::wasm_bindgen::JsValue;
#[cfg(feature = "hydrate")]
use leptos::web_sys::js_sys::{Function, Object, Reflect};
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
    /// Its number among those of the row with the same class.
    number: u32,
    /// The cell of the bar at which its cursor is.
    cell: Option<usize>,
}

impl FocusedPart {
    /// Of an element in a row.
    pub(super) fn of(element: &Element) -> Option<Self> {
        let row = element.closest("tbody > tr").ok()??;
        let class = element.class_name().split(' ').next()?.to_owned();
        let alike = row.get_elements_by_class_name(&class);
        let number = (0..alike.length()).find(|number| alike.item(*number).as_ref() == Some(element))?;
        let cell = element.get_attribute("aria-valuenow").and_then(|cell| cell.parse().ok());
        Some(Self { row: RowKey::of(&row)?, class, number, cell })
    }

    /// What has the focus, when that is in a row.
    pub(super) fn focused() -> Option<Self> {
        Self::of(&document().active_element()?)
    }

    /// What has the focus, when that is in `rows`.
    pub(super) fn within(rows: &Element) -> Option<Self> {
        let focused = document().active_element()?;
        rows.contains(Some(&focused)).then(|| Self::of(&focused))?
    }

    /// The node and the cell of an uptime bar.
    pub(super) fn bar(&self) -> Option<(NodeKey, usize)> {
        let RowKey { service, node } = self.row.clone();
        Some((NodeKey { service, node: node? }, self.cell?))
    }

    /// Gives the focus back, unless another element has it. A row that shows less has it at its name.
    pub(super) fn return_focus(&self) {
        if has_focus() {
            return;
        }
        let same = self.row.element().and_then(|row| row.get_elements_by_class_name(&self.class).item(self.number));
        let element = same.or_else(|| self.row.find("a.service"));
        if let Some(element) = element.and_then(|element| element.dyn_into().ok()) {
            focus_in_place(&element);
        }
    }
}

/// Whether an element has the focus.
pub(super) fn has_focus() -> bool {
    document().active_element().is_some_and(|element| element.tag_name() != "BODY")
}

/// Focuses an element without scrolling to it. The page moved its row, not the user.
#[cfg(feature = "hydrate")]
pub(super) fn focus_in_place(element: &HtmlElement) {
    let Some(focus) = Reflect::get(element, &JsValue::from("focus")).ok().and_then(|focus| focus.dyn_into::<Function>().ok())
    else {
        return;
    };
    let options = Object::new();
    // Fails only for an object that cannot be changed, and for an element that cannot be focused.
    Reflect::set(&options, &JsValue::from("preventScroll"), &JsValue::TRUE).ok();
    focus.call1(element, &options).ok();
}

/// On the server nothing has the focus.
#[cfg(not(feature = "hydrate"))]
pub(super) fn focus_in_place(_: &HtmlElement) {}

/// The chunk that an element is, or is in.
pub(super) fn chunk_of(element: &Element) -> Option<String> {
    element.closest("tbody[data-chunk]").ok()??.get_attribute("data-chunk")
}
