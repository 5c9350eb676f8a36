//! The accept loop. Unlike that of axum, it limits every wait for a client: one that connects and sends nothing must not keep its place.

mod socket;

use super::places::{Place, Places};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use system::log_limit::LogLimit;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// How long a client may take to begin, to send the head of a request, the first or the next, and for the TLS handshake.
const HEAD: Duration = Duration::from_secs(30);

/// How long a client may go without reading from a response or a stream. A client that does not read keeps a place and memory.
const READING: Duration = Duration::from_secs(30);

/// Bytes of the head of a request, and of an answer that are kept until the client reads on. One connection costs no more than twice
/// this and the body of one request.
const BUFFER: usize = 16 << 10;

/// Pause before the next attempt when file descriptors are exhausted.
const NO_HANDLES: Duration = Duration::from_millis(100);

/// Log lines about that.
static REFUSALS: LogLimit = LogLimit::new(Duration::from_secs(60));

/// A connection that ends when its client does not read.
type Connection = Pin<Box<TimeoutStream<TcpStream>>>;

/// Serves HTTP/1.1 until `shutdown`, and then until the last request in flight is answered. With TLS when there is a certificate.
///
/// Connections beyond the share of their address are closed. Connections beyond the total wait in the accept queue.
pub async fn serve(listener: TcpListener, router: Router, tls: Option<TlsAcceptor>, places: Places, shutdown: CancellationToken) {
    let mut protocol = http1::Builder::new();
    // Of HTTP/1.1, one request of a connection is answered at a time, however many the client sends ahead. HTTP/2 is not offered, so that
    // no connection has more than one request in flight, and none can begin and cancel requests without end.
    protocol.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(BUFFER);
    let places = Arc::new(places);
    let connections = GracefulShutdown::new();

    while let Some((stream, peer, place)) = shutdown.run_until_cancelled(accept(&listener, &places)).await.flatten() {
        let router = router.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            let router = router.clone();
            async move {
                // Otherwise a client that sends requests ahead would have several answered each time while others wait.
                yield_now().await;
                router.oneshot(request).await
            }
        });
        let (protocol, watcher) = (protocol.clone(), connections.watcher());
        let (tls, shutdown) = (tls.clone(), shutdown.clone());
        #[expect(clippy::disallowed_methods, reason = "the connections are counted, and awaited by the shutdown")]
        tokio::spawn(async move {
            // A connection that says nothing costs only its socket. Boxed before it is awaited, or else it has room for the rest all the same.
            let answering = match shutdown.run_until_cancelled(timeout(HEAD, stream.get_ref().readable())).await {
                Some(Ok(Ok(()))) => Box::pin(answer(stream, tls, protocol, service, watcher, shutdown)),
                _ => return drop(place),
            };
            if let Err(error) = answering.await {
                // A client that goes away is not worth a log line.
                tracing::trace!(%peer, %error, "A connection ended early.");
            }
            drop(place);
        });
    }
    drop(listener);
    connections.shutdown().await;
}

/// Answers the requests of a connection until its client goes away. Fails if it goes away early.
async fn answer<S>(
    stream: Connection,
    tls: Option<TlsAcceptor>,
    protocol: http1::Builder,
    service: S,
    watcher: Watcher,
    shutdown: CancellationToken,
) -> hyper::Result<()>
where
    S: HttpService<Incoming, ResBody = Body, Error = Infallible>,
{
    let Some(tls) = tls else { return watcher.watch(protocol.serve_connection(TokioIo::new(stream), service)).await };
    match shutdown.run_until_cancelled(timeout(HEAD, tls.accept(stream))).await {
        Some(Ok(Ok(stream))) => watcher.watch(protocol.serve_connection(TokioIo::new(stream), service)).await,
        // Nor is a client worth one that fails the TLS handshake.
        _ => Ok(()),
    }
}

