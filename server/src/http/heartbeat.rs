//! Where jobs say how they are. The token in the address is all that a caller needs; no login, because a line in a crontab should do.
//!
//! Only `POST` is taken: addresses that are read with `GET` are read by mail scanners and chat programs as well, which would report
//! the success of a job that never ran. A heartbeat counts as soon as its head has come: a body that is too long, too slow, or breaks
//! off takes nothing from it.

use super::Context;
use super::api::{Answer, json};
use super::errors::ApiError;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use checks::heartbeats::{Beat, Failure, LONGEST_WORDS};
use futures::StreamExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Bytes of a body that are read. Of those only the last ones are kept.
const BODY_LIMIT: usize = 16 << 20;

/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(10);

/// How long an answer waits for the store.
const STORE_TIME: Duration = Duration::from_secs(5);

/// Whether an address is that of a heartbeat.
pub fn is_heartbeat(path: &str) -> bool {
    path.starts_with("/api/v1.0/heartbeat/")
}

/// `POST /heartbeat/TOKEN`: the job has succeeded. What it sends along is read and left alone. `POST /heartbeat/TOKEN/WORD`: `start`,
/// `fail`, `log`, or the exit code of the job. With a failure the last line that is sent along is kept.
pub async fn ping(State(context): State<Arc<Context>>, Path(address): Path<String>, body: Body) -> Result<Response, ApiError> {
    let Address { token, word } = Address::of(&address).ok_or(ApiError::NotFound)?;
    let beat = word.map_or(Some(Beat::Success), beat).ok_or(ApiError::NotFound)?;
    record(&context, token, beat, body).await
}

/// Any other method: it does not count, and the row says so.
pub async fn wrong_method(State(context): State<Arc<Context>>, method: Method, Path(address): Path<String>) -> ApiError {
    let method = ["GET", "HEAD", "PUT", "PATCH", "DELETE"].into_iter().find(|known| method == *known);
    if let (Some(Address { token, .. }), Some(method)) = (Address::of(&address), method) {
        context.heartbeats.refuse(token, method);
    }
    ApiError::MethodNotAllowed
}

/// What stands after `/heartbeat/`.
#[derive(Debug, PartialEq, Eq)]
struct Address<'a> {
    token: &'a str,
    word: Option<&'a str>,
}

impl<'a> Address<'a> {
    /// Scripts put addresses together from parts, so that there may be more slashes than one.
    fn of(text: &'a str) -> Option<Self> {
        let mut parts = text.split('/').filter(|part| !part.is_empty());
        let (token, word) = (parts.next()?, parts.next());
        parts.next().is_none().then_some(Self { token, word })
    }
}

fn beat(word: &str) -> Option<Beat> {
    let failed = |code| Some(Beat::Failure(Failure::new(code, b"")));
    match word.to_ascii_lowercase().as_str() {
        "start" => Some(Beat::Start),
        "fail" => failed(None),
        "log" => Some(Beat::Log),
        code if is_number(code) => match code.parse() {
            Ok(0) => Some(Beat::Success),
            // One that fits nowhere is no success either.
            code => failed(code.ok()),
        },
        _ => None,
    }
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A token that is not registered looks like an address where there is nothing.
async fn record(context: &Context, token: &str, beat: Beat, body: Body) -> Result<Response, ApiError> {
    let (is_failure, is_log) = (matches!(beat, Beat::Failure(_)), beat == Beat::Log);
    let run = context.heartbeats.beat(token, beat).ok_or(ApiError::NotFound)?;
    if !is_log {
        store(context, token).await;
    }
    // Read also when it says nothing: a client that cannot send it to its end would take that for a failure.
    let said = end_of(body).await;
    if is_failure && !said.is_empty() {
        context.heartbeats.explain(token, run, &said);
        store(context, token).await;
    }
    Ok(json(&Answer { result: true }))
}

/// Stores what is known of the job before the answer, so that a restart right after it loses nothing. A store that takes too long
/// gets it later.
async fn store(context: &Context, token: &str) {
    let service = context.heartbeats.service(token);
    timeout(STORE_TIME, context.write_requests.store_heartbeats(service.into_iter().collect())).await.ok();
}

/// The end of a body, or of as much of it as came in time and may be read.
async fn end_of(body: Body) -> Vec<u8> {
    let (mut kept, mut total) = (Vec::new(), 0);
    let mut stream = body.into_data_stream();
    let read = async {
        while let Some(Ok(chunk)) = stream.next().await {
            let chunk: Bytes = chunk;
            total += chunk.len();
            kept.extend_from_slice(&chunk);
            kept.drain(..kept.len().saturating_sub(LONGEST_WORDS));
            if total > BODY_LIMIT {
                break;
            }
        }
    };
    timeout(BODY_TIME, read).await.ok();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_too_many_lose_no_heartbeat() {
        let address = |token, word| Some(Address { token, word });
        for (text, expected) in [
            ("token", address("token", None)),
            ("token/", address("token", None)),
            ("token//", address("token", None)),
            ("/token", address("token", None)),
            ("token//fail//", address("token", Some("fail"))),
            ("token/fail/more", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(Address::of(text), expected, "{text}");
        }
    }

    #[test]
    fn every_number_is_an_exit_code_and_only_zero_a_success() {
        let failed = |code| Some(Beat::Failure(Failure { exit_code: code, words: String::new() }));
        for (word, expected) in [
            ("0", Some(Beat::Success)),
            ("00", Some(Beat::Success)),
            ("-0", Some(Beat::Success)),
            ("1", failed(Some(1))),
            ("255", failed(Some(255))),
            ("256", failed(Some(256))),
            ("-9", failed(Some(-9))),
            ("4294967295", failed(Some(4_294_967_295))),
            ("99999999999999999999", failed(None)),
            ("fail", failed(None)),
            ("FAIL", failed(None)),
            ("Start", Some(Beat::Start)),
            ("start", Some(Beat::Start)),
            ("log", Some(Beat::Log)),
            ("failed", None),
            ("-", None),
            ("1.5", None),
            ("0x1", None),
        ] {
            assert_eq!(beat(word), expected, "{word}");
        }
    }
}
