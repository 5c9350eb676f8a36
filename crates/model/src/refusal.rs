//! Why the server refuses what a user asks for. Each reason has its English text, which the API answers with; the page has texts of its own,
//! in the language of the viewer.

mod check;
mod history;
mod key;
mod silence;
mod recurrence_problem;

pub use check::{CheckRefusal, Exhausted, TestRefusal};
pub use history::{HistoryRefusal, PeriodProblem};
pub use key::{ExpiryProblem, KeyRefusal};
pub use recurrence_problem::RecurrenceProblem;
pub use silence::{NoteRefusal, QuotaExceeded, SilenceRefusal};

/// Why the server refuses a call of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A silence, a maintenance window, an acknowledgement or a pause.
    Silence(SilenceRefusal),
    /// One more of these.
    Quota(QuotaExceeded),
    /// It is also about services that the user does not see.
    CoversOthers,
    Note(NoteRefusal),
    Key(KeyRefusal),
    /// A requested check.
    Check(CheckRefusal),
    /// Too many requested checks run.
    TooManyChecks(Exhausted),
    /// A test notification.
    Test(TestRefusal),
    /// A question about history.
    History(HistoryRefusal),
    /// After too many wrong passwords from this address; seconds.
    TooManyAttempts(u64),
    ShuttingDown,
}

impl Refusal {
    /// The HTTP status of the answer.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Silence(_) | Self::Note(_) | Self::History(HistoryRefusal::Period(_)) => 400,
            Self::CoversOthers => 403,
            Self::Quota(_) | Self::TooManyChecks(_) | Self::TooManyAttempts(_) => 429,
            Self::ShuttingDown => 503,
            Self::Key(refusal) => refusal.status(),
            Self::Check(refusal) => refusal.status(),
            Self::Test(refusal) => refusal.status(),
            Self::History(_) => 503,
        }
    }
}
