//! The part of MessagePack that answers use: a map from a string to a map from a string to a string.

use serde_json::{Value, json};

/// Reads `{name: {key: text}}`.
pub(super) fn read(mut rest: &[u8]) -> Option<(String, Value)> {
    let rest = &mut rest;
    map_of_one(rest)?;
    let name = text(rest)?;
    map_of_one(rest)?;
    let key = text(rest)?;
    let value = text(rest)?;
    rest.is_empty().then(|| (name, json!({ key: value })))
}

fn map_of_one(rest: &mut &[u8]) -> Option<()> {
    let length = match byte(rest)? {
        short @ 0x80..=0x8f => usize::from(short & 0x0f),
        0xde => number(rest, 2)?,
        0xdf => number(rest, 4)?,
        _ => return None,
    };
    (length == 1).then_some(())
}

/// Old writers do not distinguish strings from bytes.
fn text(rest: &mut &[u8]) -> Option<String> {
    let length = match byte(rest)? {
        short @ 0xa0..=0xbf => usize::from(short & 0x1f),
        0xd9 | 0xc4 => number(rest, 1)?,
        0xda | 0xc5 => number(rest, 2)?,
        0xdb | 0xc6 => number(rest, 4)?,
        _ => return None,
    };
    String::from_utf8(bytes(rest, length)?.to_vec()).ok()
}

/// An integer of `size` bytes in big-endian order.
fn number(rest: &mut &[u8], size: usize) -> Option<usize> {
    Some(bytes(rest, size)?.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    bytes(rest, 1)?.first().copied()
}

fn bytes<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &[u8], expected: Option<(&str, Value)>) {
        assert_eq!(read(body), expected.map(|(name, value)| (name.to_owned(), value)));
    }

    #[test]
    fn every_way_to_write_an_answer_is_read() {
        check(b"\x81\xa3w@h\x81\xa2ok\xa4pong", Some(("w@h", json!({"ok": "pong"}))));
        check(b"\xde\0\x01\xd9\x03w@h\xdf\0\0\0\x01\xda\0\x02ok\xdb\0\0\0\x04pong", Some(("w@h", json!({"ok": "pong"}))));
        check(b"\x81\xc4\x03w@h\x81\xc5\0\x02ok\xc6\0\0\0\x04pong", Some(("w@h", json!({"ok": "pong"}))));
    }

    #[test]
    fn nothing_else_is() {
        let whole = b"\x81\xa3w@h\x81\xa2ok\xa4pong";
        for end in 0..whole.len() {
            check(&whole[..end], None);
        }
        check(b"\x81\xa3w@h\x81\xa2ok\xa4pong!", None);
        check(b"\x82\xa1a\xa1b\xa1c\xa1d", None);
        check(b"\x81\xa3w@h\xa4pong", None);
        check(b"\x81\xa2\xff\xfe\x81\xa2ok\xa4pong", None);
        check(b"\x81\xdb\xff\xff\xff\xffw", None);
    }
}
