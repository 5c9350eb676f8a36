//! The incidents of nodes that disappear from the result.

use super::scripted::{self, Answer};
use crate::channels::receiver::Receiver;
use crate::notify::{config, until_notified};
use crate::test_app::TestApp;
use Answer::Nodes;
use model::State::{Down, Operational};

/// Starts a service whose script has its name, with this first answer.
async fn start(receiver: &Receiver, name: &str, first: Answer) -> TestApp {
    scripted::write(name, first);
    let service =
        format!("{name}: {{type: scripted, properties: {{host: host, script: {name}}}, data: {{type: App, name: {name}}}}}");
    TestApp::start_with(&config(receiver), &service, &scripted::check_types()).await
}

#[tokio::test]
async fn a_node_that_is_no_longer_reported_closes_its_incident() {
    let receiver = Receiver::start();
    let app = start(&receiver, "leaving", Nodes(&[("a", Down), ("b", Operational)])).await;
    until_notified(&receiver, &[("opened", "leaving", "down")]).await;
    scripted::write("leaving", Nodes(&[("b", Operational)]));
    until_notified(&receiver, &[("opened", "leaving", "down"), ("removed", "leaving", "unknown")]).await;
    let message = receiver.requests().last().unwrap().json();
    assert_eq!(message["text"], "leaving: node a is no longer reported, it was down");
    assert_eq!((&message["tone"], &message["still_in_trouble"]), (&"neutral".into(), &0.into()));
    let opened = &receiver.requests()[0].json()["alerts"][0]["incident"];
    assert_eq!(&message["alerts"][0]["incident"], opened, "the receiver can tell what is closed");
    app.stop().await;
}

#[tokio::test]
async fn an_empty_answer_ends_no_incident_and_is_one_of_the_service() {
    let receiver = Receiver::start();
    let app = start(&receiver, "vanishing", Nodes(&[("a", Down), ("b", Operational)])).await;
    let mut expected = vec![("opened", "vanishing", "down")];
    until_notified(&receiver, &expected).await;
    scripted::write("vanishing", Nodes(&[]));
    expected.push(("opened", "vanishing", "unknown"));
    until_notified(&receiver, &expected).await;
    let rows = app.status("admin").await;
    assert_eq!((rows.len(), &rows[0]["node"], &rows[0]["state"]), (1, &"host".into(), &"unknown".into()));

    // The incident of `a` was open all the time: there is nothing to say of it until it ends. That of the service ends with the answer,
    // which is no recovery while `a` is down.
    scripted::write("vanishing", Nodes(&[("a", Down), ("b", Operational)]));
    expected.push(("removed", "vanishing", "unknown"));
    until_notified(&receiver, &expected).await;
    scripted::write("vanishing", Nodes(&[("a", Operational), ("b", Operational)]));
    expected.push(("recovered", "vanishing", "operational"));
    until_notified(&receiver, &expected).await;
    let nodes: Vec<_> = receiver.requests().iter().map(|request| request.json()["alerts"][0]["node"].clone()).collect();
    assert_eq!(nodes, ["a", "host", "host", "a"]);
    app.stop().await;
}
