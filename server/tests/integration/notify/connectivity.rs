use super::switch::switch;
use super::{config, services, started, until_told, until_waiting};
use crate::channels::receiver::Receiver;
use model::State::{Down, Operational};

#[tokio::test]
async fn when_platus_is_cut_off_nobody_is_told_of_the_services_and_their_rows_say_why() {
    let receiver = Receiver::start();
    let config = config(&receiver) + "connectivity: [gateway, resolver]\n";
    let app = started(&config, &services(&[("gateway", ""), ("resolver", ""), ("near", ""), ("far", "")])).await;
    // One landmark alone says nothing about the line.
    switch("resolver", Down);
    app.until("resolver", "down").await;
    switch("near", Down);
    app.until("near", "down").await;
    until_told(&receiver, &[("opened", "resolver", "down"), ("opened", "near", "down")]).await;

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
    let told = [
        ("opened", "resolver", "down"),
        ("opened", "near", "down"),
        ("opened", "gateway", "down"),
        ("recovered", "gateway", "operational"),
    ];
    until_told(&receiver, &told).await;
}
