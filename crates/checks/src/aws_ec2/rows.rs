//! Derives the rows from the answers of AWS.

use super::selection::{Found, Instance, MOST_INSTANCES};
use super::status_checks::StatusCheck;
use crate::{Expectation, Observation};
use aws_sdk_ec2::primitives::DateTime;
use aws_sdk_ec2::types::{InstanceStateName, SummaryStatus};
use model::State;
use net::excerpt::shortened;
use std::collections::BTreeMap;

/// One row for each instance and each id that AWS does not know. `node` is the row for messages about no single instance.
pub(super) fn rows(found: &Found, checks: &BTreeMap<String, Vec<StatusCheck>>, node: &str) -> Vec<Observation> {
    let instances = found.instances.iter().map(|(id, instance)| row(id, instance, checks.get(id).map_or(&[], Vec::as_slice)));
    let missing = found.missing.iter().map(|(id, code)| Observation::new(id, State::Unknown).with_message(unknown_to_aws(code)));
    let cut = found.is_cut.then(|| {
        let message = format!("there are more than {MOST_INSTANCES} instances, and the others have no row; narrow `ec2_filters`");
        Observation::new(node, State::Unknown).with_message(message)
    });
    instances.chain(missing).chain(cut).collect()
}

/// A running instance is operational while its status checks are initializing or have no data, since neither is a failure. An
/// impaired one is unhealthy.
fn row(id: &str, instance: &Instance, checks: &[StatusCheck]) -> Observation {
    let runs = instance.state == InstanceStateName::Running;
    let mut expectations = vec![Expectation::new("state running", format!("state {}", instance.state), runs)];
    let (state, message) = if runs {
        expectations.extend(checks.iter().map(|check| {
            let met = check.result != SummaryStatus::Impaired;
            Expectation::new(format!("{} status check not impaired", check.name), check.result.as_str(), met)
        }));
        let impaired = checks.iter().any(|check| check.result == SummaryStatus::Impaired);
        (if impaired { State::Unhealthy } else { State::Operational }, checks_in_words(checks))
    } else {
        (State::Down, Some(state_in_words(instance)))
    };
    Observation { node_name: instance.name.clone(), message, expectations, ..Observation::new(id, state) }
}

fn state_in_words(instance: &Instance) -> String {
    let state = match instance.state.as_str() {
        "" => "AWS reports no state",
        state => state,
    };
    match &instance.reason {
        Some(reason) => format!("{state} ({})", shortened(reason)),
        None => state.to_owned(),
    }
}

/// The message about the status checks of a running instance; `None` if all are ok.
fn checks_in_words(checks: &[StatusCheck]) -> Option<String> {
    if checks.is_empty() {
        return Some("no status checks by AWS yet".to_owned());
    }
    let notes: Vec<_> = checks.iter().filter_map(note).collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

fn note(check: &StatusCheck) -> Option<String> {
    let name = check.name;
    match &check.result {
        SummaryStatus::Ok | SummaryStatus::NotApplicable => None,
        SummaryStatus::Impaired => {
            let since = check.impaired_since.as_ref().and_then(minute).map(|since| format!(" since {since}"));
            Some(format!("the {name} status check fails{}", since.unwrap_or_default()))
        }
        SummaryStatus::Initializing => Some(format!("the {name} status check is initializing")),
        SummaryStatus::InsufficientData => Some(format!("AWS has no data for the {name} status check")),
        other => Some(format!("the {name} status check is {}", shortened(other.as_str()))),
    }
}

fn minute(time: &DateTime) -> Option<String> {
    Some(chrono::DateTime::from_timestamp(time.secs(), 0)?.format("%Y-%m-%d %H:%M UTC").to_string())
}

fn unknown_to_aws(code: &str) -> String {
    match code {
        "InvalidInstanceID.Malformed" => format!("this is no id of an instance ({code})"),
        _ => format!(
            "AWS knows no such instance in this region ({code}); it may have been terminated more than an hour ago, else look at \
             `ec2_instance_ids` and `region`"
        ),
    }
}
