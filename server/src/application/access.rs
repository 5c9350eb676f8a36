//! Users, sessions and API keys.

use super::file_version::FileVersion;
use super::shared::Shared;
use super::task::LOGOUTS;
use crate::auth::{KeyLooks, Keys, LookRequest, NewPassword, RevokedSessions, SessionKey, Sessions, Users, unusable_hash};
use crate::config::{Config, Password, close_keys, read_keys};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use storage::StoredKey;
use system::current::Current;
use system::tasks::Tasks;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use vault::{Vault, VaultKey};
use yaml::Secret;

/// How often the file of the API keys is read, and the passwords in Vault.
const LOOKING: Duration = Duration::from_secs(2);
const ASKING: Duration = Duration::from_secs(10);

/// How often the uses of API keys are compared with the store.
const KEEPING: Duration = Duration::from_secs(60);

/// Decides who may use the page and the API.
pub(super) struct Access {
    pub users: Arc<Users>,
    pub sessions: Sessions,
    pub keys: Arc<Keys>,
    pub kept_in_vault: Arc<Current<[KeptPassword]>>,
    /// To be cancelled after the last request. The task [`LOGOUTS`] then ends when everything is on the disk, or cannot be written.
    pub last_logout: CancellationToken,
}

impl Access {
    /// Loads users, sessions and keys, and starts the tasks that reload them.
    /// `stored` are the API keys of the store.
    pub(super) async fn start(
        config: &Config,
        vault: Option<&Vault>,
        stored: Vec<StoredKey>,
        shared: &Shared,
        tasks: &mut Tasks,
    ) -> Self {
        let shutdown = &shared.shutdown;
        let users = config.users.iter().map(|user| {
            let password = match &user.password {
                Password::Given(password) => Some(password.expose()),
                Password::Vault(_) => None,
            };
            (user.name.clone(), user.roles.clone(), password)
        });
        let users = Arc::new(Users::new(users));
        let kept_in_vault = Arc::new(Current::new(kept_in_vault(config)));
        if let Some(vault) = vault {
            let following = follow_passwords(Arc::clone(&users), vault.clone(), Arc::clone(&kept_in_vault), shutdown.clone());
            tasks.spawn("passwords in Vault", following);
        }
        let (looks, requested_looks) = KeyLooks::new();
        let keys = Arc::new(Keys::new(Arc::clone(&users), stored, shared.write_requests.clone(), looks));
        let look = KeysFile { keys: Arc::clone(&keys), file: config.keys_file.clone(), seen: None };
        let look = look.look().await;
        tasks.spawn("API keys", follow_keys(look, requested_looks, shutdown.clone()));
        tasks.spawn("uses of API keys", keep_keys(Arc::clone(&keys), shutdown.clone()));
        // Without the list of revoked sessions, no earlier session may be resumed.
        let (key, revoked) = match revoked_sessions(config).await {
            Some(revoked) => (session_key(config).await, Arc::new(revoked)),
            None => (SessionKey::random(), Arc::default()),
        };
        let last_logout = CancellationToken::new();
        tasks.spawn(LOGOUTS, Arc::clone(&revoked).keep(last_logout.clone()));
        let sessions = Sessions::new(Arc::clone(&users), key, revoked).under(&config.settings.base_path());
        Self { users, sessions, keys, kept_in_vault, last_logout }
    }
}

/// The users of the configuration, which can be replaced while Platus runs.
pub(super) struct CurrentUsers {
    pub users: Arc<Users>,
    pub kept_in_vault: Arc<Current<[KeptPassword]>>,
}

impl CurrentUsers {
    /// Replaces them. A password in Vault stays as it is until Vault gives another one.
    pub(super) fn replace(&self, config: &Config) {
        let (before, next) = (self.kept_in_vault.get(), kept_in_vault(config));
        let users = config.users.iter().map(|user| {
            let password = match &user.password {
                Password::Given(password) => NewPassword::Given(password.expose()),
                Password::Vault(key) if before.iter().any(|(name, kept)| (name, kept) == (&user.name, key)) => NewPassword::Kept,
                Password::Vault(_) => NewPassword::Absent,
            };
            (user.name.clone(), user.roles.clone(), password)
        });
        self.users.replace(users);
        self.kept_in_vault.replace(next);
    }
}

/// A user, and where the password is in Vault.
type KeptPassword = (String, VaultKey);

