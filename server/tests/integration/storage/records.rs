//! Records to store. What a case does not care about is filled with something that is easily lost on the way.

use chrono::{DateTime, FixedOffset, TimeDelta};
use history::{NodeId, StoredChunk};
use history::{Sample, Tier};
use model::{DeliveryResult, NotificationKind, ServiceId, State};
use model::{StoredEnd, StoredHeartbeat};
use storage::{
    DeliveryRecord, Incident, NodeChange, NodeRecord, Note, Notification, NotificationKey, Silence, SilenceKind, StoredAlerting,
    StoredFailure, StoredKey, StoredStatus, Transition, Undeliverable,
};

/// An instant so many seconds after some day, with microseconds and far from UTC.
pub(crate) fn at(seconds: i64) -> DateTime<FixedOffset> {
    let day: DateTime<FixedOffset> = "2026-03-29T01:59:58.123457+05:45".parse().unwrap();
    day + TimeDelta::seconds(seconds)
}

/// A note so many seconds after some day.
pub(crate) fn note(id: u64, incident: u64) -> Note {
    let author = "Zoë <o'p\"s> $.".to_owned();
    Note { id, incident, at: at(5), author, text: "first\n\tsecond: 'x' \u{1f4be}".to_owned() }
}

pub(crate) fn microsecond() -> TimeDelta {
    TimeDelta::microseconds(1)
}

/// A check of a node so many milliseconds after some instant.
pub(crate) fn sample(node: u32, milliseconds: i64) -> Sample {
    Sample {
        node: NodeId(node),
        at: 1_774_728_000_000 + milliseconds,
        state: State::Unhealthy,
        elapsed: Some(1_234_567),
        previous: State::Operational,
        held: 10_000,
        maintenance: true,
    }
}

pub(crate) fn node(id: u32) -> NodeRecord {
    NodeRecord {
        id: NodeId(id),
        service: ServiceId::new(format!("Straße 東京/'\"$.{id}")),
        node: format!("nœud-{id}"),
        folded: 0,
        status: Some(status()),
    }
}

pub(crate) fn status() -> StoredStatus {
    StoredStatus {
        group: "Datenbanken \u{1f4be}".to_owned(),
        name: "Главная; DROP TABLE node --".to_owned(),
        node_name: Some("první".to_owned()),
        state: State::Down,
        message: Some("It said:\n\t\"{$ne: 1}\" \\ 'no'".to_owned()),
        checked: at(60),
        elapsed: Some(2_500),
        retries: 3,
        last_state: State::Unhealthy,
        since: at(30),
        failure: Some(StoredFailure { since: at(20), worst: State::Down, latest: Some(State::Unhealthy), incident: Some(7) }),
        shown: true,
        stands_in: false,
        alerting: StoredAlerting { successes: 1, changes: 0xf_ffff, is_flapping: true, reminded: Some((at(50), u32::MAX)) },
        heartbeat: Some(StoredHeartbeat {
            known_since: at(10),
            running_since: Some(at(55)),
            last_success: Some(at(40)),
            last_end: Some(StoredEnd::Failure { exit_code: Some(i64::MIN), words: "no \"space\" left \u{fffd}".to_owned() }),
            last_run: Some(1_500),
            unheard: 30_000,
        }),
    }
}

/// With as little as a record may hold.
pub(crate) fn bare_status() -> StoredStatus {
    StoredStatus {
        group: String::new(),
        name: String::new(),
        node_name: None,
        state: State::Operational,
        message: None,
        checked: at(61),
        elapsed: None,
        retries: 0,
        last_state: State::Operational,
        since: at(61),
        failure: None,
        shown: false,
        stands_in: true,
        alerting: StoredAlerting::default(),
        heartbeat: None,
    }
}

/// A change that a store may not leave to the samples.
pub(crate) fn change(record: NodeRecord) -> NodeChange {
    NodeChange { record, routine: false }
}

