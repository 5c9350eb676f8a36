//! Decodes the output of a program.

/// Decodes UTF-8, UTF-16 as PowerShell and .NET write it, or UTF-32. Invalid parts become replacement characters. Byte order marks
/// and NUL characters around the text are removed.
pub(super) fn decode(bytes: &[u8]) -> String {
    let text = match (utf_32(bytes), utf_16(bytes)) {
        (Some(read), _) => {
            let units = bytes.chunks_exact(4).map(|unit| read([unit[0], unit[1], unit[2], unit[3]]));
            units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        (None, Some(read)) => {
            let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        (None, None) => String::from_utf8_lossy(bytes).into_owned(),
    };
    text.trim_matches(is_noise).to_owned()
}

/// Characters without meaning, which would hide a list of rows behind them.
pub(super) fn is_noise(character: char) -> bool {
    matches!(character, '\u{feff}' | '\0')
}

/// The byte order of UTF-32, recognised by its mark or by zeros in the high bytes of Latin letters. A mark of UTF-16 before a NUL
/// character looks the same, but starts no text.
fn utf_32(bytes: &[u8]) -> Option<fn([u8; 4]) -> u32> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some(u32::from_le_bytes),
        [0, 0, 0xfe, 0xff, ..] => Some(u32::from_be_bytes),
        [first, 0, 0, 0, second, 0, 0, 0, ..] if *first > 0 && *second > 0 => Some(u32::from_le_bytes),
        [0, 0, 0, first, 0, 0, 0, second, ..] if *first > 0 && *second > 0 => Some(u32::from_be_bytes),
        _ => None,
    }
}

/// The byte order of UTF-16, recognised by its mark or by zeros in the high bytes of Latin letters.
fn utf_16(bytes: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    match bytes {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        [first, 0, second, 0, ..] if *first > 0 && *second > 0 => Some(u16::from_le_bytes),
        [0, first, 0, second, ..] if *first > 0 && *second > 0 => Some(u16::from_be_bytes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_a_text_gives_the_same_text() {
        let text = "[ü] 😀";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let wide_little: Vec<u8> = text.chars().flat_map(|character| u32::from(character).to_le_bytes()).collect();
        let wide_big: Vec<u8> = text.chars().flat_map(|character| u32::from(character).to_be_bytes()).collect();
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(b"\xef\xbb\xbf", text.as_bytes()),
            marked(b"\xef\xbb\xbf\xef\xbb\xbf", text.as_bytes()),
            marked(b"\0\0", text.as_bytes()),
            little.clone(),
            marked(b"\xff\xfe", &little),
            // The half of a letter, where the output was cut off.
            marked(b"\xff\xfe", &[&little[..], b"x"].concat()),
            big.clone(),
            marked(b"\xfe\xff", &big),
            wide_little.clone(),
            marked(b"\xff\xfe\0\0", &wide_little),
            marked(b"\xff\xfe\0\0", &[&wide_little[..], b"xyz"].concat()),
            wide_big.clone(),
            marked(b"\0\0\xfe\xff", &wide_big),
        ] {
            assert_eq!(decode(&bytes), text, "{bytes:?}");
        }
        assert_eq!(decode(b"a\xff\0b\0"), "a\u{fffd}\0b");
        assert_eq!(decode(b""), "");
        assert_eq!(decode(b"\0[1]"), "[1]", "one NUL is no UTF-16");
    }
}
