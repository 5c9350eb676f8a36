//! The pages as the server renders them, with a fake backend.

mod base_path;
mod french;
mod incidents;
mod parts;
mod service;
mod settings;
mod silences;
mod zones;

use crate::backend::{Answer, Backend};
use crate::forms::{Fields, Refusal};
use crate::language::Language;
use crate::model::{
    AcknowledgementRequest, BasePath, BoardSnapshot, ChannelFailureView, ChannelTestView, ChannelView, CreatedKeyView,
    ExtensionRequest, HistoryRange, IncidentDetailView, IncidentsRequest, IncidentsView, KeyRequest, KeySettings,
    MaintenanceWindowView, NodeStatus, Occurrence, PauseRequest, Recurrence, RecurrenceView, RpcError, SchedulerView,
    ServiceFiguresView, ServiceHistoryView, ServiceId, ServiceSettings, ServiceView, SettingEntry, SettingsView, SilenceCounts,
    SilencePart, SilenceRequest, SilenceView, SilencesRequest, SilencesView, State, StoreFailureView, StoreNotice, StoreView,
    Suppression, SuppressionKind, UndeliverableView, UptimeBarsView, UserSettings, VaultFailureView, VaultView, Viewer, WindowTime,
};
use crate::response::ResponseStatus;
use crate::samples::{at, row, snapshot};
use crate::shell;
use crate::times::Zones;
use chrono::{NaiveTime, Weekday};
use futures::StreamExt;
use futures::executor::block_on;
use leptos::prelude::*;
use leptos_integration_utils::{PinnedStream, build_response};
use leptos_meta::ServerMetaContext;
use leptos_router::location::RequestUrl;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

struct Fake {
    admin: bool,
    rows: Vec<NodeStatus>,
    store: Option<StoreNotice>,
}

impl Backend for Fake {
    fn viewer(&self) -> Viewer {
        Viewer { name: "ada".to_owned(), admin: self.admin, operator: self.admin, views: Vec::new() }
    }

    fn board(&self) -> BoardSnapshot {
        BoardSnapshot { store: self.store.clone(), ..snapshot(7, self.rows.clone()) }
    }

