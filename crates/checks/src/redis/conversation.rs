//! The part of Redis's protocol that a check needs: one command at a time, and answers that are strings.
//!
//! A driver would hide what messages report: the step that failed, the error text of Redis, and the error of the connection.

use std::io;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufStream, Take};

/// Maximum size of all answers together, in bytes. INFO takes about 5 kB.
const MOST_BYTES: u64 = 1 << 20;

/// A connection to Redis. Dropping it closes it.
pub(super) struct Conversation {
    stream: Take<BufStream<Box<dyn Stream>>>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Redis answers with an error: its code, for example `NOAUTH`, and its text.
    Answer {
        code: String,
        detail: String,
    },
    /// The answer is not valid in Redis's protocol.
    NotRedis,
    Io(io::Error),
}

trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

impl Conversation {
    /// Sends nothing yet.
    pub(super) fn over(stream: impl AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static) -> Self {
        let stream: Box<dyn Stream> = Box::new(stream);
        Self { stream: BufStream::new(stream).take(MOST_BYTES) }
    }

    /// Sends a command and returns the text of the answer.
    pub(super) async fn ask(&mut self, command: &str, arguments: &[&str]) -> Result<String, Refusal> {
        let question = question(command, arguments);
        self.stream.get_mut().write_all(question.as_bytes()).await?;
        self.stream.get_mut().flush().await?;
        let line = self.line().await?;
        let (kind, rest) = line.split_at_checked(1).ok_or(Refusal::NotRedis)?;
        match kind {
            "+" => Ok(rest.to_owned()),
            "-" => Err(refusal(rest)),
            "$" => self.text(rest.parse().map_err(|_| Refusal::NotRedis)?).await,
            _ => Err(Refusal::NotRedis),
        }
    }

    /// One line without its end.
    async fn line(&mut self) -> Result<String, Refusal> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await?;
        match line.strip_suffix(b"\r\n") {
            Some(line) => Ok(String::from_utf8_lossy(line).into_owned()),
            None if line.is_empty() => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            None => Err(Refusal::NotRedis),
        }
    }

    /// A string of `length` bytes, followed by the end of a line.
    async fn text(&mut self, length: u64) -> Result<String, Refusal> {
        if length > MOST_BYTES {
            return Err(Refusal::NotRedis);
        }
        let mut text = Vec::new();
        (&mut self.stream).take(length).read_to_end(&mut text).await?;
        if u64::try_from(text.len()) != Ok(length) {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        self.line().await?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

/// Encodes a command. Words have lengths, so they may contain any bytes.
fn question(command: &str, arguments: &[&str]) -> String {
    let words = std::iter::once(&command).chain(arguments);
    let counted: String = words.map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
    format!("*{}\r\n{counted}", arguments.len() + 1)
}

/// For example `NOAUTH Authentication required.`.
fn refusal(line: &str) -> Refusal {
    let (code, detail) = line.split_once(' ').unwrap_or((line, ""));
    Refusal::Answer { code: code.to_owned(), detail: detail.to_owned() }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is made of an answer of these bytes, after which the connection ends.
    async fn answer(bytes: &'static str) -> Result<String, Refusal> {
        let (ours, mut theirs) = tokio::io::duplex(256);
        let speak = async {
            let mut question = [0; 14];
            theirs.read_exact(&mut question).await.unwrap();
            assert_eq!(&question, b"*1\r\n$4\r\nPING\r\n");
            theirs.write_all(bytes.as_bytes()).await.unwrap();
            drop(theirs);
        };
        let mut conversation = Conversation::over(ours);
        tokio::join!(conversation.ask("PING", &[]), speak).0
    }

    #[tokio::test]
    async fn answers_are_read_as_redis_writes_them() {
        assert_eq!(answer("+PONG\r\n").await.unwrap(), "PONG");
        assert_eq!(answer("$8\r\na:1\r\nb:2\r\n").await.unwrap(), "a:1\r\nb:2");
        assert_eq!(answer("$0\r\n\r\n").await.unwrap(), "");
        let refused = answer("-NOAUTH Authentication required.\r\n").await;
        assert!(
            matches!(refused, Err(Refusal::Answer { code, detail }) if code == "NOAUTH" && detail == "Authentication required.")
        );
    }

    #[tokio::test]
    async fn other_answers_are_told_from_connections_that_end() {
        for strange in ["HTTP/1.1 400 Bad Request\r\n", "\r\n", "+PONG", "$x\r\n", "$-1\r\n", "$9999999999\r\n"] {
            assert!(matches!(answer(strange).await, Err(Refusal::NotRedis)), "{strange:?}");
        }
        for cut in ["", "$8\r\na:1\r\n"] {
            assert!(matches!(answer(cut).await, Err(Refusal::Io(_))), "{cut:?}");
        }
    }
}
