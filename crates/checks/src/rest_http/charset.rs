//! Detects the character encoding of a body and decodes it.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use regex::bytes::Regex;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use std::sync::LazyLock;

/// Number of bytes in which HTML must declare its encoding.
const PRESCANNED: usize = 1024;

/// The header `Content-Type`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ContentType {
    media: Media,
    charset: Option<Charset>,
}

/// The kind of a body, which decides where it may declare its encoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Media {
    Html,
    Xml,
    /// Not given by the server.
    #[default]
    Unknown,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charset {
    Standard(&'static Encoding),
    /// Not supported by browsers, but by Python.
    Utf32 {
        big_endian: bool,
    },
}

impl ContentType {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(CONTENT_TYPE) else { return Self::default() };
        let value = String::from_utf8_lossy(value.as_bytes()).to_lowercase();
        let mut parts = unquoted_parts(&value).into_iter();
        let media = match parts.next().unwrap_or_default().trim() {
            "" => Media::Unknown,
            "text/html" => Media::Html,
            // XHTML may also be served as HTML.
            "application/xhtml+xml" => Media::Xml,
            xml if xml.ends_with("/xml") || xml.ends_with("+xml") => Media::Xml,
            _ => Media::Other,
        };
        let labels = parts.filter_map(|part| {
            let (name, label) = part.split_once('=')?;
            (name.trim() == "charset").then(|| label.to_owned())
        });
        // The first known one of several.
        Self { media, charset: labels.into_iter().find_map(|label| Charset::named(&label)) }
    }

    /// The body as text. Invalid bytes become U+FFFD, so that the rest can be searched. A byte order mark is removed.
    pub(super) fn decode(&self, bytes: &[u8]) -> String {
        let (charset, bytes) = match byte_order_mark(bytes) {
            Some((charset, length)) => (charset, bytes.get(length..).unwrap_or_default()),
            None => {
                let charset = self.charset.or_else(|| self.declared_within(bytes)).or_else(|| wide(bytes));
                (charset.unwrap_or_else(|| guessed(bytes)), bytes)
            }
        };
        charset.decode(bytes)
    }

    fn declared_within(&self, bytes: &[u8]) -> Option<Charset> {
        let start = bytes.get(..PRESCANNED).unwrap_or(bytes);
        let is_markup = start.trim_ascii_start().starts_with(b"<");
        match self.media {
            Media::Other => None,
            Media::Unknown if !is_markup => None,
            Media::Html => of_html(start),
            Media::Xml | Media::Unknown => of_xml(start).or_else(|| of_html(start)),
        }
    }
}

/// Splits a header at semicolons and commas outside of quotation marks. The marks and escaping backslashes are removed. An
/// unclosed mark extends to the end.
fn unquoted_parts(value: &str) -> Vec<String> {
    let (mut parts, mut is_quoted) = (vec![String::new()], false);
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        let part = match character {
            '"' => {
                is_quoted = !is_quoted;
                continue;
            }
            '\\' if is_quoted => characters.next(),
            ';' | ',' if !is_quoted => {
                parts.push(String::new());
                continue;
            }
            other => Some(other),
        };
        if let Some(last) = parts.last_mut() {
            last.extend(part);
        }
    }
    parts
}

impl Charset {
    /// Accepts labels of the Encoding Standard, and Python's spellings of them.
    fn named(label: &str) -> Option<Self> {
        let label = label.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'').to_lowercase();
        match label.replace('_', "-").as_str() {
            "utf-32" | "utf-32le" | "utf-32-le" | "utf32" => return Some(Self::Utf32 { big_endian: false }),
            "utf-32be" | "utf-32-be" => return Some(Self::Utf32 { big_endian: true }),
            _ => {}
        }
        let spellings = [label.clone(), label.replace('_', "-"), label.replace(['-', '_'], "")];
        let encoding = spellings.iter().find_map(|label| Encoding::for_label(label.as_bytes()))?;
        // The standard maps unsafe encodings to this one, which discards all text.
        (encoding != REPLACEMENT).then_some(Self::Standard(encoding))
    }

    fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Standard(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Utf32 { big_endian } => {
                let units = bytes.chunks(4).map(|unit| match <[u8; 4]>::try_from(unit) {
                    Ok(unit) if big_endian => char::from_u32(u32::from_be_bytes(unit)),
                    Ok(unit) => char::from_u32(u32::from_le_bytes(unit)),
                    Err(_) => None,
                });
                units.map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            }
        }
    }
}

