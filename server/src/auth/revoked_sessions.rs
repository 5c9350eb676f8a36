//! Revoked sessions: a copied cookie must not be valid after the logout.

use super::session_id::SessionId;
use parking_lot::{Mutex, MutexGuard};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use system::backoff::Backoff;
use system::files::{OTHERS_WRITE, lock, read_ordinary_text, replace_file};
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// Revoked sessions at most. The one that would expire first is dropped.
const REMEMBERED: usize = 50_000;

/// Bytes of the file at most: that many lines, and more.
const LIMIT: u64 = 8 * 1024 * 1024;

/// How long a logout waits for the disk. The session is revoked already; only a restart needs the file.
const PATIENCE: Duration = Duration::from_secs(2);

/// The pauses after failed writes.
const BACKOFF: Backoff = Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(10) };

/// The revoked sessions whose cookies have not expired. They survive a restart.
#[derive(Default)]
pub struct RevokedSessions {
    state: Mutex<State>,
    /// `None` if they cannot be saved.
    file: Option<PathBuf>,
    /// Notified when there is something to save.
    bell: Notify,
    progress: watch::Sender<Progress>,
}

#[derive(Clone, Copy, Default)]
struct Progress {
    /// The number of the latest change that is on the disk.
    kept: u64,
    /// Whether the latest attempt failed.
    is_failing: bool,
}

#[derive(Clone, Default)]
struct State {
    /// With the second since 1970 at which the cookie expires.
    sessions: BTreeMap<SessionId, u64>,
    /// Increases with each revoked session.
    changes: u64,
    /// The second since 1970 of the latest change.
    now: u64,
}

impl RevokedSessions {
    /// Reads this file, which may be absent. Ignores invalid lines. Blocks on the disk.
    ///
    /// # Errors
    ///
    /// If the file cannot be read; if every user of the machine can write to it, and so remove sessions; if it is a link, because its
    /// target would be overwritten.
    pub fn load(path: &Path) -> io::Result<Self> {
        refuse_link(path)?;
        if std::fs::metadata(path).is_ok_and(|file| file.mode() & OTHERS_WRITE != 0) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "every user of this machine can write to it"));
        }
        let mut state = State { sessions: read(path)?, ..State::default() };
        forget_some(&mut state.sessions);
        Ok(Self { state: Mutex::new(state), file: Some(path.to_owned()), ..Self::default() })
    }

    pub fn contains(&self, id: SessionId) -> bool {
        self.state().sessions.contains_key(&id)
    }

    /// Revokes a session whose cookie expires at `until`. Returns the number of this change.
    pub(super) fn add(&self, id: SessionId, until: u64, now: u64) -> u64 {
        let mut state = self.state();
        state.sessions.retain(|_, until| *until > now);
        state.sessions.insert(id, until);
        forget_some(&mut state.sessions);
        (state.changes, state.now) = (state.changes + 1, now);
        self.bell.notify_one();
        state.changes
    }

    /// Waits until this change is on the disk, briefly, and not while writing fails. [`Self::keep`] continues to try.
    pub(super) async fn wait_until_kept(&self, change: u64) {
        if self.file.is_some() {
            let mut progress = self.progress.subscribe();
            timeout(PATIENCE, progress.wait_for(|progress| progress.kept >= change || progress.is_failing)).await.ok();
        }
    }

    /// Writes changes to the file and retries failures. Returns after `stop`, when everything is saved or the last attempt has failed.
    pub async fn keep(self: Arc<Self>, stop: CancellationToken) {
        let Some(path) = self.file.clone() else { return stop.cancelled().await };
        let mut failures = 0_u32;
        loop {
            let Progress { kept, is_failing } = *self.progress.borrow();
            if self.state().changes == kept {
                tokio::select! {
                    biased;
                    () = self.bell.notified() => continue,
                    () = stop.cancelled() => return,
                }
            }
            let State { sessions, changes, now } = self.state().clone();
            let is_last = stop.is_cancelled();
            let file = path.clone();
            let written = tokio::task::spawn_blocking(move || write(&file, sessions, now)).await;
            match written.map_err(io::Error::other).flatten() {
                Ok(()) => {
                    self.progress.send_replace(Progress { kept: changes, is_failing: false });
                    if is_failing {
                        tracing::info!(file = %path.display(), "Revoked sessions are saved again.");
                    }
                    failures = 0;
                }
                Err(error) if is_last => {
                    tracing::error!(
                        file = %path.display(), %error,
                        "Revoked sessions could not be saved; the cookies of the last logouts are valid again after the restart."
                    );
                    return;
                }
                Err(error) => {
                    if !is_failing {
                        tracing::error!(
                            file = %path.display(), %error,
                            "Revoked sessions cannot be saved. Saving is retried; a restart before it succeeds makes their cookies valid \
                             again."
                        );
                    }
                    self.progress.send_modify(|progress| progress.is_failing = true);
                    failures = failures.saturating_add(1);
                    stop.run_until_cancelled(sleep(BACKOFF.pause(failures, 0.0))).await;
                }
            }
        }
    }

    // Every change under the lock is complete when it can panic.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

fn read(path: &Path) -> io::Result<BTreeMap<SessionId, u64>> {
    let text = match read_ordinary_text(path, LIMIT) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read?,
    };
    let line = |line: &str| {
        let (id, until) = line.split_once(' ')?;
        Some((SessionId::parse(id)?, until.parse().ok()?))
    };
    Ok(text.lines().filter_map(line).collect())
}

/// Merges the sessions into the file, because a process that is ending may also write to it. Drops expired ones.
fn write(path: &Path, sessions: BTreeMap<SessionId, u64>, now: u64) -> io::Result<()> {
    refuse_link(path)?;
    let _lock = lock(path)?;
    let mut all = read(path).unwrap_or_default();
    all.extend(sessions);
    all.retain(|_, until| *until > now);
    forget_some(&mut all);
    let mut text = String::new();
    // Writing to a string cannot fail.
    all.iter().for_each(|(id, until)| writeln!(text, "{id} {until}").unwrap_or_default());
    replace_file(path, &text)
}

/// Platus creates the file itself, and never as a link.
fn refuse_link(path: &Path) -> io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(file) if file.is_symlink() => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a symbolic link; delete the link")),
        _ => Ok(()),
    }
}

fn forget_some(sessions: &mut BTreeMap<SessionId, u64>) {
    let excess = sessions.len().saturating_sub(REMEMBERED);
    if excess > 0 {
        let mut by_end: Vec<_> = sessions.iter().map(|(id, until)| (*until, *id)).collect();
        by_end.select_nth_unstable(excess - 1);
        for (_, id) in &by_end[..excess] {
            sessions.remove(id);
        }
    }
}

#[cfg(test)]
mod tests;
