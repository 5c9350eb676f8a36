//! Names and places in findings about several services or users.

use yaml::{Location, Node};

/// Services that one finding names.
const MOST_NAMED: usize = 5;

/// "a, b and 3 more".
pub(super) fn named<'a>(ids: impl ExactSizeIterator<Item = &'a str>) -> String {
    let number = ids.len();
    let first = ids.take(MOST_NAMED).map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    match number.checked_sub(MOST_NAMED) {
        None | Some(0) => first,
        Some(more) => format!("{first} and {more} more"),
    }
}

/// The place of this text in a value that is a text or a list of texts, else of the value.
pub(super) fn place_of<'a>(value: &'a Node, text: &str) -> &'a Location {
    let of_list = match &value.value {
        yaml::Value::List(nodes) => nodes.iter().find(|node| node.text() == Some(text)),
        _ => None,
    };
    &of_list.unwrap_or(value).location
}
