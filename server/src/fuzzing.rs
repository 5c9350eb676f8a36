//! Every parser of the server of text that others write, fed with anything; see `test_support::fuzz`.

use crate::application;
use crate::config::{Config, general_entries};
use crate::import::{Source, import};
use crate::validation::{Report, Thoroughness};
use checks::CheckTypes;
use checks::heartbeats::Heartbeats;
use notify::Template;
use std::path::Path;

/// The three files with a line of dashes between them, read and connected as at the start.
fn configuration(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut files = text.split("\n-----\n");
    let folder = tempfile::tempdir().unwrap();
    for name in ["config.yaml", "services.yaml", "users.yaml"] {
        std::fs::write(folder.path().join(name), files.next().unwrap_or_default()).unwrap();
    }
    match Config::load(&folder.path().join("config.yaml"), &|_| None) {
        Ok(config) => {
            application::services(&config, &CheckTypes::built_in(), &Heartbeats::default(), None);
            general_entries(&config, |_, _| true);
        }
        Err(error) => drop(error.to_string()),
    }
}

/// A list of discovered services, read with an entry that uses much of it, as at the start. No list keeps Platus from starting.
fn discovered(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let services = "a: {type: tcp}\n'a${each.labels.x:-b}${each.port:-c}': {type: '${TYPE:-exec}', discover: {file: list}, tags: '${each.labels.y:-d}', \
                    properties: {host: '${each.target}${each.labels.x:-$}', command: [echo, '${each.host}']}}\n";
    for (name, text) in [("config.yaml", "{}"), ("services.yaml", services), ("users.yaml", "{}")] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    std::fs::write(folder.path().join("list"), bytes).unwrap();
    let config = Config::load(&folder.path().join("config.yaml"), &|_| None).unwrap();
    application::services(&config, &CheckTypes::built_in(), &Heartbeats::default(), None);
}

/// Imports a file. What is written must be valid.
fn imported(bytes: &[u8], source: impl for<'a> Fn(&'a Path) -> Source<'a>) {
    let folder = tempfile::tempdir().unwrap();
    let (file, output) = (folder.path().join("file"), folder.path().join("output"));
    std::fs::write(&file, bytes).unwrap();
    let environment = |name: &str| (!name.to_ascii_uppercase().ends_with("_PROXY")).then(|| "1".to_owned());
    if import(source(&file), &output, &environment, &|_| ()).is_ok() {
        let report = Report::of_config(&output.join("config.yaml"), &environment, Thoroughness::Errors);
        let errors: Vec<_> = report.findings.iter().map(|reported| reported.finding.problem.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

fn gatus(bytes: &[u8]) {
    fn source(file: &Path) -> Source<'_> {
        Source::Gatus(file)
    }
    imported(bytes, source);
}

fn uptime_kuma(bytes: &[u8]) {
    fn source(file: &Path) -> Source<'_> {
        Source::UptimeKuma { file, history: false }
    }
    imported(bytes, source);
}

/// One document that is both the file of Prometheus and that of the exporter.
fn blackbox(bytes: &[u8]) {
    imported(bytes, |file| Source::Blackbox { prometheus: file, blackbox: file });
}

fn template(bytes: &[u8]) {
    Template::of_text(&String::from_utf8_lossy(bytes)).ok();
}

