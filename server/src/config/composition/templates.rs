//! `templates` of `config.yaml`: named parts of services, each of which may use others.

use super::budget::Budget;
use super::merging::merge_service;
use super::placeholders::BEGIN;
use crate::config::cycles;
use std::collections::HashMap;
use yaml::{Entry, Located, LocatedError, Node, Value};

/// The key with which a service or a template names templates.
pub(super) const USE: &str = "use";

/// Most templates in a row, of which each uses the next.
const DEPTH: usize = 32;

/// Most templates that one service or template names.
const MOST_NAMES: usize = 32;

/// The templates with what they use filled in, by name.
#[derive(Default)]
pub(super) struct Templates {
    complete: HashMap<String, Node>,
}

impl Templates {
    /// Fills in what each template uses. A template with an error is left as it is.
    pub(super) fn new(templates: Vec<(Located<String>, Node)>, budget: &mut Budget, errors: &mut Vec<LocatedError>) -> Self {
        let places: HashMap<String, usize> =
            templates.iter().enumerate().map(|(place, (name, _))| (name.value.clone(), place)).collect();
        let known: Vec<&str> = places.keys().map(String::as_str).collect();
        let mut wrong = Vec::new();
        let parts: Vec<Part> = templates
            .into_iter()
            .map(|(name, node)| {
                let mut unreadable = Vec::new();
                let (own, uses) = take_uses(node, &mut unreadable);
                wrong.extend(unreadable.into_iter().map(|error| error.under(&name.value)));
                let uses = uses.into_iter().filter_map(|used| match places.get(&used.value) {
                    Some(place) => Some((*place, used)),
                    None => {
                        wrong.push(unknown(&used, &known).under(&name.value));
                        None
                    }
                });
                let uses = uses.collect();
                Part { name, own, uses }
            })
            .collect();
        errors.extend(wrong.into_iter().map(|error| error.under("templates")));
        let parts = without_circles(parts, errors);
        let mut filling = Filling { complete: vec![None; parts.len()], budget, errors };
        for (place, row) in rows(&parts) {
            filling.complete(&parts[place], place, row);
        }
        let complete = parts.into_iter().zip(filling.complete);
        Self { complete: complete.map(|(part, complete)| (part.name.value, complete.unwrap_or(part.own))).collect() }
    }

    /// A template with everything that it uses.
    pub(super) fn get(&self, name: &Located<String>) -> Result<&Node, LocatedError> {
        self.complete.get(&name.value).ok_or_else(|| {
            let known: Vec<&str> = self.complete.keys().map(String::as_str).collect();
            unknown(name, &known)
        })
    }
}

/// The map without `use`, and the names there.
pub(super) fn take_uses(node: Node, errors: &mut Vec<LocatedError>) -> (Node, Vec<Located<String>>) {
    let Node { value: Value::Map(mut entries), location } = node else { return (node, Vec::new()) };
    let Some(place) = entries.iter().position(|entry| entry.key.value == USE) else {
        return (Node { value: Value::Map(entries), location }, Vec::new());
    };
    let Entry { value, .. } = entries.remove(place);
    let node = Node { value: Value::Map(entries), location };
    match names(&value) {
        Ok(names) => (node, names),
        Err(error) => {
            errors.push(error.under(USE));
            (node, Vec::new())
        }
    }
}

/// A name, or a list of names.
fn names(node: &Node) -> Result<Vec<Located<String>>, LocatedError> {
    let name = |node: &Node| {
        let name = node.text().ok_or_else(|| node.expected("the name of a template, or a list of names"))?;
        Ok(Located { value: name.to_owned(), location: node.location.clone() })
    };
    match &node.value {
        Value::List(nodes) if nodes.len() > MOST_NAMES => {
            Err(LocatedError::new(&node.location, format!("{} templates are too many; use at most {MOST_NAMES}", nodes.len())))
        }
        Value::List(nodes) => nodes.iter().map(name).collect(),
        Value::Scalar(scalar) if scalar.is_null() => Ok(Vec::new()),
        _ => name(node).map(|name| vec![name]),
    }
}

