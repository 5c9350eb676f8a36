//! Every documented key of Gatus, `blackbox_exporter` and Prometheus changes what is written, or is commented.

use super::documents::Documents;
use super::model::Imported;
use super::{gatus, prometheus};
use std::fs;
use tempfile::TempDir;

/// All texts that would be written.
fn texts(imported: &Imported) -> String {
    let Documents { config, services, users } = Documents::of(imported, "the source");
    [config.text, services.text, users.text].concat()
}

fn of_gatus(text: &str) -> String {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("config.yaml");
    fs::write(&file, text).unwrap();
    texts(&gatus::read(&file, &|_| None).unwrap_or_else(|error| panic!("{error}: {text}")))
}

fn of_prometheus(modules: &str, job: &str) -> String {
    let folder = TempDir::new().unwrap();
    let (blackbox, file) = (folder.path().join("blackbox.yml"), folder.path().join("prometheus.yml"));
    fs::write(&blackbox, format!("modules: {modules}")).unwrap();
    fs::write(&file, format!("scrape_configs: [{job}]")).unwrap();
    texts(&prometheus::read(&file, &blackbox).unwrap_or_else(|error| panic!("{error}: {modules} {job}")))
}

/// Each of these keys with a value makes a difference.
#[track_caller]
fn check(keys: &[&str], written: impl Fn(&str) -> String) {
    let without = written("");
    let dropped: Vec<_> = keys.iter().filter(|key| written(&format!(", {key}")) == without).collect();
    assert!(dropped.is_empty(), "silently dropped: {dropped:?}");
}

#[test]
fn of_an_endpoint_of_gatus() {
    let keys = [
        "group: g",
        "enabled: false",
        "enabled: maybe",
        "method: PURGE",
        "interval: 5s",
        "interval: soon",
        "graphql: true, body: '{a}'",
        "body: x",
        "headers: {X-A: b}",
        "headers: {X-A: [b]}",
        "dns: {query-name: a, query-type: MX}",
        "dns: {query-name: a, other: MX}",
        "maintenance-windows: [{start: '23:00', duration: 1h}]",
        "client: {insecure: true}",
        "client: {insecure: {}}",
        "client: {ignore-redirect: true}",
        "client: {timeout: 3s}",
        "client: {timeout: 3y}",
        "client: {dns-resolver: 'tcp://192.0.2.53:53'}",
        "client: {oauth2: {client-id: c}}",
        "client: {proxy-url: 'http://p:1'}",
        "client: {identity-aware-proxy: {audience: a}}",
        "client: {tls: {certificate-file: a, private-key-file: b}}",
        "client: {tls: {renegotiation: once}}",
        "client: {network: ip6}",
        "client: {tunnel: t}",
        "client: {store-cookies: true}",
        "always-run: true",
        "depends-on: [b]",
        "alerts: [{type: slack}]",
        "unknown: 1",
    ];
    check(&keys, |key| {
        of_gatus(&format!("endpoints: [{{name: a, url: 'https://a.example.org', conditions: ['[STATUS] == 200']{key}}}]"))
    });
    let ssh = ["ssh: {username: u, password: p}", "body: '{\"command\": \"uptime\"}', ssh: {username: u, password: p}"];
    check(&ssh, |key| {
        of_gatus(&format!("endpoints: [{{name: a, url: 'ssh://a.example.org', conditions: ['[CONNECTED] == true']{key}}}]"))
    });
}

