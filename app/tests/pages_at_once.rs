//! Thousands of pages, rendered at once on several threads, some of them dropped before the end. Nothing may panic, and every page
//! must be complete.
//!
//! The environment variable `PLATUS_TEST_PAGES` sets another number of pages.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use app::backend::{Answer, Backend};
use app::model::{
    AcknowledgementRequest, BoardScope, BoardSnapshot, ChannelTestView, CheckDetail, CreatedKeyView, ExtensionRequest,
    HistoryRange, IncidentDay, IncidentDetailView, IncidentView, IncidentsRequest, IncidentsView, KeyRequest, ListedIncident,
    NodeStatus, NodeView, PauseRequest, Position, RpcError, ServiceFiguresView, ServiceHistoryView, ServiceId, ServiceSettings,
    ServiceView, SettingsView, SilenceRequest, SilenceView, SilencesRequest, SilencesView, State, StoreNotice, Suppression,
    SuppressionKind, UptimeBarsView, Viewer,
};
use app::{SiteAssets, shell};
use chrono::DateTime;
use futures::executor::{ThreadPool, block_on};
use futures::task::SpawnExt;
use futures::{FutureExt, StreamExt};
use leptos::prelude::*;
use leptos_integration_utils::{PinnedStream, build_response};
use leptos_meta::ServerMetaContext;
use leptos_router::location::RequestUrl;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Pages that are rendered when the environment does not say otherwise: a few seconds without optimisation.
const PAGES: usize = 1_000;

/// Pages that are rendered at the same time, and the threads that render them.
const AT_ONCE: usize = 16;
const THREADS: usize = 4;

const ROWS: usize = 9;

/// Each page, and what a whole document of it contains.
const WHOLE: [(&str, &str); 8] = [
    ("/", "data-node=\"node-8\""),
    ("/incidents", "data-incident=\"77\""),
    ("/incidents/0", "Checks around the incident"),
    ("/silences?new&service=service-3", "Remove service-3"),
    ("/settings", "Platus 1.2.3"),
    ("/settings/configuration", "edit the files. Health says"),
    ("/services/service-3", "Configuration"),
    ("/services/service-2?node=node-2&range=7d&scale=log", "no answer from"),
];

struct Fake;

fn incident(id: u64) -> IncidentView {
    IncidentView {
        id,
        service: ServiceId::new("service-3"),
        group: "App".to_owned(),
        name: "service-3".to_owned(),
        node: "node-3".to_owned(),
        since: DateTime::default(),
        opened: DateTime::default(),
        ended: (id > ROWS as u64).then(DateTime::default),
        worst: State::Down,
        message: None,
        acknowledged_by: None,
    }
}

impl Backend for Fake {
    fn viewer(&self) -> Viewer {
        Viewer { name: "ada".to_owned(), admin: true, operator: true, views: Vec::new() }
    }

    fn board(&self, scope: &BoardScope) -> BoardSnapshot {
        let (scope, rows, others) = scope.select((0..ROWS).map(row).collect(), |row| row);
        let store = Some(StoreNotice { since: DateTime::default(), dropped_samples: 0 });
        BoardSnapshot { position: Position { epoch: 1, sequence: 1 }, scope, rows, others, store, tags: BTreeMap::new() }
    }

