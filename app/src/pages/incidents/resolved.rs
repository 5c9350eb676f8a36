use super::answer::{Answer, href};
use super::heads::Heads;
use super::row::Cells;
use crate::base_path::under_base;
use crate::erased::IntoAny;
use crate::format;
use crate::incidents::ListAddress;
use crate::model::{IncidentStatus, IncidentsView, ListedIncident};
use crate::texts::dates;
use crate::texts::incidents as texts;
use crate::times::both;
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;
use std::sync::Arc;

/// Resolved incidents beside open ones; alone, the list has the whole page of the answer.
const RECENT: usize = 20;

/// The resolved incidents by day, the latest first.
#[component]
pub fn Resolved(answer: Answer, address: Arc<ListAddress>) -> impl IntoView {
    let is_alone = address.filter.status == Some(IncidentStatus::Resolved);
    let all = address.with(|address| address.filter.status = Some(IncidentStatus::Resolved));
    let content = move || {
        let view = answer.get();
        let IncidentsView { now, resolved, resolved_count, next, .. } = &*view;
        let shown = resolved.iter().take(if is_alone { resolved.len() } else { RECENT });
        let shown: Vec<ListedIncident> = shown.cloned().collect();
        let is_empty = shown.is_empty();
        let to_all = (!is_alone && *resolved_count > 0).then(|| {
            view! { <a class="end" href=under_base(&href(&all))>{texts::all_of(&format::thousands((*resolved_count).into()))}</a> }
        });
        let first = (is_alone && address.before.is_some()).then(|| {
            let href = href(&address.with(|_| ()));
            view! {
                <a class="button" href=under_base(&href)>
                    {texts::latest()}
                </a>
            }
        });
        let older = next.filter(|_| is_alone).map(|next| {
            let mut older = ListAddress::clone(&address);
            older.before = Some(next);
            view! {
                <a class="button" href=under_base(&href(&older)) rel="next">
                    {texts::older()}
                </a>
            }
        });
        view! {
            <header>
                <h2 id="resolved-heading">{if is_alone { texts::resolved() } else { texts::recently_resolved() }}</h2>
                {to_all}
            </header>
            {is_empty.then(|| view! { <p class="none">{texts::none_resolved()}</p> })}
            {is_alone.then_some(()).filter(|()| !is_empty).map(|()| view! { <Heads /> })}
            {days(shown, *now)
                .into_iter()
                .map(|(day, incidents)| {
                    let now = *now;
                    view! {
                        <h3 class="day">{day}</h3>
                        <ul class="incidents">
                            {incidents.into_iter().map(|listed| view! { <ResolvedRow listed now /> }).collect_view()}
                        </ul>
                    }
                })
                .collect_view()}
            {(first.is_some() || older.is_some()).then(|| view! { <p class="pages">{first} {older}</p> })}
        }
    };
    view! {
        <section class="card incident-list resolved" aria-labelledby="resolved-heading">
            {content}
        </section>
    }
    .into_any()
}

#[component]
fn ResolvedRow(listed: ListedIncident, now: DateTime<FixedOffset>) -> impl IntoView {
    let ListedIncident { incident, channels, .. } = listed;
    let (id, state) = (incident.id, incident.worst);
    view! {
        <li class="incident" data-incident=id>
            <Cells incident state now channels=Some(channels) suppression=None is_open=false />
        </li>
    }
    .into_any()
}

/// Neighbours that began on the same day, under its name.
fn days(listed: Vec<ListedIncident>, now: DateTime<FixedOffset>) -> Vec<(String, Vec<ListedIncident>)> {
    let mut days: Vec<(String, Vec<ListedIncident>)> = Vec::new();
    for listed in listed {
        let day = day(listed.incident.since, now);
        match days.last_mut().filter(|(last, _)| *last == day) {
            Some((_, same)) => same.push(listed),
            None => days.push((day, vec![listed])),
        }
    }
    days
}

/// `Today`, `Yesterday`, `Tuesday, 24 November`, `24 November 2025`, in the zone of the page.
fn day(since: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> String {
    let (since, now) = both(since, now);
    match (now.date_naive() - since.date_naive()).num_days() {
        0 => texts::today().to_owned(),
        1 => texts::yesterday().to_owned(),
        2..300 => dates::written(since, dates::long_weekday_and_day()),
        _ => dates::written(since, "%-d %B %Y"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::at;

    #[test]
    fn days_are_named() {
        let now = at(0);
        for (hours, expected) in
            [(0, "Today"), (-16, "Today"), (-17, "Yesterday"), (-41, "Tuesday, 28 July"), (-24 * 365, "30 July 2025")]
        {
            assert_eq!(day(at(hours * 60), now), expected);
        }
    }
}
