//! Warnings about a `timeout` that is longer than the `interval`.

use super::service::Service;
use std::time::Duration;
use yaml::{LocatedError, Location};

/// Services with a warning of their own. One more warning names the others.
const MOST: usize = 5;

/// Services whose `timeout` is longer than their `interval`, in whole sentences. `check_interval` is where that is written.
pub(super) fn warnings(services: &[Service], check_interval: Option<&Location>) -> Vec<String> {
    let (own, usual): (Vec<&Service>, Vec<&Service>) =
        services.iter().filter(|service| is_long(service)).partition(|service| service.timing.is_some());
    let mut warnings: Vec<String> =
        own.iter().take(MOST).filter_map(|service| warning(service)).map(|warning| format!("{warning}.")).collect();
    if let Some(others) = own.get(MOST..).filter(|others| !others.is_empty()) {
        warnings.push(format!("{} more services have a `timeout` longer than their `interval`: {}.", others.len(), names(others)));
    }
    if let Some(Service { interval, timeout, .. }) = usual.first() {
        let place = check_interval.map_or_else(|| "CHECK_INTERVAL".to_owned(), |location| format!("{location}: `check_interval`"));
        let (interval, timeout) = (seconds(*interval), seconds(*timeout));
        warnings.push(format!(
            "{place} is {interval}, and services without a `timeout` have {timeout}: one that hangs is checked only every {timeout}. \
             Give these services a `timeout` of at most {interval}: {}.",
            names(&usual)
        ));
    }
    warnings
}

fn is_long(service: &Service) -> bool {
    // The check of a heartbeat waits for nothing.
    service.check.is_ok() && service.timeout > service.interval && service.plugin != "heartbeat"
}

/// A warning for a service whose `timeout` is longer than its `interval`.
pub fn warning(service: &Service) -> Option<LocatedError> {
    if !is_long(service) {
        return None;
    }
    let (location, id) = (service.timing.as_ref().unwrap_or(&service.place), &service.id);
    let (interval, timeout) = (seconds(service.interval), seconds(service.timeout));
    let text = format!(
        "The `timeout` of `{id}`, {timeout}, is longer than its `interval`, {interval}: while it hangs, it is checked only \
         every {timeout}. Set a `timeout` of at most {interval}"
    );
    Some(LocatedError::new(location, text))
}

fn names(services: &[&Service]) -> String {
    let named: Vec<&str> = services.iter().take(MOST).map(|service| service.id.as_str()).collect();
    match services.len().checked_sub(MOST) {
        None | Some(0) => named.join(", "),
        Some(more) => format!("{} and {more} more", named.join(", ")),
    }
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use crate::config::{Alerting, read_services};
    use std::time::Duration;
    use yaml::parse;

    fn warnings(services: &str) -> Vec<String> {
        let document = parse("services.yaml", services).unwrap();
        let config = parse("config.yaml", "check_interval: 20").unwrap();
        let services = read_services(&document, Duration::from_secs(20), Alerting::default());
        super::warnings(&services, config.get("check_interval").map(|node| &node.location))
    }

    #[test]
    fn a_timeout_longer_than_the_interval_is_warned_about_where_it_is_written() {
        let fine =
            "a: {type: tcp, interval: 60}\nb: {type: tcp, timeout: 20}\nc: {type: tcp, interval: 5, properties: {timeout: 5}}\n";
        assert_eq!(warnings(fine), Vec::<String>::new());
        assert_eq!(warnings("broken: {type: tcp, interval: 5, nonsense: 1}"), Vec::<String>::new());
        let long = "a: {type: tcp, interval: 10}\nb: {type: tcp, timeout: 25, interval: 7.5}\nc:\n  type: tcp\n  properties: {timeout: 40}\n";
        insta::assert_snapshot!(warnings(long).join("\n"), @r"
        services.yaml:1:26: The `timeout` of `a`, 30 s, is longer than its `interval`, 10 s: while it hangs, it is checked only every 30 s. Set a `timeout` of at most 10 s.
        services.yaml:2:25: The `timeout` of `b`, 25 s, is longer than its `interval`, 7.5 s: while it hangs, it is checked only every 25 s. Set a `timeout` of at most 7.5 s.
        services.yaml:5:25: The `timeout` of `c`, 40 s, is longer than its `interval`, 20 s: while it hangs, it is checked only every 40 s. Set a `timeout` of at most 20 s.
        ");
    }

    #[test]
    fn the_defaults_are_warned_about_once() {
        let usual = (0..500).map(|number| format!("s{number}: {{type: tcp}}\n")).collect::<String>();
        insta::assert_snapshot!(warnings(&usual).join("\n"), @"config.yaml:1:17: `check_interval` is 20 s, and services without a `timeout` have 30 s: one that hangs is checked only every 30 s. Give these services a `timeout` of at most 20 s: s0, s1, s2, s3, s4 and 495 more.");
    }

    #[test]
    fn those_after_the_fifth_are_named_in_one_warning() {
        let many: String = (0..12).map(|number| format!("s{number}: {{type: tcp, interval: 5}}\n")).collect();
        let warnings = warnings(&many);
        assert_eq!(warnings.len(), 6);
        assert_eq!(warnings[5], "7 more services have a `timeout` longer than their `interval`: s5, s6, s7, s8, s9 and 2 more.");
    }
}
