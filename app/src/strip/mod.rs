//! The recent history of a node as it is drawn, told and walked through. Pure.

mod drawing;
mod walk;

#[cfg(test)]
mod tests;

pub use drawing::{HEIGHT, LINE_WIDTH, Shapes, WIDTH};
pub use walk::{Step, at_part, first_visible};

use crate::model::{NodeStatus, State, UptimeBar, UptimeBarsView, state_of};
use crate::phrase;
use chrono::{DateTime, FixedOffset, TimeDelta};

/// The history of one node, and everything that is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    from: DateTime<FixedOffset>,
    step: TimeDelta,
    /// Nothing where nothing is known.
    states: Vec<Option<State>>,
    elapsed: Vec<Option<u32>>,
    /// Seconds, in the order of [`State::BY_URGENCY`].
    time: [u32; 4],
    pub shapes: Shapes,
}

impl History {
    pub fn of(strip: &UptimeBar, view: &UptimeBarsView) -> Self {
        let states: Vec<_> = strip.states.chars().map(state_of).collect();
        let shapes = Shapes::of(&states, &strip.elapsed);
        let step = TimeDelta::seconds(view.step.into());
        Self { from: view.from, step, states, elapsed: strip.elapsed.clone(), time: strip.time, shapes }
    }

    /// This history, made true for the present where the row knows of worse than what history has of the last bar.
    pub fn up_to(&self, row: &NodeStatus) -> Option<Self> {
        let last = self.states.len().checked_sub(1)?;
        let is_within = row.since < self.begin(self.states.len()) && row.is_checked();
        if !is_within || self.states.get(last).copied().flatten() >= Some(row.state) {
            return None;
        }
        let mut states = self.states.clone();
        states[last] = Some(row.state);
        let shapes = Shapes::of(&states, &self.elapsed);
        Some(Self { states, shapes, elapsed: self.elapsed.clone(), ..*self })
    }

    /// How many bars there are.
    pub fn bars(&self) -> usize {
        self.states.len()
    }

    pub fn state(&self, bar: usize) -> Option<State> {
        self.states.get(bar).copied().flatten()
    }

    /// `14:30 to 15:00: down`, and how long the checks took.
    pub fn bar(&self, bar: usize) -> String {
        let (begin, end) = (time_of_day(self.begin(bar)), time_of_day(self.begin(bar + 1)));
        let state = self.state(bar).map_or("nothing known", State::as_str);
        let elapsed = self.elapsed.get(bar).copied().flatten();
        let elapsed = elapsed.map(|elapsed| format!(", {}", phrase::elapsed(elapsed.into()))).unwrap_or_default();
        format!("{begin} to {end}: {state}{elapsed}")
    }

    /// `last 24 h: operational 99.2 %, down 5 min at 14:30`.
    pub fn summary(&self) -> String {
        let length = (self.step * i32::try_from(self.bars()).unwrap_or(i32::MAX)).num_milliseconds();
        let mut parts: Vec<_> =
            self.availability().map(|part| format!("operational {}", phrase::percent(part))).into_iter().collect();
        let troubles = State::BY_URGENCY.into_iter().zip(self.time).filter(|(state, time)| !state.is_operational() && *time > 0);
        parts.extend(troubles.map(|(state, time)| {
            let when = self.latest(state).unwrap_or_default();
            format!("{state} {}{when}", phrase::age(i64::from(time) * 1_000))
        }));
        if parts.is_empty() {
            // Only a check that has just been made has a state, but no time yet.
            let seen = self.states.iter().rev().flatten().next();
            let seen = seen.map(|state| format!("{state}{}", self.latest(*state).unwrap_or_default()));
            parts.push(seen.unwrap_or_else(|| "nothing known".to_owned()));
        }
        format!("last {}: {}", phrase::age(length), parts.join(", "))
    }

    /// The part of the time in known states in which the node was operational, from 0 to 1. That it was unknown is not counted.
    fn availability(&self) -> Option<f64> {
        let [down, unhealthy, _, operational] = self.time.map(f64::from);
        let known = down + unhealthy + operational;
        (known > 0.0).then(|| operational / known)
    }

    /// When the state was seen: the beginning of the bars that have it, or of the latest when they do not stand together.
    fn latest(&self, state: State) -> Option<String> {
        let has_it = |bar: usize| self.state(bar) == Some(state);
        let last = (0..self.bars()).rev().find(|bar| has_it(*bar))?;
        let first = (0..=last).rev().take_while(|bar| has_it(*bar)).last()?;
        let word = if (0..first).any(has_it) { ", last at" } else { " at" };
        Some(format!("{word} {}", time_of_day(self.begin(first))))
    }

    /// The shortest and the longest of the averages, in words.
    pub fn elapsed_range(&self) -> Option<String> {
        let measured = || self.elapsed.iter().flatten().copied();
        let (least, most) = (measured().min()?, measured().max()?);
        let (least, most) = (phrase::elapsed(least.into()), phrase::elapsed(most.into()));
        Some(if least == most { least } else { format!("{least} to {most}") })
    }

    fn begin(&self, bar: usize) -> DateTime<FixedOffset> {
        self.from + self.step * i32::try_from(bar).unwrap_or(i32::MAX)
    }
}

fn time_of_day(time: DateTime<FixedOffset>) -> String {
    time.format("%H:%M").to_string()
}
