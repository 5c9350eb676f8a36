//! The prober `tcp`.

use super::tls_config;
use crate::import::address::host_and_port;
use crate::import::keys::Keys;
use crate::import::model::Part;
use crate::import::value::{Map, Value, without_references};
use std::path::Path;
use yaml::Node;

pub(super) fn set(service: &mut Part, target: &str, keys: &mut Keys<'_>, mut data: Map, folder: &Path) {
    let Some((host, Some(port))) = host_and_port(target) else {
        return service.lost_altogether("its target is not of the form HOST:PORT");
    };
    let mut properties = Map::new();
    properties.set("host", Value::text(host));
    properties.set("port", Value::number_or_text(&port));
    let steps = keys.list("query_response");
    if keys.flag("tls") == Some(true) {
        if !steps.is_empty() {
            return service
                .lost_altogether("its conversation over TLS: Platus has none; a program can be checked with `type: exec`");
        }
        tls_config::set(service, keys.map("tls_config"), &mut properties, folder, true);
        data.set("min_days", Value::number(0));
        return service.set_check("tls", properties, data);
    }
    keys.ignore(&["tls_config"]);
    match conversation(steps) {
        Some((send, expect)) => {
            data.set_if("send", send.map(Value::text));
            data.set_if("expect", expect.map(Value::text));
        }
        None => {
            let first = steps.iter().find_map(|step| step.get("expect").and_then(Node::text)).map(without_references);
            service.lost("its conversation: Platus sends once and then expects once; only the first expectation is checked");
            if steps.first().is_some_and(|step| step.get("expect").is_some()) {
                data.set_if("expect", first.map(Value::text));
            }
        }
    }
    service.set_check("tcp", properties, data);
}

/// What is sent and then expected. `None` for a conversation that goes on.
fn conversation(steps: &[Node]) -> Option<(Option<String>, Option<String>)> {
    let (mut send, mut expect) = (None, None);
    for step in steps {
        let text = |key| step.get(key).and_then(Node::text).map(without_references);
        let is_plain = step.entries()?.iter().all(|entry| matches!(entry.key.value.as_str(), "send" | "expect"));
        // Within one step, the expectation comes first.
        for (key, value) in [("expect", text("expect")), ("send", text("send"))] {
            let Some(value) = value else { continue };
            match (key, &send, &expect) {
                ("send", None, None) => send = Some(format!("{value}\n")),
                ("expect", _, None) => expect = Some(value),
                _ => return None,
            }
        }
        if !is_plain {
            return None;
        }
    }
    Some((send, expect))
}
