//! The channels of `notify_backend` and their routes.

use super::backend::Backend;
use super::declared::{CHANNEL, HOURS, ONLY};
use super::fingerprint::Fingerprint;
use super::roles::read_roles;
use super::sources::Sources;
use chrono::{NaiveTime, Weekday};
use chrono_tz::Tz;
use engine::{Hours, Pattern, Route};
use model::{State, WEEK};
use notify::Template;
use notify::dispatcher::Limits;
use std::time::Duration;
use yaml::fields::Fields;
use yaml::seconds::read_timeout;
use yaml::{Located, LocatedError, Node, Value};

/// Shown if no type is given.
const NOT_GIVEN: &str = "n/a";

/// One channel.
#[derive(Clone, Debug)]
pub struct NotifyBackend {
    /// With as much as could be read.
    pub backend: Backend,
    /// Why `type` and `data` cannot be used. Such a channel is disabled, and the others work, as with the original.
    pub problem: Option<LocatedError>,
    /// Its notifications. `channel` is the name of this channel.
    pub route: Route,
    pub limits: Limits,
    /// The text of notifications, instead of the default text.
    pub template: Option<Located<Template>>,
    /// Of all this, without the places where it is configured.
    pub fingerprint: Fingerprint,
}

/// `notify_backend`: one channel, or a list of channels with different names.
pub(super) fn read_channels(
    node: &Node,
    sources: &Sources<'_>,
    vault_is_on: bool,
) -> Result<Vec<NotifyBackend>, Vec<LocatedError>> {
    let nodes = match &node.value {
        Value::List(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut channels: Vec<NotifyBackend> = Vec::new();
    let mut errors = Vec::new();
    for node in nodes {
        match read_channel(node, sources, vault_is_on) {
            Ok(channel) if channel.problem.is_none() && is_taken(&channels, &channel.route.channel) => {
                let name = &channel.route.channel;
                let text = format!("there are two channels called `{name}`; give one of them a `name` of its own");
                errors.push(LocatedError::new(&node.location, text));
            }
            Ok(mut channel) => {
                // A disabled channel must not cause an error by its name.
                while is_taken(&channels, &channel.route.channel) {
                    channel.route.channel.push('\'');
                }
                channels.push(channel);
            }
            Err(wrong) => errors.extend(wrong),
        }
    }
    if errors.is_empty() { Ok(channels) } else { Err(errors) }
}

fn is_taken(channels: &[NotifyBackend], name: &str) -> bool {
    channels.iter().any(|other| other.route.channel == name)
}

fn read_channel(node: &Node, sources: &Sources<'_>, vault_is_on: bool) -> Result<NotifyBackend, Vec<LocatedError>> {
    let mut fields = Fields::declared(node, CHANNEL);
    let backend = Backend::read_fields(&mut fields, sources, vault_is_on);
    let problem = fields.take_errors().into_iter().next();
    let backend = backend.unwrap_or_else(|| {
        let kind = node.get("type").and_then(Node::text).unwrap_or(NOT_GIVEN).to_owned();
        let location = node.location.clone();
        Backend { kind: Located { value: kind, location: location.clone() }, data: Node::empty_map(location), vault: Vec::new() }
    });
    let name = fields.read("name", read_name);
    let only = fields.nested("only", read_only).unwrap_or_default();
    let template = fields.read("template", read_template);
    let usual = Limits::default();
    let group_window = fields.read("group_window", |node| read_seconds(node, 0.0, 600.0)).unwrap_or(usual.group_window);
    // Without a window there is nothing to group, and no reason to wait.
    let group_wait = if group_window.is_zero() { Duration::ZERO } else { usual.group_wait };
    let limits = Limits {
        group_window,
        group_wait: fields.read("group_wait", |node| read_seconds(node, 0.0, 600.0)).unwrap_or(group_wait),
        max_per_minute: fields.read("max_per_minute", read_count).unwrap_or(usual.max_per_minute),
        give_up_after: fields
            .read("give_up_after", |node| read_seconds(node, 60.0, 30.0 * 86_400.0))
            .unwrap_or(usual.give_up_after),
        timeout: fields.read("timeout", read_timeout).unwrap_or(usual.timeout),
    };
    let errors = fields.finish();
    if !errors.is_empty() {
        return Err(errors.into_iter().chain(problem).collect());
    }
    let channel = name.unwrap_or_else(|| backend.kind.value.clone());
    let fingerprint = Fingerprint::of(&[node, &backend.data]);
    Ok(NotifyBackend { backend, problem, route: Route { channel, ..only }, limits, template, fingerprint })
}

/// Tries the template, so that its errors are reported together with all others of the file.
fn read_template(node: &Node) -> Result<Located<Template>, LocatedError> {
    let text: String = node.read()?;
    let wrong = |error| LocatedError::new(&node.location, format!("this template cannot be used: {error}"));
    Ok(Located { value: Template::of_text(&text).map_err(wrong)?, location: node.location.clone() })
}

/// Which notifications a channel gets.
fn read_only(node: &Node) -> Result<Route, Vec<LocatedError>> {
    let mut fields = Fields::declared(node, ONLY);
    let route = Route {
        channel: String::new(),
        roles: fields.read("roles", read_roles),
        types: fields.read("types", |node| each(node, Node::read)),
        services: fields.read("services", |node| each(node, read_pattern)),
        states: fields.read("states", |node| each(node, read_state)),
        hours: fields.nested("hours", read_hours),
    };
    let errors = fields.finish();
    if errors.is_empty() { Ok(route) } else { Err(errors) }
}

/// A list, or one value as a list of one.
pub(super) fn each<'a, T>(node: &'a Node, read: impl Fn(&'a Node) -> Result<T, LocatedError>) -> Result<Vec<T>, LocatedError> {
    match &node.value {
        Value::List(nodes) => nodes.iter().map(read).collect(),
        _ => read(node).map(|one| vec![one]),
    }
}

fn read_name(node: &Node) -> Result<String, LocatedError> {
    let name: String = node.read()?;
    let is_allowed = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if name.is_empty() || name.len() > 64 || !name.chars().all(is_allowed) {
        return Err(LocatedError::new(&node.location, "expected a name of letters, digits, `-`, `_` and `.`, at most 64 of them"));
    }
    Ok(name)
}

pub(super) fn read_pattern(node: &Node) -> Result<Pattern, LocatedError> {
    let text: String = node.read()?;
    Pattern::new(&text).map_err(|_| LocatedError::new(&node.location, "expected the id of a service, or several with `*` in it"))
}

fn read_state(node: &Node) -> Result<State, LocatedError> {
    let word: String = node.read()?;
    let states = [State::Down, State::Unhealthy, State::Unknown];
    states.into_iter().find(|state| state.as_str() == word).ok_or_else(|| {
        let known = states.map(State::as_str);
        LocatedError::unknown_word("this is not a failure state", &word, &known, "states").at(&node.location)
    })
}

fn read_count(node: &Node) -> Result<usize, LocatedError> {
    let count: usize = node.read()?;
    if (1..=1000).contains(&count) { Ok(count) } else { Err(LocatedError::new(&node.location, "expected a number from 1 to 1000")) }
}

pub(super) fn read_seconds(node: &Node, least: f64, most: f64) -> Result<Duration, LocatedError> {
    let seconds: f64 = node.read()?;
    let allowed = (least..=most).contains(&seconds);
    allowed
        .then(|| Duration::try_from_secs_f64(seconds).ok())
        .flatten()
        .ok_or_else(|| LocatedError::new(&node.location, format!("expected seconds from {least} to {most}")))
}

/// `{days: mon-fri, from: "08:00", to: "18:00", zone: Europe/Berlin}`, or a list of such.
pub(super) fn read_hours(node: &Node) -> Result<Vec<Hours>, Vec<LocatedError>> {
    let nodes = match &node.value {
        Value::List(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(node),
    };
    nodes.iter().map(read_weekly).collect()
}

fn read_weekly(node: &Node) -> Result<Hours, Vec<LocatedError>> {
    let mut fields = Fields::declared(node, HOURS);
    let days = fields.read("days", read_days).unwrap_or_else(|| WEEK.map(|(_, day)| day).to_vec());
    let from = fields.required("from", read_time);
    let to = fields.required("to", read_end);
    let zone = fields.read("zone", read_zone).unwrap_or(Tz::UTC);
    match (from, to, fields.finish()) {
        (Some(from), Some(to), errors) if errors.is_empty() => Ok(Hours::weekly(days, from, to, zone)),
        (_, _, errors) => Err(errors),
    }
}

/// `mon`, `mon-fri`, `fri-mon`, or a list of those.
fn read_days(node: &Node) -> Result<Vec<Weekday>, LocatedError> {
    let wrong = |node: &Node| LocatedError::new(&node.location, "expected days such as mon, mon-fri, or a list of them");
    let day = |word: &str| WEEK.iter().position(|(known, _)| known.eq_ignore_ascii_case(word.trim()));
    let range = |node: &Node| {
        let text: String = node.read()?;
        let (first, last) = text.split_once('-').unwrap_or((text.as_str(), text.as_str()));
        let (first, last) = day(first).zip(day(last)).ok_or_else(|| wrong(node))?;
        let length = (last + 7 - first) % 7;
        Ok((first..=first + length).map(|index| WEEK[index % 7].1).collect::<Vec<_>>())
    };
    Ok(each(node, range)?.concat())
}

/// The end of the day is an end, and no begin.
fn read_end(node: &Node) -> Result<NaiveTime, LocatedError> {
    if node.text() == Some("24:00") { Ok(NaiveTime::MIN) } else { read_time(node) }
}

fn read_time(node: &Node) -> Result<NaiveTime, LocatedError> {
    let text: String = node.read()?;
    NaiveTime::parse_from_str(&text, "%H:%M").map_err(|_| {
        LocatedError::new(&node.location, "expected a time such as \"08:00\"; put it in quotes, or YAML takes it for a number")
    })
}

pub(super) fn read_zone(node: &Node) -> Result<Tz, LocatedError> {
    let name: String = node.read()?;
    name.parse().map_err(|_| {
        LocatedError::new(&node.location, format!("there is no time zone `{name}`; expected a name such as Europe/Berlin or UTC"))
    })
}

#[cfg(test)]
mod tests;
