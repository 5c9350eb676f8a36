use super::{Files, ONE_USER};
use crate::config::{Config, general_entries, service_entries};
use checks::CheckTypes;
use model::SettingEntry;
use std::path::Path;
use yaml::parse;

fn lines(entries: Vec<SettingEntry>) -> String {
    entries
        .into_iter()
        .map(|entry| format!("{}={}{}", entry.key, entry.value, if entry.redacted { " (redacted)" } else { "" }))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn only_what_is_known_to_be_harmless_is_shown() {
    let properties = parse(
        "file.yaml",
        "host: MARKER:MARKER@shop.example.com
port: 443
token: MARKER
pasword: MARKER
username: MARKER
verify: False
request_headers: {X-Api-Key: MARKER, Accept: MARKER}
url: https://MARKER@shop.example.com/health?id=MARKER&MARKER#MARKER
search: {status: ok, api_token: MARKER, nested: {password: MARKER, a: 1}}
ec2_filters: [{Name: 'tag:env', Values: [prod, test]}]
cert: [MARKER]
request_body: {}
ca: |
  -----BEGIN CERTIFICATE-----
  MARKER
  -----END CERTIFICATE-----
",
    )
    .unwrap();
    let harmless = ["host", "port", "username", "verify", "search", "ec2_filters", "ca"];
    let lines = lines(service_entries(&properties, |key| harmless.contains(&key)));
    insta::assert_snapshot!(lines, @r"
    host=••••••@shop.example.com
    port=443
    token=•••••• (redacted)
    pasword=•••••• (redacted)
    username=•••••• (redacted)
    verify=false
    request_headers.X-Api-Key=•••••• (redacted)
    request_headers.Accept=•••••• (redacted)
    url=https://••••••@shop.example.com/health?id=••••••&••••••
    search.status=ok
    search.api_token=•••••• (redacted)
    search.nested={password: ••••••, a: 1}
    ec2_filters={Name: tag:env, Values: prod, test}
    cert=•••••• (redacted)
    request_body=•••••• (redacted)
    ca=(3 lines)
    ");
    assert!(!lines.contains("MARKER"));
}

/// Which values of channels may be seen.
fn of_channels() -> impl Fn(&str, &str) -> bool {
    let channel_types = notify::ChannelTypes::built_in();
    move |channel, key| channel_types.is_harmless(channel, key)
}

#[test]
fn no_credentials_or_addresses_of_a_channel_are_shown() {
    let config = "notify_backend:
  - {type: ntfy, data: {topic: MARKER, token: MARKER, url: https://ntfy.lan}}
  - {type: email, data: {host: mail.lan, to: ops@lan, username: MARKER, password: MARKER}}
  - {type: webhook, data: {url: MARKER, secret: MARKER, headers: {X-Team: MARKER}}}
  - {type: telegram, data: {token: MARKER, chat_id: 12}}
  - {type: pagerduty, data: {routing_key: MARKER}}
";
    let lines = lines(general_entries(&Files::new(config, "{}", ONE_USER).load().unwrap(), of_channels()));
    assert!(!lines.contains("MARKER"), "{lines}");
    for shown in
        ["notify_backend.email.host=mail.lan", "notify_backend.telegram.chat_id=12", "notify_backend.ntfy.url=https://ntfy.lan"]
    {
        assert!(lines.contains(shown), "{shown} in {lines}");
    }
}

#[test]
fn nothing_of_the_original_files_leaks() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/legacy/config.yaml");
    let config = Config::load(&path, &|_| None).unwrap();
    let check_types = CheckTypes::built_in();
    let mut all = lines(general_entries(&config, of_channels()));
    for check in config.services.iter().filter_map(|service| service.check.as_ref().ok()) {
        let is_harmless = |key: &str| check_types.is_harmless(&check.plugin.value, key);
        all.push_str(&lines(service_entries(&check.properties, is_harmless)));
        all.push_str(&lines(service_entries(&check.data, is_harmless)));
    }
    assert!(!all.contains("MARKER"), "{all}");
}

#[test]
fn the_global_settings_are_shown_in_order() {
    let config = "{listen: '127.0.0.1:5001', notify: yes, notify_backend: {type: slack, data: {url: MARKER}}, \
                  persistent_data_backend: {type: redis, data: {host: h, db: 0, password: MARKER}}, \
                  vault_backend: {host: v, port: 8200, token: MARKER}}";
    let files = Files::new(config, "{}", ONE_USER);
    let lines = lines(general_entries(&files.load().unwrap(), of_channels()));
    insta::assert_snapshot!(files.without_folder(&lines), @r"
    listen=127.0.0.1:5001
    services=services.yaml
    users=users.yaml
    log_level=info
    check_interval=60 s
    retries_before_notify=3
    persistent_data=true
    persistent_data_backend.type=redis
    persistent_data_backend.host=h
    persistent_data_backend.db=0
    persistent_data_backend.password=•••••• (redacted)
    connect_timeout=10 s
    start_without_store=true
    notify=true
    notify_backend.type=slack
    notify_backend.url=•••••• (redacted)
    vault=false
    vault_backend.host=v
    vault_backend.port=8200
    vault_backend.protocol=https
    vault_backend.path=/v1/secret/
    vault_backend.verify=true
    vault_backend.cache_ttl=60 s
    vault_backend.timeout=5 s
    vault_backend.auth.method=token
    ");
}
