//! Where the hostile text comes from: targets of checks, programs, jobs, lists, names, receivers of notifications.

use super::{HOSTILE, NAME};
use crate::channels::receiver::{Receiver, Reply};
use crate::servers::ec2_stub::{Ec2Stub, refusal};
#[cfg(feature = "mongodb")]
use crate::servers::fake_mongod::{FakeMongod, bytes, hello};
use crate::servers::unbound::UnboundServer;
use crate::targets::OddServer;
use crate::test_app::configuration;
#[cfg(feature = "mongodb")]
use ::mongodb::bson::doc;
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;
use tempfile::TempDir;

pub(super) const TOKEN: &str = "token-of-the-job";

/// A label of a list. It may have everything that is shown as it is.
const LABEL: &str = "=1+1;=2</title><script>alert(1)</script>\"'*bold* <!channel> @everyone";

/// The ids of services whose row shows a failure.
pub(super) fn failing() -> Vec<String> {
    let fixed = ["celery", "dns", "ec2", "job", "key", "named", "redis", "rows", "text", "value", "vault"];
    fixed.map(str::to_owned).into_iter().chain([format!("markup-{LABEL}")]).collect()
}

/// The servers and the files that bring it.
pub(super) struct Sources {
    web: Receiver,
    refusing: Receiver,
    /// Redis, as store of data and as broker.
    redis: u16,
    smtp: u16,
    ec2: Ec2Stub,
    dns: UnboundServer,
    vault: OddServer,
    #[cfg(feature = "mongodb")]
    mongod: FakeMongod,
    outputs: TempDir,
}

impl Sources {
    pub(super) fn start() -> Self {
        let one_line = HOSTILE.replace(['\r', '\n'], " ");
        let body = json!({"a": {HOSTILE: 1}, "b": HOSTILE}).to_string();
        let answer = Reply::Answer(200, "Content-Type: application/json\r\nX-Odd: \u{202e}\r\n", body);
        let errors = json!({"errors": [HOSTILE]}).to_string();
        let text = one_line.bytes().take(200).fold(String::new(), |text, byte| text + &format!("\\{byte:03}"));
        let sources = Self {
            web: Receiver::answering(vec![answer]),
            refusing: Receiver::answering(vec![Reply::Answer(400, "", HOSTILE.to_owned())]),
            redis: saying(format!("-ERR {one_line}\r\n")),
            smtp: saying(format!("554 {one_line}\r\n")),
            ec2: Ec2Stub::answering(|_| (400, refusal("Odd\u{202e}", &in_xml(HOSTILE)))),
            dns: UnboundServer::start(&[&format!("local-data: 'hostile.platus.example. TXT \"{text}\"'")]),
            vault: OddServer::answering(format!("HTTP/1.1 400 Bad\r\nContent-Length: {}\r\n\r\n{errors}", errors.len())),
            #[cfg(feature = "mongodb")]
            mongod: FakeMongod::answering(|command| {
                let refused = doc! { "ok": 0.0, "code": 8, "codeName": HOSTILE, "errmsg": HOSTILE };
                bytes(&if command.to_lowercase().ends_with("master") { hello(doc! {}) } else { refused })
            }),
            outputs: tempfile::tempdir().unwrap(),
        };
        sources.write_outputs();
        sources
    }

    /// What the programs of the services print.
    fn write_outputs(&self) {
        fs::write(self.outputs.path().join("text"), HOSTILE).unwrap();
        // A name may have 200 characters, and that of a metric 100 bytes.
        let name: String = HOSTILE.chars().filter(|letter| *letter != '\u{7f}').take(190).collect();
        let part = &HOSTILE[HOSTILE.find("FORGED").unwrap()..HOSTILE.find("zero").unwrap()];
        let metrics = json!({format!("m{part}"): {"value": 1, "unit": part}, "=1+1": {"value": 1, "unit": HOSTILE}});
        let rows = json!([{"node": name, "nodename": HOSTILE, "state": "down", "message": HOSTILE, "metrics": metrics}]);
        fs::write(self.outputs.path().join("rows"), rows.to_string()).unwrap();
    }

