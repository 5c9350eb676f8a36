use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::HeaderValue;
use sha2::Sha256;
use std::fmt::Write;
use yaml::Secret;

/// `t=SECONDS,v1=HEX`: the time of the signature, and the HMAC-SHA-256 over that number, a full stop and the body. The time exposes a
/// replayed request. Another scheme would be added as `v2`.
pub(super) fn header(secret: &Secret, seconds: u64, body: &str) -> HeaderValue {
    let mut signature = format!("t={seconds},v1=");
    // HMAC accepts a key of any length.
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

    /// The result of `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac s3cret`.
    #[test]
    fn it_is_what_openssl_computes() {
        assert_eq!(
            header(&Secret::new("s3cret"), 1_700_000_000, r#"{"a":1}"#),
            "t=1700000000,v1=1698a50bc74d1ff1db85c4e0a5297c2ad9fdba245d5737cdb789e4cc6e098940"
        );
    }
}
