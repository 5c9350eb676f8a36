//! The modules of Blackbox exporter.

use super::{dns, http_module, tcp};
use crate::import::address::host_and_port;
use crate::import::durations;
use crate::import::http;
use crate::import::keys::Keys;
use crate::import::model::Part;
use crate::import::value::{Map, Value, without_references};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use yaml::Node;

/// All modules, and which of them are used.
pub(super) struct Modules<'a> {
    modules: Vec<(&'a str, &'a Node)>,
    used: RefCell<Vec<&'a str>>,
    /// Where relative paths begin.
    folder: PathBuf,
}

impl<'a> Modules<'a> {
    /// `None` if the document has no modules.
    pub(super) fn read(document: &'a Node, folder: &Path) -> Option<Self> {
        let modules = document.get("modules")?.entries()?.iter().map(|entry| (entry.key.value.as_str(), &entry.value)).collect();
        Some(Self { modules, used: RefCell::default(), folder: folder.to_owned() })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.modules.iter().any(|(known, _)| *known == name)
    }

    /// Sets the check of a service by the module of this name.
    pub(super) fn set(&self, name: &str, target: &str, service: &mut Part, display: Map) {
        let Some(&(name, node)) = self.modules.iter().find(|(known, _)| *known == name) else {
            return service.lost_altogether(format!("the module `{name}` is not in the file of blackbox_exporter"));
        };
        self.used.borrow_mut().push(name);
        let mut keys = Keys::new(node);
        let in_range = |text| durations::seconds(text).filter(|seconds| (0.001..=3_600.0).contains(seconds));
        if let Some(timeout) = keys.parsed("timeout", in_range) {
            service.keys.set("timeout", Value::Plain(durations::shown(timeout)));
        }
        let prober = keys.text("prober").unwrap_or_default();
        let mut details = match prober {
            "http" => keys.map("http"),
            "tcp" => keys.map("tcp"),
            "dns" => keys.map("dns"),
            "icmp" => keys.map("icmp"),
            _ => return service.lost_altogether(format!("Platus has no check like the prober `{prober}`")),
        };
        let target = without_references(target);
        match prober {
            "http" => http_module::set(service, &target, &mut details, display, &self.folder),
            "tcp" => tcp::set(service, &target, &mut details, display, &self.folder),
            "dns" => dns::set(service, &target, &mut details, display),
            _ => set_ping(service, &target, display),
        }
        lose_addresses(service, &mut details);
        // Blackbox exporter reads those of its prober only.
        keys.ignore(&["http", "tcp", "dns", "icmp", "grpc"].map(|other| if other == prober { "" } else { other }));
        keys.report(service, &format!(" of the module `{name}`"));
    }

    /// Modules that no target uses.
    pub(super) fn unused(&self) -> Vec<&'a str> {
        let used = self.used.borrow();
        self.modules.iter().map(|(name, _)| *name).filter(|name| !used.contains(name)).collect()
    }
}

fn set_ping(service: &mut Part, target: &str, mut data: Map) {
    let host = host_and_port(target).map_or_else(|| target.to_owned(), |(host, _)| host);
    let mut properties = Map::new();
    properties.set("host", Value::text(host));
    data.set("count", Value::number(1));
    service.set_check("ping", properties, data);
}

/// Platus tries every address of a name.
fn lose_addresses(service: &mut Part, keys: &mut Keys<'_>) {
    let falls_back = keys.flag("ip_protocol_fallback") != Some(false);
    // With the fallback it is only the order.
    keys.ignore(&["preferred_ip_protocol"]);
    if !falls_back {
        service.lost("the restriction to one IP protocol: Platus tries every address of the name");
    }
}

/// The display keys of a target.
pub(super) fn display(job: &str, target: &str) -> Map {
    http::display(&without_references(&public(target)), Some(&without_references(job)))
}

/// A target as it can be shown: without login and query, which may be secret.
pub(super) fn public(target: &str) -> String {
    let target = target.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = target.split_once("://").map_or(("", target), |(scheme, rest)| (scheme, rest));
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    format!("{scheme}{place}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_shown_without_secrets() {
        for (target, expected) in [
            ("https://u:secret@a.example.org:8443/x?token=secret", "https://a.example.org:8443/x"),
            ("u:secret@a.example.org", "a.example.org"),
            ("a.example.org:22", "a.example.org:22"),
        ] {
            assert_eq!(public(target), expected);
        }
    }
}