/// One of a node at so many seconds.
pub(crate) fn transition(id: u64, node: u32, seconds: i64) -> Transition {
    Transition {
        id,
        node: NodeId(node),
        at: at(seconds),
        from: State::Operational,
        to: State::Down,
        message: Some(format!("N° {id} ist weg")),
        lasted: 86_400_001,
    }
}

/// One of a node that lasts.
pub(crate) fn incident(id: u64, node: u32, since: i64) -> Incident {
    Incident {
        id,
        node: NodeId(node),
        since: at(since),
        opened: at(since + 1),
        ended: None,
        worst: State::Unhealthy,
        message: Some(format!("N° {id} ist krank")),
        notified_channels: vec!["slack".to_owned(), "Büro".to_owned()],
        opened_as: Some(ServiceId::new("Gasse/1")),
        deliveries: vec![
            delivery("slack", DeliveryResult::Delivered, None),
            delivery("Büro", DeliveryResult::Dropped, Some("{\"$x\": 'nicht'} zustellbar")),
        ],
    }
}

fn delivery(channel: &str, result: DeliveryResult, reason: Option<&str>) -> DeliveryRecord {
    let (channel, reason) = (channel.to_owned(), reason.map(str::to_owned));
    DeliveryRecord { channel, kind: NotificationKind::FlappingStarted, at: at(9), result, reason }
}

/// One that was over at so many seconds.
pub(crate) fn ended(id: u64, node: u32, since: i64, ended: i64) -> Incident {
    Incident { ended: Some(at(ended)), ..incident(id, node, since) }
}

pub(crate) fn message(key: &str, created: i64) -> Notification {
    Notification {
        key: NotificationKey(key.to_owned()),
        channel: "e-mail für alle".to_owned(),
        created: at(created),
        incident: 7,
        service: ServiceId::new("Straße/1"),
        node: "nœud".to_owned(),
        name: "Die Straße".to_owned(),
        state: State::Down,
        last_state: State::Unknown,
        message: Some("Keine Antwort ☹".to_owned()),
        kind: NotificationKind::Reminder,
        group: "Öffentlich".to_owned(),
        since: Some(at(created - 3)),
        checks: u32::MAX,
        delivery: Some("0123456789abcdef".to_owned()),
        given_up: Some(Undeliverable { at: at(created + 3), reason: "nicht zustellbar".to_owned() }),
        opened_as: Some(ServiceId::new("Gasse/1")),
    }
}

pub(crate) fn silence(id: u64, kind: SilenceKind) -> Silence {
    Silence {
        id,
        kind,
        services: vec![ServiceId::new("Straße/1"), ServiceId::new("b")],
        author: "Zoë".to_owned(),
        comment: "Der Strom fällt aus".to_owned(),
        created: at(1),
        from: at(2),
        until: Some(at(3)),
        recurrence: None,
    }
}

/// On the last Sunday and Monday of each month from 2026-12-01 to 2027-11-30.
pub(crate) fn recurring_silence(id: u64) -> Silence {
    let rule = r#"{"days": ["sun", "mon"], "week": "last", "from": "22:00", "to": "04:30", "zone": "Europe/Berlin",
        "first": "2026-12-01", "last": "2027-11-30"}"#;
    let recurrence = Some(serde_json::from_str(rule).unwrap());
    Silence { from: at(1), recurrence, ..silence(id, SilenceKind::Maintenance) }
}

pub(crate) fn chunk(tier: Tier, slot: i64, node: u32, bytes: &[u8]) -> StoredChunk {
    StoredChunk { tier, slot, node: NodeId(node), bytes: bytes.to_vec() }
}

pub(crate) fn api_key(id: u64) -> StoredKey {
    StoredKey {
        id,
        name: "dashboard; DROP TABLE api_key --".to_owned(),
        user: "Jürgen '\"$.".to_owned(),
        roles: Some(vec!["dev".to_owned(), "東京".to_owned()]),
        scope: "operate".to_owned(),
        digest: "0f".repeat(32),
        created: at(1),
        author: "ops".to_owned(),
        expires: Some(at(90)),
        used: Some(at(2)),
    }
}
