use crate::model::{Suppression, SuppressionKind};
use crate::times::{both, here};
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

/// Why notifications are suppressed: `acknowledged by ops: on it`, `silenced by ops until 14:00`, `maintenance until 04:00`,
/// `suppressed: dependency is down`. The date is omitted when `seen` is on the same day.
#[component]
pub fn SuppressionNote(suppression: Suppression, seen: DateTime<FixedOffset>) -> impl IntoView {
    view! { <span class="suppression" data-kind=suppression.kind.as_str()>{text(&suppression, seen)}</span> }
}

fn text(suppression: &Suppression, seen: DateTime<FixedOffset>) -> String {
    let Suppression { kind, author, comment, until } = suppression;
    let kind = match kind {
        SuppressionKind::Silence => "silenced",
        SuppressionKind::Maintenance => "maintenance",
        SuppressionKind::Acknowledgement => "acknowledged",
        SuppressionKind::Dependency => "suppressed: dependency is down",
        SuppressionKind::Pause => "paused",
    };
    let author = author.as_ref().map(|author| format!(" by {author}")).unwrap_or_default();
    let until = until.map(|until| {
        let (until, seen) = both(until, seen);
        let is_today = until.date_naive() == seen.date_naive();
        format!(" until {}", if is_today { until.format("%H:%M").to_string() } else { to_the_minute(until) })
    });
    let comment = if comment.is_empty() { String::new() } else { format!(": {comment}") };
    format!("{kind}{author}{}{comment}", until.unwrap_or_default())
}

/// `2026-11-23 16:57`, in the zone of the page.
pub fn to_the_minute(time: DateTime<FixedOffset>) -> String {
    here(time).format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::at;

    #[test]
    fn the_text_names_kind_author_end_and_comment() {
        let suppression = |kind, author: Option<&str>, comment: &str, until: Option<i64>| {
            let until = until.map(at);
            text(&Suppression { kind, author: author.map(str::to_owned), comment: comment.to_owned(), until }, at(0))
        };
        assert_eq!(suppression(SuppressionKind::Acknowledgement, Some("ops"), "on it", None), "acknowledged by ops: on it");
        assert_eq!(suppression(SuppressionKind::Silence, Some("ops"), "", Some(30)), "silenced by ops until 16:30");
        assert_eq!(suppression(SuppressionKind::Dependency, None, "", None), "suppressed: dependency is down");
        assert_eq!(suppression(SuppressionKind::Maintenance, None, "", Some(600)), "maintenance until 2026-07-31 02:00");
    }
}
