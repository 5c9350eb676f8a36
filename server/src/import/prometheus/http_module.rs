//! The prober `http`.

use super::local_file::file;
use super::tls_config;
use crate::import::address::Address;
use crate::import::http;
use crate::import::keys::Keys;
use crate::import::model::{Part, Presence};
use crate::import::patterns;
use crate::import::statuses::{Redirects, expect_status, is_none, wants_every_redirect};
use crate::import::value::{Map, Value, without_references};
use std::path::Path;
use yaml::Node;

pub(super) fn set(service: &mut Part, target: &str, keys: &mut Keys<'_>, mut data: Map, folder: &Path) {
    let target = if target.contains("://") { target.to_owned() } else { format!("http://{target}") };
    let address = Address::parse(&target).filter(|address| matches!(address.scheme.as_str(), "http" | "https"));
    let Some(address) = address else { return service.lost_altogether("its address is not one of HTTP") };
    let mut properties = address.http_properties();
    let method = keys.text("method").unwrap_or("GET");
    if !http::set_method(&mut properties, method) {
        service.lost(format!("the method {method}, which Platus does not send; it sends GET"));
    }
    properties.set_if("body", keys.text("body").map(Value::literal));
    let headers = keys.texts("headers").into_iter();
    let headers: Vec<(String, String)> = headers.map(|(name, value)| (name.to_owned(), without_references(value))).collect();
    http::set_headers(&mut properties, headers, &[("Accept", "*/*"), ("Content-Type", "")]);
    set_login(service, keys, &mut properties, folder);
    properties.set_if("proxy", keys.text("proxy_url").map(Value::literal));
    tls_config::set(service, keys.map("tls_config"), &mut properties, folder, address.scheme == "https");

    http::set_path(&mut data, &address.path);
    set_statuses(service, keys, &mut data);
    let pattern = |node: &Node| node.text().map(without_references);
    let mut searched: Vec<String> = keys.all("fail_if_body_not_matches_regexp", pattern);
    searched.extend(keys.all("fail_if_body_matches_regexp", pattern).iter().map(|pattern| patterns::absent(pattern)));
    http::set_search(&mut data, searched);
    match (keys.flag("fail_if_ssl"), keys.flag("fail_if_not_ssl"), address.scheme.as_str()) {
        (Some(true), _, "https") => return service.lost_altogether("it fails with TLS, and its address has TLS"),
        (_, Some(true), "http") => {
            service.lost("`fail_if_not_ssl` of an address without TLS, which is checked at its last redirect")
        }
        (Some(true), _, _) => service.lost("`fail_if_ssl`, which concerns redirects to addresses with TLS"),
        _ => {}
    }
    if service.presence == Presence::Active {
        service.set_check("rest_http", properties, data);
    }
}

fn set_statuses(service: &mut Part, keys: &mut Keys<'_>, data: &mut Map) {
    let given: Vec<u16> = keys.all("valid_status_codes", |node| node.text()?.parse().ok());
    let is_wanted = |status: u16| if given.is_empty() { (200..=299).contains(&status) } else { given.contains(&status) };
    let follows = keys.flag("follow_redirects").unwrap_or_else(|| keys.flag("no_follow_redirects") != Some(true));
    let redirects = if follows { Redirects::Followed } else { Redirects::NotFollowed };
    if let Some(statuses) = expect_status(is_wanted, redirects) {
        match is_none(&statuses) {
            true => return service.lost_altogether("it accepts no status but redirects that it follows"),
            false => data.set("expect_status", statuses),
        }
    }
    if !follows && !wants_every_redirect(is_wanted) {
        service.lost("that redirects are not followed: Platus follows those whose status is not expected");
    }
}

fn set_login(service: &mut Part, keys: &mut Keys<'_>, properties: &mut Map, folder: &Path) {
    let mut basic = keys.map("basic_auth");
    properties.set_if("username", basic.text("username").map(Value::literal));
    properties.set_if("password", basic.text("password").map(Value::literal));
    properties.set_if("password_file", basic.text("password_file").and_then(|path| file(path, folder, "password_file", service)));
    properties.set_if("token", keys.text("bearer_token").map(Value::literal));
    properties
        .set_if("token_file", keys.text("bearer_token_file").and_then(|path| file(path, folder, "bearer_token_file", service)));
    let mut authorization = keys.map("authorization");
    match authorization.text("type") {
        None | Some("Bearer") => {
            properties.set_if("token", authorization.text("credentials").map(Value::literal));
            properties.set_if(
                "token_file",
                authorization.text("credentials_file").and_then(|path| file(path, folder, "credentials_file", service)),
            );
        }
        Some(_) => service.lost("`authorization` of another type than Bearer; set the header in `request_headers`"),
    }
    if ["password", "token"].iter().any(|key| properties.get(key).is_some()) {
        service.note(
            "Its secrets are in this file as they were in that of blackbox_exporter; Vault keeps them out of it (`vault_KEY` in \
                      `properties`).",
        );
    }
}
