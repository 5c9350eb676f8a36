//! Runs a program once. Afterwards none of its processes is left, except those that left the process group on purpose.

use super::output::{Kept, Output, Part};
use super::program::Program;
use crate::{CheckError, Phase};
use net::deadline::Deadline;
use net::stopwatch::Stopwatch;
use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, prlimit};
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;
use system::descriptors::restore_limit;
use tokio::process::{Child, ChildStderr, ChildStdout};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// A program that prints more than this, in bytes, is killed before its timeout.
const FLOOD: u64 = 16 << 20;

/// Bytes that are kept of standard error: the end, where a crash reports its reason.
const LAST_COMPLAINTS: usize = 4 << 10;

/// How long to wait for the end of a killed program. It takes longer only if the kernel waits, for example for a lost file server.
const DEATH: Duration = Duration::from_millis(500);

/// Maximum number of programs that are being started at the same time. Each start occupies a thread.
const STARTS_AT_ONCE: u32 = 32;

static STARTS: Semaphore = Semaphore::const_new(STARTS_AT_ONCE as usize);

/// Waits until no program of a check of type `exec` is being started. Call it before the runtime ends: a program that starts at that
/// moment would outlive it.
pub async fn no_program_is_starting() {
    STARTS.acquire_many(STARTS_AT_ONCE).await.ok();
}

/// A program that ended by itself.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) output: Kept,
    /// The end of standard error.
    pub(super) complaints: Kept,
    pub(super) elapsed: Duration,
    pub(super) phases: Vec<Phase>,
}

/// Runs the program and waits for its end, for at most `time`. Then its process group is killed.
pub(super) async fn run(program: &Arc<Program>, time: Duration) -> Result<Ended, CheckError> {
    let mut watch = Stopwatch::start();
    let deadline = Deadline::after(time);
    let name = &program.name;

    let to_start = Arc::clone(program);
    let starting = async {
        let place = STARTS.acquire().await.ok();
        // Starting a program waits for the file system, which must not block other checks.
        let start = move || {
            let started = Running::start(&to_start);
            drop(place);
            started
        };
        tokio::task::spawn_blocking(start).await
    };
    watch.begin("start");
    let started = match deadline.wait_for(starting).await {
        Ok(started) => started,
        Err(over) => return Err(CheckError::new(format!("`{name}` did not start {over}")).with_watch(watch)),
    };
    let mut running = started.map_err(|_| CheckError::new(format!("`{name}` was not started, because Platus is ending")))??;
    watch.lap("start");

    let status = match deadline.wait_for(running.end(name)).await {
        Ok(end) => end,
        Err(over) => {
            running.processes.end_now().await;
            Err(CheckError::new(format!("`{name}` did not end {over}, and was killed")))
        }
    };
    watch.lap("run");
    let (elapsed, phases) = (watch.elapsed(), watch.into_phases());
    match status {
        Ok(status) => {
            Ok(Ended { status, output: running.output.into_kept(), complaints: running.complaints.into_kept(), elapsed, phases })
        }
        Err(error) => Err(error.with_phases(phases)),
    }
}

/// A running program.
struct Running {
    processes: ProcessGroup,
    output: Output<ChildStdout>,
    complaints: Output<ChildStderr>,
}

impl Running {
    fn start(program: &Program) -> Result<Self, CheckError> {
        let mut leader = program.command().spawn().map_err(|error| program.not_started(&error))?;
        let (stdout, stderr) = (leader.stdout.take(), leader.stderr.take());
        let id = leader.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let processes = ProcessGroup { leader, id };
        let (Some(stdout), Some(stderr)) = (stdout, stderr) else {
            return Err(CheckError::new(format!("`{}` was started without its pipes", program.name)));
        };
        processes.limit(program.max_memory).map_err(|error| {
            CheckError::new(format!(
                "the memory of `{}` cannot be limited ({error}); set `max_memory: 0` if it has to run with rights of another user",
                program.name
            ))
        })?;
        let output = Output::new(stdout, Part::First(program.max_output));
        let complaints = Output::new(stderr, Part::Last(LAST_COMPLAINTS));
        Ok(Self { processes, output, complaints })
    }

    /// Waits for the end of the program and reads its output.
    async fn end(&mut self, name: &str) -> Result<ExitStatus, CheckError> {
        let status = loop {
            tokio::select! {
                status = self.processes.leader.wait() => break status,
                () = self.output.read(), if self.output.is_open => {}
                () = self.complaints.read(), if self.complaints.is_open => {}
            }
            if self.output.total() + self.complaints.total() > FLOOD {
                self.processes.end_now().await;
                return Err(CheckError::new(format!("`{name}` printed more than {} MiB, and was killed", FLOOD >> 20)));
            }
        };
        self.processes.kill();
        self.output.drain(FLOOD);
        self.complaints.drain(FLOOD);
        status.map_err(|error| CheckError::new(format!("the exit status of `{name}` is unknown: {error}")))
    }
}

/// The process group of a program: its first process and its descendants, except those that left the group. Dropping it kills
/// them, which ends checks that are cancelled or in flight at shutdown.
struct ProcessGroup {
    leader: Child,
    /// `None` after the group was killed, since the id may then be reused.
    id: Option<Pid>,
}

impl ProcessGroup {
    fn kill(&mut self) {
        if let Some(id) = self.id.take() {
            // An error means that no process is left.
            kill_process_group(id, Signal::KILL).ok();
        }
    }

    /// Kills the group and waits for the end of the first process, for a limited time.
    async fn end_now(&mut self) {
        self.kill();
        timeout(DEATH, self.leader.wait()).await.ok();
    }

    /// Limits the memory of the first process, and of those that it starts from now on.
    ///
    /// The limit applies to the data of a process in bytes, not to its address space: runtimes such as those of JavaScript and
    /// Java reserve far more addresses than they use. It is set shortly after the start, because setting it between `fork` and
    /// `exec` needs unsafe Rust, and a wrapper would be another program, whose failures look like those of the check.
    fn limit(&self, max_memory: Option<u64>) -> Result<(), Errno> {
        let Some(id) = self.id else { return Ok(()) };
        match restore_limit(id) {
            Ok(()) | Err(Errno::SRCH | Errno::PERM) => {}
            Err(error) => return Err(error),
        }
        let Some(max_memory) = max_memory else { return Ok(()) };
        // A crash must not leave a core file.
        set_limit(id, Resource::Core, 0)?;
        set_limit(id, Resource::Data, max_memory)
    }
}

fn set_limit(id: Pid, resource: Resource, limit: u64) -> Result<(), Errno> {
    match prlimit(Some(id), resource, Rlimit { current: Some(limit), maximum: Some(limit) }) {
        // The process has ended already.
        Ok(_) | Err(Errno::SRCH) => Ok(()),
        Err(error) => Err(error),
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}
