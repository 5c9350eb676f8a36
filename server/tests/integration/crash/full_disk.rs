//! A disk that fills and empties again and again while Platus works. Platus says that its store is away, goes on, and stores what it
//! has shown and acknowledged when there is space.
//!
//! The disk is a small file system in memory, of which this process and Platus alone know. Where the system does not allow that, the
//! kernel's limit on the size of a file stands for it.

use super::target::Target;
use super::witness::{UNREACHABLE_CHANNEL, Witness};
use super::{SEED, jobs, parameter, seed};
use crate::command_line::{PLATUS, Running};
use crate::test_app::configuration;
use crate::waiting::until;
use futures::future::{Either, join3, select};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::fs::{self, File};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{Command, Stdio};
use storage::sqlite::SqliteStore;

/// How often the disk fills.
const FILLS: &str = "PLATUS_FILLS";
const USUAL_FILLS: u64 = 2;

const SIZE: &str = "size=8m";

/// In words of a shell: `$0` is the program, `$1` the folder with its files, which the disk covers.
const ON_A_SMALL_DISK: &str = "cp -r \"$1\" \"$1.files\" && mount -t tmpfs -o \"$2\" tmpfs \"$1\" && cp -r \"$1.files/.\" \"$1\" && \
                               rm -r \"$1.files\" && exec \"$0\" serve --listen 127.0.0.1:0 --config \"$1/config.yaml\"";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_and_empties_loses_nothing() {
    let (fills, seed) = (parameter(FILLS).unwrap_or(USUAL_FILLS), seed());
    let target = Target::start().await;
    let config = format!(
        "check_interval: 1\nretries_before_notify: 1\nlog_level: info\nnotify: true\nnotify_backend: {UNREACHABLE_CHANNEL}\n"
    );
    let folder = configuration(&config, &(target.services() + &jobs::services()));
    let mut witness = Witness::new(seed);
    let (mut running, disk) = Disk::start(folder.path());
    println!("{fills} fills of {disk:?}, {SEED}={seed}");

    let address = running.address();
    let another = Witness::new(seed);
    {
        let Witness { client, watcher, operator, jobs, .. } = &mut witness;
        let work = pin!(join3(watcher.watch(client, address), operator.work(client, address), jobs.work(client, address)));
        let filling = pin!(async {
            for _ in 0..fills {
                until_stored(&another, address).await;
                disk.fill();
                until("the store is away", async || another.metric(address, "platus_store_up").await == 0).await;
                // Something waits by then.
                until("commits wait", async || another.metric(address, "platus_store_waiting_commits").await > 1).await;
                disk.empty();
                until("the store is back", async || another.metric(address, "platus_store_up").await == 1).await;
            }
            until_stored(&another, address).await;
        });
        if let Either::Left(_) = select(work, filling).await {
            panic!("Platus has ended: {:?}", running.log());
        }
    }

    // What it shows is stored, and what it stores next is not looked at.
    running.signal("-STOP");
    let copy = tempfile::tempdir().unwrap();
    for file in ["platus.db", "platus.db-wal"] {
        // The log of the database may just not be there.
        fs::copy(disk.folder.join(file), copy.path().join(file)).ok();
    }
    let store = SqliteStore::beside(copy.path());
    witness.verify(&store).await;
    let (changes, orders, reports) = witness.seen();
    println!(
        "{fills} fills: {changes} changes were shown, {orders} orders and {reports} reports of jobs acknowledged: none is lost"
    );
    running.signal("-KILL");
    running.end();
}

async fn until_stored(witness: &Witness, address: SocketAddr) {
    until("something is stored, and nothing waits", async || {
        witness.metric(address, "platus_store_commits_total").await > 0
            && witness.metric(address, "platus_store_waiting_commits").await == 0
    })
    .await;
}

#[derive(Debug)]
struct Disk {
    kind: Kind,
    /// What Platus sees in its folder.
    folder: PathBuf,
}

#[derive(Debug)]
enum Kind {
    FileSystem,
    /// Of the files of this process.
    Limit(Pid),
}

impl Disk {
    /// Starts Platus in this folder, on a disk of its own.
    fn start(folder: &Path) -> (Running, Self) {
        let unshare = || {
            let mut command = Command::new("unshare");
            command.args(["--map-root-user", "--mount"]);
            command
        };
        let is_allowed = unshare().args(["mount", "-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(folder).stderr(Stdio::null()).status();
        if is_allowed.is_ok_and(|status| status.success()) {
            let mut command = unshare();
            command.args(["sh", "-c", ON_A_SMALL_DISK, PLATUS]).arg(folder).arg(SIZE).stdin(Stdio::null());
            let running = Running::start(&mut command);
            let root = format!("/proc/{}/root", running.id());
            let folder = Path::new(&root).join(folder.strip_prefix("/").unwrap());
            return (running, Self { kind: Kind::FileSystem, folder });
        }
        let config = folder.join("config.yaml");
        let running = Running::start(&mut crate::command_line::platus(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--config",
            config.to_str().unwrap(),
        ]));
        let process = Pid::from_raw(i32::try_from(running.id()).unwrap()).unwrap();
        (running, Self { kind: Kind::Limit(process), folder: folder.to_owned() })
    }

    fn fill(&self) {
        match self.kind {
            Kind::FileSystem => {
                let mut filler = File::create(self.filler()).unwrap();
                while filler.write_all(&[0; 4096]).is_ok() {}
            }
            Kind::Limit(process) => limit(process, Some(0)),
        }
    }

    fn empty(&self) {
        match self.kind {
            Kind::FileSystem => fs::remove_file(self.filler()).unwrap(),
            Kind::Limit(process) => limit(process, None),
        }
    }

    fn filler(&self) -> PathBuf {
        self.folder.join("filler")
    }
}

fn limit(process: Pid, bytes: Option<u64>) {
    prlimit(Some(process), Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
}