/// The encoding of a byte order mark, and the length of the mark.
fn byte_order_mark(bytes: &[u8]) -> Option<(Charset, usize)> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some((Charset::Utf32 { big_endian: false }, 4)),
        [0, 0, 0xfe, 0xff, ..] => Some((Charset::Utf32 { big_endian: true }, 4)),
        _ => Encoding::for_bom(bytes).map(|(encoding, length)| (Charset::Standard(encoding), length)),
    }
}

/// JSON and XML start with an ASCII character, so zero bytes around it indicate UTF-16 or UTF-32.
fn wide(bytes: &[u8]) -> Option<Charset> {
    let is_visible = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    match *bytes {
        [0, 0, 0, last, ..] if is_visible(last) => Some(Charset::Utf32 { big_endian: true }),
        [first, 0, 0, 0, ..] if is_visible(first) => Some(Charset::Utf32 { big_endian: false }),
        [0, second, ..] if is_visible(second) => Some(Charset::Standard(UTF_16BE)),
        [first, 0, ..] if is_visible(first) => Some(Charset::Standard(UTF_16LE)),
        _ => None,
    }
}

/// UTF-8 if any non-ASCII character is valid in it, else Windows-1252, the default of Western browsers.
fn guessed(bytes: &[u8]) -> Charset {
    let mut is_ascii = true;
    for chunk in bytes.utf8_chunks() {
        if !chunk.valid().is_ascii() {
            return Charset::Standard(UTF_8);
        }
        is_ascii &= chunk.invalid().is_empty();
    }
    Charset::Standard(if is_ascii { UTF_8 } else { WINDOWS_1252 })
}

/// The encoding in `<?xml version="1.0" encoding="…"?>`.
fn of_xml(start: &[u8]) -> Option<Charset> {
    static DECLARATION: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?-u)^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'<>]+)["']"#).ok());
    let label = DECLARATION.as_ref()?.captures(start)?.get(1)?;
    within_ascii(label.as_bytes())
}

/// The encoding in `<meta charset="…">` or `<meta http-equiv="Content-Type" content="text/html; charset=…">`.
fn of_html(start: &[u8]) -> Option<Charset> {
    static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // Comments are matched first, so that tags in them are ignored.
        Regex::new(r#"(?si-u)<!--.*?(?:-->|$)|<meta[\s/]((?:"[^"]*"|'[^']*'|[^>"'])*)>"#).ok()
    });
    let tags = TAG.as_ref()?.captures_iter(start).filter_map(|tag| tag.get(1));
    tags.into_iter().find_map(|attributes| of_meta(attributes.as_bytes()))
}

fn of_meta(attributes: &[u8]) -> Option<Charset> {
    static ATTRIBUTE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?-u)([^\s"'>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"#).ok());
    static PARAMETER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?i-u)charset\s*=\s*["']?\s*([^\s"';]+)"#).ok());
    let attributes = ATTRIBUTE.as_ref()?.captures_iter(attributes).filter_map(|attribute| {
        let value = (2..=4).find_map(|group| attribute.get(group))?;
        Some((attribute.get(1)?.as_bytes(), value.as_bytes()))
    });
    let (mut declares_type, mut content) = (false, None);
    for (name, value) in attributes {
        if name.eq_ignore_ascii_case(b"charset") {
            return within_ascii(value);
        } else if name.eq_ignore_ascii_case(b"http-equiv") {
            declares_type = value.trim_ascii().eq_ignore_ascii_case(b"content-type");
        } else if name.eq_ignore_ascii_case(b"content") {
            content = Some(value);
        }
    }
    let label = PARAMETER.as_ref()?.captures(content.filter(|_| declares_type)?)?.get(1)?;
    within_ascii(label.as_bytes())
}

/// Text that was readable as ASCII up to here cannot be UTF-16 or UTF-32.
fn within_ascii(label: &[u8]) -> Option<Charset> {
    match Charset::named(std::str::from_utf8(label).ok()?)? {
        Charset::Utf32 { .. } => Some(Charset::Standard(UTF_8)),
        Charset::Standard(encoding) if encoding == UTF_16BE || encoding == UTF_16LE => Some(Charset::Standard(UTF_8)),
        charset => Some(charset),
    }
}

#[cfg(test)]
mod tests;
