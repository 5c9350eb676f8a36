//! The effective configuration as YAML, with a comment at each value.

use super::Effective;
use std::fmt::Write;
use yaml::plain::read_plain;
use yaml::{Entry, Located, Node, Reading, Scalar, Value};

/// Where comments begin, in characters. After a longer line they follow it.
const COMMENT: usize = 48;

const INDENTATION: usize = 2;

/// The services of one file, or `services` and `users`.
pub fn yaml_text(effective: &Effective) -> String {
    let mut document = Document { effective, text: String::new() };
    match &effective.users {
        None => document.named(&effective.services, 0),
        Some(users) => {
            for (key, node) in [("services", &effective.services), ("users", users)] {
                if node.entries().is_none_or(<[_]>::is_empty) {
                    document.line(0, &format!("{key}: {{}}"), None);
                } else {
                    document.line(0, &format!("{key}:"), None);
                    document.named(node, 1);
                }
            }
        }
    }
    document.text
}

struct Document<'a> {
    effective: &'a Effective,
    text: String,
}

impl Document<'_> {
    /// Services or users. The name of each has its place.
    fn named(&mut self, node: &Node, depth: usize) {
        for Entry { key, value } in node.entries().unwrap_or_default() {
            let Located { value: name, location } = key;
            let place = self.effective.place(location);
            match &value.value {
                Value::Map(entries) if !entries.is_empty() => {
                    self.line(depth, &format!("{}:", text(name)), Some(&place));
                    self.errors(name, depth + 1);
                    self.map(entries, depth + 1);
                }
                _ => {
                    self.line(depth, &format!("{}: {}", text(name), flow(value)), Some(&place));
                    self.errors(name, depth + 1);
                }
            }
        }
    }

    fn errors(&mut self, name: &str, depth: usize) {
        let effective = self.effective;
        for error in effective.errors.get(name).into_iter().flatten() {
            self.line(depth, &format!("# error: {}", error.replace(['\n', '\r'], " ")), None);
        }
    }

    fn map(&mut self, entries: &[Entry], depth: usize) {
        for Entry { key, value } in entries {
            let key = text(&key.value);
            match &value.value {
                Value::Map(inner) if !inner.is_empty() => {
                    self.line(depth, &format!("{key}:"), None);
                    self.map(inner, depth + 1);
                }
                Value::List(nodes) if nodes.iter().any(|node| !matches!(node.value, Value::Scalar(_))) => {
                    self.line(depth, &format!("{key}:"), None);
                    for node in nodes {
                        let place = self.effective.place(&node.location);
                        self.line(depth + 1, &format!("- {}", flow(node)), Some(&place));
                    }
                }
                _ => {
                    let place = self.effective.place(&value.location);
                    self.line(depth, &format!("{key}: {}", flow(value)), Some(&place));
                }
            }
        }
    }

    fn line(&mut self, depth: usize, line: &str, comment: Option<&str>) {
        let line = format!("{:width$}{line}", "", width = depth * INDENTATION);
        // Writing to a string cannot fail.
        match comment {
            Some(comment) => writeln!(self.text, "{line:<COMMENT$}  # {comment}"),
            None => writeln!(self.text, "{line}"),
        }
        .ok();
    }
}

/// A value on one line.
fn flow(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) => scalar_text(scalar),
        Value::List(nodes) => format!("[{}]", nodes.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let pairs = entries.iter().map(|Entry { key, value }| format!("{}: {}", text(&key.value), flow(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

fn scalar_text(scalar: &Scalar) -> String {
    match scalar.reading {
        Reading::Null => "null".to_owned(),
        Reading::Text => text(&scalar.text),
        // As it is written. A tag can make a number or a word of what is none.
        _ if read_plain(&scalar.text) == scalar.reading => scalar.text.clone(),
        _ => quoted(&scalar.text),
    }
}

/// A text, in quotes unless every reader takes it for the same text without.
fn text(text: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "_./•".contains(letter);
    let is_inner = |letter: char| is_plain(letter) || letter == '-';
    let is_word = text.chars().next().is_some_and(is_plain) && text.chars().all(is_inner);
    if is_word && read_plain(text) == Reading::Text { text.to_owned() } else { quoted(text) }
}

/// JSON's notation of a text is one of YAML, too.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