/// The next connection, once there is a place for it. `None` at the shutdown.
async fn accept(listener: &TcpListener, places: &Arc<Places>) -> Option<(Connection, SocketAddr, Place)> {
    loop {
        let permit = places.free().await?;
        match listener.accept().await {
            Ok((stream, peer)) => {
                let Some(place) = places.take(permit, peer.ip()) else {
                    tracing::debug!(%peer, "Connection closed: its address has too many.");
                    continue;
                };
                socket::set_up(&stream, READING);
                let mut stream = TimeoutStream::new(stream);
                stream.set_write_timeout(Some(READING));
                return Some((Box::pin(stream), peer, place));
            }
            Err(error) => {
                if let Some(suppressed) = REFUSALS.pass(Instant::now()) {
                    tracing::warn!(%error, suppressed, "A connection could not be accepted.");
                }
                sleep(NO_HANDLES).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Proxies;
    use axum::http::Uri;
    use axum::routing::get;
    use parking_lot::Mutex;
    use std::net::Ipv4Addr;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::Instant;

    /// More than the buffers of a connection take.
    const LARGE: usize = 32 << 20;

    async fn started(shutdown: &CancellationToken) -> TcpStream {
        serving(Router::new().route("/", get(async || "hello")).route("/large", get(async || vec![0; LARGE])), shutdown).await
    }

    /// A connection to a server of these routes.
    async fn serving(router: Router, shutdown: &CancellationToken) -> TcpStream {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let places = Places::new(10, 10, Proxies(Vec::new()));
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
        for sent in ["", "GET / HTTP/1.1\r\nHost: x\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"] {
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
        // What the system has taken for it. By default that is more than 2 MB.
        assert!(rest.len() < 512 << 10, "{} bytes were kept for it", rest.len());
    }

    #[tokio::test]
    async fn a_connection_has_one_request_in_flight_however_many_are_sent_ahead() {
        const REQUESTS: usize = 100;
        let (in_flight, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let counted = {
            let most = Arc::clone(&most);
            async move || {
                most.fetch_max(in_flight.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                in_flight.fetch_sub(1, Ordering::SeqCst);
                "counted"
            }
        };
        let mut stream = serving(Router::new().route("/", get(counted)), &CancellationToken::new()).await;
        let requests = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(REQUESTS - 1) + "GET / HTTP/1.0\r\n\r\n";
        stream.write_all(requests.as_bytes()).await.unwrap();
        assert_eq!(heard(&mut stream).await.matches("counted").count(), REQUESTS);
        assert_eq!(most.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn connections_that_send_requests_ahead_take_turns() {
        const REQUESTS: usize = 50;
        let order = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&order);
        let note = async move |uri: Uri| noted.lock().push(uri.path().to_owned());
        let router = Router::new().route("/a", get(note.clone())).route("/b", get(note));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let places = Places::new(10, 10, Proxies(Vec::new()));
        tokio::spawn(serve(listener, router, None, places, CancellationToken::new()));
        let mut streams = [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
        for stream in &mut streams {
            stream.write_all(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
            stream.read_exact(&mut [0; 12]).await.unwrap();
        }
        order.lock().clear();
        for (stream, path) in streams.iter_mut().zip(["/a", "/b"]) {
            let request = |version| format!("GET {path} HTTP/{version}\r\nHost: x\r\n\r\n");
            let requests = request("1.1").repeat(REQUESTS - 1) + &request("1.0");
            stream.write_all(requests.as_bytes()).await.unwrap();
        }
        for stream in &mut streams {
            heard(stream).await;
        }
        let order = order.lock();
        assert_eq!(order.len(), 2 * REQUESTS);
        let both = &order[..REQUESTS];
        let longest = both.chunk_by(|one, next| one == next).map(<[_]>::len).max().unwrap();
        assert!(longest <= 4, "{longest} in a row: {both:?}");
    }

    #[tokio::test]
    async fn http_2_is_not_spoken() {
        let mut stream = started(&CancellationToken::new()).await;
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
        let heard = heard(&mut stream).await;
        assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 4"), "{heard}");
    }

    #[tokio::test]
    async fn the_head_of_a_request_is_bounded() {
        for (length, expected) in [(BUFFER / 2, "200"), (BUFFER * 2, "431")] {
            let mut stream = started(&CancellationToken::new()).await;
            let request = format!("GET / HTTP/1.0\r\nCookie: {}\r\n\r\n", "a".repeat(length));
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).await.unwrap();
            assert!(answer.ends_with(expected.as_bytes()), "{length}: {}", String::from_utf8_lossy(&answer));
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
