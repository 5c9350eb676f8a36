//! The loop that takes connections. It is ours because every wait for a client needs an end: a client that connects and says nothing
//! must not keep its place.

use super::places::{Place, Places};
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// How long a client may take to send the head of a request, the first or the next.
const HEAD: Duration = Duration::from_secs(30);

/// How long a client may take to read anything at all of an answer or a stream. One that does not read keeps a place and memory.
const READING: Duration = Duration::from_secs(30);

/// What to wait when the operating system has no more file handles, before asking again.
const NO_HANDLES: Duration = Duration::from_millis(100);

/// A connection that ends when its client does not read.
type Connection = Pin<Box<TimeoutStream<TcpStream>>>;

/// Serves until `shutdown`, and then until the last request in flight is answered. With TLS when there is a certificate.
///
/// Connections beyond their share are closed when it is that of their address, and otherwise wait in the queue of the operating system.
pub async fn serve(listener: TcpListener, router: Router, tls: Option<TlsAcceptor>, places: Places, shutdown: CancellationToken) {
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let places = Arc::new(places);
    let connections = GracefulShutdown::new();

    while let Some((stream, peer, place)) = shutdown.run_until_cancelled(accept(&listener, &places)).await.flatten() {
        let router = router.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let (protocol, watcher) = (protocol.clone(), connections.watcher());
        let (tls, shutdown) = (tls.clone(), shutdown.clone());
        tokio::spawn(async move {
            let ended = match tls {
                None => watcher.watch(protocol.serve_connection(TokioIo::new(stream), service)).await,
                Some(tls) => match shutdown.run_until_cancelled(timeout(HEAD, tls.accept(stream))).await {
                    Some(Ok(Ok(stream))) => watcher.watch(protocol.serve_connection(TokioIo::new(stream), service)).await,
                    // Whoever does not speak TLS, or not to the end, is none of our trouble.
                    _ => Ok(()),
                },
            };
            if let Err(error) = ended {
                // Nor is a client that goes away.
                tracing::trace!(%peer, %error, "A connection ended early.");
            }
            drop(place);
        });
    }
    drop(listener);
    connections.shutdown().await;
}

/// The next connection, once there is a place for it. Nothing when there will be no more places.
async fn accept(listener: &TcpListener, places: &Arc<Places>) -> Option<(Connection, SocketAddr, Place)> {
    loop {
        let permit = places.free().await?;
        match listener.accept().await {
            Ok((stream, peer)) => {
                let Some(place) = places.take(permit, peer.ip()) else {
                    tracing::debug!(%peer, "A connection was closed: its address has too many.");
                    continue;
                };
                // Events are small and wanted at once.
                stream.set_nodelay(true).ok();
                let mut stream = TimeoutStream::new(stream);
                stream.set_write_timeout(Some(READING));
                return Some((Box::pin(stream), peer, place));
            }
            Err(error) => {
                tracing::warn!(%error, "A connection could not be taken.");
                sleep(NO_HANDLES).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Proxies;
    use axum::routing::get;
    use std::net::Ipv4Addr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::Instant;

    /// More than the buffers of a connection take.
    const LARGE: usize = 32 << 20;

    async fn started(shutdown: &CancellationToken) -> TcpStream {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let places = Places::new(10, 10, Proxies(Vec::new()));
        let router = Router::new().route("/", get(async || "hello")).route("/large", get(async || vec![0; LARGE]));
        tokio::spawn(serve(listener, router, None, places, shutdown.clone()));
        TcpStream::connect(address).await.unwrap()
    }

    /// What the server says until it hangs up.
    async fn heard(stream: &mut TcpStream) -> String {
        let mut heard = String::new();
        stream.read_to_string(&mut heard).await.unwrap();
        heard
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_finish_its_request_is_hung_up_on() {
        for sent in ["GET / HTTP/1.1\r\nHost: x\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"] {
            let mut stream = started(&CancellationToken::new()).await;
            let start = Instant::now();
            stream.write_all(sent.as_bytes()).await.unwrap();
            let heard = heard(&mut stream).await;
            assert_eq!(heard.contains("hello"), sent.ends_with("\r\n\r\n"), "{heard}");
            assert!(start.elapsed() >= HEAD && start.elapsed() < HEAD * 2, "{:?}", start.elapsed());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_hung_up_on() {
        let mut stream = started(&CancellationToken::new()).await;
        stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut first = [0; 15];
        stream.read_exact(&mut first).await.unwrap();
        sleep(READING * 2).await;
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.ok();
        assert!(rest.len() < LARGE, "the whole answer was kept for it");
    }

    #[tokio::test]
    async fn shutdown_lets_idle_connections_go() {
        let shutdown = CancellationToken::new();
        let mut stream = started(&shutdown).await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut first = [0; 8];
        stream.read_exact(&mut first).await.unwrap();
        shutdown.cancel();
        assert!(heard(&mut stream).await.ends_with("hello"));
    }
}
