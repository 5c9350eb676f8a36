//! The answers for the pages of incidents.

use super::super::query::{BadParameter, Period, Query};
use super::super::question::{Weight, ask};
use super::super::time::read_local_time;
use super::super::watched::{Watched, visible};
use super::detail::{self, Detail};
use super::reading::{self, MOST_READ, Names};
use super::{DEFAULT_PERIOD, days};
use crate::auth::Principal;
use crate::http::Context;
use crate::http::alerts::CallerSilences;
use crate::http::errors::ApiError;
use crate::http::zones;
use chrono::{DateTime, FixedOffset, Local, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use model::{
    DeliveryView, IncidentDetailView, IncidentView, IncidentsRequest, IncidentsView, ListedIncident, NoteView, PeriodProblem,
    ServiceId,
};
use std::collections::{BTreeSet, HashSet, VecDeque};
use storage::{Incident, Note};
use system::foreign_text;
use url::form_urlencoded;

/// Resolved incidents on a page.
const SHOWN: usize = 50;

/// Open incidents of an answer.
const MOST_OPEN: usize = 1_000;

/// The part of a message that the list shows, in characters. The page of the incident shows all of it.
const MESSAGE: usize = 300;

/// Dependencies of an incident.
const MOST_DEPENDENCIES: usize = 16;

/// The incidents that the list shows to this user.
pub async fn list(context: &Context, caller: &Principal, request: IncidentsRequest) -> Result<IncidentsView, ApiError> {
    let now = Utc::now();
    let IncidentsRequest { filter, from, to, before, zone } = request;
    // Without a name, the server knows its own zone only.
    let zone = zone.and_then(|name| name.parse::<Tz>().ok()).or_else(zones::of_server);
    let begins = zone.map_or_else(|| days::begins(&now.with_timezone(&Local)), |zone| days::begins(&now.with_timezone(&zone)));
    let midnight = |date| zone.map_or_else(|| days::midnight(date, &Local), |zone| days::midnight(date, &zone));
    let at = |time| zone.map_or_else(|| days::at(time, &Local), |zone| days::at(time, &zone));
    let (period, problem) =
        period_or_default([from.as_deref(), to.as_deref()], |asked| period(context, asked, &midnight, &at, now))?;
    let [from, to] = [period.from, period.to].map(|instant| instant.with_timezone(&Local).fixed_offset());
    let (first, now) = (begins.first().copied().unwrap_or(from), now.fixed_offset());
    let watched = Watched::filtered(context, caller, filter.service.as_ref());

    let moment = TimeDelta::milliseconds(1);
    let open = reading::query(&watched, now, now + moment, MOST_OPEN);
    let within = reading::query(&watched, from, to, MOST_READ);
    // The chart shows the same days whichever are selected in it.
    let is_charted = from <= first && to >= now - moment;
    let charted = reading::query(&watched, first, now, if is_charted { 0 } else { MOST_READ });
    let question = async {
        let history = &context.history;
        tokio::try_join!(history.incidents(&open), history.incidents(&within), history.incidents(&charted))
    };
    let (open, within, charted) = ask(context, caller, &watched, Weight::Heavy, question).await?;

    let names = Names::new(context, &watched);
    let listed = |incident: &Incident| {
        let mut view = names.view(incident).filter(|view| filter.has_besides_status(view))?;
        view.message = view.message.map(|message| foreign_text::shortened(message.into(), MESSAGE));
        let channels = u32::try_from(incident.notified_channels.len()).unwrap_or(u32::MAX);
        Some(ListedIncident { incident: view, channels, depends_on: Vec::new() })
    };
    let of_chart = if is_charted { &within } else { &charted };
    let counted = of_chart.iter().filter_map(|incident| names.view(incident)).filter(|view| filter.has_besides_status(view));
    let days = days::count(&begins, counted.map(|view| (view.since, view.worst)));

    let groups: BTreeSet<&str> = visible(context, caller).map(|service| service.group.as_str()).collect();
    let groups = groups.into_iter().map(str::to_owned).collect();
    let named = visible(context, caller).find(|service| filter.service.as_ref() == Some(&service.id));
    let service_name = named.map(|service| service.name.clone());
    let visible: HashSet<&ServiceId> = visible(context, caller).map(|service| &service.id).collect();
    let open = open.iter().filter(|incident| incident.ended.is_none()).take(MOST_OPEN).filter_map(|incident| {
        let listed = listed(incident)?;
        let depends_on = dependencies(context, &listed.incident.service, &visible);
        Some(ListedIncident { depends_on, ..listed })
    });
    let open = open.collect();

    let is_truncated = within.len() > MOST_READ;
    let resolved = within.iter().take(MOST_READ).filter(|incident| incident.ended.is_some());
    let resolved: Vec<ListedIncident> = resolved.filter_map(listed).collect();
    let mean = mean(resolved.iter().map(|listed| listed.incident.lasted(now)));
    let resolved_count = u32::try_from(resolved.len()).unwrap_or(u32::MAX);
    let mut page: Vec<_> =
        resolved.into_iter().filter(|listed| before.is_none_or(|before| listed.incident.id < before)).take(SHOWN + 1).collect();
    let has_more = page.len() > SHOWN;
    page.truncate(SHOWN);
    let next = page.last().filter(|_| has_more).map(|listed| listed.incident.id);
    let now = now.with_timezone(&Local).fixed_offset();
    Ok(IncidentsView {
        problem,
        now,
        from,
        to,
        open,
        groups,
        service_name,
        resolved: page,
        next,
        resolved_count,
        mean,
        is_truncated,
        days,
    })
}

/// One incident as its page shows it to this user. Fails with [`ApiError::NotFound`] if the user sees none with this number.
pub async fn one(context: &Context, caller: &Principal, id: u64) -> Result<IncidentDetailView, ApiError> {
    let watched = Watched::all(context, caller);
    let Detail { incident, transitions, channels, deliveries, around, notes } = detail::read(context, caller, &watched, id).await?;
    let services = &context.settings.services;
    let service = services.iter().find(|(_, service)| service.id == incident.service);
    let acknowledgement = CallerSilences::of(context, caller).acknowledgement(id).filter(|_| incident.ended.is_none());
    Ok(IncidentDetailView {
        now: Utc::now().with_timezone(&Local).fixed_offset(),
        acknowledgement,
        transitions,
        channels: u32::try_from(channels.len()).unwrap_or(u32::MAX),
        channel_names: if caller.is_admin() { channels } else { Vec::new() },
        deliveries: deliveries.into_iter().map(local).collect(),
        roles: service.filter(|_| caller.is_admin()).map(|(_, service)| service.roles.clone()),
        related: related(&incident, around),
        notes: notes.into_iter().map(note).collect(),
        incident,
    })
}

/// A delivery in the time zone of the server.
fn local(delivery: DeliveryView) -> DeliveryView {
    DeliveryView { at: delivery.at.with_timezone(&Local).fixed_offset(), ..delivery }
}

/// A note in the time zone of the server.
fn note(note: Note) -> NoteView {
    let Note { id, at, author, text, .. } = note;
    NoteView { id, at: at.with_timezone(&Local).fixed_offset(), author, text }
}

/// How long before or after an incident others began that may have to do with it, and how many of them are shown.
const NEAR: TimeDelta = TimeDelta::minutes(5);
const MOST_RELATED: usize = 5;

/// The nearest first.
fn related(incident: &IncidentView, around: Vec<IncidentView>) -> Vec<IncidentView> {
    let distance = |other: &IncidentView| (other.since - incident.since).abs();
    let mut near: Vec<_> = around.into_iter().filter(|other| other.id != incident.id && distance(other) <= NEAR).collect();
    near.sort_by_key(distance);
    near.truncate(MOST_RELATED);
    near
}

/// The time that is asked for. In place of an end that is wrong it has the default, and the problem beside it.
fn period_or_default(
    asked: [Option<&str>; 2],
    period: impl Fn([Option<&str>; 2]) -> Result<Period, BadParameter>,
) -> Result<(Period, Option<PeriodProblem>), BadParameter> {
    let wrong = match period(asked) {
        Ok(period) => return Ok((period, None)),
        Err(wrong) => wrong,
    };
    let Some(problem) = wrong.period().cloned() else { return Err(wrong) };
    let [from, to] = asked;
    let rest = match problem {
        PeriodProblem::From(_) => [None, to],
        PeriodProblem::To(_) => [from, None],
        PeriodProblem::Empty | PeriodProblem::TooLong => [None, None],
    };
    Ok((period(rest).or_else(|_| period([None, None]))?, Some(problem)))
}

/// The time that is asked for. `midnight` has the first instant of a day, `at` that of a time without an offset.
fn period(
    context: &Context,
    [from, to]: [Option<&str>; 2],
    midnight: &impl Fn(NaiveDate) -> Option<DateTime<FixedOffset>>,
    at: &impl Fn(NaiveDateTime) -> Option<DateTime<FixedOffset>>,
    now: DateTime<Utc>,
) -> Result<Period, BadParameter> {
    let instant = |text: Option<&str>| {
        let text = text?;
        let date = || midnight(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?);
        let time = || at(read_local_time(text)?);
        Some(date().or_else(time).map_or_else(|| text.to_owned(), |instant| instant.to_rfc3339()))
    };
    let given = [("from", instant(from)), ("to", instant(to))];
    let given = given.iter().filter_map(|(name, text)| Some((*name, text.as_deref()?)));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    let query = Query::read(Some(&query), &["from", "to"])?;
    query.period(Tz::UTC, now, context.history.retention().day, |to| to - DEFAULT_PERIOD)
}

/// The visible services that a service needs, the direct ones first.
fn dependencies(context: &Context, service: &ServiceId, visible: &HashSet<&ServiceId>) -> Vec<ServiceId> {
    let depends_on = &context.settings.depends_on;
    let mut waiting: VecDeque<&ServiceId> = depends_on.get(service).into_iter().flatten().collect();
    let (mut seen, mut found) = (HashSet::from([service]), Vec::new());
    while let Some(next) = waiting.pop_front().filter(|_| found.len() < MOST_DEPENDENCIES) {
        if seen.insert(next) {
            waiting.extend(depends_on.get(next).into_iter().flatten());
            found.extend(visible.contains(next).then(|| next.clone()));
        }
    }
    found
}

fn mean(durations: impl Iterator<Item = u64>) -> Option<u64> {
    let (count, sum) = durations.fold((0_u64, 0_u64), |(count, sum), lasted| (count + 1, sum.saturating_add(lasted)));
    sum.checked_div(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::State;

    /// An incident that began so many seconds after noon.
    fn incident(id: u64, seconds: i64) -> IncidentView {
        let since = test_support::noon() + TimeDelta::seconds(seconds);
        IncidentView {
            id,
            service: ServiceId::new("shop"),
            group: "App".to_owned(),
            name: "Shop".to_owned(),
            node: "n".to_owned(),
            since,
            opened: since,
            ended: None,
            worst: State::Down,
            message: None,
            acknowledged_by: None,
        }
    }

    #[test]
    fn in_place_of_a_wrong_end_the_default_counts_and_the_problem_is_named() {
        let read = |asked: [Option<&str>; 2]| {
            let pairs = ["from", "to"].into_iter().zip(asked).filter_map(|(name, text)| Some((name, text?)));
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            let now = test_support::noon().to_utc();
            let query = Query::read(Some(&query), &["from", "to"])?;
            query.period(Tz::UTC, now, std::time::Duration::from_secs(400 * 86_400), |to| to - DEFAULT_PERIOD)
        };
        for (asked, lasts, problem) in [
            ([Some("-7d"), None], 7, None),
            ([Some("soon"), Some("-1d")], 30, Some(PeriodProblem::From("soon".to_owned()))),
            ([Some("-7d"), Some("later")], 7, Some(PeriodProblem::To("later".to_owned()))),
            ([Some("soon"), Some("later")], 30, Some(PeriodProblem::To("later".to_owned()))),
            ([Some("-1d"), Some("-7d")], 30, Some(PeriodProblem::Empty)),
            ([Some("-401d"), None], 30, Some(PeriodProblem::TooLong)),
        ] {
            let (period, found) = period_or_default(asked, read).unwrap();
            assert_eq!(((period.to - period.from).num_days(), found), (lasts, problem), "{asked:?}");
        }
    }

    #[test]
    fn the_nearest_incidents_are_related() {
        let around = [(9, 290), (8, 250), (7, 200), (6, 100), (5, 30), (4, 0), (3, -20), (2, -299), (1, -301)];
        let around = around.map(|(id, seconds)| incident(id, seconds)).to_vec();
        let ids = |id, seconds| related(&incident(id, seconds), around.clone()).iter().map(|it| it.id).collect::<Vec<_>>();
        assert_eq!(ids(4, 0), [3, 5, 6, 7, 8]);
        assert_eq!(ids(2, -299), [1, 3, 4], "others began more than five minutes later");
    }

    #[test]
    fn the_mean_of_nothing_is_absent() {
        assert_eq!(mean([].into_iter()), None);
        assert_eq!(mean([1_000, 2_000, 6_000].into_iter()), Some(3_000));
        assert_eq!(mean([u64::MAX, u64::MAX].into_iter()), Some(u64::MAX / 2));
    }
}
