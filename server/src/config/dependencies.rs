//! `depends_on`: the services that a service needs.

use super::cycles;
use super::service::Service;
use model::ServiceId;
use std::collections::HashMap;
use yaml::{Located, LocatedError, Node, Value};

/// The id of a service, or a list of them.
pub(super) fn read(node: &Node) -> Result<Vec<Located<ServiceId>>, LocatedError> {
    let read_one = |node: &Node| {
        let id: String = node.read()?;
        Ok(Located { value: ServiceId::new(&id), location: node.location.clone() })
    };
    match &node.value {
        Value::List(nodes) => nodes.iter().map(read_one).collect(),
        _ => read_one(node).map(|one| vec![one]),
    }
}

/// Unknown names for which a similar one is looked for. Each is compared with every service.
const MOST_COMPARED: usize = 20;

/// A service with an unknown dependency, or in a cycle, gets an error and is not checked: otherwise its failures would be suppressed
/// without anyone noticing. `are_all`: whether there are no other services.
pub(super) fn check(services: &mut [Service], are_all: bool) {
    if services.iter().all(|service| service.depends_on.is_empty()) {
        return;
    }
    let known = Known::of(services);
    let needs: Vec<Vec<usize>> = services
        .iter()
        .map(|service| service.depends_on.iter().filter_map(|on| known.places.get(on.value.as_str()).copied()).collect())
        .collect();
    let circles = cycles::groups(&needs);
    let mut compared = 0;
    let problems: Vec<Vec<LocatedError>> = services
        .iter()
        .enumerate()
        .map(|(index, service)| {
            let problem = |on: &Located<ServiceId>| {
                let Located { value, location } = on;
                match known.places.get(value.as_str()) {
                    None => are_all.then(|| known.unknown(on, &mut compared).under("depends_on")),
                    Some(&needed) if needed == index || circles[needed] == circles[index] => {
                        let text = format!("`{}` depends on itself, by way of `{value}`; remove one of the two", service.id);
                        Some(LocatedError::new(location, text).under("depends_on"))
                    }
                    Some(_) => None,
                }
            };
            service.depends_on.iter().filter_map(problem).collect()
        })
        .collect();
    for (service, problems) in services.iter_mut().zip(problems) {
        service.fail(problems);
    }
}

/// An error for each of these ids that is unknown.
pub(super) fn unknown(ids: &[Located<ServiceId>], services: &[Service]) -> Vec<LocatedError> {
    if ids.is_empty() {
        return Vec::new();
    }
    let known = Known::of(services);
    let mut compared = 0;
    let unknown = ids.iter().filter(|id| !known.places.contains_key(id.value.as_str()));
    unknown.map(|id| known.unknown(id, &mut compared)).collect()
}

/// The ids of all services.
struct Known<'a> {
    ids: Vec<&'a str>,
    /// Where each stands among the services.
    places: HashMap<&'a str, usize>,
}

impl<'a> Known<'a> {
    fn of(services: &'a [Service]) -> Self {
        let ids: Vec<&str> = services.iter().map(|service| service.id.as_str()).collect();
        let places = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        Self { ids, places }
    }

    fn unknown(&self, Located { value, location }: &Located<ServiceId>, compared: &mut usize) -> LocatedError {
        let message = format!("there is no service `{value}`");
        *compared += 1;
        if *compared > MOST_COMPARED {
            return LocatedError::new(location, format!("{message}; correct its name, or add it"));
        }
        LocatedError::unknown_word(message, value.as_str(), &self.ids, "services").at(location)
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Alerting, read_services};
    use std::time::Duration;
    use yaml::parse;

    /// The problem of each service, empty where there is none.
    fn problems(text: &str) -> Vec<String> {
        let document = parse("services.yaml", text).unwrap();
        let services = read_services(&document, Duration::from_secs(60), Alerting::default());
        services.iter().map(|service| service.check.as_ref().err().map(ToString::to_string).unwrap_or_default()).collect()
    }

    #[test]
    fn a_chain_is_allowed_and_what_is_unknown_or_a_circle_is_not() {
        let text = "
web: {type: tcp, depends_on: db}
db: {type: tcp, depends_on: [disk, net]}
disk: {type: tcp}
net: {type: tcp, depends_on: dsk}
a: {type: tcp, depends_on: b}
b: {type: tcp, depends_on: c}
c: {type: tcp, depends_on: [disk, a]}
";
        let problems = problems(text);
        assert_eq!(problems[..3], ["", "", ""]);
        assert!(problems[3].contains("services.yaml:5:30") && problems[3].contains("did you mean `disk`"), "{}", problems[3]);
        for problem in &problems[4..] {
            assert!(problem.contains("depends on itself"), "{problem}");
        }
    }
}
