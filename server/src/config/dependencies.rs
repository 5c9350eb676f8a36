//! `depends_on`: the services without which one cannot work.

use super::services::Service;
use model::ServiceId;
use std::collections::{HashMap, HashSet};
use yaml::{Located, LocatedError, Node, Value, suggestion};

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

/// A service that depends on one which there is not, or on itself by some way, cannot be checked: otherwise nobody would ever be told
/// of its trouble, and nobody would know.
pub(super) fn check(services: &mut [Service]) {
    let known: Vec<&str> = services.iter().map(|service| service.id.as_str()).collect();
    let on: HashMap<&str, Vec<&str>> = services
        .iter()
        .map(|service| (service.id.as_str(), service.depends_on.iter().map(|on| on.value.as_str()).collect()))
        .collect();
    let problems: Vec<_> = services
        .iter()
        .map(|service| {
            service.depends_on.iter().find_map(|Located { value, location }| {
                let text = if !on.contains_key(value.as_str()) {
                    format!("there is no service `{value}`; {}", suggestion(value.as_str(), &known, "services"))
                } else if leads_to(value.as_str(), service.id.as_str(), &on) {
                    format!("`{}` depends on itself, by way of `{value}`; remove one of the two", service.id)
                } else {
                    return None;
                };
                Some(LocatedError::new(location, text).under("depends_on"))
            })
        })
        .collect();
    for (service, problem) in services.iter_mut().zip(problems) {
        if let Some(problem) = problem.filter(|_| service.check.is_ok()) {
            service.check = Err(problem);
        }
    }
}

/// That one of these ids is that of no service.
pub(super) fn find_unknown(ids: &[Located<ServiceId>], services: &[Service]) -> Option<LocatedError> {
    let known: Vec<&str> = services.iter().map(|service| service.id.as_str()).collect();
    let Located { value, location } = ids.iter().find(|id| !known.contains(&id.value.as_str()))?;
    let text = format!("there is no service `{value}`; {}", suggestion(value.as_str(), &known, "services"));
    Some(LocatedError::new(location, text))
}

fn leads_to<'a>(from: &'a str, to: &str, on: &HashMap<&'a str, Vec<&'a str>>) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![from];
    while let Some(service) = open.pop() {
        if service == to {
            return true;
        }
        if seen.insert(service) {
            open.extend(on.get(service).into_iter().flatten());
        }
    }
    false
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
