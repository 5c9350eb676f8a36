//! The targets of a list, with their labels.

mod unambiguous;

use super::places;
use crate::config::names;
use json::{Members, Value};
use net::host::parse_url;
use yaml::plain::read_plain;
use yaml::{Entry, Located, Location, Node, Reading, Scalar};

/// Most targets of a list.
pub(super) const MOST_TARGETS: usize = 10_000;

/// Most labels of a group.
const MOST_LABELS: usize = 256;

/// Characters of a target and of a label.
const LONGEST: usize = 1_024;

/// Characters of the name of a label.
const LONGEST_NAME: usize = 128;

/// What a list says.
#[derive(Debug)]
pub(in crate::config) struct Targets {
    targets: Vec<Described>,
    /// The labels of each group, as a map.
    labels: Vec<Node>,
}

#[derive(Debug)]
struct Described {
    /// `target`, `host` and `port`, as a map.
    node: Node,
    /// The place of its group.
    group: usize,
}

/// A target with its labels.
#[derive(Clone, Copy)]
pub(in crate::config) struct Target<'a> {
    /// `target`, `host` and `port`.
    pub node: &'a Node,
    pub labels: &'a Node,
}

impl Targets {
    /// Reads a list. `name` is the file or the address in the places. The error is a sentence without its end, and bounded.
    pub(in crate::config) fn parse(name: &str, text: &str) -> Result<Self, String> {
        // Some programs of Windows begin a text in UTF-8 with it.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let value = json::parse(text).map_err(|error| format!("{name} is no JSON: {error}"))?;
        unambiguous::check(text).map_err(|error| format!("{name} is ambiguous: {}", names::shown(&shortened(&error))))?;
        let Value::Array(groups) = value else { return Err(format!("{name} must be a list of groups, each with `targets`")) };
        let mut read = Groups::default();
        for (place, group) in groups.iter().enumerate() {
            read.add(group).map_err(|problem| format!("{name}, group {}: {problem}", place + 1))?;
        }
        let places = places::of_targets(&name.into(), text);
        let start = Location { file: name.into(), line: 1, column: 1 };
        let place = |index: usize| places.get(index).unwrap_or(&start).clone();
        let labels = read.labels.iter().map(|(first, labels)| map(&place(*first), labels.clone())).collect();
        let described =
            |(index, (group, text)): (usize, (usize, String))| Described { node: described(&text, &place(index)), group };
        Ok(Self { targets: read.targets.into_iter().enumerate().map(described).collect(), labels })
    }

    pub(in crate::config) fn len(&self) -> usize {
        self.targets.len()
    }

    pub(in crate::config) fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// In the order of the list.
    pub(in crate::config) fn iter(&self) -> impl Iterator<Item = Target<'_>> {
        self.targets.iter().map(|target| Target { node: &target.node, labels: &self.labels[target.group] })
    }
}

impl<'a> Target<'a> {
    /// The target as the list has it.
    pub(in crate::config) fn text(self) -> &'a str {
        self.node.get("target").and_then(Node::text).unwrap_or_default()
    }
}

/// The groups that were read.
#[derive(Default)]
struct Groups {
    /// Each with the place of its group.
    targets: Vec<(usize, String)>,
    /// Each with the place of its first target.
    labels: Vec<(usize, Vec<(String, Scalar)>)>,
}

impl Groups {
    fn add(&mut self, group: &Value) -> Result<(), String> {
        let Value::Object(members) = group else { return Err("expected an object with `targets`".to_owned()) };
        if let Some(unknown) = members.keys().find(|key| !["targets", "labels"].contains(&key.as_str())) {
            return Err(format!("unknown key `{}`; known: `targets`, `labels`", names::shown(&shortened(unknown))));
        }
        let Some(Value::Array(targets)) = members.get("targets") else {
            return Err("`targets` must be a list of texts".to_owned());
        };
        let labels = match members.get("labels") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Object(labels)) => read_labels(labels)?,
            Some(_) => return Err("`labels` must be an object of texts".to_owned()),
        };
        let group = self.labels.len();
        self.labels.push((self.targets.len(), labels));
        for target in targets {
            let Value::String(target) = target else { return Err("`targets` must be a list of texts".to_owned()) };
            check_target(target)?;
            self.targets.push((group, target.clone()));
        }
        if self.targets.len() > MOST_TARGETS {
            return Err(format!("the list has more than {MOST_TARGETS} targets"));
        }
        Ok(())
    }
}

