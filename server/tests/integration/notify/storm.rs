use super::switch::switch;
use super::{services, started};
use crate::channels::receiver::Receiver;
use crate::waiting::until;
use model::State::{Down, Operational};

const SERVICES: usize = 2000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_services_that_go_down_together_are_one_message_and_coming_back_one_more() {
    let (hook, slack) = (Receiver::start(), Receiver::start());
    let config = format!(
        "check_interval: 1
retries_before_notify: 1
notify: true
notify_backend:
  - {{type: webhook, group_window: 5, data: {{url: '{}'}}}}
  - {{type: slack, group_window: 5, data: {{url: '{}'}}}}
",
        hook.url("/"),
        slack.url("/")
    );
    let names: Vec<String> = (0..SERVICES).map(|number| format!("storm-{number}")).collect();
    // All hang on the one switch.
    let storm: String = names.iter().map(|name| services(&[(name, "")]).replace(&format!("host: {name}"), "host: storm")).collect();
    let app = started(&config, &storm).await;
    for (round, (state, word)) in [(Down, "down"), (Operational, "operational")].into_iter().enumerate() {
        switch("storm", state);
        until("both channels have told of it", async || hook.requests().len() > round && slack.requests().len() > round).await;
        let request = hook.requests().remove(round).json();
        let alerts = request["alerts"].as_array().unwrap();
        assert_eq!(alerts.len(), SERVICES);
        assert!(alerts.iter().all(|alert| alert["state"] == word));
        assert_eq!(request["counts"][word], SERVICES);
        assert_eq!(request["still_in_trouble"], if state == Down { SERVICES } else { 0 });
    }
    assert_eq!((hook.requests().len(), slack.requests().len()), (2, 2));
    let text = slack.requests()[0].json()["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with("2000 down:\n"), "{text}");
    app.stop().await;
}
