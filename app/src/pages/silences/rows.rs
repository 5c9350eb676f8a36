//! The rows of the lists: what a user has entered, and the maintenance windows of the configuration.

use super::ending::{Ended, Ending};
use super::extend::Extend;
use crate::base_path::under_base;
use crate::components::{Prose, RefusedForm, keep_focus, to_the_minute};
use crate::erased::IntoAny;
use crate::format;
use crate::forms::{INCIDENTS, SILENCES, action};
use crate::model::{MaintenanceWindowView, Occurrence, RecurrenceView, SilenceView, SilencesView, SuppressionKind};
use crate::texts::dates::written;
use crate::texts::recurrence as rules;
use crate::texts::silences as texts;
use crate::times::{here, hover};
use chrono::{DateTime, FixedOffset};
use leptos::either::Either;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The services that a silence names on the page; the others are counted.
const NAMED: usize = 20;

/// The next occurrences that are named.
const NEXT: usize = 3;

#[component]
pub(super) fn Silence(silence: SilenceView, scope: String, now: DateTime<FixedOffset>, may_act: bool) -> impl IntoView {
    let ended = Ended::of(&silence, &scope);
    let SilenceView { id, kind, incident, may_withdraw, author, comment, from, until, recurrence, .. } = silence;
    let ending: Ending = expect_context();
    let refused: RefusedForm = expect_context();
    let refusal = ending.refusal(id, &refused);
    let end = ending.end;
    let name = texts::of_scope(texts::kind(kind), &scope);
    let label = texts::end_what(&name);
    let can_be_extended = recurrence.is_none() && matches!(kind, SuppressionKind::Silence | SuppressionKind::Maintenance);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !end.pending().get_untracked() {
            keep_focus(&event);
            end.dispatch(ended.clone());
        }
    };
    let rule = recurrence.as_ref().map(|recurrence| {
        let is_now = until.filter(|_| from <= now).map(|until| texts::now_to(&to_the_minute(until)));
        view! { <p class="details">{rules::recurrence(recurrence)} {is_now}</p> }
    });
    let when = match recurrence {
        Some(RecurrenceView { occurrences, .. }) => Either::Left(view! { <p class="details">{next(&occurrences, now)}</p> }),
        None => Either::Right(view! { <Once kind from until now /> }),
    };
    let incident = incident.map(|incident| {
        view! { <a href=under_base(&format!("{INCIDENTS}/{incident}"))>{format!("#{incident}")}</a> }
    });
    view! {
        <li data-silence=id>
            <div class="what">
                <p>
                    <span class="tag kind">{texts::kind(kind)}</span>
                    " "
                    <strong>{scope}</strong>
                    " "
                    {incident}
                </p>
                {rule}
                <p class="details">{texts::by_author(&author)} {(!comment.is_empty()).then(|| texts::comment(&comment))}</p>
                <p class="refusal" role="alert">
                    {refusal}
                </p>
            </div>
            <div class="when">{when}</div>
            {(may_act && may_withdraw)
                .then(|| {
                    view! {
                        <div class="act">
                        {can_be_extended.then(|| view! { <Extend id name /> })}
                        <form method="post" action=under_base(SILENCES) on:submit=submit>
                            <input type="hidden" name="action" value=action::END />
                            <input type="hidden" name="id" value=id />
                            <button type="submit" class="small" aria-label=label aria-disabled=move || end.pending().get().to_string()>
                                {texts::end()}
                            </button>
                        </form>
                        </div>
                    }
                })}
        </li>
    }
    .into_any()
}

