//! Reads the states of the Python program: a hash for each service, whose key is the name of the service.

use super::keys::Keys;
use super::link::{Link, Request};
use crate::{LegacyStatus, StoreError};
use model::State;
use redis::{RedisResult, cmd, pipe};
use std::time::Duration;
use tokio::time::Instant;

/// A database can have millions of keys of other programs. States that are not found within these limits are not taken over.
const PATIENCE: Duration = Duration::from_secs(3);
const KEYS: usize = 1_000_000;

/// Keys that are asked for at once.
const PAGE: usize = 1000;

const FIELDS: [&str; 5] = ["name", "node", "state", "retries", "last_state"];

type Fields = Vec<Option<Vec<u8>>>;

pub(super) async fn statuses(link: &Link, keys: &Keys) -> Result<Vec<LegacyStatus>, StoreError> {
    let deadline = Instant::now() + PATIENCE;
    let (mut found, mut cursor, mut seen) = (Vec::new(), 0_u64, 0);
    loop {
        let mut command = cmd("SCAN");
        command.arg(cursor).arg("COUNT").arg(PAGE).arg("TYPE").arg("hash");
        let (next, some): (u64, Vec<Vec<u8>>) = link.ask(Request::One(&command)).await?;
        found.extend(statuses_in(link, keys, &some).await?);
        (cursor, seen) = (next, seen + PAGE);
        if cursor == 0 {
            break;
        }
        if seen >= KEYS || Instant::now() >= deadline {
            tracing::warn!(
                "The database has too many keys to search all of them for states of the Python program; some services start without their state."
            );
            break;
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found.dedup_by(|one, other| one.name == other.name);
    Ok(found)
}

async fn statuses_in(link: &Link, keys: &Keys, names: &[Vec<u8>]) -> Result<Vec<LegacyStatus>, StoreError> {
    let foreign = |name: &&Vec<u8>| !name.starts_with(keys.prefix.as_bytes());
    let names: Vec<&str> = names.iter().filter(foreign).filter_map(|name| std::str::from_utf8(name).ok()).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    // There may be no right to some keys, and some may have changed meanwhile.
    let mut commands = pipe();
    commands.ignore_errors();
    for name in &names {
        commands.cmd("HMGET").arg(name).arg(&FIELDS);
    }
    let answers: Vec<RedisResult<Fields>> = link.ask(Request::All(&commands)).await?;
    Ok(names.iter().zip(answers).filter_map(|(name, answer)| status(name, answer.ok()?)).collect())
}

/// `None` when this hash belongs to another program.
fn status(key: &str, fields: Fields) -> Option<LegacyStatus> {
    let mut texts = fields.into_iter().map(|bytes| bytes.and_then(|bytes| String::from_utf8(bytes).ok()));
    let [name, node, state, retries, last_state] = std::array::from_fn(|_| texts.next().flatten());
    let retries = retries.and_then(|retries| retries.parse().ok()).unwrap_or(0);
    Some(LegacyStatus {
        name: name.unwrap_or_else(|| key.to_owned()),
        node,
        state: state_of(&state?)?,
        retries,
        last_state: last_state.and_then(|word| state_of(&word)).unwrap_or(State::Unknown),
    })
}

fn state_of(word: &str) -> Option<State> {
    State::BY_URGENCY.into_iter().find(|state| state.as_str() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: [Option<&str>; 5]) -> Option<LegacyStatus> {
        status("Shop", values.into_iter().map(|value| value.map(|value| value.as_bytes().to_vec())).collect())
    }

    #[test]
    fn a_status_needs_a_state() {
        let full = of([Some("Shop"), Some("web1"), Some("down"), Some("3"), Some("operational")]).unwrap();
        let (down, name) = (State::Down, "Shop".to_owned());
        let expected =
            LegacyStatus { name, node: Some("web1".to_owned()), state: down, retries: 3, last_state: State::Operational };
        assert_eq!(full, expected);
        let bare = of([None, None, Some("down"), None, None]).unwrap();
        assert_eq!(bare, LegacyStatus { node: None, retries: 0, last_state: State::Unknown, ..expected });
        assert_eq!(of([Some("Shop"), None, Some("paid"), None, None]), None);
        assert_eq!(of([Some("Shop"), None, None, Some("3"), None]), None);
    }
}
