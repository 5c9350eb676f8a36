use checks::{Check, CheckConfig, CheckTypes, Host};
use futures::FutureExt;
use futures::future::BoxFuture;
use model::{CheckError, Observation, State};
use std::sync::Arc;
use vault::kept::{Freshness, Kept};
use vault::settings::with_values;
use vault::{Vault, VaultProperty};
use yaml::LocatedError;

/// Connects the check of a service with properties in Vault. Errors that do not depend on the secrets are returned at once.
pub fn connect(
    check_types: &CheckTypes,
    config: &CheckConfig,
    properties: &[VaultProperty],
    host: &Host,
    vault: &Vault,
) -> Result<Box<dyn Check>, LocatedError> {
    let connect = check_types.connector(&config.plugin)?;
    let (config, host) = (config.clone(), host.clone());
    let kept = Kept::new(vault.clone(), properties.to_vec(), move |properties, values| {
        let filled = CheckConfig { properties: with_values(&config.properties, properties.iter().zip(values)), ..config.clone() };
        connect(&filled, &host).map(Arc::from)
    });
    Ok(Box::new(KeptCheck(kept)))
}

struct KeptCheck(Kept<dyn Check>);

impl Check for KeptCheck {
    fn check(&self) -> BoxFuture<'_, Result<Vec<Observation>, CheckError>> {
        async {
            // Every user who sees the service sees the message, and only administrators may see the files of the server.
            let failed = |error: LocatedError| CheckError::new(error.without_location().to_string());
            let check = self.0.made(Freshness::Usual).await.map_err(failed)?;
            let seen = check.check().await;
            if is_operational(&seen) {
                return seen;
            }
            // A password may have changed. If no value has changed, the result stands.
            match self.0.made(Freshness::AfterFailure).await {
                Ok(newer) if !Arc::ptr_eq(&newer, &check) => newer.check().await,
                _ => seen,
            }
        }
        .boxed()
    }

    fn forget(&self) {
        if let Some(check) = self.0.latest() {
            check.forget();
        }
    }
}

fn is_operational(seen: &Result<Vec<Observation>, CheckError>) -> bool {
    seen.as_ref().is_ok_and(|observations| observations.iter().all(|seen| seen.state == State::Operational))
}
