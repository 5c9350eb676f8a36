//! The latest checks of the services before the start.

use crate::config::Config;
use chrono::{DateTime, FixedOffset, Local};
use engine::events::Events;
use engine::schedule::LastCheck;
use model::ServiceId;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// When `config.yaml` or a file of the services was changed last. `None` if the system does not provide it.
pub(super) fn configured(config: &Config) -> Option<DateTime<FixedOffset>> {
    let changed = |file: &Path| fs::metadata(file).and_then(|about| about.modified()).ok();
    let latest = [&config.file].into_iter().chain(config.service_files.found()).filter_map(|file| changed(file)).max()?;
    Some(DateTime::<Local>::from(latest).fixed_offset())
}

/// The latest check of each service, as their rows say before the first check of this process. Checks from before the
/// configuration was changed (`configured`) do not count: they may have been checks of something else.
pub(super) fn latest(
    events: &Events,
    started: DateTime<FixedOffset>,
    configured: Option<DateTime<FixedOffset>>,
) -> HashMap<ServiceId, LastCheck> {
    let now = Local::now().fixed_offset();
    let mut latest = HashMap::<ServiceId, LastCheck>::new();
    for row in events.rows_where(|row| row.status.is_checked()) {
        let status = &row.status;
        if configured.is_some_and(|configured| status.checked < configured) {
            continue;
        }
        // What claims to be from later was taken over from another program without a time, or the clock was set back.
        let ago = (now - status.checked).to_std().ok().filter(|_| status.checked < started).unwrap_or(Duration::ZERO);
        let last = latest.entry(status.service.clone()).or_insert(LastCheck { ago, needs_confirmation: false });
        last.ago = last.ago.min(ago);
        last.needs_confirmation |= status.incident.is_some() == status.state.is_operational();
    }
    latest
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use engine::Services;
    use engine::row::{Row, RowChange};
    use engine::testing::operational;
    use model::{NodeStatus, State};

    /// What is said of a service whose nodes were checked so many seconds before the start, and are in these states.
    fn of(nodes: &[(i64, State, Option<u64>)]) -> Option<LastCheck> {
        of_configured(nodes, None)
    }

    /// The same when the configuration was changed so many seconds before the start.
    fn of_configured(nodes: &[(i64, State, Option<u64>)], configured: Option<i64>) -> Option<LastCheck> {
        let (services, id) = (Services::from_iter([operational("a", &[])]), ServiceId::new("a"));
        let started = Local::now().fixed_offset();
        let events = Events::new(&services, started);
        let blank = Row::clone(&events.rows_of(&id)[0]);
        let rows = nodes.iter().enumerate().map(|(number, (ago, state, incident))| {
            let checked = started - TimeDelta::seconds(*ago);
            let retries = u32::from(!state.is_operational());
            let status = NodeStatus {
                node: format!("node {number}"),
                state: *state,
                retries,
                checked,
                incident: *incident,
                ..blank.status.clone()
            };
            RowChange::Row(Row { status, ..blank.clone() })
        });
        events.publish(rows.collect());
        let configured = configured.map(|ago| started - TimeDelta::seconds(ago));
        let last = latest(&events, started, configured).remove(&id);
        last.map(|last| LastCheck { ago: Duration::from_secs(last.ago.as_secs()), ..last })
    }

    fn last(ago: u64, needs_confirmation: bool) -> Option<LastCheck> {
        Some(LastCheck { ago: Duration::from_secs(ago), needs_confirmation })
    }

    #[test]
    fn the_latest_check_of_any_node_counts() {
        assert_eq!(of(&[]), None, "a row that was not checked yet is none");
        assert_eq!(of(&[(30, State::Operational, None), (20, State::Down, Some(1))]), last(20, false));
        assert_eq!(of(&[(20, State::Operational, None), (30, State::Down, None)]), last(20, true));
        assert_eq!(of(&[(20, State::Operational, Some(1))]), last(20, true), "a recovery has to be confirmed, too");
        assert_eq!(of(&[(-3600, State::Operational, None)]), last(0, false), "the clock was set back");
        assert_eq!(of(&[(0, State::Operational, None)]), last(0, false), "another program did not say when");
    }

    #[test]
    fn checks_from_before_a_change_of_the_configuration_do_not_count() {
        let nodes = [(30, State::Operational, None)];
        assert_eq!(of_configured(&nodes, Some(31)), last(30, false));
        assert_eq!(of_configured(&nodes, Some(29)), None);
    }
}
