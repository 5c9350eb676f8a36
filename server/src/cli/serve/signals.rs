//! Signal handling. It runs on a separate thread, which continues if the threads of the runtime hang.

use rustix::process::Signal as Number;
use std::sync::Arc;
use std::time::Duration;
use std::{io, process, thread};
use tokio::runtime::{Builder, Handle};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;
use tokio::time::{interval, sleep};
use tokio_util::sync::CancellationToken;

/// Time limit of the shutdown. Each step has a shorter limit; after this one the process exits in any case.
const SHUTDOWN: Duration = Duration::from_millis(4_800);

/// Interval of [`wake`].
const WAKING: Duration = Duration::from_secs(1);

/// Signals that end a process that does not handle them, and that must not end the watch: a wrong `kill` or key (USR1, USR2, QUIT), a
/// file that reached its size limit (XFSZ; the write then fails with an error of its own).
const IGNORED: [(Number, &str); 4] =
    [(Number::USR1, "SIGUSR1"), (Number::USR2, "SIGUSR2"), (Number::QUIT, "SIGQUIT"), (Number::XFSZ, "SIGXFSZ")];

/// Handles signals from now on: `stop` is cancelled by SIGINT and SIGTERM. Once it is, the process ends within five seconds. `reload` is
/// notified of SIGHUP, also of one that comes before anything listens, or because a terminal was closed.
///
/// Not for asynchronous code.
pub(super) fn handle(runtime: &Handle, stop: CancellationToken, reload: Arc<Notify>) -> io::Result<()> {
    let own = Builder::new_current_thread().enable_all().build()?;
    {
        let _own = own.enter();
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        own.spawn(cancel(interrupt, terminate, stop.clone()));
        own.spawn(pass_on(signal(SignalKind::hangup())?, reload));
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

async fn pass_on(mut hangups: Signal, reload: Arc<Notify>) {
    while hangups.recv().await.is_some() {
        reload.notify_one();
    }
}

/// Bounds the time of the shutdown.
async fn limit(stop: CancellationToken) {
    stop.cancelled().await;
    sleep(SHUTDOWN).await;
    tracing::error!("The shutdown took too long; exiting now.");
    #[expect(clippy::disallowed_methods, reason = "the shutdown hangs")]
    process::exit(1);
}

async fn ignore(mut signals: Signal, name: &'static str) {
    while signals.recv().await.is_some() {
        tracing::warn!("{name} is ignored. SIGTERM ends Platus, and SIGHUP reloads its configuration.");
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
