//! A store that does not answer, or that fails.

use super::moody_store::{Mood, MoodyStore};
use super::past::Past;
use super::{SERVICES, refusal, result};
use crate::test_app::{PATIENCE, TestApp};
use checks::CheckTypes;
use futures::future::join_all;
use history::Retention;
use model::State::Operational;
use reqwest::StatusCode;
use std::sync::Arc;
use std::time::Duration;
use storage::{FormerIds, Store, StoreError, writer};

/// Every address that asks the store.
const ADDRESSES: [&str; 5] =
    ["/services/shop/history", "/services/shop/incidents", "/incidents", "/incidents?open=true", "/report"];

const GENERAL: &str = "History cannot be read now, since the store is away; try again later";

fn away() -> StoreError {
    StoreError::Away("db.internal:6379: connection refused".to_owned())
}

async fn started() -> (TestApp, Arc<MoodyStore>) {
    let mut past = Past::default();
    let web = past.node("shop", "web");
    past.was(web, Operational, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
    past.start_with_store(SERVICES).await
}

#[tokio::test]
async fn history_is_refused_while_the_store_is_away_and_answered_when_it_is_back() {
    let (app, store) = started().await;
    store.becomes(Mood::Failing(away()));
    for address in ADDRESSES {
        let response = app.get_as("dev", &format!("/api/v1.0{address}")).await;
        assert_eq!(response.headers().get("retry-after").unwrap(), "15", "{address}");
        assert_eq!(refusal(&app, "dev", address).await, (StatusCode::SERVICE_UNAVAILABLE, GENERAL.to_owned()), "{address}");
        let details = format!("{GENERAL}: db.internal:6379: connection refused");
        assert_eq!(refusal(&app, "admin", address).await, (StatusCode::SERVICE_UNAVAILABLE, details), "{address}");
    }
    let services = result(&app, "dev", "/services").await;
    assert_eq!(services[0]["id"], "shop", "what is known now is in memory");
    store.becomes(Mood::Willing);
    for address in ADDRESSES {
        result(&app, "dev", address).await;
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_written_can_be_asked() {
    let (app, store) = started().await;
    store.becomes(Mood::Unwritable(away()));
    for address in ADDRESSES {
        result(&app, "dev", address).await;
    }
}

#[tokio::test]
async fn what_cannot_be_read_at_all_is_another_error() {
    let (app, store) = started().await;
    store.becomes(Mood::Failing(StoreError::Unusable("a chunk of shop is corrupt".to_owned())));
    let refused = |text: &str| (StatusCode::INTERNAL_SERVER_ERROR, text.to_owned());
    for address in ADDRESSES {
        assert_eq!(refusal(&app, "dev", address).await, refused("History cannot be read"), "{address}");
        let details = "History cannot be read: a chunk of shop is corrupt";
        assert_eq!(refusal(&app, "admin", address).await, refused(details), "{address}");
    }
}

#[tokio::test]
async fn a_store_that_was_never_seen_is_not_taken_for_an_empty_one() {
    let store = Arc::new(MoodyStore::default());
    store.becomes(Mood::Unwritable(away()));
    let started: Arc<dyn Store> = Arc::<MoodyStore>::clone(&store);
    let start = writer::start(started, Retention::default(), Duration::from_millis(1), true, FormerIds::default()).await.unwrap();
    let app = TestApp::start_on(start, "check_interval: 3600\n", SERVICES, &CheckTypes::built_in()).await;
    for address in ADDRESSES {
        assert_eq!(refusal(&app, "dev", address).await, (StatusCode::SERVICE_UNAVAILABLE, GENERAL.to_owned()), "{address}");
    }
}

#[tokio::test]
async fn questions_at_once_are_limited() {
    let (app, store) = started().await;
    store.becomes(Mood::Silent);
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE * 2).build().unwrap();
    let ask = async |user: &'static str| {
        let address = format!("http://{}/api/v1.0/report", app.address);
        client.get(address).basic_auth(user, Some(user)).send().await.unwrap()
    };
    // Each report takes four of the eight places of its user, and keeps them until its deadline.
    let responses = join_all(["dev", "operator", "dev", "operator", "dev"].map(ask)).await;
    let statuses = |wanted: StatusCode| responses.iter().filter(|response| response.status() == wanted).count();
    assert_eq!((statuses(StatusCode::SERVICE_UNAVAILABLE), statuses(StatusCode::TOO_MANY_REQUESTS)), (4, 1));
    let refused = responses.into_iter().find(|response| response.status() == StatusCode::TOO_MANY_REQUESTS).unwrap();
    assert_eq!(refused.headers()["retry-after"], "5");
    let answer: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(answer["error"], "Too many questions about history are being answered; try again later");
    store.becomes(Mood::Willing);
    for address in ADDRESSES {
        result(&app, "dev", address).await;
    }
}
