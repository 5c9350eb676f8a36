/// Why settings are rejected: values that are well formed, but contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidSetting {
    /// The error and its remedy, in one sentence; contains no secret.
    pub message: String,
}

impl InvalidSetting {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}