    fn strips(&self) -> Answer<'_, UptimeBarsView> {
        panic!("no page waits for history")
    }

    fn settings(&self) -> SettingsView {
        let token = SettingEntry { key: "token".to_owned(), value: "withheld".to_owned(), redacted: true };
        SettingsView {
            version: "1.2.3".to_owned(),
            commit: Some("1853723".to_owned()),
            general: vec![SettingEntry { key: "check_interval".to_owned(), value: "60".to_owned(), redacted: false }],
            warnings: vec!["users.yaml holds plain passwords.".to_owned()],
            problems: self.store.iter().map(|_| "The task scheduler has ended.".to_owned()).collect(),
            store: self.store.as_ref().map(|notice| StoreView {
                kind: "redis".to_owned(),
                place: "redis.lan:6379".to_owned(),
                failure: Some(StoreFailureView { since: notice.since, message: "connection `refused`".to_owned() }),
                waiting_commits: 12,
                waiting_samples: 3_456,
                dropped_samples: notice.dropped_samples,
                stored_samples: 1_234_567,
                stored_commits: 4_321,
                latest_commit: 3_100,
            }),
            vault: self.store.as_ref().map(|notice| VaultView {
                address: "https://vault.lan:8200".to_owned(),
                failure: Some(VaultFailureView { since: notice.since, message: "Vault is `sealed`".to_owned() }),
                oldest_value: Some(90_000),
            }),
            channels: vec![
                ChannelView {
                    name: "ops".to_owned(),
                    kind: "slack".to_owned(),
                    is_disabled: false,
                    can_be_tested: true,
                    waiting: 3,
                    held: vec![("maintenance".to_owned(), 1), ("silence by ops".to_owned(), 1_000)],
                    delivered: 42,
                    failed: 1_007,
                    last_success: None,
                    failure: Some(ChannelFailureView { since: at(0), message: "503 from `hooks.lan`".to_owned(), failures: 7 }),
                    given_up: 1,
                    latest_given_up: vec![UndeliverableView {
                        line: "db state changed to down before it was operational".to_owned(),
                        created: at(0),
                        reason: "refused 3 times".to_owned(),
                    }],
                },
                ChannelView {
                    name: "mail".to_owned(),
                    kind: "email".to_owned(),
                    is_disabled: false,
                    can_be_tested: false,
                    waiting: 0,
                    held: Vec::new(),
                    delivered: 0,
                    failed: 0,
                    last_success: None,
                    failure: Some(ChannelFailureView { since: at(1), message: "connection refused".to_owned(), failures: 0 }),
                    given_up: 0,
                    latest_given_up: Vec::new(),
                },
            ],
            scheduler: Some(SchedulerView { running: 3, started: 12_345, lateness: 41_000, p99: Some(250_000) }),
            users: vec![UserSettings { name: "ada".to_owned(), permission: "admin".to_owned(), roles: vec!["admin".to_owned()] }],
            keys: vec![KeySettings {
                name: "ci".to_owned(),
                user: "ada".to_owned(),
                permission: "view".to_owned(),
                roles: None,
                expires: Some(at(0)),
                is_expired: true,
                id: Some(7),
                created: Some(at(0)),
                author: Some("ada".to_owned()),
                used: None,
                has_user: true,
            }],
            services: vec![
                settings_of("fine", vec![token], None),
                settings_of("broken", Vec::new(), Some("services.yaml:3:5: unknown key `hots`; did you mean `host`?")),
            ],
        }
    }

    fn flush(&self) -> Answer<'_, ()> {
        Box::pin(async { Err(RpcError::Forbidden) })
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

    fn holds(&self, request: SilencesRequest) -> SilencesView {
        let silence = SilenceView {
            id: 5,
            kind: SuppressionKind::Silence,
            incident: None,
            services: Some(vec![ServiceId::new("mail"), ServiceId::new("shop")]),
            may_withdraw: true,
            author: "ops".to_owned(),
            comment: "moving <house>".to_owned(),
            from: at(0),
            until: Some(at(60)),
            recurrence: None,
        };
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let daily = Recurrence { days: None, ..Recurrence::weekly(Vec::new(), time(2), time(4), "UTC") };
        let window = MaintenanceWindowView {
            scope: "db-*".to_owned(),
            times: vec![WindowTime { text: "every day, 02:00 to 04:00, UTC".to_owned(), rule: Some(daily) }],
            until: Some(at(30)),
            occurrences: (0..5).map(|day| Occurrence { from: at(day * 24 * 60), until: at(day * 24 * 60 + 30) }).collect(),
        };
        let of_others = SilenceView {
            id: 6,
            services: Some((0..25).map(|number| ServiceId::new(format!("web{number}"))).collect()),
            may_withdraw: false,
            ..silence.clone()
        };
        let names = self.rows.iter().map(|row| (row.service.clone(), row.name.clone())).collect();
        let counts = SilenceCounts { active: 2, scheduled: 0, recurring: 1 };
        let (now, next) = (at(5), Some(6));
        match request {
            SilencesRequest { search, .. } if search == "nothing" => SilencesView::default(),
            SilencesRequest { part: Some(SilencePart::Recurring), after: None, .. } => {
                let sundays = Recurrence::weekly(vec![Weekday::Sun], NaiveTime::MIN, NaiveTime::MIN, "Europe/Berlin");
                let text = "Sun, 00:00 to 00:00, Europe/Berlin".to_owned();
                let recurrence = Some(RecurrenceView { rule: sundays, text, occurrences: window.occurrences.clone() });
                let recurring = SilenceView { id: 8, until: Some(at(30)), recurrence, ..silence };
                SilencesView { now, ordered: vec![recurring], configured: vec![window], next: None, names, counts }
            }
            SilencesRequest { after: None, .. } => {
                SilencesView { now, ordered: vec![silence, of_others], configured: vec![window], next, names, counts }
            }
            _ => SilencesView { ordered: vec![SilenceView { id: 7, ..silence }], ..SilencesView::default() },
        }
    }

    fn hold(&self, _order: SilenceRequest) -> Answer<'_, ()> {
        panic!("rendering a page silences nothing")
    }

    fn withdraw(&self, _id: u64) -> Answer<'_, ()> {
        panic!("rendering a page ends nothing")
    }

    fn extend(&self, _id: u64, _request: ExtensionRequest) -> Answer<'_, ()> {
        panic!("rendering a page extends nothing")
    }

    fn acknowledge(&self, _incident: u64, _order: AcknowledgementRequest) -> Answer<'_, ()> {
        panic!("rendering a page acknowledges nothing")
    }

    fn withdraw_acknowledgement(&self, _incident: u64) -> Answer<'_, ()> {
        panic!("rendering a page withdraws nothing")
    }

    fn matching(&self, _texts: Vec<String>) -> Answer<'_, Vec<ServiceId>> {
        panic!("rendering a page selects nothing")
    }

    fn incidents(&self, request: IncidentsRequest) -> Answer<'_, IncidentsView> {
        Box::pin(async move {
            if request.from.as_deref() == Some("soon") {
                return Err(RpcError::Wrong("`from`: expected an instant.".to_owned()));
            }
            Ok(incidents::view(&self.rows, &request))
        })
    }

    fn incident(&self, id: u64) -> Answer<'_, IncidentDetailView> {
        Box::pin(async move { incidents::detail(&self.rows, id).ok_or(RpcError::Gone) })
    }

    fn incident_history(&self, id: u64) -> Answer<'_, ServiceHistoryView> {
        let history = incidents::detail(&self.rows, id).ok_or(RpcError::Gone).and_then(|detail| {
            let (from, to) = (detail.incident.since.timestamp_millis() - 3_600_000, detail.now.timestamp_millis());
            let range = HistoryRange { from, to, node: None, or_all: false, points: 240 };
            service::history(&self.rows, &detail.incident.service, &range)
        });
        Box::pin(async { history })
    }

    fn add_note(&self, _incident: u64, _text: String) -> Answer<'_, ()> {
        panic!("rendering a page adds nothing")
    }

    fn service(&self, id: ServiceId, node: Option<String>) -> Answer<'_, ServiceView> {
        let view = service::view(&self.rows, &id, node.as_deref());
        Box::pin(async { view.ok_or(RpcError::NotFound) })
    }

    fn service_history(&self, id: ServiceId, range: HistoryRange) -> Answer<'_, ServiceHistoryView> {
        let history = service::history(&self.rows, &id, &range);
        Box::pin(async { history })
    }

    fn service_figures(&self, id: ServiceId, node: Option<String>) -> Answer<'_, ServiceFiguresView> {
        let view = service::view(&self.rows, &id, None);
        Box::pin(async move { view.map(|_| service::figures(node.as_deref())).ok_or(RpcError::NotFound) })
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

