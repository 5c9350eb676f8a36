use yaml::{Located, Node};

/// The configuration of one check.
#[derive(Clone, Debug)]
pub struct CheckConfig {
    pub plugin: Located<String>,
    /// How to connect. A map.
    pub properties: Node,
    /// What to check. A map, without `type` and `name`.
    pub data: Node,
}
