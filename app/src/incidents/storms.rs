//! Storms: open incidents that began together and have a common reason are shown as one.

use super::open::OpenIncident;
use crate::model::{ServiceId, State};
use chrono::{DateTime, FixedOffset, TimeDelta};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The first failures of a storm are at most this far from each other.
const SPAN: TimeDelta = TimeDelta::seconds(60);

/// The least number of incidents of a storm.
const LEAST: usize = 3;

/// An entry of the list of open incidents.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// The number of an incident.
    Single(u64),
    Storm(Storm),
}

/// Incidents that began together.
#[derive(Clone, Debug, PartialEq)]
pub struct Storm {
    /// Their numbers: first those of the common dependency, then the others in the order of the list.
    pub members: Vec<u64>,
    pub reason: Reason,
    /// The most urgent state.
    pub worst: State,
    /// Whether all are in this state.
    pub is_uniform: bool,
    /// The number of services.
    pub services: usize,
    /// The first failure of the first.
    pub since: DateTime<FixedOffset>,
}

/// What the incidents of a storm have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// All depend on this service, or are incidents of it.
    Dependency { service: ServiceId, is_failing: bool },
    /// They are nodes of this service.
    Service(ServiceId),
    /// Their services are of this group.
    Group(String),
}

impl Storm {
    /// What identifies it while its members change.
    pub fn key(&self) -> String {
        match &self.reason {
            Reason::Dependency { service, .. } => format!("d{service}"),
            Reason::Service(service) => format!("s{service}"),
            Reason::Group(group) => format!("g{group} {}", self.since.timestamp()),
        }
    }
}

/// Groups the incidents of a list. Each entry stands where the first of its incidents was.
pub fn entries(incidents: &[OpenIncident]) -> Vec<Entry> {
    let mut free: BTreeSet<usize> = (0..incidents.len()).collect();
    let mut placed: Vec<(usize, Entry)> = Vec::new();
    let by_dependency = candidates(incidents, |incident| {
        let own = std::iter::once(&incident.incident.service);
        own.chain(incident.depends_on.iter().filter(|on| **on != incident.incident.service))
            .map(|service| Candidate::Dependency(service.clone()))
            .collect()
    });
    let by_group = candidates(incidents, |incident| vec![Candidate::Group(incident.incident.group.clone())]);
    for candidates in [by_dependency, by_group] {
        while let Some((candidate, members)) = largest(&candidates, &free, incidents) {
            free.retain(|index| !members.contains(index));
            if let Some(first) = members.iter().min() {
                placed.push((*first, Entry::Storm(storm(candidate, &members, incidents))));
            }
        }
    }
    let single = |index: usize| incidents.get(index).map(|open| (index, Entry::Single(open.incident.id)));
    placed.extend(free.into_iter().filter_map(single));
    placed.sort_by_key(|(index, _)| *index);
    placed.into_iter().map(|(_, entry)| entry).collect()
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Candidate {
    Dependency(ServiceId),
    Group(String),
}

/// What each candidate has in common, by the place of the incidents in the list, sorted by their begin.
type Candidates = BTreeMap<Candidate, Vec<usize>>;

fn candidates(incidents: &[OpenIncident], of: impl Fn(&OpenIncident) -> Vec<Candidate>) -> Candidates {
    let mut candidates = Candidates::new();
    for (index, incident) in incidents.iter().enumerate() {
        of(incident).into_iter().for_each(|candidate| candidates.entry(candidate).or_default().push(index));
    }
    candidates.retain(|_, members| members.len() >= LEAST);
    candidates.values_mut().for_each(|members| members.sort_by_key(|index| incidents.get(*index).map(|open| open.incident.since)));
    candidates
}

/// The largest storm of the incidents that are in none yet. Of equal ones, that whose common dependency fails itself.
fn largest<'a>(
    candidates: &'a Candidates,
    free: &BTreeSet<usize>,
    incidents: &[OpenIncident],
) -> Option<(&'a Candidate, Vec<usize>)> {
    let storms = candidates.iter().map(|(candidate, members)| (candidate, together(members, free, incidents)));
    let storms = storms.filter(|(_, members)| members.len() >= LEAST);
    // Of several that are largest, `min_by_key` takes the first.
    storms.min_by_key(|(candidate, members)| (Reverse(members.len()), !is_failing(candidate, members, incidents)))
}

/// The most of these incidents that began within the span.
fn together(members: &[usize], free: &BTreeSet<usize>, incidents: &[OpenIncident]) -> Vec<usize> {
    let members: Vec<(usize, DateTime<FixedOffset>)> = members
        .iter()
        .filter(|index| free.contains(index))
        .filter_map(|index| Some((*index, incidents.get(*index)?.incident.since)))
        .collect();
    let (mut begin, mut best) = (0, 0..0);
    for (end, (_, since)) in members.iter().enumerate() {
        while members.get(begin).is_some_and(|(_, first)| *since - *first > SPAN) {
            begin += 1;
        }
        if end + 1 - begin > best.len() {
            best = begin..end + 1;
        }
    }
    members.get(best).unwrap_or_default().iter().map(|(index, _)| *index).collect()
}

fn is_failing(candidate: &Candidate, members: &[usize], incidents: &[OpenIncident]) -> bool {
    let Candidate::Dependency(service) = candidate else { return false };
    members.iter().filter_map(|index| incidents.get(*index)).any(|open| open.incident.service == *service)
}

