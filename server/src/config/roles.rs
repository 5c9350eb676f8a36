use super::names;
use model::Roles;
use yaml::{LocatedError, Node, Value};

/// Reads a list of names, or one name: the string `dev` is one role and not three letters.
pub(super) fn read_roles(node: &Node) -> Result<Roles, LocatedError> {
    match &node.value {
        Value::List(nodes) => nodes.iter().map(role).collect(),
        _ => role(node).map(|role| Roles::from_iter([role])),
    }
}

fn role(node: &Node) -> Result<String, LocatedError> {
    let name = node.text().ok_or_else(|| node.expected("the name of a role, or a list of names"))?;
    if name.is_empty() {
        return Err(LocatedError::new(&node.location, "the name of a role must not be empty"));
    }
    names::check(name, &node.location)?;
    Ok(name.to_owned())
}
