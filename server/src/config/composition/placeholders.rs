//! Placeholders of `for_each` and of `discover`: `${each.value}` is an entry that is a text or a number, `${each.KEY}` a value of an entry that
//! is a map.

use super::budget::Budget;
use super::foreign::{Filled, is_file_reference};
use crate::config::discovery::Target;
use yaml::plain::read_plain;
use yaml::{Entry, LocatedError, Location, Node, Reading, Scalar, Value};

/// The beginning of a placeholder. No variable of the environment has a dot in its name.
pub(super) const BEGIN: &str = "${each.";

/// The key of an entry that is no map.
const VALUE: &str = "value";

/// Where the first text with a placeholder is, in a node and all that it holds.
pub(in crate::config) fn first_in(node: &Node) -> Option<&Location> {
    match &node.value {
        Value::Scalar(scalar) => has_placeholder(&scalar.text).then_some(&node.location),
        Value::List(nodes) => nodes.iter().find_map(first_in),
        Value::Map(entries) => entries.iter().find_map(|entry| first_in(&entry.value)),
    }
}

/// `$${each.` is none.
fn has_placeholder(text: &str) -> bool {
    text.match_indices(BEGIN).any(|(at, _)| !text[..at].ends_with('$'))
}

/// What stands before, between and after the placeholders of a text: one part more than placeholders.
pub(in crate::config) fn without_placeholders(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        let (before, reference) = rest.split_at(at);
        let Some(part) = parts.last_mut() else { break };
        part.push_str(before);
        match reference.split_once('}') {
            Some((_, after)) if !before.ends_with('$') => {
                parts.push(String::new());
                rest = after;
            }
            _ => {
                part.push_str(BEGIN);
                rest = &reference[BEGIN.len()..];
            }
        }
    }
    if let Some(part) = parts.last_mut() {
        part.push_str(rest);
    }
    parts
}

/// The key of a target under which its labels are.
const LABELS: &str = "labels";

/// One entry of `for_each`, or one target of a list.
pub(super) struct Item<'a> {
    node: &'a Node,
    /// Of a target. What it says is text of others, which is not expanded.
    labels: Option<&'a Node>,
}

impl<'a> Item<'a> {
    /// Fails if the node is neither a map nor a single value.
    pub(super) fn new(node: &'a Node) -> Result<Self, LocatedError> {
        match &node.value {
            Value::List(_) => Err(node.expected("a text, a number or a map")),
            Value::Scalar(scalar) if scalar.is_null() => Err(node.expected("a text, a number or a map")),
            Value::Map(_) | Value::Scalar(_) => Ok(Self { node, labels: None }),
        }
    }

    pub(super) fn of_target(target: Target<'a>) -> Self {
        Self { node: target.node, labels: Some(target.labels) }
    }

