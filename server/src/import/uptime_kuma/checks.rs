//! The check of a monitor, by its type.

mod databases;
mod requests;

use super::details::Details;
use super::record::Record;
use crate::import::durations;
use crate::import::model::Part;
use crate::import::tokens;
use crate::import::value::{Map, Value};

/// Bytes of a ping unless configured otherwise.
const USUAL_PACKET: i64 = 56;

/// Sets the check type and its keys.
pub(super) fn set(service: &mut Part, details: &Details<'_>) {
    match details.record.text("type").unwrap_or_default() {
        "http" => requests::set(service, details, requests::Body::Any),
        "keyword" => requests::set(service, details, requests::Body::Keyword),
        "json-query" => requests::set(service, details, requests::Body::Json),
        "port" => set_tcp(service, details),
        "ping" => set_ping(service, details),
        "dns" => set_dns(service, details),
        "push" => set_heartbeat(service, details),
        "mongodb" => databases::set_mongodb(service, details),
        "redis" => databases::set_redis(service, details),
        kind => service.lost_altogether(format!("Platus has no check like `{kind}`; a program can be checked with `type: exec`")),
    }
}

/// `host` of a column with a name or an address.
fn host(record: &Record) -> Option<Map> {
    let mut properties = Map::new();
    properties.set("host", Value::literal(record.text("hostname")?.trim()));
    Some(properties)
}

fn set_tcp(service: &mut Part, details: &Details<'_>) {
    let port = details.record.id("port").filter(|port| (1..=65_535).contains(port));
    let (Some(mut properties), Some(port)) = (host(details.record), port) else {
        return service.lost_altogether("it has no host or no port");
    };
    properties.set("port", Value::number(port));
    if details.record.text("smtp_security").is_some_and(|security| security != "none") {
        service.lost("TLS of the connection");
    }
    service.set_check("tcp", properties, details.display());
}

fn set_ping(service: &mut Part, details: &Details<'_>) {
    let Some(properties) = host(details.record) else { return service.lost_altogether("it has no host") };
    let mut data = details.display();
    let count = details.record.number("ping_count").unwrap_or(1.0).clamp(1.0, 100.0).trunc();
    data.set("count", Value::Plain(durations::shown(count)));
    // Uptime Kuma is content with one answer.
    data.set("max_loss", Value::number(if count > 1.0 { 99 } else { 0 }));
    if details.record.id("packet_size").is_some_and(|size| size != USUAL_PACKET) {
        service.lost("the size of the packets");
    }
    service.set_check("ping", properties, data);
}

fn set_dns(service: &mut Part, details: &Details<'_>) {
    let Some(mut properties) = host(details.record) else { return service.lost_altogether("it has no host") };
    let port = details.record.id("port").filter(|port| (1..=65_535).contains(port)).unwrap_or(53);
    let servers = details.record.text("dns_resolve_server").unwrap_or_default();
    let addresses: Vec<std::net::IpAddr> = servers.split(',').filter_map(|server| server.trim().parse().ok()).collect();
    if addresses.is_empty() && !servers.trim().is_empty() {
        service.lost("the DNS server, which Platus needs as an address; the resolvers of the system are asked");
    }
    if !addresses.is_empty() {
        let servers =
            addresses.iter().map(|address| std::net::SocketAddr::new(*address, u16::try_from(port).unwrap_or(53)).to_string());
        properties.set("server", Value::texts(servers));
    }
    let mut data = details.display();
    data.set("record", Value::literal(details.record.text("dns_resolve_type").unwrap_or("A")));
    if details.record.text("conditions").is_some_and(|conditions| conditions != "[]") {
        service.lost("conditions on the records; set `expect`");
    }
    service.set_check("dns", properties, data);
}

fn set_heartbeat(service: &mut Part, details: &Details<'_>) {
    let mut properties = Map::new();
    let Some(token) = tokens::token(details.record.text("push_token"), service) else { return };
    properties.set("token", token);
    let mut data = details.display();
    data.set("every", Value::Plain(durations::shown(details.interval)));
    service.set_check("heartbeat", properties, data);
}
