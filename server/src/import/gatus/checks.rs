//! The check of an endpoint, by its address.

use super::details::Details;
use super::references::carried;
use crate::import::address::{Address, host_and_port};
use crate::import::durations;
use crate::import::http;
use crate::import::keys::Keys;
use crate::import::model::{Part, Presence};
use crate::import::statuses::{Redirects, expect_status, is_none, wants_every_redirect};
use crate::import::value::{Map, Value};
use yaml::Node;

const DAY: f64 = 86_400.0;

/// Sets the check type and its keys.
pub(super) fn set(service: &mut Part, details: &Details<'_>, dns: Option<Keys<'_>>, ssh: Option<&Node>) {
    let Some(url) = &details.url else {
        if service.presence != Presence::Absent {
            service.lost_altogether("it has no `url`");
        }
        return;
    };
    if let Some(dns) = dns {
        return set_dns(service, details, url, dns);
    }
    let Some(address) = Address::parse(url) else {
        // The address is not repeated, since it could hold a password.
        return service.lost_altogether("its address has no host that Platus can use");
    };
    match address.scheme.as_str() {
        "http" | "https" => set_http(service, details, &address),
        "tcp" => set_tcp(service, details, &address),
        "icmp" => set_ping(service, details, &address),
        "tls" => set_tls(service, details, &address),
        "ssh" => set_ssh(service, details, &address, ssh.is_some()),
        scheme => {
            service.lost_altogether(format!("Platus has no check for `{scheme}://`; a program can be checked with `type: exec`"))
        }
    }
}

fn set_http(service: &mut Part, details: &Details<'_>, address: &Address) {
    let Details { client, expectations, .. } = details;
    let mut properties = address.http_properties();
    if !http::set_method(&mut properties, details.method) {
        service.lost(format!("the method {}, which Platus does not send; it sends GET", details.method));
    }
    let mut headers = details.headers.clone();
    if let Some(body) = &details.body {
        if body.contains("[RANDOM_STRING_") || body.contains("[LOCAL_ADDRESS]") {
            service.lost("the placeholders of the body whose value changes; the body has their names");
        }
        let body = match details.is_graphql {
            true => serde_json::json!({ "query": body }).to_string(),
            false => body.clone(),
        };
        properties.set("body", Value::text(body));
    }
    if details.is_graphql && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Content-Type")) {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    }
    http::set_headers(&mut properties, headers, &[("Accept", "*/*"), ("Content-Type", "")]);
    client.set_http(&mut properties, service);

    let mut data = http::display(&details.name, Some(&details.group));
    http::set_path(&mut data, &address.path);
    if let Some(statuses) = expect_status(|status| expectations.wants(status), client.redirects) {
        if is_none(&statuses) {
            return service.lost_altogether("no status fulfils all of its conditions");
        }
        data.set("expect_status", statuses);
    }
    if client.redirects == Redirects::NotFollowed && !wants_every_redirect(|status| expectations.wants(status)) {
        service.lost("`client.ignore-redirect`: Platus follows redirects whose status is not expected");
    }
    http::set_search(&mut data, expectations.patterns.clone());
    data.set_if("json", expectations.json.clone().into_value());
    data.set_if("max_elapsed", expectations.max_elapsed.map(|seconds| Value::Plain(durations::shown(seconds))));
    match expectations.certificate {
        Some(seconds) if address.scheme == "https" => data.set("min_tls_days", days(seconds, service)),
        Some(_) => service.lost("`[CERTIFICATE_EXPIRATION]` of an address without TLS"),
        None => {}
    }
    lose_dns_code(service, details);
    service.set_check("rest_http", properties, data);
}

fn set_tcp(service: &mut Part, details: &Details<'_>, address: &Address) {
    if address.port.is_none() {
        return service.lost_altogether("its address has no port");
    }
    let mut data = http::display(&details.name, Some(&details.group));
    data.set_if("send", details.body.as_deref().map(Value::text));
    match details.expectations.patterns.as_slice() {
        [] => {}
        [only] => data.set("expect", Value::text(only)),
        [first, ..] => {
            data.set("expect", Value::text(first));
            service.lost("all conditions on `[BODY]` but the first");
        }
    }
    set_max_elapsed(&mut data, details);
    lose_http(service, details);
    service.set_check("tcp", address.place(), data);
}

