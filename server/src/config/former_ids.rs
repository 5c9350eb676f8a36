//! `was`: the ids that a service had before. What is stored under one of them becomes its own, once.

use super::service::Service;
use model::ServiceId;
use std::collections::{HashMap, HashSet};
use yaml::{Located, LocatedError, Node, Value};

/// An id, or a list of them, the latest last. One that is repeated counts once.
pub(super) fn read(node: &Node) -> Result<Vec<Located<ServiceId>>, LocatedError> {
    let nodes = match &node.value {
        Value::List(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut ids: Vec<Located<ServiceId>> = Vec::new();
    for node in nodes {
        let id: String = node.read()?;
        let value = ServiceId::new(&id);
        if !ids.iter().any(|known| known.value == value) {
            ids.push(Located { value, location: node.location.clone() });
        }
    }
    Ok(ids)
}

/// A service whose former ids are not its own alone gets an error and no former ids, so that no history goes to the wrong service.
pub(super) fn check(services: &mut [Service]) {
    if services.iter().all(|service| service.was.is_empty()) {
        return;
    }
    let present: HashSet<ServiceId> = services.iter().map(|service| service.id.clone()).collect();
    let mut claims: HashMap<ServiceId, Vec<(usize, usize)>> = HashMap::new();
    for (place, service) in services.iter().enumerate() {
        for (index, former) in service.was.iter().enumerate() {
            claims.entry(former.value.clone()).or_default().push((place, index));
        }
    }
    let problems: Vec<Vec<LocatedError>> = services
        .iter()
        .enumerate()
        .map(|(place, service)| {
            let problem = |former: &Located<ServiceId>| {
                let Located { value: id, location } = former;
                let other = claims.get(id).into_iter().flatten().find(|(other, _)| *other != place);
                let text = match other {
                    _ if *id == service.id => format!("`{id}` is the present id of the service; remove it"),
                    _ if present.contains(id) => {
                        format!("there is a service `{id}`, which keeps its history; remove that service, or this id")
                    }
                    Some((other, index)) => {
                        let other = &services[*other];
                        let at = &other.was[*index].location;
                        format!("`{id}` is a former id of `{}` as well, at {at}; its history can go to one service only", other.id)
                    }
                    None => return None,
                };
                Some(LocatedError::new(location, text).under("was"))
            };
            service.was.iter().filter_map(problem).collect()
        })
        .collect();
    for (service, problems) in services.iter_mut().zip(problems) {
        if !problems.is_empty() {
            service.was.clear();
            service.fail(problems);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Alerting, Service, read_services};
    use std::time::Duration;
    use yaml::parse;

    fn services(text: &str) -> Vec<Service> {
        let document = parse("services.yaml", text).unwrap();
        read_services(&document, Duration::from_secs(60), Alerting::default())
    }

    /// The former ids of each service, or all its errors.
    fn of(text: &str) -> Vec<Result<Vec<String>, String>> {
        let former = |service: &Service| service.was.iter().map(|former| former.value.as_str().to_owned()).collect();
        let errors = |service: &Service| service.errors().map(|error| format!("{error}\n")).collect::<String>();
        let read = |service: &Service| if service.check.is_ok() { Ok(former(service)) } else { Err(errors(service)) };
        services(text).iter().map(read).collect()
    }

    #[test]
    fn a_service_has_one_former_id_or_several() {
        let read = of("a: {type: tcp, was: old}\nb: {type: tcp, was: [older, 7, older]}\nc: {type: tcp, was: []}\nd: {type: tcp}");
        let former = |ids: &[&str]| Ok(ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
        assert_eq!(read, [former(&["old"]), former(&["older", "7"]), former(&[]), former(&[])]);
    }

    #[test]
    fn a_former_id_belongs_to_one_service_that_has_another_now() {
        let text = "
web: {type: tcp, was: [web, db]}
db: {type: tcp, was: old}
mail: {type: tcp, was: [older, old]}
shop: {type: tcp, was: {id: x}}
";
        let read = of(text);
        let expected = [
            ["services.yaml:2:24: `was`: `web` is the present id", "services.yaml:2:29: `was`: there is a service `db`"],
            ["services.yaml:3:22: `was`: `old` is a former id of `mail` as well, at services.yaml:4:32", ""],
            ["services.yaml:4:32: `was`: `old` is a former id of `db` as well, at services.yaml:3:22", ""],
            ["services.yaml:5:24: `was`: expected", ""],
        ];
        for (read, expected) in read.iter().zip(expected) {
            let errors = read.as_ref().unwrap_err();
            assert!(expected.iter().all(|part| errors.contains(part)), "{errors} should have {expected:?}");
        }
        assert!(services(text).iter().all(|service| service.was.is_empty()), "no history goes to a wrong one");
    }

    #[test]
    fn a_former_id_that_goes_does_not_change_the_service() {
        let with = services("web: {type: tcp, was: old, interval: 5}");
        let without = services("web: {type: tcp, interval: 5}");
        assert!(with[0].fingerprint == without[0].fingerprint);
    }
}
