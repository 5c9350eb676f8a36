//! The beginning of a conversation that is to be encrypted: all that is said in the open.

use crate::notify::DeliveryError;
use crate::notify::excerpt::Withheld;
use lettre::transport::smtp::commands::{Ehlo, Starttls};
use lettre::transport::smtp::extension::ClientId;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

/// Longest reply, in bytes. RFC 5321 has 512 for a line; a greeting has some ten.
const LONGEST_REPLY: u64 = 16 << 10;

/// Asks `server` to go on encrypted, and returns when it waits for that.
pub(super) async fn ask_for_tls<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    own_name: &ClientId,
    server: &str,
) -> Result<S, DeliveryError> {
    let mut stream = BufReader::new(stream);
    reply(&mut stream, server, "220").await?;
    let features = ask(&mut stream, &Ehlo::new(own_name.clone()).to_string(), server, "250").await?;
    let offered = features.lines().any(|line| line.get(4..).is_some_and(|word| word.trim().eq_ignore_ascii_case("STARTTLS")));
    if !offered {
        return Err(DeliveryError::later(format!(
            "{server} does not offer STARTTLS; if it is encrypted from the beginning, set `tls: implicit`, and if nobody can listen in, \
             `tls: none`"
        )));
    }
    ask(&mut stream, &Starttls.to_string(), server, "220").await?;
    // What is there already was said in the open, by anybody, and would be taken for what the server says encrypted.
    if stream.buffer().is_empty() {
        Ok(stream.into_inner())
    } else {
        Err(DeliveryError::later(format!("{server} goes on in the open after STARTTLS; somebody may be in between")))
    }
}

async fn ask<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    command: &str,
    server: &str,
    wanted: &str,
) -> Result<String, DeliveryError> {
    let sent = async {
        stream.write_all(command.as_bytes()).await?;
        stream.flush().await
    };
    sent.await.map_err(|error| DeliveryError::later(format!("{server} gives no answer: {error}")))?;
    reply(stream, server, wanted).await
}

/// All lines of a reply, each with its code.
async fn reply<S: AsyncRead + Unpin>(stream: &mut BufReader<S>, server: &str, wanted: &str) -> Result<String, DeliveryError> {
    let mut limited = stream.take(LONGEST_REPLY);
    let mut text = Vec::new();
    loop {
        let begin = text.len();
        match limited.read_until(b'\n', &mut text).await {
            Ok(0) => return Err(DeliveryError::later(format!("{server} breaks the connection off before it is encrypted"))),
            Ok(_) => {}
            Err(error) => return Err(DeliveryError::later(format!("{server} gives no answer: {error}"))),
        }
        // The last line has a space after its code, or nothing.
        if text.get(begin + 3) != Some(&b'-') {
            break;
        }
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    if text.starts_with(wanted) {
        return Ok(text);
    }
    let said = Withheld::default().excerpt(text.as_bytes());
    Err(DeliveryError::later(format!("{server} answers: {said}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;

    /// What comes of it when a server says this at once.
    async fn told(said: &str) -> Result<(), String> {
        let (here, mut there) = duplex(64 << 10);
        there.write_all(said.as_bytes()).await.unwrap();
        there.shutdown().await.unwrap();
        let asked = ask_for_tls(here, &ClientId::Domain("lan".to_owned()), "mail.lan:25").await;
        asked.map(drop).map_err(|error| error.message)
    }

    #[tokio::test]
    async fn nothing_is_sent_in_the_open() {
        assert_eq!(told("220-hello\r\n220 there\r\n250-mail\r\n250 starttls\r\n220 go\r\n").await, Ok(()));
        let plain = told("220 hello\r\n250-mail\r\n250-AUTH PLAIN STARTTLS\r\n250 SIZE\r\n").await.unwrap_err();
        assert!(plain.starts_with("mail.lan:25 does not offer STARTTLS; "), "{plain}");
        let injected = told("220 hello\r\n250 STARTTLS\r\n220 go\r\n250 AUTH PLAIN\r\n").await.unwrap_err();
        assert!(injected.starts_with("mail.lan:25 goes on in the open"), "{injected}");
    }

    #[tokio::test]
    async fn what_a_server_says_instead() {
        for (said, expected) in [
            ("554 5.7.1 no\r\n", "mail.lan:25 answers: 554 5.7.1 no"),
            ("220 hello\r\n502 what?\r\n", "mail.lan:25 answers: 502 what?"),
            ("220 hello\r\n250-mail\r\n", "mail.lan:25 breaks the connection off before it is encrypted"),
            ("HTTP/1.1 400 Bad Request\r\n", "mail.lan:25 answers: HTTP/1.1 400 Bad Request"),
            ("", "mail.lan:25 breaks the connection off before it is encrypted"),
        ] {
            assert_eq!(told(said).await.unwrap_err(), expected);
        }
        let endless = told(&"220-x\r\n".repeat(5000)).await.unwrap_err();
        assert!(endless.starts_with("mail.lan:25 breaks the connection off"), "{endless}");
    }
}
