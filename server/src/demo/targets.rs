//! The servers that the demo checks: one on a free port of the loopback interface for each service that has an address.

use super::services::{ADDRESS, Check, HOST, SERVICES, Service};
use super::story::{BUSY, DAY, Fault, Plot};
use chrono::{DateTime, FixedOffset, Utc};
use fastrand::Rng;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream, UdpSocket};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// Connections of one target at a time. More wait.
const CONNECTIONS: usize = 32;

/// The longest time of a connection. A check keeps one for half a minute.
const CONNECTION: Duration = Duration::from_secs(60);

/// How long a server that does not answer keeps silent: longer than the timeout of a check.
const SILENCE: Duration = Duration::from_secs(6);

/// The most bytes of a line of Redis.
const LINE: u64 = 256;

/// The sockets of all targets.
pub(super) struct Targets {
    services: Vec<Socket>,
    receiver: TcpListener,
}

/// The ports of the targets.
pub(super) struct Ports {
    /// In the order of [`SERVICES`]; 0 for a service without a port.
    pub services: Vec<u16>,
    /// Where notifications go.
    pub receiver: u16,
}

enum Socket {
    None,
    /// The port belongs to the demo, but nothing listens.
    Closed(TcpSocket),
    Tcp(TcpListener),
    Udp(UdpSocket),
}

/// What a target needs to answer.
#[derive(Clone)]
struct Target {
    check: Check,
    plot: Arc<Plot>,
    started: DateTime<FixedOffset>,
}

impl Targets {
    /// Takes the ports. Nothing is answered yet, but no connection is refused.
    pub(super) async fn bind() -> io::Result<Self> {
        let mut services = Vec::with_capacity(SERVICES.len());
        for Service { check, story, .. } in &SERVICES {
            services.push(match check {
                Check::Job { .. } => Socket::None,
                Check::Dns => Socket::Udp(UdpSocket::bind((HOST, 0)).await?),
                _ if story.plot(0).fault(0) == Some(Fault::Refused) => Socket::closed()?,
                _ => Socket::Tcp(TcpListener::bind((HOST, 0)).await?),
            });
        }
        Ok(Self { services, receiver: TcpListener::bind((HOST, 0)).await? })
    }

    pub(super) fn ports(&self) -> io::Result<Ports> {
        let services = self.services.iter().map(Socket::port).collect::<io::Result<_>>()?;
        Ok(Ports { services, receiver: self.receiver.local_addr()?.port() })
    }

    /// Answers until `stop`: each according to its plot, since `started`.
    pub(super) async fn serve(self, plots: &[Arc<Plot>], started: DateTime<FixedOffset>, stop: CancellationToken) {
        let mut serving = JoinSet::new();
        // They stay bound as long as the demo runs.
        let mut closed = Vec::new();
        for ((socket, service), plot) in self.services.into_iter().zip(&SERVICES).zip(plots) {
            let target = Target { check: service.check, plot: Arc::clone(plot), started };
            match socket {
                Socket::None => {}
                Socket::Closed(socket) => closed.push(socket),
                Socket::Tcp(listener) => drop(serving.spawn(accept(listener, move |stream| target.clone().talk(stream)))),
                Socket::Udp(socket) => drop(serving.spawn(async move { target.answer_names(&socket).await })),
            }
        }
        serving.spawn(accept(self.receiver, |stream| serve_http(stream, || async { accepted() })));
        stop.cancelled().await;
    }
}

impl Socket {
    fn closed() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(([127, 0, 0, 1], 0).into())?;
        Ok(Self::Closed(socket))
    }

    fn port(&self) -> io::Result<u16> {
        Ok(match self {
            Self::None => 0,
            Self::Closed(socket) => socket.local_addr()?.port(),
            Self::Tcp(listener) => listener.local_addr()?.port(),
            Self::Udp(socket) => socket.local_addr()?.port(),
        })
    }
}

