/// Why settings are not taken: values that are well formed, but do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidSetting {
    /// What is wrong and what to change, in one sentence. Never holds a secret.
    pub message: String,
}

impl InvalidSetting {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}
