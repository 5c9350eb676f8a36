use serde::{Deserialize, Serialize};

/// The user of the page. The roles stay on the server, which decides what the user sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub name: String,
    /// Whether the page offers the commands of an administrator (reset). The server decides again.
    pub admin: bool,
    /// Whether the page offers the commands of an operator (acknowledge, silence), which an administrator has, too.
    pub operator: bool,
    /// The views of the configuration, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<View>,
}

/// A view of the board: filters, order and density under a name. Each value is as in the address of the board.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub name: String,
    /// The words of the filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// `down`, `unhealthy`, `unknown`, `operational` or `paused`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// `state`, `name` or `response`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// `compact` or `comfortable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub density: Option<String>,
}
