//! Secrets out of Vault: from a server that speaks as Vault does, and, for what that one cannot do, from the answers that Vault's
//! documentation shows.

mod documented;
mod kept;
mod logins;
mod program;
mod trouble;

use crate::test_app::configuration;
use server::config::{Config, VaultKey};
use server::vault::Vault;

/// Vault as these lines of config.yaml say.
fn connect(config: &str) -> Vault {
    let folder = configuration(config, "{}");
    let config = Config::load(&folder.path().join("config.yaml"), &|_| None).unwrap();
    Vault::new(config.settings.vault_backend.as_ref().unwrap()).unwrap()
}

/// The value at a key, or why it cannot be read.
async fn read(vault: &Vault, key: &str) -> Result<String, String> {
    let read = vault.get(&VaultKey::parse(key).unwrap()).await;
    read.map(|secret| secret.expose().to_owned()).map_err(|error| error.to_string())
}
