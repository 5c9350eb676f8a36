use crate::model::{Suppression, SuppressionKind};
use crate::texts::suppression as texts;
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
    let mut text = match kind {
        SuppressionKind::Silence => texts::silenced(),
        SuppressionKind::Maintenance => texts::maintenance(),
        SuppressionKind::Acknowledgement => texts::acknowledged(),
        SuppressionKind::Dependency => texts::dependency_down(),
        SuppressionKind::Pause => texts::paused(),
    }
    .to_owned();
    if let Some(author) = author {
        text = texts::by(&text, author);
    }
    if let Some(until) = until {
        let (until, seen) = both(*until, seen);
        let is_today = until.date_naive() == seen.date_naive();
        text = match is_today {
            true => texts::until_time(&text, &until.format("%H:%M").to_string()),
            false => texts::until_day(&text, &to_the_minute(until)),
        };
    }
    if !comment.is_empty() {
        text = texts::with_comment(&text, comment);
    }
    text
}

/// `2026-11-23 16:57`, in the zone of the page.
pub fn to_the_minute(time: DateTime<FixedOffset>) -> String {
    here(time).format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, in_language};
    use crate::samples::at;

    fn suppression(kind: SuppressionKind, author: Option<&str>, comment: &str, until: Option<i64>) -> String {
        let until = until.map(at);
        text(&Suppression { kind, author: author.map(str::to_owned), comment: comment.to_owned(), until }, at(0))
    }

    #[test]
    fn the_text_names_kind_author_end_and_comment() {
        assert_eq!(suppression(SuppressionKind::Acknowledgement, Some("ops"), "on it", None), "acknowledged by ops: on it");
        assert_eq!(suppression(SuppressionKind::Silence, Some("ops"), "", Some(30)), "silenced by ops until 16:30");
        assert_eq!(suppression(SuppressionKind::Dependency, None, "", None), "suppressed: dependency is down");
        assert_eq!(suppression(SuppressionKind::Maintenance, None, "", Some(600)), "maintenance until 2026-07-31 02:00");
    }

    #[test]
    fn in_french_times_and_days_differ() {
        in_language(Language::French, || {
            let silence = |until| suppression(SuppressionKind::Silence, Some("ops"), "pas grave", Some(until));
            assert_eq!(silence(30), "mis en silence par ops jusqu’à 16:30\u{a0}: pas grave");
            assert_eq!(silence(600), "mis en silence par ops jusqu’au 2026-07-31 02:00\u{a0}: pas grave");
        });
    }
}
