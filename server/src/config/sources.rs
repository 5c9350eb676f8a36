//! References: `${NAME}` is an environment variable, `file:/path` and a key that ends in `_file` are the text of a file. They are resolved
//! when the configuration is read, and then validated like any other value.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use system::environment::Environment;
use yaml::plain::read_plain;
use yaml::{Entry, LocatedError, Location, Node, Reading, Scalar, Value};

/// The size limit of the file of one value in bytes. A bundle of certificates stays far below.
const VALUE_LIMIT: u64 = 1024 * 1024;

/// The prefix of a value that is the text of a file.
const FILE_PREFIX: &str = "file:";

/// The beginning of a reference to a variable.
const VARIABLE: &str = "${";

/// The suffix of a key whose value names a file.
const FILE_SUFFIX: &str = "_file";

/// The sources of references.
pub(super) struct Sources<'a> {
    pub environment: Environment<'a>,
    /// Relative paths are looked up from here: the folder of `config.yaml`.
    pub folder: &'a Path,
}

impl Sources<'_> {
    /// The node with its references resolved. A node that cannot be resolved stays unchanged, and the list has its error.
    pub fn fill(&self, node: Node) -> (Node, Vec<LocatedError>) {
        let mut problems = Vec::new();
        let node = self.filled(node, &mut problems);
        (node, problems)
    }

    /// The same without a copy of a node that has no references.
    pub fn fill_in<'node>(&self, node: &'node Node) -> (Cow<'node, Node>, Vec<LocatedError>) {
        if has_reference(node) {
            let (node, problems) = self.fill(node.clone());
            return (Cow::Owned(node), problems);
        }
        (Cow::Borrowed(node), Vec::new())
    }

    fn filled(&self, node: Node, problems: &mut Vec<LocatedError>) -> Node {
        let Node { value, location } = node;
        let value = match value {
            Value::Scalar(scalar) => {
                return match self.scalar(&scalar, &location) {
                    Ok(Some(filled)) => Node { value: Value::Scalar(filled), location },
                    Ok(None) => Node { value: Value::Scalar(scalar), location },
                    Err(problem) => {
                        problems.push(problem);
                        Node { value: Value::Scalar(scalar), location }
                    }
                };
            }
            Value::List(nodes) => Value::List(nodes.into_iter().map(|node| self.filled(node, problems)).collect()),
            Value::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .map(|Entry { key, value }| {
                        let before = problems.len();
                        let value = self.filled(value, problems);
                        let own = problems.drain(before..).map(|problem| problem.under(&key.value)).collect::<Vec<_>>();
                        problems.extend(own);
                        Entry { key, value }
                    })
                    .collect(),
            ),
        };
        Node { value, location }
    }

    /// The resolved value of a scalar. `None` if it has no reference.
    fn scalar(&self, scalar: &Scalar, location: &Location) -> Result<Option<Scalar>, LocatedError> {
        if let Some(path) = path_in(&scalar.text) {
            return self.file(path, location).map(|text| Some(Scalar { text, reading: Reading::Text }));
        }
        if !scalar.text.contains(VARIABLE) {
            return Ok(None);
        }
        let text = expand(&scalar.text, self.environment).map_err(|problem| LocatedError::new(location, problem))?;
        // `verify: ${VERIFY}` must become a boolean, and a port a number. An empty text is never an absent value, so that the error for
        // an empty password says so.
        let reading = match read_plain(&text) {
            Reading::Null => Reading::Text,
            reading => reading,
        };
        Ok(Some(Scalar { text, reading }))
    }

    /// The map with the text of a file for each key that ends in `_file`, under the key without that ending. `own` are keys that end so
    /// and mean something else.
    pub fn fill_files(&self, node: Node, own: &[&str]) -> (Node, Vec<LocatedError>) {
        let Value::Map(entries) = node.value else { return (node, Vec::new()) };
        if !entries.iter().any(|entry| entry.key.value.ends_with(FILE_SUFFIX)) {
            return (Node { value: Value::Map(entries), location: node.location }, Vec::new());
        }
        let given: Vec<String> = entries.iter().map(|entry| entry.key.value.clone()).collect();
        let mut problems = Vec::new();
        let mut filled = Vec::with_capacity(entries.len());
        for mut entry in entries {
            let key = entry.key.value.clone();
            let plain = key.strip_suffix(FILE_SUFFIX).filter(|plain| !plain.is_empty() && !own.contains(&key.as_str()));
            let (Some(plain), Some(path)) = (plain, entry.value.text()) else {
                filled.push(entry);
                continue;
            };
            if given.iter().any(|other| other == plain) {
                let text = format!("`{plain}` is given as well; keep one of the two");
                problems.push(LocatedError::new(&entry.key.location, text).under(&key));
                continue;
            }
            match self.file(path, &entry.value.location) {
                Ok(text) => {
                    entry.value.value = Value::Scalar(Scalar { text, reading: Reading::Text });
                    entry.key.value = plain.to_owned();
                    filled.push(entry);
                }
                Err(problem) => problems.push(problem.under(&key)),
            }
        }
        (Node { value: Value::Map(filled), location: node.location }, problems)
    }

    /// The text of a file without its final line break.
    fn file(&self, path: &str, location: &Location) -> Result<String, LocatedError> {
        let wrong = |why: String| LocatedError::new(location, why);
        let found = self.folder.join(path);
        let shown = found.display();
        let unreadable = |error: std::io::Error| wrong(format!("the file {shown} cannot be read: {error}"));
        // A pipe would block the start until a program writes to it.
        if !std::fs::metadata(&found).map_err(unreadable)?.is_file() {
            return Err(wrong(format!("{shown} is no ordinary file; give the path of one")));
        }
        let mut bytes = Vec::new();
        File::open(&found).and_then(|file| file.take(VALUE_LIMIT + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
        if bytes.len() as u64 > VALUE_LIMIT {
            return Err(wrong(format!(
                "the file {shown} is larger than {} MiB; is it the right one?",
                VALUE_LIMIT / (1024 * 1024)
            )));
        }
        let mut text = String::from_utf8(bytes).map_err(|_| wrong(format!("the file {shown} holds no UTF-8 text")))?;
        if text.ends_with('\n') {
            text.pop();
            if text.ends_with('\r') {
                text.pop();
            }
        }
        Ok(text)
    }
}

fn has_reference(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(Scalar { text, .. }) => text.contains(VARIABLE) || path_in(text).is_some(),
        Value::List(nodes) => nodes.iter().any(has_reference),
        Value::Map(entries) => entries.iter().any(|entry| has_reference(&entry.value)),
    }
}

