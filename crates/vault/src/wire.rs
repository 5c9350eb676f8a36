//! One request to Vault and its answer, without their meaning.

use super::error::VaultError;
use super::transport::Transport;
use crate::VaultBackend;
use json::Number;
use net::advice::Keys;
use net::excerpt::shortened;
use net::http::HttpError;
use net::withhold::withhold;
use rustify::endpoint::Endpoint;
use rustify::enums::{RequestMethod, RequestType, ResponseType};
use rustify::errors::ClientError;
use serde_json::Value;
use std::error::Error;
use std::time::Duration;
use system::foreign_text;
use vaultrs::api::EndpointMiddleware;
use yaml::Secret;

/// The connection to one Vault.
pub(super) struct Wire {
    http: Transport,
    namespace: Option<String>,
    address: String,
    timeout: Duration,
}

/// An answer of Vault, good or bad.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    /// Nothing where the body is no JSON.
    pub body: Value,
    /// Whether the body is something else than JSON, as the page of a proxy or of a login is. Vault sends JSON or nothing.
    pub is_foreign: bool,
}

impl Wire {
    /// The error says what to change in `vault_backend`.
    pub(super) fn new(backend: &VaultBackend) -> Result<Self, String> {
        let http = Transport::new(backend)?;
        if !backend.verify {
            tracing::warn!(
                "The certificate of Vault is not verified (`verify: false`): an attacker on the network path can read every secret."
            );
        }
        Ok(Self { http, namespace: backend.namespace.clone(), address: backend.address(), timeout: backend.timeout })
    }

    /// Asks for a path below `/v1/`, given as steps that are not encoded yet.
    pub(super) async fn get(&self, path: &[&str], token: &Secret) -> Result<Answer, VaultError> {
        self.send(Call { method: RequestMethod::GET, path: joined(path), body: None }, Some(token)).await
    }

    /// Writes to a path below `/v1/`. Without a token for logins.
    pub(super) async fn post(&self, path: &[&str], body: &Value, token: Option<&Secret>) -> Result<Answer, VaultError> {
        let body = Some(body.to_string().into_bytes());
        self.send(Call { method: RequestMethod::POST, path: joined(path), body }, token).await
    }

    async fn send(&self, call: Call, token: Option<&Secret>) -> Result<Answer, VaultError> {
        let middleware = EndpointMiddleware {
            token: token.map(|token| token.expose().to_owned()).unwrap_or_default(),
            version: "v1".to_owned(),
            wrap: None,
            namespace: self.namespace.clone(),
        };
        match call.with_middleware(&middleware).exec(&self.http).await {
            Ok(answer) => Ok(Answer::new(answer.response.status().as_u16(), answer.response.body())),
            Err(ClientError::ServerResponseError { code, content }) => {
                let answer = Answer::new(code, content.unwrap_or_default().as_bytes());
                Ok(answer.without(token.map(Secret::expose).unwrap_or_default()))
            }
            Err(ClientError::RequestError { source, .. } | ClientError::ResponseError { source }) => {
                Err(self.unanswered(source.as_ref()))
            }
            // Its other errors hold what was sent or what came back.
            Err(_) => Err(VaultError::away(format!("the request to {} could not be made", self.address))),
        }
    }

    fn unanswered(&self, error: &(dyn Error + 'static)) -> VaultError {
        let reason = match error.downcast_ref::<HttpError>() {
            Some(HttpError::Late { .. }) => {
                return VaultError::away(format!("no answer from {} within {} s", self.address, self.timeout.as_secs_f64()));
            }
            Some(error) => error.describe(self.address.split_once("://").map_or("", |(_, server)| server), Keys::TRUST),
            None => error.to_string(),
        };
        VaultError::away(format!("no answer from {}: {}", self.address, shortened(&reason)))
    }
}

impl Answer {
    pub(super) fn new(status: u16, bytes: &[u8]) -> Self {
        let body = json(bytes);
        let is_foreign = body.is_null() && !bytes.trim_ascii().is_empty();
        Self { status, body, is_foreign }
    }

    /// An error may repeat the token that was sent.
    fn without(mut self, token: &str) -> Self {
        for key in ["errors", "error"] {
            let errors = match self.body.get_mut(key) {
                Some(Value::Array(errors)) => errors.as_mut_slice(),
                Some(error) => std::slice::from_mut(error),
                None => &mut [],
            };
            for error in errors {
                if let Value::String(text) = error {
                    *text = withhold(text, token, "[withheld]");
                }
            }
        }
        self
    }

