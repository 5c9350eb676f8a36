//! Reads what a member knows about its set. Pure.

use mongodb::bson::{Bson, DateTime, Document};

/// Most members that are taken; MongoDB allows 50.
const MOST_MEMBERS: usize = 100;

/// The set as one of its members sees it.
#[derive(Debug, PartialEq)]
pub(super) struct ReplicaSet {
    pub(super) name: String,
    pub(super) members: Vec<Member>,
}

/// One member as another (or it itself) sees it.
#[derive(Debug, PartialEq)]
pub(super) struct Member {
    /// `host:port`, as the configuration of the set has it.
    pub(super) name: String,
    pub(super) state: MemberState,
    /// The state in the words of the server, such as `SECONDARY`.
    pub(super) word: String,
    /// Whether it answers the member that was asked.
    pub(super) reachable: bool,
    /// Absent for arbiters, which have no data, and where the server does not know.
    pub(super) applied: Option<Applied>,
    /// What there is to say about it. Absent when there is nothing.
    pub(super) message: Option<String>,
    /// As far as the configuration may be seen.
    pub(super) hidden: bool,
    /// By which it is behind on purpose, in seconds. 0 when it is not, and when the configuration may not be seen.
    pub(super) delay: f64,
}

/// The states that make a difference here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberState {
    Primary,
    Secondary,
    Arbiter,
    /// It does not serve anybody now, but it copies.
    Recovering,
    /// It has no connection to the member that was asked, or the two do not understand one another.
    Down,
    /// STARTUP, STARTUP2, UNKNOWN, ROLLBACK or REMOVED: nobody can use it now.
    Other,
}

/// The newest entry of the primary's log that a member has, by the clock of the primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Applied {
    /// In whole seconds.
    entry: DateTime,
    /// In milliseconds; older servers do not tell it.
    wall: Option<DateTime>,
}

impl ReplicaSet {
    /// Reads the answers to `replSetGetStatus` and, if there is one, to `replSetGetConfig`. `None` when the first is something else.
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

    /// The primary with the newest data: of two, one has not noticed yet that it is none any more.
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
            // A primary has nobody to copy from, and says so whenever it looked for somebody.
            .filter(|key| *key != "infoMessage" || state != MemberState::Primary)
            .find_map(|key| document.get_str(key).ok().filter(|text| !text.is_empty()));
        let configured_number = |key| configured.and_then(|document| number(document.get(key)?));
        Some(Self {
            name: document.get_str("name").ok()?.to_owned(),
            state,
            word: word.to_owned(),
            // The member that was asked may leave it out for itself.
            reachable: document.get("health").and_then(number) != Some(0.0),
            applied: Applied::read(document),
            message: message.map(|text| if is_heartbeat_timeout(text) { "the heartbeat timed out" } else { text }.to_owned()),
            hidden: configured.is_some_and(|document| document.get_bool("hidden").unwrap_or(false)),
            // The second is the name before MongoDB 5.
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
        // A member that has nothing yet, or is down, has the year 1970.
        let is_known = |time: &DateTime| time.timestamp_millis() > 0;
        let entry = member.get_datetime("optimeDate").ok().copied().filter(is_known)?;
        Some(Self { entry, wall: member.get_datetime("lastAppliedWallTime").ok().copied().filter(is_known) })
    }

    /// In seconds; 0 when it is not behind, for what is known of the other may be older.
    pub(super) fn behind(self, other: Self) -> f64 {
        let (own, others) = match (self.wall, other.wall) {
            (Some(own), Some(others)) => (own, others),
            _ => (self.entry, other.entry),
        };
        others.saturating_duration_since(own).as_secs_f64()
    }
}

/// The text is long and another each time: it holds the number of the request, its deadline and its content.
fn is_heartbeat_timeout(text: &str) -> bool {
    text.starts_with("Request ") && text.contains(" timed out, deadline was ")
}

/// Servers give numbers in whatever type they like.
fn number(value: &Bson) -> Option<f64> {
    match value {
        Bson::Double(number) => Some(*number),
        Bson::Int32(number) => Some(f64::from(*number)),
        Bson::Int64(number) => i32::try_from(*number).ok().map(f64::from),
        _ => None,
    }
}