fn check_target(target: &str) -> Result<(), String> {
    let shown = || names::shown(&shortened(target));
    match () {
        () if target.is_empty() => Err("a target is empty".to_owned()),
        () if target.chars().count() > LONGEST => Err(format!("the target {} is longer than {LONGEST} characters", shown())),
        () if target.contains(char::is_whitespace) || names::shown(target) != target => {
            Err(format!("the target {} has spaces, control characters or letters that are not shown", shown()))
        }
        // The target is a part of ids, and shown. What is wrong with it must not show the password either.
        () if authority(target).contains('@') => {
            Err("a target has a login (LOGIN@HOST), which would be shown; give the login in the service".to_owned())
        }
        // A program would take it for an option.
        () if target.starts_with('-') => Err(format!("the target {} begins with `-`", shown())),
        () if host_and_port(target).0.starts_with('-') => Err(format!("the host of the target {} begins with `-`", shown())),
        // Otherwise the port of the entry would be checked without a word.
        () if host_and_port(target).1.is_some_and(|port| port.parse::<u16>().is_err()) => {
            Err(format!("the port of the target {} is not a number from 0 to {}", shown(), u16::MAX))
        }
        () => Ok(()),
    }
}

fn read_labels(labels: &Members) -> Result<Vec<(String, Scalar)>, String> {
    if labels.len() > MOST_LABELS {
        return Err(format!("{} labels are too many; at most {MOST_LABELS} are read", labels.len()));
    }
    labels.iter().map(|(name, value)| Ok((read_name(name)?, read_value(name, value)?))).collect()
}

/// As Prometheus has it: letters, digits and `_`.
fn read_name(name: &str) -> Result<String, String> {
    let mut letters = name.bytes();
    let is_name = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
        && name.len() <= LONGEST_NAME;
    let shown = || names::shown(&shortened(name));
    if is_name { Ok(name.to_owned()) } else { Err(format!("`{}` is no name of a label: letters, digits and `_`", shown())) }
}

fn read_value(name: &str, value: &Value) -> Result<Scalar, String> {
    let Value::String(text) = value else { return Err(format!("the label `{name}` must be a text")) };
    if text.chars().count() > LONGEST {
        return Err(format!("the label `{name}` is longer than {LONGEST} characters"));
    }
    if names::shown(text) != *text {
        return Err(format!("the label `{name}` has control characters or letters that are not shown"));
    }
    // Every label is a text there, also one that gives a port or seconds.
    let reading = match read_plain(text) {
        Reading::Null => Reading::Text,
        reading => reading,
    };
    Ok(Scalar { text: text.clone(), reading })
}

/// `target`, and its `host` and `port` as far as it has them.
fn described(target: &str, place: &Location) -> Node {
    let text = |text: String| Scalar { text, reading: Reading::Text };
    let (host, port) = host_and_port(target);
    let mut keys = vec![("target".to_owned(), text(target.to_owned())), ("host".to_owned(), text(host))];
    if let Some(port) = port.and_then(|port| port.parse::<u16>().ok()) {
        keys.push(("port".to_owned(), Scalar { text: port.to_string(), reading: Reading::Int(port.into()) }));
    }
    map(place, keys)
}

/// What stands between the scheme and the path.
fn authority(target: &str) -> &str {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Of a URL, of `host:port`, of `[address]:port` or of a host alone. The port is what stands there, and may be no number.
fn host_and_port(target: &str) -> (String, Option<String>) {
    if target.contains("://")
        && let Some((url, _)) = parse_url(target)
    {
        let host = url.host_str().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        return (host.to_owned(), url.port_or_known_default().map(|port| port.to_string()));
    }
    let authority = authority(target);
    if let Some((address, rest)) = authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (address.to_owned(), rest.strip_prefix(':').map(str::to_owned));
    }
    match authority.split_once(':') {
        Some((host, port)) if !port.contains(':') => (host.to_owned(), Some(port.to_owned())),
        _ => (authority.to_owned(), None),
    }
}

fn map(place: &Location, keys: Vec<(String, Scalar)>) -> Node {
    let entry = |(key, scalar)| Entry {
        key: Located { value: key, location: place.clone() },
        value: Node { value: yaml::Value::Scalar(scalar), location: place.clone() },
    };
    Node { value: yaml::Value::Map(keys.into_iter().map(entry).collect()), location: place.clone() }
}

/// The beginning of a text that is shown in an error.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    let beginning: String = text.chars().take(SHOWN).collect();
    if beginning.len() < text.len() { format!("{beginning}…") } else { beginning }
}

#[cfg(test)]
mod tests;
