//! Requests to Vault. It logs in when necessary, and determines the version of an engine once, and again when an answer does not fit
//! it.

use super::error::VaultError;
use super::kv::{Mount, Version};
use super::login::Token;
use super::wire::{Answer, Wire};
use super::{kv, login};
use crate::{Kind, VaultBackend, VaultKey, VaultLogin};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};
use yaml::Secret;

/// Interval of the checks whether the login must be renewed, and pause after a failed renewal.
const TENDING: Duration = Duration::from_secs(15);

/// The remedy for a path in the form of the API of version 2.
const DATA_HINT: &str = "; leave out `data/`, which Platus adds for version 2 of the engine";

/// What the API of version 2 has after the engine.
const DATA: &str = "data/";

/// A Vault and the login to it.
pub(super) struct Client {
    wire: Wire,
    login: VaultLogin,
    /// What stands before every key, without slashes at its ends.
    prefix: String,
    /// Locked during a login, so that concurrent requests share it.
    token: tokio::sync::Mutex<Option<Token>>,
    /// The engines that are known.
    mounts: Mutex<Vec<Mount>>,
}

impl Client {
    pub(super) fn new(backend: &VaultBackend) -> Result<Self, String> {
        let path = backend.path.trim_matches('/');
        // The original's paths begin with the version of the protocol.
        let prefix = if path == "v1" { "" } else { path.strip_prefix("v1/").unwrap_or(path) }.to_owned();
        let (token, mounts) = (tokio::sync::Mutex::default(), Mutex::default());
        Ok(Self { wire: Wire::new(backend)?, login: backend.login.clone(), prefix, token, mounts })
    }

    /// The value at this key as it is now.
    pub(super) async fn read(&self, key: &VaultKey) -> Result<Secret, VaultError> {
        let token = self.token(None).await?;
        match self.read_as(key, &token).await {
            // The login has expired or was withdrawn: another one may be better.
            Err(error) if error.kind == Kind::Denied => {
                let newer = self.token(Some(&token)).await?;
                if newer.secret == token.secret { Err(error) } else { self.read_as(key, &newer).await }
            }
            read => read,
        }
    }

    async fn read_as(&self, key: &VaultKey, token: &Token) -> Result<Secret, VaultError> {
        let full = self.full(&key.path);
        let known = self.known(&full);
        let answer = self.look(&full, known.clone(), token).await;
        let is_there = |answer: &Answer| answer.is_good() || kv::deletion(answer).is_some();
        // The engine may be another than when it was found out: mounted anew, or upgraded to version 2.
        let fits = answer.as_ref().map_or_else(|error| error.kind == Kind::Away, is_there);
        let answer = match known {
            Some(mount) if !fits => {
                self.forget(&mount);
                let again = self.look(&full, None, token).await;
                let found_mount = self.known(&full);
                match again {
                    Ok(found) if is_there(&found) => found,
                    again if found_mount.as_ref().is_some_and(|found| *found != mount) => again?,
                    _ => {
                        // Nothing better is known.
                        if found_mount.is_none() {
                            self.learn(&mount);
                        }
                        answer?
                    }
                }
            }
            _ => answer?,
        };
        if let Some(time) = kv::deletion(&answer) {
            return Err(VaultError::missing(format!("it was deleted at {time}")));
        }
        match kv::fields(&answer).filter(|_| answer.is_good()) {
            Some(fields) => kv::value(key, fields),
            None => {
                let hint = self.hint(&key.path, &full).unwrap_or_default();
                Err(VaultError::missing(format!("there is nothing at {full}{hint}")))
            }
        }
    }

    /// Asks for a secret in this engine, or finds out which one it is in.
    async fn look(&self, full: &str, known: Option<Mount>, token: &Token) -> Result<Answer, VaultError> {
        let mount = match known {
            Some(mount) => Some(mount),
            None => self.mount(full, token).await?,
        };
        match mount {
            Some(mount) => self.ask(&mount.place(full), token).await,
            None => self.find(full, token).await,
        }
    }