/// The time of one that does not recur.
#[component]
fn Once(
    kind: SuppressionKind,
    from: DateTime<FixedOffset>,
    until: Option<DateTime<FixedOffset>>,
    now: DateTime<FixedOffset>,
) -> impl IntoView {
    let time = match until {
        Some(until) => texts::from_to(&to_the_minute(from), &to_the_minute(until)),
        None if kind == SuppressionKind::Pause => texts::until_resumed(&to_the_minute(from)),
        None => texts::to_end_of_incident(&to_the_minute(from)),
    };
    let title = until.map_or_else(|| hover(from), |until| texts::from_to(&hover(from), &hover(until)));
    view! {
        <p title=title>{time}</p>
        <p class="details">{remaining(from, until, now)}</p>
    }
    .into_any()
}

/// `1 h 5 min left`, `in 2 d 12 h`.
fn remaining(from: DateTime<FixedOffset>, until: Option<DateTime<FixedOffset>>, now: DateTime<FixedOffset>) -> Option<String> {
    let distance =
        |instant: DateTime<FixedOffset>| format::duration(u64::try_from((instant - now).num_milliseconds()).unwrap_or_default());
    if from > now { Some(texts::in_time(&distance(from))) } else { Some(texts::left(&distance(until?))) }
}

/// The services by name. Services that the viewer does not see explain why there is no button.
pub(super) fn scope(silence: &SilenceView, view: &SilencesView) -> String {
    let Some(services) = &silence.services else { return texts::all_services().to_owned() };
    let mut names: Vec<_> = services.iter().take(NAMED).map(|service| view.name(service).to_owned()).collect();
    let more = services.len().saturating_sub(NAMED);
    names.extend((more > 0).then(|| texts::more(more)));
    names.extend((!silence.may_withdraw).then(|| texts::others().to_owned()));
    names.join(", ")
}

#[component]
pub(super) fn ConfiguredWindow(window: MaintenanceWindowView, now: DateTime<FixedOffset>) -> impl IntoView {
    let MaintenanceWindowView { scope, times, until, occurrences } = window;
    let is_now = until.map(|until| texts::now_to(&to_the_minute(until)));
    let times: Vec<_> = times.iter().map(rules::window_time).collect();
    let next = next(&occurrences, now);
    view! {
        <li>
            <div class="what">
                <p>
                    <span class="tag kind">{texts::maintenance()}</span>
                    " "
                    <strong>{texts::window_scope(&scope)}</strong>
                </p>
                <p class="details">
                    <Prose text=times.join(texts::between_times()) />
                    {is_now}
                    {texts::from_configuration()}
                </p>
            </div>
            <div class="when">
                <p class="details">{next}</p>
            </div>
        </li>
    }
    .into_any()
}

/// `Next: Sun 29 Nov 02:00, Sun 6 Dec 02:00, Sun 13 Dec 02:00`, in the zone of the page.
fn next(occurrences: &[Occurrence], now: DateTime<FixedOffset>) -> String {
    let later = occurrences.iter().filter(|occurrence| occurrence.from > now).take(NEXT);
    let times: Vec<_> = later.map(|occurrence| written(here(occurrence.from), "%a %-d %b %H:%M")).collect();
    if times.is_empty() { texts::not_again().to_owned() } else { texts::next(&times.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::at;

    #[test]
    fn the_next_three_occurrences_are_named() {
        let occurrences: Vec<_> = (0..5).map(|day| Occurrence { from: at(day * 24 * 60), until: at(day * 24 * 60 + 30) }).collect();
        assert_eq!(next(&occurrences, at(10)), "Next: Fri 31 Jul 16:00, Sat 1 Aug 16:00, Sun 2 Aug 16:00");
        assert_eq!(next(&occurrences[..1], at(10)), "Not again");
    }

    #[test]
    fn the_time_that_remains_is_that_to_the_begin_or_to_the_end() {
        assert_eq!(remaining(at(-10), Some(at(65)), at(0)).as_deref(), Some("1 h 5 min left"));
        assert_eq!(remaining(at(90), Some(at(120)), at(0)).as_deref(), Some("in 1 h 30 min"));
        assert_eq!(remaining(at(-10), None, at(0)), None);
    }
}