    /// A service for each source: a key of JSON, a value of JSON, the output of a program as text and as rows, a name in the
    /// configuration, the words of a job, and the errors of servers.
    pub(super) fn services(&self) -> String {
        let web = format!("host: 127.0.0.1, port: {}, protocol: http", self.web.address.port());
        let output = |name: &str| self.outputs.path().join(name).display().to_string();
        let (text, rows) = (output("text"), output("rows"));
        let (redis, dns) = (format!("host: 127.0.0.1, port: {}", self.redis), self.dns.address());
        let account = format!("region: eu-west-1, access_key: AKIDEXAMPLE, secret_key: secret, endpoint_url: '{}'", self.ec2.url());
        let mut services = format!(
            "key: {{type: rest_http, role: dev, properties: {{{web}}}, data: {{name: key, search: {{a: {{}}}}}}}}
value: {{type: rest_http, role: dev, properties: {{{web}}}, data: {{name: value, json: {{$.b: fine}}}}}}
text: {{type: exec, role: dev, properties: {{command: [sh, -c, 'cat {text}; exit 2']}}, data: {{name: text}}}}
rows: {{type: exec, role: dev, properties: {{command: [cat, {rows}]}}, data: {{name: rows}}}}
named: {{type: exec, role: dev, properties: {{host: {NAME}, command: [sh, -c, 'exit 2']}}, data: {{name: {NAME}, type: {NAME}}}}}
job: {{type: heartbeat, role: dev, properties: {{token: {TOKEN}}}, data: {{name: job, every: 3600}}}}
redis: {{type: redis, role: dev, properties: {{{redis}}}, data: {{name: redis}}}}
dns: {{type: dns, role: dev, properties: {{host: hostile.platus.example, server: '{dns}'}}, data: {{name: dns, record: TXT, expect: fine}}}}
vault: {{type: redis, role: dev, properties: {{host: 127.0.0.1, port: 9, vault_password: 'apps/cache#password'}}, data: {{name: vault}}}}
celery: {{type: celery_worker, role: dev, properties: {{{redis}, transport: redis}}, data: {{name: celery}}}}
ec2: {{type: aws_ec2, role: dev, properties: {{{account}}}, data: {{name: ec2}}}}
"
        );
        #[cfg(feature = "mongodb")]
        {
            let port = self.mongod.port;
            services += &format!(
                "mongodb: {{type: mongodb, role: dev, properties: {{host: 127.0.0.1, port: {port}, tls: false}}, data: {{name: mongodb}}}}\n"
            );
        }
        services
    }

    /// What `config.yaml` says of the servers: Vault, and channels that are refused.
    pub(super) fn config(&self) -> String {
        format!(
            "check_interval: 1
retries_before_notify: 1
reload: manual
vault: true
vault_backend: {{host: 127.0.0.1, port: {}, protocol: http, token: t}}
notify: true
notify_backend:
  - {{type: webhook, name: refusing, group_window: 0, data: {{url: '{}/refused'}}}}
  - {{type: email, name: refused, group_window: 0, data: {{fr: platus@lan.test, to: ops@lan.test, host: localhost, port: {}, tls: none}}}}
",
            self.vault.address.port(),
            self.refusing.url(""),
            self.smtp
        )
    }
}

/// Lists of discovered services: one with labels that look like markup and a formula, and lists that are refused.
pub(super) fn lists() -> (String, [(&'static str, Value); 3]) {
    let entry = |name: &str| {
        format!(
            "{name}-${{each.labels.name}}: {{discover: {{file: {name}.json}}, type: tcp, role: dev, properties: {{host: '${{each.host}}', port: 9}}, \
             data: {{name: '${{each.labels.name}}', type: '${{each.labels.name}}'}}}}\n"
        )
    };
    let list = |target: &str, label: &str, text: &str| json!([{"targets": [target], "labels": {"name": "a", label: text}}]);
    let lists = [
        ("markup", list("127.0.0.1:9", "name", LABEL)),
        ("label", list("127.0.0.1:9", "name", HOSTILE)),
        ("target", list(HOSTILE, "name", "b")),
    ];
    (lists.iter().map(|(name, _)| entry(name)).collect(), lists)
}

/// A folder with the three files and the lists.
pub(super) fn files(config: &str, services: &str) -> TempDir {
    let (entries, lists) = lists();
    let folder = configuration(config, &format!("{services}{entries}"));
    for (name, list) in lists {
        fs::write(folder.path().join(format!("{name}.json")), list.to_string()).unwrap();
    }
    folder
}

/// A configuration in which every name is hostile, with errors that quote them.
pub(super) fn hostile_names() -> [(&'static str, String); 3] {
    let config = format!(
        "reload: manual
templates: {{{NAME}: {{type: tcp}}}}
views: [{{name: {NAME}, sort: {NAME}}}]
maintenance: [{{services: [{NAME}], from: {NAME}, to: {NAME}}}]
notify_backend: [{{type: {NAME}}}, {{type: slack, name: {NAME}, roles: [{NAME}], data: {{url: {NAME}, {NAME}: 1}}}}]
{NAME}: {NAME}
"
    );
    let services = format!(
        "{NAME}: {{type: {NAME}, use: {NAME}, role: {NAME}, tags: [{NAME}], depends_on: [{NAME}], properties: {{{NAME}: {NAME}}}}}
added: {{type: tcp, use: {NAME}, tags: [fine, {NAME}], properties: {{host: {NAME}, port: {NAME}}}, data: {{name: {NAME}, {NAME}: 1}}}}
shown: {{type: tcp, role: dev, properties: {{host: {NAME}, port: 9}}, data: {{name: {NAME}, type: {NAME}}}}}
"
    );
    let users = format!("admin: {{role: [admin], password: admin}}\n{NAME}: {{role: {NAME}, password: {NAME}, {NAME}: 1}}\n");
    [("config.yaml", config), ("services.yaml", services), ("users.yaml", users)]
}

/// Says this to everyone who connects, and again to all that they say.
fn saying(text: String) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let text = text.clone();
            thread::spawn(move || {
                let mut said = [0; 4096];
                while stream.write_all(text.as_bytes()).is_ok() && stream.read(&mut said).is_ok_and(|length| length > 0) {}
            });
        }
    });
    port
}

/// The text as XML can have it: without most control characters.
fn in_xml(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\r' | '\n' | '\t')).collect();
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A file of keys as only an editor writes it.
pub(super) fn keys() -> String {
    format!("{NAME}: {{user: {NAME}, role: dev, scope: read, digest: 'sha256:{}'}}\n", "0".repeat(64))
}