/// The path of the file whose text is the value.
fn path_in(text: &str) -> Option<&str> {
    text.strip_prefix(FILE_PREFIX).filter(|path| path.starts_with('/'))
}

/// Fills in `${NAME}` and `${NAME:-what stands there when it is unset or empty}`. `$${` is `${` itself, and a dollar sign alone is one.
fn expand(text: &str, environment: Environment<'_>) -> Result<String, String> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(VARIABLE) {
        let (before, reference) = rest.split_at(at);
        if let Some(before) = before.strip_suffix('$') {
            expanded.push_str(before);
            expanded.push_str("${");
            rest = &reference[2..];
            continue;
        }
        expanded.push_str(before);
        let Some((inside, after)) = reference[2..].split_once('}') else {
            return Err("`${` begins a variable that no `}` ends; write `$${` for the text `${`".to_owned());
        };
        let (name, default) = inside.split_once(":-").map_or((inside, None), |(name, default)| (name, Some(default)));
        if name.starts_with("each.") {
            return Err("`${each.…}` needs `for_each` in the service; add it, or write `$${` for the text `${`".to_owned());
        }
        if inside.contains("${") {
            return Err("a reference stands within another; the default of `${…}` is a text without references".to_owned());
        }
        if !is_name(name) {
            return Err(
                "`${…}` must hold the name of a variable: letters, digits and `_`; write `$${` for the text `${`".to_owned()
            );
        }
        match (environment(name), default) {
            (Some(value), Some(default)) if value.is_empty() => expanded.push_str(default),
            (Some(value), _) => expanded.push_str(&value),
            (None, Some(default)) => expanded.push_str(default),
            (None, None) => {
                return Err(format!(
                    "the environment variable {name} is not set; set it, write `${{{name}:-default}}`, or `$${{` for the text `${{`"
                ));
            }
        }
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

fn is_name(name: &str) -> bool {
    let mut letters = name.bytes();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
}

#[cfg(test)]
mod tests;
