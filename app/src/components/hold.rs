use crate::model::{Suppression, SuppressionKind};
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

/// That nobody is told of something now: `acknowledged by ops: on it`, `silenced by ops until 14:00`, `maintenance until 04:00`,
/// `not told: what it depends on is down`.
/// `seen` is some time of the same day, which then needs not be told.
#[component]
pub fn HoldNote(hold: Suppression, seen: DateTime<FixedOffset>) -> impl IntoView {
    view! { <span class="hold-note" data-hold=hold.kind.as_str()>{words(&hold, seen)}</span> }
}

fn words(hold: &Suppression, seen: DateTime<FixedOffset>) -> String {
    let Suppression { kind, author, comment, until } = hold;
    let word = match kind {
        SuppressionKind::Silence => "silenced",
        SuppressionKind::Maintenance => "maintenance",
        SuppressionKind::Acknowledgement => "acknowledged",
        SuppressionKind::Dependency => "not told: what it depends on is down",
    };
    let author = author.as_ref().map(|author| format!(" by {author}")).unwrap_or_default();
    let until = until.map(|until| {
        let until = until.with_timezone(seen.offset());
        let is_today = until.date_naive() == seen.date_naive();
        format!(" until {}", if is_today { until.format("%H:%M").to_string() } else { moment(until) })
    });
    let comment = if comment.is_empty() { String::new() } else { format!(": {comment}") };
    format!("{word}{author}{}{comment}", until.unwrap_or_default())
}

/// `2026-11-23 16:57`, by the clock of whoever said so.
pub fn moment(time: DateTime<FixedOffset>) -> String {
    time.format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::at;

    #[test]
    fn it_says_why_by_whom_and_how_long() {
        let hold = |kind, author: Option<&str>, comment: &str, until: Option<i64>| {
            let until = until.map(at);
            words(&Suppression { kind, author: author.map(str::to_owned), comment: comment.to_owned(), until }, at(0))
        };
        assert_eq!(hold(SuppressionKind::Acknowledgement, Some("ops"), "on it", None), "acknowledged by ops: on it");
        assert_eq!(hold(SuppressionKind::Silence, Some("ops"), "", Some(30)), "silenced by ops until 16:30");
        assert_eq!(hold(SuppressionKind::Dependency, None, "", None), "not told: what it depends on is down");
        assert_eq!(hold(SuppressionKind::Maintenance, None, "", Some(600)), "maintenance until 2026-07-31 02:00");
    }
}
