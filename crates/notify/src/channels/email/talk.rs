//! The beginning of a conversation with a mail server: its greeting, EHLO or HELO, and STARTTLS.
//!
//! Lettre knows neither HELO nor a decision about TLS after the server said what it can do, so this part is done here. What follows,
//! from the login to the mail, is done by lettre on an [`Introduced`](super::introduced::Introduced) connection.

use crate::DeliveryError;
use crate::excerpt::Withheld;
use lettre::transport::smtp::commands::{Ehlo, Starttls};
use lettre::transport::smtp::extension::ClientId;
use net::excerpt::shortened;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

/// Longest reply, in bytes. RFC 5321 has 512 for a line; a greeting has some ten.
const LONGEST_REPLY: u64 = 16 << 10;

/// A conversation in which no mail is handed over yet.
pub(super) struct Talk<'a, S> {
    stream: BufReader<S>,
    /// For messages.
    server: &'a str,
}

/// What a server says that it can do, one feature a line: none when it knows HELO only.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Features(Vec<String>);

impl Features {
    pub(super) fn has_starttls(&self) -> bool {
        self.0.iter().any(|feature| feature == "STARTTLS")
    }

    /// The mechanisms of a login. Old servers write `AUTH=` instead of `AUTH `.
    pub(super) fn mechanisms(&self) -> impl Iterator<Item = &str> {
        let lists = self.0.iter().filter_map(|feature| feature.strip_prefix("AUTH"));
        lists.flat_map(|list| list.split([' ', '='])).filter(|mechanism| !mechanism.is_empty())
    }
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Talk<'a, S> {
    pub(super) fn new(stream: S, server: &'a str) -> Self {
        Self { stream: BufReader::new(stream), server }
    }

    /// Waits until the server has greeted.
    pub(super) async fn greeting(&mut self) -> Result<(), DeliveryError> {
        let greeting = self.reply().await?;
        if greeting.has_code("220") { Ok(()) } else { Err(self.answered(&greeting)) }
    }

    /// Introduces this host: by EHLO, or by HELO where the server does not know that.
    pub(super) async fn hello(&mut self, own_name: &ClientId) -> Result<Features, DeliveryError> {
        let mut reply = self.ask(&Ehlo::new(own_name.clone()).to_string()).await?;
        let is_extended = !reply.has_code("500") && !reply.has_code("502");
        if !is_extended {
            reply = self.ask(&format!("HELO {own_name}\r\n")).await?;
        }
        match reply.code() {
            "250" if is_extended => Ok(reply.features()),
            "250" => Ok(Features::default()),
            // Of all that may be wrong with so short a command, it is the name.
            "501" | "504" | "550" | "553" | "554" => Err(DeliveryError::later(format!(
                "{} does not accept {own_name} as the name of this host: {}; set `hello` to a name that it accepts",
                self.server,
                reply.excerpt()
            ))),
            _ => Err(self.answered(&reply)),
        }
    }

    /// Asks the server to go on with TLS, and returns when it waits for the handshake.
    pub(super) async fn start_tls(mut self) -> Result<S, DeliveryError> {
        let reply = self.ask(&Starttls.to_string()).await?;
        if !reply.has_code("220") {
            return Err(DeliveryError::later(format!(
                "{} offers STARTTLS and refuses it: {}; mend the server, or set `tls: none` to send without encryption",
                self.server,
                reply.excerpt()
            )));
        }
        // What is there already was sent unencrypted, by anyone, and would be taken for what the server sends encrypted.
        if self.stream.buffer().is_empty() {
            Ok(self.stream.into_inner())
        } else {
            let server = self.server;
            Err(DeliveryError::later(format!("{server} goes on unencrypted after STARTTLS; there may be an attacker in between")))
        }
    }

    /// The connection, with what was received and not read yet.
    pub(super) fn into_stream(self) -> BufReader<S> {
        self.stream
    }

    async fn ask(&mut self, command: &str) -> Result<Reply, DeliveryError> {
        let sent = async {
            self.stream.write_all(command.as_bytes()).await?;
            self.stream.flush().await
        };
        sent.await
            .map_err(|error| DeliveryError::later(format!("{} gives no answer: {}", self.server, shortened(&error.to_string()))))?;
        self.reply().await
    }

    async fn reply(&mut self) -> Result<Reply, DeliveryError> {
        let mut limited = (&mut self.stream).take(LONGEST_REPLY);
        let mut text = Vec::new();
        loop {
            let begin = text.len();
            match limited.read_until(b'\n', &mut text).await {
                Ok(0) => return Err(DeliveryError::later(format!("{} closes the connection without an answer", self.server))),
                Ok(_) => {}
                Err(error) => {
                    return Err(DeliveryError::later(format!(
                        "{} gives no answer: {}",
                        self.server,
                        shortened(&error.to_string())
                    )));
                }
            }
            // The last line has a space after its code, or nothing.
            if text.get(begin + 3) != Some(&b'-') {
                return Ok(Reply(String::from_utf8_lossy(&text).into_owned()));
            }
        }
    }

