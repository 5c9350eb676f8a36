//! Sessions that were ended before their time: a cookie that somebody has copied must be worth nothing after the logout.

use super::sessions::SessionId;
use crate::replace_file::replace_file;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Sessions that are remembered. Beyond it the one that would end first is forgotten.
const REMEMBERED: usize = 50_000;

/// The ended sessions whose cookies would still be good, also after a restart.
#[derive(Default)]
pub struct EndedSessions {
    /// With the second since 1970 from which on the cookie is too old anyhow.
    sessions: Mutex<BTreeMap<SessionId, u64>>,
    /// Absent where nothing can be kept.
    file: Option<PathBuf>,
}

impl EndedSessions {
    /// Those in this file, which need not be there. Lines that are none are passed over. Reads from the disk and waits for it.
    pub fn load(path: &Path) -> io::Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let line = |line: &str| {
            let (id, until) = line.split_once(' ')?;
            Some((SessionId::parse(id)?, until.parse().ok()?))
        };
        Ok(Self { sessions: Mutex::new(text.lines().filter_map(line).collect()), file: Some(path.to_owned()) })
    }

    pub fn contains(&self, id: SessionId) -> bool {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&id)
    }

    /// Ends a session, whose cookie would be good until then. What has to be written for it to outlast a restart is the result.
    pub(super) fn add(&self, id: SessionId, until: u64, now: u64) -> Writing {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, until| *until > now);
        if sessions.len() >= REMEMBERED
            && let Some(first) = sessions.iter().min_by_key(|(_, until)| **until).map(|(id, _)| *id)
        {
            sessions.remove(&first);
        }
        sessions.insert(id, until);
        let mut text = String::new();
        // Writing to a string cannot fail.
        sessions.iter().for_each(|(id, until)| writeln!(text, "{id} {until}").unwrap_or_default());
        Writing { text, file: self.file.clone() }
    }
}

/// Something to be written.
#[must_use]
pub(super) struct Writing {
    text: String,
    file: Option<PathBuf>,
}

impl Writing {
    /// Writes to the disk and waits for it.
    pub(super) fn write(self) -> io::Result<()> {
        self.file.map_or(Ok(()), |path| replace_file(&path, &self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_ended_stays_so_after_a_restart_until_its_cookie_is_too_old() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sessions.ended");
        let (first, second) = (SessionId::random().unwrap(), SessionId::random().unwrap());
        let ended = EndedSessions::load(&path).unwrap();
        ended.add(first, 100, 50).write().unwrap();
        let ended = EndedSessions::load(&path).unwrap();
        assert!(ended.contains(first) && !ended.contains(second));
        ended.add(second, 200, 150).write().unwrap();
        let ended = EndedSessions::load(&path).unwrap();
        assert!(!ended.contains(first) && ended.contains(second));

        std::fs::write(&path, "nonsense\n\nzz 1\n").unwrap();
        assert!(!EndedSessions::load(&path).unwrap().contains(second));
    }
}
