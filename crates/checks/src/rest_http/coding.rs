//! Content codings: those that `Accept-Encoding` offers, and decoding according to `Content-Encoding` and `Transfer-Encoding`.

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use reqwest::header::{CONTENT_ENCODING, HeaderMap, TRANSFER_ENCODING};
use ruzstd::decoding::StreamingDecoder;
use std::error::Error;
use std::io::Read;
use std::iter::successors;
use std::{fmt, io};

/// The default of `Accept-Encoding`: all supported codings.
pub(super) const OFFERED: &str = "gzip, deflate, br, zstd";

/// Maximum number of codings of one body.
const MOST_CODINGS: usize = 5;

/// Maximum length of a coding's name in messages, in characters.
const LONGEST_NAME: usize = 40;

/// Window size of zstd that must be supported (RFC 9659), in bytes.
const ZSTD_WINDOW: usize = 8 << 20;

/// Fixed overhead of a compressed body, in bytes: headers, file names, checksums.
const OVERHEAD: usize = 64 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// The codings of a body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Codings {
    /// In the order of decoding.
    known: Vec<Coding>,
    /// Why decoding stops: an unknown coding, or too many.
    obstacle: Option<String>,
}

/// A body, decoded as far as possible.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    /// Whether there was more than the limit.
    pub(super) cut: bool,
    /// Why the body is incomplete or still encoded.
    pub(super) flaw: Option<String>,
}

/// How one decoder ended.
enum End {
    Complete,
    /// The output was longer than the limit.
    Cut,
    /// The input ended too early.
    Early,
}

impl Codings {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        // Transfer codings are applied after content codings; chunks are already removed.
        let values = headers.get_all(CONTENT_ENCODING).iter().chain(headers.get_all(TRANSFER_ENCODING));
        let all = values.map(|value| String::from_utf8_lossy(value.as_bytes()).to_lowercase()).collect::<Vec<_>>().join(",");
        let names: Vec<_> = all.split(',').map(str::trim).filter(|name| !matches!(*name, "" | "identity" | "chunked")).collect();
        if names.len() > MOST_CODINGS {
            let obstacle = Some(format!("answered with {} content codings, more than {MOST_CODINGS}", names.len()));
            return Self { known: Vec::new(), obstacle };
        }
        let mut codings = Self::default();
        // The last coding was applied last.
        for name in names.into_iter().rev() {
            match Coding::named(name) {
                Some(coding) => codings.known.push(coding),
                None => {
                    let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
                    codings.obstacle = Some(format!("answered with content coding `{name}`, which is not known"));
                    break;
                }
            }
        }
        codings
    }

    /// Whether there is anything to decode.
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// How many bytes of a body to read for `limit` bytes of text.
    pub(super) fn raw_limit(&self, limit: usize) -> usize {
        if self.is_empty() { limit } else { compressed_limit(limit) }
    }

    /// Decodes the body, and keeps at most `limit` bytes. `cut` means that only a part of the body has been read. Fails if the
    /// body does not have the declared coding.
    pub(super) fn decode(self, raw: Vec<u8>, cut: bool, limit: usize) -> Result<Decoded, String> {
        let mut decoded = Decoded { bytes: raw, cut, flaw: self.obstacle };
        let last = self.known.len().saturating_sub(1);
        for (index, coding) in self.known.into_iter().enumerate() {
            let mut bytes = Vec::new();
            // The output of all decoders except the last is still compressed.
            let limit = if index == last { limit } else { compressed_limit(limit) };
            match coding.decode(&decoded.bytes, limit, &mut bytes) {
                Ok(End::Complete) => {}
                Ok(End::Cut) => decoded.cut = true,
                Ok(End::Early) if decoded.cut => {}
                Ok(End::Early) => decoded.flaw = Some(format!("the {coding} body ends too early")),
                Err(error) => return Err(format!("its body is no valid {coding}: {error}")),
            }
            decoded.bytes = bytes;
        }
        Ok(decoded)
    }
}

/// Maximum size in bytes of a compressed body whose text has `limit` bytes.
fn compressed_limit(limit: usize) -> usize {
    limit + limit / 64 + OVERHEAD
}

impl Coding {
    fn named(name: &str) -> Option<Self> {
        match name {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    fn decode(self, raw: &[u8], limit: usize, bytes: &mut Vec<u8>) -> io::Result<End> {
        match self {
            // Some servers declare a coding for an empty body.
            _ if raw.is_empty() => Ok(End::Complete),
            Self::Gzip => gzip(raw, limit, bytes),
            Self::Deflate => deflate(raw, limit, bytes),
            Self::Brotli => brotli(raw, limit, bytes),
            Self::Zstd => zstd(raw, limit, bytes),
        }
    }
}

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "brotli",
            Self::Zstd => "zstd",
        })
    }
}

