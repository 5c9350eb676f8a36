use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::HeaderValue;
use sha2::Sha256;
use std::fmt::Write;
use yaml::Secret;

/// `t=SECONDS,v1=HEX`: when it was signed, and the HMAC-SHA-256 over that number, a full stop and the body. With the time in it, an old
/// request that somebody has caught is told from a new one. Another scheme would be `v2` beside it.
pub(super) fn header(secret: &Secret, seconds: u64, body: &str) -> HeaderValue {
    let mut signature = format!("t={seconds},v1=");
    // A key of any length will do for HMAC.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) {
        mac.update(format!("{seconds}.").as_bytes());
        mac.update(body.as_bytes());
        for byte in mac.finalize().into_bytes() {
            // Writing to a string cannot fail.
            write!(signature, "{byte:02x}").ok();
        }
    }
    HeaderValue::try_from(signature).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac s3cret` has it.
    #[test]
    fn it_is_what_others_compute() {
        assert_eq!(
            header(&Secret::new("s3cret"), 1_700_000_000, r#"{"a":1}"#),
            "t=1700000000,v1=1698a50bc74d1ff1db85c4e0a5297c2ad9fdba245d5737cdb789e4cc6e098940"
        );
    }
}