fn storm(candidate: &Candidate, members: &[usize], incidents: &[OpenIncident]) -> Storm {
    let is_failing = is_failing(candidate, members, incidents);
    let mut members = members.to_vec();
    members.sort_unstable();
    let mut opens: Vec<&OpenIncident> = members.iter().filter_map(|index| incidents.get(*index)).collect();
    let services: BTreeSet<&ServiceId> = opens.iter().map(|open| &open.incident.service).collect();
    let reason = match (candidate, services.first()) {
        (_, Some(service)) if services.len() == 1 => Reason::Service((*service).clone()),
        (Candidate::Dependency(service), _) => Reason::Dependency { service: service.clone(), is_failing },
        (Candidate::Group(group), _) => Reason::Group(group.clone()),
    };
    let services = services.len();
    if let Reason::Dependency { service, .. } = &reason {
        opens.sort_by_key(|open| open.incident.service != *service);
    }
    let worst = opens.iter().map(|open| open.state).max().unwrap_or(State::Unknown);
    Storm {
        members: opens.iter().map(|open| open.incident.id).collect(),
        is_uniform: opens.iter().all(|open| open.state == worst),
        worst,
        services,
        since: opens.iter().map(|open| open.incident.since).min().unwrap_or_default(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{IncidentFilter, NodeStatus};
    use crate::samples::{at, row};
    use proptest::prelude::*;
    use std::sync::Arc;

    /// An incident of a service that began so many seconds after 16:00.
    fn open(number: u64, service: &str, group: &str, seconds: i64, depends_on: &[&str]) -> OpenIncident {
        let status = NodeStatus {
            group: group.to_owned(),
            incident: Some(number),
            since: at(0) + TimeDelta::seconds(seconds),
            ..row(service, &format!("n{number}"), State::Down)
        };
        let mut open = OpenIncident::all([Arc::new(status)].iter(), &[], &IncidentFilter::default()).remove(0);
        open.depends_on = depends_on.iter().copied().map(ServiceId::new).collect();
        open
    }

    fn text(entries: &[Entry]) -> Vec<String> {
        let text = |entry: &Entry| match entry {
            Entry::Single(number) => number.to_string(),
            Entry::Storm(Storm { members, reason, services, .. }) => {
                let reason = match reason {
                    Reason::Dependency { service, is_failing: true } => format!("because of {service}"),
                    Reason::Dependency { service, is_failing: false } => format!("all need {service}"),
                    Reason::Service(service) => format!("nodes of {service}"),
                    Reason::Group(group) => format!("of {group}"),
                };
                format!("{members:?} {reason}, {services}")
            }
        };
        entries.iter().map(text).collect()
    }

    #[test]
    fn dependents_of_a_failing_service_are_one_storm_with_the_cause_first() {
        let incidents = [
            open(5, "till", "Site", 10, &["vpn"]),
            open(6, "shop", "App", 10, &[]),
            open(7, "printer", "Site", 40, &["vpn", "net"]),
            open(8, "vpn", "Infra", 0, &["net"]),
            open(9, "late", "Site", 61, &["vpn"]),
        ];
        assert_eq!(text(&entries(&incidents)), ["[8, 5, 7] because of vpn, 3", "6", "9"]);
    }

    #[test]
    fn services_with_a_dependency_that_does_not_fail_are_one_storm() {
        let incidents = [open(1, "a", "x", 0, &["db"]), open(2, "b", "y", 1, &["db"]), open(3, "c", "z", 2, &["db"])];
        assert_eq!(text(&entries(&incidents)), ["[1, 2, 3] all need db, 3"]);
    }

    #[test]
    fn nodes_of_one_service_and_services_of_one_group_are_storms() {
        let incidents = [
            open(1, "workers", "Jobs", 0, &["queue"]),
            open(2, "workers", "Jobs", 5, &["queue"]),
            open(3, "workers", "Jobs", 60, &["queue"]),
            open(4, "a", "App", 100, &[]),
            open(5, "b", "App", 130, &[]),
            open(6, "c", "App", 160, &[]),
            open(7, "d", "App", 161, &[]),
        ];
        assert_eq!(text(&entries(&incidents)), ["[1, 2, 3] nodes of workers, 1", "[4, 5, 6] of App, 3", "7"]);
    }

    #[test]
    fn two_incidents_are_no_storm() {
        let incidents = [open(2, "a", "App", 0, &["db"]), open(1, "b", "App", 0, &["db"])];
        assert_eq!(text(&entries(&incidents)), ["2", "1"]);
        assert!(entries(&[]).is_empty());
    }

    proptest! {
        /// Every incident is in exactly one entry, and the members of a storm began within the span.
        #[test]
        fn every_incident_is_listed_once(made in proptest::collection::vec((0..200_i64, 0..4_usize, 0..5_usize), 0..40)) {
            let names = ["a", "b", "c", "d", "e"];
            let incidents: Vec<_> = (1..).zip(&made).map(|(number, (seconds, service, on))| {
                open(number, names[*service], names[service % 2], *seconds, &names[*on..*on + 1])
            }).collect();
            let mut listed: Vec<u64> = Vec::new();
            for entry in entries(&incidents) {
                match entry {
                    Entry::Single(number) => listed.push(number),
                    Entry::Storm(storm) => {
                        prop_assert!(storm.members.len() >= LEAST);
                        let begins = storm.members.iter().map(|number| incidents[usize::try_from(*number).unwrap() - 1].incident.since);
                        prop_assert!(begins.clone().max().unwrap() - begins.min().unwrap() <= SPAN);
                        listed.extend(storm.members);
                    }
                }
            }
            listed.sort_unstable();
            prop_assert_eq!(listed, (1..=made.len() as u64).collect::<Vec<_>>());
        }
    }
}
