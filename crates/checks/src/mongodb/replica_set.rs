//! Reads the state of a set as a member reports it. Pure.

use mongodb::bson::{Bson, DateTime, Document};

/// Maximum number of members that are read; MongoDB allows 50.
const MOST_MEMBERS: usize = 100;

/// The set as one of its members sees it.
#[derive(Debug, PartialEq)]
pub(super) struct ReplicaSet {
    pub(super) name: String,
    pub(super) members: Vec<Member>,
}

/// One member as the member that was asked sees it.
#[derive(Debug, PartialEq)]
pub(super) struct Member {
    /// `host:port`, as in the configuration of the set.
    pub(super) name: String,
    pub(super) state: MemberState,
    /// The state as the server names it, such as `SECONDARY`.
    pub(super) word: String,
    /// Whether it answers the member that was asked.
    pub(super) reachable: bool,
    /// Absent for arbiters, which have no data, and if the server does not know it.
    pub(super) applied: Option<Applied>,
    /// The server's message about the member, if any.
    pub(super) message: Option<String>,
    /// False if the configuration is unknown.
    pub(super) hidden: bool,
    /// Configured delay in seconds. 0 without one, and if the configuration is unknown.
    pub(super) delay: f64,
}

/// The states that are distinguished here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberState {
    Primary,
    Secondary,
    Arbiter,
    /// It serves no clients now, but replicates.
    Recovering,
    /// The member that was asked cannot reach it, or not communicate with it.
    Down,
    /// STARTUP, STARTUP2, UNKNOWN, ROLLBACK or REMOVED: it serves no clients now.
    Other,
}

/// The newest oplog entry that a member has applied, by the clock of the primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Applied {
    /// In whole seconds.
    entry: DateTime,
    /// In milliseconds; older servers do not report it.
    wall: Option<DateTime>,
}

impl ReplicaSet {
    /// Reads the answers to `replSetGetStatus` and, if there is one, to `replSetGetConfig`. `None` if the first is invalid.
    pub(super) fn read(status: &Document, configuration: Option<&Document>) -> Option<Self> {
        let name = status.get_str("set").ok()?.to_owned();
        let configured = configuration.and_then(|answer| answer.get_document("config").ok()?.get_array("members").ok());
        let of = |member: &str| {
            let mut documents = configured.into_iter().flatten().filter_map(Bson::as_document);
            documents.find(|document| document.get_str("host").is_ok_and(|host| host == member))
        };
        let documents = status.get_array("members").ok()?.iter().take(MOST_MEMBERS);
        let members = documents.map(|document| {
            let document = document.as_document()?;
            Member::read(document, of(document.get_str("name").ok()?))
        });
        let members: Vec<_> = members.collect::<Option<_>>()?;
        (!members.is_empty()).then_some(Self { name, members })
    }

    /// The primary with the newest data: of two primaries, one has not noticed yet that it was replaced.
    pub(super) fn primary(&self) -> Option<&Member> {
        let primaries = self.members.iter().filter(|member| member.reachable && member.state == MemberState::Primary);
        primaries.max_by_key(|member| member.applied.map(|applied| applied.entry))
    }
}

impl Member {
    fn read(document: &Document, configured: Option<&Document>) -> Option<Self> {
        let state = MemberState::of_code(number(document.get("state")?)?);
        let word = document.get_str("stateStr").unwrap_or("UNKNOWN").trim_matches(['(', ')']);
        let message = ["lastHeartbeatMessage", "errmsg", "infoMessage"]
            .into_iter()
            // A primary reports here that it has no member to replicate from.
            .filter(|key| *key != "infoMessage" || state != MemberState::Primary)
            .find_map(|key| document.get_str(key).ok().filter(|text| !text.is_empty()));
        let configured_number = |key| configured.and_then(|document| number(document.get(key)?));
        Some(Self {
            name: document.get_str("name").ok()?.to_owned(),
            state,
            word: word.to_owned(),
            // The member that was asked may omit it for itself.
            reachable: document.get("health").and_then(number) != Some(0.0),
            applied: Applied::read(document),
            message: message.map(|text| if is_heartbeat_timeout(text) { "the heartbeat timed out" } else { text }.to_owned()),
            hidden: configured.is_some_and(|document| document.get_bool("hidden").unwrap_or(false)),
            // `slaveDelay` is the name before MongoDB 5.
            delay: configured_number("secondaryDelaySecs").or_else(|| configured_number("slaveDelay")).unwrap_or(0.0),
        })
    }
}

impl MemberState {
    fn of_code(code: f64) -> Self {
        match code {
            1.0 => Self::Primary,
            2.0 => Self::Secondary,
            3.0 => Self::Recovering,
            7.0 => Self::Arbiter,
            8.0 => Self::Down,
            _ => Self::Other,
        }
    }
}

impl Applied {
    fn read(member: &Document) -> Option<Self> {
        // A member without data, or one that is down, has the year 1970.
        let is_known = |time: &DateTime| time.timestamp_millis() > 0;
        let entry = member.get_datetime("optimeDate").ok().copied().filter(is_known)?;
        Some(Self { entry, wall: member.get_datetime("lastAppliedWallTime").ok().copied().filter(is_known) })
    }

    /// In seconds; 0 if it is ahead, since the position of the other may be outdated.
    pub(super) fn behind(self, other: Self) -> f64 {
        let (own, others) = match (self.wall, other.wall) {
            (Some(own), Some(others)) => (own, others),
            _ => (self.entry, other.entry),
        };
        others.saturating_duration_since(own).as_secs_f64()
    }
}

/// The text is long and changes each time: it contains the number, deadline and content of the request.
fn is_heartbeat_timeout(text: &str) -> bool {
    text.starts_with("Request ") && text.contains(" timed out, deadline was ")
}

/// Servers use different types for numbers.
fn number(value: &Bson) -> Option<f64> {
    match value {
        Bson::Double(number) => Some(*number),
        Bson::Int32(number) => Some(f64::from(*number)),
        Bson::Int64(number) => i32::try_from(*number).ok().map(f64::from),
        _ => None,
    }
}