fn unknown(name: &Located<String>, known: &[&str]) -> LocatedError {
    if name.value.contains(BEGIN) {
        let text = "a placeholder needs `for_each` in the same service; name the template";
        return LocatedError::new(&name.location, text).under(USE);
    }
    let message = format!("there is no template `{}` in config.yaml", name.value);
    LocatedError::unknown_word(message, &name.value, known, "templates").at(&name.location).under(USE)
}

struct Part {
    name: Located<String>,
    /// Without `use`.
    own: Node,
    /// Places of other templates.
    uses: Vec<(usize, Located<String>)>,
}

/// The templates without uses that lead back. Each of these is an error.
fn without_circles(mut parts: Vec<Part>, errors: &mut Vec<LocatedError>) -> Vec<Part> {
    let edges: Vec<Vec<usize>> = parts.iter().map(|part| part.uses.iter().map(|(place, _)| *place).collect()).collect();
    let circles = cycles::groups(&edges);
    let places: Vec<_> = parts.iter().map(|part| part.name.clone()).collect();
    for (place, part) in parts.iter_mut().enumerate() {
        let name = &part.name.value;
        part.uses.retain(|(used, named)| {
            let leads_back = *used == place || circles[*used] == circles[place];
            if leads_back {
                let Located { value, location } = &places[*used];
                let text = format!("`{name}` uses itself, by way of `{value}` at {location}; remove one of the uses");
                errors.push(LocatedError::new(&named.location, text).under(USE).under(name).under("templates"));
            }
            !leads_back
        });
    }
    parts
}

/// The places of all templates, each after those that it uses, with the number of templates in the longest row that begins with it. There
/// are no circles.
fn rows(parts: &[Part]) -> Vec<(usize, usize)> {
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); parts.len()];
    for (place, part) in parts.iter().enumerate() {
        part.uses.iter().for_each(|(used, _)| users[*used].push(place));
    }
    let mut missing: Vec<usize> = parts.iter().map(|part| part.uses.len()).collect();
    let mut longest = vec![1; parts.len()];
    let mut ready: Vec<usize> = (0..parts.len()).rev().filter(|place| missing[*place] == 0).collect();
    let mut rows = Vec::with_capacity(parts.len());
    while let Some(place) = ready.pop() {
        rows.push((place, longest[place]));
        for &user in &users[place] {
            longest[user] = longest[user].max(longest[place] + 1);
            missing[user] -= 1;
            if missing[user] == 0 {
                ready.push(user);
            }
        }
    }
    rows
}

struct Filling<'a> {
    complete: Vec<Option<Node>>,
    budget: &'a mut Budget,
    errors: &'a mut Vec<LocatedError>,
}

impl Filling<'_> {
    /// Fills in a template whose uses are complete.
    fn complete(&mut self, Part { name, own, uses }: &Part, place: usize, row: usize) {
        let mut node = own.clone();
        if row > DEPTH {
            // Those that use it follow from it.
            if row == DEPTH + 1 {
                self.fail(name, &format!("more than {DEPTH} templates use one another in a row; use fewer"));
            }
            self.complete[place] = Some(node);
            return;
        }
        let was_exceeded = self.budget.exceeded().is_some();
        // What is named later counts more.
        for (used, _) in uses.iter().rev() {
            if let Some(under) = &self.complete[*used]
                && self.budget.copy(under.memory())
            {
                node = merge_service(node, under);
            }
        }
        if let Some(reason) = self.budget.exceeded().filter(|_| !was_exceeded).map(str::to_owned) {
            self.fail(name, &reason);
        }
        self.complete[place] = Some(node);
    }

    fn fail(&mut self, name: &Located<String>, problem: &str) {
        self.errors.push(LocatedError::new(&name.location, problem).under(&name.value).under("templates"));
    }
}
