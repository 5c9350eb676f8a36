//! The button that sends a test notification to a channel, and its result.

use crate::address::use_query;
use crate::base_path::under_base;
use crate::components::{Icon, IconView, Prose, RefusedForm, exact};
use crate::erased::IntoAny;
use crate::forms::{CHANNELS, action, test_outcome};
use crate::live::SharedSignal;
use crate::model::{ChannelTestView, ChannelView};
use crate::rpc;
use crate::texts::channels as texts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The tests of the page. One runs at a time. Clones share them.
#[derive(Clone)]
pub(super) struct ChannelTests {
    run: Action<String, ()>,
    /// The channel that is being tested.
    running: SharedSignal<Option<String>>,
    latest: SharedSignal<Option<Latest>>,
}

/// The result of the latest test.
#[derive(Clone, Debug, PartialEq)]
enum Latest {
    Sent(ChannelTestView),
    /// Not sent to this channel, with the reason as a sentence.
    NotSent(String, String),
    /// The form without JavaScript failed, with the reason as a sentence.
    Refused(String),
    /// The form without JavaScript delivered one to this channel.
    Delivered(String),
}

impl ChannelTests {
    /// Begins with the result of the form that was sent without JavaScript.
    pub fn of_page(channels: &[ChannelView]) -> Self {
        let refused: RefusedForm = expect_context();
        // The server leads back here. Anyone can write such an address, so only the name of a channel is shown.
        let tested =
            use_query().with_untracked(|query| query.get("tested")).filter(|name| channels.iter().any(|it| it.name == *name));
        let before = refused.reason(action::TEST, None).map(Latest::Refused).or(tested.map(Latest::Delivered));
        let (running, latest) = (SharedSignal::new(None), SharedSignal::new(before));
        let run = Action::new({
            let (running, latest) = (running.clone(), latest.clone());
            move |channel: &String| {
                let (running, latest, channel) = (running.clone(), latest.clone(), channel.clone());
                async move {
                    latest.set(None);
                    running.set(Some(channel.clone()));
                    let result = rpc::test_channel(channel.clone()).await;
                    latest.set(Some(result.map_or_else(|error| Latest::NotSent(channel, error.to_string()), Latest::Sent)));
                    running.set(None);
                }
            }
        });
        Self { run, running, latest }
    }

    /// The button of a channel. While a test runs, the others cannot be pressed; the one that was keeps the focus.
    pub fn button(&self, channel: &str) -> AnyView {
        let of = |channel: &str| channel.to_owned();
        let is_running = {
            let (running, channel) = (self.running.clone(), of(channel));
            move || running.get().as_deref() == Some(&channel)
        };
        let is_waiting = {
            let (running, channel) = (self.running.clone(), of(channel));
            move || running.get().is_some_and(|running| running != channel)
        };
        let label = {
            let is_running = is_running.clone();
            move || if is_running() { texts::sending() } else { texts::send_test() }
        };
        let (tests, of_form) = (self.clone(), of(channel));
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            if tests.running.get_untracked().is_none() {
                tests.run.dispatch(of_form.clone());
            }
        };
        view! {
            <form method="post" action=under_base(CHANNELS) on:submit=submit>
                <input type="hidden" name="action" value=action::TEST />
                <input type="hidden" name="channel" value=of(channel) />
                <button type="submit" class="small" disabled=is_waiting aria-busy=move || is_running().to_string()>
                    <span>{label} <span class="visually-hidden">{texts::to_channel()} {of(channel)}</span></span>
                </button>
            </form>
        }
        .into_any()
    }

    /// The result of the latest test. The region is always there, so that screen readers speak what appears in it.
    pub fn outcome(&self) -> AnyView {
        let (running, latest) = (self.running.clone(), self.latest.clone());
        view! {
            <div class="channel-test" role="status">
                {move || match (running.get(), latest.get()) {
                    (Some(channel), _) => card(channel, None, view! { <p>{texts::sending_a_test()}</p> }.into_any()),
                    (None, Some(latest)) => result(latest),
                    (None, None) => ().into_any(),
                }}
            </div>
        }
        .into_any()
    }
}

fn result(latest: Latest) -> AnyView {
    match latest {
        Latest::Sent(test) => {
            let outcome = test_outcome(&test);
            let ChannelTestView { channel, at, failure, .. } = test;
            card(channel, Some(exact(at)), line(outcome, failure))
        }
        Latest::Delivered(channel) => card(channel, None, line(texts::was_delivered().to_owned(), None)),
        Latest::NotSent(channel, reason) => card(channel, None, view! { <p class="problem">{reason}</p> }.into_any()),
        Latest::Refused(reason) => card(String::new(), None, view! { <p class="problem">{reason}</p> }.into_any()),
    }
}

fn line(outcome: String, failure: Option<String>) -> AnyView {
    let is_failed = failure.is_some();
    let (icon, outcome) = if is_failed { (Icon::X, texts::outcome_with_reason(&outcome)) } else { (Icon::CHECK, outcome) };
    view! {
        <p class:problem=is_failed>
            <IconView icon />
            <span>
                <b>{outcome}</b>
                {failure.map(|failure| view! { " " <Prose text=failure /> })}
            </span>
        </p>
    }
    .into_any()
}

fn card(channel: String, at: Option<String>, content: AnyView) -> AnyView {
    view! {
        <section class="card">
            <header>
                <h2>{texts::test()}</h2>
                <span class="note">{channel} {at.map(|at| format!(", {at}"))}</span>
            </header>
            <div class="inside">{content}</div>
        </section>
    }
    .into_any()
}
