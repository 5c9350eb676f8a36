//! Walks a BSON document without recursion, and rejects one that is malformed or nested too deeply.

/// Maximum number of levels of documents and arrays, counting the outermost document. It is the limit that MongoDB documents.
pub(crate) const DEEPEST: usize = 100;

/// Bytes of the length with which documents and strings begin.
const LENGTH: usize = 4;

/// Bytes of the shortest document: its length and its end.
const SHORTEST: usize = LENGTH + 1;

/// Why a document is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    TooDeep,
    Malformed,
}

/// Reads all of `bytes` as one document. Every length must be exact, so that the driver cannot read the same bytes in another way.
pub(super) fn check(bytes: &[u8]) -> Result<(), Fault> {
    let mut walk = Walk { bytes, at: 0 };
    // The ends of the documents that the current place is in, the outermost first.
    let mut ends = vec![walk.document(bytes.len())?];
    if ends != [bytes.len()] {
        return Err(Fault::Malformed);
    }
    while let Some(end) = ends.last().copied() {
        // The last byte of a document is zero. Its elements end before.
        let limit = end - 1;
        if walk.at == limit {
            if walk.byte(end)? != 0 {
                return Err(Fault::Malformed);
            }
            ends.pop();
            continue;
        }
        let kind = walk.byte(limit)?;
        walk.text_to_zero(limit)?;
        if let Some(inner) = walk.value(kind, limit)? {
            if ends.len() == DEEPEST {
                return Err(Fault::TooDeep);
            }
            ends.push(inner);
        }
    }
    Ok(())
}

/// A place in the bytes. Each step names the `limit` that it must not pass.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    /// Steps over the value of an element, or into it if that is a document or array, whose end is returned.
    fn value(&mut self, kind: u8, limit: usize) -> Result<Option<usize>, Fault> {
        match kind {
            // Document and array.
            0x03 | 0x04 => return self.document(limit).map(Some),
            0x0F => return self.code_with_scope(limit).map(Some),
            // Undefined, null, the smallest key, the greatest key.
            0x06 | 0x0A | 0xFF | 0x7F => {}
            // Boolean.
            0x08 => self.skip(1, limit)?,
            // 32-bit number.
            0x10 => self.skip(4, limit)?,
            // Double, date, timestamp, 64-bit number.
            0x01 | 0x09 | 0x11 | 0x12 => self.skip(8, limit)?,
            // Object id.
            0x07 => self.skip(12, limit)?,
            // Decimal number.
            0x13 => self.skip(16, limit)?,
            // String, code, symbol.
            0x02 | 0x0D | 0x0E => self.string(limit)?,
            0x05 => {
                let length = self.length(limit)?;
                // The byte before the content is its subtype.
                self.skip(1, limit)?;
                self.skip(length, limit)?;
            }
            // Regular expression and its options.
            0x0B => {
                self.text_to_zero(limit)?;
                self.text_to_zero(limit)?;
            }
            // Pointer: a name and an object id.
            0x0C => {
                self.string(limit)?;
                self.skip(12, limit)?;
            }
            _ => return Err(Fault::Malformed),
        }
        Ok(None)
    }

    /// Enters a document and returns its end.
    fn document(&mut self, limit: usize) -> Result<usize, Fault> {
        let start = self.at;
        let length = self.length(limit)?;
        end_of(start, length, limit).filter(|_| length >= SHORTEST).ok_or(Fault::Malformed)
    }

    /// Steps over the code and enters its scope, which is a document at the end of the value.
    fn code_with_scope(&mut self, limit: usize) -> Result<usize, Fault> {
        let start = self.at;
        let length = self.length(limit)?;
        let end = end_of(start, length, limit).ok_or(Fault::Malformed)?;
        self.string(end)?;
        if self.document(end)? == end { Ok(end) } else { Err(Fault::Malformed) }
    }

    fn string(&mut self, limit: usize) -> Result<(), Fault> {
        let length = self.length(limit)?;
        // The length counts the zero at the end.
        self.skip(length.checked_sub(1).ok_or(Fault::Malformed)?, limit)?;
        if self.byte(limit)? == 0 { Ok(()) } else { Err(Fault::Malformed) }
    }

    fn text_to_zero(&mut self, limit: usize) -> Result<(), Fault> {
        let rest = self.bytes.get(self.at..limit).ok_or(Fault::Malformed)?;
        let length = rest.iter().position(|byte| *byte == 0).ok_or(Fault::Malformed)?;
        self.skip(length + 1, limit)
    }

    fn length(&mut self, limit: usize) -> Result<usize, Fault> {
        let start = self.at;
        self.skip(LENGTH, limit)?;
        number(&self.bytes[start..]).ok_or(Fault::Malformed)
    }

    fn byte(&mut self, limit: usize) -> Result<u8, Fault> {
        let at = self.at;
        self.skip(1, limit)?;
        Ok(self.bytes[at])
    }

    fn skip(&mut self, length: usize, limit: usize) -> Result<(), Fault> {
        self.at = end_of(self.at, length, limit).ok_or(Fault::Malformed)?;
        Ok(())
    }
}

fn end_of(start: usize, length: usize, limit: usize) -> Option<usize> {
    start.checked_add(length).filter(|end| *end <= limit)
}

