//! What the service manager systemd is told, where it has started this process (`Type=notify`, `WatchdogSec=`). Without it, nothing happens.

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

/// Reports that Platus is ready, then that it works for as long as it does, and at `stop` that it is stopping.
///
/// A process that has not reported for the time of the watchdog is started anew by systemd, so that one whose recorder hangs does not report.
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
fn send(state: &NotifyState<'_>) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if let Some(name) = env::var_os("NOTIFY_SOCKET").as_ref().and_then(|socket| socket.as_bytes().strip_prefix(b"@")) {
        let address = SocketAddr::from_abstract_name(name)?;
        return UnixDatagram::unbound()?.send_to_addr(state.to_string().as_bytes(), &address).map(drop);
    }
    sd_notify::notify(std::slice::from_ref(state))
}
