//! How available something was: the part of the time in known states in which it was operational.

use super::by_state::ByState;
use super::seconds::Seconds;
use history::Bucket;
use serde::Serialize;

/// The time that a node, or all nodes of a service together, were in each state. Of a service with several nodes each node counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Milliseconds that count, by state.
    time: ByState<u64>,
    /// Milliseconds within maintenance windows, whether they count or not.
    maintenance: u64,
    /// Milliseconds without data. Time in the state `unknown` does not belong here.
    not_watched: u64,
    /// Absent when there were too many incidents to count.
    incidents: Option<u64>,
}

/// Whether time within maintenance windows counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Maintenance {
    Include,
    Exclude,
}

impl Tally {
    /// Of one node, all of whose time within `length` milliseconds is in the bucket.
    pub fn of_node(bucket: &Bucket, length: u64, maintenance: Maintenance, incidents: Option<u64>) -> Self {
        let known: u64 = bucket.time.iter().chain(&bucket.maintenance).sum();
        Self {
            time: ByState::new(|state| bucket.time_in(state, maintenance == Maintenance::Include)),
            maintenance: bucket.maintenance.iter().sum(),
            not_watched: length.saturating_sub(known),
            incidents,
        }
    }

    /// Of a service, given its nodes. One without nodes was not watched for `length` milliseconds.
    pub fn of_service<'a>(nodes: impl IntoIterator<Item = &'a Self>, length: u64) -> Self {
        let sum = nodes.into_iter().cloned().reduce(|one, other| Self {
            time: ByState {
                operational: one.time.operational + other.time.operational,
                unhealthy: one.time.unhealthy + other.time.unhealthy,
                down: one.time.down + other.time.down,
                unknown: one.time.unknown + other.time.unknown,
            },
            maintenance: one.maintenance + other.maintenance,
            not_watched: one.not_watched + other.not_watched,
            incidents: one.incidents.zip(other.incidents).map(|(one, other)| one + other),
        });
        sum.unwrap_or(Self { not_watched: length, incidents: Some(0), ..Self::default() })
    }

    /// From 0 to 1. Absent when there is no time in a known state.
    pub fn availability(&self) -> Option<f64> {
        let ByState { operational, unhealthy, down, .. } = self.time;
        let known = operational + unhealthy + down;
        (known > 0).then(|| operational as f64 / known as f64)
    }

    /// The part of the time that counts in which the state was known, from 0 to 1.
    pub fn known(&self) -> f64 {
        let ByState { operational, unhealthy, down, unknown } = self.time;
        let known = operational + unhealthy + down;
        let all = known + unknown + self.not_watched;
        if all > 0 { known as f64 / all as f64 } else { 0.0 }
    }

    pub fn figures(&self) -> Figures {
        Figures {
            availability: self.availability(),
            operational: Seconds(self.time.operational),
            unhealthy: Seconds(self.time.unhealthy),
            down: Seconds(self.time.down),
            unknown: Seconds(self.time.unknown),
            maintenance: Seconds(self.maintenance),
            not_watched: Seconds(self.not_watched),
            incidents: self.incidents,
        }
    }
}

/// A tally as it is written in answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<f64>,
    pub operational: Seconds,
    pub unhealthy: Seconds,
    pub down: Seconds,
    pub unknown: Seconds,
    pub maintenance: Seconds,
    pub not_watched: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incidents: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::State;

    fn bucket(parts: &[(State, u64, bool)]) -> Bucket {
        let mut bucket = Bucket::default();
        parts.iter().for_each(|&(state, milliseconds, maintenance)| bucket.add_time(state, milliseconds, maintenance));
        bucket
    }

    const MIXED: &[(State, u64, bool)] = &[
        (State::Operational, 600, false),
        (State::Unhealthy, 100, false),
        (State::Down, 100, false),
        (State::Unknown, 50, false),
        (State::Down, 200, true),
        (State::Unknown, 10, true),
    ];

    #[track_caller]
    fn check(parts: &[(State, u64, bool)], maintenance: Maintenance, availability: Option<f64>, not_watched: u64) {
        let tally = Tally::of_node(&bucket(parts), 2000, maintenance, Some(0));
        assert_eq!((tally.availability(), tally.not_watched), (availability, not_watched));
    }

    #[test]
    fn unknown_time_counts_neither_way() {
        check(&[], Maintenance::Include, None, 2000);
        check(&[(State::Unknown, 2000, false)], Maintenance::Include, None, 0);
        check(&[(State::Operational, 1, false), (State::Unknown, 1500, false)], Maintenance::Include, Some(1.0), 499);
        check(&[(State::Unhealthy, 500, false)], Maintenance::Include, Some(0.0), 1500);
        check(&[(State::Operational, 3000, false)], Maintenance::Include, Some(1.0), 0);
    }

    #[test]
    fn maintenance_can_be_left_out_and_is_watched_all_the_same() {
        check(MIXED, Maintenance::Include, Some(0.6), 940);
        check(MIXED, Maintenance::Exclude, Some(0.75), 940);
        check(&[(State::Down, 100, true)], Maintenance::Exclude, None, 1900);
        for maintenance in [Maintenance::Include, Maintenance::Exclude] {
            assert_eq!(Tally::of_node(&bucket(MIXED), 2000, maintenance, None).maintenance, 210);
        }
    }

    #[test]
    fn every_node_of_a_service_counts() {
        let node = |operational, down, incidents| {
            let bucket = bucket(&[(State::Operational, operational, false), (State::Down, down, false)]);
            Tally::of_node(&bucket, 1000, Maintenance::Include, incidents)
        };
        let service = Tally::of_service(&[node(1000, 0, Some(0)), node(500, 300, Some(2))], 1000);
        assert_eq!((service.availability(), service.not_watched, service.incidents), (Some(1500.0 / 1800.0), 200, Some(2)));
        let uncounted = Tally::of_service(&[node(1, 0, None), node(1, 0, None)], 1000);
        assert_eq!(uncounted.incidents, None);
        let without_nodes = Tally::of_service(&[], 1000);
        assert_eq!((without_nodes.availability(), without_nodes.not_watched, without_nodes.incidents), (None, 1000, Some(0)));
    }
}
