//! The hash of a node with the fields of the Python program, for scripts.

use crate::StoredStatus;
use model::State;
use model::python_format::{datetime, timedelta};

/// The fields but `name`, in pairs.
pub(super) fn of<'a>(node: &'a str, status: &'a StoredStatus) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("type", status.group.clone()),
        ("node", node.to_owned()),
        ("state", status.state.as_str().to_owned()),
        ("checked", datetime(status.checked)),
        ("retries", status.retries.to_string()),
        ("last_state", status.last_state.as_str().to_owned()),
    ];
    fields.extend(status.node_name.clone().map(|name| ("nodename", name)));
    fields.extend(status.elapsed.map(|elapsed| ("elapsed", timedelta(elapsed))));
    fields
}

/// Where a state stands among those of the nodes of a service; the lowest stands for the service.
pub(super) fn rank(state: State) -> usize {
    State::BY_URGENCY.iter().position(|other| *other == state).unwrap_or(State::BY_URGENCY.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoredAlerting;
    use chrono::DateTime;

    #[test]
    fn what_is_absent_has_no_field() {
        let checked = DateTime::parse_from_rfc3339("2017-04-30T16:57:57.459312+02:00").unwrap();
        let mut status = StoredStatus {
            group: "App".to_owned(),
            name: "Shop".to_owned(),
            node_name: None,
            state: State::Down,
            message: None,
            checked,
            elapsed: None,
            retries: 3,
            last_state: State::Operational,
            since: checked,
            failure: None,
            shown: true,
            stands_in: false,
            alerting: StoredAlerting::default(),
            heartbeat: None,
        };
        let fixed = [
            ("type", "App"),
            ("node", "web1"),
            ("state", "down"),
            ("checked", "2017-04-30 16:57:57.459312"),
            ("retries", "3"),
            ("last_state", "operational"),
        ];
        let expected = |more: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
            fixed.iter().chain(more).map(|(field, value)| (*field, (*value).to_owned())).collect()
        };
        assert_eq!(of("web1", &status), expected(&[]));
        status.node_name = Some("blue".to_owned());
        status.elapsed = Some(729_046);
        assert_eq!(of("web1", &status), expected(&[("nodename", "blue"), ("elapsed", "0:00:00.729046")]));
    }

    #[test]
    fn the_worst_state_comes_first() {
        let mut states = [State::Operational, State::Down, State::Unknown, State::Unhealthy];
        states.sort_by_key(|state| rank(*state));
        assert_eq!(states, [State::Down, State::Unhealthy, State::Unknown, State::Operational]);
    }
}