/// Decodes all members. Data after the last one is padding, which other clients ignore, too.
fn gzip(mut raw: &[u8], limit: usize, bytes: &mut Vec<u8>) -> io::Result<End> {
    loop {
        let mut decoder = GzDecoder::new(raw);
        match read(&mut decoder, limit, bytes)? {
            End::Complete => raw = decoder.into_inner(),
            end => return Ok(end),
        }
        if !raw.starts_with(&[0x1f, 0x8b]) {
            return Ok(End::Complete);
        }
    }
}

/// `deflate` means the zlib format, but some servers send raw deflate data.
fn deflate(raw: &[u8], limit: usize, bytes: &mut Vec<u8>) -> io::Result<End> {
    let of_zlib = read(ZlibDecoder::new(raw), limit, bytes);
    if of_zlib.is_ok() {
        return of_zlib;
    }
    bytes.clear();
    let without_header = read(DeflateDecoder::new(raw), limit, bytes);
    if has_zlib_header(raw) { without_header.or(of_zlib) } else { without_header }
}

fn has_zlib_header(raw: &[u8]) -> bool {
    matches!(raw, [method, flags, ..] if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0)
}

fn brotli(raw: &[u8], limit: usize, bytes: &mut Vec<u8>) -> io::Result<End> {
    let mut state = BrotliState::new(StandardAlloc::default(), StandardAlloc::default(), StandardAlloc::default());
    let mut output = vec![0; OVERHEAD];
    let (mut available_in, mut offset_in, mut total) = (raw.len(), 0, 0);
    loop {
        let (mut available_out, mut offset_out) = (output.len(), 0);
        let result = BrotliDecompressStream(
            &mut available_in,
            &mut offset_in,
            raw,
            &mut available_out,
            &mut offset_out,
            &mut output,
            &mut total,
            &mut state,
        );
        let written = output.get(..offset_out).unwrap_or_default();
        let room = limit.saturating_sub(bytes.len());
        bytes.extend_from_slice(written.get(..room).unwrap_or(written));
        match result {
            _ if written.len() > room => return Ok(End::Cut),
            BrotliResult::ResultSuccess => return Ok(End::Complete),
            BrotliResult::NeedsMoreOutput => {}
            BrotliResult::NeedsMoreInput => return Ok(End::Early),
            BrotliResult::ResultFailure => return Err(io::Error::other("the data is corrupt")),
        }
    }
}

/// Decodes all frames, and skips those without text.
fn zstd(mut raw: &[u8], limit: usize, bytes: &mut Vec<u8>) -> io::Result<End> {
    while !raw.is_empty() {
        if let Some(rest) = after_skippable_frame(raw) {
            raw = rest;
            continue;
        }
        let window = u64::try_from(limit.max(ZSTD_WINDOW)).unwrap_or(u64::MAX);
        let end = match StreamingDecoder::new_with_max_window_size(&mut raw, window) {
            Ok(decoder) => read(decoder, limit, bytes)?,
            Err(error) if is_early_end(&error) => End::Early,
            // Data after the last frame is padding.
            Err(_) if !bytes.is_empty() => End::Complete,
            Err(error) => return Err(io::Error::other(error)),
        };
        match end {
            End::Complete if !bytes.is_empty() && raw.first() != Some(&ZSTD_MAGIC) && after_skippable_frame(raw).is_none() => break,
            End::Complete => {}
            end => return Ok(end),
        }
    }
    Ok(End::Complete)
}

/// The first byte of a zstd frame.
const ZSTD_MAGIC: u8 = 0x28;

/// The data after a skippable frame, if `raw` starts with one. A frame that is longer than the body ends it.
fn after_skippable_frame(raw: &[u8]) -> Option<&[u8]> {
    let (head, rest) = raw.split_first_chunk::<8>()?;
    let [kind, b'\x2a', b'\x4d', b'\x18', length @ ..] = head else { return None };
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    (kind & 0xf0 == 0x50).then(|| rest.get(length..).unwrap_or_default())
}

/// Reads until `bytes` has `limit` bytes.
fn read(decoder: impl Read, limit: usize, bytes: &mut Vec<u8>) -> io::Result<End> {
    let room = limit.saturating_sub(bytes.len());
    // One more byte shows whether there is more.
    let most = u64::try_from(room).unwrap_or(u64::MAX).saturating_add(1);
    match decoder.take(most).read_to_end(bytes) {
        Ok(_) if bytes.len() > limit => {
            bytes.truncate(limit);
            Ok(End::Cut)
        }
        Ok(_) => Ok(End::Complete),
        Err(error) if is_early_end(&error) => {
            bytes.truncate(limit);
            Ok(End::Early)
        }
        Err(error) => Err(error),
    }
}

fn is_early_end(error: &(dyn Error + 'static)) -> bool {
    successors(Some(error), |&error| error.source())
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof))
}

#[cfg(test)]
mod tests;