#[test]
fn of_the_alerts_and_channels_of_gatus() {
    let alert = [
        "enabled: false",
        "failure-threshold: 7",
        "failure-threshold: many",
        "success-threshold: 7",
        "minimum-reminder-interval: 1h",
        "send-on-resolved: false",
        "send-on-resolved: true",
        "description: d",
        "provider-override: {webhook-url: w}",
    ];
    let slack = |channel: &str, alert: &str| {
        of_gatus(&format!(
            "{{alerting: {{slack: {{webhook-url: 'https://w.example.org'{channel}}}}}, endpoints: [{{name: a, url: 'https://a.example.org', \
             alerts: [{{type: slack{alert}}}]}}]}}"
        ))
    };
    check(&alert, |key| slack("", key));
    let default = |key: &str| slack(&format!(", default-alert: {{type: slack{key}}}"), "");
    check(&alert, default);
    check(&["title: t", "overrides: [{group: g}]", "default-alert: {description: d}"], |key| slack(key, ""));
    let ntfy = [
        "url: 'https://n.example.org'",
        "token: t",
        "priority: 5",
        "email: e",
        "click: c",
        "disable-firebase: true",
        "disable-cache: true",
    ];
    check(&ntfy, |key| {
        of_gatus(&format!("{{alerting: {{ntfy: {{topic: t{key}}}}}, endpoints: [{{name: a, url: 'https://a.example.org'}}]}}"))
    });
    let custom = [
        "method: PUT",
        "method: PURGE",
        "body: b",
        "headers: {A: b}",
        "headers: {A: {}}",
        "client: {insecure: true}",
        "placeholders: {A: b}",
    ];
    check(&custom, |key| {
        of_gatus(&format!(
            "{{alerting: {{custom: {{url: 'https://c.example.org'{key}}}}}, endpoints: [{{name: a, url: 'https://a.example.org'}}]}}"
        ))
    });
}

/// Settings of Gatus' own page, storage and metrics are commented as a whole.
#[test]
fn of_the_whole_file_of_gatus() {
    let keys = [
        "announcements: [{message: m}]",
        "suites: [{name: s}]",
        "tunneling: {t: {type: SSH}}",
        "remote: {instances: []}",
        "security: {basic: {username: u, password-bcrypt-base64: x}}",
        "security: {oidc: {issuer-url: u}}",
        "security: {level: 1}",
        "maintenance: {start: '23:00', duration: 1h, every: [Monday], timezone: UTC}",
        "maintenance: {start: '23:00', duration: 1h, other: 1}",
        "connectivity: {checker: {target: '192.0.2.1:53', interval: 60s}}",
        "connectivity: {checker: {target: here}}",
        "connectivity: {other: 1}",
        "external-endpoints: [{name: e, token: t, heartbeat: {interval: 30m}}]",
    ];
    check(&keys, |key| of_gatus(&format!("{{endpoints: [{{name: a, url: 'https://a.example.org'}}]{key}}}")));
    let external = [
        "enabled: false",
        "group: g",
        "heartbeat: {interval: 30m}",
        "heartbeat: {interval: often}",
        "heartbeat: {grace: 1m}",
        "other: 1",
    ];
    check(&external, |key| of_gatus(&format!("external-endpoints: [{{name: a, token: aaaaaaaaaaaaaaaaaaaa{key}}}]")));
}

/// A job whose module has these keys.
fn of_module(prober: &str, target: &str, keys: &str) -> String {
    let keys = keys.strip_prefix(", ").unwrap_or(keys);
    let job =
        format!("{{job_name: j, metrics_path: /probe, params: {{module: [m]}}, static_configs: [{{targets: ['{target}']}}]}}");
    of_prometheus(&format!("{{m: {{prober: {prober}, {prober}: {{{keys}}}}}}}"), &job)
}

const TLS: [&str; 8] = [
    "insecure_skip_verify: true",
    "ca_file: /ca",
    "cert_file: /cert",
    "key_file: /key",
    "server_name: n",
    "min_version: TLS13",
    "max_version: TLS12",
    "ca: c",
];

