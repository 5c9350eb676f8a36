use serde::{Deserialize, Serialize};

/// The user of the page. The roles stay on the server, which decides what the user sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub name: String,
    /// Whether the page offers the commands of an administrator (reset). The server decides again.
    pub admin: bool,
    /// Whether the page offers the commands of an operator (acknowledge, silence), which an administrator has, too.
    pub operator: bool,
}
