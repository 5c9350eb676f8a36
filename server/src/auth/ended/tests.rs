use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;
use tokio::task::{JoinHandle, JoinSet};

struct Kept {
    ended: Arc<EndedSessions>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Kept {
    fn start(path: &Path) -> Self {
        let (ended, stop) = (Arc::new(EndedSessions::load(path).unwrap()), CancellationToken::new());
        let task = tokio::spawn(Arc::clone(&ended).keep(stop.clone()));
        Self { ended, stop, task }
    }

    async fn end(&self, id: SessionId, until: u64, now: u64) {
        let change = self.ended.add(id, until, now);
        self.ended.wait_until_kept(change).await;
    }

    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

fn id() -> SessionId {
    SessionId::random().unwrap()
}

#[tokio::test]
async fn what_was_ended_stays_so_after_a_restart_until_its_cookie_is_too_old() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("sessions.ended");
    let (first, second) = (id(), id());
    let kept = Kept::start(&path);
    kept.end(first, 100, 50).await;
    kept.stop().await;
    let kept = Kept::start(&path);
    assert!(kept.ended.contains(first) && !kept.ended.contains(second));
    kept.end(second, 200, 150).await;
    assert!(!kept.ended.contains(first) && kept.ended.contains(second));
    kept.stop().await;
    let again = EndedSessions::load(&path).unwrap();
    assert!(!again.contains(first) && again.contains(second), "the file forgets as well");

    fs::write(&path, "nonsense\n\nzz 1\n").unwrap();
    assert!(!EndedSessions::load(&path).unwrap().contains(second));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_of_many_that_are_ended_at_once_are_kept_also_by_two_processes() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("sessions.ended");
    let writers = [Arc::new(Kept::start(&path)), Arc::new(Kept::start(&path))];
    let mut logouts = JoinSet::new();
    for number in 0..200 {
        let kept = Arc::clone(&writers[number % 2]);
        logouts.spawn(async move {
            let id = id();
            kept.end(id, u64::MAX, 0).await;
            id
        });
    }
    let ids = logouts.join_all().await;
    for kept in writers {
        Arc::into_inner(kept).unwrap().stop().await;
    }
    let ended = EndedSessions::load(&path).unwrap();
    assert!(ids.iter().all(|id| ended.contains(*id)));
}

#[test]
fn beyond_what_is_remembered_those_go_that_would_end_first() {
    let mut sessions: BTreeMap<_, _> = (0..REMEMBERED as u64 + 3).map(|until| (id(), until)).collect();
    forget_some(&mut sessions);
    assert_eq!((sessions.len(), sessions.values().min()), (REMEMBERED, Some(&3)));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_kept_is_tried_until_it_is() {
    let folder = TempDir::new().unwrap();
    let (place, path) = (folder.path().join("place"), folder.path().join("place/sessions.ended"));
    let kept = Kept::start(&path);
    let (first, second) = (id(), id());
    // Its folder is not there.
    kept.end(first, u64::MAX, 0).await;
    kept.end(second, u64::MAX, 0).await;
    assert!(!path.exists() && kept.ended.contains(first));
    fs::create_dir(&place).unwrap();
    let mut progress = kept.ended.progress.subscribe();
    progress.wait_for(|progress| progress.kept == 2).await.unwrap();
    let after = EndedSessions::load(&path).unwrap();
    assert!(after.contains(first) && after.contains(second));
}

#[tokio::test]
async fn the_end_is_not_kept_waiting_by_a_disk_that_fails() {
    let folder = TempDir::new().unwrap();
    let kept = Kept::start(&folder.path().join("away/sessions.ended"));
    kept.ended.add(id(), u64::MAX, 0);
    kept.stop().await;
}

#[test]
fn what_is_no_ordinary_file_or_open_to_everybody_is_refused() {
    let folder = TempDir::new().unwrap();
    assert!(EndedSessions::load(folder.path()).is_err());
    assert!(EndedSessions::load(Path::new("/dev/zero")).is_err());
    let path = folder.path().join("sessions.ended");
    fs::write(&path, "").unwrap();
    assert!(EndedSessions::load(&path).is_ok());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    assert!(EndedSessions::load(&path).is_err(), "anybody could have taken sessions out of it");
}

#[tokio::test]
async fn what_a_link_leads_to_is_neither_read_nor_overwritten() {
    let folder = TempDir::new().unwrap();
    let (path, other) = (folder.path().join("sessions.ended"), folder.path().join("other"));
    fs::write(&other, "theirs").unwrap();
    let refused = || EndedSessions::load(&path).err().map(|error| error.to_string());
    for target in [other.as_path(), Path::new("nowhere"), Path::new("/dev/zero")] {
        std::os::unix::fs::symlink(target, &path).unwrap();
        assert_eq!(refused().as_deref(), Some("it is a symbolic link; delete the link"), "{}", target.display());
        fs::remove_file(&path).unwrap();
    }
    assert_eq!(refused(), None);

    // One that is planted while Platus runs.
    let kept = Kept::start(&path);
    std::os::unix::fs::symlink(&other, &path).unwrap();
    kept.end(id(), 100, 50).await;
    assert_eq!(fs::read_to_string(&other).unwrap(), "theirs");
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    // What could not be saved is saved without the link.
    fs::remove_file(&path).unwrap();
    kept.stop().await;
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 1);
}
