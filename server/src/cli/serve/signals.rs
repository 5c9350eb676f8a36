//! What the process does when it gets a signal.

use rustix::process::Signal as Number;
use std::io;
use std::process;
use std::thread;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The whole shutdown. Everything in it has a shorter deadline of its own; past this one the process ends all the same.
const SHUTDOWN: Duration = Duration::from_millis(4_800);

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
pub(super) fn handle(stop: CancellationToken) -> io::Result<()> {
    let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::spawn(cancel(interrupt, terminate, stop.clone()));
    tokio::spawn(limit(stop));
    for (number, name) in IGNORED {
        tokio::spawn(ignore(signal(SignalKind::from_raw(number.as_raw()))?, name));
    }
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
    // A thread, because nothing says that the runtime still runs its tasks.
    let last_resort = thread::Builder::new().name("shutdown".to_owned()).spawn(|| {
        thread::sleep(SHUTDOWN);
        tracing::error!("The shutdown took too long; exiting now.");
        process::exit(1);
    });
    if let Err(error) = last_resort {
        tracing::warn!(%error, "The time of the shutdown is not limited.");
    }
}

async fn ignore(mut signals: Signal, name: &'static str) {
    while signals.recv().await.is_some() {
        tracing::warn!("{name} is ignored. SIGTERM ends Platus; a changed configuration needs a restart.");
    }
}
