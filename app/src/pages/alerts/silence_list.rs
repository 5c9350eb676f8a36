//! Active and scheduled silences, maintenance windows and acknowledgements.

use crate::components::{Prose, RefusedForm, to_the_minute};
use crate::forms::{ALERTS, action};
use crate::model::{MaintenanceWindowView, RpcError, ServiceId, SilenceView, SilencesView};
use crate::resources::ViewerResource;
use crate::rpc::WithdrawHold;
use leptos::either::EitherOf3;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The services that a silence names on the page; the others are counted.
const NAMED: usize = 20;

const HEADING: &str = "silences-heading";

/// The part of the address that says after which silence the list begins.
pub(super) const AFTER: &str = "after";

/// `silences` has whether the list begins with the first silence, and the list.
#[component]
pub(super) fn SilenceList(silences: Resource<(bool, Result<SilencesView, RpcError>)>) -> impl IntoView {
    let ViewerResource(viewer) = expect_context();
    view! {
        <section class="card" aria-labelledby=HEADING>
            <h2 id=HEADING>"Silences"</h2>
            <Transition fallback=|| {
                view! { <p class="loading">"Loading the silences"</p> }
            }>
                {move || Suspend::new(async move {
                    let (is_first, silences) = silences.await;
                    let may_act = viewer.await.is_ok_and(|viewer| viewer.operator);
                    match silences {
                        Ok(silences) if is_first && silences.ordered.is_empty() && silences.configured.is_empty() => {
                            EitherOf3::A(view! { <p class="none">"No active or scheduled silences."</p> })
                        }
                        Ok(SilencesView { ordered, configured, next }) => {
                            EitherOf3::B(
                                view! {
                                    <ul class="silences">
                                        {ordered.into_iter().map(|silence| view! { <Silence silence may_act /> }).collect_view()}
                                        {configured.into_iter().map(|window| view! { <ConfiguredWindow window /> }).collect_view()}
                                    </ul>
                                    {(!is_first).then(|| view! { <a class="button" href=format!("{ALERTS}#{HEADING}")>"Show the first"</a> })}
                                    {next
                                        .map(|next| {
                                            view! {
                                                <a class="button" href=format!("{ALERTS}?{AFTER}={next}#{HEADING}")>
                                                    "Show more"
                                                </a>
                                            }
                                        })}
                                },
                            )
                        }
                        Err(error) => EitherOf3::C(view! { <p class="refusal">{error.to_string()}</p> }),
                    }
                })}
            </Transition>
        </section>
    }
    .into_any()
}

#[component]
fn Silence(silence: SilenceView, may_act: bool) -> impl IntoView {
    let SilenceView { id, kind, incident: _, services, may_withdraw, author, comment, from, until } = silence;
    let end = ServerAction::<WithdrawHold>::new();
    let refused: RefusedForm = expect_context();
    let refused = refused.reason(action::END, Some(id));
    let refusal = move || match end.value().get() {
        Some(result) => result.err().map(|error: RpcError| error.to_string()),
        None => refused.clone(),
    };
    let scope = match services {
        None => "all services".to_owned(),
        Some(services) => names(&services, may_withdraw),
    };
    let time = match until {
        Some(until) => format!("{} to {}", to_the_minute(from), to_the_minute(until)),
        None => format!("{} to the end of the incident", to_the_minute(from)),
    };
    let label = format!("End the {kind} of {scope}");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        end.dispatch(WithdrawHold { id });
    };
    view! {
        <li data-silence=id>
            <div>
                <p>
                    <span class="kind">{kind.as_str()}</span>
                    " "
                    <strong>{scope}</strong>
                </p>
                <p class="details">{format!("{time}, by {author}")} {(!comment.is_empty()).then(|| format!(": {comment}"))}</p>
                <p class="refusal" role="alert">
                    {refusal}
                </p>
            </div>
            {(may_act && may_withdraw)
                .then(|| {
                    view! {
                        <form method="post" action=ALERTS on:submit=submit>
                            <input type="hidden" name="action" value=action::END />
                            <input type="hidden" name="id" value=id />
                            <button type="submit" aria-label=label disabled=move || end.pending().get()>
                                "End"
                            </button>
                        </form>
                    }
                })}
        </li>
    }
    .into_any()
}

/// The services by name. Services that the viewer does not see explain why there is no button.
fn names(services: &[ServiceId], are_all: bool) -> String {
    let mut names: Vec<_> = services.iter().take(NAMED).map(ToString::to_string).collect();
    let more = services.len().saturating_sub(NAMED);
    names.extend((more > 0).then(|| format!("{more} more")));
    names.extend((!are_all).then(|| "others that you do not see".to_owned()));
    names.join(", ")
}

#[component]
fn ConfiguredWindow(window: MaintenanceWindowView) -> impl IntoView {
    let MaintenanceWindowView { scope, times, until } = window;
    let now = until.map(|until| format!("; now, to {}", to_the_minute(until)));
    view! {
        <li>
            <div>
                <p>
                    <span class="kind">"maintenance"</span>
                    " "
                    <strong>{scope}</strong>
                </p>
                <p class="details">
                    <Prose text=times.join("; ") />
                    {now}
                    ". From config.yaml"
                </p>
            </div>
        </li>
    }
    .into_any()
}
