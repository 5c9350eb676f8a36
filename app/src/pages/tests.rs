//! The pages as the server renders them, with a fake backend.

mod addresses;
mod base_path;
mod fake;
mod french;
mod incidents;
mod parts;
mod service;
mod settings;
mod silences;
mod zones;

use crate::backend::{Answer, Backend};
use crate::forms::{Fields, Refusal as RefusedFields};
use crate::language::Language;
use crate::model::{
    AcknowledgementRequest, BasePath, BoardScope, BoardSnapshot, ChannelFailureView, ChannelTestView, ChannelView, CreatedKeyView,
    ExtensionRequest, HistoryRange, HistoryRefusal, IncidentDetailView, IncidentsRequest, IncidentsView, KeyRequest, KeySettings,
    MaintenanceWindowView, NodeStatus, Occurrence, PauseRequest, Recurrence, RecurrenceView, Refusal, RpcError, SchedulerView,
    ServiceFiguresView, ServiceHistoryView, ServiceId, ServiceSettings, ServiceView, SettingEntry, SettingsView, SilenceCounts,
    SilencePart, SilenceRequest, SilenceView, SilencesRequest, SilencesView, State, StoreFailureView, StoreNotice, StoreView,
    Suppression, SuppressionKind, SuppressionReason, UndeliverableView, UptimeBarsView, UserSettings, VaultFailureView, VaultView,
    Viewer, WindowRule, WindowScope, WindowTime,
};
use crate::response::ResponseStatus;
use crate::samples::{at, row, snapshot};
use crate::shell;
use crate::times::Zones;
use chrono::{NaiveTime, Weekday};
use fake::{Fake, admin_of, settings_of, viewer_of};
use futures::StreamExt;
use futures::executor::block_on;
use leptos::prelude::*;
use leptos_integration_utils::{PinnedStream, build_response};
use leptos_meta::ServerMetaContext;
use leptos_router::location::RequestUrl;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

/// The status and the document of a request.
fn get(path: &str, backend: Option<Fake>) -> (u16, String) {
    render(path, backend, None)
}

/// The same in answer to a form that was refused.
fn render(path: &str, backend: Option<Fake>, refusal: Option<RefusedFields>) -> (u16, String) {
    render_with((BasePath::default(), Zones::default(), Language::English), path, backend, refusal)
}

/// The same of a site that is not at the root of its host.
fn render_under(base: BasePath, path: &str, backend: Option<Fake>, refusal: Option<RefusedFields>) -> (u16, String) {
    render_with((base, Zones::default(), Language::English), path, backend, refusal)
}

/// The same with times in these zones.
fn render_in(zones: Zones, path: &str, backend: Option<Fake>, refusal: Option<RefusedFields>) -> (u16, String) {
    render_with((BasePath::default(), zones, Language::English), path, backend, refusal)
}

fn render_with(
    (base, zones, language): (BasePath, Zones, Language),
    path: &str,
    backend: Option<Fake>,
    refusal: Option<RefusedFields>,
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
fn refusal(fields: &[(&str, &str)], reason: &str) -> Option<RefusedFields> {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Some(RefusedFields::new(&Fields::new(fields), reason.to_owned()))
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
fn search_engines_list_no_page_that_they_can_read() {
    for (path, backend) in [("/", None), ("/login", None), ("/no/such/page", None)] {
        assert_holds(
            &get(path, backend).1,
            &["<meta name=\"robots\" content=\"noindex\">", "<meta name=\"description\" content=\"Service monitor"],
        );
    }
    assert!(!get("/", viewer_of(Vec::new())).1.contains("noindex"));
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
            let (_, html) = get(path, Some(Fake { store, ..viewer_of(Vec::new()).unwrap() }));
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