fn kept_in_vault(config: &Config) -> Arc<[KeptPassword]> {
    let kept = config.users.iter().filter_map(|user| match &user.password {
        Password::Vault(key) => Some((user.name.clone(), key.clone())),
        Password::Given(_) => None,
    });
    kept.collect()
}

/// Sets the passwords of users that are kept in Vault, and follows changes.
async fn follow_passwords(users: Arc<Users>, vault: Vault, kept: Arc<Current<[KeptPassword]>>, shutdown: CancellationToken) {
    let mut current: HashMap<KeptPassword, Secret> = HashMap::new();
    let mut ticks = interval(ASKING);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        let kept = kept.get();
        current.retain(|known, _| kept.contains(known));
        for known in kept.iter() {
            let (user, key) = known;
            match vault.get_fresh(key).await {
                Ok(password) if current.get(known) != Some(&password) => {
                    if let Some(problem) = unusable_hash(password.expose()) {
                        tracing::warn!(user, problem, "A user cannot log in because of the password in Vault.");
                    }
                    users.set_password(user, password.expose());
                    current.insert(known.clone(), password);
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(user, %error, "The password of a user cannot be read from Vault."),
            }
        }
    }
}

/// The file of the API keys and its latest known version.
struct KeysFile {
    keys: Arc<Keys>,
    file: PathBuf,
    seen: Option<FileVersion>,
}

impl KeysFile {
    /// Loads the keys if the file has changed. If it has errors, logs them and keeps the previous keys.
    async fn look(mut self) -> Self {
        let looked = spawn_blocking(move || {
            let now = FileVersion::of(&self.file);
            if now != self.seen {
                if let Some(closed) = close_keys(&self.file) {
                    tracing::warn!("{closed}");
                }
                match read_keys(&self.file) {
                    Ok(keys) => self.keys.replace(keys),
                    Err(errors) => errors
                        .iter()
                        .for_each(|error| tracing::error!(%error, "The API keys cannot be loaded; the previous ones stay valid.")),
                }
                self.seen = now;
            }
            self
        });
        match looked.await {
            Ok(looked) => looked,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Looks at the file from time to time, and at once when a request has an unknown key.
async fn follow_keys(mut file: KeysFile, mut requested: mpsc::Receiver<LookRequest>, shutdown: CancellationToken) {
    let mut ticks = interval(LOOKING);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let asked = tokio::select! {
            () = shutdown.cancelled() => return,
            _ = ticks.tick() => None,
            Some(asked) = requested.recv() => Some(asked),
        };
        file = file.look().await;
        if let Some(asked) = asked {
            // The caller may be gone.
            asked.send(()).ok();
        }
    }
}

/// Stores the uses of the keys, and what was not stored at once.
async fn keep_keys(keys: Arc<Keys>, shutdown: CancellationToken) {
    let mut ticks = interval(KEEPING);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        keys.keep().await;
    }
    keys.keep().await;
}

fn beside(config: &Config, name: &str) -> PathBuf {
    config.file.parent().unwrap_or(Path::new("")).join(name)
}

/// The session key: the configured one, or else one in a file beside `config.yaml`. If that file cannot be written, sessions end with the
/// process.
async fn session_key(config: &Config) -> SessionKey {
    if let Some(key) = config.settings.session_key.as_ref().and_then(|key| SessionKey::given(key.expose())) {
        return key;
    }
    let path = beside(config, "session.key");
    let shown = path.display().to_string();
    let loaded = spawn_blocking(move || SessionKey::load_or_create(&path)).await;
    match loaded.map_err(io::Error::other).flatten() {
        Ok(key) => key,
        Err(error) => {
            tracing::warn!(file = shown, %error, "The file of the session key cannot be used; a restart will log all users out.");
            SessionKey::random()
        }
    }
}

/// The revoked sessions. `None` if they cannot be read.
async fn revoked_sessions(config: &Config) -> Option<RevokedSessions> {
    let path = beside(config, "sessions.ended");
    let shown = path.display().to_string();
    let loaded = spawn_blocking(move || RevokedSessions::load(&path)).await;
    match loaded.map_err(io::Error::other).flatten() {
        Ok(revoked) => Some(revoked),
        Err(error) => {
            tracing::error!(
                file = shown, %error,
                "The revoked sessions cannot be read. All sessions have ended, and new ones end with the process. Repair \
                 or delete the file."
            );
            None
        }
    }
}
