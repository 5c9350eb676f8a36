//! Runs a program once. Whatever happens, nothing of it is there afterwards, unless it left its process group on purpose.

use super::output::{Kept, Output, Part};
use super::program::Program;
use crate::{CheckError, Phase};
use net::stopwatch::Stopwatch;
use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, prlimit};
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;
use system::descriptors::restore_limit;
use tokio::process::{Child, ChildStderr, ChildStdout};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

/// A program that prints more than this has lost control of itself, and is not listened to until its time-out.
const FLOOD: u64 = 16 << 20;

/// Of standard error only the end matters: that is where a crash says its reason.
const LAST_COMPLAINTS: usize = 4 << 10;

/// How long to wait until a killed program is gone. It takes longer only where the kernel itself waits, as for a lost file server.
const DEATH: Duration = Duration::from_millis(500);

/// Programs that may be about to start at the same moment; each takes a thread as long as it does.
const STARTS_AT_ONCE: u32 = 32;

static STARTS: Semaphore = Semaphore::const_new(STARTS_AT_ONCE as usize);

/// Waits until no program is about to start. One that was would outlive a runtime which ended at that moment.
pub(crate) async fn settled() {
    STARTS.acquire_many(STARTS_AT_ONCE).await.ok();
}

/// A run that came to its own end.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) output: Kept,
    /// What stood on standard error last.
    pub(super) complaints: Kept,
    pub(super) elapsed: Duration,
    pub(super) phases: Vec<Phase>,
}

/// Runs the program and waits for its end, or until the time is up. What it has started and left running is ended with it.
pub(super) async fn run(program: &Arc<Program>, time: Duration) -> Result<Ended, CheckError> {
    let mut watch = Stopwatch::start();
    let deadline = Instant::now() + time;
    let (name, seconds) = (&program.name, time.as_secs_f64());

    let to_start = Arc::clone(program);
    let starting = async {
        let place = STARTS.acquire().await.ok();
        // Starting waits for the file system, and other checks must not wait with it.
        let start = move || {
            let started = Running::start(&to_start);
            drop(place);
            started
        };
        tokio::task::spawn_blocking(start).await
    };
    let started = timeout_at(deadline, starting).await;
    let started = started.map_err(|_| CheckError::new(format!("`{name}` did not start within {seconds} s")))?;
    let mut running = started.map_err(|_| CheckError::new(format!("`{name}` was not started, because Platus is ending")))??;
    watch.lap("start");

    let status = match timeout_at(deadline, running.end(name)).await {
        Ok(end) => end,
        Err(_) => {
            running.processes.end_now().await;
            Err(CheckError::new(format!("`{name}` did not end within {seconds} s, and was killed")))
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

/// A program that has been started.
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

    /// Waits for the end of the program and takes all that it printed.
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
        status.map_err(|error| CheckError::new(format!("how `{name}` ended cannot be told: {error}")))
    }
}

/// The first process of a program and all that it has started, as far as they did not leave the group. They end when this is dropped,
/// which is what happens to checks in flight when Platus gives them up, or ends.
struct ProcessGroup {
    leader: Child,
    /// Absent once the group has been killed. Its number may then soon be that of somebody else.
    id: Option<Pid>,
}

impl ProcessGroup {
    fn kill(&mut self) {
        if let Some(id) = self.id.take() {
            // That there is nobody left is as good.
            kill_process_group(id, Signal::KILL).ok();
        }
    }

    /// Kills it and waits until the first process is gone, as far as that can be waited for.
    async fn end_now(&mut self) {
        self.kill();
        timeout(DEATH, self.leader.wait()).await.ok();
    }

    /// Limits the memory of the first process, and of those which it starts from now on.
    ///
    /// The limit is on what a process takes for itself, in bytes, rather than on its addresses: runtimes such as those of JavaScript
    /// and Java set many more addresses aside than they use. A process that has existed for a moment already is limited, because
    /// setting the limit between its two births (`fork` and `exec`) cannot be done in safe Rust, and because a wrapper would be one
    /// more program to depend on, whose failures look like those of the check.
    fn limit(&self, max_memory: Option<u64>) -> Result<(), Errno> {
        let Some(id) = self.id else { return Ok(()) };
        match restore_limit(id) {
            Ok(()) | Err(Errno::SRCH | Errno::PERM) => {}
            Err(error) => return Err(error),
        }
        let Some(max_memory) = max_memory else { return Ok(()) };
        // A crash leaves no file behind.
        set_limit(id, Resource::Core, 0)?;
        set_limit(id, Resource::Data, max_memory)
    }
}

fn set_limit(id: Pid, resource: Resource, limit: u64) -> Result<(), Errno> {
    match prlimit(Some(id), resource, Rlimit { current: Some(limit), maximum: Some(limit) }) {
        // It has ended already.
        Ok(_) | Err(Errno::SRCH) => Ok(()),
        Err(error) => Err(error),
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}
