use model::{QuotaExceeded, SilenceRefusal};

/// Why a request about silences was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SilenceError {
    /// There is nothing that the caller may see under that number.
    #[error("there is nothing of that number")]
    Gone,
    #[error("this needs the role operator or admin")]
    NotOperator,
    /// It covers services that the caller may not see, whose alerts are not theirs to be sent again.
    #[error("this also covers services that you may not see; a user who sees all of them can withdraw it")]
    CoversOthers,
    /// The caller has their share of silences already.
    #[error(transparent)]
    TooMany(#[from] QuotaExceeded),
    /// What is wrong with it.
    #[error(transparent)]
    Wrong(#[from] SilenceRefusal),
}