    fn uptime_bars(&self, _service: Option<ServiceId>) -> Answer<'_, UptimeBarsView> {
        panic!("no page waits for history")
    }

    fn settings(&self, _without_services: bool) -> SettingsView {
        SettingsView {
            reload_errors: Vec::new(),
            version: "1.2.3".to_owned(),
            commit: Some("1853723".to_owned()),
            general: Vec::new(),
            warnings: Vec::new(),
            problems: Vec::new(),
            store: None,
            vault: None,
            channels: Vec::new(),
            scheduler: None,
            users: Vec::new(),
            keys: Vec::new(),
            revoke_key: String::new(),
            service_count: 0,
            broken_services: 0,
            services: Vec::new(),
        }
    }

    fn flush(&self) -> Answer<'_, ()> {
        panic!("rendering a page resets nothing")
    }

    fn test_channel(&self, _channel: String) -> Answer<'_, ChannelTestView> {
        panic!("rendering a page tests nothing")
    }

    fn create_key(&self, _request: KeyRequest) -> Answer<'_, CreatedKeyView> {
        panic!("rendering a page creates no key")
    }

    fn revoke_key(&self, _id: u64) -> Answer<'_, ()> {
        panic!("rendering a page revokes no key")
    }

    fn silences(&self, _request: SilencesRequest) -> SilencesView {
        let silence = SilenceView {
            id: 5,
            kind: SuppressionKind::Silence,
            incident: None,
            services: None,
            may_withdraw: true,
            author: "ops".to_owned(),
            comment: String::new(),
            from: DateTime::default(),
            until: None,
            recurrence: None,
        };
        SilencesView { entered: vec![silence], ..SilencesView::default() }
    }

    fn create_silence(&self, _: SilenceRequest) -> Answer<'_, ()> {
        panic!("rendering a page silences nothing")
    }

    fn end_silence(&self, _: u64) -> Answer<'_, ()> {
        panic!("rendering a page ends nothing")
    }

    fn extend(&self, _id: u64, _request: ExtensionRequest) -> Answer<'_, ()> {
        panic!("rendering a page extends nothing")
    }

    fn acknowledge(&self, _: u64, _: AcknowledgementRequest) -> Answer<'_, ()> {
        panic!("rendering a page acknowledges nothing")
    }

    fn withdraw_acknowledgement(&self, _incident: u64) -> Answer<'_, ()> {
        panic!("rendering a page withdraws nothing")
    }

    fn matching(&self, _texts: Vec<String>) -> Answer<'_, Vec<ServiceId>> {
        panic!("rendering a page selects nothing")
    }

    fn incidents(&self, _request: IncidentsRequest) -> Answer<'_, IncidentsView> {
        let listed = |id| ListedIncident { incident: incident(id), channels: 1, depends_on: vec![ServiceId::new("service-3")] };
        let now = DateTime::default();
        Box::pin(async move {
            Ok(IncidentsView {
                problem: None,
                now,
                from: now,
                to: now,
                open: (0..ROWS as u64).map(listed).collect(),
                groups: vec!["App".to_owned()],
                service_name: None,
                resolved: vec![listed(77)],
                next: None,
                resolved_count: 1,
                mean: Some(1_000),
                is_truncated: false,
                days: vec![IncidentDay { begin: now, down: 1, others: 2 }; 30],
            })
        })
    }

    fn incident(&self, id: u64) -> Answer<'_, IncidentDetailView> {
        Box::pin(async move {
            Ok(IncidentDetailView {
                now: DateTime::default(),
                incident: incident(id),
                acknowledgement: None,
                transitions: Vec::new(),
                channels: 1,
                channel_names: vec!["ops".to_owned()],
                deliveries: Vec::new(),
                roles: None,
                notes: Vec::new(),
                related: vec![incident(78)],
            })
        })
    }

    fn incident_history(&self, _: u64) -> Answer<'_, ServiceHistoryView> {
        Box::pin(async { Ok(ServiceHistoryView { from: 0, to: 3_600_000, step: 60_000, ..ServiceHistoryView::default() }) })
    }

    fn add_note(&self, _incident: u64, _text: String) -> Answer<'_, ()> {
        panic!("rendering a page adds nothing")
    }

    fn service(&self, id: ServiceId, _: Option<String>) -> Answer<'_, ServiceView> {
        let settings = ServiceSettings {
            name: id.to_string(),
            id,
            group: "App".to_owned(),
            plugin: "rest_http".to_owned(),
            tags: Vec::new(),
            roles: Vec::new(),
            interval: 60.0,
            timeout: 30.0,
            properties: Vec::new(),
            data: Vec::new(),
            problem: None,
        };
        let nodes = (0..3).map(|number| NodeView { status: row(number), detail: Some(CheckDetail::default()) }).collect();
        let view =
            ServiceView { settings, source: None, nodes, next_check: None, is_checking: true, pause: None, lacks_node: false };
        Box::pin(async { Ok(view) })
    }

    fn service_history(&self, _: ServiceId, range: HistoryRange) -> Answer<'_, ServiceHistoryView> {
        let HistoryRange { from, to, .. } = range;
        Box::pin(async move { Ok(ServiceHistoryView { from, to, step: 60_000, ..ServiceHistoryView::default() }) })
    }

    fn service_figures(&self, _: ServiceId, _: Option<String>) -> Answer<'_, ServiceFiguresView> {
        Box::pin(async { Ok(ServiceFiguresView::default()) })
    }

    fn check_now(&self, _id: ServiceId) -> Answer<'_, ServiceView> {
        Box::pin(async { Err(RpcError::NotFound) })
    }

    fn pause(&self, _id: ServiceId, _request: PauseRequest) -> Answer<'_, ()> {
        Box::pin(async { Err(RpcError::NotFound) })
    }

    fn resume(&self, _id: ServiceId) -> Answer<'_, ()> {
        Box::pin(async { Err(RpcError::NotFound) })
    }
}

