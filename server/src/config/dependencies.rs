//! `depends_on`: the services that a service needs.

mod without_effect;

use super::cycles;
use super::discovery::IdPattern;
use super::findings::{Effect, Finding};
use super::service::Service;
use model::ServiceId;
use std::collections::HashMap;
use without_effect::WithoutEffect;
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

/// What `depends_on` and `connectivity` can name besides the services that there are.
#[derive(Clone, Copy)]
pub(super) struct Nameable<'a> {
    /// Whether there are no other services.
    pub are_all: bool,
    /// The ids that lists can make.
    pub patterns: &'a [IdPattern],
}

impl Nameable<'_> {
    /// Why an id that there is not has no effect now, if a list can make it.
    fn absent(&self, id: &Located<ServiceId>) -> Option<LocatedError> {
        let pattern = self.patterns.iter().find(|pattern| pattern.matches(id.value.as_str()))?;
        let text =
            format!("there is no service `{}` now; this has no effect until a list of `{}` has it", id.value, pattern.entry());
        Some(LocatedError::new(&id.location, text))
    }
}

/// A service of the configuration with an unknown dependency, or in a cycle of such services, gets an error and is not checked: otherwise its
/// failures would be suppressed without anyone noticing.
///
/// Lists must not cause that: what refers to a service of a list that is absent, and what a service of a list refers to in vain, has no effect,
/// and is a warning. A cycle through services of lists is cut at these.
pub(super) fn check(services: &mut [Service], nameable: Nameable<'_>) -> Vec<Finding> {
    let mut without_effect = WithoutEffect::default();
    if services.iter().all(|service| service.depends_on.is_empty()) {
        return without_effect.into_findings();
    }
    let known = Known::of(services);
    let circles = Circles::of(services, &known);
    let mut compared = 0;
    let mut verdicts = Vec::with_capacity(services.len());
    for (index, service) in services.iter().enumerate() {
        let (mut errors, mut cut) = (Vec::new(), Vec::new());
        let ids = [service.id.as_str(), "depends_on"];
        for on in &service.depends_on {
            let circle = |remedy: &str| {
                let text = format!("`{}` depends on itself, by way of `{}`; {remedy}", service.id, on.value);
                LocatedError::new(&on.location, text)
            };
            match known.places.get(on.value.as_str()) {
                None if !nameable.are_all => {}
                None => match nameable.absent(on) {
                    Some(absent) => without_effect.add(absent, &ids),
                    None if service.is_of_list => without_effect.add(known.unknown(on, &mut compared), &ids),
                    None => errors.push(known.unknown(on, &mut compared).under("depends_on")),
                },
                Some(&needed) if service.is_of_list && circles.has(index, needed) => {
                    cut.push(on.value.clone());
                    without_effect.add(circle("a list cannot make a circle, so that this has no effect"), &ids);
                }
                Some(&needed) if circles.has_own(index, needed) => {
                    errors.push(circle("remove one of the two").under("depends_on"));
                }
                Some(_) => {}
            }
        }
        verdicts.push((errors, cut));
    }
    for (service, (errors, cut)) in services.iter_mut().zip(verdicts) {
        service.depends_on.retain(|on| !cut.contains(&on.value));
        service.fail(errors);
    }
    without_effect.into_findings()
}

/// Which services are in a circle.
struct Circles {
    /// The group of each service.
    all: Vec<usize>,
    /// The same without the dependencies of services of lists.
    own: Vec<usize>,
}

impl Circles {
    fn of(services: &[Service], known: &Known<'_>) -> Self {
        let needs = |service: &Service| -> Vec<usize> {
            service.depends_on.iter().filter_map(|on| known.places.get(on.value.as_str()).copied()).collect()
        };
        let groups = |needs: &dyn Fn(&Service) -> Vec<usize>| cycles::groups(&services.iter().map(needs).collect::<Vec<_>>());
        let all = groups(&needs);
        let own = match services.iter().any(|service| service.is_of_list) {
            true => groups(&|service| if service.is_of_list { Vec::new() } else { needs(service) }),
            false => all.clone(),
        };
        Self { all, own }
    }

    /// Whether a service and one that it needs are in one circle.
    fn has(&self, service: usize, needed: usize) -> bool {
        needed == service || self.all[needed] == self.all[service]
    }

    /// The same for circles of services of the configuration.
    fn has_own(&self, service: usize, needed: usize) -> bool {
        needed == service || self.own[needed] == self.own[service]
    }
}

/// The findings of ids in `connectivity` that are unknown. One that a list can make is a warning.
pub(super) fn unknown(ids: &[Located<ServiceId>], services: &[Service], nameable: Nameable<'_>) -> Vec<Finding> {
    if ids.is_empty() {
        return Vec::new();
    }
    let known = Known::of(services);
    let (mut findings, mut without_effect, mut compared) = (Vec::new(), WithoutEffect::default(), 0);
    for id in ids.iter().filter(|id| !known.places.contains_key(id.value.as_str())) {
        match nameable.absent(id) {
            Some(absent) => without_effect.add(absent, &["connectivity"]),
            None => {
                findings.push(Finding::invalid(known.unknown(id, &mut compared).under("connectivity"), Effect::NoStart));
            }
        }
    }
    findings.extend(without_effect.into_findings());
    findings
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
