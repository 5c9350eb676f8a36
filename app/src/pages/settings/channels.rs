use super::entries::{Entries, entry};
use crate::components::{Prose, exact};
use crate::format;
use crate::model::{ChannelFailureView, ChannelView, UndeliverableView};
use leptos::prelude::*;

/// The health of the channels when the page was requested.
#[component]
pub(super) fn Channels(channels: Vec<ChannelView>) -> impl IntoView {
    let is_failing = channels.iter().any(|channel| channel.failure.is_some());
    view! {
        <section class="card channels" class:warnings=is_failing>
            <h2>"Channels"</h2>
            {channels.into_iter().map(|channel| view! { <Channel channel /> }).collect_view()}
        </section>
    }
}

#[component]
fn Channel(channel: ChannelView) -> impl IntoView {
    let ChannelView { name, kind, is_disabled, waiting, held, delivered, last_success, failure, given_up, latest_given_up } =
        channel;
    let kind = (kind != name).then_some(kind);
    let (id, is_broken) = (name.clone(), failure.is_some());
    let pending = match held.as_slice() {
        [] => format::thousands(waiting),
        held => format!("{}, suppressed: {}", format::thousands(waiting), reasons(held)),
    };
    let entries = vec![
        entry("last delivery", last_success.map_or_else(|| "none since start".to_owned(), exact)),
        entry("delivered since start", format::thousands(delivered)),
        entry("pending", pending),
        entry("dropped", format::thousands(given_up)),
    ];
    view! {
        <article class="configured channel" class:broken=is_broken data-channel=id>
            <h3>{name} " " {kind.map(|kind| view! { <small>{kind}</small> })}</h3>
            {failure
                .map(|ChannelFailureView { since, message, failures }| {
                    // Without a delivery attempt, the connection test at start failed.
                    let prefix = match failures {
                        _ if is_disabled => "Disabled; notifications wait: ".to_owned(),
                        0 => format!("Connection test failing since {}: ", exact(since)),
                        failures => format!("Not delivering since {}, after {}: ", exact(since), format::count(failures, "attempt")),
                    };
                    view! {
                        <p class="problem">
                            {prefix} <Prose text=message />
                        </p>
                    }
                })}
            <Entries entries />
            {(!latest_given_up.is_empty()).then(|| view! { <Dropped notifications=latest_given_up /> })}
        </article>
    }
}

/// The number of reasons that are named.
const REASONS: usize = 8;

/// `2 (maintenance), 1 (silence by ops)`.
fn reasons(held: &[(String, u64)]) -> String {
    let named = held.iter().take(REASONS).map(|(reason, count)| format!("{} ({reason})", format::thousands(*count)));
    let others: u64 = held.iter().skip(REASONS).map(|(_, count)| count).sum();
    let others = (others > 0).then(|| format!("{} for other reasons", format::thousands(others)));
    named.chain(others).collect::<Vec<_>>().join(", ")
}

#[component]
fn Dropped(notifications: Vec<UndeliverableView>) -> impl IntoView {
    view! {
        <details>
            <summary>"Dropped notifications"</summary>
            <ul>
                {notifications
                    .into_iter()
                    .map(|UndeliverableView { line, created, reason }| {
                        view! { <li>{format!("{}: {line} — ", exact(created))} <Prose text=reason /></li> }
                    })
                    .collect_view()}
            </ul>
        </details>
    }
}
