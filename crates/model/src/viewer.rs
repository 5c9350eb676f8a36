use serde::{Deserialize, Serialize};

/// The person in front of the page, as far as the page needs to know. Roles stay on the server: what may be seen is decided there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub name: String,
    /// Whether the commands of an administrator (flush) are offered. Hiding them is a courtesy; the server decides again.
    pub admin: bool,
    /// Whether the commands of an operator (acknowledge, silence) are offered; so, too, of an administrator.
    pub operator: bool,
}