    pub(super) fn location(&self) -> &'a Location {
        &self.node.location
    }

    /// The text with its placeholders filled in. It is incomplete when the budget is exceeded.
    pub(super) fn fill_text(&self, text: &str, location: &Location, budget: &mut Budget) -> Result<String, LocatedError> {
        self.filled(text, location, budget).map(Filled::into_text)
    }

    fn filled(&self, text: &str, location: &Location, budget: &mut Budget) -> Result<Filled, LocatedError> {
        let mut filled = Filled::default();
        let mut rest = text;
        while let Some(at) = rest.find(BEGIN) {
            let (before, reference) = rest.split_at(at);
            filled.push(before);
            // `$${` is no reference; it is resolved with those to the environment.
            if before.ends_with('$') {
                filled.push(BEGIN);
                rest = &reference[BEGIN.len()..];
                continue;
            }
            let (placeholder, after) = Placeholder::read(reference, location)?;
            match self.value(&placeholder, location)? {
                Found::Node(node) => match node.text() {
                    Some(text) if !budget.copy(text.len()) => break,
                    Some(text) if self.labels.is_some() => filled.push_foreign(text),
                    Some(text) => filled.push(text),
                    None => {
                        let text =
                            format!("{placeholder} is {} and cannot be a part of a text; make it the whole value", node.kind());
                        return Err(LocatedError::new(location, text).of_entry(&self.node.location));
                    }
                },
                Found::Default(text) => filled.push(text),
            }
            rest = after;
        }
        filled.push(rest);
        Ok(filled)
    }

    /// The node with its placeholders filled in. A value that is a placeholder becomes the value of the entry, with its type and
    /// its place. What cannot be filled in stays, with a problem, and all that is left when the budget is exceeded.
    pub(super) fn fill(&self, node: Node, budget: &mut Budget, problems: &mut Vec<LocatedError>) -> Node {
        let Node { value, location } = node;
        let value = match value {
            Value::Scalar(scalar) if scalar.text.contains(BEGIN) => match self.fill_scalar(&scalar.text, &location, budget) {
                Ok(Some(node)) => return node,
                Ok(None) => Value::Scalar(scalar),
                Err(problem) => {
                    problems.push(problem);
                    Value::Scalar(scalar)
                }
            },
            Value::Scalar(scalar) => Value::Scalar(scalar),
            Value::List(nodes) => Value::List(nodes.into_iter().map(|node| self.fill(node, budget, problems)).collect()),
            Value::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .map(|Entry { key, value }| {
                        let mut own = Vec::new();
                        let value = self.fill(value, budget, &mut own);
                        problems.extend(own.into_iter().map(|problem| problem.under(&key.value)));
                        Entry { key, value }
                    })
                    .collect(),
            ),
        };
        Node { value, location }
    }

    /// `None` if the budget is exceeded.
    fn fill_scalar(&self, text: &str, location: &Location, budget: &mut Budget) -> Result<Option<Node>, LocatedError> {
        if budget.exceeded().is_some() {
            return Ok(None);
        }
        if text.starts_with(BEGIN)
            && let (placeholder, "") = Placeholder::read(text, location)?
        {
            return Ok(match self.value(&placeholder, location)? {
                Found::Node(node) if !budget.copy(node.memory()) => None,
                Found::Node(node) if self.labels.is_some() => Some(foreign(node, location)?),
                Found::Node(node) => Some(node.clone()),
                Found::Default(text) => Some(Node { value: Value::Scalar(plain(text)), location: location.clone() }),
            });
        }
        let text = self
            .filled(text, location, budget)?
            .into_protected()
            .ok_or_else(|| names_file(location).of_entry(&self.node.location))?;
        Ok(Some(Node { value: Value::Scalar(plain(&text)), location: location.clone() }))
    }

    /// What stands for a placeholder. An empty value counts as absent where there is a default.
    fn value<'p>(&self, placeholder: &Placeholder<'p>, location: &Location) -> Result<Found<'a, 'p>, LocatedError> {
        let label = placeholder.key.strip_prefix(LABELS).and_then(|rest| rest.strip_prefix('.'));
        let found = match (&self.node.value, placeholder.key) {
            _ if self.labels.is_some() && label.is_some() => self.labels.and_then(|labels| labels.get(label?)),
            (Value::Map(_), path) => path.split('.').try_fold(self.node, |node, key| node.get(key)),
            (_, VALUE) => Some(self.node),
            (..) => None,
        };
        let is_empty = |node: &&Node| node.is_null() || node.text() == Some("");
        match (found, placeholder.default) {
            (found, Some(default)) if found.as_ref().is_none_or(is_empty) => Ok(Found::Default(default)),
            (Some(node), _) => Ok(Found::Node(node)),
            (None, _) => {
                let key = placeholder.key;
                let text = match &self.node.value {
                    _ if self.labels.is_some() => {
                        format!("the target has no `{key}`; write `{BEGIN}{key}:-default}}` if it may be absent")
                    }
                    Value::Map(_) => {
                        format!("the entry of `for_each` has no `{key}`; add it, or write `{BEGIN}{key}:-default}}`")
                    }
                    _ => format!("the entry of `for_each` is no map and has no `{key}`; write `{BEGIN}{VALUE}}}`"),
                };
                Err(LocatedError::new(location, text).of_entry(&self.node.location))
            }
        }
    }
}

