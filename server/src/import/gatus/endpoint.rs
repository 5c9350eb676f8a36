//! One entry of `endpoints`.

use super::alerts::Alerts;
use super::checks;
use super::client::Client;
use super::details::Details;
use super::expectations::Expectations;
use super::references::{carried, filled};
use crate::import::address::Address;
use crate::import::durations;
use crate::import::ids::Ids;
use crate::import::keys::Keys;
use crate::import::maintenance::Weekly;
use crate::import::model::{Part, Presence};
use crate::import::value::Value;
use system::environment::Environment;
use yaml::Node;

/// Keys that only change what Gatus shows.
const OF_PAGE: [&str; 2] = ["ui", "extra-labels"];

/// An endpoint as a service, with what other parts of the configuration need of it.
pub(super) struct Endpoint {
    pub service: Part,
    pub alerts: Alerts,
    pub windows: Vec<Part>,
}

impl Endpoint {
    pub(super) fn read(node: &Node, ids: &mut Ids, defaults: &Alerts, environment: Environment<'_>) -> Self {
        let mut keys = Keys::new(node);
        let name = keys.text("name").map(carried).unwrap_or_default().into_owned();
        let group = keys.text("group").map(carried).unwrap_or_default().into_owned();
        let mut service = Part::new(ids.of(&[&group, &name]));
        let is_enabled = keys.flag("enabled") != Some(false);
        let written = keys.text("url").map(|url| carried(url).into_owned());
        let url = written.as_deref().and_then(|url| known(url, &mut service, environment));
        let conditions = keys.all("conditions", |condition| Some(carried(condition.text()?).into_owned()));
        let headers = keys.texts("headers").into_iter();
        let details = Details {
            url,
            client: Client::read(keys.map("client"), &mut service),
            expectations: Expectations::of(conditions.iter().map(String::as_str)),
            method: keys.text("method").unwrap_or("GET"),
            body: keys.text("body").map(|body| named(&carried(body), &name, &group, written.as_deref())),
            is_graphql: keys.flag("graphql") == Some(true),
            headers: headers.map(|(name, value)| (name.to_owned(), carried(value).into_owned())).collect(),
            name,
            group,
        };
        let dns = keys.get("dns").is_some().then(|| keys.map("dns"));
        let ssh = keys.get("ssh");
        let alerts = Alerts::read(keys.list("alerts"), defaults, &mut service);
        if let Some(interval) = keys.text("interval") {
            match durations::seconds(interval).filter(|seconds| (1.0..=86_400.0).contains(seconds)) {
                Some(seconds) => service.keys.set("interval", Value::Plain(durations::shown(seconds.round()))),
                None => service.lost(format!("the interval `{interval}` is not between a second and a day")),
            }
        }
        service.keys.set_if("timeout", Some(Value::Plain(durations::shown(details.client.timeout))));
        checks::set(&mut service, &details, dns, ssh);
        for condition in &details.expectations.lost {
            service.lost(format!("the condition `{}`", shown(condition)));
        }
        if details.expectations.is_inverted && service.presence == Presence::Active {
            service.presence = Presence::Commented;
            service.note("In Gatus it is up while its target fails, and the check would say the opposite.");
        }
        alerts.set_thresholds(&mut service);
        let windows =
            keys.list("maintenance-windows").iter().filter_map(|node| Weekly::read(Keys::new(node)).into_part(&details.name));
        let windows = windows.map(|mut window| {
            window.keys.set("services", Value::texts([&service.name]));
            window
        });
        let windows = windows.collect();
        keys.ignore(&OF_PAGE);
        keys.report(&mut service, "");
        if !is_enabled && service.presence == Presence::Active {
            service.presence = Presence::Commented;
            service.note("It is disabled in Gatus.");
        }
        Self { service, alerts, windows }
    }
}

/// The address, with the values of the environment where Platus needs its parts. `None`, with a remark, if it cannot be used.
fn known(url: &str, service: &mut Part, environment: Environment<'_>) -> Option<String> {
    let is_usable = |url: &str| Address::parse(url).is_some() || !url.contains("${");
    if is_usable(url) {
        return Some(url.to_owned());
    }
    match filled(url, environment).filter(|url| is_usable(url)) {
        Some(filled) => {
            service.note("The address has the values that its variables had when it was imported.");
            Some(filled)
        }
        None => {
            service.lost_altogether(
                "the address is in the environment, and Platus needs its parts; set its variables when you import",
            );
            None
        }
    }
}

/// The body with the placeholders that do not change.
fn named(body: &str, name: &str, group: &str, url: Option<&str>) -> String {
    body.replace("[ENDPOINT_NAME]", name).replace("[ENDPOINT_GROUP]", group).replace("[ENDPOINT_URL]", url.unwrap_or_default())
}

/// A condition for a remark. Its operand could be a secret, so only its subject is shown.
fn shown(condition: &str) -> &str {
    let end = [" == ", " != ", " <= ", " >= ", " > ", " < "].iter().filter_map(|sign| condition.find(sign)).min();
    end.and_then(|end| condition.get(..end)).unwrap_or("without a comparison")
}
