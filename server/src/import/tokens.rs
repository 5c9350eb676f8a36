//! Tokens of heartbeats.

use super::model::Part;
use super::value::Value;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Lengths that Platus takes.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=200;

/// Bytes of a token that is made here.
const RANDOM: usize = 24;

/// The token of a job: that of the source if Platus takes it, else a random one. `None`, with a remark, when there is no randomness.
pub(super) fn token(given: Option<&str>, service: &mut Part) -> Option<Value> {
    let fits = |token: &&str| LENGTHS.contains(&token.len()) && token.bytes().all(is_of_token);
    if let Some(token) = given.filter(fits) {
        service.lost(
            "the address of the heartbeats: the job must call `POST /api/v1.0/heartbeat/TOKEN` after a success, and `TOKEN/fail` \
                      after a failure, with the `token` below",
        );
        return Some(Value::literal(token));
    }
    let mut bytes = [0; RANDOM];
    if let Err(error) = rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes) {
        service.lost_altogether(format!("its token: {error:?}"));
        return None;
    }
    service.lost(
        "its token, which is shorter than 16 letters or has other letters than Platus takes: the job must call \
                  `POST /api/v1.0/heartbeat/TOKEN` after a success, and `TOKEN/fail` after a failure, with the new `token` below",
    );
    Some(Value::text(URL_SAFE_NO_PAD.encode(bytes)))
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)
}
