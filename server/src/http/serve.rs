//! The loop that takes connections. It is ours because every wait for a client needs an end: a client that connects and says nothing
//! must not keep its place.

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Connections at once. Further ones wait in the queue of the operating system.
const CONNECTIONS: usize = 8192;

/// How long a client may take to send the head of a request, the first or the next.
const HEAD: Duration = Duration::from_secs(30);

/// What to wait when the operating system has no more file handles, before asking again.
const NO_HANDLES: Duration = Duration::from_millis(100);

/// Serves until `shutdown`, and then until the last request in flight is answered. With TLS when there is a certificate.
pub async fn serve(listener: TcpListener, router: Router, tls: Option<TlsAcceptor>, shutdown: CancellationToken) {
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
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
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Events are small and wanted at once.
                stream.set_nodelay(true).ok();
                return Some((stream, peer, place));
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
    use axum::routing::get;
    use std::net::Ipv4Addr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::Instant;

    async fn started(shutdown: &CancellationToken) -> TcpStream {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, Router::new().route("/", get(async || "hello")), None, shutdown.clone()));
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