/// Three of four rows are failing, with an incident.
fn row(number: usize) -> NodeStatus {
    let state = State::BY_URGENCY[number % State::BY_URGENCY.len()];
    let suppression =
        Suppression { kind: SuppressionKind::Silence, author: Some("ops".to_owned()), comment: String::new(), until: None };
    NodeStatus {
        service: ServiceId::new(format!("service-{number}")),
        group: format!("Group {}", number % 3),
        name: format!("Service {number}"),
        node: format!("node-{number}"),
        node_name: None,
        state,
        message: Some("no answer from `port 80`".to_owned()),
        checked: DateTime::default(),
        elapsed: Some(84_000),
        retries: 7,
        retry_limit: 3,
        last_state: State::Operational,
        since: DateTime::default(),
        incident: (!state.is_operational()).then_some(number as u64),
        suppression: number.is_multiple_of(5).then(|| Box::new(suppression)),
    }
}

/// The document at this path, in the parts in which it is sent.
async fn document(path: &'static str) -> (Owner, PinnedStream<String>) {
    let (meta, output) = ServerMetaContext::new();
    let context = move || {
        provide_context(RequestUrl::new(&format!("http://platus.test{path}")));
        provide_context(meta);
        provide_context::<Arc<dyn Backend>>(Arc::new(Fake));
    };
    let (owner, parts) = build_response(
        || shell(SiteAssets::default(), false),
        context,
        |app, chunks, _| {
            Box::pin(async move {
                let app = app.to_html_stream_in_order().collect::<String>().await;
                Box::pin(futures::stream::once(async move { app }).chain(chunks())) as PinnedStream<String>
            })
        },
        false,
    );
    let parts: PinnedStream<String> = Box::pin(output.inject_meta_context(parts.await).await);
    (owner, parts)
}

struct Pool(ThreadPool);

impl CustomExecutor for Pool {
    fn spawn(&self, task: PinnedFuture<()>) {
        // The hook has noted a panic, and the thread is still needed.
        self.0.spawn_ok(AssertUnwindSafe(task).catch_unwind().map(drop));
    }

    fn spawn_local(&self, _: PinnedLocalFuture<()>) {
        panic!("on the server nothing is bound to a thread")
    }

    fn poll_local(&self) {}
}

static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn panics() -> MutexGuard<'static, Vec<String>> {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Renders the page and reads it, but not always to its end. Whether it was whole as far as it was read.
async fn read(path: &'static str, whole: &str, leaves: bool) -> bool {
    let (owner, mut parts) = document(path).await;
    if leaves {
        // What is left of the page is cleaned up here, while other threads may still be at work for it.
        return parts.next().await.is_some();
    }
    let html: String = parts.collect().await;
    owner.unset_with_forced_cleanup();
    // Each page has a title of its own.
    let title = match path.split(['?', '&']).next().unwrap_or_default() {
        "/" => "<title>3 down · Platus</title>",
        "/incidents" => "<title>Incidents · Platus</title>",
        "/silences" => "<title>Silences · Platus</title>",
        "/settings" => "<title>Health · Platus</title>",
        "/settings/configuration" => "<title>Configuration · Platus</title>",
        "/services/service-3" => "<title>service-3 · Platus</title>",
        "/services/service-2" => "<title>service-2 unknown · Platus</title>",
        _ => "<title>#0 ",
    };
    html.contains(whole) && html.contains(title) && html.contains("History cannot be saved since")
}

#[test]
fn pages_that_are_rendered_at_once_do_not_disturb_each_other() {
    let pages = std::env::var("PLATUS_TEST_PAGES").map_or(PAGES, |pages| pages.parse().unwrap());
    let pool = ThreadPool::builder().pool_size(THREADS).create().unwrap();
    Executor::init_custom_executor(Pool(pool.clone())).unwrap();
    panic::set_hook(Box::new(|panic| panics().push(panic.to_string())));

    let (next, broken) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let readers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (next, broken) = (Arc::clone(&next), Arc::clone(&broken));
            let reader = async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= pages {
                        return;
                    }
                    let (path, whole) = WHOLE[number % WHOLE.len()];
                    let read = AssertUnwindSafe(read(path, whole, number % 5 == 0)).catch_unwind().await;
                    if !read.unwrap_or_default() {
                        broken.fetch_add(1, Ordering::Relaxed);
                    }
                }
            };
            pool.spawn_with_handle(reader).unwrap()
        })
        .collect();
    block_on(futures::future::join_all(readers));
    drop(panic::take_hook());

    let panics = panics();
    assert!(panics.is_empty(), "{} panics while {pages} pages were rendered: {}", panics.len(), panics.join("\n\n"));
    assert_eq!(broken.load(Ordering::Relaxed), 0, "of {pages} pages so many are not whole");
}
