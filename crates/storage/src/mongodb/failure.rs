//! Errors of the database in the words of an operator, and whether waiting may help.

use super::topology;
use crate::StoreError;
use mongodb::error::{Error, ErrorKind, WriteFailure};
use net::mongodb::{Failure, Guard};
use std::sync::Arc;
use system::foreign_text::short_line;

/// Most characters of a text of the driver or the server that are shown.
const LONGEST: usize = 300;

/// Duplicate key. Writes of documents that may exist expect it.
pub const DUPLICATE_KEY: i32 = 11000;

/// The server does not know the user, or the password is another.
const NOT_LET_IN: [i32; 3] = [11, 18, 8000];
const NO_RIGHT: i32 = 13;

/// Errors of the request, which repeating does not solve: an invalid value, command or option, an index with other keys, a document that
/// the collection rejects or that is too large.
const REFUSED: [i32; 10] = [2, 9, 14, 59, 72, 85, 86, 121, 10334, 17280];

/// The context of the texts.
#[derive(Clone, Debug)]
pub struct ErrorContext {
    /// The hosts and the database.
    pub place: String,
    pub database: String,
    /// Absent without a login.
    pub username: Option<String>,
    /// Through which the driver connects. It knows why connections failed. Absent before the first connection.
    pub guard: Option<Arc<Guard>>,
}

impl ErrorContext {
    /// The same for connections through this guard.
    pub fn with_guard(self, guard: Guard) -> Self {
        Self { guard: Some(Arc::new(guard)), ..self }
    }

    fn connection_failure(&self, server: &str) -> Option<Arc<Failure>> {
        self.guard.as_ref()?.failure(server)
    }

    /// What the guard has refused to pass on, if that is why a connection ended.
    fn refused_answer(&self) -> Option<String> {
        let (server, refusal) = self.guard.as_ref()?.refusal()?;
        Some(format!("{server} {refusal}"))
    }

    pub fn store_error(&self, error: &Error) -> StoreError {
        let place = &self.place;
        match &*error.kind {
            ErrorKind::Authentication { message, .. } => self.not_let_in(message),
            ErrorKind::Command(command) => self.for_code(command.code, &command.message),
            ErrorKind::Write(WriteFailure::WriteError(write)) => self.for_code(write.code, &write.message),
            ErrorKind::Write(WriteFailure::WriteConcernError(concern)) => self.not_confirmed(&concern.message),
            ErrorKind::ServerSelection { message, .. } => {
                let servers = topology::read(message, |server| self.connection_failure(server));
                match servers.iter().find(|server| server.is_untrusted) {
                    Some(server) => StoreError::Unusable(server.reason.clone()),
                    None if servers.is_empty() => StoreError::Away(format!("no server that takes writes was found at {place}")),
                    None => {
                        let reasons = topology::describe(&servers);
                        StoreError::Away(format!("no server that takes writes was found at {place}: {reasons}"))
                    }
                }
            }
            ErrorKind::InvalidArgument { message, .. } => {
                StoreError::Unusable(format!("the driver refuses to work with {place}: {}", shortened(message)))
            }
            ErrorKind::IncompatibleServer { message, .. } => {
                StoreError::Unusable(format!("the server at {place} is too old or too new for this Platus: {}", shortened(message)))
            }
            ErrorKind::Bson(error) => self.unreadable(&error.to_string()),
            ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. } if let Some(refused) = self.refused_answer() => {
                StoreError::Away(refused)
            }
            other => StoreError::Away(format!("{place} does not answer as it should: {}", shortened(&other.to_string()))),
        }
    }

    /// The error for an error code of the server.
    pub fn for_code(&self, code: i32, message: &str) -> StoreError {
        let (place, message) = (&self.place, shortened(message));
        match code {
            NO_RIGHT if self.username.is_none() => {
                StoreError::Unusable(format!("a login is wanted at {place}; set `username` and `password`"))
            }
            NO_RIGHT => {
                let (user, database) = (self.user(), &self.database);
                StoreError::Unusable(format!(
                    "the user{user} may not do what is needed at {place} ({message}); give it the role readWrite on {database}"
                ))
            }
            code if NOT_LET_IN.contains(&code) => self.not_let_in(&message),
            code if REFUSED.contains(&code) => StoreError::Unusable(format!(
                "{place} refuses what Platus asks for ({code}: {message}); is `database` used by something else as well?"
            )),
            _ => StoreError::Away(format!("{place} answers: {message} ({code})")),
        }
    }

    /// It may be stored, but not by enough members to be durable.
    pub fn not_confirmed(&self, message: &str) -> StoreError {
        let (place, message) = (&self.place, shortened(message));
        StoreError::Away(format!("a majority of the members of {place} has not confirmed a write ({message})"))
    }

    pub fn unreadable(&self, reason: &str) -> StoreError {
        let place = &self.place;
        StoreError::Unusable(format!(
            "what is stored at {place} cannot be read ({}); restore a backup, or name another `database`",
            shortened(reason)
        ))
    }

    fn not_let_in(&self, message: &str) -> StoreError {
        let (user, place) = (self.user(), &self.place);
        StoreError::Unusable(format!(
            "the user{user} is not let in at {place} ({}); look at `username`, `password` and `auth_source`",
            shortened(message)
        ))
    }

    fn user(&self) -> String {
        self.username.as_ref().map(|name| format!(" `{name}`")).unwrap_or_default()
    }
}

