//! Active, scheduled and recurring silences and maintenance.

use super::calendar::CalendarView;
use super::ending::{Ended, Ending};
use super::extend::Extend;
use super::filters::Filters;
use crate::base_path::under_base;
use crate::components::{Prose, RefusedForm, keep_focus, to_the_minute};
use crate::erased::IntoAny;
use crate::format;
use crate::forms::{INCIDENTS, SILENCES, action};
use crate::model::{MaintenanceWindowView, Occurrence, RpcError, SilenceView, SilencesView, SuppressionKind};
use crate::resources::ViewerResource;
use crate::silences::SilencesAddress;
use crate::times::{here, hover};
use chrono::{DateTime, FixedOffset};
use leptos::either::EitherOf3;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The services that a silence names on the page; the others are counted.
const NAMED: usize = 20;

/// The occurrences that a window names.
const NEXT: usize = 3;

/// `silences` has the address of the list, and the list.
#[component]
pub(super) fn SilenceLists(silences: Resource<(SilencesAddress, Result<SilencesView, RpcError>)>) -> impl IntoView {
    let ViewerResource(viewer) = expect_context();
    view! {
        <Transition fallback=|| {
            view! { <p class="loading">"Loading the silences"</p> }
        }>
            {move || Suspend::new(async move {
                let (address, silences) = silences.await;
                let is_whole = address.0.after.is_none() && !address.has_filters();
                let may_act = viewer.await.is_ok_and(|viewer| viewer.operator);
                match silences {
                    Ok(silences) if is_whole && silences.ordered.is_empty() && silences.configured.is_empty() => {
                        EitherOf3::A(
                            view! {
                                <section class="card silence-list">
                                    <p class="none">"No active or scheduled silences."</p>
                                </section>
                            },
                        )
                    }
                    Ok(silences) => EitherOf3::B(view! { <Lists silences address may_act /> }),
                    Err(error) => EitherOf3::C(view! { <p class="refusal">{error.to_string()}</p> }),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Lists(silences: SilencesView, address: SilencesAddress, may_act: bool) -> impl IntoView {
    let is_first = address.0.after.is_none();
    let calendar = is_first.then(|| view! { <CalendarView silences=silences.clone() /> });
    let filters = view! { <Filters address=address.clone() counts=silences.counts /> };
    let is_empty = silences.ordered.is_empty() && silences.configured.is_empty();
    let scopes = silences.ordered.iter().map(|silence| scope(silence, &silences));
    let scopes: Vec<String> = scopes.collect();
    let SilencesView { now, ordered, configured, next, .. } = silences;
    let ordered = ordered.into_iter().zip(scopes);
    let (active, scheduled): (Vec<_>, Vec<_>) = ordered.partition(|(silence, _)| silence.from <= now);
    let list = |silences: Vec<(SilenceView, String)>, id: &'static str, heading: &'static str| {
        (!silences.is_empty()).then(|| {
            view! {
                <section class="card silence-list" aria-labelledby=id>
                    <header>
                        <h2 id=id>{heading}</h2>
                    </header>
                    <ul class="silences">
                        {silences.into_iter().map(|(silence, scope)| view! { <Silence silence scope now may_act /> }).collect_view()}
                    </ul>
                </section>
            }
            .into_any()
        })
    };
    view! {
        {calendar} {filters}
        {is_empty
            .then(|| {
                view! {
                    <section class="card silence-list">
                        <p class="none">"No silence matches the filters."</p>
                    </section>
                }
            })}
        {list(active, "active-heading", "Active")}
        {list(scheduled, "scheduled-heading", "Scheduled")}
        {(!configured.is_empty())
            .then(|| {
                view! {
                    <section class="card silence-list" aria-labelledby="recurring-heading">
                        <header>
                            <h2 id="recurring-heading">"Maintenance windows"</h2>
                            <span class="note">"from the configuration"</span>
                        </header>
                        <ul class="silences">
                            {configured.into_iter().map(|window| view! { <ConfiguredWindow window now /> }).collect_view()}
                        </ul>
                    </section>
                }
            })}
        {(!is_first || next.is_some())
            .then(|| {
                view! {
                    <p class="pages">
                        {(!is_first)
                            .then(|| {
                                view! {
                                    <a class="button" href=under_base(&address.after(None).href())>
                                        "Show the first"
                                    </a>
                                }
                            })}
                        {next
                            .map(|next| {
                                view! {
                                    <a class="button" href=under_base(&address.after(Some(next)).href())>
                                        "Show more"
                                    </a>
                                }
                            })}
                    </p>
                }
            })}
    }
    .into_any()
}

#[component]
fn Silence(silence: SilenceView, scope: String, now: DateTime<FixedOffset>, may_act: bool) -> impl IntoView {
    let ended = Ended::of(&silence, &scope);
    let SilenceView { id, kind, incident, may_withdraw, author, comment, from, until, .. } = silence;
    let ending: Ending = expect_context();
    let refused: RefusedForm = expect_context();
    let refusal = ending.refusal(id, &refused);
    let end = ending.end;
    let label = format!("End the {kind} of {scope}");
    let can_be_extended = matches!(kind, SuppressionKind::Silence | SuppressionKind::Maintenance);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !end.pending().get_untracked() {
            keep_focus(&event);
            end.dispatch(ended.clone());
        }
    };
    let time = match until {
        Some(until) => format!("{} to {}", to_the_minute(from), to_the_minute(until)),
        None if kind == SuppressionKind::Pause => format!("{} until resumed", to_the_minute(from)),
        None => format!("{} to the end of the incident", to_the_minute(from)),
    };
    let title = until.map_or_else(|| hover(from), |until| format!("{} to {}", hover(from), hover(until)));
    let incident = incident.map(|incident| {
        view! { <a href=under_base(&format!("{INCIDENTS}/{incident}"))>{format!("#{incident}")}</a> }
    });
    view! {
        <li data-silence=id>
            <div class="what">
                <p>
                    <span class="tag kind">{kind.as_str()}</span>
                    " "
                    <strong>{scope.clone()}</strong>
                    " "
                    {incident}
                </p>
                <p class="details">{format!("by {author}")} {(!comment.is_empty()).then(|| format!(": {comment}"))}</p>
                <p class="refusal" role="alert">
                    {refusal}
                </p>
            </div>
            <div class="when">
                <p title=title>{time}</p>
                <p class="details">{remaining(from, until, now)}</p>
            </div>
            {(may_act && may_withdraw)
                .then(|| {
                    let name = format!("the {kind} of {scope}");
                    view! {
                        <div class="act">
                        {can_be_extended.then(|| view! { <Extend id name /> })}
                        <form method="post" action=under_base(SILENCES) on:submit=submit>
                            <input type="hidden" name="action" value=action::END />
                            <input type="hidden" name="id" value=id />
                            <button type="submit" class="small" aria-label=label aria-disabled=move || end.pending().get().to_string()>
                                "End"
                            </button>
                        </form>
                        </div>
                    }
                })}
        </li>
    }
    .into_any()
}

/// `1 h 5 min left`, `in 2 d 12 h`.
fn remaining(from: DateTime<FixedOffset>, until: Option<DateTime<FixedOffset>>, now: DateTime<FixedOffset>) -> Option<String> {
    let distance =
        |instant: DateTime<FixedOffset>| format::duration(u64::try_from((instant - now).num_milliseconds()).unwrap_or_default());
    if from > now { Some(format!("in {}", distance(from))) } else { Some(format!("{} left", distance(until?))) }
}

/// The services by name. Services that the viewer does not see explain why there is no button.
fn scope(silence: &SilenceView, view: &SilencesView) -> String {
    let Some(services) = &silence.services else { return "all services".to_owned() };
    let mut names: Vec<_> = services.iter().take(NAMED).map(|service| view.name(service).to_owned()).collect();
    let more = services.len().saturating_sub(NAMED);
    names.extend((more > 0).then(|| format!("{more} more")));
    names.extend((!silence.may_withdraw).then(|| "others that you do not see".to_owned()));
    names.join(", ")
}

#[component]
fn ConfiguredWindow(window: MaintenanceWindowView, now: DateTime<FixedOffset>) -> impl IntoView {
    let MaintenanceWindowView { scope, times, until, occurrences } = window;
    let is_now = until.map(|until| format!("; now, to {}", to_the_minute(until)));
    let next = next(&occurrences, now);
    view! {
        <li>
            <div class="what">
                <p>
                    <span class="tag kind">"maintenance"</span>
                    " "
                    <strong>{scope}</strong>
                </p>
                <p class="details">
                    <Prose text=times.join("; ") />
                    {is_now}
                    ". From config.yaml"
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
    let texts: Vec<_> = later.map(|occurrence| here(occurrence.from).format("%a %-d %b %H:%M").to_string()).collect();
    if texts.is_empty() { "Not again".to_owned() } else { format!("Next: {}", texts.join(", ")) }
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
