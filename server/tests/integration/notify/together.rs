//! Services that fail together are one notification. Time passes faster than that of the machine: a second is ten or twenty.

use super::services;
use super::switch::{check_types, switch};
use crate::channels::receiver::Receiver;
use crate::targets::OddServer;
use crate::test_app::TestApp;
use crate::waiting::until;
use checks::CheckTypes;
use chrono::Local;
use model::State::{Down, Operational};
use serde_json::Value;
use system::clock::Clock;

fn config(receiver: &Receiver, interval: u32) -> String {
    format!("check_interval: {interval}\nnotify: true\nnotify_backend: {{type: webhook, data: {{url: '{}'}}}}\n", receiver.url("/"))
}

/// The names in each notification, in order.
fn notifications(receiver: &Receiver) -> Vec<Vec<String>> {
    let names = |request: Value| {
        let alerts = request["alerts"].as_array().unwrap().iter();
        let mut names: Vec<_> = alerts.map(|alert| alert["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    receiver.requests().iter().map(|request| names(request.json())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_services_of_one_host_are_one_notification_at_an_interval_of_a_minute() {
    three_services_of_one_host_are_one_notification(3, "together-60").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_services_of_one_host_are_one_notification_at_an_interval_of_twenty_seconds() {
    three_services_of_one_host_are_one_notification(1, "together-20").await;
}

/// The interval is in seconds of the machine, of which each is twenty.
async fn three_services_of_one_host_are_one_notification(interval: u32, one: &'static str) {
    let receiver = Receiver::start();
    let host = |name: &str| services(&[(name, "")]).replace(&format!("host: {name}"), &format!("host: {one}"));
    let others = services(&[("a-other", ""), ("b-other", ""), ("c-other", ""), ("d-other", ""), ("e-other", ""), ("y-other", "")]);
    let all = format!("{others}{}{}{}", host("a-db"), host("m-shop"), host("z-mail"));
    let app =
        TestApp::start_by(Clock::running(Local::now().fixed_offset(), 20), &config(&receiver, interval), &all, &check_types())
            .await;
    until("all were checked", async || app.status("admin").await.iter().all(|row| row["state"] == "operational")).await;
    let expected = ["a-db", "m-shop", "z-mail"].map(str::to_owned).to_vec();
    for (count, state) in [(1, Down), (2, Operational)] {
        switch(one, state);
        until("it was notified", async || receiver.requests().len() >= count).await;
        assert_eq!(notifications(&receiver).last(), Some(&expected), "{state}");
    }
    assert_eq!(receiver.requests().len(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_waits_for_services_whose_failure_takes_longer_to_see() {
    let receiver = Receiver::start();
    let hangs = OddServer::hanging();
    let slow = |name: &str, timeout: f64| {
        let properties = format!("{{host: 127.0.0.1, port: {}, protocol: http, timeout: {timeout}}}", hangs.address.port());
        format!("{name}: {{type: rest_http, properties: {properties}, data: {{name: {name}}}}}\n")
    };
    let refuses = "refuses: {type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {name: refuses}}\n";
    let all = format!("{refuses}{}{}", slow("slow", 0.7), slow("slower", 1.2));
    // The confirmations come seven and five seconds apart, and news is collected for five.
    let clock = Clock::running(Local::now().fixed_offset(), 10);
    let app = TestApp::start_by(clock, &config(&receiver, 2), &all, &CheckTypes::built_in()).await;
    until("it was notified", async || !receiver.requests().is_empty()).await;
    assert_eq!(notifications(&receiver), [["refuses", "slow", "slower"]]);
    app.stop().await;
}
