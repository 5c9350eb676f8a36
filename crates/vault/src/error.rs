use std::fmt;

/// Why a value could not be read. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultError {
    pub kind: Kind,
    message: String,
}

/// What a failure means for values that were read before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Vault does not answer, is sealed, or has an internal error.
    Away,
    /// Vault refuses the login, or access to this key.
    Denied,
    /// Vault answered that this key does not exist.
    Missing,
}

impl VaultError {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub fn away(message: impl Into<String>) -> Self {
        Self::new(Kind::Away, message)
    }

    pub fn denied(message: impl Into<String>) -> Self {
        Self::new(Kind::Denied, message)
    }

    pub fn missing(message: impl Into<String>) -> Self {
        Self::new(Kind::Missing, message)
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for VaultError {}
