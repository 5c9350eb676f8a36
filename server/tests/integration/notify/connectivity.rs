use super::switch::switch;
use super::{config, services, started, until_notified, until_waiting};
use crate::channels::receiver::Receiver;
use model::State::{Down, Operational};

#[tokio::test]
async fn while_platus_is_offline_no_service_is_notified_and_the_rows_say_why() {
    let receiver = Receiver::start();
    let config = config(&receiver) + "connectivity: [gateway, resolver]\n";
    let app = started(&config, &services(&[("gateway", ""), ("resolver", ""), ("near", ""), ("far", "")])).await;
    // One landmark alone says nothing about the line.
    switch("resolver", Down);
    app.until("resolver", "down").await;
    switch("near", Down);
    app.until("near", "down").await;
    until_notified(&receiver, &[("opened", "resolver", "down"), ("opened", "near", "down")]).await;

    switch("gateway", Down);
    app.until("gateway", "down").await;
    switch("far", Down);
    let row = app.until("far", "unknown").await;
    assert_eq!(row["name"], "far");
    let rows: serde_json::Value = app.get_as("admin", "/api/v1.0/services/far").await.json().await.unwrap();
    assert!(rows.to_string().contains("monitor offline"), "{rows}");
    until_waiting(&app, 1, 1).await;

    switch("gateway", Operational);
    switch("far", Operational);
    until_waiting(&app, 0, 0).await;
    let expected = [
        ("opened", "resolver", "down"),
        ("opened", "near", "down"),
        ("opened", "gateway", "down"),
        ("recovered", "gateway", "operational"),
    ];
    until_notified(&receiver, &expected).await;
}
