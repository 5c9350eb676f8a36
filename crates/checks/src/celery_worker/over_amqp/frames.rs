//! Bounds the nesting of tables and lists in what a broker sends. The library parses them by recursion without a bound, also before the
//! login, so that a hostile broker could exhaust the stack and with it end the process.

use crate::celery_worker::broker::Line;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Maximum nesting. Brokers nest two levels.
const DEEPEST: usize = 32;

/// Bytes of a frame before its payload: type, channel and size of the payload.
const HEAD: usize = 7;

/// The types of frames with tables.
const METHOD: u8 = 1;
const HEADER: u8 = 2;

/// The first byte of `AMQP`, the answer of a broker with another version of the protocol.
const OTHER_VERSION: u8 = b'A';
const LENGTH_OF_OTHER_VERSION: usize = 8;

/// The types of values that contain others. A size of four bytes follows.
const LIST: u8 = b'A';
const TABLE: u8 = b'F';
const SIZE: usize = 4;

/// A line that fails before a frame with too deeply nested values is complete.
pub(super) struct Frames {
    line: Line,
    nesting: Nesting,
}

impl Frames {
    pub(super) fn of(line: Line) -> Self {
        Self { line, nesting: Nesting::default() }
    }
}

impl AsyncRead for Frames {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.line).poll_read(context, buffer);
        let new = buffer.filled().get(before..).unwrap_or_default();
        if new.iter().all(|byte| self.nesting.allows(*byte)) {
            return read;
        }
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("it sent values nested more than {DEEPEST} levels deep"),
        )))
    }
}

impl AsyncWrite for Frames {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.line).poll_write(context, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_shutdown(context)
    }
}

/// An upper bound of the nesting at the current byte of a stream of frames. Every place that could be the beginning of a table or list
/// counts, also within a text.
#[derive(Default)]
struct Nesting {
    /// The latest bytes, the oldest first.
    latest: [u8; HEAD],
    /// How many bytes of the current frame were read.
    read: usize,
    /// The type of the current frame and its length with its last byte. Absent within its head.
    frame: Option<(u8, usize)>,
    /// Where the tables and lists end that the current byte is in.
    ends: Vec<usize>,
}

impl Nesting {
    /// Reads a byte, and returns whether the nesting is allowed there.
    fn allows(&mut self, byte: u8) -> bool {
        self.latest.rotate_left(1);
        self.latest[HEAD - 1] = byte;
        self.read += 1;
        match self.frame {
            None if self.read == HEAD => {
                let length = match self.latest[0] {
                    OTHER_VERSION => LENGTH_OF_OTHER_VERSION,
                    _ => self.size().saturating_add(HEAD + 1),
                };
                self.frame = Some((self.latest[0], length));
            }
            None => {}
            Some((_, length)) if self.read >= length => *self = Self::default(),
            Some((METHOD | HEADER, length)) => self.enter(length),
            Some(_) => {}
        }
        self.ends.len() <= DEEPEST
    }

    /// Leaves the tables and lists that have ended, and enters the one that may begin after this byte.
    fn enter(&mut self, length: usize) {
        let read = self.read;
        self.ends.retain(|end| *end > read);
        let end = read.saturating_add(self.size());
        let is_in_payload = read > HEAD + SIZE;
        if is_in_payload && matches!(self.latest[HEAD - SIZE - 1], LIST | TABLE) && end > read && end < length {
            self.ends.push(end);
        }
    }

    /// The latest four bytes as a number.
    fn size(&self) -> usize {
        self.latest.iter().skip(HEAD - SIZE).fold(0, |size, byte| size << 8 | usize::from(*byte))
    }
}

/// Whether a value may be in a frame, for `crate::fuzzing`.
#[cfg(test)]
pub(crate) fn allows(value: &[u8]) -> bool {
    let size = u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut nesting = Nesting::default();
    [METHOD, 0, 0].iter().chain(&size).chain(value).all(|byte| nesting.allows(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let size = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&[kind, 0, 0][..], &size, payload, &[0xce]].concat()
    }

    /// A list in a list and so on.
    fn nested(kind: u8, depth: usize) -> Vec<u8> {
        (0..depth).fold(Vec::new(), |inner, _| [&[kind][..], &u32::try_from(inner.len()).unwrap().to_be_bytes(), &inner].concat())
    }

    /// The number of bytes that are allowed.
    fn allowed(bytes: &[u8]) -> usize {
        let mut nesting = Nesting::default();
        bytes.iter().take_while(|byte| nesting.allows(**byte)).count()
    }

    #[test]
    fn tables_and_lists_may_be_nested_up_to_a_bound() {
        for kind in [LIST, TABLE] {
            for frame_kind in [METHOD, HEADER] {
                // The innermost is empty, and contains nothing.
                let bytes = frame(frame_kind, &nested(kind, DEEPEST + 1)).repeat(3);
                assert_eq!(allowed(&bytes), bytes.len());
                let last = frame(frame_kind, &nested(kind, 6_000));
                let begun = bytes.len() + HEAD + (DEEPEST + 1) * (SIZE + 1);
                assert_eq!(allowed(&[bytes, last].concat()), begun - 1);
            }
        }
    }

    #[test]
    fn many_that_are_not_nested_do_not_count() {
        let lists = frame(METHOD, &nested(LIST, 3).repeat(1_000));
        assert_eq!(allowed(&lists), lists.len());
        let text = frame(HEADER, &b"AAAAAFFFFFA\0\0\0".repeat(1_000));
        assert_eq!(allowed(&text), text.len());
    }

    #[test]
    fn the_content_of_messages_is_not_looked_at_and_what_follows_is() {
        let body = frame(3, &nested(LIST, 1_000));
        assert_eq!(allowed(&body), body.len());
        let hostile = frame(METHOD, &nested(LIST, 1_000));
        for before in [&body[..], &frame(8, &[]), b"AMQP\0\0\x09\x01"] {
            let stopped = allowed(&[before, &hostile].concat());
            assert!(stopped > before.len() && stopped < before.len() + 200, "{stopped}");
        }
    }
}
