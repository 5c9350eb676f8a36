use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a call of the page was not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RpcError {
    /// Nobody is logged in, or the session has ended.
    #[error("Please log in.")]
    Unauthorized,
    /// The viewer is known, but may not do this.
    #[error("This needs the role admin.")]
    Forbidden,
    /// The viewer may not order this.
    #[error("This needs the role operator or admin.")]
    NotOperator,
    /// There is nothing of that number, or no longer.
    #[error("That is no longer there.")]
    Gone,
    /// What was asked for cannot be done; the text says what is wrong with it.
    #[error("{0}")]
    Wrong(String),
    /// The server cannot answer now; the text says why.
    #[error("{0}")]
    Unavailable(String),
    /// The call did not reach the server, or its answer was not understood.
    #[error("The server could not be reached: {0}")]
    Transport(String),
}

impl FromServerFnError for RpcError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        // On the server it is the body of the caller that could not be read.
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
