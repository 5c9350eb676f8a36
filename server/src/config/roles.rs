use super::document::{Node, Value};
use super::error::LocatedError;
use crate::auth::Roles;

impl Roles {
    /// Reads a list of names, or one name: the string `dev` is one role and not three letters.
    pub(super) fn read(node: &Node) -> Result<Self, LocatedError> {
        match &node.value {
            Value::List(nodes) => nodes.iter().map(role).collect(),
            _ => role(node).map(|role| Self::from_iter([role])),
        }
    }
}

fn role(node: &Node) -> Result<String, LocatedError> {
    let name = node.text().ok_or_else(|| node.expected("the name of a role, or a list of names"))?;
    if name.is_empty() {
        return Err(LocatedError::new(&node.location, "the name of a role must not be empty"));
    }
    Ok(name.to_owned())
}
