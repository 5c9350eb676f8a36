//! What the process does when it gets a signal. All of it is done on a thread of its own, which goes on when the threads that serve and
//! check do not.

use rustix::process::Signal as Number;
use std::time::Duration;
use std::{io, process, thread};
use tokio::runtime::{Builder, Handle};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{interval, sleep};
use tokio_util::sync::CancellationToken;

/// The whole shutdown. Everything in it has a shorter deadline of its own; past this one the process ends all the same.
const SHUTDOWN: Duration = Duration::from_millis(4_800);

/// How often the runtime is given something to do; see [`wake`].
const WAKING: Duration = Duration::from_secs(1);

/// Signals that end a process that does not handle them, and that must not end the watch: a terminal that is closed (HUP), a wrong
/// `kill` or key (USR1, USR2, QUIT), a file that reached its size limit (XFSZ; the write then fails with an error of its own).
const IGNORED: [(Number, &str); 5] = [
    (Number::HUP, "SIGHUP"),
    (Number::USR1, "SIGUSR1"),
    (Number::USR2, "SIGUSR2"),
    (Number::QUIT, "SIGQUIT"),
    (Number::XFSZ, "SIGXFSZ"),
];

/// Handles signals from now on: `stop` is cancelled by SIGINT and SIGTERM. Once it is, the process ends within five seconds.
///
/// Not for asynchronous code.
pub(super) fn handle(runtime: &Handle, stop: CancellationToken) -> io::Result<()> {
    let own = Builder::new_current_thread().enable_all().build()?;
    {
        let _own = own.enter();
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        own.spawn(cancel(interrupt, terminate, stop.clone()));
        for (number, name) in IGNORED {
            own.spawn(ignore(signal(SignalKind::from_raw(number.as_raw()))?, name));
        }
    }
    own.spawn(wake(runtime.clone()));
    thread::Builder::new().name("signals".to_owned()).spawn(move || own.block_on(limit(stop)))?;
    Ok(())
}

async fn cancel(mut interrupt: Signal, mut terminate: Signal, stop: CancellationToken) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    stop.cancel();
}

/// Bounds the time of the shutdown.
async fn limit(stop: CancellationToken) {
    stop.cancelled().await;
    sleep(SHUTDOWN).await;
    tracing::error!("The shutdown took too long; exiting now.");
    process::exit(1);
}

async fn ignore(mut signals: Signal, name: &'static str) {
    while signals.recv().await.is_some() {
        tracing::warn!("{name} is ignored. SIGTERM ends Platus; a changed configuration needs a restart.");
    }
}

/// Wakes a thread of the runtime now and then. The thread that waits for connections and timers is one of those that run tasks; when a
/// task blocks it, for instance a recorder that hangs, no other takes its place before it is woken.
async fn wake(runtime: Handle) {
    let mut ticks = interval(WAKING);
    loop {
        ticks.tick().await;
        runtime.spawn(async {});
    }
}
