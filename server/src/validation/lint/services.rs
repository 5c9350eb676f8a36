//! Times and dependencies of services.

use crate::config::{Finding, Service, timeout_warning};
use std::collections::HashMap;
use yaml::LocatedError;

/// The findings about single services.
pub(super) fn of(services: &[Service]) -> Vec<Finding> {
    let by_id: HashMap<&str, &Service> = services.iter().map(|service| (service.id.as_str(), service)).collect();
    let mut findings = Vec::new();
    for service in services {
        findings.extend(timeout_warning(service).map(|problem| Finding::warning("timeout-longer-than-interval", problem)));
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
