use super::document::{Node, Value};
use super::error::LocatedError;
use std::collections::BTreeSet;

/// Names of roles. They are compared whole: `superadmin` is not `admin`, and the string `dev` is one role and not three letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(BTreeSet<String>);

impl Roles {
    /// Reads a list of names, or one name.
    pub(super) fn read(node: &Node) -> Result<Self, LocatedError> {
        match &node.value {
            Value::List(nodes) => nodes.iter().map(role).collect(),
            _ => role(node).map(|role| Self::from_iter([role])),
        }
    }

    /// Sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<S: Into<String>> FromIterator<S> for Roles {
    fn from_iter<I: IntoIterator<Item = S>>(roles: I) -> Self {
        Self(roles.into_iter().map(Into::into).collect())
    }
}

fn role(node: &Node) -> Result<String, LocatedError> {
    let name = node.text().ok_or_else(|| node.expected("the name of a role, or a list of names"))?;
    if name.is_empty() {
        return Err(LocatedError::new(&node.location, "the name of a role must not be empty"));
    }
    Ok(name.to_owned())
}
