//! Monitors of HTTP servers.

use super::super::details::Details;
use super::super::record::Record;
use crate::import::address::Address;
use crate::import::durations;
use crate::import::http;
use crate::import::json_conditions;
use crate::import::model::Part;
use crate::import::patterns;
use crate::import::statuses::{Redirects, expect_status, is_none, wants_every_redirect};
use crate::import::value::{Map, Value, without_references};

/// What the body must be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    Any,
    Keyword,
    Json,
}

/// As a browser asks, and as Uptime Kuma does.
const ACCEPT: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// The time limit of Uptime Kuma, if it has no other.
const SHARE_OF_INTERVAL: f64 = 0.8;

pub(super) fn set(service: &mut Part, details: &Details<'_>, body: Body) {
    let record = details.record;
    let url = record.text("url").map(without_references);
    let address = url.as_deref().and_then(Address::parse).filter(|address| matches!(address.scheme.as_str(), "http" | "https"));
    let Some(address) = address else { return service.lost_altogether("its address is not one of HTTP") };
    let timeout = record.number("timeout").filter(|seconds| *seconds > 0.0).unwrap_or(details.interval * SHARE_OF_INTERVAL);
    service.keys.set("timeout", Value::Plain(durations::shown(timeout.clamp(1.0, 3_600.0))));

    let mut properties = address.http_properties();
    let method = record.text("method").unwrap_or("GET");
    if !http::set_method(&mut properties, method) {
        service.lost("its method, which Platus does not send; it sends GET");
    }
    properties.set_if("body", record.text("body").map(Value::literal));
    set_login(service, record, &mut properties);
    http::set_headers(&mut properties, headers(record), &[("Accept", ACCEPT), ("Content-Type", content_type(record))]);
    if record.flag("ignore_tls") {
        properties.set("verify", Value::flag(false));
    }
    set_proxy(service, details, &mut properties);

    let mut data = details.display();
    http::set_path(&mut data, &address.path);
    let ranges = statuses(record);
    let is_wanted = |status: u16| ranges.iter().any(|(first, last)| (*first..=*last).contains(&status));
    let redirects = match record.number("maxredirects") {
        Some(0.0) => Redirects::NotFollowed,
        _ => Redirects::Followed,
    };
    if let Some(statuses) = expect_status(is_wanted, redirects) {
        if is_none(&statuses) {
            return service.lost_altogether("it accepts no status");
        }
        data.set("expect_status", statuses);
    }
    if redirects == Redirects::NotFollowed && !wants_every_redirect(is_wanted) {
        service.lost("the limit of 0 redirects: Platus follows redirects whose status is not expected");
    }
    match body {
        Body::Any => {}
        Body::Keyword => set_keyword(service, record, &mut data),
        Body::Json => set_json(service, record, &mut data),
    }
    if record.flag("expiry_notification") && address.scheme == "https" {
        service
            .lost("the notification before the certificate expires; `min_tls_days: 14` in `data` makes the service unhealthy then");
    }
    service.set_check("rest_http", properties, data);
}

fn set_keyword(service: &mut Part, record: &Record, data: &mut Map) {
    let Some(keyword) = record.text("keyword") else { return service.lost("the keyword, which is empty") };
    let mut pattern = patterns::exactly(keyword);
    // Uptime Kuma searches JSON without the spaces that the server has sent.
    if keyword.contains('"') {
        pattern = pattern.replace("\":", "\"\\s*:\\s*").replace(",\"", "\\s*,\\s*\"");
    }
    let pattern = if record.flag("invert_keyword") { patterns::absent(&pattern) } else { pattern };
    data.set("search", Value::text(pattern));
}

