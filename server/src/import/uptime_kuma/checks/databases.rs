//! Monitors of databases, whose addresses are connection strings.

use super::super::details::Details;
use crate::import::address::Address;
use crate::import::model::Part;
use crate::import::value::{Map, Value, without_references};

pub(super) fn set_redis(service: &mut Part, details: &Details<'_>) {
    let text = details.record.text("database_connection_string").map(without_references);
    let address = text.as_deref().and_then(Address::parse).filter(|address| matches!(address.scheme.as_str(), "redis" | "rediss"));
    let Some(address) = address else { return service.lost_altogether("its connection string is not one of Redis") };
    let mut properties = address.place();
    set_login(&address, &mut properties, service);
    let database = address.path.trim_start_matches('/').split('?').next().unwrap_or_default();
    properties.set_if("db", database.parse::<u32>().ok().filter(|number| *number > 0).map(Value::number));
    if address.scheme == "rediss" {
        properties.set("tls", Value::flag(true));
        if details.record.flag("ignore_tls") {
            properties.set("verify", Value::flag(false));
        }
    }
    service.set_check("redis", properties, details.display());
}

pub(super) fn set_mongodb(service: &mut Part, details: &Details<'_>) {
    let text = details.record.text("database_connection_string").map(without_references).unwrap_or_default();
    let (hosts, address) = match hosts_apart(&text) {
        Some((hosts, first)) => (hosts, Address::parse(&first)),
        None => (Vec::new(), None),
    };
    let Some(address) = address.filter(|address| address.scheme == "mongodb") else {
        return service.lost_altogether("its connection string is not one of the form mongodb://HOST:PORT");
    };
    let mut properties = Map::new();
    properties.set("host", Value::texts(hosts));
    set_login(&address, &mut properties, service);
    let options = address.path.split_once('?').map_or("", |(_, options)| options);
    for (name, value) in url::form_urlencoded::parse(options.as_bytes()) {
        match name.to_ascii_lowercase().as_str() {
            "authsource" => properties.set("auth_source", Value::text(value)),
            "replicaset" => properties.set("replica_set", Value::text(value)),
            "authmechanism" => properties.set("auth_mechanism", Value::text(value)),
            "tls" | "ssl" if value == "true" => properties.set("tls", Value::flag(true)),
            "tlsinsecure" | "tlsallowinvalidcertificates" if value == "true" => properties.set("verify", Value::flag(false)),
            _ => {}
        }
    }
    if details.record.text("database_query").is_some_and(|query| !query.contains("\"ping\"")) {
        service.lost("its command and what its answer must be");
    }
    service.note("Platus checks the members of the replica set; its user needs the role `clusterMonitor`.");
    service.set_check("mongodb", properties, details.display());
}

/// The hosts of a connection string, and the same string with the first of them alone.
fn hosts_apart(text: &str) -> Option<(Vec<String>, String)> {
    let (scheme, rest) = text.split_once("://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    let (user, hosts) = authority.rsplit_once('@').map_or(("", authority), |(user, hosts)| (user, hosts));
    let hosts: Vec<String> = hosts.split(',').map(|host| host.trim().to_owned()).filter(|host| !host.is_empty()).collect();
    let first = hosts.first()?;
    let user = if user.is_empty() { String::new() } else { format!("{user}@") };
    let alone = format!("{scheme}://{user}{first}{after}");
    Some((hosts, alone))
}

fn set_login(address: &Address, properties: &mut Map, service: &mut Part) {
    properties.set_if("username", address.username.as_deref().filter(|name| !name.is_empty()).map(Value::text));
    let password = address.password.as_deref().filter(|password| !password.is_empty());
    properties.set_if("password", password.map(Value::text));
    if password.is_some() {
        service.note(
            "Its password is in this file as it was in Uptime Kuma's; Vault keeps it out of it (`vault_password` in `properties`).",
        );
    }
}
