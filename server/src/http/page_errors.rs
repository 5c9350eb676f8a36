//! The errors of the API as the page knows them: typed, since the page has their texts in the language of the viewer.

use super::alerts::SilenceError;
use super::errors::ApiError;
use app::model::RpcError;
use model::{HistoryRefusal, Refusal};

/// Why a call of the page failed.
pub fn failed(error: ApiError) -> RpcError {
    RpcError::Refused(match error {
        ApiError::NotFound => return RpcError::NotFound,
        ApiError::Unauthorized => return RpcError::Unauthorized,
        ApiError::Forbidden => return RpcError::Forbidden,
        ApiError::NotOperator => return RpcError::NotOperator,
        ApiError::CoversOthers => Refusal::CoversOthers,
        ApiError::SilenceRefused(refusal) => Refusal::Silence(refusal),
        ApiError::TooManySilences(refusal) => Refusal::Quota(refusal),
        ApiError::NoteRefused(refusal) => Refusal::Note(refusal),
        ApiError::KeyRefused(refusal) => Refusal::Key(refusal),
        ApiError::NotChecked(refusal) | ApiError::CheckedJustNow { refusal, .. } => Refusal::Check(refusal),
        ApiError::TooManyChecks(exhausted) => Refusal::TooManyChecks(exhausted),
        ApiError::NotTested(refusal) | ApiError::TestedJustNow { refusal, .. } => Refusal::Test(refusal),
        ApiError::StoreAway { details } => Refusal::History(HistoryRefusal::StoreAway { details }),
        ApiError::StoreUnusable { details } => Refusal::History(HistoryRefusal::StoreUnusable { details }),
        ApiError::TooManyHistoryQueries => Refusal::History(HistoryRefusal::TooMany),
        ApiError::TooManyAttempts { retry_after } => Refusal::TooManyAttempts(retry_after.as_secs() + 1),
        ApiError::ShuttingDown => Refusal::ShuttingDown,
        ApiError::BadParameter(ref parameter) => match parameter.period() {
            Some(problem) => Refusal::History(HistoryRefusal::Period(problem.clone())),
            None => return unexpected(&error),
        },
        ApiError::BadBody(_)
        | ApiError::NoPath
        | ApiError::ForeignOrigin(_)
        | ApiError::MethodNotAllowed
        | ApiError::NotCompared { .. }
        | ApiError::TooManyStreams(_) => return unexpected(&error),
    })
}

/// What only a program that speaks as the page does can be answered.
fn unexpected(error: &ApiError) -> RpcError {
    RpcError::Wrong(format!("{error}."))
}

/// The same for what has a number or a name, and no page.
pub fn gone(error: ApiError) -> RpcError {
    match error {
        ApiError::NotFound => RpcError::Gone,
        error => failed(error),
    }
}

/// Why a request was rejected.
pub fn refused_silence(error: SilenceError) -> RpcError {
    gone(error.into())
}
