use super::Entries;
use crate::components::{Prose, exact};
use crate::model::{ChannelFailureView, ChannelView, SettingEntry, UndeliverableView};
use crate::phrase;
use leptos::prelude::*;

/// How the channels were at the moment at which the page was asked for.
#[component]
pub(super) fn Channels(channels: Vec<ChannelView>) -> impl IntoView {
    let is_in_trouble = channels.iter().any(|channel| channel.trouble.is_some());
    view! {
        <section class="card channels" class:warnings=is_in_trouble>
            <h2>"Channels"</h2>
            {channels.into_iter().map(|channel| view! { <Channel channel /> }).collect_view()}
        </section>
    }
}

#[component]
fn Channel(channel: ChannelView) -> impl IntoView {
    let ChannelView { name, kind, is_disabled, waiting, held, delivered, last_success, trouble, given_up, latest_given_up } =
        channel;
    let kind = (kind != name).then_some(kind);
    let (id, is_broken) = (name.clone(), trouble.is_some());
    let entry = |key: &str, value: String| SettingEntry { key: key.to_owned(), value, redacted: false };
    let waiting = match held.as_slice() {
        [] => phrase::thousands(waiting),
        held => format!("{}, of which held: {}", phrase::thousands(waiting), reasons(held)),
    };
    let entries = vec![
        entry("last delivery", last_success.map_or_else(|| "none since the start".to_owned(), exact)),
        entry("delivered since the start", phrase::thousands(delivered)),
        entry("waiting", waiting),
        entry("given up", phrase::thousands(given_up)),
    ];
    view! {
        <article class="configured channel" class:broken=is_broken data-channel=id>
            <h3>{name} " " {kind.map(|kind| view! { <small>{kind}</small> })}</h3>
            {trouble
                .map(|ChannelFailureView { since, message, failures }| {
                    // Without an attempt to deliver it was the test at the start.
                    let what = match failures {
                        _ if is_disabled => "Disabled, messages wait: ".to_owned(),
                        0 => format!("Connection test failing since {}: ", exact(since)),
                        failures => format!("Not delivering since {}, after {}: ", exact(since), phrase::count(failures, "attempt")),
                    };
                    view! {
                        <p class="problem">
                            {what} <Prose text=message />
                        </p>
                    }
                })}
            <Entries entries />
            {(!latest_given_up.is_empty()).then(|| view! { <GivenUp messages=latest_given_up /> })}
        </article>
    }
}

/// Of so many reasons each is told.
const REASONS: usize = 8;

/// `2 (maintenance), 1 (silence by ops)`.
fn reasons(held: &[(String, u64)]) -> String {
    let told = held.iter().take(REASONS).map(|(reason, count)| format!("{} ({reason})", phrase::thousands(*count)));
    let others: u64 = held.iter().skip(REASONS).map(|(_, count)| count).sum();
    let others = (others > 0).then(|| format!("{} for other reasons", phrase::thousands(others)));
    told.chain(others).collect::<Vec<_>>().join(", ")
}

#[component]
fn GivenUp(messages: Vec<UndeliverableView>) -> impl IntoView {
    view! {
        <details>
            <summary>"Messages that were given up"</summary>
            <ul>
                {messages
                    .into_iter()
                    .map(|UndeliverableView { line, created, reason }| {
                        view! { <li>{format!("{}: {line} — ", exact(created))} <Prose text=reason /></li> }
                    })
                    .collect_view()}
            </ul>
        </details>
    }
}
