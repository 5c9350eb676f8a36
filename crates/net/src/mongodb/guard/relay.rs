//! One connection of the driver: connects to the server, and passes on what both send.

use super::failure::Failure;
use super::message;
use super::route::Route;
use super::socks::Target;
use crate::deadline::Deadline;
use crate::dial::{self, DialError};
use crate::host::HostName;
use crate::stopwatch::Stopwatch;
use model::Trace;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf as DriverReadHalf, WriteHalf as DriverWriteHalf};
use tokio::time::timeout;

/// Bytes that are passed on to the server at once.
const CHUNK: usize = 16 << 10;

/// How long the other side may take to accept bytes before the connection is given up. The waits of the driver are shorter.
const LONGEST_WRITE: Duration = Duration::from_secs(60);

/// How long the driver may take to notice an end.
const FAREWELL: Duration = Duration::from_secs(1);

/// Who ended a connection, and why.
#[derive(Debug)]
pub(super) enum End {
    Driver,
    Server,
    Failed(Failure),
}

/// Connects, and passes on messages until one side ends the connection. `reached` gets how the server was reached, and `note` the end
/// before the driver can see it.
pub(super) async fn relay(
    mut driver: TcpStream,
    target: &Target,
    route: &Route,
    reached: impl FnOnce(model::Route),
    note: impl FnOnce(End),
) {
    let end = connected(&mut driver, target, route, reached).await;
    note(end);
    // Bytes that were not read would turn the end into an error.
    let farewell = async {
        driver.shutdown().await.ok();
        let mut rest = [0; 1 << 10];
        while driver.read(&mut rest).await.is_ok_and(|read| read > 0) {}
    };
    timeout(FAREWELL, farewell).await.ok();
}

async fn connected(driver: &mut TcpStream, target: &Target, route: &Route, reached: impl FnOnce(model::Route)) -> End {
    let deadline = Deadline::after(route.connect_timeout);
    let mut watch = Stopwatch::start();
    let stream = match dial::tcp(&target.host, target.port, deadline, &mut watch).await {
        Ok(stream) => stream,
        Err(error) => return End::Failed(Failure::Dial(error)),
    };
    reached(Trace::from(watch.clone()).route);
    let Some(config) = &route.tls else { return exchange(driver, stream, route.longest_message).await };
    let host = HostName::new(&target.host);
    let Some(name) = host.server_name() else {
        return End::Failed(Failure::Dial(DialError::Untrusted(format!("`{host}` is not a name that a certificate can have"))));
    };
    match deadline.wait_for(dial::handshake(stream, name, Arc::clone(config), &mut watch)).await {
        Ok(Ok(stream)) => exchange(driver, stream, route.longest_message).await,
        Ok(Err(error)) => End::Failed(error.into()),
        Err(late) => {
            let server = host.with_port(target.port);
            End::Failed(Failure::Dial(DialError::Unreachable(format!("no answer from {server} {late}"))))
        }
    }
}

async fn exchange(driver: &mut TcpStream, server: impl AsyncRead + AsyncWrite + Unpin, longest: usize) -> End {
    driver.set_nodelay(true).ok();
    let (from_driver, to_driver) = driver.split();
    let (from_server, to_server) = split(server);
    tokio::select! {
        end = answers(from_server, to_driver, longest) => end,
        end = requests(from_driver, to_server) => end,
    }
}

/// Passes on the messages of the server, each when it is complete and checked.
async fn answers(mut server: ReadHalf<impl AsyncRead>, mut driver: DriverWriteHalf<'_>, longest: usize) -> End {
    loop {
        match message::read(&mut server, longest).await {
            Ok(Some(message)) => match timeout(LONGEST_WRITE, driver.write_all(&message)).await {
                Ok(Ok(())) => {}
                _ => return End::Driver,
            },
            Ok(None) => return End::Server,
            Err(failure) => return End::Failed(failure),
        }
    }
}

/// Passes on what the driver sends, as it is. After a failure the server may still have something to say, for example why.
async fn requests(mut driver: DriverReadHalf<'_>, mut server: WriteHalf<impl AsyncWrite>) -> End {
    let mut chunk = vec![0; CHUNK];
    let mut is_open = true;
    loop {
        // The driver sends a message in parts, and waits between them for an acknowledgement, which the system delays by 40 ms.
        #[cfg(target_os = "linux")]
        AsRef::<TcpStream>::as_ref(&driver).set_quickack(true).ok();
        let read = match driver.read(&mut chunk).await {
            Ok(read) if read > 0 => read,
            _ => return End::Driver,
        };
        let sending = async {
            server.write_all(&chunk[..read]).await?;
            server.flush().await
        };
        if is_open {
            match timeout(LONGEST_WRITE, sending).await {
                Ok(sent) => is_open = sent.is_ok(),
                Err(_) => return End::Server,
            }
        }
    }
}
