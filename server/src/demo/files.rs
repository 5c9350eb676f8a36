//! The configuration of the demo, as an operator would write it.

use super::services::{Check, HOST, MAINTAINED, SERVICES, Service};
use super::story::LIMIT;
use super::targets::Ports;
use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta};
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

/// Users, whose passwords are their names. They are hashed here so that the demo has no warning about plain passwords.
const USERS: &str = "\
# The passwords of the demo are the names of the users.
admin:
  role: [admin]
  password: $argon2id$v=19$m=19456,t=2,p=1$YT22RGk+8Af9cucOO1TWYA$SzJxtCBb0w9ACPpbKMQPf6ry/0LNT/0tBVSqRTgTpkk
operator:
  role: [staff, operator]
  password: $argon2id$v=19$m=19456,t=2,p=1$eoV5YVxrR08hbDXa5LCGvQ$2yNkjq/BST+cP51lBYxx9JU8gogFZSwoRq9DEHfrwVI
viewer:
  role: [staff]
  password: $argon2id$v=19$m=19456,t=2,p=1$04b8Pn5s7g7HNzfDguvRjg$UbvAsOhHeSDd6/O/FPERsjKT6U1Plf/DqwrgIOx8Xlo
";

/// Writes the three files into the folder. `started` is the start of the demo.
pub(super) fn write(folder: &Path, ports: &Ports, started: DateTime<FixedOffset>) -> io::Result<()> {
    fs::write(folder.join("config.yaml"), config(ports.receiver, started))?;
    fs::write(folder.join("services.yaml"), services(ports))?;
    fs::write(folder.join("users.yaml"), USERS)
}

fn config(receiver: u16, started: DateTime<FixedOffset>) -> String {
    let at = |minutes| (started + TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Secs, false);
    format!(
        "\
log_level: error
check_interval: 10
retries_before_notify: 3
flapping: true
notify: true
notify_backend:
  type: webhook
  name: on-call
  data:
    url: http://{HOST}:{receiver}/
maintenance:
  - services: [{MAINTAINED}]
    from: '{}'
    until: '{}'
  - types: [Data]
    hours: {{days: sun, from: '02:00', to: '04:00', zone: UTC}}
",
        at(-30),
        at(60)
    )
}

fn services(ports: &Ports) -> String {
    let mut text = String::new();
    for (service, port) in SERVICES.iter().zip(&ports.services) {
        // Writing to a string cannot fail.
        write_service(&mut text, service, *port).ok();
    }
    text
}

fn write_service(text: &mut String, service: &Service, port: u16) -> std::fmt::Result {
    let Service { id, name, group, tags, is_hidden, check, .. } = service;
    writeln!(text, "{id}:\n  type: {}\n  interval: {}\n  timeout: 5", check.kind(), check.interval())?;
    if !is_hidden {
        writeln!(text, "  role: [staff]")?;
    }
    if !tags.is_empty() {
        writeln!(text, "  tags: [{}]", tags.join(", "))?;
    }
    if *id == "checkout" {
        writeln!(text, "  depends_on: payment-api")?;
    }
    writeln!(text, "  properties:\n    host: {}", check.node())?;
    match check {
        Check::Http => writeln!(text, "    port: {port}\n    protocol: http")?,
        Check::Tcp { .. } | Check::Redis => writeln!(text, "    port: {port}")?,
        Check::Dns => writeln!(text, "    server: '{HOST}:{port}'")?,
        Check::Job { token, .. } => writeln!(text, "    token: {token}")?,
    }
    writeln!(text, "  data:\n    type: {group}\n    name: {name}")?;
    match check {
        Check::Http => writeln!(text, "    url: /health\n    max_elapsed: {LIMIT}\n    search:\n      status: healthy")?,
        Check::Tcp { greeting } => writeln!(text, "    expect: '^{greeting}'")?,
        Check::Job { every, .. } => writeln!(text, "    every: {every}")?,
        // With it the check asks for its metrics.
        Check::Redis => writeln!(text, "    role: master\n    max_lag: 30")?,
        Check::Dns => {}
    }
    writeln!(text)
}