test_support::parsers! {
    configuration_files: configuration, [
        "check_interval: 5\npublic_url: https://p.example\nnotify_backend:\n  type: slack\n  data: {url: 'https://h.example/x'}\n  template: '{{title}}'\nmaintenance:\n  - {services: [a-*], hours: {days: sun, from: '02:00', to: '04:00', zone: Europe/Berlin}}\n  - {types: X, cron: '0 2 * * 6', lasts: 3600}\n  - {from: 2026-12-24 18:00, until: '2026-12-25T06:00:00+01:00'}\nretention: {raw: 2d}\n-----\na: {role: [dev], type: rest_http, interval: 10, timeout: 5, properties: {host: a.lan, port: 443, protocol: https}, data: {name: a, url: /h, search: 'a(?=b)', json: {$.a: {at_least: 1}}, max_elapsed: 0.5}}\nb: {type: exec, properties: {command: [true]}}\n-----\nadmin: {role: [admin], password: x}\n",
        "{}\n-----\na: &a {type: redis, properties: {host: r.lan, port: 6379}, data: {type: B, name: a}}\nb: *a\nc: {<<: *a, type: dns, properties: {host: d.lan}}\nd: {type: celery_worker, properties: {broker: 'redis://r/0'}}\ne: {type: mongodb, properties: {host: [m1, 'm2:1']}}\nf: {type: ping}\ng: {type: heartbeat, properties: {token: 0123456789abcdef}, data: {every: 1d}}\n-----\nu: {role: dev, password: $argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g}",
        "services: [services.yaml]\ntemplates: {a: {type: tcp, use: [b], properties: {host: '${each.host}', port: '${each.port:-1}'}}, b: {timeout: 5, data: {name: 'x ${each.host}'}}}\ndefaults: {role: x, check_types: {tcp: {properties: {vault_host: v}}}}\n-----\na-${each.value}: {type: ping, for_each: [a, 7], properties: {host: '${each.value}'}}\nb-${each.host}: {use: [a, b], for_each: [{host: h, port: 5}, {host: [i], port: {j: k}}], properties: {host_file: f}}\n-----\nu: {role: dev, password: x}",
    ];
    discovered_services: discovered, [
        r#"[{"targets": ["a.lan:80", "[::1]:9100", "https://b/x"], "labels": {"x": "${A}", "y": "n", "__meta_z": ""}}, {"targets": ["c"]}]"#,
        r#"[{"labels": {"x": "file:/a"}, "targets": []}, {"targets": ["\u00e9:1"], "labels": null}]"#,
    ];
    gatus_files: gatus, [
        "alerting: {slack: {webhook-url: 'https://h.example/x', default-alert: {failure-threshold: 5}}, custom: {url: 'http://c.example', headers: {A: b}}}\nendpoints:\n  - {name: a, group: g, url: 'https://$HOST:8443/x?y', interval: 30s, conditions: ['[STATUS] == any(200, 429)', '[BODY].a[0].b == pat(x*)', 'len([BODY].c) > 1', '[CERTIFICATE_EXPIRATION] > 48h'], alerts: [{type: slack, minimum-reminder-interval: 1h}], maintenance-windows: [{start: '23:00', duration: 90m, every: [Monday]}]}\n  - {name: b, url: 'tcp://b.example:1', enabled: false, client: {timeout: 5s, insecure: true}}\n  - {name: c, url: 192.0.2.1, dns: {query-name: a.example, query-type: MX}, conditions: ['[BODY] == x']}\nexternal-endpoints: [{name: j, token: 0123456789abcdef, heartbeat: {interval: 1h}}]\nsecurity: {basic: {username: u}}\nconnectivity: {checker: {target: '192.0.2.1:53'}}",
    ];
    uptime_kuma_backups: uptime_kuma, [
        r#"{"version": "1.18", "monitorList": [{"id": 1, "name": "g", "type": "group"}, {"id": 2, "parent": 1, "name": "a", "type": "keyword", "url": "http://u:p@a.example/x", "keyword": "\"a\":1", "accepted_statuscodes": ["200-299", "404"], "notificationIDList": {"1": true}, "tags": [{"name": "t", "value": "v"}]}, {"id": 3, "type": "push", "pushToken": "abcdefghij0123456789"}, {"id": 4, "type": "mongodb", "databaseConnectionString": "mongodb://a,b/c?tls=true"}, {"id": 5, "type": "json-query", "url": "https://b", "jsonPath": "a[0].b", "expectedValue": "1"}], "notificationList": [{"id": 1, "name": "n", "config": "{\"type\": \"slack\", \"slackwebhookURL\": \"https://h.example/x\"}"}]}"#,
    ];
    blackbox_files: blackbox, [
        "modules: {h: {prober: http, timeout: 5s, http: {valid_status_codes: [200], fail_if_body_not_matches_regexp: [a.b], headers: {A: b}, basic_auth: {username: u, password: p}}}, t: {prober: tcp, tcp: {query_response: [{expect: '^a'}, {send: b}]}}, d: {prober: dns, dns: {query_name: a.example, query_type: A}}, i: {prober: icmp}}\nscrape_configs: [{job_name: a, metrics_path: /probe, params: {module: [h]}, static_configs: [{targets: ['https://a.example', b], labels: {c: d}}]}, {job_name: b, metrics_path: /probe, params: {module: [t]}, static_configs: [{targets: ['a:1']}]}, {job_name: c, metrics_path: /probe, params: {module: [d]}, static_configs: [{targets: [192.0.2.1]}]}, {job_name: d, metrics_path: /probe, params: {module: [i]}, static_configs: [{targets: [a]}]}]",
    ];
    templates: template, [
        "{{title}}",
        "{{#each alerts}}{{#unless @first}}, {{/unless}}{{name}}: {{#if seen}}{{{seen}}}{{else if link}}{{link}}{{else}}-{{/if}}{{/each}}",
        "{{#if (eq tone \"bad\")}}{{counts.down}}{{/if}} {{lookup alerts 0}} {{~#with counts~}}{{down}}{{/with}} {{! c }} {{!-- d --}} {{{{raw}}}}{{x}}{{{{/raw}}}}",
        "{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}} {{#> b}}{{> @partial-block}}{{/b}}",
    ];
    request_headers: crate::http::fuzz::headers, [
        "x-forwarded-for: 203.0.113.9, 10.0.0.1\nx-forwarded-proto: https\nx-forwarded-host: p.example",
        "forwarded: for=\"[2001:db8::1]:4711\";proto=https;host=\"p\\\"q\", for=_hidden, for=unknown",
        "x-forwarded-for: [::1]:80, 1.2.3.4:99, ,\nx-real-ip: 1.1.1.1",
    ];
    cookies: crate::http::fuzz::cookies, ["platus_session=e30", "a=b; platus_session=\"%00%ff\"; platus_session=x; =; ;"];
    orders: crate::http::fuzz::silences, [
        r#"{"kind": "silence", "services": ["a"], "comment": "c", "from": "+262142-12-31T00:00:00Z", "minutes": 4294967295}"#,
        r#"{"until": "2026-11-28T00:00:00+01:00", "comment": ""}"#,
        "2026-10-25T09:00:00 02:00", "-24h", "2026-10-25", "now", "1793000000",
    ];
}