#[test]
fn of_http_modules_of_blackbox_exporter() {
    let keys = [
        "valid_status_codes: [204]",
        "valid_status_codes: [2xx]",
        "valid_http_versions: [HTTP/2.0]",
        "method: POST",
        "headers: {X-A: b}",
        "headers: {X-A: [b]}",
        "body_size_limit: 1MB",
        "compression: gzip",
        "follow_redirects: false",
        "no_follow_redirects: true",
        "fail_if_ssl: true",
        "fail_if_body_matches_regexp: [x]",
        "fail_if_body_not_matches_regexp: [x]",
        "fail_if_body_not_matches_regexp: [{}]",
        "fail_if_body_json_matches_cel: x",
        "fail_if_body_json_not_matches_cel: x",
        "fail_if_header_matches: [{header: h}]",
        "fail_if_header_not_matches: [{header: h}]",
        "basic_auth: {username: u, password: p}",
        "basic_auth: {username_file: u}",
        "bearer_token: t",
        "bearer_token_file: t",
        "authorization: {credentials: c}",
        "authorization: {type: Digest, credentials: c}",
        "authorization: {credentials_ref: c}",
        "oauth2: {client_id: c}",
        "proxy_url: 'http://p:1'",
        "no_proxy: n",
        "proxy_from_environment: true",
        "proxy_connect_header: {A: [b]}",
        "skip_resolve_phase_with_proxy: true",
        "ip_protocol_fallback: false",
        "source_ip_address: 192.0.2.1",
        "body: b",
        "body_file: /b",
        "enable_http2: false",
        "enable_http3: true",
    ];
    check(&keys, |key| of_module("http", "https://a.example.org", key));
    let tls = TLS.map(|key| format!("tls_config: {{{key}}}"));
    let tls: Vec<&str> = tls.iter().map(String::as_str).collect();
    check(&tls, |key| of_module("http", "https://a.example.org", key));
    // The address can lead to one with TLS.
    check(&tls, |key| of_module("http", "http://a.example.org", key));
    check(&["fail_if_not_ssl: true", "fail_if_ssl: true"], |key| of_module("http", "http://a.example.org", key));
}

#[test]
fn of_the_other_modules_of_blackbox_exporter() {
    let tcp = ["query_response: [{expect: a}]", "tls: true", "source_ip_address: 192.0.2.1", "ip_protocol_fallback: false"];
    check(&tcp, |key| of_module("tcp", "a.example.org:1", key));
    let tls = TLS.map(|key| format!("tls_config: {{{key}}}"));
    let tls: Vec<&str> = tls.iter().map(String::as_str).collect();
    check(&tls, |key| of_module("tcp", "a.example.org:1", &format!(", tls: true{key}")));
    let dns = [
        "source_ip_address: 192.0.2.1",
        "transport_protocol: tcp",
        "dns_over_tls: true",
        "tls_config: {server_name: n}",
        "query_type: MX",
        "query_class: CH",
        "recursion_desired: false",
        "valid_rcodes: [NXDOMAIN]",
        "valid_rcodes: [NOERROR, NXDOMAIN]",
        "validate_answer_rrs: {fail_if_matches_regexp: [x]}",
        "validate_authority_rrs: {fail_if_matches_regexp: [x]}",
        "validate_additional_rrs: {fail_if_matches_regexp: [x]}",
        "ip_protocol_fallback: false",
    ];
    check(&dns, |key| of_module("dns", "192.0.2.53", &format!(", query_name: a{key}")));
    let icmp =
        ["source_ip_address: 192.0.2.1", "dont_fragment: true", "payload_size: 1000", "ttl: 3", "ip_protocol_fallback: false"];
    check(&icmp, |key| of_module("icmp", "a.example.org", key));
    check(&["timeout: 3s", "timeout: soon", "other: 1"], |key| {
        let job = "{job_name: j, metrics_path: /probe, params: {module: [m]}, static_configs: [{targets: [a]}]}";
        of_prometheus(&format!("{{m: {{prober: icmp{key}}}}}"), job)
    });
}

#[test]
fn of_a_job_of_prometheus() {
    let keys = [
        "scrape_interval: 5s",
        "scrape_timeout: 3s",
        "scrape_interval: often",
        "file_sd_configs: [{files: [none.json]}]",
        "dns_sd_configs: [{names: [n]}]",
        "http_sd_configs: [{url: u}]",
        "kubernetes_sd_configs: [{role: pod}]",
        "relabel_configs: [{source_labels: [a], target_label: b}]",
        "unknown: 1",
    ];
    let job = |targets: &str, params: &str, key: &str| {
        format!(
            "{{job_name: j, metrics_path: /probe, params: {{module: [m]{params}}}, static_configs: [{{targets: [a]{targets}}}]{key}}}"
        )
    };
    check(&keys, |key| of_prometheus("{m: {prober: icmp}}", &job("", "", key)));
    check(&["target: [b]", "hostname: [h]"], |key| of_prometheus("{m: {prober: icmp}}", &job("", key, "")));
    check(&["labels: {a: b}", "labels: {__param_module: n}"], |key| of_prometheus("{m: {prober: icmp}}", &job(key, "", "")));
}
