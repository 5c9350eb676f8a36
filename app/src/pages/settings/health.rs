//! Whether Platus itself works, as of the request of the page.

use crate::base_path::under_base;
use crate::components::{Prose, ResetStates, Shape, exact};
use crate::format;
use crate::language::of_english_text;
use crate::model::{
    ChannelFailureView, ChannelView, SchedulerView, SettingsView, State, StoreFailureView, StoreView, VaultFailureView, VaultView,
};
use crate::texts::health as texts;
use leptos::prelude::*;

#[component]
pub(super) fn Health(settings: SettingsView, is_admin: bool) -> impl IntoView {
    let SettingsView { version, warnings, reload_errors, problems, store, vault, channels, scheduler, .. } = settings;
    let failures = failures(problems, reload_errors, store.as_ref(), vault.as_ref(), &channels);
    let (services, broken) = (settings.service_count, settings.broken_services);
    let is_dropping = store.as_ref().is_some_and(|store| store.dropped_samples > 0);
    let summary = if is_admin { summary(failures.len(), is_dropping, broken) } else { summary_for_viewers(broken) };
    let mut tiles = Vec::new();
    tiles.extend(scheduler.map(scheduler_tile));
    if let Some(store) = &store {
        tiles.extend([store_tile(store), queue_tile(store)]);
    }
    if is_admin {
        tiles.push(notifications_tile(&channels));
    }
    tiles.extend(vault.as_ref().map(vault_tile));
    tiles.push(services_tile(services, broken, is_admin.then_some(warnings.len())));
    view! {
        <p class="lead">{format!("{summary} Platus {version}.")}</p>
        {failures.into_iter().map(|failure| view! { <FailureCallout failure /> }).collect_view()}
        <div class="cards tiles">{tiles.into_iter().map(|tile| view! { <TileView tile /> }).collect_view()}</div>
        {is_admin.then(|| view! { <ResetStates /> })}
    }
}

/// What works and what does not, in sentences: parts that fail, whether checks were dropped, and services that cannot be checked.
fn summary(failing: usize, is_dropping: bool, broken: usize) -> String {
    let mut sentences = Vec::new();
    sentences.extend((failing > 0).then(|| texts::parts_fail(failing)));
    sentences.extend(is_dropping.then(|| texts::history_has_a_gap().to_owned()));
    sentences.extend((broken > 0).then(|| texts::services_have_errors(broken)));
    let rest = match (failing, sentences.len()) {
        (_, 0) => texts::everything_works(),
        (1.., 1) => texts::others_work(),
        _ => texts::everything_else_works(),
    };
    sentences.push(rest.to_owned());
    sentences.join(" ")
}

/// The same for a user who is not an administrator, and who sees nothing of the parts of Platus.
fn summary_for_viewers(broken: usize) -> String {
    match broken {
        0 => texts::configuration_is_correct().to_owned(),
        broken => texts::seen_services_have_errors(broken),
    }
}

/// A part of Platus that does not work.
struct PartFailure {
    /// Marks the part for tests and styles.
    part: &'static str,
    /// With its end: `: `.
    what: String,
    reason: String,
    link: Option<(&'static str, &'static str)>,
}

fn failures(
    problems: Vec<String>,
    reload_errors: Vec<String>,
    store: Option<&StoreView>,
    vault: Option<&VaultView>,
    channels: &[ChannelView],
) -> Vec<PartFailure> {
    let process =
        problems.into_iter().map(|reason| PartFailure { part: "process", what: texts::process().to_owned(), reason, link: None });
    // The others are on the page of the configuration.
    let configuration = reload_errors.into_iter().next().map(|reason| PartFailure {
        part: "configuration",
        what: texts::configuration_not_used().to_owned(),
        reason,
        link: Some(("/settings/configuration", texts::open_configuration())),
    });
    let store = store.and_then(|store| store.failure.as_ref()).map(|StoreFailureView { since, message }| PartFailure {
        part: "store",
        what: texts::store_since(&exact(*since)),
        reason: message.clone(),
        link: None,
    });
    let vault = vault.and_then(|vault| vault.failure.as_ref()).map(|VaultFailureView { since, message }| PartFailure {
        part: "vault",
        what: texts::vault_since(&exact(*since)),
        reason: message.clone(),
        link: None,
    });
    let channels = channels.iter().filter_map(|channel| {
        let ChannelFailureView { message, .. } = channel.failure.as_ref()?;
        let what = texts::channel(&channel.name);
        Some(PartFailure {
            part: "channel",
            what,
            reason: message.clone(),
            link: Some(("/settings/channels", texts::open_channel())),
        })
    });
    process.chain(configuration).chain(store).chain(vault).chain(channels).collect()
}

#[component]
fn FailureCallout(failure: PartFailure) -> impl IntoView {
    let PartFailure { part, what, reason, link } = failure;
    view! {
        <div class="callout unhealthy" data-part=part>
            <Shape state=State::Unhealthy />
            <div>
                <p>
                    <strong>{what}</strong>
                    <span lang=of_english_text()>
                        <Prose text=reason />
                    </span>
                </p>
            </div>
            {link
                .map(|(href, text)| {
                    view! {
                        <div class="actions">
                            <a class="button small" href=under_base(href)>
                                {text}
                            </a>
                        </div>
                    }
                })}
        </div>
    }
}

