//! Services for the tests of this room and its neighbours.

#![allow(clippy::unwrap_used, reason = "only tests call it")]

use super::Service;
use super::machine::Policy;
use checks::Check;
use chrono::{DateTime, FixedOffset};
use model::{CheckError, Observation, ServiceId, State};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// A check that does what a closure says.
pub struct Scripted<F>(pub F);

impl<F, R> Check for Scripted<F>
where
    F: Fn() -> R + Send + Sync,
    R: Future<Output = Result<Vec<Observation>, CheckError>> + Send + 'static,
{
    fn check(&self) -> Pin<Box<dyn Future<Output = Result<Vec<Observation>, CheckError>> + Send + '_>> {
        Box::pin((self.0)())
    }
}

/// A service of the group `App` which is checked every ten seconds by this check.
pub fn service(id: &str, roles: &[&str], check: impl Check + 'static) -> Service {
    Service {
        id: ServiceId::new(id),
        group: "App".into(),
        name: id.to_uppercase(),
        node: "host".into(),
        roles: roles.iter().copied().collect(),
        interval: Duration::from_secs(10),
        timeout: Duration::from_secs(5),
        retry_interval: None,
        policy: Policy::default(),
        depends_on: Vec::new(),
        check: Ok(Arc::new(check)),
    }
}

/// A service that always finds its one node operational.
pub fn operational(id: &str, roles: &[&str]) -> Service {
    service(id, roles, Scripted(|| async { Ok(vec![observation("host", State::Operational)]) }))
}

pub fn observation(node: &str, state: State) -> Observation {
    Observation::new(node, state).with_elapsed(Duration::from_millis(7))
}

pub fn noon() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2017-04-30T12:00:00+02:00").unwrap()
}
