use super::RecurrenceProblem;
use crate::ServiceId;

/// What is wrong with a silence, a maintenance window, an acknowledgement or a pause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SilenceRefusal {
    #[error("services are paused at /services/ID/pause")]
    PauseElsewhere,
    #[error("`kind` is `silence` or `maintenance`; incidents are acknowledged at /incidents/ID/acknowledgement")]
    AcknowledgeElsewhere,
    #[error("name the `services`; all of them only an administrator may silence")]
    AllNeedAdmin,
    #[error("`services` is empty; name some, or leave it out for all")]
    NoServices,
    #[error("there is no service `{0}`")]
    NoSuchService(ServiceId),
    #[error("no service matches `{0}`")]
    NoMatch(String),
    /// The most texts, and their bytes.
    #[error("`matching` may have at most {texts} texts with {bytes} bytes together")]
    TooManyTexts { texts: usize, bytes: usize },
    /// The most bytes.
    #[error("the comment is longer than {0} bytes")]
    LongComment(usize),
    #[error("say how long: give either `minutes` or `until`")]
    NoEnd,
    #[error("give `minutes` or `until`, or neither of them")]
    TwoEnds,
    #[error("it must begin and end in the years from 1970 to 9999")]
    OutOfYears,
    #[error("it would have ended already")]
    HasEnded,
    #[error("it must end within a year; for longer use `maintenance` in config.yaml")]
    TooLong,
    #[error("it must end within a year; leave `until` out to pause the service until it is resumed")]
    PauseTooLong,
    #[error("it recurs, so it cannot be extended; end it and enter it again")]
    Recurs,
    #[error("only a silence or maintenance can be extended")]
    NotExtendable,
    #[error("it does not end before that; to end it earlier, withdraw it")]
    NotLater,
    #[error("with `recurrence`, leave `from`, `until` and `minutes` out")]
    RecurrenceWithEnd,
    #[error("`recurrence`: {0}")]
    Recurrence(RecurrenceProblem),
}

/// A limit on the number of silences and acknowledgements is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuotaExceeded {
    /// The most of one user, and of the services that they name.
    #[error(
        "a user may have {entries} silences and acknowledgements that name {services} services together, and with this one you would \
         have more; withdraw some of yours"
    )]
    User { entries: usize, services: usize },
    #[error("there are too many silences and acknowledgements of all users; an administrator has to withdraw some")]
    Total,
}

/// What is wrong with a note on an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteRefusal {
    #[error("the note is empty")]
    Empty,
    /// The most bytes.
    #[error("the note is longer than {0} bytes")]
    TooLong(usize),
    /// The most notes.
    #[error("an incident has at most {0} notes")]
    TooMany(usize),
}
