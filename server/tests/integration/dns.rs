//! The plugin `dns` against Unbound.

use crate::looking::{assert_operational, assert_seen, assert_unknown, connect, look_at_one, one, service};
use crate::servers::free_port;
use crate::servers::unbound::UnboundServer;
use model::Observation;
use model::State;
use serde_json::{Value, json};
use std::sync::LazyLock;

static SERVER: LazyLock<UnboundServer> = LazyLock::new(|| UnboundServer::start(&[]));

async fn look(host: &str, data: Value) -> Result<Observation, String> {
    look_at_one("dns", &json!({"host": host, "server": SERVER.address()}), &data).await
}

#[tokio::test]
async fn every_kind_of_record_is_as_expected() {
    for (host, record, expect) in [
        ("platus.example", "A", json!(["192.0.2.2", "192.0.2.1"])),
        ("PLATUS.example.", "AAAA", json!("2001:DB8:0::1")),
        ("platus.example", "MX", json!("10 mail.PLATUS.example")),
        ("platus.example", "NS", json!("ns.platus.example.")),
        ("platus.example", "TXT", json!("v=spf1 -all")),
        // As `dig +short` prints it.
        ("platus.example", "TXT", json!("\"v=spf1 \" \"-all\"")),
        ("platus.example", "CAA", json!("0 issue ca.example")),
        ("platus.example", "SOA", json!("ns.platus.example admin.platus.example 7 3600 600 86400 60")),
        ("_sip._tcp.platus.example", "SRV", json!("1 2 5060 sip.platus.example")),
        ("alias.platus.example", "CNAME", json!("elsewhere.platus.example")),
        ("192.0.2.1", "PTR", json!("platus.example")),
        ("1.2.0.192.in-addr.arpa", "PTR", json!("platus.example")),
    ] {
        let seen = look(host, json!({"record": record, "expect": expect, "exact": true})).await;
        assert_operational(seen);
    }
}

#[tokio::test]
async fn any_value_will_do_where_none_is_expected() {
    let seen = look("platus.example", json!({})).await.unwrap();
    assert_eq!(seen.node, "platus.example");
    assert_eq!(seen.expectations[0].seen, "192.0.2.1, 192.0.2.2");
    assert_eq!(seen.phases[0].name, "answer");
    assert_operational(Ok(seen));
}

#[tokio::test]
async fn other_values_are_unhealthy() {
    let missing = look("platus.example", json!({"expect": ["192.0.2.1", "192.0.2.9"]})).await;
    assert_seen(missing, State::Unhealthy, "expected A 192.0.2.1, 192.0.2.9, got 192.0.2.1, 192.0.2.2");
    assert_operational(look("platus.example", json!({"expect": "192.0.2.1"})).await);
    let too_many = look("platus.example", json!({"expect": "192.0.2.1", "exact": true})).await;
    assert_seen(too_many, State::Unhealthy, "expected A 192.0.2.1 and nothing else, got 192.0.2.1, 192.0.2.2");
    let slow = look("platus.example", json!({"max_elapsed": 1e-6})).await.unwrap();
    assert_eq!(slow.state, State::Unhealthy);
}

#[tokio::test]
async fn a_name_or_record_that_is_not_there_is_down() {
    assert_seen(look("absent.platus.example", json!({})).await, State::Down, "the name `absent.platus.example` does not exist");
    let seen = look("platus.example", json!({"record": "SRV"})).await;
    assert_seen(seen, State::Down, "`platus.example` has no record SRV");
    // This server gives the other name alone.
    let seen = look("alias.platus.example", json!({})).await;
    let message = "`alias.platus.example` stands for the name `elsewhere.platus.example`, of which no record A came";
    assert_seen(seen, State::Down, message);
}

#[tokio::test]
async fn a_server_that_gives_no_answer_leaves_the_state_unknown() {
    let server = SERVER.address();
    let refused = look("www.refused.example", json!({})).await;
    assert_unknown(refused, &format!("{server} refuses to answer for `www.refused.example` (REFUSED)"));
    let broken = look("www.broken.example", json!({})).await;
    assert_unknown(broken, &format!("{server} could not find out about `www.broken.example` (SERVFAIL)"));
    let silent = json!({"host": "www.silent.example", "server": server, "timeout": 0.6});
    assert_unknown(look_at_one("dns", &silent, &json!({})).await, &format!("no answer from {server} within 0.6 s"));
    let silent = format!("127.0.0.1:{}", free_port());
    let properties = json!({"host": "platus.example", "server": silent, "timeout": 0.3});
    assert_unknown(look_at_one("dns", &properties, &json!({})).await, &format!("no answer from {silent} within 0.3 s"));
}

#[tokio::test]
async fn one_server_that_answers_is_enough() {
    let silent = format!("127.0.0.1:{}", free_port());
    let properties = json!({"host": "platus.example", "server": [silent, SERVER.address()]});
    assert_operational(look_at_one("dns", &properties, &json!({"expect": "192.0.2.1"})).await);
}

#[tokio::test]
async fn a_long_answer_comes_over_a_connection() {
    let data = json!({"record": "TXT", "expect": format!("19{}", "x".repeat(200))});
    assert_operational(look("long.platus.example", data.clone()).await);

    let without = UnboundServer::start(&["do-tcp: no"]);
    let properties = json!({"host": "long.platus.example", "server": without.address(), "timeout": 1});
    let seen = look_at_one("dns", &properties, &data).await.unwrap_err();
    assert!(seen.starts_with(&format!("no answer from {}", without.address())), "{seen}");
}

/// An answer of before would hide that no server answers now.
#[tokio::test]
async fn each_check_asks_anew() {
    let server = UnboundServer::start(&[]);
    let service = service("dns", &json!({"host": "platus.example", "server": server.address(), "timeout": 3}), &json!({}));
    let look = async || one(service.check().await.map_err(|error| error.message));
    assert_operational(look().await);
    server.process.pause();
    assert_unknown(look().await, &format!("no answer from {} within 3 s", server.address()));
    server.process.resume();
    assert_operational(look().await);
}

#[test]
fn wrong_values_are_reported() {
    for (properties, data, problem) in [
        (json!({"host": "a..b"}), json!({}), "`host` must be a name"),
        (json!({"host": "192.0.2.1"}), json!({}), "only `record: PTR` asks for an address"),
        (json!({"host": "a.test", "server": ["192.0.2.53", "ns.test"]}), json!({}), "`server` holds `ns.test`"),
        (json!({"host": "a.test"}), json!({"expect": "b.test"}), "`expect` holds `b.test`; expected an IPv4 address"),
        (json!({"host": "a.test"}), json!({"exact": true}), "`exact` needs `expect`"),
        (json!({"host": "a.test"}), json!({"record": "HINFO"}), "`data.record`: unknown word"),
    ] {
        let error = connect("dns", &properties, &data).err().unwrap();
        assert!(error.contains(problem), "{error}");
    }
}
