use crate::model::{Hold, HoldKind};
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

/// Why notifications are suppressed: `acknowledged by ops: on it`, `silenced by ops until 14:00`, `maintenance until 04:00`,
/// `suppressed: dependency is down`. The date is omitted when `seen` is on the same day.
#[component]
pub fn SuppressionNote(hold: Hold, seen: DateTime<FixedOffset>) -> impl IntoView {
    view! { <span class="suppression" data-kind=hold.kind.as_str()>{text(&hold, seen)}</span> }
}

fn text(hold: &Hold, seen: DateTime<FixedOffset>) -> String {
    let Hold { kind, author, comment, until } = hold;
    let kind = match kind {
        HoldKind::Silence => "silenced",
        HoldKind::Maintenance => "maintenance",
        HoldKind::Acknowledgement => "acknowledged",
        HoldKind::Dependency => "suppressed: dependency is down",
    };
    let author = author.as_ref().map(|author| format!(" by {author}")).unwrap_or_default();
    let until = until.map(|until| {
        let until = until.with_timezone(seen.offset());
        let is_today = until.date_naive() == seen.date_naive();
        format!(" until {}", if is_today { until.format("%H:%M").to_string() } else { to_the_minute(until) })
    });
    let comment = if comment.is_empty() { String::new() } else { format!(": {comment}") };
    format!("{kind}{author}{}{comment}", until.unwrap_or_default())
}

/// `2026-11-23 16:57`, in the time zone of `time`.
pub fn to_the_minute(time: DateTime<FixedOffset>) -> String {
    time.format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::at;

    #[test]
    fn the_text_names_kind_author_end_and_comment() {
        let hold = |kind, author: Option<&str>, comment: &str, until: Option<i64>| {
            let until = until.map(at);
            text(&Hold { kind, author: author.map(str::to_owned), comment: comment.to_owned(), until }, at(0))
        };
        assert_eq!(hold(HoldKind::Acknowledgement, Some("ops"), "on it", None), "acknowledged by ops: on it");
        assert_eq!(hold(HoldKind::Silence, Some("ops"), "", Some(30)), "silenced by ops until 16:30");
        assert_eq!(hold(HoldKind::Dependency, None, "", None), "suppressed: dependency is down");
        assert_eq!(hold(HoldKind::Maintenance, None, "", Some(600)), "maintenance until 2026-07-31 02:00");
    }
}
