//! The next seven days: a lane for each silence and each maintenance window.

use crate::model::{Occurrence, ServiceId, SilencesView, SuppressionKind};
use crate::texts::silences as texts;
use crate::times::Zone;
use chrono::{DateTime, Days, FixedOffset};

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
    /// The days are those of `zone`.
    pub fn of(view: &SilencesView, zone: &Zone) -> Self {
        let today = zone.at(view.now).date_naive();
        let dates = (0..=DAYS).filter_map(|days| today.checked_add_days(Days::new(days)));
        let mut days: Vec<_> = dates.filter_map(|date| zone.begin_of(date)).collect();
        let edges = Edges(days.clone());
        days.truncate(days.len().saturating_sub(1));
        let entered = view.entered.iter().filter(|silence| silence.kind != SuppressionKind::Acknowledgement).map(|silence| {
            let end = silence.until.unwrap_or(DateTime::<FixedOffset>::MAX_UTC.fixed_offset());
            Lane {
                label: silence.services.as_ref().map_or_else(|| texts::all_services().to_owned(), |services| named(view, services)),
                kind: silence.kind,
                spans: match &silence.recurrence {
                    Some(recurrence) => edges.spans(&recurrence.occurrences),
                    None => edges.span(silence.from, end).into_iter().collect(),
                },
            }
        });
        let configured = view.configured.iter().map(|window| Lane {
            label: texts::window_scope(&window.scope),
            kind: SuppressionKind::Maintenance,
            spans: edges.spans(&window.occurrences),
        });
        let mut lanes: Vec<_> = entered.chain(configured).filter(|lane| !lane.spans.is_empty()).collect();
        let more = lanes.len().saturating_sub(MOST);
        lanes.truncate(MOST);
        Self { days, now: edges.place(view.now), lanes, more }
    }
}

fn named(view: &SilencesView, services: &[ServiceId]) -> String {
    let mut names: Vec<_> = services.iter().take(NAMED).map(|service| view.name(service).to_owned()).collect();
    let more = services.len().saturating_sub(NAMED);
    names.extend((more > 0).then(|| texts::more(more)));
    names.join(", ")
}

/// The begins of the days, and the end of the last one. Each day has the same width, also one of 23 or 25 hours.
struct Edges(Vec<DateTime<FixedOffset>>);

impl Edges {
    fn place(&self, instant: DateTime<FixedOffset>) -> u32 {
        let width = u64::from(WIDTH) / DAYS;
        let before = self.0.partition_point(|edge| *edge <= instant);
        let Some(day) = before.checked_sub(1) else { return 0 };
        let within = match (self.0.get(day), self.0.get(before)) {
            (Some(begin), Some(end)) => {
                let [passed, length] = [instant, *end].map(|time| time.signed_duration_since(begin).num_seconds().unsigned_abs());
                passed * width / length.max(1)
            }
            _ => 0,
        };
        u32::try_from(u64::try_from(day).unwrap_or(u64::MAX).saturating_mul(width).saturating_add(within)).unwrap_or(WIDTH)
    }

    fn spans(&self, occurrences: &[Occurrence]) -> Vec<Span> {
        occurrences.iter().filter_map(|occurrence| self.span(occurrence.from, occurrence.until)).collect()
    }

