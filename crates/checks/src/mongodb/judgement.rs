//! Derives the rows of the members from the state of the set. Pure.

#[cfg(test)]
mod tests;

use super::replica_set::{Member, MemberState, ReplicaSet};
use crate::{Expectation, Metric, Observation};
use model::State;
use net::excerpt::shortened;
use net::mongodb::host_of;

/// One observation per member. `max_lag` is in seconds.
pub(super) fn judge(set: &ReplicaSet, max_lag: Option<f64>) -> Vec<Observation> {
    set.members.iter().map(|member| Judgement::of(member, set, max_lag).observation(node(member, set))).collect()
}

/// The host, if it is unique among the members, else `host:port`.
fn node<'a>(member: &'a Member, set: &ReplicaSet) -> &'a str {
    let host = host_of(&member.name);
    let shared = set.members.iter().filter(|other| host_of(&other.name) == host).count() > 1;
    if shared { &member.name } else { host }
}

struct Judgement<'a> {
    member: &'a Member,
    /// In seconds, without the configured delay. Absent if there is nothing to compare.
    lag: Option<f64>,
    max_lag: Option<f64>,
    primary: Option<&'a Member>,
}

impl<'a> Judgement<'a> {
    fn of(member: &'a Member, set: &'a ReplicaSet, max_lag: Option<f64>) -> Self {
        let primary = set.primary();
        let is_copy = member.reachable && matches!(member.state, MemberState::Secondary | MemberState::Recovering);
        let newest = primary.filter(|_| is_copy).and_then(|primary| primary.applied);
        let lag = member.applied.zip(newest).map(|(own, newest)| (own.behind(newest) - member.delay).max(0.0));
        Self { member, lag, max_lag, primary }
    }

    fn observation(&self, node: &str) -> Observation {
        Observation {
            expectations: self.expectations(),
            metrics: self.lag.map(|value| Metric::new("lag", value, "s")).into_iter().collect(),
            ..Observation::new(node, self.state()).with_message(self.message())
        }
    }

    fn state(&self) -> State {
        if self.is_down() {
            State::Down
        } else if self.is_working() && self.primary.is_some() && self.exceeded_lag().is_none() {
            State::Operational
        } else {
            State::Unhealthy
        }
    }

    fn message(&self) -> String {
        let Member { word, hidden, delay, .. } = self.member;
        let mut text = word.clone();
        let kind: Vec<_> = [hidden.then(|| "hidden".to_owned()), (*delay > 0.0).then(|| format!("delayed by {}", seconds(*delay)))]
            .into_iter()
            .flatten()
            .collect();
        if !kind.is_empty() {
            text += &format!(" ({})", kind.join(", "));
        }
        if let Some(lag) = self.lag {
            let reference = if *delay > 0.0 { "what it should have" } else { "the primary" };
            text += &format!(", {} behind {reference}", seconds(lag));
        }
        if let Some(max_lag) = self.exceeded_lag() {
            text += &format!(", more than {}", seconds(max_lag));
        }
        if !self.is_down() && self.primary.is_none() {
            text += ", the set has no primary";
        }
        if let Some(message) = &self.member.message {
            text += &format!(": {}", shortened(message));
        }
        text
    }

    fn expectations(&self) -> Vec<Expectation> {
        let reachable = Expectation::new("an answer to heartbeats", if self.is_down() { "none" } else { "one" }, !self.is_down());
        let state = Expectation::new("PRIMARY, SECONDARY or ARBITER", &self.member.word, self.is_working());
        let primary = self.primary.map_or("none", |primary| &primary.name);
        let primary = Expectation::new("a primary in the set", primary, self.primary.is_some());
        let lag = self.max_lag.zip(self.lag).map(|(max_lag, lag)| {
            let expected = format!("at most {} behind the primary", seconds(max_lag));
            Expectation::new(expected, seconds(lag), self.exceeded_lag().is_none())
        });
        [reachable, state, primary].into_iter().chain(lag).collect()
    }

    fn is_down(&self) -> bool {
        !self.member.reachable || self.member.state == MemberState::Down
    }

    fn is_working(&self) -> bool {
        matches!(self.member.state, MemberState::Primary | MemberState::Secondary | MemberState::Arbiter)
    }

    /// The limit, if it is exceeded.
    fn exceeded_lag(&self) -> Option<f64> {
        self.max_lag.filter(|max_lag| self.lag.is_some_and(|lag| lag > *max_lag))
    }
}

/// With one decimal below 10 seconds.
fn seconds(seconds: f64) -> String {
    let rounded = if seconds < 10.0 { (seconds * 10.0).round() / 10.0 } else { seconds.round() };
    format!("{rounded} s")
}
