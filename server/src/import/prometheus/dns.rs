//! The prober `dns`, whose target is the server.

use crate::import::address::host_and_port;
use crate::import::keys::Keys;
use crate::import::model::Part;
use crate::import::value::{Map, Value, without_references};
use std::net::IpAddr;
use yaml::Node;

pub(super) fn set(service: &mut Part, target: &str, keys: &mut Keys<'_>, mut data: Map) {
    let Some(name) = keys.text("query_name").map(without_references) else {
        return service.lost_altogether("it has no `query_name`");
    };
    let mut properties = Map::new();
    properties.set("host", Value::text(name));
    let server = host_and_port(target).and_then(|(host, port)| Some((host.parse::<IpAddr>().ok()?, port)));
    let Some((address, port)) = server else {
        return service.lost_altogether("its DNS server is a name, and Platus needs an address");
    };
    let port = port.and_then(|port| port.parse().ok()).unwrap_or(53);
    properties.set("server", Value::text(std::net::SocketAddr::new(address, port).to_string()));
    let record = keys.text("query_type").unwrap_or("ANY");
    data.set("record", Value::literal(record));
    if keys.text("transport_protocol") == Some("tcp") || keys.flag("dns_over_tls") == Some(true) {
        service.lost("the query over TCP; Platus asks over UDP");
    }
    let codes = keys.all("valid_rcodes", Node::text);
    match (codes.is_empty(), codes.contains(&"NOERROR")) {
        (false, false) => return service.lost_altogether("it expects an answer without records, and Platus expects records"),
        (false, true) if codes.iter().any(|code| *code != "NOERROR") => {
            service.lost("the result codes of `valid_rcodes` other than NOERROR: Platus expects records");
        }
        _ => {}
    }
    for key in ["validate_answer_rrs", "validate_authority_rrs", "validate_additional_rrs"] {
        if keys.get(key).and_then(Node::entries).is_some_and(|rules| !rules.is_empty()) {
            service.lost(format!("`{key}`; set the records as `expect`"));
        }
    }
    if keys.flag("recursion_desired") == Some(false) {
        service.lost("`recursion_desired: false`");
    }
    service.set_check("dns", properties, data);
}
