//! Reads the body of an answer.

use reqwest::Response;
use reqwest::header::CONTENT_TYPE;

/// A body, or as much of it as may be read.
pub(super) struct Body {
    bytes: Vec<u8>,
    /// Whether the server had more to say.
    cut: bool,
    /// Whether the server declared an encoding in which each byte is a character.
    latin: bool,
}

impl Body {
    /// Reads at most `limit` bytes. They are counted after decompression, so that a small answer cannot become a large one.
    pub(super) async fn read(mut response: Response, limit: usize) -> reqwest::Result<Self> {
        let mut body = Self { bytes: Vec::new(), cut: false, latin: declares_latin(&response) };
        while let Some(mut chunk) = response.chunk().await? {
            let room = limit.saturating_sub(body.bytes.len());
            body.cut = chunk.len() > room;
            chunk.truncate(room);
            body.bytes.extend_from_slice(&chunk);
            if body.cut {
                break;
            }
        }
        Ok(body)
    }

    /// The number of bytes that were read.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// The body as text. What is no UTF-8 becomes a replacement character, so that the rest can be searched.
    pub(super) fn text(&self) -> String {
        if self.latin {
            return self.bytes.iter().copied().map(char::from).collect();
        }
        let text = String::from_utf8_lossy(&self.bytes);
        // Some servers begin with a byte order mark, which is no part of the text.
        text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()
    }

    #[cfg(test)]
    pub(super) fn new(text: impl Into<Vec<u8>>, cut: bool) -> Self {
        Self { bytes: text.into(), cut, latin: false }
    }
}

fn declares_latin(response: &Response) -> bool {
    let content_type = response.headers().get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).to_lowercase());
    let charset = content_type.as_deref().and_then(|value| value.split_once("charset=")).map(|(_, charset)| charset);
    let name = charset.map(|charset| charset.trim_start_matches('"').split(['"', ';', ' ']).next().unwrap_or_default());
    matches!(name, Some("iso-8859-1" | "latin1" | "latin-1" | "windows-1252"))
}
