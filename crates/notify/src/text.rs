//! The text of a message. The line of the original Platus comes first, since programs read it; then details for the person on call.

use super::delivery::{Alert, Delivery};
use chrono::TimeDelta;
use model::{NotificationKind, State, duration_text};
use std::fmt::Write;

/// A message with more alerts than this begins with counts.
const FEW: usize = 5;

impl Alert {
    /// The alert in one line.
    pub fn line(&self) -> String {
        let Self { kind, name, node, state, last_state, .. } = self;
        match kind {
            NotificationKind::Opened | NotificationKind::Worsened | NotificationKind::Recovered => {
                format!("{name} state changed to {state} before it was {last_state}")
            }
            NotificationKind::Removed => format!("{name}: node {node} is no longer reported, it was {last_state}"),
            NotificationKind::Reminder => format!("{name} is still {state}"),
            NotificationKind::FlappingStarted => format!("{name} is flapping; no notifications follow until it stops"),
            NotificationKind::FlappingEnded => format!("{name} has stopped flapping and is {state}"),
            NotificationKind::Test => "This is a test of Platus".to_owned(),
        }
    }

    /// The details: what the check found, the node, the begin, the number of checks, and the link.
    pub fn details(&self) -> Vec<String> {
        self.seen.iter().cloned().chain(self.place()).chain(self.link.clone()).collect()
    }

    /// The node, the begin and the number of checks; `None` for a test.
    pub(super) fn place(&self) -> Option<String> {
        let since = self.since.format("%Y-%m-%d %H:%M:%S %:z");
        let lasted = duration(self.at - self.since);
        match (self.kind, self.state) {
            (NotificationKind::Test, _) => None,
            (NotificationKind::Removed, _) | (_, State::Operational) => {
                Some(format!("Node {}, failing from {since} for {lasted}", self.node))
            }
            (NotificationKind::FlappingStarted | NotificationKind::FlappingEnded, _) => {
                Some(format!("Node {}, failing since {since}", self.node))
            }
            _ => Some(format!("Node {}, failing since {since}, for {} in a row", self.node, checks(self.checks))),
        }
    }
}

impl Delivery {
    /// The title, for a subject or a headline.
    pub fn title(&self) -> String {
        match self.alerts.as_slice() {
            [alert] => match alert.kind {
                NotificationKind::Test => alert.line(),
                NotificationKind::FlappingStarted => format!("{} is flapping", alert.name),
                NotificationKind::Reminder => format!("{} is still {}", alert.name, alert.state),
                NotificationKind::Removed => format!("{}: node {} is no longer reported", alert.name, alert.node),
                _ if alert.state.is_operational() => format!("{} is operational again", alert.name),
                _ => format!("{} is {}", alert.name, alert.state),
            },
            _ => self.counts(),
        }
    }

    /// One line for each alert, in at most `limit` bytes.
    pub fn lines(&self, limit: usize) -> String {
        if let Some(text) = &self.text {
            return cut(text, limit);
        }
        let mut paragraphs = self.heading();
        paragraphs.extend(self.alerts.iter().map(Alert::line));
        fitted(paragraphs, "\n", self.footer(), limit)
    }

    /// The lines and then the details, in at most `limit` bytes. Only the lines if the details do not fit.
    pub fn report(&self, limit: usize) -> String {
        let lines = self.lines(limit);
        if self.text.is_some() {
            return lines;
        }
        let details = self.alerts.iter().map(|alert| match self.alerts.len() {
            1 => alert.details().join("\n"),
            _ => format!("{}:\n{}", alert.name, alert.details().join("\n")),
        });
        let details = details.collect::<Vec<_>>().join("\n\n");
        let report = format!("{lines}\n\n{details}");
        if report.len() <= limit { report } else { lines }
    }

    /// The number of nodes in each state, as a text.
    pub fn counts(&self) -> String {
        let words = ["down", "unhealthy", "unknown", "operational again", "no longer reported"];
        let groups = self.tally().into_iter().zip(words).filter(|(count, _)| *count > 0);
        groups.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    }

    /// The number of nodes that are down, unhealthy, unknown, operational again and no longer reported.
    pub(super) fn tally(&self) -> [usize; 5] {
        let count = |wanted: fn(&Alert) -> bool| self.alerts.iter().filter(|alert| wanted(alert)).count();
        [
            count(|alert| alert.is_failing() && alert.state == State::Down),
            count(|alert| alert.is_failing() && alert.state == State::Unhealthy),
            count(|alert| alert.is_failing() && matches!(alert.state, State::Unknown | State::Operational)),
            count(|alert| !alert.is_failing() && alert.kind != NotificationKind::Removed),
            count(|alert| alert.kind == NotificationKind::Removed),
        ]
    }

    fn heading(&self) -> Vec<String> {
        if self.alerts.len() > FEW { vec![format!("{}:", self.counts())] } else { Vec::new() }
    }

    /// A remark if the delivery is late.
    pub(super) fn footer(&self) -> Option<String> {
        let late = self.late?;
        Some(format!("This message is {} late: it could not be delivered before.", duration(late)))
    }
}

/// As many paragraphs as fit, and the number of the others.
pub(super) fn fitted(paragraphs: Vec<String>, between: &str, footer: Option<String>, limit: usize) -> String {
    /// Room for "and 1000000 more".
    const REMAINDER: usize = 24;
    let footer = footer.map_or_else(String::new, |footer| format!("{between}{footer}"));
    let whole = format!("{}{footer}", paragraphs.join(between));
    if whole.len() <= limit {
        return whole;
    }
    let room = limit.saturating_sub(footer.len() + REMAINDER);
    let mut text = String::new();
    let mut left = paragraphs.len();
    for paragraph in &paragraphs {
        if text.len() + between.len() + paragraph.len() > room {
            break;
        }
        text.push_str(paragraph);
        text.push_str(between);
        left -= 1;
    }
    // Writing to a string cannot fail.
    write!(text, "and {left} more{footer}").ok();
    cut(&text, limit)
}

/// The text in at most `limit` bytes, truncated at the end of a letter.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    const MARK: &str = "…";
    let end = text.floor_char_boundary(limit.saturating_sub(MARK.len()));
    format!("{}{MARK}", &text[..end])
}

fn checks(count: u32) -> String {
    if count == 1 { "1 check".to_owned() } else { format!("{count} checks") }
}

fn duration(delta: TimeDelta) -> String {
    duration_text(delta.to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests;
