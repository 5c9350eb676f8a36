//! Below the curves, on the same axis: the states as a ribbon, and the incidents.

use super::{Chart, state_of};
use crate::format;
use crate::model::{IncidentView, State};
use crate::texts::{chart as texts, states};

/// The points of one state, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub state: State,
    pub from: f64,
    pub to: f64,
}

/// The states of the points; neighbours of the same state are one stretch. Times without checks have none.
pub(super) fn ribbon(chart: &Chart) -> Vec<Stretch> {
    let mut stretches: Vec<(State, i64, i64)> = Vec::new();
    let tolerated = chart.reach() - chart.history.step;
    for point in &chart.history.points {
        let Some(state) = state_of(point) else { continue };
        let (from, to) = (point.at.max(chart.history.from), (point.at + chart.history.step).min(chart.history.to));
        let mut from = from;
        if let Some((before, _, end)) = stretches.last_mut().filter(|(_, _, end)| from - *end <= tolerated) {
            if *before == state {
                *end = to;
                continue;
            }
            from = *end;
        }
        stretches.push((state, from, to));
    }
    stretches.into_iter().map(|(state, from, to)| Stretch { state, from: chart.x(from), to: chart.x(to) }).collect()
}

/// An incident on the axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Incident {
    pub id: u64,
    pub worst: State,
    /// From 0 to 1.
    pub from: f64,
    pub to: f64,
    /// `down, 6 min`.
    pub text: String,
    pub place: LabelPlace,
}

/// Where the text of an incident has room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LabelPlace {
    Right,
    Left,
    /// Another text is there.
    Nowhere,
}

/// The most incidents that are drawn; the list below the chart has more.
const MOST: usize = 60;

/// The width of a text as a part of the width: most are about as long, and a narrow chart shows only the number.
const TEXT: f64 = 0.16;

/// The incidents from left to right.
pub(super) fn incidents(chart: &Chart) -> Vec<Incident> {
    let mut incidents: Vec<&IncidentView> = chart.history.incidents.iter().take(MOST).collect();
    incidents.sort_by_key(|incident| incident.since);
    let end_of = |incident: &IncidentView| incident.ended.map_or(chart.history.to, |ended| ended.timestamp_millis());
    let starts: Vec<f64> = incidents.iter().map(|incident| chart.x(incident.since.timestamp_millis())).collect();
    // Until where the lane is taken.
    let mut taken: f64 = 0.0;
    let mut drawn = Vec::new();
    for (number, incident) in incidents.iter().enumerate() {
        let from = starts[number].clamp(0.0, 1.0);
        let to = chart.x(end_of(incident)).clamp(from, 1.0);
        let next = starts.get(number + 1).copied().unwrap_or(f64::INFINITY);
        let place = if to + TEXT <= next.min(1.0) {
            LabelPlace::Right
        } else if from - TEXT >= taken {
            LabelPlace::Left
        } else {
            LabelPlace::Nowhere
        };
        taken = taken.max(if place == LabelPlace::Right { to + TEXT } else { to });
        let lasted = format::age(end_of(incident).saturating_sub(incident.since.timestamp_millis()));
        let state = states::state(incident.worst);
        let text = if incident.ended.is_some() { texts::lasted(state, &lasted) } else { texts::lasted_so_far(state, &lasted) };
        drawn.push(Incident { id: incident.id, worst: incident.worst, from, to, text, place });
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::super::samples::{MIDNIGHT, MINUTE, berlin, chart, point};
    use super::*;
    use crate::model::{HistoryPoint, ServiceId};

    fn of_state(minute: i64, place: usize) -> HistoryPoint {
        let mut point = HistoryPoint { time: [0; 4], ..point(minute, 9) };
        point.time[place] = 60_000;
        point
    }

    #[test]
    fn neighbours_of_one_state_are_one_stretch() {
        let points = [(0, 0), (1, 0), (2, 2), (3, 0), (7, 3), (8, 3)].map(|(minute, place)| of_state(minute, place));
        let ribbon: Vec<_> = ribbon(&chart(points.into()))
            .into_iter()
            .map(|stretch| format!("{} {:.1}–{:.1}", stretch.state, stretch.from * 10.0, stretch.to * 10.0))
            .collect();
        assert_eq!(ribbon, ["operational 0.0–2.0", "down 2.0–3.0", "operational 3.0–4.0", "unknown 7.0–9.0"]);
    }

    #[test]
    fn a_state_that_was_barely_there_does_not_colour_its_point() {
        let mixed = |time| state_of(&HistoryPoint { time, ..point(0, 9) });
        assert_eq!(mixed([59_500, 0, 500, 0]), Some(State::Operational));
        assert_eq!(mixed([50_000, 8_000, 2_000, 0]), Some(State::Down));
        assert_eq!(mixed([0; 4]), Some(State::Operational), "the checks say it before there is any time");
        assert_eq!(state_of(&HistoryPoint { time: [0; 4], checks: [0; 4], ..point(0, 9) }), None);
    }

    fn incident(id: u64, from: i64, to: Option<i64>) -> IncidentView {
        let time = |minute: i64| berlin().instant(MIDNIGHT + minute * MINUTE).unwrap();
        IncidentView {
            id,
            service: ServiceId::new("shop"),
            group: "App".to_owned(),
            name: "shop".to_owned(),
            node: "shop.lan".to_owned(),
            since: time(from),
            opened: time(from),
            ended: to.map(time),
            worst: State::Down,
            message: None,
            acknowledged_by: None,
        }
    }

    #[test]
    fn the_text_of_an_incident_is_where_there_is_room() {
        let mut chart = chart(Vec::new());
        chart.history.incidents =
            vec![incident(4, 9, None), incident(3, 5, Some(5)), incident(2, 2, Some(3)), incident(1, -60, Some(1))];
        let all: Vec<_> = incidents(&chart).into_iter().map(|incident| (incident.id, incident.text, incident.place)).collect();
        assert_eq!(
            all,
            [
                (1, "down, 1 h".to_owned(), LabelPlace::Nowhere),
                (2, "down, 1 min".to_owned(), LabelPlace::Right),
                (3, "down, 0 s".to_owned(), LabelPlace::Right),
                (4, "down, 1 min so far".to_owned(), LabelPlace::Left),
            ]
        );
    }
}