fn settings_of(id: &str, properties: Vec<SettingEntry>, problem: Option<&str>) -> ServiceSettings {
    ServiceSettings {
        id: ServiceId::new(id),
        group: "App".to_owned(),
        name: id.to_owned(),
        plugin: "rest_http".to_owned(),
        roles: Vec::new(),
        tags: vec!["tier-1".to_owned()],
        interval: 60.0,
        timeout: 30.0,
        properties,
        data: Vec::new(),
        problem: problem.map(str::to_owned),
    }
}

/// The status and the document of a request.
fn get(path: &str, backend: Option<Fake>) -> (u16, String) {
    render(path, backend, None)
}

/// The same in answer to a form that was refused.
fn render(path: &str, backend: Option<Fake>, refusal: Option<Refusal>) -> (u16, String) {
    render_with((BasePath::default(), Zones::default(), Language::English), path, backend, refusal)
}

/// The same of a site that is not at the root of its host.
fn render_under(base: BasePath, path: &str, backend: Option<Fake>, refusal: Option<Refusal>) -> (u16, String) {
    render_with((base, Zones::default(), Language::English), path, backend, refusal)
}

/// The same with times in these zones.
fn render_in(zones: Zones, path: &str, backend: Option<Fake>, refusal: Option<Refusal>) -> (u16, String) {
    render_with((BasePath::default(), zones, Language::English), path, backend, refusal)
}

