use std::time::Duration;
use tokio::net::TcpStream;

/// Sets up the connection of a client that may go `reading` without reading. What the system does not have stays as it is.
pub(super) fn set_up(stream: &TcpStream, reading: Duration) {
    // Events are small and must be sent at once.
    stream.set_nodelay(true).ok();
    bound_unread(stream, reading);
}

/// Bounds what the system keeps of an answer, besides what is on its way to the client, and how long: it goes on sending for a connection that
/// was closed. By default it keeps some 3 MB, which no measurement of the process shows.
#[cfg(target_os = "linux")]
fn bound_unread(stream: &TcpStream, reading: Duration) {
    /// Bytes. More would not make an answer faster.
    const UNSENT: u32 = 64 << 10;

    let socket = socket2::SockRef::from(stream);
    socket.set_tcp_notsent_lowat(UNSENT).ok();
    socket.set_tcp_user_timeout(Some(reading)).ok();
}

#[cfg(not(target_os = "linux"))]
const fn bound_unread(_stream: &TcpStream, _reading: Duration) {}
