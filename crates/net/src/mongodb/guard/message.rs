//! The messages of a server: their length, their kind, and the document inside.

use super::failure::{Failure, Refusal};
use super::nesting::{self, Fault};
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Bytes of the header: the length of the message with its header, two ids, and the kind.
const HEADER: usize = 16;

/// The kind of all messages of today's servers, `OP_MSG`. The driver agrees on no compression, and accepts no older kind.
const MSG: usize = 2013;

/// Bytes before the document: the flags, and the kind of the section.
const BEFORE: usize = 5;

/// The flag of a message that ends with a checksum, and the bytes of that.
const HAS_CHECKSUM: u8 = 1;
const CHECKSUM: usize = 4;

/// Reads the next message, of at most `longest` bytes, and checks it. `None` when the server has closed the connection, also if that
/// was within a message.
pub(super) async fn read(server: &mut (impl AsyncRead + Unpin), longest: usize) -> Result<Option<Vec<u8>>, Failure> {
    let mut message = Vec::new();
    if !fill(server, &mut message, HEADER).await? {
        return Ok(None);
    }
    if nesting::number(&message[12..]) != Some(MSG) {
        return Err(Refusal::NotMongoDb.into());
    }
    let length = nesting::number(&message).filter(|length| *length >= HEADER).ok_or(Refusal::Malformed)?;
    if length > longest {
        return Err(Refusal::TooLong(longest).into());
    }
    if !fill(server, &mut message, length - HEADER).await? {
        return Ok(None);
    }
    check(&message[HEADER..])?;
    Ok(Some(message))
}

/// Reads `length` bytes more. Memory is taken as they arrive. False at an early end.
async fn fill(server: &mut (impl AsyncRead + Unpin), message: &mut Vec<u8>, length: usize) -> io::Result<bool> {
    match server.take(length as u64).read_to_end(message).await {
        Ok(read) => Ok(read == length),
        // With TLS this is an end without `close_notify`.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// An answer has one section with one document. The driver reads sections of other kinds differently, so they are rejected.
fn check(body: &[u8]) -> Result<(), Refusal> {
    let (before, document) = body.split_at_checked(BEFORE).ok_or(Refusal::Malformed)?;
    let checksum = if before[0] & HAS_CHECKSUM == 0 { 0 } else { CHECKSUM };
    let length = document.len().checked_sub(checksum).filter(|_| before[BEFORE - 1] == 0).ok_or(Refusal::Malformed)?;
    nesting::check(&document[..length]).map_err(|fault| match fault {
        Fault::TooDeep => Refusal::TooDeep,
        Fault::Malformed => Refusal::Malformed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mongodb::bson::{doc, serialize_to_vec};

    const LONGEST: usize = 1000;

    fn message(kind: i32, body: &[u8]) -> Vec<u8> {
        let length = i32::try_from(HEADER + body.len()).unwrap();
        [&length.to_le_bytes()[..], &[1; 8], &kind.to_le_bytes(), body].concat()
    }

    fn answer() -> Vec<u8> {
        let document = serialize_to_vec(&doc! { "ok": 1 }).unwrap();
        message(2013, &[&[0; BEFORE][..], &document].concat())
    }

    async fn read_all(mut bytes: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
        read(&mut bytes, LONGEST).await
    }

    async fn refused(bytes: &[u8]) -> Refusal {
        match read_all(bytes).await {
            Err(Failure::Refused(refusal)) => refusal,
            read => panic!("{read:?}"),
        }
    }

    #[tokio::test]
    async fn messages_are_read_one_by_one() {
        let both = answer().repeat(2);
        let mut rest = both.as_slice();
        for _ in 0..2 {
            assert_eq!(read(&mut rest, LONGEST).await.unwrap(), Some(answer()));
        }
        assert_eq!(read(&mut rest, LONGEST).await.unwrap(), None);
        for length in 0..answer().len() {
            assert_eq!(read_all(&answer()[..length]).await.unwrap(), None, "{length}");
        }
    }

    #[tokio::test]
    async fn a_checksum_may_follow() {
        let mut with_checksum = answer();
        with_checksum.extend([7; CHECKSUM]);
        with_checksum[0] += 4;
        assert_eq!(refused(&with_checksum).await, Refusal::Malformed);
        with_checksum[HEADER] = HAS_CHECKSUM;
        assert_eq!(read_all(&with_checksum).await.unwrap(), Some(with_checksum.clone()));
    }

    #[tokio::test]
    async fn everything_else_is_refused() {
        assert_eq!(refused(b"HTTP/1.1 400 Bad Request\r\n\r\n").await, Refusal::NotMongoDb);
        // Older kinds, and compressed messages.
        for kind in [1, 2004, 2012, -1] {
            assert_eq!(refused(&message(kind, &answer()[HEADER..])).await, Refusal::NotMongoDb);
        }
        for length in [-1, 0, 15] {
            let changed = [&i32::to_le_bytes(length), &answer()[4..]].concat();
            assert_eq!(refused(&changed).await, Refusal::Malformed);
        }
        for body in [&[][..], &[0; BEFORE - 1], &[0; BEFORE], &[HAS_CHECKSUM, 0, 0, 0, 0, 5, 0, 0, 0, 0]] {
            assert_eq!(refused(&message(2013, body)).await, Refusal::Malformed);
        }
        // A second section, and one of another kind.
        let twice = [&answer()[HEADER..], &answer()[HEADER + 4..]].concat();
        assert_eq!(refused(&message(2013, &twice)).await, Refusal::Malformed);
        let mut sequence = answer();
        sequence[HEADER + BEFORE - 1] = 1;
        assert_eq!(refused(&sequence).await, Refusal::Malformed);
        let too_long = message(2013, &[0; LONGEST]);
        assert_eq!(refused(&too_long).await, Refusal::TooLong(LONGEST));
        let deep = (0..nesting::DEEPEST).fold(doc! {}, |inner, _| doc! { "a": inner });
        let deep = [&[0; BEFORE][..], &serialize_to_vec(&deep).unwrap()].concat();
        let mut deep = message(2013, &deep);
        assert_eq!(read(&mut deep.as_slice(), deep.len()).await.unwrap_err().to_string(), Refusal::TooDeep.to_string());
        deep.truncate(deep.len() - 1);
        assert_eq!(read(&mut deep.as_slice(), deep.len() + 1).await.unwrap(), None);
    }
}