    /// Whether the path has the `data/` of version 2, which is added to it.
    fn names_data(&self, full: &str) -> bool {
        self.known(full).is_some_and(|mount| mount.version == Version::V2 && mount.names_data(full))
    }

    /// The remedy for a path that has what Platus adds, if it has.
    fn hint(&self, path: &str, full: &str) -> Option<String> {
        if self.names_data(full) {
            return Some(DATA_HINT.to_owned());
        }
        self.repeated(path, full).map(|repeated| {
            let and_data = if repeated.ends_with(DATA) { ", and Platus adds `data/` for version 2 of the engine" } else { "" };
            format!("; leave out `{repeated}`: keys begin below the `path` of `vault_backend`{and_data}")
        })
    }

    /// The beginning of a path that repeats the prefix of all keys or their engine, as the API has it.
    fn repeated<'a>(&self, path: &'a str, full: &str) -> Option<&'a str> {
        // Without a prefix, keys begin with their engine.
        let prefix = Some(self.prefix.as_str()).filter(|prefix| !prefix.is_empty())?;
        let engine = self.known(full).map(|mount| mount.path);
        let names = [Some(prefix), engine.as_deref()].into_iter().flatten().filter(|name| !name.is_empty());
        let rest = names.filter_map(|name| path.strip_prefix(name)?.strip_prefix('/')).next()?;
        path.strip_suffix(rest.strip_prefix(DATA).unwrap_or(rest))
    }

    /// Replaces all fields of a secret.
    pub(super) async fn write(&self, path: &str, fields: &Map<String, Value>) -> Result<(), VaultError> {
        let token = self.token(None).await?;
        let full = self.full(path);
        let known = match self.mount(&full, &token).await? {
            Some(mount) => Some(mount),
            // A token that may write may lack the right to list mounts; a first read then shows the version.
            None => {
                self.find(&full, &token).await.ok();
                self.known(&full)
            }
        };
        // Below the name of the engine there may be secrets, but hardly below the path that the API has.
        if self.names_data(&full) || self.repeated(path, &full).is_some_and(|repeated| repeated.ends_with(DATA)) {
            let hint = self.hint(path, &full).unwrap_or_default();
            return Err(VaultError::missing(format!("it would be written to another place{hint}")));
        }
        let mount = known.clone().unwrap_or(Mount { path: String::new(), version: Version::V1 });
        let answer = self.put(&mount, &full, fields, &token).await?;
        if !kv::is_of_version_2(&answer) || answer.is_good() {
            return answer.written(&full);
        }
        // It was taken for version 1, by what was known or for want of a right to know better.
        if let Some(mount) = known {
            self.forget(&mount);
        }
        let candidates = match self.mount(&full, &token).await? {
            Some(mount) => vec![mount],
            None => Mount::guesses(&self.prefix, &full),
        };
        let mut latest = answer;
        for mount in candidates {
            latest = self.put(&mount, &full, fields, &token).await?;
            if latest.is_good() {
                self.learn(&mount);
                break;
            }
        }
        latest.written(&full)
    }

    async fn put(&self, mount: &Mount, full: &str, fields: &Map<String, Value>, token: &Token) -> Result<Answer, VaultError> {
        let body = match mount.version {
            Version::V1 => Value::Object(fields.clone()),
            Version::V2 => json!({"data": fields}),
        };
        self.wire.post(&[&mount.place(full)], &body, Some(&token.secret)).await
    }

    fn full(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }

    async fn ask(&self, place: &str, token: &Token) -> Result<Answer, VaultError> {
        let answer = self.wire.get(&[place], &token.secret).await?;
        answer.failure().map_or(Ok(answer), Err)
    }

    /// The engine of a secret: the known one, else the one that Vault names. `None` when Vault does not name it.
    async fn mount(&self, full: &str, token: &Token) -> Result<Option<Mount>, VaultError> {
        if let Some(mount) = self.known(full) {
            return Ok(Some(mount));
        }
        let answer = self.wire.get(&["sys", "internal", "ui", "mounts", full], &token.secret).await?;
        if let Some(failure) = answer.failure().filter(|failure| failure.kind == Kind::Away && answer.status == 503) {
            return Err(failure);
        }
        Ok(Mount::from_answer(&answer).inspect(|mount| self.learn(mount)))
    }

    /// Reads the secret at its address in version 1, and then at its possible addresses in version 2.
    async fn find(&self, full: &str, token: &Token) -> Result<Answer, VaultError> {
        let as_version_1 = self.ask(full, token).await;
        // A token with rights in version 2 is mostly refused at the address of version 1.
        let may_be_elsewhere = match &as_version_1 {
            Ok(answer) => !answer.is_good(),
            Err(error) => error.kind == Kind::Denied,
        };
        if !may_be_elsewhere {
            return as_version_1;
        }
        let is_certain = as_version_1.as_ref().is_ok_and(kv::is_of_version_2);
        for mount in Mount::guesses(&self.prefix, full) {
            match self.ask(&mount.place(full), token).await {
                Ok(answer) if answer.is_good() || kv::deletion(&answer).is_some() => {
                    self.learn(&mount);
                    return Ok(answer);
                }
                Ok(answer) if is_certain => return Ok(answer),
                Err(error) if error.kind == Kind::Away => return Err(error),
                _ => {}
            }
        }
        as_version_1
    }

    fn known(&self, full: &str) -> Option<Mount> {
        let mounts = self.mounts.lock();
        mounts.iter().find(|mount| mount.holds(full)).cloned()
    }

    fn learn(&self, mount: &Mount) {
        let mut mounts = self.mounts.lock();
        if !mounts.contains(mount) {
            mounts.push(mount.clone());
        }
    }

    fn forget(&self, mount: &Mount) {
        self.mounts.lock().retain(|known| known != mount);
    }

    /// The current login, or a new one when there is none or when the current one was `refused`.
    async fn token(&self, refused: Option<&Token>) -> Result<Token, VaultError> {
        let mut current = self.token.lock().await;
        if let Some(token) = current.as_ref()
            && refused.is_none_or(|refused| refused.secret != token.secret)
        {
            return Ok(token.clone());
        }
        let token = login::log_in(&self.wire, &self.login).await?;
        tracing::debug!(lasts = token.lease.map(|(lasts, _)| lasts.as_secs()), "Logged in to Vault.");
        *current = Some(token.clone());
        Ok(token)
    }

    /// Renews the login, for ever. Does nothing before the first login.
    pub(super) async fn tend(&self) {
        loop {
            let token = self.token.lock().await.clone();
            let due = token.as_ref().and_then(|token| Some((token, token.tend_at()?)));
            match due {
                Some((token, at)) if at <= Instant::now() => {
                    if let Err(error) = self.prolong(token).await {
                        tracing::warn!(%error, "The login to Vault cannot be renewed.");
                        sleep(TENDING).await;
                    }
                }
                Some((_, at)) => sleep_until(at.min(Instant::now() + TENDING)).await,
                None => sleep(TENDING).await,
            }
        }
    }

    /// Renews a login, or makes another.
    async fn prolong(&self, token: &Token) -> Result<(), VaultError> {
        let renewed = if token.is_renewable { login::renew(&self.wire, token).await? } else { None };
        match renewed {
            // One that reaches its last end is given less and less time.
            Some(renewed) if renewed.lease > token.lease.map(|(lasts, _)| (lasts / 2, Instant::now())) => {
                let mut current = self.token.lock().await;
                if current.as_ref().is_some_and(|current| current.secret == token.secret) {
                    *current = Some(renewed);
                }
                Ok(())
            }
            _ => self.token(Some(token)).await.map(|_| ()),
        }
    }
}
