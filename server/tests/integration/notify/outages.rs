use super::switch::switch;
use super::{channel, config, services, started, until_notified, until_waiting};
use crate::channels::receiver::Receiver;
use model::State::{Down, Operational, Unhealthy};

#[tokio::test]
async fn an_outage_and_its_end_are_notified_once_each_with_the_text_of_the_original() {
    let receiver = Receiver::start();
    let config = config(&receiver).replace("type: webhook", "type: slack");
    let app = started(&config, &services(&[("words", "")])).await;
    switch("words", Unhealthy);
    app.until("words", "unhealthy").await;
    switch("words", Down);
    app.until("words", "down").await;
    switch("words", Operational);
    app.until("words", "operational").await;
    crate::waiting::until("both were notified", async || receiver.requests().len() == 2).await;
    let texts: Vec<_> = receiver.requests().iter().map(|request| request.json()["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        texts,
        ["words state changed to unhealthy before it was operational", "words state changed to operational before it was down"]
    );
    // The receiver knows of a message before Platus knows that it has arrived.
    crate::waiting::until("both are counted", async || channel(&app).await["delivered"] == 2).await;
    let channel = channel(&app).await;
    assert_eq!((channel["name"].as_str(), channel["failures"].as_u64()), (Some("slack"), Some(0)));
    assert!(channel["last_success"].is_string() && channel.get("trouble").is_none());
}

#[tokio::test]
async fn a_channel_is_notified_of_its_incidents_and_of_those_that_become_its_own() {
    let (all, grave) = (Receiver::start(), Receiver::start());
    let config = format!(
        "check_interval: 1
retries_before_notify: 1
notify: true
notify_backend:
  - {{type: webhook, group_window: 0, data: {{url: '{}'}}}}
  - {{type: webhook, name: grave, group_window: 0, data: {{url: '{}'}}, only: {{states: down, services: 'own-*'}}}}
",
        all.url("/"),
        grave.url("/")
    );
    let app = started(&config, &services(&[("own-worse", ""), ("other-down", "")])).await;
    switch("own-worse", Unhealthy);
    app.until("own-worse", "unhealthy").await;
    switch("other-down", Down);
    app.until("other-down", "down").await;
    until_notified(&all, &[("opened", "own-worse", "unhealthy"), ("opened", "other-down", "down")]).await;
    switch("own-worse", Down);
    until_notified(&grave, &[("worsened", "own-worse", "down")]).await;
    switch("own-worse", Operational);
    until_notified(&grave, &[("worsened", "own-worse", "down"), ("recovered", "own-worse", "operational")]).await;
    until_waiting(&app, 0, 0).await;
}

#[tokio::test]
async fn a_failure_is_checked_again_sooner_while_it_is_not_confirmed() {
    let receiver = Receiver::start();
    let config = config(&receiver).replace("check_interval: 1", "check_interval: 3600").replace("notify: 1", "notify: 3");
    switch("soon", Down);
    let services = services(&[("soon", ", retry_interval: 1")]);
    let app = crate::test_app::TestApp::start_with(&config, &services, &super::switch::check_types()).await;
    // An hour is between two checks, so without the sooner ones this would never come.
    until_notified(&receiver, &[("opened", "soon", "down")]).await;
    app.stop().await;
}
