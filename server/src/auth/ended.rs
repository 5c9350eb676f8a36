//! Sessions that were ended before their time: a cookie that somebody has copied must be worth nothing after the logout.

use super::sessions::SessionId;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use system::files::{lock, read_ordinary_text, replace_file};
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// Sessions that are remembered. Beyond it the one that would end first is forgotten.
const REMEMBERED: usize = 50_000;

/// Bytes of the file at most: that many lines, and more.
const LIMIT: u64 = 8 * 1024 * 1024;

/// The permission of everybody but owner and group to write.
const OTHERS_WRITE: u32 = 0o002;

/// How long a logout waits for the disk. The session has ended before; only a restart needs the file.
const PATIENCE: Duration = Duration::from_secs(2);

/// After a failure the disk is left alone for so long; after each further one twice as long, up to the limit.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The ended sessions whose cookies would still be good, also after a restart.
#[derive(Default)]
pub struct EndedSessions {
    state: Mutex<State>,
    /// Absent where nothing can be kept.
    file: Option<PathBuf>,
    /// Rung when there is something to be kept.
    bell: Notify,
    progress: watch::Sender<Progress>,
}

#[derive(Clone, Copy, Default)]
struct Progress {
    /// The last change that is on the disk.
    kept: u64,
    /// Whether the last attempt failed, so that there is no use in waiting.
    is_failing: bool,
}

#[derive(Clone, Default)]
struct State {
    /// With the second since 1970 from which on the cookie is too old anyhow.
    sessions: BTreeMap<SessionId, u64>,
    /// Rises with each session that is ended.
    changes: u64,
    /// The second since 1970 of the latest change.
    now: u64,
}

impl EndedSessions {
    /// Those in this file, which need not be there. Lines that are none are passed over. Reads from the disk and waits for it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, everybody can write to it and so take sessions out of it, or it is a link: what it leads to would
    /// be overwritten.
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

    /// Ends a session, whose cookie would be good until then. Returns the number of this change.
    pub(super) fn add(&self, id: SessionId, until: u64, now: u64) -> u64 {
        let mut state = self.state();
        state.sessions.retain(|_, until| *until > now);
        state.sessions.insert(id, until);
        forget_some(&mut state.sessions);
        (state.changes, state.now) = (state.changes + 1, now);
        self.bell.notify_one();
        state.changes
    }

    /// Waits until this change outlasts a restart, for a short while and not while the disk fails: [`Self::keep`] goes on trying.
    pub(super) async fn wait_until_kept(&self, change: u64) {
        if self.file.is_some() {
            let mut progress = self.progress.subscribe();
            timeout(PATIENCE, progress.wait_for(|progress| progress.kept >= change || progress.is_failing)).await.ok();
        }
    }

    /// Keeps changes in the file, in order and each until it is there. Ends when it is to stop and all is kept, or cannot be.
    pub async fn keep(self: Arc<Self>, stop: CancellationToken) {
        let Some(path) = self.file.clone() else { return stop.cancelled().await };
        let mut pause = FIRST_PAUSE;
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
                        tracing::info!(file = %path.display(), "Ended sessions are saved again.");
                    }
                    pause = FIRST_PAUSE;
                }
                Err(error) if is_last => {
                    tracing::error!(
                        file = %path.display(), %error,
                        "Ended sessions could not be saved; the cookies of the last logouts are valid again after the restart."
                    );
                    return;
                }
                Err(error) => {
                    if !is_failing {
                        tracing::error!(
                            file = %path.display(), %error,
                            "Ended sessions cannot be saved. Saving is retried; a restart before it succeeds makes their cookies valid \
                             again."
                        );
                    }
                    self.progress.send_modify(|progress| progress.is_failing = true);
                    stop.run_until_cancelled(sleep(pause)).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    // Nothing that is done under the lock can leave it half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Adds to the file what is not in it: a process that is just ending may still write to it as well. What is too old goes.
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

/// Platus makes the file itself, and no link.
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
