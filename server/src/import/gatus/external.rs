//! One entry of `external-endpoints`: a job that reports its state.

use super::alerts::Alerts;
use super::references::carried;
use crate::import::durations;
use crate::import::http;
use crate::import::ids::Ids;
use crate::import::keys::Keys;
use crate::import::model::{Part, Presence};
use crate::import::tokens;
use crate::import::value::{Map, Value};
use yaml::Node;

/// Longest time between two heartbeats, in seconds.
const LONGEST: f64 = 366.0 * 86_400.0;

/// A service of the type `heartbeat`, and its alerts.
pub(super) fn read(node: &Node, ids: &mut Ids, defaults: &Alerts) -> (Part, Alerts) {
    let mut keys = Keys::new(node);
    let name = keys.text("name").map(carried).unwrap_or_default().into_owned();
    let group = keys.text("group").map(carried).unwrap_or_default().into_owned();
    let mut service = Part::new(ids.of(&[&group, &name]));
    let is_enabled = keys.flag("enabled") != Some(false);
    let alerts = Alerts::read(keys.list("alerts"), defaults, &mut service);
    let token = keys.text("token").map(carried);
    let mut properties = Map::new();
    properties.set_if(
        "token",
        match token.as_deref() {
            // Its length is known where Platus runs.
            Some(reference) if reference.contains("${") => Some(Value::text(reference)),
            given => tokens::token(given, &mut service),
        },
    );
    let mut data = http::display(&name, Some(&group));
    let interval = keys.map("heartbeat").parsed("interval", |text| durations::seconds(text).filter(|seconds| *seconds > 0.0));
    let every = interval.unwrap_or(LONGEST).min(LONGEST);
    if interval.is_none() {
        service.note("Gatus expects no heartbeat at any time; here one a year is enough.");
    }
    data.set("every", Value::Plain(durations::shown(every)));
    if service.presence == Presence::Active {
        service.set_check("heartbeat", properties, data);
    }
    alerts.set_thresholds(&mut service);
    keys.report(&mut service, "");
    if !is_enabled && service.presence == Presence::Active {
        service.presence = Presence::Commented;
        service.note("It is disabled in Gatus.");
    }
    (service, alerts)
}
