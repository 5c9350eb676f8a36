//! The check type `ping`, run by the program in its own network namespace, where tests can drop packets and permissions.

use crate::test_app::configuration;
use serde_json::{Map, Value, json};
use std::process::{Command, Stdio};

const PLATUS: &str = env!("CARGO_BIN_EXE_platus");

/// Every user may open ping sockets.
const OPEN_TO_ALL: &str = "echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range";

/// The default of a new system: no group may open them.
const OPEN_TO_NOBODY: &str = "echo 1 0 >/proc/sys/net/ipv4/ping_group_range";

/// Without the right to open raw sockets.
const WITHOUT_RIGHT: &str = "setpriv --bounding-set=-net_raw --inh-caps=-net_raw --";

/// Looks once at `host` from a network that has nothing but the loopback interface, after these commands of the shell.
#[track_caller]
fn look(commands: &[&str], prefix: &str, host: &str, data: Value) -> Value {
    let service = json!({"type": "ping", "properties": {"host": host, "timeout": 2}, "data": data});
    let mut rows = probe(commands, prefix, json!({"host": service}));
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

/// The rows of these services, which are looked at at the same time.
#[track_caller]
fn probe(commands: &[&str], prefix: &str, services: Value) -> Vec<Value> {
    let folder = configuration("log_level: error", &services.to_string());
    let config = folder.path().join("config.yaml");
    let commands = commands.join("\n");
    let script =
        format!("set -e\nip link set lo up\n{commands}\nexec {prefix} {PLATUS} probe --json --config {}", config.display());
    let output = network_of_its_own().args(["sh", "-c", &script]).stdin(Stdio::null()).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// A user other than root becomes root of a namespace.
fn network_of_its_own() -> Command {
    let mut command = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--net", "--"]);
    command
}

#[track_caller]
fn assert_row(row: &Value, state: &str, message: Option<&str>) {
    assert_eq!((row["state"].as_str(), row["message"].as_str()), (Some(state), message), "{row}");
}

fn metric(row: &Value, name: &str) -> Option<f64> {
    row["metrics"].as_array()?.iter().find(|metric| metric["name"] == name)?["value"].as_f64()
}

#[test]
fn both_versions_and_both_kinds_of_sockets_ping() {
    for host in ["127.0.0.1", "::1", "localhost"] {
        for (commands, prefix) in [(OPEN_TO_ALL, WITHOUT_RIGHT), (OPEN_TO_NOBODY, "")] {
            let row = look(&[commands], prefix, host, json!({}));
            assert_row(&row, "operational", None);
            assert!(row["elapsed"].as_f64().unwrap() < 1.0, "{row}");
            assert_eq!(metric(&row, "loss"), Some(0.0));
            assert!(metric(&row, "fastest") <= metric(&row, "slowest") && metric(&row, "slowest").is_some(), "{row}");
        }
    }
}

#[test]
fn without_the_right_to_ping_the_state_is_unknown() {
    for host in ["127.0.0.1", "::1"] {
        let row = look(&[OPEN_TO_NOBODY], WITHOUT_RIGHT, host, json!({}));
        let message = "Platus is not allowed to ping; allow its group with `sysctl net.ipv4.ping_group_range=\"0 2147483647\"`, \
                       or grant it the capability CAP_NET_RAW";
        assert_row(&row, "unknown", Some(message));
    }
}

#[test]
fn a_host_that_does_not_answer_is_down() {
    for (host, switch) in [("127.0.0.1", "ipv4/icmp_echo_ignore_all"), ("::1", "ipv6/icmp/echo_ignore_all")] {
        let silence = format!("echo 1 >/proc/sys/net/{switch}");
        let row = look(&[OPEN_TO_ALL, &silence], "", host, json!({}));
        assert_row(&row, "down", Some(&format!("no answer from {host} to 3 pings within 2 s")));
        assert_eq!((row.get("elapsed"), metric(&row, "loss")), (None, Some(100.0)));
    }
}

/// Of three requests the first is lost.
const LOSSY: [&str; 4] = [
    OPEN_TO_ALL,
    "nft add table inet test",
    "nft add chain inet test input '{ type filter hook input priority 0; }'",
    "nft add rule inet test input icmp type echo-request numgen inc mod 3 == 0 drop",
];

#[test]
fn lost_pings_are_unhealthy_beyond_what_may_be_lost() {
    let row = look(&LOSSY, "", "127.0.0.1", json!({"count": 6}));
    assert_row(&row, "unhealthy", Some("expected at most 0 % of the pings lost, got 2 of 6 without answer"));
    assert_eq!(metric(&row, "loss"), Some(33.3));
    assert_row(&look(&LOSSY, "", "127.0.0.1", json!({"count": 6, "max_loss": 33.4})), "operational", None);
}

#[test]
fn slow_answers_are_unhealthy() {
    let row = look(&[OPEN_TO_ALL], "", "127.0.0.1", json!({"count": 1, "max_elapsed": 1e-9}));
    let message = row["message"].as_str().unwrap();
    assert!(row["state"] == "unhealthy" && message.starts_with("expected an answer within 0.000000001 s, got 0."), "{row}");
}

#[test]
fn errors_of_the_network_are_reported() {
    let row = look(&[OPEN_TO_ALL], "", "192.0.2.1", json!({}));
    assert_row(&row, "unknown", Some("this machine has no route to 192.0.2.1"));
    let rejecting =
        [&LOSSY[..3], &["nft add rule inet test input icmp type echo-request reject with icmp type admin-prohibited"]].concat();
    let row = look(&rejecting, "", "127.0.0.1", json!({"count": 2}));
    let message = "no answer from 127.0.0.1 to 2 pings within 2 s (the network says: host unreachable)";
    assert_row(&row, "down", Some(message));
    let row = look(&[OPEN_TO_ALL], "", "no such name", json!({}));
    assert_row(&row, "unknown", Some("the name `no such name` could not be resolved"));
}

/// A raw socket hears the answers to everybody. If one check took that of another, fewer would be missing.
#[test]
fn pings_at_the_same_time_do_not_take_one_anothers_answers() {
    let service = json!({"type": "ping", "properties": {"host": "127.0.0.1", "timeout": 20}, "data": {"count": 6}});
    let services: Map<_, _> = (0..20).map(|number| (format!("host{number}"), service.clone())).collect();
    let rows = probe(&[&[OPEN_TO_NOBODY], &LOSSY[1..]].concat(), "", services.into());
    let answered: f64 = rows.iter().map(|row| 6.0 * (1.0 - metric(row, "loss").unwrap() / 100.0)).sum();
    assert_eq!((rows.len(), answered.round()), (20, 80.0), "{rows:?}");
}