/// The first four bytes as a number; `None` if it is negative.
pub(super) fn number(bytes: &[u8]) -> Option<usize> {
    let number = i32::from_le_bytes(*bytes.first_chunk()?);
    usize::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mongodb::bson::oid::ObjectId;
    use mongodb::bson::spec::BinarySubtype;
    use mongodb::bson::{
        Binary, Bson, DateTime, Decimal128, Document, JavaScriptCodeWithScope, Regex, Timestamp, cstr, doc, serialize_to_vec,
    };

    /// Makes an element of a document.
    type Wrap = fn(&[u8]) -> Vec<u8>;

    fn bytes(document: &Document) -> Vec<u8> {
        serialize_to_vec(document).unwrap()
    }

    fn document(content: &[u8]) -> Vec<u8> {
        let length = i32::try_from(content.len() + SHORTEST).unwrap();
        [&length.to_le_bytes(), content, &[0]].concat()
    }

    /// A document of so many levels. `wrap` makes an element of one.
    fn nested(levels: usize, wrap: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
        (1..levels).fold(document(&[]), |inner, _| document(&wrap(&inner)))
    }

    fn element(kind: u8, value: &[u8]) -> Vec<u8> {
        [&[kind, b'a', 0], value].concat()
    }

    fn code_with_scope(scope: &[u8]) -> Vec<u8> {
        let length = i32::try_from(scope.len() + 10).unwrap();
        element(0x0F, &[&length.to_le_bytes()[..], &[2, 0, 0, 0, b'x', 0], scope].concat())
    }

    fn of_every_type() -> Document {
        let binary = Binary { subtype: BinarySubtype::Generic, bytes: vec![1, 2, 3] };
        let scope = JavaScriptCodeWithScope { code: "f()".to_owned(), scope: doc! { "a": [1, { "b": "c" }] } };
        doc! {
            "double": 1.5, "string": "text", "document": { "a": { "b": 1 } }, "array": [1, "2", [3]], "binary": binary,
            "undefined": Bson::Undefined, "id": ObjectId::new(), "boolean": true, "date": DateTime::from_millis(1), "null": Bson::Null,
            "regex": Regex { pattern: cstr!("a.*").into(), options: cstr!("i").into() }, "code": Bson::JavaScriptCode("f()".to_owned()),
            "symbol": Bson::Symbol("s".to_owned()), "scope": scope, "int": 1_i32, "timestamp": Timestamp { time: 1, increment: 2 },
            "long": 1_i64, "decimal": Decimal128::from_bytes([1; 16]), "min": Bson::MinKey, "max": Bson::MaxKey, "": "",
        }
    }

    #[test]
    fn values_of_every_type_are_stepped_over() {
        check(&bytes(&of_every_type())).unwrap();
        check(&bytes(&doc! {})).unwrap();
        // The library makes no pointers.
        let pointer = [&[2, 0, 0, 0, b'x', 0][..], &[7; 12]].concat();
        check(&document(&element(0x0C, &pointer))).unwrap();
        for kind in (0..=u8::MAX).filter(|kind| !matches!(kind, 1..=0x13 | 0x7F | 0xFF)) {
            assert_eq!(check(&document(&element(kind, &[]))), Err(Fault::Malformed), "{kind}");
        }
    }

    #[test]
    fn documents_may_be_nested_up_to_a_bound() {
        let wraps: [Wrap; 3] = [|inner| element(3, inner), |inner| element(4, inner), code_with_scope];
        for wrap in wraps {
            check(&nested(DEEPEST, wrap)).unwrap();
            assert_eq!(check(&nested(DEEPEST + 1, wrap)), Err(Fault::TooDeep));
            assert_eq!(check(&nested(10_000, wrap)), Err(Fault::TooDeep));
        }
        let mixed = nested(DEEPEST + 1, |inner| if inner.len() % 2 == 0 { element(4, inner) } else { code_with_scope(inner) });
        assert_eq!(check(&mixed), Err(Fault::TooDeep));
        let side_by_side = element(3, &nested(DEEPEST - 1, |inner| element(3, inner))).repeat(3);
        check(&document(&side_by_side)).unwrap();
    }

    #[test]
    fn no_document_may_be_cut_off_or_longer_than_it_says() {
        let whole = bytes(&of_every_type());
        for length in 0..whole.len() {
            assert_eq!(check(&whole[..length]), Err(Fault::Malformed), "{length}");
        }
        assert_eq!(check(&[&whole[..], &[0]].concat()), Err(Fault::Malformed));
    }

    #[test]
    fn lengths_must_be_exact() {
        for length in [-1, i32::MIN, 0, 4, 6, i32::MAX] {
            let length = length.to_le_bytes();
            let mut empty = document(&[]);
            empty[..LENGTH].copy_from_slice(&length);
            assert_eq!(check(&empty), Err(Fault::Malformed), "{length:?}");
            for kind in [2, 3, 4, 5, 0x0D, 0x0E, 0x0F] {
                // Lengths of four and six bytes are right for binary content of that size.
                let value = [&length[..], &[0; 3]].concat();
                assert_eq!(check(&document(&element(kind, &value))), Err(Fault::Malformed), "{kind} {length:?}");
            }
        }
        // The scope must fill the rest of its value.
        let mut scope = document(&code_with_scope(&document(&[])));
        check(&scope).unwrap();
        scope[LENGTH + 3] += 1;
        assert_eq!(check(&scope), Err(Fault::Malformed));
        // A zero in place of an element, and an end that is not zero.
        assert_eq!(check(&document(&[0, b'a', 0])), Err(Fault::Malformed));
        assert_eq!(check(&[5, 0, 0, 0, 1]), Err(Fault::Malformed));
        // A string without its zero.
        assert_eq!(check(&document(&element(2, &[1, 0, 0, 0, b'x']))), Err(Fault::Malformed));
    }
}