    fn span(&self, from: DateTime<FixedOffset>, until: DateTime<FixedOffset>) -> Option<Span> {
        let (first, last) = (self.0.first()?, self.0.last()?);
        if until <= *first || from >= *last {
            return None;
        }
        let (start, end) = (self.place(from), self.place(until));
        let width = end.saturating_sub(start).max(LEAST);
        Some(Span { x: start.min(WIDTH - width.min(WIDTH)), width })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{MaintenanceWindowView, Recurrence, RecurrenceView, SilenceView, WindowScope};
    use crate::samples::at;
    use chrono::NaiveTime;

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
            recurrence: None,
        }
    }

    /// The lanes as text. It is 16:00.
    fn lanes(entered: Vec<SilenceView>, configured: Vec<MaintenanceWindowView>) -> Vec<String> {
        let names = [(ServiceId::new("web"), "Web shop".to_owned())].into();
        let view = SilencesView { now: at(0), entered, configured, names, ..SilencesView::default() };
        let calendar = Calendar::of(&view, &Zone::default().or_of(at(0)));
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
        let entered = vec![
            silence(Silence, Some(&["shop", "web"]), -40, Some(8)),
            silence(Maintenance, None, 8, Some(32)),
            silence(Silence, Some(&["a", "b", "c", "d", "e"]), 150, Some(151)),
            silence(Silence, Some(&["endless"]), 0, None),
            silence(Pause, Some(&["paused"]), 0, None),
            silence(Acknowledgement, Some(&["shop"]), 0, None),
            silence(Silence, Some(&["later"]), 7 * 24, Some(8 * 24)),
        ];
        assert_eq!(
            lanes(entered, Vec::new()),
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
        let scope = |id: &str| WindowScope { services: Some(vec![id.to_owned()]), types: None };
        let window = MaintenanceWindowView { scope: scope("db-*"), times: Vec::new(), until: None, occurrences };
        let never = MaintenanceWindowView { scope: scope("never"), times: Vec::new(), until: None, occurrences: Vec::new() };
        assert_eq!(lanes(Vec::new(), vec![window.clone(), never]), ["db-* (maintenance) 1000+40 2000+40"]);
        let rule = Recurrence::weekly(Vec::new(), NaiveTime::MIN, NaiveTime::MIN, "UTC");
        let recurrence = RecurrenceView { rule, text: String::new(), is_zone_unknown: false, occurrences: window.occurrences };
        let entered = silence(SuppressionKind::Silence, Some(&["shop"]), 8, Some(9));
        let entered = SilenceView { recurrence: Some(recurrence), ..entered };
        assert_eq!(lanes(vec![entered], Vec::new()), ["shop 1000+40 2000+40"]);
    }

    #[test]
    fn lanes_without_room_are_counted() {
        let entered = vec![silence(SuppressionKind::Silence, None, 0, Some(1)); 15];
        let view = SilencesView { now: at(0), entered, ..SilencesView::default() };
        let calendar = Calendar::of(&view, &Zone::default().or_of(at(0)));
        assert_eq!((calendar.lanes.len(), calendar.more), (MOST, 3));
    }

    #[test]
    fn a_day_has_its_width_also_when_the_clock_changes() {
        use crate::times::samples::zone;
        use chrono_tz::Tz;
        let time = |text: &str| DateTime::parse_from_rfc3339(text).unwrap();
        for (place, now, from, until, days, expected) in [
            // The second day has 23 hours, 25 hours, 24 hours.
            (
                Tz::Europe__Berlin,
                "2026-03-28T11:00:00Z",
                "2026-03-28T23:00:00Z",
                "2026-03-29T22:00:00Z",
                [28, 29, 30],
                (500, 1_000, 1_000),
            ),
            (
                Tz::Europe__Berlin,
                "2026-10-24T10:00:00Z",
                "2026-10-24T22:00:00Z",
                "2026-10-25T23:00:00Z",
                [24, 25, 26],
                (500, 1_000, 1_000),
            ),
            (
                Tz::Asia__Kolkata,
                "2026-10-24T06:30:00Z",
                "2026-10-24T18:30:00Z",
                "2026-10-25T18:30:00Z",
                [24, 25, 26],
                (500, 1_000, 1_000),
            ),
        ] {
            let silence =
                SilenceView { from: time(from), until: Some(time(until)), ..silence(SuppressionKind::Silence, None, 0, None) };
            let view = SilencesView { now: time(now), entered: vec![silence], ..SilencesView::default() };
            let calendar = Calendar::of(&view, &zone(place));
            let span = calendar.lanes[0].spans[0];
            assert_eq!((calendar.now, span.x, span.width), expected, "{place}");
            assert_eq!(calendar.days.len(), 7);
            assert_eq!(calendar.days.iter().take(3).map(chrono::Datelike::day).collect::<Vec<_>>(), days);
        }
    }
}
