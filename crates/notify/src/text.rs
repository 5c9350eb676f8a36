//! The words of a message. The line of the original comes first, since there are programs that read it; then what helps whoever is
//! woken by it.

use super::delivery::{Alert, Delivery};
use chrono::TimeDelta;
use model::{NotificationKind, State};
use std::fmt::Write;

/// Of more alerts than this the message begins with counts.
const FEW: usize = 5;

impl Alert {
    /// One line that says it all.
    pub fn line(&self) -> String {
        let Self { kind, name, node, state, last_state, .. } = self;
        match kind {
            NotificationKind::Opened | NotificationKind::Worsened | NotificationKind::Recovered => {
                format!("{name} state changed to {state} before it was {last_state}")
            }
            NotificationKind::Removed => format!("{name}: node {node} is no longer reported, it was {last_state}"),
            NotificationKind::Reminder => format!("{name} is still {state}"),
            NotificationKind::FlappingStarted => format!("{name} is flapping; nothing more is told of it until it keeps still"),
            NotificationKind::FlappingEnded => format!("{name} has stopped flapping and is {state}"),
            NotificationKind::Test => "This is a test of Platus".to_owned(),
        }
    }

    /// What helps besides the line: what was seen, where, since when, how often, and where to look.
    pub fn details(&self) -> Vec<String> {
        self.seen.iter().cloned().chain(self.place()).chain(self.link.clone()).collect()
    }

    /// Where, since when and how often; nothing for a trial.
    pub(super) fn place(&self) -> Option<String> {
        let since = self.since.format("%Y-%m-%d %H:%M:%S %:z");
        let lasted = duration(self.at - self.since);
        match (self.kind, self.state) {
            (NotificationKind::Test, _) => None,
            (NotificationKind::Removed, _) | (_, State::Operational) => {
                Some(format!("Node {}, in trouble from {since} for {lasted}", self.node))
            }
            (NotificationKind::FlappingStarted | NotificationKind::FlappingEnded, _) => {
                Some(format!("Node {}, in trouble since {since}", self.node))
            }
            _ => Some(format!("Node {}, in trouble since {since}, found so by {} in a row", self.node, checks(self.checks))),
        }
    }
}

impl Delivery {
    /// What it is about, for a subject or a headline.
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

    /// One line for each alert, in at most so many bytes.
    pub fn lines(&self, limit: usize) -> String {
        if let Some(text) = &self.text {
            return cut(text, limit);
        }
        let mut paragraphs = self.heading();
        paragraphs.extend(self.alerts.iter().map(Alert::line));
        fitted(paragraphs, "\n", self.footer(), limit)
    }

    /// The lines first and then what helps, in at most so many bytes; of very much only the lines.
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

    /// How many nodes went where, in words.
    pub fn counts(&self) -> String {
        let words = ["down", "unhealthy", "unknown", "operational again", "no longer reported"];
        let groups = self.tally().into_iter().zip(words).filter(|(count, _)| *count > 0);
        groups.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    }

    /// How many nodes are down, unhealthy, unknown, operational again and no longer reported.
    pub(super) fn tally(&self) -> [usize; 5] {
        let count = |wanted: fn(&Alert) -> bool| self.alerts.iter().filter(|alert| wanted(alert)).count();
        [
            count(|alert| alert.is_trouble() && alert.state == State::Down),
            count(|alert| alert.is_trouble() && alert.state == State::Unhealthy),
            count(|alert| alert.is_trouble() && matches!(alert.state, State::Unknown | State::Operational)),
            count(|alert| !alert.is_trouble() && alert.kind != NotificationKind::Removed),
            count(|alert| alert.kind == NotificationKind::Removed),
        ]
    }

    fn heading(&self) -> Vec<String> {
        if self.alerts.len() > FEW { vec![format!("{}:", self.counts())] } else { Vec::new() }
    }

    /// That it is late, when it is.
    pub(super) fn footer(&self) -> Option<String> {
        let late = self.late?;
        Some(format!("This message is {} late: it could not be delivered before.", duration(late)))
    }
}

/// As many paragraphs as fit, and how many more there are.
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

/// The beginning of a text, cut where a letter ends.
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

/// `3 s`, `4 min`, `2 h 5 min`, `3 d 4 h`.
fn duration(delta: TimeDelta) -> String {
    let seconds = delta.num_seconds().max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let pair = |large: i64, large_unit: &str, small: i64, small_unit: &str| match small {
        0 => format!("{large} {large_unit}"),
        _ => format!("{large} {large_unit} {small} {small_unit}"),
    };
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) => pair(hours, "h", minutes % 60, "min"),
        _ => pair(days, "d", hours % 24, "h"),
    }
}

#[cfg(test)]
mod tests;
