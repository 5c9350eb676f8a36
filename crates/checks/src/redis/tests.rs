use super::*;

fn connect(properties: &str, data: &str) -> Result<Redis, String> {
    let host = Host::new("cache", "host", Duration::from_secs(5));
    let yaml = |text: &str| yaml::parse("services.yaml", text).map_err(|error| error.to_string());
    let properties = yaml(properties)?.read().map_err(|error| error.to_string())?;
    let data = yaml(data)?.read().map_err(|error| error.to_string())?;
    Redis::connect(properties, data, &host).map_err(|error| error.to_string())
}

#[test]
fn values_that_do_not_fit_are_told_without_showing_them() {
    for (properties, data, named) in [
        ("{port: 6379}", "{}", "`host`"),
        ("{host: a.test, pasword: marker}", "{}", "did you mean `password`"),
        ("{host: a.test, ca: marker}", "{}", "add `tls: true`"),
        ("{host: a.test, cert: marker, key: marker}", "{}", "add `tls: true`"),
        ("{host: a.test, tls: true, ca: marker}", "{}", "`ca`"),
        ("{host: a.test, tls: true, cert: marker}", "{}", "`cert` needs a `key`"),
        ("{host: a.test, db: -1}", "{}", "db"),
        ("{host: a.test}", "{role: marker}", "role"),
        ("{host: a.test}", "{max_lag: -1}", "`max_lag`"),
        ("{host: a.test}", "{max_lag: .nan}", "`max_lag`"),
        ("{host: a.test}", "{min_replicas: -1}", "min_replicas"),
    ] {
        let error = connect(properties, data).unwrap_err();
        assert!(error.contains(named), "{properties} {data}: {error}");
        assert!(named == "role" || !error.contains("marker"), "{properties}: {error}");
    }
}

#[test]
fn logins_are_made_of_what_is_given() {
    for (properties, expected) in [
        ("", None),
        ("username: '', password: ''", None),
        ("password: 0042", Some(("default", "0042"))),
        ("username: monitor, password: p", Some(("monitor", "p"))),
        ("username: monitor", Some(("monitor", ""))),
    ] {
        let plugin = connect(&format!("{{host: a.test, {properties}}}"), "{}").unwrap();
        let login = plugin.login.as_ref().map(|login| (login.username.as_str(), login.password.expose()));
        assert_eq!(login, expected, "{properties}");
    }
}

#[test]
fn nothing_prints_a_secret() {
    let plugin = connect("{host: a.test, username: monitor, password: marker}", "{}").unwrap();
    assert!(!format!("{plugin:?} {plugin:#?}").contains("marker"));
}

/// What a Redis 7 tells; the lines of no interest are left out.
const MASTER: &str = "# Clients\r\nconnected_clients:3\r\n# Memory\r\nused_memory:1048576\r\n# Replication\r\nrole:master\r\n\
    connected_slaves:3\r\nslave0:ip=10.0.0.2,port=6379,state=online,offset=42,lag=1\r\n\
    slave1:ip=10.0.0.3,port=6379,state=online,offset=42,lag=7\r\nslave2:ip=10.0.0.4,port=6379,state=wait_bgsave,offset=0,lag=0\r\n\
    slave_repl_offset:42\r\n";
const REPLICA: &str = "role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\nmaster_link_status:up\r\n\
    master_last_io_seconds_ago:4\r\nmaster_sync_in_progress:0\r\nslave_read_repl_offset:42\r\nconnected_slaves:0\r\n";
const CUT_OFF: &str = "role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\nmaster_link_status:down\r\n\
    master_last_io_seconds_ago:-1\r\nmaster_sync_in_progress:0\r\nmaster_link_down_since_seconds:12\r\nconnected_slaves:0\r\n";
const COPYING: &str = "role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\nmaster_link_status:down\r\n\
    master_last_io_seconds_ago:-1\r\nmaster_sync_in_progress:1\r\nmaster_link_down_since_seconds:-1\r\n";

#[track_caller]
fn check(info: &str, data: &str, expected: Option<&str>) {
    let plugin = connect("{host: a.test}", data).unwrap();
    let seen = Observation::judged("n", replication::compare(&Info::parse(info), &plugin.expected), State::Unhealthy);
    assert_eq!(seen.message.as_deref(), expected, "{data}");
    assert_eq!(seen.state, if expected.is_some() { State::Unhealthy } else { State::Operational });
}

#[test]
fn replication_is_compared_with_what_is_expected() {
    check(MASTER, "{}", None);
    check(MASTER, "{role: master, min_replicas: 2, max_lag: 7}", None);
    check(MASTER, "{role: primary, min_replicas: 0}", None);
    check(MASTER, "{role: slave}", Some("expected role replica, got master"));
    check(MASTER, "{min_replicas: 3}", Some("expected 3 replicas or more online, got 2"));
    check(MASTER, "{max_lag: 1.5}", Some("expected to hear of the replica 10.0.0.3:6379 within 1.5 s, got 7 s"));
    check(REPLICA, "{role: replica, max_lag: 4}", None);
    check(REPLICA, "{max_lag: 3}", Some("expected to hear of the master within 3 s, got 4 s"));
    check(
        REPLICA,
        "{role: master, min_replicas: 1}",
        Some("expected role master, got replica; expected 1 replicas or more online, got 0"),
    );
    check(CUT_OFF, "{}", Some("expected a link to the master 10.0.0.1:6379, got none for 12 s"));
    check(
        CUT_OFF,
        "{max_lag: 10}",
        Some(
            "expected a link to the master 10.0.0.1:6379, got none for 12 s; expected to hear of the master within 10 s, got 12 s",
        ),
    );
    check(COPYING, "{}", Some("expected a link to the master 10.0.0.1:6379, got a synchronisation that is not done yet"));
    // A sentinel has none of these lines.
    check("redis_mode:sentinel\r\n", "{}", None);
    check("redis_mode:sentinel\r\n", "{role: master}", Some("expected role master, got no role"));
}

#[test]
fn figures_are_told_where_info_has_them() {
    let shown = |info| -> Vec<String> {
        let metrics = replication::metrics(&Info::parse(info));
        metrics.into_iter().map(|metric| format!("{} {}{}", metric.name, metric.value, metric.unit)).collect()
    };
    assert_eq!(shown(MASTER), ["connected clients 3", "used memory 1048576B", "replicas 3", "lag 7s"]);
    assert_eq!(shown(REPLICA), ["replicas 0", "lag 4s"]);
    assert_eq!(shown(COPYING), [""; 0]);
}