/// Accepts connections, each for a limited time.
async fn accept<W: Future<Output = ()> + Send + 'static>(listener: TcpListener, work: impl Fn(TcpStream) -> W) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => drop(connections.spawn(timeout(CONNECTION, work(stream)))),
                // Descriptors are exhausted.
                Err(_) => sleep(Duration::from_millis(100)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

impl Target {
    /// The present fault, after the time that it takes; `None` after that of an answer without one.
    async fn answer(&self) -> Option<Fault> {
        let now = Utc::now();
        let fault = self.plot.fault((now.fixed_offset() - self.started).num_milliseconds());
        let usual = self.plot.elapsed(now.timestamp_millis().rem_euclid(DAY), &mut Rng::new());
        sleep(fault.map_or(usual, |fault| fault.elapsed(usual).unwrap_or(SILENCE))).await;
        fault
    }

    async fn talk(self, stream: TcpStream) {
        match self.check {
            Check::Http => {
                let answer = move || {
                    let target = self.clone();
                    async move { document(target.answer().await) }
                };
                serve_http(stream, answer).await;
            }
            Check::Tcp { greeting } => {
                let greeting = self.answer().await.map_or(greeting, |_| BUSY);
                greet(stream, greeting).await.ok();
            }
            Check::Redis => self.answer_commands(stream).await.unwrap_or_default(),
            Check::Dns | Check::Job { .. } => {}
        }
    }

    /// Answers commands of Redis: an array of strings, each on a line after one with its length.
    async fn answer_commands(&self, mut stream: TcpStream) -> io::Result<()> {
        let (reader, mut writer) = stream.split();
        let mut reader = BufReader::new(reader);
        loop {
            let mut line = String::new();
            if (&mut reader).take(LINE).read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let answer = match line.trim_end() {
                "PING" => "+PONG\r\n".to_owned(),
                "INFO" => {
                    let info = information(Utc::now().timestamp());
                    format!("${}\r\n{info}\r\n", info.len())
                }
                _ => continue,
            };
            if self.answer().await.is_some() {
                return Ok(());
            }
            writer.write_all(answer.as_bytes()).await?;
        }
    }

    async fn answer_names(&self, socket: &UdpSocket) {
        let mut question = [0; 512];
        loop {
            let Ok((length, peer)) = socket.recv_from(&mut question).await else {
                sleep(Duration::from_millis(100)).await;
                continue;
            };
            let Some(answer) = question.get(..length).and_then(name_answer) else { continue };
            if self.answer().await.is_none() {
                socket.send_to(&answer, peer).await.ok();
            }
        }
    }
}

/// What the Redis of the demo says of itself at this time, in seconds since 1970: clients and memory come and go.
fn information(at: i64) -> String {
    // A number that goes up to `height` and back within a period, in seconds.
    let wave = |period: i64, height: i64| {
        let half = period / 2;
        height * (half - (at.rem_euclid(period) - half).abs()) / half
    };
    let clients = 38 + wave(1_800, 24) + wave(100, 6);
    let memory = 310_000_000 + wave(5_400, 90_000_000) + wave(420, 7_000_000);
    format!(
        "# Clients\r\nconnected_clients:{clients}\r\n# Memory\r\nused_memory:{memory}\r\n# Replication\r\nrole:master\r\n\
         connected_slaves:1\r\nslave0:ip=192.0.2.11,port=6379,state=online,offset={at},lag={}\r\n",
        wave(90, 2)
    )
}

/// Serves one connection of HTTP/1.1.
async fn serve_http<A: Future<Output = Response<String>>>(stream: TcpStream, answer: impl Fn() -> A) {
    let service = service_fn(|_: Request<Incoming>| {
        let answer = answer();
        async move { Ok::<_, Infallible>(answer.await) }
    });
    // A client that goes away is no failure.
    http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await.ok();
}

fn document(fault: Option<Fault>) -> Response<String> {
    let health = if fault == Some(Fault::Degraded) { "degraded" } else { "healthy" };
    let mut response = Response::new(format!("{{\"status\": \"{health}\"}}\n"));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if fault == Some(Fault::Unavailable) {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    response
}

/// The answer to a notification.
fn accepted() -> Response<String> {
    Response::new(String::new())
}

async fn greet(mut stream: TcpStream, greeting: &str) -> io::Result<()> {
    stream.write_all(greeting.as_bytes()).await?;
    stream.write_all(b"\r\n").await?;
    stream.shutdown().await
}

/// The answer of a name server that has this one address for every name; `None` if this is no question.
fn name_answer(question: &[u8]) -> Option<Vec<u8>> {
    const HEAD: usize = 12;
    const ADDRESS_RECORD: [u8; 2] = [0, 1];
    let id = question.get(..2)?;
    let is_one_question = question.get(4..6)? == [0, 1];
    let name = question.get(HEAD..)?;
    // A name is labels, each after its length, and ends with an empty one.
    let mut end = 0;
    while *name.get(end)? != 0 {
        end += 1 + usize::from(*name.get(end)?);
    }
    let asked = name.get(..end + 5)?;
    let has_address = asked.get(end + 1..end + 3)? == ADDRESS_RECORD;
    if !is_one_question {
        return None;
    }
    // Authoritative, without an error: one question, and one answer if there is one.
    let mut answer = [id, &[0x84, 0, 0, 1, 0, u8::from(has_address), 0, 0, 0, 0], asked].concat();
    if has_address {
        // The name of the question, an address record of a minute, four bytes.
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        answer.extend(ADDRESS);
    }
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_server_knows_one_address_and_nothing_else() {
        let question = |kind| [&[9, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, b'a', b'b', 0][..], &[0, kind, 0, 1]].concat();
        let answer = name_answer(&question(1)).unwrap();
        assert_eq!(answer[..2], [9, 7]);
        assert_eq!(answer[answer.len() - 4..], ADDRESS);
        assert_eq!(name_answer(&question(28)).unwrap()[6..8], [0, 0]);
        for length in 0..question(1).len() {
            assert_eq!(name_answer(&question(1)[..length]), None, "{length} bytes");
        }
    }
}
