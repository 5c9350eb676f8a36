//! What is valid and probably a mistake. Each finding has its place and a remedy.

mod accounts;
mod channels;
mod defaults;
mod naming;
mod services;
mod targets;

use crate::config::{Finding, Reading};

/// All findings that are no errors, besides those of the reading.
pub(super) fn of(reading: &Reading) -> Vec<Finding> {
    let mut findings = services::of(reading);
    findings.extend(targets::repeated(&reading.config.services));
    findings.extend(accounts::of(reading));
    findings.extend(channels::of(reading));
    findings.extend(defaults::of(reading));
    findings
}