    pub(super) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The error in an answer: `errors` of Vault, `error` of compatible servers.
    pub(super) fn reason(&self) -> String {
        let errors = self.body["errors"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let reasons = errors.chain(self.body["error"].as_str()).map(str::trim).collect::<Vec<_>>().join("; ");
        if reasons.is_empty() {
            format!("status {}", self.status)
        } else {
            format!("{} (status {})", shortened(&foreign_text::lines(&reasons)), self.status)
        }
    }

    /// The result of writing a secret.
    pub(super) fn written(&self, full: &str) -> Result<(), VaultError> {
        match self.failure() {
            Some(failure) => Err(failure),
            None if self.is_good() => Ok(()),
            None => Err(VaultError::missing(format!("there is no engine at {full}: {}", self.reason()))),
        }
    }

    /// Why the request failed; `None` for a good answer, and for one about the requested key.
    pub(super) fn failure(&self) -> Option<VaultError> {
        match self.status {
            200..=299 | 404 if self.is_foreign => Some(self.foreign()),
            200..=299 | 404 => None,
            // RustyVault says 400 where no token is.
            400 | 401 | 403 => Some(VaultError::denied(format!("Vault refuses: {}", self.reason()))),
            503 if self.reason().to_lowercase().contains("sealed") => Some(VaultError::away("Vault is sealed")),
            429 | 472 | 473 | 500..=599 => Some(VaultError::away(format!("Vault has an internal error: {}", self.reason()))),
            _ => Some(self.foreign()),
        }
    }

    /// The answer is not from Vault, so it says nothing about any secret.
    fn foreign(&self) -> VaultError {
        VaultError::away(format!("the answer is not from Vault: {}", self.reason()))
    }
}

/// One request, in the form that the library sends.
struct Call {
    method: RequestMethod,
    path: String,
    body: Option<Vec<u8>>,
}

impl Endpoint for Call {
    type Response = ();
    const REQUEST_BODY_TYPE: RequestType = RequestType::JSON;
    const RESPONSE_BODY_TYPE: ResponseType = ResponseType::JSON;

    fn path(&self) -> String {
        self.path.clone()
    }

    fn method(&self) -> RequestMethod {
        self.method.clone()
    }

    fn body(&self) -> Result<Option<Vec<u8>>, ClientError> {
        Ok(self.body.clone())
    }
}

/// The steps of a path, not encoded: the library encodes each step when it makes the address.
fn joined(steps: &[&str]) -> String {
    steps.iter().flat_map(|step| step.split('/')).filter(|step| !step.is_empty()).collect::<Vec<_>>().join("/")
}

/// Nothing where it is no JSON. A number that would be rounded becomes a text, since a secret that is a number is used as its digits.
fn json(body: &[u8]) -> Value {
    let value = std::str::from_utf8(body).ok().and_then(|text| json::parse(text).ok());
    value.map(|value| value.to_serde(Number::to_serde_or_text)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use serde_json::json;

    #[test]
    fn a_path_is_joined_without_empty_steps() {
        assert_eq!(joined(&["secret", "apps/shop/db"]), "secret/apps/shop/db");
        assert_eq!(joined(&["secret/", "/a//b c%"]), "secret/a/b c%");
    }

    #[test]
    fn numbers_keep_their_digits() {
        let body = json(br#"{"lease_duration": 3600, "data": {"pin": 12345678901234567890123, "version": 1.10}}"#);
        assert_eq!(body, json!({"lease_duration": 3600, "data": {"pin": "12345678901234567890123", "version": "1.10"}}));
        assert_eq!(json(b"<html>"), Value::Null);
    }

    #[test]
    fn an_answer_that_is_not_that_of_vault_says_nothing_of_secrets() {
        for (status, body) in [(200, "<html>"), (404, "<html>404</html>"), (302, "")] {
            let failure = Answer::new(status, body.as_bytes()).failure().unwrap();
            assert!(matches!(failure.kind, Kind::Away), "{status}: {failure}");
        }
        assert!(Answer::new(404, b"").failure().is_none() && Answer::new(204, b"").failure().is_none());
    }

    #[test]
    fn what_an_answer_says_steers_no_terminal() {
        let answer = Answer::new(500, br#"{"error": "bo\u001b[31mom\u202e"}"#);
        assert_eq!(answer.reason(), "bo [31mom<U+202E> (status 500)");
    }

    #[test]
    fn the_token_is_withheld() {
        let said = |body: &str| Answer::new(500, body.as_bytes()).without("hvs.LONGTOKEN0123").reason();
        assert_eq!(said(r#"{"errors": ["boom hvs.LONGTOKEN0123"]}"#), "boom [withheld] (status 500)");
        assert_eq!(said(r#"{"error": "boom hvs.LONGTOKEN0123"}"#), "boom [withheld] (status 500)");
    }

    #[test]
    fn the_status_says_what_kind_of_failure_it_is() {
        let kind = |status, body: Value| {
            Answer::new(status, body.to_string().as_bytes()).failure().map(|error| (error.kind, error.to_string()))
        };
        let failure = |kind, text: &str| Some((kind, text.to_owned()));
        assert_eq!(kind(200, json!({})), None);
        assert_eq!(kind(404, json!({"errors": []})), None);
        // As Vault and as RustyVault say it.
        assert_eq!(
            kind(403, json!({"errors": ["1 error occurred:\n\t* permission denied\n\n"]})),
            failure(Kind::Denied, "Vault refuses: 1 error occurred:\n\t* permission denied (status 403)")
        );
        assert_eq!(
            kind(403, json!({"error": "Permission denied."})),
            failure(Kind::Denied, "Vault refuses: Permission denied. (status 403)")
        );
        assert_eq!(kind(400, Value::Null), failure(Kind::Denied, "Vault refuses: status 400"));
        assert_eq!(kind(503, json!({"errors": ["Vault is sealed"]})), failure(Kind::Away, "Vault is sealed"));
        assert_eq!(kind(503, json!({"error": "RustyVault is sealed."})), failure(Kind::Away, "Vault is sealed"));
        assert_eq!(kind(500, Value::Null), failure(Kind::Away, "Vault has an internal error: status 500"));
        assert_eq!(kind(302, Value::Null), failure(Kind::Away, "the answer is not from Vault: status 302"));
    }
}
