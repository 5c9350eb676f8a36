//! Times and dependencies of services.

use super::naming::named;
use crate::config::{Finding, Reading, Service, timeout_warning};
use std::collections::HashMap;
use yaml::LocatedError;

/// The rule about a `timeout` that is longer than the `interval`.
const LONG_TIMEOUT: &str = "timeout-longer-than-interval";

/// The findings about services.
pub(super) fn of(reading: &Reading) -> Vec<Finding> {
    let services = &reading.config.services;
    let by_id: HashMap<&str, &Service> = services.iter().map(|service| (service.id.as_str(), service)).collect();
    let mut findings: Vec<Finding> = default_timeout(reading).into_iter().collect();
    for service in services {
        let own = timeout_warning(service).filter(|_| service.timing.is_some());
        findings.extend(own.map(|problem| Finding::warning(LONG_TIMEOUT, problem)));
        if let Some(retry) = service.alerting.retry_interval.filter(|retry| *retry > service.interval) {
            let text = format!(
                "the `retry_interval` of `{}`, {} s, is longer than its `interval`, {} s, and has no effect; give a shorter one",
                service.id,
                retry.as_secs_f64(),
                service.interval.as_secs_f64()
            );
            findings.push(Finding::warning("retry-longer-than-interval", LocatedError::new(&service.place, text)));
        }
        for on in &service.depends_on {
            if by_id.get(on.value.as_str()).is_some_and(|needed| needed.check.is_err()) {
                let text = format!(
                    "`{}` depends on `{}`, which has an error and is not checked, so that failures are never notified; correct `{}`",
                    service.id, on.value, on.value
                );
                findings.push(Finding::warning("dependency-not-checked", LocatedError::new(&on.location, text)));
            }
        }
    }
    findings
}

/// One finding for all services whose `interval` and `timeout` are the usual ones.
fn default_timeout(reading: &Reading) -> Option<Finding> {
    let is_usual = |service: &&Service| service.timing.is_none() && timeout_warning(service).is_some();
    let usual: Vec<&Service> = reading.config.services.iter().filter(is_usual).collect();
    let Service { interval, timeout, place, .. } = usual.first()?;
    let (interval, timeout) = (interval.as_secs_f64(), timeout.as_secs_f64());
    let text = format!(
        "the `interval` of {} services without one is {interval} s, and their `timeout` is {timeout} s: one that hangs is checked only every \
         {timeout} s. Set a longer `check_interval`, or a `timeout` of at most {interval} s: {}",
        usual.len(),
        named(usual.iter().map(|service| service.id.as_str()))
    );
    let given = reading.documents.config.get("check_interval");
    Some(Finding::warning(LONG_TIMEOUT, LocatedError::new(given.map_or(place, |node| &node.location), text)))
}
