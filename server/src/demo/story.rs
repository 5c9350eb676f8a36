//! What happens to a service: when it fails, how, and how long its answers take. Pure, and the same for history and for the targets, so
//! that what was invented continues.

use fastrand::Rng;
use model::{Observation, State};
use std::f64::consts::TAU;
use std::time::Duration;

/// How a service fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// An HTTP status 503.
    Unavailable,
    /// An answer after more than [`LIMIT`].
    Slow,
    /// An answer that says so.
    Degraded,
    /// Another greeting.
    Busy,
    /// Nothing listens. Only for a service that never recovers while the demo runs.
    Refused,
    /// A question without an answer.
    Unanswered,
    /// No report of a job.
    Late,
}

/// The value of `max_elapsed`, in seconds.
pub(super) const LIMIT: u32 = 1;

/// The greeting of a busy server.
pub(super) const BUSY: &str = "421 too many connections, try again later";

/// Milliseconds.
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// The days of history.
pub(super) const DAYS: i64 = 14;

/// When a part of the network failed.
const STORM: i64 = -(5 * DAY + 3 * HOUR);

/// How long before the start no random outage begins any more, so that the present is what [`Story`] says.
const CALM: i64 = 4 * HOUR;

/// How a service behaves. Times are milliseconds since the start of the demo; negative before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Story {
    /// The usual duration of an answer, in milliseconds.
    usual: u32,
    /// Outages in history.
    outages: u32,
    /// How it fails then.
    fault: Fault,
    /// Fails from this time on, and does not recover.
    failing: Option<(i64, Fault)>,
    /// Fails again and again from this time on: the period, and how long of it.
    flapping: Option<(i64, i64, i64)>,
    is_in_storm: bool,
}

/// A time of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Outage {
    from: i64,
    until: i64,
    fault: Fault,
}

/// A story with the times of its outages.
#[derive(Clone, Debug)]
pub(super) struct Plot {
    story: Story,
    outages: Vec<Outage>,
}

impl Story {
    /// A service that has recovered from a number of outages.
    pub(super) const fn of(usual: u32, outages: u32, fault: Fault) -> Self {
        Self { usual, outages, fault, failing: None, flapping: None, is_in_storm: false }
    }

    pub(super) const fn failing(self, since: i64, fault: Fault) -> Self {
        Self { failing: Some((since, fault)), ..self }
    }

    pub(super) const fn flapping(self, since: i64, period: i64, bad: i64) -> Self {
        Self { flapping: Some((since, period, bad)), ..self }
    }

    pub(super) const fn in_storm(self) -> Self {
        Self { is_in_storm: true, ..self }
    }

    /// The usual duration of an answer, in milliseconds.
    pub(super) const fn usual(self) -> u32 {
        self.usual
    }

    /// Chooses the times of the outages. The same seed gives the same times.
    pub(super) fn plot(self, seed: u64) -> Plot {
        let mut chance = Rng::with_seed(seed);
        let mut outages: Vec<Outage> = (0..self.outages)
            .map(|_| {
                let from = chance.i64(-DAYS * DAY + HOUR..-CALM);
                // Most are short.
                let length = 4.0 + 40.0 * chance.f64() * chance.f64();
                Outage { from, until: from + (length * MINUTE as f64) as i64, fault: self.fault }
            })
            .collect();
        if self.is_in_storm {
            let from = STORM + chance.i64(0..2 * MINUTE);
            outages.push(Outage { from, until: from + 38 * MINUTE + chance.i64(0..5 * MINUTE), fault: self.fault });
        }
        if let Some((from, fault)) = self.failing {
            outages.push(Outage { from, until: i64::MAX, fault });
        }
        outages.sort_by_key(|outage| outage.from);
        Plot { story: self, outages }
    }
}

impl Plot {
    /// How it fails at this time; `None` if it works.
    pub(super) fn fault(&self, at: i64) -> Option<Fault> {
        let outage = self.outages.iter().find(|outage| (outage.from..outage.until).contains(&at));
        let flaps = self.story.flapping.filter(|(since, period, bad)| at >= *since && (at - since).rem_euclid(*period) < *bad);
        outage.map(|outage| outage.fault).or_else(|| flaps.map(|_| self.story.fault))
    }

    /// Whether it fails now or failed a moment ago, so that history needs every check.
    pub(super) fn is_eventful(&self, at: i64) -> bool {
        const BEFORE: i64 = 6 * MINUTE;
        self.outages.iter().any(|outage| at + BEFORE >= outage.from && at - BEFORE < outage.until)
    }