/// One part with its most important figure.
struct Tile {
    title: &'static str,
    /// `None`: it works.
    problem: Option<String>,
    figure: String,
    unit: String,
    details: String,
}

#[component]
fn TileView(tile: Tile) -> impl IntoView {
    let Tile { title, problem, figure, unit, details } = tile;
    let state = if problem.is_some() { State::Unhealthy } else { State::Operational };
    view! {
        <section class="card tile" aria-label=title>
            <header>
                <h2>{title}</h2>
                <span class=format!("word {state}")>
                    <Shape state />
                    {problem.unwrap_or_else(|| texts::ok().to_owned())}
                </span>
            </header>
            <p class="big">
                {figure} " " <i>{unit}</i>
            </p>
            <p>{details}</p>
        </section>
    }
}

/// `12,345 checks`.
fn checks(number: u64) -> String {
    texts::checks(number, &format::thousands(number))
}

/// `4,321 commits`.
fn commits(number: u64) -> String {
    texts::commits(number, &format::thousands(number))
}

fn scheduler_tile(scheduler: SchedulerView) -> Tile {
    let SchedulerView { running, started, lateness, p99 } = scheduler;
    let p99 = match p99 {
        Some(bound) => texts::most_at_most(&format::elapsed(bound)),
        None if started == 0 => texts::none_yet().to_owned(),
        None => texts::some_more_than_10_s().to_owned(),
    };
    Tile {
        title: texts::scheduler(),
        problem: None,
        figure: format::elapsed(lateness),
        unit: texts::late_on_average().to_owned(),
        details: texts::started(&checks(started), &format::thousands(running), &p99),
    }
}

fn store_tile(store: &StoreView) -> Tile {
    let (checks, commits) = (checks(store.stored_samples), commits(store.stored_commits));
    Tile {
        title: texts::store(),
        problem: store.failure.as_ref().map(|_| texts::unavailable().to_owned()),
        figure: store.kind.clone(),
        unit: String::new(),
        details: if store.stored_commits > 0 {
            texts::stored_latest(&store.place, &checks, &commits, &format::elapsed(store.latest_commit))
        } else {
            texts::stored(&store.place, &checks, &commits)
        },
    }
}

fn queue_tile(store: &StoreView) -> Tile {
    let dropped = store.dropped_samples;
    Tile {
        title: texts::write_queue(),
        problem: (dropped > 0).then(|| texts::full().to_owned()),
        figure: format::thousands(store.waiting_samples),
        unit: texts::checks_pending(store.waiting_samples),
        details: texts::queue(&commits(store.waiting_commits), &checks(store.waiting_samples), &checks(dropped)),
    }
}

fn notifications_tile(channels: &[ChannelView]) -> Tile {
    let total = |of: fn(&ChannelView) -> u64| channels.iter().map(of).fold(0, u64::saturating_add);
    let (pending, dropped) = (total(|channel| channel.waiting), total(|channel| channel.given_up));
    let failing = channels.iter().filter(|channel| channel.failure.is_some()).count();
    Tile {
        title: texts::notifications(),
        problem: (failing > 0).then(|| texts::channels_failing(failing)),
        figure: format::thousands(pending),
        unit: texts::pending().to_owned(),
        details: texts::notified(
            &texts::channels(channels.len()),
            &format::thousands(total(|channel| channel.delivered)),
            &format::thousands(total(|channel| channel.failed)),
            &format::thousands(total(|channel| channel.held.iter().map(|(_, count)| count).sum())),
            &format::thousands(dropped),
        ),
    }
}

fn vault_tile(vault: &VaultView) -> Tile {
    let is_available = vault.failure.is_none();
    let (figure, unit) =
        if is_available { (texts::secrets(), texts::secrets_readable()) } else { (texts::no_secrets(), texts::none_readable()) };
    Tile {
        title: texts::vault(),
        problem: (!is_available).then(|| texts::unavailable().to_owned()),
        figure: figure.to_owned(),
        unit: unit.to_owned(),
        details: match vault.oldest_value {
            Some(age) => texts::oldest_secret(&vault.address, &format::duration(age)),
            None => texts::no_secret_read(&vault.address),
        },
    }
}

/// `warnings` is absent for a user who does not see them.
fn services_tile(services: usize, broken: usize, warnings: Option<usize>) -> Tile {
    Tile {
        title: texts::configuration(),
        problem: (broken > 0).then(|| texts::errors(broken)),
        figure: format::thousands(u64::try_from(services).unwrap_or(u64::MAX)),
        unit: texts::services(services),
        details: match warnings {
            Some(0) => texts::no_warnings().to_owned(),
            Some(warnings) => texts::warnings(warnings),
            None => texts::that_you_see().to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_everything_that_does_not_work() {
        for (failing, is_dropping, broken, expected) in [
            (0, false, 0, "Everything works."),
            (1, false, 0, "1 part does not work. All others do."),
            (2, false, 0, "2 parts do not work. All others do."),
            (0, false, 1, "1 service has an error in its configuration and is not checked. Everything else works."),
            (0, true, 0, "The write queue was full: history has a gap. Everything else works."),
            (
                3,
                false,
                2,
                "3 parts do not work. 2 services have an error in their configuration and are not checked. Everything else works.",
            ),
        ] {
            assert_eq!(summary(failing, is_dropping, broken), expected);
        }
    }
}
