//! Sends a text on a connection and reads the answer.

use super::deadline::{Deadline, TimeIsOver};
use super::excerpt::excerpt;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Maximum number of bytes that are read of an answer.
const LONGEST_ANSWER: usize = 8 << 10;

/// The beginning of an answer.
#[derive(Debug)]
pub struct Answer {
    bytes: Vec<u8>,
    end: End,
}

/// Why reading ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Enough,
    TooLong,
    Closed,
    Broken,
    Late(TimeIsOver),
}

/// Sends `words`, and reads until `is_enough` accepts what has arrived, at most 8 KiB.
pub async fn ask(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    words: &str,
    is_enough: impl Fn(&[u8]) -> bool,
    deadline: Deadline,
) -> Answer {
    let mut bytes = Vec::new();
    let talk = async {
        // A server that does not read may have sent the reason before.
        stream.write_all(words.as_bytes()).await.ok();
        read(stream, is_enough, &mut bytes).await
    };
    let end = deadline.wait_for(talk).await.unwrap_or_else(End::Late);
    Answer { bytes, end }
}

async fn read(stream: &mut (impl AsyncRead + Unpin), is_enough: impl Fn(&[u8]) -> bool, bytes: &mut Vec<u8>) -> End {
    while !is_enough(bytes) {
        let room = LONGEST_ANSWER - bytes.len();
        if room == 0 {
            return End::TooLong;
        }
        match (&mut *stream).take(room as u64).read_buf(bytes).await {
            Ok(0) => return End::Closed,
            Ok(_) => {}
            Err(_) => return End::Broken,
        }
    }
    End::Enough
}

impl Answer {
    pub fn was_enough(&self) -> bool {
        self.end == End::Enough
    }

    /// How the answer began and ended. The words that were sent are removed, since they may be a login that the server echoes.
    pub fn describe(&self, words: &str) -> String {
        let text = if self.bytes.is_empty() { "nothing".to_owned() } else { excerpt(&self.bytes, words) };
        match self.end {
            End::Enough => text,
            End::TooLong => format!("{text} and 8 KiB in all"),
            End::Closed => format!("{text} before the connection was closed"),
            End::Broken => format!("{text} before the connection broke off"),
            End::Late(late) => format!("{text} {late}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::duplex;

    /// Sends `said` to a server that answers `answer` and then closes the connection or keeps it open.
    async fn hear(said: &str, answer: &[u8], hangs_up: bool) -> (bool, String) {
        let (mut here, mut there) = duplex(64 << 10);
        there.write_all(answer).await.unwrap();
        let _still_there = (!hangs_up).then_some(there);
        let deadline = Deadline::after(Duration::from_secs(2));
        let answer = ask(&mut here, said, |bytes| bytes.starts_with(b"250"), deadline).await;
        (answer.was_enough(), answer.describe(said))
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_ends_in_many_ways() {
        let cases: [(&[u8], bool, bool, &str); 6] = [
            (b"250 ok\r\n", false, true, r#""250 ok""#),
            (b"550 no\r\n", false, false, r#""550 no" within 2 s"#),
            (b"550 no\r\n", true, false, r#""550 no" before the connection was closed"#),
            (b"", true, false, "nothing before the connection was closed"),
            (b"", false, false, "nothing within 2 s"),
            (b"\x00\xffHELO monitor", false, false, "\"\\0\u{fffd}[sent] [sent]\" within 2 s"),
        ];
        for (answer, hangs_up, is_enough, described) in cases {
            assert_eq!(hear("HELO monitor\r\n", answer, hangs_up).await, (is_enough, described.to_owned()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn long_answers_are_cut() {
        let (is_enough, described) = hear("", &[b'x'; 9 << 10], false).await;
        assert!(!is_enough);
        assert_eq!(described, format!("\"{}…\" and 8 KiB in all", "x".repeat(160)));
    }
}
