use super::switch::{check_types, switch};
use super::{channel, config, services, started, until_notified, until_results, until_waiting};
use crate::channels::receiver::{Receiver, Reply};
use crate::history::moody_store::{Mood, MoodyStore};
use crate::test_app::{PATIENCE, TestApp};
use crate::waiting::{eventually, until};
use history::Retention;
use model::State::{Down, Operational};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use storage::sqlite::SqliteStore;
use storage::writer;
use storage::writer::Start;
use storage::{FormerIds, Store, StoreError};

#[tokio::test]
async fn a_message_that_is_refused_is_given_up_where_people_see_it_and_the_next_one_is_sent() {
    let refusal = Reply::Answer(400, "", "no such room".to_owned());
    let replies = vec![refusal.clone(), refusal.clone(), refusal, Reply::status(200)];
    let receiver = Receiver::answering(replies);
    let app = started(&config(&receiver), &services(&[("refused", "")])).await;
    switch("refused", Down);
    let given_up = eventually(async || {
        let channel = channel(&app).await;
        channel["given_up"].get(0).cloned().ok_or(channel)
    })
    .await;
    assert_eq!((&given_up["service"], &given_up["state"]), (&"refused".into(), &"down".into()));
    assert!(given_up["reason"].as_str().unwrap().contains("refused 3 times"), "{given_up}");
    let settings = app.get_as("admin", "/settings/channels").await.text().await.unwrap();
    assert!(settings.contains("refused state changed to down before it was operational"), "{settings}");
    switch("refused", Operational);
    until("the recovery is notified", async || receiver.requests().len() == 4).await;
    until("the channel is well", async || channel(&app).await.get("trouble").is_none()).await;

    let results = until_results(&app, "admin", 2).await;
    let text = |result: &Value, key: &str| result.get(key).map(|it| it.as_str().unwrap().to_owned()).unwrap_or_default();
    let words = |result: &Value| ["kind", "result", "channel", "reason"].map(|key| text(result, key));
    assert_eq!(words(&results[0])[..3], ["opened", "dropped", "webhook"]);
    assert!(words(&results[0])[3].contains("refused 3 times"), "{results:?}");
    assert_eq!(words(&results[1]), ["recovered", "delivered", "webhook", ""]);
    assert!(results.iter().all(|result| text(result, "at").ends_with('Z')), "{results:?}");
    // Where notifications go is not for everyone.
    let theirs = until_results(&app, "dev", 2).await;
    assert_eq!(theirs.iter().map(words).collect::<Vec<_>>(), [["opened", "dropped", "", ""], ["recovered", "delivered", "", ""]]);
    let page = async |user| app.get_as(user, "/incidents/1").await.text().await.unwrap();
    assert!(page("admin").await.contains("refused 3 times"));
    let theirs = page("dev").await;
    assert!(
        theirs.contains("data-result=\"dropped\"") && !theirs.contains("webhook") && !theirs.contains("refused 3 times"),
        "{theirs}"
    );
    let theirs = app.get_as("dev", "/services/refused").await.text().await.unwrap();
    assert!(theirs.contains("dropped: 1 channel") && !theirs.contains("webhook"), "{theirs}");
}

#[tokio::test]
async fn a_message_that_could_not_be_delivered_is_delivered_after_a_restart_as_the_same_one() {
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::answering(vec![Reply::status(500)]);
    let services = services(&[("restarted", "")]);
    let first = TestApp::start_on(store(folder.path()).await, &config(&receiver), &services, &check_types()).await;
    first.until("restarted", "operational").await;
    switch("restarted", Down);
    until("it was tried", async || !receiver.requests().is_empty()).await;
    until_waiting(&first, 1, 0).await;
    let metrics = first.get_as("admin", "/metrics").await.text().await.unwrap();
    assert!(metrics.contains("platus_channel_up{channel=\"webhook\",type=\"webhook\"} 0"), "{metrics}");
    first.stop().await;

    let well = Receiver::start();
    let second = TestApp::start_on(store(folder.path()).await, &config(&well), &services, &check_types()).await;
    until_notified(&well, &[("opened", "restarted", "down")]).await;
    let key = |receiver: &Receiver| receiver.requests()[0].headers["idempotency-key"].clone();
    assert_eq!(key(&well), key(&receiver));
    until_waiting(&second, 0, 0).await;
    assert_eq!(until_results(&second, "dev", 1).await[0]["result"], "delivered");
    second.stop().await;

    // And it is delivered once.
    let third = TestApp::start_on(store(folder.path()).await, &config(&well), &services, &check_types()).await;
    switch("restarted", Operational);
    until_notified(&well, &[("opened", "restarted", "down"), ("recovered", "restarted", "operational")]).await;
    let results = until_results(&third, "dev", 2).await;
    assert_eq!(results.iter().map(|result| &result["kind"]).collect::<Vec<_>>(), ["opened", "recovered"]);
    third.stop().await;
}

#[tokio::test]
async fn what_is_owed_is_delivered_when_a_store_comes_late() {
    let kept = Arc::new(MoodyStore::default());
    let start = async |patience| {
        writer::start(Arc::<MoodyStore>::clone(&kept), Retention::default(), patience, true, FormerIds::default()).await.unwrap()
    };
    let deaf = Receiver::answering(vec![Reply::status(500)]);
    let services = services(&[("late", "")]);
    let first = TestApp::start_on(start(PATIENCE).await, &config(&deaf), &services, &check_types()).await;
    first.until("late", "operational").await;
    switch("late", Down);
    until_waiting(&first, 1, 0).await;
    switch("late", Operational);
    until_waiting(&first, 2, 0).await;
    first.stop().await;

    kept.becomes(Mood::Failing(StoreError::Away("it is away".to_owned())));
    let well = Receiver::start();
    let second = TestApp::start_on(start(Duration::from_millis(1)).await, &config(&well), &services, &check_types()).await;
    second.until("late", "operational").await;
    assert!(well.requests().is_empty());
    kept.becomes(Mood::Willing);
    until_notified(&well, &[("opened", "late", "down"), ("recovered", "late", "operational")]).await;
    until_waiting(&second, 0, 0).await;
    second.stop().await;
}

async fn store(folder: &Path) -> Start {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::beside(folder));
    writer::start(store, Retention::default(), PATIENCE, false, FormerIds::default()).await.unwrap()
}
