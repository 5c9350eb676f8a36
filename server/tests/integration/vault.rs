//! Secrets out of Vault: from `OpenBao` or Vault where the machine has one of them, else from a server that speaks as they do, and, for
//! what that one cannot do, from the answers that Vault's documentation shows.

mod addresses;
mod documented;
mod kept;
mod logins;
mod program;
mod outages;
mod whole;

use crate::test_app::configuration;
use server::config::Config;
use vault::Vault;
use vault::VaultKey;

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

/// Vault says why in other words from one version to the next, and as `RustyVault` it says so in others again.
#[track_caller]
fn assert_denied(read: &Result<String, String>) {
    let error = read.as_ref().unwrap_err();
    let words = error.to_lowercase();
    assert!(words.starts_with("vault refuses: ") && words.contains("permission denied"), "{error}");
    assert!(words.ends_with(" (status 403)"), "{error}");
}
