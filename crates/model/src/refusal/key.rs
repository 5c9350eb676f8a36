/// Why no API key is created.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    #[error("the key needs a name, for example that of its program")]
    NoName,
    /// The most characters.
    #[error("the name of a key has at most {0} characters, without control characters")]
    WrongName(usize),
    /// With the name that may be meant, and a sentence about it or about all names.
    #[error("there is no user `{user}`; {suggestion}")]
    NoSuchUser { user: String, meant: Option<String>, suggestion: String },
    #[error("the scope is `read`, `operate` or `admin`")]
    WrongScope,
    #[error("the user `{user}` does not have the role `{role}`, so no key of theirs can")]
    LacksRole { user: String, role: String },
    #[error("the user `{user}` has at most the scope `{scope}`, and so has a key of theirs")]
    ScopeTooHigh { user: String, scope: String },
    #[error("the scope admin is about every service; leave out the roles, or choose the scope operate")]
    AdminWithRoles,
    #[error("the expiry is wrong: {0}")]
    Expiry(ExpiryProblem),
    #[error("there is a key `{0}` already; choose another name, or revoke it first")]
    NameTaken(String),
    #[error("there are {0} keys already; revoke some first")]
    TooMany(usize),
    #[error("the system gives no random numbers")]
    NoRandomNumbers,
    #[error("the server is shutting down")]
    Ending,
}

/// What is wrong with the expiry of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpiryProblem {
    #[error("expected days (90d), hours (12h), a day (2027-01-31), or never")]
    NotUnderstood,
    #[error("that day has begun already")]
    HasBegun,
}

impl KeyRefusal {
    /// The HTTP status of the answer.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NameTaken(_) => 409,
            Self::TooMany(_) => 429,
            Self::NoRandomNumbers => 500,
            Self::Ending => 503,
            _ => 400,
        }
    }
}
