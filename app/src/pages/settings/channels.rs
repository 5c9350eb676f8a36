use super::channel_test::ChannelTests;
use crate::components::{Prose, Shape, exact};
use crate::erased::IntoAny;
use crate::format;
use crate::language::of_english_text;
use crate::model::{ChannelFailureView, ChannelView, State, SuppressionReason, UndeliverableView};
use crate::texts::{channels as texts, deliveries, states, suppression};
use leptos::prelude::*;

/// The health of the channels when the page was requested.
#[component]
pub(super) fn Channels(channels: Vec<ChannelView>) -> impl IntoView {
    let tests = ChannelTests::of_page(&channels);
    let outcome = tests.outcome();
    view! {
        <p class="lead">
            {texts::where_notifications_go()} <code>"notify_backend"</code> {texts::in_file()} <code>"config.yaml"</code>
            {texts::end_of_sentence()}
        </p>
        {if channels.is_empty() {
            view! { <p class="none">{texts::no_channels()}</p> }.into_any()
        } else {
            view! {
                <section class="card channels">
                    <table class="table stacked">
                        <thead>
                            <tr>
                                <th scope="col">{texts::channel()}</th>
                                <th scope="col">{texts::state()}</th>
                                <th scope="col" class="number">
                                    {texts::delivered()}
                                </th>
                                <th scope="col" class="number">
                                    {texts::failed()}
                                </th>
                                <th scope="col" class="number">
                                    {texts::pending()}
                                </th>
                                <th scope="col" class="number">
                                    {texts::dropped()}
                                </th>
                                <th scope="col">{texts::last_delivered()}</th>
                                <th scope="col">
                                    <span class="visually-hidden">{texts::test()}</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>{channels.into_iter().map(|channel| view! { <Channel channel tests=&tests /> }).collect_view()}</tbody>
                    </table>
                </section>
            }
                .into_any()
        }}
        {outcome}
    }
}

#[component]
fn Channel<'a>(channel: ChannelView, tests: &'a ChannelTests) -> impl IntoView + use<> {
    let test = channel.can_be_tested.then(|| tests.button(&channel.name));
    let ChannelView {
        name,
        kind,
        is_disabled,
        waiting,
        held,
        delivered,
        failed,
        last_success,
        failure,
        given_up,
        latest_given_up,
        ..
    } = channel;
    let kind = (kind != name).then_some(kind);
    let (id, is_broken) = (name.clone(), failure.is_some());
    let (state, word) = match is_broken {
        true if is_disabled => (State::Unknown, texts::disabled()),
        true => (State::Unhealthy, texts::failing()),
        false => (State::Operational, texts::ok()),
    };
    let suppressed = (!held.is_empty()).then(|| texts::pending_suppressed(&format::thousands(waiting), &reasons(&held)));
    let has_details = is_broken || suppressed.is_some() || !latest_given_up.is_empty();
    let wash = if is_broken { state.as_str() } else { "" };
    view! {
        <tr class=wash class:continued=has_details data-channel=id>
            <th scope="row">{name} " " {kind.map(|kind| view! { <small>{kind}</small> })}</th>
            <td data-label=texts::state()>
                <span class=format!("word {state}")>
                    <Shape state />
                    {word}
                </span>
            </td>
            <td class="number" data-label=texts::delivered()>
                {format::thousands(delivered)}
            </td>
            <td class="number" data-label=texts::failed()>
                {format::thousands(failed)}
            </td>
            <td class="number" data-label=texts::pending()>
                {format::thousands(waiting)}
            </td>
            <td class="number" data-label=texts::dropped()>
                {format::thousands(given_up)}
            </td>
            <td data-label=texts::last_delivered()>{last_success.map_or_else(|| texts::none_since_start().to_owned(), exact)}</td>
            <td class="test">{test}</td>
        </tr>
        {has_details
            .then(|| {
                view! {
                    <tr class=format!("details {wash}")>
                        <td colspan="8">
                            {failure.map(|failure| view! { <ChannelFailure failure is_disabled /> })}
                            {suppressed.map(|text| view! { <p>{text}</p> })}
                            {(!latest_given_up.is_empty()).then(|| view! { <Dropped notifications=latest_given_up /> })}
                        </td>
                    </tr>
                }
            })}
    }
}

#[component]
fn ChannelFailure(failure: ChannelFailureView, is_disabled: bool) -> impl IntoView {
    let ChannelFailureView { since, message, failures } = failure;
    // Without a delivery attempt, the connection test at start failed.
    let prefix = match failures {
        _ if is_disabled => texts::disabled_reason().to_owned(),
        0 => texts::connection_test_failing(&exact(since)),
        failures => texts::not_delivering(&exact(since), failures),
    };
    view! {
        <p class="problem">
            {prefix} <span lang=of_english_text()><Prose text=message /></span>
        </p>
    }
}

/// The number of reasons that are named.
const REASONS: usize = 8;

/// `2 (maintenance), 1 (silence by ops)`.
fn reasons(held: &[(SuppressionReason, u64)]) -> String {
    let named =
        held.iter().take(REASONS).map(|(reason, count)| format!("{} ({})", format::thousands(*count), suppression::reason(reason)));
    let others: u64 = held.iter().skip(REASONS).map(|(_, count)| count).sum();
    let others = (others > 0).then(|| texts::other_reasons(&format::thousands(others)));
    named.chain(others).collect::<Vec<_>>().join(", ")
}

#[component]
fn Dropped(notifications: Vec<UndeliverableView>) -> impl IntoView {
    view! {
        <details>
            <summary>{texts::dropped_notifications()}</summary>
            <ul>
                {notifications
                    .into_iter()
                    .map(|UndeliverableView { name, state, last_state, created, reason }| {
                        let line = texts::dropped_at(&exact(created), &name, states::state(state), states::state(last_state));
                        view! { <li>{line} <Prose text=deliveries::written_reason(reason) /></li> }
                    })
                    .collect_view()}
            </ul>
        </details>
    }
}
