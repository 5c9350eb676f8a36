//! Why a connection of the driver was ended by the guard.

use super::nesting::DEEPEST;
use crate::dial::DialError;
use std::{fmt, io};

const MIB: usize = 1 << 20;

/// Why a connection was not made, or broke off. The driver sees only its end.
#[derive(Debug)]
pub enum Failure {
    /// No connection was made.
    Dial(DialError),
    /// TLS failed, or the connection broke off.
    Io(io::Error),
    /// The server sent what the driver must not read.
    Refused(Refusal),
}

/// What is wrong with a message of a server. Prints as what the server does, for example after its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is no message of a MongoDB server.
    NotMongoDb,
    /// It is longer than this number of bytes.
    TooLong(usize),
    /// Its document is nested too deeply.
    TooDeep,
    /// Its document breaks the rules of BSON.
    Malformed,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dial(error) => f.write_str(error.message()),
            Self::Io(error) => error.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMongoDb => f.write_str("does not answer as a MongoDB server"),
            Self::TooLong(longest) => {
                write!(f, "answers with more than {} MiB, which Platus does not read", longest / MIB)
            }
            Self::TooDeep => write!(f, "answers with documents nested deeper than {DEEPEST} levels, which Platus does not read"),
            Self::Malformed => f.write_str("answers with a malformed document, which Platus does not read"),
        }
    }
}
