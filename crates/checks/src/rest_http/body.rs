//! Reads the body of an answer.

use super::charset::ContentType;
use super::close_notify;
use super::coding::{Codings, Decoded};
use net::http::{HttpError, Response};
use reqwest::header::HeaderMap;
use tokio::task::spawn_blocking;

/// A body, cut at the limit.
pub(super) struct Body {
    content: Decoded,
    content_type: ContentType,
    /// Whether it ended with the connection, without `close_notify`.
    unannounced_end: bool,
}

/// Why there is no body.
pub(super) enum BodyError {
    /// It was not received.
    Transfer(HttpError),
    /// It cannot be decoded; the text is the reason.
    Decoding(String),
}

impl Body {
    /// Reads at most `limit` bytes, counted after decompression, so that a small answer cannot expand to a large one.
    pub(super) async fn read(mut response: Response, limit: usize) -> Result<Self, BodyError> {
        let codings = Codings::of(response.headers());
        let raw_limit = codings.raw_limit(limit);
        let ends_with_connection = close_notify::ends_body(&response);
        let (mut raw, mut cut, mut unannounced_end) = (Vec::new(), false, false);
        loop {
            let mut chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(error) if ends_with_connection && close_notify::is_missing(&error) => {
                    unannounced_end = true;
                    break;
                }
                Err(error) => return Err(BodyError::Transfer(error)),
            };
            let room = raw_limit.saturating_sub(raw.len());
            cut = chunk.len() > room;
            chunk.truncate(room);
            raw.extend_from_slice(&chunk);
            if cut {
                break;
            }
        }
        let body = Self::decoded(response.headers(), codings, raw, cut, limit).await?;
        Ok(Self { unannounced_end, ..body })
    }

    async fn decoded(headers: &HeaderMap, codings: Codings, raw: Vec<u8>, cut: bool, limit: usize) -> Result<Self, BodyError> {
        let content_type = ContentType::of(headers);
        let content = if codings.is_empty() {
            codings.decode(raw, cut, limit)
        } else {
            // Decoding may block the thread for too long.
            let decoding = spawn_blocking(move || codings.decode(raw, cut, limit)).await;
            decoding.unwrap_or_else(|_| Err("its body could not be decoded".to_owned()))
        };
        Ok(Self { content: content.map_err(BodyError::Decoding)?, content_type, unannounced_end: false })
    }

    /// The number of bytes that were read, after decompression.
    pub(super) fn len(&self) -> usize {
        self.content.bytes.len()
    }

    /// Whether the body was longer than the limit.
    pub(super) fn is_cut(&self) -> bool {
        self.content.cut
    }

    /// Why the body may not be what the server meant to send.
    pub(super) fn flaw(&self) -> Option<&str> {
        self.content.flaw.as_deref()
    }

    pub(super) fn has_unannounced_end(&self) -> bool {
        self.unannounced_end
    }

    /// The body as text. Invalid bytes become replacement characters, so that the rest can be searched.
    pub(super) fn text(&self) -> String {
        self.content_type.decode(&self.content.bytes)
    }

    #[cfg(test)]
    pub(super) fn new(text: impl Into<Vec<u8>>, cut: bool) -> Self {
        let content = Decoded { bytes: text.into(), cut, flaw: None };
        Self { content, content_type: ContentType::default(), unannounced_end: false }
    }

    #[cfg(test)]
    pub(super) fn with_flaw(mut self, flaw: &str) -> Self {
        self.content.flaw = Some(flaw.to_owned());
        self
    }
}
