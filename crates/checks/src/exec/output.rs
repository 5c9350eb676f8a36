use super::text;
use std::os::fd::AsFd;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Bytes that are read from a pipe at once.
const CHUNK: usize = 8 << 10;

/// Reads the output of a program from one pipe to its end, so that the program never blocks, and keeps a part of it.
pub(super) struct Output<P> {
    pipe: P,
    chunk: Box<[u8]>,
    kept: Vec<u8>,
    part: Part,
    /// Number of bytes read, kept or not.
    total: u64,
    /// Whether the pipe is open.
    pub(super) is_open: bool,
}

/// The part of an output that is kept, in bytes.
#[derive(Clone, Copy)]
pub(super) enum Part {
    First(usize),
    Last(usize),
}

/// The kept part of an output.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) bytes: Vec<u8>,
    /// Whether there was more.
    pub(super) is_cut: bool,
}

impl<P: AsyncRead + AsFd + Unpin> Output<P> {
    pub(super) fn new(pipe: P, part: Part) -> Self {
        Self { pipe, chunk: vec![0; CHUNK].into(), kept: Vec::new(), part, total: 0, is_open: true }
    }

    /// Reads more output. Cancelling it loses nothing.
    pub(super) async fn read(&mut self) {
        match self.pipe.read(&mut self.chunk).await {
            Ok(read) if read > 0 => self.keep(read),
            // An unreadable pipe counts as closed: the exit code is still to come.
            _ => self.is_open = false,
        }
    }

    /// Reads what is available, up to `limit` bytes in total. After the end of the program this is all of its output; a process
    /// that it left behind may keep the pipe open.
    pub(super) fn drain(&mut self, limit: u64) {
        while self.total <= limit {
            match rustix::io::read(&self.pipe, &mut self.chunk[..]) {
                Ok(read) if read > 0 => self.keep(read),
                _ => return,
            }
        }
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn into_kept(self) -> Kept {
        Kept { is_cut: self.total > self.kept.len() as u64, bytes: self.kept }
    }

    fn keep(&mut self, read: usize) {
        self.total += read as u64;
        let chunk = &self.chunk[..read];
        match self.part {
            Part::First(limit) => {
                let room = limit.saturating_sub(self.kept.len());
                self.kept.extend_from_slice(&chunk[..read.min(room)]);
            }
            Part::Last(limit) => {
                self.kept.extend_from_slice(chunk);
                self.kept.drain(..self.kept.len().saturating_sub(limit));
            }
        }
    }
}

impl Kept {
    pub(super) fn text(&self) -> String {
        text::decode(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{self, Write};
    use tokio::net::unix::pipe;

    async fn kept(part: Part, drained: bool) -> (Kept, u64) {
        let (reader, mut writer) = io::pipe().unwrap();
        let mut output = Output::new(pipe::Receiver::from_owned_fd(reader.into()).unwrap(), part);
        for piece in ["first ", "second ", "third"] {
            writer.write_all(piece.as_bytes()).unwrap();
        }
        if drained {
            output.drain(1000);
        } else {
            drop(writer);
            while output.is_open {
                output.read().await;
            }
        }
        let total = output.total();
        (output.into_kept(), total)
    }

    #[tokio::test]
    async fn the_wanted_part_is_kept_and_the_rest_counted() {
        for drained in [false, true] {
            for (part, text, is_cut) in [
                (Part::First(100), "first second third", false),
                (Part::First(18), "first second third", false),
                (Part::First(7), "first s", true),
                (Part::Last(100), "first second third", false),
                (Part::Last(8), "nd third", true),
            ] {
                let (kept, total) = kept(part, drained).await;
                assert_eq!((kept.text().as_str(), kept.is_cut, total), (text, is_cut, 18));
            }
        }
    }
}
