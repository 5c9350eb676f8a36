//! Describes failures of the AWS API.

use super::answer_limit::LARGEST_ANSWER;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ec2::config::http::HttpResponse;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use http_body_util::LengthLimitError;
use net::advice::Keys;
use net::excerpt::shortened;
use net::failure;
use net::failure::causes;
use std::error::Error;
use std::io;
use system::exhaustion::Exhausted;

/// Why a request failed.
#[derive(Debug)]
pub(super) struct Failure {
    /// The error code of AWS; absent if AWS did not answer.
    code: Option<String>,
    /// The message of AWS, which may be long.
    detail: String,
    /// The message of the row.
    message: String,
    meaning: Meaning,
}

/// The meaning of an error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Refused,
    Expired,
    Forbidden,
    Throttled,
    UnknownInstance,
    Fault,
    Other,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { code: None, detail: String::new(), message: message.into(), meaning: Meaning::Other }
    }

    /// Missing credentials.
    pub(super) fn credentials(error: &CredentialsError) -> Self {
        let reason = causes(error).last().unwrap_or(error).to_string();
        // Some reasons continue with a list of everything that was tried.
        Self::new(format!("no credentials: {}", shortened(reason.lines().next().unwrap_or_default())))
    }

    /// A failed `action`, for example `DescribeInstances`, of `server`.
    pub(super) fn request<E>(error: &SdkError<E, HttpResponse>, action: &str, server: &str) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::ServiceError(answer) => match answer.err().code() {
                Some(code) => Self::of_code(code, answer.err().message().unwrap_or_default(), action),
                None => Self::new(format!(
                    "{server} answers, but not as EC2 does (HTTP {}); look at `endpoint_url` and at proxies",
                    answer.raw().status().as_u16()
                )),
            },
            other => Self::of_connection(other, server),
        }
    }

    fn of_code(code: &str, detail: &str, action: &str) -> Self {
        let meaning = Meaning::of(code);
        let message = match meaning {
            Meaning::Refused => format!("AWS does not accept the credentials ({code}); look at `access_key` and `secret_key`"),
            Meaning::Expired => format!("the credentials have expired ({code}); renew them, or set the clock of this machine"),
            Meaning::Forbidden => format!("the credentials give no right to do this ({code}); allow them `ec2:{action}`"),
            Meaning::Throttled => format!("AWS takes no more requests of this account now ({code}); check less often"),
            Meaning::Fault => format!("AWS has a fault of its own ({code})"),
            Meaning::UnknownInstance | Meaning::Other if detail.is_empty() => format!("AWS refuses the request ({code})"),
            Meaning::UnknownInstance | Meaning::Other => format!("AWS refuses the request ({code}): {}", shortened(detail)),
        };
        Self { code: Some(code.to_owned()), detail: detail.to_owned(), message, meaning }
    }

    fn of_connection<E: Error + 'static>(error: &SdkError<E, HttpResponse>, server: &str) -> Self {
        for cause in causes(error) {
            if let Some(error) = cause.downcast_ref::<CredentialsError>() {
                return Self::credentials(error);
            }
            if let Some(error) = cause.downcast_ref::<rustls::Error>() {
                return Self::new(failure::tls(error, server, Keys::TRUST));
            }
            if cause.is::<LengthLimitError>() {
                return Self::new(format!("the answer of {server} is larger than {} MiB", LARGEST_ANSWER >> 20));
            }
            if let Some(error) = cause.downcast_ref::<io::Error>() {
                let is_end = error.kind() == io::ErrorKind::UnexpectedEof;
                let known = is_end.then(|| failure::network(error, server)).or_else(|| failure::network_known(error, server));
                if let Some(message) = known {
                    return Self::new(message);
                }
            }
            // The type of this error is private.
            if cause.to_string() == "dns error" {
                let exhausted = Exhausted::now().map(|exhausted| format!(": {}", exhausted.noted())).unwrap_or_default();
                return Self::new(format!("the name of {server} could not be resolved{exhausted}"));
            }
        }
        let reason = causes(error).last().map(ToString::to_string).unwrap_or_default();
        Self::new(match error {
            SdkError::DispatchFailure(failure) if failure.is_timeout() => format!("no connection with {server} in time"),
            SdkError::ResponseError(_) => format!("the answer of {server} broke off: {}", shortened(&reason)),
            SdkError::ConstructionFailure(_) => format!("the request cannot be made: {}", shortened(&reason)),
            _ => format!("no answer from {server}: {}", shortened(&reason)),
        })
    }

    /// Whether other credentials could help.
    pub(super) fn is_about_credentials(&self) -> bool {
        matches!(self.meaning, Meaning::Refused | Meaning::Expired | Meaning::Forbidden)
    }

    /// If AWS only does not know some of the ids: the code and those ids. Otherwise the failure.
    pub(super) fn unknown_ids(self, asked: &[String]) -> Result<(String, Vec<String>), Self> {
        let named =
            |id: &&String| self.detail.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| word == id.as_str());
        match &self.code {
            Some(code) if self.meaning == Meaning::UnknownInstance => {
                let unknown: Vec<_> = asked.iter().filter(named).cloned().collect();
                if unknown.is_empty() { Err(self) } else { Ok((code.clone(), unknown)) }
            }
            _ => Err(self),
        }
    }

    pub(super) fn into_message(self) -> String {
        self.message
    }
}

impl Meaning {
    fn of(code: &str) -> Self {
        match code {
            "AuthFailure"
            | "IncompleteSignature"
            | "InvalidAccessKeyId"
            | "InvalidClientTokenId"
            | "MissingAuthenticationToken"
            | "SignatureDoesNotMatch"
            | "UnrecognizedClientException" => Self::Refused,
            "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => Self::Expired,
            "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => Self::Forbidden,
            "RequestLimitExceeded"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "SlowDown"
            | "Throttling"
            | "ThrottlingException"
            | "TooManyRequestsException" => Self::Throttled,
            "InvalidInstanceID.NotFound" | "InvalidInstanceID.Malformed" => Self::UnknownInstance,
            "InternalError" | "InternalFailure" | "ServiceUnavailable" | "Unavailable" => Self::Fault,
            _ => Self::Other,
        }
    }
}