fn render_with(
    (base, zones, language): (BasePath, Zones, Language),
    path: &str,
    backend: Option<Fake>,
    refusal: Option<Refusal>,
) -> (u16, String) {
    // Fails from the second test on, since the executor exists already.
    let _ = any_spawner::Executor::init_futures_executor();
    let status = Arc::new(AtomicU16::new(200));
    let (meta, output) = ServerMetaContext::new();
    let url = format!("http://platus.test{}", base.address(path));
    let context = {
        let status = Arc::clone(&status);
        move || {
            if let Some(refusal) = refusal {
                provide_context(refusal);
            }
            provide_context(zones);
            provide_context(language);
            provide_context(RequestUrl::new(&url));
            provide_context(base);
            provide_context(meta);
            provide_context(ResponseStatus::new(move |code| status.store(code, Ordering::Relaxed)));
            if let Some(backend) = backend {
                provide_context::<Arc<dyn Backend>>(Arc::new(backend));
            }
        }
    };
    let (owner, stream) = build_response(
        || shell(parts::site(), false),
        context,
        |app, chunks, _| {
            Box::pin(async move {
                let app = app.to_html_stream_in_order().collect::<String>().await;
                Box::pin(futures::stream::once(async move { app }).chain(chunks())) as PinnedStream<String>
            })
        },
        false,
    );
    let html = block_on(async { output.inject_meta_context(stream.await).await.collect::<String>().await });
    owner.unset_with_forced_cleanup();
    (status.load(Ordering::Relaxed), html)
}

/// Why the form with these fields was refused.
fn refusal(fields: &[(&str, &str)], reason: &str) -> Option<Refusal> {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Some(Refusal::new(&Fields::new(fields), reason.to_owned()))
}

fn viewer_of(rows: Vec<NodeStatus>) -> Option<Fake> {
    Some(Fake { admin: false, rows, store: None })
}

fn admin_of(rows: Vec<NodeStatus>) -> Option<Fake> {
    Some(Fake { admin: true, rows, store: None })
}

#[track_caller]
fn assert_holds(html: &str, parts: &[&str]) {
    // The framework puts markers between texts.
    let text = html.replace("<!>", "").replace("<!---->", "");
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
}

/// The document without the data for hydration, which repeat the rows.
fn visible(html: &str) -> &str {
    html.split("</body>").next().unwrap_or(html)
}

#[test]
fn the_board_is_complete_without_scripts() {
    let mut down = row("payments", "i-0ee58c", State::Down);
    down.node_name = Some("pay-2".to_owned());
    down.message = Some("connection <refused>".to_owned());
    down.retries = 17;
    down.elapsed = None;
    let (status, html) = get("/", viewer_of(vec![down, row("shop", "shop.lan", State::Operational)]));
    assert_eq!(status, 200);
    assert_holds(
        &html,
        &[
            "<title>1 down · Platus</title>",
            "1 of 2 services is down",
            "Oldest since 16:00:00: ",
            "<tr role=\"row\" data-service=\"payments\" data-node=\"i-0ee58c\" class=\"down\">",
            "pay-2 (i-0ee58c)",
            "connection &lt;refused&gt;",
            "3/3",
            "(17)",
            "84 ms",
            "16:57:00",
            "datetime=\"2026-07-30T16:57:00+02:00\"",
            "1 of 2 needs attention",
            "Connecting",
            "ada",
            "action=\"/logout\"",
        ],
    );
}

