use super::text;
use std::os::fd::AsFd;
use tokio::io::{AsyncRead, AsyncReadExt};

/// What is taken from a pipe at once.
const CHUNK: usize = 8 << 10;

/// What a program prints into one pipe. It is read to its end, so that the program never waits for us, but only a part is kept.
pub(super) struct Output<P> {
    pipe: P,
    chunk: Box<[u8]>,
    kept: Vec<u8>,
    part: Part,
    /// All bytes that came, kept or not.
    total: u64,
    /// Whether the program may still print.
    pub(super) is_open: bool,
}

/// Which part of an output is kept, in bytes.
#[derive(Clone, Copy)]
pub(super) enum Part {
    First(usize),
    Last(usize),
}

/// The part of an output that was kept.
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

    /// Waits for some more of it. Nothing is lost when the wait is broken off.
    pub(super) async fn read(&mut self) {
        match self.pipe.read(&mut self.chunk).await {
            Ok(read) if read > 0 => self.keep(read),
            // A pipe that cannot be read is as good as one that is closed: the exit code is still to come.
            _ => self.is_open = false,
        }
    }

    /// Takes what is there by now, up to so many bytes in all. Once the program has ended this is all that it printed; something that
    /// it left behind may hold the pipe open for ever.
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
