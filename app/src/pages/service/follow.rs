//! Keeps the page up to date: asks the server again when a check of the service was published.

use super::answers::Answers;
use super::head::rows;
use super::place::Place;
use crate::address::use_query;
use crate::live::{Clock, LiveBoard, Shared};
use crate::model::{NodeStatus, ServiceId, State};
use crate::times::Zone;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// Between a check and the questions about it. The checks of several nodes are published one after the other.
const SOON: Duration = Duration::from_millis(250);

/// Milliseconds between two questions for the same history at least; a longer step is waited for.
const HISTORY: i64 = 10_000;

/// Milliseconds between two questions for the figures.
const FIGURES: i64 = 60_000;

/// When the answers were asked for, in milliseconds since 1970, and the timer of the next question.
#[derive(Default)]
struct Asked {
    history: i64,
    figures: i64,
    timer: Option<TimeoutHandle>,
}

/// Follows the service until the reactive owner that calls this is dropped. Does nothing on the server.
pub(super) fn follow(answers: Answers, id: impl Fn() -> ServiceId + Send + Sync + 'static) {
    let board: LiveBoard = expect_context();
    let clock: Clock = expect_context();
    let query = use_query();
    let asked = Shared::<Asked>::default();
    on_cleanup({
        let asked = asked.clone();
        move || {
            if let Some(timer) = asked.with(|asked| asked.timer.take()) {
                timer.clear();
            }
        }
    });
    // Effects run in the browser only.
    Effect::new(move |before: Option<(ServiceId, Vec<Arc<NodeStatus>>, u32)>| {
        let id = id();
        let changed = (id.clone(), rows(&board, &id, None), board.suppressions());
        let now = clock.now();
        if before.as_ref().is_none_or(|(other, ..)| *other != id) {
            asked.with(|asked| (asked.history, asked.figures) = (now, now));
            return changed;
        }
        if before.as_ref().is_some_and(|(_, rows, _)| course(rows) != course(&changed.1)) {
            asked.with(|asked| (asked.history, asked.figures) = (0, 0));
        }
        let is_waiting = asked.with(|asked| asked.timer.is_some());
        if before.as_ref() == Some(&changed) || is_waiting {
            return changed;
        }
        let ask = {
            let (asked, clock, answers, query) = (asked.clone(), clock.clone(), answers.clone(), query.clone());
            move || {
                asked.with(|asked| asked.timer = None);
                // The answer would close the form. The next check asks again.
                if has_open_form() {
                    return;
                }
                answers.service.refetch();
                let ends_now = query.with_untracked(|query| Place::of(id, query, Zone::utc())).window.ends_now();
                let step = answers.history.with_untracked(|history| match history {
                    Some(Ok(history)) => history.step,
                    _ => 0,
                });
                let now = clock.now();
                if ends_now && asked.with(|asked| is_due(&mut asked.history, now, step.max(HISTORY))) {
                    answers.history.refetch();
                }
                if asked.with(|asked| is_due(&mut asked.figures, now, FIGURES)) {
                    answers.figures.refetch();
                }
            }
        };
        let timer = set_timeout_with_handle(ask, SOON).ok();
        asked.with(|asked| asked.timer = timer);
        changed
    });
}

/// Whether the user has opened a form of the page.
fn has_open_form() -> bool {
    document().query_selector(".service-page details[open] > form").is_ok_and(|form| form.is_some())
}

/// What history and figures follow at once: states and incidents.
fn course(rows: &[Arc<NodeStatus>]) -> Vec<(&str, State, Option<u64>)> {
    rows.iter().map(|row| (row.node.as_str(), row.state, row.incident)).collect()
}

/// Whether so many milliseconds have passed since the latest question. Then this is the latest one.
fn is_due(latest: &mut i64, now: i64, wait: i64) -> bool {
    let is_due = now - *latest >= wait;
    if is_due {
        *latest = now;
    }
    is_due
}
