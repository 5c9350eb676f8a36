//! `tags`: short texts by which the board is filtered.

use super::names;
use yaml::{LocatedError, Node, Value};

/// Characters of a tag.
const LONGEST: usize = 32;

/// Tags of a service.
const MOST: usize = 16;

/// A tag, or a list of them. One that is repeated counts once.
pub(super) fn read(node: &Node) -> Result<Vec<String>, LocatedError> {
    let Value::List(nodes) = &node.value else { return read_one(node).map(|tag| vec![tag]) };
    if nodes.len() > MOST {
        return Err(LocatedError::new(&node.location, format!("{} tags are too many; use at most {MOST}", nodes.len())));
    }
    let mut tags = Vec::with_capacity(nodes.len());
    for node in nodes {
        let tag = read_one(node)?;
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

fn read_one(node: &Node) -> Result<String, LocatedError> {
    let tag = node.text().ok_or_else(|| node.expected("a tag, or a list of tags"))?;
    if tag.trim() != tag || tag.is_empty() {
        return Err(LocatedError::new(&node.location, "a tag must not be empty, nor begin or end with a space"));
    }
    if tag.chars().count() > LONGEST {
        return Err(LocatedError::new(&node.location, format!("the tag is too long; use at most {LONGEST} characters")));
    }
    names::check(tag, &node.location)?;
    Ok(tag.to_owned())
}