fn set_json(service: &mut Part, record: &Record, data: &mut Map) {
    let written = record.text("json_path").unwrap_or("$").trim();
    let path = written.strip_prefix('$').unwrap_or(written);
    let path = if path.is_empty() || path.starts_with(['.', '[']) { path.to_owned() } else { format!(".{path}") };
    let is_simple = path.chars().all(|letter| letter.is_alphanumeric() || "._-[]".contains(letter));
    let Some(path) = json_conditions::path(&path).filter(|_| is_simple) else {
        return service.lost("the query, which is more than a path; write it as `json` in `data`");
    };
    let expected = record.shown("expected_value").unwrap_or_default();
    let number = || expected.trim().parse::<i64>().ok().map(Value::number);
    let condition = match record.text("json_path_operator").unwrap_or("==") {
        "==" => match json_conditions::readings(&without_references(&expected)).as_slice() {
            [only] => Some(("equals", only.clone())),
            several => Some(("one_of", Value::List(several.to_vec()))),
        },
        "!=" => json_conditions::readings(&without_references(&expected)).into_iter().next().map(|value| ("not_equals", value)),
        "<" => number().map(|value| ("less_than", value)),
        "<=" => number().map(|value| ("at_most", value)),
        ">" => number().map(|value| ("greater_than", value)),
        ">=" => number().map(|value| ("at_least", value)),
        "contains" => Some(("matches", Value::text(patterns::exactly(&expected)))),
        _ => None,
    };
    let Some((name, value)) = condition else { return service.lost("the comparison of the JSON query") };
    let (mut json, mut conditions) = (Map::new(), Map::new());
    conditions.set(name, value);
    json.set(&path, Value::Map(conditions));
    data.set("json", Value::Map(json));
}

fn set_login(service: &mut Part, record: &Record, properties: &mut Map) {
    match record.text("auth_method") {
        // Before there were others, a user name alone meant Basic.
        None | Some("basic") => {
            properties.set_if("username", record.text("basic_auth_user").map(Value::literal));
            properties.set_if("password", record.text("basic_auth_pass").map(Value::literal));
        }
        Some("mtls") => {
            properties.set_if("cert", record.text("tls_cert").map(Value::literal));
            properties.set_if("key", record.text("tls_key").map(Value::literal));
            properties.set_if("ca", record.text("tls_ca").map(Value::literal));
        }
        Some(_) => service.lost("the login (NTLM or OAuth 2), which Platus does not have"),
    }
    if properties.get("password").is_some() || properties.get("key").is_some() {
        service.note(
            "Its secrets are in this file as they were in Uptime Kuma's; Vault keeps them out of it (`vault_KEY` in `properties`).",
        );
    }
}

fn headers(record: &Record) -> Vec<(String, String)> {
    let Some(text) = record.text("headers") else { return Vec::new() };
    let Ok(serde_json::Value::Object(headers)) = serde_json::from_str(text) else { return Vec::new() };
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    headers.into_iter().map(|(name, value)| (name, without_references(&text(value)))).collect()
}

fn content_type(record: &Record) -> &'static str {
    match (record.text("body"), record.text("http_body_encoding")) {
        (None, _) => "",
        (_, Some("xml")) => "text/xml; charset=utf-8",
        (_, Some("form")) => "application/x-www-form-urlencoded",
        _ => "application/json",
    }
}

/// The accepted statuses.
fn statuses(record: &Record) -> Vec<(u16, u16)> {
    let mut given = record.list("accepted_statuscodes_json");
    if given.is_empty() {
        given = record.list("accepted_statuscodes");
    }
    if given.is_empty() {
        given.push("200-299".to_owned());
    }
    let range = |text: &String| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
    };
    given.iter().filter_map(range).collect()
}

fn set_proxy(service: &mut Part, details: &Details<'_>, properties: &mut Map) {
    let Some(proxy) = details.proxy else { return };
    let (Some(protocol @ ("http" | "https")), Some(host), Some(port)) =
        (proxy.text("protocol"), proxy.text("host"), proxy.id("port"))
    else {
        return service.lost("its proxy, which is not one of HTTP");
    };
    let login = match (proxy.flag("auth"), proxy.text("username"), proxy.text("password")) {
        (true, Some(name), password) => {
            let encoded =
                |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
            format!("{}:{}@", encoded(name), encoded(password.unwrap_or_default()))
        }
        _ => String::new(),
    };
    properties.set("proxy", Value::literal(&format!("{protocol}://{login}{host}:{port}")));
}