    fn answered(&self, reply: &Reply) -> DeliveryError {
        DeliveryError::later(format!("{} answers: {}", self.server, reply.excerpt()))
    }
}

/// All lines of a reply, each with its code.
struct Reply(String);

impl Reply {
    fn code(&self) -> &str {
        self.0.get(..3).unwrap_or_default()
    }

    fn has_code(&self, code: &str) -> bool {
        self.code() == code
    }

    /// The first line has the name of the server.
    fn features(&self) -> Features {
        let features = self.0.lines().skip(1).filter_map(|line| line.get(4..));
        Features(features.map(|feature| feature.trim().to_ascii_uppercase()).collect())
    }

    /// There is no secret in it: no login was sent yet.
    fn excerpt(&self) -> String {
        Withheld::default().excerpt(self.0.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{DuplexStream, duplex};

    const SERVER: &str = "mail.lan:25";

    /// A server that says this at once, and what is sent to it.
    async fn saying(said: &str) -> (Talk<'static, DuplexStream>, DuplexStream) {
        let (here, mut there) = duplex(128 << 10);
        there.write_all(said.as_bytes()).await.unwrap();
        (Talk::new(here, SERVER), there)
    }

    /// What the server says that it can do, and what was sent to it.
    async fn introduced(said: &str) -> (Result<Features, String>, String) {
        let (mut talk, mut there) = saying(said).await;
        there.shutdown().await.unwrap();
        let result = async {
            talk.greeting().await?;
            talk.hello(&ClientId::Domain("host.lan".to_owned())).await
        };
        let result = result.await.map_err(|error| error.message);
        drop(talk);
        let mut sent = String::new();
        there.read_to_string(&mut sent).await.unwrap();
        (result, sent)
    }

    #[tokio::test]
    async fn a_server_says_what_it_can_do() {
        let (features, sent) = introduced("220-hello\r\n220 there\r\n250-mail\r\n250-AUTH=Login plain\r\n250 starttls\r\n").await;
        let features = features.unwrap();
        assert!(features.has_starttls());
        assert_eq!(features.mechanisms().collect::<Vec<_>>(), ["LOGIN", "PLAIN"]);
        assert_eq!(sent, "EHLO host.lan\r\n");
        let (features, _) = introduced("220 hello\r\n250-STARTTLS\r\n250-AUTH PLAIN STARTTLS\r\n250 SIZE\r\n").await;
        assert!(!features.unwrap().has_starttls(), "that is its name, and a mechanism");
    }

    #[tokio::test]
    async fn a_server_that_does_not_know_ehlo_is_greeted_by_helo() {
        for refusal in ["502 5.5.2 what?", "500-no\r\n500 such word"] {
            let (features, sent) = introduced(&format!("220 hello\r\n{refusal}\r\n250 mail\r\n")).await;
            assert_eq!((features, sent.as_str()), (Ok(Features::default()), "EHLO host.lan\r\nHELO host.lan\r\n"));
        }
    }

    #[tokio::test]
    async fn what_a_server_says_instead() {
        for (said, expected) in [
            ("554 5.7.1 no\r\n", "mail.lan:25 answers: 554 5.7.1 no"),
            ("220 hello\r\n421 busy\r\n", "mail.lan:25 answers: 421 busy"),
            ("220 hello\r\n502 what?\r\n502 what?\r\n", "mail.lan:25 answers: 502 what?"),
            (
                "220 hello\r\n550 who?\r\n",
                "mail.lan:25 does not accept host.lan as the name of this host: 550 who?; set `hello` to a name that it accepts",
            ),
            ("220 hello\r\n250-mail\r\n", "mail.lan:25 closes the connection without an answer"),
            ("HTTP/1.1 400 Bad Request\r\n", "mail.lan:25 answers: HTTP/1.1 400 Bad Request"),
            ("", "mail.lan:25 closes the connection without an answer"),
        ] {
            assert_eq!(introduced(said).await.0.unwrap_err(), expected);
        }
        let endless = introduced(&"220-x\r\n".repeat(5000)).await.0.unwrap_err();
        assert_eq!(endless, "mail.lan:25 closes the connection without an answer");
    }

    #[tokio::test]
    async fn nothing_that_was_sent_unencrypted_is_taken_for_encrypted() {
        let started = async |said: &str| {
            let (talk, _there) = saying(said).await;
            talk.start_tls().await.map(drop).map_err(|error| error.message)
        };
        assert_eq!(started("220 go\r\n").await, Ok(()));
        let injected = started("220 go\r\n250 AUTH PLAIN\r\n").await.unwrap_err();
        assert!(injected.starts_with("mail.lan:25 goes on unencrypted"), "{injected}");
        let refused = started("454 4.7.0 TLS not available\r\n").await.unwrap_err();
        assert!(refused.starts_with("mail.lan:25 offers STARTTLS and refuses it: 454 4.7.0 TLS not available; "), "{refused}");
    }
}
