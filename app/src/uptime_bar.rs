//! The uptime bar of a node: its shapes, its texts and its navigation. Pure. It shows the last day, or of a new installation the last hour.

mod drawing;
mod keyboard;

#[cfg(test)]
mod tests;

use drawing::line;
pub use drawing::{HEIGHT, LINE_WIDTH, Shapes, WIDTH};
pub use keyboard::{Step, at_part, first_visible};

use crate::format;
use crate::model::{NodeStatus, State, UptimeBar, UptimeBarsView, state_of};
use crate::texts::states;
use crate::texts::uptime_bar as texts;
use crate::times::here;
use chrono::{DateTime, FixedOffset, TimeDelta};
use std::sync::Arc;

/// In seconds.
const HOUR: i64 = 3_600;

/// The history of one node, with everything that the uptime bar shows. Its drawing is made when it is shown: there may be thousands of nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    from: DateTime<FixedOffset>,
    step: TimeDelta,
    /// `None` for a cell without data.
    states: Vec<Option<State>>,
    elapsed: Vec<Option<u32>>,
    /// Seconds, in the order of [`State::BY_URGENCY`].
    time: [u32; 4],
}

impl History {
    pub fn of(strip: &UptimeBar, view: &UptimeBarsView) -> Self {
        let states = strip.states.chars().map(state_of).collect();
        let step = TimeDelta::seconds(view.step.into());
        Self { from: view.from, step, states, elapsed: strip.elapsed.clone(), time: strip.time }
    }

    /// The history of several nodes: the worst state and the slowest check of each cell. `None` without nodes.
    pub fn of_all(nodes: &[Arc<Self>]) -> Option<Self> {
        let (first, others) = nodes.split_first()?;
        let mut all = Self::clone(first);
        all.elapsed.resize(all.states.len(), None);
        for node in others {
            all.states.iter_mut().zip(&node.states).for_each(|(all, state)| *all = (*all).max(*state));
            all.elapsed.iter_mut().zip(&node.elapsed).for_each(|(all, elapsed)| *all = (*all).max(*elapsed));
            all.time.iter_mut().zip(node.time).for_each(|(all, time)| *all = all.saturating_add(time));
        }
        Some(all)
    }

    /// This history with the state of the row in the last cell, when that state is worse than the stored one. `None` when nothing changes.
    pub fn up_to(&self, row: &NodeStatus) -> Option<Self> {
        let last = self.states.len().checked_sub(1)?;
        let is_within = row.since < self.begin(self.states.len()) && row.is_checked();
        if !is_within || self.states.get(last).copied().flatten() >= Some(row.state) {
            return None;
        }
        let mut states = self.states.clone();
        states[last] = Some(row.state);
        Some(Self { states, elapsed: self.elapsed.clone(), ..*self })
    }

    /// The drawing of the cells.
    pub fn shapes(&self) -> Shapes {
        Shapes::of(&self.states)
    }

    /// The path of the response times; empty without data.
    pub fn line(&self) -> String {
        line(&self.elapsed)
    }

    /// The number of cells.
    pub fn cells(&self) -> usize {
        self.states.len()
    }

    pub fn state(&self, cell: usize) -> Option<State> {
        self.states.get(cell).copied().flatten()
    }

    /// `14:30 to 15:00: down, 84 ms`.
    pub fn cell(&self, cell: usize) -> String {
        let (begin, end) = (time_of_day(self.begin(cell)), time_of_day(self.begin(cell + 1)));
        let state = self.state(cell).map_or_else(texts::no_data, states::state);
        let text = texts::cell(&begin, &end, state);
        match self.elapsed.get(cell).copied().flatten() {
            Some(elapsed) => format!("{text}, {}", format::elapsed(elapsed.into())),
            None => text,
        }
    }

    /// `last 24 h: operational 99.2 %, down 5 min at 14:30`, `last hour: operational 100 %`.
    pub fn summary(&self) -> String {
        let span = self.step.num_seconds().saturating_mul(i64::try_from(self.cells()).unwrap_or(i64::MAX));
        let mut parts: Vec<_> =
            self.availability().map(|part| texts::operational_part(&format::percent(part))).into_iter().collect();
        let failures = State::BY_URGENCY.into_iter().zip(self.time).filter(|(state, time)| !state.is_operational() && *time > 0);
        parts.extend(
            failures.map(|(state, time)| {
                self.dated(state, format!("{} {}", states::state(state), format::age(i64::from(time) * 1_000)))
            }),
        );
        if parts.is_empty() {
            // After the first check there is a state, but no duration yet.
            let latest = self.states.iter().rev().flatten().next();
            let latest = latest.map(|state| self.dated(*state, states::state(*state).to_owned()));
            parts.push(latest.unwrap_or_else(|| texts::no_data().to_owned()));
        }
        let parts = parts.join(", ");
        if span == HOUR { texts::in_last_hour(&parts) } else { texts::in_last_time(&length(span), &parts) }
    }

    /// The operational part of the time with a known state, from 0 to 1.
    fn availability(&self) -> Option<f64> {
        let [down, unhealthy, _, operational] = self.time.map(f64::from);
        let known = down + unhealthy + operational;
        (known > 0.0).then(|| operational / known)
    }

    /// The text with the time when the state occurred: the beginning of the cells that have it, or of the latest such cells when there are
    /// gaps. Without such cells, the text alone.
    fn dated(&self, state: State, text: String) -> String {
        let has_it = |cell: usize| self.state(cell) == Some(state);
        let last = (0..self.cells()).rev().find(|cell| has_it(*cell));
        let first = last.and_then(|last| (0..=last).rev().take_while(|cell| has_it(*cell)).last());
        let Some(first) = first else { return text };
        let time = time_of_day(self.begin(first));
        if (0..first).any(has_it) { texts::last_at(&text, &time) } else { texts::at(&text, &time) }
    }

    /// The shortest and the longest average response time: `84 ms to 900 ms`.
    pub fn elapsed_range(&self) -> Option<String> {
        let measured = || self.elapsed.iter().flatten().copied();
        let (least, most) = (measured().min()?, measured().max()?);
        let (least, most) = (format::elapsed(least.into()), format::elapsed(most.into()));
        Some(if least == most { least } else { texts::elapsed_range(&least, &most) })
    }

    fn begin(&self, cell: usize) -> DateTime<FixedOffset> {
        self.from + self.step * i32::try_from(cell).unwrap_or(i32::MAX)
    }
}

/// The time that bars of this length show, which is given in seconds: `Last 24 h`, `Last hour`.
pub fn head(span: i64) -> String {
    if span == HOUR { texts::last_hour().to_owned() } else { texts::last_time(&length(span)) }
}

fn length(span: i64) -> String {
    format::age(span.saturating_mul(1_000))
}

fn time_of_day(time: DateTime<FixedOffset>) -> String {
    here(time).format("%H:%M").to_string()
}
