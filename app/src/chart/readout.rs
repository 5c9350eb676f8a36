//! The numbers of a point as text.

use super::{Chart, state_of};
use crate::format;
use crate::model::{HistoryPoint, State};
use crate::texts::dates::written;
use crate::texts::{chart as texts, states};
use chrono::{Datelike, NaiveTime};
use std::fmt::Write;

/// What the cursor shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readout {
    /// `09:40–09:45`.
    pub time: String,
    /// Names and values; empty if nothing was measured.
    pub elapsed: Vec<(&'static str, String)>,
    pub state: Option<State>,
    /// `10 of 10 checks`.
    pub checks: String,
}

impl Readout {
    /// `None` when there is no such point.
    pub fn of(chart: &Chart, place: usize) -> Option<Self> {
        let point = chart.history.points.get(place)?;
        let elapsed = point.elapsed.map_or_else(Vec::new, |elapsed| {
            let values = [("p50", elapsed.p50), ("p95", elapsed.p95), ("p99", elapsed.p99), (texts::longest(), elapsed.maximum)];
            values.map(|(name, value)| (name, format::elapsed(value.into()))).into()
        });
        let state = state_of(point);
        Some(Self { time: chart.period(point.at, point.at + chart.history.step), elapsed, state, checks: checks(point, state) })
    }

    /// All of it as one sentence, for screen readers.
    pub fn spoken(&self) -> String {
        let mut text = match self.state {
            Some(state) => texts::spoken_state(&self.time, states::state(state), &self.checks),
            None => self.time.clone(),
        };
        // Writing to a string cannot fail.
        for (name, value) in &self.elapsed {
            write!(text, ", {name} {value}").ok();
        }
        text
    }
}

impl Chart {
    /// The whole range: `24 Nov 09:55 – 25 Nov 09:55`, with the years when there are two.
    pub fn range(&self, ends_now: bool) -> String {
        let year = |at| self.time(at).map(|time| time.year());
        let form = if year(self.history.from) == year(self.history.to) { "%-d %b %H:%M" } else { "%-d %b %Y %H:%M" };
        let text = |at| self.time(at).map(|time| written(time, form)).unwrap_or_default();
        let end = if ends_now { texts::now().to_owned() } else { text(self.history.to) };
        format!("{} – {end}", text(self.history.from))
    }

    /// `09:40–09:45`, in ranges of more than a day `Wed 25 Nov 09:40–09:45`, and for whole days of the zone `Wed 25 Nov 2026`.
    pub fn period(&self, from: i64, to: i64) -> String {
        const DAY: i64 = 86_400_000;
        let (Some(begin), Some(end)) = (self.time(from), self.time(to)) else { return String::new() };
        let [starts_day, ends_day] = [begin, end].map(|time| time.time() == NaiveTime::MIN);
        if starts_day && ends_day && begin.date_naive().succ_opt() == Some(end.date_naive()) {
            return written(begin, "%a %-d %b %Y");
        }
        let has_many_days = self.history.to - self.history.from > DAY;
        let day = if has_many_days { written(begin, "%a %-d %b ") } else { String::new() };
        let end = written(end, if to - from >= DAY { "%a %-d %b %H:%M" } else { "%H:%M" });
        format!("{day}{}–{end}", begin.format("%H:%M"))
    }
}

fn checks(point: &HistoryPoint, state: Option<State>) -> String {
    let all: u32 = point.checks.iter().fold(0, |sum, count| sum.saturating_add(*count));
    let place = state.and_then(|state| super::STATES.into_iter().position(|other| other == state));
    let of_state = place.map_or(0, |place| point.checks[place]);
    texts::checks_of_state(of_state, all)
}

