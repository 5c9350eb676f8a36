//! How Platus itself does, besides its store and its channels.

use super::page::{Kind, Page};
use crate::process::Usage;
use crate::reload::{ConfigurationStatus, DiscoveredList};
use engine::activity::{Activity, BOUNDS};
use std::time::Duration;
use system::health::Health;

pub(super) fn build(page: &mut Page) {
    const NAME: &str = "platus_build_info";
    page.head(NAME, Kind::Gauge, "The version of Platus, as a label; the value is 1.");
    page.line(NAME, &[("version", env!("CARGO_PKG_VERSION"))], 1);
}

pub(super) fn configuration(page: &mut Page, status: &ConfigurationStatus) {
    const INFO: &str = "platus_config_info";
    page.head(INFO, Kind::Gauge, "The configuration in use: the SHA-256 of its files, as a label; the value is 1.");
    page.line(INFO, &[("digest", &status.digest)], 1);
    let is_good = status.latest.as_ref().is_none_or(|attempt| attempt.outcome.is_ok());
    let help = "Whether the latest reload of the configuration succeeded: 1, or 0 while the files have errors and the previous one is used.";
    page.one("platus_config_last_reload_successful", Kind::Gauge, help, u8::from(is_good));
    let help = "When the configuration in use was loaded, in seconds since 1970.";
    page.one("platus_config_last_reload_success_timestamp_seconds", Kind::Gauge, help, status.loaded.timestamp());
    const RELOADS: &str = "platus_config_reloads_total";
    page.head(RELOADS, Kind::Counter, "Reloads of the configuration since the start, by result.");
    page.line(RELOADS, &[("result", "success")], status.succeeded);
    page.line(RELOADS, &[("result", "failure")], status.failed);
}

pub(super) fn lists(page: &mut Page, lists: &[DiscoveredList]) {
    const GOOD: &str = "platus_discovery_last_refresh_successful";
    const SERVICES: &str = "platus_discovery_services";
    if lists.is_empty() {
        return;
    }
    page.head(
        GOOD,
        Kind::Gauge,
        "Whether the latest list of an entry with `discover` is used as a whole: 1, or 0 while it is not.",
    );
    for list in lists {
        page.line(GOOD, &[("entry", &list.entry)], u8::from(list.failure.is_none()));
    }
    page.head(SERVICES, Kind::Gauge, "Services that an entry with `discover` makes.");
    for list in lists {
        page.line(SERVICES, &[("entry", &list.entry)], list.services);
    }
}

pub(super) fn tasks(page: &mut Page, health: &Health) {
    const NAME: &str = "platus_task_up";
    page.head(NAME, Kind::Gauge, "Whether a task that works until the shutdown is running: 1, or 0 when it has ended.");
    for (task, is_up) in health.tasks.up() {
        page.line(NAME, &[("task", task)], u8::from(is_up));
    }
    let age = health.recorder.age().as_secs_f64();
    let help = "Seconds since the recorder finished its latest commit, or found nothing to commit: about 1 at most while it works.";
    page.one("platus_recorder_latest_commit_seconds", Kind::Gauge, help, age);
}

pub(super) fn scheduler(page: &mut Page, activity: &Activity) {
    const NAME: &str = "platus_check_lateness_seconds";
    page.one("platus_checks_in_flight", Kind::Gauge, "Checks that are running.", activity.running());
    let lateness = activity.lateness();
    page.head(NAME, Kind::Histogram, "How long after they were due the checks since the start began.");
    for (bound, count) in BOUNDS.iter().zip(lateness.within) {
        page.line(&format!("{NAME}_bucket"), &[("le", &bound.to_string())], count);
    }
    page.line(&format!("{NAME}_bucket"), &[("le", "+Inf")], lateness.count);
    page.line(&format!("{NAME}_sum"), &[], lateness.sum.as_secs_f64());
    page.line(&format!("{NAME}_count"), &[], lateness.count);
}

pub(super) fn vault(page: &mut Page, is_up: bool, oldest: Option<Duration>) {
    let up = "Whether Vault gives secrets: 1, or 0 while it does not and the last values read are used.";
    page.one("platus_vault_up", Kind::Gauge, up, u8::from(is_up));
    if let Some(oldest) = oldest {
        let help = "Seconds since the oldest of the values in use was read from Vault.";
        page.one("platus_vault_oldest_value_age_seconds", Kind::Gauge, help, oldest.as_secs_f64());
    }
}

/// The usual figures under the names that Prometheus' own clients use.
pub(super) fn process(page: &mut Page, usage: &Usage) {
    page.one("process_cpu_seconds_total", Kind::Counter, "Processor time of the process, in seconds.", usage.cpu);
    page.one("process_resident_memory_bytes", Kind::Gauge, "Resident memory in bytes.", usage.resident);
    page.one("process_virtual_memory_bytes", Kind::Gauge, "Virtual memory in bytes.", usage.virtual_memory);
    page.one("process_threads", Kind::Gauge, "Threads of the process.", usage.threads);
    page.one("process_open_fds", Kind::Gauge, "Open file descriptors.", usage.descriptors);
    if let Some(most) = usage.most_descriptors {
        page.one("process_max_fds", Kind::Gauge, "File descriptors that the process may open.", most);
    }
    page.one("process_start_time_seconds", Kind::Gauge, "When the process was started, in seconds since 1970.", usage.started);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn lines(page: &Page) -> Vec<&str> {
        page.text.lines().filter(|line| !line.starts_with('#')).collect()
    }

    #[test]
    fn lateness_is_a_histogram() {
        let activity = Arc::new(Activity::default());
        let _running = activity.begin(Duration::from_millis(30));
        let mut page = Page::default();
        scheduler(&mut page, &activity);
        assert!(page.text.contains("# TYPE platus_check_lateness_seconds histogram\n"), "{}", page.text);
        assert_eq!(
            lines(&page),
            [
                "platus_checks_in_flight 1",
                r#"platus_check_lateness_seconds_bucket{le="0.01"} 0"#,
                r#"platus_check_lateness_seconds_bucket{le="0.05"} 1"#,
                r#"platus_check_lateness_seconds_bucket{le="0.1"} 1"#,
                r#"platus_check_lateness_seconds_bucket{le="0.25"} 1"#,
                r#"platus_check_lateness_seconds_bucket{le="0.5"} 1"#,
                r#"platus_check_lateness_seconds_bucket{le="1"} 1"#,
                r#"platus_check_lateness_seconds_bucket{le="2.5"} 1"#,
                r#"platus_check_lateness_seconds_bucket{le="5"} 1"#,
                r#"platus_check_lateness_seconds_bucket{le="10"} 1"#,
                r#"platus_check_lateness_seconds_bucket{le="+Inf"} 1"#,
                "platus_check_lateness_seconds_sum 0.03",
                "platus_check_lateness_seconds_count 1",
            ]
        );
    }

    #[test]
    fn the_age_of_values_is_absent_while_none_was_read() {
        let mut page = Page::default();
        vault(&mut page, false, None);
        assert_eq!(lines(&page), ["platus_vault_up 0"]);
        let mut page = Page::default();
        vault(&mut page, true, Some(Duration::from_millis(1_500)));
        assert_eq!(lines(&page), ["platus_vault_up 1", "platus_vault_oldest_value_age_seconds 1.5"]);
    }
}
