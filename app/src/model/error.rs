#[cfg(feature = "ssr")]
use super::Refusal;
use super::encoding::JsonText;
#[cfg(feature = "ssr")]
use crate::language::{Language, text_in};
use crate::texts::errors as texts;
#[cfg(feature = "ssr")]
use crate::texts::refusals;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a call of the page failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RpcError {
    /// There is no session, or it has ended.
    #[error("{}", texts::please_log_in())]
    Unauthorized,
    /// The viewer is not an administrator.
    #[error("{}", texts::needs_admin())]
    Forbidden,
    /// The viewer is not an operator.
    #[error("{}", texts::needs_operator())]
    NotOperator,
    /// The silence, the incident or the channel does not exist, or not for this viewer.
    #[error("{}", texts::gone())]
    Gone,
    /// The viewer sees no service with this id.
    #[error("{}", texts::no_such_service())]
    NotFound,
    /// The server refuses it. The text is a sentence with the reason, in the language of the page.
    #[error("{0}")]
    Wrong(String),
    /// The same, before it is [written](Self::written). The browser does not load the code that reads and writes every reason.
    #[cfg(feature = "ssr")]
    #[error("{}", refusals::refusal(.0))]
    #[serde(skip)]
    Refused(Refusal),
    /// The server cannot answer now. The text is a sentence with the reason.
    #[error("{0}")]
    Unavailable(String),
    /// The call did not reach the server, or the answer could not be read.
    #[error("{}", texts::out_of_reach(.0))]
    Transport(String),
}

impl RpcError {
    /// The answer to a call of a function that does not exist here: the page is of another version. That may be an older one, which knows only
    /// the reasons of its time, so this one is a text in its language.
    #[cfg(feature = "ssr")]
    pub fn of_other_version(language: Language) -> Self {
        Self::Wrong(text_in(language, || refusals::unknown_function().to_owned()))
    }

    /// With the reason as a text in the language of the page, as browsers get it.
    #[cfg(feature = "ssr")]
    pub fn written(self) -> Self {
        match self {
            Self::Refused(refusal) => Self::Wrong(refusals::refusal(&refusal)),
            error => error,
        }
    }

    /// The HTTP status of the error.
    #[cfg(feature = "ssr")]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unauthorized => 401,
            Self::Forbidden | Self::NotOperator => 403,
            Self::Gone | Self::NotFound => 404,
            Self::Wrong(_) => 400,
            Self::Refused(refusal) => refusal.status(),
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
            return Self::Wrong(texts::wrong_body(reason));
        }
        Self::Transport(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::in_language;

    #[test]
    fn an_error_is_written_in_the_language_of_the_page() {
        let written = || [RpcError::Gone, RpcError::Wrong("As it is.".to_owned())].map(|error| error.to_string());
        assert_eq!(written(), ["It no longer exists. Load the page again.", "As it is."]);
        assert_eq!(in_language(Language::French, written), ["Cet élément n’existe plus. Rechargez la page.", "As it is."]);
        let french = RpcError::of_other_version(Language::French);
        assert_eq!(french.to_string(), "Le serveur ne connaît pas cette fonction. Rechargez la page.");
    }
}
