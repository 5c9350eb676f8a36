//! Active, scheduled and recurring silences and maintenance.

use super::calendar::CalendarView;
use super::filters::Filters;
use super::rows::{ConfiguredWindow, Silence, scope};
use crate::base_path::under_base;
use crate::erased::IntoAny;
use crate::model::{MaintenanceWindowView, RpcError, SilenceView, SilencesView};
use crate::resources::ViewerResource;
use crate::silences::SilencesAddress;
use crate::texts::silences as texts;
use leptos::either::EitherOf3;
use leptos::prelude::*;

/// `silences` has the address of the list, and the list.
#[component]
pub(super) fn SilenceLists(silences: ArcResource<(SilencesAddress, Result<SilencesView, RpcError>)>) -> impl IntoView {
    let ViewerResource(viewer) = expect_context();
    view! {
        <Transition fallback=|| {
            view! { <p class="loading">{texts::loading()}</p> }
        }>
            {move || {
                let (silences, viewer) = (silences.clone(), viewer.clone());
                Suspend::new(async move {
                    let (address, silences) = silences.await;
                    let is_whole = address.0.after.is_none() && !address.has_filters();
                    let may_act = viewer.await.is_ok_and(|viewer| viewer.operator);
                    match silences {
                        Ok(silences) if is_whole && silences.entered.is_empty() && silences.configured.is_empty() => {
                            EitherOf3::A(
                                view! {
                                    <section class="card silence-list">
                                        <p class="none">{texts::none()}</p>
                                    </section>
                                },
                            )
                        }
                        Ok(silences) => EitherOf3::B(view! { <Lists silences address may_act /> }),
                        Err(error) => EitherOf3::C(view! { <p class="refusal">{error.to_string()}</p> }),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

#[component]
fn Lists(silences: SilencesView, address: SilencesAddress, may_act: bool) -> impl IntoView {
    let is_first = address.0.after.is_none();
    let calendar = is_first.then(|| view! { <CalendarView silences=silences.clone() /> });
    let filters = view! { <Filters address=address.clone() counts=silences.counts /> };
    let is_empty = silences.entered.is_empty() && silences.configured.is_empty();
    let scopes = silences.entered.iter().map(|silence| scope(silence, &silences));
    let scopes: Vec<String> = scopes.collect();
    let SilencesView { now, entered, configured, next, .. } = silences;
    let entered = entered.into_iter().zip(scopes);
    let (recurring, once): (Vec<_>, Vec<_>) = entered.partition(|(silence, _)| silence.recurrence.is_some());
    let (active, scheduled): (Vec<_>, Vec<_>) = once.into_iter().partition(|(silence, _)| silence.from <= now);
    let list = |silences: Vec<(SilenceView, String)>,
                configured: Vec<MaintenanceWindowView>,
                id: &'static str,
                heading: &'static str| {
        (!silences.is_empty() || !configured.is_empty()).then(|| {
            view! {
                <section class="card silence-list" aria-labelledby=id>
                    <header>
                        <h2 id=id>{heading}</h2>
                    </header>
                    <ul class="silences">
                        {silences.into_iter().map(|(silence, scope)| view! { <Silence silence scope now may_act /> }).collect_view()}
                        {configured.into_iter().map(|window| view! { <ConfiguredWindow window now /> }).collect_view()}
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
                        <p class="none">{texts::none_matches()}</p>
                    </section>
                }
            })}
        {list(active, Vec::new(), "active-heading", texts::active())}
        {list(scheduled, Vec::new(), "scheduled-heading", texts::scheduled())}
        {list(recurring, configured, "recurring-heading", texts::recurring())}
        {(!is_first || next.is_some())
            .then(|| {
                view! {
                    <p class="pages">
                        {(!is_first)
                            .then(|| {
                                view! {
                                    <a class="button" href=under_base(&address.after(None).href())>
                                        {texts::show_first()}
                                    </a>
                                }
                            })}
                        {next
                            .map(|next| {
                                view! {
                                    <a class="button" href=under_base(&address.after(Some(next)).href())>
                                        {texts::show_more()}
                                    </a>
                                }
                            })}
                    </p>
                }
            })}
    }
    .into_any()
}