/// Whether the server answered that the key is there already.
pub fn is_duplicate(error: &Error) -> bool {
    match &*error.kind {
        ErrorKind::Write(WriteFailure::WriteError(write)) => write.code == DUPLICATE_KEY,
        ErrorKind::Command(command) => command.code == DUPLICATE_KEY,
        _ => false,
    }
}

/// Whether the connection broke, or its server is no primary any more, so that another attempt finds a better one.
pub fn is_worth_another_attempt(error: &Error) -> bool {
    const NO_PRIMARY_ANY_MORE: [i32; 8] = [91, 189, 10058, 10107, 11600, 11602, 13435, 13436];
    match &*error.kind {
        ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. } => true,
        ErrorKind::Command(command) => NO_PRIMARY_ANY_MORE.contains(&command.code),
        _ => false,
    }
}

fn shortened(text: &str) -> String {
    short_line(text, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    fn errors(username: Option<&str>) -> ErrorContext {
        ErrorContext {
            place: "a:1/platus".to_owned(),
            database: "platus".to_owned(),
            username: username.map(str::to_owned),
            guard: None,
        }
    }

    #[track_caller]
    fn check(code: i32, username: Option<&str>, expect: StoreError) {
        assert_eq!(errors(username).for_code(code, "why"), expect);
    }

    fn unusable(text: &str) -> StoreError {
        StoreError::Unusable(text.to_owned())
    }

    #[test]
    fn errors_of_the_server_name_the_remedy() {
        check(13, None, unusable("a login is wanted at a:1/platus; set `username` and `password`"));
        let right = "the user `u` may not do what is needed at a:1/platus (why); give it the role readWrite on platus";
        check(13, Some("u"), unusable(right));
        let login = "the user `u` is not let in at a:1/platus (why); look at `username`, `password` and `auth_source`";
        check(18, Some("u"), unusable(login));
        let refused = "a:1/platus refuses what Platus asks for (121: why); is `database` used by something else as well?";
        check(121, None, unusable(refused));
        check(10107, None, StoreError::Away("a:1/platus answers: why (10107)".to_owned()));
        check(14031, None, StoreError::Away("a:1/platus answers: why (14031)".to_owned()));
    }

    #[test]
    fn a_broken_connection_may_come_back() {
        let error = Error::from(io::Error::from(io::ErrorKind::ConnectionReset));
        assert!(is_worth_another_attempt(&error) && !is_duplicate(&error));
        assert!(
            matches!(errors(None).store_error(&error), StoreError::Away(text) if text.starts_with("a:1/platus does not answer"))
        );
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(shortened("a\nb"), "a b");
        assert_eq!(shortened(&"é".repeat(301)), format!("{}…", "é".repeat(300)));
    }
}
