use super::marks::row;
use super::switch::switch;
use super::{config, services, started, until_told, until_waiting};
use crate::channels::receiver::Receiver;
use crate::waiting::until;
use model::State::{Down, Operational};
use serde_json::Value;

#[tokio::test]
async fn nobody_is_told_of_what_is_down_because_something_else_is() {
    let receiver = Receiver::start();
    let app = started(&config(&receiver), &services(&[("cause", ""), ("effect", ", depends_on: cause")])).await;
    switch("cause", Down);
    app.until("cause", "down").await;
    switch("effect", Down);
    app.until("effect", "down").await;
    until_waiting(&app, 1, 1).await;
    until("its row says so", async || row(&app, "dev", "effect").await["hold"]["kind"] == "dependency").await;
    assert_eq!(row(&app, "dev", "cause").await["hold"], Value::Null);
    switch("cause", Operational);
    switch("effect", Operational);
    until_waiting(&app, 0, 0).await;
    until_told(&receiver, &[("opened", "cause", "down"), ("recovered", "cause", "operational")]).await;
}

#[tokio::test]
async fn what_stays_down_without_its_cause_is_told() {
    let receiver = Receiver::start();
    let app = started(&config(&receiver), &services(&[("reason", ""), ("victim", ", depends_on: [reason]")])).await;
    switch("reason", Down);
    app.until("reason", "down").await;
    switch("victim", Down);
    app.until("victim", "down").await;
    until_waiting(&app, 1, 1).await;
    switch("reason", Operational);
    until_told(&receiver, &[("opened", "reason", "down"), ("recovered", "reason", "operational"), ("opened", "victim", "down")])
        .await;
}