/// The points as rows of an HTML table, the latest first.
pub fn table_rows(chart: &Chart) -> String {
    let mut rows = String::new();
    for (place, point) in chart.history.points.iter().enumerate().rev() {
        let Some(readout) = Readout::of(chart, place) else { continue };
        let state = readout.state.map_or("–", states::state);
        write!(rows, "<tr><th scope=\"row\">{}</th><td>{state}</td>", readout.time).ok();
        let [operational, unhealthy, down, unknown] = point.checks;
        write!(rows, "<td>{operational}</td><td>{unhealthy}</td><td>{down}</td><td>{unknown}</td>").ok();
        if readout.elapsed.is_empty() {
            rows.push_str("<td>–</td><td>–</td><td>–</td><td>–</td>");
        }
        for (_, value) in &readout.elapsed {
            write!(rows, "<td>{value}</td>").ok();
        }
        rows.push_str("</tr>");
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::samples::{HOUR, MIDNIGHT, chart, point};
    use super::*;
    use crate::language::{Language, in_language};

    #[test]
    fn a_point_is_spoken_with_all_its_numbers() {
        let mut failing = point(3, 200);
        failing.checks = [1, 0, 9, 0];
        failing.time = [6_000, 0, 54_000, 0];
        let readout = Readout::of(&chart(vec![failing]), 0).unwrap();
        assert_eq!(readout.spoken(), "00:03–00:04: down, 9 of 10 checks, p50 200 ms, p95 300 ms, p99 400 ms, longest 400 ms");
        assert_eq!(Readout::of(&chart(Vec::new()), 0), None);
    }

    #[test]
    fn the_day_is_named_when_there_are_several() {
        let mut chart = chart(Vec::new());
        assert_eq!(chart.period(MIDNIGHT, MIDNIGHT + HOUR), "00:00–01:00");
        chart.history.to = MIDNIGHT + 50 * HOUR;
        assert_eq!(chart.period(MIDNIGHT, MIDNIGHT + HOUR), "Wed 25 Nov 00:00–01:00");
        assert_eq!(chart.period(MIDNIGHT, MIDNIGHT + 24 * HOUR), "Wed 25 Nov 2026");
        assert_eq!(chart.range(true), "25 Nov 00:00 – now");
        assert_eq!(chart.range(false), "25 Nov 00:00 – 27 Nov 02:00");
        chart.history.from = MIDNIGHT - 365 * 24 * HOUR;
        assert_eq!(chart.range(true), "25 Nov 2025 00:00 – now");
        assert_eq!(chart.range(false), "25 Nov 2025 00:00 – 27 Nov 2026 02:00");
        assert_eq!(chart.period(MIDNIGHT, MIDNIGHT + 48 * HOUR), "Wed 25 Nov 00:00–Fri 27 Nov 00:00");
        // A day of another zone.
        assert_eq!(chart.period(MIDNIGHT + HOUR, MIDNIGHT + 25 * HOUR), "Wed 25 Nov 01:00–Thu 26 Nov 01:00");
    }

    #[test]
    fn the_numbers_and_the_range_are_in_the_language_of_the_page() {
        let mut chart = chart(vec![HistoryPoint { checks: [0, 0, 1, 0], time: [0, 0, 60_000, 0], ..point(3, 1_200) }]);
        chart.history.to = MIDNIGHT + 50 * HOUR;
        in_language(Language::French, || {
            assert_eq!(
                Readout::of(&chart, 0).unwrap().spoken(),
                "mer. 25 nov. 00:03–00:04\u{a0}: en panne, 1 sur 1 vérification, p50 1,2 s, p95 1,8 s, p99 2,4 s, maximum 2,4 s"
            );
            assert_eq!(chart.range(true), "25 nov. 00:00 – maintenant");
            assert!(table_rows(&chart).contains("<td>en panne</td>"));
        });
    }

    #[test]
    fn the_table_has_the_same_numbers_and_begins_with_the_latest() {
        let nothing = HistoryPoint { elapsed: None, checks: [0, 0, 0, 2], time: [0, 0, 0, 60_000], ..point(1, 0) };
        assert_eq!(
            table_rows(&chart(vec![point(0, 100), nothing])),
            "<tr><th scope=\"row\">00:01–00:02</th><td>unknown</td><td>0</td><td>0</td><td>0</td><td>2</td><td>–</td><td>–</td><td>–</td><td>–</td></tr>\
             <tr><th scope=\"row\">00:00–00:01</th><td>operational</td><td>2</td><td>0</td><td>0</td><td>0</td>\
             <td>100 ms</td><td>150 ms</td><td>200 ms</td><td>200 ms</td></tr>"
        );
    }
}
