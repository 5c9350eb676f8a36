//! The greeting by which the driver names the server that it wants to reach: SOCKS 5 (RFC 1928) with a password (RFC 1929).

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use subtle::ConstantTimeEq;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const VERSION: u8 = 5;
const PASSWORD: u8 = 2;
const VERSION_OF_PASSWORD: u8 = 1;
const NO_METHOD: u8 = 0xFF;
const CONNECT: u8 = 1;

/// The server that the driver wants to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// A name, or an address without brackets.
    pub(super) host: String,
    pub(super) port: u16,
}

/// Reads the greeting and answers that the server is connected. The driver then sends its first message, which waits until it is, so
/// that a failure is an end of the connection as any other.
pub(super) async fn greet(driver: &mut (impl AsyncRead + AsyncWrite + Unpin), password: &str) -> io::Result<Target> {
    expect(driver.read_u8().await?, VERSION)?;
    let methods = block(driver).await?;
    if !methods.contains(&PASSWORD) {
        driver.write_all(&[VERSION, NO_METHOD]).await?;
        return Err(rejected());
    }
    driver.write_all(&[VERSION, PASSWORD]).await?;

    expect(driver.read_u8().await?, VERSION_OF_PASSWORD)?;
    let _name = block(driver).await?;
    let is_right = bool::from(block(driver).await?.ct_eq(password.as_bytes()));
    driver.write_all(&[VERSION_OF_PASSWORD, u8::from(!is_right)]).await?;
    if !is_right {
        return Err(rejected());
    }

    let mut request = [0; 3];
    driver.read_exact(&mut request).await?;
    expect(request[0], VERSION)?;
    expect(request[1], CONNECT)?;
    let host = match driver.read_u8().await? {
        1 => Ipv4Addr::from_bits(driver.read_u32().await?).to_string(),
        3 => String::from_utf8(block(driver).await?).map_err(|_| rejected())?,
        4 => Ipv6Addr::from_bits(driver.read_u128().await?).to_string(),
        _ => return Err(rejected()),
    };
    let port = driver.read_u16().await?;
    // Done, from the address 0.0.0.0:0.
    driver.write_all(&[VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    Ok(Target { host, port })
}

/// Bytes after their number.
async fn block(driver: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; driver.read_u8().await?.into()];
    driver.read_exact(&mut bytes).await?;
    Ok(bytes)
}

fn expect(read: u8, expected: u8) -> io::Result<()> {
    if read == expected { Ok(()) } else { Err(rejected()) }
}

fn rejected() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not the greeting of the driver")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;

    async fn greeted(said: &[u8]) -> (io::Result<Target>, Vec<u8>) {
        let (mut here, mut there) = duplex(1 << 10);
        here.write_all(said).await.unwrap();
        here.shutdown().await.unwrap();
        let target = greet(&mut there, "word").await;
        drop(there);
        let mut answer = Vec::new();
        here.read_to_end(&mut answer).await.unwrap();
        (target, answer)
    }

    fn greeting(password: &str, request: &[u8]) -> Vec<u8> {
        let length = u8::try_from(password.len()).unwrap();
        [&[5, 2, 0, 2, 1, 1, b'n', length], password.as_bytes(), request].concat()
    }

    #[tokio::test]
    async fn the_driver_names_a_server() {
        let v6 = [&[5, 1, 0, 4][..], &[0; 15], &[1, 0x69, 0x89]].concat();
        let cases: [(&[u8], &str); 3] = [
            (&[5, 1, 0, 1, 127, 0, 0, 1, 0x69, 0x89], "127.0.0.1"),
            (b"\x05\x01\x00\x03\x07db.test\x69\x89", "db.test"),
            (&v6, "::1"),
        ];
        for (request, host) in cases {
            let (target, answer) = greeted(&greeting("word", request)).await;
            assert_eq!(target.unwrap(), Target { host: host.to_owned(), port: 27017 });
            assert_eq!(answer, [5, 2, 1, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        }
    }

    #[tokio::test]
    async fn others_are_turned_away() {
        let request = [5, 1, 0, 1, 127, 0, 0, 1, 0x69, 0x89];
        let (target, answer) = greeted(&greeting("worm", &request)).await;
        assert!(target.is_err());
        assert_eq!(answer, [5, 2, 1, 1]);
        assert!(greeted(&greeting("", &request)).await.0.is_err());
        let (target, answer) = greeted(&[5, 1, 0]).await;
        assert!(target.is_err());
        assert_eq!(answer, [5, 0xFF]);
        for request in [&[4, 1, 0, 1][..], &[5, 2, 0, 1], &[5, 1, 0, 2], &[5, 1, 0, 3, 1, 0xFF, 0, 1], &request[..8]] {
            assert!(greeted(&greeting("word", request)).await.0.is_err());
        }
        assert!(greeted(b"GET / HTTP/1.1\r\n\r\n").await.0.is_err());
    }
}
