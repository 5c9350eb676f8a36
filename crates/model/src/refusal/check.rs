use std::fmt;
use std::time::Duration;

/// Why a service is not checked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckRefusal {
    #[error("a check of this service is running; wait for its result")]
    Running,
    /// The least time between two requested checks, and what is left of it.
    #[error("this service was checked on request less than {} s ago; try again later", pause.as_secs())]
    TooSoon { pause: Duration, retry_after: Duration },
    #[error("this service is paused; resume it first")]
    Paused,
    #[error("this service cannot be checked; its configuration has to be corrected first")]
    NotScheduled,
    #[error("the server is shutting down")]
    Ending,
}

/// Why no test notification is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TestRefusal {
    #[error("there is no channel with this name")]
    Unknown,
    /// With the reason, which contains no secret.
    #[error("the channel is disabled: {0}")]
    Disabled(String),
    #[error("the channel is no longer configured")]
    Removed,
    #[error("a test of this channel is running; wait for its result")]
    Running { retry_after: Duration },
    /// The least time between two tests of a channel, and what is left of it.
    #[error("this channel was tested less than {} s ago; try again later", pause.as_secs())]
    TooSoon { pause: Duration, retry_after: Duration },
    #[error("the server is shutting down")]
    Ending,
}

/// Whose share of what may run at a time is exhausted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    User,
    Address,
    All,
}

impl CheckRefusal {
    /// The HTTP status of the answer.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Running | Self::Paused | Self::NotScheduled => 409,
            Self::TooSoon { .. } => 429,
            Self::Ending => 503,
        }
    }
}

impl TestRefusal {
    /// The HTTP status of the answer.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unknown => 404,
            Self::Disabled(_) | Self::Removed => 409,
            Self::Running { .. } | Self::TooSoon { .. } => 429,
            Self::Ending => 503,
        }
    }
}

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "of this user",
            Self::Address => "from this address",
            Self::All => "of all users",
        })
    }
}
