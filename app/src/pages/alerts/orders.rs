//! What holds alerts, now or later.

use super::AFTER;
use crate::components::{Prose, moment};
use crate::model::{MaintenanceWindowView, RpcError, ServiceId, SilenceView, SilencesView};
use crate::pages::ViewerResource;
use crate::rpc::WithdrawHold;
use leptos::either::EitherOf3;
use leptos::prelude::*;

/// Services that an order names on the page; of the others there is a count.
const NAMED: usize = 20;

/// `holds` is whether the list begins with the first order, and the list.
#[component]
pub(super) fn Orders(holds: Resource<(bool, Result<SilencesView, RpcError>)>) -> impl IntoView {
    let ViewerResource(viewer) = expect_context();
    view! {
        <section class="card" aria-labelledby="orders-heading">
            <h2 id="orders-heading">"Held alerts"</h2>
            <Transition fallback=|| {
                view! { <p class="loading">"Loading what is held"</p> }
            }>
                {move || Suspend::new(async move {
                    let (is_first, holds) = holds.await;
                    let may_act = viewer.await.is_ok_and(|viewer| viewer.operator);
                    match holds {
                        Ok(holds) if is_first && holds.ordered.is_empty() && holds.configured.is_empty() => {
                            EitherOf3::A(view! { <p class="none">"No alerts are held, and none are going to be."</p> })
                        }
                        Ok(SilencesView { ordered, configured, next }) => {
                            EitherOf3::B(
                                view! {
                                    <ul class="orders">
                                        {ordered.into_iter().map(|order| view! { <Ordered order may_act /> }).collect_view()}
                                        {configured.into_iter().map(|window| view! { <Configured window /> }).collect_view()}
                                    </ul>
                                    {(!is_first).then(|| view! { <a class="button" href="/alerts#orders-heading">"Show the first"</a> })}
                                    {next
                                        .map(|next| {
                                            view! {
                                                <a class="button" href=format!("/alerts?{AFTER}={next}#orders-heading")>
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
fn Ordered(order: SilenceView, may_act: bool) -> impl IntoView {
    let SilenceView { id, kind, incident: _, services, may_withdraw, author, comment, from, until } = order;
    let withdraw = ServerAction::<WithdrawHold>::new();
    let refusal = move || withdraw.value().get().and_then(Result::err).map(|error: RpcError| error.to_string());
    let about = match services {
        None => "all services".to_owned(),
        Some(services) => named(&services, may_withdraw),
    };
    let time = match until {
        Some(until) => format!("{} to {}", moment(from), moment(until)),
        None => format!("{} to the end of the incident", moment(from)),
    };
    let label = format!("Withdraw the {kind} of {about}");
    view! {
        <li data-order=id>
            <div>
                <p>
                    <span class="kind">{kind.as_str()}</span>
                    " "
                    <strong>{about}</strong>
                </p>
                <p class="how">{format!("{time}, by {author}")} {(!comment.is_empty()).then(|| format!(": {comment}"))}</p>
                <p class="refusal" role="alert">
                    {refusal}
                </p>
            </div>
            {(may_act && may_withdraw)
                .then(|| {
                    view! {
                        <button
                            type="button"
                            aria-label=label
                            disabled=move || withdraw.pending().get()
                            on:click=move |_| {
                                withdraw.dispatch(WithdrawHold { id });
                            }
                        >
                            "Withdraw"
                        </button>
                    }
                })}
        </li>
    }
    .into_any()
}

/// The services in words: the first of them by name. That there are others which the viewer does not see explains why there is no button.
fn named(services: &[ServiceId], are_all: bool) -> String {
    let mut names: Vec<_> = services.iter().take(NAMED).map(ToString::to_string).collect();
    let more = services.len().saturating_sub(NAMED);
    names.extend((more > 0).then(|| format!("{more} more")));
    names.extend((!are_all).then(|| "others that you do not see".to_owned()));
    names.join(", ")
}

#[component]
fn Configured(window: MaintenanceWindowView) -> impl IntoView {
    let MaintenanceWindowView { scope, times, until } = window;
    let now = until.map(|until| format!("; now, to {}", moment(until)));
    view! {
        <li>
            <div>
                <p>
                    <span class="kind">"maintenance"</span>
                    " "
                    <strong>{scope}</strong>
                </p>
                <p class="how">
                    <Prose text=times.join("; ") />
                    {now}
                    ". By config.yaml"
                </p>
            </div>
        </li>
    }
    .into_any()
}
