use super::encoding::JsonText;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a call of the page failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RpcError {
    /// There is no session, or it has ended.
    #[error("Please log in.")]
    Unauthorized,
    /// The viewer is not an administrator.
    #[error("This needs the role admin.")]
    Forbidden,
    /// The viewer is not an operator.
    #[error("This needs the role operator or admin.")]
    NotOperator,
    /// The silence, the incident or the channel does not exist, or not for this viewer.
    #[error("It no longer exists. Load the page again.")]
    Gone,
    /// The viewer sees no service with this id.
    #[error("There is no such service, or you do not have one of its roles.")]
    NotFound,
    /// The request is invalid. The text is a sentence with the reason.
    #[error("{0}")]
    Wrong(String),
    /// The command cannot be carried out in the present state. The text is a sentence with the reason.
    #[error("{0}")]
    Conflict(String),
    /// Too many commands in too short a time. The text is a sentence with the reason.
    #[error("{0}")]
    TooMany(String),
    /// The server cannot answer now. The text is a sentence with the reason.
    #[error("{0}")]
    Unavailable(String),
    /// The call did not reach the server, or the answer could not be read.
    #[error("The server could not be reached: {0}")]
    Transport(String),
}

impl RpcError {
    /// The HTTP status of the error.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unauthorized => 401,
            Self::Forbidden | Self::NotOperator => 403,
            Self::Gone | Self::NotFound => 404,
            Self::Wrong(_) => 400,
            Self::Conflict(_) => 409,
            Self::TooMany(_) => 429,
            Self::Unavailable(_) => 503,
            Self::Transport(_) => 500,
        }
    }
}

impl FromServerFnError for RpcError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        // On the server, the body of the request could not be read.
        #[cfg(feature = "ssr")]
        if let ServerFnErrorErr::Args(reason) | ServerFnErrorErr::Deserialization(reason) | ServerFnErrorErr::MissingArg(reason) =
            &error
        {
            crate::response::set_status(400);
            return Self::Wrong(format!("The body is wrong: {reason}."));
        }
        Self::Transport(error.to_string())
    }
}