    /// How long an answer takes, when the service works: longer by day than by night. `day` is the time of the day, in milliseconds.
    pub(super) fn elapsed(&self, day: i64, chance: &mut Rng) -> Duration {
        // The sum of four even numbers is near enough to a normal one.
        let normal = (0..4).map(|_| chance.f64() - 0.5).sum::<f64>() * 1.73;
        let load = 1.0 + 0.3 * ((day as f64 / DAY as f64 - 0.375) * TAU).sin();
        Duration::from_secs_f64(f64::from(self.story.usual) / 1e3 * load * (normal * 0.22).exp())
    }
}

impl Fault {
    pub(super) const fn state(self) -> State {
        match self {
            Self::Unavailable | Self::Refused | Self::Late => State::Down,
            Self::Slow | Self::Degraded | Self::Busy => State::Unhealthy,
            Self::Unanswered => State::Unknown,
        }
    }

    /// How long the answer takes, if `usual` is how long it takes without the fault. `None` if there is no answer.
    pub(super) fn elapsed(self, usual: Duration) -> Option<Duration> {
        match self {
            Self::Unavailable | Self::Degraded | Self::Busy => Some(usual / 2),
            Self::Slow => Some(Duration::from_secs(LIMIT.into()) + usual),
            Self::Refused | Self::Unanswered | Self::Late => None,
        }
    }

    /// What a check reports on this node, in the words of the check types.
    pub(super) fn observation(self, node: &str, usual: Duration) -> Observation {
        let elapsed = self.elapsed(usual);
        let message = match self {
            Self::Unavailable => "HTTP 503 Service Unavailable".to_owned(),
            Self::Slow => {
                let took = elapsed.unwrap_or_default().as_secs_f64();
                format!("expected an answer within {LIMIT} s, got one after {took:.3} s")
            }
            Self::Degraded => r#"expected status = "healthy", got "degraded""#.to_owned(),
            Self::Busy => format!("expected another greeting, got \"{BUSY}\""),
            Self::Refused => "connection refused".to_owned(),
            Self::Unanswered => "no answer within 5 s".to_owned(),
            Self::Late => "no heartbeat for 3 min; one was due every 1 min".to_owned(),
        };
        Observation { elapsed, ..Observation::new(node, self.state()).with_message(message) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_tells_the_same_story() {
        let story = Story::of(80, 5, Fault::Slow).in_storm();
        assert_eq!(story.plot(7).outages, story.plot(7).outages);
        assert_ne!(story.plot(7).outages, story.plot(8).outages);
        assert_eq!(story.plot(7).outages.len(), 6);
    }

    #[test]
    fn outages_are_over_well_before_the_start() {
        for seed in 0..50 {
            let plot = Story::of(80, 5, Fault::Slow).plot(seed);
            assert!(plot.outages.iter().all(|outage| outage.from >= -DAYS * DAY && outage.until < -3 * HOUR), "{plot:?}");
            assert_eq!([0, HOUR].map(|at| plot.fault(at)), [None, None]);
        }
    }

    #[test]
    fn a_failure_stays_and_a_flapping_service_comes_and_goes() {
        let plot = Story::of(80, 0, Fault::Slow).failing(-60, Fault::Refused).plot(1);
        assert_eq!(
            [-61, -60, 0, DAY].map(|at| plot.fault(at)),
            [None, Some(Fault::Refused), Some(Fault::Refused), Some(Fault::Refused)]
        );
        let plot = Story::of(80, 0, Fault::Busy).flapping(-100, 40, 10).plot(1);
        assert_eq!(
            [-101, -100, -91, -90, -60, 20, 30].map(|at| plot.fault(at).is_some()),
            [false, true, true, false, true, true, false]
        );
    }

    #[test]
    fn answers_take_longer_by_day_than_by_night() {
        let plot = Story::of(100, 0, Fault::Slow).plot(1);
        let mean = |hour: i64| {
            let mut chance = Rng::with_seed(3);
            (0..500).map(|_| plot.elapsed(hour * HOUR, &mut chance).as_secs_f64()).sum::<f64>() / 500.0
        };
        assert!(mean(15) > mean(3) * 1.4, "{} and {}", mean(15), mean(3));
        assert!((0.05..0.2).contains(&mean(9)));
    }
}
