//! Opens a tunnel through a proxy (CONNECT).

use super::error::HttpError;
use super::proxy::Proxy;
use crate::excerpt::shortened;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Maximum size of the head of a proxy's answer, in bytes.
const LONGEST_HEAD: usize = 16 << 10;

const LOGIN_WANTED: u16 = 407;

/// Returns when the proxy is connected to `host:port`. `server` names it in messages.
pub(super) async fn open(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    host: &str,
    port: u16,
    proxy: &Proxy,
    server: &str,
) -> Result<(), HttpError> {
    let login = proxy.login().and_then(|login| login.to_str().ok());
    let login = login.map(|login| format!("Proxy-Authorization: {login}\r\n")).unwrap_or_default();
    let request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{login}\r\n");
    let failed = |reason: &str| HttpError::Proxy(format!("the proxy {proxy} does not connect to {server}: {reason}"));
    let head = async {
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await?;
        read_head(stream).await
    };
    let head = head.await.map_err(|error| failed(&shortened(&error.to_string())))?;
    let status = head.lines().next().unwrap_or_default();
    let (version, reason) = status.split_once(' ').unwrap_or_default();
    let code = reason.trim_start().get(..3).and_then(|code| code.parse::<u16>().ok()).filter(|_| version.starts_with("HTTP/1."));
    match code {
        Some(200..=299) => Ok(()),
        Some(LOGIN_WANTED) => Err(failed("it wants a user and a password (407); give them in `proxy`, or others")),
        Some(_) => Err(failed(&format!("HTTP {}", shortened(reason.trim())))),
        None => Err(failed("its answer is not HTTP")),
    }
}

/// Reads up to the empty line. Nothing follows it yet, since a TLS server waits for the client.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < LONGEST_HEAD {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) if head.is_empty() => return Err(std::io::Error::other("it broke the connection off")),
            Err(_) => break,
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advice::Keys;
    use tokio::io::duplex;

    /// What comes of this answer, after which the proxy hangs up, and what the proxy was asked.
    async fn opened(proxy: &str, answer: &str) -> (Result<(), String>, String) {
        let (mut here, mut there) = duplex(1 << 10);
        there.write_all(answer.as_bytes()).await.unwrap();
        let proxy = Proxy::parse(proxy).unwrap();
        let opened = async {
            let opened = open(&mut here, "shop.test", 443, &proxy, "shop.test:443").await;
            drop(here);
            opened.map_err(|error| error.describe("", Keys::ALL))
        };
        let asked = async {
            let mut asked = String::new();
            there.shutdown().await.unwrap();
            there.read_to_string(&mut asked).await.unwrap();
            asked
        };
        tokio::join!(opened, asked)
    }

    #[tokio::test]
    async fn a_proxy_is_asked_with_its_login_and_judged_by_its_answer() {
        let (opened_well, asked) = opened("http://bob:s3cret@proxy.test:3128", "HTTP/1.1 200 Connection established\r\n\r\n").await;
        assert_eq!(opened_well, Ok(()));
        assert_eq!(
            asked,
            "CONNECT shop.test:443 HTTP/1.1\r\nHost: shop.test:443\r\nProxy-Authorization: Basic Ym9iOnMzY3JldA==\r\n\r\n"
        );
        let refused = "the proxy proxy.test:3128 does not connect to shop.test:443: ";
        for (answer, reason) in [
            ("HTTP/1.0 403 Forbidden\r\nX: y\r\n\r\n", "HTTP 403 Forbidden"),
            ("HTTP/1.1 407 Who\r\n\r\n", "it wants a user and a password (407); give them in `proxy`, or others"),
            ("220 mail.test ESMTP\r\n", "its answer is not HTTP"),
            ("", "it broke the connection off"),
        ] {
            let (failed, asked) = opened("proxy.test:3128", answer).await;
            assert_eq!(failed, Err(format!("{refused}{reason}")), "{answer}");
            assert!(!asked.contains("Authorization"));
        }
    }
}