#[test]
fn a_node_that_was_not_checked_yet_has_no_time_of_a_check() {
    let mut waiting = row("shop", "shop.lan", State::Unknown);
    waiting.retries = 0;
    waiting.message = Some("Not checked yet".to_owned());
    let (_, html) = get("/", viewer_of(vec![waiting]));
    assert_holds(&html, &["Not checked yet", "<td role=\"cell\" class=\"number checked absent\">–</td>"]);
    assert!(!visible(&html).contains("<time datetime=\"2026-07-30T16:57:00"), "{html}");
}

#[test]
fn the_document_requests_its_files_by_version() {
    let (_, html) = get("/login", None);
    assert_holds(
        &html,
        &[
            "/pkg/platus.css?v=abc123",
            "from '/pkg/platus.js?v=abc123'",
            "module_or_path: '/pkg/platus_bg.wasm?v=abc123'",
            "<html lang=\"en\">",
        ],
    );
}

#[test]
fn a_board_without_services_shows_an_example() {
    let (status, html) = get("/", viewer_of(Vec::new()));
    assert_eq!(status, 200);
    assert_holds(&html, &["No services yet", "services.yaml", "type: rest_http"]);
}

#[test]
fn every_page_shows_that_history_cannot_be_saved() {
    let waits = "New results wait in memory and are saved when the store is back.";
    let lost = "Buffer full: 1,234 checks will be missing in history. All state changes are kept.";
    for path in ["/", "/settings"] {
        for (dropped_samples, fate) in [(0, waits), (1_234, lost)] {
            let store = Some(StoreNotice { since: at(3), dropped_samples });
            let (_, html) = get(path, Some(Fake { admin: false, rows: Vec::new(), store }));
            assert_holds(
                &html,
                &["History cannot be saved since <time datetime=\"2026-07-30T16:03:00+02:00\"", ">16:03</time>", fate],
            );
        }
        let (_, html) = get(path, viewer_of(Vec::new()));
        assert!(!html.contains("History cannot be saved"), "{html}");
    }
}

#[test]
fn a_link_of_a_notification_leads_to_its_service() {
    let (_, html) =
        get("/?search=service-1", viewer_of(["service-1", "service-2"].map(|id| row(id, "node", State::Operational)).into()));
    assert_holds(&html, &["value=\"service-1\"", "data-service=\"service-1\""]);
    assert!(!html.contains("data-service=\"service-2\""), "{html}");
}

#[test]
fn without_a_session_there_is_no_board() {
    let (status, html) = get("/", None);
    assert_eq!(status, 401);
    assert_holds(&html, &["Please log in.", "href=\"/login?next=/\""]);
    assert!(!html.contains("<table"), "{html}");
}

#[test]
fn login_works_without_backend_or_scripts_and_shows_why_it_refused() {
    for (path, expected, absent) in [
        ("/login", "name=\"next\" value=\"/\"", "role=\"alert\""),
        ("/login?next=/settings", "value=\"/settings\"", "role=\"alert\""),
        ("/login?next=//example.com", "value=\"/\"", "example.com"),
        ("/login?failed", "Wrong user name or password.", "Too many"),
        ("/login?throttled", "Too many attempts. Wait a minute, then try again.", "Wrong"),
    ] {
        let (status, html) = get(path, None);
        assert_eq!(status, 200, "{path}");
        assert_holds(
            &html,
            &[expected, "method=\"post\" action=\"/login\"", "autocomplete=\"username\"", "autocomplete=\"current-password\""],
        );
        assert!(!visible(&html).contains(absent), "{path}: {html}");
    }
}

#[test]
fn an_unknown_address_is_not_found() {
    for backend in [None, admin_of(Vec::new())] {
        let (status, html) = get("/no/such/page", backend);
        assert_eq!(status, 404);
        assert_holds(&html, &["There is no such page", "<title>Not found · Platus</title>"]);
    }
}
