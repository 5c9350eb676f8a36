use socket2::SockRef;
use std::time::Duration;
use tokio::net::TcpStream;

/// Bytes of an answer that the system keeps besides those that are on their way to the client. By default it takes some 3 MB, which no
/// measurement of the process shows. More would not make an answer faster.
const UNSENT: u32 = 64 << 10;

/// Sets up the connection of a client that may go `reading` without reading. What the system does not have stays as it is.
pub(super) fn set_up(stream: &TcpStream, reading: Duration) {
    // Events are small and must be sent at once.
    stream.set_nodelay(true).ok();
    let socket = SockRef::from(stream);
    #[cfg(target_os = "linux")]
    {
        socket.set_tcp_notsent_lowat(UNSENT).ok();
        // The system goes on sending for a connection that was closed. This also bounds how long it tries with a client that does not read.
        socket.set_tcp_user_timeout(Some(reading)).ok();
    }
}
