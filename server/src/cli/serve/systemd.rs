//! Notifications to systemd (`Type=notify`, `WatchdogSec=`). Does nothing if systemd did not start this process.

use sd_notify::NotifyState;
#[cfg(target_os = "linux")]
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::{env, io};
use system::health::Health;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Sends READY, then WATCHDOG while Platus is healthy, and STOPPING at `stop`.
///
/// systemd restarts a process that sends no WATCHDOG for its period, for example because the recorder hangs.
pub(super) async fn report(health: Health, stop: CancellationToken) {
    notify(NotifyState::Ready).await;
    if let Some(limit) = sd_notify::watchdog_enabled().filter(|limit| !limit.is_zero()) {
        // As its manual recommends: twice in each period.
        while stop.run_until_cancelled(sleep(limit / 2)).await.is_some() {
            if health.problems().is_empty() {
                notify(NotifyState::Watchdog).await;
            }
        }
    }
    stop.cancelled().await;
    notify(NotifyState::Stopping).await;
}

async fn notify(state: NotifyState<'static>) {
    // The socket's queue may be full, so that writing waits.
    if let Ok(Err(error)) = spawn_blocking(move || send(&state)).await {
        tracing::warn!(%error, "The service manager cannot be notified.");
    }
}

/// The crate sends to files only; a socket whose name begins with `@` has none (`man sd_notify`).
#[expect(clippy::disallowed_methods, reason = "systemd names its socket in the environment")]
fn send(state: &NotifyState<'_>) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if let Some(name) = env::var_os("NOTIFY_SOCKET").as_ref().and_then(|socket| socket.as_bytes().strip_prefix(b"@")) {
        let address = SocketAddr::from_abstract_name(name)?;
        return UnixDatagram::unbound()?.send_to_addr(state.to_string().as_bytes(), &address).map(drop);
    }
    sd_notify::notify(std::slice::from_ref(state))
}