fn set_ping(service: &mut Part, details: &Details<'_>, address: &Address) {
    let mut properties = address.place();
    properties.retain(|key, _| key == "host");
    let mut data = http::display(&details.name, Some(&details.group));
    data.set("count", Value::number(1));
    set_max_elapsed(&mut data, details);
    lose_http(service, details);
    lose_body(service, details);
    service.set_check("ping", properties, data);
}

fn set_tls(service: &mut Part, details: &Details<'_>, address: &Address) {
    let mut properties = address.place();
    details.client.set_verify(&mut properties);
    let mut data = http::display(&details.name, Some(&details.group));
    let least = details.expectations.certificate.map(|seconds| days(seconds, service));
    data.set("min_days", least.unwrap_or_else(|| Value::number(0)));
    if details.expectations.max_elapsed.is_some() {
        service.lost("`[RESPONSE_TIME]`, which the check `tls` does not limit");
    }
    lose_status(service, details);
    lose_body(service, details);
    service.set_check("tls", properties, data);
}

fn set_ssh(service: &mut Part, details: &Details<'_>, address: &Address, logs_in: bool) {
    let mut properties = address.place();
    if address.port.is_none() {
        properties.set("port", Value::number(22));
    }
    let mut data = http::display(&details.name, Some(&details.group));
    data.set("expect", Value::text("^SSH-"));
    set_max_elapsed(&mut data, details);
    if logs_in {
        service.lost("the login and the command; the service checks whether an SSH server answers");
    }
    lose_http(service, details);
    lose_body(service, details);
    service.set_check("tcp", properties, data);
}

fn set_dns(service: &mut Part, details: &Details<'_>, url: &str, mut keys: Keys<'_>) {
    let Some(name) = keys.text("query-name").map(|name| carried(name).into_owned()) else {
        return service.lost_altogether("`dns` has no `query-name`");
    };
    let mut properties = Map::new();
    properties.set("host", Value::text(name));
    let server = url.rsplit_once("://").map_or(url, |(_, server)| server);
    match host_and_port(server) {
        Some((host, port)) if host.parse::<std::net::IpAddr>().is_ok() || host.contains("${") => {
            let host = if host.contains(':') { format!("[{host}]") } else { host };
            let server = match port {
                Some(port) => format!("{host}:{port}"),
                None => host,
            };
            properties.set("server", Value::text(server));
        }
        _ => service.lost("the DNS server, which Platus needs as an address; the resolvers of the system are asked"),
    }
    let mut data = http::display(&details.name, Some(&details.group));
    data.set("record", Value::text(keys.text("query-type").unwrap_or("A").to_ascii_uppercase()));
    match (&details.expectations.exact_body, details.expectations.patterns.len()) {
        (Some(expected), 1) => data.set("expect", Value::text(expected)),
        (None, 0) => {}
        _ => service.lost("the conditions on `[BODY]`: Platus compares records with whole values"),
    }
    set_max_elapsed(&mut data, details);
    match details.expectations.dns_code.as_deref() {
        None | Some("NOERROR") => {}
        Some(_) => return service.lost_altogether("`[DNS_RCODE]` other than NOERROR: Platus expects a record"),
    }
    lose_status(service, details);
    service.set_check("dns", properties, data);
}

/// Whole days, of what may be given in hours.
fn days(seconds: f64, service: &mut Part) -> Value {
    let days = (seconds / DAY).ceil().max(0.0);
    if (days * DAY - seconds).abs() > 1.0 {
        service.note("Platus counts the validity of certificates in whole days, so it is rounded up.");
    }
    Value::Plain(durations::shown(days))
}

fn set_max_elapsed(data: &mut Map, details: &Details<'_>) {
    data.set_if("max_elapsed", details.expectations.max_elapsed.map(|seconds| Value::Plain(durations::shown(seconds))));
}

fn lose_http(service: &mut Part, details: &Details<'_>) {
    lose_status(service, details);
    if details.expectations.certificate.is_some() {
        service.lost("`[CERTIFICATE_EXPIRATION]` of an address without TLS");
    }
    lose_dns_code(service, details);
}

fn lose_status(service: &mut Part, details: &Details<'_>) {
    if details.expectations.is_of_http() {
        service.lost("conditions on a status or on JSON, which this check does not have");
    }
}

fn lose_body(service: &mut Part, details: &Details<'_>) {
    if !details.expectations.patterns.is_empty() {
        service.lost("conditions on `[BODY]`, which this check does not have");
    }
}

fn lose_dns_code(service: &mut Part, details: &Details<'_>) {
    if details.expectations.dns_code.is_some() {
        service.lost("`[DNS_RCODE]`, which this check does not have");
    }
}
