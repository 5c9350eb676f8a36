use super::alerting::Alerting;
use super::fingerprint::{Fingerprint, KeyFingerprints};
use checks::CheckConfig;
use model::{Roles, ServiceId};
use std::time::Duration;
use vault::VaultProperty;
use yaml::{Located, LocatedError, Location};

/// One service of `services.yaml`. One with errors is included, with as much as could be read, so that the page shows it.
#[derive(Clone, Debug)]
pub struct Service {
    pub id: ServiceId,
    /// Where it is configured.
    pub place: Location,
    /// Who sees it besides administrators. Empty if `role` is absent or wrong.
    pub roles: Roles,
    /// The group it is listed under: `data.type`, else `n/a`.
    pub group: String,
    /// The display name: `data.name`, else the id.
    pub name: String,
    /// By which the board is filtered.
    pub tags: Vec<String>,
    /// The node shown before the first check: `properties.host`, the first of a list, else `n/a`.
    pub node: String,
    /// The name of the check type, for display: `type`, else `n/a`.
    pub plugin: String,
    /// Between two checks.
    pub interval: Duration,
    /// Time limit of a check.
    pub timeout: Duration,
    /// The place of its `timeout`, or else of its `interval`. `None` if it has neither.
    pub timing: Option<Location>,
    /// Its retries, reminders and flapping.
    pub alerting: Alerting,
    /// The services that it needs: its notifications are suppressed while one of them is down.
    pub depends_on: Vec<Located<ServiceId>>,
    /// The ids that it had before, the latest last.
    pub was: Vec<Located<ServiceId>>,
    /// Whether a list of another program makes it. An error in it is no reason to refuse the configuration.
    pub is_of_list: bool,
    /// The check, or why it cannot be made.
    pub check: Result<CheckConfig, LocatedError>,
    /// What else is wrong with it, for reports of every error.
    pub further_errors: Vec<LocatedError>,
    /// A check that cannot be made because of the errors, with as much as could be read, so that its own errors are found as well.
    pub unusable: Option<Box<CheckConfig>>,
    /// The properties of the check that are kept in Vault.
    pub vault: Vec<VaultProperty>,
    /// Of all this but its former ids, without the places where it is configured.
    pub fingerprint: Fingerprint,
    /// Of its keys, such as `interval` and `properties.port`.
    pub keys: KeyFingerprints,
}

impl Service {
    /// All its errors.
    pub fn errors(&self) -> impl Iterator<Item = &LocatedError> {
        self.check.as_ref().err().into_iter().chain(&self.further_errors)
    }

    /// Has these errors, and no others: what else is wrong with it may only follow from them.
    pub(super) fn fail_because_of(&mut self, errors: Vec<LocatedError>) {
        let mut errors = errors.into_iter();
        if let Some(first) = errors.next() {
            (self.check, self.unusable) = (Err(first), None);
            self.further_errors = errors.collect();
        }
    }

    /// Adds errors. The service is not checked if there are any.
    pub(super) fn fail(&mut self, errors: Vec<LocatedError>) {
        let mut errors = errors.into_iter();
        if self.check.is_ok()
            && let Some(first) = errors.next()
        {
            let check = std::mem::replace(&mut self.check, Err(first));
            self.unusable = check.ok().map(Box::new);
        }
        self.further_errors.extend(errors);
    }
}
