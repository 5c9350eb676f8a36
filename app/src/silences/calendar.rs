//! The next seven days: a lane for each silence and each maintenance window.

use crate::model::{ServiceId, SilencesView, SuppressionKind};
use chrono::{DateTime, Days, FixedOffset, NaiveTime, TimeDelta};

/// The days of the calendar, today included.
pub const DAYS: u64 = 7;

/// The width of the calendar.
pub const WIDTH: u32 = 7_000;

/// The least width of a span, so that a minute stays visible.
const LEAST: u32 = 40;

/// Lanes of the calendar. With more, the list below is the better view.
const MOST: usize = 12;

/// Services that a lane names.
const NAMED: usize = 3;

/// The next seven days.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// The first instant of each day.
    pub days: Vec<DateTime<FixedOffset>>,
    /// The place of the present instant.
    pub now: u32,
    pub lanes: Vec<Lane>,
    /// Lanes that have no room.
    pub more: usize,
}

/// The times of one silence or window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    pub label: String,
    /// A silence, maintenance or a pause.
    pub kind: SuppressionKind,
    /// In order. They may overlap.
    pub spans: Vec<Span>,
}

/// A time within the calendar, in units of its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub x: u32,
    pub width: u32,
}

impl Calendar {
    /// Acknowledgements are not part of it: they end with their incident. Nor is what lies outside of the seven days.
    pub fn of(view: &SilencesView) -> Self {
        let begin = view.now.date_naive().and_time(NaiveTime::MIN).and_local_timezone(*view.now.offset()).single();
        let begin = begin.unwrap_or(view.now);
        let days: Vec<_> = (0..DAYS).filter_map(|day| begin.checked_add_days(Days::new(day))).collect();
        let entered = view.ordered.iter().filter(|silence| silence.kind != SuppressionKind::Acknowledgement).map(|silence| {
            let end = silence.until.unwrap_or(DateTime::<FixedOffset>::MAX_UTC.fixed_offset());
            Lane {
                label: silence.services.as_ref().map_or_else(|| "all services".to_owned(), |services| named(view, services)),
                kind: silence.kind,
                spans: span(begin, silence.from, end).into_iter().collect(),
            }
        });
        let configured = view.configured.iter().map(|window| Lane {
            label: window.scope.clone(),
            kind: SuppressionKind::Maintenance,
            spans: window.occurrences.iter().filter_map(|occurrence| span(begin, occurrence.from, occurrence.until)).collect(),
        });
        let mut lanes: Vec<_> = entered.chain(configured).filter(|lane| !lane.spans.is_empty()).collect();
        let more = lanes.len().saturating_sub(MOST);
        lanes.truncate(MOST);
        Self { days, now: place(begin, view.now), lanes, more }
    }
}

fn named(view: &SilencesView, services: &[ServiceId]) -> String {
    let mut names: Vec<_> = services.iter().take(NAMED).map(|service| view.name(service).to_owned()).collect();
    let more = services.len().saturating_sub(NAMED);
    names.extend((more > 0).then(|| format!("{more} more")));
    names.join(", ")
}

fn place(begin: DateTime<FixedOffset>, instant: DateTime<FixedOffset>) -> u32 {
    let length = TimeDelta::days(7).num_seconds();
    let since = instant.signed_duration_since(begin).num_seconds().clamp(0, length);
    u32::try_from(since * i64::from(WIDTH) / length).unwrap_or_default()
}

fn span(begin: DateTime<FixedOffset>, from: DateTime<FixedOffset>, until: DateTime<FixedOffset>) -> Option<Span> {
    if until <= begin || from >= begin + TimeDelta::days(7) {
        return None;
    }
    let (start, end) = (place(begin, from), place(begin, until));
    let width = end.saturating_sub(start).max(LEAST);
    Some(Span { x: start.min(WIDTH - width.min(WIDTH)), width })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{MaintenanceWindowView, Occurrence, SilenceView};
    use crate::samples::at;

    fn silence(kind: SuppressionKind, services: Option<&[&str]>, from: i64, until: Option<i64>) -> SilenceView {
        SilenceView {
            id: 1,
            kind,
            incident: None,
            services: services.map(|ids| ids.iter().copied().map(ServiceId::new).collect()),
            may_withdraw: true,
            author: "ops".to_owned(),
            comment: String::new(),
            from: at(from * 60),
            until: until.map(|until| at(until * 60)),
        }
    }

    /// The lanes as text. It is 16:00.
    fn lanes(ordered: Vec<SilenceView>, configured: Vec<MaintenanceWindowView>) -> Vec<String> {
        let names = [(ServiceId::new("web"), "Web shop".to_owned())].into();
        let calendar = Calendar::of(&SilencesView { now: at(0), ordered, configured, names, ..SilencesView::default() });
        assert_eq!((calendar.now, calendar.days.len()), (666, 7));
        assert_eq!(calendar.days[0], at(-16 * 60));
        let text = |lane: Lane| {
            let spans: Vec<_> = lane.spans.iter().map(|span| format!("{}+{}", span.x, span.width)).collect();
            let kind = if lane.kind == SuppressionKind::Silence { String::new() } else { format!(" ({})", lane.kind) };
            format!("{}{kind} {}", lane.label, spans.join(" "))
        };
        calendar.lanes.into_iter().map(text).collect()
    }

    #[test]
    fn spans_are_within_the_seven_days() {
        use SuppressionKind::{Acknowledgement, Maintenance, Pause, Silence};
        let ordered = vec![
            silence(Silence, Some(&["shop", "web"]), -40, Some(8)),
            silence(Maintenance, None, 8, Some(32)),
            silence(Silence, Some(&["a", "b", "c", "d", "e"]), 150, Some(151)),
            silence(Silence, Some(&["endless"]), 0, None),
            silence(Pause, Some(&["paused"]), 0, None),
            silence(Acknowledgement, Some(&["shop"]), 0, None),
            silence(Silence, Some(&["later"]), 7 * 24, Some(8 * 24)),
        ];
        assert_eq!(
            lanes(ordered, Vec::new()),
            [
                "shop, Web shop 0+1000",
                "all services (maintenance) 1000+1000",
                "a, b, c, 2 more 6916+42",
                "endless 666+6334",
                "paused (pause) 666+6334",
            ]
        );
    }

    #[test]
    fn a_window_has_a_span_for_each_occurrence() {
        let occurrence = |hour: i64| Occurrence { from: at(hour * 60), until: at(hour * 60 + 1) };
        let occurrences = vec![occurrence(8), occurrence(32), occurrence(9 * 24)];
        let window = MaintenanceWindowView { scope: "db-*".to_owned(), times: Vec::new(), until: None, occurrences };
        let never = MaintenanceWindowView { scope: "never".to_owned(), times: Vec::new(), until: None, occurrences: Vec::new() };
        assert_eq!(lanes(Vec::new(), vec![window, never]), ["db-* (maintenance) 1000+40 2000+40"]);
    }

    #[test]
    fn lanes_without_room_are_counted() {
        let ordered = vec![silence(SuppressionKind::Silence, None, 0, Some(1)); 15];
        let calendar = Calendar::of(&SilencesView { now: at(0), ordered, ..SilencesView::default() });
        assert_eq!((calendar.lanes.len(), calendar.more), (MOST, 3));
    }
}