enum Found<'a, 'p> {
    Node(&'a Node),
    Default(&'p str),
}

/// A value of a target as a whole, which is not expanded.
fn foreign(node: &Node, location: &Location) -> Result<Node, LocatedError> {
    let Value::Scalar(scalar) = &node.value else { return Ok(node.clone()) };
    if is_file_reference(&scalar.text) {
        return Err(names_file(location).of_entry(&node.location));
    }
    let mut filled = Filled::default();
    filled.push_foreign(&scalar.text);
    let text = filled.into_protected().unwrap_or_default();
    Ok(Node { value: Value::Scalar(Scalar { text, ..*scalar }), location: node.location.clone() })
}

fn names_file(location: &Location) -> LocatedError {
    LocatedError::new(location, "the list has a text that begins with `file:/` here, which would read a file of this machine")
}

/// A value that is written without quotes. An empty text is no absent value.
fn plain(text: &str) -> Scalar {
    let reading = match read_plain(text) {
        Reading::Null => Reading::Text,
        reading => reading,
    };
    Scalar { text: text.to_owned(), reading }
}

struct Placeholder<'p> {
    key: &'p str,
    default: Option<&'p str>,
}

impl<'p> Placeholder<'p> {
    /// The placeholder with which this text begins, and the text after it.
    fn read(text: &'p str, location: &Location) -> Result<(Self, &'p str), LocatedError> {
        let Some((inside, after)) = text[BEGIN.len()..].split_once('}') else {
            return Err(LocatedError::new(location, format!("`{BEGIN}` begins a placeholder that no `}}` ends")));
        };
        if inside.contains("${") {
            let text = format!(
                "`{BEGIN}…}}` has another `${{…}}` in it; a key and a default are texts without references, so write the value in the \
                 entries of `for_each`"
            );
            return Err(LocatedError::new(location, text));
        }
        let (key, default) = inside.split_once(":-").map_or((inside, None), |(key, default)| (key, Some(default)));
        Ok((Self { key, default }, after))
    }
}

impl std::fmt::Display for Placeholder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{BEGIN}{}}}`", self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaml::parse;

    fn filled(item: &str, text: &str) -> Result<String, String> {
        let document = parse("each.yaml", &format!("each: {item}")).unwrap();
        let item = Item::new(document.get("each").unwrap()).map_err(|error| error.to_string())?;
        let mut problems = Vec::new();
        let node = item.fill(parse("s.yaml", &format!("x: {text}")).unwrap(), &mut Budget::default(), &mut problems);
        match problems.first() {
            Some(problem) => Err(problem.to_string()),
            None => Ok(node.get("x").unwrap().read::<serde_json::Value>().unwrap().to_string()),
        }
    }

    #[track_caller]
    fn check(item: &str, text: &str, expected: &str) {
        assert_eq!(filled(item, text).as_deref(), Ok(expected), "{item} in {text}");
    }

    #[track_caller]
    fn check_error(item: &str, text: &str, expected: &str) {
        assert_eq!(filled(item, text).unwrap_err(), expected, "{item} in {text}");
    }

    #[test]
    fn a_whole_value_keeps_its_type() {
        check("{port: 443}", "${each.port}", "443");
        check("{port: '443'}", "${each.port}", "\"443\"");
        check("{on: yes}", "'${each.on}'", "true");
        check("{hosts: [a, b], search: {x: 1}}", "{a: '${each.hosts}', b: ['${each.search}']}", r#"{"a":["a","b"],"b":[{"x":1}]}"#);
        check("{a: {b: {c: 7}}}", "${each.a.b.c}", "7");
        check("eu", "${each.value}", "\"eu\"");
        check("7", "${each.value}", "7");
        check("{port: }", "${each.port}", "null");
    }

    #[test]
    fn a_part_of_a_text_is_the_text_as_it_is_written() {
        check("{name: eu, port: 0443}", "https://${each.name}.lan:${each.port}/", "\"https://eu.lan:0443/\"");
        check("{port: 4}", "${each.port}43", "443");
        check("eu", "a$${each.value}-${each.value}", "\"a$${each.value}-eu\"");
        check("eu", "${HOST} ${each.value}", "\"${HOST} eu\"");
        check("{a: '${HOST}'}", "x-${each.a}", "\"x-${HOST}\"");
    }

    #[test]
    fn a_default_stands_for_what_is_absent_or_empty() {
        for item in ["{name: eu}", "{name: eu, port: }", "{name: eu, port: ''}"] {
            check(item, "${each.port:-443}", "443");
            check(item, "x${each.port:-443}", "\"x443\"");
        }
        check("{port: 80}", "${each.port:-443}", "80");
    }

    #[test]
    fn what_cannot_be_filled_in_is_a_problem_with_its_place() {
        check_error(
            "{name: eu}",
            "${each.prot}",
            "s.yaml:1:4: `x`: the entry of `for_each` has no `prot`; add it, or write `${each.prot:-default}`; see each.yaml:1:7",
        );
        check_error(
            "eu",
            "${each.name}",
            "s.yaml:1:4: `x`: the entry of `for_each` is no map and has no `name`; write `${each.value}`; see each.yaml:1:7",
        );
        check_error(
            "{a: [1]}",
            "x${each.a}",
            "s.yaml:1:4: `x`: `${each.a}` is a list and cannot be a part of a text; make it the whole value; see each.yaml:1:7",
        );
        let nested = "s.yaml:1:4: `x`: `${each.…}` has another `${…}` in it; a key and a default are texts without references, so write \
                      the value in the entries of `for_each`";
        check_error("{a: 1}", "'${each.b:-${each.a}}'", nested);
        check_error("{a: 1}", "'x${each.a:-${PORT}}'", nested);
        check_error("{a: 1}", "'${each.${each.a}}'", nested);
        check_error("{a: 1}", "x${each.a", "s.yaml:1:4: `x`: `${each.` begins a placeholder that no `}` ends");
        check_error("[a]", "x", "each.yaml:1:7: expected a text, a number or a map, found a list");
        check_error("", "x", "each.yaml:1:5: expected a text, a number or a map, found nothing");
    }
}
