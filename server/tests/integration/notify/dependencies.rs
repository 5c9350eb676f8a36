use super::marks::row;
use super::switch::switch;
use super::{config, services, started, until_notified, until_waiting};
use crate::channels::receiver::Receiver;
use crate::waiting::until;
use model::State::{Down, Operational};
use serde_json::Value;

#[tokio::test]
async fn no_notification_is_sent_for_a_service_whose_dependency_is_down() {
    let receiver = Receiver::start();
    let app = started(&config(&receiver), &services(&[("cause", ""), ("effect", ", depends_on: cause")])).await;
    switch("cause", Down);
    app.until("cause", "down").await;
    switch("effect", Down);
    app.until("effect", "down").await;
    until_waiting(&app, 1, 1).await;
    until("its row says so", async || row(&app, "dev", "effect").await["suppression"]["kind"] == "dependency").await;
    assert_eq!(row(&app, "dev", "cause").await["suppression"], Value::Null);
    switch("cause", Operational);
    switch("effect", Operational);
    until_waiting(&app, 0, 0).await;
    until_notified(&receiver, &[("opened", "cause", "down"), ("recovered", "cause", "operational")]).await;
}

#[tokio::test]
async fn a_service_that_stays_down_after_its_dependency_recovers_is_notified() {
    let receiver = Receiver::start();
    let app = started(&config(&receiver), &services(&[("reason", ""), ("victim", ", depends_on: [reason]")])).await;
    switch("reason", Down);
    app.until("reason", "down").await;
    switch("victim", Down);
    app.until("victim", "down").await;
    until_waiting(&app, 1, 1).await;
    switch("reason", Operational);
    until_notified(
        &receiver,
        &[("opened", "reason", "down"), ("recovered", "reason", "operational"), ("opened", "victim", "down")],
    )
    .await;
}
