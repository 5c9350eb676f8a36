use super::*;
use crate::deadline::Deadline;
use crate::dial::{self, DialError};
use crate::host::HostName;
use crate::stopwatch::Stopwatch;
use mongodb::bson::{doc, serialize_to_vec};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const PATIENCE: Duration = Duration::from_secs(30);

fn guard() -> Guard {
    Guard::open(Route { tls: None, connect_timeout: PATIENCE, longest_message: 1000 }).unwrap()
}

async fn server() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// A connection as the driver makes one.
async fn through(guard: &Guard, password: &str, server: SocketAddr) -> TcpStream {
    let host = HostName::new(&guard.address.ip().to_string());
    let deadline = Deadline::after(PATIENCE);
    let mut stream = dial::connect(&host, guard.address.port(), &[guard.address], deadline, &mut Stopwatch::start()).await.unwrap();
    let length = u8::try_from(password.len()).unwrap();
    let SocketAddr::V4(server) = server else { panic!("{server}") };
    let request = [&[5, 1, 0, 1][..], &server.ip().octets(), &server.port().to_be_bytes()].concat();
    stream.write_all(&[&[5, 1, 2, 1, 0, length], password.as_bytes(), &request].concat()).await.unwrap();
    stream
}

/// What is left to read after the greeting, until the end.
async fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    bytes.split_off(14)
}

fn message(levels: usize) -> Vec<u8> {
    let document = serialize_to_vec(&(1..levels).fold(doc! {}, |inner, _| doc! { "a": inner })).unwrap();
    let length = i32::try_from(21 + document.len()).unwrap();
    [&length.to_le_bytes()[..], &[0; 8], &2013_i32.to_le_bytes(), &[0; 5], &document].concat()
}

#[tokio::test]
async fn messages_are_passed_on_until_one_is_refused() {
    let (guard, (listener, address)) = (guard(), server().await);
    let mut driver = through(&guard, &guard.password, address).await;
    driver.write_all(b"anything").await.unwrap();
    let (mut accepted, _) = listener.accept().await.unwrap();
    let mut sent = [0; 8];
    accepted.read_exact(&mut sent).await.unwrap();
    assert_eq!(&sent, b"anything");
    let allowed = message(nesting::DEEPEST);
    accepted.write_all(&[&allowed[..], &message(nesting::DEEPEST + 1), &allowed].concat()).await.unwrap();
    assert_eq!(rest(driver).await, allowed);
    let failure = guard.failure(&address.to_string()).unwrap();
    assert!(matches!(*failure, Failure::Refused(Refusal::TooDeep)), "{failure}");
    assert_eq!(guard.refusal(), Some((address.to_string(), Refusal::TooDeep)));

    // The next connection ends as the server wants.
    let driver = through(&guard, &guard.password, address).await;
    drop(listener.accept().await.unwrap());
    assert!(rest(driver).await.is_empty());
    assert!(guard.only_failure().is_none());
}

#[tokio::test]
async fn the_reason_of_a_failure_is_known() {
    // Nothing listens there, and no other test takes it.
    let (guard, address) = (guard(), SocketAddr::from(([127, 0, 0, 1], 9)));
    assert!(rest(through(&guard, &guard.password, address).await).await.is_empty());
    let refused = DialError::Unreachable(format!("connection refused by {address}"));
    assert!(matches!(&*guard.only_failure().unwrap(), Failure::Dial(error) if *error == refused));
}

#[tokio::test]
async fn nothing_outlives_the_guard_and_none_but_its_driver_comes_in() {
    let (guard, (listener, address)) = (guard(), server().await);
    let mut stranger = through(&guard, "guessed", address).await;
    let mut answer = Vec::new();
    stranger.read_to_end(&mut answer).await.ok();
    assert_eq!(answer, [5, 2, 1, 1]);

    let mut driver = through(&guard, &guard.password, address).await;
    let (mut accepted, _) = listener.accept().await.unwrap();
    drop(guard);
    assert_eq!(accepted.read(&mut [0]).await.unwrap(), 0);
    driver.read_to_end(&mut answer).await.ok();
}
