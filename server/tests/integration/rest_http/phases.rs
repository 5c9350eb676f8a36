//! The phases of a check.

use super::*;

/// The names of the phases of the next check of a service, whatever comes of it.
async fn phases(service: &dyn Check) -> Vec<&'static str> {
    let phases = match service.check().await {
        Ok(observations) => observations[0].phases.clone(),
        Err(error) => error.phases,
    };
    phases.iter().map(|phase| phase.name).collect()
}

async fn phases_of(properties: Value, data: Value) -> Vec<&'static str> {
    phases(service(properties, data).as_ref()).await
}

#[tokio::test]
async fn every_step_has_its_phase() {
    let named = json!({"host": "localhost"});
    let data = json!({"url": "/ok", "search": "ok"});
    assert_eq!(phases_of(at("HTTP", named.clone()), data.clone()).await, ["resolve", "connect", "first byte", "body"]);
    assert_eq!(phases_of(at("HTTP", json!({"method": "POST"})), json!({"url": "/ok"})).await, ["connect", "first byte"]);
    let trusting = json!({"ca": targets().file("CA")});
    let https = phases_of(at("HTTPS", with(named, trusting.clone())), json!({"search": "tls"})).await;
    assert_eq!(https, ["resolve", "connect", "tls", "first byte", "body"]);
    assert_eq!(phases_of(at("MTLS", trusting), json!({})).await, ["connect", "tls", "first byte"]);
}

#[tokio::test]
async fn a_kept_connection_is_not_made_again() {
    let service = service(at("HTTPS", json!({"ca": targets().file("CA")})), json!({"search": "tls"}));
    assert_eq!(phases(service.as_ref()).await, ["connect", "tls", "first byte", "body"]);
    assert_eq!(phases(service.as_ref()).await, ["first byte", "body"]);
}

#[tokio::test]
async fn each_server_of_a_redirect_has_its_own() {
    let phases = phases_of(at("HTTP", json!({})), json!({"url": "/redirect-elsewhere"})).await;
    assert_eq!(phases, ["connect", "first byte", "connect", "first byte"]);
}

#[tokio::test]
async fn a_check_that_fails_says_how_far_it_came() {
    let hanging = OddServer::hanging();
    let stopping = OddServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
    // Long enough for whatever comes to come, also on a busy machine.
    let impatient = json!({"timeout": 3});
    let nothing: [&str; 0] = [];
    assert_eq!(phases_of(at("CLOSED", json!({})), json!({})).await, nothing);
    assert_eq!(phases_of(at("CLOSED", json!({"host": "localhost"})), json!({})).await, ["resolve"]);
    assert_eq!(phases_of(json!({"host": "no-such-host.invalid"}), json!({})).await, nothing);
    assert_eq!(phases_of(at("EXPIRED", json!({"ca": targets().file("CA")})), json!({})).await, ["connect"]);
    let (no_handshake, no_answer, no_end) = tokio::join!(
        phases_of(at_odd(&hanging, with(json!({"protocol": "https"}), impatient.clone())), json!({})),
        phases_of(at_odd(&hanging, impatient.clone()), json!({})),
        phases_of(at_odd(&stopping, impatient), json!({"search": "hello"})),
    );
    assert_eq!(no_handshake, ["connect"]);
    assert_eq!(no_answer, ["connect"]);
    assert_eq!(no_end, ["connect", "first byte"]);
}

#[tokio::test]
async fn phases_of_checks_that_run_together_are_kept_apart() {
    let services: Vec<_> = (0..20).map(|_| service(at("HTTPBIN", json!({})), json!({"url": "/ip", "search": "origin"}))).collect();
    let checks = services.iter().map(|service| service.check());
    for observations in futures::future::join_all(checks).await {
        let seen = observations.unwrap().remove(0);
        let names: Vec<_> = seen.phases.iter().map(|phase| phase.name).collect();
        assert!(names.ends_with(&["first byte", "body"]) && names.len() <= 3, "{names:?}");
    }
}
